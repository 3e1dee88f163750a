#include <string.h>

#include "app/bundle.h"
#include "base/i18n.h"
#include "cli/input.h"
#include "cli/session.h"

enum { BUNDLE_MAX_BYTES = 64 << 20 };

static const ArgOption options[] = {
	{ 0, "replace", ARG_FLAG, NULL, NULL, N_("write over files that say something else") },
	{ 0 },
};

static Bundle *read_bundle(const char *name, GError **err)
{
	g_autofree char *text = input_text(name, BUNDLE_MAX_BYTES, err);

	return text ? bundle_parse(text, strlen(text), err) : NULL;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Bundle) bundle = read_bundle(args_operands(cli->args)[0], err);

	if (!bundle)
		return false;
	if (!args_has(cli->args, "dry-run") &&
	    !bundle_import(bundle, cli->paths, args_has(cli->args, "replace"), err))
		return false;
	BundleCount count = bundle_count(bundle);
	if (!cli_is_quiet(cli))
		output_message(_("settings: %u, files: %u"), count.settings, count.files);
	return true;
}

const Verb verb_config_import = {
	.name = "config import",
	.summary = N_("Take over what “config export” printed"),
	.description = N_("Writes the settings into the file of settings, comments kept, and the files beside it. Nothing is written if a "
	                  "line makes no sense, or a file is there that says something else. - reads the standard input."),
	.operands = N_("FILE"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.options = options,
	.examples = {
		{ "config import postern.txt", N_("What another machine has exported") },
		{ "config import postern.txt --dry-run", N_("Only to see whether it makes sense") },
		{ "config import postern.txt --replace", N_("Also over keys, themes and signatures that differ") },
	},
	.exits = { EXIT_CONFLICT },
	.run = run,
};
