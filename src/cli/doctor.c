#include "app/doctor.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/password.h"

static const ArgOption options[] = {
	{ 0, "redact", ARG_FLAG, NULL, NULL,
	  N_("leave out names, addresses and hosts, to show the result to others") },
	{ 0 },
};

static const OutputField fields[] = {
	{ "verdict", N_("Verdict"), FIELD_VERDICT, 7 },
	{ "account", N_("Account"), FIELD_TEXT, 20 },
	{ "step", N_("Step"), FIELD_TEXT, 9 },
	{ "text", N_("Finding"), FIELD_TEXT, WIDTH_REST },
	{ "advice", N_("Advice"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

typedef struct {
	Cli       *cli;
	GPtrArray *secrets; /* of char *: words to leave out, then what stands for them, in turns;
	                       NULL without --redact */
	guint      failed, warned;
} Report;

static void add_secret(GPtrArray *secrets, const char *word, const char *instead)
{
	if (!word || !*word)
		return;
	g_ptr_array_add(secrets, g_strdup(word));
	g_ptr_array_add(secrets, g_strdup(instead));
}

/* The host without scheme, port and path. */
static char *host_of(const char *url)
{
	const char *start = strstr(url, "://");
	const char *host = start ? start + 3 : url;

	return g_strndup(host, strcspn(host, ":/"));
}

static GPtrArray *secrets_of(const GPtrArray *accounts)
{
	GPtrArray *secrets = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		g_autofree char *name = g_strdup_printf("account%u", i + 1);
		g_autofree char *host = host_of(account->server_url);
		add_secret(secrets, account->name, name);
		add_secret(secrets, account->address, "ADDRESS");
		add_secret(secrets, host, "HOST");
		add_secret(secrets, account->user_name, "USER");
		add_secret(secrets, account->ca_file, "CA-FILE");
	}
	add_secret(secrets, g_get_home_dir(), "~");
	return secrets;
}

static char *redacted(const Report *report, const char *text)
{
	g_autoptr(GString) out = g_string_new(text);

	for (guint i = 0; text && report->secrets && i < report->secrets->len; i += 2)
		g_string_replace(out, g_ptr_array_index(report->secrets, i),
		                 g_ptr_array_index(report->secrets, i + 1), 0);
	return text ? g_strdup(out->str) : NULL;
}

/* What stands for a finding that names somebody; NULL: it does not. The address of a host is as
 * telling as its name. */
static const char *left_out(const DoctorFinding *finding)
{
	if (strcmp(finding->step, "tcp") == 0)
		return _("(an address, left out)");
	return strcmp(finding->step, "keys") == 0 && finding->verdict == DOCTOR_WARN
	               ? _("a key ends soon, or has ended (whose, left out)")
	               : NULL;
}

static void take_finding(void *data, const DoctorFinding *finding)
{
	static const char *const verdicts[] = { "ok", "warn", "fail" };
	Report *report = data;
	bool is_table = output_form(report->cli->output) == OUTPUT_TEXT &&
	                !args_has(report->cli->args, "fields");
	const char *instead = report->secrets ? left_out(finding) : NULL;
	g_autofree char *text = redacted(report, instead ? instead : finding->text);
	g_autofree char *account = redacted(report, finding->account);
	const OutputValue values[] = {
		{ .text = verdicts[finding->verdict] },
		{ .text = account },
		{ .text = finding->step },
		{ .text = text },
		{ .text = finding->advice },
	};
	const OutputValue advice[] = { { 0 }, { 0 }, { 0 }, { .text = finding->advice }, { 0 } };

	report->failed += finding->verdict == DOCTOR_FAIL;
	report->warned += finding->verdict == DOCTOR_WARN;
	output_record(report->cli->output, values);
	if (is_table && finding->advice)
		output_record(report->cli->output, advice);
}

static bool see_account(Report *report, const Account *account, GError **err)
{
	Cli *cli = report->cli;
	g_autoptr(AccountState) state = NULL;
	Secret *password = NULL;

	if (!cli_account_state(cli, account, &state, err) || !cli_password(cli, &password, err))
		return false;
	DoctorVisit visit = {
		.account = account, .state = state, .password = password, .clock = cli->clock,
		.backend = cli_backend(cli, account, err), .tell = take_finding, .data = report,
		.deadline_ms = password_deadline_ms(cli),
	};
	if (!visit.backend)
		return false;
	doctor_see_account(&visit);
	return true;
}

static void see_keys(Report *report)
{
	StoreReader *reader = cli_reader(report->cli, NULL);

	if (reader)
		doctor_see_keys(reader, clock_now_ms(report->cli->clock), take_finding, report);
}

/* A store that cannot even be opened is a finding, not the end of the visit. */
static void see_store(Report *report)
{
	g_autoptr(GError) error = NULL;
	Store *store = cli_store(report->cli, &error);

	if (store) {
		doctor_see_store(store, take_finding, report);
		see_keys(report);
		return;
	}
	const DoctorFinding finding = {
		.step = "store",
		.verdict = DOCTOR_FAIL,
		.text = error->message,
		.advice = error_is(error, ERR_STORE)
		              ? _("run postern vault rebuild: what is only here is taken along, and the server has the mail")
		              : _("see “postern config path” for where the store is")
	};
	take_finding(report, &finding);
}

static bool run(Cli *cli, GError **err)
{
	Report report = { .cli = cli };
	g_autoptr(GPtrArray) accounts = cli_chosen_accounts(cli, err);
	g_autoptr(GPtrArray) secrets = accounts && args_has(cli->args, "redact")
	                                       ? secrets_of(cli_accounts(cli, err))
	                                       : NULL;

	if (!accounts || !output_begin(cli->output, fields, err))
		return false;
	report.secrets = secrets;
	see_store(&report);
	for (guint i = 0; cli->store && !args_has(cli->args, "offline") && i < accounts->len; i++)
		if (!see_account(&report, g_ptr_array_index(accounts, i), err))
			return false;
	output_meta_int(cli->output, "failed", report.failed);
	output_meta_int(cli->output, "warned", report.warned);
	if (report.failed)
		cli_set_exit(cli, EXIT_ERROR);
	return true;
}

const Verb verb_doctor = {
	.name = "doctor",
	.summary = N_("Find out what is wrong, and what to do about it"),
	.description = N_("Checks the store, one's keys for signed mail, and for each account the server's name, connection, certificate, sign-in, versions, "
	                  "commands, clock, policies, folder list and push. Each line is ok, warn or fail, and what is not well "
	                  "has an advice. Nothing is changed. The exit code is 1 if something fails."),
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "doctor", N_("Everything") },
		{ "doctor --redact", N_("To show to others") },
		{ "doctor -a work --json", N_("One account, for a script") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
