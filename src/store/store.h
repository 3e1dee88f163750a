/*
 * store: everything Postern knows, in one SQLite database under the vault's VFS. A Store is the
 * file and its key; it hands out connections: one writer in the whole machine (whoever holds the
 * engine lock), any number of readers, each owned by one thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "vault/keys.h"

typedef struct Store       Store;
typedef struct StoreReader StoreReader;     /* store/read.h */
typedef struct StoreWriter StoreWriter;     /* store/write.h */

/*
 * Opens (making it on first use: folder 0700, key slot 0600, schema) the store in @dir. @clock is
 * borrowed. ERR_IO: @dir is on a network file system, and the message names it and the setting
 * data_dir; ERR_CONFIG: @dir is another user's, or others may change what is in it; ERR_STORE: key slot missing or foreign, file not encrypted, damaged, or made by a newer
 * Postern. ERR_HELD: another process is making it, or is about to erase what a server ordered
 * (RemoteWipe); an order that nobody is carrying out is carried out here, before anything can be
 * read. Thread-safe afterwards.
 */
Store *store_open(const char *dir, const Clock *clock, GError **err);
/* The same for a store that a passphrase may open. @opener is borrowed for the call. ERR_ASK, and
 * what @opener says. */
Store *store_open_by(const char *dir, const Clock *clock, const Opener *opener, GError **err);
Store *store_ref(Store *store);
void   store_unref(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_unref)

const char *store_dir(const Store *store);
Vault      *store_vault(Store *store);            /* borrowed: for vault/keys.h */

/* True while somebody, here or in another process, has the engine lock: an engine runs. */
bool store_is_held(const Store *store);
/* The same of the store in @dir, which need not be open. */
bool store_is_held_in(const char *dir);

/* Takes the engine lock and the one write connection, and first erases what a server ordered.
 * ERR_HELD if another process has it. */
StoreWriter *store_open_writer(Store *store, GError **err);
StoreReader *store_open_reader(Store *store, GError **err);

/* Reads every page of store and index and checks its tag, runs SQLite's own checks and the foreign
 * keys. *ret_report is one line a finding, empty when well; free with g_free. For `doctor`; takes
 * seconds on large stores. */
bool store_verify(Store *store, char **ret_report, GError **err);

/* Writes every page anew: see vault_rotate(). ERR_HELD: somebody has the store open, here or in
 * another process. */
bool store_rotate(Store *store, GError **err);
