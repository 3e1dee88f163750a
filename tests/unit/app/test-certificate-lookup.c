#include <string.h>

#include "app/certificate_lookup.h"
#include "base/limits.h"
#include "smime/certificate.h"
#include "support/lab.h"

static GBytes *der_of(LabWish wish)
{
	g_autoptr(LabPerson) person = lab_person_new(wish);
	g_autoptr(GBytes) pem = lab_pem(person);
	g_autoptr(GPtrArray) found = certificates_read(pem, NULL);

	return g_bytes_ref(((Certificate *)found->pdata[0])->der);
}

static void test_what_is_of_use(void)
{
	const char *hers = "email:Grace@example.org";
	struct { const char *why; GBytes *der; bool is_kept; } rows[] = {
		{ "hers", der_of((LabWish){ .name = "a", .alternative = hers }), true },
		{ "to encrypt alone", der_of((LabWish){ .name = "b", .alternative = hers, .usage = "keyAgreement" }), true },
		{ "to sign alone", der_of((LabWish){ .name = "c", .alternative = hers, .usage = "digitalSignature" }), false },
		{ "for servers", der_of((LabWish){ .name = "d", .alternative = hers, .extended = "serverAuth" }), false },
		{ "of another", der_of((LabWish){ .name = "e", .alternative = "email:mallory@example.org" }), false },
		{ "of another whose subject has hers", der_of((LabWish){ .name = "e", .alternative = "email:mallory@example.org", .subject_mail = "grace@example.org" }), false },
		{ "of nobody", der_of((LabWish){ .name = "f" }), false },
		{ "ended", der_of((LabWish){ .name = "g", .alternative = hers, .from_days = -10, .to_days = -1 }), false },
		{ "none", g_bytes_new_static("nonsense", 8), false },
		{ "nothing", g_bytes_new_static("", 0), false },
		{ "too large", g_bytes_new_take(g_malloc0(LIMIT_CERTIFICATE_BYTES + 1), LIMIT_CERTIFICATE_BYTES + 1), false },
	};
	const CertificateLookup lookup = { "grace@example.org", SOURCE_LDAP, 3, LAB_NOW_MS };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new(), ders = g_ptr_array_new();
		g_ptr_array_add(ders, rows[i].der);
		lookup_take(&lookup, ders, changes);
		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(changes->len, ==, rows[i].is_kept);
		if (rows[i].is_kept) {
			const KnownCertificate *kept = ((CertificateChange *)changes->pdata[0])->certificate;
			g_assert_cmpint(kept->source, ==, SOURCE_LDAP);
			g_assert_cmpint(kept->account_id, ==, 3);
			g_assert_cmpint(kept->seen_ms, ==, 0);
		}
		g_bytes_unref(rows[i].der);
	}
}

static void test_of_an_answer(void)
{
	g_autoptr(GBytes) der = der_of((LabWish){ .name = "a", .alternative = "email:grace@example.org" });
	gsize len;
	const guchar *bytes = g_bytes_get_data(der, &len);
	g_autofree char *base64 = g_base64_encode(bytes, len);
	g_autofree char *answer = g_strdup_printf("g\tGrace\tgrace@example.org\t\t\t\t\t\t\tAAAA %s *?\nb\tBob\tbob@example.org\t\t\t\t\t\t\n\n", base64);
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	lookup_take_gal(&(CertificateLookup){ "grace@example.org", SOURCE_SERVER, 1, LAB_NOW_MS }, answer, changes);
	g_assert_cmpuint(changes->len, ==, 1);
	g_assert_true(g_bytes_equal(((CertificateChange *)changes->pdata[0])->certificate->der, der));
}

/* RFC 2798: userSMIMECertificate is PKCS#7, with the chain and whatever else. */
static void test_of_files(void)
{
	g_autoptr(LabPerson) hers = lab_person_new((LabWish){ .name = "a", .alternative = "email:grace@example.org" });
	g_autoptr(LabPerson) other = lab_person_new((LabWish){ .name = "b", .alternative = "email:mallory@example.org" });
	g_autoptr(GBytes) bundle = lab_sign((LabSigning){ .signer = hers, .extra = other, .flags = CMS_DETACHED }, "");
	g_autoptr(GBytes) der = der_of((LabWish){ .name = "c", .alternative = "email:grace@example.org" });
	g_autoptr(GBytes) torn = g_bytes_new_from_bytes(bundle, 0, g_bytes_get_size(bundle) / 2);
	g_autoptr(GBytes) nonsense = g_bytes_new_static("nonsense", 8), nothing = g_bytes_new_static("", 0);
	struct { const char *why; GBytes *files[3]; guint kept; } rows[] = {
		{ "a certificate", { der }, 1 },
		{ "PKCS#7", { bundle }, 1 },
		{ "its first half", { torn }, 0 },
		{ "nonsense, nothing, and hers", { nonsense, nothing, bundle }, 1 },
		{ "both", { der, bundle }, 2 },
	};
	const CertificateLookup lookup = { "grace@example.org", SOURCE_LDAP, 0, LAB_NOW_MS };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new(), files = g_ptr_array_new();
		for (int k = 0; k < 3 && rows[i].files[k]; k++)
			g_ptr_array_add(files, rows[i].files[k]);
		lookup_take_files(&lookup, files, changes);
		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(changes->len, ==, rows[i].kept);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lookup/what is of use", test_what_is_of_use);
	g_test_add_func("/lookup/of an answer", test_of_an_answer);
	g_test_add_func("/lookup/of files", test_of_files);
	return g_test_run();
}
