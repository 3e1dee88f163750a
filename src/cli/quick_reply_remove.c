#include "app/signature.h"
#include "base/i18n.h"
#include "cli/quick_replies.h"

static bool run(Cli *cli, GError **err)
{
	const char *name = args_operands(cli->args)[0], *account;

	if (!quick_reply_account(cli, &account, err))
		return false;
	return (args_has(cli->args, "dry-run") ? quick_reply_is_own : quick_reply_remove)(
		cli->paths, account, name, err);
}

const Verb verb_quick_reply_remove = {
	.name = "quick-reply remove",
	.summary = N_("Remove a quick reply"),
	.description = N_("The one for all accounts, or with -a the one that this account has of its own."),
	.operands = N_("NAME"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ACCOUNT,
	.examples = {
		{ "quick-reply remove thanks", N_("The one for all accounts") },
		{ "quick-reply remove thanks -a work", N_("The one of an account; that for all stays") },
		{ "quick-reply remove thanks --dry-run", N_("Is there such a quick reply?") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
