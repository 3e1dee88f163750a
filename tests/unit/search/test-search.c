#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "store/index.h"
#include "store/people.h"
#include "store/prefix.h"
#include "store/private.h"
#include "store/search.h"
#include "support/tempstore.h"

enum { DAY_MS = 86400000 };

/* The stored bodies of these tests are plain text. */
static char *text_of(const Message *message, BodyKind kind, GBytes *body, void *data)
{
	int *calls = data;

	(void)message;
	g_assert_cmpint(kind, ==, BODY_TEXT);
	if (calls)
		(*calls)++;
	return body ? g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body)) : NULL;
}

static int feed_all(TempStore *temp, unsigned count)
{
	g_autoptr(GError)       err = NULL;
	g_autoptr(StoreIndexer) indexer = store_indexer_open(temp->store, &err);
	int                     calls = 0;
	bool                    is_done = false;

	g_assert_no_error(err);
	while (!is_done) {
		store_indexer_feed(indexer, text_of, &calls, count, &is_done, &err);
		g_assert_no_error(err);
	}
	return calls;
}

static Message *message_made(const char *server_id, int64_t received_ms, guint flags, const char *subject, const char *body)
{
	Message *message = temp_message(server_id, received_ms, flags);

	g_free(message->subject);
	message->subject = g_strdup(subject);
	g_bytes_unref(message->body);
	message->body = g_bytes_new(body, strlen(body));
	message->body_kind = message->native_kind = BODY_TEXT;
	return message;
}

typedef struct {
	const ListQuery *scope;
	int64_t          before_id;
	unsigned         limit;
} Asked;

static GArray *search_with(TempStore *temp, const char *text, Asked asked, bool *ret_is_behind)
{
	g_autoptr(GError)      err = NULL;
	g_autoptr(StoreSearch) search = store_search_open(temp->store, &err);
	g_assert_no_error(err);
	g_autoptr(Query) query = query_parse(text, temp->clock.now_ms, &err);
	GArray          *ids = NULL;

	g_assert_no_error(err);
	store_search_run(search, query, asked.scope, asked.before_id, asked.limit, &ids, ret_is_behind, &err);
	g_assert_no_error(err);
	return ids;
}

static guint count_of(TempStore *temp, const char *text)
{
	bool              is_behind;
	g_autoptr(GArray) ids = search_with(temp, text, (Asked){ 0 }, &is_behind);

	g_test_message("%s: %u", text, ids->len);
	g_assert_false(is_behind);
	return ids->len;
}

/* ---- a few messages ---- */

static void test_finds_what_was_written(void)
{
	static const struct { const char *text; guint count; } rows[] = {
		{ "budget", 2 }, { "BUDGETS", 0 }, { "bud*", 2 }, { "subject:budget", 1 }, { "body:budget", 1 },
		{ "\"quarterly budget review\"", 1 }, { "\"budget quarterly\"", 0 }, { "budget -quarterly", 1 },
		{ "\xe4\xba\xac\xe9\x83\xbd", 1 }, { "\xe4\xba\xac", 1 }, { "\xe9\x83\xbd", 1 }, { "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\xba\x81", 1 },
		{ "\xe9\x83\xbd\xe6\x9d\xb1", 0 }, { "\"\xe4\xba\xac\"", 1 },
		{ "strasse", 1 }, { "STRA\xc3\x9f" "E", 1 }, { "isi", 1 }, { "\xc4\xb1s\xc4\xb1", 1 },
		{ "from:bob", 4 }, { "from:\"Bob, B.\"", 4 }, { "from:bob@example.test", 4 }, { "to:alice", 4 }, { "to:bob", 0 }, { "from:alice", 0 },
		{ "is:unread", 3 }, { "is:unread budget", 1 }, { "is:read OR strasse", 2 }, { "NOT budget", 2 }, { "-budget is:unread", 2 },
		{ "is:flagged", 1 }, { "in:inbox", 3 }, { "in:WORK", 1 }, { "in:nowhere", 0 }, { "in:work OR in:inbox", 4 },
		{ "account:ALICE", 4 }, { "account:bob", 0 }, { "*", 4 }, { "", 4 }, { "on:yesterday", 1 }, { "older:2d budget", 1 },
		{ "(budget OR strasse) after:1d", 1 }, { "!!!", 0 },
		{ "quarterly & budget", 1 }, { "quarterly - budget", 1 }, { "from:bob subject:& budget", 2 }, { "budget -&", 2 },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t now = temp.clock.now_ms, inbox = temp_store_folder(&temp, "inbox1", FOLDER_INBOX), work = temp_store_folder(&temp, "Work", FOLDER_USER_MAIL);
	temp_store_add(&temp, inbox, message_made("1", now - 3 * DAY_MS, MESSAGE_READ, "Lunch", "the quarterly budget review"));
	temp_store_add(&temp, inbox, message_made("2", now - DAY_MS - 1000, 0, "Budget", "Grüße aus \xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\xba\x81"));
	temp_store_add(&temp, inbox, message_made("3", now - 1000, 0, "Straße", "nothing"));
	temp_store_add(&temp, work, message_made("4", now - 5 * DAY_MS, MESSAGE_FLAGGED, "ISI", "heat"));
	g_assert_cmpint(feed_all(&temp, 100), ==, 4);
	g_assert_cmpint(feed_all(&temp, 100), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(count_of(&temp, rows[i].text), ==, rows[i].count);
	}
}

static Part *part_named(const char *name, bool is_inline)
{
	Part *part = part_new();

	part->name = g_strdup(name);
	part->is_inline = is_inline;
	return part;
}

/* What fields ask of the store, message by message. */
static void test_fields(void)
{
	static const struct { const char *text, *ids; } rows[] = {
		{ "is:unread", "2 3 4 5" }, { "is:read", "1" }, { "is:done", "1" }, { "is:replied", "2" }, { "is:forwarded", "2" },
		{ "is:signed", "3" }, { "is:encrypted", "3" }, { "is:important", "4" }, { "is:draft", "5" }, { "is:vip", "1 4" },
		{ "-is:vip is:unread", "2 3 5" }, { "has:attachment", "1 2" }, { "has:pdf", "1" }, { "has:PNG", "2" }, { "has:invitation", "4" },
		{ "size:>1K", "2" }, { "size:<1k", "1 3 4 5" }, { "size:>2048", "" }, { "size:<0", "" },
		{ "category:red", "3" }, { "category:\"r\xc3\xb6t lich\"", "3" }, { "category:lich", "" }, { "-category:red has:invitation", "4" },
		{ "apple is:vip", "1 4" }, { "apple has:pdf", "1" }, { "is:vip OR category:red", "1 3 4" },
		{ "in:inbox -in:drafts is:unread", "2 3 4" }, { "-in:inbox", "5" }, { "in:nowhere", "" }, { "in:inbox in:drafts", "" },
	};
	static const char *const senders[] = { "Grace <Grace@navy.test>", "b@c.test", "b@c.test", "grace@navy.test", "b@c.test" };
	static const guint flags[] = { MESSAGE_READ | MESSAGE_DONE | MESSAGE_ATTACHMENT, MESSAGE_REPLIED | MESSAGE_FORWARDED | MESSAGE_ATTACHMENT,
		MESSAGE_SIGNED | MESSAGE_ENCRYPTED, MESSAGE_INVITATION, 0 };
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX), drafts = temp_store_folder(&temp, "3", FOLDER_DRAFTS);
	for (int i = 0; i < 5; i++) {
		g_autofree char *name = g_strdup_printf("%d", i + 1);
		Message *message = message_made(name, (i + 1) * DAY_MS, flags[i], name, "apple");
		g_free(message->from);
		message->from = g_strdup(senders[i]);
		message->size_bytes = i == 1 ? 2000 : 100;
		message->importance = i == 3 ? 2 : 1;
		message->categories = g_strdup(i == 2 ? "Red\nR\xc3\xb6t Lich" : NULL);
		message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
		if (i == 0)
			g_ptr_array_add(message->parts, part_named("report.PDF", false));
		if (i < 2)
			g_ptr_array_add(message->parts, part_named("logo.png", i == 0));
		temp_store_add(&temp, i < 4 ? inbox : drafts, message);
	}
	g_assert_true(store_write_vip(temp.writer, "GRACE@navy.test", true, NULL));
	feed_all(&temp, 100);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool              is_behind;
		g_autoptr(GArray) ids = search_with(&temp, rows[i].text, (Asked){ 0 }, &is_behind);
		g_autoptr(GString) got = g_string_new(NULL);
		for (guint j = ids->len; j-- > 0;)
			g_string_append_printf(got, "%s%d", got->len ? " " : "", (int)((g_array_index(ids, int64_t, j) >> 20) / DAY_MS));
		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(got->str, ==, rows[i].ids);
	}
}

/* ---- long and deep queries ---- */

static char *repeated(const char *open, const char *middle, const char *close, int count)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < count; i++)
		g_string_append(text, open);
	g_string_append(text, middle);
	for (int i = 0; i < count; i++)
		g_string_append(text, close);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Each query is either answered, or refused in a sentence about the query. */
static void test_long_and_deep_queries(void)
{
	static const struct { const char *open, *middle, *close; } shapes[] = {
		{ "(", "apple", ")" }, { "apple ", "apple", "" }, { "is:unread ", "apple", "" }, { "apple OR ", "apple", "" },
		{ "-pear ", "apple", "" }, { "-is:read ", "apple", "" }, { "(apple (pear OR ", "apple", "))" }, { "(apple OR (apple ", "apple", "))" },
		{ "-(apple ", "pear", ")" }, { "-(is:read OR ", "pear", ")" }, { "(is:unread (is:read OR ", "apple", "))" },
		{ "(apple (is:read OR ", "apple", "))" }, { "NOT ", "apple", "" }, { "in:inbox ", "apple", "" }, { "-in:sent OR ", "apple", "" },
		{ "is:vip OR category:x OR ", "apple", "" }, { "(from:x OR -pear -(a b) ", "apple", ")" }, { "a b c d e f (", "apple", ")" },
		{ "\"a ", "apple", "\"" }, { "appl* OR ", "apple", "" }, { "(appl* (word* OR ", "word*", "))" }, { "(word* OR ", "word*", ")" },
	};
	static const int counts[] = { 1, 5, 8, 12, 20, 40, 60, 200, 900, 3000 };
	g_auto(TempStore) temp;
	int answered = 0;

	temp_store_init(&temp);
	g_autoptr(GString) words = g_string_new("apple");
	for (int i = 0; i < 150; i++)
		g_string_append_printf(words, " word%d", i);
	temp_store_add(&temp, temp_store_folder(&temp, "5", FOLDER_INBOX), message_made("1", 1000, 0, "One", words->str));
	feed_all(&temp, 10);
	g_autoptr(StoreSearch) search = store_search_open(temp.store, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(shapes) * G_N_ELEMENTS(counts); i++) {
		int               count = counts[i % G_N_ELEMENTS(counts)];
		const char       *close = shapes[i / G_N_ELEMENTS(counts)].close;
		g_autofree char  *text = repeated(shapes[i / G_N_ELEMENTS(counts)].open, shapes[i / G_N_ELEMENTS(counts)].middle, close, count);
		g_autoptr(GError) err = NULL;
		g_autoptr(Query)  query = query_parse(text, temp.clock.now_ms, &err);
		g_autoptr(GArray) ids = NULL;
		bool              is_behind;
		g_test_message("%d times %s%s", count, shapes[i / G_N_ELEMENTS(counts)].open, close);
		if (query && store_search_run(search, query, NULL, 0, 10, &ids, &is_behind, &err))
			answered++;
		else
			g_assert_true(error_is(err, ERR_USAGE));
		g_test_message("%s", err ? err->message : "");
		g_assert_true(ids || count >= 8);
		/* What is beyond SQLite is known before it is asked. */
		g_assert_true(ids || !query);
	}
	g_assert_cmpint(answered, >, 100);
}

/* ---- beginnings of words ---- */

/* A limited run spells them out, if they are few, and finds what an unlimited one does. */
static void test_beginnings(void)
{
	static const char *const texts[] = { "w*", "wo*", "word1*", "word15*", "word150*", "subject:wor*", "body:wor*", "w* -word7*", "\"w\"*",
		"\"one word1\"*", "a* OR word2*", "zebra*", "in:inbox word3*", "q*", "\xc3\xbc*", "\"a\"\"w\"*", "\xe6\x9d\xb1*", "is:unread OR word4*" };
	static const struct { const char *match, *spelled; } rows[] = {
		{ "((\"word29\" *))", "(((\"word29\" OR \"word290\" OR \"word291\" OR \"word292\" OR \"word293\" OR \"word294\" OR "
		                      "\"word295\" OR \"word296\" OR \"word297\" OR \"word298\" OR \"word299\")))" },
		{ "(sender : \"WORD299\" *)", "(sender : (\"word299\"))" },
		{ "(\"none\" * AND \"x\"\"y *\")", "(\"none\" * AND \"x\"\"y *\")" },
		{ "(\"word\" *)", "(\"word\" *)" },
		{ "(\"two word2\" *)", "(\"two word2\" *)" },
	};
	g_auto(TempStore) temp;
	bool is_behind;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 300; i++) {
		g_autofree char *name = g_strdup_printf("%d", i), *words = g_strdup_printf("one word%d \xc3\x9c" "ber \xe6\x9d\xb1\xe4\xba\xac apple", i);
		temp_store_add(&temp, inbox, message_made(name, i * 5000, 0, i % 2 ? "Word" : "Water", words));
	}
	feed_all(&temp, 100);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GArray) all = search_with(&temp, texts[i], (Asked){ 0 }, &is_behind);
		g_autoptr(GArray) some = search_with(&temp, texts[i], (Asked){ .limit = 100 }, &is_behind);
		g_test_message("%s: %u, %u", texts[i], all->len, some->len);
		g_assert_cmpuint(some->len, ==, MIN(all->len, 100));
		for (guint k = 0; k < some->len; k++)
			g_assert_cmpint(g_array_index(some, int64_t, k), ==, g_array_index(all, int64_t, k));
	}
	g_autoptr(Db) index = index_open(temp.store->vault, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *spelled = NULL;
		g_assert_true(prefix_spell_out(index, rows[i].match, &spelled, NULL));
		g_test_message("%s: %s", rows[i].match, spelled);
		g_assert_cmpstr(spelled, ==, rows[i].spelled);
	}
}

static void test_follows_the_store(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	bool is_behind;

	temp_store_init(&temp);
	int64_t now = temp.clock.now_ms, inbox = temp_store_folder(&temp, "5", FOLDER_INBOX), drafts = temp_store_folder(&temp, "3", FOLDER_DRAFTS);
	g_autoptr(GArray) none = search_with(&temp, "apple", (Asked){ 0 }, &is_behind);
	g_assert_cmpuint(none->len, ==, 0);

	int64_t first = temp_store_add(&temp, inbox, message_made("1", now, 0, "One", "apple"));
	g_autoptr(GArray) not_yet = search_with(&temp, "apple", (Asked){ 0 }, &is_behind);
	g_assert_cmpuint(not_yet->len, ==, 0);
	g_assert_true(is_behind);
	feed_all(&temp, 1);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, 1);

	/* Older mail that comes later, a draft, and a body that becomes whole. */
	temp_store_add(&temp, inbox, message_made("2", now - DAY_MS, 0, "Two", "apple"));
	temp_store_add(&temp, drafts, message_made("3", now, 0, "Three", "apple"));
	g_autoptr(GBytes) whole = g_bytes_new("apple pear", 10);
	store_write_body(temp.writer, first, BODY_TEXT, whole, true, &err);
	g_assert_no_error(err);
	g_assert_cmpint(feed_all(&temp, 100), ==, 2);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, 2);
	g_assert_cmpuint(count_of(&temp, "pear"), ==, 1);
	g_assert_cmpuint(count_of(&temp, "in:drafts"), ==, 1);

	/* What goes is not found any more, with or without a feed. */
	g_autoptr(StorePage) page = store_page_begin(temp.writer, inbox);
	store_page_remove(page, "1", false);
	store_page_commit(page, "k2", 5, false, NULL, &err);
	g_assert_no_error(err);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, 1);
	g_assert_cmpuint(count_of(&temp, "pear"), ==, 0);
}

static void test_pages_and_scopes(void)
{
	g_auto(TempStore) temp;
	enum { COUNT = 25, PAGE = 10 };
	bool is_behind;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX), other = temp_store_folder(&temp, "6", FOLDER_USER_MAIL);
	for (int i = 0; i < COUNT; i++) {
		g_autofree char *id = g_strdup_printf("m%d", i);
		temp_store_add(&temp, i % 5 ? inbox : other, message_made(id, temp.clock.now_ms - i * 1000, 0, "Plum", "x"));
	}
	feed_all(&temp, 7);
	static const char *const texts[] = { "plum", "*", "is:unread", "plum OR is:read" };
	for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
		int64_t before = 0;
		guint   seen = 0;
		for (guint page = 0; page < 3; page++) {
			g_autoptr(GArray) ids = search_with(&temp, texts[t], (Asked){ NULL, before, PAGE }, &is_behind);
			g_assert_cmpuint(ids->len, ==, page < 2 ? PAGE : COUNT % PAGE);
			for (guint i = 0; i < ids->len; i++) {
				int64_t id = g_array_index(ids, int64_t, i);
				g_assert_true(!before || id < before);
				before = id;
			}
			seen += ids->len;
		}
		g_assert_cmpuint(seen, ==, COUNT);
		const struct { ListQuery scope; guint count; } scopes[] = {
			{ { .folder_id = inbox }, 20 }, { { .folder_id = other }, 5 }, { { .account_id = temp.account_id }, COUNT },
			{ { .account_id = temp.account_id + 1 }, 0 }, { { 0 }, 20 },
		};
		for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++) {
			g_autoptr(GArray) ids = search_with(&temp, texts[t], (Asked){ &scopes[i].scope, 0, 0 }, &is_behind);
			g_assert_cmpuint(ids->len, ==, scopes[i].count);
		}
	}
}

static void test_rows_leave_out_what_is_gone(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t a = temp_store_add(&temp, inbox, message_made("1", 1000, 0, "One", "x")), b = temp_store_add(&temp, inbox, message_made("2", 2000, 0, "Two", "x"));
	g_autoptr(StoreSearch) search = store_search_open(temp.store, &err);
	g_assert_no_error(err);
	store_search_rows(search, (const int64_t[]){ b, a + 1, a }, 3, &rows, &err);
	g_assert_no_error(err);
	g_assert_cmpuint(rows->len, ==, 2);
	g_assert_cmpstr(((ListRow *)g_ptr_array_index(rows, 0))->subject, ==, "Two");
	g_assert_cmpstr(((ListRow *)g_ptr_array_index(rows, 1))->subject, ==, "One");
}

static void many_messages(TempStore *temp, int count, const char *subject)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StorePage) page = store_page_begin(temp->writer, temp_store_folder(temp, "5", FOLDER_INBOX));

	for (int i = 0; i < count; i++) {
		g_autofree char *id = g_strdup_printf("m%d", i);
		store_page_add(page, message_made(id, 1000 + i, 0, subject, "apple"), HAS_ALL, &err);
	}
	store_page_commit(page, "k1", 5, false, NULL, &err);
	g_assert_no_error(err);
}

/* ---- the index as a file ---- */

static int64_t documents(TempStore *temp)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Db)     index = db_open(temp->store->vault, VAULT_INDEX, &err);
	int64_t           count = -1;

	g_assert_no_error(err);
	db_number(index, "SELECT documents FROM state", 0, 0, &count, &err);
	g_assert_no_error(err);
	return count;
}

static void test_one_feeds_at_a_time(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_autoptr(StoreIndexer) indexer = store_indexer_open(temp.store, NULL);
	g_assert_nonnull(indexer);
	g_assert_null(store_indexer_open(temp.store, &err));
	g_assert_true(error_is(err, ERR_HELD));
}

static void test_dropped_index_comes_again(void)
{
	static const char *const ruins[] = { NULL, "this is no database at all, and certainly not one of ours" };
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
	temp_store_add(&temp, inbox, message_made("1", 1000, 0, "One", "apple"));
	feed_all(&temp, 10);
	for (size_t i = 0; i < G_N_ELEMENTS(ruins); i++) {
		g_autofree char *path = g_build_filename(temp.dir, "index.db", NULL), *log = g_strconcat(path, "-wal", NULL);
		temp_store_close(&temp);
		g_remove(log);
		g_remove(path);
		if (ruins[i])
			g_assert_true(g_file_set_contents(path, ruins[i], -1, NULL));
		temp_store_reopen(&temp);
		g_assert_cmpint(feed_all(&temp, 10), ==, 1);
		g_assert_cmpuint(count_of(&temp, "apple"), ==, 1);
	}
}

/* Each message begins a conversation, and is all that is fed. */
static void test_new_mail_alone_is_fed(void)
{
	g_auto(TempStore) temp = { 0 };

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "inbox", FOLDER_INBOX);
	for (int i = 0; i < 5; i++) {
		g_autofree char *name = g_strdup_printf("m%d", i);
		temp_store_add(&temp, inbox, message_made(name, i * DAY_MS, 0, name, "word"));
		g_assert_cmpint(feed_all(&temp, 100), ==, 1);
	}
	g_assert_cmpuint(count_of(&temp, "word"), ==, 5);
}

static void test_leftovers_are_cleared(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	enum { COUNT = 1500, GONE = 1100 };

	temp_store_init(&temp);
	many_messages(&temp, COUNT, "One");
	feed_all(&temp, 1000);
	g_assert_cmpint(documents(&temp), ==, COUNT);

	g_autoptr(StorePage) second = store_page_begin(temp.writer, temp_store_folder(&temp, "5", FOLDER_INBOX));
	for (int i = 0; i < GONE; i++) {
		g_autofree char *id = g_strdup_printf("m%d", i);
		store_page_remove(second, id, false);
	}
	store_page_add(second, message_made("new", 5000, 0, "One", "apple"), HAS_ALL, &err);
	store_page_commit(second, "k2", 5, false, NULL, &err);
	g_assert_no_error(err);
	g_assert_cmpint(feed_all(&temp, 1000), ==, 1 + COUNT - GONE + 1);
	g_assert_cmpint(documents(&temp), ==, COUNT - GONE + 1);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, COUNT - GONE + 1);
}

/* Every message comes a second time, with other words, after the index has read it. */
static void test_reworded_mail_is_made_anew_once(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	enum { COUNT = 1200, ROUNDS = 12 };
	int  calls = 0, rounds = 0;
	bool is_done = false;

	temp_store_init(&temp);
	many_messages(&temp, COUNT, "One");
	feed_all(&temp, 1000);
	many_messages(&temp, COUNT, "Two");
	g_autoptr(StoreIndexer) indexer = store_indexer_open(temp.store, &err);
	g_assert_no_error(err);
	for (; !is_done && rounds < ROUNDS; rounds++) {
		store_indexer_feed(indexer, text_of, &calls, 1000, &is_done, &err);
		g_assert_no_error(err);
	}
	g_assert_cmpint(rounds, <, ROUNDS);
	g_assert_cmpint(calls, ==, 2 * COUNT);
	g_assert_cmpint(documents(&temp), ==, COUNT);
	g_assert_cmpuint(count_of(&temp, "subject:two"), ==, COUNT);
	g_assert_cmpuint(count_of(&temp, "subject:one"), ==, 0);
}

/* Out of Drafts, and from a draft to what was sent in the folder where it stands. */
static void test_drafts_come_when_they_are_sent(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX), drafts = temp_store_folder(&temp, "3", FOLDER_DRAFTS);
	int64_t moved = temp_store_add(&temp, drafts, message_made("1", 1000, 0, "One", "apple"));
	int64_t other = temp_store_add(&temp, drafts, message_made("2", 2000, 0, "Two", "apple"));
	temp_store_add(&temp, inbox, message_made("3", 3000, MESSAGE_DRAFT, "Three", "apple"));
	feed_all(&temp, 10);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, 0);

	g_autoptr(Op) move = op_new_move(moved, inbox);
	g_assert_true(store_write_op(temp.writer, move, NULL));
	temp_store_add(&temp, inbox, message_made("3", 3000, 0, "Three", "apple"));
	g_autoptr(Op) read = op_new_mark_read(other, true);
	g_assert_true(store_write_op(temp.writer, read, NULL));
	g_assert_cmpint(feed_all(&temp, 10), ==, 2);
	g_assert_cmpuint(count_of(&temp, "apple"), ==, 2);
}

static int64_t arrivals(TempStore *temp, const char *what)
{
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM arrival", what);
	sqlite3_stmt    *statement;

	g_assert_cmpint(sqlite3_prepare_v2(db_handle(temp->reader->db), sql, -1, &statement, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

/* Only what the index has read goes, and the index is made anew without it. */
static void test_read_arrivals_go(void)
{
	g_auto(TempStore) temp;
	enum { COUNT = 1500 };
	int64_t newest;

	temp_store_init(&temp);
	many_messages(&temp, COUNT, "One");
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(arrivals(&temp, "count(*)"), ==, COUNT);
	feed_all(&temp, 1000);
	g_assert_true(store_read_arrival(temp.reader, &newest, NULL));
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(arrivals(&temp, "count(*)"), ==, 1);
	g_assert_cmpint(arrivals(&temp, "max(number)"), ==, newest);

	g_autofree char *path = g_build_filename(temp.dir, "index.db", NULL);
	temp_store_close(&temp);
	g_remove(path);
	temp_store_reopen(&temp);
	g_assert_cmpint(feed_all(&temp, 1000), ==, COUNT);
	g_assert_cmpuint(count_of(&temp, "subject:one"), ==, COUNT);
}

/* A message whose fate is open is looked for among what has come since it was first sent. */
static void test_arrivals_wait_for_what_is_sent(void)
{
	g_auto(TempStore) temp;
	enum { COUNT = 1500, SINCE = 700 };

	temp_store_init(&temp);
	many_messages(&temp, COUNT, "One");
	feed_all(&temp, 5000);
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO op (group_id, kind, account_id, folder_id, message_id, draft_id, value, was, was_done_ms, attempts) "
		"VALUES (1, %d, %d, 0, 0, 1, 0, 0, %d, 1)", OP_SEND, (int)temp.account_id, SINCE);
	g_assert_true(db_exec(temp.writer->db, sql, NULL));
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(arrivals(&temp, "min(number)"), ==, SINCE);
	g_assert_cmpint(arrivals(&temp, "count(*)"), ==, COUNT - SINCE + 1);
}

static void test_erased_account_leaves_no_word(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	bool is_behind;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
	temp_store_add(&temp, inbox, message_made("1", 1000, 0, "One", "apple"));
	feed_all(&temp, 10);
	g_assert_cmpint(documents(&temp), ==, 1);
	store_write_account_gone(temp.writer, temp.account_id, &err);
	g_assert_no_error(err);
	g_assert_cmpint(documents(&temp), ==, 0);
	g_autoptr(GArray) ids = search_with(&temp, "apple", (Asked){ 0 }, &is_behind);
	g_assert_cmpuint(ids->len, ==, 0);
	g_assert_cmpint(feed_all(&temp, 10), ==, 0);
}

/* ---- interruption ---- */

typedef struct { StoreSearch *search; gint is_over; } Interrupter;

static void *interrupt_until_over(void *data)
{
	Interrupter *interrupter = data;

	while (!g_atomic_int_get(&interrupter->is_over)) {
		store_search_interrupt(interrupter->search);
		g_thread_yield();
	}
	return NULL;
}

static void test_interrupt(void)
{
	static const char *const texts[] = { "apple is:unread", "-is:flagged", "apple OR is:read" };
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	GArray *ids = NULL;
	bool is_behind;

	temp_store_init(&temp);
	many_messages(&temp, 3000, "One");
	feed_all(&temp, 5000);
	g_autoptr(StoreSearch) search = store_search_open(temp.store, &err);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Query) query = query_parse(texts[i], temp.clock.now_ms, &err);
		Interrupter interrupter = { .search = search };
		GThread *thread = g_thread_new("interrupt", interrupt_until_over, &interrupter);
		/* A search may end before the other thread has had its turn. */
		while (store_search_run(search, query, NULL, 0, 0, &ids, &is_behind, &err))
			g_clear_pointer(&ids, g_array_unref);
		g_atomic_int_set(&interrupter.is_over, 1);
		g_thread_join(thread);
		g_assert_true(error_is(err, ERR_CANCELLED));
		g_assert_null(ids);
		g_clear_error(&err);
		store_search_run(search, query, NULL, 0, 0, &ids, &is_behind, &err);
		g_assert_no_error(err);
		g_assert_cmpuint(ids->len, ==, 3000);
		g_clear_pointer(&ids, g_array_unref);
	}
}

/* ---- against a naive model ---- */

enum { MODEL_MESSAGES = 300, MODEL_QUERIES = 400, MODEL_WORDS = 12 };

typedef struct { int64_t id; guint subject, body; bool is_read; } ModelMessage;      /* a bit per word */

static const char *const vocabulary[MODEL_WORDS] = {
	"apple", "pear", "plum", "fig", "\xe6\x9d\xb1\xe4\xba\xac", "\xe4\xbc\x9a\xe8\xad\xb0", "Stra\xc3\x9f" "e", "\xc3\xa9t\xc3\xa9", "x1", "mango", "kiwi", "lime",
};

static char *words_of(guint bits)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < MODEL_WORDS; i++)
		if (bits & 1u << i)
			g_string_append_printf(text, "%s%s", text->len ? " " : "", vocabulary[i]);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A random query, and what it says of each message, side by side. */
static void grow(GRand *rand, int depth, const ModelMessage *messages, GString *text, bool *verdicts)
{
	int choice = g_rand_int_range(rand, 0, depth > 0 ? 6 : 3);

	if (choice < 3) {
		int word = g_rand_int_range(rand, 0, MODEL_WORDS + 1);
		if (word == MODEL_WORDS)
			g_string_append(text, "is:read");
		else
			g_string_append_printf(text, "%s%s", choice == 1 ? "subject:" : choice == 2 ? "body:" : "", vocabulary[word]);
		for (int i = 0; i < MODEL_MESSAGES; i++)
			verdicts[i] = word == MODEL_WORDS ? messages[i].is_read :
			              ((choice == 1 ? 0 : messages[i].body) | (choice == 2 ? 0 : messages[i].subject)) >> word & 1;
		return;
	}
	g_autofree bool *other = g_new0(bool, MODEL_MESSAGES);
	g_string_append(text, choice == 5 ? "-(" : "(");
	grow(rand, depth - 1, messages, text, verdicts);
	if (choice != 5) {
		g_string_append(text, choice == 3 ? " " : " OR ");
		grow(rand, depth - 1, messages, text, other);
	}
	g_string_append_c(text, ')');
	for (int i = 0; i < MODEL_MESSAGES; i++)
		verdicts[i] = choice == 3 ? verdicts[i] && other[i] : choice == 4 ? verdicts[i] || other[i] : !verdicts[i];
}

static void model_fill(TempStore *temp, GRand *rand, ModelMessage *messages)
{
	int64_t inbox = temp_store_folder(temp, "5", FOLDER_INBOX);

	for (int i = 0; i < MODEL_MESSAGES; i++) {
		ModelMessage *model = &messages[i];
		g_autofree char *server_id = g_strdup_printf("m%d", i);
		model->subject = g_rand_int(rand) & g_rand_int(rand) & ((1u << MODEL_WORDS) - 1);
		model->body = g_rand_int(rand) & g_rand_int(rand) & ((1u << MODEL_WORDS) - 1);
		model->is_read = g_rand_boolean(rand);
		g_autofree char *subject = words_of(model->subject), *body = words_of(model->body);
		model->id = temp_store_add(temp, inbox, message_made(server_id, 1000 + g_rand_int_range(rand, 0, 100000),
		                                                     model->is_read ? MESSAGE_READ : 0, subject, body));
		if (i % 50 == 49)
			feed_all(temp, 20);
	}
}

/* Page by page it is the same list, although many of these messages share a second. */
static void assert_pages_agree(StoreSearch *search, const Query *query, const GArray *all)
{
	enum { PAGE = 7 };
	g_autoptr(GError) err = NULL;
	int64_t before = 0;
	bool is_behind;

	for (guint at = 0; at < all->len; at += PAGE) {
		GArray *ids = NULL;
		store_search_run(search, query, NULL, before, PAGE, &ids, &is_behind, &err);
		g_assert_no_error(err);
		g_assert_cmpuint(ids->len, ==, MIN(PAGE, all->len - at));
		for (guint i = 0; i < ids->len; i++) {
			g_assert_cmpint(g_array_index(ids, int64_t, i), ==, g_array_index(all, int64_t, at + i));
			g_assert_true(!before || g_array_index(ids, int64_t, i) < before);
			before = g_array_index(ids, int64_t, i);
		}
		g_array_unref(ids);
	}
}

static void test_against_a_model(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GRand) rand = g_rand_new_with_seed(2026);
	g_autofree ModelMessage *messages = g_new0(ModelMessage, MODEL_MESSAGES);
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	model_fill(&temp, rand, messages);
	g_autoptr(StoreSearch) search = store_search_open(temp.store, &err);
	for (int i = 0; i < MODEL_QUERIES; i++) {
		bool verdicts[MODEL_MESSAGES], is_behind;
		g_autoptr(GString) text = g_string_new(NULL);
		GArray *ids = NULL;
		guint expected = 0;

		grow(rand, 3, messages, text, verdicts);
		g_autoptr(Query) query = query_parse(text->str, temp.clock.now_ms, &err);
		g_assert_no_error(err);
		store_search_run(search, query, NULL, 0, 0, &ids, &is_behind, &err);
		g_assert_no_error(err);
		g_autoptr(GHashTable) found = g_hash_table_new(g_int64_hash, g_int64_equal);
		for (guint k = 0; k < ids->len; k++)
			g_hash_table_add(found, &g_array_index(ids, int64_t, k));
		for (int k = 0; k < MODEL_MESSAGES; k++) {
			expected += verdicts[k];
			if (g_hash_table_contains(found, &messages[k].id) != verdicts[k])
				g_error("message %d and the query %s", k, text->str);
		}
		g_assert_cmpuint(ids->len, ==, expected);
		if (i % 4 == 0)
			assert_pages_agree(search, query, ids);
		g_array_unref(ids);
	}
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search/finds-what-was-written", test_finds_what_was_written);
	g_test_add_func("/search/fields", test_fields);
	g_test_add_func("/search/beginnings", test_beginnings);
	g_test_add_func("/search/long-and-deep-queries", test_long_and_deep_queries);
	g_test_add_func("/search/follows-the-store", test_follows_the_store);
	g_test_add_func("/search/pages-and-scopes", test_pages_and_scopes);
	g_test_add_func("/search/rows-leave-out-what-is-gone", test_rows_leave_out_what_is_gone);
	g_test_add_func("/search/one-feeds-at-a-time", test_one_feeds_at_a_time);
	g_test_add_func("/search/dropped-index-comes-again", test_dropped_index_comes_again);
	g_test_add_func("/search/new-mail-alone-is-fed", test_new_mail_alone_is_fed);
	g_test_add_func("/search/leftovers-are-cleared", test_leftovers_are_cleared);
	g_test_add_func("/search/reworded-mail-is-made-anew-once", test_reworded_mail_is_made_anew_once);
	g_test_add_func("/search/erased-account-leaves-no-word", test_erased_account_leaves_no_word);
	g_test_add_func("/search/drafts-come-when-they-are-sent", test_drafts_come_when_they_are_sent);
	g_test_add_func("/search/read-arrivals-go", test_read_arrivals_go);
	g_test_add_func("/search/arrivals-wait-for-what-is-sent", test_arrivals_wait_for_what_is_sent);
	g_test_add_func("/search/interrupt", test_interrupt);
	g_test_add_func("/search/against-a-model", test_against_a_model);
	return g_test_run();
}
