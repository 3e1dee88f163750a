#include "cli/consult.h"

#include "base/error.h"
#include "base/i18n.h"

Errand *consult_start(Cli *cli, const Account *account, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();

	g_ptr_array_add(accounts, (void *)account);
	return errand_start(cli, SYNC_ON_DEMAND, accounts, err);
}

bool consult_has_failed(const SyncEvent *event, GError **err)
{
	bool is_bad = event->kind == SYNC_FAILED || event->kind == SYNC_STOPPED ||
	              errand_is_stuck(event);

	if (is_bad)
		fail(err, event->error_kind ? (ErrorKind)event->error_kind : ERR_SERVER, "%s",
		     event->text ? event->text : _("the engine has stopped"));
	return is_bad;
}

static char *text_of(GBytes *content)
{
	gsize len;
	const char *bytes = g_bytes_get_data(content, &len);

	return g_strndup(bytes ? bytes : "", len);
}

bool consult_ask(Errand *errand, int64_t account_id, ConsultAsk ask, const void *data,
                 char **ret_answer, GError **err)
{
	int64_t wish_id = ask(errand_client(errand), account_id, data);

	for (;;) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(errand, &event, err) || consult_has_failed(event, err))
			return false;
		if (event->kind == SYNC_FETCHED && event->wish_id == wish_id && event->content) {
			*ret_answer = text_of(event->content);
			return true;
		}
	}
}
