/* The tabs behind the mail tab: a message, its attachments, a conversation, a page. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/screen/mail_state.h"

enum { TITLE_BYTES = 24 };

static ScreenTab *tab_at(const MailScreen *mail, guint index)
{
	return g_ptr_array_index(mail->tabs, index);
}

ScreenTab *screen_tab(const MailScreen *mail)
{
	return mail->tab > 0 ? tab_at(mail, mail->tab - 1) : NULL;
}

Conversation *screen_conversation(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->conversation : NULL;
}

void screen_tab_free(ScreenTab *tab)
{
	reader_free(tab->reader);
	attachments_free(tab->attachments);
	conversation_free(tab->conversation);
	options_page_free(tab->options);
	oof_page_free(tab->oof);
	certificates_page_free(tab->certificates);
	envelope_free(tab->envelope);
	g_clear_pointer(&tab->domains, g_ptr_array_unref);
	message_row_free(tab->row);
	g_free(tab->title);
	g_free(tab);
}

void screen_add_tab(MailScreen *mail, ScreenTab *tab, const char *subject)
{
	tab->title = text_cut(subject && *subject ? subject : _("(no subject)"), TITLE_BYTES);
	g_ptr_array_add(mail->tabs, tab);
	mail->tab = mail->tabs->len;
	mail->layout = screen_layout(mail);
	mail->is_dirty = true;
}

static void drop_at(MailScreen *mail, guint index)
{
	g_ptr_array_remove_index(mail->tabs, index);
	if (mail->tab > index)
		mail->tab--;
	mail->layout = screen_layout(mail);
	mail->is_dirty = true;
}

void screen_drop_tab(MailScreen *mail, const ScreenTab *tab)
{
	guint index;

	if (g_ptr_array_find(mail->tabs, tab, &index))
		drop_at(mail, index);
}

ReaderSetup screen_reader_setup(MailScreen *mail)
{
	return (ReaderSetup){ mail->setup.reader, mail->setup.clock, mail->setup.host,
		              &mail->serial, mail->letters, &mail->download_key,
		              &mail->pictures_key, &mail->web, mail->setup.settings,
		              &mail->verdict_key, &mail->pin_key, &mail->import_key };
}

static void read_row(MailScreen *mail, ScreenTab *tab)
{
	g_autoptr(Message) message = NULL;

	if (letters_read_message(mail->letters, reader_message(tab->reader), &message, NULL)) {
		message_row_free(tab->row);
		tab->row = message_row_of(message);
	}
}

Reader *screen_add_reader_tab(MailScreen *mail, const MessageRow *row)
{
	ReaderSetup setup = screen_reader_setup(mail);
	ScreenTab  *tab = g_new0(ScreenTab, 1);

	tab->reader = reader_new(&setup);
	reader_open(tab->reader, row->id);
	read_row(mail, tab);
	screen_add_tab(mail, tab, row->subject);
	return tab->reader;
}

Conversation *screen_conversation_of(MailScreen *mail, const MessageRow *row, int64_t message_id,
                                     GError **err)
{
	ConversationSetup setup = {
		.reader = screen_reader_setup(mail),
		.folders = mail->folders,
		.conversation_id = row->conversation_id,
		.message_id = message_id,
	};

	if (letter_is_elsewhere(row->id))
		return fail_null(
			err, ERR_NOT_FOUND,
			_("This message is on the server alone, its conversation is not here."));
	return conversation_new(&setup, err);
}

/* Opened on a folded conversation, it begins where reading goes on; else at the message. */
void do_conversation(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GError) err = NULL;
	const MessageRow *row = screen_row(mail);
	int64_t message_id = call->id == COMMAND_open ? 0 : row->id;
	Conversation *found = screen_conversation_of(mail, row, message_id, &err);

	if (!found) {
		screen_say(mail, STYLE_ERROR, "%s", err->message);
		return;
	}
	ScreenTab *tab = g_new0(ScreenTab, 1);
	tab->conversation = found;
	screen_add_tab(mail, tab, row->subject);
}

/* Rows changed. A conversation of which nothing is left needs no tab; in triage another follows. */
void screen_tabs_reload(MailScreen *mail)
{
	for (guint i = mail->tabs->len; i-- > 0;) {
		ScreenTab *tab = tab_at(mail, i);
		if (tab->reader)
			read_row(mail, tab);
		if (!tab->conversation || conversation_reload(tab->conversation, NULL) ||
		    tab->is_triage)
			continue;
		drop_at(mail, i);
	}
}

static bool is_message_gone(const MailScreen *mail, int64_t message_id)
{
	g_autoptr(Message) message = NULL;

	return !letters_read_message(mail->letters, message_id, &message, NULL);
}

void screen_tabs_forget(MailScreen *mail, int64_t account_id)
{
	for (guint i = mail->tabs->len; i-- > 0;) {
		const ScreenTab *tab = tab_at(mail, i);
		bool is_over =
			tab->envelope ? envelope_account_id(tab->envelope) == account_id
			: tab->oof    ? oof_page_account_id(tab->oof) == account_id
			: tab->reader ? is_message_gone(mail, reader_message(tab->reader))
			: tab->attachments
				? is_message_gone(mail, attachments_message(tab->attachments))
				: false;
		if (is_over)
			drop_at(mail, i);
	}
}

bool screen_tabs_take(MailScreen *mail, Page *page)
{
	bool is_taken = false;

	for (guint i = 0; !is_taken && i < mail->tabs->len; i++) {
		const ScreenTab *tab = tab_at(mail, i);
		is_taken = tab->reader         ? reader_take(tab->reader, page)
		           : tab->attachments  ? attachments_take(tab->attachments, page)
		           : tab->conversation ? conversation_take(tab->conversation, page)
		                               : false;
	}
	return is_taken;
}

bool screen_tabs_fetched(MailScreen *mail, const SyncEvent *event)
{
	bool is_taken = false;

	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = tab_at(mail, i);
		if (tab->reader)
			is_taken |= reader_fetched_part(tab->reader, event->wish_id,
			                                event->content) ||
			            reader_fetched(tab->reader, event->message_id);
		if (tab->conversation)
			is_taken |= conversation_fetched_part(tab->conversation, event->wish_id,
			                                      event->content) ||
			            conversation_fetched(tab->conversation, event->message_id);
	}
	return is_taken;
}

bool screen_tabs_failed(MailScreen *mail, const SyncEvent *event)
{
	bool is_taken = false;

	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = tab_at(mail, i);
		if (tab->reader)
			is_taken |= reader_failed(tab->reader, event->wish_id, event->text);
		if (tab->conversation)
			is_taken |=
				conversation_failed(tab->conversation, event->wish_id, event->text);
	}
	return is_taken;
}
