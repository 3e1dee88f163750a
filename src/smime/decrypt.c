#include "smime/decrypt.h"

#include <openssl/err.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"

enum { OLD_BLOCK_BYTES = 8, TAG_BYTES_MIN = 12 };     /* RFC 5084 1.5 for the tag */

void decrypted_clear(Decrypted *decrypted)
{
	g_clear_pointer(&decrypted->text, g_bytes_unref);
	g_clear_pointer(&decrypted->cipher, g_free);
}

/* ---- which of our keys ---- */

/* RFC 5753: one agreement may serve several recipients. */
static bool agreement_is_for(CMS_RecipientInfo *info, X509 *x509)
{
	STACK_OF(CMS_RecipientEncryptedKey) *keys = CMS_RecipientInfo_kari_get0_reks(info);

	for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); i++)
		if (CMS_RecipientEncryptedKey_cert_cmp(sk_CMS_RecipientEncryptedKey_value(keys, i),
		                                       x509) == 0)
			return true;
	return false;
}

static bool recipient_is(CMS_RecipientInfo *info, X509 *x509)
{
	switch (CMS_RecipientInfo_type(info)) {
	case CMS_RECIPINFO_TRANS:
		return CMS_RecipientInfo_ktri_cert_cmp(info, x509) == 0;
	case CMS_RECIPINFO_AGREE:
		return agreement_is_for(info, x509);
	default:
		return false;
	}
}

static bool is_recipient(CMS_ContentInfo *cms, X509 *x509)
{
	STACK_OF(CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); i++)
		if (recipient_is(sk_CMS_RecipientInfo_value(infos, i), x509))
			return true;
	return false;
}

/* ---- the text ---- */

/* NULL unless the last block, or the tag, is as it should be. */
static GBytes *read_text(BIO *chain)
{
	g_autoptr(GBytes) text = bio_drain(chain);
	BIO *cipher = BIO_find_type(chain, BIO_TYPE_CIPHER);

	return text && cipher && BIO_get_cipher_status(cipher) > 0 ? g_steal_pointer(&text) : NULL;
}

/* False for a tag so short that it can be guessed, which OpenSSL takes. */
static bool note_cipher(BIO *chain, Decrypted *decrypted)
{
	EVP_CIPHER_CTX *ctx = NULL;

	BIO_get_cipher_ctx(chain, &ctx);
	const EVP_CIPHER *cipher = ctx ? EVP_CIPHER_CTX_get0_cipher(ctx) : NULL;
	if (!cipher)
		return false;
	int nid = EVP_CIPHER_get_nid(cipher);
	decrypted->cipher = g_strdup(nid == NID_undef ? "?" : OBJ_nid2sn(nid));
	decrypted->is_authenticated = EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER;
	decrypted->is_old = EVP_CIPHER_get_block_size(cipher) == OLD_BLOCK_BYTES;
	return !decrypted->is_authenticated ||
	       EVP_CIPHER_CTX_get_tag_length(ctx) >= TAG_BYTES_MIN;
}

static bool open_with(CMS_ContentInfo *cms, const SmimeIdentity *identity, Decrypted *decrypted)
{
	X509 *x509 = identity_x509(identity);

	if (!CMS_decrypt_set1_pkey_and_peer(cms, identity_key(identity), x509, NULL))
		return false;
	g_autoptr(BIO) chain = CMS_dataInit(cms, NULL);
	return chain && note_cipher(chain, decrypted) && (decrypted->text = read_text(chain));
}

static bool open_or_tell(CMS_ContentInfo *cms, const SmimeIdentity *identity, Decrypted *decrypted,
                         GError **err)
{
	decrypted_clear(decrypted);
	ERR_clear_error();
	bool is_open = open_with(cms, identity, decrypted);
	GError *trouble = identity_take_trouble(identity);
	ERR_clear_error();
	/* Without the key, OpenSSL goes on with one of chance. */
	if (trouble) {
		g_propagate_error(err, trouble);
		return false;
	}
	return is_open ||
	       fail(err, ERR_IO,
	            _("it cannot be decrypted: it was altered, or uses what is not known here"));
}

/* Where the token of one key is not there, another may be. */
static bool open_with_any(CMS_ContentInfo *cms, const GPtrArray *identities, Decrypted *decrypted,
                          GError **err)
{
	g_autoptr(GError) why = NULL;

	for (guint i = 0; identities && i < identities->len; i++) {
		const SmimeIdentity *identity = identities->pdata[i];
		if (!is_recipient(cms, identity_x509(identity)))
			continue;
		g_clear_error(&why);
		if (open_or_tell(cms, identity, decrypted, &why))
			return true;
		if (!error_is(why, ERR_NOT_FOUND))
			break;
	}
	if (!why)
		return fail(err, ERR_NOT_FOUND, _("it is not encrypted to a key that is here"));
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

bool decrypt_open(CMS_ContentInfo *cms, const GPtrArray *identities, Decrypted *ret_decrypted,
                  GError **err)
{
	g_auto(Decrypted) decrypted = { 0 };

	if (sk_CMS_RecipientInfo_num(CMS_get0_RecipientInfos(cms)) > LIMIT_CMS_RECIPIENTS)
		return fail(err, ERR_LIMIT, _("it has more recipients than a mail has"));
	if (!open_with_any(cms, identities, &decrypted, err))
		return false;
	*ret_decrypted = decrypted;
	decrypted = (Decrypted){ 0 };
	return true;
}
