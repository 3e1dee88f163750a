#include "cli/verb.h"

#include <string.h>

#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#define VERB(id) extern const Verb verb_##id;
#include "cli/verbs.def"
#undef VERB

static const Verb *const all[] = {
#define VERB(id) &verb_##id,
#include "cli/verbs.def"
#undef VERB
	NULL,
};

static const ArgOption common[] = {
	{ 0, "json", ARG_FLAG, NULL, NULL, N_("one JSON document") },
	{ 0, "jsonl", ARG_FLAG, NULL, NULL, N_("one JSON object a line, as it comes") },
	{ 0, "fields", ARG_TEXT, N_("NAME,…"), NULL,
	  N_("these fields in this order; text is then separated by tabs") },
	{ '0', "null", ARG_FLAG, NULL, NULL, N_("ids only, each ended by NUL, for xargs -0") },
	{ 'n', "limit", ARG_INT, N_("N"), "1-1000000000", N_("at most so many") },
	{ 0, "all", ARG_FLAG, NULL, NULL, N_("no limit") },
	{ 'q', "quiet", ARG_FLAG, NULL, NULL, N_("no progress and no messages but errors") },
	{ 'v', "verbose", ARG_FLAG, NULL, NULL,
	  N_("log to the standard error; twice for more, three times for the wire") },
	{ 0, "no-input", ARG_FLAG, NULL, NULL, N_("never ask; fail where an answer is needed") },
	{ 0, "passphrase-fd", ARG_INT, N_("N"), "0-1023",
	  N_("read the store's passphrase from this file descriptor, one line") },
	{ 0, "dry-run", ARG_FLAG, NULL, NULL, N_("say what would be done, and change nothing") },
	{ 'y', "yes", ARG_FLAG, NULL, NULL, N_("yes to every confirmation") },
	{ 0, "offline", ARG_FLAG, NULL, NULL, N_("use what is here; talk to no server") },
	{ 0, "timeout", ARG_INT, N_("SECONDS"), "1-86400", N_("give up after so long") },
	{ 0, "color", ARG_CHOICE, N_("WHEN"), "auto|always|never",
	  N_("colours: auto, always or never") },
	{ 0, "log-file", ARG_FILE, N_("FILE"), NULL, N_("log there; -v says how much") },
	{ 'h', "help", ARG_FLAG, NULL, NULL, N_("this help") },
	{ 0 },
};

static const ArgOption account_option[] = {
	{ 'a', "account", ARG_ACCOUNT, N_("ACCOUNT"), NULL,
	  N_("the account, by name or address; else the default, or all where that makes sense") },
	{ 0 },
};

static const ArgOption folder_option[] = {
	{ 'f', "folder", ARG_FOLDER, N_("FOLDER"), NULL,
	  N_("the folder: inbox, sent …, its name, or its path as A/B") },
	{ 0 },
};

static const ArgOption engine_option[] = {
	{ 0, "password-fd", ARG_INT, N_("N"), "0-1023",
	  N_("read the account's password from this file descriptor, one line; it is not stored") },
	{ 0 },
};

static const ArgOption keys_option[] = {
	{ 0, "identity", ARG_FILE, N_("FILE"), NULL,
	  N_("a private key with its certificate, to decrypt with (PKCS#12 or PEM); may be given several times") },
	{ 0, "password-fd", ARG_INT, N_("N"), "0-1023",
	  N_("read the password of these files, without one the PIN of a token, from this file descriptor, one line") },
	{ 0 },
};

static const ArgOption file_option[] = {
	{ 0, "password-fd", ARG_INT, N_("N"), "0-1023",
	  N_("read the password of the file from this file descriptor, one line") },
	{ 0 },
};

const Verb *const *verbs_all(void)
{
	return all;
}

const ArgOption *verb_common_options(void)
{
	return common;
}

const ArgOption **verb_option_tables(const Verb *verb)
{
	const ArgOption **tables = g_new0(const ArgOption *, 8);
	int count = 0;

	if (verb->options)
		tables[count++] = verb->options;
	if (verb->uses & USES_ACCOUNT)
		tables[count++] = account_option;
	if (verb->uses & USES_FOLDER)
		tables[count++] = folder_option;
	if (verb->uses & USES_ENGINE)
		tables[count++] = engine_option;
	if (verb->uses & USES_KEYS)
		tables[count++] = keys_option;
	if (verb->uses & USES_FILE)
		tables[count++] = file_option;
	tables[count] = common;
	return tables;
}

/* How many of @words are the words of @name; 0 if they do not begin with all of it. */
static int words_matching(const char *name, const char *const *words)
{
	g_auto(GStrv) parts = g_strsplit(name, " ", -1);
	int count = 0;

	for (; parts[count]; count++)
		if (!words[count] || strcmp(parts[count], words[count]) != 0)
			return 0;
	return count;
}

/* "account takes one of add, list …" when the noun is right. */
static bool refuse_noun(const char *noun, const char *word, GError **err)
{
	g_autoptr(GPtrArray) rest = g_ptr_array_new();
	g_autofree char *prefix = g_strconcat(noun, " ", NULL);

	for (int i = 0; all[i]; i++)
		if (g_str_has_prefix(all[i]->name, prefix))
			g_ptr_array_add(rest, (char *)all[i]->name + strlen(prefix));
	g_ptr_array_add(rest, NULL);
	if (rest->len == 1)
		return false;
	g_autofree char *list = g_strjoinv(", ", (char **)rest->pdata);
	if (!word)
		return fail(err, ERR_USAGE, _("“%s” needs to know what to do: %s"), noun, list);
	g_autofree char *hint = suggest_hint(word, (const char *const *)rest->pdata);
	g_autofree char *visible = text_visible(word);
	return fail(err, ERR_USAGE, _("there is no “%s %s”%s; there are %s"), noun, visible, hint,
	            list);
}

static bool refuse_unknown(const char *word, GError **err)
{
	g_autoptr(GPtrArray) nouns = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; all[i]; i++)
		g_ptr_array_add(nouns, g_strndup(all[i]->name, strcspn(all[i]->name, " ")));
	g_ptr_array_add(nouns, NULL);
	g_autofree char *hint = suggest_hint(word, (const char *const *)nouns->pdata);
	g_autofree char *visible = text_visible(word);
	return fail(err, ERR_USAGE, _("there is no command “%s”%s; “postern help” lists them"),
	            visible, hint);
}

const Verb *verb_find(const char *const *words, int *ret_words, GError **err)
{
	g_autoptr(GError) why = NULL;

	for (int i = 0; all[i]; i++) {
		int count = words_matching(all[i]->name, words);
		if (count) {
			*ret_words = count;
			return all[i];
		}
	}
	if (!refuse_noun(words[0], words[1], &why) && !why)
		refuse_unknown(words[0], &why);
	g_propagate_error(err, g_steal_pointer(&why));
	return NULL;
}
