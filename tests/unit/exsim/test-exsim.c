/* The simulator judged without a network: what a device is told, key by key. */
#include <gmime/gmime.h>
#include <string.h>

#include "base/clock.h"
#include "exsim/answer.h"
#include "exsim/control.h"
#include "exsim/fault.h"
#include "exsim/generate.h"
#include "exsim/generate-pim.h"
#include "exsim/pim.h"
#include "exsim/sample.h"
#include "exsim/state.h"
#include "exsim/world.h"

#define NOW_MS INT64_C(1772442000000)       /* 2026-03-02T09:00:00Z */
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* ---- a folder of @count messages, one a day, the newest of today ---- */

typedef struct { Source source; guint count; } Days;

static guint days_count(const Source *source) { return ((const Days *)source)->count; }
static int64_t days_date(const Source *source, guint n) { return NOW_MS - (int64_t)(days_count(source) - 1 - n) * DAY_MS; }
static ItemState days_state(const Source *source, guint n) { (void)source; return (ItemState){ .is_read = n % 2 }; }
static void days_free(Source *source) { g_free(source); }

static GBytes *days_mime(const Source *source, guint n)
{
	(void)source;
	char *text = g_strdup_printf("From: a@example.test\r\nTo: alice@example.test\r\nSubject: Day %u\r\n\r\nBody %u\r\n", n, n);
	return g_bytes_new_take(text, strlen(text));
}

static Mail *days_mail(const Source *source, guint n)
{
	g_autoptr(GBytes) mime = days_mime(source, n);
	return mail_from_mime(mime, days_date(source, n));
}

static Source *days_new(guint count)
{
	Days *days = g_new0(Days, 1);

	*days = (Days){ { days_count, days_date, days_mail, days_mime, days_state, days_free }, count };
	return &days->source;
}

/* ---- plans ---- */

typedef struct {
	Collection  *folder;
	SyncChannel *channel;
	int          device;        /* its address is the device */
} Fixture;

static void setup(Fixture *f, gconstpointer count)
{
	f->folder = collection_new("5", "0", "Inbox", FOLDER_INBOX, days_new(GPOINTER_TO_UINT(count)));
	f->channel = sync_channel_new();
	sync_channel_start(f->channel, f->folder);
}

static void teardown(Fixture *f, gconstpointer count)
{
	(void)count;
	sync_channel_free(f->channel);
	collection_free(f->folder);
}

/* "+4 +3 ~1 -0 s2": what a plan tells, in order. */
static char *plan_words(const GArray *plan, bool more)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < plan->len; i++) {
		const PlanStep *step = &g_array_index(plan, PlanStep, i);
		g_string_append_printf(out, "%s%c%u", i ? " " : "", "+~-s"[step->kind], step->item);
	}
	return g_strdup_printf("%s%s", out->str, more ? " more" : "");
}

/* Takes the next page as a client would, and commits it. */
static void assert_page(Fixture *f, guint window, const char *expected)
{
	bool more;
	SyncState *next = sync_state_copy(f->channel->now);
	GArray *plan = sync_state_advance(next, f->folder, &f->device, window, &more);
	g_autofree char *words = plan_words(plan, more);
	SyncOutcome outcome = { .plan = plan, .has_more = more };

	sync_channel_commit(f->channel, KEY_NOW, next, &outcome, "digest");
	g_assert_cmpstr(words, ==, expected);
}

static void filter(Fixture *f, int type, int64_t now_ms)
{
	sync_state_set_options(f->channel->now, f->folder, &(SyncOptions){ .filter = type }, now_ms);
}

static void test_pages_newest_first(Fixture *f, gconstpointer count)
{
	(void)count;
	assert_page(f, 2, "+4 +3 more");
	assert_page(f, 2, "+2 +1 more");
	assert_page(f, 2, "+0");
	assert_page(f, 2, "");
}

static void test_exact_page_has_no_more(Fixture *f, gconstpointer count)
{
	(void)count;
	assert_page(f, 5, "+4 +3 +2 +1 +0");
}

static void test_changes_come_first(Fixture *f, gconstpointer count)
{
	ItemState read = { .is_read = true };

	(void)count;
	assert_page(f, 2, "+4 +3 more");
	collection_set_state(f->folder, 4, read, ITEM_READ, NULL);
	collection_set_state(f->folder, 1, read, ITEM_READ, NULL);      /* not told yet: comes as it is, when it comes */
	collection_remove(f->folder, 3, NULL);
	collection_remove(f->folder, 0, NULL);
	assert_page(f, 9, "~4 +1 -3 +2");
}

static void test_changes_of_one_item_join(Fixture *f, gconstpointer count)
{
	ItemState state = { .is_read = true, .flag = 2 };
	bool more;

	(void)count;
	assert_page(f, 9, "+4 +3 +2 +1 +0");
	collection_set_state(f->folder, 2, state, ITEM_READ, NULL);
	collection_set_state(f->folder, 2, state, ITEM_FLAG, NULL);
	g_autoptr(SyncState) next = sync_state_copy(f->channel->now);
	g_autoptr(GArray) plan = sync_state_advance(next, f->folder, &f->device, 9, &more);
	g_assert_cmpuint(plan->len, ==, 1);
	g_assert_cmpuint(g_array_index(plan, PlanStep, 0).mask, ==, ITEM_READ | ITEM_FLAG);
}

static void test_own_changes_are_not_told(Fixture *f, gconstpointer count)
{
	ItemState read = { .is_read = true };
	int other;

	(void)count;
	assert_page(f, 9, "+4 +3 +2 +1 +0");
	collection_set_state(f->folder, 2, read, ITEM_READ, &f->device);
	assert_page(f, 9, "");
	collection_set_state(f->folder, 2, read, ITEM_READ, &other);
	assert_page(f, 9, "~2");
}

static void test_filter_moves_the_window(Fixture *f, gconstpointer count)
{
	(void)count;
	filter(f, 2, NOW_MS);                       /* three days and today */
	assert_page(f, 9, "+4 +3 +2 +1");
	filter(f, 1, NOW_MS);
	assert_page(f, 9, "s2 s1");
	filter(f, 0, NOW_MS);
	assert_page(f, 9, "+2 +1 +0");
	filter(f, 1, NOW_MS + DAY_MS);              /* nobody changed it, but a day passed */
	assert_page(f, 9, "s3 s2 s1 s0");
}

static void test_old_arrival_stays_out(Fixture *f, gconstpointer count)
{
	g_autoptr(GBytes) mime = g_bytes_new_static("Subject: x\r\n\r\n", 14);

	(void)count;
	filter(f, 1, NOW_MS);
	assert_page(f, 9, "+4 +3");
	collection_add(f->folder, mime, NOW_MS - 9 * DAY_MS, (ItemState){ 0 }, NULL);
	collection_add(f->folder, mime, NOW_MS, (ItemState){ 0 }, NULL);
	assert_page(f, 9, "+6");
}

static void test_keys(Fixture *f, gconstpointer count)
{
	g_autofree char *first = sync_channel_key(f->channel, f->channel->now);
	(void)count;

	g_assert_cmpint(sync_channel_judge(f->channel, first, "digest"), ==, KEY_NOW);
	g_assert_cmpint(sync_channel_judge(NULL, first, "digest"), ==, KEY_UNKNOWN);
	assert_page(f, 2, "+4 +3 more");
	g_autofree char *second = sync_channel_key(f->channel, f->channel->now);
	g_assert_cmpint(sync_channel_judge(f->channel, second, "other"), ==, KEY_NOW);
	g_assert_cmpint(sync_channel_judge(f->channel, first, "digest"), ==, KEY_REPEATED);
	g_assert_cmpint(sync_channel_judge(f->channel, first, "other"), ==, KEY_BEFORE);
	assert_page(f, 2, "+2 +1 more");
	g_assert_cmpint(sync_channel_judge(f->channel, first, "digest"), ==, KEY_UNKNOWN);
	sync_channel_start(f->channel, f->folder);
	g_assert_cmpint(sync_channel_judge(f->channel, second, "digest"), ==, KEY_UNKNOWN);
}

/* ---- whole commands ---- */

typedef struct {
	ManualClock clock;
	World      *world;
	User       *alice;
	Device     *device;
} Site;

static void site_setup(Site *s, gconstpointer data)
{
	(void)data;
	manual_clock_init(&s->clock, NOW_MS);
	s->world = world_new(&s->clock.clock, 0);
	s->alice = world_add_user(s->world, "alice", "Alice Example", "wonderland");
	collection_fill(user_folder_of_type(s->alice, FOLDER_INBOX), days_new(5));
	s->device = user_device(s->alice, "DEV1", "test");
}

static void site_teardown(Site *s, gconstpointer data)
{
	(void)data;
	world_free(s->world);
}

/* Answers @writer's document in the protocol's @version; *ret_answer is the caller's to clear. */
static Element *ask_in(Site *s, int version, const char *cmd, WbxmlWriter *writer, Answer *ret_answer)
{
	g_autoptr(GError) err = NULL;
	Request request = { .world = s->world, .user = s->alice, .device = s->device, .cmd = g_strdup(cmd), .version = version,
	                    .body = wbxml_writer_finish(writer), .began_ms = clock_uptime_ms(&s->clock.clock) };

	*ret_answer = (Answer){ .http = 200, .headers = g_ptr_array_new_with_free_func(g_free) };
	request.digest = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, request.body);
	answer_request(&request, ret_answer);
	request_clear(&request);
	Element *root = ret_answer->body ? element_read(ret_answer->body, &err) : NULL;
	g_assert_no_error(err);
	return root;
}

static Element *ask(Site *s, const char *cmd, WbxmlWriter *writer, Answer *ret_answer)
{
	return ask_in(s, 141, cmd, writer, ret_answer);
}

static void write_sync(WbxmlWriter *w, const char *key, const char *read_item)
{
	wbxml_open(w, WBXML_AirSync_Sync);
	wbxml_open(w, WBXML_AirSync_Collections);
	wbxml_open(w, WBXML_AirSync_Collection);
	wbxml_text(w, WBXML_AirSync_SyncKey, key);
	wbxml_text(w, WBXML_AirSync_CollectionId, "5");
	if (read_item) {
		wbxml_open(w, WBXML_AirSync_Commands);
		wbxml_open(w, WBXML_AirSync_Change);
		wbxml_text(w, WBXML_AirSync_ServerId, read_item);
		wbxml_open(w, WBXML_AirSync_ApplicationData);
		wbxml_text(w, WBXML_Email_Read, "1");
		wbxml_close(w);
		wbxml_close(w);
		wbxml_close(w);
	}
	wbxml_close(w);
	wbxml_close(w);
	wbxml_close(w);
}

/* Syncs with @key; returns the collection's next key, or "status N". NULL: nothing new. *ret_bytes as in the answer. */
static char *sync_once(Site *s, const char *key, const char *read_item, GBytes **ret_bytes)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	Answer answer;

	write_sync(w, key, read_item);
	g_autoptr(Element) root = ask(s, "Sync", w, &answer);
	const Element *collection = element_child(element_child(root, WBXML_AirSync_Collections), WBXML_AirSync_Collection);
	int64_t status = element_int(collection, WBXML_AirSync_Status, 0);
	if (ret_bytes)
		*ret_bytes = answer.body ? g_bytes_ref(answer.body) : NULL;
	answer_clear(&answer);
	if (!collection)
		return NULL;
	return status == 1 ? g_strdup(element_text(collection, WBXML_AirSync_SyncKey)) : g_strdup_printf("status %d", (int)status);
}

static void test_sync_repeats_its_answer(Site *s, gconstpointer data)
{
	g_autofree char *first = sync_once(s, "0", NULL, NULL);
	g_autoptr(GBytes) once = NULL, again = NULL;
	(void)data;

	g_autofree char *second = sync_once(s, first, "5:1", &once);
	g_autofree char *repeated = sync_once(s, first, "5:1", &again);
	g_assert_true(g_bytes_equal(once, again));
	g_assert_cmpstr(second, ==, repeated);
	g_assert_true(collection_state(user_collection(s->alice, "5"), 0).is_read);
	g_autofree char *nothing = sync_once(s, second, NULL, NULL);
	g_assert_null(nothing);
}

static void test_sync_of_unknown_key_and_item(Site *s, gconstpointer data)
{
	g_autofree char *first = sync_once(s, "0", NULL, NULL);
	g_autofree char *bad_key = sync_once(s, "never.1", NULL, NULL);
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *next = sync_once(s, first, "5:77", &bytes);
	g_autoptr(Element) root = element_read(bytes, NULL);
	const Element *collection = element_child(element_child(root, WBXML_AirSync_Collections), WBXML_AirSync_Collection);
	const Element *change = element_child(element_child(collection, WBXML_AirSync_Responses), WBXML_AirSync_Change);

	(void)data;
	g_assert_cmpstr(bad_key, ==, "status 3");
	g_assert_nonnull(next);
	g_assert_cmpstr(element_text(change, WBXML_AirSync_ServerId), ==, "5:77");
	g_assert_cmpint(element_int(change, WBXML_AirSync_Status, 0), ==, 8);
}

/* ---- what a client may put into a folder ---- */

static void write_add(WbxmlWriter *w, const char *key, const char *folder_id)
{
	wbxml_open(w, WBXML_AirSync_Sync);
	wbxml_open(w, WBXML_AirSync_Collections);
	wbxml_open(w, WBXML_AirSync_Collection);
	wbxml_text(w, WBXML_AirSync_SyncKey, key);
	wbxml_text(w, WBXML_AirSync_CollectionId, folder_id);
	if (strcmp(key, "0") != 0) {
		wbxml_open(w, WBXML_AirSync_Commands);
		wbxml_open(w, WBXML_AirSync_Add);
		wbxml_text(w, WBXML_AirSync_ClientId, "c1");
		wbxml_open(w, WBXML_AirSync_ApplicationData);
		wbxml_text(w, WBXML_Email_Subject, "From elsewhere");
		wbxml_close(w);
		wbxml_close(w);
		wbxml_close(w);
	}
	wbxml_close(w);
	wbxml_close(w);
	wbxml_close(w);
}

/* The Status of an Add; with @key "0", none: *ret_key is the first key. */
static int64_t add_item(Site *s, int version, const char *folder_id, const char *key, char **ret_key)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	Answer answer;

	write_add(w, key, folder_id);
	g_autoptr(Element) root = ask_in(s, version, "Sync", w, &answer);
	answer_clear(&answer);
	const Element *collection = element_child(element_child(root, WBXML_AirSync_Collections), WBXML_AirSync_Collection);
	const Element *add = element_child(element_child(collection, WBXML_AirSync_Responses), WBXML_AirSync_Add);
	if (ret_key)
		*ret_key = g_strdup(element_text(collection, WBXML_AirSync_SyncKey));
	return element_int(add, WBXML_AirSync_Status, 0);
}

/* [MS-ASCMD] 2.2.1.21, [MS-ASEMAIL] 2.2.2.42: from 16.0 on a draft into Drafts, and no mail into any other folder. */
static void test_only_drafts_are_added(Site *s, gconstpointer data)
{
	static const struct { int version, type, status; } rows[] = {
		{ 141, FOLDER_INBOX, 6 }, { 141, FOLDER_DRAFTS, 6 }, { 161, FOLDER_INBOX, 6 },
		{ 161, FOLDER_SENT, 6 },  { 161, FOLDER_DRAFTS, 1 },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Collection *folder = user_folder_of_type(s->alice, rows[i].type);
		guint before = collection_count(folder);
		g_autofree char *key = NULL;
		add_item(s, rows[i].version, folder->id, "0", &key);
		g_assert_cmpint(add_item(s, rows[i].version, folder->id, key, NULL), ==, rows[i].status);
		g_assert_cmpuint(collection_count(folder) - before, ==, rows[i].status == 1);
	}
	/* Moved elsewhere it is still unsent mail, dated when it was made. */
	Collection *drafts = user_folder_of_type(s->alice, FOLDER_DRAFTS), *inbox = user_folder_of_type(s->alice, FOLDER_INBOX);
	guint moved = user_move(drafts, collection_count(drafts) - 1, inbox, NULL);
	g_assert_true(collection_state(inbox, moved).is_draft);
}

static int64_t folder_sync(Site *s, const char *key, char **ret_key, int64_t *ret_count)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	Answer answer;

	wbxml_open(w, WBXML_FolderHierarchy_FolderSync);
	wbxml_text(w, WBXML_FolderHierarchy_SyncKey, key);
	wbxml_close(w);
	g_autoptr(Element) root = ask(s, "FolderSync", w, &answer);
	answer_clear(&answer);
	*ret_key = g_strdup(element_text(root, WBXML_FolderHierarchy_SyncKey));
	*ret_count = element_int(element_child(root, WBXML_FolderHierarchy_Changes), WBXML_FolderHierarchy_Count, -1);
	return element_int(root, WBXML_FolderHierarchy_Status, 0);
}

static void test_folder_sync_tells_changes(Site *s, gconstpointer data)
{
	g_autofree char *first = NULL, *second = NULL, *third = NULL, *none = NULL;
	g_autoptr(GString) reply = g_string_new(NULL);
	int64_t count;

	(void)data;
	g_assert_cmpint(folder_sync(s, "0", &first, &count), ==, 1);
	g_assert_cmpint(count, ==, 12);
	g_assert_true(control_run(s->world, "create-folder folder=Inbox/Projects\nrename-folder folder=Archive to=Old", reply));
	g_assert_cmpint(folder_sync(s, first, &second, &count), ==, 1);
	g_assert_cmpint(count, ==, 2);
	g_assert_true(control_run(s->world, "delete-folder folder=Inbox/Projects", reply));
	g_assert_cmpint(folder_sync(s, second, &third, &count), ==, 1);
	g_assert_cmpint(count, ==, 1);
	g_assert_cmpint(folder_sync(s, "f0000000.9", &none, &count), ==, 9);
}

static void test_ping_waits_and_wakes(Site *s, gconstpointer data)
{
	g_autofree char *key = sync_once(s, "0", NULL, NULL);
	g_autofree char *next = sync_once(s, key, NULL, NULL);
	g_autoptr(GString) reply = g_string_new(NULL);
	static const char *const ids[] = { "5" };

	(void)data; (void)next;
	for (int delivered = 0; delivered < 2; delivered++) {
		g_autoptr(WbxmlWriter) w = wbxml_writer_new();
		Answer answer;
		wbxml_open(w, WBXML_Ping_Ping);
		wbxml_text(w, WBXML_Ping_HeartbeatInterval, "480");
		wbxml_open(w, WBXML_Ping_Folders);
		wbxml_open(w, WBXML_Ping_Folder);
		wbxml_text(w, WBXML_Ping_Id, ids[0]);
		wbxml_text(w, WBXML_Ping_Class, "Email");
		wbxml_close(w);
		wbxml_close(w);
		wbxml_close(w);
		g_autoptr(Element) root = ask(s, "Ping", w, &answer);
		g_assert_cmpint(answer.wait_until_ms > 0, ==, delivered == 0);
		g_assert_cmpint(element_int(root, WBXML_Ping_Status, 0), ==, delivered ? 2 : 0);
		answer_clear(&answer);
		g_assert_true(control_run(s->world, "deliver subject=Hello", reply));
	}
}

static void test_provisioning_is_demanded(Site *s, gconstpointer data)
{
	g_autoptr(GString) reply = g_string_new(NULL);
	g_autofree char *key = NULL;
	int64_t count;

	(void)data;
	g_assert_true(control_run(s->world, "provision on", reply));
	g_assert_cmpint(folder_sync(s, "0", &key, &count), ==, 142);
	g_assert_true(control_run(s->world, "wipe device=DEV1", reply));
	g_assert_cmpint(folder_sync(s, "0", &key, &count), ==, 140);
}

/* ---- orders and faults ---- */

static void test_orders_that_are_wrong(Site *s, gconstpointer data)
{
	static const struct { const char *order, *says; } rows[] = {
		{ "dance", "error: there is no order “dance”\n" },
		{ "deliver user=mallory", "error: there is no user “mallory”\n" },
		{ "deliver folder=Nowhere", "error: alice has no folder “Nowhere” (folder=)\n" },
		{ "mark item=5:1", "error: mark needs read=0|1, flag=0|1|2 or categories=A,B\n" },
		{ "delete item=5:99", "error: folder Inbox has no such message; name it by item=ID or subject=TEXT\n" },
		{ "fault speed=9", "error: fault: there is no “speed”\n" },
		{ "fault http=soon", "error: fault: http needs a number\n" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) reply = g_string_new(NULL);
		g_assert_false(control_run(s->world, rows[i].order, reply));
		g_assert_cmpstr(reply->str, ==, rows[i].says);
	}
}

static void test_fault_meets_the_right_request(void)
{
	FaultList *list = fault_list_new();
	g_autoptr(GString) met = g_string_new(NULL);

	g_assert_true(fault_list_add(list, "cmd=Sync nth=2 count=2 http=503 retry-after=7", NULL));
	g_assert_null(fault_list_meet(list, "Ping", "alice", "DEV1"));
	for (int i = 0; i < 5; i++) {
		const Fault *fault = fault_list_meet(list, "Sync", "alice", "DEV1");
		g_string_append_c(met, fault ? 'x' : '.');
		g_assert_true(!fault || (fault->http == 503 && g_str_equal(fault->retry_after, "7")));
	}
	g_assert_cmpstr(met->str, ==, ".xx..");
	fault_list_free(list);
}

static void test_generated_mail_is_what_its_mime_says(void)
{
	GenerateOptions options;

	g_assert_true(generate_options_read("40,folders=2,size=900,html=50,attachments=30,seed=7", NOW_MS, &options, NULL));
	g_autoptr(GPtrArray) sources = generate_sources(&options);
	for (guint n = 0; n < 20; n++) {
		Source *source = g_ptr_array_index(sources, 1);
		g_autoptr(Mail) mail = source->mail(source, n);
		g_autoptr(GBytes) mime = source->mime(source, n);
		g_autoptr(Mail) read = mail_from_mime(mime, mail->date_ms);
		g_assert_cmpstr(mail->subject, ==, read->subject);
		g_assert_cmpstr(mail->from, ==, read->from);
		g_assert_cmpstr(mail->text, ==, read->text);
		g_assert_cmpstr(mail->html, ==, read->html);
		g_assert_cmpuint(mail->attachments->len, ==, read->attachments->len);
		g_assert_cmpmem(mail->conversation_id, 16, read->conversation_id, 16);
	}
	for (guint i = 0; i < sources->len; i++)
		((Source *)g_ptr_array_index(sources, i))->free(g_ptr_array_index(sources, i));
}

static Mail *sample_mail(const User *user, const char *folder, const char *subject)
{
	const Collection *c = user_folder(user, folder);

	for (guint n = 0; n < collection_count(c); n++) {
		Mail *mail = collection_mail(c, n);
		if (g_strcmp0(mail->subject, subject) == 0)
			return mail;
		mail_free(mail);
	}
	g_assert_cmpstr(subject, ==, "in the sample");
	return NULL;
}

static void assert_crlf(GBytes *mime)
{
	gsize len;
	const char *data = g_bytes_get_data(mime, &len);

	for (gsize i = 0; i < len; i++)
		g_assert_true(data[i] != '\n' || (i > 0 && data[i - 1] == '\r'));
}

static World *sample_world(ManualClock *clock)
{
	g_autofree char *dir = g_build_filename(g_getenv("POSTERN_TOP"), "tests", "exsim", "sample", NULL);
	g_autoptr(GError) err = NULL;

	manual_clock_init(clock, NOW_MS);
	World *world = world_new(&clock->clock, 0);
	sample_load(world, world_add_user(world, "alice", "Alice Example", "wonderland"), dir, &err);
	g_assert_no_error(err);
	return world;
}

static void test_sample_is_read_as_meant(void)
{
	static const struct { const char *folder, *subject, *message_class; guint attachments; const char *says; } rows[] = {
		{ "Inbox", "見積書の件", "IPM.Note", 0, "鈴木です" },
		{ "Inbox", "报价单", "IPM.Note", 0, "交货期为四周" },
		{ "Inbox", "Прайс-лист на новый год", "IPM.Note", 0, "без НДС" },
		{ "Inbox", "İSTANBUL ofisi ısıtma arızası", "IPM.Note", 0, "IĞDIR ve İZMİR" },
		{ "Inbox", "Fwd: Preisliste", "IPM.Note", 0, "Preise in" },
		{ "Inbox", "Invitation: Second site, kick-off", "IPM.Schedule.Meeting.Request", 0, "rack plan" },
		{ "Inbox", "Canceled: Budget round", "IPM.Schedule.Meeting.Canceled", 0, "Cancelled" },
		{ "Inbox", "Accepted: Handover talk", "IPM.Schedule.Meeting.Resp.Pos", 0, "Gladly" },
		{ "Inbox", "Amendment no. 3 (signed)", "IPM.Note.SMIME.MultipartSigned", 1, "is in force" },
		{ "Inbox", "Undelivered Mail Returned to Sender", "REPORT.IPM.Note.NDR", 1, "User unknown" },
		{ "Inbox", "Fwd: Contract, last clause", "IPM.Note", 1, "as he wrote it" },
		{ "Inbox", "Quarter report, please check table 2", "IPM.Note", 2, "board" },
		{ "Inbox/Apollo", "Load on the first day", "IPM.Note", 1, "orders per minute" },
	};
	ManualClock clock;
	g_autoptr(World) world = sample_world(&clock);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Mail) mail = sample_mail(world_user(world, "alice"), rows[i].folder, rows[i].subject);
		g_autofree char *text = mail_as_text(mail);
		g_assert_cmpstr(mail->message_class, ==, rows[i].message_class);
		g_assert_cmpuint(mail->attachments->len, ==, rows[i].attachments);
		if (!strstr(text, rows[i].says))
			g_error("“%s” does not say “%s”", rows[i].subject, rows[i].says);
	}
}

/* The same now makes the same bytes; nothing is from the future; line ends are those of the wire. */
static void test_sample_is_the_same_every_time(void)
{
	ManualClock clock, other_clock;
	g_autoptr(World) world = sample_world(&clock);
	g_autoptr(World) again = sample_world(&other_clock);
	const User *user = world_user(world, "alice"), *twin = world_user(again, "alice");
	guint count = 0;

	for (guint i = 0; i < user->collections->len; i++) {
		const Collection *c = g_ptr_array_index(user->collections, i), *d = g_ptr_array_index(twin->collections, i);
		for (guint n = 0; n < collection_count(c); n++, count++) {
			g_autoptr(GBytes) mime = collection_mime(c, n);
			g_autoptr(GBytes) same = collection_mime(d, n);
			g_assert_true(g_bytes_equal(mime, same));
			if (!collection_is_mail(c))
				continue;
			assert_crlf(mime);
			g_assert_cmpint(collection_date(c, n), <=, NOW_MS);
		}
	}
	g_assert_cmpuint(count, >=, 250);
}

/* Each class of the sample is there; generated ones are read as what they are, and are the same every time. */
static void test_items_of_all_classes(void)
{
	static const struct { int type; guint least; WbxmlTag named; } rows[] = {
		{ FOLDER_CALENDAR, 10, WBXML_Calendar_Subject }, { FOLDER_CONTACTS, 6, WBXML_Contacts_FileAs },
		{ FOLDER_TASKS, 4, WBXML_Tasks_Subject },        { FOLDER_NOTES, 2, WBXML_Notes_Subject },
	};
	ManualClock clock;
	g_autoptr(World) world = sample_world(&clock);
	const GeneratePim options = { .count = 81, .seed = 7, .now_ms = NOW_MS, .span_ms = NOW_MS / 100 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Collection *folder = user_folder_of_type(world_user(world, "alice"), rows[i].type);
		g_assert_cmpuint(collection_count(folder), >=, rows[i].least);
		for (guint n = 0; n < collection_count(folder); n++) {
			g_autoptr(Element) item = pim_read(folder, n);
			g_assert_nonnull(element_text(item, rows[i].named));
		}
	}
	Source *(*const make[])(const GeneratePim *) = { generate_events, generate_contacts };
	for (size_t i = 0; i < G_N_ELEMENTS(make); i++) {
		Collection *folder = collection_new("1", "0", "x", rows[i].type, make[i](&options));
		Collection *again = collection_new("1", "0", "x", rows[i].type, make[i](&options));
		for (guint n = 0; n < collection_count(folder); n++) {
			g_autoptr(Element) item = pim_read(folder, n);
			g_autoptr(GBytes) bytes = collection_mime(folder, n), same = collection_mime(again, n);
			g_assert_nonnull(element_text(item, rows[i].named));
			g_assert_true(g_bytes_equal(bytes, same));
			g_assert_cmpint(element_child(item, WBXML_Calendar_Exceptions) != NULL, ==, i == 0 && n % 40 == 0);
		}
		collection_free(folder);
		collection_free(again);
	}
}

#define PLAN(name, function) g_test_add("/exsim/plan/" name, Fixture, GUINT_TO_POINTER(5), setup, function, teardown)
#define SITE(name, function) g_test_add("/exsim/" name, Site, NULL, site_setup, function, site_teardown)

/* ---- sending ---- */

static void send_as_mail(World *world, Device *device, const char *cmd, const char *item_id, Answer *answer)
{
	static const char mime[] = "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Lunch\r\n"
	                           "Message-ID: <1@example.test>\r\n\r\nNoon?\r\n";
	User *user = world_user(world, "alice");
	Request request = { .world = world, .user = user, .device = device, .version = 121, .is_mime = true, .save_in_sent = true };

	request.cmd = g_strdup(cmd);
	request.body = g_bytes_new_static(mime, sizeof mime - 1);
	request.folder_id = g_strdup(user_folder_of_type(user, FOLDER_INBOX)->id);
	request.item_id = g_strdup(item_id);
	answer->headers = g_ptr_array_new_with_free_func(g_free);
	answer->http = 200;
	answer_request(&request, answer);
	request_clear(&request);
}

/* From 14.0 on: a document with a ClientId. The status that came. */
static int send_as_document(World *world, Device *device, WbxmlTag root, const char *client_id)
{
	static const char mime[] = "To: bob@example.test\r\nSubject: Again\r\n\r\nx\r\n";
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	Request request = { .world = world, .user = world_user(world, "alice"), .device = device, .version = 161 };
	Answer answer = { .http = 200, .headers = g_ptr_array_new_with_free_func(g_free) };

	wbxml_open(w, root);
	wbxml_text(w, WBXML_ComposeMail_ClientId, client_id);
	wbxml_opaque(w, WBXML_ComposeMail_Mime, mime, sizeof mime - 1);
	wbxml_close(w);
	request.cmd = g_strdup(root == WBXML_ComposeMail_SendMail ? "SendMail" : "SmartReply");
	request.body = wbxml_writer_finish(w);
	answer_request(&request, &answer);
	int status = answer.status;
	request_clear(&request);
	answer_clear(&answer);
	return status;
}

/* What was refused did not go out, so the same ClientId may come again; what was taken may not. */
static void test_client_ids(void)
{
	World *world = world_new(clock_system(), NOW_MS);
	User *alice = world_add_user(world, "alice", "Alice", "x");
	Device *device = user_device(alice, "d", "t");

	g_assert_cmpint(send_as_document(world, device, WBXML_ComposeMail_SmartReply, "c1"), ==, 150);
	g_assert_cmpint(send_as_document(world, device, WBXML_ComposeMail_SendMail, "c1"), ==, 1);
	g_assert_cmpint(send_as_document(world, device, WBXML_ComposeMail_SendMail, "c1"), ==, 118);
	world->options.ignores_client_ids = true;
	g_assert_cmpint(send_as_document(world, device, WBXML_ComposeMail_SendMail, "c1"), ==, 1);
	world_free(world);
}

/* A message arrives, is kept in Sent, and is noted; a reply by reference takes the original along and marks it. */
static void test_sending(void)
{
	World *world = world_new(clock_system(), NOW_MS);
	User *alice = world_add_user(world, "alice", "Alice", "x"), *bob = world_add_user(world, "bob", "Bob", "x");
	Device *device = user_device(alice, "d", "t");
	Collection *inbox = user_folder_of_type(alice, FOLDER_INBOX), *sent = user_folder_of_type(alice, FOLDER_SENT);
	Collection *arrived = user_folder_of_type(bob, FOLDER_INBOX);
	g_autoptr(GString) reply = g_string_new(NULL);
	Answer answer = { 0 };

	collection_fill(inbox, days_new(1));
	send_as_mail(world, device, "SendMail", NULL, &answer);
	g_assert_cmpint(answer.http, ==, 200);
	answer_clear(&answer);
	g_assert_true(control_run(world, "sending hold-sent=on", reply));
	g_autofree char *original = collection_server_id(inbox, 0);
	send_as_mail(world, device, "SmartReply", original, &answer);
	answer_clear(&answer);
	g_assert_cmpuint(collection_count(sent), ==, 1);
	g_assert_true(control_run(world, "file-sent", reply));
	g_assert_cmpuint(collection_count(sent), ==, 2);
	g_assert_cmpuint(collection_count(arrived), ==, 2);
	g_autoptr(GBytes) whole = collection_mime(arrived, 1);
	g_assert_nonnull(g_strstr_len(g_bytes_get_data(whole, NULL), (gssize)g_bytes_get_size(whole), "Subject: Day 0"));
	g_assert_cmpint(collection_state(inbox, 0).verb, ==, 1);
	send_as_mail(world, device, "SmartForward", "1:99", &answer);
	g_assert_cmpint(answer.status, ==, 150);
	answer_clear(&answer);
	g_string_truncate(reply, 0);
	g_assert_true(control_run(world, "submissions", reply));
	g_assert_cmpstr(reply->str, ==, "SendMail\talice\t-\t<1@example.test>\t1\tLunch\nSmartReply\talice\t-\t<1@example.test>\t1\tLunch\n");
	world_free(world);
}

int main(int argc, char **argv)
{
	g_mime_init();
	g_test_init(&argc, &argv, NULL);
	PLAN("pages, newest first", test_pages_newest_first);
	PLAN("an exact page has no more", test_exact_page_has_no_more);
	PLAN("changes come first", test_changes_come_first);
	PLAN("changes of one item join", test_changes_of_one_item_join);
	PLAN("own changes are not told", test_own_changes_are_not_told);
	PLAN("the filter moves the window", test_filter_moves_the_window);
	PLAN("an old arrival stays out", test_old_arrival_stays_out);
	PLAN("keys", test_keys);
	SITE("sync repeats its answer", test_sync_repeats_its_answer);
	SITE("sync of an unknown key and item", test_sync_of_unknown_key_and_item);
	SITE("only drafts are added", test_only_drafts_are_added);
	SITE("folder sync tells changes", test_folder_sync_tells_changes);
	SITE("ping waits and wakes", test_ping_waits_and_wakes);
	SITE("provisioning is demanded", test_provisioning_is_demanded);
	SITE("orders that are wrong", test_orders_that_are_wrong);
	g_test_add_func("/exsim/a fault meets the right request", test_fault_meets_the_right_request);
	g_test_add_func("/exsim/what is sent arrives once", test_sending);
	g_test_add_func("/exsim/a ClientId counts once it was taken", test_client_ids);
	g_test_add_func("/exsim/items of all classes", test_items_of_all_classes);
	g_test_add_func("/exsim/generated mail is what its MIME says", test_generated_mail_is_what_its_mime_says);
	g_test_add_func("/exsim/the sample is read as meant", test_sample_is_read_as_meant);
	g_test_add_func("/exsim/the sample is the same every time", test_sample_is_the_same_every_time);
	return g_test_run();
}
