#include "base/error.h"
#include "base/i18n.h"
#include "cli/engine.h"
#include "cli/outbox.h"
#include "cli/send.h"

static const ArgOption options[] = {
	{ 0, "queue", ARG_FLAG, NULL, NULL,
	  N_("leave it in the Outbox; the next sync sends it") },
	{ 0 },
};

static bool retry(Cli *cli, const GArray *groups, GError **err)
{
	g_autoptr(GError) why = NULL;
	int64_t group_id = 0;

	if (cli_engine_retry(cli, groups, &group_id, &why))
		return true;
	if (error_is(why, ERR_GONE))
		return fail(err, ERR_REFUSED,
		            _("o%lld is just under way; wait until its answer is there"),
		            (long long)group_id);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) accounts = NULL;

	if (!outbox_find(cli, groups, ops, err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	if (!retry(cli, groups, err))
		return false;
	if (args_has(cli->args, "queue") || args_has(cli->args, "offline"))
		return true;
	accounts = cli_chosen_accounts(cli, err);
	return accounts && send_wait(cli, accounts, ops, err);
}

const Verb verb_outbox_retry = {
	.name = "outbox retry",
	.summary = N_("Try again what failed or waits in the Outbox"),
	.description = N_("Also a message that is “unsure”: it may have been sent before, so look first. What is held goes now. Returns when the server has confirmed."),
	.operands = N_("ID…"), .operands_min = 1, .operands_max = -1,
	.uses = USES_ENGINE | USES_ACCOUNT,
	.options = options,
	.examples = {
		{ "outbox retry o17", N_("One") },
		{ "outbox list -0 | xargs -0 postern outbox retry", N_("All") },
		{ "outbox retry o17 --queue", N_("With the next sync") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
