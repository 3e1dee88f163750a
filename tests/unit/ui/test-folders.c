/*
 * The folders' pane: in which order the accounts stand.
 */
#include "support/tempstore.h"
#include "ui/screen/folders.h"

static char *order_of(StoreReader *reader, const char *first)
{
	g_autoptr(Folders) folders = folders_new(reader, first);
	g_autoptr(GError) err = NULL;
	GString *names = g_string_new(NULL);

	folders_reload(folders, &err);
	g_assert_no_error(err);
	for (guint i = 0; i < folders_accounts(folders)->len; i++) {
		const AccountState *account = g_ptr_array_index(folders_accounts(folders), i);
		g_string_append_printf(names, "%s%s", i ? " " : "", account->name);
	}
	return g_string_free(names, FALSE);
}

static void test_the_default_account_stands_first(void)
{
	static const struct { const char *why, *first, *order; } rows[] = {
		{ "the oldest", "alice", "alice archive bob work" },
		{ "another one", "work", "work alice archive bob" },
		{ "none", NULL, "alice archive bob work" },
		{ "one that is gone", "eve", "alice archive bob work" },
	};
	g_auto(TempStore) temp = { 0 };

	temp_store_init(&temp);
	for (size_t i = 0; i < 3; i++) {
		g_autoptr(AccountState) state = NULL;
		g_assert_true(store_write_account(temp.writer, (const char *[]){ "work", "bob", "archive" }[i], &state, NULL));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *order = order_of(temp.reader, rows[i].first);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(order, ==, rows[i].order);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/folders/default-first", test_the_default_account_stands_first);
	return g_test_run();
}
