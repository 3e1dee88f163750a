#include "cli/help.h"

#include <string.h>

#include "app/account_file.h"
#include "app/settings.h"
#include "base/i18n.h"
#include "store/search.h"
#include "ui/cell/grapheme.h"
#include "ui/cell/style.h"
#include "ui/keymaps/keymap.h"

enum { COLUMNS = 80, OPTION_COLUMN = 26 };

/* ---- plain text ---- */

/* Appends @text word by word, going on in @indent after a full line; @column is where it begins. */
static void append_wrapped(GString *out, const char *text, int indent, int column)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (int i = 0; words[i]; i++) {
		int width = text_width(words[i]);
		if (i > 0 && column + 1 + width > COLUMNS) {
			g_string_append_printf(out, "\n%*s", indent, "");
			column = indent;
		} else if (i > 0) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, words[i]);
		column += width;
	}
	g_string_append_c(out, '\n');
}

/* "  left      right, wrapped in its column" */
static void append_pair(GString *out, const char *left, const char *right, int column)
{
	int width = 2 + text_width(left);

	g_string_append_printf(out, "  %s", left);
	if (width + 2 > column) {
		g_string_append_c(out, '\n');
		width = 0;
	}
	g_string_append_printf(out, "%*s", column - width, "");
	append_wrapped(out, right, column, column);
}

static char *option_spelling(const ArgOption *option)
{
	char letter[] = { '-', option->letter, ',', ' ', '\0' };

	return g_strdup_printf("%s--%s%s%s", option->letter ? letter : "    ", option->name,
	                       option->value ? " " : "", option->value ? _(option->value) : "");
}

static void append_options(GString *out, const ArgOption *options)
{
	for (const ArgOption *option = options; option && option->name; option++) {
		g_autofree char *left = option_spelling(option);
		append_pair(out, left, _(option->help), OPTION_COLUMN);
	}
}

static void append_exits(GString *out, const Verb *verb)
{
	const ExitCode always[] = { EXIT_OK, EXIT_ERROR, EXIT_USAGE };

	for (size_t i = 0; i < G_N_ELEMENTS(always) + VERB_EXITS; i++) {
		ExitCode code = i < G_N_ELEMENTS(always) ? always[i]
		                                         : verb->exits[i - G_N_ELEMENTS(always)];
		if (i >= G_N_ELEMENTS(always) && code == EXIT_OK)
			break;
		g_autofree char *left = g_strdup_printf("%3d", code);
		append_pair(out, left, exit_code_meaning(code), 8);
	}
}

char *help_of_verb(const Verb *verb)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, _("Usage: postern %s%s%s [options]\n\n"), verb->name,
	                       verb->operands ? " " : "", verb->operands ? _(verb->operands) : "");
	append_wrapped(out, _(verb->description), 0, 0);
	for (int i = 0; tables[i]; i++) {
		g_string_append(out, i == 0 && tables[i + 1] ? _("\nOptions:\n")
		                     : tables[i + 1]         ? ""
		                                             : _("\nCommon options:\n"));
		append_options(out, tables[i]);
	}
	g_string_append(out, _("\nExamples:\n"));
	for (int i = 0; i < VERB_EXAMPLES && verb->examples[i].line; i++)
		g_string_append_printf(out, "  postern %s\n      %s\n", verb->examples[i].line,
		                       _(verb->examples[i].what));
	g_string_append(out, _("\nExit codes:\n"));
	append_exits(out, verb);
	return g_string_free(out, FALSE);
}

char *help_of_noun(const char *noun)
{
	g_autofree char *prefix = g_strconcat(noun, " ", NULL);
	GString *out = g_string_new(NULL);

	for (const Verb *const *verb = verbs_all(); *verb; verb++)
		if (g_str_has_prefix((*verb)->name, prefix))
			append_pair(out, (*verb)->name, _((*verb)->summary), OPTION_COLUMN);
	if (out->len == 0) {
		g_string_free(out, TRUE);
		return NULL;
	}
	g_autofree char *head = g_strdup_printf(_("Usage: postern %s VERB …\n\nVerbs:\n"), noun);
	g_string_prepend(out, head);
	g_string_append_printf(out, _("\n“postern %s VERB --help” explains one.\n"), noun);
	return g_string_free(out, FALSE);
}

char *help_overview(void)
{
	GString *out = g_string_new(
		_("Usage: postern                 the screens\n"
	          "       postern COMMAND …       one thing, for scripts and impatience\n\n"
	          "Commands:\n"));

	for (const Verb *const *verb = verbs_all(); *verb; verb++)
		append_pair(out, (*verb)->name, _((*verb)->summary), OPTION_COLUMN);
	g_autofree char *topics = g_strjoinv(", ", (char **)help_topics());
	g_string_append_printf(
		out,
		_("\n“postern COMMAND --help” explains one; “postern help TOPIC” a topic: %s.\n"),
		topics);
	return g_string_free(out, FALSE);
}

/* ---- topics ---- */

static char *topic_exit(void)
{
	GString *out = g_string_new(_("How commands end:\n"));

#define EXIT_CODE(id, code, meaning) append_pair(out, #code, _(meaning), 8);
#include "cli/exit.def"
#undef EXIT_CODE
	return g_string_free(out, FALSE);
}

static void append_setting(GString *out, const Option *option)
{
	g_autofree char *allowed = option_allowed(option);
	g_autofree char *left = g_strdup_printf("%s = %s", option->name, option->default_value);
	g_autofree char *right = g_strdup_printf(_("%s (%s)"), _(option->help), allowed);

	append_pair(out, left, right, OPTION_COLUMN);
}

static char *topic_config(void)
{
	GString *out = g_string_new(
		_("Settings, with their defaults, in $XDG_CONFIG_HOME/postern/config:\n"));
	const char *section = "";

	for (int i = 0; i < SETTING_COUNT; i++) {
		const Option *option = setting_option((SettingId)i);
		if (strcmp(section, option->section) != 0)
			g_string_append_printf(out, "\n[%s]\n", section = option->section);
		append_setting(out, option);
	}
	g_string_append(out, _("\nKeys of an account, in accounts/NAME.conf beside it:\n\n"));
	for (const Option *option = account_options(); option->name; option++)
		append_setting(out, option);
	return g_string_free(out, FALSE);
}

/* ", "-separated keys of a command in the order of the table, and the ':' line's word for it. */
static char *keys_of(const Keymap *keymap, CommandId id)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

	for (unsigned i = 0; i < keymap_count(keymap); i++)
		if (keymap_at(keymap, i)->id == id)
			g_ptr_array_add(keys, keymap_binding_keys(keymap_at(keymap, i)));
	g_ptr_array_add(keys, g_strconcat(":", command_get(id)->name, NULL));
	g_ptr_array_add(keys, NULL);
	return g_strjoinv(", ", (char **)keys->pdata);
}

/* Where a command means something: "the list", "the reader" …, those that apply. */
static GPtrArray *places_of(guint contexts)
{
	static const struct { CommandContext context; const char *name; } places[] = {
		{ CONTEXT_LIST, N_("the list") },
		{ CONTEXT_READER, N_("the reader") },
		{ CONTEXT_FOLDERS, N_("the folder pane") },
		{ CONTEXT_FILES, N_("the attachments") },
		{ CONTEXT_OUTBOX, N_("the Outbox") },
		{ CONTEXT_OPTIONS, N_("the settings") },
		{ CONTEXT_OOF, N_("the out-of-office page") },
		{ CONTEXT_CERTIFICATES, N_("the certificates") },
		{ CONTEXT_WRITING, N_("a mail being written") },
	};
	GPtrArray *found = g_ptr_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (contexts & places[i].context)
			g_ptr_array_add(found, (gpointer)_(places[i].name));
	return found;
}

/* " In the list and the reader."; "" for what means something in every pane. */
static char *place_text(guint contexts)
{
	g_autoptr(GPtrArray) places = places_of(contexts);
	g_autoptr(GString) text = g_string_new(NULL);

	if ((contexts & CONTEXT_ALL) == CONTEXT_ALL)
		return g_strdup("");
	for (guint i = 0; i < places->len; i++)
		g_string_append_printf(text, "%s%s",
		                       i == 0                 ? ""
		                       : i + 1 == places->len ? _(" and ")
		                                              : ", ",
		                       (const char *)g_ptr_array_index(places, i));
	return g_strdup_printf(_(" In %s."), text->str);
}

/* What a command does, and where it means something unless that is everywhere. */
static char *meaning_of(const Command *command)
{
	g_autofree char *place = place_text(command->contexts);

	return g_strconcat(_(command->help), ".", place, NULL);
}

static char *topic_keys(void)
{
	g_autoptr(Keymap) keymap = keymap_new(KEYMAP_DEFAULT);
	GString *out = g_string_new(_("Keys of the screens, and the words for the “:” line:\n\n"));

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		g_autofree char *keys = keys_of(keymap, id);
		g_autofree char *text = meaning_of(command_get(id));
		append_pair(out, keys, text, OPTION_COLUMN);
	}
	return g_string_free(out, FALSE);
}

static const struct { const char *name; char *(*text)(void); } topics[] = {
	{ "config", topic_config },
	{ "exit", topic_exit },
	{ "keys", topic_keys },
};

char *help_topic(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return topics[i].text();
	return NULL;
}

const char *const *help_topics(void)
{
	static const char *const names[] = { "config", "exit", "keys", NULL };

	return names;
}

/* ---- manual pages ---- */

/* man(7): a backslash is \e, and a line must not begin with a dot or quote. */
static char *man_escape(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *p = text; *p; p++) {
		if (*p == '\\')
			g_string_append(out, "\\e");
		else if (*p == '-')
			g_string_append(out, "\\-");
		else if (strchr(".'", *p) && (p == text || p[-1] == '\n'))
			g_string_append_printf(out, "\\&%c", *p);
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

static void append_man_pair(GString *out, const char *left, const char *right)
{
	g_autofree char *head = man_escape(left);
	g_autofree char *body = man_escape(right);

	g_string_append_printf(out, ".TP\n\\fB%s\\fR\n%s\n", head, body);
}

static void append_man_options(GString *out, const ArgOption *options)
{
	for (const ArgOption *option = options; option && option->name; option++) {
		g_autofree char *spelling = option_spelling(option);
		append_man_pair(out, g_strchug(spelling), option->help);
	}
}

static char *man_verbs(void)
{
	GString *out = g_string_new(NULL);

	for (const Verb *const *v = verbs_all(); *v; v++) {
		g_autofree char *title =
			g_strdup_printf("postern %s%s%s", (*v)->name, (*v)->operands ? " " : "",
		                        (*v)->operands ? (*v)->operands : "");
		g_autofree char *head = man_escape(title);
		g_autofree char *body = man_escape((*v)->description);
		g_string_append_printf(out, ".SS %s\n%s\n", head, body);
		append_man_options(out, (*v)->options);
		for (int i = 0; i < VERB_EXAMPLES && (*v)->examples[i].line; i++) {
			g_autofree char *line = man_escape((*v)->examples[i].line);
			g_autofree char *what = man_escape((*v)->examples[i].what);
			g_string_append_printf(out, ".PP\n%s:\n.PP\n.nf\n    postern %s\n.fi\n",
			                       what, line);
		}
	}
	return g_string_free(out, FALSE);
}

static char *man_options(void)
{
	/* A verb that takes all that narrows, so that its tables are all there are. */
	static const Verb widest = { .uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE };
	g_autofree const ArgOption **tables = verb_option_tables(&widest);
	GString *out = g_string_new(NULL);

	for (int i = 0; tables[i]; i++)
		append_man_options(out, tables[i]);
	return g_string_free(out, FALSE);
}

static void append_man_option_row(GString *out, const Option *option)
{
	g_autofree char *name = option_full_name(option);
	g_autofree char *allowed = option_allowed(option);
	g_autofree char *text =
		g_strdup_printf("%s Takes %s.%s%s%s%s", option->help, allowed,
	                        *option->default_value ? " Default: " : "", option->default_value,
	                        *option->default_value ? "." : "",
	                        option->is_per_account ? " Also for one account alone." : "");
	append_man_pair(out, name, text);
}

static char *man_settings(void)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < SETTING_COUNT; i++)
		append_man_option_row(out, setting_option((SettingId)i));
	return g_string_free(out, FALSE);
}

static char *man_account(void)
{
	GString *out = g_string_new(NULL);

	for (const Option *option = account_options(); option->name; option++)
		append_man_option_row(out, option);
	return g_string_free(out, FALSE);
}

static char *man_exit(void)
{
	GString *out = g_string_new(NULL);

#define EXIT_CODE(id, code, meaning) append_man_pair(out, #code, meaning);
#include "cli/exit.def"
#undef EXIT_CODE
	return g_string_free(out, FALSE);
}

static char *man_keys(void)
{
	g_autoptr(Keymap) keymap = keymap_new(KEYMAP_DEFAULT);
	GString *out = g_string_new(NULL);

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		g_autofree char *keys = keys_of(keymap, id);
		g_autofree char *text = meaning_of(command_get(id));
		append_man_pair(out, keys, text);
	}
	return g_string_free(out, FALSE);
}

/* What a profile has otherwise than "default". */
static char *man_profile(KeymapProfile profile)
{
	g_autoptr(Keymap) keymap = keymap_new(profile);
	g_autoptr(Keymap) usual = keymap_new(KEYMAP_DEFAULT);
	GString *out = g_string_new(NULL);

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		g_autofree char *keys = keys_of(keymap, id);
		g_autofree char *usual_keys = keys_of(usual, id);
		g_autofree char *text = meaning_of(command_get(id));
		if (strcmp(keys, usual_keys) != 0)
			append_man_pair(out, keys, text);
	}
	return g_string_free(out, FALSE);
}

static char *man_keys_mutt(void) { return man_profile(KEYMAP_MUTT); }
static char *man_keys_vim(void) { return man_profile(KEYMAP_VIM); }
static char *man_keys_alpine(void) { return man_profile(KEYMAP_ALPINE); }

static char *man_theme(void)
{
	GString *roles = g_string_new(NULL), *colours = g_string_new(NULL);
	char *name;

	for (StyleRole role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		g_autofree char *role_name = style_role_name(role);
		g_string_append_printf(roles, "%s%s", role ? ", " : "", role_name);
	}
	for (unsigned i = 0; (name = style_colour_name(i)); i++) {
		g_string_append_printf(colours, "%s%s", i ? ", " : "", name);
		g_free(name);
	}
	g_autofree char *all = g_strdup_printf(".PP\nRoles: %s.\n.PP\nColours: %s.\n", roles->str,
	                                       colours->str);
	g_string_free(roles, TRUE);
	g_string_free(colours, TRUE);
	return g_steal_pointer(&all);
}

/* The fields of the query language; its states. */
static char *man_query_part(bool is_fields)
{
	GString *out = g_string_new(NULL);
	size_t count;
	const QueryTerm *terms = query_terms(&count);

	for (size_t i = 0; i < count; i++) {
		g_autofree char *left = g_strconcat(terms[i].text, *terms[i].value ? _(terms[i].value) : "", NULL);
		if (is_fields == (*terms[i].value != '\0'))
			append_man_pair(out, left, _(terms[i].help));
	}
	return g_string_free(out, FALSE);
}

static char *man_query_fields(void) { return man_query_part(true); }
static char *man_query_states(void) { return man_query_part(false); }

char *help_man_part(const char *name)
{
	static const struct { const char *name; char *(*text)(void);
	} parts[] = {
		{ "verbs", man_verbs },       { "options", man_options },
		{ "settings", man_settings }, { "account", man_account },
		{ "exit", man_exit },         { "keys", man_keys },
		{ "keys-mutt", man_keys_mutt }, { "keys-vim", man_keys_vim },
		{ "keys-alpine", man_keys_alpine },
		{ "theme", man_theme },       { "query-fields", man_query_fields },
		{ "query-states", man_query_states },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (strcmp(parts[i].name, name) == 0)
			return parts[i].text();
	return NULL;
}
