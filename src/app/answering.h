/*
 * app/answering: the draft that answers or forwards a stored message, from what the store has of
 * it: what app/compose.h needs is read here, for the screens and the command line alike. Fetching
 * what is not here is the caller's business: without the message's source there are no References,
 * and no list to reply to. One thread a reader.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "app/settings.h"
#include "model/account.h"
#include "model/draft.h"
#include "store/read.h"

/* Who writes. All is borrowed for the call. */
typedef struct {
	const char   *account;       /* Account.name */
	const char   *address;       /* Account.address */
	const char   *addresses;     /* AccountState.addresses; NULL unknown */
	const char   *signature;     /* the name of the one to use; NULL none */
	SignaturePlace  signature_place;
	SignatureFormat signature_format;
	DraftFormat   format;
	Signing       signing;
	Encryption    encryption;
	SubjectPlace  subject_place;
	const char   *quote_header;  /* as ComposeSelf has it */
	bool          is_decrypting; /* smime.enabled: what is answered may be opened with keys */
	const Certificates *certificates;    /* for answering_begin(): these; NULL: none are here */
} AnsweringSelf;

/* As the settings have it for @account; @state may be NULL. Borrows from all three. */
AnsweringSelf answering_self(const Settings *settings, const Account *account,
                             const AccountState *state);

/* What of @self says how a mail is protected, put into one that is not written here. */
void answering_protect(const AnsweringSelf *self, Draft *draft);

/* Every own address of the account, newest knowledge first: of char *, the caller's. */
GPtrArray *answering_addresses(const AnsweringSelf *self);
/* The domains of those: of char *, the caller's, each once. */
GPtrArray *answering_domains(const AnsweringSelf *self);

/* An empty draft. */
Draft *answering_new(const AnsweringSelf *self);

/* What is to be answered or gone on with, and how. Borrowed for the call. */
typedef struct {
	int64_t     message_id;
	DraftKind   kind;
	const char *date_text;       /* when it came, as the person reads times; NULL: not said */
} AnsweringWish;

/*
 * An answer in two steps, for the threads that make one: what the store has is read by whoever has
 * the reader, and the draft is made of it by a worker. Keys may be needed for that, and it takes as
 * long as the mail is large.
 */
typedef struct AnsweringJob AnsweringJob;

/* ERR_NOT_FOUND: no such message. ERR_STORE. */
AnsweringJob *answering_read(StoreReader *reader, const AnsweringSelf *self,
                             const AnsweringWish *wish, GError **err);
/* Of a message that the store does not have, from its whole source @mime. @message is the job's.
 * What goes along is in the draft then, and the server is told of no original. */
AnsweringJob *answering_read_letter(const AnsweringSelf *self, const AnsweringWish *wish,
                                    Message *message, GBytes *mime);
void          answering_job_free(AnsweringJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnsweringJob, answering_job_free)

/* True if it may be opened with keys; @certificates are the job's then. */
bool answering_job_wants_keys(const AnsweringJob *job);
void answering_job_give_keys(AnsweringJob *job, Certificates *certificates);

/*
 * The draft. What came encrypted, and what is quoted of it, leaves encrypted: the draft says so, by
 * the original. Quoted is what the mail itself says: of a part that was encrypted beside others
 * nothing, for it was never opened (app/opening.h). Of DRAFT_RESUME, the draft goes on with one on
 * the server, and is kept over it. ERR_NOT_FOUND: it came through no list; not all of a draft is
 * here. Once a job; any thread.
 */
Draft *answering_make(AnsweringJob *job, GError **err);

/* Both steps at once. */
Draft *answering_begin(StoreReader *reader, const AnsweringSelf *self, const AnsweringWish *wish,
                       GError **err);

/*
 * The draft that passes all of @ids (of int64_t) on, each as it is and attached, in that order. One
 * is a forward like any other; several belong to no conversation. ERR_NOT_FOUND, ERR_STORE.
 */
Draft *answering_attach(StoreReader *reader, const AnsweringSelf *self, const GArray *ids,
                        GError **err);
