#include <string.h>

#include "base/limits.h"
#include "mime/mime.h"
#include "support/budget.h"

static void test_headers(void)
{
	static const struct { const char *why, *raw, *label, *text; } rows[] = {
		{ "plain",                 "Hello", NULL, "Hello" },
		{ "folded",                "Hello\r\n  world", NULL, "Hello world" },
		{ "Q",                     "=?iso-8859-1?Q?gr=FC=DF_dich?=", NULL, "grüß dich" },
		{ "B",                     "=?UTF-8?B?Z3LDvMOf?=", NULL, "grüß" },
		{ "between text",          "a =?utf-8?q?b?= c", NULL, "a b c" },
		{ "blank between words",   "=?utf-8?q?a?= =?utf-8?q?b?=", NULL, "ab" },
		{ "fold between words",    "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", NULL, "ab" },
		{ "cut in a character, Q", "=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", NULL, "ä" },
		{ "cut in a character, B", "=?utf-8?B?5pel5g==?= =?UTF-8?B?nKw=?=", NULL, "日本" },
		{ "cut between B and Q",   "=?utf-8?B?ww==?= =?utf-8?Q?=A4?=", NULL, "ä" },
		{ "two charsets",          "=?iso-8859-1?Q?=FC?= =?koi8-r?Q?=F0?=", NULL, "üП" },
		{ "no blank around",       "x=?utf-8?q?y?=z", NULL, "xyz" },
		{ "blanks inside Q",       "=?utf-8?Q?a b?=", NULL, "a b" },
		{ "in quotes",             "\"=?utf-8?Q?=C3=A4?=\" <a@b>", NULL, "\"ä\" <a@b>" },
		{ "language",              "=?utf-8*de?Q?=C3=A4?=", NULL, "ä" },
		{ "unknown charset",       "=?x-foo?Q?=FC?=", NULL, "ü" },
		{ "wrong charset",         "=?us-ascii?Q?=C3=A4?=", NULL, "ä" },
		{ "no end",                "=?utf-8?Q?abc", NULL, "=?utf-8?Q?abc" },
		{ "no encoding",           "=?utf-8?X?abc?=", NULL, "=?utf-8?X?abc?=" },
		{ "empty",                 "=?utf-8?Q?" "?=", NULL, "" },
		{ "bad hex",               "=?utf-8?Q?a=ZZb=?=", NULL, "a=ZZb=" },
		{ "begins with hex",       "=?utf-8?Q?=41?=", NULL, "A" },
		{ "raw utf-8",             "gr\xc3\xbc\xc3\x9f", NULL, "grüß" },
		{ "raw latin 1",           "gr\xfc\xdf", NULL, "grüß" },
		{ "raw koi8-r",            "\xf0\xd2\xc9", "koi8-r", "При" },
		{ "newline smuggled in",   "=?utf-8?Q?a=0D=0ABcc:_x?=", NULL, "a Bcc: x" },
		{ "jis in two words",      "=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=", NULL, "日本" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = mime_decode_header(rows[i].raw, rows[i].label);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(out, ==, rows[i].text);
	}
}

/* The list as "name|address" lines. */
static char *flat(const char *list)
{
	g_autoptr(GPtrArray) addresses = mime_addresses(list);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *a = g_ptr_array_index(addresses, i);
		g_string_append_printf(out, "%s%s|%s", i ? "\n" : "", a->name ? a->name : "", a->address);
	}
	return g_string_free(out, FALSE);
}

static void test_lists(void)
{
	static const struct { const char *why, *list, *flat; } rows[] = {
		{ "bare",              "a@b.test", "|a@b.test" },
		{ "named",             "Ada <a@b.test>", "Ada|a@b.test" },
		{ "quoted comma",      "\"Example, Ada\" <a@b.test>, c@d.test", "Example, Ada|a@b.test\n|c@d.test" },
		{ "escaped quote",     "\"Ada \\\"The\\\" E\" <a@b.test>", "Ada \"The\" E|a@b.test" },
		{ "comment as name",   "a@b.test (Ada (E))", "Ada (E)|a@b.test" },
		{ "comment ignored",   "Ada <a@b.test> (work)", "Ada|a@b.test" },
		{ "group",             "Team: a@b.test, Bo <c@d.test>;, e@f.test", "|a@b.test\nBo|c@d.test\n|e@f.test" },
		{ "empty group",       "undisclosed-recipients:;", "" },
		{ "Outlook's paste",   "Ada E <a@b.test>; Bo <c@d.test>;", "Ada E|a@b.test\nBo|c@d.test" },
		{ "unquoted name",     "Dr. Ada E. <a@b.test>", "Dr. Ada E.|a@b.test" },
		{ "no brackets",       "Ada E a@b.test", "Ada E|a@b.test" },
		{ "single quotes",     "'Ada E' <a@b.test>", "Ada E|a@b.test" },
		{ "name is address",   "\"A@b.test\" <a@B.test>", "|a@B.test" },
		{ "encoded word",      "=?utf-8?Q?=C3=84da?= <a@b.test>", "Äda|a@b.test" },
		{ "comma in a word",   "=?utf-8?Q?Ex,_Ada?= <a@b.test>", "Ex, Ada|a@b.test" },
		{ "encoded address in a name", "=?utf-8?Q?x=40y.test=2C?= <a@b.test>", "x@y.test,|a@b.test" },
		{ "quoted word",       "\"=?utf-8?B?w4RkYQ==?=\" <a@b.test>", "Äda|a@b.test" },
		{ "open quote",        "\"Ada <a@b.test>, c@d.test", "\"Ada|a@b.test\n|c@d.test" },
		{ "open bracket",      "Ada <a@b.test, c@d.test", "Ada|a@b.test\n|c@d.test" },
		{ "open comment",      "a@b.test (Ada, c@d.test", "(Ada|a@b.test\n|c@d.test" },
		{ "mailto",            "mailto:a@b.test", "|a@b.test" },
		{ "source route",      "<@x,@y:a@b.test>", "|a@b.test" },
		{ "quoted local part", "\"a b\"@c.test", "a|b@c.test" },
		{ "nonsense",          "hello", "|hello" },
		{ "X.500",             "/o=Org/ou=x: y", "|/o=Org/ou=x: y" },
		{ "separators only",   ";;,, ;", "" },
		{ "nothing",           "", "" },
		{ "dotless",           "\xc4\xb1nfo \xc4\xb0 <INFO@b.test>", "\xc4\xb1nfo \xc4\xb0|INFO@b.test" },
		{ "raw latin 1",       "M\xfcller <m@b.test>", "Müller|m@b.test" },
		{ "newline",           "Ada\r\n E <a@b.test>", "Ada E|a@b.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = flat(rows[i].list);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(out, ==, rows[i].flat);
	}
}

static void test_format_reads_back(void)
{
	static const char *const lists[] = {
		"\"Example, Ada\" <a@b.test>", "Ada <a@b.test>, c@d.test", "\"a \\\"b\\\" \\\\\" <a@b.test>",
		"=?utf-8?Q?x=40y.test=2C_=3Cz=3E?= <a@b.test>",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GPtrArray) addresses = mime_addresses(lists[i]);
		g_autofree char *text = mime_addresses_format(addresses);
		g_autofree char *once = flat(lists[i]), *twice = flat(text);
		g_assert_cmpstr(once, ==, twice);
	}
}

static void test_first(void)
{
	g_autoptr(MimeAddress) first = mime_address_first(";;Ada <a@b.test>, c@d.test");

	g_assert_cmpstr(first->name, ==, "Ada");
	g_assert_null(mime_address_first(" ; "));
	g_assert_null(mime_address_first(NULL));
}

static void test_limit(void)
{
	for (int over = -1; over <= 1; over++) {
		g_autoptr(GString) list = g_string_new(NULL);
		for (int i = 0; i < LIMIT_ADDRESSES + over; i++)
			g_string_append(list, "a@b,");
		g_autoptr(GPtrArray) addresses = mime_addresses(list->str);
		g_assert_cmpuint(addresses->len, ==, MIN(LIMIT_ADDRESSES + over, LIMIT_ADDRESSES));
	}
}

/* A million bytes of what has hurt others, each well below a second: half of the one, half of the other. */
static void test_bombs(void)
{
	static const struct { const char *first, *then; } rows[] = {
		{ ";", ";" }, { "\"", "\"" }, { "(", "(" }, { "<", "<" }, { "=?a", "=?a" }, { "=?u?q?", "=?u?q?" },
		{ "(\"", "(\"" }, { "a:", "a:" }, { "\\", "\\" }, { "=?utf-8?Q?=?=", "=?utf-8?Q?=?=" }, { "<@a:", "<@a:" },
		{ "x", "@:" }, { "/x", ":" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) list = g_string_new(NULL);
		while (list->len < 1000000)
			g_string_append(list, list->len < 500000 ? rows[i].first : rows[i].then);
		gint64 begin = budget_cpu_us();
		g_autoptr(GPtrArray) addresses = mime_addresses(list->str);
		g_autofree char *header = mime_decode_header(list->str, NULL);
		g_test_message("%s%s: %" G_GINT64_FORMAT " us", rows[i].first, rows[i].then, budget_cpu_us() - begin);
		g_assert_cmpuint(addresses->len, <=, LIMIT_ADDRESSES);
		budget_assert_kept(begin);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/header/words", test_headers);
	g_test_add_func("/address/lists", test_lists);
	g_test_add_func("/address/format-reads-back", test_format_reads_back);
	g_test_add_func("/address/first", test_first);
	g_test_add_func("/address/limit", test_limit);
	g_test_add_func("/address/bombs", test_bombs);
	return g_test_run();
}
