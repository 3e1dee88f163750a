#include <string.h>

#include "support/tempstore.h"

typedef struct { TempStore temp; int64_t inbox, other; } World;

static void world_clear(World *world) { temp_store_clear(&world->temp); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static int64_t add(World *world, int64_t folder, const char *id, const char *thread, int64_t at_ms, guint flags)
{
	Message *message = temp_message(id, at_ms, flags);

	message->conversation_key = g_bytes_new(thread, strlen(thread));
	message->categories = g_strdup("Red\nBlue");
	return temp_store_add(&world->temp, folder, message);
}

static void world_init(World *world)
{
	temp_store_init(&world->temp);
	world->inbox = temp_store_folder(&world->temp, "5", FOLDER_INBOX);
	world->other = temp_store_folder(&world->temp, "6", FOLDER_DELETED);
}

static void test_marks(void)
{
	g_auto(World) world;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) marks = NULL;
	g_autoptr(Op) gone = NULL;
	world_init(&world);

	int64_t of[] = { add(&world, world.other, "6:1", "A", 1000, MESSAGE_READ), 77, add(&world, world.inbox, "5:1", "B", 2000, MESSAGE_FLAGGED),
		         add(&world, world.inbox, "5:2", "B", 3000, 0) };
	g_array_append_vals(ids, of, G_N_ELEMENTS(of));
	gone = op_new_delete(of[3]);
	g_assert_true(store_write_op(world.temp.writer, gone, NULL));

	g_assert_true(store_read_marks(world.temp.reader, ids, &marks, NULL));
	g_assert_cmpuint(marks->len, ==, 2);
	const MessageMark *first = g_ptr_array_index(marks, 0), *second = g_ptr_array_index(marks, 1);
	g_assert_cmpint(first->id, ==, of[0]);
	g_assert_cmpint(first->folder_id, ==, world.other);
	g_assert_cmpint(first->folder_type, ==, FOLDER_DELETED);
	g_assert_cmpint(first->account_id, ==, world.temp.account_id);
	g_assert_cmpstr(first->categories, ==, "Red\nBlue");
	g_assert_cmpint(second->id, ==, of[2]);
	g_assert_cmpuint(second->flags, ==, MESSAGE_FLAGGED);
}

static void test_ids_of_a_thread_and_of_what_is_unread(void)
{
	g_auto(World) world;
	g_autoptr(GArray) thread = NULL, unread = NULL, ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) marks = NULL;
	world_init(&world);

	int64_t old = add(&world, world.inbox, "5:1", "A", 1000, MESSAGE_READ);
	int64_t new = add(&world, world.inbox, "5:2", "A", 3000, 0);
	int64_t alone = add(&world, world.inbox, "5:3", "B", 2000, 0);
	add(&world, world.other, "6:1", "A", 4000, 0);
	g_array_append_val(ids, old);
	g_assert_true(store_read_marks(world.temp.reader, ids, &marks, NULL));
	int64_t conversation = ((MessageMark *)g_ptr_array_index(marks, 0))->conversation_id;

	g_assert_true(store_read_thread(world.temp.reader, world.inbox, conversation, &thread, NULL));
	g_assert_cmpuint(thread->len, ==, 2);
	g_assert_cmpint(g_array_index(thread, int64_t, 0), ==, new);
	g_assert_cmpint(g_array_index(thread, int64_t, 1), ==, old);
	g_assert_true(store_read_unread(world.temp.reader, world.inbox, &unread, NULL));
	g_assert_cmpuint(unread->len, ==, 2);
	g_assert_cmpint(g_array_index(unread, int64_t, 0), ==, new);
	g_assert_cmpint(g_array_index(unread, int64_t, 1), ==, alone);
}

static void test_the_outbox_is_counted_by_actions(void)
{
	g_auto(World) world;
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	OutboxCount count = { -1, -1 };
	world_init(&world);

	g_assert_true(store_read_outbox_count(world.temp.reader, &count, NULL));
	g_assert_cmpint(count.rows, ==, 0);
	g_ptr_array_add(ops, op_new_mark_read(add(&world, world.inbox, "5:1", "A", 1000, 0), true));
	g_ptr_array_add(ops, op_new_mark_read(add(&world, world.inbox, "5:2", "A", 2000, 0), true));
	int64_t group_id;
	g_assert_true(store_write_ops(world.temp.writer, ops, &group_id, NULL));
	g_autoptr(Op) other = op_new_delete(((Op *)g_ptr_array_index(ops, 0))->message_id);
	g_assert_true(store_write_op(world.temp.writer, other, NULL));
	g_assert_true(store_read_outbox_count(world.temp.reader, &count, NULL));
	g_assert_cmpint(count.rows, ==, 2);
	g_assert_cmpint(count.stuck, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/marks/one-look-a-message", test_marks);
	g_test_add_func("/marks/threads-and-unread", test_ids_of_a_thread_and_of_what_is_unread);
	g_test_add_func("/marks/outbox-count", test_the_outbox_is_counted_by_actions);
	return g_test_run();
}
