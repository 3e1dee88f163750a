#include "base/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"

enum { WAITING_MOST = 64 };

/* ---- the folder ---- */

static bool is_ours_alone(int dir_fd)
{
	struct stat stat;

	return fstat(dir_fd, &stat) == 0 && S_ISDIR(stat.st_mode) && stat.st_uid == geteuid() &&
	       (stat.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int open_folder(const char *path, GError **err)
{
	g_autofree char *dir = g_path_get_dirname(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		fail_errno(err, errno, _("cannot open the folder %s"), dir);
		return -1;
	}
	if (is_ours_alone(fd))
		return fd;
	close(fd);
	fail(err, ERR_REFUSED,
	     _("the folder %s is not yours alone; take away what others may do there (chmod 700)"),
	     dir);
	return -1;
}

/* An address has room for 107 bytes; by way of the open folder every path fits. */
static bool address_of(int dir_fd, const char *path, struct sockaddr_un *ret_address, GError **err)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *short_path = g_strdup_printf("/proc/self/fd/%d/%s", dir_fd, name);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(short_path) >= sizeof address.sun_path)
		return fail(err, ERR_LIMIT, _("the name %s is too long for a socket"), name);
	memcpy(address.sun_path, short_path, strlen(short_path) + 1);
	*ret_address = address;
	return true;
}

static int new_socket(GError **err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		fail_errno(err, errno, _("cannot make a socket"));
	return fd;
}

static bool is_of_our_user(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid();
}

/* ---- listening ---- */

static bool bind_and_listen(int fd, int dir_fd, const char *path, GError **err)
{
	g_autofree char *name = g_path_get_basename(path);
	struct sockaddr_un address;

	if (!address_of(dir_fd, path, &address, err))
		return false;
	if (unlinkat(dir_fd, name, 0) != 0 && errno != ENOENT)
		return fail_errno(err, errno, _("cannot replace %s"), path);
	if (fchmod(fd, 0600) != 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
	    fchmodat(dir_fd, name, 0600, 0) != 0 || listen(fd, WAITING_MOST) != 0)
		return fail_errno(err, errno, _("cannot listen on %s"), path);
	return true;
}

static int listen_in(int dir_fd, const char *path, GError **err)
{
	int fd = new_socket(err);

	if (fd >= 0 && !bind_and_listen(fd, dir_fd, path, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

int socket_listen(const char *path, GError **err)
{
	g_autofree char *dir = g_path_get_dirname(path);
	int fd, dir_fd;

	if (!file_ensure_dir(dir, err) || (dir_fd = open_folder(path, err)) < 0)
		return -1;
	fd = listen_in(dir_fd, path, err);
	close(dir_fd);
	return fd;
}

static bool is_nobody(int error_number)
{
	return error_number == EAGAIN || error_number == EINTR || error_number == ECONNABORTED;
}

int socket_accept(int listen_fd, GError **err)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		if (!is_nobody(errno))
			fail_errno(err, errno, _("cannot take a call on a socket"));
		return -1;
	}
	if (is_of_our_user(fd))
		return fd;
	close(fd);
	return -1;
}

/* ---- calling ---- */

static bool call(int fd, int dir_fd, const char *path, GError **err)
{
	struct sockaddr_un address;

	if (!address_of(dir_fd, path, &address, err))
		return false;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return is_of_our_user(fd) ||
		       fail(err, ERR_REFUSED, _("somebody else listens on %s"), path);
	if (errno == ECONNREFUSED || errno == ENOENT)
		return fail(err, ERR_NOT_FOUND, _("nobody listens on %s"), path);
	if (errno == EAGAIN)
		return fail(err, ERR_NETWORK, _("too many wait at %s"), path);
	return fail_errno(err, errno, _("cannot call %s"), path);
}

static int connect_in(int dir_fd, const char *path, GError **err)
{
	int fd = new_socket(err);

	if (fd >= 0 && !call(fd, dir_fd, path, err)) {
		close(fd);
		return -1;
	}
	return fd;
}

int socket_connect(const char *path, GError **err)
{
	int fd, dir_fd = open_folder(path, err);

	if (dir_fd < 0)
		return -1;
	fd = connect_in(dir_fd, path, err);
	close(dir_fd);
	return fd;
}
