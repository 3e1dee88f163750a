/*
 * The person's operations of one folder, as Changes and Deletes of a Sync, or of several if there
 * are many. Silence is success: the answer names only what failed.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/collection.h"
#include "eas/date.h"
#include "eas/field.h"
#include "eas/item.h"

enum {
	FIRST_SLICE = 32,
	COMMANDS_MAX = 200 /* of one Sync; more is Status 4 */,
	VERSION_CATEGORIES = 140
};

typedef struct {
	Work       work;
	char      *key;
	guint      from, count;    /* the ops under way: count of them, beginning at from */
	/* Without a body nothing is said. SOGo means that all was done, and says it every time; a
	 * gateway that swallowed the request does not do so twice. */
	bool       is_repeated;
	Collection collection;
} PushOps;

static const Op *op_at(const PushOps *self, guint index)
{
	return g_ptr_array_index(self->work.spec.ops, index);
}

/* ---- the request ---- */

static void write_dates(WbxmlWriter *writer, const OpValue *flag)
{
	int64_t start_ms = flag->start_ms ? flag->start_ms : flag->due_ms;
	g_autofree char *start = date_format(start_ms), *due = date_format(flag->due_ms);
	g_autofree char *local_start = date_format_local(start_ms);
	g_autofree char *local_due = date_format_local(flag->due_ms);

	wbxml_text(writer, WBXML_Tasks_StartDate, local_start);
	wbxml_text(writer, WBXML_Tasks_UtcStartDate, start);
	wbxml_text(writer, WBXML_Tasks_DueDate, local_due);
	wbxml_text(writer, WBXML_Tasks_UtcDueDate, due);
}

static void write_completion(WbxmlWriter *writer, const OpValue *flag)
{
	g_autofree char *done = date_format(flag->done_ms);

	wbxml_text(writer, WBXML_Email_CompleteTime, done);
	wbxml_text(writer, WBXML_Tasks_DateCompleted, done);
}

/* [MS-ASEMAIL] 2.2.2.34: empty clears; the four dates come together or not at all. */
static void write_flag(WbxmlWriter *writer, const OpValue *flag)
{
	if (flag->number == FLAG_NONE) {
		wbxml_empty(writer, WBXML_Email_Flag);
		return;
	}
	wbxml_open(writer, WBXML_Email_Flag);
	wbxml_int(writer, WBXML_Email_Status,
	          flag->number == FLAG_DONE ? FLAG_STATUS_DONE : FLAG_STATUS_ACTIVE);
	wbxml_text(writer, WBXML_Email_FlagType, flag->text ? flag->text : "Follow up");
	if (flag->number == FLAG_DONE)
		write_completion(writer, flag);
	if (flag->due_ms)
		write_dates(writer, flag);
	wbxml_close(writer);
}

static void write_change(WbxmlWriter *writer, const Op *op)
{
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	if (op->kind == OP_FLAG)
		write_flag(writer, &op->value);
	else if (op->kind == OP_CATEGORIES)
		field_list(writer, WBXML_Email_Categories, WBXML_Email_Category, op->value.text,
		           true);
	else
		wbxml_int(writer, WBXML_Email_Read, op->value.number != 0);
	wbxml_close(writer);
}

static void write_op(WbxmlWriter *writer, const Op *op)
{
	bool is_delete = op->kind == OP_DELETE;

	wbxml_open(writer, is_delete ? WBXML_AirSync_Delete : WBXML_AirSync_Change);
	wbxml_text(writer, WBXML_AirSync_ServerId, op->server_id);
	if (!is_delete)
		write_change(writer, op);
	wbxml_close(writer);
}

/* What a server of this version has no word for is told at once, and never sent. */
static bool is_known(const PushOps *self, const Op *op)
{
	return op->kind != OP_CATEGORIES || self->work.version >= VERSION_CATEGORIES;
}

/* Without a word the server would move what is deleted to its trash. */
static bool has_delete(const PushOps *self)
{
	for (guint i = 0; i < self->count; i++)
		if (op_at(self, self->from + i)->kind == OP_DELETE)
			return true;
	return false;
}

/* GetChanges 0: what others changed comes with a page of its own, after ours is confirmed. */
static HttpRequest *push_ops_ask(Task *task, GError **err)
{
	PushOps *self = (PushOps *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	self->count = MIN(self->work.spec.ops->len - self->from, COMMANDS_MAX);
	collection_open(writer, &self->work, self->key);
	if (has_delete(self))
		wbxml_int(writer, WBXML_AirSync_DeletesAsMoves, 0);
	wbxml_int(writer, WBXML_AirSync_GetChanges, 0);
	collection_options(writer, &self->work);
	wbxml_open(writer, WBXML_AirSync_Commands);
	for (guint i = 0; i < self->count; i++)
		if (is_known(self, op_at(self, self->from + i)))
			write_op(writer, op_at(self, self->from + i));
	wbxml_close(writer);
	return collection_request(writer, &self->work);
}

/* A conflict that the server won is settled: its version follows with the next page. */
static void settle(const PushOps *self, const Op *op, Sink *sink)
{
	int status = GPOINTER_TO_INT(g_hash_table_lookup(self->collection.refused, op->server_id));
	const StatusRow *row = status ? status_find(FAMILY_SYNC, status) : NULL;
	g_autoptr(GError) why = NULL;

	if (!is_known(self, op)) {
		fail(&why, ERR_UNSUPPORTED,
		     _("the server's version of ActiveSync knows no categories of mail"));
		sink->ops->op_failed(sink, op->id, why);
		return;
	}
	if (status == 0 || (row && row->kind == ERR_EXISTS && op->kind == OP_MARK_READ)) {
		sink->ops->op_done(sink, op->id);
		return;
	}
	status_check(FAMILY_SYNC, status, &why);
	sink->ops->op_failed(sink, op->id, why);
}

static void finish(PushOps *self, Sink *sink, Step *ret_step)
{
	if (self->collection.sync_key) {
		g_free(self->key);
		self->key = g_strdup(self->collection.sync_key);
	}
	self->is_repeated = false;
	for (guint i = 0; i < self->count; i++)
		settle(self, op_at(self, self->from + i), sink);
	sink->ops->page_end(sink, self->key, self->collection.has_more);
	self->from += self->count;
	*ret_step = self->from < self->work.spec.ops->len ? STEP_ASK : STEP_DONE;
}

static bool push_ops_chunk(Task *task, Sink *sink, unsigned budget_items, Step *ret_step,
                           GError **err)
{
	PushOps *self = (PushOps *)task;
	bool is_over;

	if (!collection_read(&self->collection, sink, budget_items, &is_over, err))
		return false;
	*ret_step = STEP_MORE;
	if (!is_over)
		return true;
	if (!self->collection.sync_key && !self->is_repeated) {
		self->is_repeated = true;
		*ret_step = STEP_ASK;
		return true;
	}
	finish(self, sink, ret_step);
	return true;
}

static bool push_ops_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                          GError **err)
{
	PushOps *self = (PushOps *)task;

	return collection_begin(&self->collection, response, self->key, sink, err) &&
	       push_ops_chunk(task, sink, FIRST_SLICE, ret_step, err);
}

static void push_ops_free(Task *task)
{
	PushOps *self = (PushOps *)task;

	collection_clear(&self->collection);
	g_free(self->key);
	g_free(self);
}

Task *eas_push_ops_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = {
		.ask = push_ops_ask,
		.take = push_ops_take,
		.chunk = push_ops_chunk,
		.free = push_ops_free,
	};
	const char *key = spec->folder->sync_key;

	if (!key || strcmp(key, "0") == 0)
		return fail_null(err, ERR_RESYNC,
		                 _("the folder has to be synced before a change can be sent"));
	PushOps *self = work_new(sizeof *self, &ops, spec);
	self->key = g_strdup(key);
	self->collection.type = spec->folder->type;
	return &self->work.task;
}
