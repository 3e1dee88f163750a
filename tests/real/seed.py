#!/usr/bin/env python3
"""Fills an IMAP account with mail in several folders: seed.py PORT USER PASSWORD COUNT.

The same COUNT gives the same content; dates are counted back from today. Every mailbox is opened once with
CONDSTORE, because Dovecot counts changes only in mailboxes opened so, and SOGo finds new mail by that count.
"""
import imaplib, random, sys, time
from email.header import Header
from email.utils import formatdate

port, user, password, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
rand = random.Random(count)
now = int(time.time())
FOLDERS = ["INBOX", "INBOX", "INBOX", "Sent", "Trash", "Projects", "Projects/Alpha", "Lists", "Gr&APYA3w-e"]
PEOPLE = ["Bob Müller <bob@example.test>", "山田 太郎 <yamada@kaisha.test>", "Иван Петров <ivan@zavod.test>",
          "\"O'Neil, Pat\" <pat@partner.test>", "noreply@alerts.test", "Ömer Işık <omer@sirket.test>"]
SUBJECTS = {"utf-8": ["Größere Änderungen", "İstanbul toplantısı", "Lunch? 🍜", "مراجعة العقد", "Zażółć gęślą jaźń"],
            "iso-8859-1": ["Grüße aus München"], "koi8-r": ["Привет из Москвы"], "iso-2022-jp": ["会議の日程について"],
            "gb18030": ["关于合同的问题"], "windows-1252": ["Angebot – “final” €"]}
WORDS = ("budget meeting draft release invoice server backup contract schedule travel review customer proposal "
         "figures deadline network training report summary plan").split()


def prose(n):
    return "\r\n\r\n".join(" ".join(rand.choices(WORDS, k=rand.randint(20, 60))).capitalize() + "." for _ in range(n))


def address(text):
    name, _, rest = text.rpartition(" <")
    return text if not name or name.startswith('"') else f"{Header(name, 'utf-8').encode()} <{rest}"


def body(i, charset):
    text = prose(rand.randint(1, 8))
    if i % 10 == 0:
        text = f"qzneedle{i}\r\n" + text
    html = "<html><body><h2>Report</h2><p>" + text.replace("\r\n\r\n", "</p>\r\n<p>") + "</p></body></html>"
    kind = i % 7
    if kind < 3:
        return f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    if kind < 5:
        return (f"Content-Type: multipart/alternative; boundary=b{i}\r\n\r\n--b{i}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                f"{text}\r\n--b{i}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b{i}--\r\n")
    if kind == 5:
        return f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
    return (f"Content-Type: multipart/mixed; boundary=m{i}\r\n\r\n--m{i}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
            f"--m{i}\r\nContent-Type: application/pdf; name=report{i}.pdf\r\nContent-Disposition: attachment; filename=report{i}.pdf\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKJSVFT0YK\r\n--m{i}--\r\n")


def message(i):
    charset = rand.choice(list(SUBJECTS))
    subject = Header(f"{rand.choice(SUBJECTS[charset])} {i}", charset).encode()
    when = now - rand.randint(60, 25 * 86400)
    refs = f"In-Reply-To: <m{i - 9}@example.test>\r\nReferences: <m{i - 9}@example.test>\r\n" if i % 5 == 0 and i > 9 else ""
    head = (f"From: {address(rand.choice(PEOPLE))}\r\nTo: alice@example.test\r\nSubject: {subject}\r\nDate: {formatdate(when)}\r\n"
            f"Message-ID: <m{i}@example.test>\r\n{refs}MIME-Version: 1.0\r\n")
    return when, (head + body(i, charset)).encode()


imap = imaplib.IMAP4("127.0.0.1", port)
imap.login(user, password)
for name in sorted(set(FOLDERS)):
    imap.create(f'"{name}"')
    imap.subscribe(f'"{name}"')
for i in range(count):
    when, raw = message(i)
    flags = "(\\Seen)" if rand.random() < 0.7 else "()"
    ok, answer = imap.append(f'"{FOLDERS[i % len(FOLDERS)]}"', flags, imaplib.Time2Internaldate(when), raw)
    if ok != "OK":
        sys.exit(f"seed: the server refused message {i}: {answer}")
imap.enable("CONDSTORE")
for line in imap.list()[1]:
    imap.select(line.decode().rpartition('"/" ')[2], readonly=True)
imap.logout()
