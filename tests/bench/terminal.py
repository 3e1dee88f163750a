"""terminal: a program on a pseudo terminal of 120 by 40, keys typed into it, and what they cost: time to the last byte, bytes."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

COLUMNS, LINES, PATIENCE_S = 120, 40, 60
TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    def __init__(self, argv, env):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(argv[0], argv, {**env, "TERM": "xterm-256color"})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.seen = b""

    def settle(self, since, quiet_s, until=b""):
        """Reads until nothing came for @quiet_s and @until was seen. Milliseconds from @since to the last byte, and the bytes."""
        got, last, limit = b"", since, since + PATIENCE_S
        while time.monotonic() < limit:
            if not select.select([self.fd], [], [], quiet_s)[0]:
                if until in got:
                    break
                continue
            try:
                got += os.read(self.fd, 65536)
            except OSError:
                break
            last = time.monotonic()
        self.seen = got
        return (last - since) * 1000, len(got)

    def first_screen(self, until, quiet_s=0.12):
        return self.settle(self.started, quiet_s, until)

    def key(self, keys, quiet_s=0.08):
        since = time.monotonic()
        os.write(self.fd, keys)
        return self.settle(since, quiet_s)

    def until_drawn(self, keys, mark):
        """Milliseconds until @mark is on its way to the screen, whatever else is drawn meanwhile."""
        since, got = time.monotonic(), b""
        os.write(self.fd, keys)
        while mark not in got and select.select([self.fd], [], [], PATIENCE_S)[0]:
            got += os.read(self.fd, 65536)
        return (time.monotonic() - since) * 1000

    def keys(self, keys, count, quiet_s=0.08):
        """The key @count times: milliseconds and bytes of each. One that does nothing is left out."""
        pairs = [self.key(keys, quiet_s) for _ in range(count)]
        pairs = [p for p in pairs if p[1]] or [(0.0, 0)]
        return [p[0] for p in pairs], [p[1] for p in pairs]

    def rss_mib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def cpu_ms(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS

    def wakeups(self):
        """Voluntary switches of each thread so far."""
        found = {}
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/status") as status:
                found[task] = next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))
        return found

    def idle(self, seconds):
        """CPU milliseconds, wake-ups and bytes of so long."""
        cpu, before, written, limit = self.cpu_ms(), self.wakeups(), 0, time.monotonic() + seconds
        while (left := limit - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                written += len(os.read(self.fd, 65536))
        woken = sum(count - before.get(task, 0) for task, count in self.wakeups().items())
        return self.cpu_ms() - cpu, woken, written

    def close(self):
        try:
            os.kill(self.pid, signal.SIGHUP)
            limit = time.monotonic() + 5
            while not os.waitpid(self.pid, os.WNOHANG)[0]:
                if time.monotonic() > limit:
                    os.kill(self.pid, signal.SIGKILL)
                select.select([self.fd], [], [], 0.05)
                try:
                    os.read(self.fd, 65536)
                except OSError:
                    pass
        finally:
            os.close(self.fd)
