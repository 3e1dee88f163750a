/* MoveItems ([MS-ASCMD] 2.2.1.12): messages from any folders to any, a thousand a request. */

#include "base/error.h"
#include "base/i18n.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { MOVES_MAX = 1000 };

typedef struct {
	Work        work;
	guint       from, count;   /* the ops under way */
	GHashTable *open;          /* of those, by op: not answered yet */
	Sink       *sink;
} Move;

/* One Response. */
typedef struct { char *source_id, *target_id; int64_t status; } Moved;

static const Op *op_at(const Move *self, guint index)
{
	return g_ptr_array_index(self->work.spec.ops, index);
}

static void write_move(WbxmlWriter *writer, const Op *op)
{
	wbxml_open(writer, WBXML_Move_Move);
	wbxml_text(writer, WBXML_Move_SrcMsgId, op->server_id);
	wbxml_text(writer, WBXML_Move_SrcFldId, op->folder_server_id);
	wbxml_text(writer, WBXML_Move_DstFldId, op->target_server_id);
	wbxml_close(writer);
}

static HttpRequest *move_ask(Task *task, GError **err)
{
	Move *self = (Move *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	self->count = MIN(self->work.spec.ops->len - self->from, MOVES_MAX);
	g_hash_table_remove_all(self->open);
	wbxml_open(writer, WBXML_Move_MoveItems);
	for (guint i = self->from; i < self->from + self->count; i++) {
		g_hash_table_add(self->open, (gpointer)op_at(self, i));
		write_move(writer, op_at(self, i));
	}
	wbxml_close(writer);
	return request_new(&self->work.spec, "MoveItems", NULL, writer);
}

/* ---- the answer ---- */

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Moved *moved = into;

	switch (tag) {
	case WBXML_Move_SrcMsgId:
		return reply_text(reader, &moved->source_id, err);
	case WBXML_Move_DstMsgId:
		return reply_text(reader, &moved->target_id, err);
	case WBXML_Move_Status:
		return reply_int(reader, 0, 9999, &moved->status, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* Ids of several folders may be alike: the answers come in the order of the request. */
static const Op *op_find(const Move *self, const char *source_id)
{
	for (guint i = self->from; i < self->from + self->count; i++) {
		const Op *op = op_at(self, i);
		if (g_strcmp0(op->server_id, source_id) == 0 &&
		    g_hash_table_contains(self->open, op))
			return op;
	}
	return NULL;
}

/* A server that does not say the new name lists the message under it soon: then ours goes. */
static void settle_moved(const Move *self, const Op *op, const Moved *moved)
{
	g_autoptr(GError) why = NULL;

	if (moved->target_id && *moved->target_id) {
		self->sink->ops->op_named(self->sink, op->id, moved->target_id);
		return;
	}
	fail(&why, ERR_GONE,
	     _("the message was moved, and the server does not say how it is called now"));
	self->sink->ops->op_failed(self->sink, op->id, why);
}

static void settle(Move *self, const Moved *moved)
{
	const Op *op = op_find(self, moved->source_id);
	g_autoptr(GError) why = NULL;

	if (!op)
		return;
	g_hash_table_remove(self->open, op);
	if (status_check(FAMILY_MOVE, (int)moved->status, &why))
		settle_moved(self, op, moved);
	else
		self->sink->ops->op_failed(self->sink, op->id, why);
}

static bool take_response(Move *self, WbxmlReader *reader, GError **err)
{
	Moved moved = { 0 };
	bool is_read = reply_walk(reader, take_value, &moved, err);

	if (is_read)
		settle(self, &moved);
	g_free(moved.source_id);
	g_free(moved.target_id);
	return is_read;
}

/* From 14.0 on a common status may stand in place of all responses. */
static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_Move_Response:
		return take_response(into, reader, err);
	case WBXML_Move_Status:
		return reply_status(reader, FAMILY_COMMON, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static void fail_unanswered(Move *self)
{
	g_autoptr(GError) why = NULL;

	fail(&why, ERR_SERVER, _("the server does not say whether it has moved the message"));
	for (guint i = self->from; i < self->from + self->count; i++)
		if (g_hash_table_contains(self->open, op_at(self, i)))
			self->sink->ops->op_failed(self->sink, op_at(self, i)->id, why);
}

static bool move_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                      GError **err)
{
	Move *self = (Move *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	self->sink = sink;
	if (!reply_open(response, sink, WBXML_Move_MoveItems, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, self, err)))
		return false;
	fail_unanswered(self);
	self->from += self->count;
	*ret_step = self->from < self->work.spec.ops->len ? STEP_ASK : STEP_DONE;
	return true;
}

static void move_free(Task *task)
{
	g_hash_table_unref(((Move *)task)->open);
	g_free(task);
}

Task *eas_move_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = move_ask, .take = move_take, .free = move_free };
	Move *self = work_new(sizeof *self, &ops, spec);

	(void)err;
	self->open = g_hash_table_new(NULL, NULL);
	return &self->work.task;
}
