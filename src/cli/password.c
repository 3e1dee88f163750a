#include "cli/password.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"

enum { TRY_TIMEOUT_MS = 60 * 1000 };

bool password_find(Cli *cli, const Account *account, Secret **ret_password, GError **err)
{
	Secret *given = NULL;

	if (!cli_password(cli, &given, err))
		return false;
	if (given || account->password_command) {
		*ret_password = given ? secret_ref(given) : NULL;
		return true;
	}
	if (!cli_may_ask(cli))
		return fail(err, ERR_SIGN_IN,
		            _("a password is needed: --password-command or --password-fd"));
	g_autofree char *question = g_strdup_printf(_("Password of %s:"), account->user_name);
	*ret_password = ask_secret(question, err);
	return *ret_password != NULL;
}

int64_t password_deadline_ms(const Cli *cli)
{
	int64_t deadline_ms = cli_deadline_ms(cli);

	return deadline_ms >= 0 ? deadline_ms : clock_uptime_ms(cli->clock) + TRY_TIMEOUT_MS;
}
