#include "support/sync_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "store/draft.h"
#include "support/memory_backend.h"

enum { TURNS_MOST = 20000 };

static void list_row_free_func(gpointer row) { list_row_free(row); }

static Account *make_account(const char *name)
{
	Account *account = account_new();

	g_free(account->protocol);
	account->protocol = g_strdup("memory");
	account->name = g_strdup(name);
	account->address = g_strdup_printf("%s@example.test", name);
	account->user_name = g_strdup(name);
	account->server_url = g_strdup("https://mail.example.test/Microsoft-Server-ActiveSync");
	account->filter = 0;
	return account;
}

static MemoryServer *make_server(void)
{
	MemoryServer *server = memory_server_new();

	memory_server_folder(server, "in", "Inbox", FOLDER_INBOX);
	memory_server_folder(server, "out", "Sent", FOLDER_SENT);
	return server;
}

SyncFixture *sync_fixture_new(guint accounts)
{
	SyncFixture *fixture = g_new0(SyncFixture, 1);
	GError *error = NULL;

	fixture->dir = g_dir_make_tmp("postern-sync-XXXXXX", NULL);
	manual_clock_init(&fixture->clock, 1764000000000);
	manual_clock_advance(&fixture->clock, 1000000);
	fixture->store = store_open(fixture->dir, &fixture->clock.clock, &error);
	g_assert_no_error(error);
	fixture->reader = store_open_reader(fixture->store, &error);
	g_assert_no_error(error);
	fixture->server = make_server();
	fixture->other = make_server();
	fixture->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	g_ptr_array_add(fixture->accounts, make_account("work"));
	if (accounts > 1)
		g_ptr_array_add(fixture->accounts, make_account("home"));
	fixture->seen = g_ptr_array_new_with_free_func((GDestroyNotify)sync_event_free);
	fixture->password = secret_new("secret", strlen("secret"));
	fixture->has_password = true;
	return fixture;
}

static void remove_dir(const char *dir)
{
	g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(listing))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_dir(path);
		else
			g_unlink(path);
	}
	g_rmdir(dir);
}

void sync_fixture_free(SyncFixture *fixture)
{
	if (!fixture)
		return;
	sync_fixture_stop(fixture);
	store_reader_free(fixture->reader);
	store_unref(fixture->store);
	memory_server_free(fixture->server);
	memory_server_free(fixture->other);
	g_ptr_array_unref(fixture->accounts);
	g_ptr_array_unref(fixture->seen);
	secret_unref(fixture->password);
	remove_dir(fixture->dir);
	g_free(fixture->dir);
	g_free(fixture);
}

int64_t sync_fixture_account_id(SyncFixture *fixture, const char *account_name)
{
	g_autoptr(AccountState) state = NULL;

	return store_read_account(fixture->reader, account_name, &state, NULL) ? state->id : -1;
}

/* ---- the Outbox ---- */

static GBytes *letter_bytes(const char *account_name, const char *name)
{
	char *text = g_strdup_printf(
		"From: %s@example.test\r\nMessage-ID: <%s@test>\r\nTo: bob@example.test\r\n\r\n%s\r\n",
		account_name, name, name);

	return g_bytes_new_take(text, strlen(text));
}

void sync_fixture_letter(SyncFixture *fixture, const char *name, const SyncLetter *letter)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StoreWriter) writer = store_open_writer(fixture->store, &err);
	g_assert_no_error(err);
	int64_t account_id = sync_fixture_account_id(fixture, letter->account_name);
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GBytes) mime = letter_bytes(letter->account_name, name);
	g_autoptr(Op) op = op_new(OP_SEND);

	draft->kind = letter->kind;
	draft->source_id = letter->source_id;
	draft->subject = g_strdup(name);
	g_assert_true(store_save_draft(writer, account_id, draft, &op->draft_id, NULL));
	g_assert_true(store_write_draft_bytes(writer, op->draft_id, mime, false, NULL));
	op->due_ms = letter->due_ms;
	store_write_op(writer, op, &err);
	g_assert_no_error(err);
}

/* ---- running ---- */

static Secret *password_at_hand(const char *account_name, void *data)
{
	const SyncFixture *fixture = data;

	(void)account_name;
	return fixture->has_password ? fixture->password : NULL;
}

void sync_fixture_start(SyncFixture *fixture, SyncMode mode)
{
	static const Backend *const backends[] = { &memory_backend, NULL };
	GError *error = NULL;

	fixture->carrier = fake_carrier_new(&fixture->clock);
	fake_carrier_server(fixture->carrier, "work", fixture->server);
	fake_carrier_server(fixture->carrier, "home", fixture->other);
	fixture->events = mailbox_new((GDestroyNotify)sync_event_free);
	fixture->commands = mailbox_new((GDestroyNotify)command_free);

	SyncSetup setup = { .store = fixture->store,
		            .accounts = fixture->accounts,
		            .backends = backends,
		            .clock = &fixture->clock.clock,
		            .events = fixture->events,
		            .mode = mode,
		            .password_of = password_at_hand,
		            .compose = fixture->compose,
		            .password_data = fixture };

	fixture->engine = sync_engine_new(&setup, fake_carrier_carrier(fixture->carrier),
	                                  fixture->commands, &error);
	g_assert_no_error(error);
}

void sync_fixture_stop(SyncFixture *fixture)
{
	if (!fixture->engine)
		return;
	sync_engine_free(g_steal_pointer(&fixture->engine));
	mailbox_unref(g_steal_pointer(&fixture->events));
	mailbox_unref(g_steal_pointer(&fixture->commands));
	fixture->carrier = NULL;
}

void sync_fixture_turn(SyncFixture *fixture)
{
	SyncEvent *event;

	sync_engine_turn(fixture->engine);
	while ((event = mailbox_take(fixture->events)))
		g_ptr_array_add(fixture->seen, event);
}

static const SyncEvent *find_since(const SyncFixture *fixture, guint from, SyncEventKind kind)
{
	for (guint i = from; i < fixture->seen->len; i++) {
		const SyncEvent *event = g_ptr_array_index(fixture->seen, i);
		if (event->kind == kind && (kind != SYNC_IDLE || !event->account_id))
			return event;
	}
	return NULL;
}

const SyncEvent *sync_fixture_run_until(SyncFixture *fixture, SyncEventKind kind)
{
	guint from = fixture->seen->len;
	const SyncEvent *event = NULL;

	for (int i = 0; !event && i < TURNS_MOST; i++) {
		sync_fixture_turn(fixture);
		event = find_since(fixture, from, kind);
	}
	if (!event)
		g_error("no event of kind %d in %d turns", (int)kind, TURNS_MOST);
	return event;
}

void sync_fixture_run_idle(SyncFixture *fixture) { sync_fixture_run_until(fixture, SYNC_IDLE); }

void sync_fixture_run_for(SyncFixture *fixture, int64_t ms)
{
	int64_t end_ms = fixture->clock.uptime_ms + ms;

	for (int i = 0; fixture->clock.uptime_ms < end_ms; i++) {
		g_assert_cmpint(i, <, TURNS_MOST);
		sync_fixture_turn(fixture);
	}
}

void sync_fixture_sync(SyncFixture *fixture)
{
	sync_fixture_start(fixture, SYNC_ONCE);
	sync_fixture_run_idle(fixture);
	sync_fixture_stop(fixture);
}

/* ---- asking ---- */

int64_t sync_fixture_wish(SyncFixture *fixture, TaskKind task, int64_t message_id,
                          const char *reference)
{
	Command *command = command_new(COMMAND_WISH);
	int64_t wish_id = ++fixture->last_wish_id;

	command->wish_task = task;
	command->wish_id = wish_id;
	command->message_id = message_id;
	command->text = g_strdup(reference);
	mailbox_post(fixture->commands, command);
	return wish_id;
}

void sync_fixture_ops(SyncFixture *fixture, GPtrArray *ops)
{
	Command *command = command_new(COMMAND_OPS);

	command->ops = ops;
	mailbox_post(fixture->commands, command);
}

void sync_fixture_op(SyncFixture *fixture, Op *op)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	g_ptr_array_add(ops, op);
	sync_fixture_ops(fixture, ops);
}

void sync_fixture_cancel(SyncFixture *fixture, int64_t group_id)
{
	Command *command = command_new(COMMAND_OUTBOX_CANCEL);

	command->group_id = group_id;
	mailbox_post(fixture->commands, command);
}

void sync_fixture_mark_read(SyncFixture *fixture, int64_t message_id, bool is_read)
{
	sync_fixture_op(fixture, op_new_mark_read(message_id, is_read));
}

void sync_fixture_answer(SyncFixture *fixture, const Question *question, AnswerChoice choice,
                         const char *password)
{
	Command *command = command_new(COMMAND_ANSWER);

	command->question = question_copy(question);
	command->choice = choice;
	command->secret = password ? secret_new(password, strlen(password)) : NULL;
	mailbox_post(fixture->commands, command);
}

void sync_fixture_post(SyncFixture *fixture, CommandKind kind, const char *text)
{
	Command *command = command_new(kind);

	command->text = g_strdup(text);
	mailbox_post(fixture->commands, command);
}

/* ---- looking ---- */

guint sync_fixture_count(const SyncFixture *fixture, SyncEventKind kind)
{
	guint count = 0;

	for (guint i = 0; i < fixture->seen->len; i++)
		count += ((const SyncEvent *)g_ptr_array_index(fixture->seen, i))->kind == kind;
	return count;
}

const SyncEvent *sync_fixture_last(const SyncFixture *fixture, SyncEventKind kind)
{
	for (guint i = fixture->seen->len; i > 0; i--) {
		const SyncEvent *event = g_ptr_array_index(fixture->seen, i - 1);
		if (event->kind == kind)
			return event;
	}
	return NULL;
}

Folder *sync_fixture_folder(SyncFixture *fixture, const char *account_name, const char *server_id)
{
	g_autoptr(GPtrArray) folders = NULL;
	GError *error = NULL;

	store_read_folders(fixture->reader, sync_fixture_account_id(fixture, account_name), &folders, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		if (g_str_equal(folder->server_id, server_id))
			return folder_copy(folder);
	}
	return NULL;
}

bool sync_fixture_has_folder(SyncFixture *fixture, const char *account_name, const char *server_id)
{
	g_autoptr(Folder) folder = sync_fixture_folder(fixture, account_name, server_id);

	return folder != NULL;
}

GPtrArray *sync_fixture_rows(SyncFixture *fixture, const char *account_name, const char *server_id)
{
	g_autoptr(Folder) folder = sync_fixture_folder(fixture, account_name, server_id);
	GPtrArray *rows = NULL;
	GError *error = NULL;

	if (!folder)
		return g_ptr_array_new_with_free_func(list_row_free_func);

	ListQuery query = { .folder_id = folder->id, .order = ORDER_DATE };
	ListPlace top = { 0 };
	store_read_list(fixture->reader, &query, &top, false, 100000, &rows, &error);
	g_assert_no_error(error);
	return rows;
}

guint sync_fixture_worst_minute(const SyncFixture *fixture, const char *account_name,
                                int64_t from_ms)
{
	const GArray *times = fake_carrier_times(fixture->carrier, account_name);
	guint worst = 0;

	for (guint i = 0; i < times->len; i++) {
		guint count = 0;
		int64_t began_ms = g_array_index(times, int64_t, i);
		for (guint j = i;
		     j < times->len && g_array_index(times, int64_t, j) < began_ms + 60000; j++)
			count++;
		if (began_ms >= from_ms)
			worst = MAX(worst, count);
	}
	return worst;
}

void sync_fixture_fill(MemoryServer *server, const char *folder_id, guint first, guint count)
{
	for (guint i = first; i < first + count; i++) {
		g_autofree char *id = g_strdup_printf("m%u", i);
		g_autofree char *subject = g_strdup_printf("Message number %u", i);
		memory_server_message(server, folder_id, id, subject);
	}
}
