#include <openssl/evp.h>

#include "base/error.h"
#include "base/i18n.h"
#include "store/private.h"

enum { HASH_BYTES = 32 };

static bool body_hash(GBytes *content, uint8_t ret_hash[HASH_BYTES], GError **err)
{
	size_t len;
	const void *bytes = g_bytes_get_data(content, &len);

	if (EVP_Digest(bytes, len, ret_hash, NULL, EVP_sha256(), NULL) != 1)
		return fail(err, ERR_IO, _("OpenSSL cannot compute SHA-256"));
	return true;
}

static bool body_find(Db *db, const uint8_t hash[HASH_BYTES], int64_t *ret_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT id FROM body WHERE hash = ?");
	bool has_row;

	put_blob(&stmt, hash, HASH_BYTES);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = has_row ? get_int(&stmt) : 0;
	return true;
}

static bool body_insert(Db *db, const uint8_t hash[HASH_BYTES], GBytes *content, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO body (hash, content) VALUES (?, ?)");

	put_blob(&stmt, hash, HASH_BYTES);
	put_bytes(&stmt, content);
	return stmt_run(&stmt, err);
}

/* A body of old that waits for the sweep stays safe: the sweep asks who names it when its turn
 * comes, between pages. */
bool body_ensure(Db *db, GBytes *content, int64_t *ret_body_id, GError **err)
{
	uint8_t hash[HASH_BYTES];
	int64_t id;

	if (!body_hash(content, hash, err) || !body_find(db, hash, &id, err))
		return false;
	if (id == 0) {
		if (!body_insert(db, hash, content, err))
			return false;
		id = sqlite3_last_insert_rowid(db_handle(db));
	}
	*ret_body_id = id;
	return true;
}

bool body_sweep(Db *db, int most, GError **err)
{
	static const char unnamed_sql[] =
		"DELETE FROM body WHERE id IN (SELECT body_id FROM loose WHERE body_id <= ?) "
		"AND NOT EXISTS (SELECT 1 FROM message WHERE message.body_id = body.id) "
		"AND NOT EXISTS (SELECT 1 FROM message WHERE message.mime_id = body.id) "
		"AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.body_id = body.id)";
	static const char last_sql[] =
		"SELECT ifnull(max(body_id), 0) FROM (SELECT body_id FROM loose ORDER BY body_id LIMIT ?)";
	int64_t last;

	return db_number(db, last_sql, most, 0, &last, err) &&
	       db_run_with(db, unnamed_sql, last, err) &&
	       db_run_with(db, "DELETE FROM loose WHERE body_id <= ?", last, err);
}
