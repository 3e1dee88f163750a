/*
 * file: files that are whole or absent. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes @dir and its parents, 0700 where it makes one; an existing one is taken as it is. */
bool file_ensure_dir(const char *dir, GError **err);

/*
 * Writes @path through a temporary neighbour, fsync and rename: a reader sees the old file or the
 * whole new one. Mode 0600. ERR_FULL, ERR_IO.
 */
bool file_write_atomic(const char *path, const void *bytes, size_t len, GError **err);

/*
 * The same, but never over an existing file: ERR_EXISTS. For exports; mode by the umask.
 */
bool file_write_new(const char *path, const void *bytes, size_t len, GError **err);

/* The same with mode 0600: what was in the store stays its owner's. */
bool file_write_new_private(const char *path, const void *bytes, size_t len, GError **err);

/* Overwrites and removes a file that held a secret. What the disk kept of it elsewhere stays there:
 * a file system may write to a new place. ERR_NOT_FOUND, ERR_IO. */
bool file_destroy(const char *path, GError **err);

/* Reads at most @max bytes; a longer file is ERR_LIMIT, a missing one ERR_NOT_FOUND. A pipe or a
 * folder is ERR_IO at once: nobody waits for a writer. */
GBytes *file_read(const char *path, size_t max, GError **err);

/* The same of what a person names on a command line: of a pipe all that its writer has to say,
 * however long that takes. @path NULL: the standard input. */
GBytes *file_read_input(const char *path, size_t max, GError **err);

/*
 * The same for what we act upon, such as settings that name programs: only if nobody else could have
 * written it. ERR_CONFIG: the file, or a folder that it or a link to it lies in, belongs to another
 * user (but for root) or may be changed by others; the message says how to mend it.
 */
GBytes *file_read_trusted(const char *path, size_t max, GError **err);

/* The same test of a folder. ERR_CONFIG, ERR_IO. */
bool file_dir_is_trusted(const char *dir, GError **err);

/*
 * An exclusive lock on @path (made if missing, 0600), held until file_unlock or the process's end.
 * ERR_HELD if another process (or another lock in this one) has it; returns -1 then.
 */
int  file_lock(const char *path, GError **err);
/* The same, but waits its turn: only for locks that everybody holds for moments. */
int  file_lock_wait(const char *path, GError **err);
void file_unlock(int lock_fd);

/* True while another lock on @path is held; false if there is no such file. To find out it takes a
 * shared lock for an instant, in which a file_lock() would fail: ask for a screen, not in a loop. */
bool file_is_locked(const char *path);

/* @path without links and detours, so that one place has one name; @path itself if it is not
 * there. Free with g_free. */
char *file_real_path(const char *path);

/* "nfs", "cifs", "fuse" … if @path lies on a file system where SQLite's locks cannot be trusted,
 * else NULL. */
const char *file_network_fs(const char *path);
