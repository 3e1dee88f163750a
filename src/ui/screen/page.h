/*
 * page: a message, or a file that came with one, laid out for reading. Made by a worker from what
 * the screen read out of the store; pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "app/filing.h"
#include "app/pictures.h"
#include "app/pins.h"
#include "model/message.h"
#include "ui/cell/drawing.h"

enum { PAGE_WIDTH_MAX = 100 };        /* cells that text is laid out for at most */

/* What is known of a picture when a page is laid out. */
typedef struct {
	char        *reference, *alt;        /* as Picture's */
	bool         is_awaited;     /* it, or its drawing, is on its way */
	char        *sentence;
	Drawing     *drawing;        /* NULL: not yet, or never */
} PagePicture;
GPtrArray *page_pictures_new(void);  /* an empty array that owns its PagePictures */

/* What to lay out and how; owned by whoever holds it. */
typedef struct {
	int64_t serial; /* comes back in the page: newer wishes make older answers void */
	Message  *message;           /* with its parts, without body */
	BodyKind  kind;
	GBytes   *body;              /* NULL: not here yet */
	GBytes *source; /* whole MIME, for raw view, headers and how to leave a list; NULL */
	int       width;             /* cells */
	bool      shows_headers;     /* all of them */
	bool      shows_source;
	bool      shows_quotes;      /* unfolded */
	bool is_compact; /* the head leaves out what the line above says: date, subject, receivers
	                  */
	bool      shows_pictures;    /* those that are here come with the page, as bytes */
	GPtrArray *pictures;         /* of PagePicture; NULL: none is known */
	char     *pictures_key;      /* shows them, or hides them; NULL: none does */
	FileItem *file;              /* with content: shown instead of the message; NULL */
	char *download_key; /* named where the body is not whole; NULL: cannot be downloaded */
	bool          is_judging;    /* smime.enabled */
	Certificates *certificates;  /* the host's business: it opens the mail by them; NULL: there
	                                are none */
	char         *verdict_key;   /* shows the details of the verdict; NULL: none does */
	bool          shows_verdict; /* these, in place of the text */
	char         *import_key;    /* imports @file; NULL: none does */
	char         *pin_key;       /* asks for the PIN of a token; NULL: none does */
} PageJob;
void page_job_free(PageJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PageJob, page_job_free)
/* True if @job->certificates would be of use. */
bool page_job_is_judged(const PageJob *job);
/* It is signed or encrypted, of which a piece is of no use, and not here as a whole. */
bool page_job_lacks_whole(const PageJob *job);

typedef struct { char *url, *text; bool is_deceptive; } PageLink;

typedef struct {
	int64_t    serial, message_id;
	GPtrArray *seal;             /* of PagerLine: seal_lines(), for the frame around the rest */
	GPtrArray *head;             /* of PagerLine: who, when, what; always in view */
	GPtrArray *body;             /* of PagerLine */
	GPtrArray *links;            /* of PageLink */
	GPtrArray *pictures;         /* of Picture; NULL: it can have none */
	char      *text;             /* the whole as plain text, for the clipboard */
	char      *address;          /* the sender's; NULL */
	char      *internet_id;      /* Message-ID, where the source is known; NULL */
	GPtrArray *found; /* of CertificateChange, without an account: what it brought; NULL */
	GPtrArray *questions;        /* of char *: URLs to ask about its signers; NULL */
	int64_t account_id; /* the host's word: whose it is, where it brought any of these */
	bool       is_closed;        /* it is encrypted, and stays so */
	PinWish   *pin;              /* the host's word: what would open it; NULL */
} Page;
void page_free(Page *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Page, page_free)

/* Of a mail that is signed or encrypted, @job->message becomes what the mail inside says. */
Page *page_render(PageJob *job);
