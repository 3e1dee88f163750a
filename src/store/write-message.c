#include "base/error.h"
#include "base/i18n.h"
#include "store/private.h"

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
