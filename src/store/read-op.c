#include "base/error.h"
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
