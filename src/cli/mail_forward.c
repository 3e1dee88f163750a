#include "base/i18n.h"
#include "cli/answer.h"
#include "cli/letter.h"

static const ArgOption options[] = {
	{ 0, "as-attachment", ARG_FLAG, NULL, NULL,
	  N_("the original goes along whole, as an attachment") },
	LETTER_OPTIONS,
	SEND_OPTIONS,
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	bool is_attached = args_has(cli->args, "as-attachment");
	const Account *account;
	g_autoptr(Draft) draft =
		answer_begin(cli, args_operands(cli->args)[0],
	                     is_attached ? DRAFT_FORWARD_ATTACHED : DRAFT_FORWARD, &account, err);

	return draft && letter_fill(cli, draft, false, err) &&
	       letter_finish(cli, account, draft, err);
}

const Verb verb_mail_forward = {
	.name = "mail forward",
	.summary = N_("Pass a mail on"),
	.description = N_("With its attachments, which are not downloaded where the server can add them. Text of --body goes above the original. Returns when the server has confirmed."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail forward m1k2x9 --to grace@example.org", N_("As it is") },
		{ "mail forward m1k2x9 --to grace@example.org --body 'For you.'", N_("With a word") },
		{ "mail forward m1k2x9 --to grace@example.org --as-attachment", N_("Untouched") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
