#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/foldering.h"

/* "A/B" is B in A; the name alone is at the root. */
static Op *op_for(const Scope *scope, const char *path, GError **err)
{
	const char *slash = strrchr(path, '/');
	g_autofree char *above = slash ? g_strndup(path, (gsize)(slash - path)) : NULL;
	const Folder *parent = above ? foldering_find(scope, above, err) : NULL;
	Op *op;

	if (above && !parent)
		return NULL;
	op = op_new(OP_FOLDER_CREATE);
	op->account_id = scope->state->id;
	op->value.folder_id = parent ? parent->id : 0;
	op->value.text = g_strdup(slash ? slash + 1 : path);
	return op;
}

static bool run(Cli *cli, GError **err)
{
	const char *path = args_operands(cli->args)[0];
	g_auto(Scope) scope = { 0 };
	Op *op;

	if (!scope_find(cli, &scope, err))
		return false;
	if (!scope.state)
		return fail(err, ERR_NOT_FOUND, _("%s was never synced; run: postern sync --once"),
		            scope.account->name);
	op = op_for(&scope, path, err);
	return op && foldering_change(cli, &scope, op, path, err);
}

const Verb verb_folder_create = {
	.name = "folder create",
	.summary = N_("Make a folder for mail"),
	.description = N_("Makes it here at once and on the server next, and returns when the server has confirmed; with --queue as soon as it is stored here. The folder above must be there."),
	.operands = N_("PATH"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_TEXT,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = foldering_options,
	.examples = {
		{ "folder create Archive", N_("At the root") },
		{ "folder create Projects/2026 -a work", N_("In another folder") },
		{ "folder create Later --queue", N_("Without waiting for the server") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
