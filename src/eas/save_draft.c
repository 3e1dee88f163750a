/*
 * A draft, put into the server's Drafts as an Add or a Change of a Sync ([MS-ASCMD] 2.2.1.21,
 * [MS-ASEMAIL] 2.2.2.12). Never with email2:Send: what is sent goes by SendMail.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/collection.h"
#include "eas/field.h"
#include "eas/request.h"
#include "model/draft.h"

enum { FIRST_SLICE = 32, VERSION_DRAFTS = 160, METHOD_FILE = 1, METHOD_MESSAGE = 5 };

typedef struct {
	Work       work;
	Collection collection;
	/* The server's word on our command. */
	char      *server_id;
	int64_t    status;
	Sink      *sink;
	char      *part_id, *reference;      /* of the attachment being read */
} SaveDraft;

static const DraftSpec *draft_of(const SaveDraft *self) { return self->work.spec.draft; }
static const Op *op_of(const SaveDraft *self) { return g_ptr_array_index(self->work.spec.ops, 0); }
static bool is_new(const SaveDraft *self) { return !op_of(self)->server_id; }

/* ---- the request ---- */

static void write_body(WbxmlWriter *writer, const DraftSpec *draft)
{
	wbxml_open(writer, WBXML_AirSyncBase_Body);
	wbxml_int(writer, WBXML_AirSyncBase_Type, draft->body_kind);
	wbxml_text(writer, WBXML_AirSyncBase_Data, draft->body);
	wbxml_close(writer);
}

/* How the server's answer names the attachment. Free with g_free. */
static char *part_id_make(const DraftSpec *draft, guint index)
{
	return g_strdup_printf("%s-%u", draft->client_id, index);
}

static int method_of(const DraftPart *part)
{
	return g_strcmp0(part->content_type, "message/rfc822") == 0 ? METHOD_MESSAGE : METHOD_FILE;
}

/* [MS-ASAIRS] 2.2.2.2: the order of the elements is the specification's. */
static void write_part(WbxmlWriter *writer, const DraftSpec *draft, guint index)
{
	const DraftPart *part = g_ptr_array_index(draft->parts, index);
	g_autofree char *id = part_id_make(draft, index);
	gsize len;
	const void *bytes = g_bytes_get_data(part->bytes, &len);

	wbxml_open(writer, WBXML_AirSyncBase_Add);
	wbxml_text(writer, WBXML_AirSyncBase_ClientId, id);
	wbxml_int(writer, WBXML_AirSyncBase_Method, method_of(part));
	wbxml_text(writer, WBXML_AirSyncBase_ContentType, part->content_type);
	wbxml_opaque(writer, WBXML_AirSyncBase_Content, bytes, len);
	wbxml_text(writer, WBXML_AirSyncBase_DisplayName, part->name);
	wbxml_text(writer, WBXML_AirSyncBase_ContentId, part->content_id);
	if (part->is_inline)
		wbxml_int(writer, WBXML_AirSyncBase_IsInline, 1);
	wbxml_close(writer);
}

static void write_gone_part(WbxmlWriter *writer, const char *reference)
{
	wbxml_open(writer, WBXML_AirSyncBase_Delete);
	wbxml_text(writer, WBXML_AirSyncBase_FileReference, reference);
	wbxml_close(writer);
}

static void write_parts(WbxmlWriter *writer, const DraftSpec *draft)
{
	guint added = draft->parts ? draft->parts->len : 0;
	guint gone = draft->gone_parts ? draft->gone_parts->len : 0;

	if (!added && !gone)
		return;
	wbxml_open(writer, WBXML_AirSyncBase_Attachments);
	for (guint i = 0; i < gone; i++)
		write_gone_part(writer, g_ptr_array_index(draft->gone_parts, i));
	for (guint i = 0; i < added; i++)
		write_part(writer, draft, i);
	wbxml_close(writer);
}

/* In a Change an empty element clears what the server has, and one left out keeps it. */
static void write_draft(WbxmlWriter *writer, const DraftSpec *draft, bool is_change)
{
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	field_line(writer, WBXML_Email_To, draft->to, is_change);
	field_line(writer, WBXML_Email_Cc, draft->cc, is_change);
	field_line(writer, WBXML_Email_Subject, draft->subject, is_change);
	field_line(writer, WBXML_Email_ReplyTo, draft->reply_to, is_change);
	wbxml_int(writer, WBXML_Email_Importance, draft->importance);
	if (draft->body)
		write_body(writer, draft);
	write_parts(writer, draft);
	field_line(writer, WBXML_Email2_Bcc, draft->bcc, is_change);
	wbxml_close(writer);
}

static void write_command(WbxmlWriter *writer, const SaveDraft *self)
{
	bool is_change = !is_new(self);

	wbxml_open(writer, is_change ? WBXML_AirSync_Change : WBXML_AirSync_Add);
	if (is_change)
		wbxml_text(writer, WBXML_AirSync_ServerId, op_of(self)->server_id);
	else
		wbxml_text(writer, WBXML_AirSync_ClientId, draft_of(self)->client_id);
	write_draft(writer, draft_of(self), is_change);
	wbxml_close(writer);
}

/* GetChanges 0: what others changed comes with a page of its own, after ours is confirmed. */
static HttpRequest *save_draft_ask(Task *task, GError **err)
{
	SaveDraft *self = (SaveDraft *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	collection_open(writer, &self->work, self->work.spec.folder->sync_key);
	wbxml_int(writer, WBXML_AirSync_GetChanges, 0);
	collection_options(writer, &self->work);
	wbxml_open(writer, WBXML_AirSync_Commands);
	write_command(writer, self);
	wbxml_close(writer);
	return collection_request(writer, &self->work);
}

/* ---- the answer ---- */

static bool take_part_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	SaveDraft *self = into;

	switch (tag) {
	case WBXML_AirSyncBase_ClientId:
		return reply_text(reader, &self->part_id, err);
	case WBXML_AirSyncBase_FileReference:
		return reply_text(reader, &self->reference, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static void give_part(const SaveDraft *self)
{
	const DraftSpec *draft = draft_of(self);

	for (guint i = 0; self->reference && draft->parts && i < draft->parts->len; i++) {
		g_autofree char *id = part_id_make(draft, i);
		if (g_strcmp0(id, self->part_id) == 0)
			self->sink->ops->draft_part(self->sink, i, self->reference);
	}
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	SaveDraft *self = into;

	if (tag != WBXML_AirSyncBase_Attachment)
		return wbxml_reader_skip(reader, err);
	g_clear_pointer(&self->part_id, g_free);
	g_clear_pointer(&self->reference, g_free);
	if (!reply_walk(reader, take_part_value, self, err))
		return false;
	give_part(self);
	return true;
}

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	SaveDraft *self = into;

	switch (tag) {
	case WBXML_AirSync_ServerId:
		return reply_text(reader, &self->server_id, err);
	case WBXML_AirSync_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_AirSync_ApplicationData:
		return reply_walk(reader, take_value, self, err);
	case WBXML_AirSyncBase_Attachments:
		return reply_walk(reader, take_part, self, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_response(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	(void)tag;
	return reply_walk(reader, take_value, into, err);
}

/* A draft that was changed on both sides (7) is EXISTS, one that is no longer there (8) GONE:
 * neither has taken ours. */
static void settle(const SaveDraft *self, Sink *sink)
{
	const Op *op = op_of(self);
	g_autoptr(GError) why = NULL;

	if (!status_check(FAMILY_SYNC, (int)self->status, &why))
		sink->ops->op_failed(sink, op->id, why);
	else if (!is_new(self))
		sink->ops->op_done(sink, op->id);
	else if (self->server_id && *self->server_id)
		sink->ops->op_named(sink, op->id, self->server_id);
	else {
		fail(&why, ERR_PROTOCOL, _("the server does not say whether it keeps the draft"));
		sink->ops->op_failed(sink, op->id, why);
	}
}

static bool save_draft_chunk(Task *task, Sink *sink, unsigned budget_items, Step *ret_step,
                             GError **err)
{
	SaveDraft *self = (SaveDraft *)task;
	const char *key = self->work.spec.folder->sync_key;
	bool is_over;

	self->sink = sink;
	if (!collection_read(&self->collection, sink, budget_items, &is_over, err))
		return false;
	*ret_step = is_over ? STEP_DONE : STEP_MORE;
	if (!is_over)
		return true;
	settle(self, sink);
	sink->ops->page_end(sink, self->collection.sync_key ? self->collection.sync_key : key,
	                    self->collection.has_more);
	return true;
}

static bool save_draft_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                            GError **err)
{
	SaveDraft *self = (SaveDraft *)task;
	const char *key = self->work.spec.folder->sync_key;

	if (!collection_begin(&self->collection, response, key, sink, err))
		return false;
	self->status = 1;
	self->collection.take_response = take_response;
	self->collection.response_into = self;
	return save_draft_chunk(task, sink, FIRST_SLICE, ret_step, err);
}

static void save_draft_free(Task *task)
{
	SaveDraft *self = (SaveDraft *)task;

	collection_clear(&self->collection);
	g_free(self->server_id);
	g_free(self->part_id);
	g_free(self->reference);
	g_free(self);
}

Task *eas_save_draft_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = {
		.ask = save_draft_ask,
		.take = save_draft_take,
		.chunk = save_draft_chunk,
		.free = save_draft_free,
	};
	const char *key = spec->folder->sync_key;

	if (request_version(spec->state) < VERSION_DRAFTS)
		return fail_null(err, ERR_UNSUPPORTED,
		                 _("this server keeps no drafts of ours: that needs ActiveSync "
		                   "16.1"));
	if (!key || strcmp(key, "0") == 0)
		return fail_null(err, ERR_RESYNC,
		                 _("the folder has to be synced before a change can be sent"));
	return work_new(sizeof(SaveDraft), &ops, spec);
}
