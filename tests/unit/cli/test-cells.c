#include <string.h>

#include "cli/cells.h"
#include "ui/cell/grapheme.h"

static void test_fitting(void)
{
	static const struct { const char *text; int width; const char *shown; } rows[] = {
		{ "abc", 5, "abc  " },
		{ "abcde", 5, "abcde" },
		{ "abcdef", 5, "abcd…" },
		{ "漢字", 4, "漢字" },
		{ "漢字", 3, "漢…" },
		{ "漢字漢", 4, "漢… " },
		{ "a\u0301b", 2, "a\u0301b" },
		{ "a\n\tb", 4, "a b " },
		{ "", 2, "  " },
		{ "ab", 1, "…" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *shown = cells_fit(rows[i].text, rows[i].width);
		g_assert_cmpstr(shown, ==, rows[i].shown);
		g_assert_cmpint(text_width(shown), ==, rows[i].width);
	}
}

static void test_nothing_steers_the_terminal(void)
{
	g_autofree char *fitted = cells_fit("a\x1b[2Jb\xc2\x9b\u202e\xff", 40);
	g_autoptr(GString) appended = g_string_new(NULL);

	cells_append(appended, "\x1b]0;title\x07\u202e");
	for (const char *p = fitted; *p; p++)
		g_assert_true((guchar)*p >= 0x20 && *p != 0x7f);
	g_assert_null(strchr(appended->str, 0x1b));
	g_assert_null(strchr(appended->str, 0x07));
	g_assert_null(strstr(appended->str, "\u202e"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cells/fit", test_fitting);
	g_test_add_func("/cells/safe", test_nothing_steers_the_terminal);
	return g_test_run();
}
