/* Calendar, contacts, tasks and notes on their way: what reaches the server, and what is left when answers are lost or say no. */
#include <string.h>

#include "model/pim_text.h"
#include "store/pim.h"
#include "support/sync_fixture.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

#define TALK "event\nstart\t1764072000000\nend\t1764075600000\nsubject\tTalk\n"

/* An engine that watches an Inbox, a calendar "cal" with one event "talk", and notes "pad". */
static SyncFixture *make_watching(void)
{
	SyncFixture *fixture = sync_fixture_new(1);

	memory_server_folder(fixture->server, "cal", "Calendar", FOLDER_CALENDAR);
	memory_server_folder(fixture->server, "pad", "Notes", FOLDER_NOTES);
	memory_server_item(fixture->server, "cal", "talk", TALK);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	return fixture;
}

static int64_t folder_id(SyncFixture *fixture, const char *server_id)
{
	g_autoptr(Folder) folder = sync_fixture_folder(fixture, "work", server_id);

	return folder->id;
}

/* "Dentist, Talk": subjects of the calendar here, by start and id. */
static char *subjects(SyncFixture *fixture)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) events = NULL;
	GString *text = g_string_new(NULL);
	int64_t id = folder_id(fixture, "cal");

	g_array_append_val(ids, id);
	g_assert_true(store_read_events(fixture->reader, ids, INT64_MIN, INT64_MAX, &events, NULL));
	for (guint i = 0; i < events->len; i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "", ((Event *)events->pdata[i])->subject);
	return g_string_free(text, FALSE);
}

static void assert_here(SyncFixture *fixture, const char *what)
{
	g_autofree char *here = subjects(fixture);

	g_assert_cmpstr(here, ==, what);
}

static void assert_there(SyncFixture *fixture, const char *id, const char *text)
{
	g_assert_cmpstr(memory_server_item_text(fixture->server, "cal", id), ==, text);
}

static guint waiting(SyncFixture *fixture)
{
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_outbox(fixture->reader, 0, 100, &rows, NULL));
	return rows->len;
}

static int64_t talk_id(SyncFixture *fixture)
{
	g_autoptr(GPtrArray) events = NULL;

	g_assert_true(store_find_events(fixture->reader, (PimScope){ 0 }, "", 1, &events, NULL));
	return ((Event *)events->pdata[0])->id;
}

#define CALLED(subject) "event\nstart\t1764072000000\nend\t1764075600000\nsubject\t" subject "\n"

static void save(SyncFixture *fixture, int64_t id, const char *text)
{
	sync_fixture_op(fixture, op_new_item_save(id, id ? 0 : folder_id(fixture, "cal"), text));
}

/* ---- down ---- */

static void test_what_comes(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	assert_here(fixture, "Talk");
	memory_server_item(fixture->server, "cal", "lunch", CALLED("Lunch"));
	sync_fixture_run_until(fixture, SYNC_CHANGED);
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Talk, Lunch");
	memory_server_item(fixture->server, "cal", "talk", CALLED("Speech"));
	memory_server_message_gone(fixture->server, "cal", "lunch");
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Speech");
}

static void test_a_lost_key(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = talk_id(fixture);

	memory_server_fail_folder(fixture->server, "cal", ERR_RESYNC, 1);
	memory_server_item(fixture->server, "cal", "lunch", CALLED("Lunch"));
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, MINUTE);
	assert_here(fixture, "Talk, Lunch");
	g_assert_cmpint(talk_id(fixture), ==, id);
}

/* Not wanted here any more: all goes but what is here alone; wanted again, it comes again. */
static void test_a_calendar_that_is_not_wanted(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	Account *account = g_ptr_array_index(fixture->accounts, 0);

	memory_server_fail(fixture->server, TASK_PUSH_ITEMS, ERR_REQUEST, 1);
	save(fixture, 0, CALLED("Dentist"));
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Talk, Dentist");
	sync_fixture_stop(fixture);
	account->syncs[PIM_EVENT] = false;
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Dentist");
	sync_fixture_stop(fixture);
	account->syncs[PIM_EVENT] = true;
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Dentist, Talk");
}

/* The person wants all; the server allows two weeks of the calendar and three days of mail. */
static void test_a_policy_is_narrower(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	memory_server_folder(fixture->server, "cal", "Calendar", FOLDER_CALENDAR);
	memory_server_require_policy(fixture->server);
	memory_server_policy(fixture->server, "<MaxCalendarAgeFilter>4</MaxCalendarAgeFilter><MaxEmailAgeFilter>2</MaxEmailAgeFilter>");
	((Account *)g_ptr_array_index(fixture->accounts, 0))->filter = 0;
	for (int start = 0; start < 2; start++) {
		sync_fixture_sync(fixture);
		g_autoptr(Folder) calendar = sync_fixture_folder(fixture, "work", "cal"), inbox = sync_fixture_folder(fixture, "work", "in");
		g_assert_cmpint(calendar->filter, ==, 4);
		g_assert_cmpint(inbox->filter, ==, 2);
	}
}

/* ---- up ---- */

static void test_made_changed_deleted(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	save(fixture, 0, CALLED("Dentist"));
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Talk, Dentist");
	g_autofree char *two = memory_server_item_ids(fixture->server, "cal");
	g_auto(GStrv) ids = g_strsplit(two, " ", -1);
	g_assert_cmpuint(g_strv_length(ids), ==, 2);
	assert_there(fixture, g_str_equal(ids[0], "talk") ? ids[1] : ids[0], CALLED("Dentist"));
	save(fixture, talk_id(fixture), CALLED("Speech"));
	sync_fixture_run_idle(fixture);
	assert_there(fixture, "talk", CALLED("Speech"));
	sync_fixture_op(fixture, op_new_item_delete(talk_id(fixture)));
	sync_fixture_run_idle(fixture);
	assert_there(fixture, "talk", NULL);
	assert_here(fixture, "Dentist");
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

/* The server has perhaps made it: what is changed meanwhile goes after that. */
static void test_changed_before_it_has_a_name(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	memory_server_lose_answers(fixture->server, TASK_PUSH_ITEMS, 1);
	save(fixture, 0, CALLED("Dentist"));
	sync_fixture_turn(fixture);
	g_autoptr(GPtrArray) ops = NULL;
	g_assert_true(store_read_ops(fixture->reader, 1, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *op = ops->pdata[0];
	g_assert_cmpint(op->attempts, ==, 1);
	save(fixture, op->item_id, CALLED("Doctor"));
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	assert_here(fixture, "Talk, Doctor");
	assert_there(fixture, op->client_id, CALLED("Doctor"));
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_a_lost_answer_makes_no_second(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	memory_server_lose_answers(fixture->server, TASK_PUSH_ITEMS, 1);
	save(fixture, 0, CALLED("Dentist"));
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, 5 * MINUTE);
	assert_here(fixture, "Talk, Dentist");
	g_autofree char *ids = memory_server_item_ids(fixture->server, "cal");
	g_auto(GStrv) both = g_strsplit(ids, " ", -1);
	g_assert_cmpuint(g_strv_length(both), ==, 2);
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_a_stop_in_the_middle(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	save(fixture, 0, CALLED("Dentist"));
	sync_fixture_turn(fixture);
	sync_fixture_stop(fixture);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, MINUTE);
	assert_here(fixture, "Talk, Dentist");
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_refused_is_told_and_parked(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	g_autoptr(GPtrArray) rows = NULL;

	memory_server_fail(fixture->server, TASK_PUSH_ITEMS, ERR_REQUEST, 1);
	save(fixture, talk_id(fixture), CALLED("Speech"));
	sync_fixture_run_until(fixture, SYNC_FAILED);
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Speech");
	assert_there(fixture, "talk", TALK);
	g_assert_true(store_read_outbox(fixture->reader, 0, 10, &rows, NULL));
	g_assert_cmpint(((OutboxRow *)rows->pdata[0])->op->state, ==, OP_FAILED);
	g_assert_cmpstr(((OutboxRow *)rows->pdata[0])->subject, ==, "Speech");
	sync_fixture_cancel(fixture, ((OutboxRow *)rows->pdata[0])->op->group_id);
	sync_fixture_run_idle(fixture);
	assert_here(fixture, "Talk");
}

/* ---- on both sides ---- */

static void stop_and_change(SyncFixture *fixture, const char *ours, const char *theirs)
{
	memory_server_fail(fixture->server, TASK_PUSH_ITEMS, ERR_SERVER, 1);
	save(fixture, talk_id(fixture), ours);
	sync_fixture_turn(fixture);
	if (theirs)
		memory_server_item(fixture->server, "cal", "talk", theirs);
	else
		memory_server_message_gone(fixture->server, "cal", "talk");
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, 5 * MINUTE);
}

static void test_other_fields_are_put_together(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	stop_and_change(fixture, CALLED("Speech"), TALK "location\tHall\n");
	assert_here(fixture, "Speech");
	assert_there(fixture, "talk", CALLED("Speech") "location\tHall\n");
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_ours_becomes_a_copy(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	stop_and_change(fixture, CALLED("Speech"), CALLED("Lecture"));
	assert_here(fixture, "Lecture, Speech (as you changed it)");
	assert_there(fixture, "talk", CALLED("Lecture"));
	g_assert_cmpuint(waiting(fixture), ==, 0);
	g_assert_nonnull(strstr(sync_fixture_last(fixture, SYNC_FAILED)->text, "yours is kept beside it"));
}

static void test_what_was_deleted_there_is_parked(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	stop_and_change(fixture, CALLED("Speech"), NULL);
	assert_here(fixture, "Speech");
	assert_there(fixture, "talk", NULL);
	g_assert_cmpuint(waiting(fixture), ==, 1);
}

/* ---- answers ---- */

static void test_an_answer_goes_once(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	Op *op = op_new(OP_RESPOND);
	g_autoptr(PimItem) item = NULL;

	op->item_id = talk_id(fixture);
	op->value.number = RESPONSE_ACCEPTED;
	sync_fixture_op(fixture, op);
	sync_fixture_run_idle(fixture);
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_RESPOND), ==, 1);
	g_assert_cmpuint(waiting(fixture), ==, 0);
	g_assert_true(store_read_item(fixture->reader, PIM_EVENT, talk_id(fixture), &item, NULL));
	g_assert_cmpint(item->event->response, ==, RESPONSE_ACCEPTED);
}

/* ---- what is attached ---- */

static void wish_part(SyncFixture *fixture, int64_t item_id)
{
	Command *command = command_new(COMMAND_WISH);

	command->wish_task = TASK_FETCH_PART;
	command->wish_id = 5;
	command->item_id = item_id;
	command->text = g_strdup("8%3a1");
	mailbox_post(fixture->commands, command);
}

static void test_a_file_of_an_event(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();

	wish_part(fixture, talk_id(fixture));
	const SyncEvent *fetched = sync_fixture_run_until(fixture, SYNC_FETCHED);
	g_assert_cmpint(fetched->wish_id, ==, 5);
	g_assert_true(g_str_has_prefix(g_bytes_get_data(fetched->content, NULL), "8%3a1 of event"));
	wish_part(fixture, 999);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_NOT_FOUND);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/items/what-comes", test_what_comes);
	g_test_add_func("/sync/items/a-lost-key", test_a_lost_key);
	g_test_add_func("/sync/items/a-calendar-that-is-not-wanted", test_a_calendar_that_is_not_wanted);
	g_test_add_func("/sync/items/a-policy-is-narrower", test_a_policy_is_narrower);
	g_test_add_func("/sync/items/made-changed-deleted", test_made_changed_deleted);
	g_test_add_func("/sync/items/changed-before-it-has-a-name", test_changed_before_it_has_a_name);
	g_test_add_func("/sync/items/a-lost-answer-makes-no-second", test_a_lost_answer_makes_no_second);
	g_test_add_func("/sync/items/a-stop-in-the-middle", test_a_stop_in_the_middle);
	g_test_add_func("/sync/items/refused-is-told-and-parked", test_refused_is_told_and_parked);
	g_test_add_func("/sync/items/other-fields-are-put-together", test_other_fields_are_put_together);
	g_test_add_func("/sync/items/ours-becomes-a-copy", test_ours_becomes_a_copy);
	g_test_add_func("/sync/items/what-was-deleted-there-is-parked", test_what_was_deleted_there_is_parked);
	g_test_add_func("/sync/items/an-answer-goes-once", test_an_answer_goes_once);
	g_test_add_func("/sync/items/a-file-of-an-event", test_a_file_of_an_event);
	return g_test_run();
}
