#include "store/pim.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "model/pim_text.h"
#include "store/event-span.h"
#include "store/item.h"
#include "store/private.h"
#include "store/words.h"

/* ---- one item ---- */

static bool names_get(Db *db, const PimItem *item, int64_t id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT folder_id, server_id FROM item WHERE id = ?");
	bool has_row;

	put_int(&stmt, id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("it is no longer there"));
	*pim_item_id(item) = id;
	*pim_item_folder_id(item) = get_int(&stmt);
	*pim_item_server_id(item) = get_text(&stmt);
	return stmt_row_is_sound(&stmt, err);
}

static bool read_item(Db *db, PimKind kind, int64_t id, PimItem **ret_item, GError **err)
{
	g_auto(ItemRow) row = { 0 };
	g_autoptr(PimItem) item = NULL;

	if (!item_row_read(db, id, &row, err))
		return false;
	if (!row.id || row.kind != kind || row.is_hidden)
		return fail(err, ERR_NOT_FOUND, _("it is no longer there"));
	item = pim_from_text(row.text, err);
	if (!item || !names_get(db, item, id, err))
		return false;
	*ret_item = g_steal_pointer(&item);
	return true;
}

bool store_read_item(StoreReader *reader, PimKind kind, int64_t id, PimItem **ret_item,
                     GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_item(reader->db, kind, id, ret_item, err));
}

bool store_read_item_account(StoreReader *reader, int64_t id, int64_t *ret_account_id, GError **err)
{
	static const char sql[] = "SELECT f.account_id FROM item i JOIN folder f "
				  "ON f.id = i.folder_id WHERE i.id = ?";
	int64_t account_id;

	if (!db_number(reader->db, sql, id, 0, &account_id, err))
		return false;
	if (!account_id)
		return fail(err, ERR_NOT_FOUND, _("it is no longer there"));
	*ret_account_id = account_id;
	return true;
}

bool store_read_item_waits(StoreReader *reader, int64_t id, bool *ret_is_waiting, GError **err)
{
	int64_t count;

	if (!db_number(reader->db, "SELECT count(*) FROM op WHERE item_id = ? AND item_id > 0", id,
	               0, &count, err))
		return false;
	*ret_is_waiting = count > 0;
	return true;
}

/* ---- brief items ---- */

static PimItem *brief_get(Stmt *stmt, PimKind kind, GError **err)
{
	int64_t id = get_int(stmt), folder_id = get_int(stmt);
	g_autofree char *brief = get_text(stmt);
	g_autoptr(PimItem) item = NULL;

	if (!stmt_row_is_sound(stmt, err) || !(item = pim_from_text(brief ? brief : "", err)))
		return NULL;
	if (item->kind != kind)
		return fail_null(err, ERR_STORE,
		                 _("the store is damaged: an entry is of another kind than its "
		                   "list; run: postern doctor"));
	*pim_item_id(item) = id;
	*pim_item_folder_id(item) = folder_id;
	return g_steal_pointer(&item);
}

bool item_briefs_get(Stmt *stmt, PimKind kind, GPtrArray *list, GError **err)
{
	bool has_row;

	while (stmt_step(stmt, &has_row, err)) {
		if (!has_row)
			return true;
		PimItem *item = brief_get(stmt, kind, err);
		if (!item)
			return false;
		g_ptr_array_add(list, g_steal_pointer(&item->any));
		g_free(item);
	}
	return false;
}

/* ---- a window ---- */

static const char window_sql[] =
	"SELECT i.id, i.folder_id, i.brief FROM event e JOIN item i ON i.id = e.id "
	"WHERE e.folder_id = ?1 AND e.reach = ?2 AND e.from_ms > ?3 AND e.from_ms < ?4 "
	"AND e.until_ms > ?5";

typedef struct { int64_t from_ms, until_ms; } Window;

/* A short one that reaches into the window begins near it. */
static bool read_reach(Db *db, int64_t folder_id, EventReach reach, const Window *window,
                       GPtrArray *events, GError **err)
{
	bool is_near = reach == EVENT_REACH_SHORT && window->from_ms > INT64_MIN + EVENT_SHORT_MS;
	g_auto(Stmt) stmt = stmt_begin(db, window_sql);

	put_int(&stmt, folder_id);
	put_int(&stmt, reach);
	put_int(&stmt, is_near ? window->from_ms - EVENT_SHORT_MS - 1 : INT64_MIN);
	put_int(&stmt, window->until_ms);
	put_int(&stmt, window->from_ms);
	return item_briefs_get(&stmt, PIM_EVENT, events, err);
}

static bool read_window(Db *db, const GArray *folder_ids, const Window *window, GPtrArray *events,
                        GError **err)
{
	for (guint i = 0; i < folder_ids->len; i++)
		for (EventReach reach = 0; reach <= EVENT_REACH_SERIES; reach++)
			if (!read_reach(db, g_array_index(folder_ids, int64_t, i), reach, window,
			                events, err))
				return false;
	return true;
}

static int by_start(gconstpointer a, gconstpointer b)
{
	const Event *x = *(Event *const *)a, *y = *(Event *const *)b;

	if (x->start_ms != y->start_ms)
		return x->start_ms < y->start_ms ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

bool store_read_events(StoreReader *reader, const GArray *folder_ids, int64_t from_ms,
                       int64_t until_ms, GPtrArray **ret_events, GError **err)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	Window window = { from_ms, until_ms };

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_window(reader->db, folder_ids, &window, events, err)))
		return false;
	g_ptr_array_sort(events, by_start);
	*ret_events = g_steal_pointer(&events);
	return true;
}

/* ---- one meeting ---- */

static bool find_uid(Db *db, int64_t account_id, const char *uid, GArray *ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT e.id FROM event e JOIN folder f ON f.id = e.folder_id "
		    "WHERE e.uid = ?1 AND ?2 IN (0, f.account_id) ORDER BY e.id");
	bool has_row;

	put_text(&stmt, uid);
	put_int(&stmt, account_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		g_array_append_val(ids, id);
	}
	return false;
}

static bool read_uid(Db *db, int64_t account_id, const char *uid, GPtrArray *events, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!find_uid(db, account_id, uid, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(PimItem) item = NULL;
		if (!read_item(db, PIM_EVENT, g_array_index(ids, int64_t, i), &item, err))
			return false;
		g_ptr_array_add(events, event_copy(item->event));
	}
	return true;
}

bool store_read_events_of_uid(StoreReader *reader, int64_t account_id, const char *uid,
                              GPtrArray **ret_events, GError **err)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_uid(reader->db, account_id, uid, events, err)))
		return false;
	*ret_events = g_steal_pointer(&events);
	return true;
}

/* ---- by words ---- */

static const char find_sql[] =
	"SELECT i.id, i.folder_id, i.brief FROM event e JOIN folder f ON f.id = e.folder_id "
	"JOIN item i ON i.id = e.id WHERE ?1 IN (0, e.folder_id) AND ?2 IN (0, f.account_id) "
	"AND instr(e.words, ?3) AND instr(e.words, ?4) AND instr(e.words, ?5) AND instr(e.words, ?6) "
	"AND instr(e.words, ?7) AND instr(e.words, ?8) ORDER BY e.from_ms DESC, e.id LIMIT ?9";

static bool find(Db *db, PimScope scope, const char *typed, unsigned limit, GPtrArray *events,
                 GError **err)
{
	g_autoptr(GPtrArray) words = words_of_typed(typed);
	g_auto(Stmt) stmt = stmt_begin(db, find_sql);

	put_int(&stmt, scope.folder_id);
	put_int(&stmt, scope.account_id);
	for (guint i = 0; i < WORDS_MAX; i++)
		put_text(&stmt, i < words->len ? words->pdata[i] : "");
	put_int(&stmt, limit);
	return item_briefs_get(&stmt, PIM_EVENT, events, err);
}

bool store_find_events(StoreReader *reader, PimScope scope, const char *typed, unsigned limit,
                       GPtrArray **ret_events, GError **err)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, find(reader->db, scope, typed, limit, events, err)))
		return false;
	*ret_events = g_steal_pointer(&events);
	return true;
}
