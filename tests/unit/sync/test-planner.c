#include "sync/batch.h"
#include "sync/planner.h"

enum { NOW = 1000000 };

static Folder *make_folder(int64_t id, FolderType type, const char *sync_key, bool is_behind)
{
	Folder *folder = folder_new();

	folder->id = id;
	folder->type = type;
	folder->server_id = g_strdup_printf("s%d", (int)id);
	folder->name = g_strdup_printf("folder %d", (int)id);
	folder->sync_key = g_strdup(sync_key);
	folder->is_behind = is_behind;
	return folder;
}

/* An account that is connected and up to date: Inbox 1, Sent 2, Drafts 3, two folders of the
 * person's own, and a calendar. */
static Session *make_session(SyncMode mode)
{
	static const FolderType types[] = { FOLDER_INBOX,     FOLDER_SENT,      FOLDER_DRAFTS,
		                            FOLDER_USER_MAIL, FOLDER_USER_MAIL, FOLDER_CALENDAR };
	g_autoptr(Account) account = account_new();
	AccountState *state = g_new0(AccountState, 1);
	GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	Session *session;

	account->name = g_strdup("work");
	state->version = g_strdup("14.1");
	state->commands = g_strdup("Sync,FolderSync,Ping,Settings,GetItemEstimate");
	state->is_device_told = true;
	session = session_new(account, NULL, state, mode);
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		g_ptr_array_add(folders, make_folder(i + 1, types[i], "7", false));
	session_take_folders(session, folders);
	for (guint i = 0; i < session->tracks->len; i++)
		session_track_at(session, i)->is_wanted = false;
	session->has_password = true;
	return session;
}

static void add_op(Session *session, int64_t folder_id)
{
	Op *op = op_new_mark_read(77, 1);

	op->folder_id = folder_id;
	g_ptr_array_add(session->ops, op);
}

static void add_deletion(Session *session, int64_t folder_id, int64_t group_id, int64_t next_ms)
{
	Op *op = op_new(OP_FOLDER_DELETE);

	op->folder_id = folder_id;
	op->group_id = group_id;
	op->next_ms = next_ms;
	g_ptr_array_add(session->ops, op);
}

static void add_wish(Session *session)
{
	Wish *wish = wish_new(TASK_FETCH_BODY, 5, 77);

	wish->folder_id = 1;
	session_add_wish(session, wish);
}

static void want(Session *session, int64_t folder_id)
{
	session_track(session, folder_id)->is_wanted = true;
}

/* ---- the order ---- */

/* Each step of the order makes the ones below it wait. */
typedef enum {
	OF_WIPE,
	OF_PASSWORD,
	OF_CONNECT,
	OF_PROVISION,
	OF_DEVICE,
	OF_FOLDERS,
	OF_OPS,
	OF_WISH,
	OF_PAGE,
	OF_LISTEN,
	OF_COUNT
} Need;

static void add_need(Session *session, Need need)
{
	switch (need) {
	case OF_WIPE:      session->is_wipe_due = true; break;
	case OF_PASSWORD:  session->has_password = false; break;
	case OF_CONNECT:   session->wants_connect = true; break;
	case OF_PROVISION: session->wants_provision = true; break;
	case OF_DEVICE:    session->state->is_device_told = false; break;
	case OF_FOLDERS:   session->wants_folders = true; break;
	case OF_OPS:       add_op(session, 4); break;
	case OF_WISH:      add_wish(session); break;
	case OF_PAGE:      want(session, 5); break;
	default:           break;
	}
}

static void test_order(void)
{
	static const struct { PlanKind kind; TaskKind task; Slot slot; } plans[] = {
		[OF_WIPE]      = { PLAN_WIPE,     0,               0 },
		[OF_PASSWORD]  = { PLAN_PASSWORD, 0,               0 },
		[OF_CONNECT]   = { PLAN_TASK,     TASK_CONNECT,    SLOT_COMMAND },
		[OF_PROVISION] = { PLAN_TASK,     TASK_PROVISION,  SLOT_COMMAND },
		[OF_DEVICE]    = { PLAN_TASK,     TASK_DEVICE,     SLOT_COMMAND },
		[OF_FOLDERS]   = { PLAN_TASK,     TASK_FOLDERS,    SLOT_COMMAND },
		[OF_OPS]       = { PLAN_TASK,     TASK_PUSH_OPS,   SLOT_COMMAND },
		[OF_WISH]      = { PLAN_TASK,     TASK_FETCH_BODY, SLOT_FETCH_FIRST },
		[OF_PAGE]      = { PLAN_TASK,     TASK_PAGE,       SLOT_COMMAND },
		[OF_LISTEN]    = { PLAN_TASK,     TASK_LISTEN,     SLOT_PUSH },
	};

	for (Need first = 0; first < OF_COUNT; first++) {
		g_autoptr(Session) session = make_session(SYNC_WATCH);
		for (Need need = first; need < OF_COUNT; need++)
			/* A page of the command lane goes on while content is fetched in its own.
			 */
			if (!(first == OF_WISH && need == OF_PAGE))
				add_need(session, need);

		Plan plan = planner_next(session, NOW);
		g_test_message("step %d", (int)first);
		g_assert_cmpint(plan.kind, ==, plans[first].kind);
		if (plan.kind == PLAN_TASK) {
			g_assert_cmpint(plan.task, ==, plans[first].task);
			g_assert_cmpint(plan.slot, ==, plans[first].slot);
		}
	}
}

static void test_folders_go_by_worth(void)
{
	static const struct { const char *why; int64_t screen, wanted[3], first; } rows[] = {
		{ "the Inbox before others",        0, { 5, 1, 2 }, 1 },
		{ "the folder on the screen first", 5, { 5, 1, 2 }, 5 },
		{ "Sent before Drafts",             0, { 5, 3, 2 }, 2 },
		{ "Drafts before others",           0, { 5, 3, 4 }, 3 },
		{ "Drafts before the calendar",     0, { 6, 3, 4 }, 3 },
		{ "the calendar before others",     0, { 5, 6, 4 }, 6 },
		{ "then the smaller one",           0, { 4, 5, 5 }, 5 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Session) session = make_session(SYNC_WATCH);
		for (guint j = 0; j < 3; j++)
			want(session, rows[i].wanted[j]);
		session_track(session, 4)->total = 900;
		session_track(session, 5)->total = 20;
		session->screen_folder_id = rows[i].screen;

		Plan plan = planner_next(session, NOW);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(plan.task, ==, TASK_PAGE);
		g_assert_cmpint(plan.track->folder->id, ==, rows[i].first);
	}
}

/* ---- lanes ---- */

static void test_lanes_do_not_wait_for_each_other(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	session->is_busy[SLOT_PUSH] = true;
	add_op(session, 1);
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_PUSH_OPS);
	session->is_busy[SLOT_COMMAND] = true;
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
	add_wish(session);
	g_assert_cmpint(planner_next(session, NOW).slot, ==, SLOT_FETCH_FIRST);
	session->is_busy[SLOT_FETCH_FIRST] = true;
	g_assert_cmpint(planner_next(session, NOW).slot, ==, SLOT_FETCH_SECOND);
	session->is_busy[SLOT_FETCH_SECOND] = true;
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
}

static void test_nothing_passes_the_entrance(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	session->wants_connect = true;
	session->is_busy[SLOT_COMMAND] = true;
	add_wish(session);
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
}

static void test_an_equal_wish_is_one(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);
	Wish *other = wish_new(TASK_FETCH_BODY, 6, 77);

	other->folder_id = 1;
	add_wish(session);
	session_add_wish(session, other);
	g_assert_cmpuint(session->wishes->len, ==, 1);
	g_assert_cmpuint(planner_next(session, NOW).wish->ids->len, ==, 2);
	session_add_wish(session, wish_new(TASK_FETCH_MIME, 7, 77));
	g_assert_cmpuint(session->wishes->len, ==, 2);
}

/* ---- waiting ---- */

static void test_what_failed_waits_and_wakes(void)
{
	g_autoptr(Session) session = make_session(SYNC_ONCE);
	Plan plan;

	want(session, 1);
	session_track(session, 1)->backoff = (Backoff){ 1, NOW + 500, ERR_SERVER };
	plan = planner_next(session, NOW);
	g_assert_cmpint(plan.kind, ==, PLAN_NOTHING);
	g_assert_cmpint(plan.wake_ms, ==, NOW + 500);
	want(session, 2);
	g_assert_cmpint(planner_next(session, NOW).track->folder->id, ==, 2);
	g_assert_cmpint(planner_next(session, NOW + 500).track->folder->id, ==, 1);
	session->backoff = (Backoff){ 1, NOW + 900, ERR_NETWORK };
	plan = planner_next(session, NOW + 500);
	g_assert_cmpint(plan.kind, ==, PLAN_NOTHING);
	g_assert_cmpint(plan.wake_ms, ==, NOW + 900);
}

static void test_refused_ops_do_not_stop_pages(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	add_op(session, 1);
	want(session, 1);
	session_track(session, 1)->ops_backoff = (Backoff){ 1, NOW + 500, ERR_SERVER };
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_PAGE);
}

static void test_an_op_without_key_gets_a_page_first(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);
	Track *track = session_track(session, 1);

	add_op(session, 1);
	g_free(track->folder->sync_key);
	track->folder->sync_key = g_strdup("0");
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_PAGE);
}

/* The ops of one deletion are a group, the innermost folder first. */
static void test_a_folder_waits_for_what_lies_in_it(void)
{
	static const struct { const char *why; int64_t next_ms, group_id; guint ready; } rows[] = {
		{ "the inner one is tried again later", NOW + 5, 7, 0 },
		{ "the inner one may go now", 0, 7, 1 },
		{ "one of another action", NOW + 5, 8, 1 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Session) session = make_session(SYNC_WATCH);
		int64_t wake_ms;

		g_test_message("%s", rows[i].why);
		add_deletion(session, 5, 7, rows[i].next_ms);
		add_deletion(session, 4, rows[i].group_id, 0);
		g_autoptr(GPtrArray) ready = batch_ready(session, NOW, &wake_ms);
		g_assert_cmpuint(ready->len, ==, rows[i].ready);
	}
}

/* Ops of items: one an item at a time, those of a folder together, answers alone. */
static void test_items_go_in_their_order(void)
{
	static const struct {
		const char *why;
		struct { OpKind kind; int64_t item_id, folder_id; } ops[3];
		guint ready, together;
	} rows[] = {
		{ "two of one folder", { { OP_ITEM_SAVE, 7, 4 }, { OP_ITEM_DELETE, 8, 4 } }, 2, 2 },
		{ "of two folders", { { OP_ITEM_SAVE, 7, 4 }, { OP_ITEM_SAVE, 8, 5 } }, 2, 1 },
		{ "one item twice", { { OP_ITEM_SAVE, 7, 4 }, { OP_OCCURRENCE, 7, 4 } }, 1, 1 },
		{ "an answer and a change", { { OP_RESPOND, 7, 4 }, { OP_ITEM_SAVE, 8, 4 } }, 2, 1 },
		{ "a mark of mail beside", { { OP_ITEM_SAVE, 7, 4 }, { OP_MARK_READ, 0, 4 } }, 2, 1 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Session) session = make_session(SYNC_WATCH);
		int64_t wake_ms;
		g_test_message("%s", rows[i].why);
		for (int j = 0; j < 3 && rows[i].ops[j].folder_id; j++) {
			Op *op = op_new(rows[i].ops[j].kind);
			op->item_id = rows[i].ops[j].item_id;
			op->message_id = op->item_id ? 0 : 77;
			op->folder_id = rows[i].ops[j].folder_id;
			op->server_id = g_strdup("4:1");
			g_ptr_array_add(session->ops, op);
		}
		g_autoptr(GPtrArray) ready = batch_ready(session, NOW, &wake_ms);
		g_assert_cmpuint(ready->len, ==, rows[i].ready);
		g_autoptr(GPtrArray) batch = batch_fill(ready, ready->pdata[0], BATCH_MOST);
		g_assert_cmpuint(batch->len, ==, rows[i].together);
	}
}

static void test_a_question_parks(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);
	Plan plan;

	want(session, 1);
	session->question = question_new(QUESTION_PASSWORD, 1, "work");
	session->parked_until_ms = INT64_MAX;
	plan = planner_next(session, NOW);
	g_assert_cmpint(plan.kind, ==, PLAN_NOTHING);
	g_assert_cmpint(plan.wake_ms, ==, INT64_MAX);
	session->is_wipe_due = true;
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_WIPE);
	session->is_busy[SLOT_COMMAND] = true;         /* the acknowledgement is on its way */
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
}

static void test_the_guard_holds_back(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	want(session, 1);
	for (int i = 0; i < GUARD_REQUESTS; i++) {
		guard_note_sent(&session->guard, NOW);
		guard_note_failed(&session->guard, NOW);
	}
	g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
	g_assert_cmpint(planner_next(session, NOW).wake_ms, ==, NOW + GUARD_WINDOW_MS);
}

/* What a run that ends does while the guard holds it back for a minute. */
static void test_a_run_that_ends_leaves_what_failed(void)
{
	static const struct { const char *why; SyncMode mode; guint failed, untried; int64_t wake_ms; } rows[] = {
		{ "only what failed is left",       SYNC_ONCE,  1, 0, INT64_MAX },
		{ "one was not tried yet",          SYNC_ONCE,  1, 1, NOW + GUARD_WINDOW_MS },
		{ "none was, and nothing worked",   SYNC_ONCE,  2, 4, INT64_MAX },
		{ "a run that stays has the time",  SYNC_WATCH, 1, 0, NOW + GUARD_WINDOW_MS },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Session) session = make_session(rows[i].mode);

		g_test_message("%s", rows[i].why);
		for (guint t = 0; t < rows[i].failed + rows[i].untried; t++) {
			session_track_at(session, t)->is_wanted = true;
			if (t < rows[i].failed)
				session_track_at(session, t)->backoff = (Backoff){ 1, NOW, ERR_PROTOCOL };
		}
		for (int g = 0; g < GUARD_REQUESTS; g++) {
			guard_note_sent(&session->guard, NOW);
			guard_note_failed(&session->guard, NOW);
		}
		g_assert_cmpint(planner_next(session, NOW).kind, ==, PLAN_NOTHING);
		g_assert_cmpint(planner_next(session, NOW).wake_ms, ==, rows[i].wake_ms);
	}
}

/* ---- looking ---- */

static void test_one_estimate_looks_at_many(void)
{
	g_autoptr(Session) session = make_session(SYNC_ONCE);
	g_autoptr(GPtrArray) tracks = NULL;

	session_want_look(session);
	session->wants_folders = false;
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_ESTIMATE);
	g_assert_null(planner_next(session, NOW).track);
	tracks = planner_folders_to_estimate(session, NOW);
	g_assert_cmpuint(tracks->len, ==, 6);
	session->is_estimate_refused = true;
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_PAGE);
}

static void test_a_long_folder_is_measured_once(void)
{
	g_autoptr(Session) session = make_session(SYNC_ONCE);
	Track *track = session_track(session, 1);

	track->folder->is_behind = true;
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_ESTIMATE);
	g_assert_true(planner_next(session, NOW).track == track);
	track->is_estimated = true;
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_PAGE);
}

/* ---- listening ---- */

static void test_only_what_is_committed_is_watched(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);
	Track *track = session_track(session, 3);

	g_free(track->folder->sync_key);
	track->folder->sync_key = g_strdup("0");
	want(session, 2);
	session->is_busy[SLOT_COMMAND] = true;
	g_assert_cmpint(planner_next(session, NOW).task, ==, TASK_LISTEN);

	g_autoptr(GPtrArray) tracks = planner_folders_to_watch(session);
	g_assert_cmpuint(tracks->len, ==, 4);
	g_assert_cmpint(((Track *)g_ptr_array_index(tracks, 0))->folder->type, ==, FOLDER_INBOX);
}

static void test_the_servers_maximum_keeps_the_inbox(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	session->push.folder_limit = 1;
	g_autoptr(GPtrArray) tracks = planner_folders_to_watch(session);
	g_assert_cmpuint(tracks->len, ==, 1);
	g_assert_cmpint(((Track *)g_ptr_array_index(tracks, 0))->folder->id, ==, 1);
}

static void test_when_not_to_listen(void)
{
	static const struct {
		const char *why;
		SyncMode mode;
		bool is_refused, is_inbox_behind;
	} rows[] = {
		{ "a run that ends", SYNC_ONCE, false, false },
		{ "only wishes", SYNC_ON_DEMAND, false, false },
		{ "push does not work here", SYNC_WATCH, true, false },
		{ "the Inbox is not ready yet", SYNC_WATCH, false, true },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Session) session = make_session(rows[i].mode);
		session->push.is_refused = rows[i].is_refused;
		session_track(session, 1)->is_wanted = rows[i].is_inbox_behind;
		session->is_busy[SLOT_COMMAND] = true;
		session->poll_at_ms = NOW + 60;

		Plan plan = planner_next(session, NOW);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(plan.kind, ==, PLAN_NOTHING);
		g_assert_cmpint(plan.wake_ms, ==, NOW + 60);
	}
}

static void test_a_narrow_ping_is_stale(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);

	session->is_busy[SLOT_PUSH] = true;
	session->listened = 6;
	g_assert_false(planner_is_ping_stale(session, NOW));
	session->listened = 2;
	g_assert_true(planner_is_ping_stale(session, NOW));
	want(session, 5);
	g_assert_false(planner_is_ping_stale(session, NOW));
}

/* ---- rows ---- */

static void test_new_rows_keep_what_is_in_mind(void)
{
	g_autoptr(Session) session = make_session(SYNC_WATCH);
	GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);

	session_track(session, 1)->resyncs = 1;
	g_ptr_array_add(folders, make_folder(9, FOLDER_USER_MAIL, "0", false));
	g_ptr_array_add(folders, make_folder(1, FOLDER_INBOX, "8", false));
	session_take_folders(session, folders);
	g_assert_cmpuint(session->tracks->len, ==, 2);
	g_assert_cmpint(session_track(session, 1)->resyncs, ==, 1);
	g_assert_cmpstr(session_track(session, 1)->folder->sync_key, ==, "8");
	g_assert_true(session_track(session, 9)->is_wanted);
	g_assert_null(session_track(session, 4));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/planner/order", test_order);
	g_test_add_func("/sync/planner/folders-go-by-worth", test_folders_go_by_worth);
	g_test_add_func("/sync/planner/lanes-do-not-wait-for-each-other",
	                test_lanes_do_not_wait_for_each_other);
	g_test_add_func("/sync/planner/nothing-passes-the-entrance",
	                test_nothing_passes_the_entrance);
	g_test_add_func("/sync/planner/an-equal-wish-is-one", test_an_equal_wish_is_one);
	g_test_add_func("/sync/planner/what-failed-waits-and-wakes",
	                test_what_failed_waits_and_wakes);
	g_test_add_func("/sync/planner/refused-ops-do-not-stop-pages",
	                test_refused_ops_do_not_stop_pages);
	g_test_add_func("/sync/planner/an-op-without-key-gets-a-page-first",
	                test_an_op_without_key_gets_a_page_first);
	g_test_add_func("/sync/planner/a-folder-waits-for-what-lies-in-it",
	                test_a_folder_waits_for_what_lies_in_it);
	g_test_add_func("/sync/planner/a-question-parks", test_a_question_parks);
	g_test_add_func("/sync/planner/the-guard-holds-back", test_the_guard_holds_back);
	g_test_add_func("/sync/planner/one-estimate-looks-at-many",
	                test_one_estimate_looks_at_many);
	g_test_add_func("/sync/planner/a-long-folder-is-measured-once",
	                test_a_long_folder_is_measured_once);
	g_test_add_func("/sync/planner/only-what-is-committed-is-watched",
	                test_only_what_is_committed_is_watched);
	g_test_add_func("/sync/planner/the-servers-maximum-keeps-the-inbox",
	                test_the_servers_maximum_keeps_the_inbox);
	g_test_add_func("/sync/planner/a-run-that-ends-leaves-what-failed",
	                test_a_run_that_ends_leaves_what_failed);
	g_test_add_func("/sync/planner/when-not-to-listen", test_when_not_to_listen);
	g_test_add_func("/sync/planner/a-narrow-ping-is-stale", test_a_narrow_ping_is_stale);
	g_test_add_func("/sync/session/new-rows-keep-what-is-in-mind",
	                test_new_rows_keep_what_is_in_mind);
	g_test_add_func("/sync/planner/items-go-in-their-order", test_items_go_in_their_order);
	return g_test_run();
}
