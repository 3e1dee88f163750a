#include "calendar/zone_rule.h"

#include <string.h>

#include "calendar/day.h"

enum { HOUR_S = 3600, MINUTE_S = 60, LAST_WEEK = 5, HOURS_MAX = 167 };

/* ---- reading what POSIX writes into TZ ---- */

/* A name is of letters, or of anything between angle brackets. */
static bool skip_name(const char **at)
{
	const char *p = *at;

	if (*p == '<') {
		const char *end = strchr(p, '>');
		*at = end ? end + 1 : p;
		return end != NULL;
	}
	while (g_ascii_isalpha(*p))
		p++;
	bool is_name = p - *at >= 3;
	*at = p;
	return is_name;
}

static bool take_number(const char **at, int max, int *ret_number)
{
	int number = 0;

	if (!g_ascii_isdigit(**at))
		return false;
	for (; g_ascii_isdigit(**at) && number <= max; (*at)++)
		number = number * 10 + (**at - '0');
	if (number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* hh[:mm[:ss]] with a sign. */
static bool take_time(const char **at, int *ret_s)
{
	int sign = take_char(at, '-') ? -1 : 1, hours, minutes = 0, seconds = 0;

	take_char(at, '+');
	if (!take_number(at, HOURS_MAX, &hours) ||
	    (take_char(at, ':') && !take_number(at, 59, &minutes)) ||
	    (take_char(at, ':') && !take_number(at, 59, &seconds)))
		return false;
	*ret_s = sign * (hours * HOUR_S + minutes * MINUTE_S + seconds);
	return true;
}

static bool take_weekday(const char **at, ZoneSwitch *s)
{
	s->kind = ZONE_DAY_OF_WEEK;
	return take_number(at, 12, &s->month) && s->month > 0 && take_char(at, '.') &&
	       take_number(at, LAST_WEEK, &s->week) && s->week > 0 && take_char(at, '.') &&
	       take_number(at, 6, &s->weekday);
}

static bool take_switch(const char **at, ZoneSwitch *s)
{
	*s = (ZoneSwitch){ .kind = ZONE_DAY_OF_YEAR, .time_s = 2 * HOUR_S };
	if (take_char(at, 'M')) {
		if (!take_weekday(at, s))
			return false;
	} else {
		if (take_char(at, 'J'))
			s->kind = ZONE_DAY_NEVER_29;
		if (!take_number(at, 365, &s->day))
			return false;
	}
	return !take_char(at, '/') || take_time(at, &s->time_s);
}

/* POSIX counts hours west of Greenwich. */
static bool take_offset(const char **at, int *ret_offset_s)
{
	int west_s;

	if (!take_time(at, &west_s) || ABS(west_s) > DAY_S)
		return false;
	*ret_offset_s = -west_s;
	return true;
}

bool zone_rule_parse(const char *posix, ZoneRule *ret_rule)
{
	ZoneRule rule = { 0 };
	const char *at = posix;

	if (!skip_name(&at) || !take_offset(&at, &rule.winter_s))
		return false;
	rule.summer_s = rule.winter_s + HOUR_S;
	if (*at) {
		rule.has_summer = true;
		if (!skip_name(&at) || (*at != ',' && !take_offset(&at, &rule.summer_s)) ||
		    !take_char(&at, ',') || !take_switch(&at, &rule.to_summer) ||
		    !take_char(&at, ',') || !take_switch(&at, &rule.to_winter) || *at)
			return false;
	}
	*ret_rule = rule;
	return true;
}

/* ---- when the clock moves ---- */

static int64_t weekday_of_month(const ZoneSwitch *s, int year)
{
	int64_t first = day_of_date(year, s->month, 1);
	int64_t day = first + (s->weekday - day_weekday(first) + 7) % 7 + 7 * (s->week - 1);

	return day >= first + day_month_length(year, s->month) ? day - 7 : day;
}

static int64_t switch_day(const ZoneSwitch *s, int year)
{
	switch (s->kind) {
	case ZONE_DAY_OF_WEEK:
		return weekday_of_month(s, year);
	case ZONE_DAY_OF_MONTH:
		return day_of_date(year, s->month, MIN(s->day, day_month_length(year, s->month)));
	case ZONE_DAY_OF_YEAR:
		return day_of_date(year, 1, 1) + s->day;
	case ZONE_DAY_NEVER_29:
		return day_of_date(year, 1, 1) + s->day - 1 +
		       (s->day >= 60 && day_year_length(year) == 366);
	}
	return 0;
}

/* False in a year in which this clock is not moved. */
static bool change_s(const ZoneSwitch *s, int year, int before_s, int64_t *ret_utc_s)
{
	if (s->year && s->year != year)
		return false;
	*ret_utc_s = switch_day(s, year) * DAY_S + s->time_s - before_s;
	return true;
}

static int year_of(int64_t wall_s)
{
	return day_date(day_of_ms(wall_s * 1000)).year;
}

static bool is_summer(const ZoneRule *rule, int64_t utc_s)
{
	int64_t begin, end;
	int year = year_of(utc_s + rule->winter_s);
	bool begins = change_s(&rule->to_summer, year, rule->winter_s, &begin);
	bool ends = change_s(&rule->to_winter, year, rule->summer_s, &end);

	if (!begins || !ends)
		return (begins && utc_s >= begin) || (ends && utc_s < end);
	return begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
}

int zone_rule_offset_s(const ZoneRule *rule, int64_t utc_s)
{
	return rule->has_summer && is_summer(rule, utc_s) ? rule->summer_s : rule->winter_s;
}

static void keep_next(int64_t at, int64_t after, bool *found, int64_t *next)
{
	if (at <= after || (*found && at >= *next))
		return;
	*next = at;
	*found = true;
}

bool zone_rule_next(const ZoneRule *rule, int64_t utc_s, int64_t *ret_utc_s)
{
	int year = year_of(utc_s);
	bool found = false;
	int64_t at, next = 0;

	for (int y = year - 1; rule->has_summer && y <= year + 1; y++) {
		if (change_s(&rule->to_summer, y, rule->winter_s, &at))
			keep_next(at, utc_s, &found, &next);
		if (change_s(&rule->to_winter, y, rule->summer_s, &at))
			keep_next(at, utc_s, &found, &next);
	}
	if (found)
		*ret_utc_s = next;
	return found;
}
