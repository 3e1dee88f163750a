#include <string.h>

#include "base/error.h"
#include "cli/help.h"
#include "cli/verb.h"

static void test_finding(void)
{
	static const struct { const char *words, *name, *says; int count; } rows[] = {
		{ "mail list x",      "mail list", NULL, 2 },
		{ "sync mail",        "sync", NULL, 1 },
		{ "help mail",        "help", NULL, 1 },
		{ "mail",             NULL, "“mail” needs to know what to do: list, search, show, mark", 0 },
		{ "mail lsit",        NULL, "there is no “mail lsit” (did you mean “list”?)", 0 },
		{ "mial list",        NULL, "there is no command “mial” (did you mean “mail”?)", 0 },
		{ "calendar",         NULL, "there is no command “calendar”;", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) words = g_strsplit(rows[i].words, " ", -1);
		g_autoptr(GError) err = NULL;
		int count = 0;
		const Verb *verb = verb_find((const char *const *)words, &count, &err);
		g_assert_cmpstr(verb ? verb->name : NULL, ==, rows[i].name);
		g_assert_cmpint(count, ==, rows[i].count);
		if (verb)
			continue;
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

/* One letter and one name, one meaning. */
static void check_options(const Verb *verb)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) letters = g_hash_table_new(NULL, NULL);

	for (int i = 0; tables[i]; i++) {
		for (const ArgOption *option = tables[i]; option->name; option++) {
			g_test_message("%s --%s", verb->name, option->name);
			g_assert_true(g_hash_table_add(seen, (void *)option->name));
			g_assert_true(!option->letter || g_hash_table_add(letters, GINT_TO_POINTER(option->letter)));
			g_assert_nonnull(option->help);
			g_assert_false(g_str_has_suffix(option->help, "."));
			g_assert_cmpint(option->type == ARG_FLAG, ==, option->value == NULL);
			g_assert_cmpint(option->type == ARG_INT || option->type == ARG_CHOICE, ==, option->range != NULL);
		}
	}
}

/* What help promises must be understood: the options of each example are the verb's. */
static void check_example(const Verb *verb, const char *line)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);
	g_auto(GStrv) words = NULL;

	g_test_message("%s", line);
	if (!g_str_has_prefix(line, verb->name) || strpbrk(line, "|<>&"))
		return;
	g_assert_true(g_shell_parse_argv(line, NULL, &words, NULL));
	g_auto(GStrv) name = g_strsplit(verb->name, " ", -1);
	g_autoptr(GError) err = NULL;
	g_autoptr(Args) args = args_parse(verb->name, tables, (const char *const *)words + g_strv_length(name), &err);
	g_assert_no_error(err);
	g_assert_cmpint((int)args_operand_count(args), >=, verb->operands_min);
	g_assert_true(verb->operands_max < 0 || (int)args_operand_count(args) <= verb->operands_max);
}

static void test_every_row_is_whole(void)
{
	for (const Verb *const *verb = verbs_all(); *verb; verb++) {
		g_assert_nonnull((*verb)->run);
		g_assert_false(g_str_has_suffix((*verb)->summary, "."));
		g_assert_true(g_str_has_suffix((*verb)->description, "."));
		check_options(*verb);
		for (int i = 0; i < VERB_EXAMPLES; i++) {
			g_assert_nonnull((*verb)->examples[i].line);
			check_example(*verb, (*verb)->examples[i].line);
		}
		g_autofree char *help = help_of_verb(*verb);
		g_assert_nonnull(strstr(help, (*verb)->name));
	}
}

static void test_help_fits_a_terminal(void)
{
	for (const Verb *const *verb = verbs_all(); *verb; verb++) {
		g_autofree char *help = help_of_verb(*verb);
		g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
		for (int i = 0; lines[i]; i++)
			if (!g_str_has_prefix(lines[i], "  postern "))      /* examples are copied, not wrapped */
				g_assert_cmpint(g_utf8_strlen(lines[i], -1), <=, 80);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verbs/find", test_finding);
	g_test_add_func("/verbs/whole", test_every_row_is_whole);
	g_test_add_func("/verbs/help", test_help_fits_a_terminal);
	return g_test_run();
}
