/*
 * app/key_folder: a folder into which somebody puts keys and certificates for this person, such as
 * an identity provider that renews them. What is new there is imported like “smime import” does it;
 * a key that may be for both is used for both. Nobody is trusted by it. Folder and files count only
 * if nobody else could have written them.
 *
 * Files are remembered by their SHA-256 once the store has what is in them, so that no password is
 * asked for twice.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/paths.h"
#include "store/read.h"

typedef struct {
	const char      *dir;
	const char      *password_command;      /* NULL, "": none. "{file}" in it is the file's path */
	const char      *seen_file;             /* which were taken: a line each */
	const GPtrArray *accounts;              /* of Account; not NULL but for key_watch_new() */
	Store           *store;
} KeyFolder;

/* Where KeyFolder.seen_file lies. Free with g_free. */
char *key_folder_seen_file(const Paths *paths);

/*
 * Looks once. Adds to @changes (of CertificateChange) what is new, and to @notices (of char *) a
 * sentence for each of its files, and for each that cannot be taken. Runs the password command: a
 * minute a file at most. ERR_NOT_FOUND: no such folder; ERR_CONFIG: others may write there; ERR_IO;
 * those of the store.
 */
bool key_folder_look(const KeyFolder *folder, GPtrArray *changes, GPtrArray *notices, GError **err);

/* ---- a thread that looks at once and whenever the folder changes ---- */

typedef struct KeyWatch KeyWatch;

/* Called on the thread. */
typedef struct {
	void (*found)(GPtrArray *changes, void *data);     /* of CertificateChange; the function's */
	void (*tell)(const char *sentence, void *data);
	void *data;
} KeyWatcher;

/* @folder and its texts are copied, the accounts with them; the store is referenced. */
KeyWatch *key_watch_new(const KeyFolder *folder, const KeyWatcher *watcher);
/* Waits for a look that is under way. */
void      key_watch_free(KeyWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyWatch, key_watch_free)
