/*
 * Operations against the simulator, as the server and another device of the same person see them afterwards: at every
 * version, and with the program killed at each step between writing and settling.
 */
#include <string.h>

#include "base/error.h"
#include "eas/eas.h"
#include "support/killed.h"
#include "support/tempstore.h"

/* ---- looking ---- */

static Folder *find_folder(LiveEngine *live, const char *name)
{
	g_autoptr(GPtrArray) folders = live_folders(live);

	for (guint i = 0; i < folders->len; i++)
		if (g_strcmp0(((Folder *)folders->pdata[i])->name, name) == 0)
			return folder_copy(folders->pdata[i]);
	return NULL;
}

static int64_t folder_id(LiveEngine *live, const char *name)
{
	g_autoptr(Folder) folder = find_folder(live, name);

	return folder ? folder->id : 0;
}

static GPtrArray *rows_of(LiveEngine *live, const char *folder)
{
	GPtrArray *rows = NULL;
	GError *error = NULL;

	store_read_list(live->reader, &(ListQuery){ .folder_id = folder_id(live, folder) }, NULL, false, 100, &rows, &error);
	g_assert_no_error(error);
	return rows;
}

static int64_t message_id(LiveEngine *live, const char *folder, const char *subject)
{
	g_autoptr(GPtrArray) rows = rows_of(live, folder);

	for (guint i = 0; i < rows->len; i++)
		if (g_strcmp0(((ListRow *)rows->pdata[i])->subject, subject) == 0)
			return ((ListRow *)rows->pdata[i])->id;
	return 0;
}

static int compare_lines(const void *a, const void *b) { return g_strcmp0(*(char *const *)a, *(char *const *)b); }

/* "One read flagged Red|Blue; Two", sorted; "none" if there is no such folder. */
static char *describe(LiveEngine *live, const char *folder)
{
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	if (!folder_id(live, folder))
		return g_strdup("none");
	rows = rows_of(live, folder);
	for (guint i = 0; i < rows->len; i++) {
		g_autoptr(Message) message = NULL;
		g_assert_true(store_read_message(live->reader, ((ListRow *)rows->pdata[i])->id, &message, NULL));
		g_autofree char *categories = g_strdelimit(g_strdup(message->categories ? message->categories : ""), "\n", '|');
		g_ptr_array_add(lines, g_strdup_printf("%s%s%s%s%s%s", message->subject, message->flags & MESSAGE_READ ? " read" : "",
		                                       message->flags & MESSAGE_FLAGGED ? " flagged" : "",
		                                       message->flags & MESSAGE_DONE ? " done" : "", *categories ? " " : "", categories));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("; ", (char **)lines->pdata);
}

/* ---- doing ---- */

typedef enum { READ, FLAG, FLAG_DATED, FLAG_DONE_NOW, CATEGORIES, MOVE, DELETE, CREATE, RENAME, REMOVE, EMPTY, ACT_COUNT } Act;

static Op *folder_op(OpKind kind, int64_t folder, const char *name)
{
	Op *op = op_new(kind);

	op->account_id = 1;
	op->folder_id = folder;
	op->value.text = g_strdup(name);
	return op;
}

static Op *make_op(LiveEngine *live, int act)
{
	int64_t one = message_id(live, "Inbox", "One");
	Op *op;

	switch (act) {
	case READ:
		return op_new_mark_read(one, true);
	case FLAG:
		return op_new_flag(one, FLAG_ACTIVE, "Call back", 0);
	case FLAG_DATED:
		return op_new_flag(one, FLAG_ACTIVE, NULL, 1800000000000);
	case FLAG_DONE_NOW:
		op = op_new_flag(one, FLAG_DONE, NULL, 0);
		op->value.done_ms = 1700000000000;
		return op;
	case CATEGORIES:
		return op_new_categories(one, "Red\nBlue");
	case MOVE:
		return op_new_move(one, folder_id(live, "Box"));
	case DELETE:
		return op_new_delete(one);
	case CREATE:
		return folder_op(OP_FOLDER_CREATE, 0, "New");
	case RENAME:
		return folder_op(OP_FOLDER_UPDATE, folder_id(live, "Box"), "Chest");
	case REMOVE:
		return folder_op(OP_FOLDER_DELETE, folder_id(live, "Box"), NULL);
	default:
		return folder_op(OP_FOLDER_EMPTY, folder_id(live, "Inbox"), NULL);
	}
}

typedef struct { const char *why, *inbox, *box, *chest, *made; } Outcome;

static const Outcome outcomes[ACT_COUNT] = {
	[READ] = { "read", "One read; Two", "Three", "none", "none" },
	[FLAG] = { "flag", "One flagged; Two", "Three", "none", "none" },
	[FLAG_DATED] = { "flag with a date", "One flagged; Two", "Three", "none", "none" },
	[FLAG_DONE_NOW] = { "flag, done", "One done; Two", "Three", "none", "none" },
	[CATEGORIES] = { "categories", "One Red|Blue; Two", "Three", "none", "none" },
	[MOVE] = { "move", "Two", "One; Three", "none", "none" },
	[DELETE] = { "delete", "Two", "Three", "none", "none" },
	[CREATE] = { "make a folder", "One; Two", "Three", "none", "" },
	[RENAME] = { "rename a folder", "One; Two", "none", "Three", "none" },
	[REMOVE] = { "delete a folder", "One; Two", "none", "none", "none" },
	[EMPTY] = { "empty a folder", "", "Three", "none", "none" },
};

static const Outcome untouched = { "", "One; Two", "Three", "none", "none" };

static void prepare(LiveEngine *live, const char *version)
{
	const char *const options[] = { "--empty", "--versions", version, NULL };

	live_init(live, options);
	g_free(simulator_order(live->simulator, "create-folder folder=Box"));
	g_free(simulator_order(live->simulator, "deliver subject=One"));
	g_free(simulator_order(live->simulator, "deliver subject=Two"));
	g_free(simulator_order(live->simulator, "deliver folder=Box subject=Three"));
	live_run_once(live);
}

static void assert_outcome(LiveEngine *live, const Outcome *outcome)
{
	const char *const names[] = { "Inbox", "Box", "Chest", "New" };
	const char *const wanted[] = { outcome->inbox, outcome->box, outcome->chest, outcome->made };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *there = describe(live, names[i]);
		g_assert_cmpstr(there, ==, wanted[i]);
	}
	g_assert_cmpuint(killed_waiting(live), ==, 0);
}

/* The person's device, and another one that has seen nothing of it but what the server tells. */
static void assert_everywhere(LiveEngine *live, const Outcome *outcome)
{
	g_auto(LiveEngine) other = { 0 };
	g_autofree char *report = NULL;

	assert_outcome(live, outcome);
	live_init_beside(&other, live);
	live_run_once(&other);
	assert_outcome(&other, outcome);
	g_assert_true(store_verify(live->store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
}

/* ---- each version ---- */

static void test_each_kind(gconstpointer version)
{
	for (Act act = 0; act < ACT_COUNT; act++) {
		g_auto(LiveEngine) live = { 0 };
		bool is_possible = act != CATEGORIES || !g_str_equal(version, "12.1");

		g_test_message("%s at %s", outcomes[act].why, (const char *)version);
		prepare(&live, version);
		live_start(&live, SYNC_ONCE);
		sync_event_free(live_wait(&live, SYNC_IDLE));
		sync_op(live.client, make_op(&live, act));
		sync_event_free(live_wait(&live, is_possible ? SYNC_WRITTEN : SYNC_FAILED));
		sync_event_free(live_wait(&live, SYNC_IDLE));
		live_stop(&live);
		assert_outcome(&live, is_possible ? &outcomes[act] : &untouched);
		live_run_once(&live);
		assert_everywhere(&live, is_possible ? &outcomes[act] : &untouched);
	}
}

/* ---- faults ---- */

static const char *command_of(Act act)
{
	switch (act) {
	case MOVE:
		return "MoveItems";
	case CREATE:
		return "FolderCreate";
	case RENAME:
		return "FolderUpdate";
	case REMOVE:
		return "FolderDelete";
	case EMPTY:
		return "ItemOperations";
	default:
		return "Sync";
	}
}

/* What passes by itself, before the server has acted or after. */
static const char *const faults[] = {
	"reset", "lose", "cut=1", "cut=40", "wrong-length=100", "garbage", "html", "empty", "cut-in=20",
	"http=500", "http=502", "http=503 retry-after=1", "http=429 retry-after=1",
};

static void meet_fault(Act act, const char *fault)
{
	g_auto(LiveEngine) live = { 0 };
	g_autofree char *order = g_strdup_printf("fault cmd=%s count=1 %s", command_of(act), fault);

	g_test_message("%s, %s", outcomes[act].why, fault);
	prepare(&live, "16.1");
	live_start(&live, SYNC_ONCE);
	sync_event_free(live_wait(&live, SYNC_IDLE));
	g_free(simulator_order(live.simulator, order));
	sync_op(live.client, make_op(&live, act));
	sync_event_free(live_wait(&live, SYNC_WRITTEN));
	sync_event_free(live_wait(&live, SYNC_IDLE));
	live_stop(&live);
	live_run_once(&live);
	assert_everywhere(&live, &outcomes[act]);
}

/* And of these one fault each. */
static void test_each_fault(void)
{
	for (Act act = 0; act < ACT_COUNT; act++) {
		if (!killed_is_chosen(act))
			continue;
		int chosen = g_test_rand_int_range(0, G_N_ELEMENTS(faults));
		for (int i = 0; i < (int)G_N_ELEMENTS(faults); i++)
			if (killed_is_torture() || i == chosen)
				meet_fault(act, faults[i]);
	}
}

/* ---- what goes along with a draft ---- */

typedef struct { const char *name, *content_id; bool is_inline; } Along;

typedef struct { const char *why; Along along[2]; const char *seen; } DraftCase;

static Draft *draft_of(const DraftCase *row)
{
	Draft *draft = draft_new();

	draft->subject = g_strdup("Kept");
	for (size_t i = 0; i < G_N_ELEMENTS(row->along) && row->along[i].name; i++) {
		DraftPart *part = draft_part_new();
		part->name = g_strdup(row->along[i].name);
		part->content_id = g_strdup(row->along[i].content_id);
		part->is_inline = row->along[i].is_inline;
		part->bytes = g_bytes_new_static("x", 1);
		g_ptr_array_add(draft->parts, part);
	}
	return draft;
}

/* "dot.png dot@test inline, a.txt: has an attachment" */
static char *describe_parts(LiveEngine *live, const char *subject)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_true(store_read_message(live->reader, message_id(live, "Drafts", subject), &message, NULL));
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		g_string_append_printf(out, "%s%s%s%s%s", i ? ", " : "", part->name, part->content_id ? " " : "",
		                       part->content_id ? part->content_id : "", part->is_inline ? " inline" : "");
	}
	g_string_append(out, message->flags & MESSAGE_ATTACHMENT ? ": has an attachment" : "");
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void assert_parts(LiveEngine *live, const char *subject, const char *wanted)
{
	g_autofree char *seen = describe_parts(live, subject);

	g_assert_cmpstr(seen, ==, wanted);
}

/* Kept here and on the server; @id 0: a new one. What is returned is the caller's. */
static SyncEvent *keep_draft(LiveEngine *live, Draft *draft, int64_t id)
{
	Op *op = op_new(OP_SAVE_DRAFT);
	SyncEvent *saved;

	sync_draft_save(live->client, 1, draft, id);
	saved = live_wait(live, SYNC_DRAFT_SAVED);
	op->account_id = 1;
	op->draft_id = saved->draft_id;
	sync_op(live->client, op);
	sync_event_free(live_wait(live, SYNC_WRITTEN));
	sync_event_free(live_wait(live, SYNC_IDLE));
	return saved;
}

/* What is here says of each part what another device is told. */
static void keep_twice(LiveEngine *live, const DraftCase *row)
{
	g_autoptr(SyncEvent) first = NULL, second = NULL;
	Draft *changed;

	live_start(live, SYNC_ONCE);
	sync_event_free(live_wait(live, SYNC_IDLE));
	first = keep_draft(live, draft_of(row), 0);
	assert_parts(live, "Kept", row->seen);
	changed = draft_copy(first->draft);
	g_free(changed->subject);
	changed->subject = g_strdup("Kept again");
	second = keep_draft(live, changed, first->draft_id);
	assert_parts(live, "Kept again", row->seen);
	live_stop(live);
}

static void test_what_a_draft_carries(void)
{
	static const DraftCase rows[] = {
		{ "a file", { { "a.txt", NULL, false } }, "a.txt: has an attachment" },
		{ "a picture of the text", { { "dot.png", "dot@test", true } }, "dot.png dot@test inline" },
		{ "both", { { "dot.png", "dot@test", true }, { "a.txt", NULL, false } },
		  "dot.png dot@test inline, a.txt: has an attachment" },
		{ "a picture that no text shows", { { "dot.png", "dot@test", false } }, "dot.png dot@test: has an attachment" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(LiveEngine) live = { 0 }, other = { 0 };

		g_test_message("%s", rows[i].why);
		prepare(&live, "16.1");
		keep_twice(&live, &rows[i]);
		live_init_beside(&other, &live);
		live_run_once(&other);
		assert_parts(&other, "Kept again", rows[i].seen);
	}
}

/* ---- killed ---- */

/* Killed before the op was written it never was; later, it arrives, once. */
static void assert_after_kill(LiveEngine *live, const Outcome *outcome)
{
	g_autofree char *inbox = NULL, *box = NULL, *made = NULL;

	live_run_once(live);
	live_run_once(live);
	inbox = describe(live, "Inbox");
	box = describe(live, "Box");
	made = describe(live, "New");
	bool never_was = g_str_equal(inbox, untouched.inbox) && g_str_equal(box, untouched.box) && g_str_equal(made, "none");
	assert_everywhere(live, never_was ? &untouched : outcome);
}

static void test_killed(gconstpointer self)
{
	for (Act act = 0; act < ACT_COUNT; act++) {
		if (!killed_is_chosen(act))
			continue;
		g_auto(LiveEngine) counted = { 0 };
		prepare(&counted, "16.1");
		int points = killed_run(&counted, self, act, 0);
		assert_everywhere(&counted, &outcomes[act]);
		int step = killed_is_torture() ? 1 : points;
		g_assert_cmpint(points, >, 4);
		for (int at = killed_is_torture() ? 1 : g_test_rand_int_range(1, step + 1); at <= points; at += step) {
			g_auto(LiveEngine) live = { 0 };
			g_test_message("%s, killed at %d of %d", outcomes[act].why, at, points);
			prepare(&live, "16.1");
			killed_run(&live, self, act, at);
			assert_after_kill(&live, &outcomes[act]);
		}
	}
}

int main(int argc, char **argv)
{
	if (killed_is_child(argc, argv, make_op))
		return 0;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/sync/ops-exsim/12.1", "12.1", test_each_kind);
	g_test_add_data_func("/sync/ops-exsim/14.1", "14.1", test_each_kind);
	g_test_add_data_func("/sync/ops-exsim/16.1", "16.1", test_each_kind);
	g_test_add_func("/sync/ops-exsim/faults", test_each_fault);
	g_test_add_func("/sync/ops-exsim/draft", test_what_a_draft_carries);
	g_test_add_data_func("/sync/ops-exsim/killed", argv[0], test_killed);
	return g_test_run();
}
