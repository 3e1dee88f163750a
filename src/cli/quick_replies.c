#include "cli/quick_replies.h"

#include "base/i18n.h"

bool quick_reply_account(Cli *cli, const char **ret_account, GError **err)
{
	const Account *account = args_has(cli->args, "account") ? cli_account(cli, err) : NULL;

	*ret_account = account ? account->name : NULL;
	return account || !args_has(cli->args, "account");
}

bool quick_reply_put(Cli *cli, const char *account, const char *name, const char *text, GError **err)
{
	static const OutputField fields[] = {
		{ "name", N_("Name"), FIELD_TEXT, WIDTH_REST },
		{ "account", N_("Account"), FIELD_TEXT, WIDTH_REST },
		{ "text", N_("Text"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	const OutputValue values[] = { { .text = name }, { .text = account }, { .text = text } };

	return output_single(cli->output, fields, values, err);
}
