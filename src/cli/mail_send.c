#include "base/error.h"
#include "base/i18n.h"
#include "cli/letter.h"

static const ArgOption options[] = { LETTER_OPTIONS, SEND_OPTIONS, { 0 } };

static bool run(Cli *cli, GError **err)
{
	const Account *account = cli_account(cli, err);
	g_autoptr(Draft) draft = account ? letter_new(cli, account) : NULL;

	return draft && letter_fill(cli, draft, true, err) &&
	       letter_finish(cli, account, draft, err);
}

const Verb verb_mail_send = {
	.name = "mail send",
	.summary = N_("Write a mail and send it"),
	.description = N_("The text comes from --body or the standard input. Returns when the server has confirmed; until then the mail is in the Outbox, and no cut line, full disk or crash loses it or sends it twice. --dry-run prints the mail as it would leave."),
	.operands_max = 0,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail send --to grace@example.org -s Lunch --body 'At noon?'", N_("Short") },
		{ "mail send --to grace@example.org -s Report --attach report.pdf < text.txt", N_("With a file") },
		{ "mail send --to grace@example.org -s Later --hold 60 < text.txt", N_("In an hour, by a sync that runs then") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
