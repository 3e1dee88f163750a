#!/usr/bin/env python3
"""A reader of a store that shares nothing with Postern, neither code nor OpenSSL: written from docs/store-format.md alone.

    read-store.py FOLDER --key-file | --passphrase TEXT | --recovery TEXT [--json | --database FILE]

Unwraps the root key, checks every MAC (slots, header, anchor), decrypts every page and every frame of the log. --database writes
what was decrypted as a plain database: for tests; it is as secret as the mail. Exit 1 and a sentence for what is not as it was written.
"""
import argparse, hashlib, hmac, json, os, sqlite3, struct, sys, tempfile, unicodedata

PAGE, TEXT, LOG_HEADER, FRAME = 4096, 4064, 32, 24
KEY_FILE, PASSPHRASE, RECOVERY = 1, 2, 3


class Bad(Exception):
    pass


# ---- AES-256 and GCM (FIPS 197, SP 800-38D) ----
def _tables():
    exp, log, x = [0] * 512, [0] * 256, 1
    for i in range(255):
        exp[i], log[x] = x, i
        x ^= (x << 1) ^ (0x11b if x & 0x80 else 0)
        x &= 0xff
    for i in range(255, 512):
        exp[i] = exp[i - 255]
    sbox = []
    for i in range(256):
        b = exp[255 - log[i]] if i else 0
        s = b
        for _ in range(4):
            b = (b << 1 | b >> 7) & 0xff
            s ^= b
        sbox.append(s ^ 0x63)
    mul = lambda a, b: exp[log[a] + log[b]] if a and b else 0
    t0 = [mul(s, 2) << 24 | s << 16 | s << 8 | mul(s, 3) for s in sbox]
    return sbox, [[(t >> 8 * n | t << 32 - 8 * n) & 0xffffffff for t in t0] for n in range(4)]


SBOX, (T0, T1, T2, T3) = _tables()


def expand(key):
    w, rcon = list(struct.unpack(">8I", key)), 1
    sub = lambda t: SBOX[t >> 24] << 24 | SBOX[t >> 16 & 255] << 16 | SBOX[t >> 8 & 255] << 8 | SBOX[t & 255]
    for i in range(8, 60):
        t = w[i - 1]
        if i % 8 == 0:
            t, rcon = sub((t << 8 | t >> 24) & 0xffffffff) ^ rcon << 24, rcon << 1
        elif i % 8 == 4:
            t = sub(t)
        w.append(w[i - 8] ^ t)
    return w


def encrypt(w, a, b, c, d):
    a, b, c, d = a ^ w[0], b ^ w[1], c ^ w[2], d ^ w[3]
    for i in range(4, 56, 4):
        a, b, c, d = (T0[a >> 24] ^ T1[b >> 16 & 255] ^ T2[c >> 8 & 255] ^ T3[d & 255] ^ w[i],
                      T0[b >> 24] ^ T1[c >> 16 & 255] ^ T2[d >> 8 & 255] ^ T3[a & 255] ^ w[i + 1],
                      T0[c >> 24] ^ T1[d >> 16 & 255] ^ T2[a >> 8 & 255] ^ T3[b & 255] ^ w[i + 2],
                      T0[d >> 24] ^ T1[a >> 16 & 255] ^ T2[b >> 8 & 255] ^ T3[c & 255] ^ w[i + 3])
    last = lambda p, q, r, s, k: (SBOX[p >> 24] << 24 | SBOX[q >> 16 & 255] << 16 | SBOX[r >> 8 & 255] << 8 | SBOX[s & 255]) ^ k
    return last(a, b, c, d, w[56]), last(b, c, d, a, w[57]), last(c, d, a, b, w[58]), last(d, a, b, c, w[59])


class Gcm:
    def __init__(self, key):
        self.w = expand(key)
        h = int.from_bytes(struct.pack(">4I", *encrypt(self.w, 0, 0, 0, 0)), "big")
        powers = []                       # h, h·x, h·x² …: bit 127 of a block stands for 1
        for _ in range(128):
            powers.append(h)
            h = h >> 1 ^ (0xe1 << 120 if h & 1 else 0)
        self.table = []                   # of each byte of a block, its product with h
        for byte in range(16):
            row = [0] * 256
            for bit in range(8):
                row[0x80 >> bit] = powers[8 * byte + bit]
            for v in range(1, 256):
                low = v & -v
                row[v] = row[low] ^ row[v ^ low] if v != low else row[v]
            self.table.append(row)

    def _hash(self, y, data):
        table = self.table
        for at in range(0, len(data), 16):
            y ^= int.from_bytes(data[at:at + 16].ljust(16, b"\0"), "big")
            z = 0
            for byte, row in zip(y.to_bytes(16, "big"), table):
                z ^= row[byte]
            y = z
        return y

    def open(self, nonce, tag, bound, sealed):
        n = struct.unpack(">3I", nonce)
        y = self._hash(self._hash(0, bound), sealed)
        y = self._hash(y, struct.pack(">QQ", 8 * len(bound), 8 * len(sealed)))
        want = y ^ int.from_bytes(struct.pack(">4I", *encrypt(self.w, *n, 1)), "big")
        if not hmac.compare_digest(want.to_bytes(16, "big"), tag):
            return None
        stream = b"".join(struct.pack(">4I", *encrypt(self.w, *n, i + 2)) for i in range((len(sealed) + 15) // 16))
        return (int.from_bytes(sealed, "big") ^ int.from_bytes(stream[:len(sealed)], "big")).to_bytes(len(sealed), "big")


# ---- keys and slots ----
def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def derive(key, uuid, label, number):
    return mac(mac(uuid, key), label.encode() + b"\0" + struct.pack(">I", number) + b"\1")


def recovery_key(text):
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = "".join(text.upper().replace("-", "").split()).replace("O", "0").replace("I", "1").replace("L", "1")
    if len(text) != 36 or any(c not in digits for c in text):
        raise Bad("this is no recovery key")
    bits = 0
    for c in text:
        bits = bits << 5 | digits.index(c)
    key, check = (bits >> 20).to_bytes(20, "big"), bits & 0xfffff
    if int.from_bytes(hashlib.sha256(key).digest()[:3], "big") >> 4 != check:
        raise Bad("the recovery key was copied wrong")
    return key


def slot_secret(slot, kind, secret):
    if kind != PASSPHRASE:
        return secret
    log_n, r, p = struct.unpack(">3I", slot[20:32])
    return hashlib.scrypt(unicodedata.normalize("NFC", secret).encode(), salt=slot[4:20], n=1 << log_n, r=r, p=p,
                          maxmem=1 << 30, dklen=32)


class Store:
    def __init__(self, folder, kind, secret):
        self.folder = folder
        f = open(os.path.join(folder, "slots"), "rb").read()
        if f[:8] != b"PostSlot" or struct.unpack(">I", f[8:12])[0] != 1:
            raise Bad("slots: another format")
        self.uuid, count = f[12:28], struct.unpack(">I", f[40:44])[0]
        self.epoch, self.spent = struct.unpack(">IQ", f[28:40])
        tail = 44 + 128 * count
        if len(f) != tail + 48 + 32:
            raise Bad("slots: another length")
        self.kinds = [struct.unpack(">I", f[44 + 128 * i:48 + 128 * i])[0] for i in range(count)]
        if kind not in self.kinds:
            raise Bad("slots: no such key")
        at = 44 + 128 * self.kinds.index(kind)
        slot = f[at:at + 128]
        key = slot_secret(slot, kind, secret)
        if not hmac.compare_digest(mac(derive(key, self.uuid, "postern slot mac", kind), f[:28] + slot[:96]), slot[96:]):
            raise Bad("slots: the key does not fit")
        self.root = Gcm(derive(key, self.uuid, "postern slot wrap", kind)).open(slot[32:44], slot[44:60], b"postern root", slot[60:92])
        if self.root is None:
            raise Bad("slots: the root key is damaged")
        if not hmac.compare_digest(mac(self.derive("postern header", 0), f[:-32]), f[-32:]):
            raise Bad("slots: altered")
        self.anchor = struct.unpack(">Q", f[tail:tail + 8])[0], f[tail + 8:tail + 40]
        self.ciphers = {}

    def derive(self, label, number):
        return derive(self.root, self.uuid, label, number)

    def page(self, sealed, kind, number, frame=b""):
        epoch = struct.unpack(">I", sealed[4092:])[0]
        label = "postern pages" if kind < 16 else "postern index"
        if (label, epoch) not in self.ciphers:
            self.ciphers[label, epoch] = Gcm(self.derive(label, epoch))
        bound = b"PVP1" + self.uuid + struct.pack(">3I", kind, number, epoch) + frame
        return self.ciphers[label, epoch].open(sealed[4064:4076], sealed[4076:4092], bound, sealed[:TEXT])

    def pages(self, name, base=0):
        f = open(os.path.join(self.folder, name), "rb").read()
        if len(f) % PAGE:
            raise Bad(f"{name}: cut")
        out = []
        for at in range(0, len(f), PAGE):
            sealed, number = f[at:at + PAGE], at // PAGE + 1
            plain = bytes(TEXT) if not any(sealed) else self.page(sealed, base + 1, number)
            if plain is None:
                raise Bad(f"{name}: page {number} is damaged")
            out.append(plain)
        return out

    # The log's committed pages, newest last, by SQLite's rules: salts, running checksum, commit mark.
    def frames(self, name, base=0):
        path = os.path.join(self.folder, name + "-wal")
        f = open(path, "rb").read() if os.path.exists(path) else b""
        done, waiting = {}, {}
        if len(f) < LOG_HEADER:
            return done, 0
        order = ">" if struct.unpack(">I", f[:4])[0] & 1 else "<"
        salts, s = f[16:24], checksum(order, f[:24], (0, 0))
        for at in range(LOG_HEADER, len(f) - FRAME - PAGE + 1, FRAME + PAGE):
            head, sealed = f[at:at + FRAME], f[at + FRAME:at + FRAME + PAGE]
            number, count = struct.unpack(">2I", head[:8])
            plain = self.page(sealed, base + 2, number, head[4:16]) if head[8:16] == salts else None
            if plain is None:
                break
            s = checksum(order, plain + bytes(32), checksum(order, head[:8], s))
            if s != struct.unpack(">2I", head[16:24]):
                break
            waiting[number] = plain
            if count:
                done.update(waiting)
                waiting, last = {}, count
        return done, len(done) and last

    def database(self, name="store.db", base=0):
        pages = self.pages(name, base)
        newer, count = self.frames(name, base)
        if newer:
            pages += [bytes(TEXT)] * (count - len(pages))
            for number, plain in newer.items():
                pages[number - 1] = plain
            pages = pages[:count]
        first = bytearray(pages[0])
        first[18:20] = b"\1\1"            # no log beside it
        return b"".join(p + bytes(32) for p in [bytes(first)] + pages[1:])

    def column(self, table, row, column, sealed):
        text = Gcm(self.derive("postern columns", 0)).open(sealed[:12], sealed[12:28], f"{table}\n{row}\n{column}".encode(), sealed[28:])
        if text is None:
            raise Bad(f"{table}.{column}, row {row}: not as it was sealed")
        return text

    def anchor_of(self, db):
        rows = b""
        for sql in ("SELECT 'anchor', id, is_trusted FROM anchor ORDER BY id",
                    "SELECT 'account', id, policy_hash, policy_xml, wipe FROM account ORDER BY id",
                    "SELECT 'picture_sender', account_id, key FROM picture_sender ORDER BY account_id, key"):
            for row in db.execute(sql):
                for v in row:
                    if v is None:
                        rows += b"n"
                    elif isinstance(v, int):
                        rows += b"i" + struct.pack(">q", v)
                    else:
                        b = v.encode() if isinstance(v, str) else v
                        rows += b"t" + struct.pack(">Q", len(b)) + b
        sequence, stored = db.execute("SELECT sequence, mac FROM trust").fetchone()
        if not hmac.compare_digest(mac(self.derive("postern anchor", 0), struct.pack(">Q", sequence) + rows), stored):
            raise Bad("trust: the rows are not those that were sealed")
        if sequence < self.anchor[0] or (sequence == self.anchor[0] and stored != self.anchor[1]):
            raise Bad("trust: older than the anchor")
        return sequence


def checksum(order, data, s):
    s0, s1 = s
    for x, y in struct.iter_unpack(order + "2I", data):
        s0 = (s0 + x + s1) & 0xffffffff
        s1 = (s1 + y + s0) & 0xffffffff
    return s0, s1


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    how = a.add_mutually_exclusive_group(required=True)
    how.add_argument("--key-file", action="store_true")
    how.add_argument("--passphrase")
    how.add_argument("--recovery")
    a.add_argument("--database")
    a.add_argument("--json", action="store_true")
    a = a.parse_args()
    if a.key_file:
        kind, secret = KEY_FILE, open(os.path.join(a.folder, "key"), "rb").read()
    elif a.passphrase is not None:
        kind, secret = PASSPHRASE, a.passphrase
    else:
        kind, secret = RECOVERY, recovery_key(a.recovery)
    store = Store(a.folder, kind, secret)
    plain = store.database()
    with tempfile.TemporaryDirectory() as folder:
        path = a.database or os.path.join(folder, "plain.db")
        with open(path, "wb") as f:
            f.write(plain)
        db = sqlite3.connect(path)
        facts = {
            "uuid": store.uuid.hex(), "root": store.root.hex(), "kinds": store.kinds, "epoch": store.epoch,
            "pages": len(plain) // PAGE, "plain_sha256": hashlib.sha256(plain).hexdigest(), "page_1": plain[:16].decode("latin1"),
            "integrity": db.execute("PRAGMA integrity_check").fetchone()[0], "sequence": store.anchor_of(db),
            "drafts": [store.column("draft", i, "text", t).decode() for i, t in db.execute("SELECT id, text FROM draft ORDER BY id")],
        }
        db.close()
    if a.json:
        print(json.dumps(facts, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    try:
        main()
    except Bad as why:
        print(f"read-store: {why}", file=sys.stderr)
        sys.exit(1)
