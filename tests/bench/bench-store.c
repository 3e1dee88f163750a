/*
 * X1, and the limit of S1: the same statements through the vault's VFS and into a plain database of the same schema, the same
 * page room and the same rhythm of commits and checkpoints. Prints "#limit NAME RATE" for rows that are measured against it.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "store/private.h"
#include "vault/vault.h"

enum { PAGE_MAILS = 512, CHECKPOINT_FRAMES = 2000, READS = 4000, ROUNDS = 3, HASH_BYTES = 32 };

typedef struct {
	sqlite3 *db;
	Vault   *vault;       /* NULL: plain */
	char     dir[40];
	int      log_frames;
} Side;

static void must(bool ok, const Side *side)
{
	if (ok)
		return;
	fprintf(stderr, "bench-store: %s\n", side->db ? sqlite3_errmsg(side->db) : "cannot open");
	exit(1);
}

static void run(const Side *side, const char *sql) { must(sqlite3_exec(side->db, sql, NULL, NULL, NULL) == SQLITE_OK, side); }

static int note_log(void *data, sqlite3 *db, const char *name, int frames)
{
	(void)db;
	(void)name;
	((Side *)data)->log_frames = frames;
	return SQLITE_OK;
}

static void side_open_plain(Side *side)
{
	g_autofree char *path = g_build_filename(side->dir, "store.db", NULL);

	must(sqlite3_open_v2(path, &side->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK, side);
	run(side, "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA journal_mode=WAL;"
	          "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON");
}

static void side_open_again(Side *side, bool is_vault)
{
	if (!is_vault)
		return side_open_plain(side);
	side->vault = vault_open(side->dir, NULL, NULL);
	must(side->vault && vault_open_database(side->vault, VAULT_STORE, &side->db, NULL), side);
}

static void side_close(Side *side)
{
	sqlite3_close(side->db);
	g_clear_pointer(&side->vault, vault_unref);
	side->db = NULL;
}

static void side_open(Side *side, bool is_vault)
{
	strcpy(side->dir, "/var/tmp/bench-store-XXXXXX");
	must(g_mkdtemp(side->dir) != NULL, side);
	side_open_again(side, is_vault);
	run(side, "PRAGMA cache_size=-8192");
	for (int i = 0; i < schema_step_count; i++)
		run(side, schema_steps[i]);
	run(side, "INSERT INTO account (name, device_id) VALUES ('bench', 'bench');"
	          "INSERT INTO folder (account_id, server_id, name, type) VALUES (1, '5', 'Inbox', 2);"
	          "CREATE VIRTUAL TABLE words USING fts5 (body, content='', tokenize='unicode61')");
	sqlite3_wal_hook(side->db, note_log, side);
}

static void side_remove(Side *side)
{
	g_autoptr(GDir) entries = g_dir_open(side->dir, 0, NULL);

	side_close(side);
	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(side->dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(side->dir);
}

/* ---- inserting ---- */

static sqlite3_stmt *prepare(const Side *side, const char *sql)
{
	sqlite3_stmt *stmt;

	must(sqlite3_prepare_v2(side->db, sql, -1, &stmt, NULL) == SQLITE_OK, side);
	return stmt;
}

static void step(const Side *side, sqlite3_stmt *stmt)
{
	must(sqlite3_step(stmt) == SQLITE_DONE, side);
	sqlite3_reset(stmt);
}

/* A text of words, different for each @number: no two bodies may share a row. */
static char *make_body(guint32 number, size_t len)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(number);
	GString *text = g_string_sized_new(len + 16);

	while (text->len < len)
		g_string_append_printf(text, "w%d ", (int)(20000 * g_rand_double(random) * g_rand_double(random)));
	g_string_truncate(text, len);
	return g_string_free(text, FALSE);
}

static void insert_body(const Side *side, sqlite3_stmt *stmt, guint32 number, const char *body, size_t len)
{
	char hash[HASH_BYTES] = { 0 };
	guint32 mixed = number * 2654435761u;      /* hashes come in no order */

	memcpy(hash, &mixed, sizeof mixed);
	sqlite3_bind_int64(stmt, 1, number + 1);
	sqlite3_bind_blob(stmt, 2, hash, sizeof hash, SQLITE_TRANSIENT);
	sqlite3_bind_text(stmt, 3, body, (int)len, SQLITE_STATIC);
	step(side, stmt);
}

static void insert_message(const Side *side, sqlite3_stmt *stmt, guint32 number)
{
	g_autofree char *server_id = g_strdup_printf("5:%u", number);
	int64_t received_ms = INT64_C(1760000000000) - (int64_t)number * 3600000;

	sqlite3_bind_int64(stmt, 1, (received_ms << MESSAGE_SERIAL_BITS) + number);
	sqlite3_bind_int64(stmt, 2, number / 3);
	sqlite3_bind_text(stmt, 3, server_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 4, received_ms);
	sqlite3_bind_int64(stmt, 5, number + 1);
	step(side, stmt);
}

static void checkpoint(Side *side, int mode)
{
	if (side->log_frames > CHECKPOINT_FRAMES || mode == SQLITE_CHECKPOINT_TRUNCATE)
		must(sqlite3_wal_checkpoint_v2(side->db, "main", mode, &side->log_frames, NULL) == SQLITE_OK, side);
}

static const char body_sql[] = "INSERT INTO body (id, hash, content) VALUES (?, ?, CAST(? AS BLOB))";
static const char message_sql[] =
	"INSERT INTO message (id, folder_id, conversation_id, server_id, generation, flags, is_unread, importance, received_ms,"
	" from_list, subject, preview, to_list, topic, message_class, start_ms, due_ms, done_ms, last_verb, size_bytes, code_page,"
	" body_kind, native_kind, body_id) VALUES (?1, 1, ?2, ?3, 0, 1, 0, 1, ?4, '\"Bob Example\" <bob@example.com>',"
	" 'Re: Quarter report, second draft', 'The figures of the second quarter are in, and they look better than those of the first',"
	" '\"Alice Example\" <alice@example.org>', 'Quarter report, second draft', 'IPM.Note', 0, 0, 0, 0, 4096, 65001, 1, 1, ?5)";

/* Mails per CPU second, durable in the file itself. @ret_wall_rate the same by the clock. */
static double insert_mails(Side *side, GPtrArray *bodies, double *ret_wall_rate)
{
	sqlite3_stmt *body = prepare(side, body_sql), *message = prepare(side, message_sql);
	double        cpu = bench_cpu_s(), wall = (double)g_get_monotonic_time();

	for (guint first = 0; first < bodies->len; first += PAGE_MAILS) {
		guint end = MIN(first + PAGE_MAILS, bodies->len);
		run(side, "BEGIN IMMEDIATE");
		for (guint i = first; i < end; i++) {
			const char *text = g_ptr_array_index(bodies, i);
			insert_body(side, body, i, text, strlen(text));
			insert_message(side, message, i);
		}
		run(side, "COMMIT");
		checkpoint(side, SQLITE_CHECKPOINT_PASSIVE);
	}
	checkpoint(side, SQLITE_CHECKPOINT_TRUNCATE);
	cpu = bench_cpu_s() - cpu;
	*ret_wall_rate = bodies->len / (((double)g_get_monotonic_time() - wall) / 1e6);
	sqlite3_finalize(body);
	sqlite3_finalize(message);
	return bodies->len / cpu;
}

static double index_mails(Side *side, GPtrArray *bodies)
{
	sqlite3_stmt *words = prepare(side, "INSERT INTO words (rowid, body) VALUES (?, ?)");
	double        cpu = bench_cpu_s();

	run(side, "BEGIN IMMEDIATE");
	for (guint i = 0; i < bodies->len; i++) {
		sqlite3_bind_int64(words, 1, i + 1);
		sqlite3_bind_text(words, 2, g_ptr_array_index(bodies, i), -1, SQLITE_STATIC);
		step(side, words);
	}
	run(side, "COMMIT");
	checkpoint(side, SQLITE_CHECKPOINT_TRUNCATE);
	sqlite3_finalize(words);
	return bodies->len / (bench_cpu_s() - cpu);
}

/* ---- reading ---- */

/* Bodies by number in no order, each page through the VFS: SQLite's own cache is kept too small to help. */
static double read_bodies(Side *side, guint count)
{
	sqlite3_stmt *body = prepare(side, "SELECT content FROM body WHERE id = ?");
	double        cpu;

	run(side, "PRAGMA cache_size=10");
	cpu = bench_cpu_s();
	for (guint i = 0; i < READS; i++) {
		sqlite3_bind_int64(body, 1, 1 + i * 7919 % count);
		must(sqlite3_step(body) == SQLITE_ROW && sqlite3_column_blob(body, 0), side);
		sqlite3_reset(body);
	}
	cpu = bench_cpu_s() - cpu;
	sqlite3_finalize(body);
	return READS / cpu;
}

/* ---- pairs ---- */

typedef struct { double insert, insert_wall, index, read; } Rates;

static Rates measure(bool is_vault, GPtrArray *bodies, bool with_index)
{
	Side  side = { 0 };
	Rates rates = { 0 };

	side_open(&side, is_vault);
	rates.insert = insert_mails(&side, bodies, &rates.insert_wall);
	if (with_index)
		rates.index = index_mails(&side, bodies);
	side_close(&side);
	side_open_again(&side, is_vault);
	rates.read = read_bodies(&side, bodies->len);
	side_remove(&side);
	return rates;
}

/* Each round does both, so that what disturbs one disturbs the other; the best of each counts. */
static void compare(size_t body_bytes, guint count, bool with_index)
{
	g_autoptr(GPtrArray) bodies = g_ptr_array_new_with_free_func(g_free);
	Rates best[2] = { 0 };

	for (guint i = 0; i < count; i++)
		g_ptr_array_add(bodies, make_body(i, body_bytes));
	for (int round = 0; round < ROUNDS; round++)
		for (int k = 0; k < 2; k++) {
			Rates now = measure(k, bodies, with_index);
			best[k] = (Rates){ MAX(best[k].insert, now.insert), MAX(best[k].insert_wall, now.insert_wall),
			                   MAX(best[k].index, now.index), MAX(best[k].read, now.read) };
		}
	g_autofree char *insert = g_strdup_printf("insert rows + bodies of %zu KB, of plain", body_bytes / 1000);
	g_autofree char *read = g_strdup_printf("uncached reads of %zu KB, of plain", body_bytes / 1000);
	bench_row("X1", insert, best[1].insert / best[0].insert, "times", 0.65, false);
	bench_row("X1", read, best[1].read / best[0].read, "times", 0.8, false);
	double rows_and_words[2];
	for (int k = 0; k < 2; k++)
		rows_and_words[k] = with_index ? 1 / (1 / best[k].insert + 1 / best[k].index) : 0;
	if (with_index)
		bench_row("X1", "insert rows + bodies + words, of plain", rows_and_words[1] / rows_and_words[0], "times", 0.9, false);
	printf("     (inserts a CPU s: plain %.0f, vault %.0f; reads: plain %.0f, vault %.0f)\n",
	       best[0].insert, best[1].insert, best[0].read, best[1].read);
	printf("#limit plain%zu %.0f %.0f\n", body_bytes / 1000, best[0].insert, best[0].insert_wall);
}

int main(void)
{
	compare(4000, 8192, true);
	compare(19000, 4096, false);
	return 0;
}
