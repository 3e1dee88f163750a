#!/usr/bin/env python3
"""What another user of the machine could try against a running Postern. Run as that user.
usage: neighbour.py PID < PATHS
PATHS are files, folders and sockets, one a line. Prints what succeeded, and at the end how much was tried."""
import ctypes, os, signal, socket, sys

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
tried = 0


def attempt(name, action):
    """@action is refused if it raises OSError, or returns False."""
    global tried
    tried += 1
    try:
        result = action()
    except OSError:
        return
    if result is not False:
        print(f"{name}: succeeded")


def opened(path, flags):
    os.close(os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600))


def connected(path, kind):
    with socket.socket(socket.AF_UNIX, kind) as s:
        s.connect(path)


def path_attacks(path):
    attempt(f"read {path}", lambda: opened(path, os.O_RDONLY))
    attempt(f"write {path}", lambda: opened(path, os.O_WRONLY))
    attempt(f"truncate {path}", lambda: os.truncate(path, 0))
    attempt(f"list {path}", lambda: os.listdir(path))
    attempt(f"enter {path}", lambda: os.chdir(path))
    attempt(f"put into {path}", lambda: opened(path + "/planted", os.O_WRONLY | os.O_CREAT))
    attempt(f"link into {path}", lambda: os.symlink("/etc/passwd", path + "/planted"))
    attempt(f"remove {path}", lambda: os.unlink(path))
    attempt(f"rename {path}", lambda: os.rename(path, path + ".mine"))
    attempt(f"replace {path}", lambda: os.rename(__file__, path))
    attempt(f"link {path}", lambda: os.link(path, "/tmp/neighbour-link"))
    attempt(f"open up {path}", lambda: os.chmod(path, 0o777))
    attempt(f"own {path}", lambda: os.chown(path, os.getuid(), os.getgid()))
    attempt(f"connect to {path}", lambda: connected(path, socket.SOCK_STREAM))
    attempt(f"connect by packets to {path}", lambda: connected(path, socket.SOCK_SEQPACKET))


def syscall(number, *arguments):
    return libc.syscall(number, *arguments) >= 0


def process_attacks(pid):
    for name in "environ mem maps smaps pagemap auxv stack syscall io personality map_files fd root cwd exe".split():
        path = f"/proc/{pid}/{name}"
        if name in ("map_files", "fd"):
            attempt(f"list {path}", lambda: os.listdir(path))
        elif name in ("root", "cwd", "exe"):
            attempt(f"follow {path}", lambda: os.readlink(path))
        else:
            attempt(f"read {path}", lambda: bool(open(path, "rb", buffering=0).read(1)))
    for fd in range(40):
        attempt(f"open its descriptor {fd}", lambda: opened(f"/proc/{pid}/fd/{fd}", os.O_RDONLY))
    attempt("write its memory", lambda: opened(f"/proc/{pid}/mem", os.O_RDWR))
    attempt("oom_score_adj", lambda: opened(f"/proc/{pid}/oom_score_adj", os.O_WRONLY))
    attempt("coredump_filter", lambda: opened(f"/proc/{pid}/coredump_filter", os.O_WRONLY))
    attempt("ptrace attach", lambda: libc.ptrace(PTRACE_ATTACH, pid, None, None) == 0)
    attempt("ptrace seize", lambda: libc.ptrace(PTRACE_SEIZE, pid, None, None) == 0)
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    attempt("process_vm_readv", lambda: libc.process_vm_readv(pid, vector, 1, vector, 1, 0) >= 0)
    attempt("process_vm_writev", lambda: libc.process_vm_writev(pid, vector, 1, vector, 1, 0) >= 0)
    attempt("kcmp", lambda: syscall(312, pid, os.getpid(), 0, 0, 0))
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGABRT, signal.SIGSTOP, signal.SIGUSR1):
        attempt(f"signal {number}", lambda: os.kill(pid, number))
    pidfd = os.pidfd_open(pid)
    for fd in range(20):
        attempt(f"take its descriptor {fd}", lambda: syscall(438, pidfd, fd, 0))


for line in sys.stdin:
    path_attacks(line.rstrip("\n"))
process_attacks(int(sys.argv[1]))
print(f"tried {tried}")
