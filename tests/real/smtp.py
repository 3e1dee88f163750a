#!/usr/bin/env python3
"""A mail server on loopback before Dovecot: smtp.py PORT LMTP-PORT PIDFILE.

It keeps nothing: each recipient is asked of Dovecot, each message handed over (LMTP) before it is answered. So whom
nobody knows is refused while SOGo still listens, and what SOGo reports as sent has arrived.
"""
import asyncio, os, smtplib, sys
from aiosmtpd.smtp import SMTP

port, lmtp_port, pid_file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
MOST_BYTES = 64 << 20


class Relay:
    async def handle_RCPT(self, server, session, envelope, address, options):
        with smtplib.LMTP("127.0.0.1", lmtp_port) as lmtp:
            lmtp.ehlo_or_helo_if_needed()
            lmtp.mail(envelope.mail_from)
            code, text = lmtp.rcpt(address)
        if code == 250:
            envelope.rcpt_tos.append(address)
        return f"{code} {text.decode()}"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:          # one by one: LMTP answers for each, smtplib reads one answer
            with smtplib.LMTP("127.0.0.1", lmtp_port) as lmtp:
                lmtp.sendmail(envelope.mail_from, [address], envelope.original_content)
        return "250 Delivered"


async def serve():
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Relay(), hostname="mail.example.test", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True),
        "127.0.0.1", port)
    with open(pid_file, "w") as out:
        print(os.getpid(), file=out)
    await server.serve_forever()


asyncio.run(serve())
