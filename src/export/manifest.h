/*
 * export/manifest: which mail lies in which file, and that file's SHA-256. The file is sha256sum's
 * format; a comment line before each entry names the mail. One line is appended per mail, so a
 * crash costs at most the last entry.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct Manifest Manifest;

typedef struct { char *sha256, *name; } ManifestEntry;

/* @path need not exist. A torn last line is dropped. ERR_IO, ERR_FULL, ERR_LIMIT: it is longer than
 * 512 MB. */
Manifest *manifest_open(const char *path, GError **err);
void      manifest_free(Manifest *manifest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manifest, manifest_free)

/* Borrowed; NULL: no such mail. */
const ManifestEntry *manifest_find(const Manifest *manifest, const char *id);

/* True if an entry names this file. */
bool manifest_names(const Manifest *manifest, const char *name);

/* Notes that mail @id lies in the file @name. @name is one line and has no backslash. */
bool manifest_add(Manifest *manifest, const char *id, const char *name, const char *sha256,
                  GError **err);
