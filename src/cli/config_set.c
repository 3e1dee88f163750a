#include "base/i18n.h"
#include "cli/session.h"

static bool run(Cli *cli, GError **err)
{
	const char *const *words = args_operands(cli->args);
	SettingId id;

	if (!setting_find(words[0], &id, err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return option_check(setting_option(id), words[1], err);
	return settings_write(cli->paths, id, words[1], err);
}

const Verb verb_config_set = {
	.name = "config set",
	.summary = N_("Change a setting"),
	.description = N_("Writes the value into the file of settings and leaves its comments where they are. What is not allowed "
	                  "is refused."),
	.operands = N_("SETTING VALUE"), .operands_min = 2, .operands_max = 2, .operand_type = ARG_SETTING,
	.examples = {
		{ "config set list.limit 100", N_("Longer lists") },
		{ "config set output.color never", N_("No colours") },
		{ "config set log.level debug", N_("A log of what happens") },
	},
	.run = run,
};
