#include "app/period.h"
#include "base/error.h"

#define NOW_MS INT64_C(1772622000000)      /* Wed 2026-03-04 11:00 UTC; tests run there */

static char *shown(int64_t ms)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(ms / 1000);

	return g_date_time_format(at, "%m-%d %H:%M");
}

static void test_reads(void)
{
	static const struct { const char *text, *start, *end; } rows[] = {
		{ "tomorrow 14:00",           "03-05 14:00", "03-05 15:00" },
		{ "14:00",                    "03-04 14:00", "03-04 15:00" },
		{ "10:00",                    "03-05 10:00", "03-05 11:00" },
		{ "fri 9-10:30",              "03-06 09:00", "03-06 10:30" },
		{ "Fri 9:00 - 10",            "03-06 09:00", "03-06 10:00" },
		{ "fri 9\u201310",            "03-06 09:00", "03-06 10:00" },
		{ "friday 9am to 11am",       "03-06 09:00", "03-06 11:00" },
		{ "mon 22:00-02:00",          "03-09 22:00", "03-10 02:00" },
		{ "next fri noon for 45m",    "03-13 12:00", "03-13 12:45" },
		{ "next wed 8:15pm",          "03-11 20:15", "03-11 21:15" },
		{ "last mon 9:00",            "03-02 09:00", "03-02 10:00" },
		{ "24 dec 18:00 + 1h30m",     "12-24 18:00", "12-24 19:30" },
		{ "on 24.12. at 18:00",       "12-24 18:00", "12-24 19:00" },
		{ "from 14:00 until 15:15",   "03-04 14:00", "03-04 15:15" },
		{ "thu 23:00 to fri 1:00",    "03-05 23:00", "03-06 01:00" },
		{ "thu 17:00 to sun",         "03-05 17:00", "03-08 17:00" },
		{ "2026-12-01, 12am",         "12-01 00:00", "12-01 01:00" },
		{ "12pm tomorrow",            "03-05 12:00", "03-05 13:00" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		Period period;
		g_test_message("%s", rows[i].text);
		g_assert_true(period_parse(rows[i].text, NOW_MS, 60, &period, &err));
		g_autofree char *start = shown(period.start_ms), *end = shown(period.end_ms);
		g_assert_cmpstr(start, ==, rows[i].start);
		g_assert_cmpstr(end, ==, rows[i].end);
		g_assert_false(period.is_all_day);
	}
}

static void test_reads_days(void)
{
	static const struct { const char *text, *start, *end; } rows[] = {
		{ "today",               "03-04 00:00", "03-05 00:00" },
		{ "24 dec",              "12-24 00:00", "12-25 00:00" },
		{ "dec 24 2027",         "12-24 00:00", "12-25 00:00" },
		{ "1 dec to 3 dec",      "12-01 00:00", "12-04 00:00" },
		{ "1.12. - 3.12.2026",   "12-01 00:00", "12-04 00:00" },
		{ "3. dec",              "12-03 00:00", "12-04 00:00" },
		{ "mon for 5d",          "03-09 00:00", "03-14 00:00" },
		{ "3 mar",               "03-03 00:00", "03-04 00:00" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		Period period;
		g_test_message("%s", rows[i].text);
		g_assert_true(period_parse(rows[i].text, NOW_MS, 60, &period, &err));
		g_autofree char *start = shown(period.start_ms), *end = shown(period.end_ms);
		g_assert_cmpstr(start, ==, rows[i].start);
		g_assert_cmpstr(end, ==, rows[i].end);
		g_assert_true(period.is_all_day);
	}
}

static void test_refuses(void)
{
	static const char *const rows[] = {
		"", " ", "soon", "9", "25:00", "13pm", "0am", "2026-02-30", "30 feb", "31.4.", "tomorrow friday", "9:00 10:00",
		"for 2h", "fri for", "fri 9:00 for soon", "9-", "-10", "fri 9-10 for 1h", "3 dec to 1 dec", "fri to 10:00",
		"fri for 2h", "fri 9:00 to thu 9:00", "12/24", "9:00:00",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		Period period = { 7, 7, false };
		g_test_message("%s", rows[i]);
		g_assert_false(period_parse(rows[i], NOW_MS, 60, &period, &err));
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_cmpint(period.start_ms, ==, 7);
	}
}

static void test_days_to_go_to(void)
{
	static const struct { const char *text, *day; } rows[] = {
		{ "today", "03-04 00:00" },    { "yesterday", "03-03 00:00" }, { "last fri", "02-27 00:00" },
		{ "next fri", "03-13 00:00" }, { "wed", "03-11 00:00" },       { "3w", "03-25 00:00" },
		{ "1 mar", "03-01 00:00" },    { "2020-02-29", "02-29 00:00" }, { "29 feb", "02-29 00:00" },
		{ "9:00", NULL },              { "fri 9:00", NULL },           { "", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		int64_t day = 0;
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(period_parse_day(rows[i].text, NOW_MS, &day, &err), ==, rows[i].day != NULL);
		g_autofree char *text = shown(day);
		if (rows[i].day)
			g_assert_cmpstr(text, ==, rows[i].day);
	}
	g_assert_cmpint(period_date(NOW_MS), ==, NOW_MS - NOW_MS % (24 * 3600 * 1000));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/period/reads", test_reads);
	g_test_add_func("/period/reads-days", test_reads_days);
	g_test_add_func("/period/refuses", test_refuses);
	g_test_add_func("/period/days-to-go-to", test_days_to_go_to);
	return g_test_run();
}
