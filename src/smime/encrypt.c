#include "smime/encrypt.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "smime/capabilities.h"
#include "smime/fitness.h"
#include "smime/openssl.h"
#include "smime/x509.h"

/* ---- whom, and with what ---- */

static Capabilities capabilities_of(const SmimeRecipient *recipient)
{
	g_autoptr(X509) x509 = x509_of(recipient->certificate->der);

	return x509 ? capabilities_read(recipient->capabilities, x509) : (Capabilities){ 0 };
}

bool encrypt_is_authenticated(const SmimeProtection *protection)
{
	bool all = true;

	for (guint i = 0; all && i < protection->recipients->len; i++)
		all = capabilities_of(protection->recipients->pdata[i]).reads_gcm;
	return all;
}

static const EVP_CIPHER *cipher_for(const SmimeProtection *protection)
{
	return encrypt_is_authenticated(protection) ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
}

bool encrypt_check(const SmimeProtection *protection, GError **err)
{
	if (protection->recipients->len > LIMIT_CMS_RECIPIENTS)
		return fail(err, ERR_LIMIT, _("it has more recipients than a mail has"));
	if (!fitness_cipher_is_there(cipher_for(protection), err))
		return false;
	for (guint i = 0; i < protection->recipients->len; i++) {
		const SmimeRecipient *recipient = protection->recipients->pdata[i];
		if (!fitness_check(&(Fitness){ recipient->certificate, recipient->address,
		                               USE_ENCRYPT, protection->now_ms, protection->trust },
		                   err))
			return false;
	}
	return true;
}

/* ---- the way to each key ---- */

static bool use_oaep(EVP_PKEY_CTX *ctx, const char *digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, digest, NULL) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, digest, NULL) > 0;
}

static bool set_way(CMS_RecipientInfo *info, const EVP_PKEY *key, const char *oaep_digest)
{
	EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);

	/* OpenSSL would derive the key with SHA-1; X9.63 it sets itself, or fails. */
	if (CMS_RecipientInfo_type(info) == CMS_RECIPINFO_AGREE)
		return ctx && EVP_PKEY_CTX_set_ecdh_kdf_md(ctx, fitness_digest(key)) > 0;
	return !oaep_digest || (ctx && use_oaep(ctx, oaep_digest));
}

static bool add_recipient(CMS_ContentInfo *cms, const SmimeRecipient *recipient)
{
	g_autoptr(X509) x509 = x509_of(recipient->certificate->der);
	Capabilities capabilities = capabilities_of(recipient);
	CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, x509, CMS_KEY_PARAM);

	return info && set_way(info, X509_get0_pubkey(x509), capabilities.oaep_digest);
}

/* Of people who share one, a certificate is there once. */
static bool is_repeated(const GPtrArray *recipients, guint index)
{
	const SmimeRecipient *one = recipients->pdata[index];

	for (guint i = 0; i < index; i++)
		if (g_bytes_equal(((SmimeRecipient *)recipients->pdata[i])->certificate->der,
		                  one->certificate->der))
			return true;
	return false;
}

static bool add_recipients(CMS_ContentInfo *cms, const GPtrArray *recipients, GError **err)
{
	for (guint i = 0; i < recipients->len; i++) {
		const SmimeRecipient *recipient = recipients->pdata[i];
		if (!is_repeated(recipients, i) && !add_recipient(cms, recipient))
			return fail(err, ERR_UNSUPPORTED,
			            _("cannot encrypt with the certificate of %s: %s"),
			            recipient->address, openssl_reason());
	}
	return true;
}

/* ---- the envelope ---- */

/* The key that is made for it is wrapped for each recipient in the end, and fails for all or none.
 */
GBytes *encrypt_data(GBytes *text, const SmimeProtection *protection, GError **err)
{
	const EVP_CIPHER *cipher = cipher_for(protection);
	g_autoptr(CMS_ContentInfo) cms =
		CMS_encrypt(NULL, NULL, cipher, CMS_PARTIAL | CMS_BINARY);
	g_autoptr(BIO) bio = bio_over(text);

	if (cms && !add_recipients(cms, protection->recipients, err))
		return NULL;
	if (!cms || !CMS_final(cms, bio, NULL, CMS_BINARY))
		return fail_null(err, ERR_UNSUPPORTED, _("cannot encrypt with %s: %s"),
		                 EVP_CIPHER_get0_name(cipher), openssl_reason());
	return cms_der(cms);
}
