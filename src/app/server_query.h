/*
 * server_query: a query of ours, as far as a server's search can be asked it. A server knows words,
 * a folder and times. What its answer tells of each message (sender, receivers, subject, marks) is
 * looked at here; what is neither is named, so that the person knows. Pure but for the time zone.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/lookup.h"

typedef struct {
	Lookup     lookup;
	char      *folder;       /* in:FOLDER, as typed; NULL: not said */
	GPtrArray *checks;       /* what server_query_fits() looks at */
	char      *ignored;      /* the terms that nobody judges, blanks between; NULL none */
} ServerQuery;

/* ERR_USAGE: it is no query, has no words, or says OR or a parenthesis, which no server's search
 * knows. @now_ms as for query_parse(). */
ServerQuery *server_query_new(const char *text, int64_t now_ms, GError **err);
void         server_query_free(ServerQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ServerQuery, server_query_free)

/* True if what the answer tells of @found is what the query wants. */
bool server_query_fits(const ServerQuery *query, const Found *found);
