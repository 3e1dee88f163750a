/*
 * db: a connection to a database of the vault, with its prepared statements and its transactions.
 * Values go in and come out in the order of the SQL text; what makes no sense is remembered and
 * told once, by the call that ends the row. One thread. Internal to store/.
 */
#pragma once
#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "vault/vault.h"

typedef struct Db Db;

Db  *db_open(Vault *vault, VaultDatabase database, GError **err);     /* @vault is referenced */
/* See vault_open_aside(). */
Db  *db_open_aside(Vault *vault, const char *dir, GError **err);
void db_close(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

sqlite3 *db_handle(const Db *db);
/* Pages that are kept in memory go; the next question reads them anew. */
void     db_forget(Db *db);
bool     db_fail(Db *db, const char *what, GError **err);             /* see vault_fail() */
bool db_exec(Db *db, const char *sql,
             GError **err); /* statements without values or rows, not kept */

/* ---- transactions ---- */

typedef enum {
	DB_LAZY,
	DB_DURABLE
} DbSafety; /* synchronous=NORMAL: the log is synced with the next checkpoint; FULL */

bool db_begin_read(Db *db, GError **err);
void db_end_read(Db *db);
bool db_begin(Db *db, DbSafety safety, GError **err);
/* Commits if @ok, else rolls back; true only if it is committed. *err is set already when !@ok. */
bool db_end(Db *db, bool ok, GError **err);

/* ---- statements ---- */

typedef struct {
	Db           *db;
	sqlite3_stmt *raw;         /* NULL: the text was refused; stmt_step() says so */
	int           in, out;     /* values put, values got */
	const char   *nonsense;    /* the first column that made no sense */
} Stmt;

/* @sql is a literal: its address is its name. Use with g_auto(Stmt), one of a kind at a time. */
Stmt stmt_begin(Db *db, const char *sql);
void stmt_end(Stmt *stmt);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stmt, stmt_end)

void put_int(Stmt *stmt, int64_t value);
void put_text(
	Stmt *stmt,
	const char *text); /* NULL: none; borrowed until the statement ends; made valid UTF-8 */
void put_bytes(Stmt *stmt, GBytes *bytes);         /* NULL: none; borrowed */
void put_blob(Stmt *stmt, const void *bytes, size_t len);

/* *ret_has_row false: the end. */
bool stmt_step(Stmt *stmt, bool *ret_has_row, GError **err);
/* A statement without rows, from first to last; ready for other values afterwards. */
bool stmt_run(Stmt *stmt, GError **err);

int64_t get_int(Stmt *stmt);
int64_t get_int_in(Stmt *stmt, int64_t least, int64_t most);
bool    get_bool(Stmt *stmt);
char   *get_text(Stmt *stmt);                      /* a copy; NULL: none */
GBytes *get_bytes(Stmt *stmt);                     /* a copy; NULL: none */
/* After the last value of a row: ERR_STORE if one of them made no sense. */
bool    stmt_row_is_sound(Stmt *stmt, GError **err);

/* Runs a statement that has one value and no rows. */
bool db_run_with(Db *db, const char *sql, int64_t value, GError **err);
/* One number from a statement with one @value or none; @otherwise if there is no row. */
bool db_number(Db *db, const char *sql, int64_t value, int64_t otherwise, int64_t *ret_number,
               GError **err);
