/*
 * Old copies put back: of a page, of the database, of all but the file with the anchor.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "store/certificate.h"
#include "store/private.h"
#include "support/tempstore.h"

enum { PAGE = 4096, FILE_MAX_BYTES = 64 << 20 };

typedef struct { GBytes *store, *slots; } Copy;

static GBytes *slurp(const TempStore *temp, const char *name)
{
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);
	g_autoptr(GError) err = NULL;
	GBytes *bytes = file_read(path, FILE_MAX_BYTES, &err);

	g_assert_no_error(err);
	return bytes;
}

/* Without a log, which would be newer. */
static void put(const TempStore *temp, const char *name, GBytes *bytes)
{
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);
	g_autofree char *log = g_build_filename(temp->dir, "store.db-wal", NULL);

	g_unlink(log);
	g_assert_true(file_write_atomic(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), NULL));
}

/* Closed, and without a log beside the database. */
static void settle(TempStore *temp)
{
	g_assert_true(store_write_keep(temp->writer, true, NULL));
	temp_store_close(temp);
}

static Copy copy_now(TempStore *temp)
{
	settle(temp);
	Copy copy = { slurp(temp, "store.db"), slurp(temp, "slots") };
	temp_store_reopen(temp);
	return copy;
}

static void copy_clear(Copy *copy)
{
	g_clear_pointer(&copy->store, g_bytes_unref);
	g_clear_pointer(&copy->slots, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Copy, copy_clear)

static void assert_replay(const TempStore *temp)
{
	g_autoptr(GError) err = NULL;

	g_assert_null(store_open(temp->dir, clock_system(), &err));
	g_assert_true(error_is(err, ERR_STORE));
	if (!strstr(err->message, "(replay)") || !strstr(err->message, "postern vault rebuild"))
		g_error("\"%s\" does not say replay and the remedy", err->message);
}

static void assert_opens(const TempStore *temp)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Store) store = store_open(temp->dir, clock_system(), &err);

	g_assert_no_error(err);
}

/* ---- what changes trust ---- */

static void change_certificate(TempStore *temp, CertificateChangeKind kind)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GBytes) der = g_bytes_new_static("0\3\2\1\5", 5);
	g_autoptr(GError) err = NULL;

	if (kind == CERTIFICATE_TRUST)
		certificate_changes_keep(changes, known_certificate_new(der, SOURCE_FILE, NULL));
	certificate_changes_add(changes, kind, certificate_id(der));
	store_write_certificates(temp->writer, changes, &err);
	g_assert_no_error(err);
}

static void trust_it(TempStore *temp) { change_certificate(temp, CERTIFICATE_TRUST); }
static void distrust_it(TempStore *temp) { change_certificate(temp, CERTIFICATE_DISTRUST); }

static void say_sender(TempStore *temp, bool is_shown)
{
	g_autoptr(GError) err = NULL;

	store_write_picture_sender(temp->writer, temp->account_id, "eve@example.test", is_shown, &err);
	g_assert_no_error(err);
}

static void show_sender(TempStore *temp) { say_sender(temp, true); }
static void hide_sender(TempStore *temp) { say_sender(temp, false); }

static void set_policy(TempStore *temp, const char *policy_xml)
{
	g_autoptr(GError) err = NULL;

	store_write_policy(temp->writer, temp->account_id, policy_xml, &err);
	g_assert_no_error(err);
}

static void accept_weak(TempStore *temp) { set_policy(temp, "<weak/>"); }
static void accept_strict(TempStore *temp) { set_policy(temp, "<strict/>"); }

static void hash_state(TempStore *temp, const char *hash)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GError) err = NULL;

	g_assert_true(store_read_account(temp->reader, "alice", &state, NULL));
	g_free(state->policy_hash);
	state->policy_hash = g_strdup(hash);
	store_write_account_state(temp->writer, state, &err);
	g_assert_no_error(err);
}

static void hash_before(TempStore *temp) { hash_state(temp, "before"); }
static void hash_after(TempStore *temp) { hash_state(temp, "after"); }

static void nothing(TempStore *temp) { (void)temp; }

/* Erased when it is opened next. */
static void order_wipe(TempStore *temp)
{
	g_assert_true(store_write_wipe_due(temp->writer, temp->account_id, NULL));
}

static const struct {
	const char *why;
	void (*grant)(TempStore *temp);
	void (*withdraw)(TempStore *temp);
} rows[] = {
	{ "a certificate trusted, then distrusted", trust_it, distrust_it },
	{ "a sender's pictures shown, then not", show_sender, hide_sender },
	{ "a policy accepted, then another", accept_weak, accept_strict },
	{ "the hash of a policy", hash_before, hash_after },
	{ "an order to erase", nothing, order_wipe },
};

/* ---- tests ---- */

static void test_an_old_database_is_found(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_auto(Copy) before = { 0 };
		g_test_message("%s", rows[i].why);
		temp_store_init(&temp);
		rows[i].grant(&temp);
		before = copy_now(&temp);
		rows[i].withdraw(&temp);
		settle(&temp);
		assert_opens(&temp);
		put(&temp, "store.db", before.store);
		assert_replay(&temp);
	}
}

/* Any one old page: found, or it says nothing of trust that the newest does not say. */
static void test_an_old_page_is_found(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_auto(Copy) before = { 0 }, after = { 0 };
		guint differ = 0, found = 0;
		g_test_message("%s", rows[i].why);
		temp_store_init(&temp);
		rows[i].grant(&temp);
		before = copy_now(&temp);
		rows[i].withdraw(&temp);
		settle(&temp);
		after = (Copy){ slurp(&temp, "store.db"), slurp(&temp, "slots") };
		gsize len = MIN(g_bytes_get_size(before.store), g_bytes_get_size(after.store));
		for (gsize at = 0; at + PAGE <= len; at += PAGE) {
			const char *old = (const char *)g_bytes_get_data(before.store, NULL) + at;
			g_autoptr(GByteArray) mixed = g_byte_array_new();
			g_byte_array_append(mixed, g_bytes_get_data(after.store, NULL), (guint)g_bytes_get_size(after.store));
			if (memcmp(mixed->data + at, old, PAGE) == 0)
				continue;
			memcpy(mixed->data + at, old, PAGE);
			g_autoptr(GBytes) bytes = g_bytes_new(mixed->data, mixed->len);
			put(&temp, "store.db", bytes);
			put(&temp, "slots", after.slots);
			g_autoptr(GError) err = NULL;
			g_autoptr(Store) store = store_open(temp.dir, clock_system(), &err);
			differ++;
			found += store == NULL;
		}
		g_assert_cmpuint(differ, >, 0);
		/* The page of the row itself, and that of the seal. */
		g_assert_cmpuint(found, >=, 2);
		put(&temp, "store.db", after.store);
		put(&temp, "slots", after.slots);
		assert_opens(&temp);
	}
}

/* What the document says cannot be found: all of it from one day. */
static void test_a_whole_folder_put_back_opens(void)
{
	g_auto(TempStore) temp;
	g_auto(Copy) before = { 0 };

	temp_store_init(&temp);
	trust_it(&temp);
	before = copy_now(&temp);
	distrust_it(&temp);
	settle(&temp);
	put(&temp, "store.db", before.store);
	put(&temp, "slots", before.slots);
	assert_opens(&temp);
}

static void test_old_slots_are_brought_up(void)
{
	g_auto(TempStore) temp;
	g_auto(Copy) before = { 0 };

	temp_store_init(&temp);
	trust_it(&temp);
	before = copy_now(&temp);
	distrust_it(&temp);
	settle(&temp);
	put(&temp, "slots", before.slots);
	assert_opens(&temp);
	put(&temp, "store.db", before.store);
	assert_replay(&temp);
}

/* Neither an empty database nor one from before the step that seals. */
static void test_a_store_begun_anew_under_old_slots_is_found(void)
{
	g_auto(TempStore) temp;
	g_autofree char *path = NULL;

	temp_store_init(&temp);
	settle(&temp);
	path = g_build_filename(temp.dir, "store.db", NULL);
	g_assert_cmpint(g_unlink(path), ==, 0);
	assert_replay(&temp);
}

/* An open reader sees it, too, where it matters most. */
static void test_certificates_are_read_only_as_sealed(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) certificates = NULL;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	trust_it(&temp);
	distrust_it(&temp);
	g_assert_true(store_read_certificates(temp.reader, &certificates, NULL));
	g_assert_cmpuint(certificates->len, ==, 1);
	g_assert_true(db_exec(temp.writer->db, "UPDATE anchor SET is_trusted = 1", NULL));
	g_clear_pointer(&certificates, g_ptr_array_unref);
	g_assert_false(store_read_certificates(temp.reader, &certificates, &err));
	g_assert_nonnull(strstr(err->message, "(replay)"));
}

static void test_a_change_to_what_it_is_raises_nothing(void)
{
	g_auto(TempStore) temp;
	int64_t before, after;

	temp_store_init(&temp);
	show_sender(&temp);
	g_assert_true(db_number(temp.reader->db, "SELECT sequence FROM trust", 0, 0, &before, NULL));
	show_sender(&temp);
	hash_state(&temp, NULL);
	g_assert_true(db_number(temp.reader->db, "SELECT sequence FROM trust", 0, 0, &after, NULL));
	g_assert_cmpint(before, >, 0);
	g_assert_cmpint(after, ==, before);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trust/an-old-database-is-found", test_an_old_database_is_found);
	g_test_add_func("/trust/an-old-page-is-found", test_an_old_page_is_found);
	g_test_add_func("/trust/a-whole-folder-put-back-opens", test_a_whole_folder_put_back_opens);
	g_test_add_func("/trust/old-slots-are-brought-up", test_old_slots_are_brought_up);
	g_test_add_func("/trust/a-store-begun-anew-under-old-slots-is-found",
	                test_a_store_begun_anew_under_old_slots_is_found);
	g_test_add_func("/trust/certificates-are-read-only-as-sealed", test_certificates_are_read_only_as_sealed);
	g_test_add_func("/trust/a-change-to-what-it-is-raises-nothing", test_a_change_to_what_it_is_raises_nothing);
	return g_test_run();
}
