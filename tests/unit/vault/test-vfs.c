#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "vault/vault.h"

enum { PAGE = 4096, LOG_HEADER = 32, FRAME = 24 + PAGE };

/* A folder of its own for each test; what is in it goes with it. */
typedef struct { char *dir; Vault *vault; sqlite3 *db; } Place;

static char *place_path(const Place *place, const char *name) { return g_build_filename(place->dir, name, NULL); }

static void place_open(Place *place)
{
	g_autoptr(GError) err = NULL;

	place->vault = vault_open(place->dir, &err);
	g_assert_no_error(err);
	vault_open_database(place->vault, VAULT_STORE, &place->db, &err);
	g_assert_no_error(err);
}

static void place_close(Place *place)
{
	sqlite3_close(g_steal_pointer(&place->db));
	g_clear_pointer(&place->vault, vault_unref);
}

static void place_init(Place *place)
{
	*place = (Place){ .dir = g_dir_make_tmp("postern-vfs-XXXXXX", NULL) };
	place_open(place);
}

static void place_clear(Place *place)
{
	place_close(place);
	g_autoptr(GDir) entries = g_dir_open(place->dir, 0, NULL);
	for (const char *name; (name = g_dir_read_name(entries));) {
		g_autofree char *path = place_path(place, name);
		g_unlink(path);
	}
	g_rmdir(place->dir);
	g_free(place->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	sqlite3_exec(db, sql, NULL, NULL, &why);
	g_assert_cmpstr(why, ==, NULL);
}

static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
	int rc = sqlite3_step(stmt);
	int64_t value = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -rc;
	sqlite3_finalize(stmt);
	return value;
}

static void fill(sqlite3 *db, int rows)
{
	g_autofree char *sql = g_strdup_printf(
		"CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, a TEXT);"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		"INSERT INTO t (a) SELECT 'canary ' || i || hex(zeroblob(700)) FROM n;", rows);

	run(db, sql);
}

static void checkpoint(sqlite3 *db)
{
	g_assert_cmpint(sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==, SQLITE_OK);
}

static bool holds(const char *path, const char *needle)
{
	g_autofree char *bytes = NULL;
	gsize len;

	g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
	return memmem(bytes, len, needle, strlen(needle)) != NULL;
}

static void test_round_trip(void)
{
	g_auto(Place) place;
	static const char *const names[] = { "store.db", "store.db-wal", "key", "slots" };

	place_init(&place);
	fill(place.db, 300);
	checkpoint(place.db);
	fill(place.db, 10);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = place_path(&place, names[i]);
		struct stat st;
		g_assert_cmpint(g_stat(path, &st), ==, 0);
		g_assert_cmpint(st.st_mode & 0777, ==, 0600);
		g_assert_false(holds(path, "canary"));
		g_assert_false(holds(path, "SQLite"));
	}
	place_close(&place);
	place_open(&place);
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM t WHERE a LIKE 'canary %'"), ==, 310);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vfs/round-trip", test_round_trip);
	return g_test_run();
}
