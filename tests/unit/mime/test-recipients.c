#include <string.h>

#include "base/error.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "support/budget.h"

static char *flat(const char *typed, GError **err)
{
	g_autoptr(GPtrArray) addresses = mime_recipients(typed, err);

	return addresses ? mime_addresses_format(addresses) : NULL;
}

static void test_lists(void)
{
	static const struct { const char *why, *typed, *want; } rows[] = {
		{ "nothing", NULL, "" },
		{ "empty", " ,;\n ", "" },
		{ "commas", "a@b.test, c@d.test", "a@b.test, c@d.test" },
		{ "Outlook's paste", "Ada E <a@b.test>; Bo <c@d.test>;", "Ada E <a@b.test>, Bo <c@d.test>" },
		{ "lines", "a@b.test\nBo <c@d.test>\r\n\n e@f.test", "a@b.test, Bo <c@d.test>, e@f.test" },
		{ "four pasted with blanks", "a@b.test c@d.test\te@f.test g@h.test",
		  "a@b.test, c@d.test, e@f.test, g@h.test" },
		{ "comma in a quoted name", "\"E, Ada\" <a@b.test>", "\"E, Ada\" <a@b.test>" },
		{ "comma in brackets", "Ada <a@b.test> (one, two), c@d.test", "Ada <a@b.test>, c@d.test" },
		{ "group", "Team: a@b.test, Bo <c@d.test>;", "a@b.test, Bo <c@d.test>" },
		{ "empty group", "undisclosed-recipients:;", "" },
		{ "twice", "a@b.test, A@B.test, Ada <a@b.test>", "a@b.test" },
		{ "IDN twice", "a@bücher.test, a@xn--bcher-kva.test", "a@bücher.test" },
		{ "name without brackets", "Ada E a@b.test", "Ada E <a@b.test>" },
		{ "Turkish i", "İnci <inci@İZMİR.test>", "İnci <inci@İZMİR.test>" },
		{ "a local host", "root@localhost", "root@localhost" },
		{ "plus and apostrophe", "o'neill+x@b.test", "o'neill+x@b.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_test_message("%s", rows[i].why);
		g_autofree char *got = flat(rows[i].typed, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void test_unresolved(void)
{
	static const struct { const char *why, *typed, *says, *unresolved; } rows[] = {
		{ "one letter", "a@b.test, j", "“j” is no address: write one like name@example.org", "j" },
		{ "a name", "Bo Example; a@b.test", "“Bo Example” is no address: write one like name@example.org", "Bo Example" },
		{ "a name on its own line", "Bo\nada@b.test", "“Bo” is no address: write one like name@example.org", "Bo" },
		{ "two", "Bo, a@b.test, Cy <cy>", "“Bo” is no address: write one like name@example.org", "Bo|Cy <cy>" },
		{ "empty brackets", "Bo <>", "“Bo” is no address: write one like name@example.org", "Bo <>" },
		{ "dots", "a..@b.test.", "“a..@b.test.” is no address: write one like name@example.org", "a..@b.test." },
		{ "two at", "a@b@c.test", "“a@b@c.test” is no address: write one like name@example.org", "a@b@c.test" },
		{ "no domain", "a@", "“a@” is no address: write one like name@example.org", "a@" },
		{ "local part in another script", "почта@b.test",
		  "“почта@b.test” cannot be written to: before the @ the server takes only ASCII letters", "почта@b.test" },
		{ "control", "a\x1b[0m@b.test", "“a [0m@b.test” is no address: write one like name@example.org", "a\x1b[0m@b.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) left = mime_recipients_unresolved(rows[i].typed);
		g_test_message("%s", rows[i].why);
		g_assert_null(mime_recipients(rows[i].typed, &error));
		g_assert_true(error_is(error, ERR_USAGE));
		g_assert_cmpstr(error->message, ==, rows[i].says);
		g_ptr_array_add(left, NULL);
		g_autofree char *joined = g_strjoinv("|", (char **)left->pdata);
		g_assert_cmpstr(joined, ==, rows[i].unresolved);
	}
}

static void test_replace(void)
{
	static const struct { const char *why, *typed, *entry, *got; } rows[] = {
		{ "the only one", "bo", "bo", "B <b@b.test>" },
		{ "the last, a blank before it", "a@b.test, bo ", "bo", "a@b.test, B <b@b.test>" },
		{ "in the middle", "bob@b.test;bo;\"bo\" <c@b.test>", "bo", "bob@b.test;B <b@b.test>;\"bo\" <c@b.test>" },
		{ "twice", "bo, Bo, bo", "bo", "B <b@b.test>, Bo, B <b@b.test>" },
		{ "not there", "a@b.test, ", "bo", "a@b.test, " },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = mime_recipients_replace(rows[i].typed, rows[i].entry, "B <b@b.test>");
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(got, ==, rows[i].got);
	}
}

static void test_equal(void)
{
	g_assert_true(mime_recipient_equal("Ada@Example.test", "ada@example.TEST"));
	g_assert_true(mime_recipient_equal("a@bücher.test", "a@xn--bcher-kva.test"));
	g_assert_false(mime_recipient_equal("a@b.test", "b@b.test"));
	g_assert_false(mime_recipient_equal(NULL, NULL));
	g_autofree char *same = mime_recipient_ascii("no address");
	g_assert_cmpstr(same, ==, "no address");
}

static void test_length(void)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 10000; i++)
		g_string_append_printf(list, "p%d@example.test;\n", i);
	gint64 begin = budget_cpu_us();
	g_autoptr(GPtrArray) addresses = mime_recipients(list->str, NULL);
	budget_assert_kept(begin);
	g_assert_cmpuint(addresses->len, ==, 10000);
	g_string_append(list, "one@more.test");
	g_assert_null(mime_recipients(list->str, &error));
	g_assert_cmpstr(error->message, ==, "a mail can go to 10000 addresses at most");
}

/* What has hurt others, a million bytes of it. */
static void test_bombs(void)
{
	static const char *const units[] = { "\"", "(", "<", "\\", "a ", "a@b ", "x:", "\"<(", ";", "@" };

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) list = g_string_new(NULL);
		while (list->len < 1000000)
			g_string_append(list, units[i]);
		gint64 begin = budget_cpu_us();
		g_autoptr(GPtrArray) people = mime_recipients(list->str, NULL);
		g_autoptr(GPtrArray) left = mime_recipients_unresolved(list->str);
		g_test_message("%s", units[i]);
		g_assert_true(!people || people->len <= 1);
		budget_assert_kept(begin);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recipients/lists", test_lists);
	g_test_add_func("/recipients/unresolved", test_unresolved);
	g_test_add_func("/recipients/replace", test_replace);
	g_test_add_func("/recipients/equal", test_equal);
	g_test_add_func("/recipients/length", test_length);
	g_test_add_func("/recipients/bombs", test_bombs);
	return g_test_run();
}
