#include "base/i18n.h"
#include "cli/foldering.h"

static char *question(const char *path)
{
	return g_strdup_printf(_("Delete all mail in %s for good?"), path);
}

static bool run(Cli *cli, GError **err)
{
	return foldering_destroy(cli, OP_FOLDER_EMPTY, question, err);
}

const Verb verb_folder_empty = {
	.name = "folder empty",
	.summary = N_("Delete all mail of a folder"),
	.description = N_("For good, on the server as well, whatever part of it is here. The folders below stay. Asks first; --yes answers."),
	.operands = N_("FOLDER"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FOLDER,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = foldering_options,
	.examples = {
		{ "folder empty deleted", N_("The trash; asks first") },
		{ "folder empty 'Junk Email' --yes", N_("Does not ask") },
		{ "folder empty deleted --yes --queue", N_("Without waiting for the server") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
