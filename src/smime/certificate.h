/*
 * smime/certificate: what a certificate says, as a person reads it. Texts are one line, safe to
 * show. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

typedef struct {
	char   *name;            /* common name of its owner, else the organisation; "?" */
	char   *issuer;          /* the same of who issued it */
	char   *fingerprint;     /* SHA-256, lower-case hex */
	char  **addresses;       /* mail addresses it is for, NULL-ended */
	int64_t from_ms, to_ms;  /* UTC: when it is valid, both ends included */
} Certificate;

void certificate_free(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)
