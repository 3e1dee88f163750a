-- Step 5: the people one writes to and hears from, VIPs, and drafts that are none any more.

-- Counted when a message comes, and for those that are there when a store is brought up to this step: store/people.c.
CREATE TABLE person (
	account_id INTEGER NOT NULL REFERENCES account,
	key        TEXT NOT NULL,            -- the address in lower case
	address    TEXT NOT NULL,
	name       TEXT,                     -- as last seen
	words      TEXT NOT NULL,            -- of name and address, as the tokenizer folds them, each behind a blank
	written    INTEGER NOT NULL,         -- mails sent to them
	heard      INTEGER NOT NULL,         -- mails received from them
	last_ms    INTEGER NOT NULL,
	PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

-- The person's own choice, for every account; it goes with the last account that knows the address.
CREATE TABLE vip (
	key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Drafts are not in the index: one that leaves Drafts, or is none any more, comes as if it were new.
DROP TRIGGER message_reworded;
CREATE TRIGGER message_reworded
AFTER UPDATE OF subject, from_list, to_list, cc_list, bcc_list, body_id, folder_id, flags ON message
WHEN (OLD.subject, OLD.from_list, OLD.to_list, OLD.cc_list, OLD.bcc_list, OLD.body_id)
	IS NOT (NEW.subject, NEW.from_list, NEW.to_list, NEW.cc_list, NEW.bcc_list, NEW.body_id)
	OR (OLD.flags & 16) > (NEW.flags & 16)
	OR (OLD.folder_id <> NEW.folder_id AND (SELECT type FROM folder WHERE id = OLD.folder_id) = 3) BEGIN
	INSERT INTO arrival (message_id) VALUES (NEW.id);
END;
