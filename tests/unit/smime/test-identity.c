#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

#include "base/error.h"
#include "support/lab.h"

static LabPerson *ada;

static GBytes *to_pfx(const char *password, int key_cipher, int certificate_cipher)
{
	OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(context, "legacy"), *usual = OSSL_PROVIDER_load(context, "default");
	PKCS12 *p12 = PKCS12_create_ex(password, "ada", ada->key, ada->x509, NULL, key_cipher, certificate_cipher, 0, 0, 0, context, NULL);
	unsigned char *der = NULL;

	g_assert_true(legacy && usual);
	g_assert_nonnull(p12);
	int len = i2d_PKCS12(p12, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	PKCS12_free(p12);
	OSSL_PROVIDER_unload(legacy);
	OSSL_PROVIDER_unload(usual);
	OSSL_LIB_CTX_free(context);
	return bytes;
}

static void add_person(STACK_OF(PKCS12_SAFEBAG) **certificates, STACK_OF(PKCS12_SAFEBAG) **keys, const LabPerson *person)
{
	PKCS12_add_cert(certificates, person->x509);
	PKCS12_add_key_ex(keys, person->key, 0, 1000, NID_aes_256_cbc, "s3cret", NULL, NULL);
}

/* One key to sign with and one to decrypt, as a card's or an authority's backup has them. */
static GBytes *two_in_one(const LabPerson *a, const LabPerson *b, bool has_mac)
{
	STACK_OF(PKCS12_SAFEBAG) *certificates = NULL, *keys = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	unsigned char *der = NULL;

	add_person(&certificates, &keys, a);
	add_person(&certificates, &keys, b);
	PKCS12_add_safe_ex(&safes, certificates, NID_aes_256_cbc, 1000, "s3cret", NULL, NULL);
	PKCS12_add_safe_ex(&safes, keys, -1, 0, NULL, NULL, NULL);
	PKCS12 *p12 = PKCS12_add_safes(safes, 0);
	if (has_mac)
		PKCS12_set_mac(p12, "s3cret", -1, NULL, 0, 1000, EVP_sha256());
	int len = i2d_PKCS12(p12, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(certificates, PKCS12_SAFEBAG_free);
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	return bytes;
}

/* A locked key that takes 2^30 rounds to try, or 2^32 steps; what is in it nobody will ever see. */
static X509_SIG *costly_key(bool is_scrypt)
{
	guint8 salt[8] = { 1 }, iv[16] = { 2 };
	X509_SIG *locked = X509_SIG_new();
	X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *content;
	X509_ALGOR *work = is_scrypt ? PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, 8, iv, 1 << 15, 1, 1 << 17)
	                             : PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 1 << 30, salt, 8, iv, NID_hmacWithSHA256);

	g_assert_nonnull(work);
	X509_SIG_getm(locked, &algorithm, &content);
	X509_ALGOR_copy(algorithm, work);
	ASN1_OCTET_STRING_set(content, (const guint8 *)"0123456789abcdef", 16);
	X509_ALGOR_free(work);
	return locked;
}

static GBytes *costly_pem(bool is_scrypt)
{
	X509_SIG *locked = costly_key(is_scrypt);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;

	PEM_write_bio_PKCS8(bio, locked);
	PEM_write_bio_X509(bio, ada->x509);
	long len = BIO_get_mem_data(bio, &text);
	GBytes *bytes = g_bytes_new(text, (gsize)len);
	X509_SIG_free(locked);
	BIO_free(bio);
	return bytes;
}

static GBytes *costly_pfx(void)
{
	STACK_OF(PKCS12_SAFEBAG) *keys = sk_PKCS12_SAFEBAG_new_null();
	STACK_OF(PKCS7) *safes = NULL;
	unsigned char *der = NULL;

	sk_PKCS12_SAFEBAG_push(keys, PKCS12_SAFEBAG_create0_pkcs8(costly_key(false)));
	PKCS12_add_safe_ex(&safes, keys, -1, 0, NULL, NULL, NULL);
	PKCS12 *p12 = PKCS12_add_safes(safes, 0);
	int len = i2d_PKCS12(p12, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	return bytes;
}

static Secret *secret_of(const char *password)
{
	return password ? secret_new(password, strlen(password)) : NULL;
}

static GPtrArray *read_with(GBytes *file, const char *password, GError **err)
{
	g_autoptr(Secret) secret = secret_of(password);

	return smime_identities_read(file, secret, err);
}

static void test_opens(void)
{
	g_autoptr(GBytes) pem = lab_pem_identity(ada, NULL), locked_pem = lab_pem_identity(ada, "s3cret"),
			  pfx = to_pfx("s3cret", 0, 0), open_pfx = to_pfx(NULL, 0, 0), empty_pfx = to_pfx("", 0, 0),
			  triple_des = to_pfx("s3cret", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And3_Key_TripleDES_CBC),
			  rc2 = to_pfx("s3cret", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And40BitRC2_CBC);
	const struct { const char *why; GBytes *file; const char *password; } rows[] = {
		{ "PEM", pem, NULL },
		{ "PEM, and a password it does not need", pem, "any" },
		{ "PEM with a password", locked_pem, "s3cret" },
		{ "PKCS#12", pfx, "s3cret" },
		{ "PKCS#12 without a password", open_pfx, NULL },
		{ "PKCS#12 with an empty one", empty_pfx, NULL },
		{ "PKCS#12 with 3DES", triple_des, "s3cret" },
		{ "PKCS#12 with RC2 of 40 bits", rc2, "s3cret" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_test_message("%s", rows[i].why);
		g_autoptr(GPtrArray) found = read_with(rows[i].file, rows[i].password, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(found->len, ==, 1);
	}
}

static void test_refuses(void)
{
	g_autoptr(GBytes) costly = costly_pem(false), costly_scrypt = costly_pem(true), costly_p12 = costly_pfx();
	g_autoptr(GBytes) locked_pem = lab_pem_identity(ada, "s3cret"), pfx = to_pfx("s3cret", 0, 0), only_certificate = lab_pem(ada),
			  nothing = g_bytes_new_static("", 0), text = g_bytes_new_static("Hello", 5),
			  cut = g_bytes_new_from_bytes(pfx, 0, g_bytes_get_size(pfx) / 2);
	const struct { const char *why; GBytes *file; const char *password; ErrorKind kind; const char *says; } rows[] = {
		{ "PEM, no password", locked_pem, NULL, ERR_SIGN_IN, "has a password" },
		{ "PEM, a wrong one", locked_pem, "wrong", ERR_SIGN_IN, "does not open" },
		{ "PKCS#12, no password", pfx, NULL, ERR_SIGN_IN, "has a password" },
		{ "PKCS#12, a wrong one", pfx, "wrong", ERR_SIGN_IN, "does not open" },
		{ "no key", only_certificate, NULL, ERR_CONFIG, "no private key" },
		{ "nothing", nothing, NULL, ERR_CONFIG, "no private key" },
		{ "something else", text, NULL, ERR_CONFIG, "no private key" },
		{ "cut", cut, "s3cret", ERR_CONFIG, "no private key" },
		{ "PEM that takes hours", costly, "s3cret", ERR_LIMIT, "more work" },
		{ "PEM that takes hours by scrypt", costly_scrypt, "s3cret", ERR_LIMIT, "more work" },
		{ "PKCS#12 that takes hours", costly_p12, "s3cret", ERR_LIMIT, "more work" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_null(read_with(rows[i].file, rows[i].password, &error));
		g_assert_error(error, POSTERN_ERROR, (int)rows[i].kind);
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

static void test_two_keys_in_one_file(void)
{
	g_autoptr(LabPerson) other = lab_person_new((LabWish){ .name = "Ada, secrets", .alternative = "email:ada@example.org" });
	g_autoptr(GBytes) file = two_in_one(ada, other, true), unchecked = two_in_one(ada, other, false);
	g_autoptr(GPtrArray) found = read_with(file, "s3cret", NULL), found_unchecked = read_with(unchecked, "s3cret", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(found->len, ==, 2);
	g_assert_cmpuint(found_unchecked->len, ==, 2);
	g_assert_null(read_with(unchecked, NULL, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_SIGN_IN);
}

/* What old ciphers opened decrypts as any other key does. */
static void test_a_key_from_old_ciphers_works(void)
{
	g_autoptr(GBytes) file = to_pfx("s3cret", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And40BitRC2_CBC);
	g_autoptr(GPtrArray) identities = read_with(file, "s3cret", NULL);
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, "\r\nHello\r\n");
	g_autofree char *mail = lab_opaque("authEnveloped-data", der);
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(SmimeTrust) trust = smime_trust_new();
	SmimeSetup setup = { .trust = trust, .identities = identities, .now_ms = LAB_NOW_MS };
	g_autoptr(SmimeMessage) message = smime_message_open(bytes, &setup);

	g_assert_no_error(message->trouble);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ada = lab_person_new((LabWish){ .name = "Ada", .alternative = "email:ada@example.org" });
	g_test_add_func("/identity/opens", test_opens);
	g_test_add_func("/identity/refuses", test_refuses);
	g_test_add_func("/identity/two keys in one file", test_two_keys_in_one_file);
	g_test_add_func("/identity/a key from old ciphers works", test_a_key_from_old_ciphers_works);
	int failed = g_test_run();
	lab_person_free(ada);
	return failed;
}
