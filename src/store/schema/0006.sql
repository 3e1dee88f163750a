-- Step 6: pictures that lie on other servers: whose are shown without asking, and those that were fetched.

-- The person's own choice; addresses in lower case.
CREATE TABLE picture_sender (
	account_id INTEGER NOT NULL REFERENCES account,
	key        TEXT NOT NULL,
	PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE picture (
	id         INTEGER PRIMARY KEY,
	account_id INTEGER NOT NULL REFERENCES account,
	url        TEXT NOT NULL,
	body_id    INTEGER REFERENCES body,      -- NULL: there is none to be had, and failure says why
	failure    TEXT,
	size_bytes INTEGER NOT NULL,
	fetched_ms INTEGER NOT NULL,
	UNIQUE (account_id, url)
) STRICT;
CREATE INDEX picture_by_body ON picture (body_id) WHERE body_id IS NOT NULL;

-- The clause of an upsert takes the place of what a trigger says of conflicts: so nothing here may meet one.
CREATE TRIGGER picture_gone AFTER DELETE ON picture WHEN OLD.body_id IS NOT NULL BEGIN
	INSERT INTO loose SELECT OLD.body_id WHERE OLD.body_id NOT IN (SELECT body_id FROM loose);
END;

CREATE TRIGGER picture_changed AFTER UPDATE OF body_id ON picture
WHEN OLD.body_id IS NOT NULL AND OLD.body_id IS NOT NEW.body_id BEGIN
	INSERT INTO loose SELECT OLD.body_id WHERE OLD.body_id NOT IN (SELECT body_id FROM loose);
END;
