-- Step 2: in which order messages came, for the full-text index, which lives in a file of its own. Each message that
-- comes, or whose words change, gets the next number; the index remembers the last that it has read.

CREATE TABLE arrival (
	number     INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id INTEGER NOT NULL           -- it may be gone
) STRICT;
INSERT INTO arrival (message_id) SELECT id FROM message ORDER BY id;

-- Goes up when words must vanish from the index: it is emptied before anything else is done with it.
INSERT INTO meta VALUES ('index_epoch', 1);

CREATE TRIGGER message_arrived AFTER INSERT ON message BEGIN
	INSERT INTO arrival (message_id) VALUES (NEW.id);
END;

CREATE TRIGGER message_reworded AFTER UPDATE OF subject, from_list, to_list, cc_list, bcc_list, body_id ON message
WHEN (OLD.subject, OLD.from_list, OLD.to_list, OLD.cc_list, OLD.bcc_list, OLD.body_id)
	IS NOT (NEW.subject, NEW.from_list, NEW.to_list, NEW.cc_list, NEW.bcc_list, NEW.body_id) BEGIN
	INSERT INTO arrival (message_id) VALUES (NEW.id);
END;

CREATE TRIGGER account_erased AFTER DELETE ON account BEGIN
	UPDATE meta SET value = value + 1 WHERE name = 'index_epoch';
END;
