/*
 * engine: the one way for a verb to change something: through the engine, which another process may
 * be running; without one it runs its own. The change is in the store first, then the server is
 * told, and by default the verb waits until it has confirmed.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/errand.h"
#include "cli/session.h"
#include "model/op.h"

/* --queue, for the tables of such verbs. */
#define CLI_ENGINE_OPTION \
	{ 0, "queue", ARG_FLAG, NULL, NULL, \
	  N_("return once it is stored here; a running Postern or the next sync tells the server") }

/* True if the verb only stores: --queue or --offline. The verb has the option --queue. */
bool cli_engine_is_queue(const Cli *cli);

/* One action of the person. */
typedef struct {
	const GPtrArray *accounts;     /* of borrowed Account: those it is about */
	GPtrArray       *ops;          /* of Op, not empty; taken */
	bool             is_queued;    /* return once it is stored */
} CliChange;

typedef struct {
	GPtrArray *ops;            /* of Op, as store_write_ops() left them */
	int64_t    group_id;
	GError    *refusal;        /* what the server said of those it refused; NULL: of none */
} CliWritten;
void cli_written_clear(CliWritten *written);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CliWritten, cli_written_clear)

/*
 * Carries out @change. Unless it is queued it returns when the server has answered all of it, be it
 * with a refusal. On failure without *ret_written nothing was changed; else it is stored, and the
 * message says so: ERR_NETWORK, ERR_SIGN_IN and others, ERR_CANCELLED. ERR_HELD: another Postern
 * has the engine and serves nobody.
 */
bool cli_engine_write(Cli *cli, const CliChange *change, CliWritten *ret_written, GError **err);

/* Takes back, or tries again, each of @group_ids (int64_t) of the Outbox. ERR_GONE: *ret_group_id
 * is under way, or has arrived; those before it are done. */
bool cli_engine_cancel(Cli *cli, const GArray *group_ids, int64_t *ret_group_id, GError **err);
bool cli_engine_retry(Cli *cli, const GArray *group_ids, int64_t *ret_group_id, GError **err);

/* Erases what is here of the account, its file apart: while the engine runs, by it. */
bool cli_engine_erase(Cli *cli, const Account *account, GError **err);

/* The account's id in the store; made if it was never synced. */
bool cli_engine_account_id(Cli *cli, const Account *account, int64_t *ret_id, GError **err);

/* An errand for all accounts that only stores what it is told; see SYNC_STILL. */
Errand *cli_engine_still(Cli *cli, GError **err);
