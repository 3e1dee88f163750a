#include <string.h>

#include "calendar/day.h"
#include "calendar/recurrence.h"
#include "calendar/zones.h"

/* ---- as text ---- */

static void test_text(void)
{
	static const struct { const char *text, *again; } rows[] = {
		{ "FREQ=DAILY", "FREQ=DAILY" },
		{ "RRULE", NULL },
		{ "", NULL },
		{ "INTERVAL=2", NULL },
		{ "FREQ=HOURLY", NULL },
		{ "FREQ=FORTNIGHTLY", NULL },
		{ "freq=weekly;byday=mo,+2tu;wkst=su", "FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU" },
		{ "FREQ=WEEKLY;INTERVAL=1;", "FREQ=WEEKLY" },
		{ "FREQ=WEEKLY;INTERVAL=0", NULL },
		{ "FREQ=WEEKLY;INTERVAL=-1", NULL },
		{ "FREQ=WEEKLY;INTERVAL=99999999999", NULL },
		{ "FREQ=WEEKLY;BYDAY=", NULL },
		{ "FREQ=WEEKLY;BYDAY=XX", NULL },
		{ "FREQ=MONTHLY;BYDAY=0TH", NULL },
		{ "FREQ=MONTHLY;BYDAY=54TH", NULL },
		{ "FREQ=MONTHLY;BYDAY=-1FR,1MO", "FREQ=MONTHLY;BYDAY=1MO,-1FR" },
		{ "FREQ=MONTHLY;BYMONTHDAY=31,-1,15", "FREQ=MONTHLY;BYMONTHDAY=15,31,-1" },
		{ "FREQ=MONTHLY;BYMONTHDAY=0", NULL },
		{ "FREQ=MONTHLY;BYMONTHDAY=32", NULL },
		{ "FREQ=YEARLY;BYMONTH=13", NULL },
		{ "FREQ=YEARLY;BYYEARDAY=-366,366;BYWEEKNO=53,-1", "FREQ=YEARLY;BYWEEKNO=53,-1;BYYEARDAY=366,-366" },
		{ "FREQ=YEARLY;BYYEARDAY=367", NULL },
		{ "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1" },
		{ "FREQ=DAILY;COUNT=1000000000", "FREQ=DAILY;COUNT=1000000000" },
		{ "FREQ=DAILY;COUNT=0", NULL },
		{ "FREQ=DAILY;COUNT=99999999999999999999", NULL },
		{ "FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231" },
		{ "FREQ=DAILY;UNTIL=20261231T120000Z", "FREQ=DAILY;UNTIL=20261231T120000Z" },
		{ "FREQ=DAILY;UNTIL=20261231T120000", "FREQ=DAILY;UNTIL=20261231T120000" },
		{ "FREQ=DAILY;UNTIL=20260230", NULL },
		{ "FREQ=DAILY;UNTIL=20261231T126100Z", NULL },
		{ "FREQ=DAILY;UNTIL=tomorrow", NULL },
		{ "FREQ=DAILY;BYHOUR=9;X-EVERY=third", "FREQ=DAILY" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Rule rule = { .interval = 77 };
		g_test_message("%s", rows[i].text);
		bool is_rule = rule_parse(rows[i].text, &rule, NULL);
		g_autofree char *again = is_rule ? rule_format(&rule) : NULL;
		g_assert_cmpstr(again, ==, rows[i].again);
		g_assert_true(is_rule || rule.interval == 77);
	}
}

static void test_doubts(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "FREQ=DAILY;BYHOUR=9", NULL },
		{ "FREQ=DAILY;BYHOUR=9,15", "It takes place more than once a day; one time of each day is shown: 9,15" },
		{ "FREQ=DAILY;BYEASTER=1", "A part of how it recurs is not known, and left out: BYEASTER" },
		{ "FREQ=SECONDLY", "How it recurs cannot be read; only its first date is shown: FREQ=SECONDLY" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Rule rule;
		g_autoptr(GPtrArray) doubts = doubts_new();
		g_test_message("%s", rows[i].text);
		rule_parse(rows[i].text, &rule, doubts);
		g_assert_cmpint(doubts->len, ==, rows[i].says != NULL);
		g_autofree char *says = rows[i].says ? doubt_sentence(doubts->pdata[0]) : NULL;
		g_assert_cmpstr(says, ==, rows[i].says);
	}
}

/* ---- in the words of ActiveSync ---- */

static const struct { const char *name; Recurrence words; const char *text; } kinds[] = {
	{ "every day", { .type = RECUR_DAILY, .interval = 1, .first_day_of_week = -1 }, "FREQ=DAILY" },
	{ "every third day, ten times", { .type = RECUR_DAILY, .interval = 3, .occurrences = 10, .first_day_of_week = -1 },
	  "FREQ=DAILY;COUNT=10;INTERVAL=3" },
	{ "work days, as daily", { .type = RECUR_DAILY, .interval = 1, .days = DAY_WORK, .first_day_of_week = -1 },
	  "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR" },
	{ "weekly until", { .type = RECUR_WEEKLY, .interval = 2, .days = DAY_TUESDAY, .until_ms = 1780272000000,
	                    .first_day_of_week = 0 }, "FREQ=WEEKLY;UNTIL=20260601T000000Z;INTERVAL=2;BYDAY=TU;WKST=SU" },
	{ "some days of the week", { .type = RECUR_WEEKLY, .interval = 1, .days = DAY_MONDAY | DAY_WEDNESDAY | DAY_SUNDAY,
	                             .first_day_of_week = 1 }, "FREQ=WEEKLY;BYDAY=MO,WE,SU;WKST=MO" },
	{ "the 15th", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 15, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;BYMONTHDAY=15" },
	{ "the 28th", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 28, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;BYMONTHDAY=28" },
	{ "the 29th", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 29, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1" },
	{ "the 30th", { .type = RECUR_MONTHLY, .interval = 6, .day_of_month = 30, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=28,29,30;BYSETPOS=-1" },
	{ "the 31st", { .type = RECUR_MONTHLY, .interval = 1, .day_of_month = 31, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;BYMONTHDAY=-1" },
	{ "second Tuesday", { .type = RECUR_MONTHLY_NTH, .interval = 1, .days = DAY_TUESDAY, .week_of_month = 2,
	                      .first_day_of_week = -1 }, "FREQ=MONTHLY;BYDAY=2TU" },
	{ "last Friday", { .type = RECUR_MONTHLY_NTH, .interval = 1, .days = DAY_FRIDAY, .week_of_month = 5,
	                   .first_day_of_week = -1 }, "FREQ=MONTHLY;BYDAY=-1FR" },
	{ "first work day", { .type = RECUR_MONTHLY_NTH, .interval = 3, .days = DAY_WORK, .week_of_month = 1,
	                      .first_day_of_week = -1 }, "FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1" },
	{ "last day", { .type = RECUR_MONTHLY_NTH, .interval = 1, .days = DAY_ANY, .week_of_month = 5, .first_day_of_week = -1 },
	  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1" },
	{ "a birthday", { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 31, .month_of_year = 12, .first_day_of_week = -1 },
	  "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31" },
	{ "29 February", { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 29, .month_of_year = 2, .first_day_of_week = -1 },
	  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1" },
	{ "31 April", { .type = RECUR_YEARLY, .interval = 1, .day_of_month = 31, .month_of_year = 4, .first_day_of_week = -1 },
	  "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1" },
	{ "Mothers' day", { .type = RECUR_YEARLY_NTH, .interval = 1, .days = DAY_SUNDAY, .week_of_month = 2, .month_of_year = 5,
	                    .first_day_of_week = -1 }, "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU" },
	{ "last weekend day of August", { .type = RECUR_YEARLY_NTH, .interval = 2, .days = DAY_WEEKEND, .week_of_month = 5,
	                                  .month_of_year = 8, .first_day_of_week = -1 },
	  "FREQ=YEARLY;INTERVAL=2;BYMONTH=8;BYDAY=SA,SU;BYSETPOS=-1" },
};

static void test_words_and_back(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Rule rule, read;
		Recurrence again;
		g_test_message("%s", kinds[i].name);
		g_assert_true(recurrence_is_valid(&kinds[i].words));
		recurrence_to_rule(&kinds[i].words, false, &rule);
		g_autofree char *text = rule_format(&rule);
		g_assert_cmpstr(text, ==, kinds[i].text);
		g_assert_true(rule_parse(text, &read, NULL));
		g_assert_true(recurrence_from_rule(&read, 0, NULL, &again));
		g_assert_true(recurrence_equal(&again, &kinds[i].words));
	}
}

/* Every rule that a server may send, as far as its fields differ in kind: there and back is where it was. */
static void check_identity(Recurrence words)
{
	Rule rule;
	Recurrence again;

	if (!recurrence_is_valid(&words))
		return;
	recurrence_to_rule(&words, true, &rule);
	g_autofree char *text = rule_format(&rule);
	g_assert_true(rule_parse(text, &rule, NULL));
	g_assert_true(recurrence_from_rule(&rule, 3 * DAY_MS, NULL, &again));
	if (!recurrence_equal(&again, &words))
		g_error("%s is not what it was", text);
}

static void test_identity(void)
{
	static const int intervals[] = { 1, 2, 999 }, counts[] = { 0, 1, 999 };
	int checked = 0;

	for (int type = RECUR_DAILY; type <= RECUR_YEARLY_NTH; type++)
		for (int n = 0; n < 9; n++)
			for (int days = 0; days <= DAY_ANY; days++)
				for (int day = 0; day <= 31; day += days && day < 31 ? 31 : 1)
					for (int week = 0; week <= 5; week++)
						for (int month = 0; month <= 12; month++, checked++)
							check_identity((Recurrence){
								.type = type, .interval = intervals[n / 3], .occurrences = counts[n % 3],
								.days = days, .day_of_month = day, .week_of_month = week, .month_of_year = month,
								.until_ms = n == 3 ? 20000 * DAY_MS : 0, .first_day_of_week = n % 8 - 1 });
	g_assert_cmpint(checked, >, 10000);
}

/* What ActiveSync has no words for is not bent until it fits. */
static void test_no_words(void)
{
	static const struct { const char *text, *day; bool has_words; } rows[] = {
		{ "FREQ=MONTHLY", "the 15th", true },
		{ "FREQ=MONTHLY;BYMONTHDAY=31", "short months are skipped", false },
		{ "FREQ=MONTHLY;BYMONTHDAY=1,15", "two days", false },
		{ "FREQ=MONTHLY;BYMONTHDAY=-2", "the last but one", false },
		{ "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "Friday the 13th", false },
		{ "FREQ=MONTHLY;BYDAY=MO", "every Monday of the month", false },
		{ "FREQ=MONTHLY;BYDAY=1MO,3MO", "two weeks", false },
		{ "FREQ=MONTHLY;BYDAY=1MO,1TU", "two days of a week", false },
		{ "FREQ=MONTHLY;BYDAY=5MO", "the fifth, where there is one", false },
		{ "FREQ=MONTHLY;BYDAY=-2MO", "the last but one", false },
		{ "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,2", "two positions", false },
		{ "FREQ=MONTHLY;BYMONTH=1,2", "some months", false },
		{ "FREQ=YEARLY", "the day it begins on", true },
		{ "FREQ=YEARLY;BYMONTH=1,7", "two months", false },
		{ "FREQ=YEARLY;BYMONTHDAY=5", "the fifth of each month", false },
		{ "FREQ=YEARLY;BYDAY=20MO", "a week of the year", false },
		{ "FREQ=YEARLY;BYWEEKNO=20", "a week by its number", false },
		{ "FREQ=YEARLY;BYYEARDAY=100", "a day of the year", false },
		{ "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "leap years alone", false },
		{ "FREQ=WEEKLY", "the day it begins on", true },
		{ "FREQ=WEEKLY;BYMONTH=1", "in winter", false },
		{ "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "a position", false },
		{ "FREQ=DAILY;BYMONTHDAY=1", "daily, on a date", false },
		{ "FREQ=DAILY;INTERVAL=1000", "too seldom", false },
		{ "FREQ=DAILY;COUNT=1000000000", "too often", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Rule rule;
		Recurrence words;
		g_test_message("%s: %s", rows[i].text, rows[i].day);
		g_assert_true(rule_parse(rows[i].text, &rule, NULL));
		g_assert_cmpint(recurrence_from_rule(&rule, 14 * DAY_MS, NULL, &words), ==, rows[i].has_words);
	}
}

static void test_until_of_a_date(void)
{
	Rule rule;
	Recurrence words;
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	g_assert_true(rule_parse("FREQ=DAILY;UNTIL=20260701", &rule, NULL));
	g_assert_true(recurrence_from_rule(&rule, 0, NULL, &words));
	g_assert_cmpint(words.until_ms, ==, day_of_date(2026, 7, 1) * DAY_MS);
	recurrence_to_rule(&words, true, &rule);
	g_autofree char *text = rule_format(&rule);
	g_assert_cmpstr(text, ==, "FREQ=DAILY;UNTIL=20260701");
	/* On a clock the date ends when it ends there. */
	g_assert_true(recurrence_from_rule(&rule, 0, zones_get(zones, "America/New_York"), &words));
	g_assert_cmpint(words.until_ms, ==, day_of_date(2026, 7, 2) * DAY_MS - 1000 + 4 * 3600000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/rule/text", test_text);
	g_test_add_func("/calendar/rule/doubts", test_doubts);
	g_test_add_func("/calendar/rule/words-and-back", test_words_and_back);
	g_test_add_func("/calendar/rule/identity", test_identity);
	g_test_add_func("/calendar/rule/no-words", test_no_words);
	g_test_add_func("/calendar/rule/until-of-a-date", test_until_of_a_date);
	return g_test_run();
}
