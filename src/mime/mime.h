/*
 * mime: reads a message under hard limits that a pre-scan checks before GMime sees it (docs: a 6 MB mail
 * with a million empty parts costs GMime 1.3 GB). Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { MIME_TEXT, MIME_HTML, MIME_ATTACHMENT, MIME_INLINE, MIME_MESSAGE } MimeRole;

typedef struct {
	int      index;             /* in document order from 0: names the part for mime_part_content() */
	int      depth;
	MimeRole role;
	char    *content_type;      /* "image/png", lower case */
	char    *charset;           /* as labelled; NULL */
	char    *name;              /* as the sender wrote it, one line of UTF-8; NULL */
	char    *content_id;        /* without the angle brackets; NULL */
	size_t   size_bytes;        /* decoded */
} MimePart;

typedef struct {
	char      *subject, *from, *to, *cc, *reply_to, *date_text;   /* decoded (RFC 2047, raw 8 bit repaired), one line; NULL absent */
	char      *message_id;      /* with its angle brackets */
	char      *in_reply_to, *references;
	char      *list_unsubscribe;
	int64_t    date_ms;         /* UTC; 0 unknown */
	GPtrArray *headers;         /* of char *: "Name: decoded value", in order */
	GPtrArray *parts;           /* of MimePart */
	int        best_text;       /* index of the best part to read, HTML preferred over text; -1 none */
	int        plain_text;      /* index of the best text/plain; -1 none */
	bool       is_flowed, is_delsp;     /* of plain_text: RFC 3676 */
	bool       is_signed, is_encrypted;
	char      *warning;         /* one sentence when limits or damage made us show less; NULL */
} MimeMessage;

/*
 * Reads @bytes. A message over the limits, or one GMime cannot read, comes back with one text part that is the
 * raw source and a warning: never an error.
 */
MimeMessage *mime_read(GBytes *bytes);
void         mime_message_free(MimeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeMessage, mime_message_free)

/* The part's decoded bytes; text parts are converted to UTF-8 by their charset, repaired when the label is wrong or missing.
 * ERR_NOT_FOUND, ERR_LIMIT. */
GBytes *mime_part_content(const MimeMessage *message, int index, GError **err);

/* Text in an unknown or labelled charset to UTF-8. @label may be NULL or wrong: valid UTF-8 wins, then the label, then
 * windows-1252. @code_page: InternetCPID or 0. Free with g_free. */
char *mime_to_utf8(const uint8_t *bytes, size_t len, const char *label, int code_page);

/* ---- addresses ---- */
typedef struct { char *name, *address; } MimeAddress;      /* name NULL or "" when there is none; both one line */
void mime_address_free(MimeAddress *address);
/* Tolerant RFC 5322 list; at most LIMIT_ADDRESSES. Never fails: nonsense becomes an address without a name. */
GPtrArray *mime_addresses(const char *list);               /* of MimeAddress */
/* First address of the list, or NULL. */
MimeAddress *mime_address_first(const char *list);
