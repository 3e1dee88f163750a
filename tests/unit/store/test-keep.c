#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

static int64_t count(TempStore *temp, const char *sql)
{
	int64_t number = -1;
	g_autoptr(GError) err = NULL;

	db_number(temp->reader->db, sql, 0, -1, &number, &err);
	g_assert_no_error(err);
	return number;
}

/* @count messages that all carry @canary in every place a text can stand. */
static void fill(TempStore *temp, int64_t folder, int messages, const char *canary)
{
	g_autoptr(StorePage) page = store_page_begin(temp->writer, folder);
	g_autoptr(GError) err = NULL;

	for (int i = 0; i < messages; i++) {
		g_autofree char *id = g_strdup_printf("%s-%d", canary, i);
		Message *message = temp_message(id, 1000 + i * 7919 % messages, i % 3 ? MESSAGE_READ : 0);
		Part *part = part_new();
		GString *body = g_string_new(NULL);
		for (int k = 0; k < 20 + i % 400; k++)
			g_string_append_printf(body, "%s %d %d\n", canary, i, k);
		g_bytes_unref(message->body);
		message->body = g_string_free_to_bytes(body);
		part->name = g_strdup(canary);
		message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
		g_ptr_array_add(message->parts, part);
		store_page_add(page, message, HAS_ALL, &err);
		g_assert_no_error(err);
	}
	store_page_commit(page, "k", 5, false, NULL, &err);
	g_assert_no_error(err);
}

static bool decrypts_to(TempStore *temp, const char *canary)
{
	guint bad;
	g_autoptr(GBytes) pages = plain_pages_of(temp->dir, "store.db", &bad);
	g_assert_nonnull(pages);
	g_autoptr(GBytes) frames = plain_frames_of(temp->dir, "store.db", &bad);
	g_assert_nonnull(frames);
	GBytes *both[] = { pages, frames };

	for (int i = 0; i < 2; i++) {
		gsize len;
		const void *bytes = g_bytes_get_data(both[i], &len);
		if (len && memmem(bytes, len, canary, strlen(canary)))
			return true;
	}
	return false;
}

/* ---- the format ---- */

static void test_a_second_reader_reads_it(void)
{
	g_auto(TempStore) temp;
	guint bad;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 50, "canary");
	g_assert_true(decrypts_to(&temp, "canary"));
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_autoptr(GBytes) pages = plain_pages_of(temp.dir, "store.db", &bad);
	g_assert_cmpmem(g_bytes_get_data(pages, NULL), 16, "SQLite format 3", 16);
	g_assert_true(decrypts_to(&temp, "canary"));
}

/* ---- the end of an account ---- */

static int64_t second_account(TempStore *temp, int64_t *ret_folder)
{
	g_autoptr(AccountState) state = NULL;
	int64_t first = temp->account_id;

	g_assert_true(store_write_account(temp->writer, "bob", &state, NULL));
	temp->account_id = state->id;
	*ret_folder = temp_store_folder(temp, "5", FOLDER_INBOX);
	temp->account_id = first;
	return state->id;
}

static void test_nothing_of_an_account_is_left(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) accounts = NULL;
	int64_t other_folder;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	second_account(&temp, &other_folder);
	fill(&temp, folder, 300, "canary-alice");
	fill(&temp, other_folder, 100, "canary-bob");
	g_assert_true(store_write_policy(temp.writer, temp.account_id, "<canary-alice/>", NULL));
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	for (int i = 0; i < 300; i += 2) {
		g_autofree char *id = g_strdup_printf("canary-alice-%d", i);
		store_page_remove(page, id, false);
	}
	g_assert_true(store_page_commit(page, "k", 5, false, NULL, NULL));
	g_clear_pointer(&page, store_page_free);
	g_assert_true(decrypts_to(&temp, "canary-alice"));
	store_write_account_gone(temp.writer, temp.account_id, &err);
	g_assert_no_error(err);
	g_assert_false(decrypts_to(&temp, "canary-alice"));
	g_assert_true(decrypts_to(&temp, "canary-bob"));
	g_assert_true(store_read_accounts(temp.reader, &accounts, NULL));
	g_assert_cmpuint(accounts->len, ==, 1);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 100);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 100);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM thread"), ==, 100);
}

/* While one account goes, a page of another has written bodies that no row names yet. */
static void test_an_account_that_goes_leaves_open_pages_alone(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	int64_t other_folder;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	second_account(&temp, &other_folder);
	fill(&temp, folder, 5, "alice");
	g_autoptr(StorePage) page = store_page_begin(temp.writer, other_folder);
	for (int i = 0; i < 40; i++) {
		g_autofree char *server_id = g_strdup_printf("bob-%d", i);
		Message *message = temp_message(server_id, 1000 + i, 0);
		g_assert_true(store_page_add(page, message, HAS_ALL, NULL));
	}
	store_write_account_gone(temp.writer, temp.account_id, &err);
	g_assert_no_error(err);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 32);
	store_page_commit(page, "2", 0, false, NULL, &err);
	g_assert_no_error(err);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 40);
}

/* A reader that looks back delays the emptying of the log; the keeper makes up for it. */
static void test_a_reader_delays_but_does_not_prevent(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 50, "canary");
	sqlite3_busy_timeout(db_handle(temp.writer->db), 10);
	g_assert_true(store_reader_begin(temp.reader, NULL));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 50);
	g_assert_true(store_write_account_gone(temp.writer, temp.account_id, NULL));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 50);
	store_reader_end(temp.reader);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_false(decrypts_to(&temp, "canary"));
}

/* ---- the log ---- */

static int64_t log_bytes(TempStore *temp)
{
	g_autofree char *path = g_build_filename(temp->dir, "store.db-wal", NULL);
	GStatBuf st;

	return g_stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static void test_the_log_is_kept_short(void)
{
	g_auto(TempStore) temp;
	int64_t longest = 0;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 12; i++) {
		g_autofree char *canary = g_strdup_printf("m%d", i);
		fill(&temp, folder, 200, canary);
		g_assert_true(store_write_keep(temp.writer, false, NULL));
		longest = MAX(longest, log_bytes(&temp));
	}
	g_assert_cmpint(longest, <, 2 * 2000 * 4120);
	g_assert_cmpint(log_bytes(&temp), >, 0);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(log_bytes(&temp), ==, 0);
}

/* ---- who may write ---- */

static void test_one_writer_in_the_world(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(Store) second = NULL;

	temp_store_init(&temp);
	second = store_open(temp.dir, &temp.clock.clock, &err);
	g_assert_no_error(err);
	g_assert_null(store_open_writer(second, &err));
	g_assert_true(error_is(err, ERR_HELD));
	g_assert_true(store_is_held(second));
	g_autoptr(StoreReader) reader = store_open_reader(second, NULL);
	g_assert_false(db_exec(reader->db, "DELETE FROM account", NULL));
}

/* ---- a full disk ---- */

static void limit_pages(TempStore *temp, int64_t more)
{
	g_autofree char *sql = g_strdup_printf("PRAGMA max_page_count = %" G_GINT64_FORMAT,
	                                       count(temp, "PRAGMA page_count") + more);

	sqlite3_exec(db_handle(temp->writer->db), sql, NULL, NULL, NULL);
}

static void test_a_full_disk_changes_nothing(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL, op_err = NULL;
	g_autofree char *report = NULL;
	bool was_full = false;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 20, "before");
	limit_pages(&temp, 20);
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	for (int i = 0; i < 31; i++) {
		g_autofree char *id = g_strdup_printf("after-%d", i);
		g_autofree char *text = g_strnfill(8000, (char)('a' + i % 26));
		Message *message = temp_message(id, 5000 + i, 0);
		g_bytes_unref(message->body);
		message->body = g_bytes_new(text, 8000 - (gsize)i);
		was_full |= !store_page_add(page, message, HAS_ALL, NULL);
	}
	g_assert_false(was_full);
	g_assert_false(store_page_commit(page, "k2", 5, false, NULL, &err));
	g_assert_true(error_is(err, ERR_FULL));
	g_assert_nonnull(strstr(err->message, "no space left in "));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 20);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM folder WHERE sync_key = 'k'"), ==, 1);
	limit_pages(&temp, 1000);
	g_assert_true(store_page_commit(page, "k2", 5, false, NULL, &op_err));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 51);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
}

/* ---- rows that make no sense ---- */

static void test_nonsense_is_an_error(void)
{
	static const struct { const char *sql, *says; } rows[] = {
		{ "UPDATE message SET importance = 9",                      "importance that makes no sense" },
		{ "UPDATE message SET flags = flags + (1 << 40)",           "flags that makes no sense" },
		{ "UPDATE message SET body_kind = -1",                      "body_kind that makes no sense" },
		{ "UPDATE message SET subject = CAST(x'c328' AS TEXT)",     "subject that makes no sense" },
		{ "UPDATE part SET is_inline = 5",                          "is_inline that makes no sense" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_autoptr(GError) err = NULL;
		Message *message = NULL;
		temp_store_init(&temp);
		int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
		fill(&temp, folder, 1, "one");
		int64_t id = count(&temp, "SELECT id FROM message");
		g_assert_true(db_exec(temp.writer->db, rows[i].sql, NULL));
		g_assert_false(store_read_message(temp.reader, id, &message, &err));
		g_assert_true(error_is(err, ERR_STORE));
		if (!strstr(err->message, rows[i].says))
			g_error("\"%s\" does not say \"%s\"", err->message, rows[i].says);
		g_assert_null(message);
	}
}

static void test_a_thread_without_its_message_is_an_error(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 3, "one");
	ListQuery query = { .folder_id = folder, .order = ORDER_CONVERSATION };
	g_assert_true(db_exec(temp.writer->db, "UPDATE thread SET newest_id = newest_id + 1", NULL));
	g_assert_false(store_read_list(temp.reader, &query, NULL, false, 10, &rows, &err));
	g_assert_true(error_is(err, ERR_STORE));
	g_assert_nonnull(strstr(err->message, "postern doctor"));
}

static void test_a_newer_store_says_update(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_assert_true(db_exec(temp.writer->db, "PRAGMA user_version = 1000", NULL));
	g_assert_null(store_open(temp.dir, &temp.clock.clock, &err));
	g_assert_true(error_is(err, ERR_STORE));
	g_assert_nonnull(strstr(err->message, "was made by a newer Postern; please update"));
}

/* ---- the doctor's look ---- */

static void flip(TempStore *temp, const char *name, off_t at)
{
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char byte;

	g_assert_cmpint(pread(fd, &byte, 1, at), ==, 1);
	byte = (char)(byte ^ 0x40);
	g_assert_cmpint(pwrite(fd, &byte, 1, at), ==, 1);
	close(fd);
}

static void test_the_doctor_names_the_page(void)
{
	g_auto(TempStore) temp;
	g_autofree char *well = NULL, *ill = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 200, "canary");
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_true(store_verify(temp.store, &well, NULL));
	g_assert_cmpstr(well, ==, "");
	g_autoptr(Db) index = db_open(temp.store->vault, VAULT_INDEX, NULL);
	g_assert_true(db_exec(index, "CREATE TABLE t (a); PRAGMA wal_checkpoint(TRUNCATE)", NULL));
	flip(&temp, "store.db", 59 * 4096 + 100);
	flip(&temp, "index.db", 4096 + 100);
	g_assert_true(store_verify(temp.store, &ill, NULL));
	g_assert_nonnull(strstr(ill, "index.db: page 2 is damaged\n"));
	g_assert_nonnull(strstr(ill, "store.db: page 60 is damaged\n"));
}

static void blank(TempStore *temp, const char *name, off_t at)
{
	static const char zeros[4096];
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	g_assert_cmpint(pwrite(fd, zeros, sizeof zeros, at), ==, sizeof zeros);
	close(fd);
}

/* SQLite leaves holes where pages were never used; one that is in use is damage. */
static void test_the_doctor_finds_blank_pages(void)
{
	static const char *const names[] = { "store.db", "index.db" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(TempStore) temp;
		g_autofree char *well = NULL, *ill = NULL, *says = g_strdup_printf("page 2 of %s", names[i]);

		temp_store_init(&temp);
		g_autoptr(Db) index = db_open(temp.store->vault, VAULT_INDEX, NULL);
		g_assert_true(db_exec(index, "CREATE TABLE t (a); PRAGMA wal_checkpoint(TRUNCATE)", NULL));
		g_assert_true(store_write_keep(temp.writer, true, NULL));
		g_assert_true(store_verify(temp.store, &well, NULL));
		g_assert_cmpstr(well, ==, "");
		blank(&temp, names[i], 4096);
		g_assert_true(store_verify(temp.store, &ill, NULL));
		g_assert_nonnull(strstr(ill, says));
	}
}

static void test_the_doctor_checks_foreign_keys(void)
{
	g_auto(TempStore) temp;
	g_autofree char *report = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 2, "one");
	g_assert_true(db_exec(temp.writer->db, "PRAGMA foreign_keys = OFF; DELETE FROM body WHERE id = 1", NULL));
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "store.db: a row of message names one of body that is not there\n");
}

/* ---- ends in the middle ---- */

/* Two pages, an operation and a checkpoint, as a child process does them that may end at any crash point. */
static void work(const char *dir)
{
	TempStore temp = { .dir = (char *)dir };
	g_autoptr(AccountState) state = NULL;

	manual_clock_init(&temp.clock, 1000);
	temp.store = store_open(dir, &temp.clock.clock, NULL);
	temp.writer = temp.store ? store_open_writer(temp.store, NULL) : NULL;
	temp.reader = temp.writer ? store_open_reader(temp.store, NULL) : NULL;
	if (!temp.reader || !store_write_account(temp.writer, "alice", &state, NULL))
		_exit(2);
	temp.account_id = state->id;
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	fill(&temp, folder, 40, "a");
	fill(&temp, folder, 70, "b");
	g_autoptr(Op) op = op_new_mark_read(temp_store_find(&temp, folder, "b-0"), 1);
	if (!store_write_op(temp.writer, op, NULL) || !store_write_keep(temp.writer, true, NULL))
		_exit(3);
	_exit(0);
}

/* Runs work() in a process of its own that ends at crash point @at. True if it came that far. */
static bool run_until(const char *dir, int at)
{
	g_autofree char *number = g_strdup_printf("%d", at);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	char *argv[] = { self, (char *)"--work", (char *)dir, NULL };
	g_auto(GStrv) env = g_environ_setenv(g_get_environ(), "POSTERN_CRASH_AT", number, TRUE);
	int status;

	g_assert_true(g_spawn_sync(NULL, argv, env, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_true((WIFEXITED(status) && WEXITSTATUS(status) == 0) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
	return WIFSIGNALED(status);
}

/* @finished: the work was done to its end afterwards. */
static void assert_whole(const char *dir, bool finished)
{
	TempStore temp = { .dir = (char *)dir };
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;

	manual_clock_init(&temp.clock, 1000);
	temp.store = store_open(dir, &temp.clock.clock, &err);
	g_assert_no_error(err);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp.reader = store_open_reader(temp.store, &err);
	int64_t messages = count(&temp, "SELECT count(*) FROM message");
	g_assert_true(messages == 110 || (!finished && (messages == 0 || messages == 40)));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message LEFT JOIN body ON body.id = body_id WHERE body.id IS NULL"), ==, 0);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM op JOIN message ON message.id = op.message_id WHERE is_unread"), ==, 0);
	temp_store_close(&temp);
}

static void test_a_crash_anywhere_leaves_it_whole(void)
{
	bool is_thorough = g_strcmp0(g_getenv("POSTERN_TIER"), "torture") == 0;
	int step = is_thorough ? 1 : 3, at = is_thorough ? 1 : g_test_rand_int_range(1, 4);
	bool more = true;

	for (; more; at += step) {
		g_autofree char *dir = g_dir_make_tmp("postern-crash-XXXXXX", NULL);
		more = run_until(dir, at);
		assert_whole(dir, !more);
		run_until(dir, 0);
		assert_whole(dir, true);
		temp_dir_remove(dir);
	}
	g_assert_cmpint(at, >, 20);
}

int main(int argc, char **argv)
{
	static const struct { const char *path; void (*run)(void); } tests[] = {
		{ "/keep/a-second-reader-reads-it", test_a_second_reader_reads_it },
		{ "/keep/nothing-of-an-account-is-left", test_nothing_of_an_account_is_left },
		{ "/keep/an-account-that-goes-leaves-open-pages-alone",
		  test_an_account_that_goes_leaves_open_pages_alone },
		{ "/keep/a-reader-delays-but-does-not-prevent", test_a_reader_delays_but_does_not_prevent },
		{ "/keep/the-log-is-kept-short", test_the_log_is_kept_short },
		{ "/keep/one-writer-in-the-world", test_one_writer_in_the_world },
		{ "/keep/a-full-disk-changes-nothing", test_a_full_disk_changes_nothing },
		{ "/keep/nonsense-is-an-error", test_nonsense_is_an_error },
		{ "/keep/a-thread-without-its-message", test_a_thread_without_its_message_is_an_error },
		{ "/keep/a-newer-store-says-update", test_a_newer_store_says_update },
		{ "/keep/the-doctor-names-the-page", test_the_doctor_names_the_page },
		{ "/keep/the-doctor-finds-blank-pages", test_the_doctor_finds_blank_pages },
		{ "/keep/the-doctor-checks-foreign-keys", test_the_doctor_checks_foreign_keys },
		{ "/keep/a-crash-anywhere-leaves-it-whole", test_a_crash_anywhere_leaves_it_whole },
	};

	if (argc == 3 && strcmp(argv[1], "--work") == 0)
		work(argv[2]);
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
