/* Triage: a quick pass over the conversations of the list, one page each. The page follows the list's
 * cursor: what is archived, deleted or moved as a whole makes room for the next. */
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

enum { STEPS_MAX = 1000 };

bool screen_is_triage(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab && tab->is_triage;
}

static bool show_row(MailScreen *mail, ScreenTab *tab, const MessageRow *row)
{
	g_autoptr(GError) err = NULL;
	Conversation *next = screen_conversation_of(mail, row, 0, &err);

	if (!next) {
		screen_say(mail, STYLE_ERROR, "%s", err->message);
		return false;
	}
	conversation_free(tab->conversation);
	tab->conversation = next;
	mail->is_dirty = true;
	return true;
}

void screen_triage_follow(MailScreen *mail)
{
	const MessageRow *row = list_current(mail->list);
	ScreenTab *tab = screen_tab(mail);

	if (!screen_is_triage(mail))
		return;
	if (!row) {
		screen_drop_tab(mail, tab);
		screen_say(mail, STYLE_NORMAL, "%s", _("Everything here is looked through."));
	} else if (conversation_row(tab->conversation)->conversation_id != row->conversation_id) {
		show_row(mail, tab, row);
	}
}

GArray *screen_triage_ids(MailScreen *mail)
{
	const MessageRow *row = list_current(mail->list);
	g_autoptr(GArray) ids = NULL;
	GError *err = NULL;

	if (row && !store_read_thread(mail->setup.reader, row->folder_id, row->conversation_id, &ids,
	                              &err))
		screen_check(mail, false, &err);
	return g_steal_pointer(&ids);
}

void do_triage(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const MessageRow *row = screen_row(mail);
	ScreenTab *tab = g_new0(ScreenTab, 1);

	(void)call;
	if (!show_row(mail, tab, row)) {
		screen_tab_free(tab);
		return;
	}
	tab->is_triage = true;
	screen_add_tab(mail, tab, _("Triage"));
}

/* The list's cursor on the nearest row of another conversation; false: there is none. */
static bool step_conversation(MailScreen *mail, int step)
{
	const MessageRow *row = list_current(mail->list);
	int64_t start_id = row ? row->conversation_id : 0;
	GError *err = NULL;

	for (int i = 0; row && i < STEPS_MAX; i++) {
		int64_t before_id = row->id;
		if (!list_move(mail->list, step, &err)) {
			screen_check(mail, false, &err);
			return true;
		}
		row = list_current(mail->list);
		if (row && row->conversation_id != start_id)
			return true;
		if (row && row->id == before_id)
			return false;
	}
	return false;
}

void screen_step_conversation(MailScreen *mail, int step)
{
	ScreenTab *tab = screen_tab(mail);

	if (!step_conversation(mail, step)) {
		screen_say(mail, STYLE_NORMAL, "%s",
		           step > 0 ? _("This is the last conversation.")
		                    : _("This is the first conversation."));
		return;
	}
	if (tab && tab->conversation && !tab->is_triage)
		show_row(mail, tab, list_current(mail->list));
	screen_follow(mail);
}

void do_next_conversation(void *target, const CommandCall *call)
{
	(void)call;
	screen_step_conversation(target, 1);
}
void do_previous_conversation(void *target, const CommandCall *call)
{
	(void)call;
	screen_step_conversation(target, -1);
}
