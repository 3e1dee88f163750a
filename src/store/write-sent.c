/* How far a message is on its way, and what follows when it has arrived. */
#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/draft.h"
#include "store/private.h"

static bool write_sending(Db *db, const Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE op SET state = ?, next_ms = ?, attempts = ?, was = ?, was_folder_id = ?, "
		"was_start_ms = ?, was_due_ms = ?, was_done_ms = ?, error_kind = ?, last_error = ? WHERE id = ?");

	put_int(&stmt, op->state);
	put_int(&stmt, op->next_ms);
	put_int(&stmt, op->attempts);
	put_int(&stmt, op->was.number);
	put_int(&stmt, op->was.folder_id);
	put_int(&stmt, op->was.start_ms);
	put_int(&stmt, op->was.due_ms);
	put_int(&stmt, op->was.done_ms);
	put_int(&stmt, op->error_kind);
	put_text(&stmt, op->last_error);
	put_int(&stmt, op->id);
	return stmt_run(&stmt, err) &&
	       (sqlite3_changes(db_handle(db)) == 1 ||
	        fail(err, ERR_GONE, _("the message is no longer in the Outbox")));
}

bool store_write_sending(StoreWriter *writer, const Op *op, GError **err)
{
	crash_point("store: before a state of sending");
	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, write_sending(writer->db, op, err), err))
		return false;
	crash_point("store: after a state of sending");
	return true;
}

static bool mark_source(Db *db, int64_t draft_id, guint flag, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE message SET flags = flags | ?1 WHERE id = "
		    "(SELECT source_id FROM draft WHERE id = ?2)");

	put_int(&stmt, flag);
	put_int(&stmt, draft_id);
	return stmt_run(&stmt, err);
}

/* It may have gone meanwhile. */
bool draft_drop_servers(StoreWriter *writer, int64_t draft_id, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_autoptr(GError) why = NULL;
	int64_t message_id, group_id;

	if (!db_number(writer->db, "SELECT ifnull(message_id, 0) FROM draft WHERE id = ?", draft_id,
	               0, &message_id, err))
		return false;
	if (!message_id)
		return true;
	g_ptr_array_add(ops, op_new_delete(message_id));
	if (op_write_all(writer, ops, &group_id, &why) || error_is(why, ERR_GONE))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static bool write_sent(StoreWriter *writer, const Op *op, guint flag, GError **err)
{
	Db *db = writer->db;

	return op_row_delete(db, op->id, err) && mark_source(db, op->draft_id, flag, err) &&
	       draft_drop_servers(writer, op->draft_id, err) &&
	       db_run_with(db, "DELETE FROM draft WHERE id = ?", op->draft_id, err);
}

bool store_write_sent(StoreWriter *writer, const Op *op, guint flag, GError **err)
{
	crash_point("store: before a message counts as sent");
	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, write_sent(writer, op, flag, err), err))
		return false;
	crash_point("store: after a message counts as sent");
	return true;
}

/* ---- what is known of the server ---- */

#define KNOWS_REPEATS "'knows repeats ' || ?"

bool store_write_knows_repeats(StoreWriter *writer, int64_t account_id, GError **err)
{
	Db *db = writer->db;

	return db_begin(db, DB_LAZY, err) &&
	       db_end(db,
	              db_run_with(db, "INSERT OR REPLACE INTO meta VALUES (" KNOWS_REPEATS ", 1)",
	                          account_id, err),
	              err);
}

bool store_read_knows_repeats(StoreReader *reader, int64_t account_id, bool *ret_knows,
                              GError **err)
{
	int64_t knows = 0;

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, db_number(reader->db,
	                                    "SELECT value FROM meta WHERE name = " KNOWS_REPEATS,
	                                    account_id, 0, &knows, err)))
		return false;
	*ret_knows = knows != 0;
	return true;
}
