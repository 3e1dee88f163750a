#include <string.h>

#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/help.h"
#include "cli/session.h"

static const ArgOption options[] = {
	{ 0, "man", ARG_CHOICE, N_("PART"), "verbs|options|settings|account|exit|keys|keys-mutt|keys-vim|keys-alpine|theme|query-fields|query-states",
	  N_("a table of the manual pages, for whoever builds them") },
	{ 0 },
};

/* A verb, else a topic, else what a noun can do. Free with g_free. */
static char *find_text(const char *const *words, GError **err)
{
	int count = 0;
	g_autoptr(GError) why = NULL;
	const Verb *verb = verb_find(words, &count, &why);
	char *text = verb ? help_of_verb(verb) : help_topic(words[0]);

	if (!text && !words[1])
		text = help_of_noun(words[0]);
	if (text)
		return text;
	g_propagate_error(err, g_steal_pointer(&why));
	return NULL;
}

static bool run(Cli *cli, GError **err)
{
	const char *const *words = args_operands(cli->args);
	const char *part = args_text(cli->args, "man");
	g_autofree char *text = part       ? help_man_part(part)
	                        : words[0] ? find_text(words, err)
	                                   : help_overview();

	if (!text)
		return false;
	output_text(cli->output, text);
	return true;
}

const Verb verb_help = {
	.name = "help",
	.summary = N_("Explain a command or a topic"),
	.description = N_("Without a word, lists all commands. The manual pages say more: postern(1), postern-config(5), "
	                  "postern-exit(7), postern-keys(7), postern-query(7)."),
	.operands = N_("[COMMAND|TOPIC]"), .operands_max = 2, .operand_type = ARG_TOPIC,
	.options = options,
	.examples = {
		{ "help", N_("All commands") },
		{ "help mail list", N_("One command, as --help does") },
		{ "help exit", N_("What exit codes mean") },
	},
	.run = run,
};
