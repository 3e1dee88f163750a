/*
 * ini: the one format of our files: "[section]", "key = value", and comments that begin a line with
 * # or ;. A value is the rest of its line without the blanks around it: no quotes, no escapes. A
 * file is kept line by line, so that a change rewrites one line and leaves every comment where it
 * was. Not thread-safe.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
	char *section;     /* "" before the first [section] */
	char *key;         /* NULL: a comment, a blank line or a section's own line */
	char *value;       /* NULL without key */
	char *raw;         /* the line as it stands, without its end */
} IniLine;

typedef struct {
	char      *path;   /* for messages, and for ini_write() */
	GPtrArray *lines;  /* of IniLine; line number = index + 1 */
} IniFile;

/*
 * Takes @text apart. ERR_CONFIG names @path and line: not UTF-8, a control character, neither
 * section nor key, a key that its section has already.
 */
IniFile *ini_parse(const char *path, const char *text, size_t len, GError **err);

/* The same from the file. A missing file is ERR_NOT_FOUND, one over LIMIT_CONFIG_BYTES is
 * ERR_LIMIT; ERR_CONFIG, too, if others could have written it (file_read_trusted()). */
IniFile *ini_read(const char *path, GError **err);
void     ini_free(IniFile *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IniFile, ini_free)

/* Borrowed; NULL when it is not there. */
const char *ini_get(const IniFile *ini, const char *section, const char *key);

/* Replaces the value where the key stands, else adds a line to the end of its section, else section
 * and line. */
void ini_set(IniFile *ini, const char *section, const char *key, const char *value);

/* Drops the key's line; false if there was none. */
bool ini_unset(IniFile *ini, const char *section, const char *key);

/* Atomic, mode 0600; makes the folder. ERR_FULL, ERR_IO. */
bool ini_write(const IniFile *ini, GError **err);
