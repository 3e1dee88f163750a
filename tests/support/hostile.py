#!/usr/bin/env python3
"""Mail that wants to command the terminal, as a corpus for the simulator: the same for the same seed.
usage: hostile.py SEED COUNT DIR
Each attack is built so that no drawing of ours looks like it: numbers beyond any screen, the word "owned", long runs."""
import base64
import os
import random
import sys
import urllib.parse

ATTACKS = [
    b"\x1b[777;888H", b"\x1b[2J", b"\x1b[901m", b"\x1b[?1049l", b"\x1b[5n", b"\x1b[c", b"\x1bc", b"\x1b#8", b"\x1b[3J", b"\x1bGQ",
    b"\x1b]0;owned\x07", b"\x1b]2;owned\x1b\\", b"\x1b]52;c;b3duZWQ=\x07", b"\x1b]50;owned\x07", b"\x1b]8;;file:///owned\x1b\\", b"\x1b]8;id=owned;https://x/\x1b\\",
    b"\x1bP$qowned\x1b\\", b"\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\", b"\x1bkowned\x1b\\", b"\x1b_owned\x1b\\", b"\x1b^owned\x1b\\", b"\x1bXowned\x1b\\",
    "\u009b777;888H".encode(), "\u009d0;owned\u009c".encode(), "\u0090owned\u009c".encode(), "\u0085\u008d\u0088".encode(),
    b"\x9b777;888H", b"\x9d0;owned\x9c", b"\x90owned\x9c", b"\xc2", b"\xe2\x80", b"\xff\xfe\xf8", b"\xc0\x9b", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    "\u202edetcesrever\u202c".encode(), "\u2066\u2067\u2069\u200f\u061c".encode(), "a\u200bb\u2060c\ufeffd\u00ade".encode(), "\U000e0041\U000e007f".encode(),
    "\u2800\u3164\u2028\u2029".encode(), ("z" + "\u0301" * 400).encode(), ("\U0001f468" + "\u200d\U0001f469" * 60).encode(), "a\u200db\u200c".encode(),
    b"\t" * 9, b"\b" * 40, b"\x7f" * 9, b"\x07", b"\x0e", b"\x0f", b"\x0b\x0c", b"\x05", b"\x00", b"%s%n", b"\r" * 9, b"x" * 3000,
]


def attack(rng, pieces):
    """Words, attacks and random bytes; at most @pieces of each."""
    out = []
    for _ in range(rng.randint(1, pieces)):
        out += [rng.choice([b"zq ", b"Rechnung ", "Grüße ".encode()]), rng.choice(ATTACKS), rng.randbytes(rng.randint(0, 6))]
    return b"".join(out)


def header(rng, raw):
    """As it is, or so encoded that every byte arrives."""
    if rng.random() < 0.3:
        return raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")[:900]
    charset = rng.choice([b"utf-8", b"utf-8", b"utf-8", b"iso-8859-1", b"windows-1252", b"utf-7", b"iso-2022-jp"])
    return b"\r\n ".join(b"=?" + charset + b"?b?" + base64.b64encode(raw[i:i + 40]) + b"?=" for i in range(0, min(len(raw), 800), 40))


def part(head, content):
    return head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def html(rng):
    bad = attack(rng, 6)
    entities = "".join(f"&#{n};" for n in rng.sample([7, 8, 9, 27, 127, 133, 144, 155, 157, 8238, 8203, 917569, 1114111, 2**31], 6))
    url = rng.choice([b"https://example.test/" + bad[:60], b"javascript:owned", b"https://x/\x1b]0;owned\x07", b"https://x/&#27;]0;owned&#7;", b"file:///owned",
                      "https://x/\u202eowned\u009b".encode(), b"https://example.test/" + b"u" * 5000])
    return (b"<html><title>" + bad + b"</title><p>zq " + bad + entities.encode() + b"<p><a href=\"" + url + b"\" title='" + bad + b"'>zq link " + bad +
            b"</a><img alt=\"" + bad + b"\" src=x><table><tr><td>" + bad + b"<td>" + entities.encode() + b"</table><pre>" + bad + b"</pre></html>")


def calendar(rng):
    flat = attack(rng, 3).replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    return (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:zq@example.test\r\nDTSTAMP:20260301T100000Z\r\nDTSTART:20260310T100000Z\r\n"
            b"DTEND:20260310T110000Z\r\nSUMMARY:zq " + flat + b"\r\nLOCATION:zq " + flat + b"\r\nORGANIZER;CN=\"" + flat.replace(b'"', b"") +
            b"\":mailto:eve@example.test\r\nATTENDEE:mailto:alice@example.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def message(rng, n):
    text = rng.choice([b"utf-8", b"us-ascii", b"iso-8859-1", b"utf-16le", b"x-owned"])
    name = urllib.parse.quote_from_bytes(attack(rng, 2)[:150]).encode()
    parts = [part(b"Content-Type: text/plain; charset=" + text, attack(rng, 12) + b" https://example.test/" + attack(rng, 1)[:80])]
    if n % 2:
        parts.append(part(b"Content-Type: text/html; charset=utf-8", html(rng)))
    if n % 5 == 3:
        parts.append(part(b"Content-Type: text/calendar; method=REQUEST; charset=utf-8", calendar(rng)))
    body = b"".join(b"--inner\r\n" + p for p in parts) + b"--inner--\r\n"
    body = b"--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n" + body
    if n % 3 == 0:
        body += b"--outer\r\n" + part(b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''zq" + name, b"x")
    head = [b"From: " + header(rng, attack(rng, 2)) + b" <eve@example.test>", b"To: " + header(rng, attack(rng, 1)) + b" <alice@example.test>",
            b"Cc: " + header(rng, attack(rng, 1)) + b" <zq@" + header(rng, attack(rng, 1))[:60] + b">", b"Subject: " + header(rng, b"zq " + attack(rng, 3)),
            b"Date: Tue, 03 Mar 2026 10:%02d:%02d +0100" % (n // 60 % 60, n % 60), b"Message-ID: <zq%d@example.test>" % n, b"X-Zq: " + header(rng, attack(rng, 2)),
            b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=outer"]
    return b"\r\n".join(head) + b"\r\n\r\n" + body + b"--outer--\r\n"


def main():
    rng, count, place = random.Random(int(sys.argv[1])), int(sys.argv[2]), os.fsencode(sys.argv[3])
    folders = [place] + [os.path.join(place, b"zq%d " % n + attack(rng, 1)[:120].translate(None, b"/\0")) for n in range(6)]
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    for n in range(count):
        with open(os.path.join(folders[0] if n % 3 else folders[n // 3 % len(folders)], b"%d.eml" % n), "wb") as file:
            file.write(message(rng, n))


if __name__ == "__main__":
    main()
