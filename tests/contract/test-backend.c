/*
 * What every backend promises, whatever its protocol: backend.h and sink.h, asked of each with a server of its own.
 * A new protocol adds one line to stages[].
 */
#include <string.h>

#include "base/error.h"
#include "eas/eas.h"
#include "support/exsim.h"
#include "support/items.h"
#include "support/memory_backend.h"
#include "support/memory_server.h"
#include "support/record_pim.h"
#include "support/scene.h"
#include "support/sink.h"

/* A protocol with a server to speak to. The server has an Inbox, empty at first. */
typedef struct {
	const char    *name;
	const Backend *(*backend)(void);
	const char    *version;     /* of the protocol, to be found out by TASK_CONNECT */
	void          *(*open)(const char *version);
	void           (*close)(void *server);
	void           (*deliver)(void *server, const char *id, const char *subject);
	HttpResponse  *(*answer)(void *server, const HttpRequest *request);
	const char    *drafts;      /* the id of a folder that takes drafts; NULL: none does */
	unsigned       items;       /* of how many classes that are no mail it has a folder */
} Stage;

static const Backend *in_memory(void)
{
	return &memory_backend;
}

static void *memory_open(const char *version)
{
	MemoryServer *server = memory_server_new();

	(void)version;
	memory_server_folder(server, "5", "Inbox", FOLDER_INBOX);
	return server;
}

static void memory_close(void *server)
{
	memory_server_free(server);
}

static void memory_deliver(void *server, const char *id, const char *subject)
{
	memory_server_message(server, "5", id, subject);
}

static HttpResponse *memory_answer(void *server, const HttpRequest *request)
{
	return memory_server_answer(server, request, true);
}

static void *eas_open(const char *version)
{
	return exsim_new(version);
}

static void eas_close(void *server)
{
	exsim_free(server);
}

static void eas_deliver(void *server, const char *id, const char *subject)
{
	(void)id;
	exsim_deliver(server, subject);
}

static HttpResponse *eas_answer(void *server, const HttpRequest *request)
{
	return exsim_answer(server, request);
}

static const Stage stages[] = {
	{ "memory",   in_memory,      "1",    memory_open, memory_close, memory_deliver, memory_answer, "5", 0 },
	{ "eas-12.1", eas_backend,    "12.1", eas_open,    eas_close,    eas_deliver,    eas_answer, NULL, 3 },
	{ "eas-14.0", eas_backend,    "14.0", eas_open,    eas_close,    eas_deliver,    eas_answer, NULL, 4 },
	{ "eas-14.1", eas_backend,    "14.1", eas_open,    eas_close,    eas_deliver,    eas_answer, NULL, 4 },
	{ "eas-16.1", eas_backend,    "16.1", eas_open,    eas_close,    eas_deliver,    eas_answer, "4", 4 },
};

/* ---- a play: one client at one server ---- */

typedef struct {
	const Stage *stage;
	void        *server;
	Scene        scene;
	RecordSink   record;
	unsigned     budget;     /* items a slice */
} Play;

static void keep(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static void judge_request(const Play *play, TaskKind kind, const HttpRequest *request)
{
	bool is_listening = kind == TASK_LISTEN;

	g_assert_true(g_str_has_prefix(request->url, play->scene.account->server_url));
	g_assert_cmpint(request->timeout_s, >, 0);
	g_assert_cmpint(request->lane == LANE_PUSH, ==, is_listening);
	g_assert_true(!is_listening || request->timeout_s > play->scene.spec.heartbeat_s);
	for (guint i = 0; i < request->headers->len; i++) {
		const char *line = g_ptr_array_index(request->headers, i);
		g_assert_false(g_str_has_prefix(line, "Authorization:") || g_str_has_prefix(line, "Cookie:") ||
		               g_str_has_prefix(line, "User-Agent:"));
	}
}

/* backend.h: what a task does not use is zero. */
static TaskSpec spec_of(const Play *play, TaskKind kind)
{
	TaskSpec spec = play->scene.spec;
	bool wants_folders = kind == TASK_LISTEN || kind == TASK_ESTIMATE;

	spec.kind = kind;
	spec.folders = wants_folders ? play->scene.folders : NULL;
	spec.ops = kind == TASK_PUSH_OPS || kind == TASK_SAVE_DRAFT ? play->scene.ops : NULL;
	spec.send = NULL;
	spec.draft = kind == TASK_SAVE_DRAFT ? &play->scene.draft : NULL;
	spec.server_ids = NULL;
	spec.changes = kind == TASK_PUSH_ITEMS ? play->scene.changes : NULL;
	spec.answer = NULL;
	return spec;
}

/* Runs one task to its end. What the sink hears is in the record, which begins anew. */
static void run(Play *play, TaskKind kind, GError **err)
{
	g_autoptr(Task) task = NULL;
	Step step = STEP_ASK;

	g_string_truncate(play->record.log, 0);
	play->record.messages = play->record.pages = 0;
	TaskSpec spec = spec_of(play, kind);
	task = play->stage->backend()->begin(play->stage->backend(), &spec, err);
	g_assert_nonnull(task);
	g_assert_cmpint(task->kind, ==, kind);
	while (step == STEP_ASK) {
		g_autoptr(HttpRequest) request = task->ops->ask(task, err);
		g_assert_nonnull(request);
		judge_request(play, kind, request);
		g_autoptr(HttpResponse) response = play->stage->answer(play->server, request);
		if (!scene_take(task, response, &play->record.sink, play->budget, &step, err))
			return;
	}
	g_assert_cmpint(step, ==, STEP_DONE);
}

static void run_well(Play *play, TaskKind kind)
{
	g_autoptr(GError) error = NULL;

	run(play, kind, &error);
	g_assert_no_error(error);
}

static bool heard(const Play *play, const char *what)
{
	return strstr(play->record.log->str, what) != NULL;
}

static void page(Play *play)
{
	run_well(play, TASK_PAGE);
	g_assert_cmpuint(play->record.pages, ==, 1);
	keep(&play->scene.folder->sync_key, play->record.key);
	keep(&((Folder *)play->scene.folders->pdata[0])->sync_key, play->record.key);
}

/* Connects, accepts policies, and finds the Inbox, in which @messages wait. */
static void open_play(Play *play, const Stage *stage, unsigned messages)
{
	*play = (Play){ .stage = stage, .server = stage->open(stage->version), .budget = 1000 };
	record_sink_init(&play->record);
	scene_init(&play->scene, TASK_CONNECT, NULL);
	g_ptr_array_set_size(play->scene.folders, 1);
	for (unsigned i = 0; i < messages; i++) {
		g_autofree char *id = g_strdup_printf("m%u", i), *subject = g_strdup_printf("Mail %u", i);
		stage->deliver(play->server, id, subject);
	}
	run_well(play, TASK_CONNECT);
	g_assert_cmpstr(play->record.version, ==, stage->version);
	keep(&play->scene.state->version, play->record.version);
	run_well(play, TASK_PROVISION);
	keep(&play->scene.state->policy_key, play->record.policy_key);
	run_well(play, TASK_FOLDERS);
	g_assert_nonnull(play->record.inbox_id);
	keep(&play->scene.state->folder_key, play->record.key);
	keep(&play->scene.folder->server_id, play->record.inbox_id);
	keep(&((Folder *)play->scene.folders->pdata[0])->server_id, play->record.inbox_id);
}

static void close_play(Play *play)
{
	record_sink_clear(&play->record);
	scene_clear(&play->scene);
	play->stage->close(play->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Play, close_play)

/* The id of the first message that the last task gave. Free with g_free. */
static char *first_id(const Play *play)
{
	const char *at = strstr(play->record.log->str, "message id=");

	g_assert_nonnull(at);
	at += strlen("message id=");
	return g_strndup(at, strcspn(at, " \n"));
}

/* ---- the promises ---- */

static void test_folders(const Stage *stage)
{
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 0);
	g_assert_true(heard(&play, "full=1\n"));
	g_assert_true(g_str_has_prefix(strrchr(g_strchomp(play.record.log->str), '\n') + 1, "folder_list_end"));
	g_string_set_size(play.record.log, 0);
	run_well(&play, TASK_FOLDERS);
	g_assert_false(heard(&play, "folder id="));
}

/* The whole folder arrives page by page, each message once and whole, each page ended once and last. */
static void test_pages(const Stage *stage)
{
	g_auto(Play) play = { 0 };
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned messages = 0;

	open_play(&play, stage, 8);
	play.scene.spec.window = 3;
	do {
		page(&play);
		g_assert_cmpuint(play.record.messages, <=, 3);
		g_assert_true(g_hash_table_add(keys, g_strdup(play.record.key)));
		g_assert_false(heard(&play, "has=read"));
		messages += play.record.messages;
	} while (play.record.has_more);
	g_assert_cmpuint(messages, ==, 8);

	page(&play);
	g_assert_cmpuint(play.record.messages, ==, 0);
	g_assert_false(play.record.has_more);
}

/* A lost answer costs nothing: the same key brings the same page again. */
static void test_replay(const Stage *stage)
{
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 8);
	play.scene.spec.window = 3;
	page(&play);
	g_autofree char *key = g_strdup(play.scene.folder->sync_key);
	page(&play);
	g_autofree char *first = g_strdup(play.record.log->str);
	keep(&play.scene.folder->sync_key, key);
	page(&play);
	g_assert_cmpuint(play.record.messages, ==, 3);
	g_autofree char *first_line = g_strndup(first, strcspn(first, "\n"));
	g_assert_true(heard(&play, first_line));
}

/* Slices change nothing but the pace. */
static void test_slices(const Stage *stage)
{
	static const unsigned budgets[] = { 1, 3, 1000 };
	g_autofree char *want = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(budgets); i++) {
		g_auto(Play) play = { 0 };

		open_play(&play, stage, 40);
		play.budget = budgets[i];
		page(&play);
		g_assert_cmpuint(play.record.messages, ==, 40);
		g_autofree char *first = first_id(&play);
		if (want)
			g_assert_cmpstr(first, ==, want);
		keep(&want, first);
	}
}

static void point_ops_at(Play *play, const char *server_id)
{
	g_ptr_array_set_size(play->scene.ops, 1);
	keep(&((Op *)play->scene.ops->pdata[0])->server_id, server_id);
}

/* An op is settled by the answer, once, and what it did is there for whoever looks. */
static void test_ops(const Stage *stage)
{
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 2);
	page(&play);
	g_autofree char *id = first_id(&play);
	point_ops_at(&play, id);
	run_well(&play, TASK_PUSH_OPS);
	g_assert_cmpuint(play.record.pages, ==, 1);
	g_autofree char *heard_first = g_strndup(play.record.log->str, 20);
	g_assert_cmpstr(heard_first, ==, "op_done 100\npage_end");

	keep(&play.scene.folder->sync_key, "0");
	page(&play);
	g_assert_true(heard(&play, "flags: read\n"));
}

/* A draft is taken whole, and once: the same request again, because its answer was lost, names the same one. */
static void test_draft(const Stage *stage)
{
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 0);
	if (!stage->drafts)
		return;
	keep(&play.scene.folder->server_id, stage->drafts);
	page(&play);
	point_ops_at(&play, NULL);
	run_well(&play, TASK_SAVE_DRAFT);
	g_assert_true(heard(&play, "draft_part 0 "));
	g_assert_true(heard(&play, "op_named 100 "));
	const char *at = strstr(play.record.log->str, "op_named");
	g_autofree char *named = g_strndup(at, strcspn(at, "\n"));
	run_well(&play, TASK_SAVE_DRAFT);
	g_assert_true(heard(&play, named));
	keep(&play.scene.folder->sync_key, "0");
	page(&play);
	g_assert_cmpuint(play.record.messages, ==, 1);
	g_assert_true(heard(&play, "  subject: Lunch €\n"));
}

/* ---- items that are no mail ---- */

static PimItem *sample_event(void) { return pim_item_new(PIM_EVENT, items_event()); }
static PimItem *sample_series(void) { return pim_item_new(PIM_EVENT, items_series()); }
static PimItem *sample_holiday(void) { return pim_item_new(PIM_EVENT, items_holiday()); }
static PimItem *sample_contact(void) { return pim_item_new(PIM_CONTACT, items_contact()); }
static PimItem *sample_todo(void) { return pim_item_new(PIM_TODO, items_todo()); }
static PimItem *sample_note(void) { return pim_item_new(PIM_NOTE, items_note()); }

static const struct { FolderType type; PimItem *(*make)(void); } samples[] = {
	{ FOLDER_CALENDAR, sample_event },   { FOLDER_CALENDAR, sample_series },
	{ FOLDER_CALENDAR, sample_holiday }, { FOLDER_CONTACTS, sample_contact },
	{ FOLDER_TASKS, sample_todo },        { FOLDER_NOTES, sample_note },
};

/* Opens the folder of @type. False: the server has none, or its version of the protocol cannot sync it. */
static bool open_items(Play *play, FolderType type)
{
	g_autofree char *line = g_strdup_printf("parent=0 type=%d ", type);
	g_autoptr(Task) task = NULL;

	keep(&play->scene.state->folder_key, "0");
	run_well(play, TASK_FOLDERS);
	const char *at = strstr(play->record.log->str, line);
	if (!at)
		return false;
	while (!g_str_has_prefix(at, "folder id="))
		at--;
	g_autofree char *id = g_strndup(at + strlen("folder id="), strcspn(at + strlen("folder id="), " "));
	keep(&play->scene.folder->server_id, id);
	keep(&play->scene.folder->sync_key, "0");
	play->scene.folder->type = type;
	TaskSpec spec = spec_of(play, TASK_PAGE);
	task = play->stage->backend()->begin(play->stage->backend(), &spec, NULL);
	return task != NULL;
}

/* What every version of the protocol tells of an item, and leaves to the client. */
static char *comparable(const char *text)
{
	g_autoptr(GRegex) foreign = g_regex_new("(?m)^ +(uid|organizer|organizer_address|stamp|zone_blob|wants_response): .*\n| first=-?\\d+",
	                                        0, 0, NULL);
	const char *fields = strchr(text, '\n') + 1;
	g_autofree char *own = g_strndup(fields, strstr(fields, "page_end") ? (gsize)(strstr(fields, "page_end") - fields) : strlen(fields));

	return g_regex_replace_literal(foreign, own, -1, 0, "", 0, NULL);
}

static void assert_given(const Play *play, const PimItem *want)
{
	g_autoptr(GString) wanted = g_string_new(NULL);

	record_pim(wanted, want);
	g_autofree char *expected = comparable(wanted->str), *got = comparable(play->record.log->str);
	g_assert_cmpstr(got, ==, expected);
}

/* Everything of the folder, from its beginning. */
static void page_again(Play *play)
{
	keep(&play->scene.folder->sync_key, "0");
	page(play);
}

static char *push_new(Play *play, PimItem *item)
{
	items_change(&play->scene, NULL, item, NULL);
	run_well(play, TASK_PUSH_ITEMS);
	const char *at = strstr(play->record.log->str, "op_named 200 ");
	g_assert_nonnull(at);
	g_ptr_array_set_size(play->scene.changes, 0);
	at += strlen("op_named 200 ");
	keep(&play->scene.folder->sync_key, play->record.key);
	return g_strndup(at, strcspn(at, "\n"));
}

static void rename_item(PimItem *item)
{
	char **subject = item->kind == PIM_EVENT  ? &item->event->subject
	                 : item->kind == PIM_TODO ? &item->todo->subject
	                 : item->kind == PIM_NOTE ? &item->note->subject
	                                          : &item->contact->texts[CONTACT_FIRST_NAME];
	keep(subject, "Another name €");
}

static void push_renamed(Play *play, const char *id, PimItem *(*make)(void))
{
	g_autoptr(PimItem) renamed = make();

	rename_item(renamed);
	items_change(&play->scene, id, pim_item_copy(renamed), make());
	run_well(play, TASK_PUSH_ITEMS);
	g_assert_true(heard(play, "op_done 200\n"));
	g_ptr_array_set_size(play->scene.changes, 0);
	page_again(play);
	assert_given(play, renamed);
}

static void push_gone(Play *play, const char *id)
{
	items_change(&play->scene, id, NULL, NULL);
	run_well(play, TASK_PUSH_ITEMS);
	g_assert_true(heard(play, "op_done 200\n"));
	page_again(play);
	g_assert_cmpuint(play->record.messages, ==, 0);
}

/* What is made comes back as it was meant; a change changes what it says, and nothing else. */
static void test_items(const Stage *stage)
{
	guint classes = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_auto(Play) play = { 0 };
		g_autoptr(PimItem) want = samples[i].make();

		open_play(&play, stage, 0);
		if (!open_items(&play, samples[i].type))
			continue;
		classes |= 1u << want->kind;
		page(&play);
		g_autofree char *id = push_new(&play, samples[i].make());
		page(&play);
		g_assert_cmpuint(play.record.messages, ==, 0);
		page_again(&play);
		g_assert_cmpuint(play.record.messages, ==, 1);
		assert_given(&play, want);
		push_renamed(&play, id, samples[i].make);
		push_gone(&play, id);
	}
	g_assert_cmpint(__builtin_popcount(classes), ==, (int)stage->items);
}

/* The answer to a new item is lost: the same request again names the same one. */
static void test_items_lost(const Stage *stage)
{
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 0);
	if (!open_items(&play, FOLDER_CALENDAR))
		return;
	page(&play);
	g_autofree char *key = g_strdup(play.scene.folder->sync_key);
	g_autofree char *id = push_new(&play, sample_event());
	keep(&play.scene.folder->sync_key, key);
	g_autofree char *again = push_new(&play, sample_event());
	g_assert_cmpstr(id, ==, again);
	page_again(&play);
	g_assert_cmpuint(play.record.messages, ==, 1);
}

/* A series moves by an hour with its exceptions, one date more is cancelled, and all of it is there afterwards. */
static void test_series(const Stage *stage)
{
	g_auto(Play) play = { 0 };
	g_autoptr(PimItem) moved = sample_series();
	const int64_t hour_ms = 60 * 60 * 1000;

	open_play(&play, stage, 0);
	if (!open_items(&play, FOLDER_CALENDAR))
		return;
	page(&play);
	g_autofree char *id = push_new(&play, sample_series());
	moved->event->start_ms += hour_ms;
	moved->event->end_ms += hour_ms;
	for (guint i = 0; i < 2; i++)
		((EventException *)moved->event->exceptions->pdata[i])->original_ms += hour_ms;
	EventException *cancelled = event_exception_new(moved->event->start_ms + INT64_C(140) * 24 * hour_ms);
	cancelled->is_deleted = true;
	g_ptr_array_add(moved->event->exceptions, cancelled);
	items_change(&play.scene, id, pim_item_copy(moved), sample_series());
	run_well(&play, TASK_PUSH_ITEMS);
	g_assert_true(heard(&play, "op_done 200\n"));
	page_again(&play);
	assert_given(&play, moved);
}

static void test_listen(const Stage *stage)
{
	g_auto(Play) play = { 0 };
	g_autofree char *want = NULL;

	open_play(&play, stage, 1);
	page(&play);
	play.scene.spec.heartbeat_s = 120;
	run_well(&play, TASK_LISTEN);
	g_assert_cmpstr(play.record.log->str, ==, "");
	stage->deliver(play.server, "new", "New");
	run_well(&play, TASK_LISTEN);
	want = g_strdup_printf("folder_behind %s\n", play.scene.folder->server_id);
	g_assert_cmpstr(play.record.log->str, ==, want);
}

static void test_estimate(const Stage *stage)
{
	g_auto(Play) play = { 0 };
	g_autofree char *want = NULL;

	open_play(&play, stage, 2);
	page(&play);
	stage->deliver(play.server, "new1", "New");
	stage->deliver(play.server, "new2", "New");
	run_well(&play, TASK_ESTIMATE);
	want = g_strdup_printf("estimate %s 2\n", play.scene.folder->server_id);
	g_assert_cmpstr(play.record.log->str, ==, want);
}

static void test_fetch(const Stage *stage)
{
	static const TaskKind kinds[] = { TASK_FETCH_BODY, TASK_FETCH_MIME };
	g_auto(Play) play = { 0 };

	open_play(&play, stage, 1);
	page(&play);
	g_autofree char *id = first_id(&play);
	play.scene.spec.server_id = id;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_clear_pointer(&play.record.fetched, g_bytes_unref);
		run_well(&play, kinds[i]);
		g_assert_nonnull(play.record.fetched);
		g_assert_cmpuint(g_bytes_get_size(play.record.fetched), >, 0);
		g_assert_true(g_str_has_prefix(play.record.log->str, "fetched "));
	}
}

/* A task may be dropped at any point of its life. */
static void test_dropped(const Stage *stage)
{
	g_auto(Play) play = { 0 };
	Step step = STEP_DONE;

	open_play(&play, stage, 40);
	keep(&play.scene.folder->sync_key, "0");
	page(&play);
	for (int life = 0; life < 3; life++) {
		TaskSpec spec = spec_of(&play, TASK_PAGE);
		g_autoptr(Task) task = stage->backend()->begin(stage->backend(), &spec, NULL);
		g_autoptr(HttpRequest) request = life > 0 ? task->ops->ask(task, NULL) : NULL;
		g_autoptr(HttpResponse) response = life > 1 ? stage->answer(play.server, request) : NULL;
		if (response)
			g_assert_true(task->ops->take(task, response, &play.record.sink, &step, NULL));
	}
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*test)(const Stage *stage); } promises[] = {
		{ "folders", test_folders }, { "pages", test_pages },   { "replay", test_replay },
		{ "slices", test_slices },   { "ops", test_ops },       { "listen", test_listen },
		{ "estimate", test_estimate }, { "fetch", test_fetch }, { "dropped", test_dropped },
		{ "draft", test_draft },     { "items", test_items },   { "items-lost", test_items_lost },
		{ "series", test_series },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t s = 0; s < G_N_ELEMENTS(stages); s++)
		for (size_t p = 0; p < G_N_ELEMENTS(promises); p++) {
			g_autofree char *path = g_strconcat("/contract/", stages[s].name, "/", promises[p].name, NULL);
			g_test_add_data_func(path, &stages[s], (GTestDataFunc)(void *)promises[p].test);
		}
	return g_test_run();
}
