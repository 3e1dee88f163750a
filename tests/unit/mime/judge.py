"""What Python's email package makes of a mail: one line a header that is asked for, one line a leaf with a digest of
its content. usage: judge.py FILE HEADER..."""
import email, email.policy, hashlib, sys

with open(sys.argv[1], "rb") as f:
    raw = f.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
for name in sys.argv[2:]:
    for value in message.get_all(name, []):
        print(f"{name}: {value}")


def show(part, depth):
    kind = part.get_content_type()
    if part.defects:
        print("DEFECTS", part.defects)
    if part.is_multipart():
        print("  " * depth + kind)
        for child in part.iter_parts() if kind != "message/rfc822" else part.get_payload():
            show(child, depth + 1)
        return
    content = part.get_payload(decode=True)
    name = part.get_filename()
    print("  " * depth + kind, name if name else "-", part.get_content_disposition() or "-",
          part["content-id"] or "-", hashlib.sha256(content).hexdigest()[:16], len(content))


show(message, 0)
