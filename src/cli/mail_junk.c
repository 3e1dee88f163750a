#include "base/i18n.h"
#include "cli/organise.h"

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	(void)data;
	return organise_move_to(organise, message, PLACE_JUNK, err);
}

static bool run(Cli *cli, GError **err) { return organise_mail(cli, op_for, NULL, err); }

const Verb verb_mail_junk = {
	.name = "mail junk",
	.summary = N_("Move mail to the junk folder"),
	.description = N_("Moves to the folder that the setting mail.junk_folder names, else the one called Junk or Spam. The server's filter may learn from it. Names mail like “mail archive” does."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = organise_options,
	.examples = {
		{ "mail junk m1k2x9", N_("One mail") },
		{ "mail junk --all from:casino", N_("What a query finds") },
		{ "mail junk --all from:casino --dry-run", N_("What would be moved") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
