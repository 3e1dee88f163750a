/*
 * smime/message: a mail with its signatures and encryptions taken off, and the verdict. Only what
 * stands around the whole mail is taken off: a signed or encrypted part beside others is left
 * closed, since a text put beside it would otherwise be seen as signed, or carry what was secret
 * away. Source: RFC 8551, RFC 8550, RFC 9788. Pure; any thread.
 *
 * A text that was encrypted without being authenticated (is_open_to_change) may hold what a
 * stranger put in: it may be shown as text. Nothing in it may be loaded, no link offered, nothing
 * answered or acted upon by itself (EFAIL).
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "smime/identity.h"
#include "smime/signer.h"
#include "smime/trust.h"
#include "smime/verdict.h"

/* What to judge by. */
typedef struct {
	const SmimeTrust *trust;
	const GPtrArray  *identities;     /* of SmimeIdentity, to decrypt with; NULL: none */
	int64_t           now_ms;         /* the time to judge at: when the mail came */
} SmimeSetup;

typedef struct {
	bool       is_encryption;
	GPtrArray *signers;               /* of SmimeSigner; of an encryption: none */
	char      *cipher;                /* of an encryption; NULL: it stayed closed */
	bool       is_authenticated;
} SmimeLayer;

typedef struct {
	GPtrArray *layers;                /* of SmimeLayer, the outermost first */
	GBytes    *content;               /* the mail that may be shown, without the layers */
	bool       is_open_to_change;     /* see above */
	GError *trouble; /* why the innermost layer stayed closed; NULL: it did not */
	Verdict    verdict;
	char      *from;                  /* the sender that was judged, one line; NULL */
	int64_t    date_ms;               /* of its Date; 0: unknown */
	GPtrArray *differing; /* of char *: fields outside that are not as they are signed */
} SmimeMessage;

/* Never fails: what cannot be read stays closed, and is named. */
SmimeMessage *smime_message_open(GBytes *mail, const SmimeSetup *setup);
void          smime_message_free(SmimeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeMessage, smime_message_free)
