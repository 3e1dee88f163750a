#include "app/when.h"
#include "base/error.h"

#define NOW_MS INT64_C(1772622000000)      /* Wed 2026-03-04 11:00 UTC; tests run there */

static void test_reads(void)
{
	static const struct { const char *text, *at; } rows[] = {
		{ "tomorrow",           "2026-03-05T08:00:00Z" },
		{ "Tomorrow 9:30",      "2026-03-05T09:30:00Z" },
		{ "9:30 tomorrow",      "2026-03-05T09:30:00Z" },
		{ "tom",                "2026-03-05T08:00:00Z" },
		{ "fri",                "2026-03-06T08:00:00Z" },
		{ "friday 17:00",       "2026-03-06T17:00:00Z" },
		{ "wed",                "2026-03-11T08:00:00Z" },
		{ "  tuesday   7:05 ",  "2026-03-10T07:05:00Z" },
		{ "today 23:59",        "2026-03-04T23:59:00Z" },
		{ "17:30",              "2026-03-04T17:30:00Z" },
		{ "10:59",              "2026-03-05T10:59:00Z" },
		{ "2026-12-01",         "2026-12-01T08:00:00Z" },
		{ "2026-12-01 14:00",   "2026-12-01T14:00:00Z" },
		{ "2h",                 "2026-03-04T13:00:00Z" },
		{ "30m",                "2026-03-04T11:30:00Z" },
		{ "3d",                 "2026-03-07T11:00:00Z" },
		{ "1w",                 "2026-03-11T11:00:00Z" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		int64_t ms = 0;
		g_test_message("%s", rows[i].text);
		g_assert_true(when_parse(rows[i].text, NOW_MS, 8, &ms, &err));
		g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(ms / 1000);
		g_autofree char *text = g_date_time_format_iso8601(at);
		g_assert_cmpstr(text, ==, rows[i].at);
	}
}

static void test_refuses(void)
{
	static const char *const rows[] = {
		"", " ", "to", "we", "soon", "25:00", "9:5", "2026-13-01", "2026-02-30", "0h", "-2h", "3x", "tomorrow friday",
		"9:00 10:00", "today", "today 11:00", "2026-03-04", "2020-01-01", "99999d",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		int64_t ms = 7;
		g_test_message("%s", rows[i]);
		g_assert_false(when_parse(rows[i], NOW_MS, 8, &ms, &err));
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_cmpint(ms, ==, 7);
	}
}

static void test_reads_days(void)
{
	static const struct { const char *text, *day; } rows[] = {
		{ "today", "2026-03-04" }, { "tomorrow", "2026-03-05" },   { "fri", "2026-03-06" }, { "wed", "2026-03-11" },
		{ "3d", "2026-03-07" },    { "2w", "2026-03-18" },         { "2h", "2026-03-04" },  { "2026-12-01", "2026-12-01" },
		{ "26d", "2026-03-30" },   { "2026-03-04", "2026-03-04" }, { "2026-03-03", NULL },  { "someday", NULL },
	};

	/* early and late in the day */
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		const char *text = rows[i / 2].text, *day = rows[i / 2].day;
		int64_t now_ms = NOW_MS + (i % 2 ? INT64_C(46799000) : INT64_C(-39600000)), ms = 7;
		g_autoptr(GError) err = NULL;
		g_test_message("%s", text);
		g_assert_cmpint(when_parse_day(text, now_ms, &ms, &err), ==, day != NULL);
		g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(ms / 1000);
		g_autofree char *shown = g_date_time_format(at, "%F %H:%M");
		g_autofree char *expected = g_strconcat(day ? day : "", " 00:00", NULL);
		if (day)
			g_assert_cmpstr(shown, ==, expected);
		else
			g_assert_cmpint(ms, ==, 7);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/when/reads", test_reads);
	g_test_add_func("/when/refuses", test_refuses);
	g_test_add_func("/when/days", test_reads_days);
	return g_test_run();
}
