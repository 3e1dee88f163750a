#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
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

	place->vault = vault_open(place->dir, NULL, &err);
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

/* ---- files as a thief, a disk or a crash leaves them ---- */

typedef struct { char *bytes; gsize len; } Content;

static Content content_of(const Place *place, const char *name)
{
	g_autofree char *path = place_path(place, name);
	Content content;

	g_assert_true(g_file_get_contents(path, &content.bytes, &content.len, NULL));
	return content;
}

static void content_clear(Content *content) { g_free(content->bytes); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Content, content_clear)

static void content_put(const Place *place, const char *name, Content content)
{
	g_autofree char *path = place_path(place, name);

	g_unlink(path);
	g_assert_true(g_file_set_contents_full(path, content.bytes, (gssize)content.len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* A second folder with copies of the files that are there, as after a power cut: without the shared memory. */
static void place_copy(const Place *from, Place *to)
{
	static const char *const names[] = { "store.db", "store.db-wal", "store.db-journal", "key", "slots" };

	*to = (Place){ .dir = g_dir_make_tmp("postern-vfs-XXXXXX", NULL) };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = place_path(from, names[i]);
		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		g_auto(Content) content = content_of(from, names[i]);
		content_put(to, names[i], content);
	}
}

/* Opens and reads everything. What SQLite and the vault say, NULL if all is well. */
static char *trouble(const Place *place, int64_t *ret_rows)
{
	g_autoptr(Vault) vault = vault_open(place->dir, NULL, NULL);
	g_autoptr(GError) err = NULL;
	sqlite3 *db;
	sqlite3_stmt *stmt = NULL;

	g_assert_nonnull(vault);
	if (!vault_open_database(vault, VAULT_STORE, &db, &err))
		return g_strdup(err->message);
	int rc = sqlite3_prepare_v2(db, "SELECT count(*), sum(length(a)) FROM t", -1, &stmt, NULL);
	rc = rc == SQLITE_OK ? sqlite3_step(stmt) : rc;
	if (rc == SQLITE_ROW && ret_rows)
		*ret_rows = sqlite3_column_int64(stmt, 0);
	if (rc != SQLITE_ROW)
		vault_fail(vault, db, "reading", &err);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return err ? g_strdup(err->message) : NULL;
}

static void assert_trouble(const Place *place, const char *says)
{
	g_autofree char *what = trouble(place, NULL);

	g_assert_nonnull(what);
	if (!strstr(what, says))
		g_error("\"%s\" does not say \"%s\"", what, says);
}

static void assert_sound(const Place *place, int64_t rows)
{
	int64_t got = -1;
	g_autofree char *what = trouble(place, &got);

	g_assert_cmpstr(what, ==, NULL);
	g_assert_cmpint(got, ==, rows);
}

static guint findings(const Place *place)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Vault) vault = vault_open(place->dir, NULL, NULL);
	g_autoptr(GError) err = NULL;

	vault_check_pages(vault, VAULT_STORE, lines, &err);
	g_assert_no_error(err);
	return lines->len;
}

static void test_every_bit_counts(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 40);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	g_assert_cmpuint(content.len % PAGE, ==, 0);
	g_assert_cmpuint(findings(&place), ==, 0);
	for (gsize page = 0; page < content.len / PAGE; page++) {
		gsize at = page * PAGE + (gsize)g_test_rand_int_range(0, PAGE);
		content.bytes[at] = (char)(content.bytes[at] ^ (1 << g_test_rand_int_range(0, 8)));
		content_put(&place, "store.db", content);
		g_assert_cmpuint(findings(&place), ==, page + 1);
		if (page % 8 == 0)
			assert_trouble(&place, "the store is damaged at page ");
	}
}

static void test_each_reserved_byte_counts(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 1);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	for (int i = 1; i <= 32; i++) {
		char *byte = &content.bytes[2 * PAGE - i];
		*byte = (char)(*byte ^ 0x10);
		content_put(&place, "store.db", content);
		assert_trouble(&place, "the store is damaged at page 2 of store.db");
		*byte = (char)(*byte ^ 0x10);
	}
	content_put(&place, "store.db", content);
	assert_sound(&place, 1);
}

static void test_swapped_pages_are_found(void)
{
	g_auto(Place) place;
	char spare[PAGE];

	place_init(&place);
	fill(place.db, 40);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	char *a = content.bytes + 3 * PAGE, *b = content.bytes + 4 * PAGE;
	memcpy(spare, a, PAGE);
	memcpy(a, b, PAGE);
	memcpy(b, spare, PAGE);
	content_put(&place, "store.db", content);
	g_assert_cmpuint(findings(&place), ==, 2);
	assert_trouble(&place, "the store is damaged at page ");
}

static void test_a_blank_page_is_found(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 40);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	memset(content.bytes + 5 * PAGE, 0, PAGE);
	content_put(&place, "store.db", content);
	assert_trouble(&place, "the store is damaged at page 6 of store.db");
}

/* A write that the system refuses: no file may grow. */
static void refuse_growth(sqlite3 *db)
{
	struct rlimit before, none = { 0 };
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	g_assert_cmpint(sqlite3_exec(db, "CREATE TABLE u (a)", NULL, NULL, NULL), !=, SQLITE_OK);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, handler);
}

/* What was wrong once says nothing of the next failure. */
static void test_a_complaint_is_about_its_own_failure(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 40);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	content.bytes[5 * PAGE] ^= 1;
	content_put(&place, "store.db", content);

	g_autoptr(Vault) vault = vault_open(place.dir, NULL, NULL);
	g_autoptr(GError) err = NULL;
	sqlite3 *db = NULL, *index = NULL;
	g_assert_true(vault_open_database(vault, VAULT_STORE, &db, NULL));
	g_assert_true(vault_open_database(vault, VAULT_INDEX, &index, NULL));
	g_assert_cmpint(sqlite3_exec(db, "SELECT count(a) FROM t", NULL, NULL, NULL), !=, SQLITE_OK);
	refuse_growth(index);
	vault_fail(vault, index, "writing", &err);
	g_assert_true(error_is(err, ERR_IO));
	g_assert_null(strstr(err->message, "damaged"));
	sqlite3_close(index);
	sqlite3_close(db);
}

static void test_a_cut_file_is_found(void)
{
	static const int cuts[] = { 1, PAGE - 1, PAGE, 10 * PAGE };
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 200);
	checkpoint(place.db);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "store.db");
	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		content_put(&place, "store.db", (Content){ content.bytes, content.len - (gsize)cuts[i] });
		assert_trouble(&place, "run: postern doctor");
	}
}

static void test_a_page_of_another_store_is_found(void)
{
	g_auto(Place) place;
	g_auto(Place) other;

	place_init(&place);
	place_init(&other);
	fill(place.db, 40);
	fill(other.db, 40);
	checkpoint(place.db);
	checkpoint(other.db);
	place_close(&place);
	place_close(&other);
	g_auto(Content) content = content_of(&place, "store.db");
	g_auto(Content) foreign = content_of(&other, "store.db");
	memcpy(content.bytes + 2 * PAGE, foreign.bytes + 2 * PAGE, PAGE);
	content_put(&place, "store.db", content);
	assert_trouble(&place, "the store is damaged at page 3 of store.db");
	content_put(&place, "store.db", foreign);
	assert_trouble(&place, "the store is damaged at page 1 of store.db");
}

static void test_a_plain_database_is_refused(void)
{
	g_auto(Place) place;
	g_autofree char *path = NULL;
	sqlite3 *plain;

	place_init(&place);
	place_close(&place);
	path = place_path(&place, "store.db");
	g_unlink(path);
	g_assert_cmpint(sqlite3_open(path, &plain), ==, SQLITE_OK);
	run(plain, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
	sqlite3_close(plain);
	assert_trouble(&place, "store.db is not encrypted, so it is not ours");
}

/* ---- the log ---- */

static void test_a_torn_log_ends_there(void)
{
	g_auto(Place) place;
	g_autofree char *log = NULL;

	place_init(&place);
	fill(place.db, 20);
	checkpoint(place.db);
	for (int i = 0; i < 3; i++)
		fill(place.db, 20);
	g_auto(Content) content = content_of(&place, "store.db-wal");
	g_assert_cmpuint((content.len - LOG_HEADER) % FRAME, ==, 0);
	for (int i = 0; i < 60; i++) {
		g_auto(Place) cut;
		int64_t rows = -1;
		place_copy(&place, &cut);
		content_put(&cut, "store.db-wal", (Content){ content.bytes, (gsize)g_test_rand_int_range(0, (int)content.len) });
		g_autofree char *what = trouble(&cut, &rows);
		g_assert_cmpstr(what, ==, NULL);
		g_assert_true(rows == 20 || rows == 40 || rows == 60);
	}
}

static void test_a_spoilt_tail_is_where_the_log_ends(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 20);
	checkpoint(place.db);
	fill(place.db, 20);
	fill(place.db, 20);
	g_auto(Content) content = content_of(&place, "store.db-wal");
	g_auto(Place) cut;
	place_copy(&place, &cut);
	memset(content.bytes + content.len - 512, 'x', 100);
	content_put(&cut, "store.db-wal", content);
	assert_sound(&cut, 40);
}

/* A checkpoint wrote the header, and was killed before the pages behind it: they are in the log. Without that they are gone. */
static void test_a_cut_checkpoint_is_no_cut_file(void)
{
	g_auto(Place) place;
	g_auto(Place) cut;

	place_init(&place);
	fill(place.db, 20);
	checkpoint(place.db);
	g_auto(Content) before = content_of(&place, "store.db");
	fill(place.db, 60);
	place_copy(&place, &cut);
	checkpoint(place.db);
	g_auto(Content) after = content_of(&place, "store.db");
	g_assert_cmpuint(after.len, >, before.len);
	content_put(&cut, "store.db", (Content){ after.bytes, before.len });
	g_assert_cmpuint(findings(&cut), ==, 0);
	assert_sound(&cut, 80);
	content_put(&cut, "store.db-wal", (Content){ after.bytes, 0 });
	g_assert_cmpuint(findings(&cut), ==, 1);
	assert_trouble(&cut, "pages are missing at its end");
}

/* A frame that a connection has accepted is another matter. */
static void test_a_spoilt_frame_in_use_is_found(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	g_autofree char *path = NULL;
	char byte = 0;

	place_init(&place);
	fill(place.db, 100);
	path = place_path(&place, "store.db-wal");
	int fd = open(path, O_RDWR | O_CLOEXEC);
	for (off_t at = LOG_HEADER; pread(fd, &byte, 1, at + 24 + 100) == 1; at += FRAME) {
		byte = (char)(byte ^ 1);
		g_assert_cmpint(pwrite(fd, &byte, 1, at + 24 + 100), ==, 1);
	}
	close(fd);
	run(place.db, "PRAGMA shrink_memory");
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM t WHERE a > ''"), ==, -SQLITE_IOERR_DATA);
	g_assert_false(vault_fail(place.vault, place.db, "reading", &err));
	g_assert_true(error_is(err, ERR_STORE));
	g_assert_nonnull(strstr(err->message, "the store is damaged at page "));
	g_assert_nonnull(strstr(err->message, "store.db-wal"));
}

static void small_cache(sqlite3 *db) { run(db, "PRAGMA cache_size = 10; PRAGMA cache_spill = 1"); }

/* Pages that leave the cache early are written to the log, and again: data alone, then all checksums. */
static void test_a_transaction_larger_than_the_cache(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 50);
	small_cache(place.db);
	run(place.db, "BEGIN");
	fill(place.db, 300);
	run(place.db, "UPDATE t SET a = 'again ' || a; UPDATE t SET a = 'and ' || a;");
	{
		g_auto(Place) cut;
		place_copy(&place, &cut);
		assert_sound(&cut, 50);
	}
	run(place.db, "COMMIT");
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM t WHERE a LIKE 'and again canary %'"), ==, 350);
	g_auto(Place) copy;
	place_copy(&place, &copy);
	assert_sound(&copy, 350);
}

static void test_savepoints_stay_in_memory(void)
{
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 300);
	small_cache(place.db);
	run(place.db, "BEGIN; SAVEPOINT s; UPDATE t SET a = a || hex(zeroblob(900)); ROLLBACK TO s; COMMIT");
	run(place.db, "CREATE INDEX i ON t (a)");
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM (SELECT DISTINCT a || 'x' AS b FROM t ORDER BY b)"), ==, 300);
}

static void test_readers_see_what_is_committed(void)
{
	g_auto(Place) place;
	g_autoptr(Vault) second = NULL;
	sqlite3 *reader;

	place_init(&place);
	fill(place.db, 10);
	second = vault_open(place.dir, NULL, NULL);
	g_assert_true(vault_open_database(second, VAULT_STORE, &reader, NULL));
	g_assert_cmpint(number(reader, "SELECT count(*) FROM t"), ==, 10);
	run(place.db, "BEGIN IMMEDIATE; DELETE FROM t WHERE id > 5");
	g_assert_cmpint(number(reader, "SELECT count(*) FROM t"), ==, 10);
	run(place.db, "COMMIT");
	g_assert_cmpint(number(reader, "SELECT count(*) FROM t"), ==, 5);
	checkpoint(place.db);
	fill(place.db, 5);
	g_assert_cmpint(number(reader, "SELECT count(*) FROM t"), ==, 10);
	sqlite3_close(reader);
}

/* ---- the journal, which only the first moments of a file see ---- */

static void use_journal(sqlite3 *db)
{
	sqlite3_set_authorizer(db, NULL, NULL);
	run(db, "PRAGMA journal_mode = DELETE");
}

static void test_a_journal_rolls_back(void)
{
	g_auto(Place) place;
	g_autofree char *path = NULL;

	place_init(&place);
	fill(place.db, 300);
	use_journal(place.db);
	small_cache(place.db);
	run(place.db, "BEGIN; UPDATE t SET a = 'gone'; DELETE FROM t WHERE id > 100");
	path = place_path(&place, "store.db-journal");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	g_assert_false(holds(path, "canary"));
	{
		g_auto(Place) cut;
		place_copy(&place, &cut);
		assert_sound(&cut, 300);
	}
	{
		g_auto(Place) cut;
		place_copy(&place, &cut);
		g_auto(Content) journal = content_of(&cut, "store.db-journal");
		journal.bytes[512 + 4 + 1000] ^= 4;
		content_put(&cut, "store.db-journal", journal);
		assert_trouble(&cut, "of store.db-journal");
	}
	run(place.db, "ROLLBACK");
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM t WHERE a LIKE 'canary %'"), ==, 300);
}

/* ---- what is closed ---- */

static sqlite3_file *file_of(sqlite3 *db, int which)
{
	sqlite3_file *file = NULL;

	g_assert_cmpint(sqlite3_file_control(db, "main", which, &file), ==, SQLITE_OK);
	g_assert_nonnull(file);
	return file;
}

/* What fits no page and no frame is refused; what the disk could do with parts of a page is not told to SQLite. */
static void test_the_system_is_asked_in_whole_pages(void)
{
	static const struct { const char *why; int file, len; sqlite3_int64 at; } rows[] = {
		{ "half a page",                SQLITE_FCNTL_FILE_POINTER,    PAGE / 2,  0 },
		{ "two pages",                  SQLITE_FCNTL_FILE_POINTER,    2 * PAGE,  0 },
		{ "a page between two",         SQLITE_FCNTL_FILE_POINTER,    PAGE,      512 },
		{ "half a head of a frame",     SQLITE_FCNTL_JOURNAL_POINTER, 12,        LOG_HEADER },
		{ "a head where none belongs",  SQLITE_FCNTL_JOURNAL_POINTER, 24,        LOG_HEADER + 24 },
		{ "a whole frame",              SQLITE_FCNTL_JOURNAL_POINTER, FRAME,     LOG_HEADER },
		{ "a page where none belongs",  SQLITE_FCNTL_JOURNAL_POINTER, PAGE,      LOG_HEADER },
		{ "a part of the log's header", SQLITE_FCNTL_JOURNAL_POINTER, 16,        0 },
	};
	static const char zeros[2 * PAGE];
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 10);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		sqlite3_file *file = file_of(place.db, rows[i].file);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(file->pMethods->xWrite(file, zeros, rows[i].len, rows[i].at), ==, SQLITE_IOERR_WRITE);
	}
	sqlite3_file *main_file = file_of(place.db, SQLITE_FCNTL_FILE_POINTER);
	g_assert_cmpint(main_file->pMethods->xDeviceCharacteristics(main_file) & ~SQLITE_IOCAP_POWERSAFE_OVERWRITE, ==, 0);
	g_assert_cmpint(main_file->pMethods->iVersion, <, 3);
	g_assert_cmpint(number(place.db, "SELECT count(*) FROM t"), ==, 10);
}

static void test_ways_out_are_closed(void)
{
	static const char *const rows[] = {
		"ATTACH '/tmp/other.db' AS other",        "VACUUM INTO '/tmp/other.db'",
		"VACUUM",                                 "SELECT load_extension('x')",
		"PRAGMA writable_schema = 1",             "PRAGMA temp_store = FILE",
		"PRAGMA journal_mode = DELETE",           "PRAGMA temp_store_directory = '/tmp'",
	};
	g_auto(Place) place;

	place_init(&place);
	fill(place.db, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *why = NULL;
		sqlite3_exec(place.db, rows[i], NULL, NULL, &why);
		g_assert_nonnull(why);
		sqlite3_free(why);
	}
	g_assert_false(g_file_test("/tmp/other.db", G_FILE_TEST_EXISTS));
}

static void test_columns_open_only_in_their_place(void)
{
	static const VaultPlace elsewhere[] = { { "draft", 8, "text" }, { "draft", 7, "to" }, { "op", 7, "text" } };
	VaultPlace here = { "draft", 7, "text" };
	g_auto(Place) place;
	g_autoptr(GBytes) plain = g_bytes_new_static("canary", 6);
	g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);

	place_init(&place);
	g_autoptr(GBytes) sealed = vault_seal(place.vault, here, plain, NULL);
	g_autoptr(GBytes) again = vault_unseal(place.vault, here, sealed, NULL);
	g_assert_true(g_bytes_equal(again, plain));
	g_assert_null(memmem(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), "canary", 6));
	for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_null(vault_unseal(place.vault, elsewhere[i], sealed, &err));
		g_assert_true(error_is(err, ERR_STORE));
	}
	for (gsize len = 0; len < g_bytes_get_size(sealed); len++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(sealed, 0, len);
		g_assert_null(vault_unseal(place.vault, here, cut, NULL));
	}
	g_autoptr(GBytes) sealed_nothing = vault_seal(place.vault, here, nothing, NULL);
	g_autoptr(GBytes) nothing_again = vault_unseal(place.vault, here, sealed_nothing, NULL);
	g_assert_cmpuint(g_bytes_get_size(nothing_again), ==, 0);
}

static void test_two_databases_have_two_keys(void)
{
	g_auto(Place) place;
	sqlite3 *index;

	place_init(&place);
	fill(place.db, 10);
	checkpoint(place.db);
	g_assert_true(vault_open_database(place.vault, VAULT_INDEX, &index, NULL));
	fill(index, 5);
	g_assert_cmpint(number(index, "SELECT count(*) FROM t"), ==, 5);
	checkpoint(index);
	sqlite3_close(index);
	place_close(&place);
	g_auto(Content) content = content_of(&place, "index.db");
	content_put(&place, "store.db", content);
	assert_trouble(&place, "the store is damaged at page 1 of store.db");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vfs/round-trip", test_round_trip);
	g_test_add_func("/vfs/every-bit-counts", test_every_bit_counts);
	g_test_add_func("/vfs/each-reserved-byte-counts", test_each_reserved_byte_counts);
	g_test_add_func("/vfs/swapped-pages-are-found", test_swapped_pages_are_found);
	g_test_add_func("/vfs/a-blank-page-is-found", test_a_blank_page_is_found);
	g_test_add_func("/vfs/a-complaint-is-about-its-own-failure", test_a_complaint_is_about_its_own_failure);
	g_test_add_func("/vfs/a-cut-file-is-found", test_a_cut_file_is_found);
	g_test_add_func("/vfs/a-page-of-another-store-is-found", test_a_page_of_another_store_is_found);
	g_test_add_func("/vfs/a-plain-database-is-refused", test_a_plain_database_is_refused);
	g_test_add_func("/vfs/a-torn-log-ends-there", test_a_torn_log_ends_there);
	g_test_add_func("/vfs/a-spoilt-tail-is-where-the-log-ends", test_a_spoilt_tail_is_where_the_log_ends);
	g_test_add_func("/vfs/a-cut-checkpoint-is-no-cut-file", test_a_cut_checkpoint_is_no_cut_file);
	g_test_add_func("/vfs/a-spoilt-frame-in-use-is-found", test_a_spoilt_frame_in_use_is_found);
	g_test_add_func("/vfs/a-transaction-larger-than-the-cache", test_a_transaction_larger_than_the_cache);
	g_test_add_func("/vfs/savepoints-stay-in-memory", test_savepoints_stay_in_memory);
	g_test_add_func("/vfs/readers-see-what-is-committed", test_readers_see_what_is_committed);
	g_test_add_func("/vfs/a-journal-rolls-back", test_a_journal_rolls_back);
	g_test_add_func("/vfs/the-system-is-asked-in-whole-pages", test_the_system_is_asked_in_whole_pages);
	g_test_add_func("/vfs/ways-out-are-closed", test_ways_out_are_closed);
	g_test_add_func("/vfs/columns-open-only-in-their-place", test_columns_open_only_in_their_place);
	g_test_add_func("/vfs/two-databases-have-two-keys", test_two_databases_have_two_keys);
	return g_test_run();
}
