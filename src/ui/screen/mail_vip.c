/* Whose mail is marked: the senders of what is read. */
#include "base/i18n.h"
#include "store/people.h"
#include "ui/screen/mail_state.h"

void do_vip(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const MessageRow *row = screen_row(mail);
	GError *err = NULL;
	bool is_vip;

	(void)call;
	if (!row->address || !*row->address) {
		screen_say(mail, STYLE_WARNING, "%s", _("This message has no sender's address."));
		return;
	}
	if (!store_read_is_vip(mail->setup.reader, row->address, &is_vip, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	g_autofree char *label = g_strdup_printf(is_vip ? _("%s is no longer a VIP.")
	                                                : _("%s is a VIP: is:vip finds the mail."),
	                                         row->person);
	screen_choose_vip(mail, row->address, !is_vip, label);
}
