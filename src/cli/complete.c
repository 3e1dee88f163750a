#include "cli/complete.h"

#include <string.h>

#include "app/account_file.h"
#include "base/i18n.h"
#include "cli/help.h"
#include "cli/scope.h"

typedef struct {
	Cli               *cli;
	const char *const *words;       /* all of them */
	guint              last;        /* index of the one to complete */
	const char *prefix; /* what it begins with; behind "--name=" where that stands */
	GPtrArray         *found;
} Completion;

static void offer(Completion *completion, const char *candidate, const char *description)
{
	size_t kept = (size_t)(completion->prefix - completion->words[completion->last]);

	if (g_str_has_prefix(candidate, completion->prefix))
		g_ptr_array_add(completion->found,
		                g_strdup_printf("%.*s%s\t%s", (int)kept,
		                                completion->words[completion->last], candidate,
		                                description));
}

/* ---- what values there are ---- */

static void offer_accounts(Completion *completion)
{
	const GPtrArray *accounts = cli_accounts(completion->cli, NULL);

	for (guint i = 0; accounts && i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		offer(completion, account->name, account->address);
	}
}

/* The account that -a on this line names; NULL: the default is meant. */
static const char *account_on_line(const Completion *completion)
{
	for (guint i = 0; i + 1 < completion->last; i++)
		if (strcmp(completion->words[i], "-a") == 0 ||
		    strcmp(completion->words[i], "--account") == 0)
			return completion->words[i + 1];
	return NULL;
}

static void offer_folders(Completion *completion)
{
	Cli *cli = completion->cli;
	const GPtrArray *accounts = cli_accounts(cli, NULL);
	const Account *account =
		accounts ? accounts_find(accounts, account_on_line(completion), NULL) : NULL;
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GPtrArray) folders = NULL;

	if (!account || !cli_account_state(cli, account, &state, NULL) || !state ||
	    !store_read_folders(cli->reader, state->id, &folders, NULL))
		return;
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		g_autofree char *path = scope_folder_path(folders, folder);
		if (folder_is_mail(folder->type))
			offer(completion, path, scope_folder_kind(folder->type));
	}
}

static void offer_settings(Completion *completion)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		const Option *option = setting_option((SettingId)i);
		g_autofree char *name = option_full_name(option);
		offer(completion, name, _(option->help));
	}
}

static void offer_topics(Completion *completion)
{
	for (const char *const *topic = help_topics(); *topic; topic++)
		offer(completion, *topic, _("topic"));
}

static void offer_choices(Completion *completion, const char *range)
{
	g_auto(GStrv) choices = g_strsplit(range, "|", -1);

	for (int i = 0; choices[i]; i++)
		offer(completion, choices[i], "");
}

static void offer_values(Completion *completion, ArgType type, const char *range)
{
	switch (type) {
	case ARG_ACCOUNT: offer_accounts(completion); break;
	case ARG_FOLDER:  offer_folders(completion); break;
	case ARG_SETTING: offer_settings(completion); break;
	case ARG_TOPIC:   offer_topics(completion); break;
	case ARG_CHOICE:  offer_choices(completion, range); break;
	case ARG_FILE:    g_ptr_array_add(completion->found, g_strdup(":files")); break;
	case ARG_DIR:     g_ptr_array_add(completion->found, g_strdup(":dirs")); break;
	case ARG_FLAG:
	case ARG_TEXT:
	case ARG_INT:     break;
	}
}

/* ---- which words there are ---- */

static void offer_options(Completion *completion, const Verb *verb)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);

	for (int i = 0; tables[i]; i++) {
		for (const ArgOption *option = tables[i]; option->name; option++) {
			g_autofree char *name = g_strconcat("--", option->name, NULL);
			offer(completion, name, _(option->help));
		}
	}
}

/* The word at @at of each verb whose words so far are on the line. Verbs of a noun stand together,
 * so one look back is enough. */
static void offer_verbs(Completion *completion)
{
	g_autofree char *offered = NULL;

	for (const Verb *const *verb = verbs_all(); *verb; verb++) {
		g_auto(GStrv) parts = g_strsplit((*verb)->name, " ", -1);
		guint at = completion->last;
		if (at >= g_strv_length(parts) ||
		    (at > 0 && strcmp(parts[0], completion->words[0]) != 0) ||
		    g_strcmp0(offered, parts[at]) == 0)
			continue;
		offer(completion, parts[at], parts[at + 1] ? "" : _((*verb)->summary));
		g_free(offered);
		offered = g_strdup(parts[at]);
	}
}

/* True if the last word is the value of an option; then its values were offered. */
static bool complete_value(Completion *completion, const Verb *verb, guint first)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);
	const char *word = completion->words[completion->last];
	const char *equals = g_str_has_prefix(word, "--") ? strchr(word, '=') : NULL;
	const char *naming = equals                     ? word
	                     : completion->last > first ? completion->words[completion->last - 1]
	                                                : "";
	const ArgOption *option = naming[0] == '-' ? args_find(tables, naming) : NULL;

	if (!option || option->type == ARG_FLAG || (!equals && strchr(naming, '=')))
		return false;
	if (equals)
		completion->prefix = equals + 1;
	offer_values(completion, option->type, option->range);
	return true;
}

GPtrArray *complete_words(Cli *cli, const char *const *words)
{
	Completion completion = { .cli = cli, .words = words };
	int count = 0;

	completion.found = g_ptr_array_new_with_free_func(g_free);
	if (!words[0])
		return completion.found;
	completion.last = g_strv_length((char **)words) - 1;
	completion.prefix = words[completion.last];
	const Verb *verb = verb_find(words, &count, NULL);
	if (!verb || completion.last < (guint)count)
		offer_verbs(&completion);
	else if (complete_value(&completion, verb, (guint)count))
		return completion.found;
	else if (*completion.prefix == '-')
		offer_options(&completion, verb);
	else
		offer_values(&completion, verb->operand_type, NULL);
	return completion.found;
}
