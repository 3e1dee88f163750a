#include "model/pim_text.h"
#include "store/pim.h"
#include "store/private.h"
#include "store/rebuild.h"
#include "support/tempstore.h"

static PimItem *event_called(const char *server_id, const char *subject)
{
	Event *event = event_new();

	event->server_id = g_strdup(server_id);
	event->subject = g_strdup(subject);
	event->end_ms = 3600000;
	return pim_item_new(PIM_EVENT, event);
}

static void write_save(TempStore *temp, int64_t id, int64_t folder, const char *subject)
{
	g_autoptr(PimItem) item = event_called(NULL, subject);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	g_autoptr(Op) op = op_new_item_save(id, folder, text);

	g_assert_true(store_write_op(temp->writer, op, NULL));
}

/* The server has "Quiet" as it is here, and an older "Changed"; "New" is here alone. */
static void fill(TempStore *temp)
{
	int64_t folder = temp_store_folder(temp, "8", FOLDER_CALENDAR);
	g_autoptr(StorePage) page = store_page_begin(temp->writer, folder);
	g_autoptr(GPtrArray) events = NULL;

	store_page_add_item(page, event_called("8:1", "Quiet"));
	store_page_add_item(page, event_called("8:2", "Before"));
	g_assert_true(store_page_commit(page, "k", 0, false, NULL, NULL));
	g_assert_true(store_find_events(temp->reader, (PimScope){ 0 }, "before", 1, &events, NULL));
	write_save(temp, ((Event *)events->pdata[0])->id, 0, "Changed");
	write_save(temp, 0, folder, "New");
}

static void test_what_the_server_has_not_is_taken_along(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) events = NULL, ops = NULL;
	g_autofree char *report = NULL;
	StoreRebuilt rebuilt = { 0 };

	temp_store_init(&temp);
	fill(&temp);
	temp_store_close(&temp);
	store_rebuild(temp.dir, NULL, &rebuilt, &err);
	g_assert_no_error(err);
	g_assert_true(rebuilt.is_whole);
	g_assert_cmpuint(rebuilt.changes, ==, 2);
	temp_store_reopen(&temp);
	g_assert_true(store_find_events(temp.reader, (PimScope){ 0 }, "", 10, &events, NULL));
	g_assert_cmpuint(events->len, ==, 2);
	g_assert_true(store_read_ops(temp.reader, temp.account_id, 10, &ops, NULL));
	for (guint i = 0; i < ops->len; i++) {
		const Op *op = ops->pdata[i];
		g_assert_cmpint(op->state, ==, OP_FAILED);
		g_assert_nonnull(op->last_error);
		g_assert_cmpint(op_makes_item(op), ==, i == 1);
		g_assert_cmpuint(op->item_id, !=, 0);
	}
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_dir_remove(rebuilt.aside);
	g_free(rebuilt.aside);
}

/* One whose text was damaged stays behind; the rest comes. */
static void test_nonsense_is_left_behind(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	StoreRebuilt rebuilt = { 0 };

	temp_store_init(&temp);
	fill(&temp);
	g_assert_true(db_exec(temp.writer->db, "UPDATE item SET brief = 'x' WHERE title = 'Changed'", NULL));
	temp_store_close(&temp);
	store_rebuild(temp.dir, NULL, &rebuilt, &err);
	g_assert_no_error(err);
	g_assert_false(rebuilt.is_whole);
	g_assert_cmpuint(rebuilt.changes, ==, 1);
	temp_dir_remove(rebuilt.aside);
	g_free(rebuilt.aside);
	temp_store_reopen(&temp);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rebuild/what-the-server-has-not-is-taken-along", test_what_the_server_has_not_is_taken_along);
	g_test_add_func("/rebuild/nonsense-is-left-behind", test_nonsense_is_left_behind);
	return g_test_run();
}
