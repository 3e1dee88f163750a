#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static void test_visible_leaves_no_control(void)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "plain", "plain" },
		{ "\x1b[2J", "\\x1b[2J" },
		{ "a\xc2\x9b" "b", "a\\x9b" "b" },
		{ "evil\xe2\x80\xaetxt", "evil\\u202etxt" },
		{ "bad\xc3(", "bad\xEF\xBF\xBD(" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_visible(rows[i].in);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

static void test_one_line(void)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "  a \r\n\t b ", "a b" }, { "", "" }, { "\n", "" }, { "x\xe2\x80\xa8y", "x y" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_one_line(rows[i].in);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

static void test_safe_file_name(void)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "report.pdf", "report.pdf" },
		{ "../../etc/passwd", "_.._.._etc_passwd" },
		{ "-rf", "_-rf" },
		{ ".ssh", "_.ssh" },
		{ "", "_" },
		{ "..", "_" },
		{ "CON", "_CON" }, { "com1.txt", "_com1.txt" }, { "comma.txt", "comma.txt" },
		{ "a\nb", "a b" },
		{ "x\xe2\x80\xaegpj.exe", "xgpj.exe" },
		{ "name. . ", "name" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_safe_file_name(rows[i].in);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
	for (int over = -1; over <= 1; over++) {
		g_autofree char *stem = g_strnfill((gsize)(LIMIT_FILE_NAME_BYTES - 4 + over), 'n');
		g_autofree char *in = g_strconcat(stem, ".txt", NULL);
		g_autofree char *out = text_safe_file_name(in);
		g_assert_cmpuint(strlen(out), <=, LIMIT_FILE_NAME_BYTES);
		g_assert_true(g_str_has_suffix(out, ".txt"));
	}
}

static void test_numbers_are_whole(void)
{
	static const struct { const char *in; bool ok; int64_t value; } rows[] = {
		{ "12", true, 12 }, { "-3", true, -3 }, { "", false, 0 }, { "12x", false, 0 }, { " 1", false, 0 },
		{ "101", false, 0 }, { "99999999999999999999", false, 0 }, { NULL, false, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t value = 0;
		g_assert_cmpint(text_to_int(rows[i].in, -5, 100, &value), ==, rows[i].ok);
		g_assert_cmpint(value, ==, rows[i].value);
	}
}

/* Under a Turkish locale tolower('I') is no 'i'; ours never asks the locale. */
static void test_compare_knows_no_locale(void)
{
	g_assert_true(text_equal_ascii_case("MIME-VERSION", "mime-version"));
	g_assert_false(text_equal_ascii_case("\xc4\xb0nfo", "info"));
	g_assert_false(text_equal_ascii_case("a", NULL));
	g_assert_true(text_equal_ascii_case(NULL, NULL));
}

static void test_cut_keeps_characters_whole(void)
{
	for (size_t max = 0; max <= 7; max++) {
		g_autofree char *out = text_cut("a\xc3\xa4\xe2\x82\xacz", max);
		g_assert_cmpuint(strlen(out), <=, max);
		g_assert_true(g_utf8_validate(out, -1, NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/visible-leaves-no-control", test_visible_leaves_no_control);
	g_test_add_func("/text/one-line", test_one_line);
	g_test_add_func("/text/safe-file-name", test_safe_file_name);
	g_test_add_func("/text/numbers-are-whole", test_numbers_are_whole);
	g_test_add_func("/text/compare-knows-no-locale", test_compare_knows_no_locale);
	g_test_add_func("/text/cut-keeps-characters-whole", test_cut_keeps_characters_whole);
	return g_test_run();
}
