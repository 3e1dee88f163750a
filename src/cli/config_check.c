#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/session.h"
#include "ui/keymaps/keymap.h"
#include "ui/themes/theme.h"

static bool check_keys(const Paths *paths, const Settings *settings, GError **err)
{
	KeymapProfile profile = (KeymapProfile)settings_choice(settings, SETTING_UI_KEYMAP);
	g_autoptr(Keymap) keymap = keymap_new(profile);
	g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = g_build_filename(paths->config_dir, "keys", NULL);

	keymap_read(keymap, path, complaints);
	return complaints->len == 0 ||
	       fail(err, ERR_CONFIG, "%s", (char *)g_ptr_array_index(complaints, 0));
}

static bool check_theme(const Paths *paths, const Settings *settings, GError **err)
{
	StyleSheet sheet;

	return theme_load(paths, settings_text(settings, SETTING_UI_THEME), &sheet, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Settings) settings = settings_load(cli->paths, err);
	g_autoptr(GPtrArray) accounts = NULL;

	if (!settings || !accounts_load(cli->paths, settings, &accounts, err) ||
	    !check_keys(cli->paths, settings, err) || !check_theme(cli->paths, settings, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message(ngettext_("the settings and %u account are well",
		                         "the settings and %u accounts are well", accounts->len),
		               accounts->len);
	return true;
}

const Verb verb_config_check = {
	.name = "config check",
	.summary = N_("Read settings, accounts, keys and theme and say what is wrong"),
	.description = N_("The first line that is not understood is named with its file, its number and what was expected."),
	.examples = {
		{ "config check", N_("In words") },
		{ "config check --json", N_("For a script: see “error”") },
		{ "config check -q && postern sync --once", N_("Only with good settings") },
	},
	.run = run,
};
