#include "store/rebuild.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "store/item.h"
#include "store/private.h"

/*
 * The old files move into the folder "rescue"; what can be read of them is written to a new store
 * in their place; then the folder gets its last name. While there is a "rescue" with a database in
 * it, the one beside it is unfinished and is made again.
 */
static const char rescue_name[] = "rescue";

/* The log goes first: a database without it is an old copy, a log without its database a danger. */
static const char *const moved[] = { "store.db-wal", "store.db-journal", "store.db-rotate",
	                             "store.db" };
static const char *const keys[] = { "slots", "key", "locked" };
static const char *const dropped[] = { "store.db-shm", "index.db-wal", "index.db-shm",
	                               "index.db-rotate", "index.db" };

/* ---- files ---- */

static bool is_there(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool drop_file(const char *dir, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_unlink(path) == 0 || errno == ENOENT ||
	       fail_errno(err, errno, _("cannot remove %s"), path);
}

static bool move_file(const char *from, const char *to, const char *name, GError **err)
{
	g_autofree char *old = g_build_filename(from, name, NULL);
	g_autofree char *new = g_build_filename(to, name, NULL);

	crash_point("rebuild: before a file is moved");
	return g_rename(old, new) == 0 || errno == ENOENT ||
	       fail_errno(err, errno, _("cannot move %s to %s"), old, new);
}

static bool move_all(const char *from, const char *to, const char *const *names, size_t count,
                     GError **err)
{
	for (size_t i = 0; i < count; i++)
		if (!move_file(from, to, names[i], err))
			return false;
	return true;
}

static bool drop_all(const char *dir, const char *const *names, size_t count, GError **err)
{
	for (size_t i = 0; i < count; i++)
		if (!drop_file(dir, names[i], err))
			return false;
	return true;
}

/* What stands in the old one's place after a rebuild that was killed is a part of what is rescued.
 */
static bool put_aside(const char *dir, const char *rescue, GError **err)
{
	if (!file_ensure_dir(rescue, err) ||
	    !drop_all(dir, dropped, G_N_ELEMENTS(dropped), err))
		return false;
	return is_there(rescue, "store.db")
	               ? drop_all(dir, moved, G_N_ELEMENTS(moved), err)
	               : move_all(dir, rescue, moved, G_N_ELEMENTS(moved), err);
}

static bool name_aside(const char *dir, const char *rescue, char **ret_aside, GError **err)
{
	for (int i = 1;; i++) {
		g_autofree char *name = g_strdup_printf("damaged-%d", i);
		g_autofree char *aside = g_build_filename(dir, name, NULL);
		if (g_file_test(aside, G_FILE_TEST_EXISTS))
			continue;
		if (g_rename(rescue, aside) != 0)
			return fail_errno(err, errno, _("cannot move %s to %s"), rescue, aside);
		*ret_aside = g_steal_pointer(&aside);
		return true;
	}
}

/* ---- rows ---- */

/* A row comes as it is: sealed columns open in a row of the same number. */
typedef struct { const char *find, *put; } Rescue;

static const Rescue rescues[] = {
	{ "SELECT id, name, device_id, wipe, last_error FROM account",
	  "INSERT OR IGNORE INTO account (id, name, device_id, wipe, last_error) "
	  "VALUES (?, ?, ?, ?, ?)" },
	{ "SELECT name, value FROM meta WHERE name IN ('serial', 'conversation')",
	  "UPDATE meta SET value = max(value, ?2) WHERE name = ?1" },
	{ "SELECT id, account_id, message_id, kind, source_id, changed_ms, text, base_hash FROM draft",
	  "INSERT OR IGNORE INTO draft (id, account_id, message_id, kind, source_id, changed_ms, "
	  "text, base_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "SELECT id, draft_id, position, name, type, content, message_id, reference FROM draft_file",
	  "INSERT OR IGNORE INTO draft_file (id, draft_id, position, name, type, content, "
	  "message_id, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "SELECT id, fingerprint, der, source, account_id, seen_ms, capabilities FROM certificate",
	  "INSERT OR IGNORE INTO certificate (id, fingerprint, der, source, account_id, seen_ms, "
	  "capabilities) VALUES (?, ?, ?, ?, ?, ?, ?)" },
	{ "SELECT key, certificate_id FROM certificate_address",
	  "INSERT OR IGNORE INTO certificate_address VALUES (?, ?)" },
	{ "SELECT id, role, key FROM identity", "INSERT OR IGNORE INTO identity VALUES (?, ?, ?)" },
	{ "SELECT key, identity_id FROM identity_address",
	  "INSERT OR IGNORE INTO identity_address VALUES (?, ?)" },
	{ "SELECT id FROM anchor WHERE is_trusted = 0",
	  "INSERT OR IGNORE INTO anchor (id, is_trusted) VALUES (?, 0)" },
	{ "SELECT key FROM vip", "INSERT OR IGNORE INTO vip VALUES (?)" },
	{ "SELECT id, account_id, server_id, parent_server_id, name, type FROM folder WHERE id IN "
	  "(SELECT i.folder_id FROM item i JOIN op o ON o.item_id = i.id WHERE o.kind IN (12, 14))",
	  "INSERT OR IGNORE INTO folder (id, account_id, server_id, parent_server_id, name, type) "
	  "VALUES (?, ?, ?, ?, ?, ?)" },
	{ "SELECT id, folder_id, kind, server_id, title, brief, rest FROM item WHERE id IN "
	  "(SELECT item_id FROM op WHERE kind IN (12, 14))",
	  "INSERT OR IGNORE INTO item (id, folder_id, kind, server_id, generation, title, brief, "
	  "rest) VALUES (?, ?, ?, ?, 0, ?, ?, ?)" },
	/* Parked, as drafts wait: nothing leaves by itself. */
	{ "SELECT id, group_id, kind, account_id, value_text, start_ms, was_text, client_id, "
	  "changed_ms, item_id FROM op WHERE kind IN (12, 14)",
	  "INSERT OR IGNORE INTO op (id, group_id, kind, state, account_id, folder_id, message_id, "
	  "draft_id, value, was, value_text, start_ms, was_text, client_id, changed_ms, item_id) "
	  "VALUES (?1, ?2, ?3, 4, ?4, 0, 0, 0, 0, 0, ?5, ?6, ?7, ?8, ?9, ?10)" },
};

/* False: a row that cannot be kept, as one whose account was not to be read. */
static bool put_row(sqlite3_stmt *from, sqlite3_stmt *to)
{
	for (int i = 0; i < sqlite3_column_count(from); i++)
		sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
	int rc = sqlite3_step(to);
	sqlite3_reset(to);
	return rc == SQLITE_DONE;
}

/* As far as it goes in this direction. True: to the end, and all were kept; or an older store has
 * no such table. */
static bool copy_rows(Db *from, Db *to, const Rescue *rescue, const char *order)
{
	g_autofree char *sql = g_strconcat(rescue->find, order, NULL);
	sqlite3_stmt *find = NULL, *put = NULL;
	bool is_whole = true;
	int rc = sqlite3_prepare_v2(db_handle(from), sql, -1, &find, NULL);

	if (rc == SQLITE_ERROR)
		return true;
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db_handle(to), rescue->put, -1, &put, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(find)) == SQLITE_ROW) {
		is_whole = put_row(find, put) && is_whole;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(find);
	sqlite3_finalize(put);
	return rc == SQLITE_DONE && is_whole;
}

/* Damage in the middle is read around from both ends. */
static bool rescue_rows(Db *from, Db *to)
{
	bool is_whole = true;

	for (size_t i = 0; i < G_N_ELEMENTS(rescues); i++) {
		const Rescue *rescue = &rescues[i];
		is_whole = copy_rows(from, to, rescue, " ORDER BY 1") && is_whole;
		if (!is_whole)
			copy_rows(from, to, rescue, " ORDER BY 1 DESC");
	}
	return is_whole;
}

/* What lists know of an item is made from what it says; one that makes no sense is left behind. */
static bool list_item(Db *to, int64_t id, bool *is_whole, GError **err)
{
	g_autoptr(GError) why = NULL;

	if (item_row_set_hidden(to, id, false, &why))
		return true;
	*is_whole = false;
	return item_row_delete(to, id, err);
}

static bool list_items(Db *to, bool *is_whole, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!op_collect_ids(to, "SELECT id FROM item WHERE id > ?", 0, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!list_item(to, g_array_index(ids, int64_t, i), is_whole, err))
			return false;
	return true;
}

static bool say_why(Db *to, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(to, "UPDATE op SET last_error = ? WHERE state = 4");

	put_text(&stmt, _("the store was rebuilt before this was sent; retry to send it"));
	return stmt_run(&stmt, err);
}

/* Nothing of it is left to find in an old store that cannot be opened at all. */
static bool fill(Vault *vault, const char *rescue, Db *to, StoreRebuilt *rebuilt, GError **err)
{
	g_autoptr(Db) from = db_open_aside(vault, rescue, NULL);
	int64_t drafts, changes;

	if (!db_begin(to, DB_DURABLE, err))
		return false;
	rebuilt->is_whole = from && rescue_rows(from, to);
	bool ok = list_items(to, &rebuilt->is_whole, err) && say_why(to, err) &&
	          db_number(to, "SELECT count(*) FROM draft", 0, 0, &drafts, err) &&
	          db_number(to, "SELECT count(*) FROM op", 0, 0, &changes, err) &&
	          trust_seal(vault, to, err);
	if (!db_end(to, ok, err))
		return false;
	rebuilt->drafts = (guint)drafts;
	rebuilt->changes = (guint)changes;
	return trust_raise(vault, to, err);
}

static bool make_anew(Vault *vault, const char *rescue, StoreRebuilt *rebuilt, GError **err)
{
	g_autoptr(Db) to = db_open(vault, VAULT_STORE, err);

	return to && store_begin(vault, to, err) && fill(vault, rescue, to, rebuilt, err);
}

/* ---- rebuilding ---- */

static bool rebuild_locked(const char *dir, const Opener *opener, StoreRebuilt *rebuilt,
                           GError **err)
{
	g_autofree char *rescue = g_build_filename(dir, rescue_name, NULL);
	g_autoptr(Vault) vault = vault_open(dir, opener, err);

	return vault && put_aside(dir, rescue, err) && make_anew(vault, rescue, rebuilt, err) &&
	       name_aside(dir, rescue, &rebuilt->aside, err);
}

static bool begin_anew_locked(const char *dir, const Opener *opener, StoreRebuilt *rebuilt,
                              GError **err)
{
	g_autofree char *rescue = g_build_filename(dir, rescue_name, NULL);

	(void)opener;
	return put_aside(dir, rescue, err) &&
	       move_all(dir, rescue, keys, G_N_ELEMENTS(keys), err) &&
	       name_aside(dir, rescue, &rebuilt->aside, err);
}

typedef bool (*Rebuild)(const char *dir, const Opener *opener, StoreRebuilt *rebuilt, GError **err);

/* Nobody writes meanwhile; who only reads sees the old files until the end. */
static bool with_lock(Rebuild rebuild, const char *dir, const Opener *opener,
                      StoreRebuilt *ret_rebuilt, GError **err)
{
	g_autofree char *lock_path = g_build_filename(dir, "engine.lock", NULL);
	StoreRebuilt rebuilt = { 0 };

	if (!is_there(dir, "slots") && !is_there(dir, "store.db"))
		return fail(err, ERR_NOT_FOUND, _("there is no store in %s"), dir);
	int lock = file_lock(lock_path, err);
	if (lock < 0)
		return false;
	bool ok = rebuild(dir, opener, &rebuilt, err);
	file_unlock(lock);
	if (ok)
		*ret_rebuilt = rebuilt;
	return ok;
}

bool store_rebuild(const char *dir, const Opener *opener, StoreRebuilt *ret_rebuilt, GError **err)
{
	return with_lock(rebuild_locked, dir, opener, ret_rebuilt, err);
}

bool store_begin_anew(const char *dir, StoreRebuilt *ret_rebuilt, GError **err)
{
	return with_lock(begin_anew_locked, dir, NULL, ret_rebuilt, err);
}

bool store_is_rebuilt(const char *dir, GError **err)
{
	return !is_there(dir, rescue_name) ||
	       fail(err, ERR_STORE,
	            _("the store in %s is only half rebuilt; run: postern vault rebuild"), dir);
}
