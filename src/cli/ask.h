/*
 * ask: asks a person on the terminal. Questions go to the standard error, so that a redirected
 * answer stays data. Call only where cli_may_ask() says so. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"

/* A line, without the blanks around it; empty means @otherwise (may be NULL). ERR_CANCELLED at ^C,
 * ^D. Free with g_free. */
char *ask_line(const char *question, const char *otherwise, GError **err);

/* A line without echo. ERR_CANCELLED. */
Secret *ask_secret(const char *question, GError **err);

/* A line of a file descriptor that somebody opened for us; what follows it stays there. ERR_SIGN_IN:
 * it is empty; ERR_LIMIT, ERR_IO. */
Secret *ask_descriptor(int fd, GError **err);

/* Yes or no; anything but yes is no. ERR_CANCELLED. */
bool ask_confirm(const char *question, bool *ret_is_yes, GError **err);
