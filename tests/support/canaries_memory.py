#!/usr/bin/env python3
"""Looks into the memory of a process for texts that must not be there; as root, for nobody else may.
usage: canaries_memory.py PID < TEXTS      one a line
Prints "TEXT (FORM) in PLACE: N times, …" for each that is found, and says at the end on standard error how much was read."""
import re, sys

from canaries import forms

pid = sys.argv[1]
wanted = [(text, form, coded.lower()) for text in sys.stdin.read().split("\n") if text for form, coded in forms(text)]
size = 0
for line in open(f"/proc/{pid}/maps"):
    at = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
    if "r" not in at[3] or at[4].startswith("[v"):
        continue
    start, end = int(at[1], 16), int(at[2], 16)
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        try:
            memory.seek(start)
            content = memory.read(end - start).lower()
        except OSError:       # a device, a page that is no more
            continue
    size += len(content)
    for text, form, coded in wanted:
        if coded in content:
            i = content.find(coded)
            print(f"{text} ({form}) in {at[4] or 'memory'}: {content.count(coded)} times, {content[max(0, i - 30):i + 60]!r}")
print(f"{size} bytes", file=sys.stderr)
