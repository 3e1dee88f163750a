/*
 * input: text that a verb is given as a file, through a pipe or on the standard input.
 */
#pragma once
#include <glib.h>
#include <stddef.h>

/*
 * The text of @path, of a pipe to its end; "-" is the standard input. ERR_NOT_FOUND, ERR_IO,
 * ERR_LIMIT: more than @max_bytes; ERR_USAGE: not UTF-8. Free with g_free.
 */
char *input_text(const char *path, size_t max_bytes, GError **err);
