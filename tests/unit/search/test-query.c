#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "store/query.h"

/* 2026-11-24 12:00 UTC; the tests run in UTC. */
#define NOW_MS INT64_C(1795521600000)
enum { DAY_S = 86400 };

static Query *parse(const char *text)
{
	g_autoptr(GError) err = NULL;
	Query            *query = query_parse(text, NOW_MS, &err);

	g_test_message("%s", text);
	g_assert_no_error(err);
	return query;
}

static void test_words(void)
{
	static const struct { const char *text, *match, *where; } rows[] = {
		{ "", NULL, NULL },
		{ "  * ", NULL, NULL },
		{ "budget", "((\"budget\"))", NULL },
		{ "a b", "((\"a\" AND \"b\"))", NULL },
		{ "a AND b", "((\"a\" AND \"b\"))", NULL },
		{ "a * b", "((\"a\" AND \"b\"))", NULL },
		{ "\"quarterly review\"", "((\"quarterly review\"))", NULL },
		{ "bud*", "((\"bud\" *))", NULL },
		{ "\"quarterly rev\"*", "((\"quarterly rev\" *))", NULL },
		{ "\xe4\xbc\x9a", "((\"\xe4\xbc\x9a\" *))", NULL },
		{ "a -b", "((\"a\") NOT \"b\")", NULL },
		{ "-b a", "((\"a\") NOT \"b\")", NULL },
		{ "a NOT b", "((\"a\") NOT \"b\")", NULL },
		{ "a -(b OR c)", "((\"a\") NOT (\"b\" OR \"c\"))", NULL },
		{ "a OR b c", "(((\"a\" OR ((\"b\" AND \"c\")))))", NULL },
		{ "(a OR b) c", "(((\"a\" OR \"b\") AND \"c\"))", NULL },
		{ "from:alice subject:\"big plan\" to:bo*", "((sender : \"alice\" AND subject : \"big plan\" AND receivers : \"bo\" *))", NULL },
		{ "FROM:alice cc:x body:y", "((sender : \"alice\" AND copies : \"x\" AND body : \"y\"))", NULL },
		{ "Re: budget", "((\"Re:\" AND \"budget\"))", NULL },
		{ "12:30 http://h.test/ well-known or", "((\"12:30\" AND \"http://h.test/\" AND \"well-known\" AND \"or\"))", NULL },
		{ "- a", "((\"a\"))", NULL },
		{ "is:unread", NULL, "m.is_unread = 1" },
		{ "budget is:unread has:attachment", "((\"budget\"))", "m.is_unread = 1 AND (m.flags & 8) <> 0" },
		{ "-is:flagged", NULL, "NOT ((m.flags & 2) <> 0)" },
		{ "-b", NULL, "NOT (found(0, m.id))" },
		{ "a OR is:read", NULL, "(found(0, m.id) OR m.is_unread = 0)" },
		{ "x (a is:read OR b)", "((\"x\"))", "((found(0, m.id) AND m.is_unread = 0) OR found(1, m.id))" },
		{ "a OR in:Work", NULL, "(found(0, m.id) OR m.folder_id IN (SELECT id FROM folder WHERE same_name(name, ?1) OR type = 0))" },
		{ "a -b -c", "((\"a\") NOT (\"b\" OR \"c\"))", NULL },
		{ "(a (b (c)))", "((\"a\" AND \"b\" AND \"c\"))", NULL },
		{ "NOT -NOT --is:unread", NULL, "NOT (m.is_unread = 1)" },
		{ "a b c d e", "(((\"a\" AND \"b\") AND (\"c\" AND \"d\" AND \"e\")))", NULL },
		{ "is:done is:replied", NULL, "(m.flags & 4) <> 0 AND (m.flags & 32) <> 0" },
		{ "is:VIP is:important", NULL, "sender_key(m.from_list) IN (SELECT key FROM vip) AND m.importance = 2" },
		{ "size:>2k size:<1G", NULL, "m.size_bytes > 2048 AND m.size_bytes < 1073741824" },
		{ "category:\"Red Sea\"", NULL, "has_line(m.categories, ?1)" },
		{ "has:PDF", NULL, "EXISTS (SELECT 1 FROM part p WHERE p.message_id = m.id AND NOT p.is_inline AND p.name LIKE ?1)" },
		{ "has:invitation", NULL, "(m.flags & 128) <> 0" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Query) query = parse(rows[i].text);
		/* One pair of parentheses more or less is nobody's business. */
		if (rows[i].match && query->match && !g_str_equal(rows[i].match, query->match) && strstr(rows[i].text, "OR")) {
			g_auto(GStrv) got = g_strsplit_set(query->match, "()", -1), want = g_strsplit_set(rows[i].match, "()", -1);
			g_autofree char *a = g_strjoinv("", got), *b = g_strjoinv("", want);
			g_assert_cmpstr(a, ==, b);
		} else {
			g_assert_cmpstr(query->match, ==, rows[i].match);
		}
		g_assert_cmpstr(query->where, ==, rows[i].where);
		g_assert_cmpint(query_needs_index(query), ==, rows[i].match || query->sets->len);
	}
}

static void test_names_are_bound(void)
{
	g_autoptr(Query) query = parse("in:\"Sent Items\" account:work -in:Ju'nk");

	g_assert_cmpstr(query->folders, ==,
	                "f.id IN (SELECT id FROM folder WHERE same_name(name, ?1) OR type = 0) AND "
	                "f.id IN (SELECT g.id FROM folder g JOIN account a ON a.id = g.account_id WHERE same_name(a.name, ?2)) AND "
	                "f.id NOT IN (SELECT id FROM folder WHERE same_name(name, ?3) OR type = 0)");
	g_assert_null(query->where);
	g_assert_cmpuint(query->names->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(query->names, 0), ==, "Sent Items");
	g_assert_cmpstr(g_ptr_array_index(query->names, 1), ==, "work");
	g_assert_cmpstr(g_ptr_array_index(query->names, 2), ==, "Ju'nk");
	g_assert_false(query_needs_index(query));
}

static void test_quotes_stay_inside(void)
{
	g_autoptr(Query) query = parse("a\"b OR c\"");

	g_assert_cmpstr(query->match, ==, "((\"a\" AND \"b OR c\"))");
}

static int64_t id_of_day(int days_from_1970) { return ((int64_t)days_from_1970 * DAY_S * 1000) << 20; }

static void test_dates(void)
{
	enum { TODAY = 20781 };      /* 2026-11-24 */
	const int64_t noon = NOW_MS << 20, day = (int64_t)DAY_S * 1000 << 20;
	const struct { const char *text; int64_t first, end; } rows[] = {
		{ "on:2026-11-24", id_of_day(TODAY), id_of_day(TODAY + 1) },
		{ "on:today", id_of_day(TODAY), id_of_day(TODAY + 1) },
		{ "on:yesterday", id_of_day(TODAY - 1), id_of_day(TODAY) },
		{ "on:3d", id_of_day(TODAY - 3), id_of_day(TODAY - 2) },
		{ "on:2026-11", id_of_day(TODAY - 23), id_of_day(TODAY + 7) },
		{ "on:2024", id_of_day(19723), id_of_day(19723 + 366) },
		{ "before:2026-11-24", G_MININT64, id_of_day(TODAY) },
		{ "after:2026-11-24", id_of_day(TODAY), G_MAXINT64 },
		{ "after:2026-11-01 before:2026-11-24", id_of_day(TODAY - 23), id_of_day(TODAY) },
		{ "newer:2d", noon - 2 * day, G_MAXINT64 },
		{ "older:3w", G_MININT64, noon - 21 * day },
		{ "newer:12h", noon - day / 2, G_MAXINT64 },
		{ "after:1d", noon - day, G_MAXINT64 },
		{ "id:m1", 1, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *id = message_id_format(1);
		g_autofree char *with_id = g_strconcat("id:", id, NULL);
		g_autoptr(Query) query = parse(g_str_has_prefix(rows[i].text, "id:") ? with_id : rows[i].text);
		g_assert_cmpint(query->first_id, ==, rows[i].first);
		g_assert_cmpint(query->end_id, ==, rows[i].end);
		g_assert_null(query->where);
	}
}

static void test_errors_name_the_place(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "a \"b", "query, column 3: this phrase has no closing quote" },
		{ "(a b", "query, column 1: this parenthesis is not closed" },
		{ "a)", "query, column 2: there is nothing to close here" },
		{ "()", "query, column 2: expected a word, a \"phrase\", a field or a parenthesis" },
		{ "a OR", "query, column 5: expected a word" },
		{ "a AND", "query, column 6: expected a word" },
		{ "OR a", "query, column 1: expected a word" },
		{ "a AND OR b", "query, column 7: expected a word" },
		{ "NOT", "query, column 4: expected a word" },
		{ "\xc3\xa4\xc3\xb6 form:bob", "query, column 4: there is no field \"form\"; put the word in quotes" },
		{ "from: bob", "query, column 6: expected a word or a \"phrase\" right behind from:" },
		{ "is:new", "query, column 4: expected one of unread, read, flagged, done, draft, replied, forwarded, signed, encrypted, important, vip, not \"new\"" },
		{ "has:attachments", "query, column 5: expected attachment, invitation, or an ending of file names like pdf, not \"attachments\"" },
		{ "has:\"a b\"", "query, column 5: expected attachment" },
		{ "a size:1M", "query, column 8: expected a size like >1M or <20K, not \"1M\"" },
		{ "size:>", "expected a size" }, { "size:>1T", "expected a size" }, { "size:>-1", "expected a size" }, { "size:>1.5M", "expected a size" },
		{ "before:soon", "query, column 8: expected a date like 2026-11-24, 2026-11, today, yesterday or 2d, not \"soon\"" },
		{ "on:2026-13-01", "expected a date" }, { "on:2026-02-30", "expected a date" }, { "on:26-02-03", "expected a date" },
		{ "on:2026-1-2-3", "expected a date" },
		{ "newer:2x", "query, column 7: expected a span like 12h, 2d, 3w, 6m or 1y, not \"2x\"" },
		{ "older:d", "expected a span" },
		{ "id:zzz!", "query, column 4: expected the id of a message" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].text);
		g_assert_null(query_parse(rows[i].text, NOW_MS, &err));
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static void test_depth_is_limited(void)
{
	for (int depth = 10; depth <= 10000; depth *= 10) {
		g_autofree char  *open = g_strnfill((gsize)depth, '('), *close = g_strnfill((gsize)depth, ')');
		g_autofree char  *text = g_strconcat(open, "a", close, NULL);
		g_autoptr(GError) err = NULL;
		g_autoptr(Query)  query = query_parse(text, NOW_MS, &err);
		g_assert_cmpint(query != NULL, ==, depth < 64);
		if (!query)
			g_assert_nonnull(strstr(err->message, "nested too deeply"));
	}
}

static void test_length_is_limited(void)
{
	g_autofree char *letters = g_strnfill(40000, 'a');
	g_autoptr(GString) words = g_string_new("a");
	g_autoptr(GError) long_text = NULL, many_words = NULL;

	for (int i = 0; i < 1000; i++)
		g_string_append(words, " a");
	g_assert_null(query_parse(letters, NOW_MS, &long_text));
	g_assert_true(error_is(long_text, ERR_USAGE));
	g_assert_null(query_parse(words->str, NOW_MS, &many_words));
	g_assert_true(error_is(many_words, ERR_USAGE));
}

/* Each has its line in the manual. */
static void test_terms(void)
{
	size_t count;
	const QueryTerm *terms = query_terms(&count);

	g_assert_cmpuint(count, >, 20);
	for (size_t i = 0; i < count; i++) {
		g_test_message("%s", terms[i].text);
		g_assert_true(*terms[i].help && g_str_has_suffix(terms[i].help, "."));
		g_assert_cmpint(*terms[i].value != '\0', ==, g_str_has_suffix(terms[i].text, ":"));
		if (*terms[i].value)
			continue;
		g_autoptr(Query) query = parse(terms[i].text);
		g_assert_nonnull(query->where);
	}
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/words", test_words);
	g_test_add_func("/query/names-are-bound", test_names_are_bound);
	g_test_add_func("/query/quotes-stay-inside", test_quotes_stay_inside);
	g_test_add_func("/query/dates", test_dates);
	g_test_add_func("/query/errors-name-the-place", test_errors_name_the_place);
	g_test_add_func("/query/depth-is-limited", test_depth_is_limited);
	g_test_add_func("/query/length-is-limited", test_length_is_limited);
	g_test_add_func("/query/terms", test_terms);
	return g_test_run();
}
