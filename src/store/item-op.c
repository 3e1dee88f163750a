#include "store/item-op.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/pim_text.h"
#include "store/item.h"
#include "store/private.h"

/* ---- what is there ---- */

static bool look_at_folder(Db *db, Op *op, int *ret_kind, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT account_id, type FROM folder WHERE id = ? AND NOT is_hidden");
	bool has_row;

	put_int(&stmt, op->folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_GONE, _("the folder is no longer there"));
	op->account_id = get_int(&stmt);
	*ret_kind = pim_kind_of_folder((FolderType)get_int(&stmt));
	return stmt_row_is_sound(&stmt, err);
}

static bool find_folder(Db *db, Op *op, GError **err)
{
	return db_number(db, "SELECT folder_id FROM item WHERE id = ?", op->item_id, op->folder_id,
	                 &op->folder_id, err);
}

/* As it will be stored, so that equal items have equal texts. */
static bool take_text(Op *op, int kind, GError **err)
{
	g_autoptr(PimItem) item = op->value.text ? pim_from_text(op->value.text, NULL) : NULL;

	if (!item || (int)item->kind != kind)
		return fail(err, ERR_USAGE,
		            _("an entry of this kind does not belong in that folder"));
	g_free(op->value.text);
	op->value.text = pim_to_text(item, PIM_TEXT_WHOLE);
	return true;
}

/* An item that has gone meanwhile is made anew from what the person wrote. */
static bool take_row(Op *op, const ItemRow *row, GError **err)
{
	bool is_save = op->kind == OP_ITEM_SAVE;

	if (!row->id && !(is_save && op->folder_id))
		return fail(err, ERR_GONE, _("it is no longer there"));
	if (row->is_hidden && !is_save)
		return fail(err, ERR_GONE, _("it was deleted"));
	op->item_id = row->id;
	g_free(op->was.text);
	op->was.text = g_strdup(row->text);
	g_free(op->before.text);
	op->before.text = row->is_hidden ? NULL : g_strdup(row->text);
	return true;
}

static bool look_at_change(Db *db, Op *op, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	int kind;

	return item_row_read(db, op->item_id, &row, err) && take_row(op, &row, err) &&
	       look_at_folder(db, op, &kind, err) &&
	       (op->kind == OP_ITEM_DELETE || take_text(op, kind, err));
}

/* ---- answers ---- */

static ResponseType choice_of(const OpValue *value)
{
	return (ResponseType)(value->number & ~OP_RESPOND_SILENT);
}

static bool choice_is_one(const Op *op, GError **err)
{
	ResponseType choice = choice_of(&op->value);

	return choice == RESPONSE_ACCEPTED || choice == RESPONSE_TENTATIVE ||
	       choice == RESPONSE_DECLINED ||
	       fail(err, ERR_USAGE, _("an answer is yes, perhaps or no"));
}

static bool look_at_mail(Db *db, Op *op, GError **err)
{
	static const char sql[] = "SELECT f.account_id FROM message m JOIN folder f "
				  "ON f.id = m.folder_id WHERE m.id = ?";

	return db_number(db, sql, op->message_id, 0, &op->account_id, err) &&
	       (op->account_id || fail(err, ERR_GONE, _("the message is no longer there")));
}

static bool look_at_event(Db *db, Op *op, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	g_autoptr(PimItem) item = NULL;
	int kind;

	if (!item_row_read(db, op->item_id, &row, err))
		return false;
	if (!row.id || row.is_hidden || row.kind != PIM_EVENT)
		return fail(err, ERR_GONE, _("the event is no longer there"));
	item = pim_from_text(row.text, err);
	if (!item || !look_at_folder(db, op, &kind, err))
		return false;
	op->was.number = op->before.number = item->event->response;
	return true;
}

static bool look_at_answer(Db *db, Op *op, GError **err)
{
	if (!choice_is_one(op, err) || (op->item_id && !look_at_event(db, op, err)))
		return false;
	if (op->message_id)
		return look_at_mail(db, op, err);
	return op->item_id || fail(err, ERR_USAGE, _("an answer needs an invitation"));
}

bool item_op_look(Db *db, Op *op, GError **err)
{
	if (op->item_id && !find_folder(db, op, err))
		return false;
	return op->kind == OP_RESPOND ? look_at_answer(db, op, err) : look_at_change(db, op, err);
}

/* ---- effects ---- */

static bool make_item(Db *db, Op *op, GError **err)
{
	g_autoptr(PimItem) item = pim_from_text(op->value.text, err);
	ItemPlace place = { .folder_id = op->folder_id };

	return item &&
	       db_number(db, "SELECT generation FROM folder WHERE id = ?", op->folder_id, 0,
	                 &place.generation, err) &&
	       item_row_insert(db, &place, item, &op->item_id, err);
}

static EventException *exception_ensure(Event *series, int64_t original_ms)
{
	for (guint i = 0; series->exceptions && i < series->exceptions->len; i++) {
		EventException *exception = g_ptr_array_index(series->exceptions, i);
		if (exception->original_ms == original_ms)
			return exception;
	}
	EventException *exception = event_exception_new(original_ms);
	exception->event = event_new();
	if (!series->exceptions)
		series->exceptions =
			g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(series->exceptions, exception);
	return exception;
}

static void answer_one(Event *series, int64_t original_ms, ResponseType choice)
{
	EventException *exception = exception_ensure(series, original_ms);

	if (exception->is_deleted)
		return;
	exception->has |= EVENT_HAS_RESPONSE;
	exception->event->response = choice;
}

static bool show_answer(Db *db, const Op *op, ResponseType choice, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	g_autoptr(PimItem) item = NULL;

	if (!item_row_read(db, op->item_id, &row, err))
		return false;
	if (!row.id)
		return true;
	item = pim_from_text(row.text, err);
	if (!item)
		return false;
	if (op->value.start_ms)
		answer_one(item->event, op->value.start_ms, choice);
	else
		item->event->response = choice;
	return item_row_write(db, row.id, item, err);
}

bool item_op_show(Db *db, Op *op, GError **err)
{
	switch (op->kind) {
	case OP_ITEM_DELETE:
		return item_row_set_hidden(db, op->item_id, true, err);
	case OP_RESPOND:
		return !op->item_id || show_answer(db, op, choice_of(&op->value), err);
	default:
		if (!op->item_id)
			return make_item(db, op, err);
		return item_row_write_text(db, op->item_id, op->value.text, err) &&
		       item_row_set_hidden(db, op->item_id, false, err);
	}
}

bool item_op_is_undone_by(const Op *earlier, const Op *op)
{
	return op->kind == OP_ITEM_DELETE && op_makes_item(earlier);
}

/* ---- ends ---- */

bool item_ops_read(Db *db, int64_t item_id, GPtrArray *ops, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT " OP_COLUMNS " FROM " OP_TABLES
	                                   " WHERE o.item_id = ? AND o.item_id > 0 ORDER BY o.id");
	bool has_row;

	put_int(&stmt, item_id);
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

/* The first change of the item that is later; NULL in *ret_op: none is. The caller's. */
static bool find_later(Db *db, const Op *op, Op **ret_op, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	*ret_op = NULL;
	if (!item_ops_read(db, op->item_id, ops, err))
		return false;
	for (guint i = 0; i < ops->len && !*ret_op; i++) {
		const Op *other = g_ptr_array_index(ops, i);
		if (other->id > op->id && (other->kind == OP_RESPOND) == (op->kind == OP_RESPOND))
			*ret_op = op_copy(other);
	}
	return true;
}

static bool pass_on_response(Db *db, const Op *op, const Op *later, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE op SET was = ? WHERE id = ?");

	put_int(&stmt, op->was.number);
	put_int(&stmt, later->id);
	return stmt_run(&stmt, err);
}

bool item_op_change(Db *db, const Op *op, const char *value, const char *was, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET value_text = ?, was_text = ?, next_ms = 0 WHERE id = ?");

	put_text(&stmt, value);
	put_text(&stmt, was);
	put_int(&stmt, op->id);
	return stmt_run(&stmt, err);
}

/* What @later wants without what @before, in vain, should have changed. */
static char *without(const char *before, const Op *later, const char *now)
{
	char *text = before && later->value.text
	                     ? pim_text_merge(before, later->value.text, now)
	                     : NULL;

	return text ? text : g_strdup(later->value.text);
}

/* The later ones start from what the server holds, each from the one before it, and the last is
 * shown. */
static bool pass_on_texts(Db *db, const Op *op, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_autofree char *before = g_strdup(op->value.text), *now = g_strdup(op->was.text);

	if (!item_ops_read(db, op->item_id, ops, err))
		return false;
	for (guint i = 0; i < ops->len; i++) {
		const Op *later = g_ptr_array_index(ops, i);
		if (later->id < op->id || later->kind == OP_RESPOND)
			continue;
		g_autofree char *value = without(before, later, now);
		if (!item_op_change(db, later, value, now, err))
			return false;
		if (!value)
			return true;
		g_free(before);
		g_free(now);
		before = g_strdup(later->value.text);
		now = g_steal_pointer(&value);
	}
	return item_row_write_text(db, op->item_id, now, err);
}

static bool pass_on(Db *db, const Op *op, const Op *later, GError **err)
{
	return op->kind == OP_RESPOND ? pass_on_response(db, op, later, err)
	                              : pass_on_texts(db, op, err);
}

static bool show_was(Db *db, const Op *op, GError **err)
{
	if (op->kind == OP_RESPOND)
		return !op->item_id || show_answer(db, op, (ResponseType)op->was.number, err);
	return item_row_write_text(db, op->item_id, op->was.text, err) &&
	       item_row_set_hidden(db, op->item_id, false, err);
}

/* What was to be made was never there, and what should be done to it later has nothing to do. */
bool item_op_undo(Db *db, const Op *op, GError **err)
{
	g_autoptr(Op) later = NULL;

	if (op_makes_item(op))
		return op_row_delete(db, op->id, err) && item_row_delete(db, op->item_id, err);
	if (!find_later(db, op, &later, err) || !op_row_delete(db, op->id, err))
		return false;
	return later ? pass_on(db, op, later, err) : show_was(db, op, err);
}

/* The row that a page has made of it meanwhile. */
static bool drop_double(Db *db, const Op *op, const char *server_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "DELETE FROM item WHERE id <> ?1 AND server_id = ?2 AND folder_id = "
		    "(SELECT folder_id FROM item WHERE id = ?1)");

	put_int(&stmt, op->item_id);
	put_text(&stmt, server_id);
	return stmt_run(&stmt, err);
}

static bool set_uid(Db *db, int64_t item_id, const char *uid, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	g_autoptr(PimItem) item = NULL;

	if (!uid)
		return true;
	if (!item_row_read(db, item_id, &row, err))
		return false;
	if (row.kind != PIM_EVENT || !row.id)
		return true;
	item = pim_from_text(row.text, err);
	if (!item)
		return false;
	g_free(item->event->uid);
	item->event->uid = g_strdup(uid);
	return item_row_write(db, item_id, item, err);
}

static bool name_item(Db *db, const Op *op, const char *server_id, GError **err)
{
	return drop_double(db, op, server_id, err) &&
	       item_row_set_name(db, op->item_id, server_id, err) &&
	       db_run_with(db,
	                   "UPDATE item SET generation = (SELECT generation FROM folder f "
	                   "WHERE f.id = item.folder_id) WHERE id = ?",
	                   op->item_id, err);
}

/* Without its name the next page has to bring it. */
static bool confirm_new(Db *db, const Op *op, const StoreOpEnd *end, GError **err)
{
	if (end->server_id)
		return name_item(db, op, end->server_id, err) &&
		       set_uid(db, op->item_id, end->uid, err) && op_row_delete(db, op->id, err);
	return db_run_with(db, "UPDATE folder SET is_behind = 1 WHERE id = ?", op->folder_id,
	                   err) &&
	       op_row_delete(db, op->id, err) && item_row_delete(db, op->item_id, err);
}

/* What a later op still wants is a new one now. */
static bool make_anew(Db *db, const Op *later, GError **err)
{
	return item_row_set_name(db, later->item_id, NULL, err) &&
	       db_run_with(db, "UPDATE op SET kind = 12, was_text = NULL WHERE id = ?", later->id,
	                   err);
}

static bool confirm_delete(Db *db, const Op *op, GError **err)
{
	g_autoptr(Op) later = NULL;

	if (!find_later(db, op, &later, err) || !op_row_delete(db, op->id, err))
		return false;
	return later && later->value.text ? make_anew(db, later, err)
	                                  : item_row_delete(db, op->item_id, err);
}

bool item_op_confirm(Db *db, const Op *op, const StoreOpEnd *end, GError **err)
{
	if (op->kind == OP_ITEM_DELETE)
		return confirm_delete(db, op, err);
	if (op_makes_item(op))
		return confirm_new(db, op, end, err);
	return op_row_delete(db, op->id, err);
}

static bool park(Db *db, int64_t op_id, const char *text, const StoreOpEnd *end, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET kind = 12, state = 4, was_text = NULL, value_text = ?, "
		    "start_ms = 0, error_kind = ?, last_error = ?, next_ms = 0, attempts = 0 "
		    "WHERE id = ?");

	put_text(&stmt, text);
	put_int(&stmt, end->error_kind);
	put_text(&stmt, end->sentence);
	put_int(&stmt, op_id);
	return stmt_run(&stmt, err);
}

/* What is shown is what the last of them wants; one op for it is enough. */
bool item_op_strand(Db *db, const Op *op, const StoreOpEnd *end, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_auto(ItemRow) row = { 0 };

	if (!item_ops_read(db, op->item_id, ops, err) ||
	    !item_row_read(db, op->item_id, &row, err))
		return false;
	if (row.is_hidden)
		return item_row_delete(db, op->item_id, err);
	for (guint i = 0; i < ops->len; i++)
		if (((const Op *)ops->pdata[i])->id != op->id &&
		    !op_row_delete(db, ((const Op *)ops->pdata[i])->id, err))
			return false;
	return item_row_set_name(db, op->item_id, NULL, err) &&
	       park(db, op->id, row.text, end, err);
}

/* ---- answers to a mail that is gone ---- */

static bool park_answers(Db *db, int64_t message_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET state = 4, error_kind = ?, last_error = ? "
		    "WHERE message_id = ? AND message_id > 0 AND kind = 15 AND attempts = 0");

	put_int(&stmt, ERR_GONE);
	put_text(&stmt, _("the invitation is gone on the server; answer the event in the calendar"));
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

bool item_answers_settle(Db *db, int64_t message_id, int *ret_count, GError **err)
{
	static const char arrived[] = "DELETE FROM op WHERE message_id = ? AND message_id > 0 "
				      "AND kind = 15 AND attempts > 0 AND state <> 4";

	if (!db_run_with(db, arrived, message_id, err))
		return false;
	*ret_count = sqlite3_changes(db_handle(db));
	if (!park_answers(db, message_id, err))
		return false;
	*ret_count += sqlite3_changes(db_handle(db));
	return true;
}
