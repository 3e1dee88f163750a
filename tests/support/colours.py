"""colours: which kinds of colour a program tells its terminal. usage: colours.py TERM WORD PROGRAM ARGUMENT...

Runs it on a pseudo terminal of 100 by 30 until WORD is on the screen, ends it, and prints, sorted, of: direct, indexed,
bright (the upper eight), plain (the lower eight), reverse.
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

term, word, program = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
pid, master = pty.fork()
if pid == 0:
    os.environ["TERM"] = term
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.execv(program[0], program)
seen, end = b"", time.monotonic() + 20
while time.monotonic() < end and word not in re.sub(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]|\x1b[()].", b"", seen):
    if select.select([master], [], [], 0.1)[0]:
        try:
            seen += os.read(master, 65536)
        except OSError:
            break
os.kill(pid, signal.SIGTERM)
while True:      # a terminal that nobody reads would hold it up
    try:
        if not os.read(master, 65536):
            break
    except OSError:
        break
os.waitpid(pid, 0)
kinds = set()
for sgr in re.findall(rb"\x1b\[([0-9;:]*)m", seen):
    text = sgr.decode()
    if re.search(r"[34]8[;:]2", text):
        kinds.add("direct")
    elif re.search(r"[34]8[;:]5", text):
        kinds.add("indexed")
    else:
        parts = text.split(";")
        kinds |= {"plain"} if any(re.fullmatch(r"[34][0-7]", p) for p in parts) else set()
        kinds |= {"bright"} if any(re.fullmatch(r"(9|10)[0-7]", p) for p in parts) else set()
        kinds |= {"reverse"} if "7" in parts else set()
print(" ".join(sorted(kinds)) if word in re.sub(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]|\x1b[()].", b"", seen) else "“%s” was not shown" % word.decode())
