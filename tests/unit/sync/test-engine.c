#include "support/sync_fixture.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* The messages of a folder are exactly "Message number 0" … in some order, none twice. */
static void assert_complete(SyncFixture *fixture, const char *account, const char *folder_id,
                            guint count)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, account, folder_id);
	g_autoptr(GHashTable) subjects = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < rows->len; i++)
		g_hash_table_add(subjects, ((ListRow *)g_ptr_array_index(rows, i))->subject);
	g_assert_cmpuint(rows->len, ==, count);
	g_assert_cmpuint(g_hash_table_size(subjects), ==, count);
	for (guint i = 0; i < count; i++) {
		g_autofree char *subject = g_strdup_printf("Message number %u", i);
		g_assert_true(g_hash_table_contains(subjects, subject));
	}
}

static int64_t first_id_of(SyncFixture *fixture, const char *account, const char *folder_id)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, account, folder_id);

	g_assert_cmpuint(rows->len, >, 0);
	return ((ListRow *)g_ptr_array_index(rows, 0))->id;
}

static int64_t first_id(SyncFixture *fixture, const char *folder_id)
{
	return first_id_of(fixture, "work", folder_id);
}

static guint flags_of(SyncFixture *fixture, int64_t message_id)
{
	g_autoptr(Message) message = NULL;
	GError *error = NULL;

	store_read_message(fixture->reader, message_id, &message, &error);
	g_assert_no_error(error);
	return message->flags;
}

/* An engine that watches, with @count messages in the Inbox, at rest. */
static SyncFixture *make_watching(guint count)
{
	SyncFixture *fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, count);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	while (!fake_carrier_is_listening(fixture->carrier, "work"))
		sync_fixture_run_for(fixture, 1);
	return fixture;
}

/* ---- a run that ends ---- */

static void test_first_sync_is_complete(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 700);
	sync_fixture_fill(fixture->server, "out", 0, 3);
	sync_fixture_sync(fixture);
	assert_complete(fixture, "work", "in", 700);
	assert_complete(fixture, "work", "out", 3);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_NEW_MAIL), ==, 0);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_CONNECT), ==, 1);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_DEVICE), ==, 1);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_LISTEN), ==, 0);
}

static void test_progress_knows_its_total(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	const SyncEvent *last;
	guint told = 0;

	sync_fixture_fill(fixture->server, "in", 0, 2000);
	sync_fixture_sync(fixture);
	for (guint i = 0; i < fixture->seen->len; i++) {
		const SyncEvent *event = g_ptr_array_index(fixture->seen, i);
		if (event->kind != SYNC_PROGRESS)
			continue;
		g_assert_cmpint(event->done, <=, event->total);
		told++;
	}
	last = sync_fixture_last(fixture, SYNC_PROGRESS);
	g_assert_nonnull(last);
	g_assert_cmpint(last->done, ==, 2000);
	g_assert_cmpint(last->total, ==, 2000);
	g_assert_cmpuint(told, <=, 3);
}

static void test_a_second_sync_asks_little_and_changes_nothing(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	guint pages;

	for (int i = 0; i < 20; i++) {
		g_autofree char *id = g_strdup_printf("f%d", i);
		memory_server_folder(fixture->server, id, id, FOLDER_USER_MAIL);
		sync_fixture_fill(fixture->server, id, 0, 2);
	}
	sync_fixture_sync(fixture);
	pages = memory_server_seen(fixture->server, TASK_PAGE);
	g_ptr_array_set_size(fixture->seen, 0);
	sync_fixture_start(fixture, SYNC_ONCE);
	sync_fixture_run_idle(fixture);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, <=, 4);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PAGE), ==, pages);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_CHANGED), ==, 0);
}

static void test_a_second_sync_finds_what_changed(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	g_autoptr(GPtrArray) rows = NULL;

	for (int i = 0; i < 5; i++) {
		g_autofree char *id = g_strdup_printf("f%d", i);
		memory_server_folder(fixture->server, id, id, FOLDER_USER_MAIL);
	}
	sync_fixture_fill(fixture->server, "f3", 0, 2);
	sync_fixture_sync(fixture);
	memory_server_message_gone(fixture->server, "f3", "m0");
	memory_server_read(fixture->server, "f3", "m1", true);
	memory_server_folder_gone(fixture->server, "f4");
	memory_server_folder(fixture->server, "f9", "f9", FOLDER_USER_MAIL);
	sync_fixture_fill(fixture->server, "f9", 0, 1);
	sync_fixture_sync(fixture);
	rows = sync_fixture_rows(fixture, "work", "f3");
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_true(((ListRow *)g_ptr_array_index(rows, 0))->flags & MESSAGE_READ);
	g_assert_false(sync_fixture_has_folder(fixture, "work", "f4"));
	assert_complete(fixture, "work", "f9", 1);
}

static void test_on_demand_does_only_what_is_wished(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	int64_t wish_id;

	sync_fixture_fill(fixture->server, "in", 0, 2);
	sync_fixture_sync(fixture);
	memory_server_message(fixture->server, "in", "m2", "Message number 2");
	sync_fixture_start(fixture, SYNC_ON_DEMAND);
	sync_fixture_run_idle(fixture);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 0);
	wish_id = sync_fixture_wish(fixture, TASK_FETCH_MIME, first_id(fixture, "in"), NULL);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FETCHED)->wish_id, ==, wish_id);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, 1);
	assert_complete(fixture, "work", "in", 2);
	sync_fixture_post(fixture, COMMAND_NOW, NULL);
	sync_fixture_run_idle(fixture);
	assert_complete(fixture, "work", "in", 3);
}

/* ---- push ---- */

static void test_push_tells_new_mail_once(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(3);
	int64_t began_ms = fixture->clock.uptime_ms;

	memory_server_message(fixture->server, "in", "m3", "Message number 3");
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_NEW_MAIL)->count, ==, 1);
	g_assert_cmpint(fixture->clock.uptime_ms - began_ms, <, SECOND);
	assert_complete(fixture, "work", "in", 4);
	sync_fixture_run_for(fixture, HOUR);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_NEW_MAIL), ==, 1);
}

static void test_idle_is_idle(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(3);
	guint before = fake_carrier_times(fixture->carrier, "work")->len;

	sync_fixture_run_for(fixture, 10 * HOUR);
	/* At most one Ping per eight minutes, and a look at everything each quarter of an hour. */
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len - before, <=,
	                 10 * 8 + 10 * 4 * 2);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "work"));
}

static void test_a_cut_ping_is_laid_again(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(3);

	fake_carrier_cut_listen(fixture->carrier, "work");
	sync_fixture_run_for(fixture, 200);
	g_assert_false(fake_carrier_is_listening(fixture->carrier, "work"));
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_WAITING);
	sync_fixture_run_for(fixture, 5 * SECOND);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "work"));
	memory_server_message(fixture->server, "in", "m3", "Message number 3");
	sync_fixture_run_until(fixture, SYNC_NEW_MAIL);
}

static void test_push_comes_back_after_hours_without_network(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	int64_t began_ms = fixture->clock.uptime_ms + 2 * MINUTE;

	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, G_MAXUINT);
	fake_carrier_cut_listen(fixture->carrier, "work");
	sync_fixture_run_for(fixture, 3 * HOUR);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_STATE)->state, ==, SYNC_WAITING);
	g_assert_cmpuint(sync_fixture_worst_minute(fixture, "work", began_ms), <=, 10);
	memory_server_message(fixture->server, "in", "m1", "Message number 1");
	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, 0);
	sync_fixture_run_for(fixture, 15 * MINUTE);
	assert_complete(fixture, "work", "in", 2);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "work"));
}

static void test_the_servers_heartbeat_is_kept(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_limit_heartbeat(fixture->server, 120);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 10 * MINUTE);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_LISTEN), >=, 4);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_LISTEN), <=, 7);
}

static void test_too_many_folders_keep_the_inbox(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_limit_ping_folders(fixture->server, 1);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "work"));
	memory_server_message(fixture->server, "in", "m0", "Message number 0");
	sync_fixture_run_until(fixture, SYNC_NEW_MAIL);
}

static void test_a_ping_that_cries_wolf_is_asked_once_a_minute(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	int64_t from_ms = fixture->clock.uptime_ms + MINUTE;

	memory_server_cry_wolf(fixture->server, true);
	sync_fixture_run_for(fixture, 30 * MINUTE);
	g_assert_cmpuint(sync_fixture_worst_minute(fixture, "work", from_ms), <=, 8);
}

static void test_without_push_it_polls(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	((Account *)g_ptr_array_index(fixture->accounts, 0))->push_s = 0;
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	memory_server_message(fixture->server, "in", "m0", "Message number 0");
	sync_fixture_run_for(fixture, 16 * MINUTE);
	assert_complete(fixture, "work", "in", 1);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_LISTEN), ==, 0);
}

static void test_a_suspended_machine_connects_anew(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	guint before = fake_carrier_times(fixture->carrier, "work")->len;

	manual_clock_advance(&fixture->clock, 5 * MINUTE);
	sync_fixture_run_for(fixture, SECOND);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, ==, before);
	manual_clock_advance(&fixture->clock, 5 * HOUR);
	sync_fixture_run_for(fixture, SECOND);
	g_assert_cmpuint(fake_carrier_times(fixture->carrier, "work")->len, >, before);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "work"));
}

/* ---- operations ---- */

static void test_read_state_goes_both_ways(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	int64_t id = first_id(fixture, "in");

	sync_fixture_mark_read(fixture, id, true);
	sync_fixture_run_until(fixture, SYNC_CHANGED);
	g_assert_true(flags_of(fixture, id) & MESSAGE_READ);
	sync_fixture_run_for(fixture, SECOND);
	g_assert_true(memory_server_is_read(fixture->server, "in", "m0"));
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PUSH_OPS), ==, 1);
	memory_server_read(fixture->server, "in", "m0", false);
	sync_fixture_run_for(fixture, SECOND);
	g_assert_false(flags_of(fixture, id) & MESSAGE_READ);
}

static void test_an_op_waits_for_the_network(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	int64_t id = first_id(fixture, "in");

	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, 5);
	sync_fixture_mark_read(fixture, id, true);
	sync_fixture_run_for(fixture, 10 * MINUTE);
	g_assert_true(memory_server_is_read(fixture->server, "in", "m0"));
	g_assert_true(flags_of(fixture, id) & MESSAGE_READ);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
}

static void test_an_op_outlives_the_engine(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);

	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, G_MAXUINT);
	sync_fixture_mark_read(fixture, first_id(fixture, "in"), true);
	sync_fixture_run_until(fixture, SYNC_CHANGED);
	sync_fixture_stop(fixture);
	g_assert_false(memory_server_is_read(fixture->server, "in", "m0"));
	sync_fixture_sync(fixture);
	g_assert_true(memory_server_is_read(fixture->server, "in", "m0"));
}

static void test_a_refused_op_is_undone_and_told(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(2);
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", "in");
	int64_t id = ((ListRow *)g_ptr_array_index(rows, 0))->id,
		other = ((ListRow *)g_ptr_array_index(rows, 1))->id;

	memory_server_fail(fixture->server, TASK_PUSH_OPS, ERR_REQUEST, 2);
	sync_fixture_mark_read(fixture, id, true);
	sync_fixture_mark_read(fixture, other, true);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->message_id, ==, id);
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_false(flags_of(fixture, id) & MESSAGE_READ);
	g_assert_true(flags_of(fixture, other) & MESSAGE_READ);
	g_assert_true(memory_server_is_read(fixture->server, "in", "m0"));
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 1);
}

/* ---- wishes ---- */

static void test_an_equal_wish_is_fetched_once(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	int64_t id = first_id(fixture, "in");
	int64_t first = sync_fixture_wish(fixture, TASK_FETCH_PART, id, "part-7");
	int64_t second = sync_fixture_wish(fixture, TASK_FETCH_PART, id, "part-7");
	const SyncEvent *event = sync_fixture_run_until(fixture, SYNC_FETCHED);
	gsize len;

	g_assert_cmpint(event->wish_id, ==, first);
	g_assert_cmpmem(g_bytes_get_data(event->content, &len), (int)len,
	                "part-7 of Message number 0", 26);
	g_assert_cmpint(sync_fixture_last(fixture, SYNC_FETCHED)->wish_id, ==, second);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_FETCH_PART), ==, 1);
}

static void test_mime_is_stored(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	g_autoptr(GBytes) mime = NULL;
	int64_t id = first_id(fixture, "in");

	sync_fixture_wish(fixture, TASK_FETCH_MIME, id, NULL);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_true(store_read_mime(fixture->reader, id, &mime, NULL));
	g_assert_nonnull(mime);
	sync_fixture_wish(fixture, TASK_FETCH_MIME, id, NULL);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_FETCH_MIME), ==, 1);
}

static void test_a_wish_survives_what_passes(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);

	memory_server_fail(fixture->server, TASK_FETCH_MIME, ERR_SERVER, 4);
	sync_fixture_wish(fixture, TASK_FETCH_MIME, first_id(fixture, "in"), NULL);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
}

static void test_a_wish_of_a_run_that_ends_is_tried_three_times(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	const SyncEvent *event;

	sync_fixture_fill(fixture->server, "in", 0, 1);
	sync_fixture_sync(fixture);
	memory_server_fail(fixture->server, TASK_FETCH_MIME, ERR_SERVER, G_MAXUINT);
	sync_fixture_start(fixture, SYNC_ONCE);
	sync_fixture_wish(fixture, TASK_FETCH_MIME, first_id(fixture, "in"), NULL);
	event = sync_fixture_run_until(fixture, SYNC_FAILED);
	g_assert_cmpint(event->error_kind, ==, ERR_SERVER);
	g_assert_nonnull(event->text);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_FETCH_MIME), ==, 3);
}

static void test_a_wish_for_nothing_fails_with_a_sentence(void)
{
	g_autoptr(SyncFixture) fixture = make_watching(1);
	const SyncEvent *event;

	sync_fixture_wish(fixture, TASK_FETCH_BODY, 12345, NULL);
	event = sync_fixture_run_until(fixture, SYNC_FAILED);
	g_assert_cmpint(event->error_kind, ==, ERR_NOT_FOUND);
	g_assert_nonnull(event->text);
}

/* ---- several accounts ---- */

static void test_accounts_are_isolated(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(2);

	sync_fixture_fill(fixture->server, "in", 0, 5);
	sync_fixture_fill(fixture->other, "in", 0, 7);
	sync_fixture_start(fixture, SYNC_WATCH);
	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, G_MAXUINT);
	sync_fixture_run_for(fixture, MINUTE);
	assert_complete(fixture, "home", "in", 7);
	g_assert_true(fake_carrier_is_listening(fixture->carrier, "home"));
	g_assert_false(sync_fixture_has_folder(fixture, "work", "in"));
	fake_carrier_break(fixture->carrier, "work", ERR_NETWORK, 0);
	sync_fixture_run_for(fixture, 2 * MINUTE);
	assert_complete(fixture, "work", "in", 5);
}

/* How long an account waits for each, in the engine's own milliseconds. */
typedef struct { int64_t synced, sent, fetched, marked, pushed; } Pace;

typedef bool (*Goal)(SyncFixture *fixture);

static guint count_of_home(SyncFixture *fixture)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "home", "in");

	return rows->len;
}
static bool is_synced(SyncFixture *fixture) { return count_of_home(fixture) == 7; }
static bool is_pushed(SyncFixture *fixture) { return count_of_home(fixture) == 8; }
static bool is_sent(SyncFixture *fixture)
{
	return memory_server_copies(fixture->other, "<lunch@test>") == 1;
}
static bool is_fetched(SyncFixture *fixture)
{
	return sync_fixture_count(fixture, SYNC_FETCHED) > 0;
}
static bool is_marked(SyncFixture *fixture)
{
	return memory_server_is_read(fixture->other, "in", "m6");
}
static bool is_listening(SyncFixture *fixture)
{
	return fake_carrier_is_listening(fixture->carrier, "home");
}

static int64_t time_to(SyncFixture *fixture, Goal is_reached)
{
	int64_t began_ms = fixture->clock.uptime_ms;

	while (!is_reached(fixture)) {
		sync_fixture_turn(fixture);
		g_assert_cmpint(fixture->clock.uptime_ms - began_ms, <, HOUR);
	}
	return fixture->clock.uptime_ms - began_ms;
}

/* Home's day: it is read, written, put in order and told of, with another account or alone. */
static Pace pace_of_home(SyncFixture *fixture)
{
	Pace pace;

	pace.synced = time_to(fixture, is_synced);
	pace.sent = time_to(fixture, is_sent);
	sync_fixture_wish(fixture, TASK_FETCH_MIME, first_id_of(fixture, "home", "in"), NULL);
	pace.fetched = time_to(fixture, is_fetched);
	sync_fixture_mark_read(fixture, first_id_of(fixture, "home", "in"), true);
	pace.marked = time_to(fixture, is_marked);
	time_to(fixture, is_listening);
	memory_server_message(fixture->other, "in", "new", "News");
	pace.pushed = time_to(fixture, is_pushed);
	return pace;
}

/* @has_hole: beside another account, whose server swallows everything; else alone. */
static Pace pace_beside(bool has_hole)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(2);

	sync_fixture_sync(fixture);
	sync_fixture_letter(fixture, "lunch", &(SyncLetter){ .account_name = "home" });
	sync_fixture_letter(fixture, "stuck", &(SyncLetter){ .account_name = "work" });
	sync_fixture_fill(fixture->other, "in", 0, 7);
	if (!has_hole)
		g_ptr_array_remove_index(fixture->accounts, 0);
	sync_fixture_start(fixture, SYNC_WATCH);
	if (has_hole)
		fake_carrier_swallow(fixture->carrier, "work");
	return pace_of_home(fixture);
}

/* Not a millisecond is lost to an account whose server swallows everything, though mail for it waits
 * in the Outbox. */
static void test_a_dead_server_delays_nobody_else(void)
{
	Pace alone = pace_beside(false), beside = pace_beside(true);

	g_assert_cmpint(beside.synced, ==, alone.synced);
	g_assert_cmpint(beside.sent, ==, alone.sent);
	g_assert_cmpint(beside.fetched, ==, alone.fetched);
	g_assert_cmpint(beside.marked, ==, alone.marked);
	g_assert_cmpint(beside.pushed, ==, alone.pushed);
}

static void test_accounts_come_and_go(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(2);
	Command *added = command_new(COMMAND_ACCOUNT_SET);

	sync_fixture_fill(fixture->other, "in", 0, 2);
	added->account = account_copy(g_ptr_array_index(fixture->accounts, 1));
	added->text = g_strdup("home");
	g_ptr_array_set_size(fixture->accounts, 1);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	mailbox_post(fixture->commands, added);
	sync_fixture_run_idle(fixture);
	assert_complete(fixture, "home", "in", 2);
	sync_fixture_post(fixture, COMMAND_ACCOUNT_GONE, "home");
	sync_fixture_run_for(fixture, SECOND);
	g_assert_false(sync_fixture_has_folder(fixture, "home", "in"));
	g_assert_false(fake_carrier_is_listening(fixture->carrier, "home"));
	g_assert_true(sync_fixture_has_folder(fixture, "work", "in"));
}

static Command *set_account(SyncFixture *fixture, const char *former)
{
	Command *command = command_new(COMMAND_ACCOUNT_SET);

	command->account = account_copy(g_ptr_array_index(fixture->accounts, 0));
	command->text = g_strdup(former);
	command->wish_id = ++fixture->last_wish_id;
	return command;
}

/* What changes the way to the server asks for the password anew; what does not, does not. */
static void test_settings_of_an_account_change(void)
{
	static const struct { const char *user, *server; int poll_s; guint questions; } rows[] = {
		{ NULL, NULL, 60, 0 },
		{ "other", NULL, 0, 1 },
		{ NULL, "https://other.test/Microsoft-Server-ActiveSync", 0, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
		g_autoptr(Secret) typed = secret_new("secret", 6);
		fixture->has_password = false;
		sync_fixture_start(fixture, SYNC_WATCH);
		const SyncEvent *asked = sync_fixture_run_until(fixture, SYNC_QUESTION);
		sync_fixture_answer(fixture, asked->question, ANSWER_YES, "secret");
		sync_fixture_run_idle(fixture);
		Command *command = set_account(fixture, "work");
		if (rows[i].user)
			command->account->user_name = (g_free(command->account->user_name), g_strdup(rows[i].user));
		if (rows[i].server)
			command->account->server_url = (g_free(command->account->server_url), g_strdup(rows[i].server));
		command->account->poll_s = rows[i].poll_s ? rows[i].poll_s : command->account->poll_s;
		mailbox_post(fixture->commands, command);
		sync_fixture_run_for(fixture, SECOND);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 1 + rows[i].questions);
		command = set_account(fixture, "work");
		command->secret = secret_ref(typed);
		mailbox_post(fixture->commands, command);
		sync_fixture_run_idle(fixture);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 1 + rows[i].questions);
		assert_complete(fixture, "work", "in", 0);
	}
}

static void test_an_account_gets_another_name(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(2);

	sync_fixture_fill(fixture->server, "in", 0, 2);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	int64_t id = sync_fixture_account_id(fixture, "work");
	fake_carrier_server(fixture->carrier, "office", fixture->server);
	Command *command = set_account(fixture, "work");
	command->account->name = (g_free(command->account->name), g_strdup("office"));
	mailbox_post(fixture->commands, command);
	const SyncEvent *told = sync_fixture_run_until(fixture, SYNC_ACCOUNT_RENAMED);
	g_assert_cmpstr(told->text, ==, "work");
	sync_fixture_run_for(fixture, SECOND);
	g_assert_cmpint(sync_fixture_account_id(fixture, "office"), ==, id);
	g_assert_cmpint(sync_fixture_account_id(fixture, "work"), ==, -1);

	/* A name that another one has is refused, and all is as it was. */
	command = set_account(fixture, "office");
	command->account->name = (g_free(command->account->name), g_strdup("home"));
	mailbox_post(fixture->commands, command);
	told = sync_fixture_run_until(fixture, SYNC_FAILED);
	g_assert_cmpint(told->error_kind, ==, ERR_EXISTS);
	g_assert_cmpint(sync_fixture_account_id(fixture, "office"), ==, id);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/engine/first-sync-is-complete", test_first_sync_is_complete);
	g_test_add_func("/sync/engine/progress-knows-its-total", test_progress_knows_its_total);
	g_test_add_func("/sync/engine/a-second-sync-asks-little-and-changes-nothing",
	                test_a_second_sync_asks_little_and_changes_nothing);
	g_test_add_func("/sync/engine/a-second-sync-finds-what-changed",
	                test_a_second_sync_finds_what_changed);
	g_test_add_func("/sync/engine/on-demand-does-only-what-is-wished",
	                test_on_demand_does_only_what_is_wished);
	g_test_add_func("/sync/engine/push-tells-new-mail-once", test_push_tells_new_mail_once);
	g_test_add_func("/sync/engine/idle-is-idle", test_idle_is_idle);
	g_test_add_func("/sync/engine/a-cut-ping-is-laid-again", test_a_cut_ping_is_laid_again);
	g_test_add_func("/sync/engine/push-comes-back-after-hours-without-network",
	                test_push_comes_back_after_hours_without_network);
	g_test_add_func("/sync/engine/the-servers-heartbeat-is-kept",
	                test_the_servers_heartbeat_is_kept);
	g_test_add_func("/sync/engine/too-many-folders-keep-the-inbox",
	                test_too_many_folders_keep_the_inbox);
	g_test_add_func("/sync/engine/a-ping-that-cries-wolf-is-asked-once-a-minute",
	                test_a_ping_that_cries_wolf_is_asked_once_a_minute);
	g_test_add_func("/sync/engine/without-push-it-polls", test_without_push_it_polls);
	g_test_add_func("/sync/engine/a-suspended-machine-connects-anew",
	                test_a_suspended_machine_connects_anew);
	g_test_add_func("/sync/engine/read-state-goes-both-ways", test_read_state_goes_both_ways);
	g_test_add_func("/sync/engine/an-op-waits-for-the-network",
	                test_an_op_waits_for_the_network);
	g_test_add_func("/sync/engine/an-op-outlives-the-engine", test_an_op_outlives_the_engine);
	g_test_add_func("/sync/engine/a-refused-op-is-undone-and-told",
	                test_a_refused_op_is_undone_and_told);
	g_test_add_func("/sync/engine/an-equal-wish-is-fetched-once",
	                test_an_equal_wish_is_fetched_once);
	g_test_add_func("/sync/engine/mime-is-stored", test_mime_is_stored);
	g_test_add_func("/sync/engine/a-wish-survives-what-passes",
	                test_a_wish_survives_what_passes);
	g_test_add_func("/sync/engine/a-wish-of-a-run-that-ends-is-tried-three-times",
	                test_a_wish_of_a_run_that_ends_is_tried_three_times);
	g_test_add_func("/sync/engine/a-wish-for-nothing-fails-with-a-sentence",
	                test_a_wish_for_nothing_fails_with_a_sentence);
	g_test_add_func("/sync/engine/accounts-are-isolated", test_accounts_are_isolated);
	g_test_add_func("/sync/engine/a-dead-server-delays-nobody-else",
	                test_a_dead_server_delays_nobody_else);
	g_test_add_func("/sync/engine/accounts-come-and-go", test_accounts_come_and_go);
	g_test_add_func("/sync/engine/settings-of-an-account-change", test_settings_of_an_account_change);
	g_test_add_func("/sync/engine/an-account-gets-another-name", test_an_account_gets_another_name);
	return g_test_run();
}
