#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/index.h"
#include "store/private.h"

static bool find_account(Db *db, const char *name, AccountState **ret_state, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE name = ?");
	bool has_row;

	put_text(&stmt, name);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	AccountState *state = has_row ? account_row_get(&stmt, err) : NULL;
	if (has_row && !state)
		return false;
	*ret_state = state;
	return true;
}

static bool insert_account(Db *db, const char *name, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO account (name, device_id) VALUES (?, ?)");
	g_autoptr(Secret) random = secret_new_random(16, err);

	if (!random)
		return false;
	g_autofree char *device_id = text_hex(secret_bytes(random), 16);
	put_text(&stmt, name);
	put_text(&stmt, device_id);
	return stmt_run(&stmt, err);
}

bool store_write_account(StoreWriter *writer, const char *name, AccountState **ret_state,
                         GError **err)
{
	g_autoptr(AccountState) state = NULL;

	if (!find_account(writer->db, name, &state, err))
		return false;
	if (!state && (!db_begin(writer->db, DB_DURABLE, err) ||
	               !trust_end(writer, insert_account(writer->db, name, err), err) ||
	               !find_account(writer->db, name, &state, err)))
		return false;
	*ret_state = g_steal_pointer(&state);
	return true;
}

static bool update_name(Db *db, int64_t account_id, const char *name, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE account SET name = ? WHERE id = ?");

	put_text(&stmt, name);
	put_int(&stmt, account_id);
	return stmt_run(&stmt, err);
}

/* The name of one that was wiped belongs to its row until the person removes that. */
static bool check_free_name(Db *db, const char *name, GError **err)
{
	g_autoptr(AccountState) other = NULL;

	return find_account(db, name, &other, err) &&
	       (!other || fail(err, ERR_EXISTS, _("there is an account “%s” already"), name));
}

bool store_write_account_name(StoreWriter *writer, int64_t account_id, const char *name,
                              GError **err)
{
	return account_check(writer->db, account_id, err) &&
	       check_free_name(writer->db, name, err) && db_begin(writer->db, DB_DURABLE, err) &&
	       trust_end(writer, update_name(writer->db, account_id, name, err), err);
}

static bool update_account(Db *db, const AccountState *state, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE account SET version = ?, commands = ?, server_url = ?, policy_key = ?, "
		    "policy_hash = ?, folder_key = ?, addresses = ?, heartbeat_s = ?, window = ?, "
		    "is_device_told = ?, last_sync_ms = ?, last_error = ? WHERE id = ?");
	const char *texts[] = { state->version,     state->commands,
		                state->server_url,  state->policy_key,
		                state->policy_hash, state->folder_key ? state->folder_key : "0",
		                state->addresses };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		put_text(&stmt, texts[i]);
	put_int(&stmt, MAX(state->heartbeat_s, 0));
	put_int(&stmt, MAX(state->window, 0));
	put_int(&stmt, state->is_device_told);
	put_int(&stmt, state->last_sync_ms);
	put_text(&stmt, state->last_error);
	put_int(&stmt, state->id);
	return stmt_run(&stmt, err);
}

static bool has_policy(Db *db, const AccountState *state, bool *ret_has, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT policy_hash FROM account WHERE id = ?");
	bool has_row;

	put_int(&stmt, state->id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	g_autofree char *hash = has_row ? get_text(&stmt) : NULL;
	*ret_has = has_row && g_strcmp0(hash, state->policy_hash) == 0;
	return true;
}

/* A policy that was accepted grants trust; the rest changes with every page. */
bool store_write_account_state(StoreWriter *writer, const AccountState *state, GError **err)
{
	Db *db = writer->db;
	bool is_same;

	if (!has_policy(db, state, &is_same, err))
		return false;
	if (is_same)
		return db_begin(db, DB_LAZY, err) && db_end(db, update_account(db, state, err), err);
	return db_begin(db, DB_DURABLE, err) &&
	       trust_end(writer, update_account(db, state, err), err);
}

static bool update_policy(Db *db, int64_t account_id, const char *document_xml, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE account SET policy_xml = ? WHERE id = ?");

	put_text(&stmt, document_xml);
	put_int(&stmt, account_id);
	return stmt_run(&stmt, err);
}

bool store_write_policy(StoreWriter *writer, int64_t account_id, const char *document_xml,
                        GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       trust_end(writer, update_policy(writer->db, account_id, document_xml, err), err);
}

bool account_check(Db *db, int64_t account_id, GError **err)
{
	int64_t id;

	return db_number(db, "SELECT id FROM account WHERE id = ? AND wipe = 0", account_id, 0, &id,
	                 err) &&
	       (id || fail(err, ERR_NOT_FOUND, _("this account is not set up")));
}

/* ---- the end of an account ---- */

/* Not what a page of another account has written and is about to name: that waits its turn. */
static bool sweep_all(StoreWriter *writer, GError **err)
{
	return pages_each_body(writer, "DELETE FROM loose WHERE body_id = ?", err) &&
	       body_sweep(writer->db, INT32_MAX, err) &&
	       pages_each_body(writer, "INSERT OR IGNORE INTO loose VALUES (?)", err);
}

/* What differs between an account that is removed and one that is wiped: statements for the keys of
 * its certificates, and for its own row. */
typedef struct { const char *keys, *last; } Ending;

static bool delete_rows(StoreWriter *writer, int64_t account_id, const Ending *ending, GError **err)
{
	const char *const steps[] = {
		"DELETE FROM op WHERE account_id = ?",
		"DELETE FROM draft WHERE account_id = ?",
		"DELETE FROM item WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)",
		"DELETE FROM message WHERE folder_id IN (SELECT id FROM folder WHERE account_id = ?)",
		"DELETE FROM folder WHERE account_id = ?",
		"DELETE FROM conversation WHERE account_id = ?",
		ending->last,
	};

	if (!people_erase(writer->db, account_id, err) ||
	    !picture_erase(writer->db, account_id, err) ||
	    (ending->keys && !db_run_with(writer->db, ending->keys, account_id, err)) ||
	    !certificate_erase(writer->db, account_id, err))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (!db_run_with(writer->db, steps[i], account_id, err))
			return false;
	return db_exec(writer->db, "UPDATE meta SET value = value + 1 WHERE name = 'index_epoch'",
	               err) &&
	       sweep_all(writer, err);
}

/*
 * secure_delete has filled with zeros what the transaction freed; with the log emptied into the
 * file, and cut, no page that could be decrypted holds it any more. A reader that still looks at
 * the old state delays that to store_write_keep(). The words of the account go with the index,
 * which is filled again without them; if it is just being fed, after that.
 */
static bool erase(StoreWriter *writer, int64_t account_id, const Ending *ending, GError **err)
{
	g_autoptr(GError) why = NULL;

	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !trust_end(writer, delete_rows(writer, account_id, ending, err), err))
		return false;
	if (!index_erase(writer->store, writer->db, &why) && !error_is(why, ERR_HELD)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	return store_write_keep(writer, true, err);
}

bool store_write_account_gone(StoreWriter *writer, int64_t account_id, GError **err)
{
	static const Ending removed = { .last = "DELETE FROM account WHERE id = ?" };

	return erase(writer, account_id, &removed, err);
}

/* ---- a remote wipe ---- */

static bool run_durably(StoreWriter *writer, const char *sql, int64_t account_id, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       trust_end(writer, db_run_with(writer->db, sql, account_id, err), err);
}

bool store_write_wipe_due(StoreWriter *writer, int64_t account_id, GError **err)
{
	return run_durably(writer, "UPDATE account SET wipe = 1 WHERE id = ?", account_id, err);
}

bool wipe_find_due(Db *db, char **ret_name, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT name FROM account WHERE wipe = 1 LIMIT 1");
	bool has_row;

	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_name = has_row ? get_text(&stmt) : NULL;
	return true;
}

static bool write_notice(Db *db, const AccountState *state, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "UPDATE account SET wipe = 2, last_error = ? WHERE id = ?");
	g_autofree char *notice = g_strdup_printf(
		_("the server of %s had its mail erased from this computer; to begin anew, remove "
		  "the account and add it again"),
		state->name);

	put_text(&stmt, notice);
	put_int(&stmt, state->id);
	return stmt_run(&stmt, err);
}

/* The order stands until the last trace is gone, the keys to its mail among them. What the row knew
 * from the server goes with the mail; the device's name stays, so that a new one is not made up to
 * get round the order. */
static bool wipe(StoreWriter *writer, const AccountState *state, GError **err)
{
	static const Ending wiped = {
		"DELETE FROM identity WHERE id IN (SELECT id FROM certificate WHERE account_id = ?)",
		"UPDATE account SET version = NULL, commands = NULL, server_url = NULL, "
		"policy_key = NULL, policy_hash = NULL, folder_key = '0', addresses = NULL, "
		"policy_xml = NULL, last_error = NULL, is_device_told = 0 WHERE id = ?",
	};

	return erase(writer, state->id, &wiped, err) && db_begin(writer->db, DB_DURABLE, err) &&
	       trust_end(writer, write_notice(writer->db, state, err), err);
}

bool store_write_wipes(StoreWriter *writer, GError **err)
{
	for (;;) {
		g_autofree char *name = NULL;
		g_autoptr(AccountState) state = NULL;
		if (!wipe_find_due(writer->db, &name, err))
			return false;
		if (!name)
			return true;
		if (!find_account(writer->db, name, &state, err) || !wipe(writer, state, err))
			return false;
	}
}
