#include "store/item-page.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "model/pim_text.h"
#include "store/item.h"
#include "store/item-op.h"
#include "store/private.h"

static GPtrArray *ops_new(void) { return g_ptr_array_new_with_free_func((GDestroyNotify)op_free); }

/* ---- an item that we are making ---- */

static bool same(const char *a, const char *b) { return g_strcmp0(a, b) == 0; }

static bool is_same_event(const Event *ours, const Event *theirs)
{
	if (ours->uid && theirs->uid && same(ours->uid, theirs->uid))
		return true;
	return ours->start_ms == theirs->start_ms && ours->end_ms == theirs->end_ms &&
	       same(ours->subject, theirs->subject) && !ours->recurrence == !theirs->recurrence;
}

static bool is_same_contact(const Contact *ours, const Contact *theirs)
{
	static const ContactText texts[] = { CONTACT_FIRST_NAME, CONTACT_LAST_NAME, CONTACT_COMPANY,
	                                     CONTACT_EMAIL1, CONTACT_MOBILE };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!same(ours->texts[texts[i]], theirs->texts[texts[i]]))
			return false;
	return true;
}

/* What the server has been asked to make comes as new when the answer to that was lost. */
static bool is_made_of(const PimItem *ours, const PimItem *theirs)
{
	if (ours->kind != theirs->kind)
		return false;
	switch (ours->kind) {
	case PIM_EVENT:
		return is_same_event(ours->event, theirs->event);
	case PIM_CONTACT:
		return is_same_contact(ours->contact, theirs->contact);
	case PIM_TODO:
		return same(ours->todo->subject, theirs->todo->subject) &&
		       ours->todo->due_date_ms == theirs->todo->due_date_ms;
	default:
		return same(ours->note->subject, theirs->note->subject) &&
		       same(ours->note->body, theirs->note->body);
	}
}

static bool read_makers(Db *db, int64_t folder_id, GPtrArray *ops, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT " OP_COLUMNS " FROM " OP_TABLES
	                                   " WHERE o.kind = 12 AND o.was_text IS NULL "
	                                   "AND o.attempts > 0 AND i.folder_id = ? ORDER BY o.id");
	bool has_row;

	put_int(&stmt, folder_id);
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

/* The op that has made it on the server; 0 in *ret_op_id: none. */
static bool find_maker(Db *db, int64_t folder_id, const PimItem *theirs, int64_t *ret_op_id,
                       GError **err)
{
	g_autoptr(GPtrArray) ops = ops_new();

	*ret_op_id = 0;
	if (!read_makers(db, folder_id, ops, err))
		return false;
	for (guint i = 0; i < ops->len && !*ret_op_id; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		g_autoptr(PimItem) ours = pim_from_text(op->value.text ? op->value.text : "", err);
		if (!ours)
			return false;
		if (is_made_of(ours, theirs))
			*ret_op_id = op->id;
	}
	return true;
}

/* It is the item that stands here already. */
static bool claim(Db *db, const ItemFolder *folder, const PimItem *theirs, StorePageCount *count,
                  ItemRow *ret_row, GError **err)
{
	StoreOpEnd end = { .fate = OP_END_DONE, .server_id = *pim_item_server_id(theirs) };

	if (!find_maker(db, folder->id, theirs, &end.op_id, err))
		return false;
	if (end.op_id == 0)
		return true;
	count->settled++;
	return op_settle(db, &end, err) &&
	       item_row_find(db, folder->id, end.server_id, ret_row, err);
}

/* ---- both have changed it ---- */

static char *copy_name(const char *name)
{
	return g_strdup_printf(_("%s (as you changed it)"), name ? name : "");
}

static void rename_text(char **text)
{
	char *name = copy_name(*text);

	g_free(*text);
	*text = name;
}

/* No invitation leaves for it, and it is not the meeting that others have. */
static void make_own(Event *event)
{
	g_clear_pointer(&event->uid, g_free);
	g_clear_pointer(&event->attendees, g_ptr_array_unref);
	g_clear_pointer(&event->parts, g_ptr_array_unref);
	event->meeting_status = 0;
	event->is_response_wanted = false;
	rename_text(&event->subject);
}

static void mark_contact(Contact *contact)
{
	g_autofree char *name = contact_display_name(contact), *copy = copy_name(name);

	contact_set(contact, CONTACT_FILE_AS, copy);
}

static void mark_copy(PimItem *item)
{
	switch (item->kind) {
	case PIM_EVENT:
		make_own(item->event);
		return;
	case PIM_CONTACT:
		mark_contact(item->contact);
		return;
	case PIM_TODO:
		rename_text(&item->todo->subject);
		return;
	default:
		rename_text(&item->note->subject);
	}
}

/* Of a series in which one occurrence was changed that one alone is kept; NULL: it is to be
 * deleted, which is not worth a copy. */
static PimItem *occurrence_of(const PimItem *series, int64_t original_ms)
{
	const GPtrArray *all = series->event->exceptions;

	for (guint i = 0; all && i < all->len; i++) {
		const EventException *exception = g_ptr_array_index(all, i);
		if (exception->original_ms == original_ms && !exception->is_deleted)
			return pim_item_new(PIM_EVENT,
			                    event_occurrence(series->event, exception));
	}
	return NULL;
}

static bool write_copy_op(Db *db, const Op *op, int64_t item_id, const char *text, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO op (group_id, kind, account_id, folder_id, message_id, draft_id, value, "
		"value_text, was, client_id, changed_ms, item_id) "
		"VALUES (?, 12, ?, 0, 0, 0, 0, ?, 0, lower(hex(randomblob(8))), ?, ?)");

	put_int(&stmt, op->group_id);
	put_int(&stmt, op->account_id);
	put_text(&stmt, text);
	put_int(&stmt, op->changed_ms);
	put_int(&stmt, item_id);
	return stmt_run(&stmt, err);
}

/* What @op wants stands beside, as an item of its own that is still to be told to the server. */
static bool keep_copy(Db *db, const ItemFolder *folder, const Op *op, StorePageCount *count,
                      GError **err)
{
	ItemPlace place = { folder->id, folder->generation, NULL };
	g_autoptr(PimItem) item = pim_from_text(op->value.text ? op->value.text : "", err);
	int64_t id;

	if (!item)
		return false;
	if (op->kind == OP_OCCURRENCE) {
		PimItem *one = occurrence_of(item, op->value.start_ms);
		if (!one)
			return true;
		pim_item_free(item);
		item = one;
	}
	mark_copy(item);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	count->copies++;
	return item_row_insert(db, &place, item, &id, err) &&
	       write_copy_op(db, op, id, text, err);
}

static bool set_was_response(Db *db, const Op *op, ResponseType response, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE op SET was = ? WHERE id = ?");

	put_int(&stmt, response);
	put_int(&stmt, op->id);
	return stmt_run(&stmt, err);
}

/* What is known while the operations of an item are gone through, oldest first. */
typedef struct {
	const ItemFolder *folder;
	const PimItem    *theirs;
	StorePageCount   *count;
	char *held; /* what the server had before the op at hand, as far as we knew … */
	char *shown;             /* … and what it has, or will have, in truth */
	bool  is_deleted;
} Rebase;

static bool rebase_change(Db *db, Rebase *r, const Op *op, GError **err)
{
	char *value = pim_text_merge(r->held, op->value.text, r->shown);

	if (!value) {
		r->count->settled++;
		return keep_copy(db, r->folder, op, r->count, err) &&
		       op_row_delete(db, op->id, err);
	}
	bool is_there = strcmp(value, r->shown) == 0;
	r->count->settled += is_there;
	r->count->rebased += !is_there;
	bool ok = is_there ? op_row_delete(db, op->id, err)
	                   : item_op_change(db, op, value, r->shown, err);
	g_free(r->held);
	g_free(r->shown);
	r->held = g_strdup(op->value.text);
	r->shown = value;
	r->is_deleted = false;
	return ok;
}

static bool rebase_op(Db *db, Rebase *r, const Op *op, GError **err)
{
	if (op->kind == OP_RESPOND)
		return set_was_response(db, op, r->theirs->event->response, err);
	if (op->kind == OP_ITEM_DELETE) {
		r->is_deleted = true;
		r->count->rebased++;
		return item_op_change(db, op, NULL, r->shown, err);
	}
	return rebase_change(db, r, op, err);
}

/* Of answers that have not been given the last is shown. */
static bool show_answers(Db *db, const GPtrArray *ops, GError **err)
{
	for (guint i = 0; i < ops->len; i++) {
		Op *op = g_ptr_array_index(ops, i);
		if (op->kind == OP_RESPOND && !item_op_show(db, op, err))
			return false;
	}
	return true;
}

static char *first_was(const GPtrArray *ops)
{
	for (guint i = 0; i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		if (op->kind != OP_RESPOND)
			return g_strdup(op->was.text);
	}
	return NULL;
}

static bool rebase(Db *db, Rebase *r, int64_t id, const GPtrArray *ops, GError **err)
{
	for (guint i = 0; i < ops->len; i++)
		if (!rebase_op(db, r, g_ptr_array_index(ops, i), err))
			return false;
	return item_row_write_text(db, id, r->shown, err) &&
	       (r->is_deleted || show_answers(db, ops, err));
}

/* What the person wants is laid over what the server has; nothing is done if that is not new. */
static bool merge(Db *db, const ItemFolder *folder, const ItemRow *row, const PimItem *theirs,
                  StorePageCount *count, GError **err)
{
	g_autoptr(GPtrArray) ops = ops_new();
	Rebase r = { .folder = folder, .theirs = theirs, .count = count };

	if (!item_ops_read(db, row->id, ops, err))
		return false;
	if (ops->len == 0)
		return item_row_write(db, row->id, theirs, err);
	r.held = first_was(ops);
	r.shown = pim_to_text(theirs, PIM_TEXT_WHOLE);
	bool is_old = r.held && strcmp(r.held, r.shown) == 0;
	if (!r.held)
		r.held = g_strdup(r.shown);
	bool ok = is_old || rebase(db, &r, row->id, ops, err);
	g_free(r.held);
	g_free(r.shown);
	return ok;
}

/* ---- what comes ---- */

static bool insert(Db *db, const ItemFolder *folder, const PimItem *item, StorePageCount *count,
                   GError **err)
{
	ItemPlace place = { folder->id, folder->generation, *pim_item_server_id(item) };
	int64_t id;

	count->added++;
	return item_row_insert(db, &place, item, &id, err);
}

bool item_page_take(Db *db, const ItemFolder *folder, const PimItem *item, StorePageCount *count,
                    GError **err)
{
	g_auto(ItemRow) row = { 0 };
	const char *server_id = *pim_item_server_id(item);

	if (!item_row_find(db, folder->id, server_id, &row, err) ||
	    (!row.id && !claim(db, folder, item, count, &row, err)))
		return false;
	/* One of another kind under its name was another item. */
	if (row.id && row.kind != item->kind) {
		if (!item_row_delete(db, row.id, err))
			return false;
		item_row_clear(&row);
	}
	if (!row.id)
		return insert(db, folder, item, count, err);
	count->changed++;
	return item_row_set_generation(db, row.id, folder->generation, err) &&
	       merge(db, folder, &row, item, count, err);
}

/* ---- what goes ---- */

static const Op *last_change(const GPtrArray *ops)
{
	for (guint i = ops->len; i > 0; i--) {
		const Op *op = g_ptr_array_index(ops, i - 1);
		if (op->kind == OP_ITEM_SAVE || op->kind == OP_OCCURRENCE)
			return op;
	}
	return NULL;
}

static bool strand(Db *db, const Op *op, StorePageCount *count, GError **err)
{
	StoreOpEnd end = { .op_id = op->id, .error_kind = ERR_GONE,
		           .sentence = _("it was deleted on the server after you changed it; "
		                         "retry to make it anew") };

	count->stranded++;
	return item_op_strand(db, op, &end, err);
}

/* What a person wrote and the server does not have yet stays, for the person to decide. */
static bool remove_row(Db *db, int64_t id, StorePageCount *count, GError **err)
{
	g_autoptr(GPtrArray) ops = ops_new();

	if (!item_ops_read(db, id, ops, err))
		return false;
	const Op *change = last_change(ops);
	count->settled += (int)ops->len;
	if (change)
		return strand(db, change, count, err);
	count->removed++;
	return item_row_delete(db, id, err);
}

bool item_page_remove(Db *db, const ItemFolder *folder, const char *server_id, bool is_soft,
                      StorePageCount *count, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	int64_t waiting;

	if (!item_row_find(db, folder->id, server_id, &row, err) ||
	    !db_number(db, "SELECT count(*) FROM op WHERE item_id = ? AND item_id > 0", row.id, 0,
	               &waiting, err))
		return false;
	/* One that has only left the window is still there to be changed. */
	if (!row.id || (is_soft && waiting))
		return true;
	return remove_row(db, row.id, count, err);
}

bool item_page_drop_unnamed(Db *db, const ItemFolder *folder, StorePageCount *count, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!op_collect_ids(db,
	                    "SELECT i.id FROM item i JOIN folder f ON f.id = i.folder_id "
	                    "WHERE f.id = ? AND i.generation <> f.generation "
	                    "AND substr(i.server_id, 1, 1) <> char(1)",
	                    folder->id, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!remove_row(db, g_array_index(ids, int64_t, i), count, err))
			return false;
	return true;
}
