#include <glib.h>

#include "app/undo.h"
#include "base/error.h"

/* An op as it comes back from the store. */
static Op *written(Op *op, int64_t group_id)
{
	op->id = group_id * 10;
	op->group_id = group_id;
	op->account_id = 1;
	return op;
}

static Op *mark(int64_t message_id, bool is_read, bool was_read)
{
	Op *op = written(op_new_mark_read(message_id, is_read), 1);

	op->before.number = was_read;
	return op;
}

static Op *move(int64_t message_id, int64_t from, int64_t to)
{
	Op *op = written(op_new_move(message_id, to), 2);

	op->before.folder_id = from;
	return op;
}

static void push(Undo *undo, const char *label, int64_t group_id, Op *first, Op *second)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	g_ptr_array_add(ops, first);
	if (second)
		g_ptr_array_add(ops, second);
	undo_push(undo, label, ops, group_id);
}

static void test_the_last_first(void)
{
	g_autoptr(Undo) undo = undo_new();
	g_auto(UndoStep) moved = { 0 }, marked = { 0 }, none = { 0 };
	g_autoptr(GError) err = NULL;

	push(undo, "marked", 1, mark(5, true, false), mark(6, true, true));
	push(undo, "moved", 2, move(5, 10, 20), NULL);
	g_assert_true(undo_back(undo, &moved, NULL));
	g_assert_cmpstr(moved.label, ==, "moved");
	g_assert_cmpuint(moved.ops->len, ==, 1);
	const Op *back = moved.ops->pdata[0];
	g_assert_cmpint(back->kind, ==, OP_MOVE);
	g_assert_cmpint(back->value.folder_id, ==, 10);
	g_assert_cmpint(back->id, ==, 0);
	g_assert_true(undo_back(undo, &marked, NULL));
	g_assert_cmpuint(marked.ops->len, ==, 1);      /* the second was read before */
	g_assert_cmpint(((Op *)marked.ops->pdata[0])->message_id, ==, 5);
	g_assert_cmpint(((Op *)marked.ops->pdata[0])->value.number, ==, 0);
	g_assert_false(undo_back(undo, &none, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_cmpstr(err->message, ==, "there is nothing to undo");
}

static void test_what_has_no_opposite_is_cancelled(void)
{
	static const struct { const char *why; OpKind kind, opposite; bool is_cancelled; } rows[] = {
		{ "read",            OP_MARK_READ,     OP_MARK_READ,     false },
		{ "flag",            OP_FLAG,          OP_FLAG,          false },
		{ "categories",      OP_CATEGORIES,    OP_CATEGORIES,    false },
		{ "move",            OP_MOVE,          OP_MOVE,          false },
		{ "deletion",        OP_DELETE,        0,                true },
		{ "a new folder",    OP_FOLDER_CREATE, OP_FOLDER_DELETE, false },
		{ "a new name",      OP_FOLDER_UPDATE, OP_FOLDER_UPDATE, false },
		{ "a folder's end",  OP_FOLDER_DELETE, 0,                true },
		{ "an empty folder", OP_FOLDER_EMPTY,  0,                true },
		{ "sending",         OP_SEND,          0,                true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Undo) undo = undo_new();
		g_auto(UndoStep) step = { 0 };
		Op *op = written(op_new(rows[i].kind), 7);
		g_test_message("%s", rows[i].why);
		op->value.number = 1;
		op->value.folder_id = 3;
		op->value.text = g_strdup("x");
		op->folder_id = 4;
		push(undo, "did it", 7, op, NULL);
		g_assert_true(undo_back(undo, &step, NULL));
		g_assert_cmpint(step.cancel_group_id, ==, rows[i].is_cancelled ? 7 : 0);
		if (!rows[i].is_cancelled)
			g_assert_cmpint(((Op *)step.ops->pdata[0])->kind, ==, rows[i].opposite);
	}
}

static void test_again(void)
{
	g_autoptr(Undo) undo = undo_new();
	g_auto(UndoStep) back = { 0 }, again = { 0 }, back_again = { 0 }, none = { 0 };

	push(undo, "moved", 2, move(5, 10, 20), NULL);
	g_assert_true(undo_back(undo, &back, NULL));
	g_assert_true(undo_again(undo, &again, NULL));
	g_assert_cmpint(((Op *)again.ops->pdata[0])->value.folder_id, ==, 20);
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_ptr_array_add(ops, move(5, 10, 20));
	undo_push_again(undo, "moved", ops, 3);
	g_assert_true(undo_back(undo, &back_again, NULL));
	push(undo, "marked", 1, mark(5, true, false), NULL);
	g_assert_false(undo_again(undo, &none, NULL));      /* another action lies between */
}

/* What touches an account that is gone is forgotten, done or taken back; the rest stays. */
static void test_an_account_is_forgotten(void)
{
	g_autoptr(Undo) undo = undo_new();
	g_auto(UndoStep) taken = { 0 }, back = { 0 }, none = { 0 };
	Op *other = mark(7, true, false);

	push(undo, "here", 1, mark(5, true, false), NULL);
	other->account_id = 2;
	push(undo, "both", 2, mark(6, true, false), other);
	other = move(8, 10, 20);
	other->account_id = 2;
	push(undo, "there", 3, other, NULL);
	g_assert_true(undo_back(undo, &taken, NULL));
	undo_forget(undo, 2);
	g_assert_false(undo_again(undo, &none, NULL));
	g_assert_true(undo_back(undo, &back, NULL));
	g_assert_cmpstr(back.label, ==, "here");
	g_assert_false(undo_back(undo, &none, NULL));
}

static void test_it_does_not_grow_for_ever(void)
{
	g_autoptr(Undo) undo = undo_new();
	guint count = 0;

	for (int64_t i = 1; i <= 250; i++)
		push(undo, "moved", i, move(i, 10, 20), NULL);
	for (;;) {
		g_auto(UndoStep) step = { 0 };
		if (!undo_back(undo, &step, NULL))
			break;
		g_assert_cmpint(((Op *)step.ops->pdata[0])->message_id, ==, 250 - count);
		count++;
	}
	g_assert_cmpuint(count, ==, 100);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/undo/the-last-first", test_the_last_first);
	g_test_add_func("/undo/what-has-no-opposite-is-cancelled", test_what_has_no_opposite_is_cancelled);
	g_test_add_func("/undo/again", test_again);
	g_test_add_func("/undo/an-account-is-forgotten", test_an_account_is_forgotten);
	g_test_add_func("/undo/it-does-not-grow-for-ever", test_it_does_not_grow_for_ever);
	return g_test_run();
}
