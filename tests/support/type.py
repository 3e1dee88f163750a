#!/usr/bin/env python3
"""Runs a program on a terminal of its own and types at it.
usage: type.py 'WAIT=>TYPE' ... -- PROGRAM [ARGUMENT...]
For each pair: waits until WAIT was shown, then types TYPE (with \\n, \\x03 ...). Prints all that was shown, and ends as the program does;
one that goes on waiting for keys is killed."""
import os, pty, select, signal, sys

PATIENCE_S = 20


def more(terminal):
    """What it prints next; b"" at its end, None if it stays silent."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
    try:
        return os.read(terminal, 65536) if ready else None
    except OSError:         # the program has closed its end
        return b""


at = sys.argv.index("--")
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[at + 1], sys.argv[at + 1:])
shown = b""
seen = 0
for pair in sys.argv[1:at]:
    wait, keys = pair.split("=>", 1)
    while (found := shown.find(wait.encode(), seen)) < 0:
        piece = more(terminal)
        if not piece:
            break
        shown += piece
    if found < 0:
        break
    seen = found + len(wait)
    os.write(terminal, keys.encode("latin-1").decode("unicode_escape").encode("utf-8"))
while piece := more(terminal):
    shown += piece
if piece is None:
    os.kill(pid, signal.SIGKILL)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
