#include <string.h>

#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/mail.h"
#include "cli/organise.h"
#include "cli/scope.h"

static const ArgOption options[] = {
	{ 't', "to", ARG_FOLDER, N_("FOLDER"), NULL,
	  N_("where to: inbox, deleted …, a name, or a path as A/B") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

/* The account that @name begins with, as in "work/Inbox", if @message is in another; else NULL. */
static const Account *other_account(Cli *cli, const Message *message, const char *name)
{
	g_autofree char *first = g_strndup(name, strcspn(name, "/"));
	const GPtrArray *accounts = cli_accounts(cli, NULL);
	const Account *account = accounts ? accounts_find(accounts, first, NULL) : NULL;

	return account == mail_account(cli, message, NULL) ? NULL : account;
}

static void refuse(Cli *cli, const Message *message, const char *name, GError **err)
{
	const Account *account = other_account(cli, message, name);

	if (account)
		fail(err, ERR_REFUSED,
		     _("ActiveSync moves no mail to another account; “postern mail forward --to-account %s ID…” sends copies there"),
		     account->name);
	else
		fail(err, ERR_NOT_FOUND,
		     _("the account of this message has no folder “%s”; “postern folder list” shows them"),
		     name);
}

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	const char *name = data;
	const GPtrArray *folders = organise_folders(organise, message, err);
	const Folder *folder = folders ? scope_folder_named(folders, name) : NULL;

	if (folders && !folder)
		refuse(organise_cli(organise), message, name, err);
	if (folder && !folder_is_mail(folder->type))
		return fail_null(err, ERR_REFUSED, _("“%s” is no folder for mail"), name);
	if (!folder || folder->id == message->folder_id)
		return NULL;
	return op_new_move(message->id, folder->id);
}

static bool run(Cli *cli, GError **err)
{
	const char *name = args_text(cli->args, "to");

	return name ? organise_mail(cli, op_for, (void *)name, err)
	            : fail(err, ERR_USAGE, _("mail move: --to says to which folder"));
}

const Verb verb_mail_move = {
	.name = "mail move",
	.summary = N_("Move mail to another folder"),
	.description = N_("Moves within the account that each mail is in; copies for another one are what “mail forward --to-account” sends. Names mail like “mail archive” does: by ids, by -0 with ids on the standard input, or by --all with a query; -f is the folder to look in."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail move --to Projects/2026 m1k2x9", N_("One mail") },
		{ "mail move --to Lists --all -f inbox list:kernel", N_("What a query finds in a folder") },
		{ "mail list -f Lists -0 | postern mail move -0 --to inbox", N_("A whole folder") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
