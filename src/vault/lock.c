#include "vault/lock.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "vault/aead.h"
#include "vault/keyring.h"
#include "vault/private.h"

/* Who mistypes once or twice does not wait. */
enum { FREE_TRIES = 2, WAIT_FIRST_MS = 1000, WAIT_MOST_MS = 60 * 1000 };

/* ---- the mark ---- */

static char *mark_path(const char *dir) { return g_build_filename(dir, "locked", NULL); }

bool vault_is_marked(const char *dir)
{
	g_autofree char *path = mark_path(dir);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool put_mark(const char *dir, GError **err)
{
	g_autofree char *path = mark_path(dir);

	return file_write_atomic(path, "", 0, err);
}

static bool drop_mark(const char *dir, GError **err)
{
	g_autofree char *path = mark_path(dir);

	return !g_file_test(path, G_FILE_TEST_EXISTS) || file_destroy(path, err);
}

static bool can_lock(const char *dir, GError **err)
{
	bool has_key;

	if (!slots_have_key_beside(dir, &has_key, err))
		return false;
	if (has_key)
		return fail(err, ERR_USAGE,
		            _("a key file opens the store: a lock would keep nobody out; run: postern passwd"));
	return true;
}

bool vault_mark(const char *dir, GError **err)
{
	g_autoptr(GBytes) uuid = slots_find_uuid(dir, err);

	if (!uuid || !can_lock(dir, err) || !put_mark(dir, err))
		return false;
	keyring_forget(uuid);
	return true;
}

/* ---- locking ---- */

bool vault_can_lock(Vault *vault, GError **err) { return can_lock(vault->dir, err); }

bool vault_is_locked(const Vault *vault) { return g_atomic_int_get(&vault->is_locked); }

bool vault_ended_lock(const Vault *vault) { return vault->ended_lock; }

bool vault_fail_locked(GError **err)
{
	return fail(err, ERR_LOCKED, _("the store is locked; run: postern unlock"));
}

Secret *vault_column_key(Vault *vault, GError **err)
{
	g_mutex_lock(&vault->mutex);
	Secret *key = vault->column_key ? secret_ref(vault->column_key) : NULL;
	g_mutex_unlock(&vault->mutex);
	if (!key)
		vault_fail_locked(err);
	return key;
}

static bool keep_pages(Vault *vault, GError **err)
{
	for (int i = 0; i < VAULT_DATABASES; i++)
		if (!page_book_keep(vault->books[i], err))
			return false;
	return true;
}

/* From here on, nothing that is in memory opens a text of class A. */
static void shut(Vault *vault)
{
	slots_shut(vault->slots);
	secret_unref(g_steal_pointer(&vault->column_key));
	g_atomic_int_set(&vault->is_locked, true);
}

bool vault_lock(Vault *vault, GError **err)
{
	if (vault_is_locked(vault))
		return true;
	if (!vault_can_lock(vault, err))
		return false;
	g_mutex_lock(&vault->mutex);
	bool ok = keep_pages(vault, err);
	if (ok) {
		ok = put_mark(vault->dir, err);
		shut(vault);
		keyring_forget(slots_uuid(vault->slots));
	}
	g_mutex_unlock(&vault->mutex);
	return ok;
}

/* ---- unlocking ---- */

/* The lock is open once the mark is gone; else a restart would ask again. */
static bool reopen(Vault *vault, const Secret *root, GError **err)
{
	g_mutex_lock(&vault->mutex);
	bool ok = slots_reopen(vault->slots, root, err) && drop_mark(vault->dir, err);
	Secret *key = ok ? vault_derive(vault, "postern columns", err) : NULL;
	if (key) {
		secret_unref(vault->column_key);
		vault->column_key = key;
		for (int i = 0; i < VAULT_DATABASES; i++)
			page_book_let_go(vault->books[i]);
		g_atomic_int_set(&vault->is_locked, false);
	} else {
		slots_shut(vault->slots);
	}
	g_mutex_unlock(&vault->mutex);
	return key != NULL;
}

int64_t vault_unlock_free_ms(const Vault *vault)
{
	GMutex *mutex = (GMutex *)&vault->mutex;

	g_mutex_lock(mutex);
	int64_t free_ms = vault->free_ms;
	g_mutex_unlock(mutex);
	return free_ms;
}

static void note_try(Vault *vault, bool is_wrong, int64_t uptime_ms)
{
	g_mutex_lock(&vault->mutex);
	vault->wrong = is_wrong ? vault->wrong + 1 : 0;
	guint   doublings = MIN(vault->wrong - MIN(vault->wrong, FREE_TRIES + 1), 10);
	int64_t wait_ms = MIN((int64_t)WAIT_FIRST_MS << doublings, WAIT_MOST_MS);
	vault->free_ms = vault->wrong > FREE_TRIES ? uptime_ms + wait_ms : 0;
	g_mutex_unlock(&vault->mutex);
}

bool vault_unlock(Vault *vault, const Secret *typed, int64_t uptime_ms, GError **err)
{
	g_autoptr(GError) why = NULL;
	int64_t wait_ms = vault_unlock_free_ms(vault) - uptime_ms;

	if (wait_ms > 0)
		return fail(err, ERR_SIGN_IN, _("several did not fit: try again in %d s"),
		            (int)((wait_ms + 999) / 1000));
	g_autoptr(Secret) root = slots_find_root(vault->slots, typed, &why);
	if (root || error_is(why, ERR_SIGN_IN))
		note_try(vault, !root, uptime_ms);
	if (!root) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	return reopen(vault, root, err);
}

bool vault_unlock_by_file(Vault *vault, const char *path, GError **err)
{
	g_autoptr(Secret) root = slots_find_root_by_file(vault->slots, path, err);

	return root && reopen(vault, root, err);
}

bool vault_settle_lock(Vault *vault, bool unlocks, GError **err)
{
	if (!vault_is_marked(vault->dir))
		return true;
	if (unlocks)
		return vault->ended_lock = drop_mark(vault->dir, err);
	if (!keep_pages(vault, err))
		return false;
	shut(vault);
	return true;
}

/* ---- from process to process ---- */

enum { HANDED_NONCE_TAG = AEAD_NONCE_BYTES + AEAD_TAG_BYTES,
	HANDED_BYTES = HANDED_NONCE_TAG + AEAD_KEY_BYTES };

static const AeadShape handed_shape = { (const uint8_t *)"postern handover", 16, AEAD_KEY_BYTES };

GBytes *vault_hand_over(Vault *vault, GError **err)
{
	g_autoptr(Secret) root = slots_root_ref(vault->slots);
	g_autoptr(Aead) aead = root ? aead_new(vault->handover_key, err) : NULL;
	uint8_t handed[HANDED_BYTES];

	if (!root)
		vault_fail_locked(err);
	if (!aead)
		return NULL;
	if (!aead_seal(aead, handed_shape, secret_bytes(root), handed + HANDED_NONCE_TAG, handed))
		return fail_null(err, ERR_IO, _("a text cannot be sealed: no random numbers"));
	return g_bytes_new(handed, sizeof handed);
}

bool vault_take_over(Vault *vault, GBytes *handed, GError **err)
{
	size_t len;
	const uint8_t *bytes = g_bytes_get_data(handed, &len);
	g_autoptr(Aead) aead = aead_new(vault->handover_key, err);
	uint8_t plain[AEAD_KEY_BYTES];

	if (!aead)
		return false;
	if (len != HANDED_BYTES ||
	    !aead_open(aead, handed_shape, bytes + HANDED_NONCE_TAG, plain, bytes))
		return fail(err, ERR_SIGN_IN, _("this is not the key of the store"));
	g_autoptr(Secret) root = secret_new(plain, sizeof plain);
	secret_wipe(plain, sizeof plain);
	return reopen(vault, root, err);
}
