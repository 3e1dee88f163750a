#include <string.h>

#include "base/i18n.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"

/* ---- what is selected ---- */

static bool add_marks(MailScreen *mail, const GPtrArray *marks)
{
	for (guint i = 0; i < marks->len; i++) {
		const MessageMark *mark = g_ptr_array_index(marks, i);
		selection_add(mail->selection, mark->id, mark->conversation_id);
	}
	return true;
}

static bool add_ids(MailScreen *mail, const GArray *ids)
{
	g_autoptr(GPtrArray) marks = NULL;
	GError *err = NULL;
	bool ok = store_read_marks(mail->setup.reader, ids, &marks, &err);

	screen_check(mail, ok, &err);
	return ok && add_marks(mail, marks);
}

static void say_count(MailScreen *mail)
{
	int count = selection_count(mail->selection);
	g_autofree char *shown = show_count(count);

	screen_say(mail, STYLE_NORMAL,
	           ngettext_("%s message is selected.", "%s messages are selected.", count), shown);
}

static GArray *ids_of_row(MailScreen *mail, const MessageRow *row)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GError *err = NULL;

	if (messages_read_ids(mail->messages, row, ids, &err))
		return g_steal_pointer(&ids);
	screen_check(mail, false, &err);
	return NULL;
}

static GArray *ids_of_rows(MailScreen *mail, const GPtrArray *rows, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < rows->len; i++)
		if (!messages_read_ids(mail->messages, g_ptr_array_index(rows, i), ids, err))
			return NULL;
	return g_steal_pointer(&ids);
}

/* What lies between the anchor and the cursor is selected, and the range is over. */
static void end_range(MailScreen *mail)
{
	g_autoptr(MessageRow) anchor = g_steal_pointer(&mail->anchor);
	const MessageRow *row = screen_row(mail);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GArray) ids = NULL;
	GError *err = NULL;

	if (!anchor || !row)
		return;
	if (!messages_read_range(mail->messages, anchor, row, &rows, &err) ||
	    !(ids = ids_of_rows(mail, rows, &err)))
		screen_check(mail, false, &err);
	else
		add_ids(mail, ids);
}

bool screen_has_selection(const MailScreen *mail)
{
	return mail->anchor || selection_count(mail->selection) > 0;
}

void screen_forget_range(MailScreen *mail)
{
	g_clear_pointer(&mail->anchor, message_row_free);
}

void screen_select_none(MailScreen *mail)
{
	selection_clear(mail->selection);
	screen_forget_range(mail);
	mail->select_serial = 0;
	mail->is_dirty = true;
}

/* ---- what an action is about ---- */

static GArray *one_id(int64_t id)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (id)
		g_array_append_val(ids, id);
	return ids;
}

/* In triage all of the conversation; in the reader that message alone, which one sees; in the list
 * what is selected, or the row with all that is folded in it. */
static GArray *ids_in_question(MailScreen *mail)
{
	const MessageRow *row = screen_row(mail);

	if (screen_is_triage(mail))
		return screen_triage_ids(mail);
	if (screen_context(mail) == CONTEXT_READER)
		return one_id(row ? row->id : 0);
	end_range(mail);
	if (selection_count(mail->selection) > 0)
		return selection_ids(mail->selection);
	return row ? ids_of_row(mail, row) : NULL;
}

static void drop_read_only(GPtrArray *marks)
{
	for (guint i = marks->len; i > 0; i--)
		if (((MessageMark *)g_ptr_array_index(marks, i - 1))->flags & MESSAGE_OUT_OF_WINDOW)
			g_ptr_array_remove_index(marks, i - 1);
}

GPtrArray *screen_marks(MailScreen *mail)
{
	g_autoptr(GArray) ids = ids_in_question(mail);
	g_autoptr(GPtrArray) marks = NULL;
	GError *err = NULL;

	if (!ids)
		return NULL;
	if (!store_read_marks(mail->setup.reader, ids, &marks, &err)) {
		screen_check(mail, false, &err);
		return NULL;
	}
	if (marks->len > 0)
		return g_steal_pointer(&marks);
	screen_say(mail, STYLE_WARNING, "%s", _("The message is no longer there."));
	return NULL;
}

GPtrArray *screen_targets(MailScreen *mail)
{
	g_autoptr(GPtrArray) marks = screen_marks(mail);

	if (!marks)
		return NULL;
	drop_read_only(marks);
	if (marks->len > 0)
		return g_steal_pointer(&marks);
	screen_say(
		mail, STYLE_WARNING, "%s",
		_("This mail is older than the sync period and read-only; make the period longer first."));
	return NULL;
}

/* ---- commands ---- */

static void toggle(MailScreen *mail, const MessageRow *row, const GArray *ids)
{
	bool was_in = selection_has(mail->selection, row->id);

	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		if (was_in)
			selection_drop(mail->selection, id);
		else
			selection_add(mail->selection, id, row->conversation_id);
	}
}

void do_select(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GArray) ids = ids_of_row(mail, screen_row(mail));
	GError *err = NULL;

	(void)call;
	if (!ids)
		return;
	toggle(mail, screen_row(mail), ids);
	screen_check(mail, list_move(mail->list, 1, &err), &err);
	screen_follow(mail);
}

void do_select_range(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autofree char *key = keymap_key_of(mail->keymap, CONTEXT_LIST, COMMAND_select_range);

	(void)call;
	if (mail->anchor) {
		end_range(mail);
		say_count(mail);
		return;
	}
	mail->anchor = message_row_copy_place(screen_row(mail));
	screen_say(mail, STYLE_NORMAL, _("Selecting from here: move, then press %s again."),
	           key ? key : ":select-range");
}

/* In the folder or among the hits that are shown. */
static void look_for_ids(MailScreen *mail, const char *pattern)
{
	SearchJob *job = g_new0(SearchJob, 1);

	job->serial = mail->select_serial = ++mail->serial;
	job->wants_ids = true;
	job->text = mail->hits_kind == HITS_NONE
	                    ? g_strdup(pattern)
	                    : g_strdup_printf("(%s) (%s)", mail->hits_text, pattern);
	if (mail->hits_kind != HITS_SEARCH)
		job->scope = *messages_query(mail->messages);
	mail->setup.host->ops->search(mail->setup.host, job);
	screen_say(mail, STYLE_NORMAL, "%s", _("Looking for what to select…"));
}

void do_select_pattern(void *target, const CommandCall *call)
{
	if (*call->argument)
		look_for_ids(target, call->argument);
	else
		screen_ask_line(target, COMMAND_select_pattern, _("Select (* is all): "), "");
}

void screen_select_found(MailScreen *mail, const SearchAnswer *answer)
{
	mail->select_serial = 0;
	if (!answer->ids)
		screen_say(mail, STYLE_WARNING, "%s", answer->failure ? answer->failure : "");
	else if (answer->ids->len == 0)
		screen_say(mail, STYLE_NORMAL, "%s", _("Nothing matches."));
	else if (add_ids(mail, answer->ids))
		say_count(mail);
	mail->is_dirty = true;
}

void do_select_none(void *target, const CommandCall *call)
{
	(void)call;
	screen_select_none(target);
}

void do_selected(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	end_range(mail);
	if (selection_count(mail->selection) > 0)
		say_count(mail);
	else
		screen_say(mail, STYLE_NORMAL, "%s",
		           _("Nothing is selected: the next key is for the row under the cursor."));
}
