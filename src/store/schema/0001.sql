-- Step 1: accounts, folders, messages with their bodies, conversations, operations.
-- Names say the unit; NULL means "not known" or "none". Every text is UTF-8.

PRAGMA application_id = 0x506f7374;      -- "Post"

CREATE TABLE meta (
	name  TEXT PRIMARY KEY,              -- "serial", "conversation": the next number
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('serial', 1), ('conversation', 1);

CREATE TABLE account (
	id             INTEGER PRIMARY KEY AUTOINCREMENT,
	name           TEXT NOT NULL UNIQUE,
	device_id      TEXT NOT NULL,
	version        TEXT,
	commands       TEXT,
	server_url     TEXT,
	policy_key     TEXT,
	policy_hash    TEXT,
	folder_key     TEXT NOT NULL DEFAULT '0',
	addresses      TEXT,
	heartbeat_s    INTEGER NOT NULL DEFAULT 0,
	window         INTEGER NOT NULL DEFAULT 0,
	is_device_told INTEGER NOT NULL DEFAULT 0,
	last_sync_ms   INTEGER NOT NULL DEFAULT 0,
	last_error     TEXT,
	policy_xml     TEXT
) STRICT;

CREATE TABLE folder (
	id               INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id       INTEGER NOT NULL REFERENCES account,
	server_id        TEXT NOT NULL,
	parent_server_id TEXT,
	name             TEXT,
	type             INTEGER NOT NULL,
	sync_key         TEXT NOT NULL DEFAULT '0',
	filter           INTEGER NOT NULL DEFAULT 0,
	is_behind        INTEGER NOT NULL DEFAULT 1,
	generation       INTEGER NOT NULL DEFAULT 0,    -- goes up when the sync key is lost
	is_refilling     INTEGER NOT NULL DEFAULT 0,    -- rows of older generations wait to be named again
	last_sync_ms     INTEGER NOT NULL DEFAULT 0,
	last_error       TEXT,
	UNIQUE (account_id, server_id)
) STRICT;

-- Beside the folder, because every new message touches it.
CREATE TABLE folder_count (
	folder_id INTEGER PRIMARY KEY REFERENCES folder ON DELETE CASCADE,
	total     INTEGER NOT NULL DEFAULT 0,
	unread    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Content by its hash, shared by all rows that name it.
CREATE TABLE body (
	id      INTEGER PRIMARY KEY,
	hash    BLOB NOT NULL UNIQUE,        -- SHA-256
	content BLOB NOT NULL
) STRICT;

-- Bodies that perhaps no message names: fresh ones, and those whose message went. A sweep looks at each.
CREATE TABLE loose (
	body_id INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE conversation (
	account_id INTEGER NOT NULL,
	key        BLOB NOT NULL,            -- hash of the server's ConversationId, else of the topic
	id         INTEGER NOT NULL,
	PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;

-- What lists show comes first; what only the open message shows, last.
CREATE TABLE message (
	id                 INTEGER PRIMARY KEY,    -- received_ms << 20 | serial
	folder_id          INTEGER NOT NULL REFERENCES folder,
	conversation_id    INTEGER NOT NULL,
	server_id          TEXT NOT NULL,
	generation         INTEGER NOT NULL,       -- of the folder, when the server last named it
	flags              INTEGER NOT NULL,
	is_unread          INTEGER NOT NULL CHECK (is_unread = ((flags & 1) = 0)),      -- for the index; a generated column would not cover
	importance         INTEGER NOT NULL,
	received_ms        INTEGER NOT NULL,
	from_list          TEXT,
	subject            TEXT,
	preview            TEXT,
	sender             TEXT,
	to_list            TEXT,
	cc_list            TEXT,
	bcc_list           TEXT,
	reply_to           TEXT,
	display_to         TEXT,
	topic              TEXT,
	message_class      TEXT,
	categories         TEXT,
	start_ms           INTEGER NOT NULL,
	due_ms             INTEGER NOT NULL,
	done_ms            INTEGER NOT NULL,
	last_verb          INTEGER NOT NULL,
	size_bytes         INTEGER NOT NULL,
	code_page          INTEGER NOT NULL,
	conversation_key   BLOB,
	conversation_index BLOB,
	body_kind          INTEGER NOT NULL,
	native_kind        INTEGER NOT NULL,
	body_id            INTEGER REFERENCES body,
	mime_id            INTEGER REFERENCES body,
	UNIQUE (folder_id, server_id)
) STRICT;

-- The id, which is the date, is the last column of every index.
CREATE INDEX message_by_date ON message (folder_id);
CREATE INDEX message_by_unread ON message (folder_id, is_unread);
CREATE INDEX message_by_conversation ON message (conversation_id);
CREATE INDEX message_by_body ON message (body_id) WHERE body_id IS NOT NULL;
CREATE INDEX message_by_mime ON message (mime_id) WHERE mime_id IS NOT NULL;

CREATE TABLE part (
	message_id   INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	position     INTEGER NOT NULL,
	name         TEXT,
	reference    TEXT,
	content_id   TEXT,
	content_type TEXT,
	size_bytes   INTEGER NOT NULL,
	method       INTEGER NOT NULL,
	is_inline    INTEGER NOT NULL,
	PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE meeting (
	message_id         INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
	start_ms           INTEGER NOT NULL,
	end_ms             INTEGER NOT NULL,
	is_all_day         INTEGER NOT NULL,
	location           TEXT,
	organizer          TEXT,
	uid                TEXT,
	instance_type      INTEGER NOT NULL,
	message_type       INTEGER NOT NULL,
	busy_status        INTEGER NOT NULL,
	is_response_wanted INTEGER NOT NULL
) STRICT;

-- A conversation as one folder shows it.
CREATE TABLE thread (
	folder_id       INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
	conversation_id INTEGER NOT NULL,
	newest_id       INTEGER NOT NULL,
	size            INTEGER NOT NULL,
	unread          INTEGER NOT NULL,
	PRIMARY KEY (folder_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_by_newest ON thread (folder_id, newest_id);
CREATE INDEX thread_by_newest_unread ON thread (folder_id, newest_id, unread) WHERE unread > 0;

CREATE TABLE op (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	kind       INTEGER NOT NULL,
	account_id INTEGER NOT NULL REFERENCES account,
	folder_id  INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
	message_id INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	server_id  TEXT NOT NULL,
	value      INTEGER NOT NULL,
	was        INTEGER NOT NULL,         -- the server's value, for when the server refuses
	attempts   INTEGER NOT NULL DEFAULT 0,
	last_error TEXT,
	UNIQUE (message_id, kind)
) STRICT;
CREATE INDEX op_by_account ON op (account_id);
CREATE INDEX op_by_folder ON op (folder_id);

CREATE TRIGGER folder_added AFTER INSERT ON folder BEGIN
	INSERT INTO folder_count (folder_id) VALUES (NEW.id);
END;

CREATE TRIGGER body_added AFTER INSERT ON body BEGIN
	INSERT INTO loose VALUES (NEW.id);
END;

CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
	UPDATE folder_count SET total = total + 1, unread = unread + NEW.is_unread WHERE folder_id = NEW.folder_id;
	INSERT INTO thread VALUES (NEW.folder_id, NEW.conversation_id, NEW.id, 1, NEW.is_unread)
		ON CONFLICT DO UPDATE SET newest_id = max(newest_id, NEW.id), size = size + 1, unread = unread + NEW.is_unread;
END;

CREATE TRIGGER message_read AFTER UPDATE OF is_unread ON message WHEN OLD.is_unread <> NEW.is_unread BEGIN
	UPDATE folder_count SET unread = unread + NEW.is_unread - OLD.is_unread WHERE folder_id = NEW.folder_id;
	UPDATE thread SET unread = unread + NEW.is_unread - OLD.is_unread
		WHERE folder_id = NEW.folder_id AND conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER message_body_changed AFTER UPDATE OF body_id, mime_id ON message
WHEN OLD.body_id IS NOT NEW.body_id OR OLD.mime_id IS NOT NEW.mime_id BEGIN
	INSERT OR IGNORE INTO loose SELECT OLD.body_id WHERE OLD.body_id IS NOT NULL;
	INSERT OR IGNORE INTO loose SELECT OLD.mime_id WHERE OLD.mime_id IS NOT NULL;
END;

CREATE TRIGGER message_gone AFTER DELETE ON message BEGIN
	INSERT OR IGNORE INTO loose SELECT OLD.body_id WHERE OLD.body_id IS NOT NULL;
	INSERT OR IGNORE INTO loose SELECT OLD.mime_id WHERE OLD.mime_id IS NOT NULL;
	UPDATE folder_count SET total = total - 1, unread = unread - OLD.is_unread WHERE folder_id = OLD.folder_id;
	DELETE FROM thread WHERE folder_id = OLD.folder_id AND conversation_id = OLD.conversation_id AND size = 1;
	UPDATE thread SET size = size - 1, unread = unread - OLD.is_unread,
		newest_id = CASE WHEN newest_id <> OLD.id THEN newest_id ELSE
			(SELECT id FROM message INDEXED BY message_by_conversation
			 WHERE conversation_id = OLD.conversation_id AND folder_id = OLD.folder_id ORDER BY id DESC LIMIT 1) END
		WHERE folder_id = OLD.folder_id AND conversation_id = OLD.conversation_id;
END;
