#include "base/i18n.h"
#include "cli/foldering.h"

static char *question(const char *path)
{
	return g_strdup_printf(_("Delete %s with all its mail and the folders below, for good?"), path);
}

static bool run(Cli *cli, GError **err)
{
	return foldering_destroy(cli, OP_FOLDER_DELETE, question, err);
}

const Verb verb_folder_delete = {
	.name = "folder delete",
	.summary = N_("Delete a folder, its mail and the folders below it"),
	.description = N_("For good: nothing of it goes to the trash. Asks first; --yes answers. The folders that the server keeps for itself cannot be deleted."),
	.operands = N_("FOLDER"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FOLDER,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = foldering_options,
	.examples = {
		{ "folder delete Projects/2019", N_("Asks first") },
		{ "folder delete Projects/2019 --yes", N_("Does not ask") },
		{ "folder delete Projects/2019 --dry-run", N_("Is there such a folder?") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
