-- Step 10: what is no mail: events, contacts, tasks and notes.

-- What an item says is text (model/pim_text.h): the brief part, which lists need, and the rest. What is listed, ordered
-- and searched by stands in a table of its kind, in which an item that is being deleted has no row.
CREATE TABLE item (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	folder_id  INTEGER NOT NULL REFERENCES folder,
	kind       INTEGER NOT NULL,
	server_id  TEXT NOT NULL,                 -- a name of ours until the server has given one
	generation INTEGER NOT NULL,              -- of the folder, when the server last named it
	is_hidden  INTEGER NOT NULL DEFAULT 0,    -- it is being deleted
	title      TEXT NOT NULL,
	brief      TEXT NOT NULL,
	rest       TEXT,                          -- NULL: the brief part is all
	UNIQUE (folder_id, server_id)
) STRICT;

CREATE TABLE event (
	id        INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
	folder_id INTEGER NOT NULL,
	uid       TEXT,
	reach     INTEGER NOT NULL,               -- 0 short, 1 long, 2 a series
	from_ms   INTEGER NOT NULL,               -- no occurrence begins before, in any zone …
	until_ms  INTEGER NOT NULL,               -- … nor ends after
	words     TEXT NOT NULL                   -- of subject, place and people, as the tokenizer folds them, each behind a blank
) STRICT;
CREATE INDEX event_by_time ON event (folder_id, reach, from_ms, until_ms);
CREATE INDEX event_by_uid ON event (uid) WHERE uid IS NOT NULL;

CREATE TABLE contact (
	id          INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
	folder_id   INTEGER NOT NULL,
	key         TEXT NOT NULL,                -- the name as it is sorted: case and accents aside
	letter      TEXT NOT NULL,                -- under which it stands; '#': none
	name        TEXT NOT NULL,
	address     TEXT,                         -- the first of its addresses, and of its numbers
	phone       TEXT,
	company     TEXT,
	categories  TEXT,
	has_picture INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_by_key ON contact (key, folder_id, letter);

-- How it is found: words as the tokenizer folds them and digits of numbers, by their beginnings; whole addresses behind
-- '@'; and numbers from their last digit on, behind '#'.
CREATE TABLE contact_word (
	word       TEXT NOT NULL,
	contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
	PRIMARY KEY (word, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_word_by_contact ON contact_word (contact_id);

CREATE TABLE todo (
	id         INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
	folder_id  INTEGER NOT NULL,
	is_done    INTEGER NOT NULL,
	due_ms     INTEGER NOT NULL,              -- the greatest number: without a date
	importance INTEGER NOT NULL
) STRICT;
CREATE INDEX todo_by_due ON todo (is_done, due_ms, folder_id);

CREATE TABLE note (
	id         INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
	folder_id  INTEGER NOT NULL,
	changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX note_by_change ON note (changed_ms, folder_id);

ALTER TABLE op ADD COLUMN item_id INTEGER NOT NULL DEFAULT 0;     -- 0: none
CREATE INDEX op_by_item ON op (item_id) WHERE item_id > 0;

CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
	UPDATE folder_count SET total = total + (NEW.is_hidden = 0) WHERE folder_id = NEW.folder_id;
END;

CREATE TRIGGER item_hidden AFTER UPDATE OF is_hidden ON item WHEN OLD.is_hidden <> NEW.is_hidden BEGIN
	UPDATE folder_count SET total = total + OLD.is_hidden - NEW.is_hidden WHERE folder_id = NEW.folder_id;
END;

CREATE TRIGGER item_gone AFTER DELETE ON item BEGIN
	UPDATE folder_count SET total = total - (OLD.is_hidden = 0) WHERE folder_id = OLD.folder_id;
	DELETE FROM op WHERE item_id = OLD.id AND item_id > 0;
END;
