#include <string.h>

#include "base/error.h"
#include "model/pim_text.h"

static const int64_t day_ms = 86400000, start_ms = 1700000000000;

static Part *plan_part(void)
{
	Part *part = part_new();

	part->name = g_strdup("plan\tone.pdf");
	part->reference = g_strdup("8%3a1");
	part->size_bytes = 4096;
	part->method = 1;
	return part;
}

/* Moved by an hour, with people of its own; and the next one does not take place. */
static void add_exceptions(Event *event)
{
	EventException *moved = event_exception_new(start_ms + day_ms);
	EventException *deleted = event_exception_new(start_ms + 2 * day_ms);

	moved->has = EVENT_HAS_TIMES | EVENT_HAS_SUBJECT | EVENT_HAS_ATTENDEES;
	moved->event = event_new();
	moved->event->start_ms = start_ms + day_ms + 3600000;
	moved->event->end_ms = moved->event->start_ms + 1800000;
	moved->event->subject = g_strdup("Standup, later");
	moved->event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(moved->event->attendees, attendee_new("Grace", "g@example.org", ATTENDEE_OPTIONAL));
	deleted->is_deleted = true;
	event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(event->exceptions, moved);
	g_ptr_array_add(event->exceptions, deleted);
}

static PimItem *full_event(void)
{
	Event *event = event_new();
	Attendee *ada = attendee_new(NULL, "ada@example.org", ATTENDEE_REQUIRED);

	event->uid = g_strdup("040000008200E000");
	event->start_ms = start_ms;
	event->end_ms = start_ms + 1800000;
	event->zone = g_strdup("Europe/Berlin");
	event->zone_blob = g_bytes_new("\0\1\2", 3);
	event->subject = g_strdup("Standup");
	event->body_kind = BODY_TEXT;
	event->body = g_strdup("One\n\ttwo\\n\r\nthree");
	event->categories = g_strdup("Red\nBlue");
	event->reminder_min = 0;
	event->meeting_status = MEETING_IS | MEETING_RECEIVED;
	event->response = RESPONSE_TENTATIVE;
	event->is_response_wanted = true;
	event->recurrence = g_new0(Recurrence, 1);
	*event->recurrence = (Recurrence){ .type = RECUR_WEEKLY, .interval = 2, .days = DAY_TUESDAY, .occurrences = 9,
	                                   .first_day_of_week = -1 };
	ada->response = RESPONSE_ACCEPTED;
	ada->proposed_start_ms = 5;
	event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(event->attendees, ada);
	event->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(event->parts, plan_part());
	add_exceptions(event);
	return pim_item_new(PIM_EVENT, event);
}

static PimItem *full_contact(void)
{
	Contact *contact = contact_new();

	for (ContactText text = 0; text < CONTACT_TEXT_COUNT; text++)
		contact->texts[text] = g_strdup_printf("%s of\nhers", contact_text_info(text)->name);
	contact->birthday_ms = 0;
	contact->picture = g_bytes_new("\xff\xd8\xff", 3);
	contact->body = g_strdup("Met in 1833.");
	return pim_item_new(PIM_CONTACT, contact);
}

static PimItem *full_todo(void)
{
	Todo *todo = todo_new();

	todo->subject = g_strdup("Water the plants");
	todo->importance = 0;
	todo->due_date_ms = 0;
	todo->is_done = true;
	todo->recurrence = g_new0(Recurrence, 1);
	*todo->recurrence = (Recurrence){ .type = RECUR_DAILY, .interval = 3, .regenerates = true };
	return pim_item_new(PIM_TODO, todo);
}

static PimItem *full_note(void)
{
	Note *note = note_new();

	note->body = g_strdup("");
	note->changed_ms = -1;
	return pim_item_new(PIM_NOTE, note);
}

static void test_there_and_back(void)
{
	PimItem *(*const make[])(void) = { full_event, full_contact, full_todo, full_note };

	for (size_t i = 0; i < G_N_ELEMENTS(make); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(PimItem) item = make[i]();
		g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
		g_autoptr(PimItem) got = pim_from_text(text, &err);
		g_assert_no_error(err);
		g_assert_cmpint(got->kind, ==, item->kind);
		g_assert_true(pim_item_equal(got, item));
	}
}

static void test_what_is_read_back(void)
{
	g_autoptr(PimItem) sent = full_event();
	g_autofree char *text = pim_to_text(sent, PIM_TEXT_WHOLE);
	g_autoptr(PimItem) got = pim_from_text(text, NULL);
	const Event *event = got->event;
	const EventException *moved = event->exceptions->pdata[0], *deleted = event->exceptions->pdata[1];

	g_assert_cmpstr(event->body, ==, "One\n\ttwo\\n\r\nthree");
	g_assert_cmpint(event->reminder_min, ==, 0);
	g_assert_true(g_bytes_equal(event->zone_blob, sent->event->zone_blob));
	g_assert_true(recurrence_equal(event->recurrence, sent->event->recurrence));
	g_assert_null(((Attendee *)event->attendees->pdata[0])->name);
	g_assert_cmpint(((Attendee *)event->attendees->pdata[0])->response, ==, RESPONSE_ACCEPTED);
	g_assert_cmpstr(((Part *)event->parts->pdata[0])->name, ==, "plan\tone.pdf");
	g_assert_cmpint(moved->has, ==, EVENT_HAS_TIMES | EVENT_HAS_SUBJECT | EVENT_HAS_ATTENDEES);
	g_assert_cmpint(moved->event->busy_status, ==, BUSY_BUSY);
	g_assert_cmpuint(moved->event->attendees->len, ==, 1);
	g_assert_true(deleted->is_deleted);
	g_assert_null(deleted->event);
}

/* A list reads the brief part; the open item both. */
static void test_two_parts_make_a_whole(void)
{
	g_autoptr(PimItem) item = full_event();
	g_autofree char *brief = pim_to_text(item, PIM_TEXT_BRIEF), *rest = pim_to_text(item, PIM_TEXT_REST);
	g_autoptr(PimItem) got = pim_from_text(brief, NULL);

	g_assert_null(got->event->body);
	g_assert_null(got->event->attendees);
	g_assert_cmpuint(got->event->exceptions->len, ==, 2);
	g_assert_true(pim_add_text(got, rest, NULL));
	g_assert_true(pim_item_equal(got, item));
}

static void test_nonsense_is_an_error(void)
{
	static const struct { const char *why, *text; } rows[] = {
		{ "empty", "" },
		{ "no kind", "meeting\n" },
		{ "cut in its first line", "event" },
		{ "cut", "event\nsubject\tSt" },
		{ "no tab", "event\nsubject\n" },
		{ "no number", "event\nstart\tnoon\n" },
		{ "out of range", "event\nbusy\t5\n" },
		{ "a rule of two numbers", "event\nrecurrence\t1 2\n" },
		{ "an exception twice", "event\nx5\t1\nx5\t1\n" },
		{ "a field of no exception", "event\nx5/subject\tA\n" },
		{ "a field of a deleted one", "event\nx5\t-1\nx5/subject\tA\n" },
		{ "an exception at no time", "event\nx5a\t1\n" },
		{ "an attendee without numbers", "event\nattendee0\ta@example.org\tAda\n" },
		{ "a part of negative size", "event\npart0\ta\tb\tc\td\t-1 1 0\n" },
		{ "another kind", "todo\nimportance\t3\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_null(pim_from_text(rows[i].text, &err));
		g_assert_true(error_is(err, ERR_STORE));
	}
	g_autoptr(PimItem) todo = full_todo();
	g_assert_false(pim_add_text(todo, "event\n", NULL));
}

/* A newer Postern may say more. */
static void test_an_unknown_key_is_passed_over(void)
{
	g_autoptr(PimItem) item = pim_from_text("note\nsubject\tA\ncolour\tblue\n", NULL);

	g_assert_cmpstr(item->note->subject, ==, "A");
}

static void test_merging(void)
{
	static const struct { const char *why, *base, *ours, *theirs, *result; } rows[] = {
		{ "different fields", "event\nsubject\tA\nlocation\tB\n", "event\nsubject\tC\nlocation\tB\n",
		  "event\nsubject\tA\nlocation\tD\n", "event\nsubject\tC\nlocation\tD\n" },
		{ "the same change", "note\nsubject\tA\n", "note\nsubject\tB\n", "note\nsubject\tB\n", "note\nsubject\tB\n" },
		{ "the same field", "note\nsubject\tA\n", "note\nsubject\tB\n", "note\nsubject\tC\n", NULL },
		{ "changed and taken away", "note\nsubject\tA\n", "note\nsubject\tB\n", "note\n", NULL },
		{ "one adds, one takes away", "note\nsubject\tA\n", "note\nsubject\tA\ncategories\tX\n", "note\n",
		  "note\ncategories\tX\n" },
		{ "changed at two times", "note\nsubject\tA\nchanged\t1\n", "note\nsubject\tB\nchanged\t5\n",
		  "note\nsubject\tA\ncategories\tX\nchanged\t4\n", "note\nsubject\tB\ncategories\tX\nchanged\t5\n" },
		{ "two occurrences", "event\n", "event\nx9\t2\nx9/subject\tA\n", "event\nx5\t-1\n",
		  "event\nx5\t-1\nx9\t2\nx9/subject\tA\n" },
		{ "an occurrence that goes", "event\nx5\t2\nx5/subject\tA\n", "event\nx5\t2\nx5/subject\tB\n",
		  "event\nx5\t-1\n", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *result = pim_text_merge(rows[i].base, rows[i].ours, rows[i].theirs);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(result, ==, rows[i].result);
	}
}

static void test_ids(void)
{
	static const struct { PimKind kind; int64_t id; const char *text; } rows[] = {
		{ PIM_EVENT, 1, "e1" }, { PIM_CONTACT, 32, "c10" }, { PIM_TODO, 31, "tz" },
		{ PIM_NOTE, INT64_MAX, "n7zzzzzzzzzzzz" },
	};
	PimKind kind;
	int64_t id;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = pim_id_format(rows[i].kind, rows[i].id);
		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_true(pim_id_parse(text, &kind, &id));
		g_assert_cmpint(kind, ==, rows[i].kind);
		g_assert_cmpint(id, ==, rows[i].id);
	}
	g_assert_false(pim_id_parse("m1", &kind, &id));
	g_assert_false(pim_id_parse("e", &kind, &id));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pim-text/there-and-back", test_there_and_back);
	g_test_add_func("/pim-text/what-is-read-back", test_what_is_read_back);
	g_test_add_func("/pim-text/two-parts-make-a-whole", test_two_parts_make_a_whole);
	g_test_add_func("/pim-text/nonsense-is-an-error", test_nonsense_is_an_error);
	g_test_add_func("/pim-text/an-unknown-key-is-passed-over", test_an_unknown_key_is_passed_over);
	g_test_add_func("/pim-text/merging", test_merging);
	g_test_add_func("/pim-text/ids", test_ids);
	return g_test_run();
}
