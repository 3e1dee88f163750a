/*
 * probe: asks a server one thing here and now, beside engine and store: to test a sign-in before an
 * account exists, and to find out what is wrong. Nothing that is learnt is kept. It blocks: for the
 * command line, or a worker. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/clock.h"
#include "base/secret.h"
#include "model/account.h"

typedef struct {
	const Account      *account;
	const AccountState *state;       /* NULL: nothing is known of the account yet */
	Secret             *password;    /* referenced */
	const Backend      *backend;
	const Clock        *clock;
} ProbeSetup;                            /* borrowed until the probe goes, but for the password */

/* What was learnt; grows with each run. Strings NULL, numbers 0: not known. */
typedef struct {
	char   *versions, *commands, *version;
	char   *moved_to;                /* the server says that the mailbox lives there */
	int     http_status;             /* of the last answer */
	int64_t server_date_ms;          /* its Date header */
	int64_t asked_ms;                /* our clock then */
	int     folder_count;            /* folders in the answer to TASK_FOLDERS */
	int     password_days;           /* until the password expires */
	bool    has_policy;
} ProbeFacts;

typedef struct Probe Probe;

/* Errors as net_client_new(). */
Probe *probe_new(const ProbeSetup *setup, GError **err);
void   probe_free(Probe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Probe, probe_free)

/* One task: CONNECT, PROVISION or FOLDERS. @deadline_ms: uptime; past it ERR_NETWORK. Else errors
 * as the task's. */
bool probe_run(Probe *probe, TaskKind kind, int64_t deadline_ms, GError **err);

const ProbeFacts *probe_facts(const Probe *probe);

/*
 * The account's password: @given if there is one (then referenced), else from its password command.
 * ERR_SIGN_IN: neither, or the command failed; ERR_CONFIG: the command needs a shell.
 */
Secret *probe_password(const Account *account, Secret *given, GError **err);
