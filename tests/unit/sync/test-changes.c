#include "base/error.h"
#include "model/pim_text.h"
#include "sync/changes.h"

static GPtrArray *one(Op *op)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	g_ptr_array_add(ops, op);
	return ops;
}

static void test_what_a_backend_is_lent(void)
{
	static const struct {
		const char *why; OpKind kind; const char *server_id, *value, *was;
		bool has_name, has_item, has_was; int64_t instance_ms;
	} rows[] = {
		{ "new", OP_ITEM_SAVE, "\001item7", "event\nsubject\tA\n", NULL, false, true, false, 0 },
		{ "changed", OP_ITEM_SAVE, "8:1", "event\n", "event\nsubject\tA\n", true, true, true, 0 },
		{ "deleted", OP_ITEM_DELETE, "8:1", NULL, "event\n", true, false, true, 0 },
		{ "one of a series", OP_OCCURRENCE, "8:1", "event\nx5\t-1\n", "event\n", true, true, true, 5 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		Op *op = op_new(rows[i].kind);
		g_autoptr(GPtrArray) ops = one(op);
		g_test_message("%s", rows[i].why);
		op->server_id = g_strdup(rows[i].server_id);
		op->value.text = g_strdup(rows[i].value);
		op->value.start_ms = rows[i].instance_ms;
		op->was.text = g_strdup(rows[i].was);
		g_autoptr(GPtrArray) changes = changes_of_ops(ops, &err);
		g_assert_no_error(err);
		const ItemChange *change = changes->pdata[0];
		g_assert_true(change->op == op);
		g_assert_cmpint(change->op->server_id != NULL, ==, rows[i].has_name);
		g_assert_cmpint(change->item != NULL, ==, rows[i].has_item);
		g_assert_cmpint(change->was != NULL, ==, rows[i].has_was);
		g_assert_cmpint(change->instance_ms, ==, rows[i].instance_ms);
	}
}

static void test_a_bad_op_is_an_error(void)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) ops = one(op_new_item_save(7, 8, "event\nbusy\t99\n"));

	g_assert_null(changes_of_ops(ops, &err));
	g_assert_true(error_is(err, ERR_STORE));
}

static void test_an_answer(void)
{
	g_autoptr(Op) op = op_new(OP_RESPOND);

	op->value.number = RESPONSE_DECLINED | OP_RESPOND_SILENT;
	op->value.text = g_strdup("Sorry");
	op->value.start_ms = 5;
	AnswerSpec answer = changes_answer(op);
	g_assert_cmpint(answer.choice, ==, RESPONSE_DECLINED);
	g_assert_false(answer.tells_organizer);
	g_assert_cmpstr(answer.comment, ==, "Sorry");
	g_assert_cmpint(answer.instance_ms, ==, 5);
	op->value.number = RESPONSE_ACCEPTED;
	g_assert_true(changes_answer(op).tells_organizer);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/changes/what-a-backend-is-lent", test_what_a_backend_is_lent);
	g_test_add_func("/sync/changes/a-bad-op-is-an-error", test_a_bad_op_is_an_error);
	g_test_add_func("/sync/changes/an-answer", test_an_answer);
	return g_test_run();
}
