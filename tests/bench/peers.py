"""peers: what others do with the same mail: neomutt, mu, notmuch, mbsync with dovecot. A peer that is not installed is None."""
import json
import os
import shutil
import tempfile
import time

from postern import measure
from terminal import Terminal

IMAP = "/usr/lib/dovecot/imap"
PACKAGES = {"neomutt": "neomutt", "mu": "maildir-utils", "notmuch": "notmuch", "mbsync": "isync"}


def has(program):
    return shutil.which(program) is not None


def small_maildir(path, count):
    """Made once: @count plain mails of about 1 KB, an hour apart."""
    if os.path.exists(f"{path}/done"):
        return
    for sub in ("cur", "new", "tmp"):
        os.makedirs(f"{path}/{sub}", exist_ok=True)
    words = ("the budget of this quarter and a review with all that was said in the meeting on the release plan " * 7).strip()
    for i in range(count):
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(1780000000 - i * 3600))
        text = (f"From: Person {i % 997} <person{i % 997}@corp.example>\nTo: alice@example.test\nSubject: Re: Contract {i // 4} in folder 1\n"
                f"Date: {when}\nMessage-ID: <{i}@corp.example>\n" + (f"In-Reply-To: <{i - 1}@corp.example>\n" if i % 4 else "") +
                f"Content-Type: text/plain; charset=utf-8\n\n{i} {words}\n")
        with open(f"{path}/cur/{1780000000 - i * 3600}.{i}.bench:2,{'' if i % 8 == 0 else 'S'}", "w") as file:
            file.write(text)
    open(f"{path}/done", "w").close()


class Neomutt:
    """With a header cache that the first start fills."""

    def __init__(self, dir, original):
        maildir = f"{dir}/mail"       # it marks what it shows
        os.makedirs(f"{dir}/cache", exist_ok=True)
        if not os.path.exists(maildir):
            measure(["cp", "-al", original, maildir])
        self.rc, self.env = f"{dir}/rc", {"PATH": os.environ["PATH"], "HOME": dir, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        with open(self.rc, "w") as rc:
            rc.write(f"set mbox_type=Maildir\nset folder={maildir}\nset spoolfile={maildir}\nset header_cache={dir}/cache/\n"
                     "set sort=reverse-date\nset sleep_time=0\nset mark_old=no\nset status_format=\"READY %f %m\"\n"
                     "set quit=yes\nset move=no\nset beep=no\nset mail_check=60\n")
        if not os.path.exists(f"{dir}/filled"):
            self.open().close()
            open(f"{dir}/filled", "w").close()

    def open(self):
        terminal = Terminal(["neomutt", "-n", "-F", self.rc], self.env)
        terminal.first = terminal.first_screen(b"READY")
        return terminal


def mu_index(dir, maildir):
    """(Run of the indexing, environment for queries), made once for this corpus."""
    return _index_once(dir, [["mu", "init", f"--maildir={maildir}"], ["mu", "index"]],
                       {"HOME": dir, "MUHOME": f"{dir}/mu", "XDG_CACHE_HOME": dir, "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]})


def notmuch_index(dir, maildir):
    os.makedirs(dir, exist_ok=True)
    with open(f"{dir}/config", "w") as config:
        config.write(f"[database]\npath={dir}\nmail_root={maildir}\n[user]\nname=A\nprimary_email=a@example.test\n[maildir]\nsynchronize_flags=false\n")
    return _index_once(dir, [["notmuch", "new"]],
                       {"HOME": dir, "NOTMUCH_CONFIG": f"{dir}/config", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]})


def _index_once(dir, commands, env):
    done = f"{dir}/done.json"
    os.makedirs(dir, exist_ok=True)
    if not os.path.exists(done):
        runs = [measure(argv, env) for argv in commands]
        if any(run.code for run in runs):
            raise SystemExit(f"bench: {commands[-1][0]} fails: {runs[-1].out}")
        with open(done, "w") as file:
            json.dump({"wall": runs[-1].wall, "cpu": runs[-1].cpu, "rss_mib": runs[-1].rss_mib}, file)
    with open(done) as file:
        return json.load(file), env


MBSYNC_RC = """IMAPStore far
Tunnel "{tunnel}"
SSLType None

MaildirStore near
Path {dir}/near/
Inbox {dir}/near/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState {dir}/state/
"""


class Mbsync:
    """mbsync with its default FSync, from a dovecot that it starts through a tunnel: no network, no TLS."""

    def __init__(self, maildir):
        self.dir = tempfile.mkdtemp(prefix="bench-mbsync-", dir="/var/tmp")
        os.chmod(self.dir, 0o755)
        for sub in ("near", "state"):
            os.mkdir(f"{self.dir}/{sub}")
        measure(["cp", "-a", maildir, f"{self.dir}/far"])
        with open(f"{self.dir}/dovecot.conf", "w") as conf:
            conf.write(f"base_dir={self.dir}/run\nssl=no\nlog_path={self.dir}/log\nfirst_valid_uid=1\nfirst_valid_gid=1\n"
                       f"mail_location=maildir:{self.dir}/far\n")
        with open(f"{self.dir}/rc", "w") as rc:
            rc.write(MBSYNC_RC.format(dir=self.dir, tunnel=self._tunnel()))

    def _tunnel(self):
        imap = f"USER=bench HOME={self.dir} {{}}{IMAP} -c {self.dir}/dovecot.conf"
        if os.getuid() != 0:
            return imap.format("")
        # dovecot serves no mail as root.
        open(f"{self.dir}/log", "w").close()
        measure(["chown", "-R", "nobody", f"{self.dir}/far", f"{self.dir}/log"])
        return imap.format("setpriv --reuid=nobody --regid=nogroup --clear-groups ")

    def sync(self):
        run = measure(["mbsync", "-c", f"{self.dir}/rc", "-q", "all"])
        if run.code != 0:
            raise SystemExit(f"bench: mbsync fails: {run.out}")
        return run

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)

