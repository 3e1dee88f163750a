#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/answer.h"
#include "cli/letter.h"
#include "cli/pick.h"

static const ArgOption options[] = {
	{ 0, "as-attachment", ARG_FLAG, NULL, NULL,
	  N_("the original goes along whole, as an attachment; several in one mail") },
	{ 0, "to-account", ARG_ACCOUNT, N_("ACCOUNT"), NULL,
	  N_("to another account of yours; implies --as-attachment") },
	LETTER_OPTIONS,
	SEND_OPTIONS,
	{ 0 },
};

/* The account of --to-account; NULL without one. */
static bool find_target(Cli *cli, const Account **ret_target, GError **err)
{
	const char *name = args_text(cli->args, "to-account");
	const GPtrArray *accounts = name ? cli_accounts(cli, err) : NULL;

	*ret_target = accounts ? accounts_find(accounts, name, err) : NULL;
	return !name || *ret_target;
}

/* One is an answer of its own kind; several go along attached or not at all. */
static Draft *begin(Cli *cli, const GPtrArray *messages, bool is_attached,
                    const Account **ret_account, GError **err)
{
	if (messages->len > 1 && !is_attached)
		return fail_null(err, ERR_USAGE,
		                 _("mail forward: several go along with --as-attachment alone"));
	if (messages->len > 1)
		return answer_attach(cli, messages, ret_account, err);
	g_autofree char *id = message_id_format(((Message *)g_ptr_array_index(messages, 0))->id);
	return answer_begin(cli, id, is_attached ? DRAFT_FORWARD_ATTACHED : DRAFT_FORWARD,
	                    ret_account, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GPtrArray) messages = pick_messages(cli, err);
	const Account *account, *target;

	if (!messages || !find_target(cli, &target, err))
		return false;
	g_autoptr(Draft) draft = begin(
		cli, messages, target || args_has(cli->args, "as-attachment"), &account, err);
	if (!draft)
		return false;
	if (target == account)
		return fail(err, ERR_USAGE, _("mail forward: that is in %s already"),
		            account->name);
	draft->to = target ? g_strdup(target->address) : NULL;
	return letter_fill(cli, draft, false, err) && letter_finish(cli, account, draft, err);
}

const Verb verb_mail_forward = {
	.name = "mail forward",
	.summary = N_("Pass mail on"),
	.description = N_("With its attachments, which are not downloaded where the server can add them. Text of --body goes above the original. Names mail like “mail archive” does; several go along as attachments of one mail. This is also how mail gets into another account, since ActiveSync neither moves nor copies it there: --to-account sends copies whole, and the originals stay. Returns when the server has confirmed."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail forward m1k2x9 --to grace@example.org --body 'For you.'", N_("With a word") },
		{ "mail forward m1k2x9 --to grace@example.org --as-attachment", N_("Untouched") },
		{ "mail forward --all -f Projects is:flagged --to-account home", N_("Copies into another account") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
