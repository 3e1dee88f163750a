#include "base/i18n.h"
#include "cli/foldering.h"

static bool run(Cli *cli, GError **err)
{
	const char *const *words = args_operands(cli->args);
	g_auto(Scope) scope = { 0 };
	const Folder *folder =
		scope_find(cli, &scope, err) ? foldering_find(&scope, words[0], err) : NULL;
	Op *op;

	if (!folder)
		return false;
	op = op_new(OP_FOLDER_UPDATE);
	op->folder_id = folder->id;
	op->value.folder_id = foldering_parent_id(&scope, folder);
	op->value.text = g_strdup(words[1]);
	return foldering_change(cli, &scope, op, words[1], err);
}

const Verb verb_folder_rename = {
	.name = "folder rename",
	.summary = N_("Give a folder another name"),
	.description = N_("It stays where it is; “folder move” puts it elsewhere. The folders that the server keeps for itself, as the Inbox, cannot be renamed."),
	.operands = N_("FOLDER NAME"), .operands_min = 2, .operands_max = 2, .operand_type = ARG_FOLDER,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = foldering_options,
	.examples = {
		{ "folder rename Projects/2025 Old", N_("It becomes Projects/Old") },
		{ "folder rename Lists Reading -a work", N_("Of another account") },
		{ "folder rename Lists Reading --dry-run", N_("Is there such a folder?") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
