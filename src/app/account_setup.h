/*
 * account_setup: how an account comes into being, whoever asks: the command line or the wizard on
 * the screen. Each check is a step of its own, so that a wizard can ask again at the field that is
 * wrong.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/clock.h"
#include "base/paths.h"
#include "base/secret.h"
#include "model/account.h"

/* ERR_USAGE: not one @ between something and a domain, blanks, controls. */
bool account_setup_check_address(const char *address, GError **err);

/*
 * The server's URL as it will be used: a bare host gets https://, and where no path is given
 * ActiveSync's own. ERR_USAGE: not a URL; http:// without @is_plain_http_ok. Free with g_free.
 */
char *account_setup_server(const char *text, bool is_plain_http_ok, GError **err);

/* A name for the account of @address: the address, other characters made '-'. Free with g_free. */
char *account_setup_name(const char *address);

/* What a person gave; NULL: the default. */
typedef struct {
	const char *address;            /* needed */
	const char *server;             /* needed */
	const char *name;               /* default: account_setup_name() */
	const char *user_name;          /* default: the address */
	const char *password_command;   /* default: asked for */
	const char *ca_file;            /* made absolute */
	int         filter;             /* Account.filter; -1: the default */
	bool        is_plain_http_ok;
} SetupWish;

/* All checks in one. ERR_USAGE, ERR_CONFIG (password command), ERR_NOT_FOUND (CA file). */
Account *account_setup_make(const SetupWish *wish, GError **err);

/*
 * Signs in once: asks the server what it can do. *ret_report is a sentence on what it said; free
 * with g_free. Blocks until @deadline_ms (uptime) at most. ERR_SIGN_IN, ERR_NETWORK, ERR_TLS,
 * ERR_PROTOCOL …
 */
typedef struct {
	const Account *account;
	Secret        *password;        /* NULL: by the account's command */
	const Backend *backend;
	const Clock   *clock;
	int64_t        deadline_ms;
} SetupTest;
bool account_setup_test(const SetupTest *test, char **ret_report, GError **err);

/* Writes the new account's file; the default stays the one that it was, which the settings name from
 * the second account on. ERR_EXISTS: the name is taken. ERR_CONFIG: an older file is wrong. */
bool account_setup_save(const Paths *paths, const Account *account, GError **err);
