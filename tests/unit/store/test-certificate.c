#include <string.h>

#include "base/error.h"
#include "store/certificate.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

/* The store never looks into a certificate: any bytes are one. */
static KnownCertificate *certificate_of(const char *name, CertificateSource source)
{
	g_autofree char *address = g_strdup_printf("%s@example.org", name);
	g_autoptr(GBytes) der = bytes_of(name);

	return known_certificate_new(der, source, (const char *const[]){ address, NULL });
}

static int64_t id_of(const char *name)
{
	g_autoptr(GBytes) der = bytes_of(name);

	return certificate_id(der);
}

static void add_own(TempStore *temp, GPtrArray *changes, const char *name, IdentityRole role)
{
	KnownCertificate *own = certificate_of(name, SOURCE_FILE);
	g_autoptr(Secret) key = secret_new("the key: canary", 15);
	g_autoptr(GError) error = NULL;

	own->account_id = temp->account_id;
	own->role = role;
	own->sealed_key = store_seal_identity_key(temp->store, own->id, key, &error);
	g_assert_no_error(error);
	certificate_changes_keep(changes, own);
}

static void write_all(TempStore *temp, const GPtrArray *changes)
{
	g_autoptr(GError) error = NULL;

	store_write_certificates(temp->writer, changes, &error);
	g_assert_no_error(error);
}

static KnownCertificate *find(TempStore *temp, const char *name)
{
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GError) error = NULL;

	store_read_certificates(temp->reader, &all, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < all->len; i++)
		if (((KnownCertificate *)all->pdata[i])->id == id_of(name))
			return g_ptr_array_steal_index(all, i);
	return NULL;
}

static void test_kept(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new(), of_grace = NULL;
	KnownCertificate *grace = certificate_of("Grace", SOURCE_MAIL);

	temp_store_init(&temp);
	grace->account_id = temp.account_id;
	grace->seen_ms = 5000;
	grace->capabilities = bytes_of("AES");
	certificate_changes_keep(changes, grace);
	write_all(&temp, changes);
	g_autoptr(KnownCertificate) found = find(&temp, "Grace");
	g_assert_cmpint(found->source, ==, SOURCE_MAIL);
	g_assert_cmpint(found->account_id, ==, temp.account_id);
	g_assert_cmpint(found->seen_ms, ==, 5000);
	g_assert_true(g_bytes_equal(found->der, grace->der));
	g_assert_true(g_bytes_equal(found->capabilities, grace->capabilities));
	g_assert_cmpstrv(found->addresses, ((const char *[]){ "grace@example.org", NULL }));
	g_assert_cmpint(found->role, ==, ROLE_NONE);
	g_assert_cmpint(found->trust, ==, TRUST_UNSAID);
	g_assert_true(store_read_certificates_of(temp.reader, "GRACE@example.org", &of_grace, NULL));
	g_assert_cmpuint(of_grace->len, ==, 1);
}

/* What is kept again: each row writes a second time over the first. */
static void test_kept_again(void)
{
	static const struct {
		const char *why; CertificateSource source; int64_t seen_ms; const char *able;
		CertificateSource then; int64_t then_seen_ms; const char *then_able;
	} rows[] = {
		{ "newer mail", SOURCE_MAIL, 6000, "new", SOURCE_SERVER, 6000, "new" },
		{ "older mail", SOURCE_MAIL, 4000, "old", SOURCE_SERVER, 5000, "first" },
		{ "newer, and says nothing", SOURCE_MAIL, 6000, NULL, SOURCE_SERVER, 6000, "first" },
		{ "imported", SOURCE_FILE, 0, NULL, SOURCE_FILE, 5000, "first" },
	};
	g_auto(TempStore) temp = { 0 };

	temp_store_init(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		KnownCertificate *first = certificate_of(rows[i].why, SOURCE_SERVER), *again = certificate_of(rows[i].why, rows[i].source);
		first->seen_ms = 5000;
		first->capabilities = bytes_of("first");
		again->seen_ms = rows[i].seen_ms;
		again->capabilities = rows[i].able ? bytes_of(rows[i].able) : NULL;
		certificate_changes_keep(changes, first);
		certificate_changes_keep(changes, again);
		write_all(&temp, changes);
		g_autoptr(KnownCertificate) found = find(&temp, rows[i].why);
		g_autoptr(GBytes) able = bytes_of(rows[i].then_able);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(found->source, ==, rows[i].then);
		g_assert_cmpint(found->seen_ms, ==, rows[i].then_seen_ms);
		g_assert_true(g_bytes_equal(found->capabilities, able));
	}
}

static void test_a_key_is_sealed(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(Secret) key = NULL, none = NULL;
	g_autoptr(GError) error = NULL;
	guint bad;
	gsize len;

	temp_store_init(&temp);
	add_own(&temp, changes, "ada", ROLE_BOTH);
	certificate_changes_sign(changes, id_of("ada"), "ada@example.org");
	write_all(&temp, changes);
	g_autoptr(KnownCertificate) found = find(&temp, "ada");
	g_assert_cmpint(found->role, ==, ROLE_BOTH);
	g_assert_null(found->sealed_key);
	g_assert_cmpstrv(found->signs_for, ((const char *[]){ "ada@example.org", NULL }));
	g_assert_true(store_read_identity_key(temp.reader, id_of("ada"), &key, NULL));
	g_assert_cmpmem(secret_bytes(key), (int)secret_len(key), "the key: canary", 15);
	g_assert_false(store_read_identity_key(temp.reader, 1, &none, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_autoptr(GBytes) pages = plain_pages_of(temp.dir, "store.db", &bad);
	const char *bytes = g_bytes_get_data(pages, &len);
	g_assert_nonnull(memmem(bytes, len, "ada@example.org", 15));
	g_assert_null(memmem(bytes, len, "canary", 6));
}

static void test_what_the_person_says(void)
{
	static const struct { CertificateChangeKind kind; CertificateTrust trust; } rows[] = {
		{ CERTIFICATE_TRUST, TRUST_GIVEN },
		{ CERTIFICATE_DISTRUST, TRUST_REFUSED },
		{ CERTIFICATE_TRUST, TRUST_GIVEN },
		{ CERTIFICATE_UNSAY, TRUST_UNSAID },
	};
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GPtrArray) first = certificate_changes_new();

	temp_store_init(&temp);
	certificate_changes_keep(first, certificate_of("root", SOURCE_FILE));
	write_all(&temp, first);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		certificate_changes_add(changes, rows[i].kind, id_of("root"));
		write_all(&temp, changes);
		g_autoptr(KnownCertificate) found = find(&temp, "root");
		g_assert_cmpint(found->trust, ==, rows[i].trust);
	}
}

static void test_nothing_by_halves(void)
{
	static const struct { const char *why; CertificateChangeKind kind; const char *of; } rows[] = {
		{ "drops what is not there", CERTIFICATE_DROP, "nobody" },
		{ "trusts what is not there", CERTIFICATE_TRUST, "nobody" },
		{ "signs by what is not there", CERTIFICATE_SIGN, "nobody" },
		{ "signs without a key", CERTIFICATE_SIGN, "grace" },
		{ "signs by a key to decrypt with", CERTIFICATE_SIGN, "secrets" },
	};
	g_auto(TempStore) temp = { 0 };

	temp_store_init(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new(), all = NULL;
		g_autoptr(GError) error = NULL;
		certificate_changes_keep(changes, certificate_of("grace", SOURCE_MAIL));
		add_own(&temp, changes, "secrets", ROLE_ENCRYPT);
		if (rows[i].kind == CERTIFICATE_SIGN)
			certificate_changes_sign(changes, id_of(rows[i].of), "a@b.test");
		else
			certificate_changes_add(changes, rows[i].kind, id_of(rows[i].of));
		g_test_message("%s", rows[i].why);
		g_assert_false(store_write_certificates(temp.writer, changes, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
		g_assert_true(store_read_certificates(temp.reader, &all, NULL));
		g_assert_cmpuint(all->len, ==, 0);
	}
}

static void test_dropped(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new(), of_ada = NULL;
	g_autofree char *report = NULL;

	temp_store_init(&temp);
	add_own(&temp, changes, "ada", ROLE_SIGN);
	certificate_changes_sign(changes, id_of("ada"), "ada@example.org");
	certificate_changes_add(changes, CERTIFICATE_TRUST, id_of("ada"));
	certificate_changes_add(changes, CERTIFICATE_DROP, id_of("ada"));
	write_all(&temp, changes);
	g_assert_null(find(&temp, "ada"));
	g_assert_true(store_read_certificates_of(temp.reader, "ada@example.org", &of_ada, NULL));
	g_assert_cmpuint(of_ada->len, ==, 0);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
}

/* What is left when the account goes, and when its server orders it erased. */
static void test_the_account_goes(void)
{
	static const struct { const char *name; bool is_removed_left, is_wiped_left, has_key_removed, has_key_wiped; } rows[] = {
		{ "harvested", false, false, false, false },
		{ "imported", true, true, false, false },
		{ "trusted", true, true, false, false },
		{ "own", true, true, true, false },
		{ "of another", true, true, true, true },
	};

	for (int is_wipe = 0; is_wipe < 2; is_wipe++) {
		g_auto(TempStore) temp = { 0 };
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		KnownCertificate *harvested = certificate_of("harvested", SOURCE_MAIL), *trusted = certificate_of("trusted", SOURCE_MAIL);
		temp_store_init(&temp);
		harvested->account_id = trusted->account_id = temp.account_id;
		certificate_changes_keep(changes, harvested);
		certificate_changes_keep(changes, trusted);
		certificate_changes_add(changes, CERTIFICATE_TRUST, id_of("trusted"));
		certificate_changes_keep(changes, certificate_of("imported", SOURCE_FILE));
		add_own(&temp, changes, "own", ROLE_BOTH);
		add_own(&temp, changes, "of another", ROLE_BOTH);
		((CertificateChange *)changes->pdata[changes->len - 1])->certificate->account_id = 0;
		write_all(&temp, changes);
		if (is_wipe)
			g_assert_true(store_write_wipe_due(temp.writer, temp.account_id, NULL) && store_write_wipes(temp.writer, NULL));
		else
			g_assert_true(store_write_account_gone(temp.writer, temp.account_id, NULL));
		for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_test_message("%s", rows[i].name);
			g_autoptr(KnownCertificate) found = find(&temp, rows[i].name);
			g_assert_cmpint(found != NULL, ==, is_wipe ? rows[i].is_wiped_left : rows[i].is_removed_left);
			if (found)
				g_assert_cmpint(found->role != ROLE_NONE, ==, is_wipe ? rows[i].has_key_wiped : rows[i].has_key_removed);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/certificate/kept", test_kept);
	g_test_add_func("/certificate/kept again", test_kept_again);
	g_test_add_func("/certificate/a key is sealed", test_a_key_is_sealed);
	g_test_add_func("/certificate/what the person says", test_what_the_person_says);
	g_test_add_func("/certificate/nothing by halves", test_nothing_by_halves);
	g_test_add_func("/certificate/dropped", test_dropped);
	g_test_add_func("/certificate/the account goes", test_the_account_goes);
	return g_test_run();
}
