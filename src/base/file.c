#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/secret.h"

bool file_ensure_dir(const char *dir, GError **err)
{
	if (g_mkdir_with_parents(dir, 0700) != 0)
		return fail_errno(err, errno, _("cannot make the folder %s"), dir);
	return true;
}

char *file_real_path(const char *path)
{
	char *real = realpath(path, NULL);
	char *copy = g_strdup(real ? real : path);

	free(real);
	return copy;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool sync_dir_of(const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

/* Writes the neighbour of @path; *ret_tmp is its name. */
static bool write_neighbour(const char *path, mode_t mode, GBytes *content, char **ret_tmp,
                            GError **err)
{
	g_autofree char *tmp = g_strdup_printf("%s.%08x.tmp", path, g_random_int());
	size_t len;
	const char *bytes = g_bytes_get_data(content, &len);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

	if (fd < 0)
		return fail_errno(err, errno, _("cannot make %s"), tmp);
	bool ok = write_all(fd, bytes, len) && fsync(fd) == 0;
	int why = errno;
	if (close(fd) != 0 && ok) {
		ok = false;
		why = errno;
	}
	if (!ok) {
		unlink(tmp);
		return fail_errno(err, why, _("cannot write %s"), path);
	}
	*ret_tmp = g_steal_pointer(&tmp);
	return true;
}

bool file_write_atomic(const char *path, const void *bytes, size_t len, GError **err)
{
	g_autofree char *tmp = NULL;
	g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);

	if (!write_neighbour(path, 0600, content, &tmp, err))
		return false;
	if (rename(tmp, path) != 0 || !sync_dir_of(path)) {
		int why = errno;
		unlink(tmp);
		return fail_errno(err, why, _("cannot replace %s"), path);
	}
	return true;
}

static bool write_new(const char *path, mode_t mode, GBytes *content, GError **err)
{
	g_autofree char *tmp = NULL;

	if (!write_neighbour(path, mode, content, &tmp, err))
		return false;
	/* link() refuses an existing name, rename() would replace it. */
	int failed = link(tmp, path) != 0 ? errno : 0;
	unlink(tmp);
	if (failed)
		return fail_errno(err, failed, _("cannot make %s"), path);
	return true;
}

bool file_write_new(const char *path, const void *bytes, size_t len, GError **err)
{
	g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);

	return write_new(path, 0666, content, err);
}

bool file_write_new_private(const char *path, const void *bytes, size_t len, GError **err)
{
	g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);

	return write_new(path, 0600, content, err);
}

bool file_destroy(const char *path, GError **err)
{
	static const char zeros[4096];
	struct stat st;
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return fail_errno(err, errno, _("cannot open %s"), path);
	bool ok = fstat(fd, &st) == 0;
	for (off_t left = ok ? st.st_size : 0; ok && left > 0; left -= (off_t)sizeof zeros)
		ok = write_all(fd, zeros, (size_t)MIN(left, (off_t)sizeof zeros));
	ok = ok && fsync(fd) == 0;
	int why = errno;
	close(fd);
	if (unlink(path) != 0)
		return fail_errno(err, errno, _("cannot remove %s"), path);
	return ok || fail_errno(err, why, _("cannot overwrite %s"), path);
}

/* ERR_IO: a folder, or, unless @may_wait, a pipe, whose writer may never come. */
static bool check_readable(int fd, const char *path, bool may_wait, GError **err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail_errno(err, errno, _("cannot read %s"), path);
	if (S_ISDIR(st.st_mode))
		return fail(err, ERR_IO, _("cannot read %s: it is a folder"), path);
	if (S_ISFIFO(st.st_mode) && !may_wait)
		return fail(err, ERR_IO, _("cannot read %s: it is a pipe"), path);
	return true;
}

/* Until the end, or until more than @max has come. False with errno if it cannot be read. */
static bool read_up_to(int fd, size_t max, GByteArray *content)
{
	guint8 chunk[65536];
	ssize_t n = 0;

	while (content->len <= max && (n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		g_byte_array_append(content, chunk, (guint)n);
	}
	int why = errno;
	secret_wipe(chunk, sizeof chunk);      /* it may have been a key */
	errno = why;
	return n >= 0;
}

static GBytes *read_whole(int fd, const char *path, size_t max, GError **err)
{
	g_autoptr(GByteArray) content = g_byte_array_new();

	if (!read_up_to(fd, max, content)) {
		fail_errno(err, errno, _("cannot read %s"), path);
		return NULL;
	}
	if (content->len > max)
		return fail_null(err, ERR_LIMIT, _("%s is longer than %zu bytes"), path, max);
	return g_byte_array_free_to_bytes(g_steal_pointer(&content));
}

static GBytes *read_open(int fd, const char *path, size_t max, GError **err)
{
	return check_readable(fd, path, false, err) ? read_whole(fd, path, max, err) : NULL;
}

static int open_to_read(const char *path, GError **err)
{
	/* Without O_NONBLOCK the open() of a pipe waits for its writer, who may never come. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		fail_errno(err, errno, _("cannot open %s"), path);
	return fd;
}

GBytes *file_read(const char *path, size_t max, GError **err)
{
	int fd = open_to_read(path, err);

	if (fd < 0)
		return NULL;
	GBytes *content = read_open(fd, path, max, err);
	close(fd);
	return content;
}

GBytes *file_read_input(const char *path, size_t max, GError **err)
{
	const char *name = path ? path : _("the standard input");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0) {
		fail_errno(err, errno, _("cannot open %s"), path);
		return NULL;
	}
	GBytes *content = check_readable(fd, name, true, err) ? read_whole(fd, name, max, err) : NULL;
	if (path)
		close(fd);
	return content;
}

/* ---- who could have written it ---- */

static bool owner_is_trusted(const char *path, const struct stat *st, GError **err)
{
	/* A device has no content that somebody left there; in a folder like /tmp everybody's files are
	 * his own. */
	bool is_harmless = S_ISCHR(st->st_mode) || (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX));

	if (st->st_uid != geteuid() && st->st_uid != 0)
		return fail(err, ERR_CONFIG,
		            _("%s belongs to another user (number %u) and is not trusted; make it yours, or take it away"),
		            path, (unsigned)st->st_uid);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) && !is_harmless)
		return fail(err, ERR_CONFIG,
		            _("%s may be changed by others (mode %04o); run: chmod go-w %s"), path,
		            (unsigned)(st->st_mode & 07777), path);
	return true;
}

bool file_dir_is_trusted(const char *dir, GError **err)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		return fail_errno(err, errno, _("cannot open the folder %s"), dir);
	return owner_is_trusted(dir, &st, err);
}

static bool dir_of_is_trusted(const char *path, GError **err)
{
	g_autofree char *dir = g_path_get_dirname(path);

	return file_dir_is_trusted(dir, err);
}

GBytes *file_read_trusted(const char *path, size_t max, GError **err)
{
	int fd = open_to_read(path, err);
	struct stat st;

	if (fd < 0)
		return NULL;
	g_autofree char *real = file_real_path(path);
	bool is_trusted = fstat(fd, &st) == 0 ? owner_is_trusted(path, &st, err)
	                                      : fail_errno(err, errno, _("cannot read %s"), path);
	GBytes *content = is_trusted && dir_of_is_trusted(path, err) && dir_of_is_trusted(real, err)
	                          ? read_open(fd, path, max, err)
	                          : NULL;
	close(fd);
	return content;
}

/* ---- locks ---- */

static int open_lock(const char *path, GError **err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		fail_errno(err, errno, _("cannot open the lock %s"), path);
	return fd;
}

/* -1, and @fd closed. */
static int lock_failed(int fd, const char *path, int why, GError **err)
{
	close(fd);
	if (why == EWOULDBLOCK)
		fail(err, ERR_HELD, _("another process holds %s"), path);
	else
		fail_errno(err, why, _("cannot lock %s"), path);
	return -1;
}

int file_lock(const char *path, GError **err)
{
	int fd = open_lock(path, err);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0)
		return lock_failed(fd, path, errno, err);
	return fd;
}

int file_lock_wait(const char *path, GError **err)
{
	int fd = open_lock(path, err), rc;

	if (fd < 0)
		return -1;
	do
		rc = flock(fd, LOCK_EX);
	while (rc != 0 && errno == EINTR);
	return rc == 0 ? fd : lock_failed(fd, path, errno, err);
}

void file_unlock(int lock_fd)
{
	if (lock_fd >= 0)
		close(lock_fd);
}

bool file_is_locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	bool is_locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return is_locked;
}

const char *file_network_fs(const char *path)
{
	/* linux/magic.h and fs sources; listed here because some are missing from the header. */
	static const struct { unsigned long magic; const char *name;
	} rows[] = {
		{ 0x6969, "nfs" },      { 0xff534d42, "cifs" },   { 0xfe534d42, "smb2" },
		{ 0x517b, "smb" },      { 0x65735546, "fuse" },   { 0x01021997, "9p" },
		{ 0x5346414f, "afs" },  { 0x73757245, "coda" },   { 0x00c36400, "ceph" },
		{ 0x47504653, "gpfs" }, { 0x0bd00bd0, "lustre" },
	};
	struct statfs st;

	if (statfs(path, &st) != 0)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if ((unsigned long)(uint32_t)st.f_type == rows[i].magic)
			return rows[i].name;
	return NULL;
}
