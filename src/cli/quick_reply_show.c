#include "app/signature.h"
#include "base/i18n.h"
#include "cli/quick_replies.h"

static bool run(Cli *cli, GError **err)
{
	const char *name = args_operands(cli->args)[0], *account;
	g_autofree char *text = NULL;

	if (!quick_reply_account(cli, &account, err) ||
	    !(text = quick_reply_load(cli->paths, account, name, err)))
		return false;
	if (output_form(cli->output) != OUTPUT_TEXT || args_has(cli->args, "fields"))
		return quick_reply_put(cli, account, name, text, err);
	output_text(cli->output, text);
	return true;
}

const Verb verb_quick_reply_show = {
	.name = "quick-reply show",
	.summary = N_("Show a quick reply"),
	.description = N_("Its text, as “quick-reply set” takes it. With -a the one that this account answers with: its own, else the one for all."),
	.operands = N_("NAME"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ACCOUNT,
	.examples = {
		{ "quick-reply show thanks", N_("The one for all accounts") },
		{ "quick-reply show thanks -a work", N_("What one account answers with") },
		{ "quick-reply show thanks | sed 's/Ada/Grace/' | postern quick-reply set thanks", N_("Another name in it") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
