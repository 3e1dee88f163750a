#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "support/tempstore.h"

static Message *message_of(TempStore *temp, int64_t message_id)
{
	Message *message = NULL;
	g_autoptr(GError) err = NULL;

	store_read_message(temp->reader, message_id, &message, &err);
	g_assert_no_error(err);
	return message;
}

static int64_t count(TempStore *temp, const char *sql)
{
	int64_t number = -1;
	g_autoptr(GError) err = NULL;

	db_number(temp->reader->db, sql, 0, -1, &number, &err);
	g_assert_no_error(err);
	return number;
}

static void commit(StorePage *page, bool has_more)
{
	g_autoptr(GError) err = NULL;

	store_page_commit(page, "k", 5, has_more, NULL, &err);
	g_assert_no_error(err);
}

static void add(StorePage *page, Message *message, guint has)
{
	g_autoptr(GError) err = NULL;

	store_page_add(page, message, has, &err);
	g_assert_no_error(err);
}

/* ---- accounts and folders ---- */

static void test_an_account_keeps_its_device_id(void)
{
	g_auto(TempStore) temp;
	g_autoptr(AccountState) first = NULL, again = NULL;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_assert_true(store_read_account(temp.reader, "alice", &first, NULL));
	g_assert_cmpuint(strlen(first->device_id), ==, 32);
	g_assert_cmpstr(first->folder_key, ==, "0");
	g_assert_null(first->version);
	first->version = g_strdup("14.1");
	first->heartbeat_s = 540;
	first->is_device_told = true;
	first->last_error = g_strdup("It is late.");
	g_assert_true(store_write_account_state(temp.writer, first, NULL));
	temp_store_reopen(&temp);
	g_assert_true(store_read_account(temp.reader, "alice", &again, NULL));
	g_assert_cmpstr(again->device_id, ==, first->device_id);
	g_assert_cmpstr(again->version, ==, "14.1");
	g_assert_cmpint(again->heartbeat_s, ==, 540);
	g_assert_true(again->is_device_told);
	g_assert_cmpstr(again->last_error, ==, "It is late.");
	g_assert_false(store_read_account(temp.reader, "nobody", &again, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
}

static Folder *make_folder(const char *server_id, const char *parent, const char *name, FolderType type)
{
	Folder *folder = folder_new();

	folder->server_id = g_strdup(server_id);
	folder->parent_server_id = g_strdup(parent);
	folder->name = g_strdup(name);
	folder->type = type;
	return folder;
}

static char *tree_text(TempStore *temp)
{
	g_autoptr(GPtrArray) folders = NULL;
	g_autoptr(GError) err = NULL;
	GString *text = g_string_new(NULL);

	store_read_folders(temp->reader, temp->account_id, &folders, &err);
	g_assert_no_error(err);
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = folders->pdata[i];
		g_string_append_printf(text, "%d%s%s ", folder->depth, folder->name, folder->has_children ? "+" : "");
	}
	return g_string_free(text, FALSE);
}

typedef struct { const char *server_id, *parent, *name; FolderType type; } FolderCase;

static void write_folders(TempStore *temp, const FolderCase *rows, size_t len, const char *gone, bool was_full)
{
	g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GError) err = NULL;
	StoreFolderList list = { temp->account_id, changed, names, "key", was_full };

	for (size_t i = 0; i < len; i++)
		g_ptr_array_add(changed, make_folder(rows[i].server_id, rows[i].parent, rows[i].name, rows[i].type));
	if (gone)
		g_ptr_array_add(names, (char *)gone);
	store_write_folders(temp->writer, &list, &err);
	g_assert_no_error(err);
}

static void test_folders_are_a_tree_whatever_the_server_says(void)
{
	static const FolderCase rows[] = {
		{ "1", "0", "Zebra", FOLDER_USER_MAIL },      { "2", "0", "Sent Items", FOLDER_SENT },
		{ "3", "0", "Inbox", FOLDER_INBOX },          { "4", "3", "below", FOLDER_USER_MAIL },
		{ "5", "4", "deeper", FOLDER_USER_MAIL },     { "6", "nowhere", "lost", FOLDER_USER_MAIL },
		{ "7", "8", "cycle a", FOLDER_USER_MAIL },    { "8", "7", "cycle b", FOLDER_USER_MAIL },
		{ "9", "9", "itself", FOLDER_USER_MAIL },     { "10", "3", "Above", (FolderType)99 },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	write_folders(&temp, rows, G_N_ELEMENTS(rows), NULL, true);
	g_autofree char *text = tree_text(&temp);
	g_assert_cmpstr(text, ==, "0Inbox+ 1Above 1below+ 2deeper 0Sent Items 0lost 0Zebra 0cycle a+ 1cycle b 0itself ");
}

static void test_folders_stand_where_a_person_looks(void)
{
	static const FolderCase rows[] = {
		{ "1", "0", "Week 10", FOLDER_USER_MAIL }, { "2", "0", "week 9", FOLDER_USER_MAIL },
		{ "3", "0", "Zoo", FOLDER_USER_MAIL },     { "4", "0", "apples", FOLDER_USER_MAIL },
		{ "5", "0", "Trash", FOLDER_DELETED },     { "6", "0", "Post", FOLDER_INBOX },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	write_folders(&temp, rows, G_N_ELEMENTS(rows), NULL, true);
	g_autofree char *text = tree_text(&temp);
	g_assert_cmpstr(text, ==, "0Post 0Trash 0apples 0week 9 0Week 10 0Zoo ");
}

static void test_very_deep_folders_come_to_the_root(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) folders = NULL;
	int deepest = 0;

	temp_store_init(&temp);
	for (int i = 0; i < 100; i++) {
		g_autofree char *id = g_strdup_printf("%d", i + 1), *parent = g_strdup_printf("%d", i);
		FolderCase row = { id, parent, id, FOLDER_USER_MAIL };
		write_folders(&temp, &row, 1, NULL, false);
	}
	g_assert_true(store_read_folders(temp.reader, temp.account_id, &folders, NULL));
	g_assert_cmpuint(folders->len, ==, 100);
	for (guint i = 0; i < folders->len; i++)
		deepest = MAX(deepest, ((Folder *)folders->pdata[i])->depth);
	g_assert_cmpint(deepest, ==, 63);
}

static void test_a_full_list_drops_the_others(void)
{
	static const FolderCase first[] = { { "1", "0", "Inbox", FOLDER_INBOX }, { "2", "0", "Old", FOLDER_USER_MAIL } };
	static const FolderCase second[] = { { "1", "0", "Postbox", FOLDER_INBOX } };
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	write_folders(&temp, first, 2, NULL, true);
	temp_store_add(&temp, 2, temp_message("2:1", 5000, 0));
	write_folders(&temp, second, 1, NULL, true);
	g_autofree char *text = tree_text(&temp);
	g_assert_cmpstr(text, ==, "0Postbox ");
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM message"), ==, 0);
}

/* A server may give the id of a folder it deletes to a new one, in one answer. */
static void test_a_recycled_folder_id_begins_empty(void)
{
	static const FolderCase rows[] = { { "1", "0", "New", FOLDER_USER_MAIL } };
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t old = temp_store_folder(&temp, "1", FOLDER_USER_MAIL);
	temp_store_add(&temp, old, temp_message("1:1", 5000, 0));
	write_folders(&temp, rows, 1, "1", false);
	g_autoptr(GPtrArray) folders = NULL;
	g_assert_true(store_read_folders(temp.reader, temp.account_id, &folders, NULL));
	g_assert_cmpuint(folders->len, ==, 1);
	const Folder *fresh = folders->pdata[0];
	g_assert_cmpint(fresh->id, !=, old);
	g_assert_cmpint(fresh->total, ==, 0);
	g_assert_cmpstr(fresh->sync_key, ==, "0");
}

/* ---- pages ---- */

static void test_an_uncommitted_page_leaves_no_rows(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	StorePage *page = store_page_begin(temp.writer, folder);
	for (int i = 0; i < 70; i++) {
		g_autofree char *id = g_strdup_printf("5:%d", i);
		add(page, temp_message(id, 1000 + i, 0), HAS_ALL);
	}
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 64);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 64);
	store_page_free(page);
	temp_assert_counts(&temp, folder, 0, 0);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 0);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM loose"), ==, 0);
}

static void test_the_same_body_is_stored_once(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GBytes) body = NULL;
	BodyKind kind;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX), other = temp_store_folder(&temp, "6", FOLDER_USER_MAIL);
	int64_t first = temp_store_add(&temp, inbox, temp_message("a", 1000, 0));
	int64_t second = temp_store_add(&temp, other, temp_message("a", 1000, 0));
	g_assert_cmpint(first, !=, second);
	g_assert_cmpint(count(&temp, "SELECT count(*) FROM body"), ==, 1);
	g_autoptr(StorePage) page = store_page_begin(temp.writer, inbox);
	store_page_remove(page, "a", false);
	commit(page, false);
	g_clear_pointer(&page, store_page_free);
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_true(store_read_body(temp.reader, second, &kind, &body, NULL));
	g_assert_nonnull(body);
}

static void test_ids_are_never_given_twice(void)
{
	g_auto(TempStore) temp;
	int64_t last = 0;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 5; i++) {
		int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, 0));
		g_assert_cmpint(id, >, last);
		last = id;
		StorePage *page = store_page_begin(temp.writer, folder);
		store_page_remove(page, "5:1", false);
		commit(page, false);
		store_page_free(page);
		temp_store_reopen(&temp);
	}
}

static void test_absurd_values_are_bent_into_range(void)
{
	static const struct { const char *why; int64_t received_ms, shown_ms; int importance, shown_importance; } rows[] = {
		{ "before 1970",  -5000,     0,                   -3, 0 },
		{ "far future",   INT64_MAX, MESSAGE_LATEST_MS,   77, 2 },
		{ "an ordinary",  1000,      1000,                1,  1 },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Message *message = temp_message(rows[i].why, rows[i].received_ms, 0);
		message->importance = rows[i].importance;
		message->subject[0] = (char)0xff;
		g_autoptr(Message) got = message_of(&temp, temp_store_add(&temp, folder, message));
		g_assert_cmpint(got->received_ms, ==, rows[i].shown_ms);
		g_assert_cmpint(got->importance, ==, rows[i].shown_importance);
		g_assert_true(g_str_has_prefix(got->subject, "\xEF\xBF\xBD"));
	}
}

static void test_changes_of_some_fields(void)
{
	static const struct { const char *why; guint has, flags, becomes; const char *categories; } rows[] = {
		{ "read",       HAS_READ,            MESSAGE_READ | MESSAGE_FLAGGED, MESSAGE_READ | MESSAGE_ATTACHMENT, "Red" },
		{ "unread",     HAS_READ,            0,                              MESSAGE_ATTACHMENT, "Red" },
		{ "flag",       HAS_FLAG,            MESSAGE_FLAGGED,                MESSAGE_FLAGGED | MESSAGE_ATTACHMENT, "Red" },
		{ "done",       HAS_FLAG,            MESSAGE_DONE | MESSAGE_READ,    MESSAGE_DONE | MESSAGE_ATTACHMENT, "Red" },
		{ "categories", HAS_CATEGORIES,      MESSAGE_READ,                   MESSAGE_DONE | MESSAGE_ATTACHMENT, "Blue" },
		{ "verb",       HAS_VERB,            MESSAGE_REPLIED,                MESSAGE_DONE | MESSAGE_ATTACHMENT | MESSAGE_REPLIED, "Blue" },
		{ "two",        HAS_READ | HAS_FLAG, MESSAGE_READ,                   MESSAGE_READ | MESSAGE_ATTACHMENT | MESSAGE_REPLIED, "Blue" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	Message *message = temp_message("5:1", 1000, MESSAGE_ATTACHMENT);
	message->categories = g_strdup("Red");
	int64_t id = temp_store_add(&temp, folder, message);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
		Message *change = message_new();
		change->server_id = g_strdup("5:1");
		change->flags = rows[i].flags;
		change->categories = g_strdup("Blue");
		add(page, change, rows[i].has);
		commit(page, false);
		g_test_message("%s", rows[i].why);
		g_autoptr(Message) got = message_of(&temp, id);
		g_assert_cmpuint(got->flags, ==, rows[i].becomes);
		g_assert_cmpstr(got->categories, ==, rows[i].categories);
		g_assert_cmpstr(got->subject, ==, "About 5:1");
		temp_assert_counts(&temp, folder, 1, !(rows[i].becomes & MESSAGE_READ));
	}
}

static void test_a_change_of_what_is_not_there_is_nothing(void)
{
	g_auto(TempStore) temp;
	StorePageCount page_count;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	add(page, temp_message("5:1", 1000, 0), HAS_READ);
	store_page_remove(page, "5:2", false);
	g_assert_true(store_page_commit(page, "k", 5, false, &page_count, NULL));
	g_assert_cmpint(page_count.added + page_count.changed + page_count.removed, ==, 0);
	temp_assert_counts(&temp, folder, 0, 0);
}

static void test_a_whole_body_is_not_cut_again(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GBytes) whole = g_bytes_new_static("the whole text", 14), body = NULL;
	BodyKind kind;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, MESSAGE_TRUNCATED));
	g_assert_true(store_write_body(temp.writer, id, BODY_HTML, whole, true, NULL));
	g_assert_cmpint(temp_store_add(&temp, folder, temp_message("5:1", 1000, MESSAGE_TRUNCATED)), ==, id);
	g_autoptr(Message) got = message_of(&temp, id);
	g_assert_false(got->flags & MESSAGE_TRUNCATED);
	g_assert_true(store_read_body(temp.reader, id, &kind, &body, NULL));
	g_assert_true(g_bytes_equal(body, whole));
}

static void test_mime_stands_beside_the_body(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GBytes) mime = g_bytes_new_static("From: x\r\n\r\ny", 12), got = NULL, none = NULL, body = NULL;
	g_autoptr(GError) err = NULL;
	BodyKind kind;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, 0));
	g_assert_true(store_read_mime(temp.reader, id, &none, NULL));
	g_assert_null(none);
	g_assert_true(store_write_mime(temp.writer, id, mime, NULL));
	g_assert_true(store_write_keep(temp.writer, true, NULL));
	g_assert_true(store_read_mime(temp.reader, id, &got, NULL));
	g_assert_true(g_bytes_equal(got, mime));
	g_assert_true(store_read_body(temp.reader, id, &kind, &body, NULL));
	g_assert_cmpint(kind, ==, BODY_HTML);
	g_assert_false(store_write_mime(temp.writer, 99, mime, &err));
	g_assert_true(error_is(err, ERR_GONE));
}

static void test_conversations(void)
{
	static const struct { const char *server_id, *subject, *key; int group; } rows[] = {
		{ "1", "Plan",              NULL, 0 }, { "2", "Re: Plan",       NULL, 0 }, { "3", "RE: AW:  plan", NULL, 0 },
		{ "4", "Other",             NULL, 1 }, { "5", "anything",       "K1", 2 }, { "6", "else",          "K1", 2 },
		{ "7", "Plan",              "K2", 3 }, { "8", "",               NULL, 4 }, { "9", "",              NULL, 5 },
	};
	g_auto(TempStore) temp;
	int64_t conversations[6] = { 0 };
	g_autoptr(GPtrArray) plan = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Message *message = temp_message(rows[i].server_id, (int64_t)(1000 - i), 0);
		g_free(message->subject);
		message->subject = g_strdup(rows[i].subject);
		message->conversation_key = rows[i].key ? g_bytes_new_static(rows[i].key, 2) : NULL;
		g_autoptr(Message) got = message_of(&temp, temp_store_add(&temp, folder, message));
		int64_t *expected = &conversations[rows[i].group];
		g_test_message("message %s", rows[i].server_id);
		if (!*expected)
			for (int k = 0; k < 6; k++)
				g_assert_cmpint(conversations[k], !=, got->conversation_id);
		else
			g_assert_cmpint(*expected, ==, got->conversation_id);
		*expected = got->conversation_id;
	}
	g_assert_true(store_read_conversation(temp.reader, conversations[0], 2, &plan, NULL));
	g_assert_cmpuint(plan->len, ==, 2);
	g_assert_cmpstr(((Message *)plan->pdata[0])->server_id, ==, "3");
	g_assert_cmpstr(((Message *)plan->pdata[1])->server_id, ==, "2");
}

/* By topic alone: whichever way they come, a month without a word ends a conversation. */
static void test_a_topic_that_comes_back_is_another(void)
{
	enum { COUNT = 5, DAY_MS = 24 * 60 * 60 * 1000 };
	static const struct { int day; int group; } rows[COUNT] = { { 100, 0 }, { 120, 0 }, { 149, 0 }, { 300, 1 }, { 310, 1 } };

	for (int is_newest_first = 0; is_newest_first < 2; is_newest_first++) {
		g_auto(TempStore) temp;
		int64_t ids[COUNT];

		temp_store_init(&temp);
		int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
		for (int i = 0; i < COUNT; i++) {
			int at = is_newest_first ? COUNT - 1 - i : i;
			g_autofree char *server_id = g_strdup_printf("m%d", at);
			Message *message = temp_message(server_id, (int64_t)rows[at].day * DAY_MS, 0);
			g_free(message->subject);
			message->subject = g_strdup("Lunch?");
			g_autoptr(Message) got = message_of(&temp, temp_store_add(&temp, folder, message));
			ids[at] = got->conversation_id;
		}
		for (int i = 1; i < COUNT; i++) {
			g_test_message("days %d and %d, newest first: %d", rows[i - 1].day, rows[i].day, is_newest_first);
			g_assert_cmpint(ids[i] == ids[i - 1], ==, rows[i].group == rows[i - 1].group);
		}
	}
}

/* ---- out of the window, and lost keys ---- */

static void test_soft_deletion_keeps_the_row(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, 0));
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	store_page_remove(page, "5:1", true);
	commit(page, false);
	g_autoptr(Message) kept = message_of(&temp, id);
	g_assert_true(kept->flags & MESSAGE_OUT_OF_WINDOW);
	g_assert_cmpint(temp_store_add(&temp, folder, temp_message("5:1", 1000, 0)), ==, id);
	g_autoptr(Message) back = message_of(&temp, id);
	g_assert_false(back->flags & MESSAGE_OUT_OF_WINDOW);
}

static void test_a_refill_keeps_what_is_named_again(void)
{
	g_auto(TempStore) temp;
	StorePageCount page_count;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t kept = temp_store_add(&temp, folder, temp_message("kept", 1000, 0));
	temp_store_add(&temp, folder, temp_message("dropped", 1001, 0));
	int64_t old = temp_store_add(&temp, folder, temp_message("old", 10, MESSAGE_OUT_OF_WINDOW));
	g_assert_true(store_write_folder_reset(temp.writer, folder, NULL));
	g_autoptr(Folder) reset = temp_folder(&temp, folder);
	g_assert_cmpstr(reset->sync_key, ==, "0");
	g_assert_true(reset->is_behind);
	g_assert_cmpint(reset->total, ==, 3);
	StorePage *empty = store_page_begin(temp.writer, folder);
	commit(empty, true);
	store_page_free(empty);
	StorePage *first = store_page_begin(temp.writer, folder);
	add(first, temp_message("kept", 1000, MESSAGE_READ), HAS_ALL);
	commit(first, true);
	store_page_free(first);
	temp_assert_counts(&temp, folder, 3, 2);
	temp_store_reopen(&temp);
	g_autoptr(StorePage) last = store_page_begin(temp.writer, folder);
	add(last, temp_message("new", 1002, 0), HAS_ALL);
	g_assert_true(store_page_commit(last, "k9", 5, false, &page_count, NULL));
	g_assert_cmpint(page_count.removed, ==, 1);
	g_assert_cmpint(page_count.added, ==, 1);
	g_assert_cmpint(temp_store_find(&temp, folder, "kept"), ==, kept);
	g_assert_cmpint(temp_store_find(&temp, folder, "dropped"), ==, 0);
	g_assert_cmpint(temp_store_find(&temp, folder, "old"), ==, old);
	temp_assert_counts(&temp, folder, 3, 2);
}

/* ---- operations ---- */

static int64_t mark(TempStore *temp, int64_t message_id, int value)
{
	g_autoptr(Op) op = op_new_mark_read(message_id, value);
	g_autoptr(GError) err = NULL;

	store_write_op(temp->writer, op, &err);
	g_assert_no_error(err);
	g_assert_cmpint(op->account_id, ==, temp->account_id);
	return op->id;
}

static void server_says(TempStore *temp, int64_t folder, guint has, guint flags)
{
	g_autoptr(StorePage) page = store_page_begin(temp->writer, folder);

	add(page, temp_message("5:1", 1000, flags), has);
	commit(page, false);
}

static void settle(TempStore *temp, int64_t folder, int64_t op_id, OpFate fate)
{
	g_autoptr(StorePage) page = store_page_begin(temp->writer, folder);

	StoreOpEnd end = { .op_id = op_id, .fate = fate };

	if (fate != OP_END_DONE)
		end.sentence = "The server is busy.";
	store_page_op_end(page, &end);
	commit(page, false);
}

static bool is_read(TempStore *temp, int64_t id)
{
	g_autoptr(Message) message = message_of(temp, id);

	return message->flags & MESSAGE_READ;
}

static void test_an_op_wins_until_it_is_settled(void)
{
	static const struct { const char *why; guint has, server; OpFate fate; bool ends_read; int ops; } rows[] = {
		{ "confirmed",                      0,        0,            OP_END_DONE,    true,  0 },
		{ "busy, to be sent again",         0,        0,            OP_END_AGAIN,   true,  1 },
		{ "refused",                        0,        0,            OP_END_REFUSED, false, 0 },
		{ "refused, the server has it read", HAS_READ, MESSAGE_READ, OP_END_REFUSED, true,  0 },
		{ "the whole item came meanwhile",  HAS_ALL,  0,            OP_END_AGAIN,   true,  1 },
		{ "the flag came meanwhile",        HAS_READ, 0,            OP_END_DONE,    true,  0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_autoptr(GPtrArray) ops = NULL;
		temp_store_init(&temp);
		int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
		int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, 0));
		int64_t op = mark(&temp, id, 1);
		g_test_message("%s", rows[i].why);
		g_assert_true(is_read(&temp, id));
		temp_assert_counts(&temp, folder, 1, 0);
		if (rows[i].has)
			server_says(&temp, folder, rows[i].has, rows[i].server);
		g_assert_true(is_read(&temp, id));
		settle(&temp, folder, op, rows[i].fate);
		g_assert_cmpint(is_read(&temp, id), ==, rows[i].ends_read);
		temp_assert_counts(&temp, folder, 1, !rows[i].ends_read);
		g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
		g_assert_cmpuint(ops->len, ==, rows[i].ops);
		if (ops->len) {
			g_assert_cmpint(((Op *)ops->pdata[0])->attempts, ==, 0);
			g_assert_cmpstr(((Op *)ops->pdata[0])->last_error, ==, "The server is busy.");
		}
	}
}

static void test_a_mark_taken_back_is_nothing(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) ops = NULL;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, temp_message("5:1", 1000, 0));
	int64_t first = mark(&temp, id, 1);
	g_assert_cmpint(mark(&temp, id, 0), ==, 0);
	g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 0);
	g_assert_false(is_read(&temp, id));
	settle(&temp, folder, first, OP_END_DONE);
	g_assert_false(is_read(&temp, id));
}

static void test_an_op_on_nothing_is_gone(void)
{
	g_auto(TempStore) temp;
	g_autoptr(Op) op = op_new_mark_read(77, 1);
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_assert_false(store_write_op(temp.writer, op, &err));
	g_assert_true(error_is(err, ERR_GONE));
	g_assert_cmpint(op->id, ==, 0);
}

/* ---- readers ---- */

static void test_a_reader_holds_one_moment(void)
{
	g_auto(TempStore) temp;
	int64_t before, after;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	g_assert_true(store_reader_begin(temp.reader, NULL));
	temp_assert_counts(&temp, folder, 0, 0);
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	add(page, temp_message("5:1", 1000, 0), HAS_ALL);
	commit(page, false);
	temp_assert_counts(&temp, folder, 0, 0);
	store_reader_end(temp.reader);
	temp_assert_counts(&temp, folder, 1, 1);
	g_assert_true(store_read_version(temp.reader, &before, NULL));
	g_assert_true(store_read_version(temp.reader, &after, NULL));
	g_assert_cmpint(before, ==, after);
	g_assert_true(store_write_folder_error(temp.writer, folder, "It rains.", NULL));
	g_assert_true(store_read_version(temp.reader, &after, NULL));
	g_assert_cmpint(before, !=, after);
}

static void test_walking_in_id_order(void)
{
	g_auto(TempStore) temp;
	int64_t after = 0;
	int seen = 0;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 20; i++) {
		g_autofree char *id = g_strdup_printf("5:%d", i);
		temp_store_add(&temp, folder, temp_message(id, 1000 + g_test_rand_int_range(0, 10), 0));
	}
	for (;;) {
		g_autoptr(GPtrArray) messages = NULL;
		g_assert_true(store_read_messages_after(temp.reader, after, 7, &messages, NULL));
		if (messages->len == 0)
			break;
		for (guint i = 0; i < messages->len; i++, seen++) {
			g_assert_cmpint(((Message *)messages->pdata[i])->id, >, after);
			after = ((Message *)messages->pdata[i])->id;
		}
	}
	g_assert_cmpint(seen, ==, 20);
}

static void test_sealed_columns(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GBytes) plain = g_bytes_new_static("a secret plan", 13);
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_autoptr(GBytes) sealed = store_sealed_write(temp.writer, "draft", 1, "text", plain, NULL);
	g_autoptr(GBytes) again = store_sealed_read(temp.reader, "draft", 1, "text", sealed, NULL);
	g_assert_true(g_bytes_equal(plain, again));
	g_assert_null(store_sealed_read(temp.reader, "draft", 2, "text", sealed, &err));
	g_assert_true(error_is(err, ERR_STORE));
	g_assert_nonnull(strstr(err->message, "draft.text, row 2"));
}

int main(int argc, char **argv)
{
	static const struct { const char *path; void (*run)(void); } tests[] = {
		{ "/write/an-account-keeps-its-device-id", test_an_account_keeps_its_device_id },
		{ "/write/folders-are-a-tree", test_folders_are_a_tree_whatever_the_server_says },
		{ "/write/folders-stand-where-a-person-looks", test_folders_stand_where_a_person_looks },
		{ "/write/very-deep-folders", test_very_deep_folders_come_to_the_root },
		{ "/write/a-full-list-drops-the-others", test_a_full_list_drops_the_others },
		{ "/write/a-recycled-folder-id", test_a_recycled_folder_id_begins_empty },
		{ "/write/an-uncommitted-page", test_an_uncommitted_page_leaves_no_rows },
		{ "/write/the-same-body-is-stored-once", test_the_same_body_is_stored_once },
		{ "/write/ids-are-never-given-twice", test_ids_are_never_given_twice },
		{ "/write/absurd-values", test_absurd_values_are_bent_into_range },
		{ "/write/changes-of-some-fields", test_changes_of_some_fields },
		{ "/write/a-change-of-nothing", test_a_change_of_what_is_not_there_is_nothing },
		{ "/write/a-whole-body-is-not-cut-again", test_a_whole_body_is_not_cut_again },
		{ "/write/mime-stands-beside-the-body", test_mime_stands_beside_the_body },
		{ "/write/conversations", test_conversations },
		{ "/write/a-topic-that-comes-back-is-another", test_a_topic_that_comes_back_is_another },
		{ "/write/soft-deletion-keeps-the-row", test_soft_deletion_keeps_the_row },
		{ "/write/a-refill-keeps-what-is-named-again", test_a_refill_keeps_what_is_named_again },
		{ "/write/an-op-wins-until-it-is-settled", test_an_op_wins_until_it_is_settled },
		{ "/write/a-mark-taken-back-is-nothing", test_a_mark_taken_back_is_nothing },
		{ "/write/an-op-on-nothing-is-gone", test_an_op_on_nothing_is_gone },
		{ "/write/a-reader-holds-one-moment", test_a_reader_holds_one_moment },
		{ "/write/walking-in-id-order", test_walking_in_id_order },
		{ "/write/sealed-columns", test_sealed_columns },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
