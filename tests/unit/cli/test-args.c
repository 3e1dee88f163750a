#include <string.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/exit.h"
#include "cli/json.h"

static const ArgOption own[] = {
	{ 'f', "folder", ARG_FOLDER, "FOLDER", NULL, "a folder" },
	{ 0, "kind", ARG_CHOICE, "KIND", "eml|mbox", "what" },
	{ 0 },
};
static const ArgOption common[] = {
	{ 'n', "limit", ARG_INT, "N", "1-100", "how many" },
	{ 'q', "quiet", ARG_FLAG, NULL, NULL, "quiet" },
	{ 'v', "verbose", ARG_FLAG, NULL, NULL, "louder" },
	{ '0', "null", ARG_FLAG, NULL, NULL, "NUL" },
	{ 0, "json", ARG_FLAG, NULL, NULL, "JSON" },
	{ 0 },
};
static const ArgOption *const tables[] = { own, common, NULL };

static Args *parse(const char *line, GError **err)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);

	return args_parse("mail list", tables, (const char *const *)words, err);
}

/* What was understood, as one line. */
static char *describe(const Args *args)
{
	GString *out = g_string_new(NULL);

	for (const ArgOption *const *table = tables; *table; table++)
		for (const ArgOption *option = *table; option->name; option++)
			if (args_has(args, option->name))
				g_string_append_printf(out, "%s%s%s*%d ", option->name, option->value ? "=" : "",
				                       option->value ? args_text(args, option->name) : "",
				                       args_count(args, option->name));
	for (guint i = 0; i < args_operand_count(args); i++)
		g_string_append_printf(out, "<%s> ", args_operands(args)[i]);
	return g_string_free(out, FALSE);
}

static void test_what_is_understood(void)
{
	static const struct { const char *line, *says; } rows[] = {
		{ "-f inbox x",               "folder=inbox*1 <x> " },
		{ "--folder inbox x",         "folder=inbox*1 <x> " },
		{ "--folder=in=box",          "folder=in=box*1 " },
		{ "-finbox",                  "folder=inbox*1 " },
		{ "-n5 --limit 7",            "limit=7*2 " },
		{ "-qvv0",                    "quiet*1 verbose*2 null*1 " },
		{ "-vfinbox",                 "folder=inbox*1 verbose*1 " },
		{ "a -q b",                   "quiet*1 <a> <b> " },
		{ "-- -q --json",             "<-q> <--json> " },
		{ "- -q",                     "quiet*1 <-> " },
		{ "--folder= x",              "folder=*1 <x> " },
		{ "--folder -q",              "folder=-q*1 " },
		{ "--kind mbox",              "kind=mbox*1 " },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(Args) args = parse(rows[i].line, &err);
		g_assert_no_error(err);
		g_autofree char *text = describe(args);
		g_assert_cmpstr(text, ==, rows[i].says);
	}
}

static void test_what_is_refused(void)
{
	static const struct { const char *line, *says; } rows[] = {
		{ "--jsn",        "mail list: there is no option --jsn (did you mean “--json”?); see: postern mail list --help" },
		{ "--jsn=1",      "there is no option --jsn (did you mean" },
		{ "-x",           "there is no option -x" },
		{ "-qx",          "there is no option -qx" },
		{ "--folder",     "--folder needs a value: FOLDER" },
		{ "-f",           "--folder needs a value" },
		{ "--quiet=yes",  "--quiet takes no value" },
		{ "-n 0",         "--limit takes a number from 1 to 100, not “0”" },
		{ "-n 101",       "not “101”" },
		{ "-n 1x",        "not “1x”" },
		{ "-n -1",        "not “-1”" },
		{ "--kind emil",  "--kind takes one of eml, mbox, not “emil” (did you mean “eml”?)" },
		{ "-f \xff",      "the value of --folder is not UTF-8" },
		{ "--\x1b[2J",    "there is no option --\\x1b[2J" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_null(parse(rows[i].line, &err));
		g_assert_true(error_is(err, ERR_USAGE));
		g_test_message("%s", err->message);
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static void test_numbers(void)
{
	g_autoptr(Args) args = parse("-n 42", NULL);

	g_assert_cmpint(args_int(args, "limit", 7), ==, 42);
	g_autoptr(Args) none = parse("x", NULL);
	g_assert_cmpint(args_int(none, "limit", 7), ==, 7);
	g_assert_null(args_text(none, "folder"));
}

static void test_json(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	Json json;

	json_init(&json, out);
	json_begin_object(&json);
	json_key(&json, "a\"b");
	json_begin_array(&json);
	json_int(&json, -5);
	json_text(&json, "x\\\n\t\x1b\x7f\xc2\x9b\u202e😀\xff");
	json_text(&json, NULL);
	json_begin_object(&json);
	json_end_object(&json);
	json_end_array(&json);
	json_key(&json, "t");
	json_time(&json, INT64_C(1795504260000));
	json_key(&json, "n");
	json_time(&json, 0);
	json_key(&json, "b");
	json_bool(&json, false);
	json_end_object(&json);
	g_assert_cmpstr(out->str, ==, "{\"a\\\"b\":[-5,\"x\\\\\\n\\t\\u001b\\u007f\\u009b\\u202e😀\uFFFD\",null,{}],"
	                "\"t\":\"2026-11-24T07:11:00Z\",\"n\":null,\"b\":false}");
	g_string_truncate(out, 0);
	json_init(&json, out);
	json_text(&json, "\U000e0041");
	g_assert_cmpstr(out->str, ==, "\"\\udb40\\udc41\"");
}

static void test_every_kind_has_an_exit_code(void)
{
	for (int kind = ERR_USAGE; kind < ERR_KIND_COUNT; kind++) {
		int code = (int)exit_code_of((ErrorKind)kind);
		g_assert_cmpint(code, !=, EXIT_OK);
		g_assert_nonnull(exit_code_meaning(code));
	}
	g_assert_null(exit_code_meaning(99));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/args/understood", test_what_is_understood);
	g_test_add_func("/args/refused", test_what_is_refused);
	g_test_add_func("/args/numbers", test_numbers);
	g_test_add_func("/args/json", test_json);
	g_test_add_func("/args/exit", test_every_kind_has_an_exit_code);
	return g_test_run();
}
