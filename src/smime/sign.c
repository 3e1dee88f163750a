#include "smime/sign.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>

#include "base/error.h"
#include "base/i18n.h"
#include "smime/capabilities.h"
#include "smime/chain.h"
#include "smime/decrypt.h"
#include "smime/fitness.h"
#include "smime/openssl.h"
#include "smime/x509.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS7_ISSUER_AND_SERIAL, PKCS7_ISSUER_AND_SERIAL_free)

/* ---- with what ---- */

const char *sign_micalg(const SmimeIdentity *signer)
{
	static const struct { int nid; const char *micalg; } rows[] = {
		{ NID_sha384, "sha-384" }, { NID_sha512, "sha-512" }
	};
	int nid = EVP_MD_get_type(fitness_digest(identity_key(signer)));

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].nid == nid)
			return rows[i].micalg;
	return "sha-256";
}

bool sign_check(const SmimeProtection *protection, GError **err)
{
	const Certificate *certificate = smime_identity_certificate(protection->signer);

	Fitness fitness = { certificate, identity_x509(protection->signer), certificate->name,
		            USE_SIGN, protection->now_ms, NULL };

	return fitness_digest_is_there(fitness_digest(identity_key(protection->signer)), err) &&
	       fitness_check(&fitness, err);
}

/* ---- what the signature says beside the text ---- */

/* The certificate that answers are encrypted to; NULL: none is known. The caller's. */
static X509 *reply_x509(const SmimeProtection *protection)
{
	const Certificate *own = smime_identity_certificate(protection->signer);
	X509 *x509 = identity_x509(protection->signer);

	if (protection->reply_with)
		return x509_of(protection->reply_with->der);
	return own->uses & USE_ENCRYPT && X509_up_ref(x509) ? x509 : NULL;
}

static bool add_time(CMS_SignerInfo *info, int64_t now_ms)
{
	g_autoptr(ASN1_TIME) time = ASN1_TIME_set(NULL, (time_t)(now_ms / 1000));

	return time &&
	       CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime, time->type, time, -1);
}

/* RFC 8551 2.5.3: issuerAndSerialNumber [0], which takes the place of the sequence's own tag.
 * OpenSSL writes a "sequence" as the bytes that it is given. */
static bool add_preference(CMS_SignerInfo *info, X509 *x509)
{
	enum { CONTEXT_0 = 0xa0 };
	g_autoptr(PKCS7_ISSUER_AND_SERIAL) id = PKCS7_ISSUER_AND_SERIAL_new();
	unsigned char *der = NULL;

	X509_NAME_set(&id->issuer, X509_get_issuer_name(x509));
	ASN1_INTEGER_free(id->serial);
	id->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(x509));
	int len = i2d_PKCS7_ISSUER_AND_SERIAL(id, &der);
	if (len <= 0)
		return false;
	der[0] = CONTEXT_0;
	bool ok = CMS_signed_add1_attr_by_NID(info, NID_id_smime_aa_encrypKeyPref, V_ASN1_SEQUENCE,
	                                      der, len);
	OPENSSL_free(der);
	return ok;
}

static bool add_attributes(CMS_SignerInfo *info, X509 *reply, int64_t now_ms)
{
	g_autoptr(AlgorithmStack) algorithms = capabilities_own(reply);

	return add_time(info, now_ms) && CMS_add_smimecap(info, algorithms) &&
	       (!reply || add_preference(info, reply));
}

/* ---- certificates ---- */

static bool add_issuers(CMS_ContentInfo *cms, const SmimeProtection *protection)
{
	X509 *x509 = identity_x509(protection->signer);
	g_autoptr(CertificateStack) issuers =
		protection->trust ? chain_issuers(protection->trust, x509, protection->now_ms)
				  : NULL;
	bool ok = true;

	for (int i = 0; ok && i < sk_X509_num(issuers); i++)
		ok = CMS_add1_cert(cms, sk_X509_value(issuers, i));
	return ok;
}

/* The signer's own is there already. */
static bool add_reply(CMS_ContentInfo *cms, X509 *reply, const SmimeIdentity *signer)
{
	return !reply || X509_cmp(reply, identity_x509(signer)) == 0 || CMS_add1_cert(cms, reply);
}

/* ---- the signature ---- */

/* CADES: the certificate that is meant is signed, too (RFC 5035), so that none with the same key
 * can take its place. KEY_PARAM: the signature says how it was made; without, one of an RSA-PSS key
 * would pass for PKCS#1 v1.5. */
static CMS_ContentInfo *sign(GBytes *text, const SmimeProtection *protection, guint flags)
{
	const SmimeIdentity *signer = protection->signer;
	g_autoptr(CMS_ContentInfo) cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	g_autoptr(X509) reply = reply_x509(protection);
	g_autoptr(BIO) bio = bio_over(text);
	CMS_SignerInfo *info =
		cms ? CMS_add1_signer(cms, identity_x509(signer), identity_key(signer),
	                              fitness_digest(identity_key(signer)),
	                              flags | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_CADES |
	                                      CMS_KEY_PARAM)
		    : NULL;
	bool ok = info && add_attributes(info, reply, protection->now_ms) &&
	          add_issuers(cms, protection) && add_reply(cms, reply, signer) &&
	          CMS_final(cms, bio, NULL, flags);

	return ok ? g_steal_pointer(&cms) : NULL;
}

GBytes *sign_data(GBytes *text, const SmimeProtection *protection, bool is_apart, GError **err)
{
	g_autoptr(CMS_ContentInfo) cms =
		sign(text, protection, CMS_BINARY | (is_apart ? CMS_DETACHED : 0));
	GError *trouble = identity_take_trouble(protection->signer);

	if (trouble) {
		ERR_clear_error();
		g_propagate_error(err, trouble);
		return NULL;
	}
	if (!cms)
		return fail_null(err, ERR_UNSUPPORTED, _("cannot sign with the key of %s: %s"),
		                 smime_identity_certificate(protection->signer)->name,
		                 openssl_reason());
	return cms_der(cms);
}
