#include "base/error.h"
#include "base/i18n.h"
#include "cli/mark.h"
#include "cli/session.h"

static const ArgOption options[] = {
	{ 0, "read", ARG_FLAG, NULL, NULL, N_("as read") },
	{ 0, "unread", ARG_FLAG, NULL, NULL, N_("as unread") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	bool is_read = args_has(cli->args, "read");

	if (is_read == args_has(cli->args, "unread"))
		return fail(err, ERR_USAGE, _("mail mark: say --read or --unread"));
	return mark_picked(cli, is_read, err);
}

const Verb verb_mail_mark = {
	.name = "mail mark",
	.summary = N_("Mark mail read or unread, here and on the server"),
	.description = N_("The same as “mail read” and “mail unread”. Returns when the server has confirmed; with --queue or --offline the marks are kept here, and sent by the next sync or a Postern that is running."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail mark --read m1k2x9", N_("One mail") },
		{ "mail list -f inbox --unread -0 | xargs -0 postern mail mark --read", N_("All of the Inbox") },
		{ "mail mark --unread m1k2x9 --offline", N_("To be sent later") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
