/*
 * certificate: a certificate of S/MIME as it is kept: what it is, how it was come by, and what the
 * person decided about it. Its bytes are DER and are read by smime/. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How it was come by; stored: new ones go to the end. */
typedef enum {
	SOURCE_FILE = 1,         /* the person imported it */
	SOURCE_MAIL,             /* from mail with a good signature of its owner */
	SOURCE_SERVER,           /* the server of the account gave it */
	SOURCE_LDAP,             /* a directory did */
	SOURCE_COUNT
} CertificateSource;

/* What an identity is used for. Stored. */
typedef enum { ROLE_NONE = 0, ROLE_SIGN = 1 << 0, ROLE_ENCRYPT = 1 << 1, ROLE_BOTH = 3 } IdentityRole;

/* The person's word about it. Without one it is judged by who issued it. */
typedef enum { TRUST_UNSAID, TRUST_GIVEN, TRUST_REFUSED } CertificateTrust;

typedef struct {
	int64_t           id;            /* certificate_id() */
	GBytes           *der;
	CertificateSource source;
	int64_t           account_id;    /* which it goes with; 0: with none */
	int64_t           seen_ms;       /* UTC: last in use; 0: not known */
	GBytes           *capabilities;  /* SMIMECapabilities, DER; NULL: not told */
	char            **addresses;     /* whom it is for, lower case, NULL-ended */
	IdentityRole      role;          /* NONE: somebody else's */
	GBytes *sealed_key; /* of an identity that is to be kept: store_seal_key(); else NULL */
	char            **signs_for;     /* addresses it was chosen to sign for; NULL-ended */
	CertificateTrust  trust;
} KnownCertificate;

/* @der is referenced, @addresses copied (NULL: none). */
KnownCertificate *known_certificate_new(GBytes *der, CertificateSource source,
                                        const char *const *addresses);
void              known_certificate_free(KnownCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KnownCertificate, known_certificate_free)

/* The first 63 bits of its SHA-256. */
int64_t certificate_id(GBytes *der);
/* The same of a fingerprint, 64 hex digits, with or without colons and blanks; 0: it is none. */
int64_t certificate_id_of_hex(const char *fingerprint);

/* "file", "mail", "server", "ldap"; "sign", "encrypt", "both", "none": a script's word. */
const char *certificate_source_name(CertificateSource source);
const char *identity_role_name(IdentityRole role);

/* ---- what a server thinks of one ([MS-ASCMD] ValidateCert) ---- */

typedef enum {
	OPINION_GOOD,
	OPINION_FAILED,          /* it could not say */
	OPINION_BAD_SIGNATURE, OPINION_UNTRUSTED, OPINION_BAD_CHAIN, OPINION_WRONG_PURPOSE,
	OPINION_EXPIRED, OPINION_DAMAGED, OPINION_OTHER_ADDRESS, OPINION_REVOKED,
	OPINION_NOT_KNOWN,       /* whether it was revoked */
	OPINION_COUNT
} ServerOpinion;

const char *server_opinion_name(ServerOpinion opinion);      /* "good", "revoked": a script's word */

/* ---- what is to be changed ---- */

typedef enum {
	/* @certificate is there from now on: added, or seen again. With a role and a sealed key it is one's
	 * own. What the person said of trust and signing stays. */
	CERTIFICATE_KEEP,
	CERTIFICATE_DROP,        /* it goes, with its key and all that was said of it */
	CERTIFICATE_TRUST, CERTIFICATE_DISTRUST, CERTIFICATE_UNSAY,
	CERTIFICATE_SIGN,        /* by this identity for @address, of several that could */
	CERTIFICATE_CHANGE_COUNT
} CertificateChangeKind;

typedef struct {
	CertificateChangeKind kind;
	int64_t               id;             /* of all but KEEP */
	KnownCertificate     *certificate;    /* of KEEP */
	char                 *address;        /* of SIGN */
} CertificateChange;

GPtrArray *certificate_changes_new(void);     /* of CertificateChange, which it owns */
/* @certificate is the change's. */
void certificate_changes_keep(GPtrArray *changes, KnownCertificate *certificate);
void certificate_changes_add(GPtrArray *changes, CertificateChangeKind kind, int64_t id);
void certificate_changes_sign(GPtrArray *changes, int64_t id, const char *address);

/* As bytes, for another process, and back. ERR_PROTOCOL: they make no sense; ERR_LIMIT: more or
 * larger than any honest ones. */
GBytes    *certificate_changes_to_bytes(const GPtrArray *changes);
GPtrArray *certificate_changes_from_bytes(GBytes *bytes, GError **err);
