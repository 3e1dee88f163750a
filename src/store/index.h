/*
 * index: the file index.db. A contentless FTS5 table with a row per message, and one row that says
 * how far it has read.
 *
 * FTS5 writes the distance between the row numbers of a word's documents again and again, and
 * message ids lie 2^40 apart; so a document has a number of its own: its time in units of 1,024 ms,
 * or a free one near behind it. Numbers therefore run as ids do, except where messages came within
 * a second: the state's slack says how far a number was pushed at most.
 *
 * It only ever grows: a message that went leaves its words behind, as FTS5 without content
 * cannot take them back, so hits are checked against the store, and past a fifth of leftovers it is
 * made anew. Internal to store/.
 */
#pragma once
#include "store/db.h"
#include "store/store.h"

/* Whether there is a file. */
bool index_is_there(const Store *store);

/* Opened for reading or writing; the tokenizer is known to it. The tables may not be there yet. */
Db *index_open(Vault *vault, GError **err);

/* How far it is. All zero when there are no tables, or those of another version. */
typedef struct {
	int64_t arrival; /* number of the last arrival that is in it; at first the newest when it
	                    was made */
	int64_t epoch;           /* of the store, when it was made; 0: unusable */
	int64_t before_id; /* of the messages that were there when it was made, those below this
	                      wait to be read, newest first; 0: all are */
	int64_t documents;       /* written so far, second writings included */
	int64_t slack;           /* no number is more than this above the time of its message */
} IndexState;

/* The number that a message has if it is free; never above the one that it gets. */
static inline int64_t index_number_least(int64_t message_id) { return message_id >> 30; }

bool index_state_read(Db *index, IndexState *ret_state, GError **err);

/* The rest: in a transaction of @index. */
bool index_state_write(Db *index, const IndexState *state, GError **err);
/* Makes the tables, empty, in place of what is there, which is overwritten. @epoch, @arrival: see
 * IndexState. */
bool index_make(Db *index, int64_t epoch, int64_t arrival, GError **err);

/* Whether a message has a document. */
bool index_has(Db *index, int64_t message_id, bool *ret_has, GError **err);

/* A document in the order of the columns: subject, sender, receivers, copies, body. Any may be
 * NULL. */
enum { INDEX_COLUMNS = 5 };
/* A message that is there already keeps its number; it is found by old words and new ones. Counts
 * in @state. */
bool index_add(Db *index, IndexState *state, int64_t message_id,
               const char *const columns[INDEX_COLUMNS], GError **err);

/* Documents that @match finds, highest number first. Columns: number, message id. */
extern const char index_find_sql[];      /* match, first number, number before which to end */

/*
 * Empties the index if words must vanish from it (a trigger of the store said so), now and not with
 * the next feed.
 * @db: a connection to the store. ERR_HELD: a feed is under way; the next one will do it.
 */
bool index_erase(const Store *store, Db *db, GError **err);

/*
 * Drops arrivals that the index has read, some at a time, but for those by which a message on its
 * way is looked for among what came since (store_read_arrived()).
 * @db: a connection to the store that may write.
 */
bool index_prune(const Store *store, Db *db, GError **err);
