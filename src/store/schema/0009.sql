-- Step 9: what servers have told about the revocation of certificates, and how often what is known of certificates has
-- changed: who keeps it in memory reads it anew only then.

CREATE TABLE revocation (
	id         INTEGER PRIMARY KEY,
	account_id INTEGER NOT NULL REFERENCES account, -- which asked last, and goes with
	url        TEXT NOT NULL UNIQUE,                -- that was asked: of a list, or with the question in it
	answer     BLOB,                                -- sealed; NULL: nothing was answered yet
	size_bytes INTEGER NOT NULL,
	asked_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX revocation_by_account ON revocation (account_id);

INSERT INTO meta VALUES ('certificates', 1);
