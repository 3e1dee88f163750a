#include "app/account_file.h"
#include "app/account_setup.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/password.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	static const OutputField fields[] = {
		{ "account", N_("Account"), FIELD_TEXT, WIDTH_REST },
		{ "sign_in", N_("Sign-in"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	const GPtrArray *accounts = cli_accounts(cli, err);
	const Account *account =
		accounts ? accounts_find(accounts, args_operands(cli->args)[0], err) : NULL;
	g_autoptr(Secret) password = NULL;
	g_autofree char *report = NULL;

	if (!account || !password_find(cli, account, &password, err))
		return false;
	if (args_has(cli->args, "offline"))
		return fail(err, ERR_USAGE,
		            _("account test: a sign-in cannot be tested --offline"));
	SetupTest test = { .account = account, .password = password, .clock = cli->clock,
	                   .backend = cli_backend(cli, account, err),
	                   .deadline_ms = password_deadline_ms(cli) };
	if (!test.backend || !account_setup_test(&test, &report, err))
		return false;
	const OutputValue values[] = { { .text = account->name }, { .text = report } };
	return output_single(cli->output, fields, values, err);
}

const Verb verb_account_test = {
	.name = "account test",
	.summary = N_("Sign in once and say what came of it"),
	.description = N_("Asks the server what it can do, with the account's name and password. Nothing is synced. "
	                  "“postern doctor” looks closer."),
	.operands = N_("[ACCOUNT]"), .operands_max = 1, .operand_type = ARG_ACCOUNT,
	.uses = USES_ENGINE,
	.examples = {
		{ "account test", N_("The default account") },
		{ "account test work --json", N_("For a script: see “error” when it fails") },
		{ "account test work --password-fd 3 --no-input 3< secret", N_("With a password from a file descriptor") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK },
	.run = run,
};
