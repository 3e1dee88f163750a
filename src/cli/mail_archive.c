#include "base/i18n.h"
#include "cli/organise.h"

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	(void)data;
	return organise_move_to(organise, message, PLACE_ARCHIVE, err);
}

static bool run(Cli *cli, GError **err) { return organise_mail(cli, op_for, NULL, err); }

const Verb verb_mail_archive = {
	.name = "mail archive",
	.summary = N_("Move mail to the archive"),
	.description = N_("Moves to the folder that the setting mail.archive_folder names, else the one called Archive. Names mail by ids, by -0 with ids on the standard input, or by --all with a query. Returns when the server has confirmed; with --queue as soon as it is stored here."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = organise_options,
	.examples = {
		{ "mail archive m1k2x9", N_("One mail") },
		{ "mail archive --all -f inbox before:2026-01-01", N_("What a query finds in a folder") },
		{ "mail search from:alice -0 | postern mail archive -0", N_("What another command lists") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
