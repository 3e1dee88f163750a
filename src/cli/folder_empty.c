#include "base/i18n.h"
#include "cli/foldering.h"

static bool confirm(const Cli *cli, const char *path, GError **err)
{
	g_autofree char *question = g_strdup_printf(_("Delete all mail in %s for good?"), path);

	return cli_confirm(cli, question, err);
}

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	const Folder *folder = scope_find(cli, &scope, err)
	                               ? foldering_find(&scope, args_operands(cli->args)[0], err)
	                               : NULL;
	g_autofree char *path = folder ? scope_folder_path(scope.folders, folder) : NULL;
	Op *op;

	if (!folder || !confirm(cli, path, err))
		return false;
	op = op_new(OP_FOLDER_EMPTY);
	op->folder_id = folder->id;
	return foldering_change(cli, &scope, op, path, err);
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
