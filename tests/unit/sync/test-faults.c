#include <string.h>

#include "base/error.h"
#include "support/sync_fixture.h"
#include "sync/retry.h"

/* What the engine does when things go wrong: nothing half committed, nothing lost or doubled, no
 * storm, one sentence. */

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static guint count_rows(SyncFixture *fixture, const char *account, const char *folder_id)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, account, folder_id);

	return rows->len;
}

static void assert_folder_error(SyncFixture *fixture, const char *folder_id, bool has_error)
{
	g_autoptr(Folder) folder = sync_fixture_folder(fixture, "work", folder_id);

	g_assert_nonnull(folder);
	g_assert_cmpint(folder->last_error != NULL, ==, has_error);
}

/* ---- the page rule ---- */

static void test_a_page_cut_in_the_middle_leaves_nothing(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	g_autoptr(Folder) folder = NULL;

	sync_fixture_fill(fixture->server, "in", 0, 40);
	memory_server_cut_pages(fixture->server, G_MAXUINT);
	sync_fixture_sync(fixture);
	folder = sync_fixture_folder(fixture, "work", "in");
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 0);
	g_assert_cmpstr(folder->sync_key, ==, "0");
	assert_folder_error(fixture, "in", true);
	memory_server_cut_pages(fixture->server, 0);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 40);
	assert_folder_error(fixture, "in", false);
}

static void test_a_lost_answer_is_asked_for_again(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 600);
	memory_server_cut_pages(fixture->server, 1);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 600);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
}

static void test_a_key_that_repeats_ends_in_a_pause(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 20);
	memory_server_repeat_key(fixture->server, true);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, HOUR);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 20);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PAGE), <=, 150);
	assert_folder_error(fixture, "in", true);
	memory_server_repeat_key(fixture->server, false);
	sync_fixture_post(fixture, COMMAND_NOW, NULL);
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 20);
	assert_folder_error(fixture, "in", false);
}

static void test_more_without_end_ends_in_a_pause(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 20);
	memory_server_never_end(fixture->server, true);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, HOUR);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PAGE), <=, 150);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 20);
}

/* ---- keys that are lost ---- */

static void test_a_lost_key_keeps_the_rows(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	g_autoptr(GPtrArray) before = NULL, after = NULL;

	sync_fixture_fill(fixture->server, "in", 0, 900);
	sync_fixture_sync(fixture);
	before = sync_fixture_rows(fixture, "work", "in");
	memory_server_message_gone(fixture->server, "in", "m5");
	memory_server_fail_folder(fixture->server, "in", ERR_RESYNC, 1);
	sync_fixture_sync(fixture);
	after = sync_fixture_rows(fixture, "work", "in");
	g_assert_cmpuint(after->len, ==, 899);
	g_assert_cmpint(((ListRow *)g_ptr_array_index(after, 0))->id, ==,
	                ((ListRow *)g_ptr_array_index(before, 0))->id);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_NEW_MAIL), ==, 0);
	assert_folder_error(fixture, "in", false);
}

static void test_a_key_lost_again_and_again_is_told_and_slow(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_fail_folder(fixture->server, "in", ERR_RESYNC, G_MAXUINT);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 3 * HOUR);
	assert_folder_error(fixture, "in", true);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PAGE), <=, 40);
}

static void test_a_folder_that_went_is_forgotten(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_folder(fixture->server, "x", "Project", FOLDER_USER_MAIL);
	sync_fixture_fill(fixture->server, "x", 0, 3);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	memory_server_folder_gone(fixture->server, "x");
	sync_fixture_run_for(fixture, HOUR);
	g_assert_false(sync_fixture_has_folder(fixture, "work", "x"));
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_WATCHING);
}

static void test_the_folder_lists_key_is_lost(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 5);
	sync_fixture_sync(fixture);
	memory_server_fail(fixture->server, TASK_FOLDERS, ERR_RESYNC, 1);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 5);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, !=, SYNC_ERROR);
}

/* ---- policies, wipe, moves ---- */

static void test_policies_are_accepted_once(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 5);
	memory_server_require_policy(fixture->server);
	sync_fixture_sync(fixture);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PROVISION), ==, 1);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 5);
}

static void test_policies_that_never_help_are_not_a_loop(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_fail(fixture->server, TASK_FOLDERS, ERR_PROVISION, G_MAXUINT);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 20 * MINUTE);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PROVISION), <=, 5);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_WAITING);
}

static void test_a_wipe_erases_one_account_and_stops_it(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(2);
	guint sent;

	sync_fixture_fill(fixture->server, "in", 0, 5);
	sync_fixture_fill(fixture->other, "in", 0, 7);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	memory_server_fail(fixture->server, TASK_FOLDERS, ERR_PROVISION, 1);
	memory_server_wipe(fixture->server);
	sync_fixture_post(fixture, COMMAND_NOW, NULL);
	sync_fixture_run_for(fixture, 10 * SECOND);
	g_assert_false(sync_fixture_has_folder(fixture, "work", "in"));
	g_assert_cmpuint(count_rows(fixture, "home", "in"), ==, 7);
	sent = fake_carrier_times(fixture->carrier, "work")->len;
	sync_fixture_run_for(fixture, HOUR);
	sync_fixture_post(fixture, COMMAND_NOW, NULL);
	sync_fixture_run_for(fixture, HOUR);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, sent);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "home"));
}

static void test_a_move_in_the_family_is_followed(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	g_autoptr(AccountState) state = NULL;

	sync_fixture_fill(fixture->server, "in", 0, 5);
	memory_server_move(fixture->server, "https://eas2.example.test/Microsoft-Server-ActiveSync",
	                   1);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 0);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 5);
	g_assert_true(store_read_account(fixture->reader, "work", &state, NULL));
	g_assert_cmpstr(state->server_url, ==,
	                "https://eas2.example.test/Microsoft-Server-ActiveSync");
}

static void test_a_move_to_strangers_is_a_question(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	const SyncEvent *event;
	guint sent;

	sync_fixture_fill(fixture->server, "in", 0, 5);
	memory_server_move(fixture->server, "https://eas.evil.test/x", 1);
	sync_fixture_start(fixture, SYNC_WATCH);
	event = sync_fixture_run_until(fixture, SYNC_QUESTION);
	g_assert_cmpint(event->question->kind, ==, QUESTION_REDIRECT);
	g_assert_nonnull(strstr(event->question->text, "eas.evil.test"));
	sent = fake_carrier_times(fixture->carrier, "work")->len;
	sync_fixture_run_for(fixture, 5 * HOUR);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, sent);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_PARKED);
	sync_fixture_answer(fixture, event->question, ANSWER_YES, NULL);
	sync_fixture_run_idle(fixture);
	g_assert_cmpuint(count_rows(fixture, "work", "in"), ==, 5);
}

/* ---- passwords and certificates ---- */

static void test_a_refused_password_is_never_tried_again(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	const SyncEvent *event;

	sync_fixture_start(fixture, SYNC_WATCH);
	fake_carrier_password(fixture->carrier, "work", "right");
	event = sync_fixture_run_until(fixture, SYNC_QUESTION);
	g_assert_cmpint(event->question->kind, ==, QUESTION_PASSWORD);
	sync_fixture_run_for(fixture, 5 * HOUR);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 1);
	sync_fixture_answer(fixture, event->question, ANSWER_YES, "wrong");
	event = sync_fixture_run_until(fixture, SYNC_QUESTION);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 2);
	sync_fixture_answer(fixture, event->question, ANSWER_YES, "right");
	sync_fixture_run_idle(fixture);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, !=, SYNC_PARKED);
}

static void test_without_a_password_nothing_is_sent(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	const SyncEvent *event;

	fixture->has_password = false;
	sync_fixture_start(fixture, SYNC_ONCE);
	event = sync_fixture_run_until(fixture, SYNC_QUESTION);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 0);
	sync_fixture_answer(fixture, event->question, ANSWER_NO, NULL);
	sync_fixture_run_idle(fixture);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_ERROR);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->error_kind, ==, ERR_SIGN_IN);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 0);
}

static void test_a_certificate_parks_and_is_looked_at_again(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_start(fixture, SYNC_WATCH);
	fake_carrier_break(fixture->carrier, "work", ERR_TLS, 3);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_QUESTION)->question->kind, ==,
	                QUESTION_CERTIFICATE);
	sync_fixture_run_for(fixture, 10 * MINUTE);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 1);
	sync_fixture_run_for(fixture, HOUR);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 1);
	g_assert_true(sync_fixture_has_folder(fixture, "work", "in"));
}

/* ---- a run that ends, ends ---- */

static void test_a_run_that_ends_gives_up_with_a_sentence(void)
{
	static const struct {
		const char *why;
		TaskKind task;
		ErrorKind kind;
		guint most;
	} rows[] = {
		{ "the server fails three times", TASK_FOLDERS, ERR_SERVER, 3 },
		{ "the administrator must act", TASK_CONNECT, ERR_FORBIDDEN, 1 },
		{ "not what we think it is", TASK_CONNECT, ERR_NOT_FOUND, 1 },
		{ "nonsense comes", TASK_FOLDERS, ERR_PROTOCOL, 3 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
		const SyncEvent *state;

		g_test_message("%s", rows[i].why);
		memory_server_fail(fixture->server, rows[i].task, rows[i].kind, G_MAXUINT);
		sync_fixture_sync(fixture);
		state = sync_fixture_last(fixture, SYNC_STATE);
		g_assert_cmpint(state->state, ==, SYNC_ERROR);
		g_assert_cmpint(state->error_kind, ==, rows[i].kind);
		g_assert_nonnull(state->text);
		g_assert_cmpuint(memory_server_seen(fixture->server, rows[i].task), ==,
		                 rows[i].most);
	}
}

/* The folder list works and no folder does: the guard's minutes are not waited out for that. */
static void test_a_run_that_ends_does_not_sit_out_the_guard(void)
{
	static const ErrorKind kinds[] = { ERR_PROTOCOL, ERR_SERVER, ERR_REQUEST };

	for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
		int64_t began_ms = fixture->clock.uptime_ms;
		const GArray *times;

		for (int i = 0; i < 20; i++) {
			g_autofree char *id = g_strdup_printf("f%d", i);
			memory_server_folder(fixture->server, id, id, FOLDER_USER_MAIL);
		}
		memory_server_fail(fixture->server, TASK_PAGE, kinds[k], G_MAXUINT);
		g_test_message("%s", error_kind_name(kinds[k]));
		sync_fixture_start(fixture, SYNC_ONCE);
		sync_fixture_run_idle(fixture);
		times = fake_carrier_times(fixture->carrier, "work");
		g_assert_cmpint(g_array_index(times, int64_t, times->len - 1) - began_ms, <, 30 * SECOND);
		g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_ERROR);
		g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->error_kind, ==, kinds[k]);
		assert_folder_error(fixture, "in", true);
	}
}

static void test_one_bad_folder_costs_only_itself(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 5);
	sync_fixture_fill(fixture->server, "out", 0, 6);
	memory_server_fail_folder(fixture->server, "in", ERR_PROTOCOL, G_MAXUINT);
	sync_fixture_sync(fixture);
	g_assert_cmpuint(count_rows(fixture, "work", "out"), ==, 6);
	assert_folder_error(fixture, "in", true);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_ERROR);
}

/* ---- no storm ---- */

/* The first minute has what a healthy start needs as well. */
enum { STARTING_REQUESTS = 8 };

static void assert_no_storm(SyncFixture *fixture, int64_t began_ms)
{
	g_assert_cmpuint(sync_fixture_worst_minute(fixture, "work", began_ms), <=,
	                 GUARD_REQUESTS + STARTING_REQUESTS);
	g_assert_cmpuint(sync_fixture_worst_minute(fixture, "work", began_ms + MINUTE), <=,
	                 GUARD_REQUESTS);
}

/* A fault that never ends, for every kind and every task: half an hour of watching, and no minute
 * with more than ten requests. */
static void test_no_fault_makes_a_storm(void)
{
	static const ErrorKind kinds[] = {
		ERR_NETWORK,   ERR_TLS,       ERR_SIGN_IN, ERR_FORBIDDEN, ERR_THROTTLED,
		ERR_SERVER,    ERR_PROTOCOL,  ERR_REQUEST, ERR_RESYNC,    ERR_REFOLDER,
		ERR_PROVISION, ERR_WIPE,      ERR_MOVED,   ERR_GONE,      ERR_UNSUPPORTED,
		ERR_LIMIT,     ERR_NOT_FOUND, ERR_FULL,    ERR_OVERLOADED,
	};
	static const TaskKind tasks[] = {
		TASK_CONNECT, TASK_PROVISION, TASK_DEVICE, TASK_FOLDERS,
		TASK_PAGE,    TASK_ESTIMATE,  TASK_LISTEN,
	};

	/* A sample in check, by a stride that is prime to both, so that every kind and every task
	 * has its turn. */
	guint stride = g_strcmp0(g_getenv("POSTERN_TIER"), "torture") == 0 ? 1 : 5;

	for (guint i = 0; i < G_N_ELEMENTS(kinds) * G_N_ELEMENTS(tasks); i += stride) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
		ErrorKind kind = kinds[i / G_N_ELEMENTS(tasks)];
		TaskKind task = tasks[i % G_N_ELEMENTS(tasks)];
		int64_t began_ms = fixture->clock.uptime_ms;

		memory_server_fail(fixture->server, task, kind, G_MAXUINT);
		if (task == TASK_PROVISION)
			memory_server_require_policy(fixture->server);
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 30 * MINUTE);
		g_test_message("%s of task %d", error_kind_name(kind), (int)task);
		assert_no_storm(fixture, began_ms);
	}
}

static guint asked_of(SyncFixture *fixture)
{
	return fake_carrier_times(fixture->carrier, "work")->len;
}

/* [MS-ASCMD] Status 110, to whatever was asked: nothing of the account is, for a good while. */
static void test_a_server_is_left_alone(void)
{
	static const TaskKind tasks[] = { TASK_FOLDERS, TASK_PAGE, TASK_LISTEN };

	for (guint i = 0; i < G_N_ELEMENTS(tasks); i++) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

		memory_server_fail(fixture->server, tasks[i], ERR_OVERLOADED, 1);
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, MINUTE);
		guint asked = asked_of(fixture);
		g_test_message("task %d", (int)tasks[i]);
		sync_fixture_run_for(fixture, 20 * MINUTE);
		g_assert_cmpuint(asked_of(fixture), ==, asked);
		sync_fixture_run_for(fixture, 20 * MINUTE);
		g_assert_cmpuint(asked_of(fixture), >, asked);
	}
}

/* Many folders that fail one by one are as bounded as one. */
static void test_many_bad_folders_make_no_storm(void)
{
	static const ErrorKind kinds[] = { ERR_SERVER, ERR_REFOLDER, ERR_PROTOCOL, ERR_RESYNC,
		                           ERR_GONE };

	for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
		int64_t began_ms = fixture->clock.uptime_ms;

		for (int i = 0; i < 60; i++) {
			g_autofree char *id = g_strdup_printf("f%d", i);
			memory_server_folder(fixture->server, id, id, FOLDER_USER_MAIL);
		}
		memory_server_fail(fixture->server, TASK_PAGE, kinds[k], G_MAXUINT);
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 30 * MINUTE);
		g_test_message("%s", error_kind_name(kinds[k]));
		assert_no_storm(fixture, began_ms);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/faults/a-page-cut-in-the-middle-leaves-nothing",
	                test_a_page_cut_in_the_middle_leaves_nothing);
	g_test_add_func("/sync/faults/a-lost-answer-is-asked-for-again",
	                test_a_lost_answer_is_asked_for_again);
	g_test_add_func("/sync/faults/a-key-that-repeats-ends-in-a-pause",
	                test_a_key_that_repeats_ends_in_a_pause);
	g_test_add_func("/sync/faults/more-without-end-ends-in-a-pause",
	                test_more_without_end_ends_in_a_pause);
	g_test_add_func("/sync/faults/a-lost-key-keeps-the-rows", test_a_lost_key_keeps_the_rows);
	g_test_add_func("/sync/faults/a-key-lost-again-and-again-is-told-and-slow",
	                test_a_key_lost_again_and_again_is_told_and_slow);
	g_test_add_func("/sync/faults/a-folder-that-went-is-forgotten",
	                test_a_folder_that_went_is_forgotten);
	g_test_add_func("/sync/faults/the-folder-lists-key-is-lost",
	                test_the_folder_lists_key_is_lost);
	g_test_add_func("/sync/faults/policies-are-accepted-once", test_policies_are_accepted_once);
	g_test_add_func("/sync/faults/policies-that-never-help-are-not-a-loop",
	                test_policies_that_never_help_are_not_a_loop);
	g_test_add_func("/sync/faults/a-wipe-erases-one-account-and-stops-it",
	                test_a_wipe_erases_one_account_and_stops_it);
	g_test_add_func("/sync/faults/a-move-in-the-family-is-followed",
	                test_a_move_in_the_family_is_followed);
	g_test_add_func("/sync/faults/a-move-to-strangers-is-a-question",
	                test_a_move_to_strangers_is_a_question);
	g_test_add_func("/sync/faults/a-refused-password-is-never-tried-again",
	                test_a_refused_password_is_never_tried_again);
	g_test_add_func("/sync/faults/without-a-password-nothing-is-sent",
	                test_without_a_password_nothing_is_sent);
	g_test_add_func("/sync/faults/a-certificate-parks-and-is-looked-at-again",
	                test_a_certificate_parks_and_is_looked_at_again);
	g_test_add_func("/sync/faults/a-run-that-ends-gives-up-with-a-sentence",
	                test_a_run_that_ends_gives_up_with_a_sentence);
	g_test_add_func("/sync/faults/one-bad-folder-costs-only-itself",
	                test_one_bad_folder_costs_only_itself);
	g_test_add_func("/sync/faults/a-run-that-ends-does-not-sit-out-the-guard",
	                test_a_run_that_ends_does_not_sit_out_the_guard);
	g_test_add_func("/sync/faults/no-fault-makes-a-storm", test_no_fault_makes_a_storm);
	g_test_add_func("/sync/faults/many-bad-folders-make-no-storm",
	                test_many_bad_folders_make_no_storm);
	g_test_add_func("/sync/faults/a-server-is-left-alone", test_a_server_is_left_alone);
	return g_test_run();
}
