#include "base/i18n.h"
#include "cli/session.h"
#include "vault/keys.h"
#include "vault/lock.h"

static const OutputField fields[] = {
	{ "folder", N_("Folder"), FIELD_TEXT, WIDTH_REST },
	{ "key_file", N_("Key file"), FIELD_BOOL, WIDTH_REST },
	{ "passphrase", N_("Passphrase"), FIELD_BOOL, WIDTH_REST },
	{ "recovery_key", N_("Recovery key"), FIELD_BOOL, WIDTH_REST },
	{ "held", N_("In use"), FIELD_BOOL, WIDTH_REST },
	{ "locked", N_("Locked"), FIELD_BOOL, WIDTH_REST },
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	Store *store = cli_store(cli, err);
	guint  kinds;

	if (!store || !vault_keys(store_vault(store), &kinds, err))
		return false;
	const OutputValue values[] = {
		{ .text = store_dir(store) },
		{ .number = (kinds >> KEY_FILE) & 1 },
		{ .number = (kinds >> KEY_PASSPHRASE) & 1 },
		{ .number = (kinds >> KEY_RECOVERY) & 1 },
		{ .number = store_is_held(store) },
		{ .number = vault_is_locked(store_vault(store)) },
	};
	return output_single(cli->output, fields, values, err);
}

const Verb verb_vault_status = {
	.name = "vault status",
	.summary = N_("Show what opens the store"),
	.description = N_("The store is encrypted whatever opens it. A key file beside it asks nothing, and protects backups "
	                  "and copies that lack it; a passphrase protects the whole folder."),
	.examples = {
		{ "vault status", N_("What opens it, as lines") },
		{ "vault status --fields passphrase", N_("One fact") },
		{ "vault status --json", N_("For a script") },
	},
	.exits = { EXIT_SIGN_IN },
	.run = run,
};
