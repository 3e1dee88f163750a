/*
 * app/protection: what S/MIME does with a mail that leaves: who signs it and to whom it can be
 * encrypted, for the screens and the command line to say beforehand, and the bytes once it is due.
 * What was to be encrypted does not leave in clear: who cannot be reached is named. To look takes
 * chains to be built, and to sign takes a key: not on the UI thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "model/draft.h"
#include "store/draft.h"

/* The later, the worse; from UNVOUCHED on a person must know. */
typedef enum {
	REACH_GOOD,
	REACH_ENDS_SOON,
	REACH_UNVOUCHED,         /* there is one, and nobody who is trusted vouches for it */
	REACH_UNFIT,             /* there is one that nothing is encrypted to: weak, broken, distrusted */
	REACH_NONE,              /* there is none that is valid */
	REACH_COUNT
} Reach;

/* One who gets the mail, or who writes it. */
typedef struct {
	char        *address;
	Reach        reach;
	StandingKind standing;   /* of the certificate, unless NONE */
	int64_t      until_ms;   /* its end; 0: NONE */
} ProtectionPerson;

/* What can be done for a mail, as it was when somebody looked. Immutable; any thread. */
typedef struct {
	char            *people_text;    /* whom it is of */
	char            *signer;         /* the name in the certificate that signs; NULL: nobody can */
	int64_t          signer_until_ms;
	bool             needs_token;    /* to sign with, or to read it in Sent: the engine has none */
	ProtectionPerson sender;         /* who is to be able to read it in Sent */
	GPtrArray       *people;         /* of ProtectionPerson: To, Cc and Bcc, each once */
} Protection;

Protection *protection_look(const Certificates *certificates, const Draft *draft, int64_t now_ms);
Protection *protection_copy(const Protection *protection);
void        protection_free(Protection *protection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Protection, protection_free)

/* True if @draft has the same From and recipients as when it was looked at. */
bool protection_is_of(const Protection *protection, const Draft *draft);

const char *reach_name(Reach reach);                   /* "good", "none": a script's word */
/* "expires soon", "no certificate": for a person. Static. */
const char *protection_person_text(const ProtectionPerson *person);

/* Everybody, the sender as well, has a certificate, and somebody who is trusted vouches for it. */
bool protection_is_possible(const Protection *protection);
/* Addresses, commas between, of those who cannot be reached (UNFIT, NONE) or, @wants_doubtful, are
 * UNVOUCHED; recipients only. NULL: nobody. Free with g_free. */
char *protection_unreached(const Protection *protection, bool wants_doubtful);
/* Of char *, as certificates name them: recipients of whom there is none (NONE). */
GPtrArray *protection_unknown(const Protection *protection);

/* IF_POSSIBLE becomes YES or NO. */
void protection_settle(const Protection *protection, Draft *draft);
/* ERR_USAGE: it has no From. ERR_NOT_FOUND: it cannot leave as @draft says; whose key or certificate is missing, and what can be
 * done about it. */
bool protection_check(const Protection *protection, const Draft *draft, GError **err);

/*
 * @mime, the mail of @draft, as the draft says: signed, encrypted to everybody and the sender, in
 * copies if it goes to people of Bcc. Errors as protection_check() and smime_protect().
 */
bool protection_apply(const Certificates *certificates, const Draft *draft, GBytes *mime,
                      int64_t now_ms, StoreMail *ret_mail, GError **err);
