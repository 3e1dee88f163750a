#include "smime/identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "smime/decrypt.h"
#include "smime/openssl.h"
#include "smime/rounds.h"
#include "smime/x509.h"

struct SmimeIdentity {
	gint         refs;
	X509        *x509;
	EVP_PKEY    *key;
	TokenKey    *token;           /* where the key is; NULL: here */
	Certificate *certificate;
};

SmimeIdentity *smime_identity_ref(SmimeIdentity *identity)
{
	g_atomic_int_inc(&identity->refs);
	return identity;
}

void smime_identity_unref(SmimeIdentity *identity)
{
	if (!identity || !g_atomic_int_dec_and_test(&identity->refs))
		return;
	X509_free(identity->x509);
	EVP_PKEY_free(identity->key);
	token_key_unref(identity->token);
	certificate_free(identity->certificate);
	g_free(identity);
}

const Certificate *smime_identity_certificate(const SmimeIdentity *identity)
{
	return identity->certificate;
}

X509     *identity_x509(const SmimeIdentity *identity) { return identity->x509; }
EVP_PKEY *identity_key(const SmimeIdentity *identity)  { return identity->key; }

static GPtrArray *identities_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)smime_identity_unref);
}

static SmimeIdentity *identity_new(EVP_PKEY *key, X509 *x509)
{
	SmimeIdentity *identity = g_new0(SmimeIdentity, 1);

	EVP_PKEY_up_ref(key);
	X509_up_ref(x509);
	identity->refs = 1;
	identity->key = key;
	identity->x509 = x509;
	identity->certificate = x509_read(x509);
	return identity;
}

SmimeIdentity *identity_on_token(X509 *x509, EVP_PKEY *pair, TokenKey *token)
{
	SmimeIdentity *identity = identity_new(pair, x509);

	identity->token = token_key_ref(token);
	return identity;
}

bool smime_identity_is_on_token(const SmimeIdentity *identity)
{
	return identity->token != NULL;
}

GError *identity_take_trouble(const SmimeIdentity *identity)
{
	return identity->token ? token_key_take_trouble(identity->token) : NULL;
}

/* ---- as it is kept ---- */

static EVP_PKEY *key_of(const Secret *pkcs8)
{
	const unsigned char *at = secret_bytes(pkcs8);

	return d2i_AutoPrivateKey(NULL, &at, (long)secret_len(pkcs8));
}

SmimeIdentity *smime_identity_new(GBytes *certificate, const Secret *key, GError **err)
{
	g_autoptr(X509) x509 = x509_of(certificate);
	g_autoptr(EVP_PKEY) private = key_of(key);
	bool is_pair = x509 && private && X509_check_private_key(x509, private);

	ERR_clear_error();
	return is_pair ? identity_new(private, x509)
	               : fail_null(err, ERR_CONFIG, _("a private key and its certificate do not "
	                                              "belong together, or are damaged"));
}

Secret *smime_identity_export_key(const SmimeIdentity *identity, GError **err)
{
	PKCS8_PRIV_KEY_INFO *info = identity->token ? NULL : EVP_PKEY2PKCS8(identity->key);
	unsigned char *der = NULL;
	int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	Secret *secret = len > 0 ? secret_new(der, (size_t)len) : NULL;

	OPENSSL_clear_free(der, (size_t)MAX(len, 0));
	PKCS8_PRIV_KEY_INFO_free(info);
	ERR_clear_error();
	return secret ? secret
	              : fail_null(err, ERR_UNSUPPORTED,
	                          _("the private key of %s cannot be taken out"),
	                          identity->certificate->name);
}

static bool wrong_password(GError **err, const Secret *password)
{
	ERR_clear_error();
	return fail(err, ERR_SIGN_IN, "%s",
	            password ? _("the password does not open the file of keys")
	                     : _("the file of keys has a password, which is needed"));
}

static bool too_much_work(GError **err)
{
	ERR_clear_error();
	return fail(err, ERR_LIMIT,
	            _("its password takes more work to try than that of any honest file"));
}

static bool no_identity(GError **err)
{
	ERR_clear_error();
	return fail(err, ERR_CONFIG, _("it holds no private key with its certificate"));
}

/* ---- PEM ---- */

typedef struct { const Secret *password; bool was_asked; } Asked;

static int give_password(char *buffer, int size, int is_for_writing, void *data)
{
	Asked *asked = data;
	(void)is_for_writing;

	asked->was_asked = true;
	if (!asked->password || secret_len(asked->password) > (size_t)size)
		return -1;
	memcpy(buffer, secret_bytes(asked->password), secret_len(asked->password));
	return (int)secret_len(asked->password);
}

/* The keys of @keys with their certificates, and what remains of these. */
static void pair(SmimeKeyFile *file, const GPtrArray *keys, CertificateStack *certificates)
{
	for (int i = 0; i < sk_X509_num(certificates); i++) {
		X509 *x509 = sk_X509_value(certificates, i);
		guint j = 0;
		while (j < keys->len && !X509_check_private_key(x509, keys->pdata[j]))
			j++;
		if (j < keys->len)
			g_ptr_array_add(file->identities, identity_new(keys->pdata[j], x509));
		else
			g_ptr_array_add(file->others, x509_read(x509));
	}
	ERR_clear_error();
}

static GPtrArray *read_keys(GBytes *pem, Asked *asked)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func((GDestroyNotify)EVP_PKEY_free);
	g_autoptr(BIO) bio = bio_over(pem);
	EVP_PKEY *key;

	while ((key = PEM_read_bio_PrivateKey(bio, NULL, give_password, asked)))
		g_ptr_array_add(keys, key);
	ERR_clear_error();
	return keys;
}

static bool pem_is_affordable(GBytes *pem)
{
	Rounds rounds = { LIMIT_KEY_FILE_ROUNDS };
	g_autoptr(BIO) bio = bio_over(pem);
	X509_SIG *locked;

	while ((locked = PEM_read_bio_PKCS8(bio, NULL, NULL, NULL))) {
		const X509_ALGOR *algorithm;
		X509_SIG_get0(locked, &algorithm, NULL);
		rounds_take(&rounds, algorithm);
		X509_SIG_free(locked);
	}
	ERR_clear_error();
	return rounds.left >= 0;
}

static bool read_pem(GBytes *pem, const Secret *password, SmimeKeyFile *file, GError **err)
{
	Asked asked = { .password = password };
	if (!pem_is_affordable(pem))
		return too_much_work(err);
	g_autoptr(GPtrArray) keys = read_keys(pem, &asked);
	g_autoptr(CertificateStack) certificates = sk_X509_new_null();
	g_autoptr(BIO) bio = bio_over(pem);
	X509 *x509;

	if (!keys->len && asked.was_asked)
		return wrong_password(err, password);
	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		sk_X509_push(certificates, x509);
	pair(file, keys, certificates);
	return file->identities->len || no_identity(err);
}

/* ---- PKCS#12 ---- */

/* What is opened with the old ciphers has a library context of its own, and nothing else does. */
typedef struct {
	OSSL_LIB_CTX  *context;
	OSSL_PROVIDER *legacy, *usual;
} OldCiphers;

static bool old_ciphers_load(OldCiphers *old)
{
	old->context = OSSL_LIB_CTX_new();
	old->legacy = OSSL_PROVIDER_load(old->context, "legacy");
	old->usual = OSSL_PROVIDER_load(old->context, "default");
	return old->legacy && old->usual;
}

static void old_ciphers_unload(OldCiphers *old)
{
	if (old->legacy)
		OSSL_PROVIDER_unload(old->legacy);
	if (old->usual)
		OSSL_PROVIDER_unload(old->usual);
	OSSL_LIB_CTX_free(old->context);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OldCiphers, old_ciphers_unload)

static PKCS12 *decode(GBytes *file, OSSL_LIB_CTX *context)
{
	gsize len;
	const unsigned char *at = g_bytes_get_data(file, &len);
	PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, context, NULL);

	/* On failure it is freed and NULL. */
	d2i_PKCS12(&p12, &at, (long)len);
	return p12;
}

/* The password is checked in two forms. */
static bool take_mac(Rounds *rounds, const PKCS12 *p12)
{
	const ASN1_INTEGER *count = NULL;

	PKCS12_get0_mac(NULL, NULL, NULL, &count, p12);
	return rounds_take_count(rounds, count) && rounds_take_count(rounds, count);
}

/* A key without a password has either an empty one or none at all. */
static bool password_fits(PKCS12 *p12, const Secret *password, const char **ret_text)
{
	const char *text = password ? (const char *)secret_bytes(password) : "";

	*ret_text = text;
	if (!PKCS12_mac_present(p12) || PKCS12_verify_mac(p12, text, -1))
		return true;
	*ret_text = NULL;
	return !password && PKCS12_verify_mac(p12, NULL, 0);
}

typedef struct {
	OSSL_LIB_CTX     *context;
	const char       *password;
	Rounds           *rounds;
	GPtrArray        *keys;               /* of EVP_PKEY */
	CertificateStack *certificates;
} Reader;

static bool take_key(Reader *r, const PKCS8_PRIV_KEY_INFO *info)
{
	EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;

	if (key)
		g_ptr_array_add(r->keys, key);
	return key != NULL;
}

static bool take_locked_key(Reader *r, const PKCS12_SAFEBAG *bag)
{
	const X509_SIG *locked = PKCS12_SAFEBAG_get0_pkcs8(bag);
	const X509_ALGOR *algorithm;

	X509_SIG_get0(locked, &algorithm, NULL);
	if (!rounds_take(r->rounds, algorithm))
		return false;
	PKCS8_PRIV_KEY_INFO *info =
		PKCS12_decrypt_skey_ex(bag, r->password, r->password ? -1 : 0, r->context, NULL);
	bool ok = take_key(r, info);

	PKCS8_PRIV_KEY_INFO_free(info);
	return ok;
}

static bool take_certificate(Reader *r, const PKCS12_SAFEBAG *bag)
{
	X509 *x509 = PKCS12_SAFEBAG_get1_cert(bag);

	return x509 && sk_X509_push(r->certificates, x509);
}

/* Only what is a key or a certificate; the rest is passed over. */
static bool take_bag(Reader *r, const PKCS12_SAFEBAG *bag)
{
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		return take_key(r, PKCS12_SAFEBAG_get0_p8inf(bag));
	case NID_pkcs8ShroudedKeyBag:
		return take_locked_key(r, bag);
	case NID_certBag:
		return PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate ||
		       take_certificate(r, bag);
	default:
		return true;
	}
}

/* Of what is no safe, OpenSSL makes nothing. */
static bool safe_is_affordable(const PKCS7 *safe, Rounds *rounds)
{
	const PKCS7_ENCRYPT *locked = safe->d.encrypted;

	return !locked || !locked->enc_data || rounds_take(rounds, locked->enc_data->algorithm);
}

static bool take_safe(Reader *r, PKCS7 *safe)
{
	bool is_locked = OBJ_obj2nid(safe->type) == NID_pkcs7_encrypted;
	if (is_locked && !safe_is_affordable(safe, r->rounds))
		return false;
	STACK_OF(PKCS12_SAFEBAG) *bags =
		is_locked ? PKCS12_unpack_p7encdata(safe, r->password, r->password ? -1 : 0)
			  : PKCS12_unpack_p7data(safe);
	bool ok = bags != NULL;

	for (int i = 0; ok && i < sk_PKCS12_SAFEBAG_num(bags); i++)
		ok = take_bag(r, sk_PKCS12_SAFEBAG_value(bags, i));
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return ok;
}

static bool take_safes(Reader *r, const PKCS12 *p12)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(p12);
	bool ok = safes != NULL;

	for (int i = 0; ok && i < sk_PKCS7_num(safes); i++)
		ok = take_safe(r, sk_PKCS7_value(safes, i));
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return ok;
}

/* PKCS12_parse() would stop at the first key, but many have one to sign with and one to decrypt. */
static bool parse(GBytes *bytes, OSSL_LIB_CTX *context, const char *password, Rounds *rounds,
                  SmimeKeyFile *file)
{
	g_autoptr(PKCS12) p12 = decode(bytes, context);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)EVP_PKEY_free);
	g_autoptr(CertificateStack) certificates = sk_X509_new_null();
	Reader reader = { context, password, rounds, keys, certificates };

	if (p12 && take_safes(&reader, p12))
		pair(file, keys, certificates);
	return file->identities->len > 0;
}

static bool parse_with_old_ciphers(GBytes *bytes, const char *password, Rounds *rounds,
                                   SmimeKeyFile *file)
{
	g_auto(OldCiphers) old = { 0 };

	return old_ciphers_load(&old) && parse(bytes, old.context, password, rounds, file);
}

static bool read_pkcs12(GBytes *bytes, const Secret *password, SmimeKeyFile *file, GError **err)
{
	Rounds rounds = { LIMIT_KEY_FILE_ROUNDS };
	g_autoptr(PKCS12) p12 = decode(bytes, NULL);
	const char *text;

	if (!p12)
		return no_identity(err);
	if (!take_mac(&rounds, p12))
		return too_much_work(err);
	if (!password_fits(p12, password, &text))
		return wrong_password(err, password);
	if (!parse(bytes, NULL, text, &rounds, file) && rounds.left >= 0 &&
	    !parse_with_old_ciphers(bytes, text, &rounds, file) && rounds.left >= 0)
		return PKCS12_mac_present(p12) ? no_identity(err) : wrong_password(err, password);
	if (!file->identities->len)
		return too_much_work(err);
	ERR_clear_error();
	return true;
}

/* ---- files ---- */

static bool is_pem(GBytes *file)
{
	gsize len;
	const char *data = g_bytes_get_data(file, &len);

	return len && memmem(data, len, "-----BEGIN ", 11);
}

void smime_key_file_clear(SmimeKeyFile *file)
{
	g_clear_pointer(&file->identities, g_ptr_array_unref);
	g_clear_pointer(&file->others, g_ptr_array_unref);
}

bool smime_key_file_read(GBytes *bytes, const Secret *password, SmimeKeyFile *ret_file,
                         GError **err)
{
	g_auto(SmimeKeyFile) file = { identities_new(), g_ptr_array_new_with_free_func(
								(GDestroyNotify)certificate_free) };

	if (!(is_pem(bytes) ? read_pem : read_pkcs12)(bytes, password, &file, err))
		return false;
	*ret_file = file;
	file = (SmimeKeyFile){ 0 };
	return true;
}

GPtrArray *smime_identities_read(GBytes *bytes, const Secret *password, GError **err)
{
	g_auto(SmimeKeyFile) file = { 0 };

	return smime_key_file_read(bytes, password, &file, err) ? g_steal_pointer(&file.identities)
	                                                        : NULL;
}
