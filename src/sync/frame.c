#include "sync/frame.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"

enum { HEAD_BYTES = 8, KIND_COMMAND = 1, KIND_EVENT = 2 };
enum { OPS_MOST = 1000000, TEXT_MOST_BYTES = 1 << 20 };
/* An event with its long texts, a contact with its picture. */
enum { ITEM_MOST_BYTES = 16 << 20 };

/* number, folder, text, start, due, done */
#define VALUE_TYPE   "(xxmsxxx)"
/* id, group, kind, state, account, folder, message, draft, item; value, was, before; due, next, attempts,
 * client id, error kind, last error, changed */
#define OP_TYPE      "(xxuuxxxxx" VALUE_TYPE VALUE_TYPE VALUE_TYPE "xximsimsx)"
/* Of a draft what it says, and what its parts hold. */
#define DRAFT_TYPE   "(samay)"
/* kind, account, folder, message, wish, op, group, draft, item, task; text, ops, draft,
 * content */
#define COMMAND_TYPE "(uxxxxxxxxumsa" OP_TYPE "m" DRAFT_TYPE "may)"
/* kind, account, folder, message, state, error kind; text, done, total, count, wish, group, draft;
 * ops, content, draft */
#define EVENT_TYPE   "(uxxxuimsxxixxxma" OP_TYPE "maym" DRAFT_TYPE ")"

/* ---- writing ---- */

/* GVariant takes nothing but UTF-8; what is stored is, but a name from the wire may have a story.
 */
static char *fit_text(const char *text) { return text ? g_utf8_make_valid(text, -1) : NULL; }

static GVariant *pack_value(const OpValue *value)
{
	g_autofree char *text = fit_text(value->text);

	return g_variant_new(VALUE_TYPE, value->number, value->folder_id, text, value->start_ms,
	                     value->due_ms, value->done_ms);
}

static GVariant *pack_op(const Op *op)
{
	g_autofree char *last_error = fit_text(op->last_error);

	return g_variant_new("(xxuuxxxxx@" VALUE_TYPE "@" VALUE_TYPE "@" VALUE_TYPE "xximsimsx)",
	                     op->id, op->group_id, (guint32)op->kind, (guint32)op->state,
	                     op->account_id, op->folder_id, op->message_id, op->draft_id,
	                     op->item_id,
	                     pack_value(&op->value), pack_value(&op->was), pack_value(&op->before),
	                     op->due_ms, op->next_ms, op->attempts, op->client_id, op->error_kind,
	                     last_error, op->changed_ms);
}

static GVariant *pack_ops(const GPtrArray *ops)
{
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a" OP_TYPE));
	for (guint i = 0; ops && i < ops->len; i++)
		g_variant_builder_add_value(&list, pack_op(g_ptr_array_index(ops, i)));
	return g_variant_builder_end(&list);
}

static GVariant *pack_maybe(const GVariantType *type, GVariant *value)
{
	return g_variant_new_maybe(type, value);
}

static GVariant *pack_content(GBytes *content)
{
	GVariant *bytes =
		content ? g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, content, TRUE) : NULL;

	return pack_maybe(G_VARIANT_TYPE_BYTESTRING, bytes);
}

static GVariant *pack_draft(const Draft *draft)
{
	GVariantBuilder contents;
	g_autofree char *said = draft ? draft_to_text(draft) : NULL;
	g_autofree char *text = fit_text(said);

	if (!draft)
		return pack_maybe(G_VARIANT_TYPE(DRAFT_TYPE), NULL);
	g_variant_builder_init(&contents, G_VARIANT_TYPE("amay"));
	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = g_ptr_array_index(draft->parts, i);
		g_variant_builder_add_value(&contents, pack_content(part->bytes));
	}
	return pack_maybe(NULL, g_variant_new("(s@amay)", text, g_variant_builder_end(&contents)));
}

/* NULL if it is too large. Takes @body, which may be floating. */
static GBytes *frame_new(guint8 kind, GVariant *body)
{
	g_autoptr(GVariant) kept = g_variant_ref_sink(body);
	gsize len = g_variant_get_size(kept);
	guint8 *bytes;

	if (len > FRAME_MOST_BYTES)
		return NULL;
	bytes = g_malloc(HEAD_BYTES + len);
	memcpy(bytes, (const guint8[]){ 'P', FRAME_VERSION, kind, 0 }, 4);
	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (guint8)(len >> (8 * i));
	g_variant_store(kept, bytes + HEAD_BYTES);
	return g_bytes_new_take(bytes, HEAD_BYTES + len);
}

static bool command_is_for_door(CommandKind kind)
{
	switch (kind) {
	case COMMAND_GREET:
	case COMMAND_NOW:
	case COMMAND_WISH:
	case COMMAND_OPS:
	case COMMAND_DRAFT_SAVE:
	case COMMAND_DRAFT_BYTES:
	case COMMAND_DRAFT_DROP:
	case COMMAND_OUTBOX_CANCEL:
	case COMMAND_OUTBOX_RETRY:
	case COMMAND_ACCOUNT_GONE:
	case COMMAND_VIP:
	case COMMAND_NOT_VIP:
	case COMMAND_PICTURE:
	case COMMAND_REVOCATION:
	case COMMAND_PICTURE_SENDER:
	case COMMAND_NOT_PICTURE_SENDER:
	case COMMAND_CERTIFICATES:
	case COMMAND_LOCK:
	case COMMAND_UNLOCK:
		return true;
	default:
		return false;
	}
}

GBytes *frame_of_command(const Command *command)
{
	g_autofree char *text = fit_text(command->text);

	if (!command_is_for_door(command->kind))
		return NULL;
	return frame_new(KIND_COMMAND,
	                 g_variant_new("(uxxxxxxxxums@a" OP_TYPE "@m" DRAFT_TYPE "@may)",
	                               (guint32)command->kind, command->account_id,
	                               command->folder_id, command->message_id, command->wish_id,
	                               command->op_id, command->group_id, command->draft_id,
	                               command->item_id,
	                               (guint32)command->wish_task, text, pack_ops(command->ops),
	                               pack_draft(command->draft),
	                               pack_content(command->content)));
}

static GBytes *frame_of_whole_event(const SyncEvent *event)
{
	g_autofree char *text = fit_text(event->text);
	GVariant *ops = pack_maybe(G_VARIANT_TYPE("a" OP_TYPE),
	                           event->ops ? pack_ops(event->ops) : NULL);

	return frame_new(KIND_EVENT,
	                 g_variant_new("(uxxxuimsxxixxx@ma" OP_TYPE "@may@m" DRAFT_TYPE ")",
	                               (guint32)event->kind, event->account_id, event->folder_id,
	                               event->message_id, (guint32)event->state, event->error_kind,
	                               text, event->done, event->total, event->count,
	                               event->wish_id, event->group_id, event->draft_id, ops,
	                               pack_content(event->content), pack_draft(event->draft)));
}

GBytes *frame_of_event(const SyncEvent *event)
{
	SyncEvent instead = {
		.kind = SYNC_FAILED,
		.account_id = event->account_id,
		.message_id = event->message_id,
		.wish_id = event->wish_id,
		.error_kind = ERR_LIMIT,
		.text = (char *)_("this is too large to be handed from one Postern to another"),
	};
	GBytes *frame;

	if (event->kind == SYNC_QUESTION)
		return NULL;
	frame = frame_of_whole_event(event);
	return frame ? frame : frame_of_whole_event(&instead);
}

/* ---- measuring ---- */

bool frame_measure(const guint8 *bytes, size_t len, size_t *ret_len, GError **err)
{
	size_t body = 0;

	if (len > 0 && bytes[0] != 'P')
		return fail(err, ERR_PROTOCOL, _("what came through the door is not of Postern"));
	if (len > 1 && bytes[1] != FRAME_VERSION)
		return fail(err, ERR_UNSUPPORTED,
		            _("another Postern that is running is of another version; end it "
		              "first"));
	if (len > 3 && bytes[3] != 0)
		return fail(err, ERR_PROTOCOL, _("what came through the door is not of Postern"));
	for (int i = 0; len >= HEAD_BYTES && i < 4; i++)
		body |= (size_t)bytes[4 + i] << (8 * i);
	if (body > FRAME_MOST_BYTES)
		return fail(err, ERR_LIMIT, _("what came through the door is too large"));
	*ret_len = len >= HEAD_BYTES ? HEAD_BYTES + body : 0;
	return true;
}

/* ---- reading ---- */

static bool refuse(GError **err)
{
	return fail(err, ERR_PROTOCOL, _("what came through the door makes no sense"));
}

static bool text_is_within(const char *text, size_t most_bytes)
{
	return !text || strlen(text) <= most_bytes;
}

static bool text_is_fit(const char *text) { return text_is_within(text, TEXT_MOST_BYTES); }

static void unpack_value(GVariant *packed, OpValue *value)
{
	g_variant_get(packed, VALUE_TYPE, &value->number, &value->folder_id, &value->text,
	              &value->start_ms, &value->due_ms, &value->done_ms);
}

static Op *unpack_op(GVariant *packed)
{
	g_autoptr(GVariant) value = NULL, was = NULL, before = NULL;
	guint32 kind, state;
	Op *op = op_new(OP_MARK_READ);

	g_variant_get(packed, "(xxuuxxxxx@" VALUE_TYPE "@" VALUE_TYPE "@" VALUE_TYPE "xximsimsx)",
	              &op->id, &op->group_id, &kind, &state, &op->account_id, &op->folder_id,
	              &op->message_id, &op->draft_id, &op->item_id, &value, &was, &before, &op->due_ms,
	              &op->next_ms, &op->attempts, &op->client_id, &op->error_kind, &op->last_error,
	              &op->changed_ms);
	op->kind = (OpKind)kind;
	op->state = (OpState)state;
	unpack_value(value, &op->value);
	unpack_value(was, &op->was);
	unpack_value(before, &op->before);
	return op;
}

static bool value_makes_sense(OpKind kind, const OpValue *value)
{
	int64_t most = kind == OP_MARK_READ ? 1 : kind == OP_FLAG ? FLAG_DONE : G_MAXINT64;
	size_t most_bytes = op_is_of_item(kind) ? ITEM_MOST_BYTES : TEXT_MOST_BYTES;

	return text_is_within(value->text, most_bytes) && value->number >= 0 && value->number <= most;
}

static bool op_makes_sense(const Op *op)
{
	return (guint)op->kind < OP_KIND_COUNT && (guint)op->state < OP_STATE_COUNT &&
	       text_is_fit(op->client_id) && text_is_fit(op->last_error) &&
	       value_makes_sense(op->kind, &op->value);
}

static bool unpack_ops(GVariant *list, GPtrArray **ret_ops, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	gsize count = g_variant_n_children(list);

	if (count > OPS_MOST)
		return refuse(err);
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GVariant) packed = g_variant_get_child_value(list, i);
		Op *op = unpack_op(packed);
		g_ptr_array_add(ops, op);
		if (!op_makes_sense(op))
			return refuse(err);
	}
	*ret_ops = g_steal_pointer(&ops);
	return true;
}

static GBytes *unpack_content(GVariant *maybe)
{
	g_autoptr(GVariant) bytes = g_variant_get_maybe(maybe);

	return bytes ? g_variant_get_data_as_bytes(bytes) : NULL;
}

static bool unpack_draft(GVariant *packed, Draft **ret_draft, GError **err)
{
	g_autoptr(GVariant) contents = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Draft) draft = NULL;

	g_variant_get(packed, "(s@amay)", &text, &contents);
	draft = draft_from_text(text, err);
	if (!draft)
		return false;
	if (g_variant_n_children(contents) != draft->parts->len)
		return refuse(err);
	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		g_autoptr(GVariant) maybe = g_variant_get_child_value(contents, i);
		part->bytes = unpack_content(maybe);
	}
	*ret_draft = g_steal_pointer(&draft);
	return true;
}

static GVariant *body_of(GBytes *frame, guint8 kind, const char *type, GError **err)
{
	gsize len;
	size_t whole = 0;
	const guint8 *bytes = g_bytes_get_data(frame, &len);
	g_autoptr(GBytes) rest = NULL;
	g_autoptr(GVariant) body = NULL;

	if (!frame_measure(bytes, len, &whole, err))
		return NULL;
	if (len < HEAD_BYTES || whole != len || bytes[2] != kind) {
		refuse(err);
		return NULL;
	}
	rest = g_bytes_new_from_bytes(frame, HEAD_BYTES, len - HEAD_BYTES);
	body = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), rest, FALSE));
	if (g_variant_is_normal_form(body))
		return g_steal_pointer(&body);
	refuse(err);
	return NULL;
}

static bool needs_text(TaskKind wish)
{
	return wish == TASK_FETCH_PART || wish == TASK_GAL || wish == TASK_RESOLVE ||
	       wish == TASK_SEARCH || wish == TASK_FETCH_FOUND || wish == TASK_CERTIFICATES ||
	       wish == TASK_AVAILABILITY || wish == TASK_PHOTO || wish == TASK_VALIDATE;
}

static bool is_of_text(CommandKind kind)
{
	return kind == COMMAND_VIP || kind == COMMAND_NOT_VIP || kind == COMMAND_PICTURE ||
	       kind == COMMAND_REVOCATION || kind == COMMAND_PICTURE_SENDER || kind == COMMAND_NOT_PICTURE_SENDER ||
	       kind == COMMAND_ACCOUNT_GONE;
}

static bool is_of_content(CommandKind kind)
{
	return kind == COMMAND_DRAFT_BYTES || kind == COMMAND_CERTIFICATES;
}

/* A command that comes with what its kind needs, and nothing but what it may have. */
static bool command_makes_sense(const Command *command)
{
	return command_is_for_door(command->kind) && text_is_fit(command->text) &&
	       command->wish_id >= 0 &&
	       (command->kind != COMMAND_WISH || task_is_wish(command->wish_task)) &&
	       (!needs_text(command->wish_task) || command->text) &&
	       (!is_of_text(command->kind) || command->text) &&
	       (command->kind != COMMAND_OPS || command->ops->len > 0) &&
	       (command->kind != COMMAND_DRAFT_SAVE || command->draft) &&
	       (!is_of_content(command->kind) || command->content);
}

bool frame_read_command(GBytes *frame, Command **ret_command, GError **err)
{
	g_autoptr(GVariant) body = body_of(frame, KIND_COMMAND, COMMAND_TYPE, err);
	g_autoptr(Command) command = NULL;
	g_autoptr(GVariant) ops = NULL, draft = NULL, content = NULL;
	guint32 kind, task;

	if (!body)
		return false;
	command = command_new(COMMAND_NOW);
	g_variant_get(body, "(uxxxxxxxxums@a" OP_TYPE "m@" DRAFT_TYPE "m@ay)", &kind,
	              &command->account_id, &command->folder_id, &command->message_id,
	              &command->wish_id, &command->op_id, &command->group_id, &command->draft_id,
	              &command->item_id, &task, &command->text, &ops, &draft, &content);
	command->kind = (CommandKind)kind;
	command->wish_task = (TaskKind)task;
	command->content = content ? g_variant_get_data_as_bytes(content) : NULL;
	if (!unpack_ops(ops, &command->ops, err) ||
	    (draft && !unpack_draft(draft, &command->draft, err)))
		return false;
	if (!command_makes_sense(command))
		return refuse(err);
	*ret_command = g_steal_pointer(&command);
	return true;
}

static bool event_makes_sense(const SyncEvent *event)
{
	return (guint)event->kind <= SYNC_LAST_EVENT && event->kind != SYNC_QUESTION &&
	       (guint)event->state <= SYNC_ERROR && text_is_fit(event->text) &&
	       event->error_kind >= 0 && event->error_kind < ERR_KIND_COUNT &&
	       event->wish_id >= 0 &&
	       (event->kind != SYNC_WRITTEN || event->ops) &&
	       ((event->kind != SYNC_ACCOUNT_GONE && event->kind != SYNC_ACCOUNT_RENAMED) ||
	        event->text) &&
	       (event->kind != SYNC_UNLOCKED || event->content) &&
	       (event->kind != SYNC_DRAFT_SAVED || event->draft);
}

bool frame_read_event(GBytes *frame, SyncEvent **ret_event, GError **err)
{
	g_autoptr(GVariant) body = body_of(frame, KIND_EVENT, EVENT_TYPE, err);
	g_autoptr(GVariant) ops = NULL, content = NULL, draft = NULL;
	g_autoptr(SyncEvent) event = NULL;
	guint32 kind, state;

	if (!body)
		return false;
	event = g_new0(SyncEvent, 1);
	g_variant_get(body, "(uxxxuimsxxixxxm@a" OP_TYPE "m@aym@" DRAFT_TYPE ")", &kind,
	              &event->account_id, &event->folder_id, &event->message_id, &state,
	              &event->error_kind, &event->text, &event->done, &event->total, &event->count,
	              &event->wish_id, &event->group_id, &event->draft_id, &ops, &content, &draft);
	event->kind = (SyncEventKind)kind;
	event->state = (SyncState)state;
	if ((ops && !unpack_ops(ops, &event->ops, err)) ||
	    (draft && !unpack_draft(draft, &event->draft, err)))
		return false;
	event->content = content ? g_variant_get_data_as_bytes(content) : NULL;
	if (!event_makes_sense(event))
		return refuse(err);
	*ret_event = g_steal_pointer(&event);
	return true;
}
