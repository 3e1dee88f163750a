#!/usr/bin/env python3
"""Walks through the screens, or runs a command, on a terminal of its own, and judges every byte that comes out.
usage: walk.py screens TERM CONTROL-SOCKET KEEP | walk.py command KEEP PROGRAM ARGUMENT...
KEEP gets the bytes. Prints what must not be there; exit 1 if there is any, 2 if nothing hostile came into sight."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

from glass import Glass
from hostile import ATTACKS

LINES, COLUMNS, PATIENCE_S, QUIET_S = 45, 140, 20, 0.04
SIGHTS = ("\u241b".encode(), b"owned", b"777;888H")     # ESC as a person may see it, and what is left of the attacks without it


class Seat:
    SIZE, CELL = (LINES, COLUMNS), (0, 0)       # of a cell, in pixels; 0: the terminal does not say

    def __init__(self, argv, env):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.fd = 0
            self.resize(*self.SIZE)
            os.execvpe(argv[0], argv, env)
        self.resize(*self.SIZE)

    def resize(self, lines, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, columns * self.CELL[0], lines * self.CELL[1]))

    def look(self, seconds):
        """Takes what there is; False when nothing came for so long, or the program is gone."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            return False
        self.seen += piece
        return bool(piece)

    def settle(self, until=b""):
        limit = time.monotonic() + PATIENCE_S
        start = len(self.seen)
        while time.monotonic() < limit and (self.look(QUIET_S) or (until and until not in self.seen[start:])):
            pass

    def type(self, keys, until=b""):
        try:
            os.write(self.fd, keys)
        except OSError:
            return
        self.settle(until)

    def end(self):
        while self.look(PATIENCE_S):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def read_messages(seat):
    seat.type(b"\r")
    for _ in range(6):
        for keys in (b" ", b":headers\r", b":raw\r", b" ", b":raw\r", b":links\r", b"\x1b", b":next_message\r"):
            seat.type(keys)
    seat.type(b"q")


def screens(term, control):
    # No console mouse: on "linux" ncurses would load libgpm, which leaks a name and is gone when the leak is told.
    seat = Seat([os.environ["POSTERN_BUILD"] + "/postern"], {**os.environ, "TERM": term, "NCURSES_GPM_TERMS": ""})
    seat.settle(b"zq")
    for keys in (b"jjjjj", b"\x0c", b"G", b"gg", b"?", b"   ", b"\x1b", b"/zq\r", b"\x1b", b"lzq", b"\x1b", b":folder\r", b"zq", b"\x1b"):
        seat.type(keys)
    read_messages(seat)
    for _ in range(6):
        seat.type(b":next_folder\r")
        seat.type(b"\r")
        seat.type(b"q")
    for n in range(0, len(ATTACKS), 4):
        seat.type(b":\x1b[200~zq " + b" ".join(bad[:100] for bad in ATTACKS[n:n + 4]) + b"\x1b[201~\r")
    seat.resize(24, 80)
    seat.settle()
    # What the server says in its headers becomes the error below.
    subprocess.run([os.environ["POSTERN_BUILD"] + "/exsim", "--control", control,
                    "fault count=3 http=451 location='https://zq.example.test/\x1b]0;owned\x07\u009b777;888H'"], check=False, stdout=subprocess.DEVNULL)
    seat.type(b":sync_now\r")
    seat.type(b"\x1b\x1b")
    for keys in (b"q", b"q", b"q", b"y"):
        seat.type(keys)
    return seat


def main():
    if sys.argv[1] == "screens":
        seat, glass, keep = screens(sys.argv[2], sys.argv[3]), Glass.of_screen(sys.argv[2], max(LINES, COLUMNS, 255)), sys.argv[4]
    else:
        seat, glass, keep = Seat(sys.argv[3:], {**os.environ, "TERM": "xterm-256color"}), Glass.of_lines(), sys.argv[2]
    code = seat.end()
    with open(keep, "wb") as file:
        file.write(seat.seen)
    found = glass.findings(seat.seen)
    for at, around in found[:8]:
        print(f"byte {at}: {around!r}")
    sights = sum(seat.seen.count(sight) for sight in SIGHTS)
    if sys.argv[1] == "screens" and (sights == 0 or code != 0):
        print(f"exit code {code}, {len(seat.seen)} bytes, {sights} attacks in sight")
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
