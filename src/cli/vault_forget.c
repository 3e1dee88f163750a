#include "base/i18n.h"
#include "cli/session.h"
#include "vault/keys.h"

static bool run(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);

	return args_has(cli->args, "dry-run") || vault_forget(dir, err);
}

const Verb verb_vault_forget = {
	.name = "vault forget",
	.summary = N_("Let the kernel forget the key, so that the passphrase is asked for again"),
	.description = N_("After a passphrase was typed the kernel keeps the store's key for vault.cache_min minutes. A Postern "
	                  "that runs goes on."),
	.examples = {
		{ "vault forget", N_("Before going to lunch") },
		{ "config set vault.cache_min 0", N_("Never keep it") },
		{ "config set vault.cache_min 480", N_("For a working day") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
