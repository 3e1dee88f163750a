/*
 * What actions over many messages look at: little of each message, and whole conversations or
 * folders by their ids alone.
 */
#include "store/private.h"

void message_mark_free(MessageMark *mark)
{
	if (!mark)
		return;
	g_free(mark->categories);
	g_free(mark);
}

static MessageMark *mark_get(Stmt *stmt, GError **err)
{
	g_autoptr(MessageMark) mark = g_new0(MessageMark, 1);

	mark->id = get_int(stmt);
	mark->conversation_id = get_int(stmt);
	mark->folder_id = get_int(stmt);
	mark->account_id = get_int(stmt);
	mark->folder_type = (FolderType)get_int(stmt);
	mark->flags = (guint)get_int_in(stmt, 0, (MESSAGE_BAD << 1) - 1);
	mark->due_ms = get_int(stmt);
	mark->categories = get_text(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&mark) : NULL;
}

static bool add_mark(Db *db, int64_t message_id, GPtrArray *marks, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT m.id, m.conversation_id, m.folder_id, f.account_id, f.type, m.flags, "
		    "m.due_ms, m.categories FROM message m JOIN folder f ON f.id = m.folder_id "
		    "WHERE m.id = ? AND NOT f.is_hidden");
	bool has_row;

	put_int(&stmt, message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return true;
	MessageMark *mark = mark_get(&stmt, err);
	if (!mark)
		return false;
	g_ptr_array_add(marks, mark);
	return true;
}

static bool add_marks(Db *db, const GArray *ids, GPtrArray *marks, GError **err)
{
	for (guint i = 0; i < ids->len; i++)
		if (!add_mark(db, g_array_index(ids, int64_t, i), marks, err))
			return false;
	return true;
}

bool store_read_marks(StoreReader *reader, const GArray *ids, GPtrArray **ret_marks, GError **err)
{
	g_autoptr(GPtrArray) marks =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_mark_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, add_marks(reader->db, ids, marks, err)))
		return false;
	*ret_marks = g_steal_pointer(&marks);
	return true;
}

/* ---- ids ---- */

static bool add_ids(Stmt *stmt, GArray *ids, GError **err)
{
	bool has_row;

	while (stmt_step(stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(stmt);
		g_array_append_val(ids, id);
	}
	return false;
}

static bool read_ids(Stmt *stmt, GArray **ret_ids, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!add_ids(stmt, ids, err))
		return false;
	*ret_ids = g_steal_pointer(&ids);
	return true;
}

static bool read_thread(StoreReader *reader, int64_t folder_id, int64_t conversation_id,
                        GArray **ret_ids, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT id FROM message WHERE conversation_id = ? AND "
	                               "+folder_id = ? ORDER BY id DESC");

	put_int(&stmt, conversation_id);
	put_int(&stmt, folder_id);
	return read_ids(&stmt, ret_ids, err);
}

bool store_read_thread(StoreReader *reader, int64_t folder_id, int64_t conversation_id,
                       GArray **ret_ids, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_thread(reader, folder_id, conversation_id, ret_ids, err));
}

static bool read_unread(StoreReader *reader, int64_t folder_id, GArray **ret_ids, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT id FROM message INDEXED BY message_by_unread "
	                               "WHERE folder_id = ? AND is_unread = 1 ORDER BY id DESC");

	put_int(&stmt, folder_id);
	return read_ids(&stmt, ret_ids, err);
}

bool store_read_unread(StoreReader *reader, int64_t folder_id, GArray **ret_ids, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_unread(reader, folder_id, ret_ids, err));
}
