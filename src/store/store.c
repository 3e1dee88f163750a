#include "store/store.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/file.h"
#include "store/index.h"
#include "store/private.h"
#include "store/rebuild.h"
#include "vault/lock.h"

static char *store_path(const Store *store, const char *name)
{
	return g_build_filename(store->dir, name, NULL);
}

static char *engine_lock_path(const Store *store) { return store_path(store, "engine.lock"); }

static bool place_is_fit(const char *dir, GError **err)
{
	const char *fs = file_network_fs(dir);

	if (fs)
		return fail(
			err, ERR_IO,
			_("%s lies on %s, over the network, where a store can be damaged; set data_dir to a local folder"),
			dir, fs);
	return true;
}

/* ---- schema ---- */

/* The step that makes the table of people, whom SQL alone cannot read from the messages. */
enum { STEP_PEOPLE = 4 };
/* The step that seals what grants trust. */
enum { STEP_TRUST = 7 };

static bool schema_step_inside(Vault *vault, Db *db, int step, GError **err)
{
	g_autofree char *version = g_strdup_printf("PRAGMA user_version = %d", step + 1);

	return db_exec(db, schema_steps[step], err) &&
	       (step != STEP_PEOPLE || people_fill(db, err)) &&
	       (step < STEP_TRUST || trust_seal(vault, db, err)) && db_exec(db, version, err);
}

static bool schema_step_run(Vault *vault, Db *db, int step, GError **err)
{
	return db_begin(db, DB_DURABLE, err) &&
	       db_end(db, schema_step_inside(vault, db, step, err), err);
}

/* A store from before there was an anchor is a copy of that time if there is one. */
static bool schema_may_bring_up(Vault *vault, int64_t version, GError **err)
{
	static const Anchor none;
	Anchor known;

	return version > STEP_TRUST || (vault_anchor_known(vault, &known, err) &&
	                                vault_anchor_check(vault, &known, &none, err));
}

static bool schema_bring_up(Vault *vault, Db *db, int64_t version, GError **err)
{
	for (int step = (int)version; step < schema_step_count; step++)
		if (!schema_step_run(vault, db, step, err))
			return false;
	return true;
}

bool store_begin(Vault *vault, Db *db, GError **err) { return schema_bring_up(vault, db, 0, err); }

/* Only the holder of the engine lock changes the schema, and finds out again what is to be done. */
static bool schema_bring_up_locked(Store *store, Db *db, GError **err)
{
	g_autofree char *lock_path = engine_lock_path(store);
	int64_t version;
	int lock = file_lock(lock_path, err);

	if (lock < 0)
		return false;
	bool ok = db_number(db, "PRAGMA user_version", 0, 0, &version, err) &&
	          schema_may_bring_up(store->vault, version, err) &&
	          schema_bring_up(store->vault, db, version, err);
	file_unlock(lock);
	return ok;
}

static bool schema_ensure(Store *store, Db *db, GError **err)
{
	int64_t version;

	if (!db_number(db, "PRAGMA user_version", 0, 0, &version, err))
		return false;
	if (version > schema_step_count)
		return fail(err, ERR_STORE,
		            _("the store in %s was made by a newer Postern; please update"),
		            store->dir);
	return version == schema_step_count || schema_bring_up_locked(store, db, err);
}

/* ---- the store ---- */

/* Whoever opens the store next carries out what a server has ordered, a reader too, so that nobody
 * sees what must be gone. */
static bool wipes_ensure(Store *store, Db *db, GError **err)
{
	g_autofree char *name = NULL;
	g_autoptr(GError) why = NULL;

	if (!wipe_find_due(db, &name, err))
		return false;
	if (!name)
		return true;
	g_autoptr(StoreWriter) writer = store_open_writer(store, &why);
	if (error_is(why, ERR_HELD))
		return fail(
			err, ERR_HELD,
			_("the server of %s has ordered its mail erased, and another Postern is "
		          "just doing that; try again in a moment"),
			name);
	if (!writer)
		g_propagate_error(err, g_steal_pointer(&why));
	return writer != NULL;
}

static bool contents_ensure(Store *store, GError **err)
{
	g_autoptr(Db) db = db_open(store->vault, VAULT_STORE, err);

	return db && schema_ensure(store, db, err) && trust_check(store->vault, db, err) &&
	       wipes_ensure(store, db, err);
}

Store *store_open(const char *dir, const Clock *clock, GError **err)
{
	return store_open_by(dir, clock, NULL, err);
}

Store *store_open_by(const char *dir, const Clock *clock, const Opener *opener, GError **err)
{
	g_autoptr(Store) store = g_new0(Store, 1);

	store->refs = 1;
	store->dir = g_strdup(dir);
	store->clock = clock;
	if (!file_ensure_dir(dir, err) || !file_dir_is_trusted(dir, err) ||
	    !place_is_fit(dir, err) || !store_is_rebuilt(dir, err) ||
	    !(store->vault = vault_open(dir, opener, err)) || !contents_ensure(store, err))
		return NULL;
	return g_steal_pointer(&store);
}

Store *store_ref(Store *store)
{
	g_atomic_int_inc(&store->refs);
	return store;
}

void store_unref(Store *store)
{
	if (!store || !g_atomic_int_dec_and_test(&store->refs))
		return;
	vault_unref(store->vault);
	g_free(store->dir);
	g_free(store);
}

const char *store_dir(const Store *store) { return store->dir; }
Vault      *store_vault(Store *store) { return store->vault; }

bool store_is_held_in(const char *dir)
{
	g_autofree char *lock_path = g_build_filename(dir, "engine.lock", NULL);

	return file_is_locked(lock_path);
}

bool store_is_held(const Store *store) { return store_is_held_in(store->dir); }

/* ---- readers ---- */

StoreReader *store_open_reader(Store *store, GError **err)
{
	g_autoptr(StoreReader) reader = g_new0(StoreReader, 1);

	reader->store = store_ref(store);
	reader->db = db_open(store->vault, VAULT_STORE, err);
	if (!reader->db || !db_exec(reader->db, "PRAGMA query_only=ON", err))
		return NULL;
	return g_steal_pointer(&reader);
}

void store_reader_free(StoreReader *reader)
{
	if (!reader)
		return;
	db_close(reader->db);
	store_unref(reader->store);
	g_free(reader);
}

void store_reader_forget(StoreReader *reader) { db_forget(reader->db); }

bool store_reader_begin(StoreReader *reader, GError **err)
{
	g_assert(!reader->is_begun);
	reader->is_begun = db_begin_read(reader->db, err);
	return reader->is_begun;
}

void store_reader_end(StoreReader *reader)
{
	g_assert(reader->is_begun);
	reader->is_begun = false;
	db_end_read(reader->db);
}

bool store_reader_is_locked(const StoreReader *reader)
{
	return vault_is_locked(reader->store->vault);
}

bool reader_enter(StoreReader *reader, GError **err)
{
	return reader->is_begun || db_begin_read(reader->db, err);
}

bool reader_leave(StoreReader *reader, bool ok)
{
	if (!reader->is_begun)
		db_end_read(reader->db);
	return ok;
}

/* ---- the writer ---- */

static int note_log(void *data, sqlite3 *unused, const char *database, int frames)
{
	StoreWriter *writer = data;

	(void)unused;
	(void)database;
	writer->log_frames = frames;
	return SQLITE_OK;
}

bool writer_load_numbers(StoreWriter *writer, GError **err)
{
	return db_number(writer->db, "SELECT value FROM meta WHERE name = 'serial'", 0, 1,
	                 &writer->serial, err) &&
	       db_number(writer->db, "SELECT value FROM meta WHERE name = 'conversation'", 0, 1,
	                 &writer->conversation, err);
}

bool writer_save_numbers(StoreWriter *writer, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		writer->db, "UPDATE meta SET value = CASE name WHEN 'serial' THEN ? ELSE ? END "
			    "WHERE name IN ('serial', 'conversation')");

	put_int(&stmt, writer->serial);
	put_int(&stmt, writer->conversation);
	return stmt_run(&stmt, err);
}

/* What was handed out by a transaction that failed is free again; a store that cannot even say so
 * fails on its next use. */
bool writer_end(StoreWriter *writer, bool ok, GError **err)
{
	if (db_end(writer->db, ok, err))
		return true;
	writer_load_numbers(writer, NULL);
	return false;
}

/* 8 MiB: the inner pages of every index that a first sync adds to at random. */
static const char writer_cache_sql[] = "PRAGMA cache_size = -8192";

StoreWriter *store_open_writer(Store *store, GError **err)
{
	g_autoptr(StoreWriter) writer = g_new0(StoreWriter, 1);
	g_autofree char *lock_path = engine_lock_path(store);

	writer->store = store_ref(store);
	writer->pages = g_ptr_array_new();
	writer->lock = file_lock(lock_path, err);
	if (writer->lock < 0 || !(writer->db = db_open(store->vault, VAULT_STORE, err)) ||
	    !db_exec(writer->db, writer_cache_sql, err) || !writer_load_numbers(writer, err))
		return NULL;
	sqlite3_wal_hook(db_handle(writer->db), note_log, writer);
	if (!store_write_wipes(writer, err))
		return NULL;
	return g_steal_pointer(&writer);
}

void store_writer_forget(StoreWriter *writer) { db_forget(writer->db); }

void store_writer_free(StoreWriter *writer)
{
	if (!writer)
		return;
	db_close(writer->db);
	g_ptr_array_unref(writer->pages);
	file_unlock(writer->lock);
	store_unref(writer->store);
	g_free(writer);
}

/* ---- looking after it ---- */

/* Each row of @sql that does not say "ok" is a finding. */
static bool verify_rows(Db *db, VaultDatabase database, GString *report, const char *sql,
                        GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		g_autofree char *line = get_text(&stmt);
		if (g_strcmp0(line, "ok") != 0)
			g_string_append_printf(report, "%s: %s\n", vault_database_name(database),
			                       line ? line : "?");
	}
	return false;
}

static bool verify_database(const Store *store, GString *report, GError **err)
{
	g_autoptr(Db) db = db_open(store->vault, VAULT_STORE, err);

	return db && verify_rows(db, VAULT_STORE, report, "PRAGMA integrity_check", err) &&
	       verify_rows(
		       db, VAULT_STORE, report,
		       "SELECT 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not there' "
		       "FROM pragma_foreign_key_check",
		       err);
}

/* What the tags of the pages cannot tell: whether one that is blank is in use. */
static bool verify_index(const Store *store, GString *report, GError **err)
{
	g_autoptr(Db) index = NULL;

	if (!index_is_there(store))
		return true;
	index = index_open(store->vault, err);
	return index && verify_rows(index, VAULT_INDEX, report, "PRAGMA quick_check", err);
}

static bool verify_pages(const Store *store, VaultDatabase database, GString *report, GError **err)
{
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);

	if (!vault_check_pages(store->vault, database, findings, err))
		return false;
	for (guint i = 0; i < findings->len; i++)
		g_string_append_printf(report, "%s: %s\n", vault_database_name(database),
		                       (char *)findings->pdata[i]);
	return true;
}

/* Damage that stops SQLite is a finding too, not a failure to look. */
static void verify_inside(const Store *store, GString *report,
                          bool (*verify)(const Store *store, GString *report, GError **err))
{
	g_autoptr(GError) damage = NULL;

	if (!verify(store, report, &damage))
		g_string_append_printf(report, "%s\n", damage->message);
}

bool store_verify(Store *store, char **ret_report, GError **err)
{
	g_autoptr(GString) report = g_string_new(NULL);

	/* An index that is not there yet is made from the store. */
	if (!verify_pages(store, VAULT_STORE, report, err) ||
	    (index_is_there(store) && !verify_pages(store, VAULT_INDEX, report, err)))
		return false;
	verify_inside(store, report, verify_database);
	verify_inside(store, report, verify_index);
	*ret_report = g_string_free(g_steal_pointer(&report), FALSE);
	return true;
}

/* ---- all pages anew ---- */

/* Into the file, so that no log is left; who reads an older state keeps it from that. */
static bool empty_log(const Store *store, VaultDatabase database, GError **err)
{
	g_autoptr(Db) db = db_open(store->vault, database, err);
	int rc = db ? sqlite3_wal_checkpoint_v2(db_handle(db), "main", SQLITE_CHECKPOINT_TRUNCATE,
	                                        NULL, NULL)
	            : SQLITE_OK;

	return db && (rc == SQLITE_OK || db_fail(db, _("the log cannot be emptied"), err));
}

bool store_rotate(Store *store, GError **err)
{
	g_autofree char *engine_path = engine_lock_path(store);
	g_autofree char *index_path = store_path(store, "index.lock");
	int engine = file_lock(engine_path, err);
	int index = engine >= 0 ? file_lock(index_path, err) : -1;
	bool ok = index >= 0 && empty_log(store, VAULT_STORE, err) &&
	          (!index_is_there(store) || empty_log(store, VAULT_INDEX, err)) &&
	          vault_rotate(store->vault, err);

	file_unlock(index);
	file_unlock(engine);
	return ok;
}
