/*
 * app/certificate_lookup: certificates that a directory gave for an address, be it the account's
 * server or LDAP. A directory is believed in nothing but that they exist: one is kept if it says
 * itself that it is for the address, to encrypt to, and has not ended; who vouches for it is judged
 * like any other. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "model/certificate.h"

typedef struct {
	const char       *address;        /* who was asked for */
	CertificateSource source;
	int64_t           account_id;     /* which they go with; 0: with none */
	int64_t           now_ms;
} CertificateLookup;

/* Adds to @changes (of CertificateChange) what is of use of @ders (of GBytes). */
void lookup_take(const CertificateLookup *lookup, const GPtrArray *ders, GPtrArray *changes);

/* The same of @files (of GBytes): each a certificate, or several in PKCS#7 (RFC 2798). */
void lookup_take_files(const CertificateLookup *lookup, const GPtrArray *files, GPtrArray *changes);

/* The same of the answer to TASK_CERTIFICATES, gal_to_text(). */
void lookup_take_gal(const CertificateLookup *lookup, const char *answer, GPtrArray *changes);
