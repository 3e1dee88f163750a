/*
 * worker: two threads for pure work, so that no message, however large, holds up a key. The newest
 * job goes first: it is the one the person waits for.
 */
#pragma once
#include <glib.h>

#include "app/protection.h"
#include "app/importing.h"
#include "app/pins.h"
#include "base/mailbox.h"
#include "ui/notary.h"
#include "ui/screen/host.h"
#include "ui/screen/page.h"

/* What came of trying to sign in to a new account. */
typedef struct {
	Account *account;
	Secret  *password;           /* NULL: by its command */
	char    *report, *failure;   /* one is NULL */
} Trial;
void trial_free(Trial *trial);

/* A draft whose files were read. */
typedef struct {
	int64_t serial;
	Draft  *draft;               /* NULL: @failure says why not */
	char   *failure;
} Gathered;
void gathered_free(Gathered *gathered);

/* The draft of an answer. */
typedef struct {
	int64_t  serial;
	Draft   *draft;              /* NULL: @failure says why not */
	char    *failure;
	PinWish *pin;                /* what would make more of it; NULL */
} Begun;
void begun_free(Begun *begun);

/* Who signs a draft, and whom it can be encrypted to. */
typedef struct {
	int64_t     serial;
	Protection *protection;      /* NULL: @failure says why not */
	char       *failure;
} Looked;
void looked_free(Looked *looked);

/* A draft whose bytes were made here, where keys are on a token. */
typedef struct {
	int64_t   serial;
	StoreMail mail;              /* empty: @failure says why */
	char     *failure;
	PinWish  *pin;               /* what it lacked; NULL */
} Packed;
void packed_free(Packed *packed);

/* What a directory knows of people whom a draft is to be encrypted to. */
typedef struct {
	int64_t    serial;           /* of the look */
	GPtrArray *changes;          /* of CertificateChange */
	char      *failure;          /* one sentence; NULL when well */
} Asked;
void asked_free(Asked *asked);

/* A passphrase was tried: the vault of this process is open, or @failure says why not. */
typedef struct { char *failure; } Unlocking;
void unlocking_free(Unlocking *unlocking);

/* What comes back from other threads; one is set. */
typedef struct {
	Page         *page;
	SearchAnswer *found;
	FilingAnswer *filed;
	Trial        *trial;
	Gathered     *gathered;
	Begun        *begun;
	Looked       *looked;
	Packed       *packed;
	ImportAnswer *imported;
	GPtrArray    *certificates;  /* of CertificateRow */
	Asked        *asked;
	Drawn        *drawn;
	Unlocking    *unlocking;
	char         *notice;        /* a sentence for the status line */
} UiAnswer;
void ui_answer_free(UiAnswer *answer);

typedef struct Worker Worker;

/* @answers, a mailbox of UiAnswer, is referenced; @notary is borrowed. */
Worker *worker_new(Mailbox *answers, Notary *notary);
/* Drops what was not begun and waits for what was. */
void    worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* @job is the worker's. */
void worker_render(Worker *worker, PageJob *job);
void worker_answer(Worker *worker, int64_t serial, AnsweringJob *job);
/* protection_look() at @draft, which is the worker's. */
void worker_look(Worker *worker, int64_t serial, Draft *draft, int64_t now_ms);
/* certificate_rows(). */
void worker_list_certificates(Worker *worker, int64_t now_ms);
/* import_run() of @job, which is the worker's. */
void worker_import(Worker *worker, int64_t serial, ImportJob *job);
/* outgoing_compose_with() of a draft that the store has. */
void worker_pack(Worker *worker, int64_t serial, int64_t draft_id);
