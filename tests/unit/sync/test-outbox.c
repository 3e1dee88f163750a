#include <string.h>

#include "base/error.h"
#include "store/draft.h"
#include "support/sync_fixture.h"
#include "sync/command.h"
#include "sync/outbox.h"
#include "sync/parcel.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

/* The whole way of a message through the engine, against a server that loses answers on order. */

static int64_t account_id(SyncFixture *fixture) { return sync_fixture_account_id(fixture, "work"); }

typedef struct { int64_t due_ms, source_id; int kind; } Letter;

/* Writes "<NAME@test>" and puts it into the Outbox. No engine may run. */
static void post(SyncFixture *fixture, const char *name, Letter letter)
{
	sync_fixture_letter(fixture, name,
	                    &(SyncLetter){ "work", letter.due_ms, letter.source_id, letter.kind });
}

/* An account that is up to date, and no engine. */
static SyncFixture *make_synced(void)
{
	SyncFixture *fixture = sync_fixture_new(1);

	sync_fixture_fill(fixture->server, "in", 0, 3);
	sync_fixture_sync(fixture);
	return fixture;
}

static Op *the_op(SyncFixture *fixture)
{
	g_autoptr(GPtrArray) ops = NULL;

	g_assert_true(store_read_ops(fixture->reader, account_id(fixture), 10, &ops, NULL));
	return ops->len ? op_copy(ops->pdata[0]) : NULL;
}

static OpState state_of(SyncFixture *fixture)
{
	g_autoptr(Op) op = the_op(fixture);

	g_assert_nonnull(op);
	return op->state;
}

static bool is_gone(SyncFixture *fixture)
{
	g_autoptr(Op) op = the_op(fixture);
	g_autoptr(GPtrArray) drafts = NULL;

	g_assert_true(store_read_drafts(fixture->reader, 0, 10, &drafts, NULL));
	g_assert_cmpint(op == NULL, ==, drafts->len == 0);
	return op == NULL;
}

static void assert_sent(SyncFixture *fixture, const char *message_id)
{
	g_assert_true(is_gone(fixture));
	g_assert_cmpint(memory_server_copies(fixture->server, message_id), ==, 1);
}

static void answer(SyncFixture *fixture, AnswerChoice choice)
{
	const SyncEvent *event = sync_fixture_last(fixture, SYNC_QUESTION);

	g_assert_nonnull(event);
	g_assert_cmpint(event->question->kind, ==, QUESTION_SENT);
	sync_fixture_answer(fixture, event->question, choice, NULL);
	sync_fixture_run_for(fixture, SECOND);
}

/* ---- all well ---- */

static void test_a_message_is_sent(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(GPtrArray) sent = NULL;

	post(fixture, "plain", (Letter){ 0 });
	sync_fixture_sync(fixture);
	assert_sent(fixture, "<plain@test>");
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_MESSAGE_IDS), ==, 0);
	sent = sync_fixture_rows(fixture, "work", "out");
	g_assert_cmpuint(sent->len, ==, 1);
}

/* Also one that is found in Sent. */
static void test_a_reply_marks_its_source(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", "in");
	g_autoptr(Message) source = NULL;
	int64_t id = ((ListRow *)rows->pdata[1])->id;

	memory_server_lose_sends(fixture->server, 1);
	post(fixture, "reply", (Letter){ .source_id = id, .kind = DRAFT_REPLY });
	sync_fixture_sync(fixture);
	assert_sent(fixture, "<reply@test>");
	g_assert_true(store_read_message(fixture->reader, id, &source, NULL));
	g_assert_true(source->flags & MESSAGE_REPLIED);
}

static void test_held_until_it_is_due(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	post(fixture, "later", (Letter){ .due_ms = fixture->clock.now_ms + 10 * MINUTE });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 9 * MINUTE);
	g_assert_cmpint(state_of(fixture), ==, OP_HELD);
	g_assert_cmpint(memory_server_copies(fixture->server, "<later@test>"), ==, 0);
	sync_fixture_run_for(fixture, 2 * MINUTE);
	assert_sent(fixture, "<later@test>");
}

static void test_a_run_that_ends_does_not_wait_for_what_is_held(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	int64_t began_ms = fixture->clock.uptime_ms;

	post(fixture, "later", (Letter){ .due_ms = fixture->clock.now_ms + 10 * MINUTE });
	sync_fixture_sync(fixture);
	g_assert_cmpint(fixture->clock.uptime_ms - began_ms, <, 2 * MINUTE);
	g_assert_false(is_gone(fixture));
}

/* ---- the answer is lost ---- */

static void test_found_in_sent(void)
{
	static const struct { const char *why; int late_pages; int64_t most_ms; } rows[] = {
		{ "at once", 0, 65 * SECOND }, { "by the second look", 1, 3 * MINUTE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = make_synced();
		int64_t began_ms = fixture->clock.uptime_ms;

		g_test_message("%s", rows[i].why);
		memory_server_file_late(fixture->server, rows[i].late_pages);
		memory_server_lose_sends(fixture->server, 1);
		post(fixture, "lost", (Letter){ 0 });
		sync_fixture_sync(fixture);
		assert_sent(fixture, "<lost@test>");
		g_assert_cmpuint(memory_server_seen(fixture->server, TASK_SEND), ==, 1);
		g_assert_cmpint(fixture->clock.uptime_ms - began_ms, <, rows[i].most_ms);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 0);
	}
}

static void test_perhaps_sent_is_a_question(void)
{
	static const struct {
		const char *why;
		bool is_taken, forgets;
		AnswerChoice choice;
		bool is_gone;
		int copies;
	} rows[] = {
		{ "not taken, send again", false, true, ANSWER_YES, true, 1 },
		{ "not taken, leave it", false, true, ANSWER_LATER, false, 0 },
		{ "taken, it was sent", true, true, ANSWER_NO, true, 1 },
		{ "taken, send again, recognised", true, false, ANSWER_YES, true, 1 },
		{ "taken, send again, a person's own wish", true, true, ANSWER_YES, true, 2 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = make_synced();

		g_test_message("%s", rows[i].why);
		memory_server_file_late(fixture->server, 1000);
		memory_server_forget_client_ids(fixture->server, rows[i].forgets);
		if (rows[i].is_taken)
			memory_server_lose_sends(fixture->server, 1);
		else
			memory_server_fail(fixture->server, TASK_SEND, ERR_NETWORK, 1);
		post(fixture, "doubt", (Letter){ 0 });
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 5 * MINUTE);
		g_assert_cmpint(state_of(fixture), ==, OP_UNSURE);
		g_assert_cmpuint(memory_server_seen(fixture->server, TASK_SEND), ==, 1);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 1);
		answer(fixture, rows[i].choice);
		g_assert_cmpint(is_gone(fixture), ==, rows[i].is_gone);
		g_assert_cmpint(memory_server_copies(fixture->server, "<doubt@test>"), ==,
		                rows[i].copies);
	}
}

/* It has recognised a repeat, so the next lost message goes again by itself. */
static void test_a_known_server_is_sent_to_again(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	memory_server_file_late(fixture->server, 1000);
	memory_server_lose_sends(fixture->server, 1);
	post(fixture, "first", (Letter){ 0 });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	answer(fixture, ANSWER_YES);
	assert_sent(fixture, "<first@test>");
	sync_fixture_stop(fixture);

	memory_server_lose_sends(fixture->server, 1);
	post(fixture, "second", (Letter){ 0 });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	assert_sent(fixture, "<second@test>");
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_QUESTION), ==, 1);
}

static void test_what_never_left_goes_again_at_once(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	memory_server_fail(fixture->server, TASK_SEND, ERR_UNREACHED, 3);
	post(fixture, "offline", (Letter){ 0 });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 2 * MINUTE);
	assert_sent(fixture, "<offline@test>");
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_MESSAGE_IDS), ==, 0);
}

static void test_a_crash_is_a_lost_answer(void)
{
	static const struct {
		const char *why;
		bool is_taken;
	} rows[] = { { "taken", true }, { "not taken", false } };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = make_synced();

		g_test_message("%s", rows[i].why);
		if (rows[i].is_taken)
			memory_server_lose_sends(fixture->server, 1);
		else
			memory_server_fail(fixture->server, TASK_SEND, ERR_NETWORK, 1);
		memory_server_fail_folder(fixture->server, "out", ERR_SERVER, 1);
		post(fixture, "crash", (Letter){ 0 });
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 10);
		sync_fixture_stop(fixture);
		g_assert_cmpint(state_of(fixture), ==, OP_SENDING);
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 10 * MINUTE);
		if (rows[i].is_taken)
			assert_sent(fixture, "<crash@test>");
		else
			g_assert_cmpint(state_of(fixture), ==, OP_UNSURE);
	}
}

static void test_without_sent_nobody_can_look(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	memory_server_folder_gone(fixture->server, "out");
	sync_fixture_sync(fixture);
	memory_server_lose_sends(fixture->server, 1);
	post(fixture, "blind", (Letter){ 0 });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 5 * SECOND);
	g_assert_cmpint(state_of(fixture), ==, OP_UNSURE);
}

/* ---- the server says no ---- */

static void test_refusals(void)
{
	static const struct { ErrorKind kind; OpState state; bool is_sent_later; } rows[] = {
		{ ERR_REQUEST, OP_FAILED, false },     { ERR_FULL, OP_FAILED, false },
		{ ERR_LIMIT, OP_FAILED, false },       { ERR_THROTTLED, OP_WAITING, true },
		{ ERR_SERVER, OP_WAITING, true },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = make_synced();
		g_autoptr(Op) op = NULL;

		g_test_message("%s", error_kind_name(rows[i].kind));
		memory_server_refuse_sends(fixture->server, rows[i].kind, 1);
		post(fixture, "no", (Letter){ 0 });
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, SECOND);
		op = the_op(fixture);
		g_assert_cmpint(op->state, ==, rows[i].state);
		g_assert_cmpint(op->error_kind, ==, rows[i].kind);
		g_assert_true(g_str_has_prefix(op->last_error, "the server refuses the message"));
		sync_fixture_run_for(fixture, 10 * MINUTE);
		g_assert_cmpint(memory_server_copies(fixture->server, "<no@test>"), ==,
		                rows[i].is_sent_later);
		g_assert_cmpint(is_gone(fixture), ==, rows[i].is_sent_later);
	}
}

/* One that is refused for the moment again and again holds nobody up who waits for the run's end. */
static void test_a_run_that_ends_tries_three_times(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	memory_server_refuse_sends(fixture->server, ERR_SERVER, 1000);
	post(fixture, "again", (Letter){ 0 });
	sync_fixture_sync(fixture);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_SEND), ==, 3);
	g_assert_cmpint(state_of(fixture), ==, OP_WAITING);
}

/* As SOGo says of a receiver whom its mail server refuses, without a word which (Status 120). */
static void test_what_is_refused_for_the_moment_too_often_is_parked(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(Op) op = NULL;

	memory_server_refuse_sends(fixture->server, ERR_SERVER, 1000);
	post(fixture, "never", (Letter){ 0 });
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 24 * 60 * MINUTE);
	op = the_op(fixture);
	g_assert_cmpint(op->state, ==, OP_FAILED);
	g_assert_true(g_str_has_prefix(op->last_error, "the server refuses the message"));
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_SEND), ==, SENDING_ATTEMPTS);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 1);
}

/* ---- drafts through the engine ---- */

static Command *save_command(SyncFixture *fixture, const char *body, int64_t draft_id)
{
	Command *command = command_new(COMMAND_DRAFT_SAVE);
	DraftPart *part = draft_part_new();

	command->wish_id = ++fixture->last_wish_id;
	command->account_id = account_id(fixture);
	command->draft_id = draft_id;
	command->draft = draft_new();
	g_free(command->draft->body);
	command->draft->body = g_strdup(body);
	part->name = g_strdup("a.txt");
	part->bytes = g_bytes_new_static("a", 1);
	g_ptr_array_add(command->draft->parts, part);
	return command;
}

/* What is written is told with the names that its parts have now; one in the Outbox is not touched.
 */
static void test_draft_is_saved(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(Draft) draft = NULL;

	sync_fixture_start(fixture, SYNC_ON_DEMAND);
	mailbox_post(fixture->commands, save_command(fixture, "one", 0));
	const SyncEvent *saved = sync_fixture_run_until(fixture, SYNC_DRAFT_SAVED);
	g_assert_cmpint(saved->draft_id, >, 0);
	const DraftPart *part = g_ptr_array_index(saved->draft->parts, 0);
	g_assert_null(part->bytes);
	g_assert_true(g_str_has_prefix(part->reference, "file:"));
	int64_t draft_id = saved->draft_id;
	mailbox_post(fixture->commands, save_command(fixture, "two", draft_id));
	saved = sync_fixture_run_until(fixture, SYNC_DRAFT_SAVED);
	g_assert_cmpint(saved->draft_id, ==, draft_id);
	g_assert_true(store_load_draft(fixture->reader, draft_id, &draft, NULL, NULL));
	g_assert_cmpstr(draft->body, ==, "two");

	Op *op = op_new(OP_SEND);
	op->draft_id = draft_id;
	op->state = OP_HELD;
	op->due_ms = clock_now_ms(&fixture->clock.clock) + MINUTE;
	sync_fixture_op(fixture, op);
	mailbox_post(fixture->commands, save_command(fixture, "three", draft_id));
	const SyncEvent *failed = sync_fixture_run_until(fixture, SYNC_FAILED);
	g_assert_cmpint(failed->error_kind, ==, ERR_REFUSED);
	g_assert_cmpint(failed->wish_id, ==, fixture->last_wish_id);
}

static void test_draft_is_dropped(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	sync_fixture_start(fixture, SYNC_ON_DEMAND);
	mailbox_post(fixture->commands, save_command(fixture, "one", 0));
	int64_t draft_id = sync_fixture_run_until(fixture, SYNC_DRAFT_SAVED)->draft_id;
	Command *drop = command_new(COMMAND_DRAFT_DROP);
	drop->draft_id = draft_id;
	mailbox_post(fixture->commands, drop);
	sync_fixture_run_until(fixture, SYNC_CHANGED);
	g_assert_true(is_gone(fixture));
}

/* ---- put together when it is due ---- */

/* "<NAME@test>", nothing of which was made yet. */
static void post_unmade(SyncFixture *fixture, const char *name)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StoreWriter) writer = store_open_writer(fixture->store, &err);
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(Op) op = op_new(OP_SEND);

	g_assert_no_error(err);
	draft->subject = g_strdup(name);
	g_assert_true(store_save_draft(writer, account_id(fixture), draft, &op->draft_id, NULL));
	store_write_op(writer, op, &err);
	g_assert_no_error(err);
}

static StoreCopy *copy_of(const Draft *draft, const char *number)
{
	char *mime = g_strdup_printf("Message-ID: <%s%s@test>\r\nSubject: %s\r\n\r\nHi\r\n", draft->subject, number, draft->subject);

	return store_copy_new(draft_copy(draft), g_bytes_new_take(mime, strlen(mime)));
}

/* As an encrypted mail with two people in Bcc. */
static bool make_three(StoreReader *reader, const StoreDraft *row, bool may_refer, StoreMail *ret_mail, GError **err)
{
	g_autoptr(Draft) draft = draft_from_text(row->text, err);

	(void)reader;
	(void)may_refer;
	ret_mail->copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
	g_ptr_array_add(ret_mail->copies, copy_of(draft, ""));
	g_ptr_array_add(ret_mail->copies, copy_of(draft, ".2"));
	g_ptr_array_add(ret_mail->copies, copy_of(draft, ".3"));
	return true;
}

/* Whichever answer is lost, each of them arrives once. */
static void test_several_are_sent_once(void)
{
	for (guint lost = 0; lost <= 3; lost++) {
		g_autoptr(SyncFixture) fixture = make_synced();
		fixture->compose = make_three;
		post_unmade(fixture, "secret");
		memory_server_lose_sends(fixture->server, lost);
		for (int i = 0; i < 4 && !is_gone(fixture); i++)
			sync_fixture_sync(fixture);
		assert_sent(fixture, "<secret@test>");
		assert_sent(fixture, "<secret.2@test>");
		assert_sent(fixture, "<secret.3@test>");
	}
}

static bool make_nothing(StoreReader *reader, const StoreDraft *row, bool may_refer, StoreMail *ret_mail, GError **err)
{
	(void)reader;
	(void)row;
	(void)may_refer;
	(void)ret_mail;
	return fail(err, ERR_LOCKED, "the store is locked");
}

/* What is locked between the plan and the packing is not the message's fault. */
static void test_locked_waits(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	fixture->compose = make_nothing;
	post_unmade(fixture, "locked");
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	g_assert_cmpint(state_of(fixture), ==, OP_WAITING);
	sync_fixture_stop(fixture);
	fixture->compose = make_three;
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	assert_sent(fixture, "<locked@test>");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outbox/sent", test_a_message_is_sent);
	g_test_add_func("/outbox/several", test_several_are_sent_once);
	g_test_add_func("/outbox/locked", test_locked_waits);
	g_test_add_func("/outbox/reply", test_a_reply_marks_its_source);
	g_test_add_func("/outbox/held", test_held_until_it_is_due);
	g_test_add_func("/outbox/held-and-over",
	                test_a_run_that_ends_does_not_wait_for_what_is_held);
	g_test_add_func("/outbox/found-in-sent", test_found_in_sent);
	g_test_add_func("/outbox/perhaps-sent", test_perhaps_sent_is_a_question);
	g_test_add_func("/outbox/known-server", test_a_known_server_is_sent_to_again);
	g_test_add_func("/outbox/never-left", test_what_never_left_goes_again_at_once);
	g_test_add_func("/outbox/crash", test_a_crash_is_a_lost_answer);
	g_test_add_func("/outbox/no-sent", test_without_sent_nobody_can_look);
	g_test_add_func("/outbox/refusals", test_refusals);
	g_test_add_func("/outbox/three-times", test_a_run_that_ends_tries_three_times);
	g_test_add_func("/outbox/too-often", test_what_is_refused_for_the_moment_too_often_is_parked);
	g_test_add_func("/outbox/a draft is saved", test_draft_is_saved);
	g_test_add_func("/outbox/a draft is dropped", test_draft_is_dropped);
	return g_test_run();
}
