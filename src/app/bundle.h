/*
 * app/bundle: what a person has made of Postern, as one text to carry elsewhere: settings that are
 * not the default, keys, saved searches, themes, signatures with their pictures, quick replies. Never accounts, nor
 * what belongs to a machine: the place of the store and of the log. A line is a setting, the name of
 * a file, or, behind a blank, a line of that file:
 *
 *     postern-config 1
 *     set ui.theme = night
 *     file themes/night.conf
 *      base = dark
 *     file signatures/logo.png base64
 *      iVBORw0KGgo...
 *
 * Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/settings.h"
#include "base/paths.h"

/* ERR_IO, ERR_LIMIT: a file cannot be read, or is too large for this. Free with g_free. */
char *bundle_export(const Paths *paths, const Settings *settings, GError **err);

typedef struct Bundle Bundle;

/* ERR_CONFIG names the line: no bundle, a setting or value that is not possible, a file that does
 * not belong here. */
Bundle *bundle_parse(const char *text, size_t len, GError **err);
void    bundle_free(Bundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

typedef struct { unsigned settings, files; } BundleCount;
BundleCount bundle_count(const Bundle *bundle);

/*
 * Writes it into the configuration folder: settings into the file `config`, comments kept, files as
 * they are. ERR_EXISTS, and nothing is written: a file is there that says something else, unless
 * @replaces. ERR_CONFIG as settings_write(); ERR_IO, ERR_FULL.
 */
bool bundle_import(const Bundle *bundle, const Paths *paths, bool replaces, GError **err);
