/*
 * lock: a store that is locked can be read and written as far as a sync needs it, but what only its
 * owner may read (texts of class A: drafts, the Outbox, keys of certificates) stays shut. The root
 * key and the key of sealed columns are wiped at once, and the kernel forgets its copy; of the page
 * keys those are kept that exist and the one that comes next. A mark in the store's folder outlives
 * the process, so that a restart asks for the passphrase whatever a program or the kernel could
 * give. While it lies there, vault_open() gives a vault that is locked, unless Opener.unlocks.
 *
 * Each process that has the store open has a vault of its own: sync/client.h carries the lock to all
 * of them. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"

typedef struct Vault Vault;      /* vault/vault.h */

/* ERR_USAGE: a lock would keep nobody out, since a key file beside the store opens it. */
bool vault_can_lock(Vault *vault, GError **err);

/*
 * Locks. Locked already is fine. ERR_USAGE as vault_can_lock(). ERR_IO, ERR_FULL: the mark could not
 * be written or the keys of pages not be kept; in the first case it is locked all the same, until
 * the process ends.
 */
bool vault_lock(Vault *vault, GError **err);

bool vault_is_locked(const Vault *vault);

/* True if vault_open() ended a lock: processes that have the store open are still locked, and are to be
 * told (sync_unlock()). */
bool vault_ended_lock(const Vault *vault);

/* What is sealed is shut: sets *err to ERR_LOCKED, with the remedy. Always false. */
bool vault_fail_locked(GError **err);

/*
 * Unlocks by what a person typed: the passphrase or the recovery key. Takes half a second and 128
 * MiB: never on the UI thread. ERR_SIGN_IN: it does not fit, or the time to wait after several that
 * did not is not over. That time grows from the third on, from 1 s to 60 s; nobody is locked out.
 * @uptime_ms: clock_uptime_ms().
 */
bool vault_unlock(Vault *vault, const Secret *typed, int64_t uptime_ms, GError **err);

/* The same by a copy of the key file at @path, on another medium. */
bool vault_unlock_by_file(Vault *vault, const char *path, GError **err);

/* Until then vault_unlock() refuses: an uptime, 0: no wait. */
int64_t vault_unlock_free_ms(const Vault *vault);

/*
 * For other processes that have the same store open: the key to unlock theirs, which only they can
 * read. ERR_LOCKED: this one is locked itself.
 */
GBytes *vault_hand_over(Vault *vault, GError **err);
/* Unlocks by what vault_hand_over() gave in another process. ERR_SIGN_IN: not of this store. */
bool    vault_take_over(Vault *vault, GBytes *handed, GError **err);

/* ---- a store that is not open ---- */

/* True if the store in @dir was locked and not unlocked since. */
bool vault_is_marked(const char *dir);

/* Locks the store in @dir for all who open it from now on, without a key. Who has it open must be
 * told (sync_tell_lock()). ERR_USAGE as vault_can_lock(); ERR_NOT_FOUND, ERR_STORE: @dir holds none;
 * ERR_IO, ERR_FULL. */
bool vault_mark(const char *dir, GError **err);
