#include "base/i18n.h"
#include "cli/unlock.h"
#include "vault/keys.h"

static const ArgOption options[] = {
	{ 0, "new-passphrase-fd", ARG_INT, N_("N"), "0-1023",
	  N_("read the new passphrase from this file descriptor, one line") },
	{ 0, "keep-key-file", ARG_FLAG, NULL, NULL,
	  N_("the key file goes on opening the store, too") },
	{ 0 },
};

/* With the key file beside it, a passphrase would protect nothing. */
static bool drop_key_file(Cli *cli, Vault *vault, GError **err)
{
	guint kinds;

	if (!vault_keys(vault, &kinds, err))
		return false;
	if (!(kinds & 1u << KEY_FILE) || args_has(cli->args, "keep-key-file"))
		return true;
	return vault_drop_key(vault, KEY_FILE, err);
}

static bool run(Cli *cli, GError **err)
{
	Vault *vault = unlock_vault(cli, err);
	g_autoptr(Secret) passphrase =
		vault ? unlock_new_passphrase(cli, "new-passphrase-fd", err) : NULL;

	if (!passphrase)
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	if (!vault_set_passphrase(vault, passphrase, err) || !drop_key_file(cli, vault, err) ||
	    !vault_forget(store_dir(cli->store), err))
		return false;
	if (!cli_is_quiet(cli))
		output_message("%s", _("The passphrase opens the store now. Whoever forgets it "
		                       "loses what is only here: “postern vault recovery” makes a "
		                       "key for that day."));
	return true;
}

const Verb verb_passwd = {
	.name = "passwd",
	.summary = N_("Set or change the passphrase that opens the store"),
	.description = N_("The passphrase is asked for at the next start, and the key file that opened the store until now is "
	                  "destroyed. Nothing else is written anew, so it takes a second however much mail there is. A "
	                  "passphrase has at least 8 characters; one that others cannot guess has more."),
	.options = options,
	.examples = {
		{ "passwd", N_("Asks for the old one and the new one") },
		{ "passwd --keep-key-file", N_("Both open the store: carry the file away on a stick") },
		{ "passwd --passphrase-fd 3 --new-passphrase-fd 4 3< old 4< new", N_("Without a question") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_INTERRUPTED },
	.run = run,
};
