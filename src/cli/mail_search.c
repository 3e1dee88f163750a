#include "base/i18n.h"
#include "cli/mail.h"

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	g_autofree char *query = mail_query_text(cli);
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
	                  "goes behind --."),
	.operands = N_("QUERY…"), .operands_min = 1, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER,
	.examples = {
		{ "mail search from:grace quarterly figures", N_("Words, and who sent them") },
		{ "mail search is:unread newer:2d -f inbox", N_("Unread mail of two days") },
		{ "mail search 'subject:\"release plan\"' --jsonl", N_("A phrase, for a script") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
