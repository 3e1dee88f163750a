#include "base/i18n.h"
#include "cli/drafts.h"
#include "cli/engine.h"

static bool drop(Cli *cli, int64_t id, GError **err)
{
	g_autoptr(Errand) errand = cli_engine_still(cli, err);
	g_autoptr(SyncEvent) answer = NULL;

	return errand &&
	       errand_answer(errand, sync_draft_drop(errand_client(errand), id), &answer, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Draft) draft = NULL;
	int64_t id;

	if (!drafts_load(cli, &id, &draft, NULL, err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	return drop(cli, id, err);
}

const Verb verb_draft_delete = {
	.name = "draft delete",
	.summary = N_("Throw a draft away"),
	.description = N_("For good, with all that is attached. One in the Outbox has to be taken back first, with “outbox cancel”."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ENGINE,
	.examples = {
		{ "draft delete d17", N_("One") },
		{ "draft list -0 | xargs -0 -n1 postern draft delete", N_("All") },
		{ "draft delete d17 --dry-run", N_("Is there such a draft?") },
	},
	.exits = { EXIT_NOTHING, EXIT_REFUSED, EXIT_CONFLICT },
	.run = run,
};
