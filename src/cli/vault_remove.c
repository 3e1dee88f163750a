#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/unlock.h"
#include "vault/keys.h"

static const struct { const char *name; KeyKind kind; } names[] = {
	{ "key-file", KEY_FILE },
	{ "passphrase", KEY_PASSPHRASE },
	{ "recovery-key", KEY_RECOVERY },
};

static bool find_kind(const char *name, KeyKind *ret_kind, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (text_equal_ascii_case(name, names[i].name)) {
			*ret_kind = names[i].kind;
			return true;
		}
	return fail(err, ERR_USAGE, _("vault remove takes key-file, passphrase or recovery-key"));
}

static bool run(Cli *cli, GError **err)
{
	KeyKind kind = KEY_KIND_COUNT;

	if (!find_kind(args_operands(cli->args)[0], &kind, err))
		return false;
	Vault *vault = unlock_vault(cli, err);
	return vault && (args_has(cli->args, "dry-run") || vault_drop_key(vault, kind, err));
}

const Verb verb_vault_remove = {
	.name = "vault remove",
	.summary = N_("Take a key from the store"),
	.description = N_("The key opens the store no more; a key file is overwritten and removed. The last of key file and "
	                  "passphrase stays."),
	.operands = N_("key-file|passphrase|recovery-key"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_TEXT,
	.examples = {
		{ "vault remove recovery-key", N_("The paper was lost") },
		{ "vault remove key-file", N_("Only the passphrase opens the store from now on") },
		{ "vault status", N_("What is left") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_INTERRUPTED },
	.run = run,
};
