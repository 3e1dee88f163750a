#include <string.h>

#include "support/screen.h"

static void open_settings(World *world, int width, int height)
{
	world_init(world, width, height);
	world_advance(world, 200);
	g_string_truncate(world->asked, 0);
	world_type(world, "g S");
}

static void find_hold(World *world)
{
	world_advance(world, 200);
	world_steps(world, "g S / 'send_hold Enter");
}

static void test_three_widths(void)
{
	world_snapshot_widths("settings", find_hold);
}

static void test_change_and_save(void)
{
	g_auto(World) world;
	open_settings(&world, 140, 45);

	world_type(&world, "/ 'keymap Enter");
	world_assert_has(&world, "Default: default.");
	world_type(&world, "Enter");
	world_assert_asked(&world, "changed ui.keymap\n");
	world_assert_has(&world, "ui.keymap = mutt; for this time, until :save-settings.");
	world_assert_has(&world, "Not saved yet.");
	g_assert_cmpint(settings_choice(world.settings, SETTING_UI_KEYMAP), ==, 1);
	world_type(&world, "Alt-g t");           /* mutt's keys, at once */
	world_assert_has(&world, "Archive");
	world_type(&world, "Alt-g S");
	world_type(&world, "Enter Enter Enter"); /* vim, alpine, and round again */
	g_assert_cmpint(settings_choice(world.settings, SETTING_UI_KEYMAP), ==, 0);
	world_type(&world, "d");
	world_assert_asked(&world, "changed ui.keymap\nchanged ui.keymap\nchanged ui.keymap\nchanged ui.keymap\n");
	world_type(&world, "s");
	world_assert_asked(&world, "save 1\n");
}

static void test_what_is_typed(void)
{
	g_auto(World) world;
	open_settings(&world, 100, 30);

	world_type(&world, "/ 'help_level Enter Enter");
	world_assert_has(&world, ":set ui.help_level=1");
	world_type(&world, "Backspace '2 Enter");
	g_assert_cmpint(settings_int(world.settings, SETTING_UI_HELP_LEVEL), ==, 2);
	world_type(&world, "Enter Backspace '3 Enter");
	world_assert_has(&world, "“3” is not possible for help_level: it takes 0 to 2");
	g_assert_cmpint(settings_int(world.settings, SETTING_UI_HELP_LEVEL), ==, 2);
}

static void test_what_cannot_be_is_taken_back(void)
{
	g_auto(World) world;
	open_settings(&world, 80, 24);

	world_type(&world, ": 'set Space 'theme=light Enter");
	g_assert_cmpstr(settings_text(world.settings, SETTING_UI_THEME), ==, "light");
	world_type(&world, ": 'set Space 'theme=ugly Enter");
	world_assert_has(&world, "there is no theme “ugly”");
	g_assert_cmpstr(settings_text(world.settings, SETTING_UI_THEME), ==, "light");
}

static void test_set(void)
{
	static const struct { const char *typed, *says; } rows[] = {
		{ ": 'set Space 'ui.theme? Enter", "ui.theme = dark (takes text on one line)" },
		{ ": 'set Space 'help_level Enter", "ui.help_level = 1 (takes 0 to 2)" },
		{ ": 'set Space 'help_level Space '0 Enter", "ui.help_level = 0; for this time" },
		{ ": 'set Space 'ui.help_level& Enter", "ui.help_level = 1; for this time" },
		{ ": 'set Space 'mouse Enter", "ui.mouse = yes; for this time" },
		{ ": 'set Space 'mous=no Enter", "there is no setting “mous”" },
		{ ": 'set Space 'compose.signature= Enter", "compose.signature = ; for this time" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 80, 24);
		world_type(&world, rows[i].typed);
		world_assert_has(&world, rows[i].says);
	}
}

static void test_names_are_completed(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, ": 'set Space 'ui.key Tab");
	world_assert_has(&world, "set ui.keymap=");
	world_type(&world, "'m Tab Enter");
	g_assert_cmpint(settings_choice(world.settings, SETTING_UI_KEYMAP), ==, 1);
}

static void test_lines_of_help(void)
{
	static const struct { const char *level; int footer; } rows[] = { { "0", 0 }, { "1", 1 }, { "2", 2 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		g_autofree char *typed = g_strdup_printf(": 'set Space 'help_level=%s Enter j", rows[i].level);
		world_init(&world, 80, 24);
		world_type(&world, typed);
		g_autofree char *shown = world_shows(&world);
		g_auto(GStrv) lines = g_strsplit(shown, "\n", -1);
		g_test_message("%s", shown);
		g_assert_nonnull(strstr(lines[23 - rows[i].footer], "sorted:"));      /* the status line, above */
		g_assert_cmpint(rows[i].footer > 0, ==, strstr(shown, "? Help") != NULL);
	}
}

static void test_leaving_asks_for_what_is_unsaved(void)
{
	g_auto(World) world;
	open_settings(&world, 80, 24);

	world_type(&world, "q");
	world_assert_has_not(&world, "Keep the changed settings");
	world_type(&world, "g S");
	world_type(&world, "/ 'mouse Enter Enter q");
	world_assert_has(&world, "Keep the changed settings for next time?");
	g_string_truncate(world.asked, 0);
	world_type(&world, "y");
	world_assert_asked(&world, "save 1\n");
	world_assert_has(&world, "1 setting saved.");
}

static void test_the_page_opens_once(void)
{
	g_auto(World) world;
	open_settings(&world, 100, 30);

	world_type(&world, "g t g S");
	world_type(&world, "q");
	world_assert_has_not(&world, "Settings");
}

static void test_small_and_odd_sizes(void)
{
	for (int width = 1; width <= 161; width += 20)
		for (int height = 1; height <= 13; height += 4) {
			g_auto(World) world;
			open_settings(&world, width, height);
			world_type(&world, "G k PgUp PgDn");
			world_check_cells(&world);
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/three-widths", test_three_widths);
	g_test_add_func("/options/change-and-save", test_change_and_save);
	g_test_add_func("/options/what-is-typed", test_what_is_typed);
	g_test_add_func("/options/taken-back", test_what_cannot_be_is_taken_back);
	g_test_add_func("/options/set", test_set);
	g_test_add_func("/options/names-are-completed", test_names_are_completed);
	g_test_add_func("/options/lines-of-help", test_lines_of_help);
	g_test_add_func("/options/leaving-asks", test_leaving_asks_for_what_is_unsaved);
	g_test_add_func("/options/opens-once", test_the_page_opens_once);
	g_test_add_func("/options/odd-sizes", test_small_and_odd_sizes);
	return g_test_run();
}
