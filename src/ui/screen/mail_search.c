#include "base/i18n.h"
#include "ui/screen/mail_state.h"

/* The one list of several folders that no scope can name. */
static bool is_all_inboxes(const MailScreen *mail)
{
	const ListQuery *query = messages_query(mail->messages);

	return mail->hits_kind == HITS_FILTER && !query->folder_id && !query->account_id;
}

static void ask_host(MailScreen *mail)
{
	SearchJob *job = g_new0(SearchJob, 1);

	mail->is_search_again = false;
	job->serial = mail->search_serial = ++mail->serial;
	job->text = is_all_inboxes(mail) ? g_strconcat("in:inbox ", mail->hits_text, NULL)
	                                 : g_strdup(mail->hits_text);
	job->limit = HITS_MAX;
	if (mail->hits_kind == HITS_FILTER)
		job->scope = *messages_query(mail->messages);
	mail->setup.host->ops->search(mail->setup.host, job);
}

void screen_search_typed(MailScreen *mail)
{
	const char       *text = prompt_text(mail->prompt);
	const MessageRow *row = list_current(mail->list);

	bool is_local = mail->hits_kind == HITS_SEARCH || mail->hits_kind == HITS_FILTER;
	if (is_local && g_strcmp0(text, mail->hits_text) == 0)
		return;
	if (mail->hits_kind == HITS_NONE) {
		if (!*text)
			return;
		mail->before_hits_id = row ? row->id : 0;
	}
	screen_server_end(mail);
	mail->hits_kind = mail->line_kind == LINE_SEARCH ? HITS_SEARCH : HITS_FILTER;
	g_free(mail->hits_text);
	mail->hits_text = g_strdup(text);
	ask_host(mail);
}

void screen_search_again(MailScreen *mail)
{
	if (mail->hits_kind == HITS_SERVER) {
		screen_server_rows(mail);
		return;
	}
	ask_host(mail);
	mail->is_search_again = true;
}

/* Puts the cursor where it was before the search, or leaves it at the top. */
static void return_to(MailScreen *mail, int64_t message_id)
{
	g_autoptr(MessageRow) row = message_row_new(message_id);
	GError *err = NULL;

	if (!message_id || !list_go_to(mail->list, row, NULL))
		screen_check(mail, list_restart(mail->list, &err), &err);
}

void screen_search_end(MailScreen *mail)
{
	const MessageRow *row = list_current(mail->list);
	const Folder     *folder = folders_current(mail->folders);

	if (mail->hits_kind == HITS_NONE || screen_is_saved_search(mail))
		return;
	if (folder && screen_show_gathering(mail, folder->id))
		return;
	/* What was found here stays under the cursor; else the place where the search began. */
	int64_t id =
		mail->hits_kind == HITS_FILTER && row && folder ? row->id : mail->before_hits_id;
	mail->hits_kind = HITS_NONE;
	mail->search_serial = 0;
	screen_server_end(mail);
	screen_forget_range(mail);
	messages_show_hits(mail->messages, NULL, 0);
	return_to(mail, id);
	screen_follow(mail);
	mail->is_dirty = true;
}

/* What is being read stays, even if it is found no more because it was read: the cursor must not
 * go on by itself, and read one after another. */
static void keep_current(MailScreen *mail, GPtrArray *rows)
{
	const MessageRow *row = list_current(mail->list);
	ListQuery here = { .folder_id = row ? row->folder_id : 0, .order = ORDER_DATE };
	ListRow  *now = NULL;

	if (!row)
		return;
	for (guint i = 0; i < rows->len; i++)
		if (((const ListRow *)g_ptr_array_index(rows, i))->id == row->id)
			return;
	if (store_read_list_row(mail->setup.reader, &here, row->id, &now, NULL))
		g_ptr_array_insert(rows, MIN(row->hit, (int)rows->len), now);
}

static void show_rows(MailScreen *mail, GPtrArray *rows)
{
	bool    is_again = messages_is_hits(mail->messages);
	GError *err = NULL;

	if (!is_again)
		screen_forget_range(mail);
	else if (mail->is_search_again)
		keep_current(mail, rows);
	messages_show_hits(mail->messages, rows,
	                   mail->hits_kind == HITS_FILTER
	                           ? messages_query(mail->messages)->folder_id
	                           : 0);
	screen_check(mail,
	             (is_again && !mail->prompt ? list_reload : list_restart)(mail->list, &err),
	             &err);
	screen_follow(mail);
}

void screen_search_found(MailScreen *mail, SearchAnswer *answer)
{
	if (answer->serial != mail->search_serial || mail->hits_kind == HITS_NONE ||
	    mail->hits_kind == HITS_SERVER)
		return;
	mail->is_dirty = true;
	if (!answer->rows) {
		screen_say(mail, STYLE_WARNING, "%s", answer->failure ? answer->failure : "");
		return;
	}
	mail->is_index_behind = answer->is_behind;
	mail->is_hits_cut = answer->is_cut;
	show_rows(mail, answer->rows);
}

void screen_search_move(MailScreen *mail, bool is_backwards)
{
	GError *err = NULL;

	Attachments *files = screen_attachments(mail);

	if (screen_options(mail) && mail->find_text) {
		if (!options_page_search(screen_options(mail), mail->find_text, is_backwards))
			screen_say(mail, STYLE_WARNING, _("No setting has “%s”."), mail->find_text);
		return;
	}
	if (screen_certificates(mail) && mail->find_text) {
		if (!certificates_page_search(screen_certificates(mail), mail->find_text,
		                              is_backwards))
			screen_say(mail, STYLE_WARNING, _("No certificate has “%s”."),
			           mail->find_text);
		return;
	}
	if (screen_context(mail) & (CONTEXT_READER | CONTEXT_FILES) && mail->find_text &&
	    *mail->find_text) {
		Conversation *page = screen_conversation(mail);
		bool is_found =
			files  ? attachments_search(files, mail->find_text, is_backwards)
			: page ? conversation_search(page, mail->find_text, is_backwards)
			       : reader_search(screen_reader(mail), mail->find_text, is_backwards);
		if (!is_found)
			screen_say(mail, STYLE_WARNING, _("“%s” is not in this text."),
			           mail->find_text);
		return;
	}
	if (mail->hits_kind == HITS_NONE) {
		screen_say(mail, STYLE_WARNING, "%s",
		           _("Nothing was searched for yet; / begins a search."));
		return;
	}
	screen_check(mail, list_move(mail->list, is_backwards ? -1 : 1, &err), &err);
	screen_follow(mail);
}
