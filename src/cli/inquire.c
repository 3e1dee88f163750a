#include "cli/inquire.h"

#include "app/judgement.h"
#include "base/error.h"
#include "cli/consult.h"
#include "cli/engine.h"

static bool ask_each(Errand *errand, int64_t account_id, const GPtrArray *urls, GError **err)
{
	for (guint i = 0; i < urls->len; i++) {
		g_autoptr(SyncEvent) answer = NULL;
		int64_t wish_id = sync_wish_revocation(errand_client(errand), account_id, 0,
		                                       urls->pdata[i]);
		if (!errand_answer(errand, wish_id, &answer, err))
			return false;
	}
	return true;
}

static bool ask(Cli *cli, const GPtrArray *urls, GError **err)
{
	const Account *account = cli_account(cli, err);
	int64_t account_id;

	if (!account || !cli_engine_account_id(cli, account, &account_id, err))
		return false;
	g_autoptr(Errand) errand = consult_start(cli, account, err);
	return errand && ask_each(errand, account_id, urls, err);
}

bool inquire(Cli *cli, const SmimeMessage *message, bool *ret_is_asked, GError **err)
{
	g_autoptr(GPtrArray) urls = judgement_questions(message);
	GError *why = NULL;

	*ret_is_asked = urls->len > 0 && ask(cli, urls, &why);
	if (error_is(why, ERR_CANCELLED)) {
		g_propagate_error(err, why);
		return false;
	}
	if (why && !cli_is_quiet(cli))
		output_message("%s", why->message);
	g_clear_error(&why);
	if (*ret_is_asked)
		g_clear_pointer(&cli->certificates, certificates_unref);
	return true;
}
