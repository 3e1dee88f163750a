/* Operations in the store: what is shown at once, what is left to tell, and how each of them ends. */
#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "store/search.h"
#include "support/tempstore.h"

enum { ACTIVE = MESSAGE_FLAGGED };

/* Inbox with three messages, the first two of one conversation; a trash, and a folder of the person's own. */
typedef struct {
	TempStore temp;
	int64_t   inbox, trash, own;
	int64_t   one, two, three;
} World;

static void world_init(World *world)
{
	temp_store_init(&world->temp);
	world->inbox = temp_store_folder(&world->temp, "5", FOLDER_INBOX);
	world->trash = temp_store_folder(&world->temp, "3", FOLDER_DELETED);
	world->own = temp_store_folder(&world->temp, "9", FOLDER_USER_MAIL);
	world->one = temp_store_add(&world->temp, world->inbox, temp_message("5:1", 1000, 0));
	Message *answer = temp_message("5:2", 2000, MESSAGE_READ);
	g_free(answer->subject);
	answer->subject = g_strdup("Re: About 5:1");
	world->two = temp_store_add(&world->temp, world->inbox, answer);
	world->three = temp_store_add(&world->temp, world->inbox, temp_message("5:3", 3000, 0));
}

static void world_clear(World *world) { temp_store_clear(&world->temp); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

/* ---- asking ---- */

static Message *message_of(World *world, int64_t id)
{
	Message *message = NULL;
	g_autoptr(GError) err = NULL;

	store_read_message(world->temp.reader, id, &message, &err);
	g_assert_no_error(err);
	return message;
}

static bool is_there(World *world, int64_t id)
{
	g_autoptr(Message) message = NULL;

	return store_read_message(world->temp.reader, id, &message, NULL);
}

static int64_t folder_of(World *world, int64_t id)
{
	g_autoptr(Message) message = message_of(world, id);

	return message->folder_id;
}

static GPtrArray *ops_of(World *world)
{
	GPtrArray *ops = NULL;

	g_assert_true(store_read_ops(world->temp.reader, world->temp.account_id, 1000, &ops, NULL));
	return ops;
}

static guint op_count(World *world)
{
	g_autoptr(GPtrArray) ops = ops_of(world);

	return ops->len;
}

static GPtrArray *folders_of(World *world)
{
	GPtrArray *folders = NULL;

	g_assert_true(store_read_folders(world->temp.reader, world->temp.account_id, &folders, NULL));
	return folders;
}

static Folder *folder_named(World *world, const char *name)
{
	g_autoptr(GPtrArray) folders = folders_of(world);

	for (guint i = 0; i < folders->len; i++)
		if (g_strcmp0(((Folder *)folders->pdata[i])->name, name) == 0)
			return folder_copy(folders->pdata[i]);
	return NULL;
}

/* Counts by trigger, counts by counting, and the threads agree; and the store finds nothing wrong with itself. */
static void assert_sound(World *world)
{
	static const char *const lies[] = {
		"SELECT count(*) FROM folder_count c WHERE total <> (SELECT count(*) FROM message m WHERE m.folder_id = c.folder_id) "
		"OR unread <> (SELECT count(*) FROM message m WHERE m.folder_id = c.folder_id AND is_unread)",
		"SELECT count(*) FROM thread t WHERE (size, unread, newest_id) IS NOT (SELECT count(*), sum(is_unread), max(id) "
		"FROM message m WHERE m.folder_id = t.folder_id AND m.conversation_id = t.conversation_id)",
		"SELECT count(*) FROM message m WHERE NOT EXISTS (SELECT 1 FROM thread t WHERE t.folder_id = m.folder_id AND "
		"t.conversation_id = m.conversation_id)",
		"SELECT count(*) FROM message WHERE (home_folder_id IS NULL) <> (substr(server_id, 1, 1) <> char(1))",
	};
	g_autofree char *report = NULL;
	int64_t wrong;

	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		g_assert_true(db_number(world->temp.reader->db, lies[i], 0, 0, &wrong, NULL));
		g_assert_cmpint(wrong, ==, 0);
	}
	g_assert_true(store_verify(world->temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
}

static void assert_counts(World *world, int64_t folder_id, int64_t total, int64_t unread)
{
	g_autoptr(Folder) folder = NULL;

	g_assert_true(store_read_folder(world->temp.reader, folder_id, &folder, NULL));
	g_assert_cmpint(folder->total, ==, total);
	g_assert_cmpint(folder->unread, ==, unread);
}

/* ---- doing ---- */

static Op *put_op(World *world, Op *op)
{
	g_autoptr(GError) err = NULL;

	store_write_op(world->temp.writer, op, &err);
	g_assert_no_error(err);
	return op;
}

static int64_t write_id(World *world, Op *op)
{
	int64_t id = put_op(world, op)->id;

	op_free(op);
	return id;
}

static void begin(World *world, int64_t op_id)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	Op *op = op_new(OP_MOVE);

	op->id = op_id;
	g_ptr_array_add(ops, op);
	g_assert_true(store_write_ops_begun(world->temp.writer, ops, NULL));
}

static void end_with(World *world, StoreOpEnd end)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(StoreOpEnd));
	g_autoptr(GError) err = NULL;

	g_array_append_val(ends, end);
	store_write_op_ends(world->temp.writer, ends, &err);
	g_assert_no_error(err);
}

static void end(World *world, int64_t op_id, OpFate fate, const char *server_id)
{
	end_with(world, (StoreOpEnd){ .op_id = op_id, .fate = fate, .server_id = server_id,
	                              .error_kind = fate == OP_END_DONE ? 0 : ERR_REQUEST,
	                              .sentence = fate == OP_END_DONE ? NULL : "No." });
}

static void cancel(World *world, int64_t op_id)
{
	guint count;

	g_assert_true(store_write_ops_cancel(world->temp.writer, &(StoreOpChoice){ .op_id = op_id }, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
}

static StorePageCount page(World *world, int64_t folder_id, Message *message, guint has, const char *gone)
{
	g_autoptr(StorePage) page = store_page_begin(world->temp.writer, folder_id);
	g_autoptr(GError) err = NULL;
	StorePageCount count;

	if (message)
		g_assert_true(store_page_add(page, message, has, NULL));
	if (gone)
		store_page_remove(page, gone, false);
	store_page_commit(page, "k", 5, false, &count, &err);
	g_assert_no_error(err);
	return count;
}

/* ---- each kind of a message's ops: written, then each of the ends ---- */

typedef struct { guint flags; int64_t due_ms; const char *categories; } Shown;

static void assert_shown(World *world, int64_t id, const Shown *shown)
{
	g_autoptr(Message) message = message_of(world, id);

	g_assert_cmpuint(message->flags, ==, shown->flags);
	g_assert_cmpint(message->due_ms, ==, shown->due_ms);
	g_assert_cmpstr(message->categories, ==, shown->categories);
}

static Op *op_of_row(int64_t message_id, OpKind kind)
{
	switch (kind) {
	case OP_MARK_READ:
		return op_new_mark_read(message_id, true);
	case OP_FLAG:
		return op_new_flag(message_id, FLAG_ACTIVE, "Call back", 77000);
	default:
		return op_new_categories(message_id, "Red\nUrgent");
	}
}

static void test_values_are_shown_and_settled(void)
{
	static const struct { const char *why; OpKind kind; OpFate fate; Shown wanted, ends; guint left; } rows[] = {
		{ "read, confirmed",        OP_MARK_READ,  OP_END_DONE,    { MESSAGE_READ, 0, NULL }, { MESSAGE_READ, 0, NULL }, 0 },
		{ "read, later",            OP_MARK_READ,  OP_END_AGAIN,   { MESSAGE_READ, 0, NULL }, { MESSAGE_READ, 0, NULL }, 1 },
		{ "read, refused",          OP_MARK_READ,  OP_END_REFUSED, { MESSAGE_READ, 0, NULL }, { 0 }, 0 },
		{ "flag, confirmed",        OP_FLAG,       OP_END_DONE,    { ACTIVE, 77000, NULL }, { ACTIVE, 77000, NULL }, 0 },
		{ "flag, refused",          OP_FLAG,       OP_END_REFUSED, { ACTIVE, 77000, NULL }, { 0 }, 0 },
		{ "flag, later",            OP_FLAG,       OP_END_AGAIN,   { ACTIVE, 77000, NULL }, { ACTIVE, 77000, NULL }, 1 },
		{ "flag, message gone",     OP_FLAG,       OP_END_GONE,    { ACTIVE, 77000, NULL }, { ACTIVE, 77000, NULL }, 0 },
		{ "categories, confirmed",  OP_CATEGORIES, OP_END_DONE,    { 0, 0, "Red\nUrgent" }, { 0, 0, "Red\nUrgent" }, 0 },
		{ "categories, refused",    OP_CATEGORIES, OP_END_REFUSED, { 0, 0, "Red\nUrgent" }, { 0 }, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world);
		g_test_message("%s", rows[i].why);
		int64_t id = write_id(&world, op_of_row(world.one, rows[i].kind));
		assert_shown(&world, world.one, &rows[i].wanted);
		end(&world, id, rows[i].fate, NULL);
		assert_shown(&world, world.one, &rows[i].ends);
		g_assert_cmpuint(op_count(&world), ==, rows[i].left);
		assert_sound(&world);
	}
}

static void test_a_page_does_not_undo_what_was_wanted(void)
{
	static const struct { const char *why; OpKind kind; guint has; OpFate fate; Shown ends; } rows[] = {
		{ "flag; the server flags it done; confirmed", OP_FLAG, HAS_FLAG, OP_END_DONE, { ACTIVE, 77000, NULL } },
		{ "flag; the server flags it done; refused",   OP_FLAG, HAS_FLAG, OP_END_REFUSED, { MESSAGE_DONE, 0, NULL } },
		{ "flag; the whole item comes; refused",       OP_FLAG, HAS_ALL, OP_END_REFUSED, { MESSAGE_DONE | MESSAGE_READ, 0, "Blue" } },
		{ "categories; others come; refused",          OP_CATEGORIES, HAS_CATEGORIES, OP_END_REFUSED, { 0, 0, "Blue" } },
		{ "categories; others come; confirmed",        OP_CATEGORIES, HAS_CATEGORIES, OP_END_DONE, { 0, 0, "Red\nUrgent" } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world);
		g_test_message("%s", rows[i].why);
		int64_t id = write_id(&world, op_of_row(world.one, rows[i].kind));
		Message *servers = temp_message("5:1", 1000, MESSAGE_DONE | MESSAGE_READ);
		servers->categories = g_strdup("Blue");
		page(&world, world.inbox, servers, rows[i].has, NULL);
		end(&world, id, rows[i].fate, NULL);
		assert_shown(&world, world.one, &rows[i].ends);
		assert_sound(&world);
	}
}

/* ---- merging ---- */

static void test_unsent_changes_merge(void)
{
	g_auto(World) world;

	world_init(&world);
	write_id(&world, op_new_flag(world.one, FLAG_ACTIVE, NULL, 1000));
	write_id(&world, op_new_flag(world.one, FLAG_ACTIVE, NULL, 2000));
	g_assert_cmpuint(op_count(&world), ==, 1);
	g_assert_cmpint(write_id(&world, op_new_flag(world.one, FLAG_NONE, NULL, 0)), ==, 0);
	g_assert_cmpuint(op_count(&world), ==, 0);
	assert_shown(&world, world.one, &(Shown){ 0 });
	write_id(&world, op_new_move(world.one, world.own));
	write_id(&world, op_new_move(world.one, world.trash));
	g_autoptr(GPtrArray) ops = ops_of(&world);
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *move = ops->pdata[0];
	g_assert_cmpint(move->folder_id, ==, world.inbox);
	g_assert_cmpstr(move->server_id, ==, "5:1");
	g_assert_cmpstr(move->folder_server_id, ==, "5");
	g_assert_cmpstr(move->target_server_id, ==, "3");
	g_assert_cmpint(write_id(&world, op_new_move(world.one, world.inbox)), ==, 0);
	g_assert_cmpuint(op_count(&world), ==, 0);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.inbox);
	g_assert_cmpint(temp_store_find(&world.temp, world.inbox, "5:1"), ==, world.one);
	assert_sound(&world);
}

static void test_what_is_under_way_is_not_merged(void)
{
	g_auto(World) world;

	world_init(&world);
	int64_t first = write_id(&world, op_new_mark_read(world.one, true));
	begin(&world, first);
	int64_t second = write_id(&world, op_new_mark_read(world.one, false));
	g_assert_cmpint(second, >, first);
	g_assert_cmpuint(op_count(&world), ==, 2);
	g_assert_cmpint(write_id(&world, op_new_mark_read(world.one, true)), ==, 0);
	g_assert_cmpuint(op_count(&world), ==, 1);
	second = write_id(&world, op_new_mark_read(world.one, false));
	end(&world, first, OP_END_REFUSED, NULL);
	assert_shown(&world, world.one, &(Shown){ 0 });
	end(&world, second, OP_END_REFUSED, NULL);
	assert_shown(&world, world.one, &(Shown){ 0 });
	g_assert_cmpuint(op_count(&world), ==, 0);
	assert_sound(&world);
}

/* ---- moves ---- */

static void test_a_move_is_seen_at_once(void)
{
	g_auto(World) world;
	g_autoptr(GPtrArray) rows = NULL;
	ListQuery query;

	world_init(&world);
	g_autoptr(Op) op = put_op(&world, op_new_move(world.two, world.own));
	g_assert_cmpint(op->before.folder_id, ==, world.inbox);
	query = (ListQuery){ .folder_id = world.own, .order = ORDER_CONVERSATION };
	assert_counts(&world, world.inbox, 2, 2);
	assert_counts(&world, world.own, 1, 0);
	g_assert_true(store_read_list(world.temp.reader, &query, NULL, false, 10, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpint(((ListRow *)rows->pdata[0])->id, ==, world.two);
	assert_sound(&world);
	end(&world, op->id, OP_END_DONE, "9:1");
	g_assert_cmpint(temp_store_find(&world.temp, world.own, "9:1"), ==, world.two);
	assert_sound(&world);
	page(&world, world.inbox, NULL, 0, "5:2");
	page(&world, world.own, temp_message("9:1", 2000, MESSAGE_READ), HAS_ALL, NULL);
	assert_counts(&world, world.own, 1, 0);
	assert_sound(&world);
}

static void test_a_refused_move_goes_back(void)
{
	g_auto(World) world;

	world_init(&world);
	int64_t id = write_id(&world, op_new_move(world.one, world.own));
	page(&world, world.inbox, temp_message("5:1", 1000, MESSAGE_READ), HAS_READ, NULL);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.own);
	end(&world, id, OP_END_REFUSED, NULL);
	g_assert_cmpint(temp_store_find(&world.temp, world.inbox, "5:1"), ==, world.one);
	assert_counts(&world, world.inbox, 3, 1);
	assert_sound(&world);
}

static void test_moved_on_before_the_answer(void)
{
	g_auto(World) world;

	world_init(&world);
	int64_t first = write_id(&world, op_new_move(world.one, world.own));
	begin(&world, first);
	int64_t second = write_id(&world, op_new_move(world.one, world.trash));
	g_assert_cmpint(folder_of(&world, world.one), ==, world.trash);
	end(&world, first, OP_END_DONE, "9:7");
	g_autoptr(GPtrArray) ops = ops_of(&world);
	g_assert_cmpuint(ops->len, ==, 1);
	g_assert_cmpstr(((Op *)ops->pdata[0])->server_id, ==, "9:7");
	g_assert_cmpint(((Op *)ops->pdata[0])->folder_id, ==, world.own);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.trash);
	end(&world, second, OP_END_DONE, "3:1");
	g_assert_cmpint(temp_store_find(&world.temp, world.trash, "3:1"), ==, world.one);
	assert_sound(&world);
}

/* The server has moved it, the answer never came: whichever page comes first, one message remains. */
static void test_a_lost_answer_makes_no_double(void)
{
	static const struct { const char *why; bool add_first, gone_first; OpFate again; } rows[] = {
		{ "the target tells first, then the source", true, false, OP_END_GONE },
		{ "the source tells first, then the target", false, true, OP_END_GONE },
		{ "asked again before any page",             false, false, OP_END_GONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world);
		g_test_message("%s", rows[i].why);
		int64_t id = write_id(&world, op_new_move(world.one, world.own));
		begin(&world, id);
		Message *moved = temp_message("9:1", 1000, 0);
		g_free(moved->subject);
		moved->subject = g_strdup("About 5:1");
		if (rows[i].gone_first)
			page(&world, world.inbox, NULL, 0, "5:1");
		if (rows[i].add_first) {
			page(&world, world.own, moved, HAS_ALL, NULL);
			g_assert_cmpuint(op_count(&world), ==, 0);
			page(&world, world.inbox, NULL, 0, "5:1");
		} else {
			end(&world, id, rows[i].again, NULL);
			page(&world, world.own, moved, HAS_ALL, NULL);
			page(&world, world.inbox, NULL, 0, "5:1");
		}
		assert_counts(&world, world.own, 1, 1);
		assert_counts(&world, world.inbox, 2, 1);
		g_assert_cmpint(temp_store_find(&world.temp, world.own, "9:1"), !=, 0);
		g_assert_cmpuint(op_count(&world), ==, 0);
		assert_sound(&world);
	}
}

static void test_the_message_went_elsewhere_meanwhile(void)
{
	g_auto(World) world;

	world_init(&world);
	write_id(&world, op_new_move(world.one, world.own));
	write_id(&world, op_new_flag(world.one, FLAG_ACTIVE, NULL, 0));
	StorePageCount count = page(&world, world.inbox, NULL, 0, "5:1");
	g_assert_cmpint(count.conflicts, ==, 2);
	g_assert_false(is_there(&world, world.one));
	g_assert_cmpuint(op_count(&world), ==, 0);
	assert_sound(&world);
}

static void test_a_refill_keeps_what_is_on_its_way(void)
{
	g_auto(World) world;

	world_init(&world);
	write_id(&world, op_new_move(world.one, world.own));
	write_id(&world, op_new_delete(world.two));
	g_assert_true(store_write_folder_reset(world.temp.writer, world.inbox, NULL));
	g_assert_true(store_write_folder_reset(world.temp.writer, world.own, NULL));
	page(&world, world.own, temp_message("9:5", 4000, 0), HAS_ALL, NULL);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.own);
	g_autoptr(StorePage) again = store_page_begin(world.temp.writer, world.inbox);
	g_assert_true(store_page_add(again, temp_message("5:1", 1000, 0), HAS_ALL, NULL));
	g_assert_true(store_page_add(again, temp_message("5:2", 2000, 0), HAS_ALL, NULL));
	g_assert_true(store_page_commit(again, "k", 5, false, NULL, NULL));
	g_assert_cmpint(folder_of(&world, world.one), ==, world.own);
	g_assert_true(is_there(&world, world.two));
	g_assert_false(is_there(&world, world.three));
	g_assert_cmpuint(op_count(&world), ==, 2);
	assert_sound(&world);
}

/* ---- deletion ---- */

static guint found(World *world, ListQuery query)
{
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_list(world->temp.reader, &query, NULL, false, 10, &rows, NULL));
	return rows->len;
}

static void test_what_is_deleted_is_out_of_sight(void)
{
	static const struct { const char *why; OpFate fate; guint shown; } rows[] = {
		{ "confirmed",       OP_END_DONE, 2 },
		{ "gone already",    OP_END_GONE, 2 },
		{ "refused",         OP_END_REFUSED, 3 },
		{ "to be sent again", OP_END_AGAIN, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		g_autoptr(GPtrArray) conversation = NULL;
		world_init(&world);
		g_autoptr(Message) message = message_of(&world, world.two);
		g_test_message("%s", rows[i].why);
		int64_t id = write_id(&world, op_new_delete(world.two));
		assert_counts(&world, world.inbox, 2, 2);
		g_assert_cmpuint(found(&world, (ListQuery){ .account_id = world.temp.account_id }), ==, 2);
		g_assert_true(store_read_conversation(world.temp.reader, message->conversation_id, 10, &conversation, NULL));
		g_assert_cmpuint(conversation->len, ==, 1);
		g_autoptr(GPtrArray) folders = folders_of(&world);
		g_assert_cmpuint(folders->len, ==, 3);
		end(&world, id, rows[i].fate, NULL);
		g_assert_cmpuint(found(&world, (ListQuery){ .folder_id = world.inbox }), ==, rows[i].shown);
		g_assert_cmpint(is_there(&world, world.two), ==, rows[i].fate == OP_END_REFUSED || rows[i].fate == OP_END_AGAIN);
		assert_sound(&world);
	}
}

static guint searched(World *world, const char *text, const ListQuery *scope)
{
	g_autoptr(StoreSearch) search = store_search_open(world->temp.store, NULL);
	g_autoptr(Query) query = query_parse(text, 0, NULL);
	g_autoptr(GArray) ids = NULL;
	g_autoptr(GError) err = NULL;
	bool is_behind;

	store_search_run(search, query, scope, 0, 100, &ids, &is_behind, &err);
	g_assert_no_error(err);
	return ids->len;
}

static void test_what_is_deleted_is_not_found(void)
{
	g_auto(World) world;

	world_init(&world);
	ListQuery account = { .account_id = world.temp.account_id };
	g_assert_cmpuint(searched(&world, "is:unread", NULL), ==, 2);
	write_id(&world, op_new_delete(world.one));
	g_assert_cmpuint(searched(&world, "is:unread", NULL), ==, 1);
	g_assert_cmpuint(searched(&world, "is:unread", &account), ==, 1);
	g_assert_cmpuint(searched(&world, "is:unread", &(ListQuery){ 0 }), ==, 1);
}

static void test_a_refused_deletion_of_what_was_moved(void)
{
	g_auto(World) world;

	world_init(&world);
	write_id(&world, op_new_move(world.one, world.own));
	int64_t id = write_id(&world, op_new_delete(world.one));
	g_assert_cmpuint(found(&world, (ListQuery){ .account_id = world.temp.account_id }), ==, 2);
	end(&world, id, OP_END_REFUSED, NULL);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.own);
	g_assert_cmpuint(op_count(&world), ==, 1);
	assert_sound(&world);
}

/* ---- folders ---- */

static Op *folder_op(World *world, OpKind kind, int64_t folder_id, const char *name, int64_t parent)
{
	Op *op = op_new(kind);

	op->account_id = world->temp.account_id;
	op->folder_id = folder_id;
	op->value.text = g_strdup(name);
	op->value.folder_id = parent;
	return op;
}

static void test_a_folder_is_made(void)
{
	static const struct { const char *why; bool list_first; OpFate fate; bool is_there; } rows[] = {
		{ "confirmed",                    false, OP_END_DONE,    true },
		{ "refused",                      false, OP_END_REFUSED, false },
		{ "the list tells it first",      true,  OP_END_DONE,    true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world);
		g_test_message("%s", rows[i].why);
		g_autoptr(Op) make = put_op(&world, folder_op(&world, OP_FOLDER_CREATE, 0, "Bills", 0));
		int64_t move = write_id(&world, op_new_move(world.one, make->folder_id));
		g_autoptr(GPtrArray) ops = ops_of(&world);
		g_assert_true(op_has_names(ops->pdata[0]));
		g_assert_false(op_has_names(ops->pdata[1]));
		assert_counts(&world, make->folder_id, 1, 1);
		if (rows[i].list_first) {
			g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
			Folder *folder = folder_new();
			folder->server_id = g_strdup("40");
			folder->parent_server_id = g_strdup("0");
			folder->name = g_strdup("Bills");
			folder->type = FOLDER_USER_MAIL;
			g_ptr_array_add(changed, folder);
			StoreFolderList list = { .account_id = world.temp.account_id, .changed = changed, .folder_key = "2" };
			g_assert_true(store_write_folders(world.temp.writer, &list, NULL));
			g_assert_cmpuint(op_count(&world), ==, 1);
		}
		end(&world, make->id, rows[i].fate, rows[i].fate == OP_END_DONE ? "40" : NULL);
		g_autoptr(Folder) folder = folder_named(&world, "Bills");
		g_assert_cmpint(folder != NULL, ==, rows[i].is_there);
		if (folder) {
			g_assert_cmpstr(folder->server_id, ==, "40");
			g_autoptr(GPtrArray) left = ops_of(&world);
		g_assert_cmpuint(left->len, ==, 1);
			g_assert_true(op_has_names(left->pdata[0]));
			end(&world, move, OP_END_DONE, "40:1");
			g_assert_cmpint(temp_store_find(&world.temp, folder->id, "40:1"), ==, world.one);
		} else {
			g_assert_cmpint(folder_of(&world, world.one), ==, world.inbox);
		}
		g_assert_cmpuint(op_count(&world), ==, 0);
		assert_sound(&world);
	}
}

static void test_a_folder_is_renamed_and_moved(void)
{
	g_auto(World) world;

	world_init(&world);
	int64_t id = write_id(&world, folder_op(&world, OP_FOLDER_UPDATE, world.own, "Ours", world.inbox));
	g_autoptr(Folder) folder = folder_named(&world, "Ours");
	g_assert_cmpstr(folder->parent_server_id, ==, "5");
	temp_store_folder(&world.temp, "9", FOLDER_USER_MAIL);      /* the list says the old name again */
	g_autoptr(Folder) still = folder_named(&world, "Ours");
	g_assert_nonnull(still);
	end(&world, id, OP_END_REFUSED, NULL);
	g_autoptr(Folder) before = folder_named(&world, "9");
	g_assert_cmpstr(before->parent_server_id, ==, "0");
}

static void test_a_folder_goes(void)
{
	static const struct { const char *why; OpKind kind; OpFate fate; guint folders; int64_t total; } rows[] = {
		{ "deleted",          OP_FOLDER_DELETE, OP_END_DONE,    3, 0 },
		{ "deletion refused", OP_FOLDER_DELETE, OP_END_REFUSED, 4, 1 },
		{ "emptied",          OP_FOLDER_EMPTY,  OP_END_DONE,    4, 0 },
		{ "emptying refused", OP_FOLDER_EMPTY,  OP_END_REFUSED, 4, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world);
		int64_t folder = temp_store_folder(&world.temp, "12", FOLDER_USER_MAIL);
		int64_t message = temp_store_add(&world.temp, folder, temp_message("12:1", 5000, 0));
		g_test_message("%s", rows[i].why);
		int64_t id = write_id(&world, folder_op(&world, rows[i].kind, folder, NULL, 0));
		g_assert_cmpuint(found(&world, (ListQuery){ .account_id = world.temp.account_id }), ==, 3);
		end(&world, id, rows[i].fate, NULL);
		g_autoptr(GPtrArray) folders = folders_of(&world);
		g_assert_cmpuint(folders->len, ==, rows[i].folders);
		g_assert_cmpint(is_there(&world, message), ==, rows[i].total > 0);
		if (rows[i].folders == 4)
			assert_counts(&world, folder, rows[i].total, rows[i].total);
		g_assert_cmpuint(op_count(&world), ==, 0);
		assert_sound(&world);
	}
}

static void put_folder_in(World *world, const char *parent, const char *name)
{
	g_autoptr(GPtrArray) changed = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	Folder *folder = folder_new();

	folder->server_id = g_strdup(name);
	folder->parent_server_id = g_strdup(parent);
	folder->name = g_strdup(name);
	folder->type = FOLDER_USER_MAIL;
	g_ptr_array_add(changed, folder);
	StoreFolderList list = { .account_id = world->temp.account_id, .changed = changed, .folder_key = "2" };
	g_assert_true(store_write_folders(world->temp.writer, &list, NULL));
}

/* A server may delete a folder and leave those in it, so each is named, the innermost first. */
static void test_what_lies_in_a_folder_goes_before_it(void)
{
	static const char *const order[] = { "93", "92", "91", "9" };
	g_auto(World) world;
	g_autoptr(GPtrArray) rows = NULL;

	world_init(&world);
	put_folder_in(&world, "9", "91");
	put_folder_in(&world, "91", "92");
	put_folder_in(&world, "92", "93");
	Op *op = folder_op(&world, OP_FOLDER_DELETE, world.own, NULL, 0);
	op->due_ms = INT64_MAX;
	write_id(&world, op);
	g_autoptr(GPtrArray) ops = ops_of(&world);
	g_assert_cmpuint(ops->len, ==, G_N_ELEMENTS(order));
	for (guint i = 0; i < ops->len; i++) {
		const Op *one = ops->pdata[i];
		g_assert_cmpstr(one->folder_server_id, ==, order[i]);
		g_assert_cmpint(one->kind, ==, OP_FOLDER_DELETE);
		g_assert_cmpint(one->state, ==, OP_HELD);
	}
	g_assert_true(store_read_outbox(world.temp.reader, 0, 10, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpstr(((OutboxRow *)rows->pdata[0])->folder_name, ==, "9");
	StoreOpChoice choice = { .group_id = ((Op *)ops->pdata[0])->group_id };
	guint count;
	g_assert_true(store_write_ops_cancel(world.temp.writer, &choice, &count, NULL));
	g_assert_cmpuint(count, ==, G_N_ELEMENTS(order));
	g_autoptr(Folder) outer = folder_named(&world, "9"), inner = folder_named(&world, "93");
	g_assert_true(outer && inner);
	assert_sound(&world);
}

/* Else the server would delete what it, or the person, wants to keep, with all that is in it. */
static void test_a_folder_that_stays_keeps_those_it_lies_in(void)
{
	static const struct { const char *why; bool is_cancelled; } rows[] = {
		{ "refused by the server", false }, { "cancelled by the person", true },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;

		g_test_message("%s", rows[i].why);
		world_init(&world);
		put_folder_in(&world, "9", "91");
		put_folder_in(&world, "91", "92");
		put_folder_in(&world, "9", "beside");
		write_id(&world, folder_op(&world, OP_FOLDER_DELETE, world.own, NULL, 0));
		g_autoptr(GPtrArray) ops = ops_of(&world);
		const Op *innermost = ops->pdata[0];
		g_assert_cmpstr(innermost->folder_server_id, ==, "92");
		if (rows[i].is_cancelled) {
			StoreOpChoice choice = { .op_id = innermost->id };
			guint count;
			g_assert_true(store_write_ops_cancel(world.temp.writer, &choice, &count, NULL));
		} else {
			end(&world, innermost->id, OP_END_REFUSED, NULL);
		}
		g_autoptr(GPtrArray) left = ops_of(&world);
		g_assert_cmpuint(left->len, ==, 1);
		g_assert_cmpstr(((Op *)left->pdata[0])->folder_server_id, ==, "beside");
		g_autoptr(Folder) outer = folder_named(&world, "9"), middle = folder_named(&world, "91");
		g_autoptr(Folder) inner = folder_named(&world, "92");
		g_assert_true(outer && middle && inner);
		assert_sound(&world);
	}
}

static void test_what_makes_no_sense_is_refused(void)
{
	g_auto(World) world;

	world_init(&world);
	int64_t below = temp_store_folder(&world.temp, "10", FOLDER_USER_MAIL);
	write_id(&world, folder_op(&world, OP_FOLDER_UPDATE, below, "10", world.own));
	const struct { Op *op; ErrorKind kind; const char *says; } rows[] = {
		{ folder_op(&world, OP_FOLDER_CREATE, 0, "", 0), ERR_USAGE, "a folder needs a name" },
		{ folder_op(&world, OP_FOLDER_CREATE, 0, "9", 0), ERR_EXISTS, "there is a folder called \"9\" already" },
		{ folder_op(&world, OP_FOLDER_UPDATE, world.own, "9", below), ERR_USAGE, "a folder cannot be put below itself" },
		{ folder_op(&world, OP_FOLDER_DELETE, world.inbox, NULL, 0), ERR_REFUSED,
		  "the server keeps this folder for itself: it cannot be renamed or deleted" },
		{ op_new_move(world.one, 4711), ERR_NOT_FOUND, "the folder to move to is not there" },
		{ op_new_move(4711, world.own), ERR_GONE, "the message is no longer there" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(store_write_op(world.temp.writer, rows[i].op, &err));
		g_assert_cmpint(error_kind(err), ==, rows[i].kind);
		g_assert_cmpstr(err->message, ==, rows[i].says);
		op_free(rows[i].op);
	}
	g_assert_cmpuint(op_count(&world), ==, 1);
}

static void test_a_folder_vanishes_on_the_server(void)
{
	g_auto(World) world;
	g_autoptr(GPtrArray) gone = g_ptr_array_new();

	world_init(&world);
	write_id(&world, op_new_move(world.one, world.own));
	g_ptr_array_add(gone, (gpointer) "9");
	StoreFolderList list = { .account_id = world.temp.account_id, .gone = gone, .folder_key = "2" };
	g_assert_true(store_write_folders(world.temp.writer, &list, NULL));
	g_assert_cmpint(folder_of(&world, world.one), ==, world.inbox);
	g_assert_cmpuint(op_count(&world), ==, 0);
	assert_sound(&world);
}

/* ---- the outbox ---- */

static void test_a_group_is_one_row(void)
{
	g_auto(World) world;
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_autoptr(GPtrArray) rows = NULL, after = NULL;
	int64_t group;
	guint count;

	world_init(&world);
	g_ptr_array_add(ops, op_new_flag(world.one, FLAG_ACTIVE, NULL, 0));
	g_ptr_array_add(ops, op_new_flag(4711, FLAG_ACTIVE, NULL, 0));
	g_ptr_array_add(ops, op_new_flag(world.two, FLAG_ACTIVE, NULL, 0));
	g_assert_true(store_write_ops(world.temp.writer, ops, &group, NULL));
	g_assert_cmpint(((Op *)ops->pdata[1])->id, ==, 0);
	write_id(&world, op_new_move(world.three, world.trash));
	end(&world, ((Op *)ops->pdata[2])->id, OP_END_AGAIN, NULL);
	g_assert_true(store_read_outbox(world.temp.reader, 0, 10, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 2);
	const OutboxRow *flags = rows->pdata[0], *move = rows->pdata[1];
	g_assert_cmpint(flags->count, ==, 2);
	g_assert_cmpint(flags->op->group_id, ==, group);
	g_assert_cmpint(move->op->kind, ==, OP_MOVE);
	g_assert_cmpstr(move->subject, ==, "About 5:3");
	g_assert_cmpstr(move->folder_name, ==, "3");
	g_assert_true(store_write_ops_cancel(world.temp.writer, &(StoreOpChoice){ .group_id = group }, &count, NULL));
	g_assert_cmpuint(count, ==, 2);
	assert_shown(&world, world.one, &(Shown){ 0 });
	g_assert_true(store_read_outbox(world.temp.reader, 0, 10, &after, NULL));
	g_assert_cmpuint(after->len, ==, 1);
}

static int64_t insert_draft(World *world)
{
	g_assert_true(db_begin(world->temp.writer->db, DB_LAZY, NULL));
	g_assert_true(db_run_with(world->temp.writer->db, "INSERT INTO draft (account_id, kind, changed_ms) VALUES (?, 0, 0)",
	                          world->temp.account_id, NULL));
	int64_t id = sqlite3_last_insert_rowid(db_handle(world->temp.writer->db));
	g_assert_true(db_end(world->temp.writer->db, true, NULL));
	return id;
}

static void test_a_text_is_parked_and_never_dropped(void)
{
	g_auto(World) world;
	g_autoptr(GPtrArray) rows = NULL, again = NULL;
	guint count;

	world_init(&world);
	Op *op = op_new(OP_SEND);
	op->draft_id = insert_draft(&world);
	op->due_ms = world.temp.clock.now_ms + 10000;
	put_op(&world, op);
	g_assert_cmpint(op->state, ==, OP_HELD);
	g_assert_cmpuint(strlen(op->client_id), ==, 16);
	int64_t id = op->id;
	op_free(op);
	end(&world, id, OP_END_REFUSED, NULL);
	g_assert_true(store_read_outbox(world.temp.reader, world.temp.account_id, 10, &rows, NULL));
	const OutboxRow *row = rows->pdata[0];
	g_assert_cmpint(row->op->state, ==, OP_FAILED);
	g_assert_cmpint(row->op->error_kind, ==, ERR_REQUEST);
	g_assert_cmpstr(row->op->last_error, ==, "No.");
	g_assert_true(store_write_ops_retry(world.temp.writer, &(StoreOpChoice){ .op_id = id }, &count, NULL));
	g_assert_true(store_read_outbox(world.temp.reader, world.temp.account_id, 10, &again, NULL));
	g_assert_cmpint(((OutboxRow *)again->pdata[0])->op->state, ==, OP_WAITING);
}

static void test_under_way_is_neither_cancelled_nor_lost(void)
{
	g_auto(World) world;
	guint count;

	world_init(&world);
	int64_t id = write_id(&world, op_new_move(world.one, world.own));
	begin(&world, id);
	g_assert_true(store_write_ops_cancel(world.temp.writer, &(StoreOpChoice){ .op_id = id }, &count, NULL));
	g_assert_cmpuint(count, ==, 0);
	g_assert_true(store_write_ops_recover(world.temp.writer, world.temp.account_id, NULL));
	cancel(&world, id);
	g_assert_cmpint(folder_of(&world, world.one), ==, world.inbox);
	assert_sound(&world);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/op/values-are-shown-and-settled", test_values_are_shown_and_settled);
	g_test_add_func("/op/a-page-does-not-undo-what-was-wanted", test_a_page_does_not_undo_what_was_wanted);
	g_test_add_func("/op/unsent-changes-merge", test_unsent_changes_merge);
	g_test_add_func("/op/what-is-under-way-is-not-merged", test_what_is_under_way_is_not_merged);
	g_test_add_func("/op/a-move-is-seen-at-once", test_a_move_is_seen_at_once);
	g_test_add_func("/op/a-refused-move-goes-back", test_a_refused_move_goes_back);
	g_test_add_func("/op/moved-on-before-the-answer", test_moved_on_before_the_answer);
	g_test_add_func("/op/a-lost-answer-makes-no-double", test_a_lost_answer_makes_no_double);
	g_test_add_func("/op/the-message-went-elsewhere-meanwhile", test_the_message_went_elsewhere_meanwhile);
	g_test_add_func("/op/a-refill-keeps-what-is-on-its-way", test_a_refill_keeps_what_is_on_its_way);
	g_test_add_func("/op/what-is-deleted-is-out-of-sight", test_what_is_deleted_is_out_of_sight);
	g_test_add_func("/op/what-is-deleted-is-not-found", test_what_is_deleted_is_not_found);
	g_test_add_func("/op/a-refused-deletion-of-what-was-moved", test_a_refused_deletion_of_what_was_moved);
	g_test_add_func("/op/a-folder-is-made", test_a_folder_is_made);
	g_test_add_func("/op/a-folder-is-renamed-and-moved", test_a_folder_is_renamed_and_moved);
	g_test_add_func("/op/a-folder-goes", test_a_folder_goes);
	g_test_add_func("/op/what-lies-in-a-folder-goes-before-it", test_what_lies_in_a_folder_goes_before_it);
	g_test_add_func("/op/a-folder-that-stays", test_a_folder_that_stays_keeps_those_it_lies_in);
	g_test_add_func("/op/what-makes-no-sense-is-refused", test_what_makes_no_sense_is_refused);
	g_test_add_func("/op/a-folder-vanishes-on-the-server", test_a_folder_vanishes_on_the_server);
	g_test_add_func("/op/a-group-is-one-row", test_a_group_is_one_row);
	g_test_add_func("/op/a-text-is-parked-and-never-dropped", test_a_text_is_parked_and_never_dropped);
	g_test_add_func("/op/under-way-is-neither-cancelled-nor-lost", test_under_way_is_neither_cancelled_nor_lost);
	return g_test_run();
}
