-- Step 7: certificates, of others and one's own, the keys of one's own, and whom the person trusts.

CREATE TABLE certificate (
	id           INTEGER PRIMARY KEY,        -- the first 63 bits of its fingerprint
	fingerprint  BLOB NOT NULL UNIQUE,       -- SHA-256
	der          BLOB NOT NULL,
	source       INTEGER NOT NULL,           -- how it was come by: model/certificate.h
	account_id   INTEGER REFERENCES account, -- which it came through or is of, and goes with; NULL: of none
	seen_ms      INTEGER NOT NULL,           -- last in use, as far as is known
	capabilities BLOB                        -- what its owner can decrypt (SMIMECapabilities); NULL: not told
) STRICT;
CREATE INDEX certificate_by_account ON certificate (account_id) WHERE account_id IS NOT NULL;

-- Whom it is for; addresses in lower case.
CREATE TABLE certificate_address (
	key            TEXT NOT NULL,
	certificate_id INTEGER NOT NULL REFERENCES certificate ON DELETE CASCADE,
	PRIMARY KEY (key, certificate_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_address_by_certificate ON certificate_address (certificate_id);

-- One's own: a certificate with its key.
CREATE TABLE identity (
	id   INTEGER PRIMARY KEY REFERENCES certificate ON DELETE CASCADE,
	role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),   -- 1 signs, 2 decrypts
	key  BLOB NOT NULL                       -- sealed: PKCS#8
) STRICT;

-- The person's own choice, where several could sign for one address.
CREATE TABLE identity_address (
	key         TEXT PRIMARY KEY,
	identity_id INTEGER NOT NULL REFERENCES identity ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_address_by_identity ON identity_address (identity_id);

-- The person's word: it ends a chain, or none that holds it is believed.
CREATE TABLE anchor (
	id         INTEGER PRIMARY KEY REFERENCES certificate ON DELETE CASCADE,
	is_trusted INTEGER NOT NULL CHECK (is_trusted BETWEEN 0 AND 1),
	proof      BLOB                          -- that this row is the newest that was written: a MAC
) STRICT;
