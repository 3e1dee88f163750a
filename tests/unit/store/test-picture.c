#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

static void keep(TempStore *temp, int64_t account_id, const char *url, const char *text, const char *failure)
{
	g_autoptr(GBytes) bytes = text ? bytes_of(text) : NULL;
	g_autoptr(GError) err = NULL;

	store_write_picture(temp->writer, account_id, url, bytes, failure, &err);
	g_assert_no_error(err);
}

/* "bytes", "!failure" or "-". */
static char *kept(TempStore *temp, int64_t account_id, const char *url)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *failure = NULL;
	g_autoptr(GError) err = NULL;

	store_read_picture(temp->reader, account_id, url, &bytes, &failure, &err);
	g_assert_no_error(err);
	if (bytes)
		return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return failure ? g_strconcat("!", failure, NULL) : g_strdup("-");
}

static void assert_kept(TempStore *temp, int64_t account_id, const char *url, const char *want)
{
	g_autofree char *got = kept(temp, account_id, url);

	g_test_message("%s", url);
	g_assert_cmpstr(got, ==, want);
}

static int64_t number(TempStore *temp, const char *sql)
{
	int64_t value = -1;

	g_assert_true(db_number(temp->reader->db, sql, 0, -1, &value, NULL));
	return value;
}

static int64_t other_account(TempStore *temp)
{
	g_autoptr(AccountState) state = NULL;

	g_assert_true(store_write_account(temp->writer, "bob", &state, NULL));
	return state->id;
}

static void test_what_was_fetched_is_kept(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t alice = temp.account_id, bob = other_account(&temp);
	keep(&temp, alice, "https://a.test/1", "one", NULL);
	keep(&temp, alice, "https://a.test/same", "one", NULL);
	keep(&temp, alice, "https://a.test/2", NULL, "a.test answers 404");
	keep(&temp, bob, "https://b.test/1", "bobs", NULL);
	temp_store_reopen(&temp);
	assert_kept(&temp, alice, "https://a.test/1", "one");
	assert_kept(&temp, alice, "https://a.test/same", "one");
	assert_kept(&temp, alice, "https://a.test/2", "!a.test answers 404");
	assert_kept(&temp, alice, "https://b.test/1", "-");
	assert_kept(&temp, bob, "https://b.test/1", "bobs");
	g_assert_cmpint(number(&temp, "SELECT count(*) FROM body"), ==, 2);
}

static void test_a_later_answer_counts(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	keep(&temp, temp.account_id, "u", NULL, "why not");
	keep(&temp, temp.account_id, "u", "here", NULL);
	assert_kept(&temp, temp.account_id, "u", "here");
	keep(&temp, temp.account_id, "u", "other", NULL);
	assert_kept(&temp, temp.account_id, "u", "other");
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(number(&temp, "SELECT count(*) FROM body"), ==, 1);
}

/* Bodies of messages and pictures are one heap: neither takes from the other. */
static void test_the_sweep_knows_both(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
	temp_store_add(&temp, inbox, temp_message("m", 1000, 0));
	keep(&temp, temp.account_id, "u", "picture", NULL);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(number(&temp, "SELECT count(*) FROM body"), ==, 2);
	assert_kept(&temp, temp.account_id, "u", "picture");
}

/* Four of 20 MiB, the second fetched anew: the first is the oldest. */
static void test_the_oldest_go(void)
{
	g_auto(TempStore) temp;
	g_autofree char *large = g_strnfill(20 << 20, 'x');

	temp_store_init(&temp);
	for (int i = 0; i < 5; i++) {
		g_autofree char *url = g_strdup_printf("u%d", i < 4 ? i : 1);
		large[0] = (char)('a' + i);
		temp.clock.now_ms += 1000;
		keep(&temp, temp.account_id, url, large, NULL);
	}
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	assert_kept(&temp, temp.account_id, "u0", "-");
	g_assert_cmpint(number(&temp, "SELECT count(*) FROM picture"), ==, 3);
	g_assert_cmpint(number(&temp, "SELECT count(*) FROM body"), ==, 3);
	g_autofree char *again = kept(&temp, temp.account_id, "u1");
	g_assert_cmpint(again[0], ==, 'e');
}

static bool shows(TempStore *temp, int64_t account_id, const char *address)
{
	g_autoptr(GError) err = NULL;
	bool is_shown = false;

	store_read_picture_sender(temp->reader, account_id, address, &is_shown, &err);
	g_assert_no_error(err);
	return is_shown;
}

static void test_whose_are_shown(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	int64_t alice = temp.account_id, bob = other_account(&temp);
	g_assert_false(shows(&temp, alice, "news@list.test"));
	g_assert_true(store_write_picture_sender(temp.writer, alice, "News@List.test", true, NULL));
	g_assert_true(store_write_picture_sender(temp.writer, alice, "news@list.test", true, NULL));
	g_assert_true(shows(&temp, alice, "NEWS@list.test"));
	g_assert_false(shows(&temp, bob, "news@list.test"));
	g_assert_false(shows(&temp, alice, "news@list.test.evil.test"));
	g_assert_true(store_write_picture_sender(temp.writer, alice, "news@list.TEST", false, NULL));
	g_assert_false(shows(&temp, alice, "news@list.test"));
	g_assert_false(store_write_picture_sender(temp.writer, alice, "Some News <news@list.test>", true, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_clear_error(&err);
	g_assert_false(store_write_picture_sender(temp.writer, 99, "news@list.test", true, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
}

static void test_all_goes_with_the_account(void)
{
	g_auto(TempStore) temp;
	guint bad;
	gsize len;

	temp_store_init(&temp);
	int64_t alice = temp.account_id, bob = other_account(&temp);
	keep(&temp, alice, "https://canary.test/url", "canary-bytes", NULL);
	keep(&temp, alice, "https://canary.test/2", NULL, "canary-failure");
	keep(&temp, bob, "https://b.test/1", "bobs", NULL);
	g_assert_true(store_write_picture_sender(temp.writer, alice, "canary@list.test", true, NULL));
	g_assert_true(store_write_picture_sender(temp.writer, bob, "b@list.test", true, NULL));
	g_assert_true(store_write_account_gone(temp.writer, alice, NULL));
	temp_store_close(&temp);
	g_autoptr(GBytes) pages = plain_pages_of(temp.dir, "store.db", &bad);
	const char *bytes = g_bytes_get_data(pages, &len);
	g_assert_null(memmem(bytes, len, "canary", 6));
	temp_store_reopen(&temp);
	assert_kept(&temp, bob, "https://b.test/1", "bobs");
	g_assert_true(shows(&temp, bob, "b@list.test"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/what-was-fetched-is-kept", test_what_was_fetched_is_kept);
	g_test_add_func("/picture/a-later-answer-counts", test_a_later_answer_counts);
	g_test_add_func("/picture/the-sweep-knows-both", test_the_sweep_knows_both);
	g_test_add_func("/picture/the-oldest-go", test_the_oldest_go);
	g_test_add_func("/picture/whose-are-shown", test_whose_are_shown);
	g_test_add_func("/picture/all-goes-with-the-account", test_all_goes_with_the_account);
	return g_test_run();
}
