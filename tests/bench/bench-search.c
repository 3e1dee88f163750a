/*
 * S2 and Q1 to Q5: a corpus of make-corpus.py into a store and its index, and queries over it, beside plain SQLite with
 * unicode61 over the same texts. usage: bench-search DIR [summary.json of make-corpus.py]
 */
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "doc/doc.h"
#include "mime/mime.h"
#include "store/search.h"
#include "store/write.h"

enum { PAGE_MAILS = 512, FEED_MAILS = 5000, REPEATS = 101 };

static void must(bool ok, const GError *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench-search: %s\n", err ? err->message : "failed");
	exit(1);
}

/* ---- the corpus into the store ---- */

/* All plain text, that of forwarded mails too; of a mail without any, its HTML. */
static char *readable_text(const MimeMessage *mime)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < mime->parts->len; i++) {
		const MimePart   *part = g_ptr_array_index(mime->parts, i);
		g_autoptr(GBytes) bytes = part->role == MIME_TEXT ? mime_part_content(mime, part->index, NULL) : NULL;
		if (bytes)
			g_string_append_len(text, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
	}
	g_autoptr(GBytes) html = !text->len && mime->best_text >= 0 ? mime_part_content(mime, mime->best_text, NULL) : NULL;
	if (!html)
		return g_string_free(g_steal_pointer(&text), FALSE);
	g_autoptr(Doc) doc = doc_from_html(g_bytes_get_data(html, NULL), g_bytes_get_size(html));
	return doc_plain_text(doc);
}

static Message *message_of_file(const char *path, gsize *ret_size)
{
	char *content;

	must(g_file_get_contents(path, &content, ret_size, NULL), NULL);
	g_autoptr(GBytes)      bytes = g_bytes_new_take(content, *ret_size);
	g_autoptr(MimeMessage) mime = mime_read(bytes);
	Message               *message = message_new();
	char                  *text = readable_text(mime);

	message->server_id = g_path_get_basename(path);
	message->received_ms = MAX(mime->date_ms, 0);
	message->subject = g_strdup(mime->subject);
	message->from = g_strdup(mime->from);
	message->to = g_strdup(mime->to);
	message->cc = g_strdup(mime->cc);
	message->flags = g_str_has_suffix(path, "S") ? MESSAGE_READ : 0;
	message->body_kind = message->native_kind = BODY_TEXT;
	message->body = g_bytes_new_take(text, strlen(text));
	return message;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static GPtrArray *corpus_paths(const char *dir)
{
	static const char *const halves[] = { "cur", "new" };
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(halves); i++) {
		g_autofree char *half = g_build_filename(dir, halves[i], NULL);
		g_autoptr(GDir)  entries = g_dir_open(half, 0, NULL);
		for (const char *name; entries && (name = g_dir_read_name(entries));)
			g_ptr_array_add(paths, g_build_filename(half, name, NULL));
	}
	g_ptr_array_sort(paths, by_text);
	return paths;
}

typedef struct {
	char         dir[32];
	Store       *store;
	StoreWriter *writer;
	int64_t      folder_id;
	gsize        raw_bytes, text_bytes;
} Bench;

static void bench_open(Bench *bench)
{
	g_autoptr(GError)       err = NULL;
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GPtrArray)    folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free), all = NULL;
	Folder                 *inbox = folder_new();

	strcpy(bench->dir, "/tmp/bench-search-XXXXXX");
	must(g_mkdtemp(bench->dir), NULL);
	must((bench->store = store_open(bench->dir, clock_system(), &err)), err);
	must((bench->writer = store_open_writer(bench->store, &err)), err);
	must(store_write_account(bench->writer, "bench", &state, &err), err);
	inbox->server_id = g_strdup("1");
	inbox->name = g_strdup("Inbox");
	inbox->type = FOLDER_INBOX;
	g_ptr_array_add(folders, inbox);
	StoreFolderList list = { .account_id = state->id, .changed = folders, .folder_key = "1" };
	must(store_write_folders(bench->writer, &list, &err), err);
	g_autoptr(StoreReader) reader = store_open_reader(bench->store, &err);
	must(store_read_folders(reader, state->id, &all, &err), err);
	bench->folder_id = ((Folder *)g_ptr_array_index(all, 0))->id;
}

static void bench_fill(Bench *bench, const GPtrArray *paths)
{
	g_autoptr(GError) err = NULL;

	for (guint first = 0; first < paths->len; first += PAGE_MAILS) {
		g_autoptr(StorePage) page = store_page_begin(bench->writer, bench->folder_id);
		for (guint i = first; i < MIN(first + PAGE_MAILS, paths->len); i++) {
			gsize    size;
			Message *message = message_of_file(g_ptr_array_index(paths, i), &size);
			bench->raw_bytes += size;
			bench->text_bytes += g_bytes_get_size(message->body);
			must(store_page_add(page, message, HAS_ALL, &err), err);
		}
		must(store_page_commit(page, "k", 5, false, NULL, &err), err);
		must(store_write_keep(bench->writer, true, &err), err);
	}
}

static char *text_of(const Message *message, BodyKind kind, GBytes *body, void *data)
{
	(void)message;
	(void)kind;
	(void)data;
	return body ? g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body)) : NULL;
}

static double bench_feed(Bench *bench)
{
	g_autoptr(GError)       err = NULL;
	g_autoptr(StoreIndexer) indexer = store_indexer_open(bench->store, &err);
	double                  start = bench_cpu_s();
	bool                    is_done = false;

	must(indexer, err);
	while (!is_done)
		must(store_indexer_feed(indexer, text_of, NULL, FEED_MAILS, &is_done, &err), err);
	return bench_cpu_s() - start;
}

/* ---- the peer: plain SQLite, unicode61 ---- */

static double peer_feed(Bench *bench, sqlite3 **ret_db)
{
	g_autofree char       *path = g_build_filename(bench->dir, "peer.db", NULL);
	g_autoptr(GError)      err = NULL;
	g_autoptr(StoreReader) reader = store_open_reader(bench->store, &err);
	sqlite3_stmt          *insert;
	int64_t                after = 0;
	double                 used = 0;

	sqlite3_open(path, ret_db);
	sqlite3_exec(*ret_db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE VIRTUAL TABLE w USING fts5 "
	             "(s, f, t, b, content='', tokenize='unicode61'); INSERT INTO w(w, rank) VALUES ('hashsize', 8388608)", NULL, NULL, NULL);
	sqlite3_prepare_v2(*ret_db, "INSERT INTO w(rowid, s, f, t, b) VALUES (?, ?, ?, ?, ?)", -1, &insert, NULL);
	for (;;) {
		g_autoptr(GPtrArray) messages = NULL, bodies = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
		must(store_read_messages_after(reader, after, FEED_MAILS, &messages, &err), err);
		if (!messages->len)
			break;
		for (guint i = 0; i < messages->len; i++) {
			BodyKind kind;
			GBytes  *body;
			after = ((Message *)g_ptr_array_index(messages, i))->id;
			must(store_read_body(reader, after, &kind, &body, &err), err);
			g_ptr_array_add(bodies, body);
		}
		double start = bench_cpu_s();
		sqlite3_exec(*ret_db, "BEGIN", NULL, NULL, NULL);
		for (guint i = 0; i < messages->len; i++) {
			const Message *m = g_ptr_array_index(messages, i);
			GBytes        *body = g_ptr_array_index(bodies, i);
			sqlite3_bind_int64(insert, 1, m->id);
			sqlite3_bind_text(insert, 2, m->subject, -1, SQLITE_STATIC);
			sqlite3_bind_text(insert, 3, m->from, -1, SQLITE_STATIC);
			sqlite3_bind_text(insert, 4, m->to, -1, SQLITE_STATIC);
			sqlite3_bind_text(insert, 5, g_bytes_get_data(body, NULL), (int)g_bytes_get_size(body), SQLITE_STATIC);
			sqlite3_step(insert);
			sqlite3_reset(insert);
		}
		sqlite3_exec(*ret_db, "COMMIT", NULL, NULL, NULL);
		used += bench_cpu_s() - start;
	}
	sqlite3_finalize(insert);
	return used;
}

/* ---- queries ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double wall_ms(void) { return (double)g_get_monotonic_time() / 1000; }

/* Milliseconds from a text to its ids and, if @limit, its rows; the number of hits. */
static guint query_once(StoreSearch *search, const char *text, unsigned limit, double *ret_ms)
{
	g_autoptr(GError) err = NULL;
	double            start = wall_ms();
	g_autoptr(Query)  query = query_parse(text, clock_now_ms(clock_system()), &err);
	g_autoptr(GArray) ids = NULL;
	bool              is_behind;

	must(query && store_search_run(search, query, NULL, 0, limit, &ids, &is_behind, &err), err);
	if (limit) {
		g_autoptr(GPtrArray) rows = NULL;
		must(store_search_rows(search, (const int64_t *)(void *)ids->data, ids->len, &rows, &err), err);
	}
	*ret_ms = wall_ms() - start;
	return ids->len;
}

static guint query_row(StoreSearch *search, const char *id, const char *text, unsigned limit, double must_ms)
{
	double           times[REPEATS];
	int              repeats = limit ? REPEATS : 5;
	guint            hits = 0;
	g_autofree char *what = g_strdup_printf("%s, %s", text, limit ? "first 50 with rows" : "all ids");

	for (int i = 0; i < repeats; i++)
		hits = query_once(search, text, limit, &times[i]);
	qsort(times, (size_t)repeats, sizeof *times, by_value);
	bench_row(id, what, times[repeats / 2], "ms", must_ms, true);
	printf("     (%u hits, longest %.2f ms)\n", hits, times[repeats - 1]);
	return hits;
}

/* The number behind "any_KEY": or "KEY": in the summary. */
static int64_t summary_number(const char *json, const char *key)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\":", key);
	const char      *at = json ? strstr(json, quoted) : NULL;

	return at ? g_ascii_strtoll(at + strlen(quoted), NULL, 10) : 0;
}

static void recall_row(StoreSearch *search, const char *text, int64_t expected)
{
	double           ms;
	guint            hits = query_once(search, text, 0, &ms);
	g_autofree char *what = g_strdup_printf("recall of %s", text);

	bench_row("Q4", what, hits, "mails", (double)MAX(expected, 1), false);
}

static double file_bytes(const Bench *bench, const char *name)
{
	g_autofree char *path = g_build_filename(bench->dir, name, NULL);
	GStatBuf         status;

	return g_stat(path, &status) == 0 ? (double)status.st_size : 0;
}

static void bench_clear(Bench *bench)
{
	g_autoptr(GDir) entries = g_dir_open(bench->dir, 0, NULL);

	store_writer_free(bench->writer);
	store_unref(bench->store);
	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(bench->dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(bench->dir);
}

int main(int argc, char **argv)
{
	static const char *const quick[] = { "qzneedlex", "meeting", "from:ada.bench", "\"quarterly budget review\"", "meeting budget",
	                                     "bud*", "me*", "m*", "meeting is:unread", "is:unread", "*", "-meeting",
	                                     "\xe4\xba\x88\xe7\xae\x97\xe4\xbc\x9a\xe8\xad\xb0" };
	g_autofree char *json = NULL;
	Bench            bench = { 0 };

	if (argc < 2)
		return 2;
	g_mime_init();
	if (argc > 2)
		g_file_get_contents(argv[2], &json, NULL, NULL);
	g_autoptr(GPtrArray) paths = corpus_paths(argv[1]);
	bench_open(&bench);
	bench_fill(&bench, paths);
	double   ours = bench_feed(&bench);
	sqlite3 *peer;
	double   theirs = peer_feed(&bench, &peer);
	sqlite3_close(peer);
	bench_row("S2", "feed from store to index, of bare unicode61", theirs / ours, "times", 0.6, false);
	printf("     (%u mails, %.1f MB of text: ours %.2f, bare %.2f CPU s)\n", paths->len, (double)bench.text_bytes / 1e6, ours, theirs);
	bench_row("Q5", "index, of the text", file_bytes(&bench, "index.db") / (double)bench.text_bytes, "times", 0.75, true);
	bench_row("Q5", "index, of the raw mail", file_bytes(&bench, "index.db") / (double)bench.raw_bytes, "times", 0.25, true);

	g_autoptr(StoreSearch) search = store_search_open(bench.store, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(quick); i++)
		query_row(search, "Q1", quick[i], 50, 5);
	query_row(search, "Q3", "meeting", 0, 100);
	query_row(search, "Q3", "*", 0, 100);
	recall_row(search, "qzneedlex", summary_number(json, "any_qzneedlex"));
	recall_row(search, "\"quarterly budget review\"", summary_number(json, "any_phrase"));
	recall_row(search, "from:ada.bench", summary_number(json, "from_ada"));
	recall_row(search, "\xe4\xba\x88\xe7\xae\x97\xe4\xbc\x9a\xe8\xad\xb0", summary_number(json, "any_yosan"));
	g_clear_pointer(&search, store_search_free);
	bench_clear(&bench);
	return 0;
}
