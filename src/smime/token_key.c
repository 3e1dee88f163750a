/*
 * OpenSSL 3.0 has keys that are elsewhere by a provider, by an engine, or by methods of a key of
 * its own. Debian 12 has no provider for PKCS#11; its engine is one object for the whole process,
 * and hides when a PIN is tried. The methods are few, and deprecated without a successor of their
 * size.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "smime/token_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"

struct TokenKey {
	gint      refs;
	Cryptoki *cryptoki;
	Token    *token;
	GBytes   *id;
	GMutex    lock;
	GError   *trouble;
};

TokenKey *token_key_new(Cryptoki *cryptoki, Token *token, GBytes *id)
{
	TokenKey *key = g_new0(TokenKey, 1);

	key->refs = 1;
	key->cryptoki = cryptoki_ref(cryptoki);
	key->token = token;
	key->id = g_bytes_ref(id);
	g_mutex_init(&key->lock);
	return key;
}

TokenKey *token_key_ref(TokenKey *key)
{
	g_atomic_int_inc(&key->refs);
	return key;
}

void token_key_unref(TokenKey *key)
{
	if (!key || !g_atomic_int_dec_and_test(&key->refs))
		return;
	cryptoki_unref(key->cryptoki);
	g_bytes_unref(key->id);
	g_clear_error(&key->trouble);
	g_mutex_clear(&key->lock);
	g_free(key);
}

GError *token_key_take_trouble(TokenKey *key)
{
	g_mutex_lock(&key->lock);
	GError *trouble = g_steal_pointer(&key->trouble);
	g_mutex_unlock(&key->lock);
	return trouble;
}

/* ---- the token's work ---- */

/* What happens before a text is touched may be told of it. */
static bool may_be_told(const TokenUse *use, const GError *why)
{
	bool is_signing = use->kind == TOKEN_SIGN_RSA || use->kind == TOKEN_SIGN_ECDSA;

	return is_signing || !error_is(why, ERR_IO);
}

/* Takes @why. */
static void note(TokenKey *key, const TokenUse *use, GError *why)
{
	g_mutex_lock(&key->lock);
	g_clear_error(&key->trouble);
	if (may_be_told(use, why))
		key->trouble = g_steal_pointer(&why);
	g_mutex_unlock(&key->lock);
	g_clear_error(&why);
}

static bool use_key(TokenKey *key, TokenUse *use, uint8_t *out, size_t *len)
{
	GError *why = NULL;

	use->id = key->id;
	if (token_use(key->token, use, out, len, &why))
		return true;
	note(key, use, why);
	return false;
}

/* ---- how OpenSSL holds it ---- */

static void free_key(void *parent, void *key, CRYPTO_EX_DATA *all, int index, long arg, void *data)
{
	(void)parent, (void)all, (void)index, (void)arg, (void)data;
	token_key_unref(key);
}

static int copy_key(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **key, int index, long arg,
                    void *data)
{
	(void)to, (void)from, (void)index, (void)arg, (void)data;
	if (*key)
		token_key_ref(*key);
	return 1;
}

typedef struct {
	RSA_METHOD    *rsa;
	EC_KEY_METHOD *ec;
	int            rsa_index, ec_index;      /* where a TokenKey hangs */
} Methods;

static const Methods *methods(void);

/* ---- RSA ---- */

static TokenKey *key_of_rsa(const RSA *rsa)
{
	return RSA_get_ex_data(rsa, methods()->rsa_index);
}

static int sign_rsa(int len, const unsigned char *from, unsigned char *to, RSA *rsa, int padding)
{
	TokenUse use = { .kind = TOKEN_SIGN_RSA, .in = from, .in_len = (size_t)len };
	size_t size = (size_t)RSA_size(rsa);

	return padding == RSA_PKCS1_PADDING && use_key(key_of_rsa(rsa), &use, to, &size) ? (int)size
	                                                                               : -1;
}

/* A raw result may come without its leading zeros. */
static int pad_left(unsigned char *to, size_t len, size_t size)
{
	memmove(to + size - len, to, len);
	memset(to, 0, size - len);
	return (int)size;
}

static int decrypt_rsa(int len, const unsigned char *from, unsigned char *to, RSA *rsa, int padding)
{
	bool is_raw = padding == RSA_NO_PADDING;
	TokenUse use = { .kind = is_raw ? TOKEN_DECRYPT_RAW : TOKEN_DECRYPT_RSA,
		         .in = from,
		         .in_len = (size_t)len };
	size_t size = (size_t)RSA_size(rsa), n = size;

	if (!(is_raw || padding == RSA_PKCS1_PADDING) || !use_key(key_of_rsa(rsa), &use, to, &n))
		return -1;
	return is_raw ? pad_left(to, n, size) : (int)n;
}

static EVP_PKEY *rsa_pair(TokenKey *key, const EVP_PKEY *public)
{
	BIGNUM *n = NULL, *e = NULL;
	RSA *rsa = RSA_new();
	g_autoptr(EVP_PKEY) pair = EVP_PKEY_new();

	RSA_set_method(rsa, methods()->rsa);
	RSA_set_ex_data(rsa, methods()->rsa_index, token_key_ref(key));
	EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &n);
	EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_E, &e);
	if (RSA_set0_key(rsa, n, e, NULL) && EVP_PKEY_assign_RSA(pair, rsa))
		return g_steal_pointer(&pair);
	RSA_free(rsa);
	return NULL;
}

/* ---- elliptic curves ---- */

static TokenKey *key_of_ec(const EC_KEY *ec)
{
	return EC_KEY_get_ex_data(ec, methods()->ec_index);
}

static ECDSA_SIG *sign_ec(const unsigned char *digest, int len, const BIGNUM *kinv,
                          const BIGNUM *r, EC_KEY *ec)
{
	enum { SIGNATURE_MAX = 2 * 66 };      /* P-521 */
	TokenUse use = { .kind = TOKEN_SIGN_ECDSA, .in = digest, .in_len = (size_t)len };
	uint8_t out[SIGNATURE_MAX];
	size_t n = sizeof out;
	(void)kinv, (void)r;

	if (!use_key(key_of_ec(ec), &use, out, &n) || n % 2)
		return NULL;
	int half = (int)n / 2;
	ECDSA_SIG *signature = ECDSA_SIG_new();
	ECDSA_SIG_set0(signature, BN_bin2bn(out, half, NULL), BN_bin2bn(out + half, half, NULL));
	return signature;
}

/* PKCS#11 2.40, 2.3.5: the point as it is; older modules want it as a DER OCTET STRING. A PIN that is
 * wrong is not asked for again by that. */
static bool agree_on(TokenKey *key, TokenUse *use, uint8_t *secret)
{
	enum { OCTET_STRING = 4, SHORT_FORM = 0x7f, LONG_FORM = 0x81 };
	g_autoptr(GByteArray) der = g_byte_array_new();
	const uint8_t head[] = { OCTET_STRING, LONG_FORM, (uint8_t)use->in_len };
	size_t n = use->out_len;
	GError *why = NULL;

	use->id = key->id;
	if (token_use(key->token, use, secret, &n, &why))
		return n == use->out_len;
	if (!error_is(why, ERR_IO)) {
		note(key, use, why);
		return false;
	}
	g_clear_error(&why);
	g_byte_array_append(der, head, use->in_len > SHORT_FORM ? 2 : 1);
	g_byte_array_append(der, head + 2, 1);
	g_byte_array_append(der, use->in, (guint)use->in_len);
	use->in = der->data;
	use->in_len = der->len;
	n = use->out_len;
	return use_key(key, use, secret, &n) && n == use->out_len;
}

static int agree_ec(unsigned char **ret_secret, size_t *ret_len, const EC_POINT *peer,
                    const EC_KEY *ec)
{
	const EC_GROUP *group = EC_KEY_get0_group(ec);
	size_t size = ((size_t)EC_GROUP_get_degree(group) + 7) / 8;
	unsigned char *point = NULL;
	size_t len = EC_POINT_point2buf(group, peer, POINT_CONVERSION_UNCOMPRESSED, &point, NULL);
	TokenUse use = { .kind = TOKEN_AGREE, .in = point, .in_len = len, .out_len = size };
	uint8_t *secret = OPENSSL_malloc(size);
	bool ok = point && secret && agree_on(key_of_ec(ec), &use, secret);

	OPENSSL_free(point);
	if (!ok) {
		OPENSSL_free(secret);
		return 0;
	}
	*ret_secret = secret;
	*ret_len = size;
	return 1;
}

static EVP_PKEY *ec_pair(TokenKey *key, EVP_PKEY *public)
{
	EC_KEY *of_public = EVP_PKEY_get1_EC_KEY(public), *ec = EC_KEY_new();
	g_autoptr(EVP_PKEY) pair = EVP_PKEY_new();
	bool ok = of_public && EC_KEY_set_group(ec, EC_KEY_get0_group(of_public)) &&
	          EC_KEY_set_public_key(ec, EC_KEY_get0_public_key(of_public)) &&
	          EC_KEY_set_method(ec, methods()->ec) &&
	          EC_KEY_set_ex_data(ec, methods()->ec_index, token_key_ref(key)) &&
	          EVP_PKEY_assign_EC_KEY(pair, ec);

	EC_KEY_free(of_public);
	if (!ok)
		EC_KEY_free(ec);
	return ok ? g_steal_pointer(&pair) : NULL;
}

/* ---- methods ---- */

static gpointer make_methods(gpointer unused)
{
	Methods *made = g_new0(Methods, 1);
	int (*sign_any)(int, const unsigned char *, int, unsigned char *, unsigned int *,
	                const BIGNUM *, const BIGNUM *, EC_KEY *);
	int (*set_up)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **);
	(void)unused;

	made->rsa = RSA_meth_dup(RSA_get_default_method());
	RSA_meth_set1_name(made->rsa, "PKCS#11");
	RSA_meth_set_priv_enc(made->rsa, sign_rsa);
	RSA_meth_set_priv_dec(made->rsa, decrypt_rsa);
	made->ec = EC_KEY_METHOD_new(EC_KEY_get_default_method());
	EC_KEY_METHOD_get_sign(made->ec, &sign_any, &set_up, NULL);
	EC_KEY_METHOD_set_sign(made->ec, sign_any, set_up, sign_ec);
	EC_KEY_METHOD_set_compute_key(made->ec, agree_ec);
	made->rsa_index = RSA_get_ex_new_index(0, NULL, NULL, copy_key, free_key);
	made->ec_index = EC_KEY_get_ex_new_index(0, NULL, NULL, copy_key, free_key);
	return made;
}

static const Methods *methods(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_methods, NULL);
}

EVP_PKEY *token_key_pair(TokenKey *key, X509 *x509)
{
	EVP_PKEY *public = X509_get0_pubkey(x509);
	EVP_PKEY *pair = NULL;

	if (public && EVP_PKEY_is_a(public, "RSA"))
		pair = rsa_pair(key, public);
	else if (public && EVP_PKEY_is_a(public, "EC"))
		pair = ec_pair(key, public);
	ERR_clear_error();
	return pair;
}
