#include "cli/answer.h"

#include "app/answering.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/mail.h"

/* What was fetched is in the store, where it is looked for. The source of what has gone on the
 * server is nowhere, and then what is known must do; SOGo breaks down over it (HTTP 501). */
static bool take_mime(void *data, int64_t message_id, GBytes *mime, const GError *error,
                      GError **err)
{
	(void)data;
	(void)message_id;
	(void)mime;
	if (!error || error_is(error, ERR_GONE) || error_is(error, ERR_UNSUPPORTED))
		return true;
	g_propagate_error(err, g_error_copy(error));
	return false;
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
	AnsweringSelf self = answering_self(cli->settings, *ret_account, state);
	AnsweringWish wish = { message->id, kind, date };

	if (self.is_decrypting && !(self.certificates = cli_certificates(cli, err)))
		return NULL;
	return answering_begin(cli->reader, &self, &wish, err);
}

/* ---- several ---- */

/* The account that all of them are in; NULL with *err. */
static const Account *common_account(Cli *cli, const GPtrArray *messages, GError **err)
{
	const Account *common = NULL;

	for (guint i = 0; i < messages->len; i++) {
		const Account *account = mail_account(cli, messages->pdata[i], err);
		if (!account)
			return NULL;
		if (common && account != common)
			return fail_null(
				err, ERR_USAGE,
				_("%s: a mail leaves from one account, and these are of %s and %s"),
				cli->verb->name, common->name, account->name);
		common = account;
	}
	return common;
}

Draft *answer_attach(Cli *cli, const GPtrArray *messages, const Account **ret_account, GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!(*ret_account = common_account(cli, messages, err)) ||
	    !cli_account_state(cli, *ret_account, &state, err))
		return NULL;

	AnsweringSelf self = answering_self(cli->settings, *ret_account, state);

	for (guint i = 0; i < messages->len; i++)
		g_array_append_val(ids, ((Message *)g_ptr_array_index(messages, i))->id);
	return answering_attach(cli->reader, &self, ids, err);
}
