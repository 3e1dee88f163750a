#include "base/i18n.h"
#include "cli/session.h"

static const ArgOption options[] = {
	{ 0, "changed", ARG_FLAG, NULL, NULL, N_("only what differs from its default") },
	{ 0, "docs", ARG_FLAG, NULL, NULL, N_("with what each is for") },
	{ 0 },
};

static const OutputField fields[] = {
	{ "name", N_("Setting"), FIELD_TEXT, 20 },
	{ "value", N_("Value"), FIELD_TEXT, 20 },
	{ "default", N_("Default"), FIELD_TEXT, 10 },
	{ "origin", N_("Set in"), FIELD_TEXT, WIDTH_REST },
	{ "allowed", N_("Takes"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "help", N_("What it is for"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static const OutputField docs_fields[] = {
	{ "name", N_("Setting"), FIELD_TEXT, 20 },
	{ "value", N_("Value"), FIELD_TEXT, 10 },
	{ "default", N_("Default"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "origin", N_("Set in"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "allowed", N_("Takes"), FIELD_TEXT, 24 },
	{ "help", N_("What it is for"), FIELD_TEXT, WIDTH_REST },
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	bool wants_docs = args_has(cli->args, "docs"),
	     only_changed = args_has(cli->args, "changed");

	if (!output_begin(cli->output, wants_docs ? docs_fields : fields, err))
		return false;
	for (int i = 0; i < SETTING_COUNT; i++) {
		const Option *option = setting_option((SettingId)i);
		const char *value = settings_text(cli->settings, (SettingId)i);
		g_autofree char *name = option_full_name(option);
		g_autofree char *allowed = option_allowed(option);
		const OutputValue values[] = {
			{ .text = name },
			{ .text = value },
			{ .text = option->default_value },
			{ .text = settings_origin(cli->settings, (SettingId)i) },
			{ .text = allowed },
			{ .text = _(option->help) },
		};
		if (!only_changed || g_strcmp0(value, option->default_value) != 0)
			output_record(cli->output, values);
	}
	return true;
}

const Verb verb_config_list = {
	.name = "config list",
	.summary = N_("List the settings"),
	.description = N_("Lists every setting with its value, its default, and the file and line that set it."),
	.options = options,
	.examples = {
		{ "config list", N_("All of them") },
		{ "config list --changed", N_("What you have set") },
		{ "config list --docs", N_("What each is for") },
	},
	.run = run,
};
