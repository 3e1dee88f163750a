/*
 * Operations as they end: confirmed, refused, cancelled or to be tried again. What was shown before
 * its time becomes the truth, or gives way to what the server holds.
 *
 * What is shown of a message or folder is always what the last operation on it wants; only without
 * one is it the server's. So whatever ends, the later ones keep their effect and learn what the
 * server holds now.
 */
#include "base/error.h"
#include "store/item-op.h"
#include "store/private.h"

/* ---- what was made or moved gets its name ---- */

static bool drop_double(Db *db, int64_t message_id, int64_t folder_id, const char *server_id,
                        GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "DELETE FROM message WHERE id <> ?1 AND folder_id = ?2 AND server_id = ?3");

	put_int(&stmt, message_id);
	put_int(&stmt, folder_id);
	put_text(&stmt, server_id);
	return stmt_run(&stmt, err);
}

/* Home is where the server has put it; it is shown there unless a later operation wants it
 * elsewhere. */
static bool give_home(Db *db, const Op *op, const char *server_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE message SET home_folder_id = ?1, home_server_id = ?2, "
		    "generation = (SELECT generation FROM folder WHERE id = ?1) WHERE id = ?3");

	put_int(&stmt, op->value.folder_id);
	put_text(&stmt, server_id);
	put_int(&stmt, op->message_id);
	return stmt_run(&stmt, err);
}

static bool show_home_if_there(Db *db, int64_t message_id, GError **err)
{
	return db_run_with(
		db,
		"UPDATE message SET server_id = home_server_id, home_folder_id = NULL, home_server_id = NULL "
		"WHERE id = ?1 AND folder_id = home_folder_id AND NOT EXISTS "
		"(SELECT 1 FROM op WHERE message_id = ?1 AND kind IN (3, 4))",
		message_id, err);
}

static bool mark_behind(Db *db, int64_t folder_id, GError **err)
{
	return db_run_with(db, "UPDATE folder SET is_behind = 1 WHERE id = ? AND NOT is_hidden",
	                   folder_id, err);
}

/* The server has it elsewhere, or no more; the next pages of both folders tell. */
static bool drop_message(Db *db, const Op *op, GError **err)
{
	return mark_behind(db, op->folder_id, err) &&
	       (op->kind != OP_MOVE || mark_behind(db, op->value.folder_id, err)) &&
	       op_row_delete(db, op->id, err) &&
	       db_run_with(db, "DELETE FROM message WHERE id = ?", op->message_id, err);
}

static bool settle_move(Db *db, const Op *op, const char *server_id, GError **err)
{
	if (!server_id)
		return drop_message(db, op, err);
	return op_row_delete(db, op->id, err) &&
	       drop_double(db, op->message_id, op->value.folder_id, server_id, err) &&
	       give_home(db, op, server_id, err) && show_home_if_there(db, op->message_id, err);
}

static bool adopt_children(Db *db, int64_t folder_id, const char *server_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE folder SET parent_server_id = ?1 FROM "
		    "(SELECT account_id AS account, server_id AS old FROM folder WHERE id = ?2) "
		    "WHERE account_id = account AND parent_server_id = old");

	put_text(&stmt, server_id);
	put_int(&stmt, folder_id);
	return stmt_run(&stmt, err);
}

static bool name_folder(Db *db, int64_t folder_id, const char *server_id, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "UPDATE folder SET server_id = ?, is_behind = 1 WHERE id = ?");

	put_text(&stmt, server_id);
	put_int(&stmt, folder_id);
	return adopt_children(db, folder_id, server_id, err) && stmt_run(&stmt, err);
}

/* ---- two rows for one folder ---- */

static bool run_with_two(Db *db, const char *sql, int64_t first, int64_t second, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	put_int(&stmt, first);
	put_int(&stmt, second);
	return stmt_run(&stmt, err);
}

/* What was put into the folder of ours belongs into the server's. */
static bool join_folders(Db *db, int64_t ours, int64_t servers, const char *server_id, GError **err)
{
	static const char *const steps[] = {
		"UPDATE op SET value_folder_id = ?2 WHERE value_folder_id = ?1",
		"UPDATE op SET folder_id = ?2 WHERE folder_id = ?1",
		"UPDATE message SET folder_id = ?2 WHERE folder_id = ?1",
	};

	if (!adopt_children(db, ours, server_id, err))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (!run_with_two(db, steps[i], ours, servers, err))
			return false;
	return db_run_with(db, "DELETE FROM folder WHERE id = ?", ours, err);
}

static bool find_named(Db *db, const Op *op, const char *server_id, int64_t *ret_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT id FROM folder WHERE account_id = ? AND server_id = ? AND id <> ?");
	bool has_row;

	put_int(&stmt, op->account_id);
	put_text(&stmt, server_id);
	put_int(&stmt, op->folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = has_row ? get_int(&stmt) : 0;
	return true;
}

static bool settle_create(Db *db, const Op *op, const char *server_id, GError **err)
{
	int64_t servers;

	/* Without its name the folder list has to tell it. */
	if (!server_id)
		return db_run_with(db, "UPDATE op SET state = 0 WHERE id = ?", op->id, err);
	if (!op_row_delete(db, op->id, err) ||
	    !find_named(db, op, server_id, &servers, err))
		return false;
	return servers ? join_folders(db, op->folder_id, servers, server_id, err)
	               : name_folder(db, op->folder_id, server_id, err);
}

/* ---- a folder that goes ---- */

bool op_collect_ids(Db *db, const char *sql, int64_t value, GArray *ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	put_int(&stmt, value);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		g_array_append_val(ids, id);
	}
	return false;
}

static bool undo_op_id(Db *db, int64_t op_id, GError **err);

/* What was on its way into it goes back. */
static bool undo_all_into(Db *db, int64_t folder_id, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!op_collect_ids(
		    db,
		    "SELECT id FROM op WHERE value_folder_id = ? AND kind IN (3, 5, 6) ORDER BY id DESC",
		    folder_id, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!undo_op_id(db, g_array_index(ids, int64_t, i), err))
			return false;
	return true;
}

bool folder_row_delete(Db *db, int64_t folder_id, GError **err)
{
	return undo_all_into(db, folder_id, err) &&
	       db_run_with(db, "DELETE FROM op WHERE folder_id = ?", folder_id, err) &&
	       db_run_with(db, "DELETE FROM message WHERE folder_id = ?", folder_id, err) &&
	       db_run_with(db, "DELETE FROM message WHERE home_folder_id = ?", folder_id, err) &&
	       db_run_with(db, "DELETE FROM item WHERE folder_id = ?", folder_id, err) &&
	       db_run_with(db, "DELETE FROM folder WHERE id = ?", folder_id, err);
}

/* The folders below go with it. */
static bool settle_folder_delete(Db *db, const Op *op, GError **err)
{
	static const char below[] =
		"WITH RECURSIVE below (id, account_id, server_id) AS ("
		"SELECT id, account_id, server_id FROM folder WHERE id = ? UNION "
		"SELECT f.id, f.account_id, f.server_id FROM folder f JOIN below b "
		"ON f.account_id = b.account_id AND f.parent_server_id = b.server_id) SELECT id FROM below";
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!op_collect_ids(db, below, op->folder_id, ids, err))
		return false;
	for (guint i = ids->len; i > 0; i--)
		if (!folder_row_delete(db, g_array_index(ids, int64_t, i - 1), err))
			return false;
	return op_row_delete(db, op->id, err);
}

/* Of what lies in limbo, that which came there with the whole folder. */
#define EMPTIED                                                                                    \
	" WHERE home_folder_id = ?1 AND folder_id IN "                                             \
	"(SELECT id FROM folder WHERE is_hidden AND server_id = char(1) || 'limbo') "
#define NOT_DELETED_ALONE                                                                          \
	"AND NOT EXISTS (SELECT 1 FROM op WHERE op.message_id = message.id AND op.kind = 4)"

/* ---- undo ---- */

/* The next of the same kind on the same subject; it starts from what this one should have changed.
 */
static bool pass_on(Db *db, const Op *op, bool *ret_has_later, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE op SET (was, was_folder_id, was_text, was_start_ms, was_due_ms, was_done_ms) = "
		"(SELECT was, was_folder_id, was_text, was_start_ms, was_due_ms, was_done_ms FROM op WHERE id = ?1) "
		"WHERE id = (SELECT min(n.id) FROM op n WHERE n.id > ?1 AND n.kind = ?2 AND "
		"n.message_id = ?3 AND n.folder_id = ?4)");

	put_int(&stmt, op->id);
	put_int(&stmt, op->kind);
	put_int(&stmt, op->message_id);
	put_int(&stmt, op_is_of_message(op->kind) ? 0 : op->folder_id);
	if (!stmt_run(&stmt, err))
		return false;
	*ret_has_later = sqlite3_changes(db_handle(db)) > 0;
	return true;
}

/* Where the last of the operations that are left wants it; else home. */
static bool place_again(Db *db, const Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT kind, value_folder_id FROM op WHERE message_id = ? AND kind IN (3, 4) "
		    "ORDER BY id DESC LIMIT 1");
	bool has_row;

	put_int(&stmt, op->message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return op_show_home(db, op->message_id, err);
	bool is_move = get_int(&stmt) == OP_MOVE;
	int64_t folder_id = get_int(&stmt);
	return !is_move || op_show_in(db, op->message_id, folder_id, err);
}

static bool show_was(Db *db, const Op *op, GError **err)
{
	switch (op->kind) {
	case OP_MARK_READ:
		return op_show_read(db, op->message_id, op->was.number, err);
	case OP_FLAG:
		return op_show_flag(db, op->message_id, &op->was, err);
	case OP_CATEGORIES:
		return op_show_categories(db, op->message_id, op->was.text, err);
	case OP_FOLDER_CREATE:
		return folder_row_delete(db, op->folder_id, err);
	case OP_FOLDER_UPDATE:
		return op_show_folder(db, op->folder_id, &op->was, err);
	case OP_FOLDER_DELETE:
		return op_show_folder_hidden(db, op->folder_id, false, err);
	case OP_FOLDER_EMPTY:
		return db_run_with(
			db,
			"UPDATE message SET folder_id = home_folder_id, server_id = home_server_id, "
			"home_folder_id = NULL, home_server_id = NULL" EMPTIED NOT_DELETED_ALONE,
			op->folder_id, err);
	default:
		return true;
	}
}

/* The op that deletes the folder in which that of @op lies; 0: none. */
static bool find_outer_deletion(Db *db, const Op *op, int64_t *ret_op_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT o.id FROM folder f JOIN folder p ON p.account_id = f.account_id "
		    "AND p.server_id = f.parent_server_id JOIN op o ON o.folder_id = p.id "
		    "AND o.message_id = 0 AND o.kind = ?2 WHERE f.id = ?1");
	bool has_row;

	put_int(&stmt, op->folder_id);
	put_int(&stmt, OP_FOLDER_DELETE);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_op_id = has_row ? get_int(&stmt) : 0;
	return true;
}

/* A folder that stays must not go with the one that it lies in. */
static bool keep_outer_folder(Db *db, const Op *op, GError **err)
{
	int64_t outer;

	return find_outer_deletion(db, op, &outer, err) &&
	       (!outer || undo_op_id(db, outer, err));
}

bool op_undo(Db *db, const Op *op, GError **err)
{
	bool has_later;

	if (op_is_of_item(op->kind))
		return item_op_undo(db, op, err);
	if (!pass_on(db, op, &has_later, err) || !op_row_delete(db, op->id, err))
		return false;
	if (op->kind == OP_MOVE || op->kind == OP_DELETE)
		return place_again(db, op, err);
	if (op->kind == OP_FOLDER_DELETE && !keep_outer_folder(db, op, err))
		return false;
	return has_later || show_was(db, op, err);
}

/* ---- one op ---- */

/* *ret_op NULL: it is settled already. */
static bool find_op(Db *db, int64_t op_id, Op **ret_op, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "SELECT " OP_COLUMNS " FROM " OP_TABLES " WHERE o.id = ?");
	bool has_row;

	put_int(&stmt, op_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_op = has_row ? op_row_get(&stmt, err) : NULL;
	return !has_row || *ret_op;
}

static bool undo_op_id(Db *db, int64_t op_id, GError **err)
{
	g_autoptr(Op) op = NULL;

	return find_op(db, op_id, &op, err) && (!op || op_undo(db, op, err));
}

static bool confirm(Db *db, const Op *op, const StoreOpEnd *end, GError **err)
{
	const char *server_id = end->server_id;

	if (op_is_of_item(op->kind))
		return item_op_confirm(db, op, end, err);
	switch (op->kind) {
	case OP_MOVE:
		return settle_move(db, op, server_id, err);
	case OP_DELETE:
		return op_row_delete(db, op->id, err) &&
		       db_run_with(db, "DELETE FROM message WHERE id = ?", op->message_id, err);
	case OP_FOLDER_CREATE:
		return settle_create(db, op, server_id, err);
	case OP_FOLDER_DELETE:
		return settle_folder_delete(db, op, err);
	case OP_FOLDER_EMPTY:
		return db_run_with(db, "DELETE FROM message" EMPTIED, op->folder_id, err) &&
		       op_row_delete(db, op->id, err);
	default:
		return op_row_delete(db, op->id, err);
	}
}

static bool keep(Db *db, const StoreOpEnd *end, OpState state, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE op SET state = ?, error_kind = ?, last_error = ?, next_ms = ? WHERE id = ?");

	put_int(&stmt, state);
	put_int(&stmt, end->error_kind);
	put_text(&stmt, end->sentence);
	put_int(&stmt, end->next_ms);
	put_int(&stmt, end->op_id);
	return stmt_run(&stmt, err);
}

/* The item is not there any more. What should go has gone. */
static bool take_gone(Db *db, const Op *op, const StoreOpEnd *end, GError **err)
{
	switch (op->kind) {
	case OP_MOVE:
		return drop_message(db, op, err);
	case OP_DELETE:
	case OP_FOLDER_DELETE:
	case OP_FOLDER_EMPTY:
	case OP_ITEM_DELETE:
		return confirm(db, op, &(StoreOpEnd){ .op_id = op->id }, err);
	case OP_MARK_READ:
	case OP_FLAG:
	case OP_CATEGORIES:
		return mark_behind(db, op->folder_id, err) && op_row_delete(db, op->id, err);
	case OP_ITEM_SAVE:
	case OP_OCCURRENCE:
		return item_op_strand(db, op, end, err);
	default:
		return op_has_text(op->kind) ? keep(db, end, OP_FAILED, err)
		                             : op_undo(db, op, err);
	}
}

bool op_settle(Db *db, const StoreOpEnd *end, GError **err)
{
	g_autoptr(Op) op = NULL;

	if (!find_op(db, end->op_id, &op, err))
		return false;
	if (!op)
		return true;
	switch (end->fate) {
	case OP_END_DONE:
		return confirm(db, op, end, err);
	case OP_END_GONE:
		return take_gone(db, op, end, err);
	case OP_END_REFUSED:
		return op_has_text(op->kind) ? keep(db, end, OP_FAILED, err) : op_undo(db, op, err);
	case OP_END_UNSURE:
		return keep(db, end, OP_UNSURE, err);
	default:
		return keep(db, end, OP_WAITING, err);
	}
}

/* ---- the doors ---- */

static bool settle_all(Db *db, const GArray *ends, GError **err)
{
	for (guint i = 0; i < ends->len; i++)
		if (!op_settle(db, &g_array_index(ends, StoreOpEnd, i), err))
			return false;
	return true;
}

bool store_write_op_ends(StoreWriter *writer, const GArray *ends, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, settle_all(writer->db, ends, err), err);
}

static bool begin_all(Db *db, const GPtrArray *ops, GError **err)
{
	for (guint i = 0; i < ops->len; i++)
		if (!db_run_with(db,
		                 "UPDATE op SET state = 2, attempts = attempts + 1 WHERE id = ?",
		                 ((const Op *)g_ptr_array_index(ops, i))->id, err))
			return false;
	return true;
}

/* Only of what must not be sent twice does the disk have to know before the server does. */
bool store_write_ops_begun(StoreWriter *writer, const GPtrArray *ops, GError **err)
{
	DbSafety safety = DB_LAZY;

	for (guint i = 0; i < ops->len; i++)
		if (((const Op *)g_ptr_array_index(ops, i))->kind == OP_SEND)
			safety = DB_DURABLE;
	return db_begin(writer->db, safety, err) &&
	       db_end(writer->db, begin_all(writer->db, ops, err), err);
}

static bool release(Db *db, int64_t op_id, const StoreOpEnd *end, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET state = 0, next_ms = ?1, error_kind = ?2, "
		    "last_error = ifnull(?3, last_error) WHERE id = ?4 AND state = 2");

	put_int(&stmt, end->next_ms);
	put_int(&stmt, end->error_kind);
	put_text(&stmt, end->sentence);
	put_int(&stmt, op_id);
	return stmt_run(&stmt, err);
}

static bool release_all(Db *db, const GPtrArray *ops, const StoreOpEnd *end, GError **err)
{
	for (guint i = 0; i < ops->len; i++)
		if (!release(db, ((const Op *)g_ptr_array_index(ops, i))->id, end, err))
			return false;
	return true;
}

bool store_write_ops_unanswered(StoreWriter *writer, const GPtrArray *ops, const StoreOpEnd *end,
                                GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, release_all(writer->db, ops, end, err), err);
}

bool store_write_ops_recover(StoreWriter *writer, int64_t account_id, GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db,
	              db_run_with(
			      writer->db,
			      "UPDATE op SET state = 0 WHERE state = 2 AND kind <> 9 AND account_id = ?",
			      account_id, err),
	              err);
}

/* ---- cancel, retry ---- */

/* Ids in the order of undoing: the last first. */
static bool choose(Db *db, const StoreOpChoice *choice, GArray *ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT id FROM op WHERE ?1 IN (0, id) AND ?2 IN (0, group_id) "
		    "AND (?1 <> 0 OR ?2 <> 0) AND state <> 2 ORDER BY id DESC");
	bool has_row;

	put_int(&stmt, choice->op_id);
	put_int(&stmt, choice->group_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		g_array_append_val(ids, id);
	}
	return false;
}

typedef bool (*OpAct)(Db *db, int64_t op_id, GError **err);

static bool retry_op_id(Db *db, int64_t op_id, GError **err)
{
	return db_run_with(
		db,
		"UPDATE op SET state = 0, due_ms = 0, next_ms = 0, last_error = NULL WHERE id = ?",
		op_id, err);
}

static bool act_on_chosen(Db *db, const StoreOpChoice *choice, OpAct act, guint *ret_count,
                          GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!choose(db, choice, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!act(db, g_array_index(ids, int64_t, i), err))
			return false;
	*ret_count = ids->len;
	return true;
}

static bool write_chosen(StoreWriter *writer, const StoreOpChoice *choice, OpAct act,
                         guint *ret_count, GError **err)
{
	guint count = 0;

	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, act_on_chosen(writer->db, choice, act, &count, err), err))
		return false;
	*ret_count = count;
	return true;
}

bool store_write_ops_cancel(StoreWriter *writer, const StoreOpChoice *choice, guint *ret_count,
                            GError **err)
{
	return write_chosen(writer, choice, undo_op_id, ret_count, err);
}

bool store_write_ops_retry(StoreWriter *writer, const StoreOpChoice *choice, guint *ret_count,
                           GError **err)
{
	return write_chosen(writer, choice, retry_op_id, ret_count, err);
}
