#include "base/i18n.h"
#include "cli/unlock.h"
#include "vault/keys.h"

static bool run(Cli *cli, GError **err)
{
	Vault *vault = unlock_vault(cli, err);

	if (!vault)
		return false;
	if (!args_has(cli->args, "dry-run") && !vault_set_key_file(vault, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(_("The file “key” in %s opens the store now, and nothing is asked."),
		               store_dir(cli->store));
	return true;
}

const Verb verb_vault_keyfile = {
	.name = "vault keyfile",
	.summary = N_("Let a key file open the store, so that nothing is asked"),
	.description = N_("Makes the file “key” beside the store, for its owner alone. Where it is taken away, the passphrase is "
	                  "asked for again; “vault remove passphrase” ends that, too."),
	.examples = {
		{ "vault keyfile", N_("For a machine where cron fetches the mail") },
		{ "vault remove passphrase", N_("The file alone") },
		{ "vault remove key-file", N_("The passphrase alone") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_INTERRUPTED },
	.run = run,
};
