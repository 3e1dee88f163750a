#include <string.h>

#include "calendar/day.h"
#include "calendar/expand.h"
#include "calendar/zones.h"
#include "support/budget.h"

static Zones *zones;

static int64_t ms_of(int year, int month, int day, int hour, int minute)
{
	return day_of_date(year, month, day) * DAY_MS + (hour * 60 + minute) * 60000;
}

/* @wall: on the clock of @zone; NULL: all-day. */
static Event *series(const char *zone, int64_t wall, int minutes, const char *rrule)
{
	Event *event = event_new();

	event->is_all_day = zone == NULL;
	event->zone = g_strdup(zone);
	event->start_ms = zone ? zone_utc_ms(zones_get(zones, zone), wall, NULL) : wall;
	event->end_ms = event->start_ms + minutes * 60000;
	event->rrule = g_strdup(rrule);
	return event;
}

static EventException *add_exception(Event *event, int64_t original_ms)
{
	EventException *exception = event_exception_new(original_ms);

	if (!event->exceptions)
		event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(event->exceptions, exception);
	return exception;
}

static void put_moment(GString *text, const Occurrence *o, int64_t ms)
{
	int64_t wall = o->is_all_day ? ms : zone_wall_ms(zones_own(zones), ms);
	Date date = day_date(day_of_ms(wall));

	g_string_append_printf(text, "%02d-%02d", date.month, date.day);
	if (!o->is_all_day)
		g_string_append_printf(text, " %02d:%02d", (int)(day_time_ms(wall) / 3600000), (int)(day_time_ms(wall) / 60000 % 60));
}

/* What is found, on the clock of a person in Berlin: "03-01 09:00/10:00, …". */
static char *shown(const Event *event, int64_t from, int64_t until, GPtrArray *doubts)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	ExpandWindow window = { zone_utc_ms(zones_own(zones), from, NULL), zone_utc_ms(zones_own(zones), until, NULL), zones_own(zones) };
	GString *text = g_string_new(NULL);

	expand(event, zones_of_event(zones, event, doubts), &window, found, doubts);
	for (guint i = 0; i < found->len; i++) {
		const Occurrence *o = &g_array_index(found, Occurrence, i);
		g_string_append(text, i ? ", " : "");
		put_moment(text, o, o->start_ms);
		g_string_append_c(text, '/');
		put_moment(text, o, o->end_ms);
		if (o->exception)
			g_string_append_c(text, '*');
	}
	return g_string_free(text, FALSE);
}

static void check_shown(const Event *event, int64_t from, int days, const char *expected)
{
	g_autofree char *text = shown(event, from, from + days * DAY_MS, NULL);

	g_assert_cmpstr(text, ==, expected);
}

/* ---- clocks that are moved ---- */

static void test_clocks(void)
{
	static const struct { const char *why, *zone; int month, day, hour, minute, minutes; const char *rule; int from_month, from_day, days;
	                      const char *shown; } rows[] = {
		{ "nine o'clock stays nine", "Europe/Berlin", 3, 27, 9, 0, 60, "FREQ=DAILY", 3, 28, 3,
		  "03-28 09:00/03-28 10:00, 03-29 09:00/03-29 10:00, 03-30 09:00/03-30 10:00" },
		{ "in another zone it does not", "America/New_York", 3, 6, 9, 0, 60, "FREQ=DAILY;INTERVAL=2", 3, 6, 4,
		  "03-06 15:00/03-06 16:00, 03-08 14:00/03-08 15:00" },
		{ "a time that is left out", "Europe/Berlin", 3, 28, 2, 30, 30, "FREQ=DAILY", 3, 28, 3,
		  "03-28 02:30/03-28 03:00, 03-29 03:30/03-29 04:00, 03-30 02:30/03-30 03:00" },
		{ "a time that comes twice", "Europe/Berlin", 10, 24, 2, 30, 15, "FREQ=DAILY", 10, 24, 3,
		  "10-24 02:30/10-24 02:45, 10-25 02:30/10-25 02:45, 10-26 02:30/10-26 02:45" },
		{ "over the night that is short", "Europe/Berlin", 3, 26, 23, 0, 360, "FREQ=DAILY", 3, 28, 2,
		  "03-27 23:00/03-28 05:00, 03-28 23:00/03-29 05:00, 03-29 23:00/03-30 05:00" },
		{ "over one that was before", "Europe/Berlin", 3, 27, 23, 0, 360, "FREQ=DAILY;COUNT=2", 3, 29, 1,
		  "03-28 23:00/03-29 05:00" },
		{ "what ends as the window begins is outside", "Europe/Berlin", 6, 1, 23, 0, 60, "FREQ=DAILY", 6, 2, 1,
		  "06-02 23:00/06-03 00:00" },
		{ "no length, at midnight", "Europe/Berlin", 6, 1, 0, 0, 0, "FREQ=DAILY", 6, 2, 2,
		  "06-02 00:00/06-02 00:00, 06-03 00:00/06-03 00:00" },
		{ "days in between", "Europe/Berlin", 6, 1, 12, 0, 3 * 24 * 60, "FREQ=WEEKLY", 6, 10, 1, "06-08 12:00/06-11 12:00" },
		{ "once", "Europe/Berlin", 6, 1, 12, 0, 60, NULL, 6, 1, 7, "06-01 12:00/06-01 13:00" },
		{ "once, elsewhen", "Europe/Berlin", 6, 1, 12, 0, 60, NULL, 6, 2, 7, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_autoptr(Event) event = series(rows[i].zone, ms_of(2026, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute),
		                                rows[i].minutes, rows[i].rule);
		check_shown(event, ms_of(2026, rows[i].from_month, rows[i].from_day, 0, 0), rows[i].days, rows[i].shown);
	}
}

/* The first one is where it was put, also in the second of two hours of one name. */
static void test_second_hour(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(2026, 10, 25, 2, 30), 15, "FREQ=DAILY;COUNT=1");

	event->start_ms += 3600000;
	event->end_ms += 3600000;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	ExpandWindow window = { event->start_ms - DAY_MS, event->start_ms + DAY_MS, zones_own(zones) };
	expand(event, zones_own(zones), &window, found, NULL);
	g_assert_cmpint(found->len, ==, 1);
	g_assert_cmpint(g_array_index(found, Occurrence, 0).start_ms, ==, event->start_ms);
}

/* ---- dates ---- */

static void test_all_day(void)
{
	static const struct { const char *why; int day, days; const char *rule; int from_day, window; const char *shown; } rows[] = {
		{ "a day is that day", 29, 1, NULL, 29, 1, "03-29/03-30" },
		{ "not the one before", 29, 1, NULL, 28, 1, "" },
		{ "nor the one after", 29, 1, NULL, 30, 1, "" },
		{ "in a short night too", 27, 1, "FREQ=DAILY", 28, 3, "03-28/03-29, 03-29/03-30, 03-30/03-31" },
		{ "some days", 27, 3, "FREQ=WEEKLY;COUNT=1", 29, 1, "03-27/03-30" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_autoptr(Event) event = series(NULL, ms_of(2026, 3, rows[i].day, 0, 0), rows[i].days * 24 * 60, rows[i].rule);
		check_shown(event, ms_of(2026, 3, rows[i].from_day, 0, 0), rows[i].window, rows[i].shown);
	}
}

/* A birthday is on its date in Auckland and in Honolulu. */
static void test_all_day_anywhere(void)
{
	static const char *const names[] = { "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Apia", "Asia/Kolkata" };
	g_autoptr(Event) event = series(NULL, ms_of(2000, 3, 29, 0, 0), 24 * 60, "FREQ=YEARLY");

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		for (int day = 28; day <= 30; day++) {
			const Zone *viewer = zones_get(zones, names[i]);
			g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
			ExpandWindow window = { zone_utc_ms(viewer, ms_of(2026, 3, day, 0, 0), NULL),
			                        zone_utc_ms(viewer, ms_of(2026, 3, day + 1, 0, 0), NULL), viewer };
			expand(event, zones_utc(zones), &window, found, NULL);
			g_assert_cmpint(found->len, ==, day == 29);
		}
}

/* ---- exceptions ---- */

static void test_exceptions(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(2026, 6, 1, 9, 0), 60, "FREQ=DAILY");
	int64_t first = event->start_ms;

	add_exception(event, first + DAY_MS)->is_deleted = true;
	EventException *moved = add_exception(event, first + 2 * DAY_MS);
	moved->has = EVENT_HAS_TIMES;
	moved->event = event_new();
	moved->event->start_ms = first + 10 * DAY_MS + 7200000;
	moved->event->end_ms = moved->event->start_ms + 1800000;
	EventException *renamed = add_exception(event, first + 3 * DAY_MS);
	renamed->has = EVENT_HAS_SUBJECT;
	renamed->event = event_new();
	EventException *whole_day = add_exception(event, first + 4 * DAY_MS);
	whole_day->has = EVENT_HAS_TIMES | EVENT_HAS_ALL_DAY;
	whole_day->event = event_new();
	whole_day->event->is_all_day = true;
	whole_day->event->start_ms = ms_of(2026, 6, 5, 0, 0);
	whole_day->event->end_ms = ms_of(2026, 6, 6, 0, 0);

	check_shown(event, ms_of(2026, 6, 1, 0, 0), 6,
	            "06-01 09:00/06-01 10:00, 06-04 09:00/06-04 10:00*, 06-05/06-06*, 06-06 09:00/06-06 10:00");
	check_shown(event, ms_of(2026, 6, 11, 0, 0), 1, "06-11 09:00/06-11 10:00, 06-11 11:00/06-11 11:30*");
}

/* A series of which all that is left are its exceptions. */
static void test_cancelled_series(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(2026, 6, 1, 9, 0), 60, "FREQ=DAILY;COUNT=2");

	event->meeting_status = MEETING_IS | MEETING_RECEIVED | MEETING_CANCELLED;
	add_exception(event, event->start_ms)->is_deleted = true;
	EventException *moved = add_exception(event, event->start_ms + DAY_MS);
	moved->has = EVENT_HAS_TIMES;
	moved->event = event_new();
	moved->event->start_ms = event->start_ms + 5 * DAY_MS;
	check_shown(event, ms_of(2026, 6, 1, 0, 0), 3, "");
	check_shown(event, ms_of(2026, 6, 6, 0, 0), 1, "06-06 09:00/06-06 09:00*");
}

/* ---- what makes no sense ---- */

static void test_doubts(void)
{
	static const struct { const char *why; int year, minutes; const char *rule, *shown, *says; } rows[] = {
		{ "the year 1601", 1601, 60, "FREQ=YEARLY", "06-02 09:00/06-02 10:00", NULL },
		{ "the year 1600", 1600, 60, "FREQ=YEARLY", "", "Its times make no sense: 1600" },
		{ "the year 4501", 4501, 60, NULL, "", "Its times make no sense: 4501" },
		{ "an end before the begin", 2026, -60, NULL, "06-02 09:00/06-02 09:00",
		  "It ends before it begins; it is shown where it begins" },
		{ "a rule of no kind", 2026, 60, "FREQ=SOMETIMES", "06-02 09:00/06-02 10:00",
		  "How it recurs cannot be read; only its first date is shown: FREQ=SOMETIMES" },
		{ "each second", 2026, 60, "FREQ=SECONDLY;COUNT=1000000000", "06-02 09:00/06-02 10:00",
		  "How it recurs cannot be read; only its first date is shown: FREQ=SECONDLY;COUNT=1000000000" },
		{ "a first date of its own", 2026, 60, "FREQ=WEEKLY;BYDAY=WE", "06-02 09:00/06-02 10:00, 06-03 09:00/06-03 10:00",
		  "Its first date is none that its rule gives" },
		{ "a day that never is", 2026, 60, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "06-02 09:00/06-02 10:00",
		  "Its first date is none that its rule gives" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) doubts = doubts_new();
		g_test_message("%s", rows[i].why);
		g_autoptr(Event) event = series("Europe/Berlin", ms_of(rows[i].year, 6, 2, 9, 0), rows[i].minutes, rows[i].rule);
		g_autofree char *text = shown(event, ms_of(2026, 6, 2, 0, 0), ms_of(2026, 6, 4, 0, 0), doubts);
		g_autofree char *says = doubts->len ? doubt_sentence(doubts->pdata[0]) : NULL;
		g_assert_cmpstr(text, ==, rows[i].shown);
		g_assert_cmpstr(says, ==, rows[i].says);
	}
}

static void test_skipped_is_named(void)
{
	g_autoptr(GPtrArray) doubts = doubts_new();
	g_autoptr(Event) event = series("Africa/Cairo", ms_of(2026, 4, 20, 0, 0), 60, "FREQ=DAILY");
	g_autofree char *before = shown(event, ms_of(2026, 4, 20, 0, 0), ms_of(2026, 4, 22, 0, 0), doubts);

	g_assert_cmpint(doubts->len, ==, 0);
	g_autofree char *text = shown(event, ms_of(2026, 4, 23, 12, 0), ms_of(2026, 4, 24, 12, 0), doubts);
	g_assert_cmpint(doubts->len, ==, 1);
	g_autofree char *says = doubt_sentence(doubts->pdata[0]);
	g_assert_cmpstr(says, ==, "The clock is put forward over its time on 2026-04-24; it begins later");
}

static void test_calendar_types(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(2026, 6, 2, 9, 0), 60, NULL);
	Recurrence words = { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 2, .month_of_year = 6, .first_day_of_week = -1 };

	event->recurrence = recurrence_copy(&words);
	for (int type = 0; type <= 20; type++) {
		bool is_gregorian = type < 6 || type == 7 || (type >= 9 && type <= 12);
		g_autoptr(GPtrArray) doubts = doubts_new();
		event->recurrence->calendar_type = type;
		g_autofree char *later = shown(event, ms_of(2027, 6, 2, 0, 0), ms_of(2027, 6, 3, 0, 0), doubts);
		g_assert_cmpstr(later, ==, is_gregorian ? "06-02 09:00/06-02 10:00" : "");
		g_assert_cmpint(doubts->len, ==, !is_gregorian);
		check_shown(event, ms_of(2026, 6, 2, 0, 0), 1, "06-02 09:00/06-02 10:00");
	}
}

static void test_crowd(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(2026, 6, 2, 9, 0), 60, "FREQ=DAILY");
	g_autoptr(GPtrArray) doubts = doubts_new();
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	ExpandWindow window = { event->start_ms, event->start_ms + (EXPAND_MAX - 1) * DAY_MS + 1, zones_own(zones) };

	for (int extra = 0; extra < 2; extra++, window.until_ms += DAY_MS) {
		g_array_set_size(found, 0);
		expand(event, zones_utc(zones), &window, found, doubts);
		g_assert_cmpint(found->len, ==, EXPAND_MAX);
		g_assert_cmpint(doubts->len, ==, extra);
	}
}

/* ---- what it costs ---- */

enum { BUDGET_MS = 50 };

static void test_costs(void)
{
	static const struct { const char *rule; int year; } rows[] = {
		{ "FREQ=DAILY", 1601 },
		{ "FREQ=DAILY;COUNT=1000000000", 1601 },
		{ "FREQ=DAILY;COUNT=1000000000;BYMONTH=1,3,5,7,9,11;BYDAY=MO,TU", 1601 },
		{ "FREQ=DAILY;INTERVAL=999999999;COUNT=1000000000", 1601 },
		{ "FREQ=WEEKLY;COUNT=1000000000;BYDAY=MO,TU,WE,TH,FR,SA,SU", 1601 },
		{ "FREQ=WEEKLY;COUNT=1000000000;BYDAY=MO;BYMONTH=1", 1601 },
		{ "FREQ=MONTHLY;COUNT=1000000000;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,2,3,-1", 1601 },
		{ "FREQ=YEARLY;COUNT=1000000000;BYYEARDAY=366,-366,100", 1601 },
		{ "FREQ=YEARLY;COUNT=1000000000;BYWEEKNO=53,1,2,3,4,5,6,7,8,9,10;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTH=2;BYMONTHDAY=30", 1601 },
		{ "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1601 },
		{ "FREQ=YEARLY;INTERVAL=1000000;COUNT=1000000000", 1601 },
		{ "FREQ=SECONDLY;COUNT=1000000000", 2026 },
	};
	static const int views[] = { 1602, 2026, 2200, 4500 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (size_t v = 0; v < G_N_ELEMENTS(views); v++) {
			g_autoptr(GPtrArray) doubts = doubts_new();
			g_autoptr(Event) event = series("Europe/Berlin", ms_of(rows[i].year, 1, 3, 9, 0), 60, rows[i].rule);
			gint64 begin = budget_cpu_us();
			g_autofree char *text = shown(event, ms_of(views[v], 1, 1, 0, 0), ms_of(views[v], 12, 30, 0, 0), doubts);
			gint64 took = budget_cpu_us() - begin;
			g_test_message("%s, seen in %d: %d us", rows[i].rule, views[v], (int)took);
			g_assert_cmpint(took, <, BUDGET_MS * 1000 * budget_us() / (2 * G_USEC_PER_SEC));
		}
}

/* A length of all the time there is, and of less than none. */
static void test_lengths(void)
{
	g_autoptr(Event) event = series("Europe/Berlin", ms_of(1601, 1, 3, 9, 0), 60, "FREQ=DAILY");
	g_autoptr(GPtrArray) doubts = doubts_new();

	event->end_ms = INT64_MAX;
	g_autofree char *endless = shown(event, ms_of(2026, 1, 1, 0, 0), ms_of(2026, 1, 2, 0, 0), doubts);
	g_assert_true(doubts_have(doubts, DOUBT_RULE_CROWDED));
	event->end_ms = INT64_MIN;
	check_shown(event, ms_of(2026, 1, 1, 0, 0), 1, "01-01 09:00/01-01 09:00");
	event->start_ms = INT64_MIN;
	check_shown(event, ms_of(2026, 1, 1, 0, 0), 1, "");
	event->start_ms = INT64_MAX;
	check_shown(event, ms_of(2026, 1, 1, 0, 0), 1, "");
}

/* ---- what comes next ---- */

static void test_next(void)
{
	static const struct { const char *why, *zone; int month, day, hour; const char *rule; int from_month, from_day, from_hour;
	                      const char *next; } rows[] = {
		{ "tomorrow's", "Europe/Berlin", 6, 1, 9, "FREQ=DAILY", 7, 1, 10, "07-02 09:00" },
		{ "now", "Europe/Berlin", 6, 1, 9, "FREQ=DAILY", 7, 1, 9, "07-01 09:00" },
		{ "the first, later", "Europe/Berlin", 6, 1, 9, "FREQ=WEEKLY", 1, 1, 0, "06-01 09:00" },
		{ "next year's", "Europe/Berlin", 6, 1, 9, "FREQ=YEARLY", 6, 2, 0, "06-01 09:00" },
		{ "a leap year's", "Europe/Berlin", 2, 28, 9, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 3, 1, 0, "02-29 09:00" },
		{ "over", "Europe/Berlin", 6, 1, 9, "FREQ=DAILY;COUNT=3", 7, 1, 9, NULL },
		{ "once, over", "Europe/Berlin", 6, 1, 9, NULL, 7, 1, 9, NULL },
		{ "a day", NULL, 6, 1, 0, "FREQ=DAILY", 6, 30, 1, "07-01" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Occurrence next;
		g_test_message("%s", rows[i].why);
		g_autoptr(Event) event = series(rows[i].zone, ms_of(2026, rows[i].month, rows[i].day, rows[i].hour, 0), 60, rows[i].rule);
		int64_t from = zone_utc_ms(zones_own(zones), ms_of(2026, rows[i].from_month, rows[i].from_day, rows[i].from_hour, 0), NULL);
		bool is_found = expand_next(event, zones_of_event(zones, event, NULL), zones_own(zones), from, &next);
		g_autoptr(GString) text = g_string_new(NULL);
		if (is_found)
			put_moment(text, &next, next.start_ms);
		g_assert_cmpint(is_found, ==, rows[i].next != NULL);
		g_assert_cmpstr(text->str, ==, rows[i].next ? rows[i].next : "");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	zones = zones_new(NULL, "Europe/Berlin");
	g_test_add_func("/calendar/expand/clocks", test_clocks);
	g_test_add_func("/calendar/expand/second-hour", test_second_hour);
	g_test_add_func("/calendar/expand/all-day", test_all_day);
	g_test_add_func("/calendar/expand/all-day-anywhere", test_all_day_anywhere);
	g_test_add_func("/calendar/expand/exceptions", test_exceptions);
	g_test_add_func("/calendar/expand/cancelled-series", test_cancelled_series);
	g_test_add_func("/calendar/expand/doubts", test_doubts);
	g_test_add_func("/calendar/expand/skipped-is-named", test_skipped_is_named);
	g_test_add_func("/calendar/expand/calendar-types", test_calendar_types);
	g_test_add_func("/calendar/expand/crowd", test_crowd);
	g_test_add_func("/calendar/expand/costs", test_costs);
	g_test_add_func("/calendar/expand/lengths", test_lengths);
	g_test_add_func("/calendar/expand/next", test_next);
	int result = g_test_run();
	zones_free(zones);
	return result;
}
