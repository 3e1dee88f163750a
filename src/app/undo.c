#include "app/undo.h"

#include "base/error.h"
#include "base/i18n.h"

enum { ACTIONS_MOST = 100 };

typedef struct {
	char      *label;
	GPtrArray *ops;          /* of Op, as they were written */
	int64_t    group_id;
} Done;

struct Undo {
	GPtrArray *done, *undone;      /* of Done, the last one last */
};

static void done_free(gpointer data)
{
	Done *done = data;

	g_free(done->label);
	g_ptr_array_unref(done->ops);
	g_free(done);
}

Undo *undo_new(void)
{
	Undo *undo = g_new0(Undo, 1);

	undo->done = g_ptr_array_new_with_free_func(done_free);
	undo->undone = g_ptr_array_new_with_free_func(done_free);
	return undo;
}

void undo_free(Undo *undo)
{
	if (!undo)
		return;
	g_ptr_array_unref(undo->done);
	g_ptr_array_unref(undo->undone);
	g_free(undo);
}

void undo_step_clear(UndoStep *step)
{
	g_free(step->label);
	g_clear_pointer(&step->ops, g_ptr_array_unref);
	*step = (UndoStep){ 0 };
}

/* ---- actions ---- */

static GPtrArray *new_ops(void) { return g_ptr_array_new_with_free_func((GDestroyNotify)op_free); }

/* Of ten that are marked as read, seven were read before: these stay so. */
static GPtrArray *ops_that_changed(const GPtrArray *ops)
{
	GPtrArray *changed = new_ops();

	for (guint i = 0; i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		if (op->account_id && !op_value_equal(op->kind, &op->value, &op->before))
			g_ptr_array_add(changed, op_copy(op));
	}
	return changed;
}

void undo_push_again(Undo *undo, const char *label, const GPtrArray *ops, int64_t group_id)
{
	g_autoptr(GPtrArray) changed = ops_that_changed(ops);
	Done *done;

	if (changed->len == 0)
		return;
	done = g_new0(Done, 1);
	done->label = g_strdup(label);
	done->ops = g_steal_pointer(&changed);
	done->group_id = group_id;
	g_ptr_array_add(undo->done, done);
	if (undo->done->len > ACTIONS_MOST)
		g_ptr_array_remove_index(undo->done, 0);
}

void undo_push(Undo *undo, const char *label, const GPtrArray *ops, int64_t group_id)
{
	g_ptr_array_set_size(undo->undone, 0);
	undo_push_again(undo, label, ops, group_id);
}

static bool is_of_account(const Done *done, int64_t account_id)
{
	for (guint i = 0; i < done->ops->len; i++)
		if (((const Op *)g_ptr_array_index(done->ops, i))->account_id == account_id)
			return true;
	return false;
}

static void forget(GPtrArray *stack, int64_t account_id)
{
	for (guint i = stack->len; i > 0; i--)
		if (is_of_account(g_ptr_array_index(stack, i - 1), account_id))
			g_ptr_array_remove_index(stack, i - 1);
}

void undo_forget(Undo *undo, int64_t account_id)
{
	forget(undo->done, account_id);
	forget(undo->undone, account_id);
}

/* ---- back ---- */

/* The opposite of all ops, the last first; NULL if one of them has none. */
static GPtrArray *opposites(const GPtrArray *ops)
{
	g_autoptr(GPtrArray) opposite = new_ops();

	for (guint i = ops->len; i > 0; i--) {
		Op *op = op_new_opposite(g_ptr_array_index(ops, i - 1));
		if (!op)
			return NULL;
		g_ptr_array_add(opposite, op);
	}
	return g_steal_pointer(&opposite);
}

static Done *take_last(GPtrArray *stack)
{
	return stack->len ? g_ptr_array_steal_index(stack, stack->len - 1) : NULL;
}

bool undo_back(Undo *undo, UndoStep *ret_step, GError **err)
{
	Done *done = take_last(undo->done);

	if (!done)
		return fail(err, ERR_NOT_FOUND, _("there is nothing to undo"));
	*ret_step = (UndoStep){ .label = g_strdup(done->label), .ops = opposites(done->ops) };
	if (!ret_step->ops)
		ret_step->cancel_group_id = done->group_id;
	g_ptr_array_add(undo->undone, done);
	return true;
}

/* ---- again ---- */

static GPtrArray *repeats(const GPtrArray *ops)
{
	GPtrArray *again = new_ops();

	for (guint i = 0; i < ops->len; i++)
		g_ptr_array_add(again, op_new_repeat(g_ptr_array_index(ops, i)));
	return again;
}

bool undo_again(Undo *undo, UndoStep *ret_step, GError **err)
{
	Done *done = take_last(undo->undone);

	if (!done)
		return fail(err, ERR_NOT_FOUND, _("there is nothing to do again"));
	*ret_step = (UndoStep){ .label = g_strdup(done->label), .ops = repeats(done->ops) };
	done_free(done);
	return true;
}
