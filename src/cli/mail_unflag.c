#include "base/i18n.h"
#include "cli/organise.h"

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	bool has_flag = message->flags & (MESSAGE_FLAGGED | MESSAGE_DONE);

	(void)organise;
	(void)data;
	(void)err;
	return has_flag ? op_new_flag(message->id, FLAG_NONE, NULL, 0) : NULL;
}

static bool run(Cli *cli, GError **err) { return organise_mail(cli, op_for, NULL, err); }

const Verb verb_mail_unflag = {
	.name = "mail unflag",
	.summary = N_("Take the flag away"),
	.description = N_("Also that of what is done. Names mail like “mail archive” does."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = organise_options,
	.examples = {
		{ "mail unflag m1k2x9", N_("One mail") },
		{ "mail unflag --all -f inbox is:flagged", N_("What a query finds") },
		{ "mail unflag --all is:flagged before:2025-01-01 --dry-run", N_("What would be changed") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
