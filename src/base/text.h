/*
 * text: small rules for text that comes from outside. ASCII rules only: the locale never decides
 * how a header, a host or an address is compared (a Turkish i is an i). Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy that is valid UTF-8 without NUL: each bad byte becomes U+FFFD. Free with g_free. */
char *text_to_utf8(const char *bytes, size_t len);

/* A copy on one line: each run of white space or controls becomes one blank, ends trimmed. Free
 * with g_free. */
char *text_one_line(const char *utf8);

/* A copy in which C0, DEL, C1 and bidi controls are shown as \x1b or \u202e; safe to print. Free
 * with g_free. */
char *text_visible(const char *utf8);

/* True for code points that must never reach a terminal as they are: C0, DEL, C1. */
bool text_is_control(gunichar c);

/* True for characters that change the order or hide: bidi controls, zero width, tags, soft hyphen,
 * Braille blank. */
bool text_is_deceptive(gunichar c);

/* ASCII-only, locale-free. NULL equals only NULL. */
bool text_equal_ascii_case(const char *a, const char *b);
bool text_has_prefix_ascii_case(const char *text, const char *prefix);

/* True if @list, names with blanks or commas between (NULL: none), has @host or a domain it lies in.
 */
bool text_host_is_listed(const char *list, const char *host);

/* A copy with A-Z lowered; other bytes untouched. Free with g_free. */
char *text_lower_ascii(const char *text);

/* The whole string is a decimal number from @min to @max; else false and *ret_value stays. No
 * blanks, no sign but '-'. */
bool text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/* @max_bytes at most, cut at a character's start. Free with g_free. */
char *text_cut(const char *utf8, size_t max_bytes);

/* Lower-case hex of @len bytes. Free with g_free. */
char *text_hex(const uint8_t *bytes, size_t len);

/* A file name of at most LIMIT_FILE_NAME_BYTES that is safe in any folder: no slash, control, bidi
 * control, leading dot or dash, never empty, never a reserved device name. Keeps the extension.
 * Free with g_free. */
char *text_safe_file_name(const char *utf8);
