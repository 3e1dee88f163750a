/*
 * O1: one action over 10,000 messages of a folder of 20,000, with its effect on rows, counts, threads and indexes, written
 * durably; and the way back. Wall time: the disk is part of it.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "store/read.h"
#include "store/write.h"

enum { MAILS = 20000, CHOSEN = 10000, PAGE_MAILS = 500 };

typedef struct {
	char         dir[40];
	Store       *store;
	StoreWriter *writer;
	StoreReader *reader;
	GArray      *ids;                  /* of int64_t: the chosen messages */
	int64_t      inbox, archive;
} Bench;

static void must(bool ok, GError *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench-ops: %s\n", err ? err->message : "failed");
	exit(1);
}

static Folder *make_folder(const char *server_id, FolderType type)
{
	Folder *folder = folder_new();

	folder->server_id = g_strdup(server_id);
	folder->name = g_strdup(server_id);
	folder->type = type;
	return folder;
}

static void make_folders(Bench *bench, int64_t account_id)
{
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	g_autoptr(GPtrArray) stored = NULL;
	StoreFolderList      list = { .account_id = account_id, .changed = folders, .folder_key = "1" };
	GError              *err = NULL;

	g_ptr_array_add(folders, make_folder("5", FOLDER_INBOX));
	g_ptr_array_add(folders, make_folder("9", FOLDER_USER_MAIL));
	must(store_write_folders(bench->writer, &list, &err), err);
	must(store_read_folders(bench->reader, account_id, &stored, &err), err);
	bench->inbox = ((Folder *)stored->pdata[0])->id;
	bench->archive = ((Folder *)stored->pdata[1])->id;
}

/* Conversations of three, and a preview as long as those of a server. */
static Message *make_mail(int number)
{
	Message *mail = message_new();

	mail->server_id = g_strdup_printf("5:%d", number);
	mail->received_ms = INT64_C(1760000000000) - (int64_t)number * 3600000;
	mail->flags = number % 4 ? MESSAGE_READ : 0;
	mail->subject = g_strdup_printf("Re: Quarter report, draft %d", number / 3);
	mail->from = g_strdup("\"Bob Example\" <bob@example.com>");
	mail->to = g_strdup("\"Alice Example\" <alice@example.org>");
	mail->preview = g_strdup("The figures of the second quarter are in, and they look better than those of the first");
	return mail;
}

static void fill(Bench *bench)
{
	GError *err = NULL;

	for (int first = 0; first < MAILS; first += PAGE_MAILS) {
		g_autoptr(StorePage) page = store_page_begin(bench->writer, bench->inbox);
		for (int i = first; i < first + PAGE_MAILS; i++)
			must(store_page_add(page, make_mail(i), HAS_ALL, &err), err);
		must(store_page_commit(page, "k", 0, false, NULL, &err), err);
	}
	must(store_write_keep(bench->writer, true, &err), err);
}

static void choose(Bench *bench)
{
	g_autoptr(GPtrArray) rows = NULL;
	ListQuery            query = { .folder_id = bench->inbox };
	GError              *err = NULL;

	must(store_read_list(bench->reader, &query, NULL, false, CHOSEN, &rows, &err), err);
	bench->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < rows->len; i++)
		g_array_append_val(bench->ids, ((ListRow *)rows->pdata[i])->id);
}

static void bench_open(Bench *bench)
{
	AccountState *state = NULL;
	GError       *err = NULL;

	g_strlcpy(bench->dir, "/var/tmp/bench-ops-XXXXXX", sizeof bench->dir);
	must(g_mkdtemp(bench->dir) != NULL, NULL);
	bench->store = store_open(bench->dir, clock_system(), &err);
	must(bench->store != NULL, err);
	bench->writer = store_open_writer(bench->store, &err);
	must(bench->writer != NULL, err);
	bench->reader = store_open_reader(bench->store, &err);
	must(bench->reader != NULL, err);
	must(store_write_account(bench->writer, "bench", &state, &err), err);
	make_folders(bench, state->id);
	account_state_free(state);
	fill(bench);
	choose(bench);
}

static void bench_close(Bench *bench)
{
	store_reader_free(bench->reader);
	store_writer_free(bench->writer);
	store_unref(bench->store);
	g_array_unref(bench->ids);
	g_autoptr(GDir) entries = g_dir_open(bench->dir, 0, NULL);
	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(bench->dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(bench->dir);
}

typedef Op *(*MakeOp)(const Bench *bench, int64_t message_id);

static Op *flag(const Bench *bench, int64_t message_id)
{
	(void)bench;
	return op_new_flag(message_id, FLAG_ACTIVE, NULL, 0);
}

static Op *unflag(const Bench *bench, int64_t message_id)
{
	(void)bench;
	return op_new_flag(message_id, FLAG_NONE, NULL, 0);
}

static Op *archive(const Bench *bench, int64_t message_id) { return op_new_move(message_id, bench->archive); }
static Op *bring_back(const Bench *bench, int64_t message_id) { return op_new_move(message_id, bench->inbox); }

static Op *erase(const Bench *bench, int64_t message_id)
{
	(void)bench;
	return op_new_delete(message_id);
}

static void act(Bench *bench, const char *what, MakeOp make)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	GError              *err = NULL;

	for (guint i = 0; i < bench->ids->len; i++)
		g_ptr_array_add(ops, make(bench, g_array_index(bench->ids, int64_t, i)));
	double began = (double)g_get_monotonic_time();
	must(store_write_ops(bench->writer, ops, NULL, &err), err);
	bench_row("O1", what, ((double)g_get_monotonic_time() - began) / 1e6, "s", 1, true);
	must(store_write_keep(bench->writer, false, &err), err);
}

int main(void)
{
	Bench bench = { 0 };

	bench_open(&bench);
	act(&bench, "flag 10,000 messages", flag);
	act(&bench, "and undo", unflag);
	act(&bench, "move 10,000 messages", archive);
	act(&bench, "and undo", bring_back);
	act(&bench, "delete 10,000 messages", erase);
	bench_close(&bench);
	return 0;
}
