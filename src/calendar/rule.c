#include "calendar/rule.h"

#include <string.h>

#include "base/text.h"
#include "calendar/day.h"

enum { WEEKDAYS = 7, BITS = 64, PARTS_MAX = 40, ITEMS_MAX = 800, TEXT_BYTES_MAX = 8000 };
#define COUNT_MAX INT64_C(1000000000000)

static const char weekday_names[WEEKDAYS][3] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };
static const char *const frequency_names[] = { [RULE_DAILY] = "DAILY",
	                                       [RULE_WEEKLY] = "WEEKLY",
	                                       [RULE_MONTHLY] = "MONTHLY",
	                                       [RULE_YEARLY] = "YEARLY" };

void rule_init(Rule *rule, RuleFrequency frequency)
{
	*rule = (Rule){ .frequency = frequency, .interval = 1, .week_start = -1 };
}

bool rule_numbers_have(const RuleNumbers *numbers, int n)
{
	const uint64_t *bits = n < 0 ? numbers->last : numbers->first;
	int at = ABS(n);

	return at <= RULE_DAYS_MAX && bits[at / BITS] >> at % BITS & 1;
}

void rule_numbers_add(RuleNumbers *numbers, int n)
{
	uint64_t *bits = n < 0 ? numbers->last : numbers->first;

	bits[ABS(n) / BITS] |= UINT64_C(1) << ABS(n) % BITS;
}

/* ---- reading ---- */

static int weekday_of(const char *name)
{
	for (int i = 0; i < WEEKDAYS; i++)
		if (text_equal_ascii_case(name, weekday_names[i]))
			return i;
	return -1;
}

/* RFC 5545 lets a number have a plus sign. */
static bool number_of(const char *text, int max, int *ret_number)
{
	int64_t n;

	if (!text_to_int(*text == '+' ? text + 1 : text, -max, max, &n) || n == 0)
		return false;
	*ret_number = (int)n;
	return true;
}

static bool take_numbers(const char *text, int max, RuleNumbers *numbers, bool *has)
{
	g_auto(GStrv) items = g_strsplit(text, ",", ITEMS_MAX);
	int n;

	for (char **item = items; *item; item++) {
		if (!number_of(*item, max, &n))
			return false;
		rule_numbers_add(numbers, n);
	}
	*has = items[0] != NULL;
	return *has;
}

static bool take_months(const char *text, Rule *rule)
{
	g_auto(GStrv) items = g_strsplit(text, ",", ITEMS_MAX);
	int64_t month;

	for (char **item = items; *item; item++) {
		if (!text_to_int(*item, 1, 12, &month))
			return false;
		rule->months |= 1u << month;
	}
	return rule->months != 0;
}

/* "TU", "2TU", "-1FR". */
static bool take_weekday(const char *item, Rule *rule)
{
	size_t len = strlen(item);
	int weekday = len >= 2 ? weekday_of(item + len - 2) : -1, n;

	if (weekday < 0)
		return false;
	if (len == 2) {
		rule->weekdays |= 1u << weekday;
		return true;
	}
	g_autofree char *number = g_strndup(item, len - 2);
	if (!number_of(number, RULE_WEEKS_MAX, &n))
		return false;
	(n < 0 ? rule->nth_last : rule->nth_first)[weekday] |= UINT64_C(1) << ABS(n);
	rule->has_nth = true;
	return true;
}

static bool take_weekdays(const char *text, Rule *rule)
{
	g_auto(GStrv) items = g_strsplit(text, ",", ITEMS_MAX);

	for (char **item = items; *item; item++)
		if (!take_weekday(*item, rule))
			return false;
	return items[0] != NULL;
}

/* 20261231, 20261231T235959 and 20261231T235959Z. */
static bool take_until(const char *text, Rule *rule)
{
	size_t len = strlen(text);
	bool has_time = len > 8 && text[8] == 'T';
	int64_t date, time = 0;

	if (len != (has_time ? 15 + (text[len - 1] == 'Z') : 8))
		return false;
	g_autofree char *day = g_strndup(text, 8),
			*clock = has_time ? g_strndup(text + 9, 6) : NULL;
	if (!text_to_int(day, 0, 99999999, &date) ||
	    (clock && !text_to_int(clock, 0, 235960, &time)))
		return false;
	int year = (int)(date / 10000), month = (int)(date / 100 % 100);
	if (!day_date_exists(year, month, (int)(date % 100)) || time / 100 % 100 > 59)
		return false;
	rule->has_until = true;
	rule->is_until_wall = text[len - 1] != 'Z';
	rule->until_ms = day_of_date(year, month, (int)(date % 100)) * DAY_MS +
	                 (time / 10000 * 3600 + time / 100 % 100 * 60 + time % 100) * 1000;
	/* A date alone is the whole day of it. */
	if (!has_time)
		rule->until_ms += DAY_MS - 1000;
	return true;
}

static bool take_frequency(const char *text, Rule *rule)
{
	for (size_t i = 0; i < G_N_ELEMENTS(frequency_names); i++)
		if (text_equal_ascii_case(text, frequency_names[i])) {
			rule->frequency = (RuleFrequency)i;
			return true;
		}
	return false;
}

static bool take_interval(const char *text, Rule *rule)
{
	int64_t n;

	if (!text_to_int(text, 1, G_MAXINT32, &n))
		return false;
	rule->interval = (int)n;
	return true;
}

static bool take_week_start(const char *text, Rule *rule)
{
	rule->week_start = weekday_of(text);
	return rule->week_start >= 0;
}

/* What is within a day: once is what the start says anyway, so only more than once is a doubt. */
static void pass_clock(const char *text, GPtrArray *doubts)
{
	if (strchr(text, ','))
		doubts_add(doubts, DOUBT_RULE_WITHIN_DAY, text);
}

static bool take_part(const char *name, const char *value, Rule *rule, GPtrArray *doubts)
{
	if (text_equal_ascii_case(name, "FREQ"))
		return take_frequency(value, rule);
	if (text_equal_ascii_case(name, "INTERVAL"))
		return take_interval(value, rule);
	if (text_equal_ascii_case(name, "COUNT"))
		return text_to_int(value, 1, COUNT_MAX, &rule->count);
	if (text_equal_ascii_case(name, "UNTIL"))
		return take_until(value, rule);
	if (text_equal_ascii_case(name, "WKST"))
		return take_week_start(value, rule);
	if (text_equal_ascii_case(name, "BYMONTH"))
		return take_months(value, rule);
	if (text_equal_ascii_case(name, "BYDAY"))
		return take_weekdays(value, rule);
	if (text_equal_ascii_case(name, "BYMONTHDAY"))
		return take_numbers(value, 31, &rule->month_days, &rule->has_month_days);
	if (text_equal_ascii_case(name, "BYYEARDAY"))
		return take_numbers(value, RULE_DAYS_MAX, &rule->year_days, &rule->has_year_days);
	if (text_equal_ascii_case(name, "BYWEEKNO"))
		return take_numbers(value, RULE_WEEKS_MAX, &rule->weeks, &rule->has_weeks);
	if (text_equal_ascii_case(name, "BYSETPOS"))
		return take_numbers(value, RULE_DAYS_MAX, &rule->positions, &rule->has_positions);
	if (text_equal_ascii_case(name, "BYHOUR") || text_equal_ascii_case(name, "BYMINUTE") ||
	    text_equal_ascii_case(name, "BYSECOND")) {
		pass_clock(value, doubts);
		return true;
	}
	doubts_add(doubts, DOUBT_RULE_PART, name);
	return true;
}

/* RFC 5545: an nth weekday means nothing within a day or a week, nor beside week numbers. */
static void settle(Rule *rule)
{
	if (!rule->has_nth || (rule->frequency >= RULE_MONTHLY && !rule->has_weeks))
		return;
	for (int i = 0; i < WEEKDAYS; i++)
		if (rule->nth_first[i] || rule->nth_last[i])
			rule->weekdays |= 1u << i;
	rule->has_nth = false;
	memset(rule->nth_first, 0, sizeof rule->nth_first);
	memset(rule->nth_last, 0, sizeof rule->nth_last);
}

static bool parse_parts(char **parts, Rule *rule, GPtrArray *doubts)
{
	bool has_frequency = false;

	for (char **part = parts; *part; part++) {
		char *equals = strchr(*part, '=');
		if (!equals && **part == '\0')
			continue;
		if (!equals)
			return false;
		*equals = '\0';
		if (!take_part(*part, equals + 1, rule, doubts))
			return false;
		has_frequency = has_frequency || text_equal_ascii_case(*part, "FREQ");
	}
	return has_frequency;
}

bool rule_parse(const char *text, Rule *ret_rule, GPtrArray *doubts)
{
	Rule rule;

	rule_init(&rule, RULE_DAILY);
	if (strlen(text) > TEXT_BYTES_MAX) {
		doubts_add(doubts, DOUBT_RULE_UNKNOWN, text);
		return false;
	}
	g_auto(GStrv) parts = g_strsplit(text, ";", PARTS_MAX);
	if (!parse_parts(parts, &rule, doubts)) {
		doubts_add(doubts, DOUBT_RULE_UNKNOWN, text);
		return false;
	}
	settle(&rule);
	*ret_rule = rule;
	return true;
}

/* ---- writing ---- */

static void put_numbers(GString *text, const char *name, const RuleNumbers *numbers)
{
	char before = '=';

	g_string_append_printf(text, ";%s", name);
	for (int n = 1; n <= RULE_DAYS_MAX; n++)
		if (rule_numbers_have(numbers, n)) {
			g_string_append_printf(text, "%c%d", before, n);
			before = ',';
		}
	for (int n = -RULE_DAYS_MAX; n < 0; n++)
		if (rule_numbers_have(numbers, n)) {
			g_string_append_printf(text, "%c%d", before, n);
			before = ',';
		}
}

static void put_months(GString *text, guint months)
{
	char before = '=';

	g_string_append(text, ";BYMONTH");
	for (int month = 1; month <= 12; month++)
		if (months >> month & 1) {
			g_string_append_printf(text, "%c%d", before, month);
			before = ',';
		}
}

/* Beginning with the week, as people read it. */
static void put_weekdays(GString *text, const Rule *rule)
{
	char before = '=';

	g_string_append(text, ";BYDAY");
	for (int i = 0; i < WEEKDAYS; i++) {
		int day = (i + 1) % WEEKDAYS;
		if (rule->weekdays >> day & 1) {
			g_string_append_printf(text, "%c%s", before, weekday_names[day]);
			before = ',';
		}
		for (int n = -RULE_WEEKS_MAX; n <= RULE_WEEKS_MAX; n++)
			if ((n < 0 ? rule->nth_last : rule->nth_first)[day] >> ABS(n) & 1) {
				g_string_append_printf(text, "%c%d%s", before, n,
				                       weekday_names[day]);
				before = ',';
			}
	}
}

static void put_until(GString *text, const Rule *rule)
{
	Date date = day_date(day_of_ms(rule->until_ms));
	int time_s = (int)(day_time_ms(rule->until_ms) / 1000);

	g_string_append_printf(text, ";UNTIL=%04d%02d%02d", date.year, date.month, date.day);
	if (rule->is_until_wall && time_s == DAY_S - 1)
		return;
	g_string_append_printf(text, "T%02d%02d%02d%s", time_s / 3600, time_s / 60 % 60,
	                       time_s % 60, rule->is_until_wall ? "" : "Z");
}

char *rule_format(const Rule *rule)
{
	GString *text = g_string_new("FREQ=");

	g_string_append(text, frequency_names[rule->frequency]);
	if (rule->has_until)
		put_until(text, rule);
	if (rule->count)
		g_string_append_printf(text, ";COUNT=%lld", (long long)rule->count);
	if (rule->interval != 1)
		g_string_append_printf(text, ";INTERVAL=%d", rule->interval);
	if (rule->months)
		put_months(text, rule->months);
	if (rule->has_weeks)
		put_numbers(text, "BYWEEKNO", &rule->weeks);
	if (rule->has_year_days)
		put_numbers(text, "BYYEARDAY", &rule->year_days);
	if (rule->has_month_days)
		put_numbers(text, "BYMONTHDAY", &rule->month_days);
	if (rule->weekdays || rule->has_nth)
		put_weekdays(text, rule);
	if (rule->has_positions)
		put_numbers(text, "BYSETPOS", &rule->positions);
	if (rule->week_start >= 0)
		g_string_append_printf(text, ";WKST=%s", weekday_names[rule->week_start]);
	return g_string_free(text, FALSE);
}
