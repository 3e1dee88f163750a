#include "base/i18n.h"
#include "ui/screen/mail_state.h"

void screen_show_outbox(MailScreen *mail)
{
	const Folder *folder = folders_current(mail->folders);
	GError *err = NULL;

	if (mail->is_outbox_shown)
		return;
	screen_search_end(mail);
	screen_select_none(mail);
	mail->before_outbox_id = folder ? folder->id : 0;
	mail->is_outbox_shown = true;
	folders_set_current(mail->folders, FOLDERS_OUTBOX);
	screen_check(mail, outbox_reload(mail->outbox, &err), &err);
	screen_set_focus(mail, PANE_LIST);
}

void screen_leave_outbox(MailScreen *mail)
{
	const Folder *before = folders_find(mail->folders, mail->before_outbox_id);

	if (!before)
		before = folders_of_type(mail->folders, 0, FOLDER_INBOX);
	if (before)
		screen_show_folder(mail, before->id);
}

/* Whether a message was sent only a person can tell; the engine asks in the same words. */
static void ask_if_sent(MailScreen *mail, const OutboxRow *row)
{
	const AccountState *account = folders_account(mail->folders, row->op->account_id);
	g_autoptr(Question) question = question_new(QUESTION_SENT, row->op->account_id,
	                                            account ? account->name : NULL);

	question->op_id = row->op->id;
	question->text = g_strdup(_(
		"This message may have been sent or not: the server broke off, and it is not in Sent. Send it again?"));
	ask_box_free(mail->ask);
	mail->ask = ask_box_new(question);
}

void screen_outbox_details(MailScreen *mail)
{
	const OutboxRow *row = outbox_current(mail->outbox);

	if (row->op->state == OP_UNSURE)
		ask_if_sent(mail, row);
	else if (mail->layout.is_single)
		screen_set_focus(mail, PANE_READER);
}

void do_outbox_retry(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const OutboxRow *row = outbox_current(mail->outbox);

	(void)call;
	if (row->op->state == OP_UNSURE) {
		ask_if_sent(mail, row);
		return;
	}
	screen_act_on_outbox(mail, OUTBOX_RETRY, row->op->group_id, _("Trying again now."));
	/* It may be the account that waits after a failure. */
	mail->setup.host->ops->sync_now(mail->setup.host);
}

void do_outbox_cancel(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const OutboxRow *row = outbox_current(mail->outbox);
	g_autofree char *text = outbox_row_text(row);
	g_autofree char *label = g_strdup_printf(_("Cancelled: %s"), text);

	(void)call;
	screen_act_on_outbox(mail, OUTBOX_CANCEL, row->op->group_id, label);
}

void do_outbox_edit(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const OutboxRow *row = outbox_current(mail->outbox);

	(void)call;
	if (row->op->kind != OP_SEND)
		screen_say(mail, STYLE_NORMAL, "%s",
		           _("Only a mail can be changed; the rest can be cancelled."));
	else if (row->op->state == OP_UNSURE)
		ask_if_sent(mail, row);
	else
		screen_edit_from_outbox(mail, row->op);
}
