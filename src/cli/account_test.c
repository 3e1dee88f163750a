#include "app/account_file.h"
#include "app/account_setup.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"
#include "cli/session.h"

enum { TEST_TIMEOUT_MS = 60 * 1000 };

/* NULL in *ret_password: by the account's command. */
static bool find_password(Cli *cli, const Account *account, Secret **ret_password, GError **err)
{
	Secret *given = NULL;

	if (!cli_password(cli, &given, err))
		return false;
	if (given || account->password_command || !cli_may_ask(cli)) {
		*ret_password = given ? secret_ref(given) : NULL;
		return true;
	}
	g_autofree char *question = g_strdup_printf(_("Password of %s:"), account->user_name);
	*ret_password = ask_secret(question, err);
	return *ret_password != NULL;
}

static bool run(Cli *cli, GError **err)
{
	static const OutputField fields[] = {
		{ "account", N_("Account"), FIELD_TEXT, WIDTH_REST },
		{ "sign_in", N_("Sign-in"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	const GPtrArray *accounts = cli_accounts(cli, err);
	const Account *account = accounts ? accounts_find(accounts, args_operands(cli->args)[0], err) : NULL;
	g_autoptr(Secret) password = NULL;
	g_autofree char *report = NULL;
	int64_t deadline_ms = cli_deadline_ms(cli);

	if (!account || !find_password(cli, account, &password, err))
		return false;
	if (args_has(cli->args, "offline"))
		return fail(err, ERR_USAGE, _("account test: a sign-in cannot be tested --offline"));
	SetupTest test = { .account = account, .password = password, .clock = cli->clock,
	                   .backend = cli_backend(cli, account, err),
	                   .deadline_ms = deadline_ms >= 0 ? deadline_ms : clock_uptime_ms(cli->clock) + TEST_TIMEOUT_MS };
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
