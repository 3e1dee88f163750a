#include "support/memory_backend.h"

#include <string.h>

#include "base/error.h"
#include "model/pim_text.h"
#include "support/memory_line.h"

typedef struct {
	Task             task;
	TaskSpec         spec;
	char            *key;         /* PAGE: of the request under way; "0" asks for a key alone */
	char           **lines;       /* of the answer being read */
	guint            next;
} MemoryTask;

static MemoryTask *memory_task(Task *task) { return (MemoryTask *)task; }

static void add_folders(GString *body, const GPtrArray *folders)
{
	for (guint i = 0; folders && i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		g_string_append_printf(body, "\n%s|%s", folder->server_id, folder->sync_key);
	}
}

static void add_ops(GString *body, const GPtrArray *ops)
{
	for (guint i = 0; ops && i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		g_autofree char *text = g_strdup(op->value.text ? op->value.text : "");
		g_string_append_printf(body, "\n%" G_GINT64_FORMAT "|%s|%d|%d|%s|%s|%s", op->id,
		                       op->server_id ? op->server_id : "", (int)op->kind,
		                       (int)op->value.number,
		                       op->folder_server_id ? op->folder_server_id : "",
		                       op->target_server_id ? op->target_server_id : "",
		                       g_strdelimit(text, "\n", ','));
	}
}

static char *text_code(const PimItem *item)
{
	g_autofree char *text = item ? pim_to_text(item, PIM_TEXT_WHOLE) : NULL;

	return text ? g_base64_encode((const guchar *)text, strlen(text)) : g_strdup("");
}

static void add_changes(GString *body, const GPtrArray *changes)
{
	for (guint i = 0; changes && i < changes->len; i++) {
		const ItemChange *change = g_ptr_array_index(changes, i);
		const Op *op = change->op;
		g_autofree char *item = text_code(change->item), *was = text_code(change->was);
		g_string_append_printf(body, "\n%" G_GINT64_FORMAT "|%s|%d|%s|%s|%s", op->id,
		                       op->server_id ? op->server_id : "", (int)op->kind,
		                       op->client_id ? op->client_id : "", item, was);
	}
}

static void add_send(GString *body, const SendSpec *send)
{
	gsize len;
	const void *mime = send ? g_bytes_get_data(send->mime, &len) : NULL;
	g_autofree char *text = send ? g_base64_encode(mime, len) : NULL;

	if (send)
		g_string_append_printf(body, "\n%s|%d|%d|%s|%s", send->client_id, (int)send->form,
		                       send->wants_copy, send->source_item ? send->source_item : "",
		                       text);
}

/* The subject stands for what the draft says, one line for the whole. */
static void add_draft(GString *body, const DraftSpec *draft)
{
	if (draft)
		g_string_append_printf(body, "\n%s|%u|%s", draft->client_id,
		                       draft->parts ? draft->parts->len : 0,
		                       draft->subject ? draft->subject : "");
}

static void add_ids(GString *body, const GPtrArray *ids)
{
	for (guint i = 0; ids && i < ids->len; i++)
		g_string_append_printf(body, "\n%s", (const char *)g_ptr_array_index(ids, i));
}

static HttpRequest *memory_ask(Task *task, GError **err)
{
	MemoryTask *memory = memory_task(task);
	const TaskSpec *spec = &memory->spec;
	const char *url =
		spec->state->server_url ? spec->state->server_url : spec->account->server_url;
	g_autoptr(GString) body = g_string_new(NULL);
	HttpRequest *request = http_request_new("POST", url);

	(void)err;
	g_string_printf(body, "%d|%s|%s|%d|%s|%s|%s|%s", (int)task->kind,
	                spec->folder ? spec->folder->server_id : "", memory->key ? memory->key : "",
	                task->kind == TASK_LISTEN ? spec->heartbeat_s : spec->window,
	                spec->server_id ? spec->server_id : "",
	                spec->reference ? spec->reference : "",
	                spec->state->policy_key ? spec->state->policy_key : "0",
	                spec->state->folder_key ? spec->state->folder_key : "0");
	add_folders(body, spec->folders);
	add_ops(body, task->kind == TASK_PUSH_ITEMS ? NULL : spec->ops);
	add_changes(body, spec->changes);
	add_send(body, task->kind == TASK_SEND ? spec->send : NULL);
	add_draft(body, task->kind == TASK_SAVE_DRAFT ? spec->draft : NULL);
	add_ids(body, task->kind == TASK_MESSAGE_IDS ? spec->server_ids : NULL);
	request->body = g_bytes_new(body->str, body->len);
	request->timeout_s = task->kind == TASK_LISTEN ? spec->heartbeat_s + 30 : 30;
	request->lane = task->kind == TASK_LISTEN ? LANE_PUSH : LANE_COMMAND;
	request->is_once = task->kind == TASK_SEND;
	return request;
}

static Message *read_message(char **fields)
{
	Message *message = message_new();

	message->server_id = g_strdup(fields[1]);
	message->received_ms = memory_line_number(fields[2]);
	message->flags = (guint)memory_line_number(fields[3]);
	message->subject = g_strdup(fields[4]);
	if (*fields[5])
		message->categories = g_strdelimit(g_strdup(fields[5]), ",", '\n');
	message->from = g_strdup("Ann Example <ann@example.test>");
	message->body_kind = message->native_kind = BODY_TEXT;
	message->body = g_bytes_new(fields[4], strlen(fields[4]));
	return message;
}

static void read_item(char **fields, Sink *sink)
{
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(fields[2], &len);
	g_autofree char *text = g_strndup((const char *)bytes, len);
	PimItem *item = pim_from_text(text, NULL);

	*pim_item_server_id(item) = g_strdup(fields[1]);
	sink->ops->pim_give(sink, item);
}

static void read_page_fact(char **fields, Sink *sink)
{
	if (g_str_equal(fields[0], "pim"))
		read_item(fields, sink);
	if (g_str_equal(fields[0], "add"))
		sink->ops->message_give(sink, read_message(fields), HAS_ALL);
	else if (g_str_equal(fields[0], "read"))
		sink->ops->message_give(sink, read_message(fields),
		                        HAS_READ | HAS_FLAG | HAS_CATEGORIES);
	else if (g_str_equal(fields[0], "gone"))
		sink->ops->item_gone(sink, fields[1], false);
	else if (g_str_equal(fields[0], "end"))
		sink->ops->page_end(sink, fields[1], memory_line_number(fields[2]) != 0);
}

static void read_op_failed(char **fields, Sink *sink)
{
	g_autoptr(GError) why = NULL;
	ErrorKind kind = (ErrorKind)memory_line_number(fields[2]);

	fail(&why, kind, "the server answers \"%s\"", error_kind_name(kind));
	sink->ops->op_failed(sink, memory_line_number(fields[1]), why);
}

static void read_op_fact(char **fields, Sink *sink)
{
	if (g_str_equal(fields[0], "done"))
		sink->ops->op_done(sink, memory_line_number(fields[1]));
	else if (g_str_equal(fields[0], "named"))
		sink->ops->op_named(sink, memory_line_number(fields[1]), fields[2]);
	else if (g_str_equal(fields[0], "failed"))
		read_op_failed(fields, sink);
	else if (g_str_equal(fields[0], "part"))
		sink->ops->draft_part(sink, (guint)memory_line_number(fields[1]), fields[2]);
}

static void read_folder(char **fields, Sink *sink)
{
	Folder *folder = folder_new();

	folder->server_id = g_strdup(fields[1]);
	folder->parent_server_id = g_strdup("0");
	folder->name = g_strdup(fields[2]);
	folder->type = (FolderType)memory_line_number(fields[3]);
	sink->ops->folder_give(sink, folder);
}

static void read_account_fact(char **fields, Sink *sink)
{
	if (g_str_equal(fields[0], "server"))
		sink->ops->server(sink, "1", fields[1]);
	else if (g_str_equal(fields[0], "version"))
		sink->ops->version(sink, fields[1]);
	else if (g_str_equal(fields[0], "policy"))
		sink->ops->policy(sink, fields[1], "hash", fields[2]);
	else if (g_str_equal(fields[0], "device"))
		sink->ops->device_told(sink);
	else if (g_str_equal(fields[0], "moved"))
		sink->ops->moved(sink, fields[1]);
	else if (g_str_equal(fields[0], "folder"))
		read_folder(fields, sink);
	else if (g_str_equal(fields[0], "folders"))
		sink->ops->folder_list_end(sink, fields[1], memory_line_number(fields[2]) != 0);
}

static void read_other_fact(char **fields, Sink *sink)
{
	if (g_str_equal(fields[0], "behind"))
		sink->ops->folder_behind(sink, fields[1]);
	else if (g_str_equal(fields[0], "heartbeat"))
		sink->ops->heartbeat(sink, (int)memory_line_number(fields[1]));
	else if (g_str_equal(fields[0], "estimate"))
		sink->ops->estimate(sink, fields[1], memory_line_number(fields[2]));
	else if (g_str_equal(fields[0], "content")) {
		g_autoptr(GBytes) content = g_bytes_new(fields[1], strlen(fields[1]));
		sink->ops->fetched(sink, BODY_TEXT, content, "text/plain");
	}
}

static void read_send_fact(char **fields, Sink *sink)
{
	if (g_str_equal(fields[0], "message-id")) {
		sink->ops->message_id(sink, fields[1], fields[2]);
	} else if (g_str_equal(fields[0], "refused")) {
		ErrorKind kind = (ErrorKind)memory_line_number(fields[1]);
		g_autoptr(GError) why = NULL;
		fail(&why, kind, "the server refuses the message (%s)", error_kind_name(kind));
		sink->ops->send_refused(sink, why);
	}
}

/* One line; false at "cut", where the answer ends too early. */
static bool read_line(const char *line, Sink *sink)
{
	g_auto(GStrv) fields = memory_line_fields(line);

	if (!fields[0] || g_str_equal(fields[0], "cut"))
		return !fields[0];
	read_account_fact(fields, sink);
	read_page_fact(fields, sink);
	read_op_fact(fields, sink);
	read_other_fact(fields, sink);
	read_send_fact(fields, sink);
	return true;
}

static bool memory_chunk(Task *task, Sink *sink, unsigned budget_items, Step *ret_step,
                         GError **err)
{
	MemoryTask *memory = memory_task(task);

	for (; budget_items > 0 && memory->lines[memory->next]; memory->next++, budget_items--)
		if (!read_line(memory->lines[memory->next], sink))
			return fail(err, ERR_PROTOCOL, "the answer ends in the middle");
	*ret_step = memory->lines[memory->next] ? STEP_MORE : STEP_DONE;
	return true;
}

/* The answer to key "0" is a key, with which the page is asked for. */
static bool take_first_key(MemoryTask *memory, const char *body, Step *ret_step)
{
	if (memory->task.kind != TASK_PAGE || !g_str_has_prefix(body, "key|"))
		return false;
	g_free(memory->key);
	memory->key = g_strdup(body + strlen("key|"));
	*ret_step = STEP_ASK;
	return true;
}

static bool memory_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                        GError **err)
{
	MemoryTask *memory = memory_task(task);
	const char *failure = http_response_header(response, "x-failure");
	const char *moved = http_response_header(response, "x-ms-location");
	gsize len;
	const char *bytes = g_bytes_get_data(response->body, &len);
	g_autofree char *body = g_strndup(bytes ? bytes : "", len);

	if (moved)
		sink->ops->moved(sink, moved);
	if (failure)
		return fail(err, (ErrorKind)memory_line_number(failure), "the server answers \"%s\"",
		            error_kind_name((ErrorKind)memory_line_number(failure)));
	if (take_first_key(memory, body, ret_step))
		return true;
	if (g_str_equal(body, "wipe")) {
		*ret_step = STEP_DONE;
		return sink->ops->wipe(sink, true, err);
	}
	g_strfreev(memory->lines);
	memory->lines = g_strsplit(body, "\n", -1);
	memory->next = 0;
	return memory_chunk(task, sink, 8, ret_step, err);
}

static void memory_free(Task *task)
{
	MemoryTask *memory = memory_task(task);

	g_free(memory->key);
	g_strfreev(memory->lines);
	g_free(memory);
}

static const TaskOps memory_task_ops = { memory_ask, memory_take, memory_chunk, memory_free };

static Task *memory_begin(const Backend *backend, const TaskSpec *spec, GError **err)
{
	MemoryTask *memory = g_new0(MemoryTask, 1);

	(void)backend;
	(void)err;
	memory->spec = *spec;
	memory->task = (Task){ &memory_task_ops, spec->kind };
	memory->key = spec->folder ? g_strdup(spec->folder->sync_key) : NULL;
	return &memory->task;
}

const Backend memory_backend = { "memory", memory_begin };
