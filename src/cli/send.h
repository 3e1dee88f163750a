/*
 * send: what the verbs that send share: the message goes into the Outbox, and the command waits
 * until the server has confirmed it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"
#include "model/draft.h"
#include "store/draft.h"

typedef struct {
	const Account *account;
	Draft         *draft;        /* borrowed; gets a Message-ID if it has none */
	GBytes        *mime;         /* the message as it leaves; NULL: made from @draft */
	const GPtrArray *copies;     /* of StoreCopy: it leaves as these, all new ones; NULL */
	int64_t        draft_id;     /* the store's, 0: a new one */
	bool           is_new;       /* its bytes are not in the store yet, though the draft is */
} Letter;

/*
 * Sends, by the options --queue and --hold that its verb has: --dry-run prints the message and does
 * nothing; --queue and --offline leave it in the Outbox. Errors of the server: the message stays in
 * the Outbox, and the sentence says so. ERR_USAGE: an address that is none; ERR_NOT_FOUND and
 * others: an attachment, a key to sign with, a certificate of somebody it is to be encrypted to.
 */
bool send_letter(Cli *cli, const Letter *letter, GError **err);

/* Mail that was not put together here, signed and encrypted as @draft, its summary, says; what it
 * says afterwards is what was done. Errors as send_letter(). */
bool send_protect(Cli *cli, Draft *draft, GBytes *mime, StoreMail *ret_mail, GError **err);

/* Saves it without sending; *ret_draft_id is the store's. */
bool send_save(Cli *cli, const Letter *letter, int64_t *ret_draft_id, GError **err);

/* Waits until no op of @op_ids (int64_t) is left, nor one that such a one was split into, with the
 * engine at work for @accounts (of borrowed Account). */
bool send_wait(Cli *cli, const GPtrArray *accounts, const GArray *op_ids, GError **err);

/* "d17", "o17": ids of drafts and of what is in the Outbox. ERR_USAGE: not one. */
char *send_id_format(char letter, int64_t id);
bool  send_id_parse(const Cli *cli, char letter, const char *text, int64_t *ret_id, GError **err);
