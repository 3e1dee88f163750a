#include "calendar/recurrence.h"

#include <string.h>

#include "calendar/day.h"

enum { WEEKDAYS = 7, LAST_WEEK = 5, SHORTEST_MONTH = 28, LONGEST_MONTH = 31, INTERVAL_MAX = 999 };

/* [MS-ASCAL] CalendarType: those that have the months of the Gregorian one, whatever they call the
 * year. */
bool recurrence_is_gregorian(const Recurrence *recurrence)
{
	static const int types[] = { 0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12 };

	if (recurrence->type == RECUR_DAILY || recurrence->type == RECUR_WEEKLY)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (recurrence->calendar_type == types[i])
			return true;
	return false;
}

/* ---- to RFC 5545 ---- */

static void add_month_day(Rule *rule, int day)
{
	rule_numbers_add(&rule->month_days, day);
	rule->has_month_days = true;
}

static void add_position(Rule *rule, int position)
{
	rule_numbers_add(&rule->positions, position);
	rule->has_positions = true;
}

static int shortest_length(int month)
{
	return month ? day_month_length(2001, month) : SHORTEST_MONTH;
}

static void put_month_day(Rule *rule, const Recurrence *r)
{
	if (r->day_of_month <= shortest_length(r->month_of_year)) {
		add_month_day(rule, r->day_of_month);
		return;
	}
	if (r->day_of_month == LONGEST_MONTH) {
		add_month_day(rule, -1);
		return;
	}
	for (int day = SHORTEST_MONTH; day <= r->day_of_month; day++)
		add_month_day(rule, day);
	add_position(rule, -1);
}

static void put_nth(Rule *rule, const Recurrence *r)
{
	bool is_last = r->week_of_month == LAST_WEEK;

	if (__builtin_popcount((guint)r->days) > 1) {
		rule->weekdays = (guint)r->days;
		add_position(rule, is_last ? -1 : r->week_of_month);
		return;
	}
	int weekday = __builtin_ctz((guint)r->days);
	if (is_last)
		rule->nth_last[weekday] = 1u << 1;
	else
		rule->nth_first[weekday] = UINT64_C(1) << r->week_of_month;
	rule->has_nth = true;
}

static RuleFrequency frequency_of(RecurrenceType type)
{
	switch (type) {
	case RECUR_DAILY:
		return RULE_DAILY;
	case RECUR_WEEKLY:
		return RULE_WEEKLY;
	case RECUR_MONTHLY:
	case RECUR_MONTHLY_NTH:
		return RULE_MONTHLY;
	default:
		return RULE_YEARLY;
	}
}

/* The end of dates is a date; what has a time ends at one, in UTC. */
static void put_until(Rule *rule, int64_t until_ms, bool is_all_day)
{
	rule->has_until = until_ms != 0;
	rule->is_until_wall = rule->has_until && is_all_day;
	rule->until_ms = rule->is_until_wall ? until_ms + DAY_MS - 1000 : until_ms;
}

void recurrence_to_rule(const Recurrence *r, bool is_all_day, Rule *ret_rule)
{
	Rule rule;

	rule_init(&rule, frequency_of(r->type));
	rule.interval = r->interval;
	rule.count = r->occurrences;
	put_until(&rule, r->until_ms, is_all_day);
	rule.week_start = r->first_day_of_week;
	if (r->month_of_year)
		rule.months = 1u << r->month_of_year;
	if (r->type == RECUR_DAILY || r->type == RECUR_WEEKLY)
		rule.weekdays = (guint)r->days;
	else if (r->day_of_month)
		put_month_day(&rule, r);
	else
		put_nth(&rule, r);
	*ret_rule = rule;
}

/* ---- from RFC 5545 ---- */

/* The only number of the set; 0 if there are more, or none. */
static int only_number(const RuleNumbers *numbers)
{
	int found = 0;

	for (int n = -RULE_DAYS_MAX; n <= RULE_DAYS_MAX; n++)
		if (n != 0 && rule_numbers_have(numbers, n)) {
			if (found)
				return 0;
			found = n;
		}
	return found;
}

/* The 28th to some later day, of which the last that exists is meant; 0 if it is not that. */
static int last_existing_day(const Rule *rule)
{
	int last = 0;

	if (!rule->has_positions || only_number(&rule->positions) != -1)
		return 0;
	for (int n = -LONGEST_MONTH; n <= LONGEST_MONTH; n++) {
		bool is_in = n != 0 && rule_numbers_have(&rule->month_days, n);
		if (is_in && (n < SHORTEST_MONTH || (last && n != last + 1) ||
		              (!last && n != SHORTEST_MONTH)))
			return 0;
		if (is_in)
			last = n;
	}
	return last;
}

static bool take_month_day(const Rule *rule, Recurrence *r)
{
	int day = rule->has_positions ? last_existing_day(rule) : only_number(&rule->month_days);

	if (rule->weekdays || rule->has_nth)
		return false;
	r->day_of_month = day == -1 ? LONGEST_MONTH : day;
	return r->day_of_month >= 1 &&
	       (day == -1 || rule->has_positions || day <= shortest_length(r->month_of_year));
}

static int week_of_position(int position)
{
	return position == -1 ? LAST_WEEK : position >= 1 && position <= 4 ? position : 0;
}

/* "2TU" is one weekday with one number. */
static bool take_one_nth(const Rule *rule, Recurrence *r)
{
	if (rule->weekdays || rule->has_positions)
		return false;
	for (int i = 0; i < WEEKDAYS; i++) {
		uint64_t first = rule->nth_first[i], last = rule->nth_last[i];
		if (!first && !last)
			continue;
		if (r->days || (first && last) || __builtin_popcountll(first | last) != 1)
			return false;
		r->days = 1 << i;
		r->week_of_month =
			week_of_position(first ? __builtin_ctzll(first) : -__builtin_ctzll(last));
	}
	return r->week_of_month != 0;
}

static bool take_nth(const Rule *rule, Recurrence *r)
{
	if (rule->has_nth)
		return take_one_nth(rule, r);
	r->days = (int)rule->weekdays;
	r->week_of_month =
		rule->has_positions ? week_of_position(only_number(&rule->positions)) : 0;
	return r->days && r->week_of_month;
}

static void take_month_day_of_start(int64_t first_day, Recurrence *r)
{
	r->day_of_month = day_date(first_day).day;
}

/* Months and years: on a day of the month, on an nth weekday, or on what the first date says. */
static bool take_day_of_month(const Rule *rule, int64_t first_day, Recurrence *r)
{
	if (rule->has_month_days)
		return take_month_day(rule, r);
	if (rule->weekdays || rule->has_nth) {
		r->type = r->type == RECUR_MONTHLY ? RECUR_MONTHLY_NTH : RECUR_YEARLY_NTH;
		return take_nth(rule, r);
	}
	take_month_day_of_start(first_day, r);
	return !rule->has_positions && r->day_of_month <= shortest_length(r->month_of_year);
}

static bool take_yearly(const Rule *rule, int64_t first_day, Recurrence *r)
{
	guint months = rule->months;

	r->type = RECUR_YEARLY;
	/* Without months a day of the month is one of each, and a week is counted in the year. */
	if (!months && (rule->has_month_days || rule->has_nth || rule->weekdays))
		return false;
	if (!months)
		months = 1u << day_date(first_day).month;
	r->month_of_year = __builtin_ctz(months);
	return __builtin_popcount(months) == 1 && take_day_of_month(rule, first_day, r);
}

static bool take_weekly(const Rule *rule, int64_t first_day, Recurrence *r)
{
	r->type = RECUR_WEEKLY;
	r->days = rule->weekdays ? (int)rule->weekdays : 1 << day_weekday(first_day);
	return !rule->months && !rule->has_month_days && !rule->has_positions;
}

static bool take_kind(const Rule *rule, int64_t first_day, Recurrence *r)
{
	switch (rule->frequency) {
	case RULE_DAILY:
		r->type = RECUR_DAILY;
		r->days = (int)rule->weekdays;
		return !rule->months && !rule->has_month_days && !rule->has_positions;
	case RULE_WEEKLY:
		return take_weekly(rule, first_day, r);
	case RULE_MONTHLY:
		r->type = RECUR_MONTHLY;
		return !rule->months && take_day_of_month(rule, first_day, r);
	case RULE_YEARLY:
		return take_yearly(rule, first_day, r);
	}
	return false;
}

static int64_t until_of(const Rule *rule, const Zone *zone)
{
	if (!rule->has_until)
		return 0;
	if (!zone)
		return day_of_ms(rule->until_ms) * DAY_MS;
	return rule->is_until_wall ? zone_utc_ms(zone, rule->until_ms, NULL) : rule->until_ms;
}

bool recurrence_from_rule(const Rule *rule, int64_t first_wall_ms, const Zone *zone,
                          Recurrence *ret_recurrence)
{
	Recurrence r = { .interval = rule->interval, .first_day_of_week = rule->week_start };

	if (rule->interval > INTERVAL_MAX || rule->count > G_MAXINT16 || rule->has_weeks ||
	    rule->has_year_days || !take_kind(rule, day_of_ms(first_wall_ms), &r))
		return false;
	r.occurrences = (int)rule->count;
	r.until_ms = until_of(rule, zone);
	*ret_recurrence = r;
	return true;
}
