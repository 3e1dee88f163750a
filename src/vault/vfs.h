/*
 * vfs: a SQLite VFS over the system's own, through which every byte of a database passes as cipher
 * text. It refuses what would be plain: temporary files, databases it does not know, mapped memory.
 * Internal to vault/.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "vault/page.h"

typedef struct Vfs Vfs;

/* A database is known by its file name. @book is borrowed. */
typedef struct { const char *file_name; PageBook *book; } VfsDatabase;

/* Registers with SQLite under a name of its own. ERR_STORE if SQLite refuses. */
Vfs *vfs_register(const VfsDatabase *databases, unsigned count, GError **err);
/* All its databases are closed. */
void vfs_unregister(Vfs *vfs);

const char *vfs_name(const Vfs *vfs);

/* One sentence about the page, file or write that was last refused, if it was on this thread and with
 * @code (SQLite's): so it is about the failure at hand. Told once; NULL: none. Free with g_free. Any
 * thread. */
char *vfs_complaint_take(Vfs *vfs, int code);
