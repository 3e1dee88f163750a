#include "support/killed.h"

#include <string.h>
#include <sys/wait.h>

guint killed_waiting(LiveEngine *live)
{
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_outbox(live->reader, 0, 100, &rows, NULL));
	return rows->len;
}

bool killed_is_torture(void) { return g_strcmp0(g_getenv("POSTERN_TIER"), "torture") == 0; }

bool killed_is_chosen(int act) { return killed_is_torture() || (g_test_rand_int() + (guint)act) % 3 == 0; }

static Account *account_of(char **args)
{
	Account *account = account_new();

	account->name = g_strdup("alice");
	account->address = g_strdup("alice@example.test");
	account->user_name = g_strdup("alice");
	account->server_url = g_strdup(args[1]);
	account->ca_file = g_strdup(args[2]);
	account->filter = 0;
	return account;
}

/* The engine, once, on a store where nothing waits; then the op is written by it. */
static void act_as_child(char **args, KilledMake make)
{
	LiveEngine live = { .dir = args[0] };
	GError *error = NULL;

	live.store = store_open(live.dir, clock_system(), &error);
	g_assert_no_error(error);
	live.reader = store_open_reader(live.store, &error);
	g_assert_no_error(error);
	live.accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	g_ptr_array_add(live.accounts, account_of(args));
	live.password = secret_new(SIMULATOR_PASSWORD, strlen(SIMULATOR_PASSWORD));
	live_start(&live, SYNC_ON_DEMAND);
	sync_op(live.client, make(&live, (int)g_ascii_strtoll(args[3], NULL, 10)));
	do
		sync_event_free(live_wait(&live, SYNC_CHANGED));
	while (killed_waiting(&live));
	live_stop(&live);
	g_ptr_array_unref(live.accounts);
	secret_unref(live.password);
	store_reader_free(live.reader);
	store_unref(live.store);
	g_free(live.last_text);
}

bool killed_is_child(int argc, char **argv, KilledMake make)
{
	bool is_child = argc == 6 && g_str_equal(argv[1], "--child");

	if (is_child)
		act_as_child(argv + 2, make);
	return is_child;
}

int killed_run(LiveEngine *live, const char *self, int act, int point)
{
	const Account *account = g_ptr_array_index(live->accounts, 0);
	g_autofree char *number = g_strdup_printf("%d", act), *at = g_strdup_printf("%d", point);
	g_autofree char *file = g_build_filename(live->dir, "points", NULL), *counted = NULL;
	char *argv[] = { (char *)self, (char *)"--child", live->dir, account->server_url, account->ca_file, number, NULL };
	g_auto(GStrv) env = g_get_environ();
	GError *error = NULL;
	int status;

	env = point ? g_environ_setenv(env, "POSTERN_CRASH_AT", at, TRUE) : g_environ_setenv(env, "POSTERN_CRASH_COUNT", file, TRUE);
	g_spawn_sync(NULL, argv, env, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
	g_assert_no_error(error);
	if (point)
		return 0;
	g_assert_true(g_spawn_check_wait_status(status, NULL));
	g_assert_true(g_file_get_contents(file, &counted, NULL, &error));
	return (int)g_ascii_strtoll(counted, NULL, 10);
}
