#include "base/error.h"
#include "store/private.h"

static bool find_folder(Db *db, int64_t account_id, const char *server_id, int64_t *ret_id,
                        GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "SELECT id FROM folder WHERE account_id = ? AND server_id = ?");
	bool has_row;

	put_int(&stmt, account_id);
	put_text(&stmt, server_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = has_row ? get_int(&stmt) : 0;
	return true;
}

static int64_t stored_type(const Folder *folder)
{
	bool is_known = folder->type >= FOLDER_GENERIC && folder->type <= FOLDER_RECIPIENTS;

	return is_known ? folder->type : FOLDER_UNKNOWN;
}

static bool upsert_folder(Db *db, int64_t account_id, const Folder *folder, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO folder (account_id, server_id, parent_server_id, name, type) "
		"VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, server_id) DO UPDATE SET "
		"parent_server_id = excluded.parent_server_id, name = excluded.name, type = excluded.type");

	put_int(&stmt, account_id);
	put_text(&stmt, folder->server_id);
	put_text(&stmt, folder->parent_server_id);
	put_text(&stmt, folder->name);
	put_int(&stmt, stored_type(folder));
	return stmt_run(&stmt, err);
}

/* A folder that we are making comes as news when the answer to that was lost: by its name and place
 * it is ours. */
static bool claim_folder(Db *db, int64_t account_id, const Folder *folder, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT o.id FROM folder f JOIN op o ON o.folder_id = f.id AND o.kind = 5 WHERE f.account_id = ? "
		"AND f.name = ? AND f.parent_server_id = ifnull(?, '0') AND substr(f.server_id, 1, 1) = char(1)");
	StoreOpEnd end = { .fate = OP_END_DONE, .server_id = folder->server_id };
	bool has_row;

	put_int(&stmt, account_id);
	put_text(&stmt, folder->name);
	put_text(&stmt, folder->parent_server_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	end.op_id = has_row ? get_int(&stmt) : 0;
	return !has_row || op_settle(db, &end, err);
}

/* The last change that has not arrived stands over what the list says. */
static bool keep_own_name(Db *db, int64_t folder_id, GError **err)
{
	static const char remember[] =
		"UPDATE op SET was_text = f.name, was_folder_id = ifnull((SELECT p.id FROM folder p "
		"WHERE p.account_id = f.account_id AND p.server_id = f.parent_server_id), 0) FROM folder f "
		"WHERE f.id = ?1 AND op.id = (SELECT min(id) FROM op WHERE folder_id = ?1 AND kind = 6)";
	static const char show[] =
		"UPDATE folder SET name = o.value_text, parent_server_id = "
		"ifnull((SELECT p.server_id FROM folder p WHERE p.id = o.value_folder_id), '0') FROM op o "
		"WHERE folder.id = ?1 AND o.id = (SELECT max(id) FROM op WHERE folder_id = ?1 AND kind = 6)";

	return db_run_with(db, remember, folder_id, err) && db_run_with(db, show, folder_id, err);
}

static bool write_folder(Db *db, int64_t account_id, const Folder *folder, GError **err)
{
	int64_t id;

	return claim_folder(db, account_id, folder, err) &&
	       upsert_folder(db, account_id, folder, err) &&
	       find_folder(db, account_id, folder->server_id, &id, err) &&
	       keep_own_name(db, id, err);
}

static bool delete_named(Db *db, const StoreFolderList *list, GError **err)
{
	for (guint i = 0; list->gone && i < list->gone->len; i++) {
		int64_t id;
		if (!find_folder(db, list->account_id, list->gone->pdata[i], &id, err) ||
		    (id && !folder_row_delete(db, id, err)))
			return false;
	}
	return true;
}

static bool collect_unnamed(Db *db, const StoreFolderList *list, GHashTable *named, GArray *ids,
                            GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT id, server_id FROM folder WHERE account_id = ? "
				      "AND substr(server_id, 1, 1) <> char(1)");
	bool has_row;

	put_int(&stmt, list->account_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		g_autofree char *server_id = get_text(&stmt);
		if (!server_id || !g_hash_table_contains(named, server_id))
			g_array_append_val(ids, id);
	}
	return false;
}

static bool delete_unnamed(Db *db, const StoreFolderList *list, GError **err)
{
	g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; list->changed && i < list->changed->len; i++)
		g_hash_table_add(named, ((Folder *)list->changed->pdata[i])->server_id);
	if (!collect_unnamed(db, list, named, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!folder_row_delete(db, g_array_index(ids, int64_t, i), err))
			return false;
	return true;
}

static bool set_folder_key(Db *db, const StoreFolderList *list, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE account SET folder_key = ? WHERE id = ?");

	put_text(&stmt, list->folder_key);
	put_int(&stmt, list->account_id);
	return stmt_run(&stmt, err);
}

/* What went goes first: a server may give a deleted folder's id to a new one in the same answer. */
static bool write_folders(Db *db, const StoreFolderList *list, GError **err)
{
	if (!delete_named(db, list, err) || (list->was_full && !delete_unnamed(db, list, err)))
		return false;
	for (guint i = 0; list->changed && i < list->changed->len; i++)
		if (!write_folder(db, list->account_id, list->changed->pdata[i], err))
			return false;
	return set_folder_key(db, list, err);
}

bool store_write_folders(StoreWriter *writer, const StoreFolderList *list, GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, write_folders(writer->db, list, err), err);
}

static bool set_error(Db *db, int64_t folder_id, const char *sentence, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE folder SET last_error = ? WHERE id = ?");

	put_text(&stmt, sentence);
	put_int(&stmt, folder_id);
	return stmt_run(&stmt, err);
}

bool store_write_folder_error(StoreWriter *writer, int64_t folder_id, const char *sentence,
                              GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, set_error(writer->db, folder_id, sentence, err), err);
}

bool store_write_folder_reset(StoreWriter *writer, int64_t folder_id, GError **err)
{
	static const char sql[] =
		"UPDATE folder SET sync_key = '0', generation = generation + 1, is_refilling = 1, "
		"is_behind = 1 WHERE id = ?";

	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, db_run_with(writer->db, sql, folder_id, err), err);
}

static bool leave_folder(Db *db, int64_t folder_id, GError **err)
{
	return db_run_with(db,
	                   "DELETE FROM item WHERE folder_id = ? AND NOT EXISTS "
	                   "(SELECT 1 FROM op WHERE op.item_id = item.id AND op.kind IN (12, 14))",
	                   folder_id, err) &&
	       db_run_with(db,
	                   "UPDATE folder SET sync_key = '0', generation = generation + 1, "
	                   "is_refilling = 1, is_behind = 1, last_error = NULL WHERE id = ?",
	                   folder_id, err);
}

bool store_write_folder_left(StoreWriter *writer, int64_t folder_id, GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, leave_folder(writer->db, folder_id, err), err);
}
