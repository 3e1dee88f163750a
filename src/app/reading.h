/*
 * app/reading: a mail as the eye reads it: its stored body, whatever its form, as one document. The
 * screens, the command line and the index all read through this door. Pure; any thread.
 */
#pragma once
#include <glib.h>

#include "app/opening.h"
#include "doc/doc.h"
#include "mime/mime.h"
#include "model/message.h"

typedef struct {
	Doc         *doc;           /* never NULL */
	MimeMessage *mime;          /* NULL unless the body is MIME */
	char        *warning;       /* one sentence when less is shown than was sent; NULL */
	Opening     *opening;       /* of reading_open(); else NULL */
} Reading;

/*
 * Reads @body of form @kind; @message gives the code page and is borrowed for the call. @body NULL:
 * an empty document. Several bodies of one MIME message follow each other, a rule between them.
 */
Reading *reading_new(const Message *message, BodyKind kind, GBytes *body);
void     reading_free(Reading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

/*
 * The same of a mail that may be signed or encrypted: what is inside is read, and reading->opening
 * says how it came. Where a stranger may have put words in, the document is text alone.
 * @certificates as in opening_new().
 */
Reading *reading_open(const OpeningMail *mail, const Certificates *certificates);
Reading *reading_open_plain(const OpeningMail *mail, const Certificates *certificates);

/* The same from the text alone, where HTML is refused or a script asks for plain text: prefers
 * text/plain. */
Reading *reading_new_plain(const Message *message, BodyKind kind, GBytes *body);

/*
 * The header lines over a mail: "From: …", "To: …", "Cc: …", "Reply-To: …" (if it differs),
 * "Subject: …", in this order, those that exist. Labels are translated, values one line. The date
 * is left to the caller, who knows the time zone.
 */
GPtrArray *reading_header_lines(const Message *message);      /* of char * */

/* The body's text for the index (IndexText of store/search.h; @data is not used): what was signed,
 * and nothing that was encrypted. NULL: none. Free with g_free. */
char *reading_index_text(const Message *message, BodyKind kind, GBytes *body, void *data);
