#include "base/error.h"
#include "store/draft.h"
#include "store/private.h"

static void value_get(Stmt *stmt, OpValue *value)
{
	value->number = get_int(stmt);
	value->folder_id = get_int(stmt);
	value->text = get_text(stmt);
	value->start_ms = get_int(stmt);
	value->due_ms = get_int(stmt);
	value->done_ms = get_int(stmt);
}

Op *op_row_get(Stmt *stmt, GError **err)
{
	g_autoptr(Op) op = g_new0(Op, 1);

	op->id = get_int(stmt);
	op->group_id = get_int(stmt);
	op->kind = (OpKind)get_int_in(stmt, 0, OP_KIND_COUNT - 1);
	op->state = (OpState)get_int_in(stmt, 0, OP_STATE_COUNT - 1);
	op->account_id = get_int(stmt);
	op->folder_id = get_int(stmt);
	op->message_id = get_int(stmt);
	op->draft_id = get_int(stmt);
	op->item_id = get_int(stmt);
	value_get(stmt, &op->value);
	value_get(stmt, &op->was);
	op->due_ms = get_int(stmt);
	op->next_ms = get_int(stmt);
	op->attempts = (int)get_int_in(stmt, 0, INT32_MAX);
	op->client_id = get_text(stmt);
	op->error_kind = (int)get_int_in(stmt, 0, INT32_MAX);
	op->last_error = get_text(stmt);
	op->changed_ms = get_int(stmt);
	op->server_id = get_text(stmt);
	op->folder_server_id = get_text(stmt);
	op->target_server_id = get_text(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&op) : NULL;
}

static bool read_ops(StoreReader *reader, int64_t account_id, unsigned limit, GPtrArray *ops,
                     GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT " OP_COLUMNS " FROM " OP_TABLES
	                               " WHERE o.account_id = ? ORDER BY o.id LIMIT ?");
	bool has_row;

	put_int(&stmt, account_id);
	put_int(&stmt, limit);
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

bool store_read_ops(StoreReader *reader, int64_t account_id, unsigned limit, GPtrArray **ret_ops,
                    GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_ops(reader, account_id, limit, ops, err)))
		return false;
	*ret_ops = g_steal_pointer(&ops);
	return true;
}

/* ---- the outbox ---- */

void outbox_row_free(OutboxRow *row)
{
	if (!row)
		return;
	op_free(row->op);
	g_free(row->subject);
	g_free(row->folder_name);
	g_free(row);
}

static OutboxRow *outbox_row_get(Stmt *stmt, GError **err)
{
	g_autoptr(OutboxRow) row = g_new0(OutboxRow, 1);

	row->op = op_row_get(stmt, err);
	if (!row->op)
		return NULL;
	get_int(stmt);             /* what chose the row */
	row->count = (int)get_int_in(stmt, 1, INT32_MAX);
	row->subject = get_text(stmt);
	row->folder_name = get_text(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&row) : NULL;
}

/* With max(), SQLite takes the other columns from the row that has the greatest value; the states
 * are numbered from well to ill, and of equals the last is what was asked for: what lies in a folder
 * that is deleted goes before it. */
static const char outbox_sql[] =
	"SELECT " OP_COLUMNS ", max((o.state << 48) + o.id), count(*), "
	"ifnull(m.subject, i.title), ifnull(t.name, f.name) "
	"FROM " OP_TABLES " WHERE ?1 IN (0, o.account_id) GROUP BY o.group_id "
	"ORDER BY o.group_id LIMIT ?2";

static bool read_outbox(StoreReader *reader, int64_t account_id, unsigned limit, GPtrArray *rows,
                        GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, outbox_sql);
	bool has_row;

	put_int(&stmt, account_id);
	put_int(&stmt, limit);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		OutboxRow *row = outbox_row_get(&stmt, err);
		if (!row)
			return false;
		g_ptr_array_add(rows, row);
	}
	return false;
}

/* A draft's subject is in its sealed text; one that cannot be read has none here. */
static void add_draft_subjects(StoreReader *reader, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		OutboxRow *row = g_ptr_array_index(rows, i);
		g_autoptr(Draft) draft = NULL;
		if (row->op->draft_id && !row->subject &&
		    store_load_draft(reader, row->op->draft_id, &draft, NULL, NULL))
			row->subject = g_strdup(draft->subject);
	}
}

bool store_read_outbox(StoreReader *reader, int64_t account_id, unsigned limit,
                       GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_row_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_outbox(reader, account_id, limit, rows, err)))
		return false;
	add_draft_subjects(reader, rows);
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

static bool read_count(Db *db, OutboxCount *ret_count, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT count(*), ifnull(sum(state >= 3), 0) FROM "
		    "(SELECT max(state) AS state FROM op GROUP BY group_id)");
	bool has_row;

	if (!stmt_step(&stmt, &has_row, err))
		return false;
	int rows = (int)get_int_in(&stmt, 0, INT32_MAX);
	int stuck = (int)get_int_in(&stmt, 0, INT32_MAX);
	if (!stmt_row_is_sound(&stmt, err))
		return false;
	*ret_count = (OutboxCount){ rows, stuck };
	return true;
}

bool store_read_outbox_count(StoreReader *reader, OutboxCount *ret_count, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_count(reader->db, ret_count, err));
}
