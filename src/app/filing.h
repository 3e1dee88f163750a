/*
 * app/filing: content that leaves the store for the person's files and programs: attachments and
 * whole mails. File names are cleaned, nothing is ever overwritten, files are the owner's alone,
 * and no shell is started.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "app/pins.h"
#include "model/message.h"

/* A file that belongs to a mail. */
typedef struct {
	char    *name;               /* as the sender wrote it, one line; NULL none */
	char    *content_type;       /* lower case; NULL unknown */
	char    *reference;          /* what the server fetches it by; NULL: it is here */
	int64_t  size_bytes;         /* the server's estimate, or of the content */
	bool     is_inline;
	GBytes  *content;            /* NULL: not here yet */
} FileItem;

FileItem *file_item_new(void);
FileItem *file_item_copy(const FileItem *item);      /* the content is shared */
void      file_item_free(FileItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileItem, file_item_free)
GPtrArray *file_items_new(void);                     /* an empty array that owns its items */

/* What the server says belongs to @message. Of FileItem, the caller's; pure. */
GPtrArray *filing_list(const Message *message);
/* What lies in a whole MIME message, with content; the bodies left out. A signature or an
 * encryption around it is taken off, with @certificates as in opening_new(). Pure. */
GPtrArray *filing_unpack(GBytes *mime, const Certificates *certificates);

/* The name that @item gets as a file; @number, from 1, stands in for a missing one. Free with
 * g_free. */
char *filing_name(const FileItem *item, int number);
/* The name of the whole mail as a file, as `postern export` would call it. Free with g_free. */
char *filing_mail_name(const Message *message);
/* What the file is, by its content type, else by its name: "text/plain". Static, "" unknown. */
const char *filing_type(const FileItem *item);

/* ---- what takes time: for a thread of its own ---- */

typedef enum {
	FILING_UNPACK,   /* items[0].content is whole MIME: list what lies in it */
	FILING_SAVE,     /* items[0] as @target, or into it if that is a folder */
	FILING_SAVE_ALL, /* all into the folder @target, which is made if need be */
	FILING_PIPE,     /* each to the standard input of the command @target, one run each */
} FilingTask;

typedef struct {
	int64_t    serial;           /* comes back in the answer */
	FilingTask task;
	char      *target;           /* as the person typed it: "~/" is the home folder */
	GPtrArray *items;            /* of FileItem, with content */
	bool       is_decrypting;    /* of UNPACK: smime.enabled */
	Certificates *certificates; /* of UNPACK, the host's business: opens the mail by them; NULL:
	                               none */
} FilingJob;
void filing_job_free(FilingJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FilingJob, filing_job_free)

typedef struct {
	int64_t    serial;
	GPtrArray *items;            /* of UNPACK: of FileItem; else NULL */
	GPtrArray *paths;            /* of SAVE: of char *, one for each item that was written */
	char      *sentence;         /* what happened; NULL: nothing to say */
	bool       is_failure;
	PinWish   *pin;              /* of UNPACK, the host's word: what would open the mail; NULL */
} FilingAnswer;
void filing_answer_free(FilingAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FilingAnswer, filing_answer_free)

/* Never NULL. Failure is in the answer: a sentence with the place. */
FilingAnswer *filing_run(const FilingJob *job);

/* ---- typing a path ---- */

/* Fills @words (of char *) with the paths that @text may become, folders ending in "/", sorted;
 * hidden ones only where a dot was typed. */
void  filing_complete(const char *text, GPtrArray *words);
