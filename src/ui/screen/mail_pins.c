/*
 * The mail screen's PINs. What was opened, answered or sent with a key on a token, and lacked the
 * PIN, waits here until it is asked for: of a message only once it is opened, so that nobody types
 * into a question who only passes by. Then all that waits is done again.
 */
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

/* Of what the person looks at. */
static const PinWish *wish_in_view(const MailScreen *mail)
{
	guint context = screen_context(mail);
	const Page *page = context != CONTEXT_READER && context != CONTEXT_LIST ? NULL
	                   : screen_conversation(mail)
	                           ? conversation_page(screen_conversation(mail))
	                           : reader_shown(screen_reader(mail));

	if (context == CONTEXT_FILES)
		return attachments_pin(screen_attachments(mail));
	return page ? page->pin : NULL;
}

static int64_t message_in_view(const MailScreen *mail)
{
	const MessageRow *row = screen_row(mail);

	return screen_attachments(mail) ? attachments_message(screen_attachments(mail))
	       : row                    ? row->id
	                                : 0;
}

static bool is_busy(const MailScreen *mail)
{
	const Envelope *envelope = screen_envelope(mail);

	return mail->wizard || mail->ask || mail->menu || mail->prompt ||
	       (envelope && writing_takes_keys(envelope_writing(envelope)));
}

static bool is_to_be_asked(const MailScreen *mail)
{
	return screen_context(mail) != CONTEXT_LIST &&
	       message_in_view(mail) != mail->pin_declined_id;
}

void screen_want_pin(MailScreen *mail, const PinWish *wish)
{
	pin_wish_free(mail->pin_wanted);
	mail->pin_wanted = pin_wish_copy(wish);
	screen_ask_pin(mail);
}

void screen_ask_pin(MailScreen *mail)
{
	const PinWish *wish = mail->pin_wanted     ? mail->pin_wanted
	                      : is_to_be_asked(mail) ? wish_in_view(mail)
	                                             : NULL;

	if (!wish || is_busy(mail))
		return;
	mail->ask = ask_box_new_pin(wish);
	g_clear_pointer(&mail->pin_wanted, pin_wish_free);
	mail->is_dirty = true;
}

static void do_again(MailScreen *mail)
{
	reader_pin_given(mail->preview);
	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (tab->reader)
			reader_pin_given(tab->reader);
		if (tab->conversation)
			conversation_pin_given(tab->conversation);
		if (tab->attachments)
			attachments_pin_given(tab->attachments);
	}
	screen_write_pin(mail, true);
}

static void decline(MailScreen *mail)
{
	mail->pin_declined_id = message_in_view(mail);
	screen_write_pin(mail, false);
}

void screen_pin_answered(MailScreen *mail, const AskBox *ask, AskResult result)
{
	g_autoptr(Secret) pin = result == ASK_YES ? ask_box_secret(ask) : NULL;

	if (!pin) {
		decline(mail);
		return;
	}
	mail->pin_declined_id = 0;
	mail->setup.host->ops->pin(mail->setup.host, ask_box_pin(ask)->token, pin);
	do_again(mail);
}

void do_pin(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const PinWish *wish = wish_in_view(mail);

	(void)call;
	mail->pin_declined_id = 0;
	if (wish)
		screen_want_pin(mail, wish);
	else
		screen_say(mail, STYLE_NORMAL, "%s", _("Nothing here waits for the PIN of a token."));
}
