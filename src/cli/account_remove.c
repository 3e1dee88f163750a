#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"
#include "cli/engine.h"

static bool confirm(Cli *cli, const Account *account, GError **err)
{
	bool is_yes = args_has(cli->args, "yes");
	g_autofree char *question = g_strdup_printf(
		_("Remove %s and its mail from this computer? The server keeps its mail."),
		account->name);

	if (is_yes)
		return true;
	if (!cli_may_ask(cli))
		return fail(err, ERR_USAGE,
		            _("account remove: say --yes to remove %s without a question"),
		            account->name);
	if (!ask_confirm(question, &is_yes, err))
		return false;
	return is_yes || fail(err, ERR_CANCELLED, _("nothing was removed"));
}

/* Rows first: an account file without rows is harmless, rows without a file would be found by
 * nobody. */
static bool erase_rows(Cli *cli, const Account *account, GError **err)
{
	g_autoptr(AccountState) state = NULL;

	if (!cli_account_state(cli, account, &state, err))
		return false;
	return !state || cli_engine_erase(cli, account, err);
}

/* A default that names nobody would be refused at the next start; the next account is it then. */
static bool forget_default(Cli *cli, const Account *account, GError **err)
{
	const char *chosen = settings_text(cli->settings, SETTING_ACCOUNTS_DEFAULT);

	return g_strcmp0(chosen, account->name) != 0 ||
	       settings_write(cli->paths, SETTING_ACCOUNTS_DEFAULT, NULL, err);
}

static bool run(Cli *cli, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);
	const Account *account =
		accounts ? accounts_find(accounts, args_operands(cli->args)[0], err) : NULL;

	if (!account || (!args_has(cli->args, "dry-run") && !confirm(cli, account, err)))
		return false;
	if (args_has(cli->args, "dry-run")) {
		output_message(_("%s and its mail would be removed from this computer"),
		               account->name);
		return true;
	}
	if (!erase_rows(cli, account, err) || !forget_default(cli, account, err) ||
	    !account_file_remove(cli->paths, account->name, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(_("%s and its mail are removed from this computer"), account->name);
	return true;
}

const Verb verb_account_remove = {
	.name = "account remove",
	.summary = N_("Remove an account and its mail from this computer"),
	.description = N_("Erases the account's mail, state and file here, also while another Postern looks after it: that one forgets it at once. Nothing changes on the server."),
	.operands = N_("ACCOUNT"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_ACCOUNT,
	.examples = {
		{ "account remove work", N_("Asks first") },
		{ "account remove work --yes", N_("Does not ask") },
		{ "account remove work --dry-run", N_("Says what would be done") },
	},
	.exits = { EXIT_NOTHING, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
