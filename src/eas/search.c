/*
 * A search that the server does in its mailbox: Find ([MS-ASCMD] 2.2.1.2) on 16.1, which gives the
 * items' own ids; else, and where times are asked for, Search of the store Mailbox (2.2.1.16),
 * which gives a LongId.
 */
#include "base/error.h"
#include "base/text.h"
#include "eas/date.h"
#include "eas/item.h"
#include "eas/request.h"
#include "eas/search_frame.h"
#include "eas/task.h"
#include "model/lookup.h"

enum { VERSION_FIND = 161, PREVIEW_BYTES = 512, PREVIEW_CHARS = 255, RANGE_LEN = 100 };

typedef struct {
	Work       work;
	Lookup     lookup;
	bool       by_find;
	GPtrArray *found;      /* of Found */
	int64_t    total;
	/* The result being read. */
	Found     *now;
	Item       item;
} Search;

/* ---- the requests ---- */

static void write_scope(WbxmlWriter *writer, const Search *self)
{
	const Folder *folder = self->work.spec.folder;

	wbxml_text(writer, WBXML_AirSync_Class, "Email");
	wbxml_text(writer, WBXML_AirSync_CollectionId, folder ? folder->server_id : NULL);
}

static void write_limit(WbxmlWriter *writer, WbxmlTag than, int64_t ms)
{
	g_autofree char *date = ms ? date_format(ms) : NULL;

	if (!date)
		return;
	wbxml_open(writer, than);
	wbxml_empty(writer, WBXML_Email_DateReceived);
	wbxml_text(writer, WBXML_Search_Value, date);
	wbxml_close(writer);
}

static void write_query(WbxmlWriter *writer, const Search *self)
{
	wbxml_open(writer, WBXML_Search_Query);
	wbxml_open(writer, WBXML_Search_And);
	write_scope(writer, self);
	wbxml_text(writer, WBXML_Search_FreeText, self->lookup.words);
	write_limit(writer, WBXML_Search_GreaterThan, self->lookup.after_ms);
	write_limit(writer, WBXML_Search_LessThan, self->lookup.before_ms);
	wbxml_close(writer);
	wbxml_close(writer);
}

/* RebuildResults: what the server found the last time may be old. */
static void write_options(WbxmlWriter *writer, const Search *self)
{
	wbxml_open(writer, WBXML_Search_Options);
	wbxml_empty(writer, WBXML_Search_RebuildResults);
	wbxml_empty(writer, WBXML_Search_DeepTraversal);
	search_frame_range(writer, WBXML_Search_Range, self->lookup.first, RANGE_LEN);
	wbxml_open(writer, WBXML_AirSyncBase_BodyPreference);
	wbxml_int(writer, WBXML_AirSyncBase_Type, BODY_TEXT);
	wbxml_int(writer, WBXML_AirSyncBase_TruncationSize, PREVIEW_BYTES);
	wbxml_close(writer);
	wbxml_close(writer);
}

static HttpRequest *ask_search(const Search *self)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_Search_Search);
	wbxml_open(writer, WBXML_Search_Store);
	wbxml_text(writer, WBXML_Search_Name, "Mailbox");
	write_query(writer, self);
	write_options(writer, self);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Search", NULL, writer);
}

static HttpRequest *ask_find(const Search *self)
{
	const Folder *folder = self->work.spec.folder;
	g_autofree char *id = search_frame_id(folder ? folder->server_id : "", self->lookup.words);
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_Find_Find);
	wbxml_text(writer, WBXML_Find_SearchId, id);
	wbxml_open(writer, WBXML_Find_ExecuteSearch);
	wbxml_open(writer, WBXML_Find_MailBoxSearchCriterion);
	wbxml_open(writer, WBXML_Find_Query);
	write_scope(writer, self);
	wbxml_text(writer, WBXML_Find_FreeText, self->lookup.words);
	wbxml_close(writer);
	wbxml_open(writer, WBXML_Find_Options);
	search_frame_range(writer, WBXML_Find_Range, self->lookup.first, RANGE_LEN);
	wbxml_empty(writer, WBXML_Find_DeepTraversal);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Find", NULL, writer);
}

static HttpRequest *search_ask(Task *task, GError **err)
{
	const Search *self = (const Search *)task;

	(void)err;
	return self->by_find ? ask_find(self) : ask_search(self);
}

/* ---- the answers ---- */

static bool take_property(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Search *self = into;

	switch (tag) {
	case WBXML_Find_Preview:
		return reply_line(reader, &self->now->preview, err);
	case WBXML_Find_HasAttachments:
		return reply_bool(reader, &self->now->has_attachment, err);
	default:
		return item_take(&self->item, tag, reader, err);
	}
}

static bool take_result_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Search *self = into;

	switch (tag) {
	case WBXML_AirSync_CollectionId:
		return reply_text(reader, &self->now->folder_id, err);
	case WBXML_AirSync_ServerId:
		return reply_text(reader, &self->now->server_id, err);
	case WBXML_Search_LongId:
		return reply_text(reader, &self->now->long_id, err);
	case WBXML_Search_Properties:
	case WBXML_Find_Properties:
		return reply_walk(reader, take_property, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* The beginning of the text, where the server tells no preview. */
static char *preview_of(const Message *message)
{
	gsize len;
	const char *bytes = message->body ? g_bytes_get_data(message->body, &len) : NULL;

	if (message->preview || !bytes)
		return g_strdup(message->preview);
	g_autofree char *text = text_to_utf8(bytes, len);
	g_autofree char *line = text_one_line(text);
	return g_utf8_substring(line, 0, MIN(PREVIEW_CHARS, g_utf8_strlen(line, -1)));
}

static void take_message(Found *found, Message *message)
{
	found->from = g_steal_pointer(&message->from);
	found->to = message->to ? g_steal_pointer(&message->to) : g_strdup(message->display_to);
	found->subject = g_steal_pointer(&message->subject);
	found->received_ms = message->received_ms;
	found->is_read = message->flags & MESSAGE_READ;
	found->has_attachment = found->has_attachment || message->flags & MESSAGE_ATTACHMENT;
	found->importance = message->importance;
	if (!found->preview)
		found->preview = preview_of(message);
}

/* Nothing found comes as one empty result. */
static bool take_result(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Search *self = into;
	g_autoptr(Found) found = found_new();

	(void)tag;
	self->now = found;
	item_init(&self->item);
	bool is_read = reply_walk(reader, take_result_part, self, err);
	if (is_read && (found->server_id || found->long_id)) {
		take_message(found, self->item.message);
		g_ptr_array_add(self->found, g_steal_pointer(&found));
	}
	item_clear(&self->item);
	return is_read;
}

static bool read_answer(Search *self, const HttpResponse *response, Sink *sink, GError **err)
{
	SearchFrame frame = { .take_result = take_result, .into = self };
	g_autoptr(WbxmlReader) reader = NULL;
	WbxmlTag root = self->by_find ? WBXML_Find_Find : WBXML_Search_Search;

	if (!reply_open(response, sink, root, &reader, err) ||
	    !search_frame_read(reader, &frame, err))
		return false;
	self->total = frame.total;
	return true;
}

/* What Find cannot do, Search may. */
static bool search_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                        GError **err)
{
	Search *self = (Search *)task;
	g_autoptr(GError) why = NULL;

	g_ptr_array_set_size(self->found, 0);
	*ret_step = STEP_DONE;
	if (read_answer(self, response, sink, &why)) {
		int64_t known = self->lookup.first + (int64_t)self->found->len;
		sink->ops->found(sink, self->found, MAX(self->total, known));
		return true;
	}
	if (self->by_find && (error_is(why, ERR_UNSUPPORTED) || error_is(why, ERR_REQUEST))) {
		self->by_find = false;
		*ret_step = STEP_ASK;
		return true;
	}
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static void search_free(Task *task)
{
	Search *self = (Search *)task;

	lookup_clear(&self->lookup);
	g_ptr_array_unref(self->found);
	g_free(self);
}

Task *eas_search_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = search_ask, .take = search_take, .free = search_free };
	Lookup lookup;

	if (!lookup_from_text(spec->query, &lookup, err))
		return NULL;
	Search *self = work_new(sizeof *self, &ops, spec);
	self->lookup = lookup;
	self->by_find = self->work.version >= VERSION_FIND && !lookup.after_ms && !lookup.before_ms;
	self->found = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);
	return &self->work.task;
}
