#include "base/i18n.h"
#include "cli/unlock.h"
#include "vault/keys.h"

static bool run(Cli *cli, GError **err)
{
	Vault *vault = unlock_vault(cli, err);
	g_autoptr(Secret) text = NULL;

	if (!vault)
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	if (!vault_set_recovery(vault, &text, err))
		return false;
	output_text(cli->output, (const char *)secret_bytes(text));
	if (!cli_is_quiet(cli))
		output_message("%s", _("Write it down and keep it elsewhere: it is not shown "
		                       "again, and opens the store in place of the passphrase."));
	return true;
}

const Verb verb_vault_recovery = {
	.name = "vault recovery",
	.summary = N_("Make a recovery key for paper, and show it once"),
	.description = N_("It is typed where the passphrase is asked for; capital letters, blanks and hyphens do not matter, and "
	                  "a slip is noticed. A new one replaces the one before."),
	.examples = {
		{ "vault recovery", N_("Shows it") },
		{ "vault recovery -q | lp", N_("Prints it") },
		{ "vault remove recovery-key", N_("The paper was lost") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_INTERRUPTED },
	.run = run,
};
