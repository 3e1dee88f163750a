#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "base/limits.h"
#include "smime/revoked.h"

enum { LEVEL_112_BITS = 2 };
static const int64_t HOLDS_MS = INT64_C(24) * 60 * 60 * 1000; /* where it does not say how long */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OCSP_REQUEST, OCSP_REQUEST_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OCSP_RESPONSE, OCSP_RESPONSE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OCSP_BASICRESP, OCSP_BASICRESP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OCSP_CERTID, OCSP_CERTID_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)

/* ---- the question ---- */

static GBytes *request_der(X509 *x509, X509 *issuer)
{
	g_autoptr(OCSP_REQUEST) request = OCSP_REQUEST_new();
	unsigned char *der = NULL;

	OCSP_request_add0_id(request, OCSP_cert_to_id(EVP_sha1(), x509, issuer));
	int len = i2d_OCSP_REQUEST(request, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)MAX(len, 0));
	OPENSSL_free(der);
	return bytes;
}

char *ocsp_question(const char *responder, X509 *x509, X509 *issuer)
{
	g_autoptr(GBytes) der = request_der(x509, issuer);
	gsize len;
	const guchar *data = g_bytes_get_data(der, &len);
	g_autofree char *base64 = g_base64_encode(data, len);
	g_autofree char *escaped = g_uri_escape_string(base64, NULL, FALSE);

	return g_strconcat(responder, g_str_has_suffix(responder, "/") ? "" : "/", escaped, NULL);
}

/* ---- the answer ---- */

static OCSP_RESPONSE *read_response(GBytes *answer)
{
	gsize len;
	const unsigned char *start = g_bytes_get_data(answer, &len), *at = start;
	g_autoptr(OCSP_RESPONSE) response =
		len <= LIMIT_OCSP_BYTES ? d2i_OCSP_RESPONSE(NULL, &at, (long)len) : NULL;

	return response && at == start + len ? g_steal_pointer(&response) : NULL;
}

/* RFC 6960 4.2.2.2. By the issuer alone can one be authorized, so nobody else is believed. */
static bool is_signed_by_who_may(OCSP_BASICRESP *basic, X509 *issuer, int64_t now_ms)
{
	g_autoptr(X509_STORE) store = X509_STORE_new();
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);

	X509_STORE_add_cert(store, issuer);
	X509_VERIFY_PARAM_set_time(param, (time_t)(now_ms / 1000));
	X509_VERIFY_PARAM_set_auth_level(param, LEVEL_112_BITS);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	return sk_X509_num(OCSP_resp_get0_certs(basic)) <= LIMIT_CMS_CERTIFICATES &&
	       OCSP_basic_verify(basic, NULL, store, OCSP_NOEXPLICIT) > 0;
}

static bool is_about(OCSP_SINGLERESP *single, X509 *x509, X509 *issuer)
{
	const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(single);
	ASN1_OBJECT *digest = NULL;

	OCSP_id_get0_info(NULL, &digest, NULL, NULL, (OCSP_CERTID *)id);
	const EVP_MD *md = EVP_get_digestbyobj(digest);
	g_autoptr(OCSP_CERTID) ours = md ? OCSP_cert_to_id(md, x509, issuer) : NULL;
	return ours && OCSP_id_cmp(ours, id) == 0;
}

static OCSP_SINGLERESP *find_single(OCSP_BASICRESP *basic, X509 *x509, X509 *issuer)
{
	int count = MIN(OCSP_resp_count(basic), LIMIT_CMS_CERTIFICATES);

	for (int i = 0; i < count; i++)
		if (is_about(OCSP_resp_get0(basic, i), x509, issuer))
			return OCSP_resp_get0(basic, i);
	return NULL;
}

static Revocation doubt(RevocationDoubt why) { return (Revocation){ REVOCATION_UNKNOWN, why }; }

static Revocation single_tells(OCSP_SINGLERESP *single, int64_t now_ms)
{
	ASN1_GENERALIZEDTIME *from = NULL, *next = NULL;
	int status = OCSP_single_get0_status(single, NULL, NULL, &from, &next);

	if (status == V_OCSP_CERTSTATUS_REVOKED)
		return (Revocation){ REVOCATION_REVOKED, REVOCATION_NOT_ASKED };
	if (status != V_OCSP_CERTSTATUS_GOOD)
		return doubt(REVOCATION_UNTOLD);
	if (!revocation_is_in_force(from, next, HOLDS_MS, now_ms))
		return doubt(REVOCATION_OUTDATED);
	return (Revocation){ REVOCATION_GOOD, REVOCATION_NOT_ASKED };
}

static Revocation response_tells(OCSP_RESPONSE *response, X509 *x509, X509 *issuer, int64_t now_ms)
{
	int status = OCSP_response_status(response);
	g_autoptr(OCSP_BASICRESP) basic = OCSP_response_get1_basic(response);
	OCSP_SINGLERESP *single = basic ? find_single(basic, x509, issuer) : NULL;

	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		return doubt(REVOCATION_UNTOLD);
	if (!basic)
		return doubt(REVOCATION_UNREADABLE);
	if (!is_signed_by_who_may(basic, issuer, now_ms))
		return doubt(REVOCATION_FORGED);
	return single ? single_tells(single, now_ms) : doubt(REVOCATION_OTHER);
}

Revocation ocsp_tells(GBytes *answer, X509 *x509, X509 *issuer, int64_t now_ms)
{
	g_autoptr(OCSP_RESPONSE) response = read_response(answer);
	Revocation revocation = response ? response_tells(response, x509, issuer, now_ms)
	                                 : doubt(REVOCATION_UNREADABLE);

	ERR_clear_error();
	return revocation;
}
