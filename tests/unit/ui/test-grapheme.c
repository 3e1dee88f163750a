#include "ui/cell/grapheme.h"

#include <string.h>

#include "base/text.h"

static void test_signs(void)
{
	static const struct { const char *what, *in; size_t len; int width; const char *shown; } rows[] = {
		{ "a letter", "ab", 1, 1, "a" },
		{ "a letter and its mark", "e\u0301x", 3, 1, "e\u0301" },
		{ "kanji", "\u6f22x", 3, 2, "\u6f22" },
		{ "hangul in parts", "\u1112\u1161\u11ab.", 9, 2, "\u1112\u1161\u11ab" },
		{ "full width letter", "\uff21", 3, 2, "\uff21" },
		{ "half width katakana", "\uff71", 3, 1, "\uff71" },
		{ "ambiguous is narrow", "\u00b1", 2, 1, "\u00b1" },
		{ "emoji", "\U0001f600!", 4, 2, "\U0001f600" },
		{ "family", "\U0001f468\u200d\U0001f469\u200d\U0001f467z", 18, 2, "\U0001f468\u200d\U0001f469\u200d\U0001f467" },
		{ "skin tone", "\U0001f44d\U0001f3fd", 8, 2, "\U0001f44d\U0001f3fd" },
		{ "heart asked to be an emoji", "\u2764\ufe0f.", 6, 1, "\u2764" },
		{ "keycap", "1\ufe0f\u20e3", 7, 1, "1\u20e3" },
		{ "half a flag is its letter", "\U0001f1e9\U0001f1ea", 4, 1, "D" },
		{ "persian with non-joiner", "\u0645\u200c\u062e", 5, 1, "\u0645\u200c" },
		{ "arabic letter", "\u0628\u0629", 2, 1, "\u0628" },
		{ "mark alone", "\u0301a", 2, 1, "\u25cc\u0301" },
		{ "no-break space", "\u00a0", 2, 1, " " },
		{ "escape", "\x1b[2J", 1, 1, "\u241b" },
		{ "newline", "\n", 1, 1, "\u240a" },
		{ "delete", "\x7f", 1, 1, "\u2421" },
		{ "8 bit CSI", "\xc2\x9b", 2, 1, "\ufffd" },
		{ "no UTF-8", "\xffz", 1, 1, "\ufffd" },
		{ "cut UTF-8", "\xe2\x82", 1, 1, "\ufffd" },
		{ "right to left override", "\u202egpj", 3, 1, "\u2426" },
		{ "zero width run is one marker", "\u200b\u200c\u200d\ufeffx", 12, 1, "\u2426" },
		{ "joiner between latin letters", "\u200dx", 3, 1, "\u2426" },
		{ "tags", "\U000e0041\U000e0042y", 8, 1, "\u2426" },
		{ "Braille blank", "\u2800", 3, 1, "\u2426" },
		{ "soft hyphen", "\u00ad", 2, 1, "\u2426" },
		{ "private use", "\ue000", 3, 1, "\ufffd" },
		{ "unassigned", "\U0003fffd", 4, 1, "\ufffd" },
		{ "line separator", "\u2028", 3, 1, "\u2426" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Grapheme g;
		grapheme_next(rows[i].in, &g);
		g_test_message("%s", rows[i].what);
		g_assert_cmpuint(g.source_len, ==, rows[i].len);
		g_assert_cmpint(g.width, ==, rows[i].width);
		g_assert_cmpstr(g.text, ==, rows[i].shown);
	}
}

static void test_a_flood_of_marks_stays_one_sign(void)
{
	g_autoptr(GString) flood = g_string_new("Z");
	Grapheme g;

	for (int i = 0; i < 5000; i++)
		g_string_append(flood, "\u0335");
	grapheme_next(flood->str, &g);
	g_assert_cmpuint(g.source_len, ==, flood->len);
	g_assert_cmpint(g.width, ==, 1);
	g_assert_cmpint(g_utf8_strlen(g.text, -1), ==, 5);
}

static void assert_shows_nothing_bad(const char *shown)
{
	g_assert_true(g_utf8_validate(shown, -1, NULL));
	for (const char *p = shown; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		g_assert_false(text_is_control(c));
		g_assert_true(!text_is_deceptive(c) || c == 0x200c || c == 0x200d || (c >= 0xe0020 && c <= 0xe007f));
	}
}

/* Whatever bytes come, what is shown is valid, short and holds no control. */
static void test_random_bytes(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(30);
	char text[64];

	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof text - 1; i++) {
			static const char likely[] = "\xe2\x80\xf0\x9f\x1b\xcc\xf3\xa0\xd8";
			text[i] = g_rand_boolean(rand) ? (char)g_rand_int_range(rand, 1, 256)
			                               : likely[g_rand_int_range(rand, 0, sizeof likely - 1)];
		}
		text[sizeof text - 1] = '\0';
		Grapheme g;
		for (const char *p = text; *p; p += g.source_len) {
			grapheme_next(p, &g);
			g_assert_cmpuint(g.source_len, >=, 1);
			g_assert_cmpuint(g.source_len, <=, strlen(p));
			g_assert_cmpint(g.width, <=, 2);
			assert_shows_nothing_bad(g.text);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grapheme/signs", test_signs);
	g_test_add_func("/grapheme/a-flood-of-marks-stays-one-sign", test_a_flood_of_marks_stays_one_sign);
	g_test_add_func("/grapheme/random-bytes", test_random_bytes);
	return g_test_run();
}
