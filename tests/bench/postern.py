"""postern: a simulator with mail, and a profile of Postern's on it, in a folder of their own."""
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections import namedtuple

Run = namedtuple("Run", "wall cpu rss_mib out code")      # seconds; rss: the peak


def measure(argv, env=None, cwd=None):
    """Runs a program to its end. Its standard output is kept, its standard error shown only if it fails."""
    start = time.monotonic()
    process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024,
               out.decode("utf-8", "replace"), process.returncode)


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Mailbox:
    def __init__(self, build, dir, *server_args):
        self.build, self.dir, self.postern = build, dir, f"{build}/postern"
        shutil.rmtree(dir, ignore_errors=True)
        os.makedirs(f"{dir}/run", mode=0o700)
        self.env = {"PATH": os.environ["PATH"], "HOME": dir, "LC_ALL": "C.UTF-8", "TZ": "UTC", "XDG_CONFIG_HOME": f"{dir}/config",
                    "XDG_DATA_HOME": f"{dir}/data", "XDG_STATE_HOME": f"{dir}/state", "XDG_CACHE_HOME": f"{dir}/cache",
                    "XDG_RUNTIME_DIR": f"{dir}/run"}
        self.store = f"{dir}/data/postern"
        self.serve(server_args)
        self.add_account("alice@example.test", self.facts)

    def serve(self, args):
        ready = f"{self.dir}/ready"
        with open(f"{self.dir}/exsim.log", "w") as log:
            self.server = subprocess.Popen([f"{self.build}/exsim", "--exit-with-parent", "--ready-file", ready,
                                            "--control", f"{self.dir}/control", *args], stdout=log, stderr=log)
        while not os.path.exists(ready) or not os.path.getsize(ready):
            if self.server.poll() is not None:
                raise SystemExit(f"bench: the simulator does not start, see {self.dir}/exsim.log")
            time.sleep(0.05)
        with open(ready) as lines:
            self.facts = dict(line.strip().split("=", 1) for line in lines if not line.startswith("user="))

    def add_account(self, address, facts):
        """Alice's mailbox, of this server or another one."""
        self.must(self.run("account", "add", address, "--server", facts["url"], "--user", "alice",
                           "--password-command", "echo wonderland", "--ca-file", facts["ca"], "--no-input", "--quiet",
                           "--sync-window", "all"))

    def run(self, *args):
        return measure([self.postern, *args], self.env)

    def must(self, run):
        if run.code != 0:
            raise SystemExit(f"bench: postern fails: {run.out}")
        return run

    def sync(self):
        return self.must(self.run("sync", "--once", "--quiet", "--no-input"))

    def sync_without_index(self):
        """Another process feeds the index, as far as this one can see."""
        os.makedirs(self.store, mode=0o700, exist_ok=True)
        with open(f"{self.store}/index.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.sync()

    def order(self, text):
        return subprocess.run([f"{self.build}/exsim", "--control", f"{self.dir}/control", text], capture_output=True, text=True).stdout

    def requests(self):
        return [json.loads(line) for line in self.order("ledger").splitlines() if line.startswith("{")]

    def forget_store(self):
        shutil.rmtree(f"{self.dir}/data", ignore_errors=True)

    def stop(self):
        self.server.terminate()
        self.server.wait()
