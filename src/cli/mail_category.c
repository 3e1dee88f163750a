#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/organise.h"

static const ArgOption options[] = {
	{ 0, "add", ARG_TEXT, N_("NAME"), NULL,
	  N_("give it this category too; may come several times") },
	{ 0, "remove", ARG_TEXT, N_("NAME"), NULL,
	  N_("take this category away; may come several times") },
	{ 0, "clear", ARG_FLAG, NULL, NULL, N_("take all categories away first") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

static bool names_one(const char *const *names, const char *name)
{
	return g_strv_contains(names, name);
}

/* The list as it was, without what goes, with what is new at its end. Free with g_free. */
static char *new_list(const Args *args, const char *categories)
{
	g_auto(GStrv) before = g_strsplit(categories ? categories : "", "\n", -1);
	const char *const *removed = args_texts(args, "remove"), *const *added =
									 args_texts(args, "add");
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	for (int i = 0; !args_has(args, "clear") && before[i]; i++)
		if (*before[i] && !names_one(removed, before[i]))
			g_ptr_array_add(list, before[i]);
	g_ptr_array_add(list, NULL);
	for (int i = 0; added[i]; i++)
		if (!names_one((const char *const *)list->pdata, added[i]))
			g_ptr_array_insert(list, (int)list->len - 1, (char *)added[i]);
	return g_strjoinv("\n", (char **)list->pdata);
}

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	g_autofree char *list = new_list(data, message->categories);

	(void)organise;
	(void)err;
	if (strcmp(list, message->categories ? message->categories : "") == 0)
		return NULL;
	return op_new_categories(message->id, *list ? list : NULL);
}

static bool check_names(const char *const *names, GError **err)
{
	for (; *names; names++)
		if (!**names || strchr(*names, '\n') || !g_utf8_validate(*names, -1, NULL))
			return fail(err, ERR_USAGE,
			            _("mail category: a category is one line of text"));
	return true;
}

static bool run(Cli *cli, GError **err)
{
	const Args *args = cli->args;

	if (!args_has(args, "add") && !args_has(args, "remove") && !args_has(args, "clear"))
		return fail(err, ERR_USAGE, _("mail category: say --add, --remove or --clear"));
	return check_names(args_texts(args, "add"), err) &&
	       check_names(args_texts(args, "remove"), err) &&
	       organise_mail(cli, op_for, (void *)args, err);
}

const Verb verb_mail_category = {
	.name = "mail category",
	.summary = N_("Give mail categories, or take them away"),
	.description = N_("Categories are names that Outlook shows with colours. Others stay as they are. Names mail like “mail archive” does."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail category --add Invoices m1k2x9", N_("One more") },
		{ "mail category --clear --add Done m1k2x9", N_("This one alone") },
		{ "mail category --remove Later --all category:Later", N_("From everything that has it") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
