#include "app/signature.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/answer.h"
#include "cli/letter.h"

static const ArgOption options[] = {
	{ 0, "everybody", ARG_FLAG, NULL, NULL, N_("to everybody who got it") },
	{ 0, "list", ARG_FLAG, NULL, NULL, N_("to the list that it came through") },
	{ 0, "no-quote", ARG_FLAG, NULL, NULL, N_("without the original below") },
	{ 0, "quick", ARG_TEXT, N_("NAME"), NULL, N_("with this quick reply; see “quick-reply list”") },
	LETTER_OPTIONS,
	SEND_OPTIONS,
	{ 0 },
};

static bool choose_kind(const Cli *cli, DraftKind *ret_kind, GError **err)
{
	bool all = args_has(cli->args, "everybody"), list = args_has(cli->args, "list");

	if (all && list)
		return fail(err, ERR_USAGE, _("mail reply: say --everybody or --list, not both"));
	*ret_kind = all ? DRAFT_REPLY_ALL : list ? DRAFT_REPLY_LIST : DRAFT_REPLY;
	return true;
}

static void drop_quote(Draft *draft)
{
	draft->body[0] = '\0';
	draft->quote_bytes = 0;
}

static bool check_options(const Cli *cli, GError **err)
{
	return !args_has(cli->args, "quick") || !args_has(cli->args, "body") ||
	       fail(err, ERR_USAGE, _("mail reply: say --quick or --body, not both"));
}

/* The text of --quick, which need not be given. */
static bool say_quickly(const Cli *cli, const Account *account, Draft *draft, GError **err)
{
	const char *name = args_text(cli->args, "quick");
	g_autofree char *words =
		name ? quick_reply_load(cli->paths, account->name, name, err) : NULL;

	if (words)
		draft_say_above(draft, words);
	return !name || words;
}

static bool run(Cli *cli, GError **err)
{
	const Account *account;
	g_autoptr(Draft) draft = NULL;
	DraftKind kind = DRAFT_REPLY;

	if (!choose_kind(cli, &kind, err) || !check_options(cli, err))
		return false;
	draft = answer_begin(cli, args_operands(cli->args)[0], kind, &account, err);
	if (!draft)
		return false;
	if (args_has(cli->args, "no-quote"))
		drop_quote(draft);
	return say_quickly(cli, account, draft, err) &&
	       letter_fill(cli, draft, !args_has(cli->args, "quick"), err) &&
	       letter_finish(cli, account, draft, err);
}

const Verb verb_mail_reply = {
	.name = "mail reply",
	.summary = N_("Answer a mail"),
	.description = N_("The text comes from --body, from a quick reply or from the standard input, and goes above the original. Recipients of the options are added to those of the answer. Where the server can, it marks the original as answered. Returns when the server has confirmed."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail reply m1k2x9 --body 'Yes.'", N_("To its sender") },
		{ "mail reply m1k2x9 --everybody --attach plan.pdf < text.txt", N_("To everybody, with a file") },
		{ "mail reply m1k2x9 --quick thanks", N_("With a text that is kept for that") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
