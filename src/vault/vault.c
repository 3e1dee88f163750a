#include "vault/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "vault/aead.h"
#include "vault/anchor.h"
#include "vault/check.h"
#include "vault/keyring.h"
#include "vault/lock.h"
#include "vault/private.h"
#include "vault/recovery.h"
#include "vault/rotate.h"

enum { DATABASES = VAULT_DATABASES, BUSY_MS = 2000 };

static const PageDatabase page_databases[DATABASES] = {
	[VAULT_STORE] = { 0, "postern pages" },
	[VAULT_INDEX] = { 1, "postern index" },
};

const char *vault_database_name(VaultDatabase database)
{
	static const char *const names[DATABASES] = { "store.db", "index.db" };

	return names[database];
}

static char *database_path(const Vault *vault, VaultDatabase database)
{
	return g_build_filename(vault->dir, vault_database_name(database), NULL);
}

static bool has_data(const Vault *vault)
{
	g_autofree char *path = database_path(vault, VAULT_STORE);
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

static void make_books(Vault *vault)
{
	for (int i = 0; i < DATABASES; i++) {
		vault->books[i] = page_book_new(vault->slots, page_databases[i]);
		vault->files[i] =
			(VfsDatabase){ vault_database_name((VaultDatabase)i), vault->books[i] };
	}
}

Secret *vault_derive(const Vault *vault, const char *label, GError **err)
{
	g_autoptr(Secret) root = slots_root_ref(vault->slots);

	if (!root)
		vault_fail_locked(err);
	return root ? aead_derive(root, slots_uuid(vault->slots), (KeyUse){ label, 0 }, err) : NULL;
}

/* Of a store that was locked what the kernel kept does not count, and it is not to keep it anew. */
static Opener opener_of(const char *dir, const Opener *opener)
{
	Opener copy = opener ? *opener : (Opener){ 0 };

	if (vault_is_marked(dir)) {
		copy.is_anew = true;
		copy.cache_s = copy.unlocks ? copy.cache_s : 0;
	}
	return copy;
}

static bool derive_keys(Vault *vault, GError **err)
{
	return (vault->column_key = vault_derive(vault, "postern columns", err)) &&
	       (vault->anchor_key = vault_derive(vault, "postern anchor", err)) &&
	       (vault->handover_key = vault_derive(vault, "postern handover", err));
}

static bool take_floor(Vault *vault, GError **err)
{
	uint32_t floor;

	if (!slots_floor(vault->slots, &floor, err))
		return false;
	for (int i = 0; i < DATABASES; i++)
		page_book_set_floor(vault->books[i], floor);
	return true;
}

Vault *vault_open(const char *dir, const Opener *opener, GError **err)
{
	g_autoptr(Vault) vault = g_new0(Vault, 1);
	Opener told = opener_of(dir, opener);

	vault->refs = 1;
	g_mutex_init(&vault->mutex);
	vault->dir = g_strdup(dir);
	vault->slots = slots_open(dir, has_data(vault), &told, err);
	if (!vault->slots || !derive_keys(vault, err))
		return NULL;
	make_books(vault);
	if (!take_floor(vault, err) || !vault_settle_lock(vault, told.unlocks, err))
		return NULL;
	vault->vfs = vfs_register(vault->files, DATABASES, err);
	return vault->vfs ? g_steal_pointer(&vault) : NULL;
}

Vault *vault_ref(Vault *vault)
{
	g_atomic_int_inc(&vault->refs);
	return vault;
}

void vault_unref(Vault *vault)
{
	if (!vault || !g_atomic_int_dec_and_test(&vault->refs))
		return;
	vfs_unregister(vault->vfs);
	for (int i = 0; i < DATABASES; i++)
		page_book_free(vault->books[i]);
	secret_unref(vault->column_key);
	secret_unref(vault->anchor_key);
	secret_unref(vault->handover_key);
	slots_free(vault->slots);
	g_mutex_clear(&vault->mutex);
	g_free(vault->dir);
	g_free(vault);
}

/* ---- keys ---- */

bool vault_keys(Vault *vault, guint *ret_kinds, GError **err)
{
	return slots_kinds(vault->slots, ret_kinds, err);
}

bool vault_find_keys(const char *dir, guint *ret_kinds, GError **err)
{
	return slots_find_kinds(dir, ret_kinds, err);
}

bool vault_has_passphrase(Vault *vault, const Secret *passphrase)
{
	return slots_fits(vault->slots, (SlotKey){ .kind = KEY_PASSPHRASE, .secret = passphrase });
}

bool vault_set_passphrase(Vault *vault, const Secret *passphrase, GError **err)
{
	return passphrase_is_fit(passphrase, err) &&
	       slots_put(vault->slots, (SlotKey){ .kind = KEY_PASSPHRASE, .secret = passphrase }, err);
}

bool vault_set_recovery(Vault *vault, Secret **ret_text, GError **err)
{
	g_autoptr(Secret) key = secret_new_random(RECOVERY_KEY_BYTES, err);

	if (!key || !slots_put(vault->slots, (SlotKey){ .kind = KEY_RECOVERY, .secret = key }, err))
		return false;
	*ret_text = recovery_to_text(key);
	return true;
}

bool vault_set_key_file(Vault *vault, GError **err)
{
	return slots_put_key_file(vault->slots, err);
}

bool vault_drop_key(Vault *vault, KeyKind kind, GError **err)
{
	return slots_drop(vault->slots, kind, err);
}

bool vault_forget(const char *dir, GError **err)
{
	g_autoptr(GBytes) uuid = slots_find_uuid(dir, err);

	if (!uuid)
		return false;
	keyring_forget(uuid);
	keyring_unsee(uuid);
	return true;
}

/* ---- errors ---- */

static ErrorKind kind_of_code(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_HELD;
	case SQLITE_INTERRUPT:
		return ERR_CANCELLED;
	case SQLITE_IOERR:
		return code == SQLITE_IOERR_DATA ? ERR_STORE : ERR_IO;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return ERR_IO;
	default:
		return ERR_STORE;
	}
}

/* The vault's own refusals reach SQLite as a code only; their sentence waits in the file system. */
static bool is_ours(int code)
{
	return code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_WRITE ||
	       code == SQLITE_IOERR_READ || code == SQLITE_NOTADB || code == SQLITE_CANTOPEN;
}

/* SQLite calls a file malformed whose end is gone; no tag is wrong then. NULL: it is another thing. */
static char *complaint_of_cut(Vault *vault, sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");
	g_autofree char *name = g_path_get_basename(path ? path : "");
	bool is_index = g_str_equal(name, vault_database_name(VAULT_INDEX));
	PageBook *book = vault->books[is_index ? VAULT_INDEX : VAULT_STORE];
	uint32_t missing = path ? check_missing(book, path) : 0;

	return missing ? g_strdup_printf(ngettext_("%s is cut: %u page is missing at its end",
	                                           "%s is cut: %u pages are missing at its end",
	                                           missing),
	                                 name, missing)
	               : NULL;
}

static char *complaint_about(Vault *vault, sqlite3 *db, int code)
{
	if ((code & 0xff) == SQLITE_CORRUPT)
		return complaint_of_cut(vault, db);
	return is_ours(code) ? vfs_complaint_take(vault->vfs, code) : NULL;
}

bool vault_fail(Vault *vault, sqlite3 *db, const char *what, GError **err)
{
	int code = sqlite3_extended_errcode(db);
	g_autofree char *complaint = complaint_about(vault, db, code);
	const char *why = complaint ? complaint : sqlite3_errmsg(db);

	switch (kind_of_code(code)) {
	case ERR_FULL:
		return fail(err, ERR_FULL, _("%s: no space left in %s; make room and try again"), what,
		            vault->dir);
	case ERR_HELD:
		return fail(err, ERR_HELD, _("%s: another process is busy with the store in %s"), what,
		            vault->dir);
	case ERR_CANCELLED:
		return fail(err, ERR_CANCELLED, _("%s: interrupted"), what);
	case ERR_IO:
		return fail(err, ERR_IO, _("%s: %s in %s"), what, why, vault->dir);
	default:
		return fail(err, ERR_STORE, _("%s: %s in %s; run: postern doctor"), what, why,
		            vault->dir);
	}
}

/* ---- connections ---- */

/* Made by us, not by SQLite, so that nobody else can read it; log and shared memory take over its
 * mode. One that is there is not opened: to close it again would end the locks of all connections
 * of this process, fcntl(2). */
static bool file_ensure_private(const char *path, GError **err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		return fail_errno(err, errno, _("cannot open %s"), path);
	if (fd >= 0)
		close(fd);
	return true;
}

static int authorize(void *unused, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
	static const char *const closed[] = {
		"writable_schema", "temp_store",   "temp_store_directory",
		"journal_mode",    "locking_mode", "mmap_size",
	};

	(void)unused;
	(void)database;
	(void)trigger;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return SQLITE_DENY;
	if (action == SQLITE_FUNCTION && text_equal_ascii_case(second, "load_extension"))
		return SQLITE_DENY;
	if (action != SQLITE_PRAGMA)
		return SQLITE_OK;
	for (size_t i = 0; i < G_N_ELEMENTS(closed); i++)
		if (text_equal_ascii_case(first, closed[i]))
			return SQLITE_DENY;
	return SQLITE_OK;
}

/* Before the first page is written: room for nonce, tag and epoch in each. */
static bool reserve_bytes(sqlite3 *db)
{
	int wanted = PAGE_RESERVED;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &wanted) == SQLITE_OK;
}

static bool has_reserve(sqlite3 *db)
{
	int is = -1;

	return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &is) == SQLITE_OK &&
	       is == PAGE_RESERVED;
}

static bool configure(sqlite3 *db)
{
	static const char pragmas[] =
		"PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
		"PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
		"PRAGMA foreign_keys=ON;";

	return sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK &&
	       sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
	       sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK &&
	       reserve_bytes(db) && sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) ==
	               SQLITE_OK &&
	       has_reserve(db) && sqlite3_set_authorizer(db, authorize, NULL) == SQLITE_OK;
}

static bool open_path(Vault *vault, VaultDatabase database, const char *path, sqlite3 **ret_db,
                      GError **err)
{
	PageBook *book = vault->books[database];
	sqlite3 *db = NULL;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
	            SQLITE_OPEN_EXRESCODE;

	if (!file_ensure_private(path, err) || !rotate_mend(book, path, err))
		return false;
	if (sqlite3_open_v2(path, &db, flags, vfs_name(vault->vfs)) != SQLITE_OK ||
	    !configure(db)) {
		g_autofree char *what = g_strdup_printf(_("cannot open %s"), path);
		vault_fail(vault, db, what, err);
		sqlite3_close(db);
		return false;
	}
	*ret_db = db;
	return true;
}

bool vault_open_database(Vault *vault, VaultDatabase database, sqlite3 **ret_db, GError **err)
{
	g_autofree char *path = database_path(vault, database);

	return open_path(vault, database, path, ret_db, err);
}

bool vault_open_aside(Vault *vault, const char *dir, sqlite3 **ret_db, GError **err)
{
	g_autofree char *path = g_build_filename(dir, vault_database_name(VAULT_STORE), NULL);

	return open_path(vault, VAULT_STORE, path, ret_db, err);
}

/* ---- columns ---- */

static GBytes *place_bytes(VaultPlace place)
{
	g_autofree char *text = g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%s", place.table,
	                                        place.row, place.column);

	return g_bytes_new(text, strlen(text));
}

static AeadShape column_shape(GBytes *bound, size_t text_len)
{
	size_t len;
	const uint8_t *bytes = g_bytes_get_data(bound, &len);

	return (AeadShape){ bytes, len, text_len };
}

/* In front of the text. */
enum { SEAL_BYTES = AEAD_NONCE_BYTES + AEAD_TAG_BYTES };
G_STATIC_ASSERT((int)VAULT_SEAL_BYTES == (int)SEAL_BYTES);

GBytes *vault_seal(Vault *vault, VaultPlace place, GBytes *plain, GError **err)
{
	g_autoptr(GBytes) bound = place_bytes(place);
	g_autoptr(Secret) key = vault_column_key(vault, err);
	g_autoptr(Aead) aead = key ? aead_new(key, err) : NULL;
	size_t len;
	const uint8_t *text = g_bytes_get_data(plain, &len);

	if (!aead)
		return NULL;
	g_autofree uint8_t *sealed = g_malloc(SEAL_BYTES + len + 1);
	if (!aead_seal(aead, column_shape(bound, len), text, sealed + SEAL_BYTES, sealed))
		return fail_null(err, ERR_IO, _("a text cannot be sealed: no random numbers"));
	return g_bytes_new_take(g_steal_pointer(&sealed), SEAL_BYTES + len);
}

GBytes *vault_unseal(Vault *vault, VaultPlace place, GBytes *sealed, GError **err)
{
	g_autoptr(GBytes) bound = place_bytes(place);
	g_autoptr(Secret) key = vault_column_key(vault, err);
	g_autoptr(Aead) aead = key ? aead_new(key, err) : NULL;
	size_t len;
	const uint8_t *bytes = g_bytes_get_data(sealed, &len);

	if (!aead)
		return NULL;
	g_autofree uint8_t *plain = g_malloc0(len + 1);
	if (len < SEAL_BYTES || !aead_open(aead, column_shape(bound, len - SEAL_BYTES),
	                                   bytes + SEAL_BYTES, plain, bytes))
		return fail_null(err, ERR_STORE,
		                 _("the sealed text in %s.%s, row %" PRId64 " is damaged"),
		                 place.table, place.column, place.row);
	return g_bytes_new_take(g_steal_pointer(&plain), len - SEAL_BYTES);
}

/* ---- anchors ---- */
G_STATIC_ASSERT((int)ANCHOR_MAC_BYTES == (int)AEAD_MAC_BYTES);

Anchor vault_anchor_of(Vault *vault, uint64_t sequence, GBytes *rows)
{
	Anchor anchor = { .sequence = sequence };
	g_autoptr(GByteArray) judged = g_byte_array_new();
	uint8_t number[8];

	be32_put(number, (uint32_t)(sequence >> 32));
	be32_put(number + 4, (uint32_t)sequence);
	g_byte_array_append(judged, number, sizeof number);
	g_byte_array_append(judged, g_bytes_get_data(rows, NULL), (guint)g_bytes_get_size(rows));
	aead_mac(vault->anchor_key, judged->data, judged->len, anchor.mac);
	return anchor;
}

/* With a key file beside the store, whoever could put back an old copy could as well write a new
 * one. */
static bool has_witness(const Vault *vault)
{
	guint kinds;

	return slots_kinds(vault->slots, &kinds, NULL) && !(kinds & 1u << KEY_FILE);
}

bool vault_anchor_known(Vault *vault, Anchor *ret_known, GError **err)
{
	Anchor seen;

	if (!slots_anchor(vault->slots, ret_known, err))
		return false;
	if (has_witness(vault) && keyring_seen(slots_uuid(vault->slots), &seen) &&
	    seen.sequence > ret_known->sequence)
		*ret_known = seen;
	return true;
}

bool vault_anchor_check(Vault *vault, const Anchor *known, const Anchor *stored, GError **err)
{
	if (stored->sequence > known->sequence || anchor_equal(stored, known)) {
		if (has_witness(vault))
			keyring_note(slots_uuid(vault->slots), stored);
		return true;
	}
	return fail(
		err, ERR_STORE,
		_("the store in %s is an old copy: what it says of trust was changed since "
	          "(replay). If you put it back yourself, put back the whole folder and run: "
	          "postern vault forget; else run: postern vault rebuild"),
		vault->dir);
}

bool vault_anchor_raise(Vault *vault, const Anchor *stored, GError **err)
{
	return slots_raise_anchor(vault->slots, stored, err);
}

/* ---- looking after it ---- */

bool vault_rotate(Vault *vault, GError **err)
{
	uint32_t epoch;

	if (vault_is_locked(vault))
		return vault_fail_locked(err);
	if (!slots_begin_epoch(vault->slots, &epoch, err))
		return false;
	for (int i = 0; i < DATABASES; i++) {
		g_autofree char *path = database_path(vault, (VaultDatabase)i);
		page_book_renew(vault->books[i]);
		if (!rotate_file(vault->books[i], path, epoch, err))
			return false;
	}
	crash_point("rotate: before the old key dies");
	return slots_raise_floor(vault->slots, epoch, err) && take_floor(vault, err);
}

bool vault_check_pages(Vault *vault, VaultDatabase database, GPtrArray *findings, GError **err)
{
	g_autofree char *path = database_path(vault, database);

	return check_pages(vault->books[database], path, findings, err) &&
	       check_log(vault->books[database], path, findings, err);
}
