#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	static const OutputField fields[] = {
		{ "config", N_("Settings"), FIELD_TEXT, WIDTH_REST },
		{ "accounts", N_("Accounts"), FIELD_TEXT, WIDTH_REST },
		{ "data", N_("Store"), FIELD_TEXT, WIDTH_REST },
		{ "state", N_("Log, history"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	/* Works with broken settings, too: then the store is where it is without them. */
	g_autoptr(Settings) settings = settings_load(cli->paths, NULL);
	g_autofree char *config = settings_file(cli->paths);
	g_autofree char *accounts = g_build_filename(cli->paths->config_dir, "accounts", NULL);
	g_autofree char *data = settings_data_dir(settings ? settings : cli->settings, cli->paths);
	const OutputValue values[] = { { .text = config }, { .text = accounts }, { .text = data },
	                               { .text = cli->paths->state_dir } };

	return output_single(cli->output, fields, values, err);
}

const Verb verb_config_path = {
	.name = "config path",
	.summary = N_("Say where settings, accounts and store are"),
	.description = N_("The places follow XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME."),
	.examples = {
		{ "config path", N_("All places") },
		{ "config path --fields config", N_("Only the file of settings") },
		{ "config path --json", N_("For a script") },
	},
	.run = run,
};
