#include <string.h>

#include "base/error.h"
#include "sync/frame.h"

/* ---- both ways ---- */

static Op *rich_op(void)
{
	Op *op = op_new_flag(7, FLAG_ACTIVE, "Grüße", 1234);

	op->id = 3;
	op->group_id = 2;
	op->account_id = 1;
	op->folder_id = -5;
	op->state = OP_HELD;
	op->due_ms = 99;
	op->attempts = 4;
	op->before.number = FLAG_DONE;
	op->was.text = g_strdup("was");
	op->last_error = g_strdup("It failed.");
	return op;
}

static void assert_same_op(const Op *a, const Op *b)
{
	g_assert_cmpint(a->id, ==, b->id);
	g_assert_cmpint(a->group_id, ==, b->group_id);
	g_assert_cmpint(a->kind, ==, b->kind);
	g_assert_cmpint(a->state, ==, b->state);
	g_assert_cmpint(a->account_id, ==, b->account_id);
	g_assert_cmpint(a->folder_id, ==, b->folder_id);
	g_assert_cmpint(a->message_id, ==, b->message_id);
	g_assert_cmpint(a->due_ms, ==, b->due_ms);
	g_assert_cmpint(a->attempts, ==, b->attempts);
	g_assert_cmpstr(a->last_error, ==, b->last_error);
	g_assert_cmpstr(a->client_id, ==, b->client_id);
	g_assert_cmpstr(a->was.text, ==, b->was.text);
	g_assert_cmpstr(a->value.text, ==, b->value.text);
	g_assert_true(op_value_equal(a->kind, &a->value, &b->value));
	g_assert_true(op_value_equal(a->kind, &a->before, &b->before));
}

/* An event may be longer than any other text. */
static void test_a_long_item(void)
{
	static const struct { OpKind kind; gsize bytes; bool fits; } rows[] = {
		{ OP_ITEM_SAVE, 2 << 20, true }, { OP_ITEM_SAVE, 17 << 20, false }, { OP_CATEGORIES, 2 << 20, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Command) command = command_new(COMMAND_OPS), read = NULL;
		g_autofree char *text = g_strnfill(rows[i].bytes, 'x');
		Op *op = op_new_item_save(7, 8, text);
		op->kind = rows[i].kind;
		command->ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
		g_ptr_array_add(command->ops, op);
		g_autoptr(GBytes) frame = frame_of_command(command);
		g_assert_cmpint(frame_read_command(frame, &read, NULL), ==, rows[i].fits);
		if (rows[i].fits)
			g_assert_cmpint(((Op *)read->ops->pdata[0])->item_id, ==, 7);
	}
}

static GPtrArray *two_ops(void)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	g_ptr_array_add(ops, rich_op());
	g_ptr_array_add(ops, op_new_mark_read(9, true));
	return ops;
}

static void assert_same_ops(const GPtrArray *a, const GPtrArray *b)
{
	g_assert_cmpuint(a->len, ==, b->len);
	for (guint i = 0; i < a->len; i++)
		assert_same_op(g_ptr_array_index(a, i), g_ptr_array_index(b, i));
}

static void test_command(void)
{
	g_autoptr(Command) command = command_new(COMMAND_OPS), read = NULL;
	GError *error = NULL;

	command->wish_id = 12;
	command->item_id = 13;
	command->ops = two_ops();
	g_autoptr(GBytes) frame = frame_of_command(command);
	frame_read_command(frame, &read, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->kind, ==, COMMAND_OPS);
	g_assert_cmpint(read->wish_id, ==, 12);
	g_assert_cmpint(read->item_id, ==, 13);
	assert_same_ops(read->ops, command->ops);
}

/* Commands that are nothing without their text. */
static void test_texts(void)
{
	static const struct { CommandKind kind; const char *text; } rows[] = {
		{ COMMAND_VIP, "grace@navy.test" },
		{ COMMAND_NOT_VIP, "grace@navy.test" },
		{ COMMAND_ACCOUNT_GONE, "work" },
		{ COMMAND_PICTURE, "https://img.test/a.gif" },
		{ COMMAND_REVOCATION, "http://crl.test/ca.crl" },
		{ COMMAND_PICTURE_SENDER, "news@list.test" },
		{ COMMAND_NOT_PICTURE_SENDER, "news@list.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Command) command = command_new(rows[i].kind), read = NULL;
		g_autoptr(Command) empty = command_new(rows[i].kind), none = NULL;
		command->text = g_strdup(rows[i].text);
		command->account_id = 3;
		g_autoptr(GBytes) frame = frame_of_command(command), without = frame_of_command(empty);
		g_assert_true(frame_read_command(frame, &read, NULL));
		g_assert_cmpint(read->kind, ==, rows[i].kind);
		g_assert_cmpint(read->account_id, ==, 3);
		g_assert_cmpstr(read->text, ==, rows[i].text);
		g_assert_false(frame_read_command(without, &none, NULL));
	}
}

/* Commands that are nothing without their bytes. */
static void test_contents(void)
{
	static const CommandKind rows[] = { COMMAND_DRAFT_BYTES, COMMAND_CERTIFICATES };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Command) command = command_new(rows[i]), read = NULL;
		g_autoptr(Command) empty = command_new(rows[i]), none = NULL;
		command->content = g_bytes_new_static("bytes", 5);
		g_autoptr(GBytes) frame = frame_of_command(command), without = frame_of_command(empty);
		g_assert_true(frame_read_command(frame, &read, NULL));
		g_assert_cmpint(read->kind, ==, rows[i]);
		g_assert_true(g_bytes_equal(read->content, command->content));
		g_assert_false(frame_read_command(without, &none, NULL));
	}
}

static void test_an_account_that_is_gone_has_a_name(void)
{
	SyncEvent event = { .kind = SYNC_ACCOUNT_GONE, .account_id = 3 };
	g_autoptr(GBytes) without = frame_of_event(&event);
	g_autoptr(SyncEvent) none = NULL, read = NULL;

	event.text = (char *)"work";
	g_autoptr(GBytes) frame = frame_of_event(&event);
	g_assert_false(frame_read_event(without, &none, NULL));
	g_assert_true(frame_read_event(frame, &read, NULL));
	g_assert_cmpint(read->kind, ==, SYNC_ACCOUNT_GONE);
	g_assert_cmpint(read->account_id, ==, 3);
	g_assert_cmpstr(read->text, ==, "work");
}

static void test_draft(void)
{
	g_autoptr(Command) command = command_new(COMMAND_DRAFT_SAVE), read = NULL;
	DraftPart *part = draft_part_new();
	GError *error = NULL;

	command->draft = draft_new();
	command->draft_id = 17;
	command->draft->subject = g_strdup("Grüße");
	part->name = g_strdup("zero");
	part->bytes = g_bytes_new_static("\0\1", 2);
	g_ptr_array_add(command->draft->parts, part);
	g_ptr_array_add(command->draft->parts, draft_part_new());
	g_autoptr(GBytes) frame = frame_of_command(command);
	frame_read_command(frame, &read, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->draft_id, ==, 17);
	g_assert_true(draft_equal(read->draft, command->draft));
}

static void test_event(void)
{
	g_autoptr(GPtrArray) ops = two_ops();
	g_autoptr(GBytes) content = g_bytes_new_static("\0\xff", 2);
	const SyncEvent event = { .kind = SYNC_WRITTEN, .account_id = 1, .folder_id = 2,
		                  .message_id = 3, .state = SYNC_PARKED, .error_kind = ERR_GONE,
		                  .text = (char *)"It is gone.", .done = 4, .total = 5, .count = 6,
		                  .wish_id = 7, .group_id = 8, .ops = ops, .content = content };
	g_autoptr(GBytes) frame = frame_of_event(&event);
	g_autoptr(SyncEvent) read = NULL;
	GError *error = NULL;

	frame_read_event(frame, &read, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->kind, ==, SYNC_WRITTEN);
	g_assert_cmpint(read->state, ==, SYNC_PARKED);
	g_assert_cmpint(read->error_kind, ==, ERR_GONE);
	g_assert_cmpstr(read->text, ==, "It is gone.");
	g_assert_cmpint(read->account_id + read->folder_id + read->message_id, ==, 6);
	g_assert_cmpint(read->done + read->total + read->count, ==, 15);
	g_assert_cmpint(read->wish_id * 10 + read->group_id, ==, 78);
	g_assert_true(g_bytes_equal(read->content, content));
	assert_same_ops(read->ops, ops);
}

static void test_event_without_anything(void)
{
	g_autoptr(GBytes) frame = frame_of_event(&(SyncEvent){ .kind = SYNC_IDLE });
	g_autoptr(SyncEvent) read = NULL;

	g_assert_true(frame_read_event(frame, &read, NULL));
	g_assert_true(!read->text && !read->ops && !read->content && !read->question);
}

/* ---- what does not pass ---- */

static void test_what_has_no_frame(void)
{
	static const CommandKind kinds[] = { COMMAND_STOP,          COMMAND_ANSWER,
		                             COMMAND_ACCOUNT_SET, COMMAND_PASSWORD,
		                             COMMAND_SCREEN_FOLDER };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(Command) command = command_new(kinds[i]);
		g_assert_null(frame_of_command(command));
	}
	g_assert_null(frame_of_event(&(SyncEvent){ .kind = SYNC_QUESTION }));
}

static void test_too_large_an_attachment_fails_its_wish(void)
{
	g_autoptr(GBytes) content = g_bytes_new_take(g_malloc0(FRAME_MOST_BYTES), FRAME_MOST_BYTES);
	g_autoptr(GBytes) frame = frame_of_event(
		&(SyncEvent){ .kind = SYNC_FETCHED, .wish_id = 3, .content = content });
	g_autoptr(SyncEvent) read = NULL;

	g_assert_true(frame_read_event(frame, &read, NULL));
	g_assert_cmpint(read->kind, ==, SYNC_FAILED);
	g_assert_cmpint(read->wish_id, ==, 3);
	g_assert_nonnull(strstr(read->text, "too large"));
}

static void test_measure(void)
{
	static const struct {
		const char *why;
		guint8 bytes[8];
		size_t len, wanted;
		int kind;        /* -1: well */
		const char *says;
	} rows[] = {
		{ "nothing yet", { 0 }, 0, 0, -1, NULL },
		{ "half a head", { 'P', FRAME_VERSION, 1, 0, 5 }, 5, 0, -1, NULL },
		{ "a head", { 'P', FRAME_VERSION, 1, 0, 5, 1 }, 8, 8 + 261, -1, NULL },
		{ "not ours", { 'G', 'E', 'T' }, 1, 0, ERR_PROTOCOL, "not of Postern" },
		{ "another version", { 'P', 99 }, 2, 0, ERR_UNSUPPORTED, "another version" },
		{ "a reserved byte", { 'P', FRAME_VERSION, 1, 1 }, 4, 0, ERR_PROTOCOL, "not of Postern" },
		{ "64 MiB and one", { 'P', FRAME_VERSION, 1, 0, 1, 0, 0, 4 }, 8, 0, ERR_LIMIT, "too large" },
		{ "4 GiB", { 'P', FRAME_VERSION, 1, 0, 255, 255, 255, 255 }, 8, 0, ERR_LIMIT, "too large" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		size_t len = 12345;
		bool ok = frame_measure(rows[i].bytes, rows[i].len, &len, &error);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(ok, ==, rows[i].kind < 0);
		g_assert_cmpuint(len, ==, ok ? rows[i].wanted : 12345);
		if (!ok)
			g_assert_error(error, POSTERN_ERROR, rows[i].kind);
		if (!ok)
			g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* A valid frame of a command that makes no sense. */
static void test_nonsense(void)
{
	static const struct {
		const char *why;
		Command command;
		OpKind kind;
		int64_t number;
		int op_count;
	} rows[] = {
		{ "no ops", { .kind = COMMAND_OPS }, 0, 0, 0 },
		{ "an unknown kind of op", { .kind = COMMAND_OPS }, OP_KIND_COUNT, 0, 1 },
		{ "read twice over", { .kind = COMMAND_OPS }, OP_MARK_READ, 2, 1 },
		{ "a flag in no state", { .kind = COMMAND_OPS }, OP_FLAG, 3, 1 },
		{ "less than nothing", { .kind = COMMAND_OPS }, OP_MARK_READ, -1, 1 },
		{ "no draft", { .kind = COMMAND_DRAFT_SAVE }, 0, 0, 0 },
		{ "a negative wish", { .kind = COMMAND_NOW, .wish_id = -1 }, 0, 0, 0 },
		{ "a wish for a sync", { .kind = COMMAND_WISH, .wish_task = TASK_PAGE }, 0, 0, 0 },
		{ "a part without a name", { .kind = COMMAND_WISH, .wish_task = TASK_FETCH_PART }, 0, 0, 0 },
		{ "a search without a query", { .kind = COMMAND_WISH, .account_id = 1, .wish_task = TASK_SEARCH }, 0, 0, 0 },
		{ "a directory without a query", { .kind = COMMAND_WISH, .account_id = 1, .wish_task = TASK_GAL }, 0, 0, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Command command = rows[i].command;
		g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
		g_autoptr(GError) error = NULL;
		g_autoptr(Command) read = NULL;
		for (int j = 0; j < rows[i].op_count; j++) {
			Op *op = op_new(rows[i].kind);
			op->value.number = rows[i].number;
			g_ptr_array_add(ops, op);
		}
		command.ops = ops;
		g_autoptr(GBytes) frame = frame_of_command(&command);
		g_test_message("%s", rows[i].why);
		g_assert_false(frame_read_command(frame, &read, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_PROTOCOL);
		g_assert_null(read);
	}
}

/* Cut anywhere, or with any byte changed: refused or understood, never more. */
static void test_every_byte(void)
{
	g_autoptr(Command) command = command_new(COMMAND_OPS);
	gsize len;

	command->ops = two_ops();
	g_autoptr(GBytes) frame = frame_of_command(command);
	const guint8 *bytes = g_bytes_get_data(frame, &len);
	for (gsize i = 0; i < len; i++) {
		g_autofree guint8 *changed = g_memdup2(bytes, len);
		g_autoptr(Command) cut = NULL, other = NULL;
		g_autoptr(GBytes) front = g_bytes_new(bytes, i);
		g_assert_false(frame_read_command(front, &cut, NULL));
		changed[i] ^= 0x41;
		g_autoptr(GBytes) altered = g_bytes_new(changed, len);
		if (frame_read_command(altered, &other, NULL))
			g_assert_cmpuint(other->ops->len, <=, 1000000);
	}
}

static void test_an_event_is_no_command(void)
{
	g_autoptr(GBytes) frame = frame_of_event(&(SyncEvent){ .kind = SYNC_IDLE });
	g_autoptr(Command) read = NULL;

	g_assert_false(frame_read_command(frame, &read, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/frame/command", test_command);
	g_test_add_func("/sync/frame/draft", test_draft);
	g_test_add_func("/sync/frame/texts", test_texts);
	g_test_add_func("/sync/frame/contents", test_contents);
	g_test_add_func("/sync/frame/account-gone", test_an_account_that_is_gone_has_a_name);
	g_test_add_func("/sync/frame/event", test_event);
	g_test_add_func("/sync/frame/bare-event", test_event_without_anything);
	g_test_add_func("/sync/frame/no-frame", test_what_has_no_frame);
	g_test_add_func("/sync/frame/too-large", test_too_large_an_attachment_fails_its_wish);
	g_test_add_func("/sync/frame/measure", test_measure);
	g_test_add_func("/sync/frame/nonsense", test_nonsense);
	g_test_add_func("/sync/frame/every-byte", test_every_byte);
	g_test_add_func("/sync/frame/kinds", test_an_event_is_no_command);
	g_test_add_func("/sync/frame/a-long-item", test_a_long_item);
	return g_test_run();
}
