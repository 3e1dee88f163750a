/*
 * settings: what a person may decide, as the table settings.def lists it. Values come from
 * $XDG_CONFIG_HOME/postern/config, then from *.conf in conf.d beside it in the order of their
 * names; the last one wins. "include = PATH" reads another file at that place (relative to the file
 * it stands in). What the table does not know is refused with file, line and the nearest name. Not
 * thread-safe.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "base/paths.h"
#include "model/account.h"

typedef enum {
#define OPTION(id, ...) SETTING_##id,
#include "app/settings.def"
#undef OPTION
	SETTING_COUNT
} SettingId;

typedef struct Settings Settings;

/* All defaults. */
Settings *settings_new(void);
void      settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* Reads the files; missing ones are fine. ERR_CONFIG names file and line; ERR_LIMIT, ERR_IO. */
Settings *settings_load(const Paths *paths, GError **err);

/* Reads the files anew; on failure the settings stay as they are. Texts that were borrowed go. */
bool settings_reload(Settings *settings, const Paths *paths, GError **err);

const Option *setting_option(SettingId id);

/* By its full name "section.name". ERR_USAGE with the nearest name. */
bool setting_find(const char *full_name, SettingId *ret_id, GError **err);

/* Borrowed until the settings go. */
const char *settings_text(const Settings *settings, SettingId id);
int64_t     settings_int(const Settings *settings, SettingId id);
bool        settings_bool(const Settings *settings, SettingId id);
int         settings_choice(const Settings *settings, SettingId id); /* index into the range */
/* The account's own, else that of all. @account may be NULL. */
const char *settings_text_for(const Settings *settings, const Account *account, SettingId id);
int64_t     settings_int_for(const Settings *settings, const Account *account, SettingId id);
bool        settings_bool_for(const Settings *settings, const Account *account, SettingId id);
int         settings_choice_for(const Settings *settings, const Account *account, SettingId id);
char *settings_path(const Settings *settings, SettingId id); /* NULL if empty. Free with g_free. */

/* "FILE, line N", where the value comes from; NULL for a default. Borrowed. */
const char *settings_origin(const Settings *settings, SettingId id);

/* The main file's path. Free with g_free. */
char *settings_file(const Paths *paths);

/*
 * Writes the value into the main file, comments kept; NULL drops the line: the default holds again.
 * ERR_CONFIG: the value is not allowed, or
 * another file sets this key and would win; ERR_IO, ERR_FULL.
 */
bool settings_write(const Paths *paths, SettingId id, const char *value, GError **err);

/*
 * A value for this run, NULL for the default; in the file only after settings_save(). ERR_CONFIG:
 * it is not allowed.
 */
bool settings_set(Settings *settings, SettingId id, const char *value, GError **err);
bool settings_is_unsaved(const Settings *settings, SettingId id);
unsigned settings_unsaved(const Settings *settings);              /* how many are */
/* Writes what is unsaved into the main file and reads all anew. As settings_write(); what comes
 * before the one that fails is written. */
bool settings_save(Settings *settings, const Paths *paths, GError **err);

/* The folder of the store: store.data_dir, else the XDG one. Free with g_free. */
char *settings_data_dir(const Settings *settings, const Paths *paths);
