#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "store/draft.h"
#include "store/private.h"
#include "support/tempstore.h"

/* A draft as the screen that writes it holds it. */
typedef struct { Draft *draft; int64_t id; } Letter;

static void letter_clear(Letter *letter) { draft_free(letter->draft); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Letter, letter_clear)

static void save(TempStore *temp, Letter *letter)
{
	g_autoptr(GError) err = NULL;

	store_save_draft(temp->writer, temp->account_id, letter->draft, &letter->id, &err);
	g_assert_no_error(err);
}

static Letter write_draft(TempStore *temp, const char *body)
{
	Letter letter = { .draft = draft_new() };

	g_free(letter.draft->body);
	letter.draft->body = g_strdup(body);
	save(temp, &letter);
	return letter;
}

static StoreDraft *read_draft(TempStore *temp, int64_t id)
{
	StoreDraft *draft = NULL;
	g_autoptr(GError) err = NULL;

	store_read_draft(temp->reader, id, &draft, &err);
	g_assert_no_error(err);
	return draft;
}

static void assert_body(const StoreDraft *row, const char *expected)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Draft)  draft = draft_from_text(row->text, &err);

	g_assert_no_error(err);
	g_assert_cmpstr(draft->body, ==, expected);
}

static DraftPart *add_part(Draft *draft, const char *name, const char *content)
{
	DraftPart *part = draft_part_new();

	part->name = g_strdup(name);
	part->content_type = g_strdup("text/plain");
	if (content)
		part->bytes = g_bytes_new(content, strlen(content));
	g_ptr_array_add(draft->parts, part);
	return part;
}

static DraftPart *add_piece(Draft *draft, const char *name)
{
	DraftPart *part = add_part(draft, name, NULL);

	part->message_id = 77;
	part->reference = g_strdup("5:1:0");
	return part;
}

static int64_t file_of(TempStore *temp, const Letter *letter, guint part)
{
	g_autoptr(StoreDraft) row = read_draft(temp, letter->id);
	const StoreDraftFile *file = store_draft_file_of(row, letter->draft->parts->pdata[part]);

	g_assert_nonnull(file);
	return file->id;
}

static int64_t add_file(TempStore *temp, Letter *letter, const char *name, const char *content)
{
	if (content)
		add_part(letter->draft, name, content);
	else
		add_piece(letter->draft, name);
	save(temp, letter);
	return file_of(temp, letter, letter->draft->parts->len - 1);
}

static void assert_text(GBytes *bytes, const char *expected)
{
	g_autoptr(GBytes) wanted = expected ? g_bytes_new(expected, strlen(expected)) : NULL;

	g_assert_true(expected ? bytes && g_bytes_equal(bytes, wanted) : bytes == NULL);
}

static void assert_content(TempStore *temp, int64_t file_id, const char *expected)
{
	g_autoptr(GBytes) content = NULL;
	g_autoptr(GError) err = NULL;

	store_read_draft_file(temp->reader, file_id, &content, &err);
	g_assert_no_error(err);
	assert_text(content, expected);
}

static int64_t queue(TempStore *temp, int64_t draft_id)
{
	g_autoptr(Op) op = op_new(OP_SEND);
	g_autoptr(GError) err = NULL;

	op->draft_id = draft_id;
	store_write_op(temp->writer, op, &err);
	g_assert_no_error(err);
	return op->id;
}

/* ---- what was typed ---- */

static void test_a_draft_comes_back(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "erste Zeile\nzweite\n");
	g_assert_cmpint(draft.id, >, 0);
	draft.draft->subject = g_strdup("Grüße");
	draft.draft->kind = DRAFT_REPLY;
	draft.draft->source_id = 815;
	g_autoptr(GBytes) hash = g_bytes_new("hash", 4);
	g_assert_true(store_write_draft_base(temp.writer, draft.id, 42, hash, NULL));
	manual_clock_advance(&temp.clock, 3000);
	save(&temp, &draft);

	temp_store_reopen(&temp);
	g_autoptr(StoreDraft) back = read_draft(&temp, draft.id);
	g_autofree char *text = draft_to_text(draft.draft);
	g_assert_cmpstr(back->text, ==, text);
	g_assert_cmpint(back->account_id, ==, temp.account_id);
	g_assert_cmpint(back->kind, ==, DRAFT_REPLY);
	g_assert_cmpint(back->source_id, ==, 815);
	g_assert_cmpint(back->message_id, ==, 42);
	g_assert_cmpint(back->changed_ms, ==, clock_now_ms(&temp.clock.clock));
	g_assert_true(g_bytes_equal(back->base_hash, hash));
	g_assert_false(back->is_queued);
	g_assert_cmpuint(back->files->len, ==, 0);
}

static bool column_holds(TempStore *temp, const char *sql, const char *canary)
{
	g_auto(Stmt) stmt = stmt_begin(temp->reader->db, sql);
	bool has_row = false;

	g_assert_true(stmt_step(&stmt, &has_row, NULL) && has_row);
	g_autoptr(GBytes) bytes = get_bytes(&stmt);
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	g_assert_cmpuint(len, >=, strlen(canary));
	return memmem(data, len, canary, strlen(canary)) != NULL;
}

static void test_texts_are_sealed(void)
{
	static const char *const columns[] = { "SELECT text FROM draft", "SELECT name FROM draft_file",
		                               "SELECT content FROM draft_file" };
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "canary");
	add_file(&temp, &draft, "canary", "canary");
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
		g_assert_false(column_holds(&temp, columns[i], "canary"));
}

static void test_the_last_changed_comes_first(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) drafts = NULL, none = NULL, one = NULL;

	temp_store_init(&temp);
	g_auto(Letter) first = write_draft(&temp, "first");
	manual_clock_advance(&temp.clock, 1000);
	g_auto(Letter) second = write_draft(&temp, "second");
	manual_clock_advance(&temp.clock, 1000);
	save(&temp, &first);
	g_assert_cmpint(first.id, !=, second.id);

	g_assert_true(store_read_drafts(temp.reader, temp.account_id, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 2);
	assert_body(drafts->pdata[0], "first");
	assert_body(drafts->pdata[1], "second");
	g_assert_true(store_read_drafts(temp.reader, 0, 1, &one, NULL));
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_true(store_read_drafts(temp.reader, temp.account_id + 1, 10, &none, NULL));
	g_assert_cmpuint(none->len, ==, 0);
}

/* An editor that is still open on a draft that was thrown away elsewhere. */
static void test_what_was_deleted_meanwhile_is_written_anew(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "before");
	int64_t old_id = draft.id;
	g_assert_true(store_write_draft_gone(temp.writer, old_id, NULL));
	save(&temp, &draft);
	g_assert_cmpint(draft.id, >, old_id);
	g_autoptr(StoreDraft) back = read_draft(&temp, draft.id);
	assert_body(back, "before");
}

/* ---- files ---- */

static void test_files_keep_their_order(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "with files");
	int64_t report = add_file(&temp, &draft, "Bericht.txt", "one");
	int64_t part = add_file(&temp, &draft, "on the server.pdf", NULL);
	int64_t empty = add_file(&temp, &draft, "empty", "");
	save(&temp, &draft);

	g_autoptr(StoreDraft) back = read_draft(&temp, draft.id);
	g_assert_cmpuint(back->files->len, ==, 3);
	StoreDraftFile *file = back->files->pdata[0];
	g_assert_cmpstr(file->name, ==, "Bericht.txt");
	g_assert_cmpstr(file->type, ==, "text/plain");
	g_assert_cmpint(file->size_bytes, ==, 3);
	file = back->files->pdata[1];
	g_assert_cmpint(file->message_id, ==, 77);
	g_assert_cmpstr(file->reference, ==, "5:1:0");
	assert_content(&temp, report, "one");
	assert_content(&temp, part, NULL);
	assert_content(&temp, empty, "");

	g_autoptr(GBytes) fetched = g_bytes_new("%PDF", 4);
	g_assert_true(store_write_draft_part(temp.writer, part, fetched, NULL));
	assert_content(&temp, part, "%PDF");
	g_ptr_array_remove_index(draft.draft->parts, 0);
	save(&temp, &draft);
	g_autoptr(StoreDraft) less = read_draft(&temp, draft.id);
	g_assert_cmpuint(less->files->len, ==, 2);
	g_assert_cmpint(((StoreDraftFile *)less->files->pdata[0])->id, ==, part);
}

static void test_files_go_with_their_draft(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) content = NULL;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "with a file");
	int64_t file = add_file(&temp, &draft, "a", "a");
	g_assert_true(store_write_draft_gone(temp.writer, draft.id, NULL));
	g_assert_false(store_read_draft_file(temp.reader, file, &content, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
}

/* ---- in the Outbox ---- */

static void assert_bytes(TempStore *temp, int64_t draft_id, const char *expected, bool refers)
{
	g_autoptr(GBytes) mime = NULL;
	g_autoptr(GError) err = NULL;
	bool really_refers;

	store_read_draft_bytes(temp->reader, draft_id, &mime, &really_refers, &err);
	g_assert_no_error(err);
	g_assert_cmpint(really_refers, ==, refers);
	assert_text(mime, expected);
}

static void write_bytes(TempStore *temp, int64_t draft_id, const char *text, bool refers)
{
	g_autoptr(GBytes) mime = g_bytes_new(text, strlen(text));
	g_autoptr(GError) err = NULL;

	store_write_draft_bytes(temp->writer, draft_id, mime, refers, &err);
	g_assert_no_error(err);
}

static void test_bytes_live_until_the_next_change(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "text");
	assert_bytes(&temp, draft.id, NULL, false);
	write_bytes(&temp, draft.id, "From: a\r\n\r\nfirst", true);
	assert_bytes(&temp, draft.id, "From: a\r\n\r\nfirst", true);
	write_bytes(&temp, draft.id, "From: a\r\n\r\nsecond", false);
	assert_bytes(&temp, draft.id, "From: a\r\n\r\nsecond", false);
	g_autoptr(StoreDraft) back = read_draft(&temp, draft.id);
	g_assert_cmpuint(back->files->len, ==, 0);
	save(&temp, &draft);
	assert_bytes(&temp, draft.id, NULL, false);
	write_bytes(&temp, draft.id, "third", true);
	add_file(&temp, &draft, "a", "a");
	assert_bytes(&temp, draft.id, NULL, false);
}

typedef enum { TEXT, NEW_FILE, FILE_GONE, ALL_GONE, CHANGES } Change;

static bool try_change(TempStore *temp, const Letter *letter, Change change, GError **err)
{
	g_autoptr(Draft) changed = draft_copy(letter->draft);
	int64_t id = letter->id;

	if (change == NEW_FILE)
		add_part(changed, "late", "late");
	else if (change == FILE_GONE)
		g_ptr_array_set_size(changed->parts, 0);
	else if (change == ALL_GONE)
		return store_write_draft_gone(temp->writer, id, err);
	return store_save_draft(temp->writer, temp->account_id, changed, &id, err);
}

static void test_what_is_in_the_outbox_does_not_change(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GBytes) fetched = g_bytes_new("%PDF", 4);
	guint cancelled;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "on its way");
	int64_t part = add_file(&temp, &draft, "part", NULL);
	int64_t op = queue(&temp, draft.id);

	for (Change change = TEXT; change < CHANGES; change++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(try_change(&temp, &draft, change, &err));
		g_assert_true(error_is(err, ERR_REFUSED));
		g_assert_nonnull(strstr(err->message, "in the Outbox"));
	}
	g_assert_true(store_write_draft_part(temp.writer, part, fetched, NULL));
	g_autoptr(StoreDraft) queued = read_draft(&temp, draft.id);
	g_assert_true(queued->is_queued);
	g_assert_cmpuint(queued->files->len, ==, 1);

	g_assert_true(store_write_ops_cancel(temp.writer, &(StoreOpChoice){ .op_id = op }, &cancelled,
	                                     NULL));
	g_autoptr(StoreDraft) back = read_draft(&temp, draft.id);
	g_assert_false(back->is_queued);
	save(&temp, &draft);
}

static Op *the_op(TempStore *temp)
{
	g_autoptr(GPtrArray) ops = NULL;

	g_assert_true(store_read_ops(temp->reader, temp->account_id, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 1);
	return op_copy(ops->pdata[0]);
}

static void test_how_far_it_is_comes_back(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "on its way");
	queue(&temp, draft.id);
	g_autoptr(Op) op = the_op(&temp);
	op->state = OP_SENDING;
	op->next_ms = 5000;
	op->attempts = 3;
	op->was = (OpValue){ .number = 1, .folder_id = 1, .start_ms = 77, .due_ms = 99 };
	op->error_kind = ERR_NETWORK;
	op->last_error = g_strdup("broke off");
	g_assert_true(store_write_sending(temp.writer, op, NULL));

	temp_store_reopen(&temp);
	g_autoptr(Op) back = the_op(&temp);
	g_assert_cmpint(back->state, ==, OP_SENDING);
	g_assert_cmpint(back->next_ms, ==, 5000);
	g_assert_cmpint(back->attempts, ==, 3);
	g_assert_cmpint(back->was.number, ==, 1);
	g_assert_cmpint(back->was.folder_id, ==, 1);
	g_assert_cmpint(back->was.start_ms, ==, 77);
	g_assert_cmpint(back->was.due_ms, ==, 99);
	g_assert_cmpstr(back->last_error, ==, "broke off");
	g_assert_cmpstr(back->client_id, ==, op->client_id);

	op->id = 4711;
	g_assert_false(store_write_sending(temp.writer, op, &err));
	g_assert_true(error_is(err, ERR_GONE));
}

static guint flags_of(TempStore *temp, int64_t message_id)
{
	g_autoptr(Message) message = NULL;

	g_assert_true(store_read_message(temp->reader, message_id, &message, NULL));
	return message->flags;
}

static void test_what_follows_from_sent(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) drafts = NULL;

	temp_store_init(&temp);
	int64_t inbox = temp_store_folder(&temp, "1", FOLDER_INBOX);
	int64_t theirs = temp_store_folder(&temp, "3", FOLDER_DRAFTS);
	int64_t source = temp_store_add(&temp, inbox, temp_message("s", 1000, MESSAGE_READ));
	int64_t copy = temp_store_add(&temp, theirs, temp_message("d", 2000, MESSAGE_READ));
	g_auto(Letter) draft = write_draft(&temp, "answer");
	draft.draft->source_id = source;
	save(&temp, &draft);
	g_assert_true(store_write_draft_base(temp.writer, draft.id, copy, NULL, NULL));
	queue(&temp, draft.id);
	g_autoptr(Op) op = the_op(&temp);

	g_assert_true(store_write_sent(temp.writer, op, MESSAGE_REPLIED, NULL));
	g_assert_cmphex(flags_of(&temp, source) & (MESSAGE_REPLIED | MESSAGE_READ), ==,
	                MESSAGE_REPLIED | MESSAGE_READ);
	g_assert_true(store_read_drafts(temp.reader, 0, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 0);
	g_autoptr(Op) second = the_op(&temp);
	g_assert_cmpint(second->kind, ==, OP_DELETE);
	g_assert_cmpint(second->message_id, ==, copy);
}

/* A draft of another client's is the server's from the first time it is kept, unless it has left Drafts meanwhile. */
static void test_resumed_is_the_servers(void)
{
	static const struct { const char *why; FolderType type; bool is_linked; } rows[] = {
		{ "in Drafts", FOLDER_DRAFTS, true },
		{ "moved away", FOLDER_INBOX, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_autoptr(Draft) draft = draft_new();
		g_autoptr(StoreDraft) row = NULL;
		g_autoptr(GBytes) hash = g_bytes_new("hash", 4);
		int64_t id = 0, found = -1;
		temp_store_init(&temp);
		g_test_message("%s", rows[i].why);
		int64_t folder = temp_store_folder(&temp, "3", rows[i].type);
		int64_t theirs = temp_store_add(&temp, folder, temp_message("d", 2000, MESSAGE_READ));
		draft->kind = DRAFT_RESUME;
		draft->source_id = theirs;
		draft->base_hash = g_bytes_ref(hash);

		g_assert_true(store_find_draft(temp.reader, theirs, &found, NULL));
		g_assert_cmpint(found, ==, 0);
		g_assert_true(store_save_draft(temp.writer, temp.account_id, draft, &id, NULL));
		g_assert_true(store_read_draft(temp.reader, id, &row, NULL));
		g_assert_cmpint(row->message_id, ==, rows[i].is_linked ? theirs : 0);
		g_assert_true(g_bytes_equal(row->base_hash, hash));
		g_assert_true(store_find_draft(temp.reader, theirs, &found, NULL));
		g_assert_cmpint(found, ==, rows[i].is_linked ? id : 0);

		/* What is to be encrypted is not left there. */
		g_autoptr(GPtrArray) ops = NULL;
		g_assert_true(store_write_draft_apart(temp.writer, id, NULL));
		g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
		g_assert_cmpuint(ops->len, ==, rows[i].is_linked ? 1 : 0);
		if (rows[i].is_linked) {
			g_assert_cmpint(((Op *)ops->pdata[0])->kind, ==, OP_DELETE);
			g_assert_cmpint(((Op *)ops->pdata[0])->message_id, ==, theirs);
		}
		g_assert_true(store_find_draft(temp.reader, theirs, &found, NULL));
		g_assert_cmpint(found, ==, 0);

		/* What the server has is known better later; keeping it again changes nothing of that. */
		g_assert_true(store_write_draft_base(temp.writer, id, 0, NULL, NULL));
		g_assert_true(store_save_draft(temp.writer, temp.account_id, draft, &id, NULL));
		g_assert_true(store_find_draft(temp.reader, theirs, &found, NULL));
		g_assert_cmpint(found, ==, 0);
	}
}

static void test_sent_needs_neither_source_nor_servers_draft(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) ops = NULL;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "answer to what is gone");
	draft.draft->source_id = 4711;
	save(&temp, &draft);
	g_assert_true(store_write_draft_base(temp.writer, draft.id, 4711, NULL, NULL));
	queue(&temp, draft.id);
	g_autoptr(Op) op = the_op(&temp);
	g_assert_true(store_write_sent(temp.writer, op, MESSAGE_FORWARDED, NULL));
	g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 0);
}

static void test_an_account_takes_its_drafts_along(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) drafts = NULL;

	temp_store_init(&temp);
	g_auto(Letter) draft = write_draft(&temp, "text");
	add_file(&temp, &draft, "a", "a");
	queue(&temp, draft.id);
	g_assert_true(store_write_account_gone(temp.writer, temp.account_id, NULL));
	g_assert_true(store_read_drafts(temp.reader, 0, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 0);
}

static void test_a_sealed_text_opens_in_its_own_row_only(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	StoreDraft *swapped = NULL;

	temp_store_init(&temp);
	g_auto(Letter) first = write_draft(&temp, "first");
	g_auto(Letter) second = write_draft(&temp, "second");
	g_assert_cmpint(first.id, <, second.id);
	g_assert_true(db_exec(temp.writer->db,
	                      "UPDATE draft SET text = (SELECT text FROM draft ORDER BY id LIMIT 1)",
	                      NULL));
	g_assert_false(store_read_draft(temp.reader, second.id, &swapped, &err));
	g_assert_true(error_is(err, ERR_STORE));
	g_assert_null(swapped);
}

/* ---- as their writer holds them ---- */

static void test_parts_become_files_once(void)
{
	g_auto(TempStore) temp;
	g_autoptr(Draft) back = NULL;
	g_autoptr(StoreDraft) row = NULL;
	g_auto(Letter) letter = { .draft = draft_new() };
	Draft *draft = letter.draft;

	temp_store_init(&temp);
	draft->kind = DRAFT_FORWARD;
	draft->source_id = 77;
	draft->subject = g_strdup("Grüße");
	add_part(draft, "a.txt", "content a");
	add_piece(draft, "b.pdf");
	save(&temp, &letter);
	g_assert_cmpint(letter.id, >, 0);
	g_assert_null(((DraftPart *)draft->parts->pdata[0])->bytes);
	int64_t first = file_of(&temp, &letter, 0);
	save(&temp, &letter);
	g_assert_cmpint(file_of(&temp, &letter, 0), ==, first);

	g_assert_true(store_load_draft(temp.reader, letter.id, &back, &row, NULL));
	g_assert_true(draft_equal(back, draft));
	g_assert_cmpint(row->source_id, ==, 77);
	g_assert_cmpuint(row->files->len, ==, 2);
	assert_content(&temp, first, "content a");
	g_assert_false(((StoreDraftFile *)row->files->pdata[1])->is_here);
}

static void test_parts_that_go_take_their_files_along(void)
{
	g_auto(TempStore) temp;
	g_autoptr(Draft) draft = draft_new();
	int64_t id = 0;

	temp_store_init(&temp);
	add_part(draft, "a.txt", "a");
	add_part(draft, "b.txt", "b");
	g_assert_true(store_save_draft(temp.writer, temp.account_id, draft, &id, NULL));
	g_ptr_array_remove_index(draft->parts, 0);
	add_part(draft, "c.txt", "c");
	g_assert_true(store_save_draft(temp.writer, temp.account_id, draft, &id, NULL));
	g_autoptr(StoreDraft) row = read_draft(&temp, id);
	g_assert_cmpuint(row->files->len, ==, 2);
	g_assert_cmpstr(((StoreDraftFile *)row->files->pdata[0])->name, ==, "b.txt");
	g_assert_cmpstr(((StoreDraftFile *)row->files->pdata[1])->name, ==, "c.txt");
}

static void test_a_path_is_no_content(void)
{
	g_auto(TempStore) temp;
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GPtrArray) drafts = NULL;
	g_autoptr(GError) err = NULL;
	int64_t id = 0;

	temp_store_init(&temp);
	add_part(draft, "a.txt", NULL)->path = g_strdup("/nowhere/a.txt");
	g_assert_false(store_save_draft(temp.writer, temp.account_id, draft, &id, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_assert_cmpint(id, ==, 0);
	g_assert_true(store_read_drafts(temp.reader, 0, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 0);
}

/* ---- one that leaves as several ---- */

static void add_copy(GPtrArray *copies, const Draft *draft, const char *to, const char *bcc, const char *mime)
{
	Draft *copy = draft_copy(draft);

	g_free(copy->to);
	g_free(copy->bcc);
	copy->to = g_strdup(to);
	copy->bcc = g_strdup(bcc);
	g_ptr_array_add(copies, store_copy_new(copy, g_bytes_new(mime, strlen(mime))));
}

/* What an op of the Outbox sends: to whom, what goes along, and its bytes. */
static void assert_sends(TempStore *temp, const Op *op, const char *to, const char *bcc, const char *mime)
{
	g_autoptr(Draft) draft = NULL;
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) err = NULL;
	bool refers;

	store_load_draft(temp->reader, op->draft_id, &draft, &row, &err);
	g_assert_no_error(err);
	g_assert_true(row->is_queued);
	g_assert_cmpstr(draft->to, ==, to);
	g_assert_cmpstr(draft->bcc, ==, bcc);
	g_assert_cmpuint(row->files->len, ==, 1);
	assert_content(temp, ((StoreDraftFile *)row->files->pdata[0])->id, "a file");
	g_assert_true(store_read_draft_bytes(temp->reader, op->draft_id, &bytes, &refers, NULL));
	assert_text(bytes, mime);
}

/* Each is in the Outbox by an op of its own, and nothing of one stands in another. */
static void test_it_leaves_as_several(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_auto(Letter) letter = write_draft(&temp, "Hi\n");
	g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
	g_autoptr(GPtrArray) ops = NULL;
	g_autoptr(GError) err = NULL;

	add_file(&temp, &letter, "a.txt", "a file");
	add_copy(copies, letter.draft, "bob@example.test", NULL, "to Bob");
	add_copy(copies, letter.draft, NULL, "carol@example.test", "to Carol");
	add_copy(copies, letter.draft, NULL, "dave@example.test", "to Dave");
	g_autoptr(Op) first = op_new(OP_SEND);
	first->id = queue(&temp, letter.id);
	first->draft_id = letter.id;
	first->account_id = temp.account_id;
	first->value.number = 1;
	store_write_draft_copies(temp.writer, first, copies, &err);
	g_assert_no_error(err);
	g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 3);
	const Op *const all[] = { ops->pdata[0], ops->pdata[1], ops->pdata[2] };
	assert_sends(&temp, all[0], "bob@example.test", NULL, "to Bob");
	assert_sends(&temp, all[1], NULL, "carol@example.test", "to Carol");
	assert_sends(&temp, all[2], NULL, "dave@example.test", "to Dave");
	for (guint i = 1; i < ops->len; i++) {
		g_assert_cmpstr(all[i]->client_id, !=, all[i - 1]->client_id);
		g_assert_cmpint(all[i]->group_id, ==, all[i]->id);
		g_assert_cmpint(all[i]->value.number, ==, 1);
		g_assert_cmpint(all[i]->value.done_ms, ==, first->id);
	}
}

static void test_several_need_the_first(void)
{
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
	g_autoptr(GPtrArray) drafts = NULL;
	g_autoptr(GError) err = NULL;
	g_autoptr(Op) op = op_new(OP_SEND);

	op->draft_id = 4711;
	add_copy(copies, draft, "bob@example.test", NULL, "to Bob");
	add_copy(copies, draft, NULL, "carol@example.test", "to Carol");
	g_assert_false(store_write_draft_copies(temp.writer, op, copies, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_true(store_read_drafts(temp.reader, 0, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/draft/comes-back", test_a_draft_comes_back);
	g_test_add_func("/draft/texts-are-sealed", test_texts_are_sealed);
	g_test_add_func("/draft/last-changed-first", test_the_last_changed_comes_first);
	g_test_add_func("/draft/deleted-meanwhile", test_what_was_deleted_meanwhile_is_written_anew);
	g_test_add_func("/draft/files-keep-their-order", test_files_keep_their_order);
	g_test_add_func("/draft/files-go-with-it", test_files_go_with_their_draft);
	g_test_add_func("/draft/bytes", test_bytes_live_until_the_next_change);
	g_test_add_func("/draft/in-the-outbox", test_what_is_in_the_outbox_does_not_change);
	g_test_add_func("/draft/how-far-it-is", test_how_far_it_is_comes_back);
	g_test_add_func("/draft/sent", test_what_follows_from_sent);
	g_test_add_func("/draft/resumed", test_resumed_is_the_servers);
	g_test_add_func("/draft/sent-alone", test_sent_needs_neither_source_nor_servers_draft);
	g_test_add_func("/draft/account-goes", test_an_account_takes_its_drafts_along);
	g_test_add_func("/draft/parts", test_parts_become_files_once);
	g_test_add_func("/draft/parts-go", test_parts_that_go_take_their_files_along);
	g_test_add_func("/draft/path", test_a_path_is_no_content);
	g_test_add_func("/draft/several", test_it_leaves_as_several);
	g_test_add_func("/draft/several-need-the-first", test_several_need_the_first);
	g_test_add_func("/draft/own-row-only", test_a_sealed_text_opens_in_its_own_row_only);
	return g_test_run();
}
