/* M1: a mail of 30 KB verified, decrypted, signed and encrypted, each less the bare primitives it cannot do without. usage: bench-smime */
#include <openssl/pem.h>
#include <string.h>

#include "bench/bench.h"
#include "smime/protect.h"
#include "support/lab.h"

enum { MAIL_BYTES = 30 * 1024 };

typedef struct {
	LabPerson   *ca, *person;
	SmimeTrust  *trust;
	GPtrArray   *identities;
	GBytes      *mail;
	const char  *text;
	guint8       signature[512], wrapped[512];
	size_t       signature_len, wrapped_len;
	VerdictGrade grade;
	GBytes      *plain;
	SmimeProtection wish;
} Bench;

static double open_mail(void *data)
{
	Bench *b = data;
	SmimeSetup setup = { .trust = b->trust, .identities = b->identities, .now_ms = LAB_NOW_MS };
	g_autoptr(SmimeMessage) message = smime_message_open(b->mail, &setup);

	g_assert(message->verdict.grade == b->grade);
	return 1;
}

static void check_once(Bench *b)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, b->person->key);
	g_assert(EVP_DigestVerify(ctx, b->signature, b->signature_len, (const guint8 *)b->text, strlen(b->text)) == 1);
	EVP_MD_CTX_free(ctx);
}

/* The text's signature, and the two certificates of a chain. */
static double bare_verify(void *data)
{
	Bench *b = data;

	check_once(b);
	g_assert(X509_verify(b->person->x509, b->ca->key) == 1);
	g_assert(X509_verify(b->ca->x509, b->ca->key) == 1);
	return 1;
}

static double bare_decrypt(void *data)
{
	Bench *b = data;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(b->person->key, NULL);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	g_autofree guint8 *out = g_malloc(strlen(b->text) + 32);
	guint8 key[512], nonce[12] = { 0 };
	size_t len = sizeof key;
	int n;

	EVP_PKEY_decrypt_init(ctx);
	g_assert(EVP_PKEY_decrypt(ctx, key, &len, b->wrapped, b->wrapped_len) == 1);
	EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce);
	EVP_DecryptUpdate(cipher, out, &n, (const guint8 *)b->text, (int)strlen(b->text));
	EVP_CIPHER_CTX_free(cipher);
	EVP_PKEY_CTX_free(ctx);
	return 1;
}

static double protect_mail(void *data)
{
	Bench *b = data;
	g_autoptr(GBytes) mail = smime_protect(b->plain, &b->wish, NULL);

	g_assert(mail);
	return 1;
}

static double bare_sign(void *data)
{
	Bench *b = data;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	guint8 signature[512];
	size_t len = sizeof signature;

	EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, b->person->key);
	g_assert(EVP_DigestSign(ctx, signature, &len, (const guint8 *)b->text, strlen(b->text)) == 1);
	EVP_MD_CTX_free(ctx);
	return 1;
}

/* The chain of the recipient's certificate is judged, too. */
static double bare_encrypt(void *data)
{
	Bench *b = data;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(b->person->key, NULL);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	g_autofree guint8 *out = g_malloc(strlen(b->text) + 32);
	guint8 wrapped[512], key[32] = { 1 }, nonce[12] = { 0 };
	size_t len = sizeof wrapped;
	int n;

	EVP_PKEY_encrypt_init(ctx);
	g_assert(EVP_PKEY_encrypt(ctx, wrapped, &len, key, sizeof key) == 1);
	EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce);
	EVP_EncryptUpdate(cipher, out, &n, (const guint8 *)b->text, (int)strlen(b->text));
	g_assert(X509_verify(b->person->x509, b->ca->key) == 1 && X509_verify(b->ca->x509, b->ca->key) == 1);
	EVP_CIPHER_CTX_free(cipher);
	EVP_PKEY_CTX_free(ctx);
	return 1;
}

static void prepare_primitives(Bench *b)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = EVP_PKEY_CTX_new(b->person->key, NULL);
	static const guint8 key[32] = { 1 };

	b->signature_len = sizeof b->signature;
	EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, b->person->key);
	EVP_DigestSign(ctx, b->signature, &b->signature_len, (const guint8 *)b->text, strlen(b->text));
	b->wrapped_len = sizeof b->wrapped;
	EVP_PKEY_encrypt_init(pkey);
	EVP_PKEY_encrypt(pkey, b->wrapped, &b->wrapped_len, key, sizeof key);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_CTX_free(pkey);
}

static void set_mail(Bench *b, char *part, VerdictGrade grade)
{
	char *mail = g_strconcat("From: grace@example.org\r\nMIME-Version: 1.0\r\n", part, NULL);

	g_clear_pointer(&b->mail, g_bytes_unref);
	b->mail = g_bytes_new_take(mail, strlen(mail));
	b->grade = grade;
	g_free(part);
}

static void row(Bench *b, const char *what, BenchWork work, BenchWork bare)
{
	double ours = 1000 / bench_rate(work, b), least = 1000 / bench_rate(bare, b);

	bench_row("M1", what, ours, "ms", least + 0.5, true);
}

static void measure_protection(Bench *b)
{
	const SmimeIdentity *identity = b->identities->pdata[0];
	const Certificate *certificate = smime_identity_certificate(identity);
	g_autoptr(GBytes) told = smime_capabilities(certificate);
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	SmimeRecipient to = { "grace@example.org", certificate, told };
	char *mail = g_strconcat("From: grace@example.org\r\nMIME-Version: 1.0\r\n", b->text, NULL);

	b->plain = g_bytes_new_take(mail, strlen(mail));
	b->wish = (SmimeProtection){ .signer = identity, .trust = b->trust, .now_ms = LAB_NOW_MS };
	row(b, "sign 30 KB, clear; primitive + 0.5 ms", protect_mail, bare_sign);
	b->wish.signer = NULL;
	b->wish.recipients = recipients;
	g_ptr_array_add(recipients, &to);
	row(b, "encrypt 30 KB; primitive + 0.5 ms", protect_mail, bare_encrypt);
	g_bytes_unref(b->plain);
}

int main(void)
{
	g_autoptr(GString) text = g_string_new("Content-Type: text/plain\r\n\r\n");
	Bench b = { 0 };

	while (text->len < MAIL_BYTES)
		g_string_append(text, "The quick brown fox jumps over the lazy dog, and the dog is not amused.\r\n");
	b.text = text->str;
	b.ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign", .key = EVP_RSA_gen(2048) });
	b.person = lab_person_new((LabWish){ .name = "Grace", .alternative = "email:grace@example.org", .issuer = b.ca,
	                                     .key = EVP_RSA_gen(2048) });
	g_autoptr(GBytes) anchor = lab_pem(b.ca), keys = lab_pem_identity(b.person, NULL);
	b.trust = smime_trust_new();
	smime_trust_add_anchors(b.trust, anchor, NULL);
	b.identities = smime_identities_read(keys, NULL, NULL);
	prepare_primitives(&b);

	g_autoptr(GBytes) detached = lab_sign((LabSigning){ .signer = b.person, .flags = CMS_DETACHED }, text->str);
	set_mail(&b, lab_clear(text->str, detached), VERDICT_GOOD);
	row(&b, "verify 30 KB, clear; primitive + 0.5 ms", open_mail, bare_verify);
	g_autoptr(GBytes) attached = lab_sign((LabSigning){ .signer = b.person }, text->str);
	set_mail(&b, lab_opaque("signed-data", attached), VERDICT_GOOD);
	row(&b, "verify 30 KB, opaque; primitive + 0.5 ms", open_mail, bare_verify);
	g_autoptr(GBytes) sealed = lab_encrypt(b.person, EVP_aes_256_gcm(), false, text->str);
	set_mail(&b, lab_opaque("authEnveloped-data", sealed), VERDICT_NONE);
	row(&b, "decrypt 30 KB; primitive + 0.5 ms", open_mail, bare_decrypt);
	measure_protection(&b);
	g_bytes_unref(b.mail);
	g_ptr_array_unref(b.identities);
	smime_trust_free(b.trust);
	lab_person_free(b.person);
	lab_person_free(b.ca);
	return 0;
}
