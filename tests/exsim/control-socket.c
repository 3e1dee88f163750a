/* The control channel over a UNIX socket: the client writes lines and shuts its side, the server answers "ok" or "error"
 * on the last line and closes. One client at a time. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "exsim/control.h"

enum { MAX_ORDERS = 1 << 20, PATIENCE_MS = 10000 };

struct ControlSocket {
	World   *world;
	char    *path;
	int      listener, stop;     /* stop: an eventfd */
	GThread *thread;
};

static bool fill_address(const char *path, struct sockaddr_un *ret_address, GError **err)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof ret_address->sun_path)
		return fail(err, ERR_USAGE, "the path of the control socket is too long: %s", path);
	memcpy(ret_address->sun_path, path, strlen(path) + 1);
	return true;
}

/* Reads to the end of what the other side sends. False: too long, too late, broken. */
static bool read_all(int fd, GString *out, gsize max, int patience_ms)
{
	char buffer[65536];

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		if (poll(&ready, 1, patience_ms) <= 0)
			return false;
		ssize_t n = read(fd, buffer, sizeof buffer);
		if (n == 0)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || out->len + (gsize)n > max)
			return false;
		g_string_append_len(out, buffer, n);
	}
}

static bool write_all(int fd, const char *text, gsize len)
{
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (gsize)n;
	}
	return true;
}

static void serve_client(ControlSocket *control, int fd)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autoptr(GString) reply = g_string_new(NULL);

	if (read_all(fd, lines, MAX_ORDERS, PATIENCE_MS) && control_run(control->world, lines->str, reply))
		g_string_append(reply, "ok\n");
	write_all(fd, reply->str, reply->len);
	close(fd);
}

static gpointer run_socket(gpointer data)
{
	ControlSocket *control = data;
	struct pollfd ready[] = { { .fd = control->listener, .events = POLLIN }, { .fd = control->stop, .events = POLLIN } };

	for (;;) {
		if (poll(ready, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (ready[1].revents)
			return NULL;
		if (!(ready[0].revents & POLLIN))
			continue;
		int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			serve_client(control, fd);
	}
}

static int listen_at(const char *path, GError **err)
{
	struct sockaddr_un address;
	int fd;

	if (!fill_address(path, &address, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 16) == 0)
		return fd;
	fail_errno(err, errno, "cannot listen on %s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

ControlSocket *control_socket_open(World *world, const char *path, GError **err)
{
	int listener = listen_at(path, err);

	if (listener < 0)
		return NULL;
	ControlSocket *control = g_new0(ControlSocket, 1);
	control->world = world;
	control->path = g_strdup(path);
	control->listener = listener;
	control->stop = eventfd(0, EFD_CLOEXEC);
	control->thread = g_thread_new("control", run_socket, control);
	return control;
}

void control_socket_close(ControlSocket *control)
{
	if (!control)
		return;
	eventfd_write(control->stop, 1);
	g_thread_join(control->thread);
	close(control->listener);
	close(control->stop);
	unlink(control->path);
	g_free(control->path);
	g_free(control);
}

/* ---- the client's side ---- */

static int connect_to(const char *path, GError **err)
{
	struct sockaddr_un address;

	if (!fill_address(path, &address, err))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	fail_errno(err, errno, "cannot reach a simulator at %s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

bool control_ask(const char *path, const char *lines, char **ret_reply, GError **err)
{
	g_autoptr(GString) reply = g_string_new(NULL);
	int fd = connect_to(path, err);

	if (fd < 0)
		return false;
	bool ok = write_all(fd, lines, strlen(lines)) && shutdown(fd, SHUT_WR) == 0 && read_all(fd, reply, G_MAXINT, -1);
	close(fd);
	if (!ok)
		return fail(err, ERR_IO, "the simulator at %s closed the connection", path);
	if (!g_str_has_suffix(reply->str, "ok\n"))
		return fail(err, ERR_USAGE, "%s", reply->len ? g_strchomp(reply->str) : "the simulator did not answer");
	g_string_truncate(reply, reply->len - strlen("ok\n"));
	*ret_reply = g_strdup(reply->str);
	return true;
}
