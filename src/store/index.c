#include "store/index.h"

#include "base/error.h"
#include "base/i18n.h"
#include "store/tokenizer.h"

/* Goes up with the tables and with what the tokenizer makes of a text: an index of another version
 * is made anew. */
#define INDEX_VERSION 5

const char index_find_sql[] =
	"SELECT number, message_id FROM words CROSS JOIN document ON number = words.rowid "
	"WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ? ORDER BY words.rowid DESC";

/* Half a gigabyte of mail a megabyte of hash is the measure: fewer, larger segments to merge
 * later. */
static const char make_sql[] =
	"CREATE TABLE state (arrival INTEGER NOT NULL, epoch INTEGER NOT NULL, documents INTEGER NOT NULL, slack INTEGER NOT NULL, before_id INTEGER NOT NULL) STRICT;"
	"INSERT INTO state VALUES (0, 0, 0, 0, 0);"
	"CREATE TABLE document (number INTEGER PRIMARY KEY, message_id INTEGER NOT NULL UNIQUE) STRICT;"
	"CREATE VIRTUAL TABLE words USING fts5 (subject, sender, receivers, copies, body, content='', columnsize=0, tokenize='postern');"
	"CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, instance);"
	"INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);"
	"PRAGMA user_version = " G_STRINGIFY(INDEX_VERSION);

Db *index_open(Vault *vault, GError **err)
{
	g_autoptr(Db) index = db_open(vault, VAULT_INDEX, err);

	if (!index)
		return NULL;
	if (!tokenizer_register(db_handle(index)))
		return fail_null(err, ERR_UNSUPPORTED,
		                 _("this computer's SQLite has no full-text search (FTS5)"));
	return g_steal_pointer(&index);
}

static bool index_is_current(Db *index, bool *ret_is_current, GError **err)
{
	int64_t version;

	if (!db_number(index, "PRAGMA user_version", 0, 0, &version, err))
		return false;
	*ret_is_current = version == INDEX_VERSION;
	return true;
}

static bool state_get(Db *index, IndexState *ret_state, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		index, "SELECT arrival, epoch, documents, slack, before_id FROM state");
	IndexState   state = { 0 };
	bool         has_row;

	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (has_row) {
		state.arrival = get_int(&stmt);
		state.epoch = get_int(&stmt);
		state.documents = get_int(&stmt);
		state.slack = get_int_in(&stmt, 0, INT64_MAX >> 30);
		state.before_id = get_int(&stmt);
	}
	if (has_row && !stmt_row_is_sound(&stmt, err))
		return false;
	*ret_state = state;
	return true;
}

bool index_state_read(Db *index, IndexState *ret_state, GError **err)
{
	bool is_current;

	if (!index_is_current(index, &is_current, err))
		return false;
	if (is_current)
		return state_get(index, ret_state, err);
	*ret_state = (IndexState){ 0 };
	return true;
}

bool index_state_write(Db *index, const IndexState *state, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		index,
		"UPDATE state SET arrival = ?, epoch = ?, documents = ?, slack = ?, before_id = ?");

	put_int(&stmt, state->arrival);
	put_int(&stmt, state->epoch);
	put_int(&stmt, state->documents);
	put_int(&stmt, state->slack);
	put_int(&stmt, state->before_id);
	return stmt_run(&stmt, err);
}

bool index_make(Db *index, int64_t epoch, int64_t arrival, GError **err)
{
	IndexState state = { .epoch = epoch, .arrival = arrival, .before_id = INT64_MAX };

	return db_exec(index, "DROP TABLE IF EXISTS vocabulary", err) &&
	       db_exec(index, "DROP TABLE IF EXISTS words", err) &&
	       db_exec(index, "DROP TABLE IF EXISTS document", err) &&
	       db_exec(index, "DROP TABLE IF EXISTS state", err) &&
	       db_exec(index, make_sql, err) &&
	       index_state_write(index, &state, err);
}

static bool number_is_taken(Db *index, int64_t number, bool *ret_is_taken, GError **err)
{
	int64_t count;

	if (!db_number(index, "SELECT count(*) FROM document WHERE number = ?", number, 0, &count,
	               err))
		return false;
	*ret_is_taken = count > 0;
	return true;
}

/* One from @wanted on that no document has. Thousands of messages of one second stand side by side:
 * growing steps lead past them, and halves back to where they end. */
static bool number_find_free(Db *index, int64_t wanted, int64_t *ret_number, GError **err)
{
	int64_t taken = wanted - 1, free = wanted;
	bool is_taken = true;

	for (int64_t step = 1; is_taken; step *= 2) {
		if (!number_is_taken(index, free, &is_taken, err))
			return false;
		taken = is_taken ? free : taken;
		free += is_taken ? step : 0;
	}
	while (free - taken > 1) {
		int64_t middle = taken + (free - taken) / 2;
		if (!number_is_taken(index, middle, &is_taken, err))
			return false;
		*(is_taken ? &taken : &free) = middle;
	}
	*ret_number = free;
	return true;
}

static bool document_add(Db *index, int64_t number, int64_t message_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(index, "INSERT INTO document VALUES (?, ?)");

	put_int(&stmt, number);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

static bool number_new(Db *index, IndexState *state, int64_t message_id, int64_t *ret_number,
                       GError **err)
{
	int64_t least = index_number_least(message_id);

	if (!number_find_free(index, least, ret_number, err) ||
	    !document_add(index, *ret_number, message_id, err))
		return false;
	state->slack = MAX(state->slack, *ret_number - least);
	return true;
}

/* -1: none. */
static bool number_find(Db *index, int64_t message_id, int64_t *ret_number, GError **err)
{
	return db_number(index, "SELECT number FROM document WHERE message_id = ?", message_id, -1,
	                 ret_number, err);
}

bool index_has(Db *index, int64_t message_id, bool *ret_has, GError **err)
{
	int64_t number;

	if (!number_find(index, message_id, &number, err))
		return false;
	*ret_has = number >= 0;
	return true;
}

static bool number_ensure(Db *index, IndexState *state, int64_t message_id, int64_t *ret_number,
                          GError **err)
{
	if (!number_find(index, message_id, ret_number, err))
		return false;
	return *ret_number >= 0 || number_new(index, state, message_id, ret_number, err);
}

bool index_add(Db *index, IndexState *state, int64_t message_id,
               const char *const columns[INDEX_COLUMNS], GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		index,
		"INSERT INTO words (rowid, subject, sender, receivers, copies, body) VALUES (?, ?, ?, ?, ?, ?)");
	int64_t      number;

	if (!number_ensure(index, state, message_id, &number, err))
		return false;
	state->documents++;
	put_int(&stmt, number);
	for (int i = 0; i < INDEX_COLUMNS; i++)
		put_text(&stmt, columns[i]);
	return stmt_run(&stmt, err);
}
