#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "support/tempstore.h"
#include "vault/page.h"
#include "vault/slots.h"

typedef struct { char *dir; } Place;

static void place_init(Place *place) { place->dir = g_dir_make_tmp("postern-slots-XXXXXX", NULL); }

static void place_clear(Place *place)
{
	temp_dir_remove(place->dir);
	g_free(place->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static Slots *open_slots(const Place *place)
{
	g_autoptr(GError) err = NULL;
	Slots *slots = slots_open(place->dir, true, NULL, &err);

	g_assert_no_error(err);
	return slots;
}

static void make_slots(const Place *place)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Slots) slots = slots_open(place->dir, false, NULL, &err);

	g_assert_no_error(err);
	g_assert_cmpuint(g_bytes_get_size(slots_uuid(slots)), ==, 16);
	g_assert_cmpuint(secret_len(slots_root(slots)), ==, 32);
}

static void assert_refused(const Place *place, const char *says)
{
	g_autoptr(GError) err = NULL;

	g_assert_null(slots_open(place->dir, true, NULL, &err));
	g_assert_true(error_is(err, ERR_STORE));
	if (!strstr(err->message, says))
		g_error("\"%s\" does not say \"%s\"", err->message, says);
}

static void test_the_root_comes_back(void)
{
	g_auto(Place) place;

	place_init(&place);
	make_slots(&place);
	g_autoptr(Slots) first = open_slots(&place);
	g_autoptr(Slots) second = open_slots(&place);
	g_assert_true(g_bytes_equal(slots_uuid(first), slots_uuid(second)));
	g_assert_cmpmem(secret_bytes(slots_root(first)), 32, secret_bytes(slots_root(second)), 32);
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	g_autoptr(GBytes) file = file_read(path, 1000, NULL);
	g_assert_null(memmem(g_bytes_get_data(file, NULL), g_bytes_get_size(file), secret_bytes(slots_root(first)), 32));
}

static void test_every_bit_of_the_slots_counts(void)
{
	g_auto(Place) place;

	place_init(&place);
	make_slots(&place);
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	g_autoptr(GBytes) file = file_read(path, 1000, NULL);
	gsize len = g_bytes_get_size(file);
	for (gsize at = 0; at < len; at++) {
		g_autofree uint8_t *spoilt = g_memdup2(g_bytes_get_data(file, NULL), len);
		g_autoptr(GError) err = NULL;
		spoilt[at] ^= (uint8_t)(1 << (at % 8));
		g_assert_true(file_write_atomic(path, spoilt, len, NULL));
		g_assert_null(slots_open(place.dir, true, NULL, &err));
		g_assert_true(error_is(err, ERR_STORE));
		g_assert_nonnull(strstr(err->message, path));
	}
}

static void test_what_is_missing_is_named(void)
{
	g_auto(Place) place;

	place_init(&place);
	assert_refused(&place, "/slots is missing; without it the store cannot be read");
	make_slots(&place);
	g_autofree char *key = g_build_filename(place.dir, "key", NULL);
	g_chmod(key, 0640);
	assert_refused(&place, "others may read the key file");
	g_assert_true(file_write_atomic(key, "short", 5, NULL));
	assert_refused(&place, "has 5 bytes, not 32");
	g_assert_true(file_write_atomic(key, "0123456789abcdef0123456789abcdef", 32, NULL));
	assert_refused(&place, "does not fit");
	g_unlink(key);
	assert_refused(&place, "/key is missing");
}

static void test_a_newer_file_says_update(void)
{
	g_auto(Place) place;

	place_init(&place);
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	static const char newer[44] = "PostSlot\0\0\0\2";
	g_assert_true(file_write_atomic(path, newer, sizeof newer, NULL));
	assert_refused(&place, "was made by a newer Postern; please update");
}

/* A first start that ended between the two files. */
static void test_a_key_without_slots_is_used_again(void)
{
	g_auto(Place) place;

	place_init(&place);
	g_autofree char *key = g_build_filename(place.dir, "key", NULL);
	g_assert_true(file_write_atomic(key, "0123456789abcdef0123456789abcdef", 32, NULL));
	make_slots(&place);
	g_autoptr(GBytes) bytes = file_read(key, 32, NULL);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), 32, "0123456789abcdef0123456789abcdef", 32);
}

static void *open_first(void *dir) { return slots_open(dir, false, NULL, NULL); }

static void test_first_starts_at_once_agree(void)
{
	g_auto(Place) place;
	GThread *threads[4];
	Slots *slots[4];

	place_init(&place);
	for (int i = 0; i < 4; i++)
		threads[i] = g_thread_new("first", open_first, place.dir);
	for (int i = 0; i < 4; i++) {
		slots[i] = g_thread_join(threads[i]);
		g_assert_nonnull(slots[i]);
		g_assert_cmpmem(secret_bytes(slots_root(slots[i])), 32, secret_bytes(slots_root(slots[0])), 32);
	}
	for (int i = 0; i < 4; i++)
		slots_free(slots[i]);
}

static void test_an_epoch_ends(void)
{
	g_auto(Place) place;
	uint32_t epoch = 0;

	place_init(&place);
	make_slots(&place);
	g_autoptr(Slots) slots = open_slots(&place);
	for (int i = 0; i < 4; i++) {
		g_assert_true(slots_reserve(slots, 1u << 28, &epoch, NULL));
		g_assert_cmpuint(epoch, ==, 1);
	}
	g_autoptr(Slots) later = open_slots(&place);
	g_assert_true(slots_reserve(later, 1, &epoch, NULL));
	g_assert_cmpuint(epoch, ==, 2);
	g_assert_true(slots_reserve(slots, 1, &epoch, NULL));
	g_assert_cmpuint(epoch, ==, 2);
}

/* Pages of the last epoch are read beside those of this one. */
static void test_pages_outlive_their_epoch(void)
{
	g_auto(Place) place;
	uint8_t plain[PAGE_BYTES] = "canary", sealed[3][PAGE_BYTES], back[PAGE_BYTES];
	uint32_t epoch;

	place_init(&place);
	make_slots(&place);
	g_autoptr(Slots) slots = open_slots(&place);
	for (uint32_t i = 0; i < 3; i++) {
		g_autoptr(PageBook) book = page_book_new(slots, (PageDatabase){ 0, "test" });
		g_autoptr(PageCipher) writer = page_cipher_new(book, PAGE_IN_MAIN);
		g_assert_true(page_seal(writer, (PagePlace){ i, NULL }, plain, sealed[i], NULL));
		g_assert_cmpuint(sealed[i][PAGE_BYTES - 1], ==, 2 * i + 1);
		g_assert_true(slots_reserve(slots, 1u << 30, &epoch, NULL));
	}
	g_autoptr(PageBook) book = page_book_new(slots, (PageDatabase){ 0, "test" });
	g_autoptr(PageCipher) reader = page_cipher_new(book, PAGE_IN_MAIN);
	for (uint32_t i = 0; i < 6; i++) {
		g_assert_true(page_open(reader, (PagePlace){ i % 3, NULL }, sealed[i % 3], back));
		g_assert_cmpmem(back, PAGE_BYTES, plain, PAGE_BYTES);
	}
}

static void test_a_page_opens_only_in_its_place(void)
{
	static const uint8_t frame[12] = { 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t other_count[12] = { 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t other_salt[12] = { 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 9 };
	static const struct { const char *why; uint32_t database; PageFile file; PagePlace place; bool opens; } rows[] = {
		{ "its own place",     0, PAGE_IN_LOG,     { 7, frame },       true  },
		{ "another page",      0, PAGE_IN_LOG,     { 8, frame },       false },
		{ "another count",     0, PAGE_IN_LOG,     { 7, other_count }, false },
		{ "another salt",      0, PAGE_IN_LOG,     { 7, other_salt },  false },
		{ "no frame",          0, PAGE_IN_LOG,     { 7, NULL },        false },
		{ "the main file",     0, PAGE_IN_MAIN,    { 7, frame },       false },
		{ "the journal",       0, PAGE_IN_JOURNAL, { 7, frame },       false },
		{ "another database",  1, PAGE_IN_LOG,     { 7, frame },       false },
	};
	g_auto(Place) place;
	uint8_t plain[PAGE_BYTES] = { 1 }, sealed[PAGE_BYTES], back[PAGE_BYTES];

	place_init(&place);
	make_slots(&place);
	g_autoptr(Slots) slots = open_slots(&place);
	g_autoptr(PageBook) writer_book = page_book_new(slots, (PageDatabase){ 0, "test" });
	g_autoptr(PageCipher) writer = page_cipher_new(writer_book, PAGE_IN_LOG);
	g_assert_true(page_seal(writer, (PagePlace){ 7, frame }, plain, sealed, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(PageBook) book = page_book_new(slots, (PageDatabase){ rows[i].database, "test" });
		g_autoptr(PageCipher) reader = page_cipher_new(book, rows[i].file);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(page_open(reader, rows[i].place, sealed, back), ==, rows[i].opens);
	}
}

static void test_no_nonce_comes_twice(void)
{
	g_auto(Place) place;
	uint8_t plain[PAGE_BYTES] = { 0 }, sealed[PAGE_BYTES];
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

	place_init(&place);
	make_slots(&place);
	g_autoptr(Slots) slots = open_slots(&place);
	g_autoptr(PageBook) book = page_book_new(slots, (PageDatabase){ 0, "test" });
	g_autoptr(PageCipher) writer = page_cipher_new(book, PAGE_IN_MAIN);
	for (int i = 0; i < 1000; i++) {
		g_assert_true(page_seal(writer, (PagePlace){ 1, NULL }, plain, sealed, NULL));
		g_assert_true(g_hash_table_add(seen, g_bytes_new(sealed + PAGE_TEXT_BYTES, 12)));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/slots/the-root-comes-back", test_the_root_comes_back);
	g_test_add_func("/slots/every-bit-counts", test_every_bit_of_the_slots_counts);
	g_test_add_func("/slots/what-is-missing-is-named", test_what_is_missing_is_named);
	g_test_add_func("/slots/a-newer-file-says-update", test_a_newer_file_says_update);
	g_test_add_func("/slots/a-key-without-slots-is-used-again", test_a_key_without_slots_is_used_again);
	g_test_add_func("/slots/first-starts-at-once-agree", test_first_starts_at_once_agree);
	g_test_add_func("/slots/an-epoch-ends", test_an_epoch_ends);
	g_test_add_func("/slots/pages-outlive-their-epoch", test_pages_outlive_their_epoch);
	g_test_add_func("/slots/a-page-opens-only-in-its-place", test_a_page_opens_only_in_its_place);
	g_test_add_func("/slots/no-nonce-comes-twice", test_no_nonce_comes_twice);
	return g_test_run();
}
