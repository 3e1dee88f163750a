/*
 * Events, contacts, tasks and notes at the simulated Exchange: what one side changes is what the other holds, and where both
 * did, what is said. The server's side is read by its own orders.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "support/caller.h"
#include "support/items.h"
#include "support/xmlwb.h"

static void keep(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

/* Alice's folder of @type, empty and with its first key. */
static void open_folder(Caller *caller, const char *version, FolderType type)
{
	g_autofree char *line = g_strdup_printf(" type=%d ", type);

	caller_open(caller, version);
	caller_run(caller, TASK_FOLDERS);
	g_auto(GStrv) lines = g_strsplit(caller->record.log->str, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		g_auto(GStrv) words = g_strsplit(lines[i], " ", 3);
		if (strstr(lines[i], line))
			keep(&caller->scene.folder->server_id, words[1] + strlen("id="));
	}
	caller->scene.folder->type = type;
	caller_run(caller, TASK_PAGE);
	caller_take_key(caller);
}

static void open_calendar(Caller *caller, const char *version) { open_folder(caller, version, FOLDER_CALENDAR); }

static PimItem *event_item(void *event) { return pim_item_new(PIM_EVENT, event); }

static void push(Caller *caller)
{
	caller_run(caller, TASK_PUSH_ITEMS);
	caller_take_key(caller);
	g_ptr_array_set_size(caller->scene.changes, 0);
}

/* The name that the server gave the first item that was made. Free with g_free. */
static char *named(const Caller *caller)
{
	const char *at = strstr(caller->record.log->str, "op_named 200 ");

	g_assert_nonnull(at);
	return g_strndup(at + strlen("op_named 200 "), strcspn(at + strlen("op_named 200 "), "\n"));
}

static char *make_series(Caller *caller)
{
	items_change(&caller->scene, NULL, event_item(items_series()), NULL);
	push(caller);
	return named(caller);
}

/* @words is about the item @id: "item", "delete folder=Calendar". */
static void order(const Caller *caller, const char *words, const char *id, const char *rest)
{
	g_autofree char *text = g_strdup_printf("%s item=%s %s", words, id, rest);

	g_free(exsim_order(caller->exsim, text));
}

static void assert_server(const Caller *caller, const char *says)
{
	g_autofree char *items = exsim_order(caller->exsim, "items");

	if (!strstr(items, says))
		g_error("“%s” is not in:\n%s", says, items);
}

static const char *const all_versions[] = { "12.1", "14.0", "14.1", "16.1" };

/* ---- what the server did ---- */

static void test_server_changes(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };

		open_calendar(&caller, all_versions[v]);
		g_autofree char *id = exsim_order(caller.exsim, "item Subject=Zahnarzt StartTime=20260304T090000Z EndTime=20260304T100000Z "
		                                               "Location='Marktplatz 7' Reminder=30");
		caller_run(&caller, TASK_PAGE);
		caller_take_key(&caller);
		caller_assert_heard(&caller, "  start: 2026-03-04 09:00:00\n  end: 2026-03-04 10:00:00\n  subject: Zahnarzt\n  location: Marktplatz 7\n");
		caller_assert_heard(&caller, "  reminder: 30\n");
		order(&caller, "item", g_strchomp(id), "Subject=Kontrolle Location=''");
		caller_run(&caller, TASK_PAGE);
		caller_take_key(&caller);
		caller_assert_heard(&caller, "  subject: Kontrolle\n  reminder: 30\n");
		order(&caller, "delete folder=Calendar", id, "");
		caller_run(&caller, TASK_PAGE);
		caller_assert_heard(&caller, "item_gone ");
	}
}

/* ---- what both did ---- */

/* [MS-ASCMD] Status 7: the server's version stands, and comes with the next page. */
static void test_conflict(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };

		open_calendar(&caller, all_versions[v]);
		g_autofree char *id = make_series(&caller);
		order(&caller, "item", id, "Subject=Theirs");
		ItemChange *change = items_change(&caller.scene, id, event_item(items_series()), event_item(items_series()));
		keep(&change->item->event->subject, "Ours");
		push(&caller);
		caller_assert_heard(&caller, "op_failed 200 exists\n");
		assert_server(&caller, " Subject: Theirs\n");
		caller_run(&caller, TASK_PAGE);
		caller_assert_heard(&caller, "  subject: Theirs\n");
	}
}

static void test_gone(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };

		open_calendar(&caller, all_versions[v]);
		g_autofree char *id = make_series(&caller);
		order(&caller, "delete folder=Calendar", id, "");
		ItemChange *change = items_change(&caller.scene, id, event_item(items_series()), event_item(items_series()));
		keep(&change->item->event->subject, "Ours");
		push(&caller);
		caller_assert_heard(&caller, "op_failed 200 gone\n");
	}
}

/* ---- what the server does not take ---- */

static void a_week_too_many(Event *event) { event->recurrence->week_of_month = 3; }
static void no_days(Event *event) { event->recurrence->days = 0; }

static void test_refused(void)
{
	static void (*const spoil[])(Event *event) = { a_week_too_many, no_days };

	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++)
		for (size_t i = 0; i < G_N_ELEMENTS(spoil); i++) {
			g_auto(Caller) caller = { 0 };
			Event *event = items_series();

			open_calendar(&caller, all_versions[v]);
			spoil[i](event);
			items_change(&caller.scene, NULL, event_item(event), NULL);
			push(&caller);
			caller_assert_heard(&caller, "op_failed 200 request\npage_end");
		}
}

/* ---- one occurrence ---- */

/* Cancelled twice does no harm, changed after that is too late; the others stay as they are. */
static void test_occurrence(void)
{
	g_auto(Caller) caller = { 0 };

	open_calendar(&caller, "16.1");
	g_autofree char *id = make_series(&caller);
	for (int i = 0; i < 2; i++) {
		ItemChange *change = items_change(&caller.scene, id, event_item(items_series()), event_item(items_series()));
		EventException *late = event_exception_new(1784109600000);
		late->is_deleted = true;
		g_ptr_array_add(change->item->event->exceptions, late);
		change->instance_ms = late->original_ms;
		push(&caller);
		caller_assert_heard(&caller, "op_done 200\n");
	}
	assert_server(&caller, "  Exception: \n   Deleted: 1\n   ExceptionStartTime: 20260715T100000Z\n");
	assert_server(&caller, "   Subject: Weekly planning (moved)\n");
	ItemChange *change = items_change(&caller.scene, id, event_item(items_series()), event_item(items_series()));
	EventException *renamed = event_exception_new(1784109600000);
	renamed->event = event_new();
	renamed->has = EVENT_HAS_SUBJECT;
	renamed->event->subject = g_strdup("Too late");
	g_ptr_array_add(change->item->event->exceptions, renamed);
	push(&caller);
	caller_assert_heard(&caller, "op_failed 200 gone\n");
}

/* ---- answers ---- */

static void answer(Caller *caller, const char *server_id)
{
	Op *op = op_new(OP_DELETE);

	op->id = 300;
	op->server_id = g_strdup(server_id);
	g_ptr_array_set_size(caller->scene.ops, 0);
	g_ptr_array_add(caller->scene.ops, op);
	caller_run(caller, TASK_RESPOND);
}

static void test_answers(void)
{
	static const struct { ResponseType choice; const char *subject, *server; } rows[] = {
		{ RESPONSE_ACCEPTED, "Accepted: Planning", " ResponseType: 3\n" },
		{ RESPONSE_TENTATIVE, "Tentative: Planning", " ResponseType: 2\n" },
		{ RESPONSE_DECLINED, "Declined: Planning", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Caller) caller = { 0 };

		open_calendar(&caller, "16.1");
		g_autofree char *id = exsim_order(caller.exsim, "item Subject=Planning MeetingStatus=3 OrganizerEmail=alice@example.test "
		                                               "StartTime=20260304T090000Z EndTime=20260304T100000Z");
		caller.scene.answer.choice = rows[i].choice;
		caller.scene.answer.comment = "As you like it.";
		answer(&caller, g_strchomp(id));
		caller_assert_heard(&caller, "op_done 300\n");
		g_autofree char *inbox = exsim_order(caller.exsim, "list");
		g_assert_nonnull(strstr(inbox, rows[i].subject));
		g_autofree char *items = exsim_order(caller.exsim, "items");
		g_assert_true(rows[i].server ? strstr(items, rows[i].server) != NULL : *items == '\0');
	}
}

/* Before 16.0 the server tells nobody; before 14.0 it takes no answer to an event at all. */
static void test_answers_of_old(void)
{
	static const char *const versions[] = { "14.0", "14.1" };

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_auto(Caller) caller = { 0 };

		open_calendar(&caller, versions[i]);
		g_autofree char *id = exsim_order(caller.exsim, "item Subject=Planning MeetingStatus=3 OrganizerEmail=alice@example.test "
		                                               "StartTime=20260304T090000Z EndTime=20260304T100000Z");
		answer(&caller, g_strchomp(id));
		caller_assert_heard(&caller, "op_done 300\n");
		caller_assert_order(&caller, "list", "");
		assert_server(&caller, " ResponseType: 3\n");
	}
	g_auto(Caller) caller = { 0 };
	g_autoptr(GError) error = NULL;
	open_calendar(&caller, "12.1");
	caller_try(&caller, TASK_RESPOND, &error);
	g_assert_error(error, POSTERN_ERROR, ERR_UNSUPPORTED);
}

static void test_own_meeting(void)
{
	g_auto(Caller) caller = { 0 };

	open_calendar(&caller, "16.1");
	g_autofree char *id = make_series(&caller);
	answer(&caller, id);
	caller_assert_heard(&caller, "op_failed 300 request\n");
}

/* ---- invitations ---- */

/* From 16.0 on the server mails what the organiser does; Alice, whom Bob's series invites, gets it. Before, nobody does. */
static void test_invitations(void)
{
	static const struct { const char *version; unsigned mails; } rows[] = { { "14.1", 0 }, { "16.1", 4 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Caller) caller = { 0 };
		g_autoptr(PimItem) series = event_item(items_series());

		open_calendar(&caller, rows[i].version);
		keep(&((Attendee *)series->event->attendees->pdata[0])->address, "alice@example.test");
		items_change(&caller.scene, NULL, pim_item_copy(series), NULL);
		push(&caller);
		g_autofree char *id = named(&caller);
		ItemChange *change = items_change(&caller.scene, id, pim_item_copy(series), pim_item_copy(series));
		keep(&change->item->event->subject, "Weekly planning, renamed");
		push(&caller);
		change = items_change(&caller.scene, id, pim_item_copy(series), pim_item_copy(series));
		EventException *late = event_exception_new(1784109600000);
		late->is_deleted = true;
		g_ptr_array_add(change->item->event->exceptions, late);
		push(&caller);
		items_change(&caller.scene, id, NULL, NULL);
		push(&caller);
		g_autofree char *sent = exsim_order(caller.exsim, "submissions"), *inbox = exsim_order(caller.exsim, "list");
		unsigned mails = 0;
		for (const char *at = sent; (at = strchr(at, '\n')); at++)
			mails++;
		g_assert_cmpuint(mails, ==, rows[i].mails);
		g_assert_cmpint(rows[i].mails > 0, ==, strstr(inbox, "Canceled: Weekly planning") != NULL);
	}
}

/* Alice answers to the mail: it goes, and her calendar has the event. */
static void test_mail_is_answered(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };
		g_autofree char *path = xmlwb_path("exsim/sample/mail/invitation-single.eml");
		g_autofree char *deliver = g_strdup_printf("deliver file=%s", path);

		open_calendar(&caller, all_versions[v]);
		g_free(exsim_order(caller.exsim, deliver));
		keep(&caller.scene.folder->server_id, "5");
		caller.scene.folder->type = FOLDER_INBOX;
		answer(&caller, "5:1");
		caller_assert_heard(&caller, "op_done 300\n");
		caller_assert_order(&caller, "list", "");
		assert_server(&caller, " ResponseType: 3\n");
		answer(&caller, "5:1");
		caller_assert_heard(&caller, "op_failed 300 request\n");
	}
}

/* ---- when others are busy ---- */

/* Half hours from eight to eleven of a day; who is in the directory alone has no calendar. */
static void test_busy(void)
{
	static const char *const versions[] = { "14.0", "14.1", "16.1" };

	for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
		g_auto(Caller) caller = { 0 };
		g_autofree char *query = gal_busy_query(1772611200000, 1772622000000, "alice@example.test\ngrace.hopper@example.test\nzzz");

		open_calendar(&caller, versions[v]);
		g_free(exsim_order(caller.exsim, "item Subject=A StartTime=20260304T090000Z EndTime=20260304T100000Z BusyStatus=3\n"
		                                 "item Subject=B StartTime=20260304T093000Z EndTime=20260304T101000Z BusyStatus=1\n"
		                                 "item Subject=C StartTime=20260301T083000Z EndTime=20260301T090000Z BusyStatus=2 Recurrence/Type=0\n"));
		caller.scene.spec.query = query;
		caller_run(&caller, TASK_AVAILABILITY);
		caller_assert_heard(&caller, "people 2\nalice@example.test|");
		caller_assert_heard(&caller, "||023310\n");
		caller_assert_heard(&caller, "||444444\n");
	}
	g_auto(Caller) caller = { 0 };
	g_autoptr(GError) error = NULL;
	open_calendar(&caller, "12.1");
	caller_try(&caller, TASK_AVAILABILITY, &error);
	g_assert_error(error, POSTERN_ERROR, ERR_UNSUPPORTED);
}

/* ---- photos ---- */

/* Of the one whose address it is, though others' begin alike; no photo is told as that. */
static void test_photo(void)
{
	static const char *const versions[] = { "14.1", "16.1" };
	static const char bytes[] = "\xff\xd8\xff a photo";
	g_autofree char *dir = g_dir_make_tmp("postern-photo-XXXXXX", NULL), *path = g_build_filename(dir, "photo.jpg", NULL);
	g_autofree char *photo = g_strdup_printf("photo address=Grace.Hopper@example.test file=%s", path);

	g_assert_true(g_file_set_contents(path, bytes, sizeof bytes - 1, NULL));
	for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
		g_auto(Caller) caller = { 0 };
		g_autoptr(GError) error = NULL;

		open_calendar(&caller, versions[v]);
		g_free(exsim_order(caller.exsim, photo));
		caller.scene.spec.query = "grace.hopper@example.test";
		caller_run(&caller, TASK_PHOTO);
		g_assert_cmpuint(g_bytes_get_size(caller.record.fetched), ==, sizeof bytes - 1);
		g_assert_cmpint(memcmp(g_bytes_get_data(caller.record.fetched, NULL), bytes, sizeof bytes - 1), ==, 0);
		caller.scene.spec.query = "grace";
		caller_try(&caller, TASK_PHOTO, &error);
		g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
	}
	g_unlink(path);
	g_rmdir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exchange/items/server-changes", test_server_changes);
	g_test_add_func("/exchange/items/conflict", test_conflict);
	g_test_add_func("/exchange/items/gone", test_gone);
	g_test_add_func("/exchange/items/refused", test_refused);
	g_test_add_func("/exchange/items/occurrence", test_occurrence);
	g_test_add_func("/exchange/items/answers", test_answers);
	g_test_add_func("/exchange/items/answers-of-old", test_answers_of_old);
	g_test_add_func("/exchange/items/own-meeting", test_own_meeting);
	g_test_add_func("/exchange/items/busy", test_busy);
	g_test_add_func("/exchange/items/invitations", test_invitations);
	g_test_add_func("/exchange/items/mail-is-answered", test_mail_is_answered);
	g_test_add_func("/exchange/items/photo", test_photo);
	return g_test_run();
}
