#!/usr/bin/env python3
"""A line to the server that can be cut: line.py PORT SERVER-PORT CERTIFICATE KEY ORDER PIDFILE.

Each request goes to the server over a connection of its own. What the file ORDER says befalls the next one that sends
mail, and the file goes: "request" cuts the line when half of it has come and the server has nothing, "answer" when the
server has done it and answered. A line on the standard output tells each command, and whether it passed.
"""
import os, re, socketserver, socket, ssl, sys

port, server_port, certificate, key, order_file, pid_file = sys.argv[1:]
SENDING = ("SendMail", "SmartReply", "SmartForward")
here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
here.load_cert_chain(certificate, key)
there = ssl.create_default_context()
there.check_hostname, there.verify_mode = False, ssl.CERT_NONE


def take_order(command):
    """What is to befall this command, once; two that come at a time do not both take it."""
    taken = f"{order_file}.taken"
    if command not in SENDING:
        return "pass"
    try:
        os.rename(order_file, taken)
    except FileNotFoundError:
        return "pass"
    with open(taken) as file:
        return file.read().strip()


class Line(socketserver.StreamRequestHandler):
    def handle(self):
        with here.wrap_socket(self.request, server_side=True) as client:
            stream = client.makefile("rb")
            head = b"".join(iter(lambda: stream.readline() or b"\r\n", b"\r\n"))
            if not head:
                return
            length = int((re.search(rb"(?im)^content-length: *(\d+)", head) or [0, 0])[1])
            command = (re.search(rb"[?&]Cmd=(\w+)", head) or [b"", head.split(b" ")[0]])[1].decode()
            order = take_order(command)
            body = stream.read(length // 2 if order == "request" else length)
            print(command, order, flush=True)
            if order != "request":
                self.forward(client, head, body, is_answered=order == "pass")

    def forward(self, client, head, body, is_answered):
        head = re.sub(rb"(?im)^connection:.*\r\n", b"", head) + b"Connection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", int(server_port))) as plain, there.wrap_socket(plain) as server:
            server.sendall(head + body)
            for piece in iter(lambda: server.recv(65536), b""):
                if is_answered:
                    client.sendall(piece)


class Lines(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request, client_address):
        print("broken:", sys.exc_info()[1], flush=True)


with Lines(("127.0.0.1", int(port)), Line) as lines:
    with open(pid_file, "w") as out:
        print(os.getpid(), file=out)
    lines.serve_forever()
