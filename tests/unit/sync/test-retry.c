#include "sync/moved.h"
#include "sync/push.h"
#include "sync/retry.h"
#include "sync/window.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static void test_reactions(void)
{
	static const struct { ErrorKind kind; TaskKind task; Reaction reaction; } rows[] = {
		{ ERR_NETWORK,     TASK_PAGE,       REACT_WAIT_ACCOUNT },
		{ ERR_UNREACHED,   TASK_PAGE,       REACT_WAIT_ACCOUNT },
		{ ERR_NETWORK,     TASK_LISTEN,     REACT_WAIT_ITEM },
		{ ERR_NETWORK,     TASK_FETCH_MIME, REACT_WAIT_ITEM },
		{ ERR_THROTTLED,   TASK_FETCH_BODY, REACT_WAIT_ACCOUNT },
		{ ERR_OVERLOADED,  TASK_PAGE,       REACT_WAIT_ACCOUNT },
		{ ERR_OVERLOADED,  TASK_FETCH_BODY, REACT_WAIT_ACCOUNT },
		{ ERR_SERVER,      TASK_PAGE,       REACT_WAIT_ITEM },
		{ ERR_SERVER,      TASK_FOLDERS,    REACT_WAIT_ACCOUNT },
		{ ERR_PROTOCOL,    TASK_PAGE,       REACT_WAIT_ITEM },
		{ ERR_REQUEST,     TASK_FETCH_PART, REACT_DROP },
		{ ERR_REQUEST,     TASK_PUSH_OPS,   REACT_WAIT_ITEM },
		{ ERR_RESYNC,      TASK_PAGE,       REACT_RESYNC },
		{ ERR_RESYNC,      TASK_FOLDERS,    REACT_RESYNC },
		{ ERR_RESYNC,      TASK_LISTEN,     REACT_WAIT_ITEM },
		{ ERR_REFOLDER,    TASK_LISTEN,     REACT_REFOLDER },
		{ ERR_REFOLDER,    TASK_FOLDERS,    REACT_RESYNC },
		{ ERR_GONE,        TASK_PAGE,       REACT_REFOLDER },
		{ ERR_GONE,        TASK_FETCH_BODY, REACT_DROP },
		{ ERR_PROVISION,   TASK_PAGE,       REACT_PROVISION },
		{ ERR_SIGN_IN,     TASK_LISTEN,     REACT_SIGN_IN },
		{ ERR_TLS,         TASK_CONNECT,    REACT_CERTIFICATE },
		{ ERR_MOVED,       TASK_FOLDERS,    REACT_MOVED },
		{ ERR_WIPE,        TASK_PAGE,       REACT_WIPE },
		{ ERR_UNSUPPORTED, TASK_LISTEN,     REACT_DROP },
		{ ERR_UNSUPPORTED, TASK_CONNECT,    REACT_WAIT_ACCOUNT },
		{ ERR_STORE,       TASK_PAGE,       REACT_WAIT_ACCOUNT },
		{ ERR_CANCELLED,   TASK_PAGE,       REACT_STOP },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s of task %d", error_kind_name(rows[i].kind), (int)rows[i].task);
		g_assert_cmpint(retry_reaction(rows[i].kind, rows[i].task), ==, rows[i].reaction);
	}
}

/* @random 512 is the middle of the spread: the bare delay. */
static void test_delays_double_up_to_their_cap(void)
{
	static const struct {
		const char *why;
		ErrorKind kind;
		int failures;
		int64_t delay_ms;
	} rows[] = {
		{ "first", ERR_NETWORK, 1, 2 * SECOND },
		{ "second", ERR_NETWORK, 2, 4 * SECOND },
		{ "fifth", ERR_NETWORK, 5, 32 * SECOND },
		{ "capped", ERR_NETWORK, 40, 10 * MINUTE },
		{ "server", ERR_SERVER, 1, 30 * SECOND },
		{ "server, capped", ERR_SERVER, 90, 30 * MINUTE },
		{ "asked to be left alone", ERR_OVERLOADED, 1, 30 * MINUTE },
		{ "forbidden hourly", ERR_FORBIDDEN, 1, HOUR },
		{ "and again", ERR_FORBIDDEN, 7, HOUR },
		{ "policies", ERR_PROVISION, 1, 10 * MINUTE },
		{ "all others", ERR_PROTOCOL, 1, MINUTE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Failure failure = { rows[i].kind, -1, false, 512 };
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(retry_delay_ms(&failure, rows[i].failures), ==, rows[i].delay_ms);
	}
}

static void test_delays_are_spread(void)
{
	Failure least = { ERR_NETWORK, -1, false, 0 }, most = { ERR_NETWORK, -1, false, 1023 };

	g_assert_cmpint(retry_delay_ms(&least, 1), ==, 1500);
	g_assert_cmpint(retry_delay_ms(&most, 1), >, 2450);
	g_assert_cmpint(retry_delay_ms(&most, 1), <, 2500);
}

static void test_retry_after_is_obeyed(void)
{
	static const struct { const char *why; int64_t wished_ms, least_ms, most_ms; } rows[] = {
		{ "as the server says",  5 * MINUTE, 5 * MINUTE, 5 * MINUTE + 10 * SECOND },
		{ "sooner than we would", 1 * SECOND, 1 * SECOND, 2 * SECOND },
		{ "a day at most",     400 * HOUR,   24 * HOUR,  24 * HOUR + 10 * SECOND },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		for (guint32 random = 0; random < 1024; random += 341) {
			Failure failure = { ERR_THROTTLED, rows[i].wished_ms, false, random };
			g_test_message("%s", rows[i].why);
			g_assert_cmpint(retry_delay_ms(&failure, 1), >=, rows[i].least_ms);
			g_assert_cmpint(retry_delay_ms(&failure, 1), <=, rows[i].most_ms);
		}
}

static void test_a_hurried_run_waits_seconds(void)
{
	Failure failure = { ERR_SERVER, -1, true, 512 };
	Failure left_alone = { ERR_OVERLOADED, -1, true, 512 };

	g_assert_cmpint(retry_delay_ms(&failure, 1), ==, SECOND / 2);
	g_assert_cmpint(retry_delay_ms(&failure, 9), ==, 8 * SECOND);
	g_assert_cmpint(retry_delay_ms(&left_alone, 1), ==, 30 * MINUTE);
}

static void test_backoff_counts(void)
{
	Backoff backoff = { 0 };
	Failure failure = { ERR_NETWORK, -1, false, 512 };

	g_assert_true(backoff_is_over(&backoff, 0));
	backoff_note(&backoff, &failure, 100);
	backoff_note(&backoff, &failure, 5000);
	g_assert_cmpint(backoff.failures, ==, 2);
	g_assert_cmpint(backoff.until_ms, ==, 5000 + 4 * SECOND);
	g_assert_false(backoff_is_over(&backoff, 8999));
	g_assert_true(backoff_is_over(&backoff, 9000));
}

/* Whoever asks the guard before each request never sends more than ten a minute while failing. */
static void test_guard_bounds_a_storm(void)
{
	Guard guard = { 0 };
	int64_t now_ms = 1000000, end_ms = now_ms + 10 * MINUTE;
	guint sent = 0, worst = 0;
	int64_t times[4000];

	while (now_ms < end_ms && sent < G_N_ELEMENTS(times)) {
		int64_t free_ms = guard_free_at(&guard, now_ms);
		if (free_ms > now_ms) {
			now_ms = free_ms;
			continue;
		}
		guard_note_sent(&guard, now_ms);
		times[sent++] = now_ms;
		guard_note_failed(&guard, now_ms);
		now_ms += 10;
	}
	for (guint i = 0; i < sent; i++) {
		guint in_minute = 0;
		for (guint j = i; j < sent && times[j] < times[i] + MINUTE; j++)
			in_minute++;
		worst = MAX(worst, in_minute);
	}
	g_assert_cmpuint(worst, <=, GUARD_REQUESTS);
	g_assert_cmpuint(sent, >, 10);
}

static void test_guard_lets_the_well_pass(void)
{
	Guard guard = { 0 };

	for (int i = 0; i < 1000; i++)
		guard_note_sent(&guard, i);
	g_assert_cmpint(guard_free_at(&guard, 1000), ==, 1000);
	guard_note_failed(&guard, 1000);
	guard_note_failed(&guard, 1000);
	g_assert_cmpint(guard_free_at(&guard, 1001), ==, 1001);
	guard_note_failed(&guard, 1000);
	g_assert_cmpint(guard_free_at(&guard, 1001), >, 1001);
	g_assert_cmpint(guard_free_at(&guard, 1000 + MINUTE), ==, 1000 + MINUTE);
}

/* ---- push ---- */

static void test_heartbeat_grows_and_shrinks(void)
{
	Push push;

	push_init(&push, 0, 28 * 60);
	g_assert_cmpint(push.heartbeat_s, ==, 480);
	push_note_end(&push, 480 * SECOND, false);
	g_assert_cmpint(push.heartbeat_s, ==, 780);
	push_note_end(&push, 3 * SECOND, true);
	g_assert_cmpint(push.heartbeat_s, ==, 780);
	for (int i = 0; i < 9; i++)
		push_note_end(&push, (int64_t)push.heartbeat_s * SECOND, false);
	g_assert_cmpint(push.heartbeat_s, ==, 28 * 60);
	push_note_cut(&push);
	g_assert_cmpint(push.heartbeat_s, ==, 28 * 60 - 300);
	for (int i = 0; i < 9; i++)
		push_note_cut(&push);
	g_assert_cmpint(push.heartbeat_s, ==, 60);
}

static void test_heartbeat_obeys_the_server(void)
{
	Push push;

	push_init(&push, 0, 28 * 60);
	push_note_limit(&push, 90);
	g_assert_cmpint(push.heartbeat_s, ==, 90);
	push_note_end(&push, 90 * SECOND, false);
	g_assert_cmpint(push.heartbeat_s, ==, 90);
	push_note_limit(&push, 600);
	g_assert_cmpint(push.heartbeat_s, ==, 600);
	push_note_limit(&push, 700);
	g_assert_false(push.is_refused);
	push_note_limit(&push, 800);
	g_assert_true(push.is_refused);
}

static void test_push_gives_up_where_it_cannot_work(void)
{
	Push push;

	push_init(&push, 0, 0);
	g_assert_true(push.is_refused);
	push_init(&push, 1000, 28 * 60);
	g_assert_cmpint(push.heartbeat_s, ==, 1000);
	push_note_crowd(&push, 9);
	g_assert_cmpuint(push.folder_limit, ==, 4);
	push_note_crowd(&push, 1);
	g_assert_true(push.is_refused);
}

static void test_push_notices_a_spin(void)
{
	Push push;

	push_init(&push, 0, 28 * 60);
	push_note_end(&push, 10, false);
	push_note_end(&push, 10, false);
	g_assert_false(push_is_spinning(&push));
	push_note_end(&push, 10, false);
	g_assert_true(push_is_spinning(&push));
	push_note_end(&push, 10 * SECOND, false);
	g_assert_false(push_is_spinning(&push));
}

/* ---- window ---- */

static void test_window_adapts(void)
{
	static const struct {
		const char *why;
		int window, items;
		int64_t commit_ms, request_ms;
		int after;
	} rows[] = {
		{ "quick and full: larger", 256, 256, 5, 100, 320 },
		{ "never over the most", 512, 512, 5, 100, 512 },
		{ "half empty says nothing", 256, 20, 1, 10, 256 },
		{ "slow commit: smaller", 256, 256, 40, 100, 192 },
		{ "slow request: smaller", 256, 256, 5, 6000, 192 },
		{ "near the aim: as it is", 256, 256, 18, 100, 256 },
		{ "never under the least", 32, 32, 90, 9000, 32 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(window_after(rows[i].window, rows[i].items, rows[i].commit_ms,
		                             rows[i].request_ms),
		                ==, rows[i].after);
	}
	g_assert_cmpint(window_first(0), ==, 256);
	g_assert_cmpint(window_first(9999), ==, 512);
	g_assert_cmpint(window_halved(60), ==, 32);
}

/* ---- moved ---- */

static void test_moves_stay_in_the_family(void)
{
	static const struct { const char *from, *to; bool is_allowed; } rows[] = {
		{ "https://mail.example.test/x",   "https://mail.example.test/y",      true },
		{ "https://mail.example.test/x",   "https://eas2.example.test/y",      true },
		{ "https://mail.example.test/x",   "https://EAS2.Example.Test/y",      true },
		{ "https://example.test/x",        "https://a.b.example.test/y",       true },
		{ "https://mail.example.test/x",   "http://eas2.example.test/y",       false },
		{ "https://mail.example.test/x",   "https://example.test.evil.test/y", false },
		{ "https://mail.example.test/x",   "https://badexample.test/y",        false },
		{ "https://mail.firm.co.uk/x",     "https://other.co.uk/y",            false },
		{ "https://mail.firm.co.uk/x",     "https://eas.firm.co.uk/y",         true },
		{ "https://co.uk/x",               "https://firm.co.uk/y",             false },
		{ "https://10.0.0.1/x",            "https://11.0.0.1/y",               false },
		{ "https://10.0.0.1/x",            "https://10.0.0.1/y",               true },
		{ "https://localhost/x",           "https://otherhost/y",              false },
		{ "https://mail.example.test/x",   "nonsense",                         false },
		{ "https://mail.example.test/x",   "https://u:p@eas.example.test/y",   false },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s -> %s", rows[i].from, rows[i].to);
		g_assert_cmpint(moved_is_allowed(rows[i].from, rows[i].to), ==, rows[i].is_allowed);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/retry/reactions", test_reactions);
	g_test_add_func("/sync/retry/delays-double-up-to-their-cap",
	                test_delays_double_up_to_their_cap);
	g_test_add_func("/sync/retry/delays-are-spread", test_delays_are_spread);
	g_test_add_func("/sync/retry/retry-after-is-obeyed", test_retry_after_is_obeyed);
	g_test_add_func("/sync/retry/a-hurried-run-waits-seconds",
	                test_a_hurried_run_waits_seconds);
	g_test_add_func("/sync/retry/backoff-counts", test_backoff_counts);
	g_test_add_func("/sync/retry/guard-bounds-a-storm", test_guard_bounds_a_storm);
	g_test_add_func("/sync/retry/guard-lets-the-well-pass", test_guard_lets_the_well_pass);
	g_test_add_func("/sync/push/heartbeat-grows-and-shrinks", test_heartbeat_grows_and_shrinks);
	g_test_add_func("/sync/push/heartbeat-obeys-the-server", test_heartbeat_obeys_the_server);
	g_test_add_func("/sync/push/gives-up-where-it-cannot-work",
	                test_push_gives_up_where_it_cannot_work);
	g_test_add_func("/sync/push/notices-a-spin", test_push_notices_a_spin);
	g_test_add_func("/sync/window/adapts", test_window_adapts);
	g_test_add_func("/sync/moved/stays-in-the-family", test_moves_stay_in_the_family);
	return g_test_run();
}
