/* smime/x509: reads a certificate of OpenSSL's into a record of ours. Internal to smime/. Pure; any
 * thread. */
#pragma once
#include <openssl/x509.h>

#include "smime/certificate.h"

Certificate *x509_read(X509 *x509);

/* The one certificate in @der and nothing behind it; NULL if it is none. The caller's. */
X509   *x509_of(GBytes *der);
GBytes *x509_der(const X509 *x509);

/* RFC 8550 4.4.2 and 4.4.4: what is absent forbids nothing; any purpose includes mail. */
guint x509_uses(X509 *x509);      /* CertificateUse */

/* UTC milliseconds; 0 for a time that is none. */
int64_t x509_time_ms(const ASN1_TIME *time);
