#include "app/account_file.h"
#include "base/i18n.h"
#include "cli/session.h"

enum { FIELDS_MAX = 32 };

/* Every key of the file, by the table account.def, and what the server told us. */
static bool run(Cli *cli, GError **err)
{
	OutputField fields[FIELDS_MAX] = { { "name", N_("name"), FIELD_TEXT, WIDTH_REST } };
	OutputValue values[FIELDS_MAX] = { { 0 } };
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	const char *name = args_operands(cli->args)[0];
	const GPtrArray *accounts = cli_accounts(cli, err);
	const Account *account = accounts ? accounts_find(accounts, name, err) : NULL;
	int count = 1;

	if (!account)
		return false;
	values[0].text = account->name;
	for (const Option *key = account_options(); key->name; key++) {
		g_assert(count < FIELDS_MAX - 1);
		g_ptr_array_add(texts, account_option_value(account, count - 1));
		fields[count] = (OutputField){ key->name, key->name, FIELD_TEXT, WIDTH_REST };
		values[count++].text = g_ptr_array_index(texts, texts->len - 1);
	}
	return output_single(cli->output, fields, values, err);
}

const Verb verb_account_show = {
	.name = "account show",
	.summary = N_("Show what an account is set to"),
	.description = N_("Shows every key of the account's file, defaults included. “postern status” tells how it is doing."),
	.operands = N_("[ACCOUNT]"), .operands_max = 1, .operand_type = ARG_ACCOUNT,
	.examples = {
		{ "account show", N_("The default account") },
		{ "account show work --json", N_("Another one, for a script") },
		{ "account show work --fields server", N_("Only where its server is") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
