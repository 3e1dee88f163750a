#include <string.h>

#include "mime/mime.h"

typedef struct { const char *why, *bytes; size_t len; const char *label; int code_page; const char *text; } Row;

#define BYTES(s) s, sizeof(s) - 1

static void check(const Row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *out = mime_to_utf8((const uint8_t *)rows[i].bytes, rows[i].len, rows[i].label, rows[i].code_page);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(out, ==, rows[i].text);
	}
}

static void test_labels_that_are_right(void)
{
	static const Row rows[] = {
		{ "latin 1",        BYTES("gr\xfc\xdf"),                   "iso-8859-1",   0, "grüß" },
		{ "latin 1 euro",   BYTES("5 \x80"),                       "ISO-8859-1",   0, "5 €" },
		{ "latin 9",        BYTES("5 \xa4"),                       "iso-8859-15",  0, "5 €" },
		{ "windows 1250",   BYTES("\x9elu\x9d"),                "windows-1250", 0, "žluť" },
		{ "windows 1251",   BYTES("\xcf\xf0\xe8\xe2\xe5\xf2"),     "windows-1251", 0, "Привет" },
		{ "koi8-r",         BYTES("\xf0\xd2\xc9\xd7\xc5\xd4"),     "KOI8-R",       0, "Привет" },
		{ "turkish",        BYTES("\xdd\xfd I i"),                 "iso-8859-9",   0, "İı I i" },
		{ "greek",          BYTES("\xc3\xe5\xe9\xdc"),             "windows-1253", 0, "Γειά" },
		{ "thai",           BYTES("\xca\xc7"),                     "tis-620",      0, "สว" },
		{ "iso-2022-jp",    BYTES("\x1b$BF|K\\\x1b(B!"),           "iso-2022-jp",  0, "日本!" },
		{ "its NEC row",    BYTES("\x1b$B-!\x1b(B"),               "iso-2022-jp",  0, "①" },
		{ "its half kana",  BYTES("\x1b(I6E\x1b(B"),               "iso-2022-jp",  0, "ｶﾅ" },
		{ "shift_jis",      BYTES("\x93\xfa\x96\x7b"),             "Shift_JIS",    0, "日本" },
		{ "euc-jp",         BYTES("\xc6\xfc\xcb\xdc"),             "euc-jp",       0, "日本" },
		{ "gb2312 as gbk",  BYTES("\x96\x7c\xd6\xd0"),             "gb2312",       0, "東中" },
		{ "gb18030",        BYTES("\x81\x30\x84\x36"),             "gb18030",      0, "¥" },
		{ "big5",           BYTES("\xa4\xa4\xa4\xe5"),             "big5",         0, "中文" },
		{ "euc-kr",         BYTES("\xc7\xd1\xb1\xdb"),             "ks_c_5601-1987", 0, "한글" },
		{ "utf-7",          BYTES("Hi +Jjo-!"),                    "utf-7",        0, "Hi ☺!" },
		{ "utf-16le",       BYTES("H\0i\0"),                       "utf-16le",     0, "Hi" },
		{ "utf-16 by BOM",  BYTES("\xff\xfe" "H\0"),               "utf-16",       0, "H" },
		{ "utf-16 mislabelled order", BYTES("\0H\0i"),             "utf-16le",     0, "Hi" },
		{ "quotes, junk",   BYTES("\xfc"),                         " \"iso-8859-1\"; x", 0, "ü" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void test_labels_that_are_wrong_or_missing(void)
{
	static const Row rows[] = {
		{ "utf-8 called latin 1",    BYTES("gr\xc3\xbc\xc3\x9f"),        "iso-8859-1", 0, "grüß" },
		{ "latin 1 called utf-8",    BYTES("gr\xfc\xdf Gott"),           "utf-8",      0, "grüß Gott" },
		{ "latin 1 called ascii",    BYTES("gr\xfc\xdf"),                "us-ascii",   0, "grüß" },
		{ "no label, no utf-8",      BYTES("5 \x80"),                    NULL,         0, "5 €" },
		{ "no label, code page",     BYTES("\xcf\xf0\xe8\xe2\xe5\xf2"),  NULL,      1251, "Привет" },
		{ "code page, but utf-8",    BYTES("\xd0\x9f"),                  NULL,      1251, "П" },
		{ "label before code page",  BYTES("\xf0\xd2\xc9"),              "koi8-r",  1251, "При" },
		{ "unknown label",           BYTES("\xfc"),                      "x-unknown",  0, "ü" },
		{ "iconv's own names",       BYTES("\xfc"),                      "ISO-2022-CN-EXT", 0, "ü" },
		{ "unlabelled jis",          BYTES("\x1b$BF|K\\\x1b(B"),         NULL,         0, "日本" },
		{ "unlabelled utf-16",       BYTES("H\0e\0l\0l\0o\0"),           NULL,         0, "Hello" },
		{ "8 bit called jis",        BYTES("gr\xfc\xdf"),                "iso-2022-jp", 0, "grüß" },
		{ "utf-8 cut at its end",    BYTES("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3"), "utf-8", 0, "äöüß\xEF\xBF\xBD" },
		{ "a BOM",                   BYTES("\xef\xbb\xbf" "a"),          "utf-8",      0, "a" },
		{ "a NUL",                   BYTES("a\0b"),                      NULL,         0, "a\xEF\xBF\xBD" "b" },
		{ "half a kanji at the end", BYTES("\x93\xfa\x96\x7b\x93"),      "shift_jis",  0, "日本\xEF\xBF\xBD" },
		{ "nothing",                 BYTES(""),                          "utf-8",      0, "" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

/* Whatever is claimed, what comes out is UTF-8 without NUL. */
static void test_every_label_gives_utf8(void)
{
	static const char *const labels[] = {
#define CHARSET(label, iconv, code_page) label,
#include "mime/charsets.def"
#undef CHARSET
		NULL,
	};
	uint8_t bytes[777];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 + (i >> 3));
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autofree char *out = mime_to_utf8(bytes, sizeof bytes, labels[i], 0);
		g_assert_true(g_utf8_validate(out, -1, NULL));
		g_assert_cmpuint(strlen(out), >, 0);
	}
}

static void test_html_says_its_charset(void)
{
	static const struct { const char *html, *charset; } rows[] = {
		{ "<meta charset=utf-8>", "utf-8" },
		{ "<META HTTP-EQUIV=x CONTENT='text/html; CHARSET=KOI8-R'>", "koi8-r" },
		{ "<meta charset = 'x'>", NULL },
		{ "<p>charset=utf-8</p>", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *charset = mime_html_charset((const uint8_t *)rows[i].html, strlen(rows[i].html));
		g_assert_cmpstr(charset, ==, rows[i].charset);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/charset/labels-that-are-right", test_labels_that_are_right);
	g_test_add_func("/charset/labels-that-are-wrong-or-missing", test_labels_that_are_wrong_or_missing);
	g_test_add_func("/charset/every-label-gives-utf8", test_every_label_gives_utf8);
	g_test_add_func("/charset/html-says-its-charset", test_html_says_its_charset);
	return g_test_run();
}
