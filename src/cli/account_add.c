#include <string.h>

#include "app/account_file.h"
#include "app/account_setup.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"
#include "cli/password.h"
#include "cli/session.h"

static const ArgOption options[] = {
	{ 0, "server", ARG_TEXT, N_("URL"), NULL,
	  N_("https://HOST, with a path if it is not /Microsoft-Server-ActiveSync") },
	{ 0, "user", ARG_TEXT, N_("NAME"), NULL,
	  N_("the name to sign in with, as DOMAIN\\name; else the address") },
	{ 0, "password-command", ARG_TEXT, N_("COMMAND"), NULL,
	  N_("a program that prints the password, as “pass show work”; no shell runs") },
	{ 0, "ca-file", ARG_FILE, N_("FILE"), NULL,
	  N_("certificates (PEM) to trust beside the system's") },
	{ 0, "account-name", ARG_TEXT, N_("NAME"), NULL,
	  N_("what to call the account; else its address") },
	{ 0, "sync-window", ARG_CHOICE, N_("SPAN"), "all|1d|3d|1w|2w|1m",
	  N_("how far back mail is kept here: all, 1d, 3d, 1w, 2w or 1m (a month, the default)") },
	{ 0, "allow-plain-http", ARG_FLAG, NULL, NULL,
	  N_("accept an http:// server, which everybody on the way can read") },
	{ 0 },
};

/* The answer to @name: the option, or a person's, or the default. Free with g_free. */
static bool ask_for(Cli *cli, const char *name, const char *question, const char *otherwise,
                    char **ret_text, GError **err)
{
	const char *given = args_text(cli->args, name);

	if (given || !cli_may_ask(cli)) {
		*ret_text = g_strdup(given ? given : otherwise);
		return *ret_text || fail(err, ERR_USAGE, _("account add: --%s is missing"), name);
	}
	*ret_text = ask_line(question, otherwise, err);
	return *ret_text != NULL;
}

static int filter_of(const Cli *cli)
{
	const char *span = args_text(cli->args, "sync-window");

	for (const Option *key = account_options(); span && key->name; key++)
		if (strcmp(key->name, "sync_window") == 0)
			return option_choice(key, span);
	return -1;
}

static Account *make_account(Cli *cli, GError **err)
{
	const char *address = args_operands(cli->args)[0];
	g_autofree char *server = NULL, *user = NULL;

	if (!account_setup_check_address(address, err) ||
	    !ask_for(cli, "server", _("Server (https://…):"), NULL, &server, err) ||
	    !ask_for(cli, "user", _("Name to sign in with:"), address, &user, err))
		return NULL;
	SetupWish wish = {
		.address = address, .server = server, .user_name = user,
		.name = args_text(cli->args, "account-name"),
		.password_command = args_text(cli->args, "password-command"),
		.ca_file = args_text(cli->args, "ca-file"),
		.filter = filter_of(cli),
		.is_plain_http_ok = args_has(cli->args, "allow-plain-http"),
	};
	return account_setup_make(&wish, err);
}

static bool test_account(Cli *cli, const Account *account, char **ret_report, GError **err)
{
	g_autoptr(Secret) password = NULL;

	if (account->password_command && args_has(cli->args, "password-fd"))
		return fail(err, ERR_USAGE,
		            _("--password-command and --password-fd exclude each other"));
	if (!password_find(cli, account, &password, err))
		return false;
	SetupTest test = { .account = account, .password = password, .clock = cli->clock,
	                   .backend = cli_backend(cli, account, err),
	                   .deadline_ms = password_deadline_ms(cli) };
	return test.backend && account_setup_test(&test, ret_report, err);
}

static bool report(Cli *cli, const Account *account, const char *test_report, GError **err)
{
	static const OutputField fields[] = {
		{ "account", N_("Account"), FIELD_TEXT, WIDTH_REST },
		{ "address", N_("Address"), FIELD_TEXT, WIDTH_REST },
		{ "server", N_("Server"), FIELD_TEXT, WIDTH_REST },
		{ "sign_in", N_("Sign-in"), FIELD_TEXT, WIDTH_REST },
		{ "password", N_("Password"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	const OutputValue values[] = {
		{ .text = account->name },
		{ .text = account->address },
		{ .text = account->server_url },
		{ .text = test_report ? test_report : _("not tried") },
		{ .text = account->password_command
		                  ? _("by the command, each time")
		                  : _("used and not stored: it will be asked for again") },
	};

	bool is_silent = cli_is_quiet(cli) && output_form(cli->output) == OUTPUT_TEXT;
	return is_silent || output_single(cli->output, fields, values, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autofree char *test_report = NULL;
	g_autoptr(Account) account = make_account(cli, err);
	bool is_tested = !args_has(cli->args, "offline");

	if (!account)
		return false;
	if (is_tested && !test_account(cli, account, &test_report, err)) {
		g_prefix_error(err, _("the account was not added: "));
		return false;
	}
	if (!args_has(cli->args, "dry-run") && !account_setup_save(cli->paths, account, err))
		return false;
	return report(cli, account, test_report, err);
}

const Verb verb_account_add = {
	.name = "account add",
	.summary = N_("Set up an account"),
	.description = N_("Signs in once to see that it works, and then writes the account to its file. A password that is "
	                  "typed or read from a file descriptor is used and not stored; give --password-command to have it "
	                  "fetched each time. With --offline nothing is tried."),
	.operands = N_("ADDRESS"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_TEXT,
	.uses = USES_ENGINE,
	.options = options,
	.examples = {
		{ "account add alice@example.org", N_("Asks for what it needs") },
		{ "account add alice@example.org --server https://mail.example.org --password-command 'pass show work'",
		  N_("No questions: the password comes from pass") },
		{ "account add alice@example.org --server https://mail.example.org --user 'CORP\\alice' --password-fd 3 --no-input 3< secret",
		  N_("No questions: the password comes from a file descriptor") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT },
	.run = run,
};
