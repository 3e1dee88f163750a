/* The page of certificates: how each stands, whom the person trusts, and which key signs. The certificates are always the same, for what they
 * say is in the snapshots. */
#include <string.h>

#include "smime/identity.h"
#include "store/certificate.h"
#include "support/screen.h"

/* ---- people: one's own key; one whose certificate ends soon; one that nobody vouches for ---- */

static const char ca_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBVDCB+qADAgECAgIQATAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAZMYWIgQ0Ew\n"
	"HhcNMjAwMTAxMDAwMDAwWhcNNDAwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZMYWIg\n"
	"Q0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATiF7nqvtAtNSKsVs/iP4MGZXUA\n"
	"33AQhtPB9glKumJZK1ea9of/nyO3Fwg4msDXQC1W365FQbOABaNqEONVQCV+o0Iw\n"
	"QDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUTWWq\n"
	"koGrYJ5ewVVbHqP0+JuZ7YgwCgYIKoZIzj0EAwIDSQAwRgIhAOENmyydl2KzjgUm\n"
	"XCNpogrYjlK3Ak0u8Vx16yjPfGjXAiEAkjzcMDypgpSBGlURyo50du3MmldHwYCC\n"
	"4gMEzSKYI24=\n"
	"-----END CERTIFICATE-----\n";
static const char ada_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBlzCCAT6gAwIBAgICEAIwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGTGFiIENB\n"
	"MB4XDTI1MDEwMTAwMDAwMFoXDTI2MDYwMTAwMDAwMFowFjEUMBIGA1UEAwwLQWRh\n"
	"IEV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATzzTWIXRID44qLeIWm\n"
	"yuOTFQxWCHF1t/RbSla3Od9e3LARW6v77HAM16OzOhNN1Wi0NkA8OI/CCeM8c00o\n"
	"L0Dso4GAMH4wCwYDVR0PBAQDAgOIMBMGA1UdJQQMMAoGCCsGAQUFBwMEMBoGA1Ud\n"
	"EQQTMBGBD2FkYUBleGFtcGxlLm9yZzAdBgNVHQ4EFgQUtifcRhWtf6n2sCCZB+lo\n"
	"WZxKmzAwHwYDVR0jBBgwFoAUTWWqkoGrYJ5ewVVbHqP0+JuZ7YgwCgYIKoZIzj0E\n"
	"AwIDRwAwRAIgOvg1y6uoUZ2j8vw4FfFrFGbT8RccG5mqUJ8nLJeE7LsCIHCD//2u\n"
	"yuve7yYdyOzVRod/rgmeqhXk6SgReHiW1n7b\n"
	"-----END CERTIFICATE-----\n";
static const char ada_key[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXRKkUsXhT5Es0pZJ\n"
	"KU42Q29daxE74gsdUQKU+NhUXu2hRANCAATzzTWIXRID44qLeIWmyuOTFQxWCHF1\n"
	"t/RbSla3Od9e3LARW6v77HAM16OzOhNN1Wi0NkA8OI/CCeM8c00oL0Ds\n"
	"-----END PRIVATE KEY-----\n";
static const char grace_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBmjCCAUCgAwIBAgICEAMwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGTGFiIENB\n"
	"MB4XDTI0MDEwMTAwMDAwMFoXDTI1MTIxMDAwMDAwMFowFTETMBEGA1UEAwwKR3Jh\n"
	"Y2UgQm9zczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABK3miwmJbI9FuDD+M5lP\n"
	"wult9+2mB6NwUqAZQKaR/ViYad7YO+YJ1nCL5X+cgsjnKppNg8nGMsX6PnBw4jbE\n"
	"IvujgYMwgYAwCwYDVR0PBAQDAgOIMBMGA1UdJQQMMAoGCCsGAQUFBwMEMBwGA1Ud\n"
	"EQQVMBOBEWdyYWNlQGV4YW1wbGUub3JnMB0GA1UdDgQWBBQap+KHbt3EwPWXocFg\n"
	"Fq/reO5CLzAfBgNVHSMEGDAWgBRNZaqSgatgnl7BVVseo/T4m5ntiDAKBggqhkjO\n"
	"PQQDAgNIADBFAiEAs/J2HG4j8kiUQW2vRywtCETSnbz7MgUo7Yv5oxIwivQCICOM\n"
	"9VPbPjhFoWIuRnAL/th6tdcfVeKZE6hfBvuVIHze\n"
	"-----END CERTIFICATE-----\n";
static const char eve_pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBajCCARGgAwIBAgICEAQwCgYIKoZIzj0EAwIwDjEMMAoGA1UEAwwDRXZlMB4X\n"
	"DTI0MDEwMTAwMDAwMFoXDTMwMDEwMTAwMDAwMFowDjEMMAoGA1UEAwwDRXZlMFkw\n"
	"EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC9sEtGCvk7nwq8UVV+XBUIpYLElaWQ6y\n"
	"wj+D4RnURtKrnSkBOjAR66ibKFumOT4O6ta10EW6owsnrTdSfOduEKNfMF0wCwYD\n"
	"VR0PBAQDAgOIMBMGA1UdJQQMMAoGCCsGAQUFBwMEMBoGA1UdEQQTMBGBD2V2ZUBl\n"
	"eGFtcGxlLm5ldDAdBgNVHQ4EFgQUJ8Sndu2zMl28XoNeQJdqJFRDPAswCgYIKoZI\n"
	"zj0EAwIDRwAwRAIgSYH1Xz+qg6S+AfDYw7qkZS6zOkKkSbSgtRua6mtuLucCIBig\n"
	"lC4Cub3uCiL6zx+/14wz5o0TZbSM3JhNGxNKy0Bs\n"
	"-----END CERTIFICATE-----\n";

static KnownCertificate *known(const char *pem)
{
	g_autoptr(GBytes) file = g_bytes_new_static(pem, strlen(pem));
	g_autoptr(GPtrArray) found = certificates_read(file, NULL);
	const Certificate *facts = found->pdata[0];

	return known_certificate_new(facts->der, SOURCE_MAIL, (const char *const *)facts->addresses);
}

static KnownCertificate *own(Store *store)
{
	g_autofree char *both = g_strconcat(ada_key, ada_pem, NULL);
	g_autoptr(GBytes) file = g_bytes_new_static(both, strlen(both));
	g_autoptr(GPtrArray) identities = smime_identities_read(file, NULL, NULL);
	g_autoptr(Secret) key = smime_identity_export_key(identities->pdata[0], NULL);
	KnownCertificate *certificate = known(ada_pem);

	certificate->source = SOURCE_FILE;
	certificate->role = ROLE_BOTH;
	certificate->sealed_key = store_seal_identity_key(store, certificate->id, key, NULL);
	return certificate;
}

static int64_t id_of(const char *pem)
{
	g_autoptr(KnownCertificate) certificate = known(pem);

	return certificate->id;
}

static void fill(World *world)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GError) error = NULL;

	certificate_changes_keep(changes, known(ca_pem));
	certificate_changes_keep(changes, known(grace_pem));
	certificate_changes_keep(changes, known(eve_pem));
	certificate_changes_keep(changes, own(world->temp.store));
	certificate_changes_add(changes, CERTIFICATE_TRUST, id_of(ca_pem));
	store_write_certificates(world->temp.writer, changes, &error);
	g_assert_no_error(error);
}

static void open_page(World *world)
{
	fill(world);
	world_type(world, "g C");
	g_string_truncate(world->asked, 0);
}

static void open_facts(World *world)
{
	open_page(world);
	world_type(world, "Down Enter");
}

static void ask_trust(World *world)
{
	open_page(world);
	world_type(world, "Down t");
}

/* As the store has it. */
static KnownCertificate *kept(World *world, const char *pem)
{
	g_autoptr(GPtrArray) rows = NULL;
	int64_t id = id_of(pem);

	g_assert_true(store_read_certificates(world->temp.reader, &rows, NULL));
	for (guint i = 0; i < rows->len; i++)
		if (((KnownCertificate *)rows->pdata[i])->id == id)
			return g_ptr_array_steal_index(rows, i);
	return NULL;
}

static void expect_trust(World *world, const char *pem, CertificateTrust trust)
{
	g_autoptr(KnownCertificate) certificate = kept(world, pem);

	g_assert_cmpint(certificate->trust, ==, trust);
}

/* ---- tests ---- */

static void test_three_widths(void)
{
	world_snapshot_widths("certificates", open_page);
	world_snapshot_widths("certificate", open_facts);
	world_snapshot_widths("certificate-trust", ask_trust);
}

static void test_standings(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	open_page(&world);
	world_assert_has(&world, "own       Ada Example");
	world_assert_has(&world, "person    Eve");
	world_assert_has(&world, "person    Grace Boss");
	world_assert_has(&world, "authority Lab CA");
	world_assert_has(&world, "trusted by you");
	world_assert_has(&world, "expires soon");
	world_assert_has(&world, "2025-12-10");
	world_assert_has(&world, "nobody who is trusted");
	world_assert_has(&world, "sign and decrypt");
}

static void test_trusted_and_not(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	open_page(&world);
	world_type(&world, "Down t");
	world_assert_has(&world, "Is the fingerprint its own? Then trust what it signs?");
	world_assert_has(&world, "Fingerprint");
	world_type(&world, "n");
	expect_trust(&world, eve_pem, TRUST_UNSAID);
	world_type(&world, "t");
	world_type(&world, "y");
	world_assert_asked(&world, "certificates 1\n");
	world_assert_has(&world, "Eve: trusted by your word.");
	expect_trust(&world, eve_pem, TRUST_GIVEN);
	world_type(&world, "q t");
	world_assert_has(&world, "Eve: no longer trusted by your word.");
	expect_trust(&world, eve_pem, TRUST_UNSAID);
	world_type(&world, "d");
	world_assert_has(&world, "Eve: distrusted, whoever vouches for it.");
	expect_trust(&world, eve_pem, TRUST_REFUSED);
	world_type(&world, "d");
	expect_trust(&world, eve_pem, TRUST_UNSAID);
}

static void test_signs_with(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	open_page(&world);
	world_type(&world, "x");
	world_assert_has(&world, "Sign for the address: ada@example.org");
	world_type(&world, "^U 'team@example.org Enter");
	world_assert_has(&world, "Ada Example signs for team@example.org from now on.");
	g_autoptr(KnownCertificate) certificate = kept(&world, ada_pem);
	g_assert_cmpstr(certificate->signs_for[0], ==, "team@example.org");
	world_type(&world, "Down x");
	world_assert_has(&world, "There is no key to sign with here.");
}

static void test_removed(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	open_page(&world);
	world_type(&world, "D");
	world_assert_has(&world, "Remove it with its key? Mail to it cannot be read then.");
	world_type(&world, "n");
	world_type(&world, "q Down D");
	world_type(&world, "y");
	world_assert_has(&world, "Eve: removed.");
	g_assert_null(kept(&world, eve_pem));
	g_autoptr(KnownCertificate) certificate = kept(&world, ada_pem);
	g_assert_nonnull(certificate);
}

/* The public part alone. */
static void test_saved(void)
{
	g_autofree char *path = NULL, *text = NULL;
	g_auto(World) world;
	world_init(&world, 100, 30);

	path = g_build_filename(world.temp.dir, "mine.pem", NULL);
	open_page(&world);
	world_type(&world, "s");
	world_assert_has(&world, "Save as: Ada Example.pem");
	g_autofree char *keys = g_strdup_printf("^U '%s Enter", path);
	world_type(&world, keys);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, "BEGIN CERTIFICATE"));
	g_assert_null(strstr(text, "PRIVATE"));
}

static void test_searched(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	open_page(&world);
	world_type(&world, "/ 'boss Enter");
	world_assert_has(&world, "grace@example.org");
	world_assert_has(&world, "CN=Grace Boss");
	world_type(&world, "/ 'nobody@here Enter");
	world_assert_has(&world, "No certificate has “nobody@here”.");
}

static void test_none(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "g C");
	world_assert_has(&world, "No certificate is kept here");
	world_type(&world, "t");
	world_assert_has(&world, "is selected");
}

static void test_small(void)
{
	static const struct { int width, height; } sizes[] = { { 80, 8 }, { 20, 6 }, { 8, 4 }, { 1, 1 }, { 140, 6 }, { 60, 24 } };
	g_auto(World) world;
	world_init(&world, 80, 24);

	open_page(&world);
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(sizes); i++) {
		world_resize(&world, sizes[i / 2].width, sizes[i / 2].height);
		world_type(&world, i % 2 ? "q G" : "Enter");
		world_check_cells(&world);
		if (i % 2)
			world_type(&world, "g C");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/screens/certificates/three-widths", test_three_widths);
	g_test_add_func("/screens/certificates/standings", test_standings);
	g_test_add_func("/screens/certificates/trusted-and-not", test_trusted_and_not);
	g_test_add_func("/screens/certificates/signs-with", test_signs_with);
	g_test_add_func("/screens/certificates/removed", test_removed);
	g_test_add_func("/screens/certificates/saved", test_saved);
	g_test_add_func("/screens/certificates/searched", test_searched);
	g_test_add_func("/screens/certificates/none", test_none);
	g_test_add_func("/screens/certificates/small", test_small);
	return g_test_run();
}
