/*
 * FolderCreate, FolderUpdate and FolderDelete ([MS-ASCMD] 2.2.1.3 to 2.2.1.5), one a request: each
 * moves the key of the folder list on.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"
#include "model/folder.h"

typedef struct {
	const char  *command;
	WbxmlTag     root;
	StatusFamily family;
} Form;

typedef struct {
	Work        work;
	/* Of the answer. */
	int64_t     status;
	char       *new_key, *server_id;
} FolderChange;

static const Op *op_of(const FolderChange *self)
{
	return g_ptr_array_index(self->work.spec.ops, 0);
}

static Form form_of(const FolderChange *self)
{
	switch (op_of(self)->kind) {
	case OP_FOLDER_CREATE:
		return (Form){ "FolderCreate", WBXML_FolderHierarchy_FolderCreate,
			       FAMILY_FOLDER_CREATE };
	case OP_FOLDER_DELETE:
		return (Form){ "FolderDelete", WBXML_FolderHierarchy_FolderDelete,
			       FAMILY_FOLDER_CHANGE };
	default:
		return (Form){ "FolderUpdate", WBXML_FolderHierarchy_FolderUpdate,
			       FAMILY_FOLDER_CHANGE };
	}
}

/* ---- the request ---- */

static void write_place(WbxmlWriter *writer, const Op *op)
{
	if (op->kind == OP_FOLDER_DELETE)
		return;
	wbxml_text(writer, WBXML_FolderHierarchy_ParentId, op->target_server_id);
	wbxml_text(writer, WBXML_FolderHierarchy_DisplayName, op->value.text);
	if (op->kind == OP_FOLDER_CREATE)
		wbxml_int(writer, WBXML_FolderHierarchy_Type, FOLDER_USER_MAIL);
}

static HttpRequest *folder_change_ask(Task *task, GError **err)
{
	const FolderChange *self = (const FolderChange *)task;
	const Op *op = op_of(self);
	Form form = form_of(self);
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, form.root);
	wbxml_text(writer, WBXML_FolderHierarchy_SyncKey, self->work.spec.state->folder_key);
	if (op->kind != OP_FOLDER_CREATE)
		wbxml_text(writer, WBXML_FolderHierarchy_ServerId, op->folder_server_id);
	write_place(writer, op);
	wbxml_close(writer);
	return request_new(&self->work.spec, form.command, NULL, writer);
}

/* ---- the answer ---- */

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	FolderChange *self = into;

	switch (tag) {
	case WBXML_FolderHierarchy_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_FolderHierarchy_SyncKey:
		return reply_line(reader, &self->new_key, err);
	case WBXML_FolderHierarchy_ServerId:
		return reply_text(reader, &self->server_id, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static void settle_done(const FolderChange *self, Sink *sink)
{
	const Op *op = op_of(self);

	if (self->server_id && *self->server_id && op->kind == OP_FOLDER_CREATE)
		sink->ops->op_named(sink, op->id, self->server_id);
	else
		sink->ops->op_done(sink, op->id);
	if (self->new_key)
		sink->ops->folder_list_end(sink, self->new_key, false);
}

/* What the server says of this folder settles the op; what is in the way of any, fails the task. */
static bool settle(const FolderChange *self, Sink *sink, GError **err)
{
	StatusFamily family = form_of(self).family;
	const StatusRow *row = status_find(family, (int)self->status);
	g_autoptr(GError) why = NULL;

	if (status_check(family, (int)self->status, &why)) {
		settle_done(self, sink);
		return true;
	}
	if (!row || row->reach == REACH_ACCOUNT) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	sink->ops->op_failed(sink, op_of(self)->id, why);
	return true;
}

static bool folder_change_take(Task *task, const HttpResponse *response, Sink *sink,
                               Step *ret_step, GError **err)
{
	FolderChange *self = (FolderChange *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	self->status = 1;
	*ret_step = STEP_DONE;
	if (!reply_open(response, sink, form_of(self).root, &reader, err))
		return false;
	if (!reader)
		return fail(err, ERR_PROTOCOL, _("the server answers a change with nothing"));
	return reply_walk(reader, take_part, self, err) && settle(self, sink, err);
}

static void folder_change_free(Task *task)
{
	FolderChange *self = (FolderChange *)task;

	g_free(self->new_key);
	g_free(self->server_id);
	g_free(self);
}

Task *eas_folder_change_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = {
		.ask = folder_change_ask,
		.take = folder_change_take,
		.free = folder_change_free,
	};

	(void)err;
	return work_new(sizeof(FolderChange), &ops, spec);
}
