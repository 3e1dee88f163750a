#!/usr/bin/env python3
"""Looks at a picture of a mail on a terminal that says it is a kitty, or knows sixels, or neither, and judges every byte.
usage: pictures.py mail FOLDER | pictures.py kitty|tmux|sixel|blocks|off KEEP
mail writes the mail. KEEP gets the bytes. Prints what is wrong; exit 1 if anything is."""
import base64
import os
import re
import struct
import sys
import time
import zlib

import walk
from glass import Glass

LINES, COLUMNS, CELL = 40, 100, (9, 17)
WIDTH, HEIGHT, FIELD = 180, 102, 10
PLACEHOLDER = "\U0010eeee"
MARKS = "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357\u035b\u0363\u0364\u0365\u0366\u0367"
APC = re.compile(rb"\x1b_G([a-zA-Z0-9=,]*)(?:;([A-Za-z0-9+/=]*))?\x1b\\")
TMUX = re.compile(rb"\x1bPtmux;((?:\x1b\x1b|[^\x1b])*)\x1b\\")
STRIP = re.compile(rb"\x1b\[(\d+);(\d+)H\x1bP0;1;0q\"1;1;(\d+);(\d+)([#0-9;!?-~$-]*)\x1b\\")
ENV = {"kitty": {"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "tmux": {"TERM": "tmux-256color", "TMUX": "/tmp/none,1,0"},
       "sixel": {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "blocks": {"TERM": "xterm-256color"}, "off": {"TERM": "xterm-256color", "NO_COLOR": "1"}}


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + b"".join(b"\0\0\xff" if (x // FIELD + y // FIELD) % 2 else b"\xff\0\0" for x in range(WIDTH)) for y in range(HEIGHT))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")


def mail(folder):
    html = "<p>Before the picture</p><p><img src='cid:board' alt='board'></p><p>Behind the picture</p>" + "".join(f"<p>Line {n}</p>" for n in range(11))
    parts = ["From: Ada <ada@example.org>", "To: alice@example.test", "Subject: A board", "Date: Wed, 4 Mar 2026 08:00:00 +0000",
             "MIME-Version: 1.0", "Content-Type: multipart/related; boundary=r", "", "--r", "Content-Type: text/html", "", html, "--r",
             "Content-Type: image/png; name=board.png", "Content-ID: <board>", "Content-Disposition: inline; filename=board.png",
             "Content-Transfer-Encoding: base64", "", base64.encodebytes(png()).decode().replace("\n", "\r\n"), "--r--", ""]
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/board.eml", "w", encoding="ascii", newline="") as file:
        file.write("\r\n".join(parts))


class Seat(walk.Seat):
    """One whose cells have a size in pixels."""
    SIZE, CELL = (LINES, COLUMNS), CELL

    def step(self, keys, has_come=None):
        """What comes after the keys; until it has what is awaited."""
        start, limit = len(self.seen), time.monotonic() + walk.PATIENCE_S
        os.write(self.fd, keys)
        while time.monotonic() < limit and (self.look(walk.QUIET_S) or (has_come and not has_come(self.seen[start:]))):
            pass
        return self.seen[start:]


def without(seen, kind):
    """What is left when the sequences of pictures are taken out: an ordinary screen."""
    if kind == "tmux":
        seen = TMUX.sub(b"", seen)
    seen = APC.sub(b"", seen)
    seen = re.sub(rb"\x1bP0;1;0q[^\x1b]*\x1b\\", b"", seen)
    return re.sub(("%s[%s]{2}" % (PLACEHOLDER, MARKS)).encode(), b"?", seen) if kind in ("kitty", "tmux") else seen


def look_at_kitty(seen, kind):
    told = b"".join(m.group(1).replace(b"\x1b\x1b", b"\x1b") for m in TMUX.finditer(seen)) if kind == "tmux" else seen
    commands = [(dict(p.split(b"=") for p in m.group(1).split(b",")), m.group(2) or b"") for m in APC.finditer(told)]
    first = commands[0][0] if commands else {}
    wanted = {b"a": b"T", b"U": b"1", b"q": b"2", b"f": b"24", b"s": b"%d" % WIDTH, b"v": b"%d" % HEIGHT, b"c": b"20", b"r": b"6"}
    yield "is told the picture", wanted.items() <= first.items()
    yield "never answers", all(c.get(b"q") == b"2" for c, _ in commands)
    pixels = base64.b64decode(b"".join(data for _, data in commands))
    yield "has all its pixels", len(pixels) == WIDTH * HEIGHT * 3 and pixels[:3] == b"\xff\0\0" and pixels[FIELD * 3:FIELD * 3 + 3] == b"\0\0\xff"
    text = seen.decode(errors="replace")
    cells = {(MARKS.index(m[1]), MARKS.index(m[2])) for m in re.findall("(%s)([%s])([%s])" % (PLACEHOLDER, MARKS, MARKS), text)}
    yield "has a place for each cell of it", cells == {(row, column) for row in range(6) for column in range(20)}
    yield "knows it by its colour", re.search("38;5;%dm" % int(first.get(b"i", b"0")) + PLACEHOLDER, text) is not None


def look_at_sixels(seen, _kind):
    strips = STRIP.findall(seen)
    places = [(int(y), int(x)) for y, x, *_ in strips]
    yield "has a strip for each row", len(strips) == 6 and [y for y, _ in places] == list(range(places[0][0], places[0][0] + 6))
    yield "each at the same column, of the size of a row", len({x for _, x in places}) == 1 and all(s[2:4] == (b"%d" % (20 * CELL[0]), b"%d" % CELL[1]) for s in strips)
    yield "is given red and blue", all(re.search(colour, strips[0][4]) for colour in (rb"#\d+;2;(?:9\d|100);[0-3];[0-3][#;!?-~]", rb"#\d+;2;[0-3];[0-3];(?:9\d|100)"))


def look_at_blocks(seen, _kind):
    text = seen.decode(errors="replace")
    yield "has block signs", len(re.findall("[\u2580-\u259f]", text)) > 6
    yield "in red and blue", "38;5;196" in text and re.search("48;5;(?:21|12)m|38;5;21", text) is not None
    yield "and nothing else of a picture", b"\x1b_G" not in seen and b"\x1bP" not in seen


def look_at_nothing(seen, _kind):
    yield "shows no picture", b"\x1b_G" not in seen and b"\x1bP" not in seen and "\u2580".encode() not in seen
    yield "and says why", "This terminal shows no pictures".encode() in seen


# By what one sees that the picture is there.
COMES = {"kitty": lambda seen: PLACEHOLDER.encode() in seen, "tmux": lambda seen: PLACEHOLDER.encode() in seen, "sixel": STRIP.search,
         "blocks": lambda seen: "\u2580".encode() in seen, "off": lambda seen: b"terminal shows no" in seen}
LOOKS = {"kitty": look_at_kitty, "tmux": look_at_kitty, "sixel": look_at_sixels, "blocks": look_at_blocks, "off": look_at_nothing}


def changes_of_sixels(seat):
    """Scrolled, covered, uncovered, hidden: strips are where the picture is, and rows that lose them are written anew."""
    scrolled = STRIP.findall(seat.step(b"j"))
    yield "follows a scrolled line", len(scrolled) >= 5
    seat.step(b"k")
    covered = seat.step(b"?", lambda seen: b"next-message" in seen)
    yield "leaves out what a popup covers", len(STRIP.findall(covered)) < 6
    yield "comes back from under it", len(STRIP.findall(seat.step(b"\x1b", STRIP.search))) >= 1
    hidden = seat.step(b"gI", lambda seen: b"hidden" in seen)
    yield "is gone when it is hidden", not STRIP.findall(hidden)


def changes_of_kitty(seat):
    scrolled = seat.step(b"j").decode(errors="replace")
    yield "is not told again for a scrolled line", "\x1b_G" not in scrolled
    hidden = seat.step(b"gI", lambda seen: b"hidden" in seen).decode(errors="replace")
    yield "has no place when it is hidden", PLACEHOLDER not in hidden and "\x1b_G" not in hidden
    yield "nor is told again when it is shown again", b"a=T" not in seat.step(b"gI", COMES["kitty"])


CHANGES = {"sixel": changes_of_sixels, "kitty": changes_of_kitty}


def main():
    if sys.argv[1] == "mail":
        mail(sys.argv[2])
        return 0
    kind, bad = sys.argv[1], []
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "KITTY_WINDOW_ID", "TERM_PROGRAM", "TMUX", "STY")}
    seat = Seat([os.environ["POSTERN_BUILD"] + "/postern"], {**env, **ENV[kind], "NCURSES_GPM_TERMS": ""})
    seat.settle(b"A board")
    if kind == "tmux":
        seat.type(b":set ui.pictures=kitty\r")
    seat.step(b"g\r", lambda seen: b"Images: 1 hidden" in seen)
    hidden = len(seat.seen)
    if b"Images: 1 hidden" not in seat.seen or any(sign in seat.seen for sign in (b"\x1b_G", b"\x1bP0", "\u2580".encode())):
        bad.append("the picture is not hidden before it is asked for")
    seat.step(b"gI", COMES[kind])
    with open(sys.argv[2], "wb") as file:
        file.write(seat.seen)
    bad += [f"the terminal {what}: no" for what, is_so in LOOKS[kind](seat.seen[hidden:], kind) if not is_so]
    bad += [f"the picture {what}: no" for what, is_so in (CHANGES[kind](seat) if kind in CHANGES else ()) if not is_so]
    for keys in (b"q", b"q", b"q", b"y"):
        seat.type(keys)
    code = seat.end()
    if kind in ("kitty", "tmux") and b"a=d,d=I,q=2,i=17" not in seat.seen:
        bad.append("the picture is left behind in the terminal")
    with open(sys.argv[2], "wb") as file:
        file.write(seat.seen)
    glass = Glass.of_screen(ENV[kind]["TERM"], 255)
    bad += [f"byte {at}: {around!r}" for at, around in glass.findings(without(seat.seen, kind))[:8]]
    if code != 0:
        bad.append(f"exit code {code}")
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
