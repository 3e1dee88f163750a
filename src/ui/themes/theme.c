#include "ui/themes/theme.h"

#include <string.h>

#include "app/ini.h"
#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"

static const struct { const char *name; Style attribute; } attributes[] = {
	{ "bold", STYLE_BOLD },         { "italic", STYLE_ITALIC },
	{ "underline", STYLE_UNDERLINE }, { "dim", STYLE_DIM_TEXT },
	{ "reverse", STYLE_REVERSE },
};

static char *themes_dir(const Paths *paths)
{
	return g_build_filename(paths->config_dir, "themes", NULL);
}

static bool find_own(const char *name, Theme *ret_theme)
{
	for (Theme theme = 0; theme < THEME_COUNT; theme++)
		if (strcmp(style_theme_name(theme), name) == 0) {
			*ret_theme = theme;
			return true;
		}
	return false;
}

/* ---- a file ---- */

static Style attribute_of(const char *word)
{
	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (strcmp(attributes[i].name, word) == 0)
			return attributes[i].attribute;
	return 0;
}

/* Colours come first: the foreground, then the background. */
static bool parse_look(const char *value, StyleLook *ret_look, GError **err)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	StyleLook look = { { -1, -1, -1 }, { -1, -1, -1 }, 0 };
	unsigned colours = 0;

	for (char **word = words; *word; word++) {
		Style attribute = attribute_of(*word);
		if (!**word)
			continue;
		if (attribute)
			look.attributes |= attribute;
		else if (colours == 2 || !style_colour_parse(*word, colours ? &look.background
		                                                            : &look.foreground))
			return fail(err, ERR_CONFIG,
			            _("“%s” is no colour and no attribute; a role is “FOREGROUND "
			              "BACKGROUND bold italic underline dim reverse”"),
			            *word);
		else
			colours++;
	}
	*ret_look = look;
	return true;
}

static bool find_role(const char *key, StyleRole *ret_role, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (StyleRole role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		g_ptr_array_add(names, style_role_name(role));
		if (strcmp(g_ptr_array_index(names, role), key) == 0) {
			*ret_role = role;
			return true;
		}
	}
	g_ptr_array_add(names, NULL);
	g_autofree char *hint = suggest_hint(key, (const char *const *)names->pdata);
	return fail(err, ERR_CONFIG, _("a theme has no “%s”%s"), key, hint);
}

static bool take_line(StyleSheet *sheet, const IniLine *line, GError **err)
{
	StyleRole role = STYLE_NORMAL;

	if (*line->section)
		return fail(err, ERR_CONFIG, _("a theme has no sections"));
	if (!line->key || strcmp(line->key, "base") == 0)
		return true;
	return find_role(line->key, &role, err) &&
	       parse_look(line->value, &sheet->looks[role], err);
}

static bool take_base(StyleSheet *sheet, const IniFile *ini, GError **err)
{
	const char *base = ini_get(ini, "", "base");
	Theme       theme = THEME_DARK;

	if (base && !find_own(base, &theme))
		return fail(err, ERR_CONFIG, _("%s: “base” is dark, light or mono, not “%s”"),
		            ini->path, base);
	*sheet = *style_sheet(theme);
	return true;
}

static bool load_file(const char *path, StyleSheet *ret_sheet, GError **err)
{
	g_autoptr(IniFile) ini = ini_read(path, err);
	StyleSheet sheet;

	if (!ini || !take_base(&sheet, ini, err))
		return false;
	for (guint i = 0; i < ini->lines->len; i++) {
		g_autoptr(GError) why = NULL;
		if (!take_line(&sheet, g_ptr_array_index(ini->lines, i), &why))
			return fail(err, ERR_CONFIG, _("%s, line %u: %s"), path, i + 1,
			            why->message);
	}
	*ret_sheet = sheet;
	return true;
}

/* ---- all of them ---- */

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_files(const Paths *paths, GPtrArray *names)
{
	g_autofree char *path = themes_dir(paths);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (const char *file; dir && (file = g_dir_read_name(dir));)
		if (g_str_has_suffix(file, ".conf") && *file != '.' &&
		    g_utf8_validate(file, -1, NULL))
			g_ptr_array_add(found, g_strndup(file, strlen(file) - strlen(".conf")));
	g_ptr_array_sort(found, by_name);
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(names, g_ptr_array_index(found, i));
}

GPtrArray *theme_names(const Paths *paths)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (Theme theme = 0; theme < THEME_COUNT; theme++)
		g_ptr_array_add(names, g_strdup(style_theme_name(theme)));
	add_files(paths, names);
	return names;
}

static bool refuse(const Paths *paths, const char *name, GError **err)
{
	g_autoptr(GPtrArray) names = theme_names(paths);

	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	return fail(err, ERR_NOT_FOUND, _("there is no theme “%s”; there are %s"), name, all);
}

bool theme_load(const Paths *paths, const char *name, StyleSheet *ret_sheet, GError **err)
{
	g_autofree char *dir = themes_dir(paths);
	g_autofree char *file = g_strconcat(name, ".conf", NULL);
	g_autofree char *path = g_build_filename(dir, file, NULL);
	Theme theme;

	if (find_own(name, &theme)) {
		*ret_sheet = *style_sheet(theme);
		return true;
	}
	if (!*name || *name == '.' || strchr(name, '/') || !g_file_test(path, G_FILE_TEST_EXISTS))
		return refuse(paths, name, err);
	return load_file(path, ret_sheet, err);
}
