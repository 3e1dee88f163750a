/*
 * lookup: a search that the server does in its whole mailbox, and what it found. Strings are UTF-8
 * on one line, NULL means absent. As text both pass between threads and processes. Pure; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	char   *words;                   /* all of them are meant */
	int64_t after_ms, before_ms;     /* UTC, when it was received; 0: any time */
	int64_t first;                   /* the answer begins with it; 0 is the newest */
} Lookup;

void lookup_clear(Lookup *lookup);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lookup, lookup_clear)

/* Free with g_free. */
char *lookup_to_text(const Lookup *lookup);
/* ERR_USAGE: no words, or no such text. *ret_lookup is overwritten. */
bool  lookup_from_text(const char *text, Lookup *ret_lookup, GError **err);

/* A message as the server's answer shows it, whether it is here or not. */
typedef struct {
	char   *folder_id;       /* the server's; NULL: it did not say */
	char   *server_id;       /* NULL: it tells @long_id alone */
	char   *long_id;         /* by which it can be fetched, if nothing else tells */
	char   *from, *to, *subject, *preview;
	int64_t received_ms;     /* UTC; 0 not told */
	bool    is_read, has_attachment;
	int     importance;      /* 0 low, 1 normal, 2 high */
} Found;

Found *found_new(void);
Found *found_copy(const Found *found);
void   found_free(Found *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Found, found_free)

/* A list of Found, a line each under that of the number that the server has found in all, and back;
 * free with g_free and g_ptr_array_unref. @ret_total may be NULL. */
char      *found_to_text(const GPtrArray *list, int64_t total);
GPtrArray *found_from_text(const char *text, int64_t *ret_total);
