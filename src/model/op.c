#include "model/op.h"

/* ---- values ---- */

void op_value_clear(OpValue *value)
{
	g_free(value->text);
	*value = (OpValue){ 0 };
}

void op_value_copy(OpValue *to, const OpValue *from)
{
	char *text = g_strdup(from->text);

	op_value_clear(to);
	*to = *from;
	to->text = text;
}

static bool has_same_times(const OpValue *a, const OpValue *b)
{
	return a->start_ms == b->start_ms && a->due_ms == b->due_ms && a->done_ms == b->done_ms;
}

/* The text of a flag is not in the list of messages; that of a folder is its name. */
bool op_value_equal(OpKind kind, const OpValue *a, const OpValue *b)
{
	switch (kind) {
	case OP_MARK_READ:
		return a->number == b->number;
	case OP_FLAG:
		return a->number == b->number && has_same_times(a, b);
	case OP_CATEGORIES:
		return g_strcmp0(a->text ? a->text : "", b->text ? b->text : "") == 0;
	case OP_MOVE:
		return a->folder_id == b->folder_id;
	case OP_FOLDER_CREATE:
	case OP_FOLDER_UPDATE:
		return a->folder_id == b->folder_id && g_strcmp0(a->text, b->text) == 0;
	case OP_ITEM_SAVE:
	case OP_OCCURRENCE:
		return g_strcmp0(a->text, b->text) == 0;
	default:
		return false;
	}
}

/* ---- ops ---- */

Op *op_new(OpKind kind)
{
	Op *op = g_new0(Op, 1);

	op->kind = kind;
	return op;
}

static Op *new_of_message(OpKind kind, int64_t message_id)
{
	Op *op = op_new(kind);

	op->message_id = message_id;
	return op;
}

Op *op_new_mark_read(int64_t message_id, bool is_read)
{
	Op *op = new_of_message(OP_MARK_READ, message_id);

	op->value.number = is_read;
	return op;
}

Op *op_new_flag(int64_t message_id, FlagState state, const char *text, int64_t due_ms)
{
	Op *op = new_of_message(OP_FLAG, message_id);

	op->value.number = state;
	op->value.text = g_strdup(text);
	op->value.due_ms = due_ms;
	return op;
}

Op *op_new_categories(int64_t message_id, const char *newline_list)
{
	Op *op = new_of_message(OP_CATEGORIES, message_id);

	op->value.text = g_strdup(newline_list);
	return op;
}

Op *op_new_move(int64_t message_id, int64_t folder_id)
{
	Op *op = new_of_message(OP_MOVE, message_id);

	op->value.folder_id = folder_id;
	return op;
}

Op *op_new_delete(int64_t message_id) { return new_of_message(OP_DELETE, message_id); }

Op *op_new_item_save(int64_t item_id, int64_t folder_id, const char *text)
{
	Op *op = op_new(OP_ITEM_SAVE);

	op->item_id = item_id;
	op->folder_id = folder_id;
	op->value.text = g_strdup(text);
	return op;
}

Op *op_new_item_delete(int64_t item_id)
{
	Op *op = op_new(OP_ITEM_DELETE);

	op->item_id = item_id;
	return op;
}

Op *op_new_occurrence(int64_t item_id, int64_t original_ms, const char *series_text)
{
	Op *op = op_new(OP_OCCURRENCE);

	op->item_id = item_id;
	op->value.start_ms = original_ms;
	op->value.text = g_strdup(series_text);
	return op;
}

static Op *new_of_subject(OpKind kind, const Op *op)
{
	Op *one = op_new(kind);

	one->account_id = op->account_id;
	one->folder_id = op_is_of_message(kind) ? 0 : op->folder_id;
	one->message_id = op->message_id;
	one->draft_id = op->draft_id;
	one->item_id = op->item_id;
	return one;
}

/* What was there before comes back; what was not goes. */
static Op *opposite_of_item(const Op *op)
{
	Op *opposite;

	if (op->kind == OP_RESPOND)
		return NULL;
	if (!op->before.text)
		return new_of_subject(OP_ITEM_DELETE, op);
	opposite = new_of_subject(op->kind == OP_OCCURRENCE ? OP_OCCURRENCE : OP_ITEM_SAVE, op);
	op_value_copy(&opposite->value, &op->before);
	opposite->value.start_ms = op->value.start_ms;
	return opposite;
}

Op *op_new_opposite(const Op *op)
{
	Op *opposite;

	if (op_is_of_item(op->kind))
		return opposite_of_item(op);
	if (op->kind == OP_FOLDER_CREATE)
		return new_of_subject(OP_FOLDER_DELETE, op);
	if (op->kind > OP_MOVE && op->kind != OP_FOLDER_UPDATE)
		return NULL;
	opposite = new_of_subject(op->kind, op);
	op_value_copy(&opposite->value, &op->before);
	return opposite;
}

Op *op_new_repeat(const Op *op)
{
	Op *again = new_of_subject(op->kind, op);

	if (op->kind == OP_FOLDER_CREATE)
		again->folder_id = 0;
	op_value_copy(&again->value, &op->value);
	return again;
}

Op *op_copy(const Op *from)
{
	Op *to = g_memdup2(from, sizeof *from);

	to->value.text = g_strdup(from->value.text);
	to->was.text = g_strdup(from->was.text);
	to->before.text = g_strdup(from->before.text);
	to->client_id = g_strdup(from->client_id);
	to->last_error = g_strdup(from->last_error);
	to->server_id = g_strdup(from->server_id);
	to->folder_server_id = g_strdup(from->folder_server_id);
	to->target_server_id = g_strdup(from->target_server_id);
	return to;
}

void op_free(Op *op)
{
	if (!op)
		return;
	op_value_clear(&op->value);
	op_value_clear(&op->was);
	op_value_clear(&op->before);
	g_free(op->client_id);
	g_free(op->last_error);
	g_free(op->server_id);
	g_free(op->folder_server_id);
	g_free(op->target_server_id);
	g_free(op);
}

/* A folder or item that is being made has no name yet, and needs none; an invitation that is gone
 * has none any more. */
bool op_has_names(const Op *op)
{
	bool is_made_here = op->kind == OP_FOLDER_CREATE;

	if (op->kind == OP_RESPOND && !op->server_id)
		return false;

	return (op_makes_item(op) || !op_is_placeholder(op->server_id)) && !op_is_placeholder(op->target_server_id) &&
	       (is_made_here || !op_is_placeholder(op->folder_server_id));
}
