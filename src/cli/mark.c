#include "cli/mark.h"

#include "cli/mail.h"

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	bool is_read = data != NULL;

	(void)organise;
	(void)err;
	if (((message->flags & MESSAGE_READ) != 0) == is_read)
		return NULL;
	return op_new_mark_read(message->id, is_read);
}

bool mark_picked(Cli *cli, bool is_read, GError **err)
{
	return organise_mail(cli, op_for, is_read ? cli : NULL, err);
}

bool mark_shown(Cli *cli, const Message *message, GError **err)
{
	g_auto(CliWritten) written = { 0 };
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	const Account *account;

	if (message->flags & MESSAGE_READ || args_has(cli->args, "dry-run"))
		return true;
	account = mail_account(cli, message, err);
	if (!account)
		return false;
	g_ptr_array_add(accounts, (void *)account);
	CliChange change = { .accounts = accounts,
		             .ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free),
		             .is_queued = args_has(cli->args, "offline") };
	g_ptr_array_add(change.ops, op_new_mark_read(message->id, true));
	return cli_engine_write(cli, &change, &written, err);
}
