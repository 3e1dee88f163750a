/*
 * Pages under a new key: all of them, nothing else changed, old ones refused, torn ones mended.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

enum { PAGE = 4096, MOST = 64 << 20 };

static GByteArray *slurp(const TempStore *temp, const char *name)
{
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);
	g_autoptr(GError) err = NULL;
	GBytes *bytes = file_read(path, MOST, &err);

	g_assert_no_error(err);
	return g_bytes_unref_to_array(bytes);
}

static void put(const TempStore *temp, const char *name, const GByteArray *bytes)
{
	g_autofree char *path = g_build_filename(temp->dir, name, NULL);

	g_assert_true(file_write_atomic(path, bytes->data, bytes->len, NULL));
}

static uint32_t epoch_of(const GByteArray *bytes, guint page)
{
	const uint8_t *p = bytes->data + (page + 1) * PAGE - 4;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void fill(TempStore *temp)
{
	temp_store_init(temp);
	int64_t inbox = temp_store_folder(temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 60; i++) {
		g_autofree char *name = g_strdup_printf("mail %d", i);
		temp_store_add(temp, inbox, temp_message(name, 1000 * i, 0));
	}
	g_assert_true(store_write_keep(temp->writer, true, NULL));
	temp_store_close(temp);
}

static void rotate(const TempStore *temp)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Store) store = store_open(temp->dir, clock_system(), &err);

	g_assert_no_error(err);
	store_rotate(store, &err);
	g_assert_no_error(err);
}

static void assert_sound(const TempStore *temp)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;
	g_autoptr(Store) store = store_open(temp->dir, clock_system(), &err);

	g_assert_no_error(err);
	store_verify(store, &report, &err);
	g_assert_no_error(err);
	g_assert_cmpstr(report, ==, "");
}

static void test_every_page_is_anew(void)
{
	g_auto(TempStore) temp;
	guint bad;

	fill(&temp);
	g_autoptr(GBytes) before = plain_pages_of(temp.dir, "store.db", &bad);
	for (uint32_t epoch = 2; epoch < 5; epoch++) {
		rotate(&temp);
		g_autoptr(GByteArray) file = slurp(&temp, "store.db");
		for (guint page = 0; page < file->len / PAGE; page++)
			g_assert_cmpuint(epoch_of(file, page), ==, epoch);
	}
	g_autoptr(GBytes) after = plain_pages_of(temp.dir, "store.db", &bad);
	g_assert_true(g_bytes_equal(before, after));
	assert_sound(&temp);
}

/* The key of the page is not made any more, though it could be. */
static void test_an_old_page_put_back_is_refused(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;

	fill(&temp);
	g_autoptr(GByteArray) before = slurp(&temp, "store.db");
	rotate(&temp);
	g_autoptr(GByteArray) after = slurp(&temp, "store.db");
	memcpy(after->data + 9 * PAGE, before->data + 9 * PAGE, PAGE);
	put(&temp, "store.db", after);
	g_autoptr(Store) store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	g_assert_true(store_verify(store, &report, NULL));
	g_assert_nonnull(strstr(report, "page 10 is damaged"));
	put(&temp, "store.db", before);
	g_clear_pointer(&store, store_unref);
	g_assert_null(store_open(temp.dir, clock_system(), &err));
	g_assert_nonnull(strstr(err->message, "the store is damaged at page 1 of store.db"));
}

/* As a power cut leaves it: the batch is whole, one of its pages half written. */
static void test_a_torn_page_is_mended(void)
{
	g_auto(TempStore) temp;
	uint8_t head[4] = { 0, 0, 0, 8 };

	fill(&temp);
	g_autoptr(GByteArray) file = slurp(&temp, "store.db"), batch = g_byte_array_new();
	g_byte_array_append(batch, head, sizeof head);
	g_byte_array_append(batch, file->data + 7 * PAGE, PAGE);
	memset(file->data + 7 * PAGE + 2048, 'x', 2048);
	put(&temp, "store.db", file);
	put(&temp, "store.db-rotate", batch);
	assert_sound(&temp);
	g_autofree char *path = g_build_filename(temp.dir, "store.db-rotate", NULL);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* A batch that lies about mends nothing that is sound, and what is not sound is no batch. */
static void test_a_batch_replaces_no_sound_page(void)
{
	g_auto(TempStore) temp;
	uint8_t heads[3][4] = { { 0, 0, 0, 8 }, { 0, 0, 0, 0 }, { 255, 255, 255, 255 } };

	fill(&temp);
	g_autoptr(GByteArray) before = slurp(&temp, "store.db"), batch = g_byte_array_new();
	for (int i = 0; i < 3; i++) {
		g_byte_array_append(batch, heads[i], 4);
		g_byte_array_append(batch, before->data + (guint)i * PAGE, PAGE);
	}
	g_byte_array_append(batch, heads[0], 4);
	put(&temp, "store.db-rotate", batch);
	assert_sound(&temp);
	g_autoptr(GByteArray) after = slurp(&temp, "store.db");
	g_assert_cmpmem(before->data, before->len, after->data, after->len);
}

static void test_not_while_it_is_in_use(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL, again = NULL;

	temp_store_init(&temp);
	g_assert_false(store_rotate(temp.store, &err));
	g_assert_true(error_is(err, ERR_HELD));
	g_clear_pointer(&temp.writer, store_writer_free);
	g_assert_false(store_rotate(temp.store, &again));
	g_assert_true(error_is(again, ERR_HELD));
	g_assert_nonnull(strstr(again->message, "in use"));
	g_clear_pointer(&temp.reader, store_reader_free);
	g_assert_true(store_rotate(temp.store, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rotate/every-page-is-anew", test_every_page_is_anew);
	g_test_add_func("/rotate/an-old-page-put-back-is-refused", test_an_old_page_put_back_is_refused);
	g_test_add_func("/rotate/a-torn-page-is-mended", test_a_torn_page_is_mended);
	g_test_add_func("/rotate/a-batch-replaces-no-sound-page", test_a_batch_replaces_no_sound_page);
	g_test_add_func("/rotate/not-while-it-is-in-use", test_not_while_it_is_in_use);
	return g_test_run();
}
