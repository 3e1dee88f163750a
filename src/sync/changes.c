#include "sync/changes.h"

#include "model/pim_text.h"

static void change_free(void *data)
{
	ItemChange *change = data;

	pim_item_free((PimItem *)change->item);
	pim_item_free((PimItem *)change->was);
	g_free(change);
}

static bool read_text(const char *text, const PimItem **ret_item, GError **err)
{
	*ret_item = text ? pim_from_text(text, err) : NULL;
	return !text || *ret_item;
}

static bool add_change(GPtrArray *changes, Op *op, GError **err)
{
	ItemChange *change = g_new0(ItemChange, 1);
	bool is_deletion = op->kind == OP_ITEM_DELETE;

	g_ptr_array_add(changes, change);
	if (op_is_placeholder(op->server_id))
		g_clear_pointer(&op->server_id, g_free);
	change->op = op;
	change->instance_ms = op->kind == OP_OCCURRENCE ? op->value.start_ms : 0;
	return read_text(is_deletion ? NULL : op->value.text, &change->item, err) &&
	       read_text(op->was.text, &change->was, err);
}

GPtrArray *changes_of_ops(const GPtrArray *ops, GError **err)
{
	g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func(change_free);

	for (guint i = 0; i < ops->len; i++)
		if (!add_change(changes, g_ptr_array_index(ops, i), err))
			return NULL;
	return g_steal_pointer(&changes);
}

AnswerSpec changes_answer(const Op *op)
{
	const OpValue *value = &op->value;

	return (AnswerSpec){ .choice = (ResponseType)(value->number & ~OP_RESPOND_SILENT),
		             .instance_ms = value->start_ms,
		             .tells_organizer = !(value->number & OP_RESPOND_SILENT),
		             .comment = value->text,
		             .proposed_start_ms = value->due_ms,
		             .proposed_end_ms = value->done_ms };
}
