#include "base/i18n.h"
#include "cli/errand.h"
#include "cli/unlock.h"

/* An engine that runs elsewhere, and its screens, are given the key. */
static bool tell_others(Cli *cli, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);
	g_autoptr(Errand) errand = accounts ? errand_start(cli, SYNC_STILL, accounts, err) : NULL;
	SyncEvent *event = NULL;

	if (!errand || !errand_answer(errand, sync_unlock(errand_client(errand)), &event, err))
		return false;
	sync_event_free(event);
	return true;
}

static bool run(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);

	if (args_has(cli->args, "dry-run"))
		return true;
	return unlock_for_all_by_file(cli, dir, args_text(cli->args, "key-file"), err) &&
	       tell_others(cli, err);
}

static const ArgOption options[] = {
	{ 0, "key-file", ARG_FILE, N_("FILE"), NULL,
	  N_("a copy of the key file on another medium, instead of the passphrase") },
	{ 0 },
};

const Verb verb_unlock = {
	.name = "unlock",
	.summary = N_("Unlock the store, with its passphrase or a copy of its key file"),
	.description = N_("For every Postern that has it open. The passphrase is typed, or comes from a descriptor; what the kernel "
	                  "kept does not count. A key file that was moved to another medium does it, too. What waited in the "
	                  "Outbox goes on."),
	.options = options,
	.examples = {
		{ "unlock", N_("Asks for the passphrase") },
		{ "unlock --key-file /media/stick/key", N_("By the key file, which is kept on a stick") },
		{ "unlock --quiet --no-input --passphrase-fd 3 3< passphrase", N_("From a script") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
