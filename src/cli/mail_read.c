#include "base/i18n.h"
#include "cli/mark.h"

static bool run(Cli *cli, GError **err) { return mark_picked(cli, true, err); }

const Verb verb_mail_read = {
	.name = "mail read",
	.summary = N_("Mark mail as read"),
	.description = N_("Marks; “postern mail show” is what shows it. Names mail like “mail archive” does. Returns when the server has confirmed; with --queue as soon as it is stored here."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = organise_options,
	.examples = {
		{ "mail read m1k2x9", N_("One mail") },
		{ "mail read --all -f Lists", N_("A whole folder") },
		{ "mail list -f inbox --unread -0 | postern mail read -0", N_("What another command lists") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
