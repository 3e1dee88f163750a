/*
 * F19: items that are no mail in an answer to Sync. The first byte says of which class the folder is (bits 0 and 1), and which
 * version is spoken (2 and 3). What is given keeps the promises of the model, and can be written: whole, as a change of
 * itself, and as a change of nothing; what goes out is WBXML that can be read.
 */
#include <string.h>

#include "base/limits.h"
#include "eas/eas.h"
#include "wbxml/wbxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const FolderType types[] = { FOLDER_CALENDAR, FOLDER_CONTACTS, FOLDER_TASKS, FOLDER_NOTES };
static const char *const versions[] = { "12.1", "14.0", "14.1", "16.1" };

typedef struct {
	Sink       sink;
	GPtrArray *items;       /* of PimItem */
} Taker;

static void on_pim_give(Sink *sink, PimItem *item) { g_ptr_array_add(((Taker *)sink)->items, item); }
static void on_message_give(Sink *sink, Message *message, guint has) { (void)sink; (void)has; message_free(message); g_assert_not_reached(); }
static void on_item_gone(Sink *sink, const char *id, bool is_soft) { (void)sink; (void)is_soft; g_assert(id && *id); }
static void on_op_done(Sink *sink, int64_t id) { (void)sink; (void)id; }
static void on_op_named(Sink *sink, int64_t id, const char *name) { (void)sink; (void)id; g_assert(name && *name); }
static void on_op_failed(Sink *sink, int64_t id, const GError *why) { (void)sink; (void)id; g_assert(why); }
static void on_page_end(Sink *sink, const char *key, bool more) { (void)sink; (void)more; g_assert(key); }

static const SinkOps ops = { .pim_give = on_pim_give, .message_give = on_message_give, .item_gone = on_item_gone,
	                     .op_done = on_op_done, .op_named = on_op_named, .event_uid = on_op_named, .op_failed = on_op_failed,
	                     .page_end = on_page_end };

/* ---- what was given ---- */

static void check_text(const char *text)
{
	g_assert(!text || (*text && g_utf8_validate(text, -1, NULL)));
}

static void check_event(const Event *event)
{
	g_assert(event->end_ms >= event->start_ms);
	g_assert(!event->is_all_day || event->start_ms % 86400000 == 0);
	g_assert(!event->attendees || (event->attendees->len > 0 && event->attendees->len <= LIMIT_EVENT_ATTENDEES));
	g_assert(!event->zone_blob || g_bytes_get_size(event->zone_blob) == 172);
	g_assert(event->reminder_min >= REMINDER_NONE);
	check_text(event->subject);
	check_text(event->location);
	check_text(event->body);
	check_text(event->categories);
}

static void check_series(const Event *event)
{
	const GPtrArray *exceptions = event->exceptions;

	check_event(event);
	g_assert(!exceptions || (event->recurrence && exceptions->len > 0 && exceptions->len <= LIMIT_EVENT_EXCEPTIONS));
	for (guint i = 0; exceptions && i < exceptions->len; i++) {
		const EventException *exception = exceptions->pdata[i];
		g_assert(i == 0 || ((const EventException *)exceptions->pdata[i - 1])->original_ms < exception->original_ms);
		g_assert(exception->is_deleted == !exception->event);
		g_autoptr(Event) occurrence = event_occurrence(event, exception);
		g_assert(!occurrence->recurrence);
	}
}

static void check_item(const PimItem *item)
{
	g_assert(**pim_item_server_id(item));
	if (item->kind == PIM_EVENT)
		check_series(item->event);
	for (int i = 0; item->kind == PIM_CONTACT && i < CONTACT_TEXT_COUNT; i++)
		check_text(item->contact->texts[i]);
	if (item->kind == PIM_TODO)
		g_assert(item->todo->reminder_ms != -1);
}

/* ---- what goes out ---- */

static void check_document(GBytes *body)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(body, &len);
	g_autoptr(GError) error = NULL;
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, &error);
	WbxmlToken token;

	g_assert_no_error(error);
	while (wbxml_reader_next(reader, &token, &error) && token.event != WBXML_END_OF_DOCUMENT)
		continue;
	g_assert_no_error(error);
}

/* New, with nothing known of what the server has, and with everything. */
static void write_items(const TaskSpec *like, GPtrArray *items)
{
	static const Op new_op = { .id = 1, .client_id = (char *)"c" }, old_op = { .id = 1, .client_id = (char *)"c", .server_id = (char *)"1:1" };
	g_autoptr(GPtrArray) changes = g_ptr_array_new();
	ItemChange change;

	g_ptr_array_add(changes, &change);
	for (guint i = 0; i < items->len * 3; i++) {
		const PimItem *item = items->pdata[i / 3];
		TaskSpec spec = *like;
		change = (ItemChange){ .op = i % 3 ? &old_op : &new_op, .item = item, .was = i % 3 == 2 ? item : NULL };
		spec.kind = TASK_PUSH_ITEMS;
		spec.changes = changes;
		g_autoptr(Task) task = eas_backend()->begin(eas_backend(), &spec, NULL);
		g_autoptr(HttpRequest) request = task->ops->ask(task, NULL);
		check_document(request->body);
	}
}

static void take(const TaskSpec *spec, GBytes *body, Taker *taker)
{
	g_autoptr(Task) task = eas_backend()->begin(eas_backend(), spec, NULL);
	g_autoptr(HttpResponse) response = http_response_new(200, body);
	Step step = STEP_DONE;

	if (!task)
		return;
	g_autoptr(HttpRequest) request = task->ops->ask(task, NULL);
	bool is_well = task->ops->take(task, response, &taker->sink, &step, NULL);
	while (is_well && step == STEP_MORE)
		is_well = task->ops->chunk(task, &taker->sink, 3, &step, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len < 2)
		return 0;
	g_autoptr(Account) account = account_new();
	g_autoptr(Folder) folder = folder_new();
	AccountState state = { .device_id = (char *)"d", .version = (char *)versions[bytes[0] >> 2 & 3] };
	Taker taker = { { &ops }, g_ptr_array_new_with_free_func((GDestroyNotify)pim_item_free) };
	g_autoptr(GBytes) body = g_bytes_new(bytes + 1, len - 1);
	TaskSpec spec = { .kind = TASK_PAGE, .account = account, .state = &state, .folder = folder, .window = 100 };

	account->server_url = g_strdup("https://mail.example.test/eas");
	account->user_name = g_strdup("alice");
	folder->type = types[bytes[0] & 3];
	folder->server_id = g_strdup("1");
	folder->sync_key = g_strdup("1");
	take(&spec, body, &taker);
	for (guint i = 0; i < taker.items->len; i++)
		check_item(taker.items->pdata[i]);
	if (taker.items->len && taker.items->len < 50)
		write_items(&spec, taker.items);
	g_ptr_array_unref(taker.items);
	return 0;
}
