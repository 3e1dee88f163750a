#include <string.h>

#include "store/certificate.h"
#include "store/people.h"
#include "store/private.h"
#include "store/revocation.h"
#include "support/tempstore.h"

#define LIST "http://crl.test/ca.crl"

static void write_answer(TempStore *temp, int64_t account_id, const char *url, const char *text)
{
	g_autoptr(GBytes) bytes = text ? g_bytes_new(text, strlen(text)) : NULL;
	g_autoptr(GError) err = NULL;

	store_write_revocation(temp->writer, account_id, url, bytes, &err);
	g_assert_no_error(err);
}

/* "URL=ANSWER", blanks between, in the order they were first asked. */
static char *all_of(TempStore *temp)
{
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GError) err = NULL;
	GString *text = g_string_new(NULL);

	store_read_revocations(temp->reader, &all, &err);
	g_assert_no_error(err);
	for (guint i = 0; i < all->len; i++) {
		const StoreRevocation *one = all->pdata[i];
		g_string_append_printf(text, "%s%s=%.*s", i ? " " : "", one->url,
		                       one->answer ? (int)g_bytes_get_size(one->answer) : 1,
		                       one->answer ? (const char *)g_bytes_get_data(one->answer, NULL) : "-");
		g_assert_cmpint(one->asked_ms, >, 0);
	}
	return g_string_free(text, FALSE);
}

static void assert_all(TempStore *temp, const char *want)
{
	g_autofree char *got = all_of(temp);

	g_assert_cmpstr(got, ==, want);
}

static int64_t version_of(TempStore *temp)
{
	int64_t version = 0;

	g_assert_true(store_read_certificates_version(temp->reader, &version, NULL));
	return version;
}

static void test_answers_are_kept(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	write_answer(&temp, temp.account_id, LIST, "one");
	write_answer(&temp, temp.account_id, "http://ocsp.test/q", NULL);
	temp_store_reopen(&temp);
	assert_all(&temp, LIST "=one http://ocsp.test/q=-");
	write_answer(&temp, temp.account_id, LIST, "two");
	assert_all(&temp, LIST "=two http://ocsp.test/q=-");
	/* Who does not answer takes nothing away. */
	write_answer(&temp, temp.account_id, LIST, NULL);
	assert_all(&temp, LIST "=two http://ocsp.test/q=-");
}

/* Nor does the file of somebody who has the keys of pages alone tell what was asked. */
static void test_answers_are_sealed(void)
{
	g_auto(TempStore) temp;
	GBytes *sealed;

	temp_store_init(&temp);
	write_answer(&temp, temp.account_id, LIST, "CANARY");
	g_auto(Stmt) stmt = stmt_begin(temp.reader->db, "SELECT answer FROM revocation");
	bool has_row;
	g_assert_true(stmt_step(&stmt, &has_row, NULL) && has_row);
	sealed = get_bytes(&stmt);
	g_assert_null(memmem(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), "CANARY", 6));
	g_bytes_unref(sealed);
}

static void test_only_so_much(void)
{
	g_auto(TempStore) temp;
	g_autofree char *big = g_strnfill(REVOCATIONS_KEPT_BYTES / 4, 'x');
	g_autoptr(GPtrArray) all = NULL;

	temp_store_init(&temp);
	for (int i = 0; i < 6; i++) {
		g_autofree char *url = g_strdup_printf("http://crl.test/%d", i);
		write_answer(&temp, temp.account_id, url, big);
	}
	g_assert_true(store_read_revocations(temp.reader, &all, NULL));
	g_assert_cmpuint(all->len, ==, 4);
	g_assert_cmpstr(((StoreRevocation *)all->pdata[0])->url, ==, "http://crl.test/2");
}

static void test_they_go_with_the_account(void)
{
	g_auto(TempStore) temp;
	g_autoptr(AccountState) bob = NULL;

	temp_store_init(&temp);
	g_assert_true(store_write_account(temp.writer, "bob", &bob, NULL));
	write_answer(&temp, temp.account_id, LIST, "one");
	write_answer(&temp, bob->id, "http://crl.test/bob", "two");
	g_assert_true(store_write_account_gone(temp.writer, bob->id, NULL));
	assert_all(&temp, LIST "=one");
}

static void test_the_version_tells(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t before = version_of(&temp);
	g_assert_true(store_write_vip(temp.writer, "ada@example.org", true, NULL));
	g_assert_cmpint(version_of(&temp), ==, before);
	write_answer(&temp, temp.account_id, LIST, "one");
	g_assert_cmpint(version_of(&temp), >, before);
	before = version_of(&temp);
	g_autoptr(GPtrArray) nothing = certificate_changes_new();
	g_assert_true(store_write_certificates(temp.writer, nothing, NULL));
	g_assert_cmpint(version_of(&temp), >, before);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store-revocation/answers-are-kept", test_answers_are_kept);
	g_test_add_func("/store-revocation/answers-are-sealed", test_answers_are_sealed);
	g_test_add_func("/store-revocation/only-so-much", test_only_so_much);
	g_test_add_func("/store-revocation/they-go-with-the-account", test_they_go_with_the_account);
	g_test_add_func("/store-revocation/the-version-tells", test_the_version_tells);
	return g_test_run();
}
