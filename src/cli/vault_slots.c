#include "base/i18n.h"
#include "cli/session.h"
#include "vault/keys.h"

static const OutputField fields[] = {
	{ "kind", N_("Key"), FIELD_TEXT, 14 },
	{ "what", N_("What it is"), FIELD_TEXT, WIDTH_REST },
	{ 0 },
};

static const struct { KeyKind kind; const char *name, *what; } rows[] = {
	{ KEY_FILE, "key_file", N_("a file of 32 random bytes; beside the store it opens it without a question") },
	{ KEY_PASSPHRASE, "passphrase", N_("what a person knows; to try one takes half a second and 128 MiB (scrypt)") },
	{ KEY_RECOVERY, "recovery_key", N_("160 random bits on paper") },
};

static bool run(Cli *cli, GError **err)
{
	Store *store = cli_store(cli, err);
	guint  kinds;

	if (!store || !vault_keys(store_vault(store), &kinds, err) ||
	    !output_begin(cli->output, fields, err))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const OutputValue values[] = { { .text = rows[i].name }, { .text = _(rows[i].what) } };
		if (kinds & 1u << rows[i].kind)
			output_record(cli->output, values);
	}
	return true;
}

const Verb verb_vault_slots = {
	.name = "vault slots",
	.summary = N_("List the keys that open the store"),
	.description = N_("Each wraps the same root key, so that one can be changed without writing the mail anew."),
	.examples = {
		{ "vault slots", N_("One line a key") },
		{ "vault slots --json", N_("For a script") },
		{ "vault slots --fields kind", N_("Their names alone") },
	},
	.exits = { EXIT_SIGN_IN },
	.run = run,
};
