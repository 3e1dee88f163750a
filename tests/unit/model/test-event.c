#include "model/event.h"

static const int64_t DAY_MS = 86400000;

/* ---- rules ---- */

static void test_rules(void)
{
	static const struct { const char *name; Recurrence rule; bool is_valid; } rows[] = {
		{ "every day", { .type = RECUR_DAILY, .interval = 1 }, true },
		{ "work days, as daily", { .type = RECUR_DAILY, .interval = 1, .days = DAY_WORK }, true },
		{ "weekly", { .type = RECUR_WEEKLY, .interval = 2, .days = DAY_TUESDAY }, true },
		{ "weekly without a day", { .type = RECUR_WEEKLY, .interval = 1 }, false },
		{ "the 31st", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 31 }, true },
		{ "the 32nd", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 32 }, false },
		{ "a day of the month in the nth",
		  { .type = RECUR_MONTHLY_NTH, .interval = 1, .days = 2, .week_of_month = 1, .day_of_month = 3 },
		  false },
		{ "last day", { .type = RECUR_MONTHLY_NTH, .interval = 1, .days = DAY_ANY, .week_of_month = 5 },
		  true },
		{ "yearly", { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 29, .month_of_year = 2 }, true },
		{ "yearly without a month", { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 1 }, false },
		{ "yearly nth", { .type = RECUR_YEARLY_NTH, .interval = 1, .days = DAY_SUNDAY, .week_of_month = 2,
		                  .month_of_year = 5 }, true },
		{ "type 4", { .type = 4, .interval = 1 }, false },
		{ "never", { .type = RECUR_DAILY, .interval = 0 }, false },
		{ "an eighth day", { .type = RECUR_WEEKLY, .interval = 1, .days = 128 }, false },
		{ "a week from day 7", { .type = RECUR_DAILY, .interval = 1, .first_day_of_week = 7 }, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].name);
		g_assert_cmpint(recurrence_is_valid(&rows[i].rule), ==, rows[i].is_valid);
		g_autofree Recurrence *copy = recurrence_copy(&rows[i].rule);
		g_assert_true(recurrence_equal(copy, &rows[i].rule));
		copy->interval++;
		g_assert_false(recurrence_equal(copy, &rows[i].rule));
	}
}

static void test_gregorian_by_two_names(void)
{
	Recurrence unsaid = { .type = RECUR_DAILY, .interval = 1 }, said = unsaid;

	said.calendar_type = 1;
	g_assert_true(recurrence_equal(&unsaid, &said));
	g_assert_false(recurrence_equal(&unsaid, NULL));
	g_assert_true(recurrence_equal(NULL, NULL));
}

/* ---- events ---- */

static Event *series(void)
{
	Event *event = event_new();

	event->subject = g_strdup("Staff");
	event->location = g_strdup("Room 1");
	event->start_ms = 10 * DAY_MS;
	event->end_ms = event->start_ms + 3600000;
	event->reminder_min = 15;
	event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(event->attendees, attendee_new("Ada", "ada@example.org", ATTENDEE_REQUIRED));
	event->recurrence = g_new0(Recurrence, 1);
	event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	return event;
}

static void test_copy(void)
{
	g_autoptr(Event) event = series();
	EventException *exception = event_exception_new(11 * DAY_MS);

	exception->event = event_new();
	exception->event->subject = g_strdup("Other");
	g_ptr_array_add(event->exceptions, exception);
	g_autoptr(Event) copy = event_copy(event);
	g_clear_pointer(&event, event_free);
	const EventException *copied = copy->exceptions->pdata[0];
	const Attendee *ada = copy->attendees->pdata[0];
	g_assert_cmpstr(copied->event->subject, ==, "Other");
	g_assert_cmpstr(ada->address, ==, "ada@example.org");
}

/* What is not said is inherited; what is said to be nothing is nothing. */
static void test_occurrence(void)
{
	g_autoptr(Event) event = series();
	EventException *exception = event_exception_new(11 * DAY_MS);

	exception->event = event_new();
	exception->has = EVENT_HAS_LOCATION | EVENT_HAS_REMINDER;
	exception->event->reminder_min = REMINDER_NONE;
	g_ptr_array_add(event->exceptions, exception);
	g_autoptr(Event) one = event_occurrence(event, exception);
	g_assert_cmpstr(one->subject, ==, "Staff");
	g_assert_null(one->location);
	g_assert_cmpint(one->reminder_min, ==, REMINDER_NONE);
	g_assert_cmpint(one->start_ms, ==, 11 * DAY_MS);
	g_assert_cmpint(one->end_ms, ==, 11 * DAY_MS + 3600000);
	g_assert_cmpuint(one->attendees->len, ==, 1);
	g_assert_null(one->recurrence);
	g_assert_null(one->exceptions);
}

static void test_moved_occurrence(void)
{
	g_autoptr(Event) event = series();
	EventException *exception = event_exception_new(11 * DAY_MS);

	exception->event = event_new();
	exception->has = EVENT_HAS_TIMES;
	exception->event->start_ms = 12 * DAY_MS;
	exception->event->end_ms = 13 * DAY_MS;
	g_ptr_array_add(event->exceptions, exception);
	g_autoptr(Event) one = event_occurrence(event, exception);
	g_assert_cmpint(one->start_ms, ==, 12 * DAY_MS);
	g_assert_cmpint(one->end_ms, ==, 13 * DAY_MS);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recurrence/rules", test_rules);
	g_test_add_func("/recurrence/gregorian-by-two-names", test_gregorian_by_two_names);
	g_test_add_func("/event/copy", test_copy);
	g_test_add_func("/event/occurrence", test_occurrence);
	g_test_add_func("/event/moved-occurrence", test_moved_occurrence);
	return g_test_run();
}
