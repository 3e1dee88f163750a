/*
 * app/certificate_rows: the certificates that are known, as a page of them shows: one's own, those
 * of other people, authorities, each by name, and what each says, in words. How each stands takes a
 * chain to build: not on the UI thread. Texts are one line, translated; what a certificate says in
 * them is whoever made it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"

typedef enum { CERTIFICATE_OWN, CERTIFICATE_PERSON, CERTIFICATE_AUTHORITY } CertificateKind;

typedef struct { const char *label; char *text; } CertificateFact;      /* @label: static */

typedef struct {
	CertificateKind  kind;
	StandingKind     standing;
	KnownCertificate *known;         /* without its key */
	bool             is_on_token;    /* and not in the store */
	char            *name, *pem;
	int64_t          until_ms;
	GPtrArray       *facts;          /* of CertificateFact */
} CertificateRow;

void certificate_row_free(CertificateRow *row);

/* Of CertificateRow. */
GPtrArray *certificate_rows(const Certificates *certificates, int64_t now_ms);

/* "own", "person", "authority", translated; "trusted by you", "distrusted by you", "" for none. Static. */
const char *certificate_kind_text(CertificateKind kind);
const char *certificate_trust_text(CertificateTrust trust);
