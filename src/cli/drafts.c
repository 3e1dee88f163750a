#include "cli/drafts.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/send.h"

bool drafts_load(Cli *cli, int64_t *ret_id, Draft **ret_draft, StoreDraft **ret_row, GError **err)
{
	const char *word = args_operands(cli->args)[0];
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(GError) why = NULL;

	if (!reader || !send_id_parse(cli, 'd', word, ret_id, err))
		return false;
	if (store_load_draft(reader, *ret_id, ret_draft, ret_row, &why))
		return true;
	if (error_is(why, ERR_NOT_FOUND))
		return fail(err, ERR_NOT_FOUND, _("there is no draft %s here"), word);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

const Account *drafts_account(Cli *cli, const StoreDraft *row, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);

	for (guint i = 0; accounts && i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		g_autoptr(AccountState) state = NULL;
		if (!cli_account_state(cli, account, &state, err))
			return NULL;
		if (state && state->id == row->account_id)
			return account;
	}
	return accounts ? fail_null(err, ERR_NOT_FOUND,
	                            _("the account of this draft is no longer set up"))
	                : NULL;
}

bool drafts_check_text(Cli *cli, const StoreDraft *row, GError **err)
{
	g_autoptr(Draft) draft = draft_from_text(row->text, err);
	g_autoptr(GBytes) mime = NULL;
	bool refers;

	if (!draft || !store_read_draft_bytes(cli->reader, row->id, &mime, &refers, err))
		return false;
	return !mime || *draft->body ||
	       fail(err, ERR_REFUSED,
	            _("a program wrote this message whole; it can be sent or deleted, not changed"));
}
