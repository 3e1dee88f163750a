#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "model/certificate.h"

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

static KnownCertificate *rich(void)
{
	static const char *const addresses[] = { "Ada@Example.org", "ada@navy.test", NULL };
	g_autoptr(GBytes) der = bytes_of("not read here");
	KnownCertificate *certificate = known_certificate_new(der, SOURCE_FILE, addresses);

	certificate->account_id = 3;
	certificate->seen_ms = 1764000000000;
	certificate->capabilities = bytes_of("capable");
	certificate->role = ROLE_SIGN;
	certificate->sealed_key = bytes_of("sealed");
	return certificate;
}

static void test_there_and_back(void)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GError) error = NULL;

	certificate_changes_keep(changes, rich());
	certificate_changes_add(changes, CERTIFICATE_DISTRUST, 42);
	certificate_changes_sign(changes, 43, "Ada@Example.ORG");
	g_autoptr(GBytes) bytes = certificate_changes_to_bytes(changes);
	g_autoptr(GPtrArray) read = certificate_changes_from_bytes(bytes, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(read->len, ==, 3);
	const CertificateChange *keep = read->pdata[0], *distrust = read->pdata[1], *sign = read->pdata[2];
	g_autoptr(KnownCertificate) was = rich();
	g_assert_cmpint(keep->certificate->id, ==, was->id);
	g_assert_true(g_bytes_equal(keep->certificate->der, was->der));
	g_assert_true(g_bytes_equal(keep->certificate->capabilities, was->capabilities));
	g_assert_true(g_bytes_equal(keep->certificate->sealed_key, was->sealed_key));
	g_assert_cmpstrv(keep->certificate->addresses, ((const char *[]){ "ada@example.org", "ada@navy.test", NULL }));
	g_assert_cmpint(keep->certificate->account_id, ==, 3);
	g_assert_cmpint(keep->certificate->seen_ms, ==, was->seen_ms);
	g_assert_cmpint(keep->certificate->role, ==, ROLE_SIGN);
	g_assert_cmpint(distrust->kind, ==, CERTIFICATE_DISTRUST);
	g_assert_cmpint(distrust->id, ==, 42);
	g_assert_cmpint(sign->id, ==, 43);
	g_assert_cmpstr(sign->address, ==, "ada@example.org");
}

/* Each row spoils one honest change. */
static void spoil(const char *what, CertificateChange *change)
{
#define IS(text) (strcmp(what, text) == 0)
	KnownCertificate *c = change->certificate;

	if (IS("a kind there is not")) change->kind = CERTIFICATE_CHANGE_COUNT;
	if (IS("a certificate for another kind")) change->kind = CERTIFICATE_DROP;
	if (IS("an address for another kind")) change->address = g_strdup("a@b.test");
	if (IS("a source there is not")) c->source = SOURCE_COUNT;
	if (IS("no source")) c->source = 0;
	if (IS("a role there is not")) c->role = 4;
	if (IS("a key without a role")) c->role = ROLE_NONE;
	if (IS("a role without a key")) g_clear_pointer(&c->sealed_key, g_bytes_unref);
	if (IS("a certificate of no bytes")) g_bytes_unref(c->der), c->der = bytes_of("");
	if (IS("a certificate too large"))
		g_bytes_unref(c->der), c->der = g_bytes_new_take(g_malloc0(LIMIT_CERTIFICATE_BYTES + 1), LIMIT_CERTIFICATE_BYTES + 1);
#undef IS
}

static void test_refuses_nonsense(void)
{
	static const struct { const char *why; ErrorKind kind; } rows[] = {
		{ "a kind there is not", ERR_PROTOCOL },
		{ "a certificate for another kind", ERR_PROTOCOL },
		{ "an address for another kind", ERR_PROTOCOL },
		{ "a source there is not", ERR_PROTOCOL },
		{ "no source", ERR_PROTOCOL },
		{ "a role there is not", ERR_PROTOCOL },
		{ "a key without a role", ERR_PROTOCOL },
		{ "a role without a key", ERR_PROTOCOL },
		{ "a certificate of no bytes", ERR_PROTOCOL },
		{ "a certificate too large", ERR_LIMIT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		certificate_changes_keep(changes, rich());
		spoil(rows[i].why, changes->pdata[0]);
		g_autoptr(GBytes) bytes = certificate_changes_to_bytes(changes);
		g_assert_null(certificate_changes_from_bytes(bytes, &error));
		g_assert_error(error, POSTERN_ERROR, (int)rows[i].kind);
	}
}

static void test_refuses_other_bytes(void)
{
	g_autoptr(GBytes) text = bytes_of("Hello, is this a change?");
	g_autoptr(GPtrArray) many = certificate_changes_new();
	g_autoptr(GError) error = NULL, limit = NULL;

	g_assert_null(certificate_changes_from_bytes(text, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_PROTOCOL);
	for (int i = 0; i <= LIMIT_CERTIFICATE_CHANGES; i++)
		certificate_changes_add(many, CERTIFICATE_DROP, i);
	g_autoptr(GBytes) bytes = certificate_changes_to_bytes(many);
	g_assert_null(certificate_changes_from_bytes(bytes, &limit));
	g_assert_error(limit, POSTERN_ERROR, ERR_LIMIT);
}

static void test_a_fingerprint_is_an_id(void)
{
	g_autoptr(GBytes) der = bytes_of("abc");
	static const struct { const char *text; bool is_one; } rows[] = {
		{ "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true },
		{ "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD", true },
		{ "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad", true },
		{ "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015", false },
		{ "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00", false },
		{ "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false },
		{ "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(certificate_id_of_hex(rows[i].text), ==, rows[i].is_one ? certificate_id(der) : 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/certificate/there and back", test_there_and_back);
	g_test_add_func("/certificate/refuses nonsense", test_refuses_nonsense);
	g_test_add_func("/certificate/refuses other bytes", test_refuses_other_bytes);
	g_test_add_func("/certificate/a fingerprint is an id", test_a_fingerprint_is_an_id);
	return g_test_run();
}
