#include "cli/tokens.h"

#include "base/i18n.h"
#include "cli/ask.h"

/* True if what --password-fd gives can be nothing but a PIN. */
static bool gives_pin(const Cli *cli)
{
	return cli->verb->uses & USES_KEYS && args_has(cli->args, "password-fd") &&
	       !args_texts(cli->args, "identity")[0];
}

static char *question_of(const SmimePinQuestion *question)
{
	return g_strdup_printf(question->is_last_try
	                               ? _("PIN of %s (if it is wrong, the token locks itself):")
	                               : _("PIN of %s:"),
	                       question->label);
}

static Secret *ask(const SmimePinQuestion *question, void *data)
{
	Cli *cli = data;
	Secret *given = NULL;

	if (gives_pin(cli))
		return cli_password(cli, &given, NULL) ? secret_ref(given) : NULL;
	g_autofree char *text = question_of(question);
	return ask_secret(text, NULL);
}

bool cli_tokens(Cli *cli, SmimeTokens **ret_tokens, GError **err)
{
	g_autofree char *module = settings_path(cli->settings, SETTING_SMIME_PKCS11_MODULE);

	SmimePinAsker asker = { .ask = gives_pin(cli) || cli_may_ask(cli) ? ask : NULL, .data = cli };

	if (module && !cli->tokens)
		cli->tokens = smime_tokens_open(module, asker, err);
	*ret_tokens = cli->tokens;
	return cli->tokens || !module;
}
