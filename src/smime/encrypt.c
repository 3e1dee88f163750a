#include "smime/encrypt.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "smime/fitness.h"
#include "smime/openssl.h"
#include "smime/x509.h"

/* ---- whom, and with what ---- */

static void addressee_free(Addressee *addressee)
{
	X509_free(addressee->x509);
	g_free(addressee);
}

static Addressee *addressee_new(const SmimeRecipient *recipient)
{
	Addressee *addressee = g_new0(Addressee, 1);

	addressee->recipient = recipient;
	addressee->x509 = x509_of(recipient->certificate->der);
	if (addressee->x509)
		addressee->capabilities =
			capabilities_read(recipient->capabilities, addressee->x509);
	return addressee;
}

bool addressees_read_gcm(const GPtrArray *addressees)
{
	bool all = true;

	for (guint i = 0; all && i < addressees->len; i++)
		all = ((Addressee *)addressees->pdata[i])->capabilities.reads_gcm;
	return all;
}

static const EVP_CIPHER *cipher_for(const GPtrArray *addressees)
{
	return addressees_read_gcm(addressees) ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
}

static bool check(const GPtrArray *addressees, const SmimeProtection *protection, GError **err)
{
	for (guint i = 0; i < addressees->len; i++) {
		const Addressee *one = addressees->pdata[i];
		Fitness fitness = { one->recipient->certificate, one->x509, one->recipient->address,
			            USE_ENCRYPT, protection->now_ms, protection->trust };
		if (!fitness_check(&fitness, err))
			return false;
	}
	return true;
}

GPtrArray *addressees_of(const SmimeProtection *protection, GError **err)
{
	g_autoptr(GPtrArray) addressees =
		g_ptr_array_new_with_free_func((GDestroyNotify)addressee_free);
	guint count = protection->recipients ? protection->recipients->len : 0;

	if (count > LIMIT_CMS_RECIPIENTS)
		return fail_null(err, ERR_LIMIT, _("it has more recipients than a mail has"));
	for (guint i = 0; i < count; i++)
		g_ptr_array_add(addressees, addressee_new(protection->recipients->pdata[i]));
	if (!fitness_cipher_is_there(cipher_for(addressees), err) ||
	    !check(addressees, protection, err))
		return NULL;
	return g_steal_pointer(&addressees);
}

/* ---- the way to each key ---- */

static bool use_oaep(EVP_PKEY_CTX *ctx, const char *digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, digest, NULL) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, digest, NULL) > 0;
}

static bool set_way(CMS_RecipientInfo *info, const Addressee *one)
{
	EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);
	const char *digest = one->capabilities.oaep_digest;

	/* OpenSSL would derive the key with SHA-1; X9.63 it sets itself, or fails. */
	if (CMS_RecipientInfo_type(info) == CMS_RECIPINFO_AGREE)
		return ctx && EVP_PKEY_CTX_set_ecdh_kdf_md(
				      ctx, fitness_digest(X509_get0_pubkey(one->x509))) > 0;
	return !digest || (ctx && use_oaep(ctx, digest));
}

/* Of people who share one, a certificate is there once. */
static bool is_repeated(const GPtrArray *addressees, guint index)
{
	const Addressee *one = addressees->pdata[index];

	for (guint i = 0; i < index; i++)
		if (X509_cmp(((Addressee *)addressees->pdata[i])->x509, one->x509) == 0)
			return true;
	return false;
}

static bool add_all(CMS_ContentInfo *cms, const GPtrArray *addressees, GError **err)
{
	for (guint i = 0; i < addressees->len; i++) {
		const Addressee *one = addressees->pdata[i];
		if (is_repeated(addressees, i))
			continue;
		CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, one->x509, CMS_KEY_PARAM);
		if (!info || !set_way(info, one))
			return fail(err, ERR_UNSUPPORTED,
			            _("cannot encrypt with the certificate of %s: %s"),
			            one->recipient->address, openssl_reason());
	}
	return true;
}

/* ---- the envelope ---- */

/* The key that is made for it is wrapped for each recipient in the end, and fails for all or none.
 */
GBytes *encrypt_data(GBytes *text, const GPtrArray *addressees, GError **err)
{
	const EVP_CIPHER *cipher = cipher_for(addressees);
	g_autoptr(CMS_ContentInfo) cms =
		CMS_encrypt(NULL, NULL, cipher, CMS_PARTIAL | CMS_BINARY);
	g_autoptr(BIO) bio = bio_over(text);

	if (cms && !add_all(cms, addressees, err))
		return NULL;
	if (!cms || !CMS_final(cms, bio, NULL, CMS_BINARY))
		return fail_null(err, ERR_UNSUPPORTED, _("cannot encrypt with %s: %s"),
		                 EVP_CIPHER_get0_name(cipher), openssl_reason());
	return cms_der(cms);
}
