/* Pictures of other servers, and what tells of revocation, asked of the engine. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "store/picture.h"
#include "store/revocation.h"
#include "support/sync_fixture.h"

static const char here[] = "https://img.test/here.gif";

static SyncFixture *make(SyncMode mode)
{
	SyncFixture *fixture = sync_fixture_new(2);

	sync_fixture_fill(fixture->server, "in", 0, 3);
	sync_fixture_start(fixture, mode);
	fake_carrier_picture(fixture->carrier, here, "image/gif", "GIF89a");
	return fixture;
}

static int64_t post(SyncFixture *fixture, CommandKind kind, int64_t account_id, const char *url)
{
	Command *command = command_new(kind);

	command->wish_id = ++fixture->last_wish_id;
	command->account_id = account_id;
	command->message_id = 77;
	command->text = g_strdup(url);
	mailbox_post(fixture->commands, command);
	return fixture->last_wish_id;
}

/* Of account 1, "work". */
static int64_t wish(SyncFixture *fixture, int64_t account_id, const char *url)
{
	return post(fixture, COMMAND_PICTURE, account_id, url);
}

static guint asked(const SyncFixture *fixture) { return fake_carrier_asked(fixture->carrier)->len; }

/* "bytes", "!why" or "-": what the store has of it. */
static char *kept(SyncFixture *fixture, int64_t account_id, const char *url)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *failure = NULL;

	g_assert_true(store_read_picture(fixture->reader, account_id, url, &bytes, &failure, NULL));
	if (bytes)
		return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return failure ? g_strconcat("!", failure, NULL) : g_strdup("-");
}

static void assert_kept(SyncFixture *fixture, int64_t account_id, const char *url, const char *want)
{
	g_autofree char *got = kept(fixture, account_id, url);

	g_assert_cmpstr(got, ==, want);
}

static void test_only_what_is_asked_for(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_WATCH);

	sync_fixture_run_for(fixture, 3600 * 1000);
	g_assert_cmpuint(asked(fixture), ==, 0);
	int64_t id = wish(fixture, 1, here);
	const SyncEvent *event = sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpint(event->wish_id, ==, id);
	g_assert_cmpint(event->account_id, ==, 1);
	g_assert_cmpmem(g_bytes_get_data(event->content, NULL), (int)g_bytes_get_size(event->content), "GIF89a", 6);
	g_assert_cmpuint(asked(fixture), ==, 1);
	assert_kept(fixture, 1, here, "GIF89a");
	assert_kept(fixture, 2, here, "-");
}

static void test_the_second_look_asks_nobody(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	for (int i = 0; i < 3; i++) {
		int64_t id = wish(fixture, 1, here);
		g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FETCHED)->wish_id, ==, id);
	}
	g_assert_cmpuint(asked(fixture), ==, 1);
	sync_fixture_stop(fixture);
	sync_fixture_start(fixture, SYNC_ON_DEMAND);
	wish(fixture, 1, here);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(asked(fixture), ==, 0);
	/* Another account is another person. */
	fake_carrier_picture(fixture->carrier, here, "image/gif", "GIF89a");
	wish(fixture, 2, here);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(asked(fixture), ==, 1);
}

static void test_who_asks_together_is_answered_together(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	for (int i = 0; i < 3; i++)
		wish(fixture, 1, here);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FETCHED), ==, 3);
	g_assert_cmpuint(asked(fixture), ==, 1);
}

static void test_failures_are_told_and_kept(void)
{
	static const struct { const char *url, *type, *content; ErrorKind kind; const char *says; } rows[] = {
		{ "https://img.test/gone.gif", NULL, NULL, ERR_NOT_FOUND, "img.test answers 404 and no picture" },
		{ "https://img.test/a.svg", "image/svg+xml", "<svg/>", ERR_UNSUPPORTED, "img.test sends SVG, which may hold programs and is not shown" },
		{ "https://img.test/a.png", "image/png", "GIF89a", ERR_UNSUPPORTED, "what img.test sends is not the image/png that it says it is" },
	};
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *failure = g_strconcat("!", rows[i].says, NULL);
		if (rows[i].type)
			fake_carrier_picture(fixture->carrier, rows[i].url, rows[i].type, rows[i].content);
		int64_t id = wish(fixture, 1, rows[i].url);
		const SyncEvent *event = sync_fixture_run_until(fixture, SYNC_FAILED);
		g_assert_cmpint(event->wish_id, ==, id);
		g_assert_cmpint(event->error_kind, ==, rows[i].kind);
		g_assert_cmpstr(event->text, ==, rows[i].says);
		assert_kept(fixture, 1, rows[i].url, failure);
	}
	/* Who asks again is asked again: it may have come since. */
	fake_carrier_picture(fixture->carrier, rows[0].url, "image/gif", "GIF87a");
	wish(fixture, 1, rows[0].url);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	assert_kept(fixture, 1, rows[0].url, "GIF87a");
}

static void test_what_passes_is_not_kept(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	wish(fixture, 1, here);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	fake_carrier_break(fixture->carrier, "guest of work", ERR_UNREACHED, 1);
	wish(fixture, 1, "https://img.test/far.gif");
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_UNREACHED);
	assert_kept(fixture, 1, "https://img.test/far.gif", "-");
}

static void test_a_message_may_have_so_many(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	for (int i = 0; i < LIMIT_PICTURES + 2; i++) {
		g_autofree char *url = g_strdup_printf("https://img.test/%d.gif", i);
		fake_carrier_picture(fixture->carrier, url, "image/gif", "GIF89a");
		wish(fixture, 1, url);
	}
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_LIMIT);
	sync_fixture_run_for(fixture, 1000);
	g_assert_cmpuint(asked(fixture), ==, LIMIT_PICTURES);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FETCHED), ==, LIMIT_PICTURES);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 2);
}

static void test_the_end_is_told(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);
	g_autoptr(Mailbox) events = mailbox_ref(fixture->events);
	SyncEvent *event;
	int told = 0;

	sync_engine_turn(fixture->engine);
	for (int i = 0; i < 6; i++) {
		g_autofree char *url = g_strdup_printf("https://img.test/%d.gif", i);
		wish(fixture, 1, url);
	}
	sync_engine_turn(fixture->engine);
	sync_fixture_stop(fixture);
	while ((event = mailbox_take(events))) {
		told += event->kind == SYNC_FAILED;
		sync_event_free(event);
	}
	g_assert_cmpint(told, ==, 6);
}

static void test_not_for_whom_is_not_here(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	wish(fixture, 99, here);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_NOT_FOUND);
	sync_fixture_stop(fixture);
	sync_fixture_start(fixture, SYNC_STILL);
	wish(fixture, 1, here);
	sync_fixture_run_for(fixture, 60 * 1000);
	g_assert_cmpuint(asked(fixture), ==, 0);
}

static void test_whose_are_shown(void)
{
	static const struct { CommandKind kind; int64_t account_id; const char *address; SyncEventKind ends; bool is_shown; } rows[] = {
		{ COMMAND_PICTURE_SENDER,     1,  "News@list.test", SYNC_CHANGED, true },
		{ COMMAND_PICTURE_SENDER,     1,  "no address",     SYNC_FAILED,  true },
		{ COMMAND_PICTURE_SENDER,     99, "other@list.test", SYNC_FAILED, true },
		{ COMMAND_NOT_PICTURE_SENDER, 1,  "news@LIST.test", SYNC_CHANGED, false },
	};
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Command *command = command_new(rows[i].kind);
		bool is_shown = !rows[i].is_shown;

		command->wish_id = (int64_t)i + 100;
		command->account_id = rows[i].account_id;
		command->text = g_strdup(rows[i].address);
		mailbox_post(fixture->commands, command);
		g_assert_cmpint(sync_fixture_run_until(fixture, rows[i].ends)->wish_id, ==, i + 100);
		g_assert_true(store_read_picture_sender(fixture->reader, 1, "news@list.test", &is_shown, NULL));
		g_assert_cmpint(is_shown, ==, rows[i].is_shown);
	}
}

/* "URL=ANSWER", blanks between. */
static void assert_known(SyncFixture *fixture, const char *want)
{
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	g_assert_true(store_read_revocations(fixture->reader, &all, NULL));
	for (guint i = 0; i < all->len; i++) {
		const StoreRevocation *one = all->pdata[i];
		g_string_append_printf(text, "%s%s=%.*s", i ? " " : "", one->url,
		                       one->answer ? (int)g_bytes_get_size(one->answer) : 1,
		                       one->answer ? (const char *)g_bytes_get_data(one->answer, NULL) : "-");
	}
	g_assert_cmpstr(text->str, ==, want);
}

static void test_revocation(void)
{
	static const char list[] = "http://crl.test/ca.crl";
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	fake_carrier_picture(fixture->carrier, list, "application/pkix-crl", "LIST");
	int64_t id = post(fixture, COMMAND_REVOCATION, 1, list);
	const SyncEvent *event = sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpint(event->wish_id, ==, id);
	g_assert_cmpint(event->message_id, ==, 77);
	g_assert_null(event->content);
	assert_known(fixture, "http://crl.test/ca.crl=LIST");
	/* Asked again, it is: who asks knows when. */
	post(fixture, COMMAND_REVOCATION, 1, list);
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpuint(asked(fixture), ==, 2);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
}

/* That nobody has answered is known, too, and no error to a person. */
static void test_no_answer_about_revocation(void)
{
	g_autoptr(SyncFixture) fixture = make(SYNC_ON_DEMAND);

	post(fixture, COMMAND_REVOCATION, 1, "http://crl.test/gone");
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	assert_known(fixture, "http://crl.test/gone=-");
	fake_carrier_break(fixture->carrier, "guest of work", ERR_UNREACHED, 1);
	post(fixture, COMMAND_REVOCATION, 1, "http://crl.test/far");
	sync_fixture_run_until(fixture, SYNC_FETCHED);
	assert_known(fixture, "http://crl.test/gone=- http://crl.test/far=-");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote/only-what-is-asked-for", test_only_what_is_asked_for);
	g_test_add_func("/remote/the-second-look-asks-nobody", test_the_second_look_asks_nobody);
	g_test_add_func("/remote/who-asks-together-is-answered-together", test_who_asks_together_is_answered_together);
	g_test_add_func("/remote/failures-are-told-and-kept", test_failures_are_told_and_kept);
	g_test_add_func("/remote/what-passes-is-not-kept", test_what_passes_is_not_kept);
	g_test_add_func("/remote/a-message-may-have-so-many", test_a_message_may_have_so_many);
	g_test_add_func("/remote/the-end-is-told", test_the_end_is_told);
	g_test_add_func("/remote/not-for-whom-is-not-here", test_not_for_whom_is_not_here);
	g_test_add_func("/remote/revocation", test_revocation);
	g_test_add_func("/remote/no-answer-about-revocation", test_no_answer_about_revocation);
	g_test_add_func("/remote/whose-are-shown", test_whose_are_shown);
	return g_test_run();
}
