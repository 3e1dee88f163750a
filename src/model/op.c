#include "model/op.h"

Op *op_new(OpKind kind, int64_t message_id, int value)
{
	Op *op = g_new0(Op, 1);

	op->kind = kind;
	op->message_id = message_id;
	op->value = value;
	return op;
}

Op *op_copy(const Op *from)
{
	Op *to = g_memdup2(from, sizeof *from);

	to->server_id = g_strdup(from->server_id);
	to->last_error = g_strdup(from->last_error);
	return to;
}

void op_free(Op *op)
{
	if (!op)
		return;
	g_free(op->server_id);
	g_free(op->last_error);
	g_free(op);
}
