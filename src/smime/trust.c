#include "smime/trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/error.h"
#include "base/i18n.h"
#include "smime/chain.h"
#include "smime/openssl.h"

struct SmimeTrust {
	X509_STORE *anchors;
	bool        has_crls;
};

SmimeTrust *smime_trust_new(void)
{
	SmimeTrust *trust = g_new0(SmimeTrust, 1);

	trust->anchors = X509_STORE_new();
	return trust;
}

void smime_trust_free(SmimeTrust *trust)
{
	if (!trust)
		return;
	X509_STORE_free(trust->anchors);
	g_free(trust);
}

X509_STORE *trust_anchors(const SmimeTrust *trust)  { return trust->anchors; }
bool        trust_has_crls(const SmimeTrust *trust) { return trust->has_crls; }

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
