/*
 * mime: reads a message under hard limits that a pre-scan (mime/scan.h) checks before GMime sees
 * it: a 6 MB mail with a million empty parts would cost GMime 1.3 GB. Pure. Any thread; one message
 * is one thread's at a time.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * TEXT and HTML are bodies, MESSAGE is an embedded mail (its own parts follow it, one deeper),
 * INLINE is what a body shows by its Content-ID, ATTACHMENT is the rest.
 */
typedef enum { MIME_TEXT, MIME_HTML, MIME_ATTACHMENT, MIME_INLINE, MIME_MESSAGE } MimeRole;

typedef struct {
	int      index;             /* in document order from 0: its name for mime_part_content() */
	int      depth;             /* how many multiparts and embedded messages are around it */
	MimeRole role;
	char    *content_type;      /* "image/png", lower case */
	char    *charset;           /* as labelled; NULL */
	char    *name;              /* as the sender wrote it, one line of UTF-8; NULL */
	char    *content_id;        /* without the angle brackets; NULL */
	size_t   size_bytes;        /* decoded; of a MESSAGE: its source */
	bool     is_flowed, is_delsp;       /* of text/plain: RFC 3676 */
	bool     is_embedded;       /* lies inside a MESSAGE */
} MimePart;

typedef struct MimeSource MimeSource;    /* what GMime made of the bytes; read.c's business */

typedef struct {
	/* Decoded (RFC 2047, raw 8 bit repaired), one line; NULL: absent. */
	char      *subject, *from, *to, *cc, *reply_to, *date_text;
	char      *message_id;      /* with its angle brackets */
	char      *in_reply_to, *references;
	char      *list_unsubscribe;
	int64_t    date_ms;         /* UTC; 0 unknown */
	GPtrArray *headers;         /* of char *: "Name: decoded value", in order */
	GPtrArray *parts;           /* of MimePart */
	/* Of int: the parts to read one after another, the best of each alternative. */
	GArray    *bodies;
	int        best_text;       /* index of the best part to read, HTML over text; -1 none */
	int        plain_text;      /* index of the best text/plain; -1 none */
	bool       is_flowed, is_delsp;     /* of plain_text: RFC 3676 */
	bool       is_signed, is_encrypted;
	char      *warning;         /* one sentence when limits or damage made us show less; NULL */
	MimeSource *source;
} MimeMessage;

/*
 * Reads @bytes, of which a reference is kept. A message over the limits, or one GMime cannot read,
 * comes back with one text part that is the raw source and a warning: never an error.
 */
MimeMessage *mime_read(GBytes *bytes);
void         mime_message_free(MimeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeMessage, mime_message_free)

/*
 * The part's decoded bytes; bodies and text attachments are converted to UTF-8 by their charset,
 * repaired when the label is wrong or missing. A MESSAGE gives its source. ERR_NOT_FOUND: no such
 * part.
 */
GBytes *mime_part_content(const MimeMessage *message, int index, GError **err);

/*
 * Text in an unknown or labelled charset to UTF-8. @label may be NULL or wrong: valid UTF-8 wins,
 * then the label, then @code_page (InternetCPID, 0 unknown), then windows-1252. What fits nothing
 * becomes U+FFFD. Free with g_free.
 */
char *mime_to_utf8(const uint8_t *bytes, size_t len, const char *label, int code_page);

/*
 * The charset that the head of an HTML document claims for itself (<meta charset>), or NULL. Free
 * with g_free.
 */
char *mime_html_charset(const uint8_t *bytes, size_t len);

/*
 * A header's value with its RFC 2047 words decoded, also the broken ones: cut inside a character,
 * in quotes, of an unknown charset. Raw 8-bit text is read as mime_to_utf8() reads it with @label
 * (may be NULL). One line. Free with g_free.
 */
char *mime_decode_header(const char *raw, const char *label);

/* ---- addresses ---- */

/* Both are one line; @name is NULL when there is none. */
typedef struct { char *name, *address; } MimeAddress;

void mime_address_free(MimeAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeAddress, mime_address_free)

/*
 * A list as RFC 5322 or a person writes it: commas and semicolons separate, groups are opened,
 * comments become names where there is no other. At most LIMIT_ADDRESSES. Never fails: nonsense
 * becomes an address without a name.
 * @list is decoded text or a raw header; encoded words in names are decoded after splitting.
 */
GPtrArray *mime_addresses(const char *list);               /* of MimeAddress */
/* First address of the list, or NULL. */
MimeAddress *mime_address_first(const char *list);
/* The list as RFC 5322 text that mime_addresses() reads back, names in quotes where they need it.
 * Free with g_free. */
char *mime_addresses_format(const GPtrArray *addresses);
