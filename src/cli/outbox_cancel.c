#include "base/error.h"
#include "base/i18n.h"
#include "cli/engine.h"
#include "cli/outbox.h"
#include "cli/send.h"

static bool cancel(Cli *cli, const GArray *groups, GError **err)
{
	g_autoptr(GError) why = NULL;
	int64_t group_id = 0;

	if (cli_engine_cancel(cli, groups, &group_id, &why))
		return true;
	if (error_is(why, ERR_GONE))
		return fail(err, ERR_REFUSED,
		            _("o%lld is under way and may have arrived; wait until that is known"),
		            (long long)group_id);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!outbox_find(cli, groups, ops, err))
		return false;
	return args_has(cli->args, "dry-run") || cancel(cli, groups, err);
}

const Verb verb_outbox_cancel = {
	.name = "outbox cancel",
	.summary = N_("Take back what has not reached the server"),
	.description = N_("A message goes back to the drafts, with its text and all that is attached; any other change is undone here. What is just under way cannot be taken back."),
	.operands = N_("ID…"), .operands_min = 1, .operands_max = -1,
	.uses = USES_ENGINE,
	.examples = {
		{ "outbox cancel o17", N_("One") },
		{ "outbox list -0 | xargs -0 postern outbox cancel", N_("All") },
		{ "outbox cancel o17 --dry-run", N_("Is there such a thing?") },
	},
	.exits = { EXIT_NOTHING, EXIT_REFUSED, EXIT_CONFLICT },
	.run = run,
};
