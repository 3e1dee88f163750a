/*
 * The indexer reads arrivals of the store from where it stopped, and in an index that was made anew
 * the messages that were there by then, newest first; a batch at a time. It writes the batch and
 * the places it has come to in one transaction of index.db: after a crash it goes on from there. A
 * batch goes in by ascending id, as FTS5 likes it best. What the index has read is of no more use
 * in the store, so those arrivals go.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "store/index.h"
#include "store/private.h"
#include "store/search.h"

struct StoreIndexer {
	Store       *store;
	StoreReader *reader;
	Db          *index;
	int          lock;
	int64_t      looked_at;     /* documents when leftovers were last counted */
};

/* Fewer leftovers than this are not worth the work. */
enum { LEFTOVERS_MIN = 1000, DOCUMENTS_A_LOOK = 100 };

/* ---- opening ---- */

/* An index that cannot be opened is no loss: it is made anew. */
static void index_remove(const Store *store)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *name =
			g_strconcat(vault_database_name(VAULT_INDEX), endings[i], NULL);
		g_autofree char *path = g_build_filename(store_dir(store), name, NULL);
		g_remove(path);
	}
}

static Db *index_open_or_replace(const Store *store, GError **err)
{
	g_autoptr(GError) why = NULL;
	Db               *index = index_open(store->vault, &why);

	if (!index && error_is(why, ERR_STORE)) {
		g_clear_error(&why);
		index_remove(store);
		index = index_open(store->vault, &why);
	}
	if (!index)
		g_propagate_error(err, g_steal_pointer(&why));
	return index;
}

StoreIndexer *store_indexer_open(Store *store, GError **err)
{
	g_autoptr(StoreIndexer) indexer = g_new0(StoreIndexer, 1);
	g_autofree char        *lock_path = g_build_filename(store_dir(store), "index.lock", NULL);

	indexer->store = store_ref(store);
	indexer->looked_at = -DOCUMENTS_A_LOOK;
	indexer->lock = file_lock(lock_path, err);
	if (indexer->lock < 0 || !(indexer->reader = store_open_reader(store, err)) ||
	    !(indexer->index = index_open_or_replace(store, err)))
		return NULL;
	return g_steal_pointer(&indexer);
}

void store_indexer_free(StoreIndexer *indexer)
{
	if (!indexer)
		return;
	/* Else each process that opens the index has to read the whole log first. */
	if (indexer->index)
		sqlite3_wal_checkpoint_v2(db_handle(indexer->index), NULL,
		                          SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	db_close(indexer->index);
	store_reader_free(indexer->reader);
	if (indexer->lock >= 0)
		file_unlock(indexer->lock);
	store_unref(indexer->store);
	g_free(indexer);
}

/* ---- one message ---- */

/* Non-empty texts on lines of their own. */
static char *lines_join(const char *const *texts, size_t count)
{
	g_autoptr(GString) lines = g_string_new(NULL);

	for (size_t i = 0; i < count; i++)
		if (texts[i] && *texts[i])
			g_string_append_printf(lines, "%s%s", lines->len ? "\n" : "", texts[i]);
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

/* Attachments are found by their names. */
static char *body_with_parts(const Message *message, const char *text)
{
	g_autoptr(GString) body = g_string_new(text);

	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		if (part->name)
			g_string_append_printf(body, "\n%s", part->name);
	}
	return g_string_free(g_steal_pointer(&body), FALSE);
}

static bool message_add(Db *index, IndexState *state, const Message *message, const char *text,
                        GError **err)
{
	g_autofree char *sender = lines_join((const char *[]){ message->from, message->sender }, 2);
	g_autofree char *copies = lines_join((const char *[]){ message->cc, message->bcc }, 2);
	g_autofree char *body = message->parts ? body_with_parts(message, text) : NULL;
	const char *columns[INDEX_COLUMNS] = { message->subject, sender, message->to, copies,
		                               body ? body : text };

	return index_add(index, state, message->id, columns, err);
}

/* What a feed carries along. */
typedef struct {
	StoreIndexer *indexer;
	IndexText     text_of;
	void         *data;
	IndexState    state;
} Feed;

static bool is_draft(StoreReader *reader, const Message *message, bool *ret_is_draft, GError **err)
{
	int64_t type;

	if (!db_number(reader->db, "SELECT type FROM folder WHERE id = ?", message->folder_id,
	               FOLDER_GENERIC, &type, err))
		return false;
	*ret_is_draft = type == FOLDER_DRAFTS || message->flags & MESSAGE_DRAFT;
	return true;
}

static bool feed_message(Feed *feed, int64_t message_id, GError **err)
{
	StoreReader       *reader = feed->indexer->reader;
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes)  bytes = NULL;
	g_autoptr(GError)  why = NULL;
	BodyKind           kind;
	bool               is_private;

	if (!store_read_message(reader, message_id, &message, &why)) {
		if (error_is(why, ERR_NOT_FOUND))
			return true;
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	if (!is_draft(reader, message, &is_private, err) ||
	    (!is_private && !store_read_body(reader, message_id, &kind, &bytes, err)))
		return false;
	if (is_private)
		return true;
	g_autofree char *text = feed->text_of(message, kind, bytes, feed->data);
	return message_add(feed->indexer->index, &feed->state, message, text, err);
}

/* ---- a batch ---- */

/* A message to read. @is_walked: if the index does not have it already. */
typedef struct { int64_t message_id; bool is_walked; } Arrival;

static bool arrivals_read(Db *store, IndexState *state, unsigned count, GArray *arrivals,
                          GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		store,
		"SELECT number, message_id FROM arrival WHERE number > ? ORDER BY number LIMIT ?");
	bool         has_row;

	put_int(&stmt, state->arrival);
	put_int(&stmt, count);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		state->arrival = get_int(&stmt);
		Arrival arrival = { .message_id = get_int(&stmt) };
		g_array_append_val(arrivals, arrival);
	}
	return false;
}

/* As many as are missing to @count, of those that were there when the index was made. */
static bool walk_read(Db *store, IndexState *state, unsigned count, GArray *arrivals, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(store, "SELECT id FROM message WHERE id < ? ORDER BY id DESC LIMIT ?");
	bool         has_row = true;

	if (state->before_id == 0)
		return true;
	put_int(&stmt, state->before_id);
	put_int(&stmt, count - arrivals->len);
	while (arrivals->len < count && stmt_step(&stmt, &has_row, err)) {
		if (!has_row) {
			state->before_id = 0;
			return true;
		}
		Arrival arrival = { get_int(&stmt), true };
		state->before_id = arrival.message_id;
		g_array_append_val(arrivals, arrival);
	}
	return arrivals->len == count;
}

/* By message; of one message what has come anew before what was there. */
static int compare_arrivals(const void *a, const void *b)
{
	const Arrival *x = a, *y = b;

	if (x->message_id != y->message_id)
		return x->message_id > y->message_id ? 1 : -1;
	return x->is_walked - y->is_walked;
}

static bool feed_arrival(Feed *feed, Arrival arrival, GError **err)
{
	bool is_there = false;

	if (arrival.is_walked &&
	    !index_has(feed->indexer->index, arrival.message_id, &is_there, err))
		return false;
	return is_there || feed_message(feed, arrival.message_id, err);
}

static bool feed_arrivals(Feed *feed, GArray *arrivals, GError **err)
{
	int64_t before = -1;

	g_array_sort(arrivals, compare_arrivals);
	for (guint i = 0; i < arrivals->len; i++) {
		Arrival arrival = g_array_index(arrivals, Arrival, i);
		if (arrival.message_id != before && !feed_arrival(feed, arrival, err))
			return false;
		before = arrival.message_id;
	}
	return index_state_write(feed->indexer->index, &feed->state, err);
}

static bool feed_once(Feed *feed, unsigned count, bool *ret_done, GError **err)
{
	g_autoptr(GArray) arrivals = g_array_new(FALSE, FALSE, sizeof(Arrival));
	Db               *store = feed->indexer->reader->db;

	if (!arrivals_read(store, &feed->state, count, arrivals, err) ||
	    !walk_read(store, &feed->state, count, arrivals, err) ||
	    !feed_arrivals(feed, arrivals, err))
		return false;
	*ret_done = arrivals->len < count;
	return true;
}

/* ---- making it anew ---- */

static bool epoch_read(Db *store, int64_t *ret_epoch, GError **err)
{
	return db_number(store, "SELECT value FROM meta WHERE name = 'index_epoch'", 0, 1,
	                 ret_epoch, err);
}

static bool newest_read(Db *store, int64_t *ret_number, GError **err)
{
	return db_number(store, "SELECT ifnull(max(number), 0) FROM arrival", 0, 0, ret_number,
	                 err);
}

static bool make_anew(Db *store, Db *index, int64_t epoch, GError **err)
{
	int64_t newest;

	return newest_read(store, &newest, err) && index_make(index, epoch, newest, err);
}

/* An index of another epoch or version is emptied first. In a transaction of @index. */
static bool state_ensure(Db *store, Db *index, IndexState *ret_state, GError **err)
{
	int64_t epoch;

	if (!epoch_read(store, &epoch, err) || !index_state_read(index, ret_state, err))
		return false;
	return ret_state->epoch == epoch ||
	       (make_anew(store, index, epoch, err) && index_state_read(index, ret_state, err));
}

/* More than a fifth of what was written belongs to messages that are gone or were written again.
 * Counting goes over every folder, so not each small feed does it. */
static bool has_many_leftovers(StoreIndexer *indexer, const IndexState *state, bool *ret_many,
                               GError **err)
{
	int64_t live;

	*ret_many = false;
	if (state->documents - indexer->looked_at < DOCUMENTS_A_LOOK)
		return true;
	indexer->looked_at = state->documents;
	if (!db_number(
		    indexer->reader->db,
		    "SELECT ifnull(sum(total), 0) FROM folder_count JOIN folder ON id = folder_id WHERE type <> 3",
		    0, 0, &live, err))
		return false;
	*ret_many = state->documents - live > MAX(state->documents / 5, LEFTOVERS_MIN);
	return true;
}

static bool feed_and_clear(Feed *feed, unsigned count, bool *ret_done, GError **err)
{
	Db  *store = feed->indexer->reader->db, *index = feed->indexer->index;
	bool has_many = false;

	if (!state_ensure(store, index, &feed->state, err) ||
	    !feed_once(feed, count, ret_done, err) ||
	    (*ret_done && !has_many_leftovers(feed->indexer, &feed->state, &has_many, err)))
		return false;
	if (!has_many)
		return true;
	*ret_done = false;
	return make_anew(store, index, feed->state.epoch, err);
}

static bool feed_locked(Feed *feed, unsigned count, bool *ret_done, GError **err)
{
	StoreReader *reader = feed->indexer->reader;
	bool         ok = false;

	if (!db_begin(feed->indexer->index, DB_LAZY, err))
		return false;
	if (store_reader_begin(reader, err)) {
		ok = feed_and_clear(feed, count, ret_done, err);
		store_reader_end(reader);
	}
	return db_end(feed->indexer->index, ok, err);
}

static bool has_work(StoreIndexer *indexer, bool *ret_has_work, GError **err)
{
	IndexState state;
	int64_t    newest, epoch;

	if (!epoch_read(indexer->reader->db, &epoch, err) ||
	    !index_state_read(indexer->index, &state, err) ||
	    !newest_read(indexer->reader->db, &newest, err))
		return false;
	*ret_has_work = state.epoch != epoch || state.arrival < newest || state.before_id;
	return true;
}

bool store_indexer_feed(StoreIndexer *indexer, IndexText text_of, void *data, unsigned count,
                        bool *ret_done, GError **err)
{
	Feed feed = { .indexer = indexer, .text_of = text_of, .data = data };
	bool is_wanted, is_done = true;

	if (!has_work(indexer, &is_wanted, err) ||
	    (is_wanted && !feed_locked(&feed, count, &is_done, err)))
		return false;
	if (is_wanted)
		sqlite3_wal_checkpoint_v2(db_handle(indexer->index), NULL,
		                          SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	*ret_done = is_done;
	return true;
}

static bool erase(Db *store, Db *index, GError **err)
{
	IndexState state;

	return db_begin(index, DB_DURABLE, err) &&
	       db_end(index, state_ensure(store, index, &state, err), err);
}

bool index_erase(const Store *store, Db *db, GError **err)
{
	g_autoptr(Db) index = index_open_or_replace(store, err);

	if (!index || !erase(db, index, err))
		return false;
	sqlite3_wal_checkpoint_v2(db_handle(index), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return true;
}

/* ---- what the index has read ---- */

/* Fewer are not worth opening the index for; more at once would keep the writer from its work. */
enum { PRUNE_MIN = 1000 };
#define PRUNE_MAX 20000
#define SEND      9
G_STATIC_ASSERT(SEND == OP_SEND);

bool index_is_there(const Store *store)
{
	g_autofree char *path =
		g_build_filename(store_dir(store), vault_database_name(VAULT_INDEX), NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The arrival before which the index needs none; 0 if it is of no use itself. */
static bool watermark_read(const Store *store, Db *db, int64_t *ret_number, GError **err)
{
	g_autoptr(Db) index = index_open(store->vault, err);
	IndexState    state;
	int64_t       epoch;

	if (!index || !epoch_read(db, &epoch, err) || !index_state_read(index, &state, err))
		return false;
	*ret_number = state.epoch == epoch ? state.arrival : 0;
	return true;
}

static bool arrivals_drop(Db *db, int64_t before, GError **err)
{
	/* The newest stays, so that the highest number is known; so does what came since a message
	 * was first sent whose fate is open: op.was_done_ms, see model/op.h. */
	static const char sql[] =
		"DELETE FROM arrival WHERE number < min(?1, "
		"(SELECT min(number) FROM arrival) + " G_STRINGIFY(PRUNE_MAX) ", "
		"(SELECT ifnull(min(was_done_ms), ?1) FROM op WHERE kind = " G_STRINGIFY(SEND)
		" AND attempts > 0))";

	return db_begin(db, DB_LAZY, err) && db_end(db, db_run_with(db, sql, before, err), err);
}

bool index_prune(const Store *store, Db *db, GError **err)
{
	g_autoptr(GError) why = NULL;
	int64_t           span, before;

	if (!db_number(db, "SELECT ifnull(max(number) - min(number), 0) FROM arrival", 0, 0, &span,
	               err))
		return false;
	if (span < PRUNE_MIN || !index_is_there(store))
		return true;
	/* An index that cannot be read is the indexer's to mend. */
	return !watermark_read(store, db, &before, &why) || before == 0 ||
	       arrivals_drop(db, before, err);
}
