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

/* Yes or no; anything but yes is no. ERR_CANCELLED. */
bool ask_confirm(const char *question, bool *ret_is_yes, GError **err);
