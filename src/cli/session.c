#include "cli/session.h"

#include <string.h>
#include <unistd.h>

#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"
#include "cli/tokens.h"
#include "cli/unlock.h"

const GPtrArray *cli_accounts(Cli *cli, GError **err)
{
	if (!cli->accounts && !accounts_load(cli->paths, cli->settings, &cli->accounts, err))
		return NULL;
	return cli->accounts;
}

static const char *wanted_account(const Cli *cli)
{
	return cli->verb->uses & USES_ACCOUNT ? args_text(cli->args, "account") : NULL;
}

const Account *cli_account(Cli *cli, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);

	return accounts ? accounts_find(accounts, wanted_account(cli), err) : NULL;
}

GPtrArray *cli_chosen_accounts(Cli *cli, GError **err)
{
	const Account *first = cli_account(cli, err);
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();

	if (!first)
		return NULL;
	if (wanted_account(cli))
		g_ptr_array_add(chosen, (void *)first);
	for (guint i = 0; !wanted_account(cli) && i < cli->accounts->len; i++)
		g_ptr_array_add(chosen, g_ptr_array_index(cli->accounts, i));
	return g_steal_pointer(&chosen);
}

Store *cli_store(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);

	if (!cli->store)
		cli->store = unlock_store(cli, dir, err);
	return cli->store;
}

StoreReader *cli_reader(Cli *cli, GError **err)
{
	if (!cli->reader && cli_store(cli, err))
		cli->reader = store_open_reader(cli->store, err);
	return cli->reader;
}

StoreSearch *cli_search(Cli *cli, GError **err)
{
	if (!cli->search && cli_store(cli, err))
		cli->search = store_search_open(cli->store, err);
	return cli->search;
}

static Certificates *load_certificates(Cli *cli, GError **err)
{
	g_autoptr(Certificates) loaded = certificates_load(cli->reader, err);
	SmimeTokens *tokens = NULL;
	CertificateInquiry inquiry = {
		settings_text(cli->settings, SETTING_SMIME_REVOCATION_HOSTS), cli->clock
	};

	if (!loaded || !certificates_add_revocation(loaded, cli->reader, &inquiry, err) ||
	    !cli_tokens(cli, &tokens, err) ||
	    (tokens && !certificates_add_tokens(loaded, tokens, err)))
		return NULL;
	return g_steal_pointer(&loaded);
}

const Certificates *cli_certificates(Cli *cli, GError **err)
{
	if (!cli->certificates && cli_reader(cli, err))
		cli->certificates = load_certificates(cli, err);
	return cli->certificates;
}

bool cli_account_state(Cli *cli, const Account *account, AccountState **ret_state, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(GError) why = NULL;
	AccountState *state = NULL;

	if (!reader)
		return false;
	if (!store_read_account(reader, account->name, &state, &why) &&
	    !error_is(why, ERR_NOT_FOUND)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	*ret_state = state;
	return true;
}

bool cli_password(Cli *cli, Secret **ret_secret, GError **err)
{
	bool is_told = cli->verb->uses & (USES_ENGINE | USES_KEYS | USES_FILE) &&
	               args_has(cli->args, "password-fd");

	if (is_told && !cli->password)
		cli->password =
			ask_descriptor((int)args_int(cli->args, "password-fd", 0), err);
	*ret_secret = cli->password;
	return cli->password || !is_told;
}

const Backend *cli_backend(const Cli *cli, const Account *account, GError **err)
{
	for (const Backend *const *backend = cli->backends; *backend; backend++)
		if (strcmp((*backend)->name, account->protocol) == 0)
			return *backend;
	return fail_null(err, ERR_UNSUPPORTED, _("%s: this Postern does not speak “%s”"),
	                 account->name, account->protocol);
}

int64_t cli_deadline_ms(const Cli *cli)
{
	int64_t seconds = args_int(cli->args, "timeout", 0);

	return seconds ? clock_uptime_ms(cli->clock) + seconds * 1000 : -1;
}

bool cli_may_ask(const Cli *cli)
{
	return !args_has(cli->args, "no-input") && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool cli_is_quiet(const Cli *cli)
{
	return args_has(cli->args, "quiet");
}

bool cli_confirm(const Cli *cli, const char *question, GError **err)
{
	bool is_yes = false;

	if (args_has(cli->args, "yes") || args_has(cli->args, "dry-run"))
		return true;
	if (!cli_may_ask(cli))
		return fail(err, ERR_USAGE, _("%s: say --yes, since nobody can be asked: %s"),
		            cli->verb->name, question);
	return ask_confirm(question, &is_yes, err) &&
	       (is_yes || fail(err, ERR_CANCELLED, _("nothing was changed")));
}

void cli_set_exit(Cli *cli, ExitCode code)
{
	cli->exit_code = (int)code;
}
