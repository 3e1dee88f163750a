/*
 * F18: a store whose files were tampered with. The first byte says how deep: even, the bytes on the disk are changed, and
 * what is still read must be what was written; odd, plain pages are changed and sealed again, as by somebody with the key, and
 * reading must end in rows or an error. With bit 1, the doctor looks too. Then follow edits: file, offset (3), count, and that many bytes to be XORed in.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/read.h"
#include "store/write.h"
#include "vault/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { DATABASE, LOG, SLOTS, KEY, FILES };

static const char *const file_names[FILES] = { "store.db", "store.db-wal", "slots", "key" };

typedef struct {
	char       *home, *dir;         /* the sound store, and the one that is spoilt */
	GByteArray *files[FILES];       /* as they were written */
	Slots      *slots;
	PageBook   *book;
	PageCipher *cipher;
} World;

/* ---- the sound store ---- */

static Message *make_message(int number)
{
	Message *message = message_new();
	char *body = g_strdup_printf("The text of %d.", number);

	message->server_id = g_strdup_printf("%d", number);
	message->subject = g_strdup_printf("About %d", number);
	message->from = g_strdup("Bob <bob@example.test>");
	message->received_ms = 1000 + number;
	message->body_kind = BODY_TEXT;
	message->body = g_bytes_new_take(body, strlen(body));
	return message;
}

static void write_page(StoreWriter *writer, int from, int to)
{
	g_autoptr(StorePage) page = store_page_begin(writer, 1);
	bool ok = true;

	for (int i = from; i < to; i++)
		ok &= store_page_add(page, make_message(i), HAS_ALL, NULL);
	g_assert_true(ok && store_page_commit(page, "k", 5, false, NULL, NULL));
}

static void write_store(const char *dir)
{
	g_autoptr(Store) store = store_open(dir, clock_system(), NULL);
	g_autoptr(StoreWriter) writer = store_open_writer(store, NULL);
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	Folder *folder = folder_new();

	g_assert_true(store_write_account(writer, "alice", &state, NULL));
	folder->server_id = g_strdup("5");
	folder->name = g_strdup("Inbox");
	folder->type = FOLDER_INBOX;
	g_ptr_array_add(folders, folder);
	StoreFolderList list = { .account_id = state->id, .changed = folders, .folder_key = "1" };
	g_assert_true(store_write_folders(writer, &list, NULL));
	write_page(writer, 0, 20);
	g_assert_true(store_write_keep(writer, true, NULL));
	write_page(writer, 20, 24);
}

static void remove_dir(const char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);

	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_unlink(path);
	}
	g_rmdir(dir);
}

static World *world_new(void)
{
	World *world = g_new0(World, 1);

	world->home = g_dir_make_tmp("postern-fuzz-XXXXXX", NULL);
	world->dir = g_dir_make_tmp("postern-fuzz-XXXXXX", NULL);
	write_store(world->home);
	for (int i = 0; i < FILES; i++) {
		g_autofree char *path = g_build_filename(world->home, file_names[i], NULL);
		char *bytes;
		gsize len;
		g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
		world->files[i] = g_byte_array_new_take((guint8 *)bytes, len);
	}
	world->slots = slots_open(world->home, true, NULL, NULL);
	world->book = page_book_new(world->slots, (PageDatabase){ 0, "postern pages" });
	world->cipher = page_cipher_new(world->book, PAGE_IN_MAIN);
	return world;
}

static void world_free(World *world)
{
	page_cipher_free(world->cipher);
	page_book_free(world->book);
	slots_free(world->slots);
	for (int i = 0; i < FILES; i++)
		g_byte_array_unref(world->files[i]);
	remove_dir(world->home);
	remove_dir(world->dir);
	g_free(world->home);
	g_free(world->dir);
	g_free(world);
}

static World *the_world;

static void world_end(void) { world_free(the_world); }

static World *world_get(void)
{
	if (!the_world) {
		the_world = world_new();
		atexit(world_end);
	}
	return the_world;
}

/* ---- spoiling it ---- */

typedef struct { unsigned file; size_t offset, count; const uint8_t *bytes; } Edit;

static bool next_edit(const uint8_t **at, const uint8_t *end, Edit *ret_edit)
{
	const uint8_t *p = *at;

	if (end - p < 6)
		return false;
	size_t count = MIN((size_t)p[4], (size_t)(end - p - 5));
	*ret_edit = (Edit){ p[0] % FILES, (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3], count, p + 5 };
	*at = p + 5 + count;
	return true;
}

static void spoil_raw(GByteArray *const *files, const Edit *edit)
{
	GByteArray *file = files[edit->file];

	for (size_t i = 0; i < edit->count; i++)
		file->data[(edit->offset + i) % file->len] ^= edit->bytes[i];
}

static void spoil_plain(const World *world, GByteArray *database, const Edit *edit)
{
	uint32_t number = (uint32_t)(edit->offset % database->len) / PAGE_BYTES + 1;
	uint8_t *sealed = database->data + (size_t)(number - 1) * PAGE_BYTES, plain[PAGE_BYTES];

	if (!page_open(world->cipher, (PagePlace){ number, NULL }, sealed, plain))
		return;
	for (size_t i = 0; i < edit->count; i++)
		plain[(edit->offset + i) % PAGE_TEXT_BYTES] ^= edit->bytes[i];
	g_assert_true(page_seal(world->cipher, (PagePlace){ number, NULL }, plain, sealed, NULL));
}

static void put_file(const World *world, int file, GByteArray *content)
{
	g_autofree char *path = g_build_filename(world->dir, file_names[file], NULL);

	g_unlink(path);
	g_assert_true(g_file_set_contents_full(path, (char *)content->data, content->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* In the deep mode the log stays away: it would hide what was changed in the pages. */
static void spoil(const World *world, const uint8_t *bytes, size_t len)
{
	bool is_deep = bytes[0] & 1;
	const uint8_t *at = bytes + 1;
	GByteArray *files[FILES];
	Edit edit;

	for (int i = 0; i < FILES; i++)
		files[i] = g_byte_array_append(g_byte_array_new(), world->files[i]->data, world->files[i]->len);
	if (is_deep)
		g_byte_array_set_size(files[LOG], 0);
	while (next_edit(&at, bytes + len, &edit)) {
		if (is_deep)
			spoil_plain(world, files[DATABASE], &edit);
		else
			spoil_raw(files, &edit);
	}
	for (int i = 0; i < FILES; i++) {
		put_file(world, i, files[i]);
		g_byte_array_unref(files[i]);
	}
	g_autofree char *memory = g_build_filename(world->dir, "store.db-shm", NULL);
	g_unlink(memory);
}

/* ---- reading it ---- */

/* What authenticated pages say is what was written. */
static void assert_as_written(const Message *message, GBytes *body)
{
	g_autofree char *subject = g_strdup_printf("About %s", message->server_id);
	g_autofree char *text = g_strdup_printf("The text of %s.", message->server_id);
	g_autoptr(GBytes) expected = g_bytes_new(text, strlen(text));

	g_assert_cmpstr(message->subject, ==, subject);
	g_assert_true(g_bytes_equal(body, expected));
}

static void read_messages(StoreReader *reader, bool is_authentic)
{
	g_autoptr(GPtrArray) messages = NULL;

	if (!store_read_messages_after(reader, 0, 100, &messages, NULL))
		return;
	for (guint i = 0; i < messages->len; i++) {
		g_autoptr(GBytes) body = NULL;
		const Message *message = messages->pdata[i];
		BodyKind kind;
		if (store_read_body(reader, message->id, &kind, &body, NULL) && is_authentic)
			assert_as_written(message, body);
	}
}

static void read_rest(StoreReader *reader)
{
	g_autoptr(GPtrArray) accounts = NULL, folders = NULL, ops = NULL;

	store_read_accounts(reader, &accounts, NULL);
	store_read_folders(reader, 1, &folders, NULL);
	store_read_ops(reader, 1, 10, &ops, NULL);
	for (int order = ORDER_DATE; order <= ORDER_CONVERSATION; order++) {
		g_autoptr(GPtrArray) rows = NULL;
		store_read_list(reader, &(ListQuery){ .folder_id = 1, .order = (ListOrder)order }, NULL, false, 50, &rows, NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	World *world = world_get();
	g_autofree char *report = NULL;

	if (len == 0)
		return 0;
	spoil(world, bytes, len);
	g_autoptr(Store) store = store_open(world->dir, clock_system(), NULL);
	g_autoptr(StoreReader) reader = store ? store_open_reader(store, NULL) : NULL;
	if (!reader)
		return 0;
	read_messages(reader, !(bytes[0] & 1));
	read_rest(reader);
	if (bytes[0] & 2)
		store_verify(store, &report, NULL);
	return 0;
}
