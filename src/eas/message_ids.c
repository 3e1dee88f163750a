/*
 * The Message-IDs of some items. No property has them, so the beginning of each message's MIME is
 * fetched, in one ItemOperations ([MS-ASCMD] 2.2.1.10).
 */
#include "base/header.h"
#include "eas/item.h"
#include "eas/item_operations.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { HEADER_BYTES = 16 * 1024, STATUS_OK = 1 };

typedef struct {
	Work    work;
	/* Of the item being read. */
	Item    item;
	char   *server_id;
	int64_t status;
	Sink   *sink;
} MessageIds;

/* ---- the request ---- */

static void write_fetch(WbxmlWriter *writer, const char *folder_id, const char *server_id)
{
	wbxml_open(writer, WBXML_ItemOperations_Fetch);
	wbxml_text(writer, WBXML_ItemOperations_Store, "Mailbox");
	wbxml_text(writer, WBXML_AirSync_CollectionId, folder_id);
	wbxml_text(writer, WBXML_AirSync_ServerId, server_id);
	wbxml_open(writer, WBXML_ItemOperations_Options);
	wbxml_int(writer, WBXML_AirSync_MIMESupport, 2);
	wbxml_open(writer, WBXML_AirSyncBase_BodyPreference);
	wbxml_int(writer, WBXML_AirSyncBase_Type, BODY_MIME);
	wbxml_int(writer, WBXML_AirSyncBase_TruncationSize, HEADER_BYTES);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
}

static HttpRequest *message_ids_ask(Task *task, GError **err)
{
	const TaskSpec *spec = &((const Work *)task)->spec;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_ItemOperations_ItemOperations);
	for (guint i = 0; i < spec->server_ids->len; i++)
		write_fetch(writer, spec->folder->server_id,
		            g_ptr_array_index(spec->server_ids, i));
	wbxml_close(writer);
	return request_new(spec, "ItemOperations", NULL, writer);
}

/* ---- the answer ---- */

static bool take_property(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	return item_take(&((MessageIds *)into)->item, tag, reader, err);
}

static bool take_item(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	MessageIds *self = into;

	switch (tag) {
	case WBXML_ItemOperations_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_AirSync_ServerId:
		return reply_line(reader, &self->server_id, err);
	case WBXML_ItemOperations_Properties:
		return reply_walk(reader, take_property, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static void give(MessageIds *self)
{
	GBytes *mime = self->item.message->body;

	if (!self->server_id || self->status != STATUS_OK || !mime)
		return;
	g_autofree char *message_id = header_message_id(mime);
	self->sink->ops->message_id(self->sink, self->server_id, message_id);
}

static void forget_item(MessageIds *self)
{
	item_clear(&self->item);
	item_init(&self->item);
	g_clear_pointer(&self->server_id, g_free);
	self->status = STATUS_OK;
}

static bool take_fetch(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	(void)tag;
	forget_item(into);
	if (!reply_walk(reader, take_item, into, err))
		return false;
	give(into);
	return true;
}

static bool message_ids_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                             GError **err)
{
	MessageIds *self = (MessageIds *)task;
	const ItemOperation fetch = { WBXML_ItemOperations_Fetch, take_fetch, self };
	g_autoptr(WbxmlReader) reader = NULL;

	self->sink = sink;
	*ret_step = STEP_DONE;
	return reply_open(response, sink, WBXML_ItemOperations_ItemOperations, &reader, err) &&
	       item_operations_read(reader, &fetch, err);
}

static void message_ids_free(Task *task)
{
	MessageIds *self = (MessageIds *)task;

	item_clear(&self->item);
	g_free(self->server_id);
	g_free(self);
}

Task *eas_message_ids_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = {
		.ask = message_ids_ask,
		.take = message_ids_take,
		.free = message_ids_free,
	};

	(void)err;
	return work_new(sizeof(MessageIds), &ops, spec);
}
