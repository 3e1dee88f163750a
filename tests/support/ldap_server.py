"""A directory that a test decides the manners of: just enough LDAP (RFC 4511) for one question about people.

usage: ldap_server.py READY LOG ORDERS

READY gets the port once it listens on 127.0.0.1; LOG a line for each request. ORDERS is read anew for each connection:
    [--tls|--starttls] [--cert FILE --key FILE] [--manner NAME] [--name DN --password TEXT] [--entry MAIL ATTRIBUTE FILE]...
It ends with its parent (end of its input).
Manners: honest; silent (answers no search), hangup, garbage, flood (entries without end), long (announces 100 MiB),
drip (a byte now and then), many (three times more entries than one may send), noattr; referral, reference; refuses-tls; inject
(an entry in clear behind the answer to StartTLS), ahead (answers in clear to what is not asked yet); cut (size limit); or
code-N (the search ends with result N).
"""
import argparse, os, shlex, socket, ssl, sys, threading

SEARCH_ENTRY, SEARCH_DONE, SEARCH_REFERENCE, BIND_ANSWER, EXTENDED_ANSWER = 0x64, 0x65, 0x73, 0x61, 0x78


def length(n):
    if n < 128:
        return bytes([n])
    size = (n.bit_length() + 7) // 8
    return bytes([128 | size]) + n.to_bytes(size, 'big')


def tlv(tag, *parts):
    body = b''.join(parts)
    return bytes([tag]) + length(len(body)) + body


def text(value):
    return tlv(4, value.encode())


def message(number, *parts):
    return tlv(0x30, tlv(2, bytes([number])), *parts)


def result(number, tag, code, words='', more=b''):
    return message(number, tlv(tag, tlv(10, bytes([code])), text(''), text(words), more))


def entry(number, attribute, value, name='cn=someone'):
    return message(number, tlv(SEARCH_ENTRY, text(name), tlv(0x30, tlv(0x30, text(attribute), tlv(0x31, tlv(4, value))))))


def parse(data):
    """The elements of @data: (tag, content)."""
    found = []
    while data:
        tag, n, at = data[0], data[1], 2
        if n & 128:
            size = n & 127
            n, at = int.from_bytes(data[2:2 + size], 'big'), 2 + size
        found.append((tag, data[at:at + n]))
        data = data[at + n:]
    return found


def values_of(tag, content):
    """The values that a filter asks for."""
    if tag in (0xa0, 0xa1, 0xa2):
        return [v for t, c in parse(content) for v in values_of(t, c)]
    if tag == 0xa3:
        return [parse(content)[1][1].decode()]
    return []


class Conversation:
    def __init__(self, server, line):
        self.server, self.line, self.number = server, line, 0

    def log(self, *words):
        with self.server.lock, open(self.server.log, 'a') as log:
            print(*words, file=log, flush=True)

    def read(self):
        head = self.exactly(2)
        if head is None:
            return None
        n = head[1]
        if n & 128:
            n = int.from_bytes(self.exactly(n & 127), 'big')
        body = self.exactly(n)
        (_, number), (tag, content) = parse(body)[:2]
        return number[0], tag, content

    def exactly(self, n):
        data = b''
        while len(data) < n:
            more = self.line.recv(n - len(data))
            if not more:
                return None
            data += more
        return data

    def talk(self):
        if self.server.mode == 'tls':
            self.line = self.server.context.wrap_socket(self.line, server_side=True)
        while (request := self.read()) and self.answer(*request):
            pass

    def answer(self, number, tag, content):
        self.number = number
        if tag == 0x60:
            return self.bind(content)
        if tag == 0x77:
            return self.start_tls()
        if tag == 0x63:
            return self.search(content)
        return False

    def bind(self, content):
        (_, _), (_, name), (_, password) = parse(content)
        self.log('bind', name.decode(), password.decode())
        is_well = (name.decode(), password.decode()) == (self.server.name, self.server.password)
        self.line.sendall(result(self.number, BIND_ANSWER, 0 if is_well else 49))
        return True

    def start_tls(self):
        self.log('starttls')
        manner = self.server.manner
        if manner == 'refuses-tls':
            self.line.sendall(result(self.number, EXTENDED_ANSWER, 52, 'no TLS here'))
            return True
        ahead = b''
        if manner == 'ahead':
            ahead = b''.join(self.all_of(n) + result(n, SEARCH_DONE, 0) for n in range(self.number + 1, 9))
        behind = self.all_of(self.number + 1) + result(self.number + 1, SEARCH_DONE, 0) if manner == 'inject' else b''
        self.line.sendall(ahead + result(self.number, EXTENDED_ANSWER, 0) + behind)
        self.line = self.server.context.wrap_socket(self.line, server_side=True)
        return True

    def all_of(self, number):
        return b''.join(entry(number, a, v) for _, a, v in self.server.entries)

    def search(self, content):
        parts = parse(content)
        base, limit, asked = parts[0][1].decode(), parts[3][1], values_of(*parts[6])
        self.log('search', base, 'limit', int.from_bytes(limit, 'big'), *asked)
        return self.misbehave() or self.tell(asked)

    def tell(self, asked):
        manner, number = self.server.manner, self.number
        if manner in ('ahead', 'inject'):
            asked = []
        for mail, attribute, value in self.server.entries:
            if mail in asked:
                self.line.sendall(entry(number, attribute, value))
        if manner == 'reference':
            self.line.sendall(message(number, tlv(SEARCH_REFERENCE, text(self.server.elsewhere))))
        code = 4 if manner == 'cut' else int(manner[5:]) if manner.startswith('code-') else 0
        self.line.sendall(result(number, SEARCH_DONE, code, 'Be off!\x1b[31m' if code else ''))
        return True

    def misbehave(self):
        manner, number, line = self.server.manner, self.number, self.line
        if manner == 'silent':
            return line.recv(1) and False
        if manner == 'hangup':
            line.close()
        elif manner == 'garbage':
            line.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n' * 10)
        elif manner == 'flood':
            while True:
                line.sendall(entry(number, 'cn', b'x' * 100))
        elif manner == 'many':
            line.sendall(b''.join(entry(number, 'cn', b'x') for _ in range(60)))
            return line.recv(1) and False
        elif manner == 'long':
            line.sendall(b'\x30\x84' + (100 << 20).to_bytes(4, 'big') + b'\x02\x01' + bytes([number]) + b'x' * 1000)
            return line.recv(1) and False
        elif manner == 'drip':
            for byte in entry(number, 'cn', b'x' * 10000):
                line.sendall(bytes([byte]))
                threading.Event().wait(0.05)
        elif manner == 'referral':
            line.sendall(result(number, SEARCH_DONE, 10, '', tlv(0xa3, text(self.server.elsewhere))))
            return True
        return False


class Orders:
    """How one connection is to be treated."""

    def __init__(self, server, asked):
        self.log, self.lock, self.elsewhere = server.log, server.lock, server.elsewhere
        self.manner, self.name, self.password = asked.manner, asked.name, asked.password
        self.mode = 'tls' if asked.tls else 'starttls' if asked.starttls else 'clear'
        self.entries = [(m, a, open(f, 'rb').read()) for m, a, f in asked.entry]
        if asked.cert:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(asked.cert, asked.key)


class Server:
    def __init__(self, log, orders):
        self.log, self.orders, self.lock = log, orders, threading.Lock()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.elsewhere = 'ldap://127.0.0.1:%d/dc=elsewhere' % self.port
        self.parser = argparse.ArgumentParser()
        for flag in ('--tls', '--starttls'):
            self.parser.add_argument(flag, action='store_true')
        for option in ('--cert', '--key', '--name', '--password'):
            self.parser.add_argument(option)
        self.parser.add_argument('--manner', default='honest')
        self.parser.add_argument('--entry', nargs=3, action='append', default=[])

    def serve(self, line):
        try:
            words = shlex.split(open(self.orders).read())
            Conversation(Orders(self, self.parser.parse_args(words)), line).talk()
        except (OSError, TypeError, IndexError, ValueError):
            pass
        line.close()

    def run(self):
        while True:
            line, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()


def main():
    ready, log, orders = sys.argv[1:]
    server = Server(log, orders)
    threading.Thread(target=server.run, daemon=True).start()
    with open(ready + '.new', 'w') as file:
        print(server.port, file=file)
    os.rename(ready + '.new', ready)
    sys.stdin.read()


main()
