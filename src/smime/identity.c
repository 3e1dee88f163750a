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

struct SmimeIdentity {
	X509     *x509;
	EVP_PKEY *key;
};

static void identity_free(SmimeIdentity *identity)
{
	X509_free(identity->x509);
	EVP_PKEY_free(identity->key);
	g_free(identity);
}

X509     *identity_x509(const SmimeIdentity *identity) { return identity->x509; }
EVP_PKEY *identity_key(const SmimeIdentity *identity)  { return identity->key; }

static GPtrArray *identities_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)identity_free);
}

static void add_identity(GPtrArray *identities, EVP_PKEY *key, X509 *x509)
{
	SmimeIdentity *identity = g_new0(SmimeIdentity, 1);

	EVP_PKEY_up_ref(key);
	X509_up_ref(x509);
	identity->key = key;
	identity->x509 = x509;
	g_ptr_array_add(identities, identity);
}

static void *wrong_password(GError **err, const Secret *password)
{
	ERR_clear_error();
	return fail_null(err, ERR_SIGN_IN, "%s",
	                 password ? _("the password does not open the file of keys")
	                          : _("the file of keys has a password, which is needed"));
}

static void *no_identity(GError **err)
{
	ERR_clear_error();
	return fail_null(err, ERR_CONFIG, _("it holds no private key with its certificate"));
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

static void pair(GPtrArray *identities, const GPtrArray *keys, CertificateStack *certificates)
{
	for (guint i = 0; i < keys->len; i++)
		for (int j = 0; j < sk_X509_num(certificates); j++)
			if (X509_check_private_key(sk_X509_value(certificates, j),
			                           keys->pdata[i]))
				add_identity(identities, keys->pdata[i],
				             sk_X509_value(certificates, j));
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

static GPtrArray *read_pem(GBytes *pem, const Secret *password, GError **err)
{
	Asked asked = { .password = password };
	g_autoptr(GPtrArray) identities = identities_new();
	g_autoptr(GPtrArray) keys = read_keys(pem, &asked);
	g_autoptr(CertificateStack) certificates = sk_X509_new_null();
	g_autoptr(BIO) bio = bio_over(pem);
	X509 *x509;

	if (!keys->len && asked.was_asked)
		return wrong_password(err, password);
	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		sk_X509_push(certificates, x509);
	pair(identities, keys, certificates);
	return identities->len ? g_steal_pointer(&identities) : no_identity(err);
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

/* A file of a stranger's must not keep us busy for hours. */
static bool is_affordable(const PKCS12 *p12)
{
	const ASN1_INTEGER *rounds = NULL;

	PKCS12_get0_mac(NULL, NULL, NULL, &rounds, p12);
	return !rounds || ASN1_INTEGER_get(rounds) <= LIMIT_KEY_FILE_ROUNDS;
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

typedef struct { EVP_PKEY *key; X509 *x509; CertificateStack *others; } Contents;

static void contents_clear(Contents *contents)
{
	EVP_PKEY_free(contents->key);
	X509_free(contents->x509);
	certificate_stack_free(contents->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Contents, contents_clear)

/* A key belongs to the library context it was read in; through its bytes it leaves that. */
static EVP_PKEY *to_usual_context(const EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PrivateKey(key, &der);
	const unsigned char *at = der;
	EVP_PKEY *copy = len > 0 ? d2i_AutoPrivateKey(NULL, &at, len) : NULL;

	if (len > 0)
		OPENSSL_clear_free(der, (size_t)len);
	return copy;
}

static X509 *to_usual_context_x509(const X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	const unsigned char *at = der;
	X509 *copy = len > 0 ? d2i_X509(NULL, &at, len) : NULL;

	OPENSSL_free(der);
	return copy;
}

static bool take_contents(GPtrArray *identities, const Contents *contents)
{
	if (!contents->key || !contents->x509)
		return false;
	g_autoptr(EVP_PKEY) key = to_usual_context(contents->key);
	g_autoptr(X509) x509 = to_usual_context_x509(contents->x509);
	if (!key || !x509)
		return false;
	add_identity(identities, key, x509);
	return true;
}

static bool parse(GBytes *file, OSSL_LIB_CTX *context, const char *password, GPtrArray *identities)
{
	g_autoptr(PKCS12) p12 = decode(file, context);
	g_auto(Contents) contents = { 0 };

	return p12 &&
	       PKCS12_parse(p12, password, &contents.key, &contents.x509, &contents.others) &&
	       take_contents(identities, &contents);
}

static bool parse_with_old_ciphers(GBytes *file, const char *password, GPtrArray *identities)
{
	g_auto(OldCiphers) old = { 0 };

	return old_ciphers_load(&old) && parse(file, old.context, password, identities);
}

static GPtrArray *read_pkcs12(GBytes *file, const Secret *password, GError **err)
{
	g_autoptr(GPtrArray) identities = identities_new();
	g_autoptr(PKCS12) p12 = decode(file, NULL);
	const char *text;

	if (!p12 || !is_affordable(p12))
		return no_identity(err);
	if (!password_fits(p12, password, &text))
		return wrong_password(err, password);
	if (!parse(file, NULL, text, identities) &&
	    !parse_with_old_ciphers(file, text, identities))
		return no_identity(err);
	ERR_clear_error();
	return g_steal_pointer(&identities);
}

static bool is_pem(GBytes *file)
{
	gsize len;
	const char *data = g_bytes_get_data(file, &len);

	return len && memmem(data, len, "-----BEGIN ", 11);
}

GPtrArray *smime_identities_read(GBytes *file, const Secret *password, GError **err)
{
	return is_pem(file) ? read_pem(file, password, err) : read_pkcs12(file, password, err);
}
