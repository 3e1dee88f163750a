/*
 * keys: what opens a store, and how that is changed. A store's root key is wrapped once for each
 * kind of key that opens it; whoever has one key may change the others. Nothing of the store itself
 * is written anew. Format: docs/store-format.md. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"

typedef struct Vault Vault;      /* vault/vault.h */

/* Stored: new ones go to the end. */
typedef enum {
	KEY_FILE = 1,            /* 32 random bytes in the file "key" beside the store, 0600 */
	KEY_PASSPHRASE,          /* what a person knows, through scrypt */
	KEY_RECOVERY,            /* what was shown once, to be kept on paper: vault/recovery.h */
	KEY_KIND_COUNT
} KeyKind;

/*
 * Where a passphrase comes from, for a store that no file opens. @ask gives the passphrase or the
 * recovery key, as it was typed; @wrong says how many did not fit before. It is called again until
 * one fits or it fails: NULL and *err.
 */
typedef struct {
	Secret *(*ask)(gpointer data, int wrong, GError **err);
	gpointer data;
	int      cache_s; /* so long the kernel keeps what was found for the next start; 0: never */
	bool     is_anew; /* what the kernel kept does not count: the person must be there */
	bool     unlocks; /* a store that was locked is not any more, once its key was given: lock.h */
	/* A copy of the key file, on another medium: nothing else is tried (ERR_SIGN_IN: it does not
	 * fit). NULL: as the store says. */
	const char *key_file;
	/* What is to open a store that is made now: *ret_passphrase, or (NULL) a key file beside
	 * it. False: none is made. May be NULL: a key file. */
	bool (*choose)(gpointer data, Secret **ret_passphrase, GError **err);
} Opener;

/* A passphrase is at least so long, in characters. */
enum { PASSPHRASE_MIN = 8 };

/* ERR_USAGE: too short. */
bool passphrase_is_fit(const Secret *passphrase, GError **err);

/* Which kinds open the store: bit 1 << KeyKind. ERR_STORE, ERR_IO. */
bool vault_keys(Vault *vault, guint *ret_kinds, GError **err);
/* The same of the store in @dir, without a key; not checked. ERR_NOT_FOUND, ERR_STORE. */
bool vault_find_keys(const char *dir, guint *ret_kinds, GError **err);

/* True if @passphrase opens the store. Takes half a second and 128 MiB, as it would anybody. */
bool vault_has_passphrase(Vault *vault, const Secret *passphrase);

/* From now on @passphrase opens the store, and the one before no more. ERR_USAGE: too short;
 * ERR_LOCKED, as with all that sets a key. */
bool vault_set_passphrase(Vault *vault, const Secret *passphrase, GError **err);

/* From now on *ret_text does, to be shown once and stored nowhere; the one before no more. */
bool vault_set_recovery(Vault *vault, Secret **ret_text, GError **err);

/* Makes the key file beside the store. */
bool vault_set_key_file(Vault *vault, GError **err);

/*
 * Keys of this kind open the store no more; a key file is overwritten and removed. ERR_NOT_FOUND:
 * there is none; ERR_USAGE: without it only the recovery key would be left.
 */
bool vault_drop_key(Vault *vault, KeyKind kind, GError **err);

/*
 * Every page of store and index is written anew under a key of its own epoch; keys of older pages are
 * used no more, so that old copies of pages are refused. The other keys, which open the store, stay.
 * Killed, it is as if some were not yet; the next one goes on. Nobody has the databases open, and
 * their logs are empty: see store_rotate(). ERR_HELD, ERR_STORE, ERR_FULL, ERR_IO, ERR_LOCKED.
 */
bool vault_rotate(Vault *vault, GError **err);

/* The kernel forgets the key of the store in @dir that it keeps for the next start, and how new the
 * store was when it was last seen (vault/anchor.h). No key is needed for it. ERR_STORE: @dir holds no store. */
bool vault_forget(const char *dir, GError **err);
