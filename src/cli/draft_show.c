#include "base/i18n.h"
#include "cli/cells.h"
#include "cli/drafts.h"

static const ArgOption options[] = {
	{ 0, "edit", ARG_FLAG, NULL, NULL, N_("as “draft edit” takes it back") },
	{ 0 },
};

/* Lines, not records; what could steer the terminal is shown, not obeyed. */
static char *visible(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);

	for (char **line = lines; *line; line++) {
		cells_append(out, *line);
		if (line[1])
			g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

/* What no editor changes, so that it is not lost there: above the rest, for the eye alone. */
static char *with_protection(const Draft *draft, const char *text)
{
	g_autofree char *shown = visible(text);

	if (!draft_is_protected(draft))
		return g_steal_pointer(&shown);
	return g_strdup_printf("Sign: %s\nEncrypt: %s\n%s", signing_name(draft->signing),
	                       encryption_name(draft->encryption), shown);
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Draft) draft = NULL;
	int64_t id;

	if (!drafts_load(cli, &id, &draft, NULL, err))
		return false;
	g_autofree char *text = draft_to_editor(draft);
	g_autofree char *shown = args_has(cli->args, "edit") ? g_strdup(text) : with_protection(draft, text);
	output_text(cli->output, shown);
	return true;
}

const Verb verb_draft_show = {
	.name = "draft show",
	.summary = N_("Show a draft"),
	.description = N_("Its fields, a blank line, its text. Whether it is signed and encrypted stands above them, but not with --edit: an editor cannot change it."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.options = options,
	.examples = {
		{ "draft show d17", N_("On the terminal") },
		{ "draft show d17 --edit > draft.txt", N_("To be changed and given to “draft edit”") },
		{ "draft show d17 --json", N_("For a script") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
