-- Step 4: operations of every kind, drafts, and messages and folders that stand elsewhere than the server has them.

-- Neither listed nor searched: a folder that is being deleted, and the one (a name of ours, one an account) where messages
-- are that are being deleted. What a server refuses comes back from there.
ALTER TABLE folder ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0;

-- Where the server has a message that was moved or deleted here and not yet there; its server_id is a name of ours then.
ALTER TABLE message ADD COLUMN home_folder_id INTEGER REFERENCES folder;
ALTER TABLE message ADD COLUMN home_server_id TEXT;
CREATE INDEX message_by_home ON message (home_folder_id, home_server_id) WHERE home_folder_id IS NOT NULL;

DROP INDEX op_by_account;
DROP INDEX op_by_folder;
ALTER TABLE op RENAME TO op_before;

-- Which columns count is the kind's affair: see model/op.h. No row goes because another does, except that a message that
-- is gone for good takes along what was to be done to it.
CREATE TABLE op (
	id              INTEGER PRIMARY KEY AUTOINCREMENT,
	group_id        INTEGER NOT NULL,              -- the id of its first
	kind            INTEGER NOT NULL,
	state           INTEGER NOT NULL DEFAULT 0,
	account_id      INTEGER NOT NULL REFERENCES account,
	folder_id       INTEGER NOT NULL,              -- 0: of a message, or none
	message_id      INTEGER NOT NULL,              -- 0: none
	draft_id        INTEGER NOT NULL,              -- 0: none
	value           INTEGER NOT NULL,
	value_folder_id INTEGER NOT NULL DEFAULT 0,
	value_text      TEXT,
	start_ms        INTEGER NOT NULL DEFAULT 0,
	flag_due_ms     INTEGER NOT NULL DEFAULT 0,
	done_ms         INTEGER NOT NULL DEFAULT 0,
	was             INTEGER NOT NULL,              -- what the server holds, for when it refuses
	was_folder_id   INTEGER NOT NULL DEFAULT 0,
	was_text        TEXT,
	was_start_ms    INTEGER NOT NULL DEFAULT 0,
	was_due_ms      INTEGER NOT NULL DEFAULT 0,
	was_done_ms     INTEGER NOT NULL DEFAULT 0,
	due_ms          INTEGER NOT NULL DEFAULT 0,
	next_ms         INTEGER NOT NULL DEFAULT 0,
	attempts        INTEGER NOT NULL DEFAULT 0,
	client_id       TEXT,
	error_kind      INTEGER NOT NULL DEFAULT 0,
	last_error      TEXT,
	changed_ms      INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO op (id, group_id, kind, account_id, folder_id, message_id, draft_id, value, was, attempts, last_error)
	SELECT id, id, kind, account_id, 0, message_id, 0, value, was, attempts, last_error FROM op_before;
DROP TABLE op_before;
CREATE INDEX op_by_account ON op (account_id);
CREATE INDEX op_by_group ON op (group_id);
CREATE INDEX op_by_message ON op (message_id) WHERE message_id > 0;
CREATE INDEX op_by_folder ON op (folder_id) WHERE folder_id > 0;
CREATE INDEX op_by_target ON op (value_folder_id) WHERE kind = 3;
CREATE INDEX op_by_draft ON op (draft_id) WHERE draft_id > 0;

-- What a person writes. Texts and files are sealed columns.
CREATE TABLE draft (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES account,
	message_id INTEGER,                            -- the server's draft; NULL: none. It may be gone
	kind       INTEGER NOT NULL,                   -- new, reply, forward …
	source_id  INTEGER,                            -- the message that is answered or forwarded; it may be gone
	changed_ms INTEGER NOT NULL,
	state      INTEGER NOT NULL DEFAULT 0,
	text       BLOB,                               -- sealed: header fields and text
	base_hash  BLOB                                -- of the server's version that it was made from; NULL: of none
) STRICT;
CREATE INDEX draft_by_account ON draft (account_id);
CREATE INDEX draft_by_message ON draft (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE draft_file (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	draft_id   INTEGER NOT NULL REFERENCES draft ON DELETE CASCADE,
	position   INTEGER NOT NULL,
	name       BLOB NOT NULL,                      -- sealed
	type       BLOB,                               -- sealed
	content    BLOB,                               -- sealed; NULL: a part of a message on the server
	message_id INTEGER,
	reference  TEXT,
	UNIQUE (draft_id, position)
) STRICT;

-- From the counts and the thread of one folder to those of another. The new thread's row is made as for a new message,
-- the old one's is cut as for one that is gone.
CREATE TRIGGER message_moved AFTER UPDATE OF folder_id ON message WHEN OLD.folder_id <> NEW.folder_id BEGIN
	UPDATE folder_count SET total = total - 1, unread = unread - OLD.is_unread WHERE folder_id = OLD.folder_id;
	UPDATE folder_count SET total = total + 1, unread = unread + OLD.is_unread WHERE folder_id = NEW.folder_id;
	DELETE FROM thread WHERE folder_id = OLD.folder_id AND conversation_id = OLD.conversation_id AND size = 1;
	UPDATE thread SET size = size - 1, unread = unread - OLD.is_unread,
		newest_id = CASE WHEN newest_id <> OLD.id THEN newest_id ELSE
			(SELECT id FROM message INDEXED BY message_by_conversation
			 WHERE conversation_id = OLD.conversation_id AND folder_id = OLD.folder_id ORDER BY id DESC LIMIT 1) END
		WHERE folder_id = OLD.folder_id AND conversation_id = OLD.conversation_id;
	INSERT INTO thread VALUES (NEW.folder_id, NEW.conversation_id, NEW.id, 1, OLD.is_unread)
		ON CONFLICT DO UPDATE SET newest_id = max(newest_id, NEW.id), size = size + 1, unread = unread + OLD.is_unread;
END;

CREATE TRIGGER message_gone_with_ops AFTER DELETE ON message BEGIN
	DELETE FROM op WHERE message_id = OLD.id AND message_id > 0 AND kind <= 4;
END;
