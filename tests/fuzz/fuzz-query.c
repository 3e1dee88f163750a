/*
 * Any text as a query over a store with a few messages: it is refused in a sentence, or answered; and whatever was parsed is
 * something that SQLite and its full-text index can read.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "store/search.h"
#include "store/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { NOW_MS = 1000000 };

static char *text_of(const Message *message, BodyKind kind, GBytes *body, void *data)
{
	(void)kind;
	(void)body;
	(void)data;
	return g_strdup(message->subject);
}

static void dir_remove(const char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);

	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(dir);
}

static int64_t folder_made(Store *store, StoreWriter *writer, int64_t account_id)
{
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free), all = NULL;
	g_autoptr(StoreReader) reader = store_open_reader(store, NULL);
	Folder *inbox = folder_new();

	inbox->server_id = g_strdup("1");
	inbox->name = g_strdup("Inbox");
	inbox->type = FOLDER_INBOX;
	g_ptr_array_add(folders, inbox);
	StoreFolderList list = { .account_id = account_id, .changed = folders, .folder_key = "1" };
	g_assert_true(store_write_folders(writer, &list, NULL));
	g_assert_true(store_read_folders(reader, account_id, &all, NULL));
	return ((Folder *)all->pdata[0])->id;
}

static void fill(Store *store)
{
	g_autoptr(StoreWriter) writer = store_open_writer(store, NULL);
	g_autoptr(AccountState) state = NULL;

	g_assert_true(store_write_account(writer, "work", &state, NULL));
	g_autoptr(StorePage) page = store_page_begin(writer, folder_made(store, writer, state->id));
	for (int i = 0; i < 5; i++) {
		Message *message = message_new();
		message->server_id = g_strdup_printf("%d", i);
		message->subject = g_strdup("a budget b");
		message->from = g_strdup("Grace <a@b.test>");
		message->categories = g_strdup("Red\nBlue");
		message->received_ms = i * 1000;
		g_assert_true(store_page_add(page, message, HAS_ALL, NULL));
	}
	g_assert_true(store_page_commit(page, "k", 0, false, NULL, NULL));
}

static void index_filled(Store *store)
{
	g_autoptr(StoreIndexer) indexer = store_indexer_open(store, NULL);
	bool is_done;

	g_assert_true(store_indexer_feed(indexer, text_of, NULL, 100, &is_done, NULL));
}

/* Made once, for all inputs; the open files outlive their folder. */
static StoreSearch *search_made(void)
{
	g_autofree char *dir = g_dir_make_tmp("postern-fuzz-query-XXXXXX", NULL);
	g_autoptr(Store) store = store_open(dir, clock_system(), NULL);

	g_assert_nonnull(store);
	fill(store);
	index_filled(store);
	StoreSearch *search = store_search_open(store, NULL);
	g_assert_nonnull(search);
	dir_remove(dir);
	return search;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static StoreSearch *search;
	g_autofree char *text = g_strndup(len > 0 ? (const char *)bytes : "", len);
	g_autoptr(GError) err = NULL;
	g_autoptr(GArray) ids = NULL;
	bool is_behind;

	if (!search)
		search = search_made();
	g_autoptr(Query) query = query_parse(text, NOW_MS, &err);
	if (!query) {
		g_assert(error_is(err, ERR_USAGE) && g_utf8_validate(err->message, -1, NULL));
		return 0;
	}
	g_assert_true(store_search_run(search, query, NULL, 0, 0, &ids, &is_behind, &err));
	g_assert(ids->len <= 5 && !is_behind);
	return 0;
}
