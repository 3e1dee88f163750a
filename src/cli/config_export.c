#include "app/bundle.h"
#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	g_autofree char *text = bundle_export(cli->paths, cli->settings, err);

	if (!text)
		return false;
	output_text(cli->output, text);
	return true;
}

const Verb verb_config_export = {
	.name = "config export",
	.summary = N_("Print settings, keys, themes and signatures as one text"),
	.description = N_("Prints what you have made of Postern: settings that are not the default, keys, themes, signatures and quick "
	                  "replies. Accounts and passwords are not in it, nor what belongs to this machine. “config import” reads it."),
	.examples = {
		{ "config export > postern.txt", N_("To carry it to another machine") },
		{ "config export | ssh laptop postern config import -", N_("Right there") },
		{ "config export --json", N_("As a string of JSON") },
	},
	.run = run,
};
