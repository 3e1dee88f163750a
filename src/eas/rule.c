#include "eas/rule.h"

#include <stddef.h>

#include "eas/field.h"
#include "eas/value.h"

enum { VERSION_CALENDARS = 140, VERSION_FIRST_DAY = 141 };

/* Numbers of a rule, in the order in which they are written. */
typedef struct {
	WbxmlTag of_event, of_task;
	size_t   offset;
	int      max;
	int      none;               /* says nothing, and is not written */
	int      version;            /* that knew it first */
} Number;

#define NUMBER(tag, name, ...) \
	{ WBXML_Calendar_##tag, WBXML_Tasks_##tag, offsetof(Recurrence, name), __VA_ARGS__ }
static const Number numbers[] = {
	NUMBER(Type,           type,              RECUR_YEARLY_NTH, -1, 0),
	NUMBER(Occurrences,    occurrences,       INT32_MAX, 0, 0),
	NUMBER(Interval,       interval,          999, 0, 0),
	NUMBER(DayOfWeek,      days,              DAY_ANY, 0, 0),
	NUMBER(DayOfMonth,     day_of_month,      31, 0, 0),
	NUMBER(WeekOfMonth,    week_of_month,     5, 0, 0),
	NUMBER(MonthOfYear,    month_of_year,     12, 0, 0),
	NUMBER(CalendarType,   calendar_type,     255, 0, VERSION_CALENDARS),
	NUMBER(FirstDayOfWeek, first_day_of_week, 6, -1, VERSION_FIRST_DAY),
};
#undef NUMBER

static int *number_of(const Recurrence *recurrence, const Number *number)
{
	return (int *)((char *)recurrence + number->offset);
}

Recurrence *rule_new(void)
{
	Recurrence *recurrence = g_new0(Recurrence, 1);

	recurrence->interval = 1;
	recurrence->first_day_of_week = -1;
	return recurrence;
}

/* ---- reading ---- */

bool rule_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Rule *rule = into;
	Recurrence *recurrence = rule->recurrence;

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (tag == numbers[i].of_event || tag == numbers[i].of_task)
			return value_small_int(number_of(recurrence, &numbers[i]), numbers[i].max,
			                       reader, err);
	switch (tag) {
	case WBXML_Calendar_Until:
	case WBXML_Tasks_Until:
		return value_moment(&recurrence->until_ms, reader, err);
	case WBXML_Calendar_IsLeapMonth:
	case WBXML_Tasks_IsLeapMonth:
		return reply_bool(reader, &recurrence->is_leap_month, err);
	case WBXML_Tasks_Start:
		return value_moment(&rule->start_ms, reader, err);
	case WBXML_Tasks_Regenerate:
		return reply_bool(reader, &recurrence->regenerates, err);
	case WBXML_Tasks_DeadOccur:
		return reply_bool(reader, &recurrence->is_over, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool is_by_days(const Recurrence *r)
{
	return r->type == RECUR_WEEKLY || r->type == RECUR_MONTHLY_NTH ||
	       r->type == RECUR_YEARLY_NTH || (r->type == RECUR_DAILY && r->days);
}

static bool is_nth(const Recurrence *r)
{
	return r->type == RECUR_MONTHLY_NTH || r->type == RECUR_YEARLY_NTH;
}

/* What is allowed, or @otherwise where it is and was not said; else 0. */
static int settled(int value, bool is_allowed, int otherwise)
{
	if (!is_allowed)
		return 0;
	return value ? value : otherwise;
}

void rule_finish(Recurrence *r, int64_t start_ms)
{
	g_autoptr(GDateTime) start = g_date_time_new_from_unix_utc(start_ms / 1000);
	bool is_by_date = r->type == RECUR_MONTHLY || r->type == RECUR_YEARLY;
	bool is_yearly = r->type == RECUR_YEARLY || r->type == RECUR_YEARLY_NTH;

	if (!start)
		return;
	int day = g_date_time_get_day_of_month(start);
	int weekday = 1 << (g_date_time_get_day_of_week(start) % 7);
	r->interval = MAX(r->interval, 1);
	r->days = settled(r->days, is_by_days(r), weekday);
	r->day_of_month = settled(r->day_of_month, is_by_date, day);
	r->week_of_month = settled(r->week_of_month, is_nth(r), (day + 6) / 7);
	r->month_of_year = settled(r->month_of_year, is_yearly, g_date_time_get_month(start));
}

/* ---- writing ---- */

/* [MS-ASCAL] 2.2.2.45: FirstDayOfWeek belongs to a weekly rule, and CalendarType to those that name
 * a month or a day of it. */
static bool is_written(const Recurrence *recurrence, const Number *number, int version)
{
	if (version < number->version || *number_of(recurrence, number) == number->none)
		return false;
	if (number->of_event == WBXML_Calendar_FirstDayOfWeek)
		return recurrence->type == RECUR_WEEKLY;
	return number->of_event != WBXML_Calendar_CalendarType || recurrence->type > RECUR_WEEKLY;
}

static void write_numbers(WbxmlWriter *writer, const Recurrence *recurrence, int version,
                          bool is_task)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (is_written(recurrence, &numbers[i], version))
			wbxml_int(writer, is_task ? numbers[i].of_task : numbers[i].of_event,
			          *number_of(recurrence, &numbers[i]));
}

static bool has_leap_month(const Recurrence *recurrence, int version)
{
	return recurrence->is_leap_month && recurrence->type >= RECUR_YEARLY &&
	       version >= VERSION_CALENDARS;
}

/* Until and Occurrences exclude each other. */
static bool has_end(const Recurrence *recurrence)
{
	return recurrence->until_ms && !recurrence->occurrences;
}

void rule_write_of_event(WbxmlWriter *writer, const Recurrence *recurrence, int version)
{
	wbxml_open(writer, WBXML_Calendar_Recurrence);
	write_numbers(writer, recurrence, version, false);
	if (has_end(recurrence))
		field_compact_date(writer, WBXML_Calendar_Until, recurrence->until_ms);
	if (has_leap_month(recurrence, version))
		wbxml_int(writer, WBXML_Calendar_IsLeapMonth, 1);
	wbxml_close(writer);
}

void rule_write_of_task(WbxmlWriter *writer, const Rule *rule, int version)
{
	const Recurrence *recurrence = rule->recurrence;

	wbxml_open(writer, WBXML_Tasks_Recurrence);
	field_date(writer, WBXML_Tasks_Start, rule->start_ms);
	write_numbers(writer, recurrence, version, true);
	if (has_end(recurrence))
		field_date(writer, WBXML_Tasks_Until, recurrence->until_ms);
	if (has_leap_month(recurrence, version))
		wbxml_int(writer, WBXML_Tasks_IsLeapMonth, 1);
	if (recurrence->regenerates)
		wbxml_int(writer, WBXML_Tasks_Regenerate, 1);
	if (recurrence->is_over)
		wbxml_int(writer, WBXML_Tasks_DeadOccur, 1);
	wbxml_close(writer);
}
