#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "store/private.h"

/* The rows that grant trust, or take it: whose certificates the person believes, which policies of
 * a server were accepted and whether it ordered all erased, whose pictures are shown unasked. */
static const char *const rows_sql[] = {
	"SELECT 'anchor', id, is_trusted FROM anchor ORDER BY id",
	"SELECT 'account', id, policy_hash, policy_xml, wipe FROM account ORDER BY id",
	"SELECT 'picture_sender', account_id, key FROM picture_sender ORDER BY account_id, key",
};

/* ---- rows as bytes ---- */

static void add_number(GByteArray *bytes, int64_t number)
{
	uint64_t big_endian = GUINT64_TO_BE((uint64_t)number);

	g_byte_array_append(bytes, (const guint8 *)&big_endian, sizeof big_endian);
}

/* A letter for the type; a number in 8 bytes, or a length in 8 and so many bytes. */
static void add_value(GByteArray *bytes, sqlite3_stmt *raw, int column)
{
	int type = sqlite3_column_type(raw, column);
	const void *blob = type == SQLITE_NULL ? NULL : sqlite3_column_blob(raw, column);
	int len = sqlite3_column_bytes(raw, column);

	switch (type) {
	case SQLITE_INTEGER:
		g_byte_array_append(bytes, (const guint8 *)"i", 1);
		add_number(bytes, sqlite3_column_int64(raw, column));
		return;
	case SQLITE_NULL:
		g_byte_array_append(bytes, (const guint8 *)"n", 1);
		return;
	default:
		g_byte_array_append(bytes, (const guint8 *)"t", 1);
		add_number(bytes, len);
		g_byte_array_append(bytes, blob, (guint)len);
	}
}

static bool add_rows(Db *db, const char *sql, GByteArray *bytes, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		for (int i = 0; i < sqlite3_column_count(stmt.raw); i++)
			add_value(bytes, stmt.raw, i);
	}
	return false;
}

static GBytes *read_rows(Db *db, GError **err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(rows_sql); i++)
		if (!add_rows(db, rows_sql[i], bytes, err))
			return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

/* ---- what the store says of them ---- */

/* Sequence 0: nothing yet. */
static bool read_anchor(Db *db, Anchor *ret_anchor, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT sequence, mac FROM trust");
	Anchor anchor = { 0 };
	bool has_row;

	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (has_row) {
		anchor.sequence = (uint64_t)get_int_in(&stmt, 1, INT64_MAX - 1);
		g_autoptr(GBytes) mac = get_bytes(&stmt);
		if (!stmt_row_is_sound(&stmt, err))
			return false;
		if (mac && g_bytes_get_size(mac) == sizeof anchor.mac)
			memcpy(anchor.mac, g_bytes_get_data(mac, NULL), sizeof anchor.mac);
	}
	*ret_anchor = anchor;
	return true;
}

static bool write_anchor(Db *db, const Anchor *anchor, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT OR REPLACE INTO trust VALUES (1, ?, ?)");

	put_int(&stmt, (int64_t)anchor->sequence);
	put_blob(&stmt, anchor->mac, sizeof anchor->mac);
	return stmt_run(&stmt, err);
}

static bool write_next(Vault *vault, Db *db, uint64_t sequence, GBytes *rows, GError **err)
{
	Anchor next = vault_anchor_of(vault, sequence + 1, rows);

	return write_anchor(db, &next, err);
}

/* A store that begins anew goes on where the one before it was. */
bool trust_seal(Vault *vault, Db *db, GError **err)
{
	g_autoptr(GBytes) rows = read_rows(db, err);
	Anchor stored;

	if (!rows || !read_anchor(db, &stored, err))
		return false;
	Anchor same = vault_anchor_of(vault, stored.sequence, rows);
	if (stored.sequence > 0 && anchor_equal(&stored, &same))
		return true;
	return (stored.sequence > 0 || vault_anchor_known(vault, &stored, err)) &&
	       write_next(vault, db, stored.sequence, rows, err);
}

bool trust_is_sealed(Vault *vault, Db *db, Anchor *ret_anchor, GError **err)
{
	g_autoptr(GBytes) rows = read_rows(db, err);
	Anchor stored;

	if (!rows || !read_anchor(db, &stored, err))
		return false;
	Anchor wanted = vault_anchor_of(vault, stored.sequence, rows);
	if (!anchor_equal(&stored, &wanted))
		return fail(
			err, ERR_STORE,
			_("the rows of %s that grant trust are not the newest that were written: an "
		          "old copy of a page was put back (replay); run: postern vault rebuild"),
			vault_database_name(VAULT_STORE));
	*ret_anchor = stored;
	return true;
}

bool trust_end(StoreWriter *writer, bool ok, GError **err)
{
	Vault *vault = writer->store->vault;

	if (!writer_end(writer, ok && trust_seal(vault, writer->db, err), err))
		return false;
	/* What was committed stays so; what could not be raised is at the next start. */
	trust_raise(vault, writer->db, NULL);
	return true;
}

bool trust_raise(Vault *vault, Db *db, GError **err)
{
	Anchor known, stored;

	return vault_anchor_known(vault, &known, err) && read_anchor(db, &stored, err) &&
	       (stored.sequence <= known.sequence || vault_anchor_raise(vault, &stored, err));
}

static bool check_inside(Vault *vault, Db *db, const Anchor *known, GError **err)
{
	Anchor stored;

	return trust_is_sealed(vault, db, &stored, err) &&
	       vault_anchor_check(vault, known, &stored, err);
}

bool trust_check(Vault *vault, Db *db, GError **err)
{
	Anchor known;

	if (!vault_anchor_known(vault, &known, err) || !db_begin_read(db, err))
		return false;
	bool ok = check_inside(vault, db, &known, err);
	db_end_read(db);
	return ok && trust_raise(vault, db, err);
}
