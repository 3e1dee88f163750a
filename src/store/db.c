#include "store/db.h"

#include <string.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

struct Db {
	Vault      *vault;
	sqlite3    *handle;
	char       *name;
	GHashTable *statements;     /* address of the text to sqlite3_stmt */
	DbSafety    safety;
};

static void finalize(void *stmt) { sqlite3_finalize(stmt); }

static Db *db_new(Vault *vault, VaultDatabase database, sqlite3 *handle)
{
	Db *db = g_new0(Db, 1);

	db->vault = vault_ref(vault);
	db->handle = handle;
	db->safety = DB_LAZY;
	db->name = g_strdup(vault_database_name(database));
	db->statements = g_hash_table_new_full(NULL, NULL, NULL, finalize);
	return db;
}

Db *db_open(Vault *vault, VaultDatabase database, GError **err)
{
	sqlite3 *handle;

	return vault_open_database(vault, database, &handle, err) ? db_new(vault, database, handle)
	                                                          : NULL;
}

Db *db_open_aside(Vault *vault, const char *dir, GError **err)
{
	sqlite3 *handle;

	return vault_open_aside(vault, dir, &handle, err) ? db_new(vault, VAULT_STORE, handle) : NULL;
}

void db_close(Db *db)
{
	if (!db)
		return;
	g_hash_table_unref(db->statements);
	sqlite3_close(db->handle);
	vault_unref(db->vault);
	g_free(db->name);
	g_free(db);
}

sqlite3 *db_handle(const Db *db) { return db->handle; }

void db_forget(Db *db) { sqlite3_db_release_memory(db->handle); }

bool db_fail(Db *db, const char *what, GError **err)
{
	return vault_fail(db->vault, db->handle, what, err);
}

bool db_exec(Db *db, const char *sql, GError **err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       db_fail(db, _("the store refuses"), err);
}

/* ---- transactions ---- */

static bool run_plain(Db *db, const char *sql, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	return stmt_run(&stmt, err);
}

bool db_begin_read(Db *db, GError **err) { return run_plain(db, "BEGIN", err); }

void db_end_read(Db *db)
{
	if (!run_plain(db, "COMMIT", NULL))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static bool set_safety(Db *db, DbSafety safety, GError **err)
{
	if (db->safety == safety)
		return true;
	if (!db_exec(db,
	             safety == DB_DURABLE ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
	             err))
		return false;
	db->safety = safety;
	return true;
}

bool db_begin(Db *db, DbSafety safety, GError **err)
{
	return set_safety(db, safety, err) && run_plain(db, "BEGIN IMMEDIATE", err);
}

/* Some failures have rolled back already. */
static void roll_back(Db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_end(Db *db, bool ok, GError **err)
{
	if (ok) {
		crash_point("store: before a commit");
		ok = run_plain(db, "COMMIT", err);
		crash_point("store: after a commit");
	}
	if (!ok)
		roll_back(db);
	return ok;
}

/* ---- statements ---- */

Stmt stmt_begin(Db *db, const char *sql)
{
	sqlite3_stmt *raw = g_hash_table_lookup(db->statements, sql);

	if (!raw && sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw,
	                               NULL) == SQLITE_OK)
		g_hash_table_insert(db->statements, (void *)sql, raw);
	return (Stmt){ .db = db, .raw = raw };
}

void stmt_end(Stmt *stmt)
{
	if (!stmt->raw)
		return;
	sqlite3_reset(stmt->raw);
	sqlite3_clear_bindings(stmt->raw);
	stmt->raw = NULL;
}

void put_int(Stmt *stmt, int64_t value) { sqlite3_bind_int64(stmt->raw, ++stmt->in, value); }

void put_text(Stmt *stmt, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!text || g_utf8_validate_len(text, len, NULL))
		sqlite3_bind_text64(stmt->raw, ++stmt->in, text, len, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_text(stmt->raw, ++stmt->in, text_to_utf8(text, len), -1, g_free);
}

void put_blob(Stmt *stmt, const void *bytes, size_t len)
{
	sqlite3_bind_blob64(stmt->raw, ++stmt->in, len ? bytes : "", len, SQLITE_STATIC);
}

void put_bytes(Stmt *stmt, GBytes *bytes)
{
	if (bytes)
		put_blob(stmt, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	else
		sqlite3_bind_null(stmt->raw, ++stmt->in);
}

bool stmt_step(Stmt *stmt, bool *ret_has_row, GError **err)
{
	int rc = stmt->raw ? sqlite3_step(stmt->raw) : SQLITE_ERROR;

	stmt->out = 0;
	stmt->nonsense = NULL;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_fail(stmt->db, _("the store fails"), err);
	*ret_has_row = rc == SQLITE_ROW;
	return true;
}

bool stmt_run(Stmt *stmt, GError **err)
{
	bool has_row;

	if (!stmt_step(stmt, &has_row, err))
		return false;
	g_assert(!has_row);
	sqlite3_reset(stmt->raw);
	stmt->in = 0;
	return true;
}

static void find_nonsense(Stmt *stmt)
{
	if (!stmt->nonsense)
		stmt->nonsense = sqlite3_column_name(stmt->raw, stmt->out);
}

int64_t get_int_in(Stmt *stmt, int64_t least, int64_t most)
{
	int64_t value = sqlite3_column_int64(stmt->raw, stmt->out);

	if (sqlite3_column_type(stmt->raw, stmt->out) != SQLITE_INTEGER || value < least ||
	    value > most) {
		find_nonsense(stmt);
		value = least;
	}
	stmt->out++;
	return value;
}

int64_t get_int(Stmt *stmt) { return get_int_in(stmt, INT64_MIN, INT64_MAX); }
bool    get_bool(Stmt *stmt) { return get_int_in(stmt, 0, 1) != 0; }

char *get_text(Stmt *stmt)
{
	const char *text = (const char *)sqlite3_column_text(stmt->raw, stmt->out);
	size_t len = (size_t)sqlite3_column_bytes(stmt->raw, stmt->out);
	bool is_sound = !text || g_utf8_validate_len(text, len, NULL);

	if (!is_sound)
		find_nonsense(stmt);
	stmt->out++;
	return text && is_sound ? g_strndup(text, len) : NULL;
}

GBytes *get_bytes(Stmt *stmt)
{
	const void *bytes = sqlite3_column_blob(stmt->raw, stmt->out);
	size_t len = (size_t)sqlite3_column_bytes(stmt->raw, stmt->out);
	bool is_there = sqlite3_column_type(stmt->raw, stmt->out) != SQLITE_NULL;

	stmt->out++;
	return is_there ? g_bytes_new(bytes, len) : NULL;
}

bool stmt_row_is_sound(Stmt *stmt, GError **err)
{
	if (!stmt->nonsense)
		return true;
	return fail(
		err, ERR_STORE,
		_("the store is damaged: a row of %s has a %s that makes no sense; run: postern doctor"),
		stmt->db->name, stmt->nonsense);
}

bool db_run_with(Db *db, const char *sql, int64_t value, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	put_int(&stmt, value);
	return stmt_run(&stmt, err);
}

bool db_number(Db *db, const char *sql, int64_t value, int64_t otherwise, int64_t *ret_number,
               GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	if (sqlite3_bind_parameter_count(stmt.raw) > 0)
		put_int(&stmt, value);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	int64_t number = has_row ? get_int(&stmt) : otherwise;
	if (has_row && !stmt_row_is_sound(&stmt, err))
		return false;
	*ret_number = number;
	return true;
}
