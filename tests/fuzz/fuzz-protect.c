/*
 * Any bytes as what a program gives to be sent, from the Content-… fields on: signed clear and opaque, and read again. Whatever
 * it is made of, what leaves below the header is ASCII, and reads as signed just as it is shown.
 */
#include <openssl/x509v3.h>
#include <string.h>

#include "smime/message.h"
#include "smime/protect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define HEADER "From: grace@example.org\r\nTo: ada@example.org\r\nDate: Tue, 24 Nov 2026 09:25:45 +0000\r\nMIME-Version: 1.0\r\n"

static const int64_t now_ms = INT64_C(1795512345000);

typedef struct { SmimeIdentity *identity; SmimeTrust *trust; } Person;

static X509 *certificate_new(EVP_PKEY *key)
{
	X509 *x509 = X509_new();
	X509_EXTENSION *address = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "email:grace@example.org");

	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
	ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(now_ms / 1000 - 1000));
	ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(now_ms / 1000 + 1000));
	X509_set_pubkey(x509, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8, (const unsigned char *)"Grace", -1, -1, 0);
	X509_set_issuer_name(x509, X509_get_subject_name(x509));
	X509_add_ext(x509, address, -1);
	X509_EXTENSION_free(address);
	X509_sign(x509, key, EVP_sha256());
	return x509;
}

static Person *person_new(void)
{
	Person *person = g_new0(Person, 1);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x509 = certificate_new(key);
	unsigned char *x509_der = NULL, *key_der = NULL;
	int x509_len = i2d_X509(x509, &x509_der), key_len = i2d_PrivateKey(key, &key_der);
	g_autoptr(GBytes) certificate = g_bytes_new(x509_der, (gsize)x509_len);
	g_autoptr(Secret) secret = secret_new(key_der, (size_t)key_len);

	person->identity = smime_identity_new(certificate, secret, NULL);
	person->trust = smime_trust_new();
	smime_trust_add_anchor(person->trust, certificate, NULL);
	OPENSSL_free(x509_der);
	OPENSSL_free(key_der);
	X509_free(x509);
	EVP_PKEY_free(key);
	return person;
}

static void check(const Person *person, GBytes *mail, bool is_opaque)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	SmimeProtection wish = { .signer = person->identity, .is_opaque = is_opaque, .now_ms = now_ms };
	g_autoptr(GBytes) leaves = smime_protect(mail, &wish, NULL);
	SmimeSetup setup = { .trust = person->trust, .identities = none, .now_ms = now_ms };

	if (!leaves)
		return;
	g_autoptr(SmimeMessage) message = smime_message_open(leaves, &setup);
	g_assert(message->verdict.grade == VERDICT_GOOD);
	gsize len;
	const char *data = g_bytes_get_data(leaves, &len), *body = g_strstr_len(data, (gssize)len, "\r\n\r\n");
	for (; body < data + len; body++)
		g_assert((guchar)*body < 0x80);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static Person *person;
	g_autoptr(GByteArray) all = g_byte_array_new();

	if (!person)
		person = person_new();
	g_byte_array_append(all, (const guint8 *)HEADER, strlen(HEADER));
	g_byte_array_append(all, bytes, (guint)len);
	g_autoptr(GBytes) mail = g_byte_array_free_to_bytes(g_steal_pointer(&all));
	check(person, mail, false);
	check(person, mail, true);
	return 0;
}
