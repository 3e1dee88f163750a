/* Operations on their way: what reaches the server, in which order, and what is left when answers are lost or say no. */
#include "store/certificate.h"
#include "sync/batch.h"
#include "support/sync_fixture.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* An engine that watches an Inbox "in" with three messages, a folder "box" of the person's own, and "out". */
static SyncFixture *make_watching(void)
{
	SyncFixture *fixture = sync_fixture_new(1);

	memory_server_folder(fixture->server, "box", "Box", FOLDER_USER_MAIL);
	sync_fixture_fill(fixture->server, "in", 0, 3);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	return fixture;
}

static int64_t find(SyncFixture *fixture, const char *folder_id, const char *subject)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", folder_id);

	for (guint i = 0; i < rows->len; i++)
		if (g_str_equal(((ListRow *)rows->pdata[i])->subject, subject))
			return ((ListRow *)rows->pdata[i])->id;
	return 0;
}

static int64_t folder_id(SyncFixture *fixture, const char *server_id)
{
	g_autoptr(Folder) folder = sync_fixture_folder(fixture, "work", server_id);

	return folder->id;
}

static guint waiting(SyncFixture *fixture)
{
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_outbox(fixture->reader, 0, 100, &rows, NULL));
	return rows->len;
}

static void assert_server(SyncFixture *fixture, const char *folder_id, const char *what)
{
	g_autofree char *there = memory_server_describe(fixture->server, folder_id);

	g_assert_cmpstr(there, ==, what);
}

/* Both sides have the same messages in the folder, each once. */
static void assert_same(SyncFixture *fixture, const char *folder_id, guint count)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", folder_id);
	g_autofree char *there = memory_server_describe(fixture->server, folder_id);
	g_auto(GStrv) lines = g_strsplit(there, "; ", -1);

	g_assert_cmpuint(rows->len, ==, count);
	g_assert_cmpuint(*there ? g_strv_length(lines) : 0, ==, count);
}

static Op *folder_op(OpKind kind, int64_t folder, const char *name)
{
	Op *op = op_new(kind);

	op->account_id = 1;
	op->folder_id = folder;
	op->value.text = g_strdup(name);
	return op;
}

/* ---- each kind, and each with its answer lost ---- */

typedef enum { FLAG, CATEGORIES, MOVE, DELETE, CREATE, RENAME, REMOVE, EMPTY } What;

static void act(SyncFixture *fixture, What what)
{
	int64_t id = find(fixture, "in", "Message number 0");
	Op *ops[] = {
		[FLAG] = op_new_flag(id, FLAG_ACTIVE, "Call", 0),
		[CATEGORIES] = op_new_categories(id, "Red\nBlue"),
		[MOVE] = op_new_move(id, folder_id(fixture, "box")),
		[DELETE] = op_new_delete(id),
		[CREATE] = folder_op(OP_FOLDER_CREATE, 0, "New"),
		[RENAME] = folder_op(OP_FOLDER_UPDATE, folder_id(fixture, "box"), "Chest"),
		[REMOVE] = folder_op(OP_FOLDER_DELETE, folder_id(fixture, "box"), NULL),
		[EMPTY] = folder_op(OP_FOLDER_EMPTY, folder_id(fixture, "in"), NULL),
	};

	for (What i = 0; i < (What)G_N_ELEMENTS(ops); i++)
		if (i == what)
			sync_fixture_op(fixture, ops[i]);
		else
			op_free(ops[i]);
}

typedef struct {
	const char *why;
	What        what;
	TaskKind    task;
	const char *in, *box;      /* on the server afterwards */
	const char *gone, *made;   /* names of folders */
} Case;

static const Case cases[] = {
	{ "flag", FLAG, TASK_PUSH_OPS, "Message number 0 flagged; Message number 1; Message number 2", "", NULL, NULL },
	{ "categories", CATEGORIES, TASK_PUSH_OPS, "Message number 0 Red,Blue; Message number 1; Message number 2", "", NULL, NULL },
	{ "move", MOVE, TASK_MOVE, "Message number 1; Message number 2", "Message number 0", NULL, NULL },
	{ "delete", DELETE, TASK_PUSH_OPS, "Message number 1; Message number 2", "", NULL, NULL },
	{ "make a folder", CREATE, TASK_FOLDER, "Message number 0; Message number 1; Message number 2", "", NULL, "New" },
	{ "rename it", RENAME, TASK_FOLDER, "Message number 0; Message number 1; Message number 2", "", "Box", "Chest" },
	{ "delete a folder", REMOVE, TASK_FOLDER, "Message number 0; Message number 1; Message number 2", "none", "Box", NULL },
	{ "empty a folder", EMPTY, TASK_EMPTY, "", "", NULL, NULL },
};

static bool has_folder_called(SyncFixture *fixture, const char *name)
{
	g_autoptr(GPtrArray) folders = NULL;

	g_assert_true(store_read_folders(fixture->reader, 1, &folders, NULL));
	for (guint i = 0; i < folders->len; i++)
		if (g_strcmp0(((Folder *)folders->pdata[i])->name, name) == 0)
			return true;
	return false;
}

static void assert_case(SyncFixture *fixture, const Case *one)
{
	assert_server(fixture, "in", one->in);
	assert_server(fixture, "box", one->box);
	g_assert_cmpuint(waiting(fixture), ==, 0);
	assert_same(fixture, "in", *one->in ? g_str_has_prefix(one->in, "Message number 0") ? 3 : 2 : 0);
	if (one->what != REMOVE)
		assert_same(fixture, "box", *one->box ? 1 : 0);
	if (one->gone) {
		g_assert_false(has_folder_called(fixture, one->gone));
		g_assert_null(memory_server_folder_named(fixture->server, one->gone));
	}
	if (one->made) {
		g_assert_true(has_folder_called(fixture, one->made));
		g_assert_true(sync_fixture_has_folder(fixture, "work",
		                                      memory_server_folder_named(fixture->server, one->made)));
	}
}

static void test_each_kind_arrives(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SyncFixture) fixture = make_watching();
		g_test_message("%s", cases[i].why);
		act(fixture, cases[i].what);
		sync_fixture_run_for(fixture, MINUTE);
		g_assert_cmpuint(memory_server_seen(fixture->server, cases[i].task), ==, 1);
		assert_case(fixture, &cases[i]);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
	}
}

static void test_each_kind_survives_a_lost_answer(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SyncFixture) fixture = make_watching();
		g_test_message("%s", cases[i].why);
		memory_server_lose_answers(fixture->server, cases[i].task, 1);
		act(fixture, cases[i].what);
		sync_fixture_run_for(fixture, 5 * MINUTE);
		assert_case(fixture, &cases[i]);
		if (sync_fixture_last(fixture, SYNC_FAILED))
			g_test_message("%s", sync_fixture_last(fixture, SYNC_FAILED)->text);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 0);
	}
}

/* The program is killed while the request is out; the server has carried it out, or has not. */
static void test_each_kind_survives_the_end_of_the_program(void)
{
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		const Case *one = &cases[i / 2];
		g_autoptr(SyncFixture) fixture = make_watching();
		bool is_carried_out = i % 2;
		g_test_message("%s, %s", one->why, is_carried_out ? "carried out" : "not carried out");
		if (is_carried_out)
			memory_server_lose_answers(fixture->server, one->task, 1);
		else
			memory_server_fail(fixture->server, one->task, ERR_NETWORK, 1);
		act(fixture, one->what);
		sync_fixture_run_until(fixture, SYNC_WRITTEN);
		while (memory_server_seen(fixture->server, one->task) == 0)
			sync_fixture_run_for(fixture, 1);
		sync_fixture_stop(fixture);
		sync_fixture_start(fixture, SYNC_WATCH);
		sync_fixture_run_for(fixture, 5 * MINUTE);
		assert_case(fixture, one);
	}
}

static void test_each_kind_is_undone_when_refused(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SyncFixture) fixture = make_watching();
		g_test_message("%s", cases[i].why);
		memory_server_fail(fixture->server, cases[i].task, ERR_REQUEST, 1);
		act(fixture, cases[i].what);
		sync_fixture_run_for(fixture, 5 * MINUTE);
		assert_server(fixture, "in", "Message number 0; Message number 1; Message number 2");
		assert_same(fixture, "in", 3);
		assert_same(fixture, "box", 0);
		g_assert_true(has_folder_called(fixture, "Box"));
		g_assert_false(has_folder_called(fixture, "New"));
		g_assert_cmpuint(waiting(fixture), ==, 0);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 1);
		g_assert_cmpint(sync_fixture_last(fixture, SYNC_FAILED)->group_id, >, 0);
	}
}

static void test_each_kind_waits_while_the_server_is_ill(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SyncFixture) fixture = make_watching();
		g_test_message("%s", cases[i].why);
		memory_server_fail(fixture->server, cases[i].task, ERR_SERVER, 2);
		act(fixture, cases[i].what);
		sync_fixture_run_for(fixture, HOUR);
		assert_case(fixture, &cases[i]);
	}
}

/* ---- order ---- */

static void test_what_follows_a_move_goes_to_the_new_place(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = find(fixture, "in", "Message number 0");

	sync_fixture_op(fixture, op_new_move(id, folder_id(fixture, "box")));
	sync_fixture_op(fixture, op_new_flag(id, FLAG_ACTIVE, NULL, 0));
	sync_fixture_op(fixture, op_new_mark_read(id, true));
	sync_fixture_run_for(fixture, MINUTE);
	assert_server(fixture, "box", "Message number 0 read flagged");
	g_assert_cmpint(find(fixture, "box", "Message number 0"), ==, id);
	g_assert_cmpuint(waiting(fixture), ==, 0);
	assert_same(fixture, "box", 1);
}

static void test_into_a_folder_that_is_made(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = find(fixture, "in", "Message number 0");

	sync_fixture_op(fixture, folder_op(OP_FOLDER_CREATE, 0, "New"));
	const SyncEvent *written = sync_fixture_run_until(fixture, SYNC_WRITTEN);
	const Op *make = g_ptr_array_index(written->ops, 0);
	sync_fixture_op(fixture, op_new_move(id, make->folder_id));
	sync_fixture_run_for(fixture, MINUTE);
	assert_server(fixture, memory_server_folder_named(fixture->server, "New"), "Message number 0");
	g_assert_cmpint(find(fixture, memory_server_folder_named(fixture->server, "New"), "Message number 0"), ==, id);
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_saved_before_the_folder_is_emptied(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = find(fixture, "in", "Message number 0");

	sync_fixture_op(fixture, op_new_move(id, folder_id(fixture, "box")));
	sync_fixture_op(fixture, folder_op(OP_FOLDER_EMPTY, folder_id(fixture, "in"), NULL));
	memory_server_fail(fixture->server, TASK_MOVE, ERR_SERVER, 2);
	sync_fixture_run_for(fixture, HOUR);
	assert_server(fixture, "in", "");
	assert_server(fixture, "box", "Message number 0");
	assert_same(fixture, "box", 1);
}

static void test_a_deletion_overtakes(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = find(fixture, "in", "Message number 0");

	sync_fixture_op(fixture, op_new_flag(id, FLAG_ACTIVE, NULL, 0));
	sync_fixture_op(fixture, op_new_move(id, folder_id(fixture, "box")));
	sync_fixture_op(fixture, op_new_delete(id));
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_MOVE), ==, 0);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PUSH_OPS), ==, 1);
	assert_server(fixture, "in", "Message number 1; Message number 2");
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_many_go_in_batches(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	memory_server_folder(fixture->server, "box", "Box", FOLDER_USER_MAIL);
	sync_fixture_fill(fixture->server, "in", 0, 300);
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", "in");
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_add(ops, op_new_move(((ListRow *)rows->pdata[i])->id, folder_id(fixture, "box")));
	sync_fixture_ops(fixture, ops);
	sync_fixture_run_for(fixture, MINUTE);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_MOVE), ==, (300 + BATCH_MOST - 1) / BATCH_MOST);
	assert_same(fixture, "in", 0);
	assert_same(fixture, "box", 300);
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

/* ---- time ---- */

static void test_what_is_held_goes_in_time(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	Op *op = op_new_flag(find(fixture, "in", "Message number 0"), FLAG_ACTIVE, NULL, 0);

	op->due_ms = clock_now_ms(&fixture->clock.clock) + 10 * SECOND;
	sync_fixture_op(fixture, op);
	sync_fixture_run_for(fixture, 9 * SECOND);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PUSH_OPS), ==, 0);
	sync_fixture_run_for(fixture, 2 * SECOND);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PUSH_OPS), ==, 1);
}

static void test_a_run_that_ends_does_not_wait_for_what_is_held(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	Op *op = op_new_flag(find(fixture, "in", "Message number 0"), FLAG_ACTIVE, NULL, 0);
	int64_t began_ms;

	op->due_ms = clock_now_ms(&fixture->clock.clock) + HOUR;
	sync_fixture_op(fixture, op);
	sync_fixture_run_for(fixture, SECOND);
	sync_fixture_stop(fixture);
	began_ms = clock_uptime_ms(&fixture->clock.clock);
	sync_fixture_sync(fixture);
	g_assert_cmpint(clock_uptime_ms(&fixture->clock.clock) - began_ms, <, 5 * MINUTE);
	g_assert_cmpuint(waiting(fixture), ==, 1);
}

static void test_cancelled_before_it_left(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	Op *op = op_new_move(find(fixture, "in", "Message number 0"), folder_id(fixture, "box"));

	op->due_ms = clock_now_ms(&fixture->clock.clock) + HOUR;
	sync_fixture_op(fixture, op);
	int64_t group_id = sync_fixture_run_until(fixture, SYNC_WRITTEN)->group_id;
	g_assert_cmpint(group_id, >, 0);
	sync_fixture_cancel(fixture, group_id);
	sync_fixture_run_for(fixture, 2 * HOUR);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_MOVE), ==, 0);
	assert_same(fixture, "in", 3);
	sync_fixture_cancel(fixture, group_id);
	g_assert_cmpstr(sync_fixture_run_until(fixture, SYNC_FAILED)->text, ==, "it is on its way already, or has arrived");
}

/* ---- the server has changed meanwhile ---- */

static void test_a_lost_key_keeps_what_waits(void)
{
	g_autoptr(SyncFixture) fixture = make_watching();
	int64_t id = find(fixture, "in", "Message number 0");

	memory_server_fail_folder(fixture->server, "in", ERR_RESYNC, 1);
	sync_fixture_op(fixture, op_new_flag(id, FLAG_ACTIVE, NULL, 0));
	sync_fixture_op(fixture, op_new_move(find(fixture, "in", "Message number 1"), folder_id(fixture, "box")));
	sync_fixture_run_for(fixture, 10 * MINUTE);
	assert_server(fixture, "in", "Message number 0 flagged; Message number 2");
	assert_same(fixture, "in", 2);
	assert_same(fixture, "box", 1);
	g_assert_cmpuint(waiting(fixture), ==, 0);
}

static void test_gone_on_the_server_is_told(void)
{
	static const struct { const char *why; What what; } rows[] = { { "flag", FLAG }, { "categories", CATEGORIES }, { "move", MOVE } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncFixture) fixture = make_watching();
		g_test_message("%s", rows[i].why);
		act(fixture, rows[i].what);
		memory_server_message_gone(fixture->server, "in", "m0");
		sync_fixture_run_for(fixture, 10 * MINUTE);
		g_assert_cmpuint(sync_fixture_count(fixture, SYNC_FAILED), ==, 1);
		g_assert_cmpint(sync_fixture_last(fixture, SYNC_FAILED)->error_kind, ==, ERR_GONE);
		g_assert_cmpuint(waiting(fixture), ==, 0);
		assert_same(fixture, "in", 2);
		assert_same(fixture, "box", 0);
	}
}

/* The fixture's messages come from one sender. */
static void test_a_vip_is_marked(void)
{
	static const struct { CommandKind kind; const char *address; SyncEventKind ends; bool is_vip; } rows[] = {
		{ COMMAND_VIP,     NULL,         SYNC_CHANGED, true },
		{ COMMAND_VIP,     "no address", SYNC_FAILED,  true },
		{ COMMAND_NOT_VIP, NULL,         SYNC_CHANGED, false },
	};
	g_autoptr(SyncFixture) fixture = make_watching();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) before = sync_fixture_rows(fixture, "work", "in");
		const ListRow *first = before->pdata[0];
		Command *command = command_new(rows[i].kind);
		command->wish_id = (int64_t)i + 100;
		command->text = g_strdup(rows[i].address ? rows[i].address : first->from_address);
		mailbox_post(fixture->commands, command);
		g_assert_cmpint(sync_fixture_run_until(fixture, rows[i].ends)->wish_id, ==, i + 100);
		g_autoptr(GPtrArray) after = sync_fixture_rows(fixture, "work", "in");
		g_assert_cmpint(((ListRow *)after->pdata[0])->is_vip, ==, rows[i].is_vip);
	}
}

/* What is kept and what is said of it: all of a command, or none of it. */
static void test_certificates_are_kept(void)
{
	static const struct { const char *why; int64_t account_id, trusted; SyncEventKind ends; guint count; } rows[] = {
		{ "of no account that is here", 99, 0, SYNC_FAILED, 0 },
		{ "what is not here is trusted", 0, 5, SYNC_FAILED, 0 },
		{ "of the account", 1, 0, SYNC_CHANGED, 1 },
	};
	g_autoptr(SyncFixture) fixture = make_watching();
	g_autoptr(GBytes) der = g_bytes_new_static("of Grace", 8);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new(), found = NULL;
		KnownCertificate *grace = known_certificate_new(der, SOURCE_MAIL, (const char *const[]){ "grace@navy.test", NULL });
		Command *command = command_new(COMMAND_CERTIFICATES);
		grace->account_id = rows[i].account_id;
		certificate_changes_keep(changes, grace);
		if (rows[i].trusted)
			certificate_changes_add(changes, CERTIFICATE_TRUST, rows[i].trusted);
		command->wish_id = (int64_t)i + 100;
		command->content = certificate_changes_to_bytes(changes);
		mailbox_post(fixture->commands, command);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(sync_fixture_run_until(fixture, rows[i].ends)->wish_id, ==, i + 100);
		g_assert_true(store_read_certificates_of(fixture->reader, "grace@navy.test", &found, NULL));
		g_assert_cmpuint(found->len, ==, rows[i].count);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/ops/each-kind-arrives", test_each_kind_arrives);
	g_test_add_func("/sync/ops/each-kind-survives-a-lost-answer", test_each_kind_survives_a_lost_answer);
	g_test_add_func("/sync/ops/each-kind-survives-the-end-of-the-program", test_each_kind_survives_the_end_of_the_program);
	g_test_add_func("/sync/ops/each-kind-is-undone-when-refused", test_each_kind_is_undone_when_refused);
	g_test_add_func("/sync/ops/each-kind-waits-while-the-server-is-ill", test_each_kind_waits_while_the_server_is_ill);
	g_test_add_func("/sync/ops/what-follows-a-move-goes-to-the-new-place", test_what_follows_a_move_goes_to_the_new_place);
	g_test_add_func("/sync/ops/into-a-folder-that-is-made", test_into_a_folder_that_is_made);
	g_test_add_func("/sync/ops/saved-before-the-folder-is-emptied", test_saved_before_the_folder_is_emptied);
	g_test_add_func("/sync/ops/a-deletion-overtakes", test_a_deletion_overtakes);
	g_test_add_func("/sync/ops/many-go-in-batches", test_many_go_in_batches);
	g_test_add_func("/sync/ops/what-is-held-goes-in-time", test_what_is_held_goes_in_time);
	g_test_add_func("/sync/ops/a-run-that-ends-does-not-wait-for-what-is-held", test_a_run_that_ends_does_not_wait_for_what_is_held);
	g_test_add_func("/sync/ops/cancelled-before-it-left", test_cancelled_before_it_left);
	g_test_add_func("/sync/ops/a-lost-key-keeps-what-waits", test_a_lost_key_keeps_what_waits);
	g_test_add_func("/sync/ops/gone-on-the-server-is-told", test_gone_on_the_server_is_told);
	g_test_add_func("/ops/a vip is marked", test_a_vip_is_marked);
	g_test_add_func("/ops/certificates are kept", test_certificates_are_kept);
	return g_test_run();
}
