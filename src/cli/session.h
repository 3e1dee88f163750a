/*
 * session: one run of one command: what it was told, and what it opens when it first needs it. A
 * verb gets a Cli and asks it; nothing is read, opened or started before. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/certificates.h"
#include "app/settings.h"
#include "backend/backend.h"
#include "base/clock.h"
#include "base/paths.h"
#include "base/secret.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "model/account.h"
#include "store/read.h"
#include "store/search.h"
#include "store/store.h"

struct Cli {
	const Verb           *verb;
	const Args           *args;
	const Backend *const *backends;      /* NULL-ended */
	const Clock          *clock;
	Paths                *paths;
	Settings             *settings;
	Output               *output;
	/* opened on demand, see below */
	GPtrArray            *accounts;
	Store                *store;
	StoreReader          *reader;
	StoreSearch          *search;
	Certificates         *certificates;
	SmimeTokens          *tokens;
	Secret               *password;      /* of --password-fd */
	bool                  is_for_screens; /* who opens the store types for the screens: a lock ends */
	int                   exit_code;
};

/* Accounts, the default first; borrowed. ERR_CONFIG. */
const GPtrArray *cli_accounts(Cli *cli, GError **err);

/* The account of -a, else the default. ERR_NOT_FOUND. */
const Account *cli_account(Cli *cli, GError **err);

/* The account of -a alone, else all; of borrowed Account. Empty is ERR_NOT_FOUND: it says how to
 * add one. */
GPtrArray *cli_chosen_accounts(Cli *cli, GError **err);

/* The store, made on first use. ERR_IO, ERR_STORE. Borrowed. */
Store       *cli_store(Cli *cli, GError **err);
StoreReader *cli_reader(Cli *cli, GError **err);
StoreSearch *cli_search(Cli *cli, GError **err);

/* What the store and the tokens know of certificates; read once, borrowed. */
const Certificates *cli_certificates(Cli *cli, GError **err);

/* The state of an account; NULL in *ret_state if it was never synced. */
bool cli_account_state(Cli *cli, const Account *account, AccountState **ret_state, GError **err);

/* The password of --password-fd, read once; NULL in *ret_secret without the option. *ret_secret is
 * borrowed. */
bool cli_password(Cli *cli, Secret **ret_secret, GError **err);

/* The protocol's backend; ERR_UNSUPPORTED. */
const Backend *cli_backend(const Cli *cli, const Account *account, GError **err);

/* How long things may take: --timeout from now on, as uptime milliseconds; -1 without one. */
int64_t cli_deadline_ms(const Cli *cli);

/* True if a person sits there and may be asked. */
bool cli_may_ask(const Cli *cli);
bool cli_is_quiet(const Cli *cli);
/* True once a person has said yes to @question, or --yes has, or --dry-run does nothing anyway.
 * ERR_USAGE: nobody can be asked; ERR_CANCELLED: no. */
bool cli_confirm(const Cli *cli, const char *question, GError **err);

/* What was done is neither plain success nor failure: EXIT_PARTIAL, EXIT_NOTHING. */
void cli_set_exit(Cli *cli, ExitCode code);
