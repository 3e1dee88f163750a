/*
 * rotate: the pages of a database's file, written anew in place under the epoch in force. Each
 * batch lies in a file beside it, synced, before a page is overwritten; so a page that a power cut
 * tears is mended from there. Killed, some pages are of one epoch and some of the other, and both
 * are read. Internal to vault/.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "vault/page.h"

/*
 * Writes anew each page of @path that is older than @epoch. Nobody has the database open, and its
 * log is empty. No file is well. ERR_HELD: somebody has it open; ERR_STORE: a page is damaged, or
 * the log is not empty; ERR_FULL, ERR_IO; ERR_LOCKED.
 */
bool rotate_file(PageBook *book, const char *path, uint32_t epoch, GError **err);

/* Mends what a rotation that was cut off left torn: before @path is opened. Nothing to do is well.
 * Errors as above. */
bool rotate_mend(PageBook *book, const char *path, GError **err);
