#include "app/settings.h"

#include <string.h>

#include "app/ini.h"
#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"

enum { INCLUDE_DEPTH_MAX = 8 };

static const Option options[] = {
#define OPTION(id, section_, name_, type_, default_, range_, ...)                                  \
	{ .section = #section_, .name = #name_, .type = OPTION_##type_,                            \
	  .default_value = default_, .range = range_, .help = __VA_ARGS__ },
#include "app/settings.def"
#undef OPTION
};

struct Settings {
	char *values[SETTING_COUNT];       /* NULL: the default */
	char *origins[SETTING_COUNT];
	bool  is_unsaved[SETTING_COUNT];
};

Settings *settings_new(void)
{
	return g_new0(Settings, 1);
}

void settings_free(Settings *settings)
{
	if (!settings)
		return;
	for (int i = 0; i < SETTING_COUNT; i++) {
		g_free(settings->values[i]);
		g_free(settings->origins[i]);
	}
	g_free(settings);
}

const Option *setting_option(SettingId id)
{
	return &options[id];
}

static int find_setting(const char *section, const char *name)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (strcmp(options[i].section, section) == 0 && strcmp(options[i].name, name) == 0)
			return i;
	return -1;
}

/* Full names of all settings; with @section only names of that section; with "" the sections. */
static char *hint_for(const char *word, const char *section)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < SETTING_COUNT; i++) {
		if (!section)
			g_ptr_array_add(names, option_full_name(&options[i]));
		else if (!*section)
			g_ptr_array_add(names, g_strdup(options[i].section));
		else if (strcmp(options[i].section, section) == 0)
			g_ptr_array_add(names, g_strdup(options[i].name));
	}
	g_ptr_array_add(names, NULL);
	return suggest_hint(word, (const char *const *)names->pdata);
}

bool setting_find(const char *full_name, SettingId *ret_id, GError **err)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *name = option_full_name(&options[i]);
		if (strcmp(name, full_name) == 0) {
			*ret_id = (SettingId)i;
			return true;
		}
	}
	g_autofree char *hint = hint_for(full_name, NULL);
	return fail(err, ERR_USAGE,
	            _("there is no setting “%s”%s; “postern config list” shows all"), full_name,
	            hint);
}

/* ---- reading ---- */

static bool has_section(const char *section)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (strcmp(options[i].section, section) == 0)
			return true;
	return false;
}

static bool refuse_section(const char *place, const char *section, GError **err)
{
	g_autofree char *hint = hint_for(section, "");

	return fail(err, ERR_CONFIG, _("%s: there is no section [%s]%s"), place, section, hint);
}

static bool refuse_key(const char *place, const IniLine *line, GError **err)
{
	if (!*line->section)
		return fail(err, ERR_CONFIG, _("%s: “%s” stands before the first [section]"), place,
		            line->key);
	g_autofree char *hint = hint_for(line->key, line->section);
	return fail(err, ERR_CONFIG, _("%s: [%s] has no key “%s”%s"), place, line->section,
	            line->key, hint);
}

static bool take_entry(Settings *settings, const IniLine *line, const char *place, GError **err)
{
	int id = find_setting(line->section, line->key);
	g_autoptr(GError) why = NULL;

	if (id < 0)
		return refuse_key(place, line, err);
	if (!option_check(&options[id], line->value, &why))
		return fail(err, ERR_CONFIG, "%s: %s", place, why->message);
	g_free(settings->values[id]);
	g_free(settings->origins[id]);
	settings->values[id] = g_strdup(line->value);
	settings->origins[id] = g_strdup(place);
	return true;
}

static bool load_file(Settings *settings, const char *path, int depth, GError **err);

static bool load_include(Settings *settings, const char *path, const IniLine *line, int depth,
                         GError **err)
{
	g_autofree char *dir = g_path_get_dirname(path);
	g_autofree char *whole = option_path(line->value);
	g_autofree char *target = whole && g_path_is_absolute(whole)
	                                  ? g_strdup(whole)
	                                  : g_build_filename(dir, line->value, NULL);

	if (depth == INCLUDE_DEPTH_MAX)
		return fail(err, ERR_CONFIG, _("%s: files include each other more than %d deep"),
		            path, INCLUDE_DEPTH_MAX);
	return load_file(settings, target, depth + 1, err);
}

static bool load_file(Settings *settings, const char *path, int depth, GError **err)
{
	g_autoptr(IniFile) ini = ini_read(path, err);

	if (!ini)
		return false;
	for (guint i = 0; i < ini->lines->len; i++) {
		const IniLine *line = g_ptr_array_index(ini->lines, i);
		g_autofree char *place = g_strdup_printf(_("%s, line %u"), path, i + 1);
		if (*line->section && !has_section(line->section))
			return refuse_section(place, line->section, err);
		if (!line->key)
			continue;
		if (strcmp(line->key, "include") == 0
		            ? !load_include(settings, path, line, depth, err)
		            : !take_entry(settings, line, place, err))
			return false;
	}
	return true;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool load_dir(Settings *settings, const char *dir_path, GError **err)
{
	g_autoptr(GDir) dir = g_dir_open(dir_path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".conf") && *name != '.')
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path =
			g_build_filename(dir_path, g_ptr_array_index(names, i), NULL);
		if (!load_file(settings, path, 0, err))
			return false;
	}
	return true;
}

char *settings_file(const Paths *paths)
{
	return g_build_filename(paths->config_dir, "config", NULL);
}

Settings *settings_load(const Paths *paths, GError **err)
{
	g_autoptr(Settings) settings = settings_new();
	g_autofree char *file = settings_file(paths);
	g_autofree char *dir = g_build_filename(paths->config_dir, "conf.d", NULL);

	if (g_file_test(file, G_FILE_TEST_EXISTS) && !load_file(settings, file, 0, err))
		return NULL;
	if (!load_dir(settings, dir, err))
		return NULL;
	return g_steal_pointer(&settings);
}

bool settings_reload(Settings *settings, const Paths *paths, GError **err)
{
	g_autoptr(Settings) fresh = settings_load(paths, err);

	if (!fresh)
		return false;
	Settings old = *settings;
	*settings = *fresh;
	*fresh = old;
	return true;
}

/* ---- asking ---- */

const char *settings_text(const Settings *settings, SettingId id)
{
	return settings->values[id] ? settings->values[id] : options[id].default_value;
}

int64_t settings_int(const Settings *settings, SettingId id)
{
	return option_int(settings_text(settings, id));
}

bool settings_bool(const Settings *settings, SettingId id)
{
	return option_bool(settings_text(settings, id));
}

int settings_choice(const Settings *settings, SettingId id)
{
	return option_choice(&options[id], settings_text(settings, id));
}

const char *settings_text_for(const Settings *settings, const Account *account, SettingId id)
{
	g_autofree char *name = option_full_name(&options[id]);
	const char *own = account ? account_setting(account, name) : NULL;

	return own ? own : settings_text(settings, id);
}

int64_t settings_int_for(const Settings *settings, const Account *account, SettingId id)
{
	return option_int(settings_text_for(settings, account, id));
}

bool settings_bool_for(const Settings *settings, const Account *account, SettingId id)
{
	return option_bool(settings_text_for(settings, account, id));
}

int settings_choice_for(const Settings *settings, const Account *account, SettingId id)
{
	return option_choice(&options[id], settings_text_for(settings, account, id));
}

char *settings_path(const Settings *settings, SettingId id)
{
	return option_path(settings_text(settings, id));
}

const char *settings_origin(const Settings *settings, SettingId id)
{
	return settings->origins[id];
}

char *settings_data_dir(const Settings *settings, const Paths *paths)
{
	char *own = settings_path(settings, SETTING_STORE_DATA_DIR);

	return own ? own : g_strdup(paths->data_dir);
}

/* ---- writing ---- */

/* A file that is read after the main one would undo what we write there. */
static bool refuse_if_overridden(const Paths *paths, SettingId id, const char *file, GError **err)
{
	g_autoptr(Settings) now = settings_load(paths, err);

	if (!now)
		return false;
	g_autofree char *ours = g_strdup_printf("%s,", file);
	const char *origin = now->origins[id];
	if (origin && !g_str_has_prefix(origin, ours))
		return fail(err, ERR_CONFIG, _("%s sets %s.%s and would win; change it there"),
		            origin, options[id].section, options[id].name);
	return true;
}

bool settings_write(const Paths *paths, SettingId id, const char *value, GError **err)
{
	g_autofree char *file = settings_file(paths);
	g_autoptr(IniFile) ini = NULL;

	if ((value && !option_check(&options[id], value, err)) || !refuse_if_overridden(paths, id, file, err))
		return false;
	ini = g_file_test(file, G_FILE_TEST_EXISTS) ? ini_read(file, err)
	                                            : ini_parse(file, "", 0, err);
	if (!ini)
		return false;
	if (value)
		ini_set(ini, options[id].section, options[id].name, value);
	else
		ini_unset(ini, options[id].section, options[id].name);
	return ini_write(ini, err);
}

/* ---- for this run ---- */

bool settings_set(Settings *settings, SettingId id, const char *value, GError **err)
{
	if (value && !option_check(&options[id], value, err))
		return false;
	g_free(settings->values[id]);
	settings->values[id] = g_strdup(value);
	g_clear_pointer(&settings->origins[id], g_free);
	settings->is_unsaved[id] = true;
	return true;
}

bool settings_is_unsaved(const Settings *settings, SettingId id)
{
	return settings->is_unsaved[id];
}

unsigned settings_unsaved(const Settings *settings)
{
	unsigned count = 0;

	for (int i = 0; i < SETTING_COUNT; i++)
		count += settings->is_unsaved[i];
	return count;
}

bool settings_save(Settings *settings, const Paths *paths, GError **err)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (!settings->is_unsaved[i])
			continue;
		if (!settings_write(paths, (SettingId)i, settings->values[i], err))
			return false;
		settings->is_unsaved[i] = false;
	}
	return settings_reload(settings, paths, err);
}
