/*
 * plainpages: a second reader of the store's format, written from docs/store-format.md alone. It shares no line with
 * src/vault, so that both can only agree on what the document says.
 */
#pragma once
#include <glib.h>

/* The pages of @dir/@name ("store.db", "index.db") one after the other, decrypted, each without its last 32 bytes.
 * Blank pages come as zeros. NULL and the number in *ret_bad if page *ret_bad is not sound; 0 if key or slots are not. */
GBytes *plain_pages_of(const char *dir, const char *name, guint *ret_bad);

/* The pages of the frames of @dir/@name-wal. */
GBytes *plain_frames_of(const char *dir, const char *name, guint *ret_bad);
