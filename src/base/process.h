/*
 * process: other programs, started without a shell from an argument vector, with an environment
 * that holds no secret of ours.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"

/*
 * Splits a command line as a shell would (quotes, backslash), expanding nothing. ERR_CONFIG if it
 * uses what only a shell can do: pipes, redirections, variables, globs outside quotes.
 * Free with g_strfreev.
 */
char **process_split(const char *command, GError **err);

/*
 * Runs @argv and returns the first line of what it prints (without its line end) as a secret. The
 * buffer it passed through is wiped. Standard input is /dev/null; the terminal stays reachable as
 * /dev/tty for a pinentry. Blocks for @timeout_s at most: not for the UI or engine thread.
 * ERR_SIGN_IN: not startable, exit code, nothing printed, LIMIT_COMMAND_OUTPUT_BYTES or more, or
 * late.
 */
Secret *process_read_secret(char *const *argv, int timeout_s, GError **err);

/*
 * Runs @argv with the terminal, as a shell would, and waits until it ends: an editor, say. The
 * caller has given the terminal back before. *ret_code: its exit code, 128 and more: the signal
 * that ended it. ERR_NOT_FOUND, ERR_IO: it cannot be started.
 */
bool process_run_on_terminal(char *const *argv, int *ret_code, GError **err);

/*
 * Runs @argv with @content as its standard input and waits for its end. It has no terminal, for the
 * screens have it. *ret_said (may be NULL) is the first line of what it prints, on one line, "" if
 * nothing; the caller's. Who stops reading early is content. Blocks for @timeout_s at most: not for
 * the UI or engine thread. The process must ignore SIGPIPE. ERR_IO: not startable, exit code (with
 * what it said), or late.
 */
bool process_feed(char *const *argv, GBytes *content, int timeout_s, char **ret_said, GError **err);

/*
 * Gives @content to @argv, waits for its end, and returns all that it printed to its standard
 * output. It has no terminal, an empty environment, and nobody hears its standard error. Blocks for
 * @timeout_ms at most: not for the UI or engine thread. The process must ignore SIGPIPE.
 * @cancel_fd: once it can be read, or its other end is closed, the program is ended; -1: nothing
 * ends it. ERR_IO: not startable, exit code or signal, late. ERR_LIMIT: more than @most_bytes.
 * ERR_CANCELLED.
 */
GBytes *process_exchange(char *const *argv, GBytes *content, int cancel_fd, int timeout_ms,
                         size_t most_bytes, GError **err);
