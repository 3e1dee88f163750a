#include "base/i18n.h"
#include "cli/session.h"
#include "sync/client.h"
#include "vault/lock.h"

enum { PATIENCE_MS = 5000 };

static bool run(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);

	if (args_has(cli->args, "dry-run"))
		return true;
	return vault_mark(dir, err) && sync_tell_lock(cli->paths->runtime_dir, dir, PATIENCE_MS, err);
}

const Verb verb_lock = {
	.name = "lock",
	.summary = N_("Lock the store until its passphrase is typed"),
	.description = N_("Screens that are open show nothing any more, and drafts, the Outbox and keys of certificates cannot be "
	                  "read by any Postern. Mail is received meanwhile and nothing is sent. No key is needed to lock; a "
	                  "store that a key file beside it opens cannot be locked."),
	.examples = {
		{ "lock", N_("At once, on every screen") },
		{ "lock --quiet", N_("From a screen saver") },
		{ "lock --dry-run", N_("Nothing is done") },
	},
	.exits = { EXIT_NOTHING, EXIT_USAGE, EXIT_NETWORK },
	.run = run,
};
