#include <string.h>

#include "app/signature.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/input.h"
#include "cli/quick_replies.h"

enum { TEXT_BYTES_MAX = 256 << 10 };

static const ArgOption options[] = {
	{ 0, "text", ARG_TEXT, N_("TEXT"), NULL, N_("the text; without this it is read from the standard input") },
	{ 0, "text-file", ARG_FILE, N_("FILE"), NULL, N_("the same from a file") },
	{ 0 },
};

static char *read_text(Cli *cli, GError **err)
{
	const char *text = args_text(cli->args, "text"), *path = args_text(cli->args, "text-file");

	if (text && path)
		return fail_null(err, ERR_USAGE,
		                 _("quick-reply set: --text and --text-file exclude each other"));
	return text ? g_strconcat(text, "\n", NULL)
	            : input_text(path ? path : "-", TEXT_BYTES_MAX, err);
}

static bool run(Cli *cli, GError **err)
{
	const char *name = args_operands(cli->args)[0], *account;
	g_autofree char *text = NULL;

	if (!quick_reply_account(cli, &account, err) || !(text = read_text(cli, err)))
		return false;
	if (!text[strspn(text, " \t\n")])
		return fail(err, ERR_USAGE,
		            _("quick-reply set: the text is empty; “quick-reply remove” takes one away"));
	if (!args_has(cli->args, "dry-run") &&
	    !quick_reply_save(cli->paths, account, name, text, err))
		return false;
	return cli_is_quiet(cli) || quick_reply_put(cli, account, name, text, err);
}

const Verb verb_quick_reply_set = {
	.name = "quick-reply set",
	.summary = N_("Write a quick reply"),
	.description = N_("Makes it, or writes over the text that it had: one for all accounts, or with -a one of that account alone, which then goes before the other. It is a file in replies/, beside the settings."),
	.operands = N_("NAME"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ACCOUNT,
	.options = options,
	.examples = {
		{ "quick-reply set thanks --text 'Thank you!'", N_("For all accounts") },
		{ "quick-reply set thanks -a work --text-file thanks.txt", N_("For one account, from a file") },
		{ "quick-reply set thanks < thanks.txt", N_("From the standard input") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
