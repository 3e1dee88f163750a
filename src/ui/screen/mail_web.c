/* Pictures that a mail names on other servers: this once, always of its sender, no longer. */
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/mail_state.h"

bool screen_has_unasked_web(const MailScreen *mail)
{
	const Conversation *conversation = screen_conversation(mail);

	if (screen_attachments(mail))
		return false;
	return conversation ? conversation_has_unasked(conversation)
	                    : reader_has_unasked(screen_reader(mail));
}

static void ask_web(MailScreen *mail)
{
	if (screen_conversation(mail))
		conversation_ask_web(screen_conversation(mail));
	else
		reader_ask_web(screen_reader_of_row(mail));
}

static void say_hosts(MailScreen *mail)
{
	g_autofree char *hosts = screen_conversation(mail)
	                                 ? conversation_web_hosts(screen_conversation(mail))
	                                 : reader_web_hosts(screen_reader_of_row(mail));

	screen_say(mail, STYLE_NORMAL, _("Pictures on other servers: %s"),
	           hosts ? hosts : _("none"));
}

/* The address, if what it sends can be trusted to be its own. Free with g_free; NULL: said. */
static char *known_sender(MailScreen *mail, const Message *message)
{
	g_autofree char *address = consent_sender(message);

	if (web_is_junk(&mail->web, message))
		screen_say(mail, STYLE_WARNING, "%s",
		           _("Of mail in the junk folder no sender is known."));
	else if (!address)
		screen_say(mail, STYLE_WARNING, "%s",
		           _("This mail does not say in one address who it is from."));
	else
		return g_steal_pointer(&address);
	return NULL;
}

static void choose_sender(MailScreen *mail, bool is_shown)
{
	g_autoptr(Message) message = NULL;
	GError *err = NULL;

	if (!letters_read_message(mail->letters, screen_row(mail)->id, &message, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	const Folder *folder = folders_find(mail->folders, message->folder_id);
	g_autofree char *address = known_sender(mail, message);
	if (!folder || !address)
		return;
	g_autofree char *label = g_strdup_printf(
		is_shown ? _("Pictures of %s are always shown; :remote-images ask ends that.")
			 : _("Pictures of %s are shown when you ask for them."),
		address);
	if (is_shown)
		ask_web(mail);
	screen_choose_picture_sender(mail, folder->account_id, address, is_shown, label);
}

void do_remote_images(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (!*call->argument)
		ask_web(mail);
	else if (strcmp(call->argument, "always") == 0 || strcmp(call->argument, "ask") == 0)
		choose_sender(mail, strcmp(call->argument, "always") == 0);
	else if (strcmp(call->argument, "hosts") == 0)
		say_hosts(mail);
	else
		screen_say(mail, STYLE_WARNING, _("“%s” is none of always, ask and hosts."),
		           call->argument);
}
