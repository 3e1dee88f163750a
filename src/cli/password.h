/*
 * password: the password for a sign-in that a command tries by itself.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/session.h"

/*
 * Of --password-fd, or a person's, in *ret_password, the caller's; NULL: the account's command
 * gives it. ERR_SIGN_IN: none of them; ERR_CANCELLED.
 */
bool password_find(Cli *cli, const Account *account, Secret **ret_password, GError **err);

/* When a sign-in that is tried is given up: --timeout, else a minute from now. Uptime milliseconds.
 */
int64_t password_deadline_ms(const Cli *cli);
