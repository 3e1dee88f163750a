/*
 * A query with words is driven by the index, newest first, and each hit is asked of the store; one
 * without reads the folders side by side, each newest first. Sets that an OR or a NOT needs are
 * read beforehand. Both databases are read in one transaction each.
 */
#include "store/search.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/i18n.h"
#include "store/address.h"
#include "store/index.h"
#include "store/prefix.h"
#include "store/private.h"
#include "store/query.h"

struct StoreSearch {
	StoreReader *reader;
	Db          *index;
	GPtrArray *sets; /* of GArray of int64_t, newest first: what found() looks into, during a
	                    run */
	gint         is_interrupted;
};

/* Operations of SQLite between two looks at the flag. */
enum { OPERATIONS_A_LOOK = 4000 };

/* ---- functions of the compiled query ---- */

static bool array_has(const GArray *ids, int64_t id)
{
	guint first = 0, end = ids->len;

	while (first < end) {
		guint   middle = first + (end - first) / 2;
		int64_t there = g_array_index(ids, int64_t, middle);
		if (there == id)
			return true;
		if (there > id)
			first = middle + 1;
		else
			end = middle;
	}
	return false;
}

static void sql_found(sqlite3_context *context, int count, sqlite3_value **values)
{
	const StoreSearch *search = sqlite3_user_data(context);

	(void)count;
	sqlite3_result_int(context,
	                   array_has(g_ptr_array_index(search->sets, sqlite3_value_int(values[0])),
	                             sqlite3_value_int64(values[1])));
}

static char *name_key(const char *name)
{
	g_autofree char *composed =
		name ? g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;

	return composed ? g_utf8_casefold(composed, -1) : NULL;
}

static void sql_same_name(sqlite3_context *context, int count, sqlite3_value **values)
{
	g_autofree char *a = name_key((const char *)sqlite3_value_text(values[0]));
	g_autofree char *b = name_key((const char *)sqlite3_value_text(values[1]));

	(void)count;
	sqlite3_result_int(context, a && b && g_str_equal(a, b));
}

/* Whether one of the lines of a text is a name. */
static void sql_has_line(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	g_autofree char *name = name_key((const char *)sqlite3_value_text(values[1]));
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
	bool has = false;

	(void)count;
	for (char **line = lines; *line && !has; line++) {
		g_autofree char *key = name_key(*line);
		has = name && key && g_str_equal(key, name);
	}
	sqlite3_result_int(context, has);
}

/* What a table has for the first address of a list. */
static void sql_sender_key(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *list = (const char *)sqlite3_value_text(values[0]);
	g_autofree char *name = NULL, *address = NULL;

	(void)count;
	address_split(list ? list : "", &name, &address);
	sqlite3_result_text(context, address_key(address), -1, g_free);
}

static int on_progress(void *data)
{
	return g_atomic_int_get(&((StoreSearch *)data)->is_interrupted);
}

/* Of one or two values, without memory. */
static const struct {
	const char *name;
	int         values;
	void      (*run)(sqlite3_context *context, int count, sqlite3_value **values);
} functions[] = {
	{ "found", 2, sql_found },       { "same_name", 2, sql_same_name },
	{ "has_line", 2, sql_has_line }, { "sender_key", 1, sql_sender_key },
};

static bool functions_register(StoreSearch *search, GError **err)
{
	sqlite3 *db = db_handle(search->reader->db);

	for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
		if (sqlite3_create_function_v2(db, functions[i].name, functions[i].values,
		                               SQLITE_UTF8, search, functions[i].run, NULL, NULL,
		                               NULL) != SQLITE_OK)
			return db_fail(search->reader->db, _("search"), err);
	sqlite3_progress_handler(db, OPERATIONS_A_LOOK, on_progress, search);
	sqlite3_progress_handler(db_handle(search->index), OPERATIONS_A_LOOK, on_progress, search);
	return true;
}

StoreSearch *store_search_open(Store *store, GError **err)
{
	g_autoptr(StoreSearch) search = g_new0(StoreSearch, 1);

	search->reader = store_open_reader(store, err);
	search->index = search->reader ? index_open(store->vault, err) : NULL;
	if (!search->index || !functions_register(search, err))
		return NULL;
	return g_steal_pointer(&search);
}

void store_search_free(StoreSearch *search)
{
	if (!search)
		return;
	db_close(search->index);
	store_reader_free(search->reader);
	g_free(search);
}

void store_search_interrupt(StoreSearch *search) { g_atomic_int_set(&search->is_interrupted, 1); }

/* ---- one run ---- */

typedef struct {
	StoreSearch     *search;
	const Query     *query;
	const ListQuery *scope;
	int64_t          end_id;       /* the query's, or where the page before began */
	unsigned         limit;
	int64_t          slack;        /* of the index's numbers */
	GArray          *ids;          /* the result */
} Run;

static bool run_is_full(const Run *run) { return run->limit && run->ids->len >= run->limit; }

/* The folders of the scope, as SQL over `folder f`. */
static char *scope_folders(const ListQuery *scope)
{
	if (!scope)
		return g_strdup("NOT f.is_hidden");
	if (scope->folder_id)
		return g_strdup_printf("f.id = %" PRId64, scope->folder_id);
	if (scope->account_id)
		return g_strdup_printf("f.account_id = %" PRId64 " AND NOT f.is_hidden",
		                       scope->account_id);
	return g_strdup_printf("f.type = %d", FOLDER_INBOX);
}

/* Folders of the scope and the query. */
static char *folders_sql(const Run *run)
{
	g_autofree char *scope = scope_folders(run->scope);
	const char      *folders = run->query->folders;

	return g_strconcat(scope, folders ? " AND " : "", folders, NULL);
}

/* Messages of the query, and of the scope but for its folders. */
static char *messages_sql(const Run *run)
{
	const char *where = run->query->where;
	bool        only_unread = run->scope && run->scope->only_unread;

	return g_strconcat(where ? where : "1", only_unread ? " AND m.is_unread = 1" : "", NULL);
}

typedef sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, sqlite3_finalize)

/* What SQLite cannot read is a query that is longer or deeper than it bears. */
static bool fail_query(Db *db, GError **err)
{
	int code = sqlite3_errcode(db_handle(db));

	if (code != SQLITE_ERROR && code != SQLITE_TOOBIG)
		return db_fail(db, _("search"), err);
	return fail(err, ERR_USAGE, _("the query is too long or nested too deeply"));
}

/* A statement with the query's names bound. */
static Statement *store_prepare(const Run *run, const char *sql, GError **err)
{
	Db                  *db = run->search->reader->db;
	g_autoptr(Statement) statement = NULL;

	if (sqlite3_prepare_v2(db_handle(db), sql, -1, &statement, NULL) != SQLITE_OK) {
		fail_query(db, err);
		return NULL;
	}
	for (guint i = 0; i < run->query->names->len; i++)
		sqlite3_bind_text(statement, (int)i + 1, g_ptr_array_index(run->query->names, i),
		                  -1, SQLITE_STATIC);
	return g_steal_pointer(&statement);
}

/* What is done with each id; false ends the run with *err. */
typedef bool (*IdTake)(void *data, int64_t id, GError **err);

/* Hits come by number, which runs as ids do but for messages of about the same second: those wait
 * here to be sorted. */
typedef struct {
	const Run *run;
	IdTake     take;
	void      *data;
	GArray    *ids;
	int64_t least; /* of their least numbers: below it, nothing newer than what waits can come
	                */
} Waiting;

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

static bool waiting_release(Waiting *waiting, GError **err)
{
	g_array_sort(waiting->ids, newest_first);
	for (guint i = 0; i < waiting->ids->len && !run_is_full(waiting->run); i++)
		if (!waiting->take(waiting->data, g_array_index(waiting->ids, int64_t, i), err))
			return false;
	g_array_set_size(waiting->ids, 0);
	waiting->least = G_MININT64;
	return true;
}

static bool waiting_add(Waiting *waiting, int64_t number, int64_t id, GError **err)
{
	int64_t least = index_number_least(id);

	if (waiting->ids->len && number < waiting->least && !waiting_release(waiting, err))
		return false;
	if (id < waiting->run->query->first_id || id >= waiting->run->end_id)
		return true;
	waiting->least = waiting->ids->len ? MIN(waiting->least, least) : least;
	g_array_append_val(waiting->ids, id);
	return true;
}

static int64_t number_end(const Run *run)
{
	return run->end_id == G_MAXINT64 ? G_MAXINT64
	                                 : index_number_least(run->end_id) + run->slack + 1;
}

/* A step of the index; a MATCH is read with the first. */
static bool index_step(Stmt *stmt, bool *ret_has_row, GError **err)
{
	g_autoptr(GError) why = NULL;

	if (stmt_step(stmt, ret_has_row, &why))
		return true;
	if (error_is(why, ERR_STORE))
		return fail_query(stmt->db, err);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

/* Gives the ids that fulfil @match to @take, newest first, until the run is full. */
static bool index_each(const Run *run, const char *match, IdTake take, void *data, GError **err)
{
	g_auto(Stmt)      stmt = stmt_begin(run->search->index, index_find_sql);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	Waiting           waiting = { .run = run, .take = take, .data = data, .ids = ids };
	bool              has_row;

	put_text(&stmt, match);
	put_int(&stmt, index_number_least(MAX(run->query->first_id, 0)));
	put_int(&stmt, number_end(run));
	while (index_step(&stmt, &has_row, err)) {
		if (!has_row)
			return waiting_release(&waiting, err);
		int64_t number = get_int(&stmt), id = get_int(&stmt);
		if (!waiting_add(&waiting, number, id, err))
			return false;
		if (run_is_full(run))
			return true;
	}
	return false;
}

static bool take_all(void *data, int64_t id, GError **err)
{
	(void)err;
	g_array_append_val((GArray *)data, id);
	return true;
}

static void array_free(void *array) { g_array_unref(array); }

static bool run_read_sets(const Run *run, GError **err)
{
	for (guint i = 0; i < run->query->sets->len; i++) {
		GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_ptr_array_add(run->search->sets, ids);
		if (!index_each(run, g_ptr_array_index(run->query->sets, i), take_all, ids, err))
			return false;
	}
	return true;
}

/* Keeps hits that are still in the store and fulfil the rest of the query. */
typedef struct { const Run *run; Statement *check; int id_at; } Sieve;

static bool take_checked(void *data, int64_t id, GError **err)
{
	Sieve *sieve = data;

	sqlite3_bind_int64(sieve->check, sieve->id_at, id);
	int rc = sqlite3_step(sieve->check);
	sqlite3_reset(sieve->check);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_fail(sieve->run->search->reader->db, _("search"), err);
	if (rc == SQLITE_ROW)
		g_array_append_val(sieve->run->ids, id);
	return !g_atomic_int_get(&sieve->run->search->is_interrupted) ||
	       fail(err, ERR_CANCELLED, _("cancelled"));
}

/* Who wants every hit is not served sooner by the newest. */
static bool match_for(const Run *run, char **ret_match, GError **err)
{
	if (run->limit)
		return prefix_spell_out(run->search->index, run->query->match, ret_match, err);
	*ret_match = g_strdup(run->query->match);
	return true;
}

static bool run_by_index(const Run *run, GError **err)
{
	g_autofree char     *match = NULL;
	int                  id_at = (int)run->query->names->len + 1;
	g_autofree char     *folders = folders_sql(run), *messages = messages_sql(run);
	g_autofree char     *sql = g_strdup_printf(
                "SELECT 1 FROM message m JOIN folder f ON f.id = m.folder_id WHERE m.id = ?%d "
		    "AND %s AND %s",
                id_at, folders, messages);
	g_autoptr(Statement) check = store_prepare(run, sql, err);
	Sieve                sieve = { run, check, id_at };

	return check && match_for(run, &match, err) &&
	       index_each(run, match, take_checked, &sieve, err);
}

/* ---- without words ---- */

/* The messages of one folder, newest first, as far as they were asked for. */
typedef struct { Statement *scan; int64_t id; } Stream;      /* @id 0: it is at its end */

static void stream_clear(void *stream) { sqlite3_finalize(((Stream *)stream)->scan); }

static bool stream_step(const Run *run, Stream *stream, GError **err)
{
	int rc = sqlite3_step(stream->scan);

	stream->id = rc == SQLITE_ROW ? sqlite3_column_int64(stream->scan, 0) : 0;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ||
	       db_fail(run->search->reader->db, _("search"), err);
}

/* The index of a folder is in the order of ids: nothing is sorted, and no more is read than is
 * wanted. */
static bool stream_open(const Run *run, const char *sql, int64_t folder_id, GArray *streams,
                        GError **err)
{
	Stream stream = { .scan = store_prepare(run, sql, err) };

	if (!stream.scan)
		return false;
	g_array_append_val(streams, stream);
	sqlite3_bind_int64(stream.scan, (int)run->query->names->len + 1, folder_id);
	return stream_step(run, &g_array_index(streams, Stream, streams->len - 1), err);
}

static char *stream_sql(const Run *run)
{
	g_autofree char *messages = messages_sql(run);

	return g_strdup_printf("SELECT m.id FROM message m WHERE m.folder_id = ?%u AND %s "
	                       "AND m.id >= %" PRId64 " AND m.id < %" PRId64 " ORDER BY m.id DESC",
	                       run->query->names->len + 1, messages, MAX(run->query->first_id, 0),
	                       run->end_id);
}

static bool streams_open(const Run *run, GArray *streams, GError **err)
{
	g_autofree char     *folders = folders_sql(run), *messages = stream_sql(run);
	g_autofree char     *sql = g_strdup_printf(
                "SELECT f.id FROM folder f JOIN folder_count c ON c.folder_id = f.id "
		    "WHERE c.total > 0 AND %s",
                folders);
	g_autoptr(Statement) each = store_prepare(run, sql, err);
	int                  rc = SQLITE_DONE;

	if (!each)
		return false;
	while ((rc = sqlite3_step(each)) == SQLITE_ROW)
		if (!stream_open(run, messages, sqlite3_column_int64(each, 0), streams, err))
			return false;
	return rc == SQLITE_DONE || db_fail(run->search->reader->db, _("search"), err);
}

/* Of all streams the one whose message is the newest; NULL: all are at their end. */
static Stream *stream_newest(GArray *streams)
{
	Stream *newest = NULL;

	for (guint i = 0; i < streams->len; i++) {
		Stream *stream = &g_array_index(streams, Stream, i);
		if (stream->id && (!newest || stream->id > newest->id))
			newest = stream;
	}
	return newest;
}

static bool run_by_store(const Run *run, GError **err)
{
	g_autoptr(GArray) streams = g_array_new(FALSE, FALSE, sizeof(Stream));

	g_array_set_clear_func(streams, stream_clear);
	if (!streams_open(run, streams, err))
		return false;
	for (Stream *next; !run_is_full(run) && (next = stream_newest(streams));) {
		g_array_append_val(run->ids, next->id);
		if (!stream_step(run, next, err))
			return false;
	}
	return true;
}

/* The index may be missing, of another version, or of an erased account: then no word is found, and
 * it is behind. */
static bool index_look(Run *run, bool *ret_is_usable, bool *ret_is_behind, GError **err)
{
	const StoreSearch *search = run->search;
	IndexState         state;
	int64_t            newest, epoch;

	if (!index_state_read(search->index, &state, err) ||
	    !db_number(search->reader->db, "SELECT ifnull(max(number), 0) FROM arrival", 0, 0,
	               &newest, err) ||
	    !db_number(search->reader->db, "SELECT value FROM meta WHERE name = 'index_epoch'", 0,
	               1, &epoch, err))
		return false;
	run->slack = state.slack;
	*ret_is_usable = state.epoch == epoch;
	*ret_is_behind = !*ret_is_usable || state.arrival < newest || state.before_id;
	return true;
}

static bool run_inside(Run *run, bool *ret_is_behind, GError **err)
{
	bool is_usable;

	if (!query_needs_index(run->query)) {
		*ret_is_behind = false;
		return run_by_store(run, err);
	}
	if (!index_look(run, &is_usable, ret_is_behind, err))
		return false;
	if (!is_usable)
		return true;
	if (!run_read_sets(run, err))
		return false;
	return run->query->match ? run_by_index(run, err) : run_by_store(run, err);
}

static bool run_in_transactions(Run *run, bool *ret_is_behind, GError **err)
{
	StoreSearch *search = run->search;

	if (!db_begin_read(search->index, err))
		return false;
	bool ok = store_reader_begin(search->reader, err);
	if (ok) {
		ok = run_inside(run, ret_is_behind, err);
		store_reader_end(search->reader);
	}
	db_end_read(search->index);
	return ok;
}

bool store_search_run(StoreSearch *search, const Query *query, const ListQuery *scope,
                      int64_t before_id, unsigned limit, GArray **ret_ids, bool *ret_is_behind,
                      GError **err)
{
	g_autoptr(GArray)    ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(array_free);
	Run run = { .search = search, .query = query, .scope = scope, .limit = limit, .ids = ids,
	            .end_id = before_id ? MIN(before_id, query->end_id) : query->end_id };
	bool is_behind = false;

	search->sets = sets;
	g_atomic_int_set(&search->is_interrupted, 0);
	if (!run_in_transactions(&run, &is_behind, err))
		return false;
	*ret_is_behind = is_behind;
	*ret_ids = g_steal_pointer(&ids);
	return true;
}

/* ---- rows ---- */

static void row_free(void *row) { list_row_free(row); }

bool store_search_rows(StoreSearch *search, const int64_t *ids, unsigned count,
                       GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GPtrArray)   rows = g_ptr_array_new_with_free_func(row_free);
	static const ListQuery by_date = { .order = ORDER_DATE };

	g_atomic_int_set(&search->is_interrupted, 0);
	for (unsigned i = 0; i < count; i++) {
		g_autoptr(GError) why = NULL;
		ListRow          *row;
		if (store_read_list_row(search->reader, &by_date, ids[i], &row, &why)) {
			g_ptr_array_add(rows, row);
		} else if (!error_is(why, ERR_NOT_FOUND)) {
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
	}
	*ret_rows = g_steal_pointer(&rows);
	return true;
}
