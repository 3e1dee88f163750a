#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	SettingId id;

	if (!setting_find(args_operands(cli->args)[0], &id, err))
		return false;
	g_autofree char *line =
		g_strconcat(settings_text(cli->settings, id),
	                    output_form(cli->output) == OUTPUT_TEXT ? "\n" : "", NULL);
	output_text(cli->output, line);
	return true;
}

const Verb verb_config_get = {
	.name = "config get",
	.summary = N_("Print the value of a setting"),
	.description = N_("Prints the value that is in force, the default if none is set."),
	.operands = N_("SETTING"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_SETTING,
	.examples = {
		{ "config get list.limit", N_("One value") },
		{ "config get accounts.default", N_("The default account") },
		{ "config get log.level --json", N_("For a script") },
	},
	.run = run,
};
