/*
 * libcurl makes the connection (CURLOPT_CONNECT_ONLY), and a second handle of it, to which the same
 * socket is given, the handshake. So a protocol that begins in clear gets TLS by the code that all
 * the others have it from. The socket belongs to the line, never to a handle.
 */
#include "net/line.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "net/failure.h"
#include "net/loop.h"
#include "net/tls.h"

struct Line {
	char *host;
	int   port;
	Tls  *tls;
	int   timeout_s;
	CURL *clear, *secure;         /* secure: NULL until line_secure() */
	int   fd;                     /* -1: no connection */
	char  detail[CURL_ERROR_SIZE];
};

/* ---- the socket ---- */

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)data;
	(void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static curl_socket_t hand_over(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	(void)address;
	return ((Line *)data)->fd;
}

static int say_connected(void *data, curl_socket_t fd, curlsocktype purpose)
{
	(void)data;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* Of an attempt that came to nothing. */
static int close_socket(void *data, curl_socket_t fd)
{
	return fd == ((Line *)data)->fd ? 0 : close(fd);
}

/* ---- libcurl ---- */

static void set_url(const Line *line, CURL *easy, const char *scheme)
{
	bool is_v6 = strchr(line->host, ':') != NULL;
	g_autofree char *url = g_strdup_printf("%s://%s%s%s:%d/", scheme, is_v6 ? "[" : "",
	                                       line->host, is_v6 ? "]" : "", line->port);

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, scheme);
}

static CURL *easy_new(Line *line, const char *scheme)
{
	CURL *easy = curl_easy_init();

	set_url(line, easy, scheme);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)line->timeout_s);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, line->detail);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, line);
	return easy;
}

static bool perform(Line *line, CURL *easy, GError **err)
{
	long     os_errno = 0;
	CURLcode code = curl_easy_perform(easy);

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_errno);
	Failure failure = { code, line->host, line->port, (int)os_errno, line->timeout_s };
	return tls_judge(line->tls, code, line->host, line->port, line->detail, err) &&
	       failure_judge(&failure, err);
}

static bool connect_now(Line *line, GError **err)
{
	curl_socket_t fd;

	line->clear = easy_new(line, "http");
	if (!perform(line, line->clear, err))
		return false;
	curl_easy_getinfo(line->clear, CURLINFO_ACTIVESOCKET, &fd);
	line->fd = fd;
	return true;
}

/* ---- its life ---- */

Line *line_open(const LineSetup *setup, GError **err)
{
	g_autoptr(Tls) tls =
		loop_prepare_curl(err) ? tls_new(setup->ca_file, setup->tls_min, err) : NULL;
	g_autoptr(Line) line = tls ? g_new0(Line, 1) : NULL;

	if (!line)
		return NULL;
	line->host = g_strdup(setup->host);
	line->port = setup->port;
	line->tls = g_steal_pointer(&tls);
	line->timeout_s = setup->timeout_s;
	line->fd = -1;
	return connect_now(line, err) ? g_steal_pointer(&line) : NULL;
}

void line_close(Line *line)
{
	if (!line)
		return;
	curl_easy_cleanup(line->secure);
	curl_easy_cleanup(line->clear);
	if (line->fd >= 0)
		close(line->fd);
	tls_free(line->tls);
	g_free(line->host);
	g_free(line);
}

bool line_is_local(const Line *line)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t len = sizeof peer;

	if (getpeername(line->fd, (struct sockaddr *)&peer, &len) != 0)
		return false;
	if (peer.ss_family == AF_INET)
		return ntohl(((struct sockaddr_in *)&peer)->sin_addr.s_addr) >> 24 ==
		       IN_LOOPBACKNET;
	return peer.ss_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&peer)->sin6_addr);
}

bool line_secure(Line *line, GError **err)
{
	CURL *easy = line->secure = easy_new(line, "https");

	tls_apply(line->tls, easy);
	curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, hand_over);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, line);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, say_connected);
	return perform(line, easy, err);
}

int line_fd(const Line *line) { return line->fd; }

/* ---- bytes ---- */

static ssize_t answer_of(CURLcode code, size_t moved)
{
	if (code == CURLE_OK)
		return (ssize_t)moved;
	errno = code == CURLE_AGAIN ? EAGAIN : ECONNRESET;
	return -1;
}

static CURL *easy_of(const Line *line) { return line->secure ? line->secure : line->clear; }

ssize_t line_read(Line *line, void *bytes, size_t len)
{
	size_t moved = 0;
	CURLcode code = curl_easy_recv(easy_of(line), bytes, len, &moved);

	return answer_of(code, moved);
}

ssize_t line_write(Line *line, const void *bytes, size_t len)
{
	size_t moved = 0;
	CURLcode code = curl_easy_send(easy_of(line), bytes, len, &moved);

	return answer_of(code, moved);
}
