/* ItemOperations EmptyFolderContents ([MS-ASCMD] 2.2.3.56): every message of a folder, for good;
 * the folders below stay. */
#include "base/error.h"
#include "base/i18n.h"
#include "eas/item_operations.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

typedef struct { Work work; int64_t status; } Empty;

static const Op *op_of(const Empty *self) { return g_ptr_array_index(self->work.spec.ops, 0); }

static HttpRequest *empty_ask(Task *task, GError **err)
{
	const Empty *self = (const Empty *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_ItemOperations_ItemOperations);
	wbxml_open(writer, WBXML_ItemOperations_EmptyFolderContents);
	wbxml_text(writer, WBXML_AirSync_CollectionId, op_of(self)->folder_server_id);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "ItemOperations", NULL, writer);
}

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Empty *self = into;

	return tag == WBXML_ItemOperations_Status ? reply_int(reader, 0, 9999, &self->status, err)
	                                          : wbxml_reader_skip(reader, err);
}

static bool take_operation(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	(void)tag;
	return reply_walk(reader, take_value, into, err);
}

static bool empty_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                       GError **err)
{
	Empty *self = (Empty *)task;
	const ItemOperation empty = { WBXML_ItemOperations_EmptyFolderContents, take_operation,
		                      self };
	g_autoptr(WbxmlReader) reader = NULL;
	g_autoptr(GError) why = NULL;

	self->status = 1;
	*ret_step = STEP_DONE;
	if (!reply_open(response, sink, WBXML_ItemOperations_ItemOperations, &reader, err))
		return false;
	if (!reader)
		return fail(err, ERR_PROTOCOL, _("the server answers a change with nothing"));
	if (!item_operations_read(reader, &empty, err))
		return false;
	if (status_check(FAMILY_ITEMS, (int)self->status, &why))
		sink->ops->op_done(sink, op_of(self)->id);
	else
		sink->ops->op_failed(sink, op_of(self)->id, why);
	return true;
}

static void empty_free(Task *task) { g_free(task); }

Task *eas_empty_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = empty_ask, .take = empty_take, .free = empty_free };

	(void)err;
	return work_new(sizeof(Empty), &ops, spec);
}
