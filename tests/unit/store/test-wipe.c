#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

/* ---- an account with mail, whose server has given the order ---- */

static void make_due(TempStore *temp)
{
	g_autoptr(GError) err = NULL;

	temp_store_init(temp);
	int64_t inbox = temp_store_folder(temp, "5", FOLDER_INBOX);
	temp_store_add(temp, inbox, temp_message("canary", 1000, 0));
	store_write_wipe_due(temp->writer, temp->account_id, &err);
	g_assert_no_error(err);
	g_assert_true(store_write_keep(temp->writer, true, NULL));
}

static AccountState *state_of(const TempStore *temp, const char *name)
{
	AccountState *state = NULL;
	g_autoptr(GError) err = NULL;

	store_read_account(temp->reader, name, &state, &err);
	g_assert_no_error(err);
	return state;
}

/* Decrypted, so that nothing hides behind the cipher. */
static bool is_anywhere(const TempStore *temp, const char *text)
{
	guint bad;
	g_autoptr(GBytes) pages = plain_pages_of(temp->dir, "store.db", &bad);
	gsize len;

	g_assert_nonnull(pages);
	const char *bytes = g_bytes_get_data(pages, &len);
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

static void assert_wiped(const TempStore *temp)
{
	g_autoptr(AccountState) state = state_of(temp, "alice");
	g_autoptr(GPtrArray) folders = NULL;

	g_assert_cmpint(state->wipe, ==, WIPE_DONE);
	g_assert_nonnull(strstr(state->last_error, "the server of alice had its mail erased from this computer"));
	g_assert_true(store_read_folders(temp->reader, state->id, &folders, NULL));
	g_assert_cmpuint(folders->len, ==, 0);
}

/* ---- tests ---- */

static void test_the_order_outlives_the_process(void)
{
	g_auto(TempStore) temp;

	make_due(&temp);
	g_autoptr(AccountState) before = state_of(&temp, "alice");
	g_assert_cmpint(before->wipe, ==, WIPE_DUE);
	temp_store_close(&temp);
	g_assert_true(is_anywhere(&temp, "canary"));
	temp_store_reopen(&temp);
	assert_wiped(&temp);
	temp_store_close(&temp);
	g_assert_false(is_anywhere(&temp, "canary"));
	temp_store_reopen(&temp);
	assert_wiped(&temp);
}

/* Not another one to get round the order with, and nothing else the server said. */
static void test_of_the_account_its_device_remains(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	make_due(&temp);
	g_autoptr(AccountState) before = state_of(&temp, "alice");
	g_free(before->addresses);
	before->addresses = g_strdup("alice@example.test");
	g_assert_true(store_write_account_state(temp.writer, before, NULL));
	store_write_wipes(temp.writer, &err);
	g_assert_no_error(err);
	assert_wiped(&temp);
	g_autoptr(AccountState) after = state_of(&temp, "alice");
	g_assert_cmpstr(after->device_id, ==, before->device_id);
	g_assert_null(after->addresses);
}

static void test_who_cannot_erase_reads_nothing(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	make_due(&temp);
	g_assert_null(store_open(temp.dir, &temp.clock.clock, &err));
	g_assert_true(error_is(err, ERR_HELD));
	g_assert_cmpstr(err->message, ==,
	                "the server of alice has ordered its mail erased, and another Postern is just doing that; "
	                "try again in a moment");
}

static void test_other_accounts_stay(void)
{
	g_auto(TempStore) temp;
	g_autoptr(AccountState) bob = NULL;
	g_autoptr(GError) err = NULL;

	make_due(&temp);
	g_assert_true(store_write_account(temp.writer, "bob", &bob, NULL));
	int64_t alice = temp.account_id;
	temp.account_id = bob->id;
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, temp_message("bobs", 2000, 0));
	temp.account_id = alice;
	store_write_wipes(temp.writer, &err);
	g_assert_no_error(err);
	assert_wiped(&temp);
	g_assert_cmpint(temp_store_find(&temp, folder, "bobs"), ==, id);
	g_autoptr(AccountState) after = state_of(&temp, "bob");
	g_assert_cmpint(after->wipe, ==, WIPE_NONE);
	g_assert_null(after->last_error);
}

static void test_a_removed_account_begins_anew(void)
{
	g_auto(TempStore) temp;
	g_autoptr(AccountState) fresh = NULL;

	make_due(&temp);
	temp_store_reopen(&temp);
	g_autoptr(AccountState) wiped = state_of(&temp, "alice");
	g_assert_true(store_write_account_gone(temp.writer, wiped->id, NULL));
	g_assert_true(store_write_account(temp.writer, "alice", &fresh, NULL));
	g_assert_cmpint(fresh->wipe, ==, WIPE_NONE);
	g_assert_cmpstr(fresh->device_id, !=, wiped->device_id);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wipe/the-order-outlives-the-process", test_the_order_outlives_the_process);
	g_test_add_func("/wipe/of-the-account-its-device-remains", test_of_the_account_its_device_remains);
	g_test_add_func("/wipe/who-cannot-erase-reads-nothing", test_who_cannot_erase_reads_nothing);
	g_test_add_func("/wipe/other-accounts-stay", test_other_accounts_stay);
	g_test_add_func("/wipe/a-removed-account-begins-anew", test_a_removed_account_begins_anew);
	return g_test_run();
}
