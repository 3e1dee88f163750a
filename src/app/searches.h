/*
 * app/searches: the searches that a person keeps under a name, shown as folders. They stand in the
 * file "searches" beside the settings, "NAME = QUERY" a line, in the order of the pane; a line that
 * begins with # is a comment, and stays. Not thread-safe.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct { char *name, *query; } SavedSearch;

typedef struct Searches Searches;

/* @path NULL: they live as long as this. A file that is not there has none. ERR_CONFIG names file
 * and line: nothing is loaded then, and nothing will be written. */
Searches *searches_load(const char *path, GError **err);
void      searches_free(Searches *searches);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Searches, searches_free)

/* Of SavedSearch; borrowed until the next change. */
const GPtrArray *searches_all(const Searches *searches);

/* Adds it to the end, or gives the name another query. ERR_USAGE: an empty name or query, or one that
 * no line can hold. ERR_IO, ERR_FULL: nothing has changed. */
bool searches_keep(Searches *searches, const char *name, const char *query, GError **err);
/* ERR_NOT_FOUND. */
bool searches_drop(Searches *searches, const char *name, GError **err);
