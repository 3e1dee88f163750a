/*
 * line: a connection to a server that speaks something else than HTTP, such as a directory. It
 * begins in clear; from line_secure() on it is TLS, with the anchors, the versions and the
 * sentences of all other connections. No proxy is used. Opening and securing block for a while: not
 * for the UI or engine thread. The process must ignore SIGPIPE. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "model/account.h"

typedef struct Line Line;

typedef struct {
	const char *host;        /* a name or an address, an IPv6 one without brackets */
	int         port;
	const char *ca_file;     /* anchors beside the system's; NULL */
	TlsMin      tls_min;
	int         timeout_s;   /* for connecting, and again for line_secure() */
} LineSetup;

/* @setup is copied. ERR_UNREACHED; ERR_CONFIG: ca_file cannot be used. */
Line *line_open(const LineSetup *setup, GError **err);
void  line_close(Line *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_close)

/* True if the other end is this machine. */
bool line_is_local(const Line *line);

/*
 * Once. What the other side has sent in clear and was not read yet is not taken for what it sends
 * later: it ends the handshake. ERR_TLS with the remedy, ERR_NETWORK. After a failure the line is
 * of no more use.
 */
bool line_secure(Line *line, GError **err);

int line_fd(const Line *line); /* for poll(): readable when line_read() may have something */

/* As read() and write() on a descriptor that does not block: EAGAIN; 0: the other side has ended.
 * After TLS that needs reading first, a write says EAGAIN, too. With 16 KiB of room line_read()
 * leaves nothing behind that poll() does not see. */
ssize_t line_read(Line *line, void *bytes, size_t len);
ssize_t line_write(Line *line, const void *bytes, size_t len);
