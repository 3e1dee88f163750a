/*
 * theme: how the screens look, by name: "dark", "light", "mono", or the file NAME.conf in themes/ of
 * the configuration folder. Such a file has no sections: "base = THEME" names the one of ours that
 * it changes, each other line a role: "ROLE = FOREGROUND [BACKGROUND] [ATTRIBUTE…]". Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/paths.h"
#include "ui/cell/style.h"

/* ERR_NOT_FOUND: no theme of that name, with those there are; ERR_CONFIG names file and line;
 * ERR_LIMIT, ERR_IO. */
bool theme_load(const Paths *paths, const char *name, StyleSheet *ret_sheet, GError **err);

/* All names, ours first: of char *. */
GPtrArray *theme_names(const Paths *paths);
