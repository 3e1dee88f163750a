/*
 * socket: a door between the processes of one person on one machine: a UNIX socket in a folder that
 * only they can enter. Both sides check that the other one has our user id. Nothing here waits; all
 * descriptors are closed on exec. Any thread.
 */
#pragma once
#include <glib.h>

/*
 * Listens on @path (0600); its folder is made if missing (0700). What lies there is replaced: the
 * caller holds a lock that says that nobody listens on it. Returns the descriptor, or -1.
 * ERR_REFUSED: the folder belongs to somebody else, or others may write to it. ERR_IO.
 */
int socket_listen(const char *path, GError **err);

/* The next caller's descriptor; -1 without *err if nobody waits, or somebody else did and was
 * turned away. ERR_IO. */
int socket_accept(int listen_fd, GError **err);

/* ERR_NOT_FOUND: nobody listens on @path; ERR_REFUSED: somebody else does, or could; ERR_NETWORK:
 * too many callers wait; ERR_IO. */
int socket_connect(const char *path, GError **err);
