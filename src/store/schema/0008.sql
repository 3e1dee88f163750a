-- Step 8: that what grants trust is the newest that was written. One row: how often that changed, and a MAC over all of
-- it; store/trust.c. So an old copy of a page, put back, does not bring back what was withdrawn.

CREATE TABLE trust (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	sequence INTEGER NOT NULL,
	mac      BLOB NOT NULL
) STRICT;

ALTER TABLE anchor DROP COLUMN proof;     -- was of each row by itself: one that is gone has none
