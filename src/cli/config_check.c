#include "app/account_file.h"
#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Settings) settings = settings_load(cli->paths, err);
	g_autoptr(GPtrArray) accounts = NULL;

	if (!settings || !accounts_load(cli->paths, settings, &accounts, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(ngettext_("the settings and %u account are well",
		                         "the settings and %u accounts are well", accounts->len),
		               accounts->len);
	return true;
}

const Verb verb_config_check = {
	.name = "config check",
	.summary = N_("Read the settings and account files and say what is wrong"),
	.description = N_("The first line that is not understood is named with its file, its number and what was expected."),
	.examples = {
		{ "config check", N_("In words") },
		{ "config check --json", N_("For a script: see “error”") },
		{ "config check -q && postern sync --once", N_("Only with good settings") },
	},
	.run = run,
};
