#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	static const OutputField fields[] = {
		{ "name", N_("Name"), FIELD_TEXT, 28 },
		{ "address", N_("Address"), FIELD_TEXT, 28 },
		{ "default", N_("Default"), FIELD_BOOL, 7 },
		{ "server", N_("Server"), FIELD_TEXT, WIDTH_REST },
		{ "user", N_("User"), FIELD_TEXT, WIDTH_HIDDEN },
		{ 0 },
	};
	const GPtrArray *accounts = cli_accounts(cli, err);

	if (!accounts || !output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		const OutputValue values[] = { { .text = account->name },
			                       { .text = account->address },
			                       { .number = account->is_default },
			                       { .text = account->server_url },
			                       { .text = account->user_name } };
		output_record(cli->output, values);
	}
	if (accounts->len == 0) {
		output_message(
			"%s",
			_("there is no account yet; add one with: postern account add ADDRESS"));
		cli_set_exit(cli, EXIT_NOTHING);
	}
	return true;
}

const Verb verb_account_list = {
	.name = "account list",
	.summary = N_("List the accounts"),
	.description = N_("Lists the accounts, the default first."),
	.examples = {
		{ "account list", N_("All accounts") },
		{ "account list --json", N_("The same for a script") },
		{ "account list -0 | xargs -0 -n1 postern sync --once -a", N_("Sync one after the other") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
