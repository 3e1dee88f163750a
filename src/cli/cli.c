#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/account_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "cli/help.h"
#include "cli/session.h"

/* ---- before anything is parsed ---- */

/* A failure while parsing is told in the form the script hopes for. */
static OutputForm form_hoped_for(char **argv)
{
	OutputForm form = OUTPUT_TEXT;

	for (int i = 1; argv[i] && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--json") == 0)
			form = OUTPUT_JSON;
		else if (strcmp(argv[i], "--jsonl") == 0)
			form = OUTPUT_JSONL;
	}
	return form;
}

/* Words of the verb may follow options, as in `postern -v mail list`: index of the first operand,
 * or argc. */
static int first_operand(int argc, char **argv)
{
	const ArgOption *const tables[] = { verb_common_options(), NULL };
	int i = 1;

	while (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0) {
		const ArgOption *option = args_find(tables, argv[i]);
		bool is_alone = option && option->type != ARG_FLAG && !strchr(argv[i], '=') &&
		                (argv[i][1] == '-' || !argv[i][2]);
		i += is_alone ? 2 : 1;
	}
	return MIN(i, argc);
}

/* @argv without the program and the words of the verb. Free with g_free: the words stay argv's. */
static const char **words_without(char **argv, int at, int count)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	for (int i = 1; argv[i]; i++)
		if (i < at || i >= at + count)
			g_ptr_array_add(words, argv[i]);
	g_ptr_array_add(words, NULL);
	return (const char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

/* ---- setting up ---- */

static bool wants_color(const Cli *cli)
{
	const char *when = args_text(cli->args, "color");

	if (!when)
		when = settings_text(cli->settings, SETTING_OUTPUT_COLOR);
	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	const char *no_color = g_getenv("NO_COLOR"), *term = g_getenv("TERM");
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

static int terminal_columns(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static bool choose_form(const Args *args, OutputForm *ret_form, GError **err)
{
	bool is_json = args_has(args, "json"), is_jsonl = args_has(args, "jsonl"),
	     is_null = args_has(args, "null");

	if (is_json + is_jsonl + is_null > 1)
		return fail(err, ERR_USAGE, _("--json, --jsonl and -0 exclude each other"));
	*ret_form = is_json    ? OUTPUT_JSON
	            : is_jsonl ? OUTPUT_JSONL
	            : is_null  ? OUTPUT_NUL
	                       : OUTPUT_TEXT;
	return true;
}

static bool open_log(const Cli *cli, GError **err)
{
	static const LogLevel by_count[] = { LOG_NONE, LOG_INFO, LOG_DEBUG, LOG_WIRE };
	const char *file = args_text(cli->args, "log-file");
	int count = args_count(cli->args, "verbose");

	if (count)
		return log_open(file, by_count[MIN(count, 3)], err);
	if (file)
		return log_open(file, LOG_INFO, err);
	int level = option_choice(setting_option(SETTING_LOG_LEVEL),
	                          settings_text(cli->settings, SETTING_LOG_LEVEL));
	g_autofree char *own = settings_path(cli->settings, SETTING_LOG_FILE);
	g_autofree char *path =
		own ? g_steal_pointer(&own) : g_build_filename(cli->paths->state_dir, "log", NULL);
	if (level == LOG_NONE)
		return true;
	return file_ensure_dir(cli->paths->state_dir, err) &&
	       log_open(path, (LogLevel)level, err);
}

/* Help and repairs must work when the files of settings are broken. */
static bool needs_settings(const Verb *verb)
{
	static const char *const without[] = { "help", "completion", "config check", "config path",
		                               NULL };

	return !g_strv_contains(without, verb->name);
}

static bool set_up(Cli *cli, OutputForm form, GError **err)
{
	cli->paths = paths_new();
	cli->settings = needs_settings(cli->verb) ? settings_load(cli->paths, err) : settings_new();
	if (!cli->settings || !open_log(cli, err))
		return false;
	OutputSetup setup = { .form = form,
		              .fields = args_text(cli->args, "fields"),
		              .has_color = wants_color(cli),
		              .is_terminal = isatty(STDOUT_FILENO),
		              .columns = terminal_columns() };
	cli->output = output_new(&setup);
	return true;
}

static void clean_up(Cli *cli)
{
	output_free(cli->output);
	store_search_free(cli->search);
	certificates_unref(cli->certificates);
	smime_tokens_close(cli->tokens);
	store_reader_free(cli->reader);
	store_unref(cli->store);
	g_clear_pointer(&cli->accounts, g_ptr_array_unref);
	secret_unref(cli->password);
	settings_free(cli->settings);
	paths_free(cli->paths);
	log_close();
}

/* ---- running ---- */

static bool check_operands(const Verb *verb, const Args *args, GError **err)
{
	int count = (int)args_operand_count(args);

	if (count < verb->operands_min)
		return fail(err, ERR_USAGE, _("%s: %s is missing; see: postern %s --help"),
		            verb->name, verb->operands, verb->name);
	if (verb->operands_max >= 0 && count > verb->operands_max)
		return fail(err, ERR_USAGE,
		            _("%s: “%s” is one word too many; see: postern %s --help"), verb->name,
		            args_operands(args)[verb->operands_max], verb->name);
	return true;
}

static bool run_verb(Cli *cli, OutputForm form, GError **err)
{
	return check_operands(cli->verb, cli->args, err) && set_up(cli, form, err) &&
	       cli->verb->run(cli, err) && output_end(cli->output, err);
}

static int finish(OutputForm form, const GError *error, int exit_code)
{
	if (!error)
		return exit_code;
	output_failure(form, error);
	return (int)exit_code_of(error_kind(error));
}

static int parse_and_run(const Verb *verb, const char *const *words, OutputForm form,
                         const CliProgram *program)
{
	g_autofree const ArgOption **tables = verb_option_tables(verb);
	g_autoptr(GError) error = NULL;
	g_autoptr(Args) args = args_parse(verb->name, tables, words, &error);
	Cli cli = {
		.verb = verb, .args = args, .backends = program->backends, .clock = program->clock
	};

	if (args && args_has(args, "help")) {
		g_autofree char *text = help_of_verb(verb);
		fputs(text, stdout);
		return EXIT_OK;
	}
	if (args && choose_form(args, &form, &error))
		run_verb(&cli, form, &error);
	int code = finish(form, error, cli.exit_code);
	clean_up(&cli);
	return code;
}

/* ---- the bare program ---- */

static int run_bare(char **argv, const CliProgram *program)
{
	/* Not in verbs.def: it has no name. Options that make sense for the screens are those
	 * common to all. */
	static const Verb screens_verb = { .name = "postern" };
	g_autofree const ArgOption **tables = verb_option_tables(&screens_verb);
	g_autoptr(GError) error = NULL;
	g_autoptr(Args) args = args_parse("postern", tables, (const char *const *)argv + 1, &error);
	Cli cli = { .verb = &screens_verb,
		    .args = args,
		    .backends = program->backends,
		    .clock = program->clock,
		    .is_for_screens = true };
	int code = EXIT_OK;

	if (args && (args_has(args, "help") || !program->run_screens)) {
		g_autofree char *text = help_overview();
		fputs(text, stdout);
	} else if (args && set_up(&cli, OUTPUT_TEXT, &error) && cli_accounts(&cli, &error) &&
	           cli_store(&cli, &error)) {
		CliScreens screens = { cli.store, cli.accounts, cli.backends,
			               cli.clock, cli.paths,    args_has(args, "offline"),
			               !wants_color(&cli) };
		code = program->run_screens(&screens);
	}
	code = finish(OUTPUT_TEXT, error, code);
	clean_up(&cli);
	return code;
}

/* "postern mail --help": what can be done with mail. False: @words are something else. */
static bool explain_noun(const char *const *words)
{
	if (!words[1] || words[2] ||
	    !(strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0))
		return false;
	g_autofree char *text = help_of_noun(words[0]);
	if (text)
		fputs(text, stdout);
	return text != NULL;
}

int cli_run(int argc, char **argv, const CliProgram *program)
{
	OutputForm form = form_hoped_for(argv);
	int at = first_operand(argc, argv), count = 0;
	g_autoptr(GError) error = NULL;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("postern %s\n", POSTERN_VERSION);
		return EXIT_OK;
	}
	if (at == argc)
		return run_bare(argv, program);
	if (explain_noun((const char *const *)argv + at))
		return EXIT_OK;
	const Verb *verb = verb_find((const char *const *)argv + at, &count, &error);
	if (!verb)
		return finish(form, error, EXIT_USAGE);
	g_autofree const char **words = words_without(argv, at, count);
	return parse_and_run(verb, words, form, program);
}
