/*
 * A rule looks at one period after the other: each interval-th day, week, month or year, counted
 * from the one that holds the first day. Of a period those days are meant that pass every BY part;
 * of these, in order, BYSETPOS picks. So all parts are filters, also those that RFC 5545 calls
 * expanding.
 */
#include "calendar/rule_walk.h"

#include <string.h>

#include "calendar/day.h"

/* How many days may be looked at: some milliseconds. */
enum { FUEL = 1500000, WEEKDAYS = 7, MONTHS = 12 };

/* ---- what the first day says where the rule does not ---- */

static bool names_days(const Rule *rule)
{
	return rule->has_weeks || rule->has_year_days || rule->has_month_days || rule->weekdays ||
	       rule->has_nth;
}

static void complete(Rule *rule, int64_t first_day)
{
	Date date = day_date(first_day);

	if (names_days(rule) || rule->frequency == RULE_DAILY)
		return;
	if (rule->frequency == RULE_WEEKLY) {
		rule->weekdays = 1u << day_weekday(first_day);
		return;
	}
	if (rule->frequency == RULE_YEARLY && !rule->months)
		rule->months = 1u << date.month;
	rule_numbers_add(&rule->month_days, date.day);
	rule->has_month_days = true;
}

/* ---- periods ---- */

static int week_start(const Rule *rule)
{
	return rule->week_start < 0 ? 1 : rule->week_start;
}

static int64_t begin_of_week(const Rule *rule, int64_t day)
{
	return day - (day_weekday(day) - week_start(rule) + WEEKDAYS) % WEEKDAYS;
}

/* The period that holds @day, as a number of its kind. */
static int64_t unit_of(const Rule *rule, int64_t day)
{
	switch (rule->frequency) {
	case RULE_DAILY:
		return day;
	case RULE_WEEKLY:
		return (begin_of_week(rule, day) - week_start(rule) + 4) / WEEKDAYS;
	case RULE_MONTHLY:
		return (int64_t)day_date(day).year * MONTHS + day_date(day).month - 1;
	case RULE_YEARLY:
		return day_date(day).year;
	}
	return 0;
}

static int64_t unit_begin(const Rule *rule, int64_t unit)
{
	switch (rule->frequency) {
	case RULE_DAILY:
		return unit;
	case RULE_WEEKLY:
		return unit * WEEKDAYS + week_start(rule) - 4;
	case RULE_MONTHLY:
		return day_of_date((int)(unit / MONTHS), (int)(unit % MONTHS) + 1, 1);
	case RULE_YEARLY:
		return day_of_date((int)unit, 1, 1);
	}
	return 0;
}

static int unit_length(const Rule *rule, int64_t unit)
{
	switch (rule->frequency) {
	case RULE_DAILY:
		return 1;
	case RULE_WEEKLY:
		return WEEKDAYS;
	case RULE_MONTHLY:
		return day_month_length((int)(unit / MONTHS), (int)(unit % MONTHS) + 1);
	case RULE_YEARLY:
		return day_year_length((int)unit);
	}
	return 0;
}

/* ---- one day ---- */

typedef struct {
	int64_t day;
	Date    date;
	int     of_year;       /* from 1 */
	int     weekday;
} Candidate;

static bool from_either_end(const RuleNumbers *numbers, int n, int of)
{
	return rule_numbers_have(numbers, n) || rule_numbers_have(numbers, n - of - 1);
}

static bool is_nth(const Rule *rule, int weekday, int at, int of)
{
	return rule->nth_first[weekday] >> ((at - 1) / WEEKDAYS + 1) & 1 ||
	       rule->nth_last[weekday] >> ((of - at) / WEEKDAYS + 1) & 1;
}

/* Counted within the month, but within the year if the rule names no months. */
static bool is_weekday(const Rule *rule, const Candidate *c)
{
	if (rule->weekdays >> c->weekday & 1)
		return true;
	if (!rule->has_nth)
		return false;
	if (rule->frequency == RULE_YEARLY && !rule->months)
		return is_nth(rule, c->weekday, c->of_year, day_year_length(c->date.year));
	return is_nth(rule, c->weekday, c->date.day, day_month_length(c->date.year, c->date.month));
}

/* A week belongs to the year that has most of its days. */
static bool is_in_week(const Rule *rule, const Candidate *c)
{
	int64_t middle = begin_of_week(rule, c->day) + 3;
	int year = day_date(middle).year, length = day_year_length(year);
	int of_year = (int)(middle - day_of_date(year, 1, 1)),
	    last = of_year + (length - 1 - of_year) / WEEKDAYS * WEEKDAYS;

	return from_either_end(&rule->weeks, of_year / WEEKDAYS + 1, last / WEEKDAYS + 1);
}

static bool is_meant(const Rule *rule, const Candidate *c)
{
	return (!rule->months || rule->months >> c->date.month & 1) &&
	       (!(rule->weekdays || rule->has_nth) || is_weekday(rule, c)) &&
	       (!rule->has_month_days ||
	        from_either_end(&rule->month_days, c->date.day,
	                        day_month_length(c->date.year, c->date.month))) &&
	       (!rule->has_year_days ||
	        from_either_end(&rule->year_days, c->of_year, day_year_length(c->date.year))) &&
	       (!rule->has_weeks || is_in_week(rule, c));
}

static void step(Candidate *c)
{
	c->day++;
	c->weekday = (c->weekday + 1) % WEEKDAYS;
	c->of_year++;
	if (++c->date.day <= day_month_length(c->date.year, c->date.month))
		return;
	c->date.day = 1;
	if (++c->date.month <= MONTHS)
		return;
	c->date.month = 1;
	c->date.year++;
	c->of_year = 1;
}

/* ---- one period ---- */

static void pick_positions(RuleWalk *walk)
{
	int kept = 0;

	for (int i = 0; i < walk->n_days; i++)
		if (from_either_end(&walk->rule.positions, i + 1, walk->n_days))
			walk->days[kept++] = walk->days[i];
	walk->n_days = kept;
}

static void read_period(RuleWalk *walk, int64_t unit)
{
	int length = unit_length(&walk->rule, unit);
	int64_t begin = unit_begin(&walk->rule, unit);
	Candidate c = { .day = begin, .date = day_date(begin), .weekday = day_weekday(begin) };

	c.of_year = (int)(begin - day_of_date(c.date.year, 1, 1)) + 1;
	walk->period_day = begin;
	walk->n_days = walk->next = 0;
	walk->fuel -= length;
	for (int i = 0; i < length; i++, step(&c))
		if (is_meant(&walk->rule, &c))
			walk->days[walk->n_days++] = i;
	if (walk->rule.has_positions)
		pick_positions(walk);
}

/* ---- the way there ---- */

static int64_t period_of(const RuleWalk *walk, int64_t day)
{
	int64_t units = unit_of(&walk->rule, day) - unit_of(&walk->rule, walk->first_day);

	return units <= 0 ? 0 : units / walk->rule.interval;
}

/* True if each period gives as many days as any other: then they need not be looked at. */
static bool is_even(const Rule *rule)
{
	bool is_plain = !rule->months && !rule->has_month_days && !rule->has_year_days &&
	                !rule->has_weeks && !rule->has_positions;

	return is_plain && (rule->frequency == RULE_WEEKLY ||
	                    (rule->frequency == RULE_DAILY && !rule->weekdays));
}

static int days_of_period(const Rule *rule)
{
	return rule->frequency == RULE_DAILY ? 1 : __builtin_popcount(rule->weekdays);
}

/* Of the first week only what is not before the first day counts. */
static int days_of_first_period(const Rule *rule, int64_t first_day)
{
	int count = 0;

	if (rule->frequency == RULE_DAILY)
		return 1;
	for (int64_t day = first_day; day < begin_of_week(rule, first_day) + WEEKDAYS; day++)
		count += rule->weekdays >> day_weekday(day) & 1;
	return count;
}

static void jump(RuleWalk *walk)
{
	int64_t period = period_of(walk, walk->from_day);

	if (period == 0 || (walk->left >= 0 && !is_even(&walk->rule)))
		return;
	walk->period = period;
	if (walk->left < 0)
		return;
	int64_t passed = days_of_first_period(&walk->rule, walk->first_day) +
	                 (period - 1) * days_of_period(&walk->rule);
	walk->left = MAX(0, walk->left - passed);
}

void rule_walk_begin(RuleWalk *walk, const Rule *rule, int64_t first_day, int64_t from_day,
                     int64_t until_day)
{
	*walk = (RuleWalk){ .rule = *rule,
		            .first_day = first_day,
		            .from_day = from_day,
		            .until_day = until_day,
		            .left = rule->count ? rule->count : -1,
		            .fuel = FUEL };
	complete(&walk->rule, first_day);
	jump(walk);
}

static bool begin_period(RuleWalk *walk)
{
	int64_t unit = unit_of(&walk->rule, walk->first_day) + walk->period * walk->rule.interval;

	if (walk->fuel <= 0 || walk->left == 0 || unit > unit_of(&walk->rule, walk->until_day))
		return false;
	read_period(walk, unit);
	walk->period++;
	return true;
}

bool rule_walk_next(RuleWalk *walk, int64_t *ret_day)
{
	for (;;) {
		if (walk->next == walk->n_days) {
			if (!begin_period(walk))
				return false;
			continue;
		}
		int64_t day = walk->period_day + walk->days[walk->next++];
		if (day < walk->first_day)
			continue;
		if (walk->left == 0 || day > walk->until_day)
			return false;
		if (walk->left > 0)
			walk->left--;
		if (day < walk->from_day)
			continue;
		*ret_day = day;
		return true;
	}
}

bool rule_walk_gave_up(const RuleWalk *walk)
{
	return walk->fuel <= 0;
}
