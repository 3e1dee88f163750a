#include "app/signature.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/quick_replies.h"

static const OutputField fields[] = {
	{ "name", N_("Name"), FIELD_TEXT, 20 },
	{ "account", N_("Account"), FIELD_TEXT, 20 },
	{ "text", N_("Text"), FIELD_TEXT, WIDTH_REST },
	{ 0 },
};

/* @account NULL: it is for all. */
static bool put(Cli *cli, const char *account, const char *name, GError **err)
{
	g_autofree char *text = quick_reply_load(cli->paths, account, name, err);

	if (!text)
		return false;
	g_autofree char *line = output_form(cli->output) == OUTPUT_TEXT ? text_one_line(text)
	                                                                 : g_strdup(text);
	const OutputValue values[] = { { .text = name }, { .text = account }, { .text = line } };
	output_record(cli->output, values);
	return true;
}

/* Those of @account alone, or those for all but what it has of the same name. */
static bool put_all(Cli *cli, const char *account, const GPtrArray *hidden, GError **err)
{
	g_autoptr(GPtrArray) names = quick_reply_own_names(cli->paths, account);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		bool is_hidden = hidden && g_ptr_array_find_with_equal_func(
						   (GPtrArray *)hidden, name, g_str_equal, NULL);
		if (!is_hidden && !put(cli, account, name, err))
			return false;
	}
	return true;
}

static bool put_of_account(Cli *cli, const char *account, GError **err)
{
	g_autoptr(GPtrArray) own = quick_reply_own_names(cli->paths, account);

	return put_all(cli, account, NULL, err) && put_all(cli, NULL, own, err);
}

static bool put_of_all(Cli *cli, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);
	bool ok = accounts && put_all(cli, NULL, NULL, err);

	for (guint i = 0; ok && i < accounts->len; i++)
		ok = put_all(cli, ((const Account *)g_ptr_array_index(accounts, i))->name, NULL, err);
	return ok;
}

static bool run(Cli *cli, GError **err)
{
	const char *account;

	if (!quick_reply_account(cli, &account, err) || !output_begin(cli->output, fields, err))
		return false;
	return account ? put_of_account(cli, account, err) : put_of_all(cli, err);
}

const Verb verb_quick_reply_list = {
	.name = "quick-reply list",
	.summary = N_("List the quick replies"),
	.description = N_("The texts that gQ and “mail reply --quick” answer with; without an account those for all of them. With -a what that account has, its own before those for all."),
	.uses = USES_ACCOUNT,
	.examples = {
		{ "quick-reply list", N_("Each with its account and how it begins") },
		{ "quick-reply list -a work", N_("What one account can answer with") },
		{ "quick-reply list --json", N_("With the whole texts, for a script") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
