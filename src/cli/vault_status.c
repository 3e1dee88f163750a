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

/* Of a store that is locked nobody is asked for anything: what its slots say has to do. */
static bool find_keys(Cli *cli, const char *dir, bool is_locked, guint *ret_kinds, GError **err)
{
	if (is_locked)
		return vault_find_keys(dir, ret_kinds, err);
	Store *store = cli_store(cli, err);
	return store && vault_keys(store_vault(store), ret_kinds, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);
	bool  is_locked = vault_is_marked(dir);
	guint kinds;

	if (!find_keys(cli, dir, is_locked, &kinds, err))
		return false;
	const OutputValue values[] = {
		{ .text = dir },
		{ .number = (kinds >> KEY_FILE) & 1 },
		{ .number = (kinds >> KEY_PASSPHRASE) & 1 },
		{ .number = (kinds >> KEY_RECOVERY) & 1 },
		{ .number = store_is_held_in(dir) },
		{ .number = is_locked },
	};
	return output_single(cli->output, fields, values, err);
}

const Verb verb_vault_status = {
	.name = "vault status",
	.summary = N_("Show what opens the store"),
	.description = N_("The store is encrypted whatever opens it. A key file beside it asks nothing, and protects backups "
	                  "and copies that lack it; a passphrase protects the whole folder. Of a store that is locked this is told without it."),
	.examples = {
		{ "vault status", N_("What opens it, as lines") },
		{ "vault status --fields passphrase", N_("One fact") },
		{ "vault status --json", N_("For a script") },
	},
	.exits = { EXIT_SIGN_IN },
	.run = run,
};
