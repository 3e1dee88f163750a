/*
 * mime/recipients: the address fields of a mail that is being written, as a person types and pastes
 * them: commas, semicolons and line ends separate, in any number; "Name <a@b>; …" as Outlook copies
 * it; bare addresses with blanks between them; groups are opened. Where mime_addresses() makes
 * something of everything, this one asks: nobody gets a mail by a guess. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/*
 * Of MimeAddress, the caller's; each address once. ERR_USAGE names the first entry that is no
 * address ("“b” is no address: …"). @typed may be NULL. At most LIMIT_ADDRESSES, ERR_LIMIT.
 */
GPtrArray *mime_recipients(const char *typed, GError **err);

/* The entries of @typed that are no addresses yet, as typed: of char *. For completion and the
 * review screen. */
GPtrArray *mime_recipients_unresolved(const char *typed);

/* @typed with @entry, one of those, made @with wherever it stands. Free with g_free. */
char *mime_recipients_replace(const char *typed, const char *entry, const char *with);

/*
 * True for "local@domain" with a domain that can exist; its letters may be of any script, those of
 * the local part only ASCII (SMTPUTF8 is not ActiveSync's). Else ERR_USAGE.
 */
bool mime_recipient_check(const char *address, GError **err);

/* The address with its domain in ASCII (IDN), as it goes over the wire. Free with g_free. */
char *mime_recipient_ascii(const char *address);

/* What is equal for all ways to write one mailbox: ASCII in lower case. Free with g_free. */
char *mime_recipient_key(const char *address);

/* The same mailbox: compared without case, IDN domains in either form. NULL equals nothing. */
bool mime_recipient_equal(const char *a, const char *b);
