#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "support/tempstore.h"

/* What the store should show, kept in the plainest way. */
typedef struct { int64_t id, folder, conversation; bool is_unread; } Known;

typedef struct {
	TempStore temp;
	int64_t   folders[2];      /* the Inbox and another */
	GArray   *known;           /* of Known */
} World;

static void world_clear(World *world)
{
	g_array_unref(world->known);
	temp_store_clear(&world->temp);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static void known_add(World *world, int64_t folder, const char *server_id)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(GError) err = NULL;

	store_read_message(world->temp.reader, temp_store_find(&world->temp, folder, server_id), &message, &err);
	g_assert_no_error(err);
	Known known = { message->id, folder, message->conversation_id, !(message->flags & MESSAGE_READ) };
	g_array_append_val(world->known, known);
}

/* @count messages in random order of time, some at the same moment, in @count / 3 conversations. */
static void fill(World *world, int64_t folder, int count)
{
	g_autoptr(StorePage) page = store_page_begin(world->temp.writer, folder);
	g_autoptr(GError) err = NULL;

	for (int i = 0; i < count; i++) {
		g_autofree char *id = g_strdup_printf("5:%d", i);
		Message *message = temp_message(id, 1000 + g_test_rand_int_range(0, count / 2), g_test_rand_bit() ? MESSAGE_READ : 0);
		gint32 conversation = g_test_rand_int_range(0, count / 3 + 1);
		message->conversation_key = g_bytes_new(&conversation, sizeof conversation);
		store_page_add(page, message, HAS_ALL, &err);
		g_assert_no_error(err);
	}
	store_page_commit(page, "k", 5, false, NULL, &err);
	g_assert_no_error(err);
	for (int i = 0; i < count; i++) {
		g_autofree char *id = g_strdup_printf("5:%d", i);
		known_add(world, folder, id);
	}
}

static void world_init(World *world, int count)
{
	temp_store_init(&world->temp);
	world->known = g_array_new(FALSE, FALSE, sizeof(Known));
	world->folders[0] = temp_store_folder(&world->temp, "5", FOLDER_INBOX);
	world->folders[1] = temp_store_folder(&world->temp, "6", FOLDER_USER_MAIL);
	fill(world, world->folders[0], count);
	fill(world, world->folders[1], count / 2);
}

/* ---- the model ---- */

static bool is_in(const World *world, const ListQuery *query, const Known *known)
{
	if (query->folder_id)
		return known->folder == query->folder_id;
	return query->account_id || known->folder == world->folders[0];
}

static bool same_thread(const Known *a, const Known *b) { return a->folder == b->folder && a->conversation == b->conversation; }

typedef struct { int64_t newest; int size, unread; } Thread;

static Thread thread_of(const World *world, const Known *of)
{
	Thread thread = { 0 };

	for (guint i = 0; i < world->known->len; i++) {
		const Known *known = &g_array_index(world->known, Known, i);
		if (!same_thread(known, of))
			continue;
		thread.newest = MAX(thread.newest, known->id);
		thread.size++;
		thread.unread += known->is_unread;
	}
	return thread;
}

static bool is_shown(const World *world, const ListQuery *query, const Known *known)
{
	if (!is_in(world, query, known))
		return false;
	if (query->order != ORDER_CONVERSATION)
		return !query->only_unread || known->is_unread;
	Thread thread = thread_of(world, known);
	return thread.newest == known->id && (!query->only_unread || thread.unread > 0);
}

static int compare_by_date(const void *a, const void *b)
{
	const Known *x = a, *y = b;

	return (x->id < y->id) - (x->id > y->id);
}

static int compare_by_unread(const void *a, const void *b)
{
	const Known *x = a, *y = b;

	return x->is_unread != y->is_unread ? (x->is_unread ? -1 : 1) : compare_by_date(a, b);
}

static GArray *model_list(const World *world, const ListQuery *query)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Known));

	for (guint i = 0; i < world->known->len; i++)
		if (is_shown(world, query, &g_array_index(world->known, Known, i)))
			g_array_append_val(list, g_array_index(world->known, Known, i));
	g_array_sort(list, query->order == ORDER_UNREAD && !query->only_unread ? compare_by_unread : compare_by_date);
	return list;
}

/* ---- the store against the model ---- */

static GPtrArray *read_page(World *world, const ListQuery *query, const ListPlace *from, bool is_upwards, unsigned count)
{
	GPtrArray *rows = NULL;
	g_autoptr(GError) err = NULL;

	store_read_list(world->temp.reader, query, from, is_upwards, count, &rows, &err);
	g_assert_no_error(err);
	return rows;
}

static void assert_row(const World *world, const ListQuery *query, const ListRow *row, const Known *known)
{
	Thread thread = thread_of(world, known);
	g_autoptr(ListRow) alone = NULL;

	g_assert_cmpint(row->id, ==, known->id);
	g_assert_cmpint(!(row->flags & MESSAGE_READ), ==, known->is_unread);
	g_assert_cmpint(row->conversation_size, ==, thread.size);
	g_assert_cmpint(row->conversation_unread, ==, thread.unread);
	g_assert_cmpint(row->received_ms, ==, row->id >> 20);
	g_assert_true(store_read_list_row(world->temp.reader, query, row->id, &alone, NULL));
	g_assert_cmpint(alone->place.key, ==, row->place.key);
	g_assert_cmpint(alone->place.id, ==, row->place.id);
}

static void walk_down(World *world, const ListQuery *query, const GArray *model, unsigned step)
{
	ListPlace from = { 0, 0 };
	guint at = 0;

	for (;;) {
		g_autoptr(GPtrArray) rows = read_page(world, query, &from, false, step);
		g_assert_cmpuint(rows->len, ==, MIN(step, model->len - at));
		if (rows->len == 0)
			break;
		for (guint i = 0; i < rows->len; i++)
			assert_row(world, query, rows->pdata[i], &g_array_index(model, Known, at + i));
		at += rows->len;
		from = ((ListRow *)rows->pdata[rows->len - 1])->place;
	}
}

static void walk_up(World *world, const ListQuery *query, const GArray *model, unsigned step)
{
	ListPlace from = { 0, 0 };
	guint left = model->len;

	for (;;) {
		g_autoptr(GPtrArray) rows = read_page(world, query, &from, true, step);
		g_assert_cmpuint(rows->len, ==, MIN(step, left));
		if (rows->len == 0)
			break;
		left -= rows->len;
		for (guint i = 0; i < rows->len; i++)
			assert_row(world, query, rows->pdata[i], &g_array_index(model, Known, left + i));
		from = ((ListRow *)rows->pdata[0])->place;
	}
}

static void compare_all(World *world)
{
	for (int order = ORDER_DATE; order <= ORDER_CONVERSATION; order++)
		for (int scope = 0; scope < 4; scope++)
			for (int only_unread = 0; only_unread < 2; only_unread++) {
				ListQuery query = { .folder_id = scope < 2 ? world->folders[scope] : 0,
				                    .account_id = scope == 2 ? world->temp.account_id : 0,
				                    .order = (ListOrder)order, .only_unread = only_unread };
				g_autoptr(GArray) model = model_list(world, &query);
				unsigned step = (unsigned)g_test_rand_int_range(1, 40);
				walk_down(world, &query, model, step);
				walk_up(world, &query, model, step);
			}
}

static void test_lists_agree_with_a_plain_model(void)
{
	g_auto(World) world;

	world_init(&world, 90);
	compare_all(&world);
}

/* Marks, deletes, and looks again. */
static void test_lists_follow_changes(void)
{
	g_auto(World) world;
	g_autoptr(GError) err = NULL;

	world_init(&world, 60);
	for (int i = 0; i < 40; i++) {
		guint at = (guint)g_test_rand_int_range(0, (gint32)world.known->len);
		Known *known = &g_array_index(world.known, Known, at);
		if (i % 2) {
			g_autoptr(Op) op = op_new_mark_read(known->id, known->is_unread);
			store_write_op(world.temp.writer, op, &err);
			known->is_unread = !known->is_unread;
		} else {
			g_autoptr(Message) message = NULL;
			g_autoptr(StorePage) page = store_page_begin(world.temp.writer, known->folder);
			store_read_message(world.temp.reader, known->id, &message, &err);
			store_page_remove(page, message->server_id, false);
			store_page_commit(page, "k", 5, false, NULL, &err);
			g_array_remove_index(world.known, at);
		}
		g_assert_no_error(err);
	}
	compare_all(&world);
}

static void test_no_list_sorts_or_scans(void)
{
	static const char *const bad[] = { "SCAN", "TEMP B-TREE", "OFFSET" };
	static const ListQuery queries[] = {
		{ .folder_id = 1, .order = ORDER_DATE },
		{ .folder_id = 1, .order = ORDER_DATE, .only_unread = true },
		{ .folder_id = 1, .order = ORDER_UNREAD },
		{ .folder_id = 1, .order = ORDER_CONVERSATION },
		{ .folder_id = 1, .order = ORDER_CONVERSATION, .only_unread = true },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(queries); i++) {
		const PlaceSql *sql = list_place_sql(&queries[i / 2]);
		g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", i % 2 ? sql->up : sql->down, NULL);
		sqlite3_stmt *stmt;
		g_assert_cmpint(sqlite3_prepare_v2(db_handle(temp.reader->db), explain, -1, &stmt, NULL), ==, SQLITE_OK);
		g_assert_cmpint(sqlite3_step(stmt), ==, SQLITE_ROW);
		g_autofree char *plan = g_strdup((const char *)sqlite3_column_text(stmt, 3));
		g_test_message("%s", plan);
		for (size_t k = 0; k < G_N_ELEMENTS(bad); k++)
			g_assert_null(strstr(plan, bad[k]));
		g_assert_nonnull(strstr(plan, "USING COVERING INDEX"));
		g_assert_nonnull(strstr(plan, i % 2 ? "id>?" : "id<?"));
		g_assert_cmpint(sqlite3_step(stmt), ==, SQLITE_DONE);
		sqlite3_finalize(stmt);
	}
}

static void test_senders_are_split(void)
{
	static const struct { const char *from, *name, *address; } rows[] = {
		{ "\"Bob, B.\" <bob@example.test>",         "Bob, B.",          "bob@example.test" },
		{ "Bob <bob@example.test>, x@example.test", "Bob",              "bob@example.test" },
		{ "bob@example.test",                       "bob@example.test", "bob@example.test" },
		{ "<bob@example.test>",                     "bob@example.test", "bob@example.test" },
		{ "\"Say \\\"hi\\\"\" <hi@example.test>",   "Say \"hi\"",       "hi@example.test" },
		{ "\"open <never@closed",                   "\"open <never@closed", "\"open <never@closed" },
		{ "",                                       "",                 "" },
		{ NULL,                                     "",                 "" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	ListQuery query = { .folder_id = folder };
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *server_id = g_strdup_printf("5:%zu", i);
		g_autoptr(ListRow) row = NULL;
		Message *message = temp_message(server_id, 1000, 0);
		g_free(message->from);
		message->from = g_strdup(rows[i].from);
		g_assert_true(store_read_list_row(temp.reader, &query, temp_store_add(&temp, folder, message), &row, NULL));
		g_assert_cmpstr(row->from_name, ==, rows[i].name);
		g_assert_cmpstr(row->from_address, ==, rows[i].address);
	}
}

static void test_a_message_that_went_is_not_found(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	ListQuery query = { 0 };
	ListRow *row = NULL;

	temp_store_init(&temp);
	g_assert_false(store_read_list_row(temp.reader, &query, 12345, &row, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_null(row);
}

static void test_a_message_that_was_moved_is_no_row_of_the_old_folder(void)
{
	g_auto(TempStore) temp;
	g_autoptr(ListRow) row = NULL, there = NULL;

	temp_store_init(&temp);
	ListQuery here = { .folder_id = temp_store_folder(&temp, "5", FOLDER_INBOX) };
	ListQuery other = { .folder_id = temp_store_folder(&temp, "6", FOLDER_USER_MAIL) };
	int64_t id = temp_store_add(&temp, here.folder_id, temp_message("5:1", 1000, 0));
	g_autoptr(Op) move = op_new_move(id, other.folder_id);
	g_autoptr(Op) gone = op_new_delete(id);
	g_assert_true(store_write_op(temp.writer, move, NULL));
	g_assert_false(store_read_list_row(temp.reader, &here, id, &row, NULL));
	g_assert_true(store_read_list_row(temp.reader, &other, id, &there, NULL));
	g_assert_true(store_write_op(temp.writer, gone, NULL));
	g_assert_false(store_read_list_row(temp.reader, &(ListQuery){ 0 }, id, &row, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list/agrees-with-a-plain-model", test_lists_agree_with_a_plain_model);
	g_test_add_func("/list/follows-changes", test_lists_follow_changes);
	g_test_add_func("/list/never-sorts-or-scans", test_no_list_sorts_or_scans);
	g_test_add_func("/list/senders-are-split", test_senders_are_split);
	g_test_add_func("/list/a-message-that-went-is-not-found", test_a_message_that_went_is_not_found);
	g_test_add_func("/list/a-message-that-was-moved", test_a_message_that_was_moved_is_no_row_of_the_old_folder);
	return g_test_run();
}
