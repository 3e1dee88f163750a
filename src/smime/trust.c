#include "smime/trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/error.h"
#include "base/i18n.h"
#include "smime/chain.h"
#include "smime/openssl.h"
#include "smime/x509.h"

struct SmimeTrust {
	X509_STORE       *anchors;
	CertificateStack *issuers;
	GHashTable       *refused;    /* of GBytes, DER */
	bool              has_crls;
	SmimeRevocation  *revocation; /* NULL: nobody is asked */
};

SmimeTrust *smime_trust_new(void)
{
	SmimeTrust *trust = g_new0(SmimeTrust, 1);

	trust->anchors = X509_STORE_new();
	trust->issuers = sk_X509_new_null();
	trust->refused = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
	                                       (GDestroyNotify)g_bytes_unref, NULL);
	return trust;
}

void smime_trust_free(SmimeTrust *trust)
{
	if (!trust)
		return;
	X509_STORE_free(trust->anchors);
	certificate_stack_free(trust->issuers);
	g_hash_table_unref(trust->refused);
	smime_revocation_unref(trust->revocation);
	g_free(trust);
}

X509_STORE *trust_anchors(const SmimeTrust *trust)  { return trust->anchors; }
bool        trust_has_crls(const SmimeTrust *trust) { return trust->has_crls; }

SmimeRevocation *trust_revocation(const SmimeTrust *trust) { return trust->revocation; }

const CertificateStack *trust_issuers(const SmimeTrust *trust) { return trust->issuers; }

bool trust_is_refused(const SmimeTrust *trust, const X509 *x509)
{
	g_autoptr(GBytes) der = x509_der(x509);

	return g_hash_table_contains(trust->refused, der);
}

void smime_trust_add_system(SmimeTrust *trust)
{
	X509_STORE_set_default_paths(trust->anchors);
}

bool smime_trust_add_anchors(SmimeTrust *trust, GBytes *pem, GError **err)
{
	g_autoptr(BIO) bio = bio_over(pem);
	int count = 0;

	for (X509 *anchor; (anchor = PEM_read_bio_X509(bio, NULL, NULL, NULL)); count++) {
		X509_STORE_add_cert(trust->anchors, anchor);
		X509_free(anchor);
	}
	ERR_clear_error();
	return count || fail(err, ERR_CONFIG, _("it holds no certificate in PEM form"));
}

static X509 *read_der(GBytes *der, GError **err)
{
	X509 *x509 = x509_of(der);

	return x509 ? x509 : fail_null(err, ERR_CONFIG, _("it holds no certificate"));
}

bool smime_trust_add_anchor(SmimeTrust *trust, GBytes *der, GError **err)
{
	g_autoptr(X509) anchor = read_der(der, err);

	return anchor && X509_STORE_add_cert(trust->anchors, anchor);
}

void smime_trust_add_distrusted(SmimeTrust *trust, GBytes *der)
{
	g_hash_table_add(trust->refused, g_bytes_ref(der));
}

bool smime_trust_add_issuer(SmimeTrust *trust, GBytes *der, GError **err)
{
	X509 *issuer = read_der(der, err);

	return issuer && sk_X509_push(trust->issuers, issuer);
}

void smime_trust_set_revocation(SmimeTrust *trust, SmimeRevocation *revocation)
{
	SmimeRevocation *before = trust->revocation;

	trust->revocation = revocation ? smime_revocation_ref(revocation) : NULL;
	smime_revocation_unref(before);
}

bool smime_trust_add_crls(SmimeTrust *trust, GBytes *pem, GError **err)
{
	g_autoptr(BIO) bio = bio_over(pem);

	for (X509_CRL *crl; (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL));) {
		X509_STORE_add_crl(trust->anchors, crl);
		X509_CRL_free(crl);
		trust->has_crls = true;
	}
	ERR_clear_error();
	return trust->has_crls ||
	       fail(err, ERR_CONFIG, _("it holds no revocation list in PEM form"));
}
