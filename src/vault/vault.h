/*
 * vault: what is stored is never plain on disk. A Vault is the open lock of one store folder: it
 * hands out SQLite connections whose pages are encrypted, and seals single columns. Format and
 * reasons: docs/store-format.md. Any thread may call; a connection belongs to one thread at a time.
 */
#pragma once
#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "vault/keys.h"

/* store.db: everything; index.db: the full-text index, under keys of its own. */
typedef enum { VAULT_STORE, VAULT_INDEX } VaultDatabase;

/*
 * Opens the vault of the folder @dir, which exists; on first use makes "key" and "slots" (0600).
 * @opener as in slots_open(), may be NULL. A store that was locked is open and locked then, unless
 * @opener unlocks: vault/lock.h. ERR_STORE: key or slots missing, foreign, altered, or
 * from a newer Postern; the message names the file. ERR_ASK: a passphrase is needed.
 */
Vault *vault_open(const char *dir, const Opener *opener, GError **err);
Vault *vault_ref(Vault *vault);
void   vault_unref(Vault *vault);                 /* its connections are closed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vault, vault_unref)

/*
 * A new connection, made ready: encrypted pages, write-ahead log without automatic checkpoints,
 * temporary storage in memory, foreign keys, a busy time of 2 s. Closed to ATTACH, VACUUM,
 * extensions and writable_schema. The file is made if missing (0600). Close with sqlite3_close.
 * ERR_STORE: not encrypted, damaged, or of another store.
 */
bool vault_open_database(Vault *vault, VaultDatabase database, sqlite3 **ret_db, GError **err);
/* The same for the store.db of this vault that was moved to the folder @dir. */
bool vault_open_aside(Vault *vault, const char *dir, sqlite3 **ret_db, GError **err);
const char *vault_database_name(VaultDatabase database);      /* "store.db", static */

/*
 * Sets *err for the last failure of @db, as a person should read it. ERR_STORE: damage (with page
 * and file) and all that a row or a bug of ours can do; ERR_FULL, ERR_IO, ERR_HELD (busy),
 * ERR_CANCELLED (interrupted). Always false.
 */
bool vault_fail(Vault *vault, sqlite3 *db, const char *what, GError **err);

/* A sealed text is so much longer than the text. */
enum { VAULT_SEAL_BYTES = 28 };

/* Where a sealed text belongs: it opens nowhere else. */
typedef struct { const char *table; int64_t row; const char *column; } VaultPlace;

/* Seals a text of class A under its own key, for a column of the store. ERR_IO: no random
 * numbers. ERR_LOCKED, as with the reverse: vault/lock.h. */
GBytes *vault_seal(Vault *vault, VaultPlace place, GBytes *plain, GError **err);
/* The reverse. ERR_STORE: not sealed for this place, or altered. */
GBytes *vault_unseal(Vault *vault, VaultPlace place, GBytes *sealed, GError **err);

/* Reads every page of the database's file and adds a line (g_free) to @findings for each whose tag
 * is wrong, and one for a log that ends where it should not. Pages that the log replaces are left
 * out. ERR_IO, ERR_NOT_FOUND. */
bool vault_check_pages(Vault *vault, VaultDatabase database, GPtrArray *findings, GError **err);
