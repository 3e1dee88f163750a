#!/usr/bin/env python3
"""Looks for texts that must not be found: as they are, in UTF-16, base64 (at each of its three offsets), hexadecimal, quoted-printable and
percent encoding; letter case does not count.
usage: canaries.py PLACE... < TEXTS      one a line; a PLACE is a folder, or a file
Prints "PLACE: TEXT (FORM)" for each that is found, and says at the end on standard error how much was read."""
import base64, os, quopri, sys, urllib.parse


def forms(text):
    raw = text.encode()
    yield "plain", raw
    for form in ("utf-16-le", "utf-16-be"):
        yield form, text.encode(form)
    for shift in range(3):
        # What stands beside it in its group of three bytes decides the letters at both ends: they are left out.
        coded = base64.b64encode(b"\0" * shift + raw)
        yield "base64", coded[4 if shift else 0:len(coded) - 4]
    yield "hex", raw.hex().encode()
    yield "quoted-printable", quopri.encodestring(raw, quotetabs=True).strip()
    yield "percent", urllib.parse.quote(raw, safe="").encode()


def files(place):
    if os.path.isfile(place):
        yield place
    for folder, _, names in os.walk(place):
        for name in names:
            yield os.path.join(folder, name)


def main():
    wanted = []
    for text in sys.stdin.read().split("\n"):
        if text:
            wanted += [(text, form, coded.lower()) for form, coded in forms(text)]
    count = size = 0
    for place in sys.argv[1:]:
        for path in files(place):
            if not os.path.isfile(path):      # a socket, a pipe
                continue
            with open(path, "rb") as file:
                content = (path.encode() + b"\n" + file.read()).lower()
            count, size = count + 1, size + len(content)
            for text, form, coded in wanted:
                if coded in content:
                    print(f"{path}: {text} ({form})")
    print(f"{count} files, {size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
