/*
 * A page of a sync. Bodies come first, 32 a transaction: invisible until a row names them, and
 * swept if none ever does. Then all the rest in one transaction, so that a crash repeats the page
 * and never skips it.
 */
#include <string.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/item-op.h"
#include "store/item-page.h"
#include "store/private.h"

enum { BODIES_AT_ONCE = 32 };

typedef struct { Message *message; guint has; int64_t body_id; } PageItem;
typedef struct { char *server_id; bool is_soft; } PageRemoval;

struct StorePage {
	StoreWriter *writer;
	int64_t      folder_id;
	GArray      *items;          /* of PageItem */
	guint        stored;         /* so many of them have their body written */
	GPtrArray   *pims;           /* of PimItem */
	GArray      *removals;       /* of PageRemoval */
	GArray      *ops;            /* of StoreOpEnd; the texts are ours */
};

static void item_clear(void *item) { message_free(((PageItem *)item)->message); }
static void removal_clear(void *removal) { g_free(((PageRemoval *)removal)->server_id); }

static void op_end_clear(void *data)
{
	StoreOpEnd *end = data;

	g_free((char *)end->server_id);
	g_free((char *)end->uid);
	g_free((char *)end->sentence);
}

static GArray *array_new(guint size, GDestroyNotify clear)
{
	GArray *array = g_array_new(FALSE, FALSE, size);

	g_array_set_clear_func(array, clear);
	return array;
}

StorePage *store_page_begin(StoreWriter *writer, int64_t folder_id)
{
	StorePage *page = g_new0(StorePage, 1);

	page->writer = writer;
	page->folder_id = folder_id;
	page->items = array_new(sizeof(PageItem), item_clear);
	page->pims = g_ptr_array_new_with_free_func((GDestroyNotify)pim_item_free);
	page->removals = array_new(sizeof(PageRemoval), removal_clear);
	page->ops = array_new(sizeof(StoreOpEnd), op_end_clear);
	g_ptr_array_add(writer->pages, page);
	return page;
}

void store_page_free(StorePage *page)
{
	if (!page)
		return;
	g_ptr_array_remove_fast(page->writer->pages, page);
	g_array_unref(page->items);
	g_ptr_array_unref(page->pims);
	g_array_unref(page->removals);
	g_array_unref(page->ops);
	g_free(page);
}

/* ---- bodies ---- */

static bool item_store_body(Db *db, PageItem *item, GError **err)
{
	if (!item->message->body)
		return true;
	if (!body_ensure(db, item->message->body, &item->body_id, err))
		return false;
	g_clear_pointer(&item->message->body, g_bytes_unref);
	return true;
}

/* The bodies that are not written yet; in a transaction. */
static bool page_store_bodies(StorePage *page, GError **err)
{
	for (; page->stored < page->items->len; page->stored++)
		if (!item_store_body(page->writer->db,
		                     &g_array_index(page->items, PageItem, page->stored), err))
			return false;
	return true;
}

bool store_page_add(StorePage *page, Message *message, guint has, GError **err)
{
	PageItem item = { message, has, 0 };
	Db *db = page->writer->db;

	g_array_append_val(page->items, item);
	if (page->items->len - page->stored < BODIES_AT_ONCE)
		return true;
	crash_point("store: before bodies");
	return db_begin(db, DB_LAZY, err) && db_end(db, page_store_bodies(page, err), err);
}

static bool page_each_body(const StorePage *page, const char *sql, GError **err)
{
	for (guint i = 0; i < page->stored; i++) {
		int64_t body_id = g_array_index(page->items, PageItem, i).body_id;
		if (body_id && !db_run_with(page->writer->db, sql, body_id, err))
			return false;
	}
	return true;
}

bool pages_each_body(StoreWriter *writer, const char *sql, GError **err)
{
	for (guint i = 0; i < writer->pages->len; i++)
		if (!page_each_body(g_ptr_array_index(writer->pages, i), sql, err))
			return false;
	return true;
}

void store_page_add_item(StorePage *page, PimItem *item) { g_ptr_array_add(page->pims, item); }

void store_page_remove(StorePage *page, const char *server_id, bool is_soft)
{
	PageRemoval removal = { g_strdup(server_id), is_soft };

	g_array_append_val(page->removals, removal);
}

void store_page_op_end(StorePage *page, const StoreOpEnd *end)
{
	StoreOpEnd copy = *end;

	copy.server_id = g_strdup(end->server_id);
	copy.uid = g_strdup(end->uid);
	copy.sentence = g_strdup(end->sentence);
	g_array_append_val(page->ops, copy);
}

/* ---- the state of the folder ---- */

typedef struct {
	int64_t account_id, generation;
	FolderType type;
	bool is_refilling;
} FolderState;

static bool folder_state(Db *db, int64_t folder_id, FolderState *ret_state, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT account_id, generation, type, is_refilling FROM folder WHERE id = ?");
	bool has_row;

	put_int(&stmt, folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_GONE, _("the folder is no longer there"));
	*ret_state = (FolderState){ .account_id = get_int(&stmt) };
	ret_state->generation = get_int(&stmt);
	ret_state->type = (FolderType)get_int(&stmt);
	ret_state->is_refilling = get_bool(&stmt);
	return stmt_row_is_sound(&stmt, err);
}

/* What a commit works with. */
typedef struct {
	StorePage     *page;
	Db            *db;
	FolderState    folder;
	People        *people;       /* of the messages that are new */
	ItemFolder     items;        /* the same folder */
	StorePageCount count;
} Commit;

/* ---- settled operations ---- */

static bool settle_ops(Commit *commit, GError **err)
{
	for (guint i = 0; i < commit->page->ops->len; i++)
		if (!op_settle(commit->db, &g_array_index(commit->page->ops, StoreOpEnd, i), err))
			return false;
	return true;
}

/* ---- rows ---- */

typedef struct {
	int64_t id, body_id;
	guint flags;
	BodyKind body_kind;
} StoredMessage; /* id 0: there is none */

/* By the name that the server has for it here, wherever it is shown. */
static bool find_message(Commit *commit, const char *server_id, StoredMessage *ret_stored,
                         GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		commit->db, "SELECT id, ifnull(body_id, 0), flags, body_kind FROM message "
			    "WHERE folder_id = ?1 AND server_id = ?2 UNION ALL "
			    "SELECT id, ifnull(body_id, 0), flags, body_kind FROM message "
			    "WHERE home_folder_id = ?1 AND home_server_id = ?2 LIMIT 1");
	bool has_row;

	put_int(&stmt, commit->page->folder_id);
	put_text(&stmt, server_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_stored = (StoredMessage){ 0 };
	if (!has_row)
		return true;
	ret_stored->id = get_int(&stmt);
	ret_stored->body_id = get_int(&stmt);
	ret_stored->flags = (guint)get_int_in(&stmt, 0, (MESSAGE_BAD << 1) - 1);
	ret_stored->body_kind = (BodyKind)get_int_in(&stmt, BODY_NONE, BODY_MIME);
	return stmt_row_is_sound(&stmt, err);
}

/* ---- a new message ---- */

/* The serial goes round after a million messages; an id that is in use then is left out. */
static bool next_id(Commit *commit, int64_t received_ms, int64_t *ret_id, GError **err)
{
	int64_t in_use = 1, id = 0;

	while (in_use) {
		int64_t serial = commit->page->writer->serial++ & ((1 << MESSAGE_SERIAL_BITS) - 1);
		id = CLAMP(received_ms, 0, MESSAGE_LATEST_MS) << MESSAGE_SERIAL_BITS | serial;
		if (!db_number(commit->db, "SELECT 1 FROM message WHERE id = ?", id, 0, &in_use,
		               err))
			return false;
	}
	*ret_id = id;
	return true;
}

static void put_body(Stmt *stmt, int64_t body_id)
{
	if (body_id)
		put_int(stmt, body_id);
	else
		put_bytes(stmt, NULL);
}

static bool insert_message(Commit *commit, PageItem *item, GError **err)
{
	Message *message = item->message;
	int64_t conversation_id;

	if (!conversation_of(commit->page->writer, commit->folder.account_id, message,
	                     &conversation_id, err) ||
	    !next_id(commit, message->received_ms, &message->id, err))
		return false;
	g_auto(Stmt) stmt = stmt_begin(commit->db, message_insert_sql);
	put_int(&stmt, message->id);
	put_int(&stmt, commit->page->folder_id);
	put_int(&stmt, conversation_id);
	put_text(&stmt, message->server_id);
	put_int(&stmt, commit->folder.generation);
	put_body(&stmt, item->body_id);
	put_int(&stmt, !(message->flags & MESSAGE_READ));
	message_columns_put(&stmt, message);
	if (!stmt_run(&stmt, err) || !message_details_write(commit->db, message, err))
		return false;
	people_note(commit->people, message, commit->folder.type);
	commit->count.added++;
	commit->count.added_unread += !(message->flags & MESSAGE_READ);
	return true;
}

/* ---- a message that is there: the person's values ---- */

/* What the server has of what @kind changes. */
static OpValue servers_value(OpKind kind, const Message *message)
{
	if (kind == OP_MARK_READ)
		return (OpValue){ .number = (message->flags & MESSAGE_READ) != 0 };
	if (kind == OP_CATEGORIES)
		return (OpValue){ .text = message->categories };
	return (OpValue){ .number = op_flag_state(message->flags), .start_ms = message->start_ms,
	                  .due_ms = message->due_ms, .done_ms = message->done_ms };
}

static void replace_flags(Message *message, guint mask, guint flags)
{
	message->flags = (message->flags & ~mask) | flags;
}

static void lay_over(Message *message, const Op *op)
{
	const OpValue *value = &op->value;

	if (op->kind == OP_MARK_READ) {
		replace_flags(message, MESSAGE_READ, value->number ? MESSAGE_READ : 0);
	} else if (op->kind == OP_CATEGORIES) {
		g_free(message->categories);
		message->categories = g_strdup(value->text);
	} else {
		replace_flags(message, MESSAGE_FLAGGED | MESSAGE_DONE, op_flag_bits(value->number));
		message->start_ms = value->start_ms;
		message->due_ms = value->due_ms;
		message->done_ms = value->done_ms;
	}
}

static bool op_remember(Db *db, const Op *op, const OpValue *was, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET was = ?, was_text = ?, was_start_ms = ?, was_due_ms = ?, "
		    "was_done_ms = ? WHERE id = ?");

	put_int(&stmt, was->number);
	put_text(&stmt, was->text);
	put_int(&stmt, was->start_ms);
	put_int(&stmt, was->due_ms);
	put_int(&stmt, was->done_ms);
	put_int(&stmt, op->id);
	return stmt_run(&stmt, err);
}

static bool read_own(Db *db, int64_t message_id, GPtrArray *ops, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT " OP_COLUMNS " FROM " OP_TABLES " WHERE o.message_id = ?1 AND "
		    "o.message_id > 0 AND o.kind IN (0, 1, 2) ORDER BY o.id");
	bool has_row;

	put_int(&stmt, message_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		Op *op = op_row_get(&stmt, err);
		if (!op)
			return false;
		g_ptr_array_add(ops, op);
	}
	return false;
}

static guint has_of(OpKind kind)
{
	return kind == OP_MARK_READ ? HAS_READ : kind == OP_FLAG ? HAS_FLAG : HAS_CATEGORIES;
}

/* The oldest operation of each kind remembers what the server has; what the person wants stays. */
static bool keep_own(Commit *commit, int64_t message_id, const PageItem *item, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	guint seen = 0;

	if (!read_own(commit->db, message_id, ops, err))
		return false;
	for (guint i = 0; i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		guint has = has_of(op->kind);
		OpValue was = servers_value(op->kind, item->message);
		if (!(item->has & (has | HAS_ALL)))
			continue;
		if (!(seen & has) && !op_remember(commit->db, op, &was, err))
			return false;
		seen |= has;
		lay_over(item->message, op);
	}
	return true;
}

/* A change without a body, or one that cuts short what was fetched whole, leaves the body as it
 * is. */
static void keep_own_body(const StoredMessage *stored, PageItem *item)
{
	bool was_whole = stored->body_id && !(stored->flags & MESSAGE_TRUNCATED);
	bool is_cut = (item->message->flags & MESSAGE_TRUNCATED) &&
	              item->message->body_kind == stored->body_kind;

	if (item->body_id && !(was_whole && is_cut))
		return;
	item->body_id = stored->body_id;
	item->message->body_kind = stored->body_kind;
	item->message->flags = (item->message->flags & ~(guint)MESSAGE_TRUNCATED) |
	                       (stored->flags & MESSAGE_TRUNCATED);
}

static bool update_message(Commit *commit, const StoredMessage *stored, PageItem *item,
                           GError **err)
{
	Message *message = item->message;

	message->id = stored->id;
	keep_own_body(stored, item);
	if (!keep_own(commit, stored->id, item, err))
		return false;
	g_auto(Stmt) stmt = stmt_begin(commit->db, message_update_sql);
	put_int(&stmt, commit->folder.generation);
	put_body(&stmt, item->body_id);
	put_int(&stmt, !(message->flags & MESSAGE_READ));
	message_columns_put(&stmt, message);
	put_int(&stmt, stored->id);
	return stmt_run(&stmt, err) && message_details_clear(commit->db, stored->id, err) &&
	       message_details_write(commit->db, message, err);
}

/* The flags of a change that brings only some of them. */
static guint merged_flags(guint stored, const Message *message, guint has)
{
	guint brought = (has & HAS_READ ? MESSAGE_READ : 0) |
	                (has & HAS_FLAG ? MESSAGE_FLAGGED | MESSAGE_DONE : 0) |
	                (has & HAS_VERB ? MESSAGE_REPLIED | MESSAGE_FORWARDED : 0);

	return (stored & ~brought) | (message->flags & brought);
}

static bool update_some(Commit *commit, const StoredMessage *stored, const PageItem *item,
                        GError **err)
{
	const Message *message = item->message;
	guint has = item->has, flags;

	if (!keep_own(commit, stored->id, item, err))
		return false;
	flags = merged_flags(stored->flags, message, has);
	g_auto(Stmt) stmt = stmt_begin(
		commit->db,
		"UPDATE message SET flags = ?1, is_unread = (?1 & 1) = 0, start_ms = CASE WHEN ?2 THEN ?3 ELSE start_ms END, "
		"due_ms = CASE WHEN ?2 THEN ?4 ELSE due_ms END, done_ms = CASE WHEN ?2 THEN ?5 ELSE done_ms END, "
		"categories = CASE WHEN ?6 THEN ?7 ELSE categories END, "
		"last_verb = CASE WHEN ?8 THEN ?9 ELSE last_verb END WHERE id = ?10");
	put_int(&stmt, flags);
	put_int(&stmt, has & HAS_FLAG);
	put_int(&stmt, message->start_ms);
	put_int(&stmt, message->due_ms);
	put_int(&stmt, message->done_ms);
	put_int(&stmt, has & HAS_CATEGORIES);
	put_text(&stmt, message->categories);
	put_int(&stmt, has & HAS_VERB);
	put_int(&stmt, message->last_verb);
	put_int(&stmt, stored->id);
	return stmt_run(&stmt, err);
}

/* ---- a move whose answer was lost ---- */

/* The op that has put a message like this into the folder; 0: none. */
static bool find_mover(Commit *commit, const Message *message, int64_t *ret_op_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		commit->db,
		"SELECT o.id FROM op o JOIN message m ON m.id = o.message_id WHERE o.kind = 3 AND "
		"o.attempts > 0 AND o.value_folder_id = ? AND m.received_ms = ? AND m.subject IS ? AND m.from_list IS ?");
	bool has_row;

	put_int(&stmt, commit->page->folder_id);
	put_int(&stmt, CLAMP(message->received_ms, 0, MESSAGE_LATEST_MS));
	put_text(&stmt, message->subject);
	put_text(&stmt, message->from);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_op_id = has_row ? get_int(&stmt) : 0;
	return true;
}

/* What the server has moved for us comes as new; it is the message that stands there already. */
static bool claim(Commit *commit, const Message *message, StoredMessage *stored, GError **err)
{
	StoreOpEnd end = { .fate = OP_END_DONE, .server_id = message->server_id };

	if (!find_mover(commit, message, &end.op_id, err))
		return false;
	if (end.op_id == 0)
		return true;
	commit->count.settled++;
	return op_settle(commit->db, &end, err) &&
	       find_message(commit, message->server_id, stored, err);
}

/* A change of some fields of a message that we do not have says too little to make one of. */
static bool apply_item(Commit *commit, PageItem *item, GError **err)
{
	StoredMessage stored;

	if (!find_message(commit, item->message->server_id, &stored, err))
		return false;
	if (stored.id == 0 && !(item->has & HAS_ALL))
		return true;
	if (stored.id == 0 && !claim(commit, item->message, &stored, err))
		return false;
	if (stored.id == 0)
		return insert_message(commit, item, err);
	commit->count.changed++;
	return item->has & HAS_ALL ? update_message(commit, &stored, item, err)
	                           : update_some(commit, &stored, item, err);
}

static bool apply_items(Commit *commit, GError **err)
{
	for (guint i = 0; i < commit->page->items->len; i++)
		if (!apply_item(commit, &g_array_index(commit->page->items, PageItem, i), err))
			return false;
	return true;
}

/* ---- what is no mail ---- */

static bool apply_pims(Commit *commit, GError **err)
{
	for (guint i = 0; i < commit->page->pims->len; i++)
		if (!item_page_take(commit->db, &commit->items, commit->page->pims->pdata[i],
		                    &commit->count, err))
			return false;
	return true;
}

/* ---- removals ---- */

static bool set_out_of_window(Db *db, int64_t message_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE message SET flags = flags | ? WHERE id = ?");

	put_int(&stmt, MESSAGE_OUT_OF_WINDOW);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

#define OPS_OF "SELECT count(*) FROM op WHERE message_id = ?1 AND message_id > 0 "

/* *ret_is_ours: it goes because we have moved it, and the answer that says where to has yet to
 * come. */
static bool look_at_ops(Commit *commit, int64_t message_id, bool *ret_is_ours, GError **err)
{
	int64_t moves, changes, all;

	if (!db_number(commit->db, OPS_OF "AND kind <= 4", message_id, 0, &all, err) ||
	    !db_number(commit->db, OPS_OF "AND kind IN (1, 2, 3)", message_id, 0, &changes, err) ||
	    !db_number(commit->db, OPS_OF "AND kind = 3 AND attempts > 0", message_id, 0, &moves,
	               err))
		return false;
	*ret_is_ours = moves > 0;
	if (!*ret_is_ours) {
		commit->count.conflicts += (int)changes;
		commit->count.settled += (int)all;
	}
	return true;
}

static bool delete_message(Commit *commit, int64_t message_id, GError **err)
{
	bool is_ours;
	int answers;

	if (!look_at_ops(commit, message_id, &is_ours, err))
		return false;
	if (is_ours)
		return true;
	if (!item_answers_settle(commit->db, message_id, &answers, err))
		return false;
	commit->count.settled += answers;
	commit->count.removed++;
	return db_run_with(commit->db, "DELETE FROM message WHERE id = ?", message_id, err);
}

static bool apply_removal(Commit *commit, const PageRemoval *removal, GError **err)
{
	StoredMessage stored;

	if (!find_message(commit, removal->server_id, &stored, err))
		return false;
	if (stored.id == 0)
		return item_page_remove(commit->db, &commit->items, removal->server_id,
		                        removal->is_soft, &commit->count, err);
	if (!removal->is_soft)
		return delete_message(commit, stored.id, err);
	commit->count.removed++;
	return set_out_of_window(commit->db, stored.id, err);
}

static bool apply_removals(Commit *commit, GError **err)
{
	for (guint i = 0; i < commit->page->removals->len; i++)
		if (!apply_removal(commit, &g_array_index(commit->page->removals, PageRemoval, i),
		                   err))
			return false;
	return true;
}

/* The last page of a refill: what the server did not name again is gone. What it had let out of its
 * window stays. */
static bool drop_unnamed(Commit *commit, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		commit->db,
		"DELETE FROM message WHERE (folder_id = ?1 AND home_folder_id IS NULL OR home_folder_id = ?1) "
		"AND generation <> ?2 AND flags & ?3 = 0");

	put_int(&stmt, commit->page->folder_id);
	put_int(&stmt, commit->folder.generation);
	put_int(&stmt, MESSAGE_OUT_OF_WINDOW);
	if (!stmt_run(&stmt, err))
		return false;
	commit->count.removed += sqlite3_changes(db_handle(commit->db));
	commit->count.settled += sqlite3_changes(db_handle(commit->db));
	return item_page_drop_unnamed(commit->db, &commit->items, &commit->count, err);
}

/* ---- all of it ---- */

typedef struct { const char *sync_key; int filter; bool has_more; } PageEnd;

static bool set_folder_state(Commit *commit, const PageEnd *end, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		commit->db,
		"UPDATE folder SET sync_key = ?, filter = ?, is_behind = ?, "
		"is_refilling = is_refilling AND ?, last_sync_ms = ?, last_error = NULL WHERE id = ?");

	put_text(&stmt, end->sync_key);
	put_int(&stmt, end->filter);
	put_int(&stmt, end->has_more);
	put_int(&stmt, end->has_more);
	put_int(&stmt, clock_now_ms(commit->page->writer->store->clock));
	put_int(&stmt, commit->page->folder_id);
	return stmt_run(&stmt, err);
}

static bool link_draft(Commit *commit, const StoreOpEnd *end, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		commit->db,
		"UPDATE draft SET base_hash = NULL, message_id = "
		"(SELECT id FROM message WHERE folder_id = ? AND server_id = ?) WHERE id = ?");

	put_int(&stmt, commit->page->folder_id);
	put_text(&stmt, end->server_id);
	put_int(&stmt, end->draft_id);
	return stmt_run(&stmt, err);
}

/* When the rows are there that they are linked to. */
static bool link_drafts(Commit *commit, GError **err)
{
	const GArray *ends = commit->page->ops;

	for (guint i = 0; i < ends->len; i++) {
		const StoreOpEnd *end = &g_array_index(ends, StoreOpEnd, i);
		if (end->draft_id && !link_draft(commit, end, err))
			return false;
	}
	return true;
}

static bool commit_run(Commit *commit, const PageEnd *end, GError **err)
{
	StorePage *page = commit->page;
	g_autoptr(People) people = NULL;
	bool is_last_of_refill;

	if (!folder_state(commit->db, page->folder_id, &commit->folder, err))
		return false;
	commit->items = (ItemFolder){ page->folder_id, commit->folder.account_id,
		                      commit->folder.generation };
	commit->people = people = people_new(commit->folder.account_id);
	is_last_of_refill = commit->folder.is_refilling && !end->has_more;
	return page_store_bodies(page, err) && settle_ops(commit, err) &&
	       apply_items(commit, err) && apply_pims(commit, err) && link_drafts(commit, err) &&
	       apply_removals(commit, err) &&
	       (!is_last_of_refill || drop_unnamed(commit, err)) &&
	       people_write(people, commit->db, err) &&
	       set_folder_state(commit, end, err) && writer_save_numbers(page->writer, err);
}

bool store_page_commit(StorePage *page, const char *sync_key, int filter, bool has_more,
                       StorePageCount *ret_count, GError **err)
{
	Commit commit = { .page = page, .db = page->writer->db };
	PageEnd end = { sync_key, filter, has_more };

	if (!db_begin(commit.db, DB_LAZY, err) ||
	    !writer_end(page->writer, commit_run(&commit, &end, err), err))
		return false;
	if (ret_count)
		*ret_count = commit.count;
	return true;
}
