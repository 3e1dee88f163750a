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
#include "smime/trust.h"
#include "store/read.h"

typedef struct Certificates Certificates;

/* A row that is damaged is left out, and certificates_damage() tells of it. ERR_STORE and others of
 * reading. */
Certificates *certificates_load(StoreReader *reader, GError **err);
Certificates *certificates_ref(Certificates *certificates);
void          certificates_unref(Certificates *certificates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificates, certificates_unref)

const char *certificates_damage(const Certificates *certificates);      /* NULL: none */

/* All rows, of KnownCertificate, last in use first; borrowed. */
const GPtrArray        *certificates_all(const Certificates *certificates);
const KnownCertificate *certificates_find(const Certificates *certificates, int64_t id);

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
