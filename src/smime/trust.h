/*
 * smime/trust: whom we believe: certificates that may end a chain, and lists of what was revoked.
 * Nothing is fetched here (smime/revocation.h). Changed by one thread; then any thread may judge by
 * it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "smime/revocation.h"
#include "smime/verdict.h"

typedef struct SmimeTrust SmimeTrust;

/* Trusts nobody yet. */
SmimeTrust *smime_trust_new(void);
void        smime_trust_free(SmimeTrust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeTrust, smime_trust_free)

/* The system's anchors, which OpenSSL reads from its own folder when a chain needs one. */
void smime_trust_add_system(SmimeTrust *trust);

/* Every certificate of a PEM file. ERR_CONFIG: there is none. */
bool smime_trust_add_anchors(SmimeTrust *trust, GBytes *pem, GError **err);

/* One in DER, of an authority or of a person: it ends a chain wherever it stands in it. */
bool smime_trust_add_anchor(SmimeTrust *trust, GBytes *der, GError **err);
/* One in DER: no chain that holds it is believed, whoever else is. */
void smime_trust_add_distrusted(SmimeTrust *trust, GBytes *der);
/* One in DER that helps to build chains and ends none. ERR_CONFIG: it is no certificate. */
bool smime_trust_add_issuer(SmimeTrust *trust, GBytes *der, GError **err);

/*
 * Every revocation list of a PEM file. From then on each certificate of a chain needs one that is
 * in force, or its state is unknown. ERR_CONFIG: there is none.
 */
bool smime_trust_add_crls(SmimeTrust *trust, GBytes *pem, GError **err);

/* What servers have told, and who may be asked: referenced; NULL: nobody may. From then on each
 * certificate of a chain but its anchor is asked about. */
void smime_trust_set_revocation(SmimeTrust *trust, SmimeRevocation *revocation);

/* How a certificate by itself stands: who vouches for it, and when its chain is valid. */
typedef struct {
	ChainState      chain;
	RevocationState revocation;
	guint           weak;            /* Weakness */
	int64_t         from_ms, to_ms;
} CertificateStanding;

/* @der: what it is for decides what its issuers must be allowed to vouch for. Any thread. */
void smime_trust_judge(const SmimeTrust *trust, GBytes *der, int64_t now_ms,
                       CertificateStanding *ret_standing);
