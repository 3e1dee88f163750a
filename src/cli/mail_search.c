#include "base/i18n.h"
#include "cli/mail.h"
#include "cli/server_search.h"

static const ArgOption options[] = {
	{ 0, "server", ARG_FLAG, NULL, NULL, N_("let the server search, also in mail that is not here") },
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	g_autofree char *query = mail_query_text(cli);

	if (args_has(cli->args, "server"))
		return scope_find(cli, &scope, err) && server_search(cli, &scope, query, err);

	MailSelection selection = {
		.cli = cli, .scope = &scope, .query = query, .limit = mail_list_limit(cli)
	};

	return scope_find_wide(cli, &scope, err) && mail_put_list(&selection, err);
}

const Verb verb_mail_search = {
	.name = "mail search",
	.summary = N_("Find mail, newest first"),
	.description = N_("Finds what is here in every account, or where -a and -f say. Words must all be there; see postern-query(7) for "
	                  "fields, dates and the rest. The output is that of “mail list”. A query that begins with a minus "
	                  "goes behind --. With --server the account's server searches in all its mail: words and dates, and of "
	                  "what it finds from:, to:, subject:, is:read, is:unread, is:important and has:attachment, nothing else; at most "
	                  "100 are looked at, and those that are not here have no id."),
	.operands = N_("QUERY…"), .operands_min = 1, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail search from:grace quarterly figures", N_("Words, and who sent them") },
		{ "mail search is:unread newer:2d -f inbox", N_("Unread mail of two days") },
		{ "mail search --server offer after:2019-01-01", N_("Old mail, by the server") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
