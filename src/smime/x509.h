/* smime/x509: reads a certificate of OpenSSL's into a record of ours. Internal to smime/. Pure; any
 * thread. */
#pragma once
#include <openssl/x509.h>

#include "smime/certificate.h"

Certificate *x509_read(X509 *x509);

/* UTC milliseconds; 0 for a time that is none. */
int64_t x509_time_ms(const ASN1_TIME *time);
