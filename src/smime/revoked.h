/*
 * smime/revoked: what lists and answers say about one certificate. Each function takes its issuer,
 * who is known to have issued it, and says why there is nothing to be learned. Internal to smime/.
 * Any thread.
 */
#pragma once
#include <openssl/x509.h>
#include <stdint.h>

#include "smime/openssl.h"
#include "smime/revocation.h"
#include "smime/verdict.h"

typedef struct { RevocationState state; RevocationDoubt doubt; } Revocation;

/* By all that was answered. What ought to be asked about it is added to @questions (of char *);
 * NULL: nobody will. */
Revocation revocation_look(SmimeRevocation *revocation, X509 *x509, X509 *issuer,
                           GPtrArray *questions);

/* True if so a word holds at @now_ms. A clock may be five minutes off. @next may be NULL: until
 * @otherwise_ms have passed. */
bool revocation_is_in_force(const ASN1_TIME *from, const ASN1_TIME *next, int64_t otherwise_ms,
                            int64_t now_ms);

/* ---- CRL: RFC 5280 5 and 6.3. Only complete lists that the issuer itself signs. ---- */

/* The list in DER and nothing behind it; NULL. The caller's. */
X509_CRL  *crl_of(GBytes *der);
Revocation crl_tells(X509_CRL *crl, X509 *x509, X509 *issuer, int64_t now_ms);

/* ---- OCSP: RFC 6960. Signed by the issuer, or by one whom it has issued a certificate for it.
 * ---- */

/* Where to ask by GET, without a nonce: so any cache may answer (RFC 6960 A.1, RFC 5019). Free with
 * g_free. */
char      *ocsp_question(const char *responder, X509 *x509, X509 *issuer);
Revocation ocsp_tells(GBytes *answer, X509 *x509, X509 *issuer, int64_t now_ms);
