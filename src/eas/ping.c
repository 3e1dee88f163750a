/*
 * Ping: the server answers when something happens in a folder, or when the heartbeat is over
 * ([MS-ASCMD] 2.2.1.13). The folders go along each time: a server may have forgotten the last ones.
 */
#include "eas/item_class.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { HEARTBEAT_MAX_S = 3540, GRACE_S = 30 };
enum { STATUS_NOTHING = 1, STATUS_CHANGES = 2, STATUS_HEARTBEAT = 5 };

typedef struct {
	Work       work;
	int        heartbeat_s;
	/* Of the answer being read. */
	int64_t    status;
	int64_t    accepted_s;    /* what the server would accept; 0 not said */
	GPtrArray *changed;       /* of char *, ids */
} Ping;

static void write_folder(WbxmlWriter *writer, const Folder *folder)
{
	wbxml_open(writer, WBXML_Ping_Folder);
	wbxml_text(writer, WBXML_Ping_Id, folder->server_id);
	wbxml_text(writer, WBXML_Ping_Class, item_class_name(folder->type));
	wbxml_close(writer);
}

static HttpRequest *ping_ask(Task *task, GError **err)
{
	const Ping *self = (const Ping *)task;
	const GPtrArray *folders = self->work.spec.folders;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_Ping_Ping);
	wbxml_int(writer, WBXML_Ping_HeartbeatInterval, self->heartbeat_s);
	wbxml_open(writer, WBXML_Ping_Folders);
	for (guint i = 0; i < folders->len; i++)
		write_folder(writer, g_ptr_array_index(folders, i));
	wbxml_close(writer);
	wbxml_close(writer);

	HttpRequest *request = request_new(&self->work.spec, "Ping", NULL, writer);
	request->lane = LANE_PUSH;
	request->timeout_s = self->heartbeat_s + GRACE_S;
	return request;
}

static bool take_folder(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Ping *self = into;
	char *id = NULL;

	if (tag != WBXML_Ping_Folder)
		return wbxml_reader_skip(reader, err);
	if (!reply_text(reader, &id, err))
		return false;
	g_ptr_array_add(self->changed, id);
	return true;
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Ping *self = into;

	switch (tag) {
	case WBXML_Ping_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_Ping_HeartbeatInterval:
		return reply_int(reader, 1, HEARTBEAT_MAX_S, &self->accepted_s, err);
	case WBXML_Ping_Folders:
		return reply_walk(reader, take_folder, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* A heartbeat that the server refuses while it names another one is no failure: whoever asked asks
 * again with that. */
static bool finish(Ping *self, Sink *sink, Step *ret_step, GError **err)
{
	if (self->status == STATUS_HEARTBEAT && self->accepted_s)
		sink->ops->heartbeat(sink, (int)self->accepted_s);
	else if (self->status != STATUS_CHANGES &&
	         !status_check(FAMILY_PING, (int)self->status, err))
		return false;
	for (guint i = 0; i < self->changed->len; i++)
		sink->ops->folder_behind(sink, g_ptr_array_index(self->changed, i));
	*ret_step = STEP_DONE;
	return true;
}

static bool ping_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                      GError **err)
{
	Ping *self = (Ping *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	self->status = STATUS_NOTHING;
	self->accepted_s = 0;
	g_ptr_array_set_size(self->changed, 0);
	if (!reply_open(response, sink, WBXML_Ping_Ping, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, self, err)))
		return false;
	return finish(self, sink, ret_step, err);
}

static void ping_free(Task *task)
{
	g_ptr_array_unref(((Ping *)task)->changed);
	g_free(task);
}

Task *eas_ping_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = ping_ask, .take = ping_take, .free = ping_free };
	Ping *self = work_new(sizeof *self, &ops, spec);

	(void)err;
	self->heartbeat_s = CLAMP(spec->heartbeat_s, 1, HEARTBEAT_MAX_S);
	self->changed = g_ptr_array_new_with_free_func(g_free);
	return &self->work.task;
}
