#include "cli/answer.h"

#include "app/answering.h"
#include "cli/fetch.h"
#include "cli/mail.h"

/* What was fetched is in the store, where it is looked for. */
static bool take_mime(void *data, int64_t message_id, GBytes *mime, const GError *error,
                      GError **err)
{
	(void)data;
	(void)message_id;
	(void)mime;
	if (error)
		g_propagate_error(err, g_error_copy(error));
	return !error;
}

/* For the headers that ActiveSync does not give: Message-ID, References, List-Post. */
static bool fetch_source(Cli *cli, const Account *account, int64_t message_id, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	FetchSink sink = { .take = take_mime };

	if (args_has(cli->args, "offline"))
		return true;
	g_ptr_array_add(accounts, (void *)account);
	g_array_append_val(ids, message_id);
	return fetch_mime(cli, accounts, ids, &sink, err);
}

Draft *answer_begin(Cli *cli, const char *id, DraftKind kind, const Account **ret_account,
                    GError **err)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(AccountState) state = NULL;

	if (!mail_read(cli, id, &message, err) ||
	    !(*ret_account = mail_account(cli, message, err)) ||
	    !fetch_source(cli, *ret_account, message->id, err) ||
	    !cli_account_state(cli, *ret_account, &state, err))
		return NULL;

	g_autofree char *date = output_local_time(message->received_ms);
	AnsweringSelf self = { .account = (*ret_account)->name,
		               .address = (*ret_account)->address,
		               .addresses = state ? state->addresses : NULL,
		               .quote_header = settings_text_for(cli->settings, *ret_account,
		                                                 SETTING_COMPOSE_QUOTE_HEADER) };
	return answering_begin(cli->reader, &self, message->id, kind, date, err);
}
