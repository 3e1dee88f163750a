#include "base/i18n.h"
#include "cli/unlock.h"

static bool run(Cli *cli, GError **err)
{
	if (!unlock_vault(cli, err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	if (!store_rotate(cli->store, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(_("Every page in %s is under a new key."), store_dir(cli->store));
	return true;
}

const Verb verb_vault_rotate = {
	.name = "vault rotate",
	.summary = N_("Write every page of the store anew, under a new key"),
	.description = N_("The key of pages ends by itself after 4 TiB of writing; this ends it now, and pages that were copied "
	                  "before do not open any more where they are put back. What opens the store stays the same. No other "
	                  "Postern may have it open. It needs some megabytes of room and can be cut off at any time."),
	.examples = {
		{ "vault rotate", N_("Takes seconds for a gigabyte") },
		{ "vault status", N_("What opens the store") },
		{ "passwd", N_("Another passphrase instead") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
