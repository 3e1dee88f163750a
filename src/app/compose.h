/*
 * app/compose: from a stored message to a draft, and from a draft to bytes for the server. Who an
 * answer goes to, what its subject says, how the original is quoted and which parts go along is
 * decided here, for the screens and the command line alike. Pure: time, chance and the contents of
 * attachments are passed in; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/draft.h"
#include "model/message.h"

/* Who writes. All is borrowed for the call. */
typedef struct {
	const char      *account;    /* Account.name */
	const char      *from;       /* "Ada Example <ada@example.test>" */
	const GPtrArray
		*addresses; /* of char *: every own address of the account; NULL: From's only */
	const char      *signature;  /* the name of the one to use; NULL none */
	SignaturePlace   signature_place;
	SignatureFormat  signature_format;
	DraftFormat      format;
	Signing          signing;    /* as the settings have it */
	Encryption       encryption;
	SubjectPlace     subject_place;
	const char *quote_header; /* over the quote of a reply, {date} {from} {name} {subject} are
	                             filled in; NULL or "": ours */
} ComposeSelf;

/* The message that is answered or forwarded. All is borrowed for the call. */
typedef struct {
	const Message *message;
	BodyKind       kind;         /* of @body */
	GBytes        *body;         /* whole; NULL: nothing is quoted */
	GBytes *mime; /* the source or its header alone, if @body is not MIME; NULL unknown: then
	                 References and lists are not known either */
	const char    *folder_server_id; /* where it lies; for the mark that it was answered */
	const char    *date_text;    /* when it came, as the person reads times; NULL: not said */
} ComposeSource;

/* An empty draft of @self. */
Draft *compose_new(const ComposeSelf *self);

/*
 * The draft that answers, forwards, sends again, edits or resumes @source; @kind: not DRAFT_NEW.
 * Replies go to Reply-To, else From; to all: also to To and Cc without own addresses; to one's own
 * mail: to those it went to. REPLY_LIST: to Mail-Followup-To, else List-Post; ERR_NOT_FOUND if the
 * mail came through no list, or its header is not known.
 */
Draft *compose_answer(const ComposeSelf *self, const ComposeSource *source, DraftKind kind,
                      GError **err);

/* Puts @message, whole, among what goes along: as it is on the server, in a file of its own. */
void compose_attach(Draft *draft, const Message *message);

/* The draft that a mailto: link asks for (mime/mailto.h). ERR_USAGE. */
Draft *compose_mailto(const ComposeSelf *self, const char *url, GError **err);

/* Gives the draft its Message-ID, unless it has one; before the first attempt to send, and stored
 * with the draft. @random: 16 bytes. */
void compose_identify(Draft *draft, const uint8_t *random);

/*
 * The content of a part that is not in @part->bytes. The caller of compose_build() gives it:
 * files, the store or the server. ERR_NOT_FOUND, ERR_IO, …: the message names the file.
 */
typedef GBytes *(*ComposeContent)(const DraftPart *part, void *data, GError **err);

/* Reads a part that is a file; for a ComposeContent. ERR_USAGE: it is a folder, or another kind
 * of part. ERR_LIMIT: over @max_bytes. ERR_NOT_FOUND, ERR_IO. */
GBytes *compose_read_file(const DraftPart *part, size_t max_bytes, GError **err);

/* A signature as it was loaded. The draft says where it goes, and whether its HTML is wanted. */
typedef struct {
	const char      *text;       /* without "-- "; NULL: made from the HTML */
	const char      *html;       /* NULL: text only */
	const GPtrArray *pictures;   /* of DraftPart with bytes; name: what <img src> says. May be
	                                NULL */
} ComposeSignature;

typedef struct {
	int64_t                 now_ms;          /* UTC */
	int                     offset_min;      /* minutes east of UTC */
	const ComposeSource    *source;          /* of an answer; NULL: its HTML is not shown */
	const ComposeSignature *signature;       /* NULL none */
	bool                    is_text_only;    /* no HTML half, whatever there is of it */
	ComposeContent          content;
	void                   *data;            /* for @content */
} ComposeHow;

/* @bytes is the mail. @warning: one sentence about what could not be sent along (pictures of the
 * signature that lie on a disk, of the original that are not there); NULL. */
typedef struct {
	GBytes *bytes;
	char   *warning;
} ComposeMail;

void compose_mail_free(ComposeMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ComposeMail, compose_mail_free)

/*
 * ERR_USAGE: as mime_build() says, or without Message-ID. What @content says of an attachment ends
 * it too; a picture of the original that cannot be had is left out, for nobody attached it.
 */
ComposeMail *compose_build(const Draft *draft, const ComposeHow *how, GError **err);
