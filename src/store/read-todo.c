#include "base/error.h"
#include "model/pim_text.h"
#include "store/item.h"
#include "store/pim.h"
#include "store/private.h"

/* ---- tasks ---- */

/* By due date; of what is done the last first. */
static const char open_sql[] =
	"SELECT i.id, i.folder_id, i.brief FROM todo t JOIN folder f ON f.id = t.folder_id "
	"JOIN item i ON i.id = t.id WHERE t.is_done = 0 AND ?1 IN (0, t.folder_id) "
	"AND ?2 IN (0, f.account_id) ORDER BY t.due_ms, t.importance DESC, t.id LIMIT ?3";
static const char done_sql[] =
	"SELECT i.id, i.folder_id, i.brief FROM todo t JOIN folder f ON f.id = t.folder_id "
	"JOIN item i ON i.id = t.id WHERE t.is_done = 1 AND ?1 IN (0, t.folder_id) "
	"AND ?2 IN (0, f.account_id) ORDER BY t.due_ms = 0x7fffffffffffffff, t.due_ms DESC, t.id "
	"LIMIT ?3";

static bool read_todos(Db *db, const char *sql, PimScope scope, unsigned limit, GPtrArray *todos,
                       GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	put_int(&stmt, scope.folder_id);
	put_int(&stmt, scope.account_id);
	put_int(&stmt, limit);
	return item_briefs_get(&stmt, PIM_TODO, todos, err);
}

static bool read_all_todos(Db *db, PimScope scope, bool with_done, unsigned limit, GPtrArray *todos,
                           GError **err)
{
	return read_todos(db, open_sql, scope, limit, todos, err) &&
	       (!with_done || read_todos(db, done_sql, scope, limit - todos->len, todos, err));
}

bool store_read_todos(StoreReader *reader, PimScope scope, bool with_done, unsigned limit,
                      GPtrArray **ret_todos, GError **err)
{
	g_autoptr(GPtrArray) todos = g_ptr_array_new_with_free_func((GDestroyNotify)todo_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_all_todos(reader->db, scope, with_done, limit, todos, err)))
		return false;
	*ret_todos = g_steal_pointer(&todos);
	return true;
}

/* ---- notes ---- */

static const char notes_sql[] =
	"SELECT i.id, i.folder_id, i.brief || ifnull(substr(i.rest, 6), '') FROM note n "
	"JOIN folder f ON f.id = n.folder_id JOIN item i ON i.id = n.id "
	"WHERE ?1 IN (0, n.folder_id) AND ?2 IN (0, f.account_id) "
	"ORDER BY n.changed_ms DESC, n.id DESC LIMIT ?3";

static bool read_notes(Db *db, PimScope scope, unsigned limit, GPtrArray *notes, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, notes_sql);

	put_int(&stmt, scope.folder_id);
	put_int(&stmt, scope.account_id);
	put_int(&stmt, limit);
	return item_briefs_get(&stmt, PIM_NOTE, notes, err);
}

bool store_read_notes(StoreReader *reader, PimScope scope, unsigned limit, GPtrArray **ret_notes,
                      GError **err)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func((GDestroyNotify)note_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_notes(reader->db, scope, limit, notes, err)))
		return false;
	*ret_notes = g_steal_pointer(&notes);
	return true;
}
