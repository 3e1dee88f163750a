/* A mail that is being written, against a host that writes down what it is asked and answers when
 * the test says so. */
#include <string.h>

#include "base/error.h"
#include "ui/screen/envelope.h"

#define NOW_MS INT64_C(1772622000000)

typedef struct {
	ScreenHost  host;
	ManualClock clock;
	GString    *asked;
	Draft      *saved, *gathering;     /* what was given last */
	int64_t     wish;
	char       *edited, *warning;      /* what the editor leaves */
	bool        has_engine;
	Envelope     *envelope;
	Directory  *directory;
} Desk;

static int64_t on_save(ScreenHost *host, int64_t account_id, Draft *draft, int64_t draft_id)
{
	Desk *desk = (Desk *)host;

	g_string_append_printf(desk->asked, "save %d of %d: %s\n", (int)draft_id, (int)account_id,
	                       draft->body);
	draft_free(desk->saved);
	desk->saved = draft;
	return desk->has_engine ? ++desk->wish : 0;
}

static void on_drop(ScreenHost *host, int64_t draft_id)
{
	g_string_append_printf(((Desk *)host)->asked, "drop %d\n", (int)draft_id);
}

static int64_t on_gather(ScreenHost *host, Draft *draft)
{
	Desk *desk = (Desk *)host;

	g_string_append(desk->asked, "gather\n");
	draft_free(desk->gathering);
	desk->gathering = draft;
	return 77;
}

static char *on_edit(ScreenHost *host, const EditingOwner *owner, const char *text, char **ret_warning)
{
	Desk *desk = (Desk *)host;

	g_string_append_printf(desk->asked, "edit %d, %s\n", (int)owner->id,
	                       strstr(text, "Subject:") ? "with header" : "bare");
	*ret_warning = g_strdup(desk->warning);
	return g_strdup(desk->edited);
}

static char *offer_nobody(const char *text, GPtrArray *offers, void *data)
{
	(void)text;
	(void)offers;
	(void)data;
	return NULL;
}

static void on_safe(ScreenHost *host, const EditingOwner *owner)
{
	g_string_append_printf(((Desk *)host)->asked, "safe %d\n", (int)owner->id);
}

static int64_t on_gal(ScreenHost *host, int64_t account_id, const char *query)
{
	Desk *desk = (Desk *)host;

	g_string_append_printf(desk->asked, "who in %d: %s\n", (int)account_id, query);
	return desk->has_engine ? ++desk->wish : 0;
}

static int64_t on_resolve(ScreenHost *host, int64_t account_id, const char *names)
{
	Desk *desk = (Desk *)host;
	g_autofree char *line = g_strdelimit(g_strdup(names), "\n", '|');

	g_string_append_printf(desk->asked, "resolve in %d: %s\n", (int)account_id, line);
	return desk->has_engine ? ++desk->wish : 0;
}

static const ScreenHostOps host_ops = {
	.gal = on_gal,
	.resolve = on_resolve,
	.draft_save = on_save,
	.draft_drop = on_drop,
	.gather = on_gather,
	.edit = on_edit,
	.edit_is_safe = on_safe,
};

static void desk_open(Desk *desk, bool has_editor, bool is_resumed)
{
	Draft *draft = draft_new();

	draft->from = g_strdup("ada@example.test");
	draft->to = g_strdup("bob@example.test");
	draft->subject = g_strdup("Lunch");
	draft->kind = DRAFT_REPLY;
	*desk = (Desk){ .host = { &host_ops }, .asked = g_string_new(NULL), .has_engine = true };
	manual_clock_init(&desk->clock, NOW_MS);
	desk->directory = directory_new(&desk->host, false);
	EnvelopeSetup setup = { .host = &desk->host,
		                .directory = desk->directory,
		                .clock = &desk->clock.clock,
		                .account_id = 3,
		                .hold_ms = 10000,
		                .writing = { .clock = &desk->clock.clock,
		                             .offer = offer_nobody,
		                             .has_directory = true,
		                             .has_editor = has_editor } };
	desk->envelope = envelope_new(&setup, draft, 0, is_resumed);
}

static void desk_close(Desk *desk)
{
	envelope_free(desk->envelope);
	directory_free(desk->directory);
	draft_free(desk->saved);
	draft_free(desk->gathering);
	g_string_free(desk->asked, TRUE);
	g_free(desk->edited);
	g_free(desk->warning);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_close)

static void assert_asked(Desk *desk, const char *lines)
{
	g_assert_cmpstr(desk->asked->str, ==, lines);
	g_string_truncate(desk->asked, 0);
}

/* The store has what was given to it, as draft 9; parts are called file:N. */
static EnvelopeTurn save_answers(Desk *desk)
{
	g_autoptr(Draft) draft = draft_copy(desk->saved);
	SyncEvent event = {
		.kind = SYNC_DRAFT_SAVED, .wish_id = desk->wish, .draft_id = 9, .draft = draft
	};
	bool is_mine;

	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		g_clear_pointer(&part->bytes, g_bytes_unref);
		g_clear_pointer(&part->path, g_free);
		g_free(part->reference);
		part->reference = g_strdup_printf("file:%u", i + 1);
	}
	EnvelopeTurn turn = envelope_event(desk->envelope, &event, &is_mine);
	g_assert_true(is_mine);
	return turn;
}

static void advance(Desk *desk, int64_t ms)
{
	manual_clock_advance(&desk->clock, ms);
	envelope_tick(desk->envelope);
}

static void type(Desk *desk, const char *letters)
{
	for (const char *p = letters; *p; p++)
		g_assert_cmpint(envelope_key(desk->envelope, (Key)*p), ==, ENVELOPE_GOES_ON);
}

/* A few seconds after a change, not at each letter; and one save at a time. */
static void test_keeps_by_itself(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, false, false);
	envelope_begin(desk.envelope);
	g_assert_cmpint(envelope_deadline(desk.envelope), ==, INT64_MAX);
	type(&desk, "Ye");
	advance(&desk, 2000);
	type(&desk, "s");
	assert_asked(&desk, "");
	advance(&desk, 1000);
	assert_asked(&desk, "save 0 of 3: Yes\n");
	type(&desk, ".");
	advance(&desk, 9000);
	assert_asked(&desk, "");
	g_assert_cmpint(save_answers(&desk), ==, ENVELOPE_GOES_ON);
	advance(&desk, 3000);
	assert_asked(&desk, "save 9 of 3: Yes.\n");
	save_answers(&desk);
	advance(&desk, 60000);
	assert_asked(&desk, "");
}

/* Sending keeps it first, with its Message-ID; then it goes into the Outbox, for a moment. */
static void test_sends(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, false, true);
	g_assert_cmpint(envelope_act(desk.envelope, WRITING_SEND, ""), ==, ENVELOPE_GOES_ON);
	assert_asked(&desk, "save 0 of 3: \n");
	g_assert_nonnull(desk.saved->message_id);
	g_assert_cmpint(save_answers(&desk), ==, ENVELOPE_SENDS);
	g_autoptr(GPtrArray) ops = envelope_ops(desk.envelope);
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *op = ops->pdata[0];
	g_assert_cmpint(op->kind, ==, OP_SEND);
	g_assert_cmpint(op->draft_id, ==, 9);
	g_assert_cmpint(op->state, ==, OP_HELD);
	g_assert_cmpint(op->due_ms, ==, NOW_MS + 10000);
	envelope_act(desk.envelope, WRITING_LATER, "2h");
	g_autoptr(GPtrArray) later = envelope_ops(desk.envelope);
	g_assert_cmpint(((Op *)later->pdata[0])->due_ms, ==, NOW_MS + 2 * 3600 * 1000);
}

/* What cannot be kept is not sent; what was typed is still there, and is tried again. */
static void test_a_store_that_fails(void)
{
	g_auto(Desk) desk = { 0 };
	SyncEvent failed = { .kind = SYNC_FAILED, .text = (char *)"the disk is full" };
	bool is_mine;

	desk_open(&desk, false, true);
	envelope_act(desk.envelope, WRITING_SEND, "");
	assert_asked(&desk, "save 0 of 3: \n");
	failed.wish_id = desk.wish + 1;
	envelope_event(desk.envelope, &failed, &is_mine);
	g_assert_false(is_mine);
	failed.wish_id = desk.wish;
	g_assert_cmpint(envelope_event(desk.envelope, &failed, &is_mine), ==, ENVELOPE_GOES_ON);
	g_assert_true(is_mine);
	advance(&desk, 3000);
	assert_asked(&desk, "save 0 of 3: \n");
	g_assert_cmpint(save_answers(&desk), ==, ENVELOPE_GOES_ON);
	desk.has_engine = false;
	g_assert_cmpint(envelope_act(desk.envelope, WRITING_POSTPONE, ""), ==, ENVELOPE_GOES_ON);
}

static void test_closes(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, false, true);
	g_assert_cmpint(envelope_act(desk.envelope, WRITING_POSTPONE, ""), ==, ENVELOPE_GOES_ON);
	assert_asked(&desk, "save 0 of 3: \n");
	g_assert_cmpint(save_answers(&desk), ==, ENVELOPE_KEPT);
	g_assert_cmpint(envelope_draft_id(desk.envelope), ==, 9);
	g_assert_cmpint(envelope_account_id(desk.envelope), ==, 3);
	envelope_act(desk.envelope, WRITING_LEAVE, "");
	g_assert_cmpint(envelope_key(desk.envelope, 'n'), ==, ENVELOPE_DROPPED);
	assert_asked(&desk, "drop 9\n");
}

/* Files are read before anything is kept, and once: then they have names in the store. */
static void test_attachments(void)
{
	g_auto(Desk) desk = { 0 };
	bool is_mine;

	desk_open(&desk, false, true);
	envelope_act(desk.envelope, WRITING_ATTACH, "/etc/passwd");
	advance(&desk, 3000);
	assert_asked(&desk, "gather\n");
	DraftPart *part = g_ptr_array_index(desk.gathering->parts, 0);
	part->bytes = g_bytes_new_static("host", 4);
	envelope_gathered(desk.envelope, 78, desk.gathering, NULL, &is_mine);
	g_assert_false(is_mine);
	envelope_gathered(desk.envelope, 77, desk.gathering, NULL, &is_mine);
	g_assert_true(is_mine);
	assert_asked(&desk, "save 0 of 3: \n");
	save_answers(&desk);
	const Draft *draft = writing_draft(envelope_writing(desk.envelope));
	g_assert_cmpstr(((DraftPart *)draft->parts->pdata[0])->reference, ==, "file:1");
	envelope_act(desk.envelope, WRITING_SEND, "");
	assert_asked(&desk, "save 9 of 3: \n");
}

static void test_a_file_that_went(void)
{
	g_auto(Desk) desk = { 0 };
	bool is_mine;

	desk_open(&desk, false, true);
	envelope_act(desk.envelope, WRITING_ATTACH, "/etc/passwd");
	envelope_act(desk.envelope, WRITING_SEND, "");
	assert_asked(&desk, "gather\n");
	envelope_gathered(desk.envelope, 77, NULL, "there is no file /etc/passwd", &is_mine);
	g_assert_true(is_mine);
	assert_asked(&desk, "");
	envelope_act(desk.envelope, WRITING_DETACH, "");
	envelope_act(desk.envelope, WRITING_SEND, "");
	assert_asked(&desk, "save 0 of 3: \n");
}

/* The editor's file stays until its text is in the store, also when the editor died. */
static void test_editor(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, true, false);
	desk.edited = g_strdup("To: bob@example.test\nSubject: Lunch\n\nTyped.\n");
	desk.warning = g_strdup("vi ended with 137; what it had saved is here");
	envelope_begin(desk.envelope);
	assert_asked(&desk, "edit 0, with header\nsave 0 of 3: Typed.\n\n");
	save_answers(&desk);
	assert_asked(&desk, "safe 0\n");
	g_clear_pointer(&desk.edited, g_free);
	envelope_act(desk.envelope, WRITING_TEXT, "");
	assert_asked(&desk, "edit 9, with header\nsave 9 of 3: Typed.\n\n");
	save_answers(&desk);
	assert_asked(&desk, "");
}

static bool directory_answers(Desk *desk, SyncEventKind kind, const char *text)
{
	SyncEvent event = { .kind = kind, .wish_id = desk->wish, .text = (char *)text };

	if (kind == SYNC_FETCHED)
		event.content = g_bytes_new_static(text, strlen(text));
	else
		event.error_kind = ERR_UNSUPPORTED;
	bool is_taken = directory_event(desk->directory, &event);
	g_clear_pointer(&event.content, g_bytes_unref);
	return is_taken;
}

/* Once typing rests; one question at a time, and then the newest; what was answered is not asked again. */
static void test_asks_the_directory(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, false, true);
	envelope_act(desk.envelope, WRITING_CC, "");
	type(&desk, "ho");
	g_assert_cmpint(envelope_deadline(desk.envelope), ==, INT64_MAX);
	type(&desk, "p");
	advance(&desk, 200);
	type(&desk, "p");
	advance(&desk, 200);
	assert_asked(&desk, "");
	advance(&desk, 100);
	assert_asked(&desk, "who in 3: hopp\n");
	type(&desk, "e");
	advance(&desk, 300);
	type(&desk, "r");
	advance(&desk, 300);
	assert_asked(&desk, "");
	g_assert_true(directory_answers(&desk, SYNC_FETCHED, "\tGrace Hopper\tgrace@example.test\n"));
	assert_asked(&desk, "who in 3: hopper\n");
	g_assert_cmpuint(directory_look(desk.directory, 3, "HOPP").people->len, ==, 1);
	g_assert_null(directory_look(desk.directory, 4, "hopp").people);
	g_assert_true(directory_look(desk.directory, 3, "hopper").is_asked);
	g_assert_true(directory_answers(&desk, SYNC_FETCHED, ""));
	envelope_key(desk.envelope, KEY_BACK);
	envelope_key(desk.envelope, KEY_BACK);
	advance(&desk, 300);
	assert_asked(&desk, "");
}

/* A server without a directory is asked once; without an engine nobody is, and it is said. */
static void test_no_directory(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, false, true);
	directory_ask(desk.directory, 3, "hopper");
	assert_asked(&desk, "who in 3: hopper\n");
	g_assert_true(directory_answers(&desk, SYNC_FAILED, "the server has no directory"));
	g_assert_cmpstr(directory_look(desk.directory, 3, "grace").failure, ==, "the server has no directory");
	directory_ask(desk.directory, 3, "grace");
	assert_asked(&desk, "");
	desk.has_engine = false;
	directory_ask(desk.directory, 4, "grace");
	assert_asked(&desk, "who in 4: grace\n");
	g_assert_cmpstr(directory_look(desk.directory, 4, "grace").failure, ==, "offline: only people known here");
}

/* Names are made addresses before it is kept and sent. */
static void test_resolves(void)
{
	g_auto(Desk) desk = { 0 };
	SyncEvent event = { .kind = SYNC_FETCHED };
	bool is_mine;

	desk_open(&desk, false, true);
	envelope_act(desk.envelope, WRITING_CC, "Hopper, Grace Kelly, bob@example.test");
	g_assert_cmpint(envelope_act(desk.envelope, WRITING_SEND, ""), ==, ENVELOPE_GOES_ON);
	assert_asked(&desk, "resolve in 3: Hopper|Grace Kelly\n");
	event.wish_id = desk.wish;
	event.content = g_bytes_new_static("Hopper\tHopper\th@example.test\nGrace Kelly\tGrace Kelly\tk@example.test\n", 67);
	g_assert_cmpint(envelope_event(desk.envelope, &event, &is_mine), ==, ENVELOPE_GOES_ON);
	g_assert_true(is_mine);
	assert_asked(&desk, "save 0 of 3: \n");
	g_assert_cmpstr(desk.saved->cc, ==, "Hopper <h@example.test>, Grace Kelly <k@example.test>, bob@example.test");
	g_bytes_unref(event.content);
	g_assert_cmpint(save_answers(&desk), ==, ENVELOPE_SENDS);
	desk.has_engine = false;
	envelope_act(desk.envelope, WRITING_CC, "Nemo");
	g_assert_cmpint(envelope_act(desk.envelope, WRITING_SEND, ""), ==, ENVELOPE_GOES_ON);
	assert_asked(&desk, "resolve in 3: Nemo\n");
}

/* What an editor left behind at a kill is kept before its file goes; what cannot be read stays in it. */
static void test_left_behind(void)
{
	g_auto(Desk) desk;

	desk_open(&desk, true, true);
	envelope_left_behind(desk.envelope, "To: bob@example.test\nSubject: Lunch\n\nFound.\n");
	assert_asked(&desk, "save 0 of 3: Found.\n\n");
	save_answers(&desk);
	assert_asked(&desk, "safe 0\n");
	envelope_left_behind(desk.envelope, "Subjekt? Lunch\n\nFound.\n");
	save_answers(&desk);
	g_assert_null(strstr(desk.asked->str, "safe"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/envelope/keeps-by-itself", test_keeps_by_itself);
	g_test_add_func("/envelope/sends", test_sends);
	g_test_add_func("/envelope/a-store-that-fails", test_a_store_that_fails);
	g_test_add_func("/envelope/closes", test_closes);
	g_test_add_func("/envelope/attachments", test_attachments);
	g_test_add_func("/envelope/a-file-that-went", test_a_file_that_went);
	g_test_add_func("/envelope/editor", test_editor);
	g_test_add_func("/envelope/left-behind", test_left_behind);
	g_test_add_func("/envelope/asks-the-directory", test_asks_the_directory);
	g_test_add_func("/envelope/no-directory", test_no_directory);
	g_test_add_func("/envelope/resolves", test_resolves);
	return g_test_run();
}
