#include "base/error.h"
#include "base/i18n.h"
#include "cli/mail.h"

enum { ROWS_AT_ONCE = 500 };

static const ArgOption options[] = {
	{ 0, "unread", ARG_FLAG, NULL, NULL, N_("only what is unread") },
	{ 0 },
};

/* Prints rows until there are no more or @limit (0: none) is reached; a row may go between two questions, never come twice. */
static bool put_rows(const MailList *list, const ListQuery *query, int64_t limit, int64_t *ret_count, bool *ret_is_whole, GError **err)
{
	ListPlace place = { 0 };
	int64_t count = 0;

	for (;;) {
		g_autoptr(GPtrArray) rows = NULL;
		int64_t wanted = limit ? MIN(limit - count + 1, ROWS_AT_ONCE) : ROWS_AT_ONCE;
		if (!store_read_list(list->cli->reader, query, &place, false, (unsigned)wanted, &rows, err))
			return false;
		for (guint i = 0; i < rows->len; i++) {
			const ListRow *row = g_ptr_array_index(rows, i);
			*ret_count = count;
			*ret_is_whole = false;
			if (limit && count == limit)
				return true;
			if (!mail_list_row(list, row, err))
				return false;
			place = row->place;
			count++;
		}
		if (rows->len < (guint)wanted)
			break;
	}
	*ret_count = count;
	*ret_is_whole = true;
	return true;
}

static void tell_rest(Cli *cli, const Scope *scope, int64_t count, bool is_whole)
{
	if (count == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	if (output_form(cli->output) != OUTPUT_TEXT || cli_is_quiet(cli))
		return;
	if (!scope->state)
		output_message(_("%s was never synced; run: postern sync --once"), scope->account->name);
	else if (count == 0)
		output_message("%s", _("nothing matched"));
	else if (!is_whole && !args_has(cli->args, "limit"))
		output_message("%s", _("there are more; -n N shows N, --all shows all"));
}

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	int64_t count = 0;
	bool is_whole = true;

	if (!scope_find(cli, &scope, err))
		return false;
	MailList list = { cli, &scope };
	ListQuery query = mail_query(&scope);
	query.only_unread = args_has(cli->args, "unread");
	if (!mail_list_begin(&list, err) ||
	    (scope.state && !put_rows(&list, &query, mail_list_limit(cli), &count, &is_whole, err)))
		return false;
	output_meta_bool(cli->output, "complete", is_whole);
	tell_rest(cli, &scope, count, is_whole);
	return true;
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
