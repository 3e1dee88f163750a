/*
 * account_file: accounts as files, $XDG_CONFIG_HOME/postern/accounts/NAME.conf, one "key = value" a
 * line by the table account.def, and by their full names ("compose.signature") settings that are to
 * be otherwise for this account. Such a file must be readable by its owner only (0600). Not
 * thread-safe.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/options.h"
#include "app/settings.h"
#include "base/paths.h"
#include "model/account.h"

/* The keys of an account file, ended by a row without a name. */
const Option *account_options(void);

/* True for 1 to 64 of [A-Za-z0-9._@-], not beginning with a dot or dash. */
bool account_name_is_valid(const char *name);

/* Free with g_free. */
char *account_file_path(const Paths *paths, const char *name);

/* ERR_NOT_FOUND; ERR_CONFIG names file and line: others may read it, a key or value that is not
 * allowed, no server. */
Account *account_file_read(const Paths *paths, const char *name, GError **err);

/* Keeps the comments of an existing file. Keys at their default are left out. */
bool account_file_write(const Paths *paths, const Account *account, GError **err);

/* ERR_NOT_FOUND. */
bool account_file_remove(const Paths *paths, const char *name, GError **err);

/*
 * All accounts, the default first, the others by name; is_default is set on exactly one if there is
 * any. accounts.default naming none of them is ERR_CONFIG.
 */
bool accounts_load(const Paths *paths, const Settings *settings, GPtrArray **ret_accounts,
                   GError **err); /* of Account */

/* By name or address, borrowed; NULL @name: the default. ERR_NOT_FOUND with the nearest name, or
 * how to add the first. */
const Account *accounts_find(const GPtrArray *accounts, const char *name, GError **err);

/* The value of the account's @index-th key as the file has it. Free with g_free. */
char *account_option_value(const Account *account, int index);
