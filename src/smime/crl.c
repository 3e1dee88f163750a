/*
 * OpenSSL knows what a list covers (RFC 5280 6.3.3), so it judges the certificate by this list
 * alone, in a chain of two that ends at the issuer. What it says of anything else was judged
 * before.
 */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "base/limits.h"
#include "smime/revoked.h"
#include "smime/x509.h"

X509_CRL *crl_of(GBytes *der)
{
	gsize len;
	const unsigned char *start = g_bytes_get_data(der, &len), *at = start;
	g_autoptr(X509_CRL) crl =
		len <= LIMIT_REVOCATION_BYTES ? d2i_X509_CRL(NULL, &at, (long)len) : NULL;

	ERR_clear_error();
	return crl && at == start + len ? g_steal_pointer(&crl) : NULL;
}

typedef struct { bool is_revoked; RevocationDoubt doubt; } Notes;

static RevocationDoubt doubt_of(int error)
{
	switch (error) {
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
		return REVOCATION_FORGED;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
		return REVOCATION_OTHER;
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
		return REVOCATION_UNREADABLE;
	default:
		return REVOCATION_NOT_ASKED;
	}
}

static int on_step(int ok, X509_STORE_CTX *ctx)
{
	Notes *notes = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);

	if (ok)
		return 1;
	notes->is_revoked |= error == X509_V_ERR_CERT_REVOKED;
	notes->doubt = MAX(notes->doubt, doubt_of(error));
	return 1;
}

static bool ask_openssl(X509_CRL *crl, X509 *x509, X509 *issuer, Notes *notes)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	STACK_OF(X509_CRL) *crls = sk_X509_CRL_new_null();
	CertificateStack *anchors = sk_X509_new_null();
	bool is_done = false;

	sk_X509_CRL_push(crls, crl);
	sk_X509_push(anchors, issuer);
	if (X509_STORE_CTX_init(ctx, NULL, x509, NULL)) {
		X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
		X509_STORE_CTX_set0_crls(ctx, crls);
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK |
		                                      X509_V_FLAG_NO_CHECK_TIME);
		X509_STORE_CTX_set_verify_cb(ctx, on_step);
		X509_STORE_CTX_set_app_data(ctx, notes);
		is_done = X509_verify_cert(ctx) > 0 &&
		          sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) == 2;
	}
	ERR_clear_error();
	sk_X509_CRL_free(crls);
	sk_X509_free(anchors);
	return is_done;
}

/* What anybody may have made says nothing. */
static bool is_weak(const X509_CRL *crl)
{
	int digest = NID_undef;

	OBJ_find_sigid_algs(X509_CRL_get_signature_nid(crl), &digest, NULL);
	return digest == NID_md2 || digest == NID_md4 || digest == NID_md5 || digest == NID_sha1;
}

Revocation crl_tells(X509_CRL *crl, X509 *x509, X509 *issuer, int64_t now_ms)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	Notes notes = { 0 };

	if (!ask_openssl(crl, x509, issuer, &notes))
		return (Revocation){ REVOCATION_UNKNOWN, REVOCATION_UNREADABLE };
	if (notes.doubt || is_weak(crl))
		return (Revocation){ REVOCATION_UNKNOWN,
			             notes.doubt ? notes.doubt : REVOCATION_FORGED };
	if (notes.is_revoked)
		return (Revocation){ REVOCATION_REVOKED, REVOCATION_NOT_ASKED };
	if (!next || !revocation_is_in_force(X509_CRL_get0_lastUpdate(crl), next, 0, now_ms))
		return (Revocation){ REVOCATION_UNKNOWN, REVOCATION_OUTDATED };
	return (Revocation){ REVOCATION_GOOD, REVOCATION_NOT_ASKED };
}
