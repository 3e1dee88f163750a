/*
 * smime/chain: the way from a signer's certificate to an anchor, and what is wrong with it. Every
 * error is noted and none ends the search, so that a verdict can name them all. Source: RFC 5280,
 * RFC 8550. Internal to smime/. Any thread.
 */
#pragma once
#include <openssl/x509.h>

#include "smime/openssl.h"
#include "smime/signer.h"
#include "smime/trust.h"
#include "smime/verdict.h"

X509_STORE *trust_anchors(const SmimeTrust *trust);      /* borrowed */
bool        trust_has_crls(const SmimeTrust *trust);
const CertificateStack *trust_issuers(const SmimeTrust *trust);      /* borrowed */
SmimeRevocation *trust_revocation(const SmimeTrust *trust);          /* borrowed; NULL */
bool        trust_is_refused(const SmimeTrust *trust, const X509 *x509);

/*
 * Fills chain, revocation, doubt, is_for_mail, from_ms, to_ms of the facts of @signer, whose
 * certificate is @x509, and adds to weak. @extra: what the message brings along; may be NULL.
 * @now_ms: where there is a choice, it is between what is valid then. If the anchor is trusted, who
 * is between is added to its issuers, and what ought to be asked about them to its questions.
 */
void chain_judge(const SmimeTrust *trust, X509 *x509, CertificateStack *extra, int64_t now_ms,
                 SmimeSigner *signer);

/* True if @x509 is trusted to be encrypted to, and valid at @now_ms. */
bool chain_may_receive(const SmimeTrust *trust, X509 *x509, CertificateStack *extra, int64_t now_ms);

/* As smime_trust_judge(), for one that has been read. */
void chain_standing(const SmimeTrust *trust, X509 *x509, int64_t now_ms,
                    CertificateStanding *ret_standing);

/* The certificates on the way from @x509 to an anchor, as far as they are known, without itself and
 * without one that issued itself. The caller's. */
CertificateStack *chain_issuers(const SmimeTrust *trust, X509 *x509, int64_t now_ms);
