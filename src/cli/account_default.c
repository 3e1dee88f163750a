#include "app/account_file.h"
#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	/* A default that names nobody is what this verb mends, so it is not looked at. */
	g_autoptr(Settings) defaults = settings_new();
	const char *name = args_operands(cli->args)[0];

	if (!accounts_load(cli->paths, defaults, &cli->accounts, err))
		return false;
	const Account *account = accounts_find(cli->accounts, name, err);
	if (!account)
		return false;
	if (!args_has(cli->args, "dry-run") &&
	    !settings_write(cli->paths, SETTING_ACCOUNTS_DEFAULT, account->name, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(_("%s is the default account now"), account->name);
	return true;
}

const Verb verb_account_default = {
	.name = "account default",
	.summary = N_("Choose the account that is meant when none is named"),
	.description = N_("Writes accounts.default into the settings."),
	.operands = N_("ACCOUNT"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_ACCOUNT,
	.examples = {
		{ "account default work", N_("By name") },
		{ "account default alice@example.org", N_("By address") },
		{ "config get accounts.default", N_("What it is now") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
