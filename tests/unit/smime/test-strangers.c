/* Mail that leaves, read by programs that share nothing with us, or no more than OpenSSL. Their clock is the real one, so
 * the certificates are valid for decades. */
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/wait.h>

#include "mime/entity.h"
#include "smime/protect.h"
#include "support/lab.h"

#define MAIL "From: Grace <grace@example.org>\r\nTo: grace@example.org\r\nSubject: Hi\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n" \
	     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nHello, and with many more words in ASCII: Gr\xc3\xbc\xc3\x9f" "e\r\n"

enum { SKIPPED = 77 };

static char *dir;

static void write_file(const char *name, const char *kind, GBytes *bytes)
{
	g_autofree char *path = g_strdup_printf("%s/%s.%s", dir, name, kind);

	g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), NULL));
}

static void write_person(const char *name, const LabPerson *person)
{
	g_autoptr(GBytes) pem = lab_pem(person), both = lab_pem_identity(person, NULL);

	write_file(name, "pem", pem);
	write_file(name, "key", both);
}

static void write_mail(const char *name, GBytes *mail)
{
	g_autoptr(MimeEntity) entity = mime_entity_read(mail, NULL);
	g_autoptr(GPtrArray) parts = mime_entity_parts(entity, NULL);
	g_autoptr(MimeEntity) signature = parts ? mime_entity_read(parts->pdata[1], NULL) : NULL;
	g_autoptr(GBytes) der = mime_entity_body(signature ? signature : entity, NULL);

	write_file(name, "eml", mail);
	write_file(name, "der", der);
	if (parts)
		write_file(name, "part", parts->pdata[0]);
}

static void write_mails(const char *key, const LabPerson *person)
{
	static const struct { const char *form; bool is_signed, is_opaque, is_encrypted, tells; } rows[] = {
		{ "clear", true, false, false, false }, { "opaque", true, true, false, false },
		{ "cbc", false, false, true, false },   { "gcm", false, false, true, true },
		{ "both", true, false, true, true },
	};
	g_autoptr(GBytes) pem = lab_pem_identity(person, NULL), plain = g_bytes_new_static(MAIL, strlen(MAIL));
	g_autoptr(GPtrArray) identities = smime_identities_read(pem, NULL, NULL), recipients = g_ptr_array_new();
	const Certificate *certificate = smime_identity_certificate(identities->pdata[0]);
	g_autoptr(GBytes) told = smime_capabilities(certificate);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("%s-%s", rows[i].form, key);
		SmimeRecipient to = { "grace@example.org", certificate, rows[i].tells ? told : NULL };
		g_ptr_array_set_size(recipients, 0);
		if (rows[i].is_encrypted)
			g_ptr_array_add(recipients, &to);
		SmimeProtection wish = { .signer = rows[i].is_signed ? identities->pdata[0] : NULL, .recipients = recipients,
			                 .is_opaque = rows[i].is_opaque, .now_ms = LAB_NOW_MS };
		g_autoptr(GBytes) mail = smime_protect(plain, &wish, NULL);
		g_assert_nonnull(mail);
		write_mail(name, mail);
	}
}

static void make_everything(void)
{
	LabWish wish = { .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign", .key = EVP_RSA_gen(2048),
		         .from_days = -3000, .to_days = 30000 };
	g_autoptr(LabPerson) ca = lab_person_new(wish);
	LabWish leaf = { .name = "Grace", .alternative = "email:grace@example.org", .issuer = ca, .from_days = -3000, .to_days = 30000,
		         .usage = "digitalSignature,keyEncipherment", .extended = "emailProtection", .key = EVP_RSA_gen(2048) };
	g_autoptr(LabPerson) rsa = lab_person_new(leaf);
	leaf.usage = "digitalSignature,keyAgreement", leaf.name = "Grace Two", leaf.key = NULL;
	g_autoptr(LabPerson) ec = lab_person_new(leaf);

	write_person("anchor", ca);
	write_person("rsa", rsa);
	write_person("ec", ec);
	write_mails("rsa", rsa);
	write_mails("ec", ec);
}

static void test_stranger(gconstpointer stranger)
{
	g_autofree char *script = g_build_filename(g_getenv("POSTERN_TOP"), "tests/support/strangers.sh", NULL);
	const char *argv[] = { "bash", script, stranger, dir, NULL };
	g_autofree char *out = NULL, *err = NULL;
	int status;

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL));
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		g_test_skip("it is not installed");
		return;
	}
	g_test_message("%s%s", out, err);
	g_assert_cmpint(status, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	dir = g_dir_make_tmp("strangers-XXXXXX", NULL);
	make_everything();
	g_test_add_data_func("/strangers/openssl", "openssl", test_stranger);
	g_test_add_data_func("/strangers/gpgsm", "gpgsm", test_stranger);
	g_test_add_data_func("/strangers/nss", "nss", test_stranger);
	int failed = g_test_run();
	const char *remove[] = { "rm", "-rf", dir, NULL };
	g_spawn_sync(NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(dir);
	return failed;
}
