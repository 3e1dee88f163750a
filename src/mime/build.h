/*
 * mime/build: a mail as bytes for the server: RFC 5322 header, MIME body, lines of at most 998
 * bytes that end in CRLF. Everything is UTF-8, encoded so that it survives 7-bit roads (embedded
 * messages excepted: RFC 2046 forbids to encode them). Pure: time and chance are passed in; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/draft.h"

typedef struct {
	const char *name;            /* file name; NULL */
	const char *content_type;    /* NULL: application/octet-stream */
	const char *content_id;      /* without angle brackets; needed if is_inline */
	bool        is_inline;       /* the HTML shows it by its Content-ID */
	GBytes     *bytes;
} MimeBuildPart;

/* Strings that are NULL or empty leave their field out. All is borrowed for the call. */
typedef struct {
	const char *from, *to, *cc, *bcc, *reply_to;  /* as typed: mime/recipients.h reads them */
	const char *subject;
	const char *message_id;      /* with angle brackets; needed */
	int64_t     date_ms;         /* UTC */
	int         offset_min;      /* of the writer's clock, minutes east of UTC */
	const char *in_reply_to, *references, *thread_topic;
	GBytes     *thread_index;
	int         importance;      /* 0 low, 1 normal, 2 high */
	Sensitivity sensitivity;
	guint       receipts;        /* Receipts, to the address of @from */
	const char *text;            /* needed; may be empty. Sent as format=flowed with DelSp */
	const char *html;            /* the same as a whole HTML document; NULL: text alone */
	const GPtrArray *parts;      /* of MimeBuildPart; may be NULL */
} MimeBuild;

/*
 * The tree is, from the outside in and each only where it is needed: multipart/mixed with the
 * attachments, multipart/related with the pictures that the HTML shows, multipart/alternative of
 * text and HTML. Bcc stays in the header: ActiveSync's SendMail takes its recipients from there,
 * and the server removes it ([MS-ASCMD] SendMail).
 * ERR_USAGE: no sender, no recipient, or an address that is none; the message names it.
 */
GBytes *mime_build(const MimeBuild *build, GError **err);
