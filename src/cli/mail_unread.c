#include "base/i18n.h"
#include "cli/mark.h"

static bool run(Cli *cli, GError **err) { return mark_picked(cli, false, err); }

const Verb verb_mail_unread = {
	.name = "mail unread",
	.summary = N_("Mark mail as unread"),
	.description = N_("Names mail like “mail archive” does. Returns when the server has confirmed; with --queue as soon as it is stored here."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = organise_options,
	.examples = {
		{ "mail unread m1k2x9", N_("One mail") },
		{ "mail unread --all from:boss is:flagged", N_("What a query finds") },
		{ "mail unread m1k2x9 --queue", N_("Without waiting for the server") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
