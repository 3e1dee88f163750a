#include "vault/aead.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/i18n.h"

/* Two contexts with the key schedule done; each use sets the nonce only. */
struct Aead {
	EVP_CIPHER_CTX *seal, *open;
};

Aead *aead_new(const Secret *key, GError **err)
{
	g_autoptr(Aead) aead = g_new0(Aead, 1);
	const uint8_t *bytes = secret_bytes(key);

	g_assert(secret_len(key) == AEAD_KEY_BYTES);
	aead->seal = EVP_CIPHER_CTX_new();
	aead->open = EVP_CIPHER_CTX_new();
	if (!aead->seal || !aead->open ||
	    EVP_EncryptInit_ex(aead->seal, EVP_aes_256_gcm(), NULL, bytes, NULL) != 1 ||
	    EVP_DecryptInit_ex(aead->open, EVP_aes_256_gcm(), NULL, bytes, NULL) != 1)
		return fail_null(err, ERR_IO, _("OpenSSL cannot start AES-256-GCM"));
	return g_steal_pointer(&aead);
}

void aead_free(Aead *aead)
{
	if (!aead)
		return;
	EVP_CIPHER_CTX_free(aead->seal);
	EVP_CIPHER_CTX_free(aead->open);
	g_free(aead);
}

/* From the kernel each time: a cloned machine or a forked process must never repeat a nonce. */
static bool fill_random(uint8_t *bytes, size_t len)
{
	ssize_t n;

	do
		n = getrandom(bytes, len, 0);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

bool aead_seal(Aead *aead, AeadShape shape, const uint8_t *plain, uint8_t *ret_cipher,
               uint8_t ret_nonce_tag[AEAD_NONCE_BYTES + AEAD_TAG_BYTES])
{
	EVP_CIPHER_CTX *ctx = aead->seal;
	uint8_t *tag = ret_nonce_tag + AEAD_NONCE_BYTES;
	int n;

	return fill_random(ret_nonce_tag, AEAD_NONCE_BYTES) &&
	       EVP_EncryptInit_ex(ctx, NULL, NULL, NULL, ret_nonce_tag) == 1 &&
	       EVP_EncryptUpdate(ctx, NULL, &n, shape.bound, (int)shape.bound_len) == 1 &&
	       EVP_EncryptUpdate(ctx, ret_cipher, &n, plain, (int)shape.text_len) == 1 &&
	       EVP_EncryptFinal_ex(ctx, ret_cipher + n, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_BYTES, tag) == 1;
}

bool aead_open(Aead *aead, AeadShape shape, const uint8_t *cipher, uint8_t *ret_plain,
               const uint8_t nonce_tag[AEAD_NONCE_BYTES + AEAD_TAG_BYTES])
{
	EVP_CIPHER_CTX *ctx = aead->open;
	uint8_t tag[AEAD_TAG_BYTES];
	int n;

	memcpy(tag, nonce_tag + AEAD_NONCE_BYTES, sizeof tag);
	return EVP_DecryptInit_ex(ctx, NULL, NULL, NULL, nonce_tag) == 1 &&
	       EVP_DecryptUpdate(ctx, NULL, &n, shape.bound, (int)shape.bound_len) == 1 &&
	       EVP_DecryptUpdate(ctx, ret_plain, &n, cipher, (int)shape.text_len) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_BYTES, tag) == 1 &&
	       EVP_DecryptFinal_ex(ctx, ret_plain + n, &n) == 1;
}

/* HKDF's info: the label, a zero byte, the number. */
static GBytes *info_of(KeyUse use)
{
	size_t label_len = strlen(use.label) + 1;
	uint8_t *info = g_malloc(label_len + 4);

	memcpy(info, use.label, label_len);
	be32_put(info + label_len, use.number);
	return g_bytes_new_take(info, label_len + 4);
}

static OSSL_PARAM octets(const char *key, GBytes *bytes)
{
	size_t len;
	const void *data = g_bytes_get_data(bytes, &len);

	return OSSL_PARAM_construct_octet_string(key, (void *)data, len);
}

static bool run_hkdf(const Secret *root, GBytes *salt, GBytes *info,
                     uint8_t ret_key[AEAD_KEY_BYTES])
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret_bytes(root),
		                                  secret_len(root)),
		octets(OSSL_KDF_PARAM_SALT, salt),
		octets(OSSL_KDF_PARAM_INFO, info),
		OSSL_PARAM_construct_end(),
	};
	bool ok = ctx && EVP_KDF_derive(ctx, ret_key, AEAD_KEY_BYTES, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok;
}

Secret *aead_derive(const Secret *root, GBytes *salt, KeyUse use, GError **err)
{
	g_autoptr(GBytes) info = info_of(use);
	uint8_t key[AEAD_KEY_BYTES];

	if (!run_hkdf(root, salt, info, key))
		return fail_null(err, ERR_IO, _("OpenSSL cannot derive the key \"%s\""), use.label);
	Secret *secret = secret_new(key, sizeof key);
	secret_wipe(key, sizeof key);
	return secret;
}

void aead_mac(const Secret *key, const uint8_t *bytes, size_t len, uint8_t ret_mac[AEAD_MAC_BYTES])
{
	unsigned n = 0;

	/* It can fail only without memory, and then nothing of ours goes on. */
	if (!HMAC(EVP_sha256(), secret_bytes(key), (int)secret_len(key), bytes, len, ret_mac, &n) ||
	    n != AEAD_MAC_BYTES)
		g_error("OpenSSL cannot compute HMAC-SHA-256");
}
