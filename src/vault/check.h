/*
 * check: looks at each page of a database's file by itself, past SQLite. Internal to vault/.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "vault/page.h"

/*
 * Adds a line (g_free) to @findings for each page of @path whose tag is wrong. Left out are pages
 * of which the log (@path-wal) has a newer copy, since a checkpoint may have been cut while it
 * wrote them, and blank ones, which SQLite never filled. ERR_NOT_FOUND, ERR_IO.
 */
bool check_pages(PageBook *book, const char *path, GPtrArray *findings, GError **err);

/* How many pages are missing at the end of @path, by what its first page says; 0 if that is not to
 * be read. */
uint32_t check_missing(PageBook *book, const char *path);

/*
 * Adds a line for a log that ends before it should. Where a frame is not sound the log ends: what a
 * crash tears is the end of the last commit, and SQLite goes on without it. But nothing sound that
 * was committed stands behind what a crash tore: then frames were changed, or a disk lost some. No
 * log is well. ERR_IO.
 */
bool check_log(PageBook *book, const char *path, GPtrArray *findings, GError **err);
