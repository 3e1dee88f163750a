/*
 * header: one field of a mail's header (RFC 5322 2.2), for those who have bytes and no MIME
 * library: the engine and the protocols. Pure; any thread.
 */
#pragma once
#include <glib.h>

/* The first field @name, which ends in a colon, as it stands: folds, blanks and all, without what
 * ends its last line. NULL: it is not in the header of @mime, a message or the beginning of one.
 * Free with g_free. */
char *header_value(GBytes *mime, const char *name);

/* With its angle brackets; NULL: there is none, or no such thing. Free with g_free. */
char *header_message_id(GBytes *mime);
