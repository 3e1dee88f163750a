/*
 * slots: the file "slots" of a store. It names the store (a UUID), wraps its root key once for each
 * key that opens it (vault/slot.h), and says which epoch of the page key is in force. Every byte of
 * it is under a MAC. Format: docs/store-format.md. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "vault/anchor.h"
#include "vault/slot.h"

typedef struct Slots Slots;

/*
 * Reads the slots of the store in @dir and unwraps the root key: by the key file, else by what the
 * kernel kept, else by what @opener gives (NULL: there is nobody to ask). Makes the slots, for what
 * @opener chooses, if there is neither slots nor @has_data. ERR_STORE: key or slots missing, foreign, altered, from
 * a newer Postern, or readable by others; the message names the file. ERR_ASK: a passphrase is
 * needed; and what @opener says.
 */
Slots *slots_open(const char *dir, bool has_data, const Opener *opener, GError **err);
void   slots_free(Slots *slots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slots, slots_free)

/* The UUID of the store in @dir, without a key; not checked. ERR_NOT_FOUND, ERR_STORE. */
GBytes *slots_find_uuid(const char *dir, GError **err);

/* Which kinds there are in @dir: bit 1 << KeyKind. Without a key, not checked; errors as above. */
bool    slots_find_kinds(const char *dir, guint *ret_kinds, GError **err);

GBytes       *slots_uuid(const Slots *slots);     /* 16 bytes, borrowed */
/* Borrowed, and only while nobody can lock; NULL while locked. */
const Secret *slots_root(const Slots *slots);
/* A reference of the caller's; NULL while locked. */
Secret       *slots_root_ref(const Slots *slots);

/* ---- the lock: vault/lock.h ---- */

/* Wipes the root key, as soon as nobody is using it any more. What needs it is ERR_LOCKED then; the
 * rest of the file can still be read and written. */
void slots_shut(Slots *slots);
/* Gives the root key back. ERR_SIGN_IN: @root is not the key of this store. */
bool slots_reopen(Slots *slots, const Secret *root, GError **err);
/* The root key, by what was typed, or by a key file. ERR_SIGN_IN: it does not fit. */
Secret *slots_find_root(const Slots *slots, const Secret *typed, GError **err);
Secret *slots_find_root_by_file(const Slots *slots, const char *path, GError **err);
/* Whether a key file that lies in @dir opens the store in it. Needs no key. ERR_NOT_FOUND, ERR_STORE. */
bool slots_have_key_beside(const char *dir, bool *ret_has, GError **err);

/* The epoch in force. */
bool slots_epoch(const Slots *slots, uint32_t *ret_epoch, GError **err);

/* Which kinds there are: bit 1 << KeyKind. */
bool slots_kinds(const Slots *slots, guint *ret_kinds, GError **err);
/* True if the slot of its kind opens with @key. */
bool slots_fits(const Slots *slots, SlotKey key);

/* Sets the key of its kind in place of the one before. ERR_LIMIT, ERR_IO, ERR_FULL. */
bool slots_put(Slots *slots, SlotKey key, GError **err);
/* The same for the key file, which is made unless it is there. */
bool slots_put_key_file(Slots *slots, GError **err);
/* See vault_drop_key(). */
bool slots_drop(Slots *slots, KeyKind kind, GError **err);

/*
 * Sets aside @count encryptions under the page key, on disk before it returns, and says under which
 * epoch they are. After 2^30 of one epoch the next begins: random nonces of 96 bits are safe for
 * 2^32. Any thread. ERR_IO, ERR_FULL; ERR_STORE when the epochs are used up.
 */
bool slots_reserve(Slots *slots, uint32_t count, uint32_t *ret_epoch, GError **err);

/* The next epoch begins, whatever is left of this one. Errors as above. */
bool slots_begin_epoch(Slots *slots, uint32_t *ret_epoch, GError **err);
/* The oldest epoch whose pages are read; 0: any. It only rises. */
bool slots_floor(const Slots *slots, uint32_t *ret_floor, GError **err);
bool slots_raise_floor(Slots *slots, uint32_t floor, GError **err);

/* See vault_anchor_known(), vault_anchor_raise(): what the file says. */
bool slots_anchor(const Slots *slots, Anchor *ret_anchor, GError **err);
bool slots_raise_anchor(Slots *slots, const Anchor *anchor, GError **err);
