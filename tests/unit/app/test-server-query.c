/* What a server's search is asked of a query of ours, and what is looked at here. */
#include "app/server_query.h"
#include "base/error.h"

#define NOW_MS  INT64_C(1772622000000)      /* Wed 2026-03-04 11:00 UTC */
#define DAY_MS  INT64_C(86400000)
#define MARCH   INT64_C(1772323200000)      /* 2026-03-01 */

static void test_read(void)
{
	static const struct { const char *why, *text, *words, *folder, *ignored; guint checks; int64_t after_ms, before_ms; } rows[] = {
		{ "words", "quarterly figures", "quarterly figures", NULL, NULL, 0, 0, 0 },
		{ "beginnings", "quart* \"fig\"*", "quart fig", NULL, NULL, 0, 0, 0 },
		{ "a phrase", "\"quarterly figures\"", "quarterly figures", NULL, "\"quarterly figures\"", 0, 0, 0 },
		{ "what is looked at here", "from:grace SUBJECT:\"the plan\" to:ada x", "grace the plan ada x", NULL, NULL, 3, 0, 0 },
		{ "without a word of its own", "x is:unread -has:attachment is:important", "x", NULL, NULL, 3, 0, 0 },
		{ "not somebody", "x NOT from:grace -subject:plan", "x", NULL, NULL, 2, 0, 0 },
		{ "dates", "x after:2026-03-01 before:2026-03-02", "x", NULL, NULL, 0, MARCH, MARCH + DAY_MS },
		{ "a span", "x newer:2d", "x", NULL, NULL, 0, NOW_MS - 2 * DAY_MS, 0 },
		{ "a folder", "x in:\"Old Things\"", "x", "Old Things", NULL, 0, 0, 0 },
		{ "nobody judges these", "x category:red -y size:>1M body:z", "x", NULL, "category:red -y size:>1M body:z", 0, 0, 0 },
		{ "no field", "re: https://example.test/x 10:30", "re: https://example.test/x 10:30", NULL, NULL, 0, 0, 0 },
		{ "AND says nothing", "a AND b", "a b", NULL, NULL, 0, 0, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ServerQuery) query = server_query_new(rows[i].text, NOW_MS, &error);
		g_test_message("%s", rows[i].why);
		g_assert_no_error(error);
		g_assert_cmpstr(query->lookup.words, ==, rows[i].words);
		g_assert_cmpstr(query->folder, ==, rows[i].folder);
		g_assert_cmpstr(query->ignored, ==, rows[i].ignored);
		g_assert_cmpuint(query->checks->len, ==, rows[i].checks);
		g_assert_cmpint(query->lookup.after_ms, ==, rows[i].after_ms);
		g_assert_cmpint(query->lookup.before_ms, ==, rows[i].before_ms);
	}
}

static void test_refused(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "", "a search on the server needs words" },
		{ "is:unread", "a search on the server needs words" },
		{ "-x", "a search on the server needs words" },
		{ "a OR b", "a server's search knows no OR and no parentheses; search for each by itself" },
		{ "x -(a b)", "a server's search knows no OR and no parentheses; search for each by itself" },
		{ "x from:", "query, column 8: expected a word or a \"phrase\" right behind from:" },
		{ "x \"y", "query, column 3: this phrase has no closing quote" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(server_query_new(rows[i].text, NOW_MS, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_USAGE);
		g_assert_cmpstr(error->message, ==, rows[i].says);
	}
}

static void test_fits(void)
{
	static const struct { const char *text; bool fits; } rows[] = {
		{ "from:BOSS", true },   { "from:ada", false },   { "x -from:ada", true },  { "x -from:grace", false },
		{ "to:ada", true },      { "to:bob", false },     { "subject:\"the plan\"", true }, { "subject:plans", false },
		{ "x is:unread", true }, { "x is:read", false },  { "x has:attachment", false }, { "x -has:attachment", true },
		{ "x is:important", true }, { "anything", true },
	};
	Found found = { .from = (char *)"Grace Boss <grace@example.org>", .to = (char *)"Ada <ada@example.org>",
	                .subject = (char *)"Re: The Plan", .importance = 2 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(ServerQuery) query = server_query_new(rows[i].text, NOW_MS, NULL);
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(server_query_fits(query, &found), ==, rows[i].fits);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server-query/read", test_read);
	g_test_add_func("/server-query/refused", test_refused);
	g_test_add_func("/server-query/fits", test_fits);
	return g_test_run();
}
