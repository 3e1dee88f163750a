#include "ui/keymaps/keyfile.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/keymaps/keymap.h"

static const struct { const char *name; guint contexts; } places[] = {
	{ "list", CONTEXT_LIST },
	{ "reader", CONTEXT_READER },
	{ "folders", CONTEXT_FOLDERS },
	{ "attachments", CONTEXT_FILES },
	{ "outbox", CONTEXT_OUTBOX },
	{ "settings", CONTEXT_OPTIONS },
	{ "oof", CONTEXT_OOF },
	{ "certificates", CONTEXT_CERTIFICATES },
	{ "writing", CONTEXT_WRITING },
	{ "all", CONTEXT_EVERYWHERE },
};

void key_line_free(KeyLine *line)
{
	if (!line)
		return;
	g_free(line->keys);
	g_free(line->argument);
	g_free(line);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* The next word of *@text, which goes on behind it. In quotes it may have blanks; a quote alone is
 * itself. */
static char *next_word(const char **text)
{
	const char *start = skip_blanks(*text);
	const char *close = *start == '"' && start[1] && !strchr(" \t", start[1])
	                            ? strchr(start + 1, '"')
	                            : NULL;
	size_t len = close ? (size_t)(close - start - 1) : strcspn(start, " \t");

	*text = close ? close + 1 : start + len;
	return g_strndup(close ? start + 1 : start, len);
}

static bool add_place(const char *name, guint *contexts, GError **err)
{
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (strcmp(places[i].name, name) == 0) {
			*contexts |= places[i].contexts;
			return true;
		}
	g_autoptr(GString) names = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", places[i].name);
	return fail(err, ERR_CONFIG, _("there is no place “%s”; there are %s"), name, names->str);
}

static bool read_places(const char *word, guint *ret_contexts, GError **err)
{
	g_auto(GStrv) names = g_strsplit(word, ",", -1);
	guint contexts = 0;

	for (char **name = names; *name; name++)
		if (!add_place(*name, &contexts, err))
			return false;
	*ret_contexts = contexts;
	return true;
}

static bool check_keys(const char *keys, GError **err)
{
	Key parsed[KEYMAP_KEYS_MAX];

	if (keys_parse(keys, parsed, KEYMAP_KEYS_MAX) > 0)
		return true;
	return fail(err, ERR_CONFIG,
	            _("“%s” is no key; keys are named as ? shows them, at most %d in quotes"), keys,
	            KEYMAP_KEYS_MAX);
}

static bool read_command(KeyLine *line, const char *text, GError **err)
{
	const char *argument = "";

	if (strcmp(text, "none") == 0) {
		line->id = COMMAND_NONE;
		line->argument = g_strdup("");
		return true;
	}
	line->id = command_parse(text, &argument, err);
	if (line->id == COMMAND_NONE)
		return false;
	line->argument = g_strdup(argument);
	line->contexts &= command_get(line->id)->contexts;
	if (line->contexts == 0)
		return fail(err, ERR_CONFIG, _("“%s” means nothing there"),
		            command_get(line->id)->name);
	return true;
}

bool key_line_parse(const char *text, KeyLine **ret_line, GError **err)
{
	g_autoptr(KeyLine) line = g_new0(KeyLine, 1);
	g_autofree char *copy = g_utf8_validate(text, -1, NULL) ? g_strstrip(g_strdup(text)) : NULL;
	const char *rest = copy;

	if (!copy)
		return fail(err, ERR_CONFIG, _("this is not UTF-8"));
	*ret_line = NULL;
	if (!*copy || *copy == '#')
		return true;
	g_autofree char *where = next_word(&rest);
	line->keys = next_word(&rest);
	if (!*line->keys || !*skip_blanks(rest))
		return fail(err, ERR_CONFIG, _("a line is “PLACES KEYS COMMAND”"));
	if (!read_places(where, &line->contexts, err) || !check_keys(line->keys, err) ||
	    !read_command(line, skip_blanks(rest), err))
		return false;
	*ret_line = g_steal_pointer(&line);
	return true;
}
