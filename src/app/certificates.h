/*
 * app/certificates: what judging, decrypting and sending need of the store's certificates, loaded
 * at once: one's own identities with their keys, whom the person trusts, others' certificates. A
 * Certificates never changes, so any number of threads may use one; whoever shows mail loads
 * another when the store says that it changed, or was locked or unlocked. To load takes a reader
 * and some milliseconds: not on the UI thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/certificate.h"
#include "smime/identity.h"
#include "smime/message.h"
#include "smime/tokens.h"
#include "smime/trust.h"
#include "store/read.h"

typedef struct Certificates Certificates;

/*
 * While the store is locked there are no identities, and certificates_are_locked() says so: whoever
 * keeps what was loaded before lets go of it when the store is locked, since it holds keys. A row
 * that is damaged is left out, and certificates_damage() tells of it. ERR_STORE and others of
 * reading.
 */
Certificates *certificates_load(StoreReader *reader, GError **err);
/* The same without keys: nothing is unsealed, certificates_identities() is empty. */
Certificates *certificates_load_public(StoreReader *reader, GError **err);
/* Knows one's own on tokens as well: as rows that are not in the store, and identities after those
 * whose key is here. Only before anybody else has @certificates. ERR_IO. */
bool certificates_add_tokens(Certificates *certificates, SmimeTokens *tokens, GError **err);
/* Knows what servers have told about revocation, and whom signers name that may be asked: mail is
 * judged by it. Without hosts nothing changes. Only before anybody else has @certificates. */
typedef struct {
	const char  *hosts;      /* smime.revocation_hosts */
	const Clock *clock;      /* borrowed: for as long as @certificates */
} CertificateInquiry;
bool certificates_add_revocation(Certificates *certificates, StoreReader *reader,
                                 const CertificateInquiry *inquiry, GError **err);
Certificates *certificates_ref(Certificates *certificates);
void          certificates_unref(Certificates *certificates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificates, certificates_unref)

bool        certificates_are_locked(const Certificates *certificates);
const char *certificates_damage(const Certificates *certificates);      /* NULL: none */

/* All rows, of KnownCertificate, last in use first; borrowed. */
const GPtrArray        *certificates_all(const Certificates *certificates);
const KnownCertificate *certificates_find(const Certificates *certificates, int64_t id);

/* What the certificate of one of these rows says; borrowed; NULL: it cannot be read. */
const Certificate *certificates_facts(const Certificates *certificates,
                                      const KnownCertificate *row);

/* Of one that is valid: so long before its end a person is warned. */
#define CERTIFICATE_WARN_MS (INT64_C(30) * 24 * 60 * 60 * 1000)

/* How it stands at a time; the later, the worse. */
typedef enum {
	STANDING_GOOD,
	STANDING_ENDS_SOON,      /* within CERTIFICATE_WARN_MS */
	STANDING_UNKNOWN,        /* nobody who is trusted vouches for it */
	STANDING_NOT_YET, STANDING_EXPIRED,
	STANDING_WEAK,           /* its key, or a digest of its chain */
	STANDING_REFUSED,        /* the person distrusts it, or who issued it */
	STANDING_BROKEN,         /* it is not what its issuer made, or cannot be read */
	STANDING_COUNT
} StandingKind;

/* Takes a chain to build: not on the UI thread. */
StandingKind certificates_standing(const Certificates *certificates, const KnownCertificate *row,
                                  int64_t now_ms);
/* For one's own that ends within CERTIFICATE_WARN_MS, or has ended within so long: a sentence that
 * says whose, and when; NULL: nothing to say. Free with g_free. */
char       *certificates_warning(const Certificates *certificates, const KnownCertificate *row,
                                 int64_t now_ms);
/* The first of these of an account; NULL: none. */
char       *certificates_warning_of(const Certificates *certificates, int64_t account_id,
                                    int64_t now_ms);
const char *standing_name(StandingKind standing);      /* "good", "ends_soon": a script's word */
const char *standing_text(StandingKind standing);      /* what a person reads, translated */

/* ---- to read mail ---- */

/* To decrypt with: of SmimeIdentity, those whose role it is first; borrowed. */
const GPtrArray *certificates_identities(const Certificates *certificates);

/* The system's anchors, the person's, and what the person distrusts; borrowed. */
const SmimeTrust *certificates_trust(const Certificates *certificates);

/* The same into a trust of one's own, to add more. */
void certificates_add_trust(const Certificates *certificates, SmimeTrust *trust);

/* For smime_message_open(); borrowed from @certificates. @now_ms: when the mail came. */
SmimeSetup certificates_setup(const Certificates *certificates, int64_t now_ms);

/* ---- to send mail ---- */

/*
 * Who signs for @address: the identity that was chosen for it, else of those whose certificate
 * names it and is valid at @now_ms the one that is valid longest. Borrowed; NULL: nobody.
 */
const SmimeIdentity *certificates_signer(const Certificates *certificates, const char *address,
                                         int64_t now_ms);

/*
 * The certificate to encrypt to for @address: for encryption, valid at @now_ms, not distrusted; of
 * several an identity of one's own, else what was last in use. Borrowed; NULL: none.
 */
const KnownCertificate *certificates_recipient(const Certificates *certificates,
                                               const char *address, int64_t now_ms);
