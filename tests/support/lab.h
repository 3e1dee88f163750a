/*
 * lab: certificates and CMS for tests, made as they run: honest ones and those that only an attacker makes. It is
 * LAB_NOW_MS there, unless a wish says otherwise. A failure ends the test.
 */
#pragma once
#include <glib.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "smime/message.h"

#define LAB_NOW_MS INT64_C(1795512345000)      /* Tue, 24 Nov 2026 09:25:45 +0000 */
#define LAB_DATE   "Tue, 24 Nov 2026 09:25:45 +0000"
#define LAB_DAY_MS INT64_C(86400000)

typedef struct { EVP_PKEY *key; X509 *x509; } LabPerson;

typedef struct {
	const char      *name;
	const char      *alternative;      /* subjectAltName as OpenSSL's configuration has it; NULL */
	const char      *raw_mail;         /* a mail address with a NUL at its end, and more behind it; NULL */
	const char      *subject_mail;     /* emailAddress in the subject; NULL */
	const char      *usage, *extended; /* keyUsage, extendedKeyUsage; NULL: none */
	const char      *constraints;      /* nameConstraints; NULL: none */
	const char      *lists;            /* crlDistributionPoints, "URI:http://…"; NULL: none */
	const char      *responders;       /* authorityInfoAccess, "OCSP;URI:http://…"; NULL: none */
	bool             is_left_alone;    /* id-pkix-ocsp-nocheck */
	const LabPerson *issuer;           /* NULL: itself */
	EVP_PKEY        *key;              /* taken; NULL: a new one on P-256 */
	const EVP_MD    *digest;           /* of the issuer's signature; NULL: SHA-256 */
	int              from_days, to_days;       /* from LAB_NOW_MS on; both 0: -10 to 100 */
	bool             is_ca;
} LabWish;

LabPerson *lab_person_new(LabWish wish);
void       lab_person_free(LabPerson *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LabPerson, lab_person_free)

/* A list of what @issuer has revoked: @revoked, or nothing if it is NULL; in force from a day before LAB_NOW_MS for
 * @days. PEM. */
GBytes *lab_crl(const LabPerson *issuer, const LabPerson *revoked, int days);
/* A list of any kind, in DER. */
typedef struct {
	const LabPerson *issuer, *signer;  /* whose name it has, who signs it (NULL: the same) */
	const LabPerson *revoked;          /* NULL: nobody */
	int              from_days, to_days;       /* from LAB_NOW_MS on; to_days 0: it does not say */
	const char      *scope;            /* issuingDistributionPoint; NULL: all that the issuer has issued */
	const EVP_MD    *digest;           /* NULL: SHA-256 */
} LabList;

GBytes *lab_list(LabList wish);

/* An answer about one certificate (OCSP), in DER. */
typedef struct {
	const LabPerson *issuer, *about;
	const LabPerson *responder;        /* NULL: the issuer; else its certificate comes along */
	int              trouble;          /* OCSP_RESPONSE_STATUS_…; 0: it is answered */
	int              status;           /* V_OCSP_CERTSTATUS_… */
	int              from_days, to_days;       /* from LAB_NOW_MS on; to_days 0: it does not say */
	const EVP_MD    *digest;           /* that names the certificate; NULL: SHA-1 */
} LabAnswer;

GBytes *lab_answer(LabAnswer wish);

GBytes *lab_pem(const LabPerson *person);
/* Key and certificate, both PEM; with a password if it is not NULL. */
GBytes *lab_pem_identity(const LabPerson *person, const char *password);

/* How a signer names the certificate that wants to be encrypted to. */
typedef enum { LAB_BY_ISSUER, LAB_BY_KEY, LAB_BY_RECIPIENT_KEY, LAB_AS_OUTLOOK } LabPreference;

typedef struct {
	const LabPerson *signer, *second;      /* second may be NULL; signer, too: nobody signs */
	const EVP_MD    *digest;               /* NULL: SHA-256 */
	int              content_type;         /* NID; 0: data */
	int64_t          signed_ms;            /* 0: LAB_NOW_MS */
	guint            flags;                /* CMS_DETACHED, CMS_NOATTR, CMS_NOCERTS … */
	const LabPerson *extra, *extra2;       /* certificates to bring along */
	const LabPerson *preferred;            /* whose certificate is to be encrypted to; NULL: is not said */
	LabPreference    preference;
} LabSigning;

/* A SignedData over @text, in DER. */
GBytes *lab_sign(LabSigning signing, const char *text);

/* An envelope for @to, in DER. AES-GCM makes an AuthEnvelopedData. */
GBytes *lab_encrypt(const LabPerson *to, const EVP_CIPHER *cipher, bool uses_oaep, const char *text);

/* "Content-Type: application/pkcs7-mime …" with @der as base64, lines of CRLF; a part, or the end of a mail. */
char *lab_opaque(const char *kind, GBytes *der);
/* A multipart/signed, likewise: @part as it is, and @der. */
char *lab_clear(const char *part, GBytes *der);
char *lab_base64(GBytes *der);

/* Opens @mail by the anchor @ca (may be NULL), with @crl (may be NULL), at LAB_NOW_MS. */
SmimeMessage *lab_open(const char *mail, const LabPerson *ca, GBytes *crl, const LabPerson *key);
/* The words of its reasons, sorted as in the table, blanks between. */
char *lab_reasons(Verdict verdict);
