/* Lists that gather mail of several folders: all Inboxes, what is unread, saved searches. */
#include <string.h>

#include "base/i18n.h"
#include "store/search.h"
#include "ui/screen/mail_state.h"

void screen_read_searches(MailScreen *mail)
{
	g_autoptr(GError) err = NULL;

	mail->searches = searches_load(mail->setup.searches_file, &err);
	if (mail->searches)
		folders_set_searches(mail->folders, searches_all(mail->searches));
	else
		screen_say(mail, STYLE_WARNING, "%s", err->message);
}

static const char *current_query(const MailScreen *mail)
{
	const Folder *folder = folders_current(mail->folders);

	return folder && !mail->is_outbox_shown ? folders_query(mail->folders, folder->id) : NULL;
}

bool screen_is_saved_search(const MailScreen *mail)
{
	const char *query = current_query(mail);

	return query && mail->hits_kind == HITS_SEARCH && strcmp(query, mail->hits_text) == 0;
}

static void show_hits_of(MailScreen *mail, const char *query)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();

	mail->hits_kind = HITS_SEARCH;
	g_free(mail->hits_text);
	mail->hits_text = g_strdup(query);
	messages_show_hits(mail->messages, none, 0);
	screen_search_again(mail);
}

bool screen_show_gathering(MailScreen *mail, int64_t folder_id)
{
	const char *query = folders_query(mail->folders, folder_id);
	ListQuery all = { .order = messages_query(mail->messages)->order };
	GError *err = NULL;

	if (!query && folder_id != FOLDERS_ALL_INBOXES)
		return false;
	mail->hits_kind = HITS_NONE;
	screen_server_end(mail);
	mail->is_outbox_shown = false;
	screen_select_none(mail);
	folders_set_current(mail->folders, folder_id);
	messages_show(mail->messages, &all);
	if (query)
		show_hits_of(mail, query);
	screen_check(mail, list_restart(mail->list, &err), &err);
	if (mail->focus == PANE_READER && mail->layout.is_single)
		screen_set_focus(mail, PANE_LIST);
	screen_follow(mail);
	mail->is_dirty = true;
	return true;
}

/* ---- saved searches ---- */

/* The pane is read anew; what was in view stays so, by its name, if it is there still. */
static void searches_changed(MailScreen *mail, const char *name)
{
	const GPtrArray *all = searches_all(mail->searches);

	screen_reload_now(mail);
	for (guint i = 0; name && i < all->len; i++)
		if (strcmp(((const SavedSearch *)g_ptr_array_index(all, i))->name, name) == 0)
			screen_show_folder(mail, FOLDERS_SEARCHES - (int64_t)i);
}

static bool may_change(MailScreen *mail)
{
	if (!mail->searches)
		screen_say(mail, STYLE_ERROR, "%s",
		           _("The file of saved searches cannot be read, and stays as it is."));
	return mail->searches != NULL;
}

static void keep(MailScreen *mail, const char *name)
{
	g_autoptr(Query) query = NULL;
	g_autofree char *text = g_strdup(mail->hits_text);
	GError *err = NULL;

	query = query_parse(text, clock_now_ms(mail->setup.clock), &err);
	if (!query || !searches_keep(mail->searches, name, text, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	searches_changed(mail, name);
	screen_say(mail, STYLE_NORMAL, _("Saved the search “%s”: %s"), name, text);
}

void do_save_search(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (mail->hits_kind == HITS_NONE)
		screen_say(mail, STYLE_WARNING, "%s", _("Nothing was searched for yet; / begins a search."));
	else if (!*call->argument)
		screen_ask_line(mail, call->id, _("Save this search as: "), "");
	else if (may_change(mail))
		keep(mail, call->argument);
}

/* Without a name the one under the cursor of the pane, or in view. */
void do_delete_search(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = call->context == CONTEXT_FOLDERS ? folders_selected(mail->folders)
	                                                        : folders_current(mail->folders);
	bool is_search = folder && folder->id <= FOLDERS_SEARCHES;
	g_autofree char *name = g_strdup(*call->argument ? call->argument
	                                 : is_search     ? folder->name
	                                                 : "");
	GError *err = NULL;

	if (!may_change(mail))
		return;
	if (!*name) {
		screen_ask_line(mail, call->id, _("Delete the saved search: "), "");
		return;
	}
	if (!searches_drop(mail->searches, name, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	folders_set_current(mail->folders, 0);
	mail->hits_kind = HITS_NONE;
	screen_server_end(mail);
	searches_changed(mail, NULL);
	screen_say(mail, STYLE_NORMAL, _("The saved search “%s” is gone; its mail stays."), name);
}
