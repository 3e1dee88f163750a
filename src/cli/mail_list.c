#include "base/i18n.h"
#include "cli/mail.h"

static const ArgOption options[] = {
	{ 0, "unread", ARG_FLAG, NULL, NULL, N_("only what is unread") },
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	MailSelection selection = { .cli = cli, .scope = &scope, .limit = mail_list_limit(cli),
	                            .only_unread = args_has(cli->args, "unread") };

	return scope_find(cli, &scope, err) && mail_put_list(&selection, err);
}

const Verb verb_mail_list = {
	.name = "mail list",
	.summary = N_("List mail, newest first"),
	.description = N_("Lists what is here: every mail folder of the account, or one with -f. Text stops after the number of lines "
	                  "that list.limit sets; the forms for scripts give everything unless -n says otherwise, and "
	                  "the JSON document says in “meta” whether it is complete. Marks: N unread, F flagged, ! important, "
	                  "I invitation, @ attachment."),
	.uses = USES_ACCOUNT | USES_FOLDER,
	.options = options,
	.examples = {
		{ "mail list -f inbox", N_("The newest of the Inbox") },
		{ "mail list --unread --fields id,from,subject", N_("Unread mail, separated by tabs") },
		{ "mail list --jsonl", N_("Everything, one object a line") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
