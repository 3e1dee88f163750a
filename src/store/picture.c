#include "store/picture.h"

#include "base/error.h"
#include "base/i18n.h"
#include "store/address.h"
#include "store/private.h"

/* ---- what was fetched ---- */

static bool read_picture(Db *db, int64_t account_id, const char *url, GBytes **ret_bytes,
                         char **ret_failure, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT b.content, p.failure FROM picture p LEFT JOIN body b ON b.id = p.body_id "
		"WHERE p.account_id = ? AND p.url = ?");
	bool has_row;

	put_int(&stmt, account_id);
	put_text(&stmt, url);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_bytes = has_row ? get_bytes(&stmt) : NULL;
	*ret_failure = has_row ? get_text(&stmt) : NULL;
	return true;
}

bool store_read_picture(StoreReader *reader, int64_t account_id, const char *url,
                        GBytes **ret_bytes, char **ret_failure, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_picture(reader->db, account_id, url, ret_bytes,
	                                         ret_failure, err));
}

typedef struct { int64_t account_id, body_id, fetched_ms; const char *url, *failure; } Row;

static bool put_row(Db *db, const Row *row, int64_t size_bytes, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO picture (account_id, url, body_id, failure, size_bytes, fetched_ms) "
		"VALUES (?, ?, nullif(?, 0), ?, ?, ?) ON CONFLICT DO UPDATE SET "
		"body_id = excluded.body_id, failure = excluded.failure, "
		"size_bytes = excluded.size_bytes, fetched_ms = excluded.fetched_ms");

	put_int(&stmt, row->account_id);
	put_text(&stmt, row->url);
	put_int(&stmt, row->body_id);
	put_text(&stmt, row->failure);
	put_int(&stmt, size_bytes);
	put_int(&stmt, row->fetched_ms);
	return stmt_run(&stmt, err);
}

static bool write_picture(Db *db, Row *row, GBytes *bytes, GError **err)
{
	return (!bytes || body_ensure(db, bytes, &row->body_id, err)) &&
	       put_row(db, row, bytes ? (int64_t)g_bytes_get_size(bytes) : 0, err);
}

bool store_write_picture(StoreWriter *writer, int64_t account_id, const char *url, GBytes *bytes,
                         const char *failure, GError **err)
{
	Row row = { account_id, 0, clock_now_ms(writer->store->clock), url, failure };

	g_assert(!bytes != !failure);
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, write_picture(writer->db, &row, bytes, err), err);
}

bool picture_sweep(Db *db, GError **err)
{
	static const char sql[] =
		"DELETE FROM picture WHERE id IN (SELECT id FROM (SELECT id, "
		"sum(size_bytes) OVER newest AS total, row_number() OVER newest AS place FROM picture "
		"WINDOW newest AS (ORDER BY fetched_ms DESC, id DESC)) WHERE total > ? OR place > ?)";
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	put_int(&stmt, PICTURES_KEPT_BYTES);
	put_int(&stmt, PICTURES_KEPT_MOST);
	return stmt_run(&stmt, err);
}

bool picture_is_too_much(Db *db, bool *ret_is, GError **err)
{
	int64_t bytes, count;

	if (!db_number(db, "SELECT ifnull(sum(size_bytes), 0) FROM picture", 0, 0, &bytes, err) ||
	    !db_number(db, "SELECT count(*) FROM picture", 0, 0, &count, err))
		return false;
	*ret_is = bytes > PICTURES_KEPT_BYTES || count > PICTURES_KEPT_MOST;
	return true;
}

bool picture_erase(Db *db, int64_t account_id, GError **err)
{
	return db_run_with(db, "DELETE FROM picture WHERE account_id = ?", account_id, err) &&
	       db_run_with(db, "DELETE FROM picture_sender WHERE account_id = ?", account_id, err);
}

/* ---- whose are shown ---- */

static bool has_sender(Db *db, int64_t account_id, const char *address, bool *ret_has, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT 1 FROM picture_sender WHERE account_id = ? AND key = ?");
	g_autofree char *key = address_key(address);
	bool has_row;

	put_int(&stmt, account_id);
	put_text(&stmt, key);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_has = has_row;
	return true;
}

bool store_read_picture_sender(StoreReader *reader, int64_t account_id, const char *address,
                               bool *ret_is_shown, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader,
	                    has_sender(reader->db, account_id, address, ret_is_shown, err));
}

static bool write_sender(Db *db, int64_t account_id, const char *address, bool is_shown,
                         GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, is_shown ? "INSERT OR IGNORE INTO picture_sender VALUES (?, ?)"
			     : "DELETE FROM picture_sender WHERE account_id = ? AND key = ?");
	g_autofree char *key = address_key(address);

	put_int(&stmt, account_id);
	put_text(&stmt, key);
	return stmt_run(&stmt, err);
}

bool store_write_picture_sender(StoreWriter *writer, int64_t account_id, const char *address,
                                bool is_shown, GError **err)
{
	Db *db = writer->db;

	if (!address_is_one(address))
		return fail(err, ERR_USAGE, _("“%s” is no address"), address);
	return account_check(db, account_id, err) && db_begin(db, DB_DURABLE, err) &&
	       trust_end(writer, write_sender(db, account_id, address, is_shown, err), err);
}
