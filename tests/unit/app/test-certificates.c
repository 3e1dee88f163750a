#include <string.h>

#include "app/certificates.h"
#include "base/error.h"
#include "store/certificate.h"
#include "support/lab.h"
#include "support/tempstore.h"
#include "vault/lock.h"
#include "vault/vault.h"

#define TO_SIGN    "digitalSignature"
#define TO_ENCRYPT "keyEncipherment"

static LabPerson *root;

static KnownCertificate *known(const LabPerson *person, CertificateSource source)
{
	g_autoptr(GBytes) pem = lab_pem(person);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) found = certificates_read(pem, &error);

	g_assert_no_error(error);
	const Certificate *facts = found->pdata[0];
	return known_certificate_new(facts->der, source, (const char *const *)facts->addresses);
}

static KnownCertificate *own(TempStore *temp, const LabPerson *person, IdentityRole role)
{
	g_autoptr(GBytes) pem = lab_pem_identity(person, NULL);
	g_autoptr(GPtrArray) identities = smime_identities_read(pem, NULL, NULL);
	g_autoptr(Secret) key = smime_identity_export_key(identities->pdata[0], NULL);
	KnownCertificate *certificate = known(person, SOURCE_FILE);

	certificate->role = role;
	certificate->sealed_key = store_seal_identity_key(temp->store, certificate->id, key, NULL);
	return certificate;
}

static Certificates *load(TempStore *temp, const GPtrArray *changes)
{
	g_autoptr(GError) error = NULL;

	store_write_certificates(temp->writer, changes, &error);
	g_assert_no_error(error);
	Certificates *certificates = certificates_load(temp->reader, &error);
	g_assert_no_error(error);
	g_assert_null(certificates_damage(certificates));
	return certificates;
}

static LabPerson *person(const char *name, const char *usage, int from_days, int to_days)
{
	return lab_person_new((LabWish){ .name = name, .alternative = "email:ada@example.org", .usage = usage, .issuer = root,
	                                 .from_days = from_days, .to_days = to_days });
}

static const char *name_of(const SmimeIdentity *identity)
{
	return identity ? smime_identity_certificate(identity)->name : "nobody";
}

static void test_who_signs(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(LabPerson) expired = person("expired", TO_SIGN, -20, -1), now = person("now", TO_SIGN, -10, 50),
			     longest = person("longest", TO_SIGN, -10, 90), secrets = person("secrets", TO_ENCRYPT, -10, 99),
			     later = person("later", TO_SIGN, 60, 200);
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	const LabPerson *const signers[] = { expired, now, longest, later };
	const struct { const char *address; int day; const char *name; } rows[] = {
		{ "ada@example.org", 0, "longest" },
		{ "ADA@Example.org", 0, "longest" },
		{ "ada@example.org", 100, "later" },
		{ "ada@example.org", -15, "expired" },
		{ "ada@example.org", 300, "nobody" },
		{ "grace@example.org", 0, "nobody" },
		{ "sales@example.org", 0, "now" },
	};

	temp_store_init(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(signers); i++)
		certificate_changes_keep(changes, own(&temp, signers[i], ROLE_SIGN));
	certificate_changes_keep(changes, own(&temp, secrets, ROLE_ENCRYPT));
	g_autoptr(KnownCertificate) chosen = known(now, SOURCE_FILE);
	certificate_changes_sign(changes, chosen->id, "sales@example.org");
	g_autoptr(Certificates) certificates = load(&temp, changes);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(name_of(certificates_signer(certificates, rows[i].address, LAB_NOW_MS + rows[i].day * LAB_DAY_MS)), ==, rows[i].name);
	g_assert_cmpuint(certificates_identities(certificates)->len, ==, 5);
	g_assert_cmpstr(name_of(certificates_identities(certificates)->pdata[0]), ==, "secrets");
}

static void test_for_whom_to_encrypt(void)
{
	static const struct { const char *name, *usage; int from_days, to_days; int64_t seen_ms; bool is_refused, is_found; } rows[] = {
		{ "may encrypt", TO_ENCRYPT, -10, 10, 0, false, true },
		{ "may do all", NULL, -10, 10, 0, false, true },
		{ "may only sign", TO_SIGN, -10, 10, 0, false, false },
		{ "is expired", TO_ENCRYPT, -10, -1, 0, false, false },
		{ "is not valid yet", TO_ENCRYPT, 1, 10, 0, false, false },
		{ "is distrusted", TO_ENCRYPT, -10, 10, 0, true, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp = { 0 };
		g_autoptr(LabPerson) ada = person(rows[i].name, rows[i].usage, rows[i].from_days, rows[i].to_days);
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		KnownCertificate *certificate = known(ada, SOURCE_MAIL);
		temp_store_init(&temp);
		certificate_changes_keep(changes, certificate);
		if (rows[i].is_refused)
			certificate_changes_add(changes, CERTIFICATE_DISTRUST, certificate->id);
		g_autoptr(Certificates) certificates = load(&temp, changes);
		g_test_message("%s", rows[i].name);
		g_assert_cmpint(certificates_recipient(certificates, "Ada@example.org", LAB_NOW_MS) != NULL, ==, rows[i].is_found);
		g_assert_null(certificates_recipient(certificates, "grace@example.org", LAB_NOW_MS));
	}
}

static void test_the_newest_in_use(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(LabPerson) before = person("before", TO_ENCRYPT, -10, 99), lately = person("lately", TO_ENCRYPT, -10, 20);
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	KnownCertificate *first = known(before, SOURCE_MAIL), *second = known(lately, SOURCE_MAIL);

	temp_store_init(&temp);
	first->seen_ms = 1000;
	second->seen_ms = 2000;
	certificate_changes_keep(changes, first);
	certificate_changes_keep(changes, second);
	g_autoptr(Certificates) certificates = load(&temp, changes);
	g_assert_cmpint(certificates_recipient(certificates, "ada@example.org", LAB_NOW_MS)->id, ==, second->id);
	g_assert_true(certificates_find(certificates, first->id)->seen_ms == 1000);
	g_assert_null(certificates_find(certificates, 1));
}

/* A mail signed by a person whose issuer is known, but who is trusted only by the person's word. */
static void test_whom_to_trust(void)
{
	g_autoptr(LabPerson) between = lab_person_new((LabWish){ .name = "Between", .is_ca = true, .usage = "keyCertSign", .issuer = root });
	g_autoptr(LabPerson) ada = lab_person_new((LabWish){ .name = "Ada", .alternative = "email:ada@example.org", .issuer = between });
	static const char part[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = ada, .flags = CMS_DETACHED }, part);
	g_autofree char *signature = lab_clear(part, der);
	g_autofree char *mail = g_strconcat("From: Ada <ada@example.org>\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n", signature, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	const struct { const char *why; const LabPerson *known, *trusted, *refused; VerdictGrade grade; Reason reason; } rows[] = {
		{ "nobody", NULL, NULL, NULL, VERDICT_DOUBT, REASON_ISSUER_UNKNOWN },
		{ "the root, and who is between is known", between, root, NULL, VERDICT_GOOD, REASON_COUNT },
		{ "the root alone", NULL, root, NULL, VERDICT_DOUBT, REASON_ISSUER_UNKNOWN },
		{ "who is between", NULL, between, NULL, VERDICT_GOOD, REASON_COUNT },
		{ "herself", NULL, ada, NULL, VERDICT_GOOD, REASON_COUNT },
		{ "the root, but not who is between", NULL, root, between, VERDICT_BAD, REASON_CHAIN_REFUSED },
		{ "the root, but not herself", between, root, ada, VERDICT_BAD, REASON_CHAIN_REFUSED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp = { 0 };
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		const LabPerson *const all[] = { rows[i].known, rows[i].trusted, rows[i].refused };
		temp_store_init(&temp);
		for (int j = 0; j < 3; j++) {
			KnownCertificate *certificate = all[j] ? known(all[j], SOURCE_FILE) : NULL;
			if (certificate)
				certificate_changes_keep(changes, certificate);
			if (certificate && j > 0)
				certificate_changes_add(changes, j == 1 ? CERTIFICATE_TRUST : CERTIFICATE_DISTRUST, certificate->id);
		}
		g_autoptr(Certificates) certificates = load(&temp, changes);
		SmimeSetup setup = certificates_setup(certificates, LAB_NOW_MS);
		g_autoptr(SmimeMessage) message = smime_message_open(bytes, &setup);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(message->verdict.grade, ==, rows[i].grade);
		if (rows[i].reason < REASON_COUNT)
			g_assert_true(verdict_has(message->verdict, rows[i].reason));
	}
}

static void test_how_one_stands(void)
{
	g_autoptr(LabPerson) short_rsa = lab_person_new((LabWish){ .name = "weak", .issuer = root, .alternative = "email:ada@example.org", .digest = EVP_sha1() });
	g_autoptr(LabPerson) stranger = lab_person_new((LabWish){ .name = "stranger", .alternative = "email:ada@example.org" });
	g_autoptr(LabPerson) good = person("good", NULL, -10, 90), soon = person("soon", TO_ENCRYPT, -10, 29), ended = person("ended", TO_SIGN, -10, -1),
			     later = person("later", TO_SIGN, 1, 90), refused = person("refused", NULL, -10, 90), own_ended = person("own", NULL, -90, -31);
	g_autoptr(LabPerson) by_one_who_may_not = lab_person_new((LabWish){ .name = "false", .issuer = good });
	const struct { const LabPerson *person; StandingKind standing; const char *warns; } rows[] = {
		{ root, STANDING_GOOD, NULL },
		{ good, STANDING_GOOD, NULL },
		{ soon, STANDING_ENDS_SOON, "expires on 2026-12-23" },
		{ ended, STANDING_EXPIRED, "expired on 2026-11-23" },
		{ own_ended, STANDING_EXPIRED, NULL },
		{ later, STANDING_NOT_YET, NULL },
		{ stranger, STANDING_UNKNOWN, NULL },
		{ short_rsa, STANDING_WEAK, NULL },
		{ refused, STANDING_REFUSED, NULL },
		{ by_one_who_may_not, STANDING_BROKEN, NULL },
	};
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	temp_store_init(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		KnownCertificate *certificate = own(&temp, rows[i].person, ROLE_BOTH);
		certificate_changes_keep(changes, certificate);
		if (rows[i].person == root || rows[i].person == good)
			certificate_changes_add(changes, CERTIFICATE_TRUST, certificate->id);
		if (rows[i].person == refused)
			certificate_changes_add(changes, CERTIFICATE_DISTRUST, certificate->id);
	}
	g_autoptr(Certificates) certificates = load(&temp, changes);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(KnownCertificate) certificate = known(rows[i].person, SOURCE_FILE);
		const KnownCertificate *row = certificates_find(certificates, certificate->id);
		g_autofree char *warning = certificates_warning(certificates, row, LAB_NOW_MS);
		g_test_message("%s", certificates_facts(certificates, row)->name);
		g_assert_cmpstr(standing_name(certificates_standing(certificates, row, LAB_NOW_MS)), ==, standing_name(rows[i].standing));
		g_assert_cmpint(warning != NULL, ==, rows[i].warns != NULL);
		if (warning)
			g_assert_nonnull(strstr(warning, rows[i].warns));
	}
}

static void test_a_damaged_row_spoils_no_other(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(LabPerson) ada = person("Ada", NULL, -10, 10);
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GBytes) nonsense = g_bytes_new_static("nonsense", 8);
	KnownCertificate *bad = known_certificate_new(nonsense, SOURCE_FILE, (const char *const[]){ "ada@example.org", NULL });

	temp_store_init(&temp);
	bad->role = ROLE_BOTH;
	bad->sealed_key = g_bytes_new_static("not sealed at all, nor of any length", 36);
	certificate_changes_keep(changes, bad);
	certificate_changes_keep(changes, own(&temp, ada, ROLE_BOTH));
	g_assert_true(store_write_certificates(temp.writer, changes, NULL));
	g_autoptr(Certificates) certificates = certificates_load(temp.reader, NULL);
	g_assert_nonnull(certificates_damage(certificates));
	g_assert_cmpstr(name_of(certificates_signer(certificates, "ada@example.org", LAB_NOW_MS)), ==, "Ada");
	g_assert_nonnull(certificates_recipient(certificates, "ada@example.org", LAB_NOW_MS));
}

/* While it is locked others can still be judged, and nothing is called damaged. */
static void test_locked(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(LabPerson) ada = person("Ada", NULL, -10, 10);
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(Secret) passphrase = secret_new("correct horse", 13);
	g_autoptr(GError) error = NULL;

	temp_store_init(&temp);
	certificate_changes_keep(changes, own(&temp, ada, ROLE_BOTH));
	g_autoptr(Certificates) before = load(&temp, changes);
	g_assert_false(certificates_are_locked(before));
	Vault *vault = store_vault(temp.store);
	g_assert_true(vault_set_passphrase(vault, passphrase, NULL) && vault_drop_key(vault, KEY_FILE, NULL));
	vault_lock(vault, &error);
	g_assert_no_error(error);
	g_autoptr(Certificates) locked = certificates_load(temp.reader, &error);
	g_assert_no_error(error);
	g_assert_true(certificates_are_locked(locked));
	g_assert_null(certificates_damage(locked));
	g_assert_cmpuint(certificates_identities(locked)->len, ==, 0);
	g_assert_null(certificates_signer(locked, "ada@example.org", LAB_NOW_MS));
	g_assert_nonnull(certificates_recipient(locked, "ada@example.org", LAB_NOW_MS));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	root = lab_person_new((LabWish){ .name = "Root", .is_ca = true, .usage = "keyCertSign" });
	g_test_add_func("/certificates/who signs", test_who_signs);
	g_test_add_func("/certificates/for whom to encrypt", test_for_whom_to_encrypt);
	g_test_add_func("/certificates/the newest in use", test_the_newest_in_use);
	g_test_add_func("/certificates/whom to trust", test_whom_to_trust);
	g_test_add_func("/certificates/how one stands", test_how_one_stands);
	g_test_add_func("/certificates/locked", test_locked);
	g_test_add_func("/certificates/a damaged row spoils no other", test_a_damaged_row_spoils_no_other);
	int failed = g_test_run();
	lab_person_free(root);
	return failed;
}
