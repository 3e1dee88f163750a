/* Keys and certificates that came attached: their password is asked for, what they are for is said or asked, and the file goes to no disk. */
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

#include "store/certificate.h"
#include "support/keys.h"
#include "support/screen.h"

#define PASSWORD "s3cret"

static LabPerson *ca, *both, *signer, *reader;

/* ---- files ---- */

static char *base64_of_p12(const LabPerson *person, const char *password, bool is_legacy)
{
	g_autoptr(GError) error = NULL;
	OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *base = OSSL_PROVIDER_load(context, "default"), *legacy = OSSL_PROVIDER_load(context, "legacy");
	int cipher = is_legacy ? NID_pbe_WithSHA1And40BitRC2_CBC : 0;
	PKCS12 *p12 = PKCS12_create_ex(password, "ada", person->key, person->x509, NULL, cipher, cipher, 0, 0, 0, context, NULL);
	unsigned char *der = NULL;
	int len = i2d_PKCS12(p12, &der);
	g_autoptr(GBytes) bytes = g_bytes_new(der, (gsize)len);

	PKCS12_free(p12);
	OPENSSL_free(der);
	OSSL_PROVIDER_unload(legacy);
	OSSL_PROVIDER_unload(base);
	OSSL_LIB_CTX_free(context);
	return lab_base64(bytes);
}

/* The newest mail of the Inbox, with the file attached; its list of files is in view. */
static void receive(World *world, const char *name, const char *base64)
{
	g_autofree char *text = g_strdup_printf("From: grace@example.org\r\nTo: ada@example.org\r\nSubject: keys\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
	                                        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nYours\r\n--x\r\n"
	                                        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=%s\r\n\r\n%s\r\n--x--\r\n",
	                                        name, base64);
	Message *message = temp_message("keys", LAB_NOW_MS, 0);

	g_clear_pointer(&message->body, g_bytes_unref);
	message->body = g_bytes_new(text, strlen(text));
	message->body_kind = BODY_MIME;
	temp_store_add(&world->temp, world->ids.inbox, message);
	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(world, 1000);
	world_type(world, "g g v");
	world_assert_has(world, name);
}

static void receive_key(World *world, const LabPerson *person, const char *password, bool is_legacy)
{
	g_autofree char *base64 = base64_of_p12(person, password, is_legacy);

	receive(world, "ada.p12", base64);
	g_string_truncate(world->asked, 0);
}

static IdentityRole kept_role(World *world, guint count)
{
	g_autoptr(GPtrArray) rows = NULL;
	IdentityRole role = ROLE_NONE;

	g_assert_true(store_read_certificates(world->temp.reader, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, count);
	for (guint i = 0; i < rows->len; i++)
		role |= ((KnownCertificate *)rows->pdata[i])->role;
	return role;
}

/* ---- keys ---- */

static void test_for_one_thing(void)
{
	const struct { const LabPerson *person; IdentityRole role; const char *says; } rows[] = {
		{ signer, ROLE_SIGN, "to sign with" }, { reader, ROLE_ENCRYPT, "to decrypt with" },
	};

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 100, 30);
		receive_key(&world, rows[i / 2].person, PASSWORD, i % 2);
		world_type(&world, "i");
		world_assert_has(&world, "ada.p12 has a password.");
		world_type(&world, "'wrong Enter");
		world_assert_has(&world, "ada.p12: ");
		world_assert_has(&world, "Password:");
		world_type(&world, "'" PASSWORD " Enter");
		world_assert_has(&world, "Imported: Ada <ada@example.org>: ");
		world_assert_has(&world, rows[i / 2].says);
		world_assert_asked(&world, "certificates 1\n");
		g_assert_cmpint(kept_role(&world, 1), ==, rows[i / 2].role);
	}
}

static void test_for_both(void)
{
	static const struct { const char *keys; IdentityRole role; } rows[] = {
		{ "Enter", ROLE_BOTH }, { "Down Enter", ROLE_SIGN }, { "Down Down Enter", ROLE_ENCRYPT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 80, 24);
		receive_key(&world, both, PASSWORD, false);
		world_type(&world, "i");
		world_type(&world, "'" PASSWORD " Enter");
		world_assert_has(&world, "Use the key of Ada");
		world_type(&world, rows[i].keys);
		world_assert_has(&world, "Imported: Ada");
		g_assert_cmpint(kept_role(&world, 1), ==, rows[i].role);
	}
}

static void test_taken_back(void)
{
	static const char *const keys[] = { "i Esc", "i 's3cret Enter Esc" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(World) world;
		world_init(&world, 80, 24);
		receive_key(&world, both, PASSWORD, false);
		world_steps(&world, keys[i]);
		world_assert_has(&world, "Nothing was imported.");
		world_assert_asked(&world, "");
		kept_role(&world, 0);
	}
}

static void test_without_a_password(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	receive_key(&world, signer, "", false);
	world_type(&world, "i");
	world_assert_has(&world, "Imported: Ada");
}

/* ---- certificates, and what is neither ---- */

static void test_a_certificate(void)
{
	g_autoptr(GBytes) pem = lab_pem(reader);
	g_autofree char *base64 = lab_base64(pem);
	g_auto(World) world;
	world_init(&world, 80, 24);

	receive(&world, "ada.crt", base64);
	world_type(&world, "Enter");
	world_type(&world, "q i");
	world_assert_has(&world, "Imported: Ada <ada@example.org>");
	g_assert_cmpint(kept_role(&world, 1), ==, ROLE_NONE);
}

static void test_neither(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	receive(&world, "plan.p12", "SGVsbG8gQWRh");
	world_type(&world, "i");
	world_assert_has(&world, "plan.p12 holds neither a private key");
	world_type(&world, "Enter");
	world_assert_has(&world, "This is a file of keys or certificates. i imports");
}

static void ask_password(World *world)
{
	receive_key(world, both, PASSWORD, false);
	world_type(world, "i");
	world_type(world, "'s3c");
}

static void ask_role(World *world)
{
	receive_key(world, both, PASSWORD, false);
	world_type(world, "i");
	world_type(world, "'" PASSWORD " Enter");
}

static void test_three_widths(void)
{
	world_snapshot_widths("import-password", ask_password);
	world_snapshot_widths("import-role", ask_role);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca };
	both = lab_person_new(wish);
	wish.usage = "digitalSignature";
	signer = lab_person_new(wish);
	wish.usage = "keyAgreement";
	reader = lab_person_new(wish);
	g_test_add_func("/screens/import/for-one-thing", test_for_one_thing);
	g_test_add_func("/screens/import/for-both", test_for_both);
	g_test_add_func("/screens/import/taken-back", test_taken_back);
	g_test_add_func("/screens/import/without-a-password", test_without_a_password);
	g_test_add_func("/screens/import/a-certificate", test_a_certificate);
	g_test_add_func("/screens/import/neither", test_neither);
	g_test_add_func("/screens/import/three-widths", test_three_widths);
	int failed = g_test_run();
	LabPerson *all[] = { ca, both, signer, reader };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	return failed;
}
