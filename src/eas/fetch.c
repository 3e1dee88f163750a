/*
 * ItemOperations Fetch: a whole body, a whole MIME message, or an attachment. Attachments are asked
 * for in parts, which spares base64; whether they come so is told by the Content-Type alone, for
 * servers may ignore the wish.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "eas/collection.h"
#include "eas/item.h"
#include "eas/item_operations.h"
#include "eas/multipart.h"
#include "eas/request.h"
#include "model/lookup.h"

enum { FETCH_TIMEOUT_S = 120, STATUS_CONVERSION = 14 };

typedef struct {
	Work     work;
	GPtrArray *found;           /* of FETCH_FOUND: the one Found that it is about; else NULL */
	bool     is_text_only;      /* the server could not make HTML of it */
	/* Of the answer being read. */
	Item     item;
	int64_t  status;
	int64_t  part;              /* 0: none */
	char    *data;              /* base64 */
	char    *content_type;
	bool     has_properties;
} Fetch;

/* ---- the request ---- */

static void write_mime_options(WbxmlWriter *writer)
{
	wbxml_int(writer, WBXML_AirSync_MIMESupport, 2);
	wbxml_open(writer, WBXML_AirSyncBase_BodyPreference);
	wbxml_int(writer, WBXML_AirSyncBase_Type, BODY_MIME);
	wbxml_close(writer);
}

static void write_text_options(WbxmlWriter *writer)
{
	wbxml_open(writer, WBXML_AirSyncBase_BodyPreference);
	wbxml_int(writer, WBXML_AirSyncBase_Type, BODY_TEXT);
	wbxml_close(writer);
}

static bool wants_mime(const Fetch *self)
{
	return self->work.spec.kind == TASK_FETCH_MIME || self->found;
}

/* [MS-ASCMD] Fetch: an item by folder and id, or by the LongId that a Search gave. */
static void write_name(WbxmlWriter *writer, const Fetch *self)
{
	const Found *found = self->found ? g_ptr_array_index(self->found, 0) : NULL;

	if (found && found->long_id) {
		wbxml_text(writer, WBXML_Search_LongId, found->long_id);
		return;
	}
	wbxml_text(writer, WBXML_AirSync_CollectionId,
	           found ? found->folder_id : self->work.spec.folder->server_id);
	wbxml_text(writer, WBXML_AirSync_ServerId,
	           found ? found->server_id : self->work.spec.server_id);
}

static void write_message(WbxmlWriter *writer, const Fetch *self)
{
	write_name(writer, self);
	wbxml_open(writer, WBXML_ItemOperations_Options);
	if (wants_mime(self))
		write_mime_options(writer);
	else if (self->is_text_only)
		write_text_options(writer);
	else
		collection_bodies(writer, &self->work, 0, false);
	wbxml_close(writer);
}

static HttpRequest *fetch_ask(Task *task, GError **err)
{
	const Fetch *self = (const Fetch *)task;
	bool is_part = task->kind == TASK_FETCH_PART;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_ItemOperations_ItemOperations);
	wbxml_open(writer, WBXML_ItemOperations_Fetch);
	wbxml_text(writer, WBXML_ItemOperations_Store, "Mailbox");
	if (is_part)
		wbxml_text(writer, WBXML_AirSyncBase_FileReference, self->work.spec.reference);
	else
		write_message(writer, self);
	wbxml_close(writer);
	wbxml_close(writer);

	HttpRequest *request = request_new(&self->work.spec, "ItemOperations", NULL, writer);
	if (is_part)
		http_request_header(request, "MS-ASAcceptMultiPart", "T");
	request->lane = LANE_FETCH;
	request->timeout_s = FETCH_TIMEOUT_S;
	request->max_bytes = LIMIT_HTTP_BODY_BYTES;
	return request;
}

/* ---- the answer ---- */

static bool take_property(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Fetch *self = into;

	self->has_properties = true;
	switch (tag) {
	case WBXML_ItemOperations_Data:
		return reply_text(reader, &self->data, err);
	case WBXML_ItemOperations_Part:
		return reply_int(reader, 1, INT32_MAX, &self->part, err);
	case WBXML_AirSyncBase_ContentType:
		return reply_line(reader, &self->content_type, err);
	default:
		return item_take(&self->item, tag, reader, err);
	}
}

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Fetch *self = into;

	switch (tag) {
	case WBXML_ItemOperations_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_ItemOperations_Properties:
		return reply_walk(reader, take_property, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_fetch(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	(void)tag;
	return reply_walk(reader, take_value, into, err);
}

static bool is_multipart(const HttpResponse *response)
{
	const char *type = http_response_header(response, "Content-Type");

	return type && text_has_prefix_ascii_case(type, "application/vnd.ms-sync.multipart");
}

/* The document of the answer: part 0, or the whole body. */
static bool read_document(Fetch *self, const HttpResponse *response, Sink *sink, GError **err)
{
	const ItemOperation fetch = { WBXML_ItemOperations_Fetch, take_fetch, self };
	g_autoptr(WbxmlReader) reader = NULL;
	g_autoptr(GBytes) head = NULL;

	if (!reply_check(response, sink, err))
		return false;
	if (is_multipart(response) && !multipart_get(response->body, 0, &head, err))
		return false;
	return reply_enter(head ? head : response->body, WBXML_ItemOperations_ItemOperations,
	                   &reader, err) &&
	       item_operations_read(reader, &fetch, err);
}

static bool fail_gone(const Fetch *self, GError **err)
{
	return self->work.spec.kind == TASK_FETCH_PART
	               ? fail(err, ERR_GONE,
	                      _("the attachment is no longer on the server; sync the folder "
	                        "and try again"))
	               : fail(err, ERR_GONE, _("the message is no longer on the server"));
}

static GBytes *undo_base64(const char *base64)
{
	gsize len;
	guchar *bytes = g_base64_decode(base64, &len);

	return g_bytes_new_take(bytes, len);
}

static bool give_attachment(Fetch *self, const HttpResponse *response, Sink *sink, GError **err)
{
	g_autoptr(GBytes) content = NULL;

	if (self->part && is_multipart(response)) {
		if (!multipart_get(response->body, self->part, &content, err))
			return false;
	} else if (self->data) {
		content = undo_base64(self->data);
	} else {
		return fail_gone(self, err);
	}
	sink->ops->fetched(sink, BODY_NONE, content, self->content_type);
	return true;
}

/* A message that has properties but no text is an empty one; without any property it is gone (SOGo
 * says Status 1). */
static bool give_body(Fetch *self, const HttpResponse *response, Sink *sink, GError **err)
{
	g_autoptr(GBytes) content = NULL;
	Message *message = self->item.message;

	if (self->item.body_part && is_multipart(response)) {
		if (!multipart_get(response->body, self->item.body_part, &content, err))
			return false;
	} else if (message->body) {
		content = g_bytes_ref(message->body);
	} else if (!self->has_properties || wants_mime(self)) {
		return fail_gone(self, err);
	} else {
		content = g_bytes_new(NULL, 0);
	}
	sink->ops->fetched(sink, message->body_kind, content,
	                   message->body_kind == BODY_MIME ? "message/rfc822" : NULL);
	return true;
}

static void forget_answer(Fetch *self)
{
	item_clear(&self->item);
	item_init(&self->item);
	self->status = 1;
	self->part = 0;
	self->has_properties = false;
	g_clear_pointer(&self->data, g_free);
	g_clear_pointer(&self->content_type, g_free);
}

static bool fetch_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                       GError **err)
{
	Fetch *self = (Fetch *)task;

	forget_answer(self);
	if (!read_document(self, response, sink, err))
		return false;
	if (self->status == STATUS_CONVERSION && task->kind == TASK_FETCH_BODY &&
	    !self->is_text_only) {
		self->is_text_only = true;
		*ret_step = STEP_ASK;
		return true;
	}
	if (!status_check(FAMILY_ITEMS, (int)self->status, err))
		return false;
	*ret_step = STEP_DONE;
	return task->kind == TASK_FETCH_PART ? give_attachment(self, response, sink, err)
	                                     : give_body(self, response, sink, err);
}

static void fetch_free(Task *task)
{
	Fetch *self = (Fetch *)task;

	item_clear(&self->item);
	g_clear_pointer(&self->found, g_ptr_array_unref);
	g_free(self->data);
	g_free(self->content_type);
	g_free(self);
}

static bool is_named(const Found *found)
{
	return found->long_id || (found->folder_id && found->server_id);
}

Task *eas_fetch_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = fetch_ask, .take = fetch_take, .free = fetch_free };
	g_autoptr(GPtrArray) found = NULL;

	if (spec->kind == TASK_FETCH_FOUND) {
		found = found_from_text(spec->query ? spec->query : "", NULL);
		if (found->len != 1 || !is_named(g_ptr_array_index(found, 0)))
			return fail_null(err, ERR_USAGE,
			                 _("the server gave no name for this message"));
	}
	Fetch *self = work_new(sizeof(Fetch), &ops, spec);
	self->found = g_steal_pointer(&found);
	return &self->work.task;
}
