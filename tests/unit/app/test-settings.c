#include <string.h>

#include "app/ini.h"
#include "app/settings.h"
#include "app/suggest.h"
#include "base/error.h"
#include "support/profile.h"

static void test_what_is_refused(void)
{
	static const struct { const char *why, *text, *says; } rows[] = {
		{ "unknown section",   "[lits]\nlimit = 5\n",          "line 1: there is no section [lits] (did you mean “list”?)" },
		{ "unknown key",       "[list]\n# x\nlimt = 5\n",      "line 3: [list] has no key “limt” (did you mean “limit”?)" },
		{ "far from any key",  "[list]\nzebra = 5\n",          "line 2: [list] has no key “zebra”" },
		{ "not a number",      "[list]\nlimit = many\n",       "line 2: “many” is not possible for limit: it takes 1 to 1000000" },
		{ "below the range",   "[list]\nlimit = 0\n",          "it takes 1 to 1000000" },
		{ "above the range",   "[list]\nlimit = 1000001\n",    "it takes 1 to 1000000" },
		{ "not a choice",      "[output]\ncolor = sometimes\n","it takes auto, always or never" },
		{ "relative path",     "[log]\nfile = log\n",          "it takes an absolute path" },
		{ "before a section",  "limit = 5\n",                  "line 1: “limit” stands before the first [section]" },
		{ "no equals sign",    "[list]\nlimit 5\n",            "line 2: this is neither “[section]” nor “key = value”" },
		{ "open section",      "[list\n",                      "line 1: a section ends with ]" },
		{ "twice",             "[list]\nlimit = 5\nlimit = 6\n", "line 3: “limit” is set already in line 2" },
		{ "a control",         "[list]\nlimit = 5\x1b\n",      "line 2: there is a control character" },
		{ "not UTF-8",         "[list]\n\nlimit = \xff\n",     "line 3: this is not UTF-8" },
		{ "missing include",   "[list]\ninclude = none.conf\n","none.conf" },
		{ "endless include",   "[list]\ninclude = config\n",   "files include each other more than 8 deep" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Profile profile;
		g_autoptr(GError) err = NULL;
		profile_init(&profile);
		g_autofree char *path = profile_write(&profile, "config", rows[i].text, 0600);
		g_test_message("%s", rows[i].why);
		g_assert_null(settings_load(profile.paths, &err));
		g_assert_nonnull(strstr(err->message, rows[i].says));
		g_assert_nonnull(strstr(err->message, profile.dir));
		profile_clear(&profile);
	}
}

static void test_the_last_file_wins(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autoptr(Settings) defaults = settings_load(profile.paths, &err);
	g_assert_no_error(err);
	g_assert_cmpint(settings_int(defaults, SETTING_LIST_LIMIT), ==, 50);
	g_assert_null(settings_origin(defaults, SETTING_LIST_LIMIT));

	g_autofree char *main_file = profile_write(&profile, "config", "[list]\nlimit = 7\ninclude = more/inc\n[output]\ncolor=never\n", 0600);
	g_autofree char *included = profile_write(&profile, "more/inc", "[list]\r\nlimit = 8\r\n", 0600);
	g_autofree char *late = profile_write(&profile, "conf.d/20.conf", "[log]\nlevel = info\n", 0600);
	g_autofree char *later = profile_write(&profile, "conf.d/30.conf", "[log]\nlevel = debug\n", 0600);
	g_autofree char *ignored = profile_write(&profile, "conf.d/40.bak", "nonsense\n", 0600);
	g_autoptr(Settings) settings = settings_load(profile.paths, &err);
	g_assert_no_error(err);
	g_assert_cmpint(settings_int(settings, SETTING_LIST_LIMIT), ==, 8);
	g_assert_cmpstr(settings_text(settings, SETTING_LOG_LEVEL), ==, "debug");
	g_autofree char *origin = g_strdup_printf("%s, line 2", included);
	g_assert_cmpstr(settings_origin(settings, SETTING_LIST_LIMIT), ==, origin);

	g_assert_false(settings_write(profile.paths, SETTING_LOG_LEVEL, "none", &err));
	g_assert_true(error_is(err, ERR_CONFIG));
	g_assert_nonnull(strstr(err->message, "30.conf"));
	profile_clear(&profile);
}

static void test_writing_keeps_comments(void)
{
	static const char before[] = "# mine\n\n[list]\n  # how many\n  limit = 7\n; end\n\n[output]\ncolor = never\n";
	static const char after[] = "# mine\n\n[list]\n  # how many\nlimit = 99\n; end\n\n[output]\ncolor = never\n\n[log]\nlevel = info\n";
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autofree char *path = profile_write(&profile, "config", before, 0600);
	g_assert_true(settings_write(profile.paths, SETTING_LIST_LIMIT, "99", &err));
	g_assert_true(settings_write(profile.paths, SETTING_LOG_LEVEL, "info", &err));
	g_autofree char *text = profile_read(&profile, "config");
	g_assert_cmpstr(text, ==, after);

	g_assert_false(settings_write(profile.paths, SETTING_LIST_LIMIT, "0", &err));
	g_assert_true(error_is(err, ERR_CONFIG));
	profile_clear(&profile);
}

static void test_ini_edits(void)
{
	static const char text[] = "a = 1\n[s]\nb = x = y \n\n[t]\n";
	g_autoptr(GError) err = NULL;
	g_autoptr(IniFile) ini = ini_parse("f", text, strlen(text), &err);

	g_assert_no_error(err);
	g_assert_cmpstr(ini_get(ini, "s", "b"), ==, "x = y");
	g_assert_null(ini_get(ini, "t", "b"));
	ini_set(ini, "s", "c", "2");
	ini_set(ini, "", "z", "0");
	g_assert_true(ini_unset(ini, "", "a"));
	g_assert_false(ini_unset(ini, "", "a"));
	g_autoptr(GString) now = g_string_new(NULL);
	for (guint i = 0; i < ini->lines->len; i++)
		g_string_append_printf(now, "%s|", ((IniLine *)g_ptr_array_index(ini->lines, i))->raw);
	g_assert_cmpstr(now->str, ==, "z = 0|[s]|b = x = y |c = 2||[t]|");
}

static void test_back_to_the_default(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autofree char *path = profile_write(&profile, "config", "# mine\n[list]\nlimit = 7\n", 0600);
	g_autoptr(Settings) settings = settings_load(profile.paths, &err);
	g_assert_true(settings_write(profile.paths, SETTING_LIST_LIMIT, NULL, &err));
	g_assert_true(settings_write(profile.paths, SETTING_UI_KEYMAP, "vim", &err));
	g_assert_cmpint(settings_int(settings, SETTING_LIST_LIMIT), ==, 7);
	g_assert_true(settings_reload(settings, profile.paths, &err));
	g_assert_cmpint(settings_int(settings, SETTING_LIST_LIMIT), ==, 50);
	g_assert_cmpint(settings_choice(settings, SETTING_UI_KEYMAP), ==, 2);
	g_autofree char *text = profile_read(&profile, "config");
	g_assert_cmpstr(text, ==, "# mine\n[list]\n\n[ui]\nkeymap = vim\n");

	g_autofree char *broken = profile_write(&profile, "config", "[list]\nlimit = 0\n", 0600);
	g_assert_false(settings_reload(settings, profile.paths, &err));
	g_assert_cmpint(settings_choice(settings, SETTING_UI_KEYMAP), ==, 2);
	profile_clear(&profile);
}

static void test_for_this_run(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autofree char *path = profile_write(&profile, "config", "[list]\n# long ones\nlimit = 7\n", 0600);
	g_autoptr(Settings) settings = settings_load(profile.paths, &err);
	g_assert_true(settings_set(settings, SETTING_LIST_LIMIT, NULL, &err));
	g_assert_true(settings_set(settings, SETTING_UI_THEME, "light", &err));
	g_assert_false(settings_set(settings, SETTING_UI_HELP_LEVEL, "3", &err));
	g_assert_cmpstr(err->message, ==, "“3” is not possible for help_level: it takes 0 to 2");
	g_clear_error(&err);
	g_assert_cmpuint(settings_unsaved(settings), ==, 2);
	g_assert_true(settings_is_unsaved(settings, SETTING_UI_THEME));
	g_assert_cmpint(settings_int(settings, SETTING_LIST_LIMIT), ==, 50);
	g_assert_null(settings_origin(settings, SETTING_LIST_LIMIT));
	g_autofree char *before = profile_read(&profile, "config");
	g_assert_cmpstr(before, ==, "[list]\n# long ones\nlimit = 7\n");

	g_assert_true(settings_save(settings, profile.paths, &err));
	g_assert_cmpuint(settings_unsaved(settings), ==, 0);
	g_assert_cmpstr(settings_text(settings, SETTING_UI_THEME), ==, "light");
	g_assert_nonnull(settings_origin(settings, SETTING_UI_THEME));
	g_autofree char *after = profile_read(&profile, "config");
	g_assert_cmpstr(after, ==, "[list]\n# long ones\n\n[ui]\ntheme = light\n");

	/* What another file sets is not ours to write: it stays for this run. */
	g_autofree char *other = profile_write(&profile, "conf.d/site.conf", "[ui]\nmouse = no\n", 0600);
	g_assert_true(settings_set(settings, SETTING_UI_MOUSE, "yes", &err));
	g_assert_false(settings_save(settings, profile.paths, &err));
	g_assert_true(error_is(err, ERR_CONFIG));
	g_assert_true(settings_is_unsaved(settings, SETTING_UI_MOUSE));
	profile_clear(&profile);
}

static void test_next_values(void)
{
	static const struct { SettingId id; const char *now, *next; } rows[] = {
		{ SETTING_UI_MOUSE, "yes", "no" },           { SETTING_UI_MOUSE, "no", "yes" },
		{ SETTING_UI_KEYMAP, "default", "mutt" },    { SETTING_UI_KEYMAP, "alpine", "default" },
		{ SETTING_UI_HELP_LEVEL, "1", NULL },        { SETTING_UI_THEME, "dark", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *next = option_next_value(setting_option(rows[i].id), rows[i].now);
		g_assert_cmpstr(next, ==, rows[i].next);
	}
}

static void test_names(void)
{
	SettingId id = SETTING_COUNT;
	g_autoptr(GError) err = NULL;

	g_assert_true(setting_find("list.limit", &id, &err));
	g_assert_cmpint(id, ==, SETTING_LIST_LIMIT);
	g_assert_false(setting_find("list.limmit", &id, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_assert_nonnull(strstr(err->message, "did you mean “list.limit”?"));
}

static void test_every_default_is_allowed(void)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		g_autoptr(GError) err = NULL;
		const Option *option = setting_option((SettingId)i);
		g_assert_true(option_check(option, option->default_value, &err));
		g_assert_no_error(err);
		g_assert_true(g_str_has_suffix(option->help, "."));
		/* A section's settings stand together: pages and manuals go through the table. */
		for (int j = i + 2; j < SETTING_COUNT; j++)
			if (strcmp(setting_option((SettingId)j)->section, option->section) == 0)
				g_assert_cmpstr(setting_option((SettingId)(i + 1))->section, ==, option->section);
	}
}

static void test_suggestions(void)
{
	static const char *const words[] = { "account", "folder", "sync", "mail", NULL };
	static const struct { const char *typed, *meant; } rows[] = {
		{ "acount", "account" }, { "sycn", "sync" }, { "fodler", "folder" }, { "mial", "mail" },
		{ "mails", "mail" },     { "calendar", NULL }, { "", NULL },         { "sync", "sync" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(suggest_nearest(rows[i].typed, words), ==, rows[i].meant);
	g_autofree char *endless = g_strnfill(5000, 'm');
	g_assert_null(suggest_nearest(endless, words));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settings/back-to-the-default", test_back_to_the_default);
	g_test_add_func("/settings/for-this-run", test_for_this_run);
	g_test_add_func("/settings/next-values", test_next_values);
	g_test_add_func("/settings/refused", test_what_is_refused);
	g_test_add_func("/settings/last-wins", test_the_last_file_wins);
	g_test_add_func("/settings/comments", test_writing_keeps_comments);
	g_test_add_func("/settings/ini", test_ini_edits);
	g_test_add_func("/settings/names", test_names);
	g_test_add_func("/settings/defaults", test_every_default_is_allowed);
	g_test_add_func("/settings/suggest", test_suggestions);
	return g_test_run();
}
