#include "base/error.h"
#include "base/i18n.h"
#include "cli/foldering.h"

static const ArgOption options[] = {
	{ 't', "to", ARG_FOLDER, N_("FOLDER"), NULL, N_("into this folder") },
	{ 0, "to-root", ARG_FLAG, NULL, NULL, N_("out of all folders") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

static bool check_target(const Args *args, GError **err)
{
	return args_has(args, "to") != args_has(args, "to-root") ||
	       fail(err, ERR_USAGE, _("folder move: say --to FOLDER or --to-root"));
}

static bool run(Cli *cli, GError **err)
{
	const char *target = args_text(cli->args, "to");
	g_auto(Scope) scope = { 0 };
	const Folder *folder, *above = NULL;
	Op *op;

	if (!check_target(cli->args, err) || !scope_find(cli, &scope, err) ||
	    !(folder = foldering_find(&scope, args_operands(cli->args)[0], err)) ||
	    (target && !(above = foldering_find(&scope, target, err))))
		return false;
	op = op_new(OP_FOLDER_UPDATE);
	op->folder_id = folder->id;
	op->value.folder_id = above ? above->id : 0;
	op->value.text = g_strdup(folder->name);
	return foldering_change(cli, &scope, op, folder->name, err);
}

const Verb verb_folder_move = {
	.name = "folder move",
	.summary = N_("Put a folder into another one"),
	.description = N_("With its mail and the folders below it, within its account."),
	.operands = N_("FOLDER"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FOLDER,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "folder move Lists --to Archive", N_("It becomes Archive/Lists") },
		{ "folder move Archive/Lists --to-root", N_("And back") },
		{ "folder move Lists --to Archive --queue", N_("Without waiting for the server") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
