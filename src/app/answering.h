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
	const char   *quote_header;  /* as ComposeSelf has it */
} AnsweringSelf;

/* As the settings have it for @account; @state may be NULL. Borrows from all three. */
AnsweringSelf answering_self(const Settings *settings, const Account *account,
                             const AccountState *state);

/* The same for a mail that is not written here, as sendmail's. */
Signing    answering_signing(const Settings *settings, const Account *account);
Encryption answering_encryption(const Settings *settings, const Account *account);

/* Every own address of the account, newest knowledge first: of char *, the caller's. */
GPtrArray *answering_addresses(const AnsweringSelf *self);
/* The domains of those: of char *, the caller's, each once. */
GPtrArray *answering_domains(const AnsweringSelf *self);

/* An empty draft. */
Draft *answering_new(const AnsweringSelf *self);

/* @date_text: when the message came, as the person reads times. ERR_NOT_FOUND: no such message, or
 * it came through no list. ERR_STORE. */
Draft *answering_begin(StoreReader *reader, const AnsweringSelf *self, int64_t message_id,
                       DraftKind kind, const char *date_text, GError **err);
/* The draft that goes on with one on the server, and is kept over it. ERR_NOT_FOUND: there is none,
 * or not all of it is here. ERR_STORE. */
Draft *answering_resume(StoreReader *reader, const AnsweringSelf *self, int64_t message_id,
                        GError **err);
/* answering_begin() of a message that the store does not have, from its whole source @mime; what
 * goes along is in the draft then, and the server is told of no original. */
Draft *answering_letter(const AnsweringSelf *self, const Message *message, GBytes *mime,
                        DraftKind kind, const char *date_text, GError **err);

/*
 * The draft that passes all of @ids (of int64_t) on, each as it is and attached, in that order. One
 * is a forward like any other; several belong to no conversation. ERR_NOT_FOUND, ERR_STORE.
 */
Draft *answering_attach(StoreReader *reader, const AnsweringSelf *self, const GArray *ids,
                        GError **err);
