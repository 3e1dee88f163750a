#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "support/live_engine.h"

/* The engine with its own thread, over real TLS, against the simulator; what is tested with memory
 * servers is not repeated. */

/* ---- looking ---- */

/* One line a mail folder, "id count", as the simulator and as the store have it. */
static char *server_counts(LiveEngine *fixture)
{
	g_autofree char *reply = simulator_order(fixture->simulator, "folders");
	g_auto(GStrv) lines = g_strsplit(reply, "\n", -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
		if (g_strv_length(fields) < 5)
			continue;
		if (folder_is_mail((FolderType)g_ascii_strtoll(fields[2], NULL, 10)))
			g_string_append_printf(text, "%s %s\n", fields[0], fields[3]);
	}
	return g_string_free(text, FALSE);
}

static int compare_folders(gconstpointer a, gconstpointer b)
{
	const Folder *const *first = a, *const *second = b;

	return (int)(g_ascii_strtoll((*first)->server_id, NULL, 10) -
	             g_ascii_strtoll((*second)->server_id, NULL, 10));
}

static char *store_counts(LiveEngine *fixture)
{
	g_autoptr(GPtrArray) folders = live_folders(fixture);
	GString *text = g_string_new(NULL);

	g_ptr_array_sort(folders, compare_folders);
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		if (folder_is_mail(folder->type))
			g_string_append_printf(text, "%s %" G_GINT64_FORMAT "\n", folder->server_id,
			                       folder->total);
	}
	return g_string_free(text, FALSE);
}

static void assert_in_step(LiveEngine *fixture)
{
	g_autofree char *server = server_counts(fixture);
	g_autofree char *store = store_counts(fixture);

	g_assert_cmpstr(store, ==, server);
}

static GPtrArray *read_inbox(LiveEngine *fixture)
{
	g_autoptr(GPtrArray) folders = live_folders(fixture);
	GPtrArray *rows = NULL;
	GError *error = NULL;

	for (guint i = 0; i < folders->len && !rows; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		ListPlace top = { 0 };
		if (folder->type == FOLDER_INBOX)
			store_read_list(fixture->reader, &(ListQuery){ .folder_id = folder->id },
			                &top, false, 10, &rows, &error);
	}
	g_assert_no_error(error);
	return rows;
}

/* ---- the tests ---- */

static void test_first_and_second_sync(void)
{
	static const char *const options[] = { "--generate", "1500,folders=4,size=1500", NULL };
	g_auto(LiveEngine) fixture = { 0 };
	int64_t before, after;

	live_init(&fixture, options);
	live_run_once(&fixture);
	assert_in_step(&fixture);
	g_free(simulator_order(fixture.simulator, "clear-ledger"));
	g_assert_true(store_read_version(fixture.reader, &before, NULL));
	live_run_once(&fixture);
	g_assert_true(store_read_version(fixture.reader, &after, NULL));
	g_assert_cmpuint(simulator_requests(fixture.simulator, NULL), <=, 4);
	g_assert_cmpuint(simulator_requests(fixture.simulator, "Sync"), ==, 0);
	/* The account's "last synced" alone. */
	g_assert_cmpint(after - before, <=, 1);
	assert_in_step(&fixture);
}

static void test_push_within_a_second(void)
{
	g_auto(LiveEngine) fixture = { 0 };

	live_init(&fixture, NULL);
	live_start(&fixture, SYNC_WATCH);
	sync_event_free(live_wait(&fixture, SYNC_IDLE));
	for (int i = 0; i < 3; i++) {
		g_free(simulator_order(fixture.simulator, "deliver subject=Hello"));
		g_autoptr(SyncEvent) event = live_wait_within(&fixture, SYNC_NEW_MAIL, 1000);
		g_assert_nonnull(event);
		g_assert_cmpint(event->count, ==, 1);
	}
	assert_in_step(&fixture);
}

static bool server_says(LiveEngine *fixture, const char *state)
{
	g_autofree char *list = simulator_order(fixture->simulator, "list folder=Inbox");
	g_autofree char *mark = g_strdup_printf("\t%s\t", state);

	return strstr(list, mark) != NULL;
}

static void test_read_state_both_ways(void)
{
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(GPtrArray) rows = NULL;
	int64_t id;

	live_init(&fixture, (const char *const[]){ "--empty", NULL });
	g_free(simulator_order(fixture.simulator, "deliver subject=Hello"));
	live_run_once(&fixture);
	rows = read_inbox(&fixture);
	id = ((ListRow *)g_ptr_array_index(rows, 0))->id;
	live_start(&fixture, SYNC_ONCE);
	sync_event_free(live_wait(&fixture, SYNC_IDLE));
	sync_op(fixture.client, op_new_mark_read(id, 1));
	sync_event_free(live_wait(&fixture, SYNC_IDLE));
	live_stop(&fixture);
	g_assert_false(server_says(&fixture, "unread"));
	g_free(simulator_order(fixture.simulator, "mark folder=Inbox subject=Hello read=0"));
	live_run_once(&fixture);
	g_ptr_array_unref(rows);
	rows = read_inbox(&fixture);
	g_assert_false(((ListRow *)g_ptr_array_index(rows, 0))->flags & MESSAGE_READ);
}

/* A server that takes connections and never says a word. */
typedef struct { int fd; Account *account; } Hole;

static Hole open_hole(const LiveEngine *fixture)
{
	Hole hole = { socket(AF_INET, SOCK_STREAM, 0), account_copy(g_ptr_array_index(fixture->accounts, 0)) };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	g_assert_cmpint(bind(hole.fd, (struct sockaddr *)&at, len), ==, 0);
	g_assert_cmpint(listen(hole.fd, 8), ==, 0);
	g_assert_cmpint(getsockname(hole.fd, (struct sockaddr *)&at, &len), ==, 0);
	g_free(hole.account->name);
	g_free(hole.account->server_url);
	hole.account->name = g_strdup("hole");
	hole.account->server_url = g_strdup_printf("https://127.0.0.1:%d/Microsoft-Server-ActiveSync", ntohs(at.sin_port));
	return hole;
}

static int64_t newest_id(LiveEngine *fixture)
{
	g_autoptr(GPtrArray) rows = read_inbox(fixture);

	return ((ListRow *)g_ptr_array_index(rows, 0))->id;
}

/* Reading, writing back and push go on beside it, over connections that are real. */
static void test_a_silent_server_delays_nobody_else(void)
{
	g_auto(LiveEngine) fixture = { 0 };

	live_init(&fixture, (const char *const[]){ "--empty", NULL });
	live_run_once(&fixture);
	Hole hole = open_hole(&fixture);
	g_ptr_array_add(fixture.accounts, hole.account);
	live_start(&fixture, SYNC_WATCH);
	for (int i = 0; i < 3; i++) {
		g_free(simulator_order(fixture.simulator, "deliver subject=Hello"));
		g_autoptr(SyncEvent) told = live_wait_within(&fixture, SYNC_NEW_MAIL, 2000);
		g_assert_nonnull(told);
		sync_wish_mime(fixture.client, newest_id(&fixture));
		g_autoptr(SyncEvent) fetched = live_wait_within(&fixture, SYNC_FETCHED, 2000);
		g_assert_nonnull(fetched);
		sync_op(fixture.client, op_new_mark_read(newest_id(&fixture), true));
		for (int wait = 0; wait < 20 && server_says(&fixture, "unread"); wait++)
			sync_event_free(live_wait_within(&fixture, SYNC_CHANGED, 100));
		g_assert_false(server_says(&fixture, "unread"));
	}
	close(hole.fd);
}

static void test_wishes(void)
{
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(SyncEvent) event = NULL;
	g_autoptr(GBytes) mime = NULL;
	int64_t id, wish_id;

	live_init(&fixture, NULL);
	g_free(simulator_order(fixture.simulator, "deliver subject=Hello"));
	live_run_once(&fixture);
	rows = read_inbox(&fixture);
	id = ((ListRow *)g_ptr_array_index(rows, 0))->id;
	live_start(&fixture, SYNC_ON_DEMAND);
	wish_id = sync_wish_mime(fixture.client, id);
	event = live_wait(&fixture, SYNC_FETCHED);
	g_assert_cmpint(event->wish_id, ==, wish_id);
	g_assert_true(store_read_mime(fixture.reader, id, &mime, NULL));
	g_assert_nonnull(mime);
	g_assert_cmpint((int)g_bytes_get_size(mime), >, 100);
}

static void test_policies_are_accepted(void)
{
	static const char *const options[] = { "--require-provision", "--generate", "20,folders=1",
		                               NULL };
	g_auto(LiveEngine) fixture = { 0 };

	live_init(&fixture, options);
	live_run_once(&fixture);
	assert_in_step(&fixture);
	g_free(simulator_order(fixture.simulator, "clear-ledger"));
	live_run_once(&fixture);
	g_assert_cmpuint(simulator_requests(fixture.simulator, "Provision"), ==, 0);
}

static void test_a_wipe_leaves_nothing(void)
{
	static const char *const options[] = { "--require-provision", "--generate", "20,folders=1",
		                               NULL };
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GPtrArray) folders = NULL;
	guint requests;

	live_init(&fixture, options);
	live_run_once(&fixture);
	g_free(simulator_order(fixture.simulator, "wipe kind=account"));
	live_run_once(&fixture);
	g_assert_true(store_read_account(fixture.reader, "alice", &state, NULL));
	g_assert_cmpint(state->wipe, ==, WIPE_DONE);
	g_assert_nonnull(strstr(state->last_error, "erased from this computer"));
	g_assert_true(store_read_folders(fixture.reader, state->id, &folders, NULL));
	g_assert_cmpuint(folders->len, ==, 0);
	requests = simulator_requests(fixture.simulator, NULL);
	live_run_once(&fixture);
	g_assert_cmpuint(simulator_requests(fixture.simulator, NULL), ==, requests);
}

static void test_void_keys_begin_anew_once(void)
{
	static const char *const options[] = { "--generate", "20,folders=3", NULL };
	g_auto(LiveEngine) fixture = { 0 };

	live_init(&fixture, options);
	live_run_once(&fixture);
	g_free(simulator_order(fixture.simulator, "clear-ledger"));
	g_free(simulator_order(fixture.simulator, "fault anew count=0"));
	live_run_once(&fixture);
	assert_in_step(&fixture);
	g_assert_cmpuint(simulator_requests(fixture.simulator, "OPTIONS"), ==, 1);
	g_assert_cmpuint(simulator_requests(fixture.simulator, "FolderSync"), ==, 1);
	/* A key and a page of each of the twelve folders. */
	g_assert_cmpuint(simulator_requests(fixture.simulator, "Sync"), ==, 2 * 12);
}

/* The order counts, not whether the server hears of it. */
static void test_a_wipe_does_not_need_the_network(void)
{
	static const char *const options[] = { "--require-provision", "--generate", "20,folders=1",
		                               NULL };
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(AccountState) state = NULL;

	live_init(&fixture, options);
	live_run_once(&fixture);
	g_free(simulator_order(fixture.simulator, "wipe kind=account"));
	g_free(simulator_order(fixture.simulator, "fault cmd=Provision nth=2 http=503 count=0"));
	live_run_once(&fixture);
	g_assert_true(store_read_account(fixture.reader, "alice", &state, NULL));
	g_assert_cmpint(state->wipe, ==, WIPE_DONE);
}

static void test_a_wrong_password_asks_once(void)
{
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(SyncEvent) question = NULL;
	g_autoptr(Secret) right = secret_new(SIMULATOR_PASSWORD, strlen(SIMULATOR_PASSWORD));

	live_init(&fixture, NULL);
	secret_unref(fixture.password);
	fixture.password = secret_new("wrong", 5);
	live_start(&fixture, SYNC_ONCE);
	question = live_wait(&fixture, SYNC_QUESTION);
	g_assert_cmpint(question->question->kind, ==, QUESTION_PASSWORD);
	g_assert_cmpuint(simulator_requests(fixture.simulator, NULL), ==, 1);
	sync_answer(fixture.client, question->question, ANSWER_YES, right);
	sync_event_free(live_wait(&fixture, SYNC_IDLE));
	assert_in_step(&fixture);
}

/* Once it is known what the server can, the lanes work side by side: a wrong password must not go
 * out on each of them. */
static void test_a_wrong_password_costs_one_attempt(void)
{
	static const char *const options[] = { "--generate", "20,folders=1,size=600", NULL };
	g_auto(LiveEngine) fixture = { 0 };
	g_autoptr(GPtrArray) rows = NULL;

	live_init(&fixture, options);
	live_run_once(&fixture);
	rows = read_inbox(&fixture);
	g_assert_cmpuint(rows->len, >=, 4);
	g_free(simulator_order(fixture.simulator, "clear-ledger"));
	secret_unref(fixture.password);
	fixture.password = secret_new("wrong", 5);
	live_start(&fixture, SYNC_WATCH);
	for (guint i = 0; i < 4; i++)
		sync_wish_mime(fixture.client, ((ListRow *)g_ptr_array_index(rows, i))->id);
	sync_event_free(live_wait(&fixture, SYNC_QUESTION));
	live_stop(&fixture);
	g_assert_cmpuint(simulator_requests(fixture.simulator, NULL), ==, 1);
}

/* ---- T-05, first form: every fault once, in the middle of a sync, and then the store is what it
 * should be ---- */

static const char *const fault_commands[] = { "Sync", "FolderSync", "Provision", "ItemOperations",
	                                      "Ping" };

static const char *const fault_kinds[] = {
	"http=500",
	"http=503 retry-after=1",
	"http=403",
	"http=404",
	"http=429",
	"http=449",
	"http=502",
	"http=507",
	"status=3",
	"status=4",
	"status=5",
	"status=12",
	"status=142",
	"cut=1",
	"cut=40",
	"cut=400",
	"wrong-length=100",
	"garbage",
	"html",
	"empty",
	"reset",
	"lose",
	"repeat-key",
	"more-forever",
	"nth=2 http=500",
	"nth=2 cut=100",
	"nth=2 lose",
	"nth=3 status=3",
};

static void meet_fault(LiveEngine *fixture, const char *command, const char *fault)
{
	g_autofree char *order = g_strdup_printf("fault cmd=%s %s", command, fault);

	g_test_message("%s", order);
	g_free(simulator_order(fixture->simulator, "clear-faults"));
	g_free(simulator_order(fixture->simulator, order));
	live_open_store(fixture);
	live_run_once(fixture);
	g_free(simulator_order(fixture->simulator, "clear-faults"));
	live_run_once(fixture);
	assert_in_step(fixture);
	live_run_once(fixture);
	assert_in_step(fixture);
}

static bool is_torture(void) { return g_strcmp0(g_getenv("POSTERN_TIER"), "torture") == 0; }

static void test_every_fault_ends_in_a_good_store(void)
{
	static const char *const options[] = {
		"--require-provision", "--generate", "300,folders=3,size=600",
		"--max-window",        "64",         NULL
	};
	g_auto(LiveEngine) fixture = { 0 };
	/* A sample by a stride that is prime to the number of kinds, so that every kind has its
	 * turn over the commands. */
	guint stride = is_torture() ? 1 : 11;

	live_init(&fixture, options);
	for (guint i = 0; i < G_N_ELEMENTS(fault_commands) * G_N_ELEMENTS(fault_kinds);
	     i += stride) {
		live_close_store(&fixture);
		meet_fault(&fixture, fault_commands[i / G_N_ELEMENTS(fault_kinds)],
		           fault_kinds[i % G_N_ELEMENTS(fault_kinds)]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/exsim/first-and-second-sync", test_first_and_second_sync);
	g_test_add_func("/sync/exsim/push-within-a-second", test_push_within_a_second);
	g_test_add_func("/sync/exsim/read-state-both-ways", test_read_state_both_ways);
	g_test_add_func("/sync/exsim/a-silent-server-delays-nobody-else",
	                test_a_silent_server_delays_nobody_else);
	g_test_add_func("/sync/exsim/wishes", test_wishes);
	g_test_add_func("/sync/exsim/policies-are-accepted", test_policies_are_accepted);
	g_test_add_func("/sync/exsim/a-wipe-leaves-nothing", test_a_wipe_leaves_nothing);
	g_test_add_func("/sync/exsim/void-keys-begin-anew-once", test_void_keys_begin_anew_once);
	g_test_add_func("/sync/exsim/a-wipe-does-not-need-the-network",
	                test_a_wipe_does_not_need_the_network);
	g_test_add_func("/sync/exsim/a-wrong-password-asks-once", test_a_wrong_password_asks_once);
	g_test_add_func("/sync/exsim/a-wrong-password-costs-one-attempt",
	                test_a_wrong_password_costs_one_attempt);
	g_test_add_func("/sync/exsim/every-fault-ends-in-a-good-store",
	                test_every_fault_ends_in_a_good_store);
	return g_test_run();
}
