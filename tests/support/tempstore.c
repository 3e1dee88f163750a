#include "support/tempstore.h"

#include <glib/gstdio.h>
#include <string.h>

#include "store/private.h"

void temp_dir_remove(const char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);

	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_unlink(path);
	}
	g_rmdir(dir);
}

static void open_all(TempStore *temp)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(AccountState) state = NULL;

	temp->store = store_open(temp->dir, &temp->clock.clock, &err);
	g_assert_no_error(err);
	temp->writer = store_open_writer(temp->store, &err);
	g_assert_no_error(err);
	temp->reader = store_open_reader(temp->store, &err);
	g_assert_no_error(err);
	store_write_account(temp->writer, "alice", &state, &err);
	g_assert_no_error(err);
	temp->account_id = state->id;
}

void temp_store_init(TempStore *temp)
{
	*temp = (TempStore){ .dir = g_dir_make_tmp("postern-store-XXXXXX", NULL) };
	manual_clock_init(&temp->clock, 1764000000000);
	open_all(temp);
}

void temp_store_close(TempStore *temp)
{
	g_clear_pointer(&temp->reader, store_reader_free);
	g_clear_pointer(&temp->writer, store_writer_free);
	g_clear_pointer(&temp->store, store_unref);
}

void temp_store_reopen(TempStore *temp)
{
	temp_store_close(temp);
	open_all(temp);
}

void temp_store_clear(TempStore *temp)
{
	temp_store_close(temp);
	temp_dir_remove(temp->dir);
	g_free(temp->dir);
}

int64_t temp_store_folder(TempStore *temp, const char *server_id, FolderType type)
{
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	g_autoptr(GError) err = NULL;
	Folder *folder = folder_new();
	StoreFolderList list = { .account_id = temp->account_id, .changed = folders, .folder_key = "1" };

	folder->server_id = g_strdup(server_id);
	folder->name = g_strdup(server_id);
	folder->type = type;
	g_ptr_array_add(folders, folder);
	store_write_folders(temp->writer, &list, &err);
	g_assert_no_error(err);
	g_autoptr(GPtrArray) all = NULL;
	store_read_folders(temp->reader, temp->account_id, &all, &err);
	g_assert_no_error(err);
	for (guint i = 0; i < all->len; i++)
		if (g_str_equal(((Folder *)all->pdata[i])->server_id, server_id))
			return ((Folder *)all->pdata[i])->id;
	g_assert_not_reached();
}

Folder *temp_folder(TempStore *temp, int64_t folder_id)
{
	Folder *folder = NULL;
	g_autoptr(GError) err = NULL;

	store_read_folder(temp->reader, folder_id, &folder, &err);
	g_assert_no_error(err);
	return folder;
}

void temp_assert_counts(TempStore *temp, int64_t folder_id, int64_t total, int64_t unread)
{
	g_autoptr(Folder) folder = temp_folder(temp, folder_id);

	g_assert_cmpint(folder->total, ==, total);
	g_assert_cmpint(folder->unread, ==, unread);
}

Message *temp_message(const char *server_id, int64_t received_ms, guint flags)
{
	Message *message = message_new();
	char *body = g_strdup_printf("<p>The text of %s.</p>", server_id);

	message->server_id = g_strdup(server_id);
	message->received_ms = received_ms;
	message->flags = flags;
	message->subject = g_strdup_printf("About %s", server_id);
	message->from = g_strdup("\"Bob, B.\" <bob@example.test>");
	message->to = g_strdup("alice@example.test");
	message->preview = g_strdup_printf("The text of %s.", server_id);
	message->body_kind = message->native_kind = BODY_HTML;
	message->body = g_bytes_new_take(body, strlen(body));
	return message;
}

int64_t temp_store_add(TempStore *temp, int64_t folder_id, Message *message)
{
	g_autoptr(StorePage) page = store_page_begin(temp->writer, folder_id);
	g_autofree char *server_id = g_strdup(message->server_id);
	g_autoptr(GError) err = NULL;

	store_page_add(page, message, HAS_ALL, &err);
	g_assert_no_error(err);
	store_page_commit(page, "key", 5, false, NULL, &err);
	g_assert_no_error(err);
	return temp_store_find(temp, folder_id, server_id);
}

int64_t temp_store_find(TempStore *temp, int64_t folder_id, const char *server_id)
{
	g_auto(Stmt) stmt = stmt_begin(temp->reader->db, "SELECT id FROM message WHERE folder_id = ? AND server_id = ?");
	g_autoptr(GError) err = NULL;
	bool has_row;

	put_int(&stmt, folder_id);
	put_text(&stmt, server_id);
	stmt_step(&stmt, &has_row, &err);
	g_assert_no_error(err);
	return has_row ? get_int(&stmt) : 0;
}
