/*
 * smime/fitness: is a certificate fit for what is to leave, and with which algorithms? Stricter
 * than reading: what is written today is read for years. Internal to smime/. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "smime/certificate.h"
#include "smime/openssl.h"
#include "smime/trust.h"

typedef struct {
	const Certificate *certificate;
	X509              *x509;       /* the same, borrowed; NULL: it cannot be read */
	const char        *whose;      /* the errors say */
	CertificateUse     use;        /* which of the two it is for */
	int64_t            now_ms;
	const SmimeTrust  *trust;      /* who is refused, and what is revoked; NULL: not asked */
} Fitness;

/* ERR_CONFIG: it is not for this use, not valid at the time, refused, broken, revoked, or weak. */
bool fitness_check(const Fitness *fitness, GError **err);

/* The digest that matches the strength of @key, or the only one that it allows. Borrowed. */
const EVP_MD *fitness_digest(const EVP_PKEY *key);

/* ERR_UNSUPPORTED names the algorithm that OpenSSL's configuration refuses, as with its FIPS
 * module. */
bool fitness_digest_is_there(const EVP_MD *digest, GError **err);
bool fitness_cipher_is_there(const EVP_CIPHER *cipher, GError **err);
