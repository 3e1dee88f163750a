#include "ui/themes/theme.h"

#include <string.h>

#include "base/error.h"
#include "support/profile.h"

static void test_paint_by_colours(void)
{
	static const struct { StyleRole role; int colours, front, back; Style attributes; } rows[] = {
		{ STYLE_SELECTED, STYLE_ALL_COLOURS, 0xeeeeee, 0x005f87, 0 },
		{ STYLE_SELECTED, 256, 255, 24, 0 },
		{ STYLE_SELECTED, 88, 15, 4, 0 },
		{ STYLE_SELECTED, 16, 15, 4, 0 },
		{ STYLE_SELECTED, 8, -1, -1, STYLE_REVERSE },
		{ STYLE_SELECTED, 0, -1, -1, STYLE_REVERSE },
		{ STYLE_ERROR, 256, 203, -1, STYLE_BOLD },
		{ STYLE_ERROR, 16, 9, -1, STYLE_BOLD },
		{ STYLE_ERROR, 8, 1, -1, STYLE_BOLD },
		{ STYLE_ERROR, 0, -1, -1, STYLE_BOLD },
		{ STYLE_BORDER, 8, -1, -1, 0 },               /* dark grey would be black */
		{ STYLE_NORMAL, STYLE_ALL_COLOURS, -1, -1, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		StylePaint paint = style_paint(style_look(style_sheet(THEME_DARK), (Style)rows[i].role), rows[i].colours);
		g_test_message("row %zu", i);
		g_assert_cmpint(paint.foreground, ==, rows[i].front);
		g_assert_cmpint(paint.background, ==, rows[i].back);
		g_assert_cmpint(paint.attributes, ==, rows[i].attributes);
	}
}

/* What is told apart by colour in one theme is told apart by something in each. */
static void test_themes_keep_what_matters(void)
{
	static const StyleRole told[] = { STYLE_SELECTED, STYLE_SELECTED_IDLE, STYLE_MATCH, STYLE_ERROR, STYLE_WARNING, STYLE_LINK, STYLE_TABS };
	static const int depths[] = { 0, 8, 16, 256, STYLE_ALL_COLOURS };

	for (Theme theme = 0; theme < THEME_COUNT; theme++)
		for (size_t d = 0; d < G_N_ELEMENTS(depths); d++)
			for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
				StylePaint paint = style_paint(style_look(style_sheet(theme), (Style)told[i]), depths[d]);
				g_test_message("%s, %d colours, role %d", style_theme_name(theme), depths[d], told[i]);
				g_assert_true(paint.foreground >= 0 || paint.background >= 0 || paint.attributes);
			}
	for (int role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		StylePaint mono = style_paint(style_look(style_sheet(THEME_MONO), (Style)role), 256);
		g_assert_cmpint(mono.foreground, ==, -1);
		g_assert_cmpint(mono.background, ==, -1);
	}
}

static void test_colours_as_written(void)
{
	static const struct { const char *text; bool is_colour; StyleColour colour; } rows[] = {
		{ "sky", true, { 12, 75, 0x5fafff } },
		{ "Sky", true, { 12, 75, 0x5fafff } },
		{ "default", true, { -1, -1, -1 } },
		{ "75", true, { 12, 75, 0x5fafff } },
		{ "1", true, { 1, 1, 0x800000 } },
		{ "255", true, { 15, 255, 0xeeeeee } },
		{ "#5fafff", true, { 12, 75, 0x5fafff } },
		{ "#5eaffe", true, { 12, 75, 0x5eaffe } },
		{ "#ffffff", true, { 15, 231, 0xffffff } },
		{ "256", false, { 0 } },
		{ "-1", false, { 0 } },
		{ "#12345", false, { 0 } },
		{ "#12345g", false, { 0 } },
		{ "skyy", false, { 0 } },
		{ "", false, { 0 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		StyleColour colour = { 0 };
		g_test_message("“%s”", rows[i].text);
		g_assert_cmpint(style_colour_parse(rows[i].text, &colour), ==, rows[i].is_colour);
		g_assert_cmpint(colour.indexed, ==, rows[i].colour.indexed);
		g_assert_cmphex((guint)colour.rgb, ==, (guint)rows[i].colour.rgb);
		if (rows[i].colour.indexed != 75)      /* the 16 have no blue that light */
			g_assert_cmpint(colour.ansi, ==, rows[i].colour.ansi);
	}
}

/* ---- files ---- */

static void write_theme(const Profile *profile, const char *text)
{
	g_autofree char *path = profile_write(profile, "themes/mine.conf", text, 0600);
}

static void test_a_theme_of_ones_own(void)
{
	Profile profile;
	StyleSheet sheet;
	g_autoptr(GError) err = NULL;
	profile_init(&profile);

	write_theme(&profile, "# mine\nbase = light\n\nselected = #ffffff 124 bold\nlink = default underline italic\n");
	g_assert_true(theme_load(profile.paths, "mine", &sheet, &err));
	g_assert_no_error(err);
	const StyleLook *selected = style_look(&sheet, STYLE_SELECTED), *link = style_look(&sheet, STYLE_LINK);
	g_assert_cmphex((guint)selected->foreground.rgb, ==, 0xffffff);
	g_assert_cmpint(selected->background.indexed, ==, 124);
	g_assert_cmpint(selected->attributes, ==, STYLE_BOLD);
	g_assert_cmpint(link->foreground.rgb, ==, -1);
	g_assert_cmpint(link->attributes, ==, STYLE_UNDERLINE | STYLE_ITALIC);
	g_assert_cmpint(style_look(&sheet, STYLE_ERROR)->foreground.indexed, ==, 160);      /* light's */

	g_autoptr(GPtrArray) names = theme_names(profile.paths);
	g_assert_cmpuint(names->len, ==, 4);
	g_assert_cmpstr(g_ptr_array_index(names, 3), ==, "mine");
	profile_clear(&profile);
}

static void test_what_is_no_theme(void)
{
	static const struct { const char *name, *text, *says; } rows[] = {
		{ "mine", "base = dim\n", "mine.conf: “base” is dark, light or mono, not “dim”" },
		{ "mine", "\nselectd = 1\n", "mine.conf, line 2: a theme has no “selectd” (did you mean “selected”?)" },
		{ "mine", "link = blueish\n", "mine.conf, line 1: “blueish” is no colour and no attribute; a role is " },
		{ "mine", "link = 1 2 3\n", "mine.conf, line 1: “3” is no colour and no attribute; a role is " },
		{ "mine", "[link]\n", "mine.conf, line 1: a theme has no sections" },
		{ "yours", "link = 1\n", "there is no theme “yours”; there are dark, light, mono, mine" },
		{ "../mine", "link = 1\n", "there is no theme “../mine”; there are dark, light, mono, mine" },
		{ "", "link = 1\n", "there is no theme “”; there are dark, light, mono, mine" },
	};
	Profile profile;
	profile_init(&profile);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		StyleSheet sheet = *style_sheet(THEME_MONO);
		write_theme(&profile, rows[i].text);
		g_assert_false(theme_load(profile.paths, rows[i].name, &sheet, &err));
		g_test_message("%s", err->message);
		g_assert_nonnull(strstr(err->message, rows[i].says));
		g_assert_cmpmem(&sheet, sizeof sheet, style_sheet(THEME_MONO), sizeof sheet);
	}
	profile_clear(&profile);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/style/paint-by-colours", test_paint_by_colours);
	g_test_add_func("/style/themes-keep-what-matters", test_themes_keep_what_matters);
	g_test_add_func("/style/colours-as-written", test_colours_as_written);
	g_test_add_func("/theme/of-ones-own", test_a_theme_of_ones_own);
	g_test_add_func("/theme/refused", test_what_is_no_theme);
	return g_test_run();
}
