/*
 * A list is read in two steps: the places, from one index and nothing else, and then the few rows
 * that fill the screen. Where a list spans folders, each folder gives as many places as fill the
 * screen, and the first of all are taken.
 */
#include <inttypes.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/address.h"
#include "store/private.h"

void list_row_free(ListRow *row)
{
	if (!row)
		return;
	g_free(row->from_name);
	g_free(row->from_address);
	g_free(row->to_list);
	g_free(row->subject);
	g_free(row->preview);
	g_free(row->categories);
	g_free(row);
}

/* ---- places ---- */

#define MESSAGES(index, where)                                                                     \
	"SELECT ?2, id FROM message INDEXED BY " index " WHERE folder_id = ?1 AND " where
#define THREADS(index, where)                                                                      \
	"SELECT ?2, newest_id FROM thread INDEXED BY " index " WHERE folder_id = ?1 AND " where
#define DOWN(id)               id " < ?3 ORDER BY " id " DESC LIMIT ?4"
#define UP(id)                 id " > ?3 ORDER BY " id " LIMIT ?4"

static const PlaceSql by_date = {
	MESSAGES("message_by_date", DOWN("id")), MESSAGES("message_by_date", UP("id")),
};
static const PlaceSql by_unread = {
	MESSAGES("message_by_unread", "is_unread = ?2 AND " DOWN("id")),
	MESSAGES("message_by_unread", "is_unread = ?2 AND " UP("id")),
};
static const PlaceSql by_conversation = {
	THREADS("thread_by_newest", DOWN("newest_id")),
	THREADS("thread_by_newest", UP("newest_id")),
};
static const PlaceSql by_unread_conversation = {
	THREADS("thread_by_newest_unread", "unread > 0 AND " DOWN("newest_id")),
	THREADS("thread_by_newest_unread", "unread > 0 AND " UP("newest_id")),
};

const PlaceSql *list_place_sql(const ListQuery *query)
{
	if (query->order == ORDER_CONVERSATION)
		return query->only_unread ? &by_unread_conversation : &by_conversation;
	return query->only_unread || query->order == ORDER_UNREAD ? &by_unread : &by_date;
}

/* The key: 1 for what is unread where that counts, and 1 for all where it does not. Key 1 stands
 * above key 0. */
static bool has_two_keys(const ListQuery *query)
{
	return query->order == ORDER_UNREAD && !query->only_unread;
}

/* What a list is asked for, besides the query. */
typedef struct { ListPlace from; bool is_upwards; unsigned count; } ListWindow;

static ListPlace start_of(const ListQuery *query, const ListPlace *from, bool is_upwards)
{
	if (from && (from->key || from->id))
		return *from;
	return is_upwards ? (ListPlace){ has_two_keys(query) ? 0 : 1, INT64_MIN }
	                  : (ListPlace){ 1, INT64_MAX };
}

/* Adds the places of one key in a folder, from @from on. */
static bool key_places(Db *db, const char *sql, int64_t folder_id, const ListWindow *window,
                       GArray *places, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	put_int(&stmt, folder_id);
	put_int(&stmt, window->from.key);
	put_int(&stmt, window->from.id);
	put_int(&stmt, window->count);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		ListPlace place = { .key = get_int(&stmt) };
		place.id = get_int(&stmt);
		g_array_append_val(places, place);
	}
	return false;
}

/* What lies beyond the last place of the window's key: the other key from its beginning. */
static bool beyond(const ListQuery *query, ListWindow *window)
{
	int64_t next = window->is_upwards ? 1 : 0;

	if (!has_two_keys(query) || window->from.key == next)
		return false;
	window->from = (ListPlace){ next, window->is_upwards ? INT64_MIN : INT64_MAX };
	return true;
}

static bool folder_places(Db *db, const ListQuery *query, int64_t folder_id,
                          const ListWindow *window, GArray *places, GError **err)
{
	const PlaceSql *sql = list_place_sql(query);
	const char *text = window->is_upwards ? sql->up : sql->down;
	ListWindow rest = *window;
	guint before = places->len;

	if (!key_places(db, text, folder_id, &rest, places, err))
		return false;
	rest.count -= places->len - before;
	return rest.count == 0 || !beyond(query, &rest) ||
	       key_places(db, text, folder_id, &rest, places, err);
}

static bool spans(const ListQuery *query, FolderType type)
{
	return query->account_id ? folder_is_mail(type) : type == FOLDER_INBOX;
}

/* The folders that a query spans. */
static bool query_folders(Db *db, const ListQuery *query, GArray *folder_ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT id, type FROM folder WHERE ?1 IN (account_id, 0) AND NOT is_hidden");
	bool has_row;

	if (query->folder_id) {
		g_array_append_val(folder_ids, query->folder_id);
		return true;
	}
	put_int(&stmt, query->account_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		if (spans(query, (FolderType)get_int(&stmt)))
			g_array_append_val(folder_ids, id);
	}
	return false;
}

static int compare_places(const void *a, const void *b)
{
	const ListPlace *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

/* In list order; of more than fit, those nearest to where the window begins. */
static void cut_to_window(GArray *places, const ListWindow *window)
{
	g_array_sort(places, compare_places);
	if (places->len <= window->count)
		return;
	if (window->is_upwards)
		g_array_remove_range(places, 0, places->len - window->count);
	else
		g_array_set_size(places, window->count);
}

static bool query_places(Db *db, const ListQuery *query, const ListWindow *window, GArray *places,
                         GError **err)
{
	g_autoptr(GArray) folder_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!query_folders(db, query, folder_ids, err))
		return false;
	for (guint i = 0; i < folder_ids->len; i++)
		if (!folder_places(db, query, g_array_index(folder_ids, int64_t, i), window, places,
		                   err))
			return false;
	cut_to_window(places, window);
	return true;
}

/* ---- rows ---- */

#define LIST_SELECT                                                                                 \
	"SELECT m.conversation_id, m.folder_id, m.received_ms, m.from_list, m.to_list, m.subject, " \
	"m.preview, m.categories, m.flags, m.importance, t.size, t.unread FROM message m JOIN thread t ON t.folder_id = m.folder_id AND t.conversation_id = m.conversation_id "

static ListRow *list_row_get(Stmt *stmt, ListPlace place, GError **err)
{
	ListRow *row = g_new0(ListRow, 1);

	row->id = place.id;
	row->place = place;
	row->conversation_id = get_int(stmt);
	row->folder_id = get_int(stmt);
	row->received_ms = get_int(stmt);
	g_autofree char *from = get_text(stmt);
	address_split(from ? from : "", &row->from_name, &row->from_address);
	row->to_list = get_text(stmt);
	row->subject = get_text(stmt);
	row->preview = get_text(stmt);
	row->categories = get_text(stmt);
	row->flags = (guint)get_int_in(stmt, 0, (MESSAGE_BAD << 1) - 1);
	row->importance = (int)get_int_in(stmt, 0, 2);
	row->conversation_size = (int)get_int_in(stmt, 1, INT32_MAX);
	row->conversation_unread = (int)get_int_in(stmt, 0, INT32_MAX);
	if (stmt_row_is_sound(stmt, err) &&
	    vip_has(stmt->db, row->from_address, &row->is_vip, err))
		return row;
	list_row_free(row);
	return NULL;
}

static ListRow *read_row(Db *db, ListPlace place, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, LIST_SELECT "WHERE m.id = ?");
	bool has_row;

	put_int(&stmt, place.id);
	if (!stmt_step(&stmt, &has_row, err))
		return NULL;
	if (!has_row)
		return fail_null(err, ERR_STORE,
		                 _("the store is damaged: an index names message %" PRId64
		                 ", which is not there; run: postern doctor"),
		                 place.id);
	return list_row_get(&stmt, place, err);
}

static bool read_list(Db *db, const ListQuery *query, const ListWindow *window, GPtrArray *rows,
                      GError **err)
{
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(ListPlace));

	if (!query_places(db, query, window, places, err))
		return false;
	for (guint i = 0; i < places->len; i++) {
		ListRow *row = read_row(db, g_array_index(places, ListPlace, i), err);
		if (!row)
			return false;
		g_ptr_array_add(rows, row);
	}
	return true;
}

bool store_read_list(StoreReader *reader, const ListQuery *query, const ListPlace *from,
                     bool is_upwards, unsigned count, GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_free);
	ListWindow window = { start_of(query, from, is_upwards), is_upwards, count };

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_list(reader->db, query, &window, rows, err)))
		return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

/* ---- one row ---- */

/* In the order of conversations a message stands where the newest of its conversation does. */
static bool place_of(Db *db, const ListQuery *query, int64_t message_id, ListPlace *ret_place,
                     GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT m.is_unread, t.newest_id FROM message m JOIN thread t "
		"ON t.folder_id = m.folder_id AND t.conversation_id = m.conversation_id "
		"JOIN folder f ON f.id = m.folder_id "
		"WHERE m.id = ? AND ? IN (0, f.id) AND NOT f.is_hidden");
	bool has_row;

	put_int(&stmt, message_id);
	put_int(&stmt, query->folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("the message is no longer there"));
	int64_t is_unread = get_int(&stmt), newest_id = get_int(&stmt);
	*ret_place = (ListPlace){ has_two_keys(query) ? is_unread : 1,
	                          query->order == ORDER_CONVERSATION ? newest_id : message_id };
	return true;
}

static ListRow *read_row_of(Db *db, const ListQuery *query, int64_t message_id, GError **err)
{
	ListPlace place;

	return place_of(db, query, message_id, &place, err) ? read_row(db, place, err) : NULL;
}

bool store_read_list_row(StoreReader *reader, const ListQuery *query, int64_t message_id,
                         ListRow **ret_row, GError **err)
{
	ListRow *row = NULL;

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, (row = read_row_of(reader->db, query, message_id, err)) != NULL))
		return false;
	*ret_row = row;
	return true;
}
