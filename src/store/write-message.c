#include "base/error.h"
#include "base/i18n.h"
#include "store/private.h"

/* ---- operations ---- */

/* Where an operation finds its message. */
typedef struct { int64_t account_id, folder_id; char *server_id; guint flags; } OpTarget;

static bool op_target(Db *db, int64_t message_id, OpTarget *ret_target, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT f.account_id, m.folder_id, m.server_id, m.flags FROM message m "
		    "JOIN folder f ON f.id = m.folder_id WHERE m.id = ?");
	bool has_row;

	put_int(&stmt, message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_GONE, _("the message is no longer there"));
	*ret_target = (OpTarget){ .account_id = get_int(&stmt) };
	ret_target->folder_id = get_int(&stmt);
	ret_target->server_id = get_text(&stmt);
	ret_target->flags = (guint)get_int(&stmt);
	return true;
}

/* What the server holds: an earlier operation, now replaced, may have changed our row already. */
static bool server_value(Db *db, const Op *op, const OpTarget *target, int64_t *ret_was,
                         GError **err)
{
	return db_number(db, "SELECT was FROM op WHERE message_id = ? AND kind = 0", op->message_id,
	                 target->flags & MESSAGE_READ, ret_was, err);
}

/* The new row has an id of its own, so that an answer to the one it replaces cannot settle it. */
static bool insert_op(Db *db, const Op *op, const OpTarget *target, int64_t was, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT OR REPLACE INTO op (kind, account_id, folder_id, message_id, server_id, value, was) "
		"VALUES (?, ?, ?, ?, ?, ?, ?)");

	put_int(&stmt, op->kind);
	put_int(&stmt, target->account_id);
	put_int(&stmt, target->folder_id);
	put_int(&stmt, op->message_id);
	put_text(&stmt, target->server_id);
	put_int(&stmt, op->value);
	put_int(&stmt, was);
	return stmt_run(&stmt, err);
}

static bool apply_op(Db *db, const Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE message SET flags = (flags & ~1) | ?1, is_unread = ?1 = 0 WHERE id = ?2");

	put_int(&stmt, op->value ? MESSAGE_READ : 0);
	put_int(&stmt, op->message_id);
	return stmt_run(&stmt, err);
}

static bool write_op(Db *db, const Op *op, OpTarget *ret_target, int64_t *ret_id, GError **err)
{
	int64_t was;

	if (!op_target(db, op->message_id, ret_target, err) ||
	    !server_value(db, op, ret_target, &was, err) ||
	    !insert_op(db, op, ret_target, was, err))
		return false;
	*ret_id = sqlite3_last_insert_rowid(db_handle(db));
	return apply_op(db, op, err);
}

bool store_write_op(StoreWriter *writer, Op *op, GError **err)
{
	OpTarget target = { 0 };
	int64_t id = 0;
	bool ok = db_begin(writer->db, DB_DURABLE, err) &&
	          db_end(writer->db, write_op(writer->db, op, &target, &id, err), err);

	if (ok) {
		op->id = id;
		op->account_id = target.account_id;
		op->folder_id = target.folder_id;
		g_free(op->server_id);
		op->server_id = g_steal_pointer(&target.server_id);
	}
	g_free(target.server_id);
	return ok;
}

/* ---- fetched content ---- */

static bool expect_one_row(Db *db, GError **err)
{
	return sqlite3_changes(db_handle(db)) == 1 ||
	       fail(err, ERR_GONE, _("the message is no longer there"));
}

typedef struct { int64_t message_id; BodyKind kind; GBytes *content; bool is_whole; } Fetched;

static bool write_body(Db *db, const Fetched *fetched, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE message SET body_id = ?, body_kind = ?, flags = (flags & ~?3) | ?4 WHERE id = ?5");
	int64_t body_id;

	if (!body_ensure(db, fetched->content, &body_id, err))
		return false;
	put_int(&stmt, body_id);
	put_int(&stmt, fetched->kind);
	put_int(&stmt, MESSAGE_TRUNCATED);
	put_int(&stmt, fetched->is_whole ? 0 : MESSAGE_TRUNCATED);
	put_int(&stmt, fetched->message_id);
	return stmt_run(&stmt, err) && expect_one_row(db, err);
}

bool store_write_body(StoreWriter *writer, int64_t message_id, BodyKind kind, GBytes *content,
                      bool is_whole, GError **err)
{
	Fetched fetched = { message_id, kind, content, is_whole };

	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, write_body(writer->db, &fetched, err), err);
}

static bool write_mime(Db *db, int64_t message_id, GBytes *mime, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE message SET mime_id = ? WHERE id = ?");
	int64_t body_id;

	if (!body_ensure(db, mime, &body_id, err))
		return false;
	put_int(&stmt, body_id);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err) && expect_one_row(db, err);
}

bool store_write_mime(StoreWriter *writer, int64_t message_id, GBytes *mime, GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, write_mime(writer->db, message_id, mime, err), err);
}

/* ---- class A ---- */

GBytes *store_sealed_write(StoreWriter *writer, const char *table, int64_t row, const char *column,
                           GBytes *plain, GError **err)
{
	return vault_seal(writer->store->vault, (VaultPlace){ table, row, column }, plain, err);
}

GBytes *store_sealed_read(StoreReader *reader, const char *table, int64_t row, const char *column,
                          GBytes *sealed, GError **err)
{
	return vault_unseal(reader->store->vault, (VaultPlace){ table, row, column }, sealed, err);
}
