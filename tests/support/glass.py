"""glass: what may reach a terminal. An allow-list: text without controls, and the sequences that terminfo knows for this TERM,
with numbers that fit on the screen. Everything else is a finding, with its offset and what surrounds it."""
import curses
import re
import unicodedata

# What ncurses takes from terminfo to draw; not among it: bell, tabs, colours that are redefined, printing, status lines.
CAPS = ("cup cuu1 cud1 cub1 cuf1 cuu cud cub cuf hpa vpa home clear el el1 ed ech dch dch1 ich ich1 dl dl1 il il1 rep csr ind ri indn rin "
        "smcup rmcup civis cnorm smkx rmkx smacs rmacs enacs smir rmir smam rmam op sgr0 rs2 is2 sc rc").split()
SGR = rb"\x1b\[((?:\d{1,3}[;:]?){0,24})m(?:\x0e|\x0f)?"
# Ours: pastes, mouse; the title without controls; links to what a person may be led to.
OURS = [rb"\x1b\[\?2004[hl]", rb"\x1b\[\?1000[hl]", rb"\x1b\[\?1006;1000[hl]", rb"\x1b\]2;((?:[^\x00-\x1f\x7f])*)\x1b\\",
        rb"\x1b\]8;;((?:(?:https?|ftp)://|mailto:)[\x21-\x7e]{1,2100})?\x1b\\"]
JOINERS = "\u200c\u200d"
# The command line: colour, and the progress line that draws itself anew.
PLAIN = [rb"\x1b\[(?:0|1|2|3[0-7]|9[0-7])(?:;\d\d?)?m", rb"\x1b\[K", rb"\r", rb"\n"]


def pattern(cap):
    """The strings that a terminfo capability can become; None where it has conditions (those are colours: SGR)."""
    cap = re.sub(rb"\$<[^>]*>", b"", cap)
    if b"%?" in cap:
        return None
    out = b""
    for piece in re.findall(rb"%(?:\{\d+\}|p\d|\d?[a-z+\-*/%])|[^%]", cap):
        out += rb"(\d+)" if piece in (b"%d", b"%2d", b"%3d") else b"" if piece[:1] == b"%" else re.escape(piece)
    return out


class Glass:
    def __init__(self, sequences, limit):
        self.allowed = [re.compile(s) for s in sequences]
        self.limit = limit                  # the largest number that a place on the screen can have

    @classmethod
    def of_screen(cls, term, limit):
        curses.setupterm(term)
        caps = [pattern(c) for c in filter(None, map(curses.tigetstr, CAPS))]
        return cls([SGR, *OURS, rb"\r", rb"\n", *sorted(filter(None, caps), key=len, reverse=True)], limit)

    @classmethod
    def of_lines(cls):
        return cls(PLAIN, 255)

    def sequence(self, seen, at):
        """Its end, if one that is allowed begins here."""
        for allowed in self.allowed:
            found = allowed.match(seen, at)
            if found and self.is_ours(found.group()):
                return found.end()
        return 0

    def is_ours(self, sequence):
        """Numbers that the screen has, and no words of an attacker but in a link."""
        if sequence.startswith((b"\x1b]8;;", b"\x1b[?")):
            return True
        if sequence.startswith(b"\x1b]"):
            return b"owned" not in sequence and not re.search(b"\xc2[\x80-\x9f]", sequence)
        return all(int(n) <= self.limit for n in re.findall(rb"\d+", sequence))

    def letter(self, seen, at):
        """The end of a character that may be shown, else 0."""
        first = seen[at]
        size = 1 if first < 0x80 else 2 if first < 0xe0 else 3 if first < 0xf0 else 4
        try:
            char = seen[at:at + size].decode()
        except UnicodeDecodeError:
            return 0
        if char in JOINERS:
            around = seen[max(at - 4, 0):at + 7].decode(errors="ignore")
            return at + size if sum(ord(c) > 0x2ff for c in around) >= 2 else 0
        hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co") or char in "\u2800\u3164"
        return 0 if hidden else at + size

    def findings(self, seen):
        """(offset, bytes around it) of each byte that is neither."""
        at, found = 0, []
        while at < len(seen):
            is_run = seen.startswith(b"\b" * 12, at)
            end = 0 if is_run else self.sequence(seen, at) or self.letter(seen, at)
            if not end:
                found.append((at, seen[max(at - 40, 0):at + 40]))
            at = end or at + 1
        return found
