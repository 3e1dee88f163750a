#!/usr/bin/env python3
"""Compares what Postern has with what the IMAP server has. Prints differences; exit 1 if there are any.

compare.py list PORT POSTERN       subject and read state of each message, folder by folder
compare.py export PORT DIR         the files of an export with the messages' bytes, whatever their names
"""
import collections, hashlib, imaplib, json, pathlib, re, subprocess, sys
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser

FOLDERS = {"INBOX": "INBOX", "Sent": "Sent", "Trash": "Trash", "Projects": "Projects", "Projects/Alpha": "Projects/Alpha",
           "Lists": "Lists", "Größe": "Gr&APYA3w-e"}


def messages(port, mailbox, what):
    imap = imaplib.IMAP4("127.0.0.1", int(port))
    imap.login("alice", "alice-secret")
    count = int(imap.select(f'"{mailbox}"', readonly=True)[1][0])
    answer = imap.fetch("1:*", f"({what} FLAGS)")[1] if count else []
    imap.logout()
    for item in answer:
        if isinstance(item, tuple):
            yield item[0].decode("latin-1"), item[1]


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def compare_list(port, postern):
    bad = 0
    for folder, mailbox in FOLDERS.items():
        theirs = collections.Counter()
        for info, head in messages(port, mailbox, "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"):
            subject = one_line(str(make_header(decode_header(BytesHeaderParser().parsebytes(head)["Subject"]))))
            theirs[(subject, "\\Seen" not in info)] += 1
        run = subprocess.run([postern, "mail", "list", "-f", folder, "--all", "--jsonl"], capture_output=True)   # 3: nothing there
        ours = collections.Counter((one_line(m["subject"]), m["unread"]) for m in map(json.loads, run.stdout.splitlines()))
        for what, n in list((theirs - ours).items())[:5]:
            print(f"{folder}: the server has {n} more of {what}")
        for what, n in list((ours - theirs).items())[:5]:
            print(f"{folder}: Postern has {n} more of {what}")
        bad += theirs != ours
        print(f"{folder}: {sum(theirs.values())} on the server, {sum(ours.values())} in Postern")
    return bad


def compare_export(port, out):
    theirs = collections.Counter()
    for mailbox in FOLDERS.values():
        for _, raw in messages(port, mailbox, "BODY.PEEK[]"):
            theirs[hashlib.sha256(raw).hexdigest()] += 1
    ours = collections.Counter(hashlib.sha256(p.read_bytes()).hexdigest() for p in pathlib.Path(out).rglob("*.eml"))
    print(f"{sum(theirs.values())} messages on the server, {sum(ours.values())} files, {sum((theirs - ours).values())} differ")
    return theirs != ours


sys.exit(1 if {"list": compare_list, "export": compare_export}[sys.argv[1]](*sys.argv[2:]) else 0)
