/*
 * The person's operations of one folder, as Changes of a Sync, or of several if there are many.
 * Silence is success: the answer names only what failed.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/collection.h"

enum { FIRST_SLICE = 32, COMMANDS_MAX = 200 /* of one Sync; more is Status 4 */ };

typedef struct {
	Work       work;
	char      *key;
	guint      from, count;    /* the ops under way: count of them, beginning at from */
	Collection collection;
} PushOps;

static const Op *op_at(const PushOps *self, guint index)
{
	return g_ptr_array_index(self->work.spec.ops, index);
}

static void write_op(WbxmlWriter *writer, const Op *op)
{
	wbxml_open(writer, WBXML_AirSync_Change);
	wbxml_text(writer, WBXML_AirSync_ServerId, op->server_id);
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	switch (op->kind) {
	case OP_MARK_READ:
		wbxml_int(writer, WBXML_Email_Read, op->value.number != 0);
		break;
	default:
		break;
	}
	wbxml_close(writer);
	wbxml_close(writer);
}

/* GetChanges 0: what others changed comes with a page of its own, after ours is confirmed. */
static HttpRequest *push_ops_ask(Task *task, GError **err)
{
	PushOps *self = (PushOps *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	self->count = MIN(self->work.spec.ops->len - self->from, COMMANDS_MAX);
	collection_open(writer, &self->work, self->key);
	wbxml_int(writer, WBXML_AirSync_GetChanges, 0);
	collection_options(writer, &self->work);
	wbxml_open(writer, WBXML_AirSync_Commands);
	for (guint i = 0; i < self->count; i++)
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

	if (status == 0 || (row && row->kind == ERR_EXISTS)) {
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
	if (is_over)
		finish(self, sink, ret_step);
	else
		*ret_step = STEP_MORE;
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
	return &self->work.task;
}
