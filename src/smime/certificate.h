/*
 * smime/certificate: what a certificate says, as a person reads it. Texts are one line, safe to
 * show. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What a key may be used for in mail, as its certificate says. */
typedef enum { USE_NOTHING = 0, USE_SIGN = 1 << 0, USE_ENCRYPT = 1 << 1 } CertificateUse;

typedef struct {
	GBytes *der;             /* itself */
	char   *name;            /* common name of its owner, else the organisation; "?" */
	char   *issuer;          /* the same of who issued it */
	char   *subject;         /* the whole name of its owner: "CN=Ada, O=Analytical" */
	char   *issuer_name;     /* the same of who issued it */
	char   *serial;          /* lower-case hex */
	char   *fingerprint;     /* SHA-256, lower-case hex */
	char   *key;             /* "RSA 2048"; "?" for one that is not known here */
	char  **addresses;       /* mail addresses it is for, NULL-ended */
	guint   uses;            /* CertificateUse */
	bool    is_authority;    /* it may issue others */
	bool    is_self_issued;  /* owner and issuer have one name */
	int64_t from_ms, to_ms;  /* UTC: when it is valid, both ends included */
} Certificate;

void certificate_free(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)

/* Reads one in DER. ERR_CONFIG: it is none. */
Certificate *certificate_read(GBytes *der, GError **err);

/*
 * All certificates of a file: PEM, DER, or PKCS#7 (.p7b, .p7c; of a signature too). Of Certificate,
 * one at least. ERR_CONFIG: there is none; ERR_LIMIT: more than LIMIT_CMS_CERTIFICATES.
 */
GPtrArray *certificates_read(GBytes *file, GError **err);

/* As a person pastes it elsewhere: PEM. Free with g_free. */
char *certificate_to_pem(const Certificate *certificate);
