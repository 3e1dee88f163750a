#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "mime/mime.h"
#include "ui/screen/mail_state.h"

enum { HINT_CELLS = 60 };

/* ---- moving ---- */

static void move_list(MailScreen *mail, int rows)
{
	GError *err = NULL;

	screen_check(mail, list_move(screen_list(mail), rows, &err), &err);
	screen_follow(mail);
}

static int page_rows(const MailScreen *mail)
{
	switch (screen_context(mail)) {
	case CONTEXT_FILES:   return MAX(attachments_height(screen_attachments(mail)) - 1, 1);
	case CONTEXT_OPTIONS: return MAX(options_page_height(screen_options(mail)) - 1, 1);
	case CONTEXT_OOF:     return 3;
	case CONTEXT_CERTIFICATES:
		return MAX(certificates_page_height(screen_certificates(mail)) - 1, 1);
	case CONTEXT_READER:
		return MAX((screen_conversation(mail)
		                    ? conversation_height(screen_conversation(mail))
		                    : reader_height(screen_reader(mail))) -
		                   1,
		           1);
	case CONTEXT_FOLDERS: return MAX(mail->layout.panes[PANE_FOLDERS].height - 1, 1);
	default:              return MAX(mail->layout.panes[PANE_LIST].height - 1, 1);
	}
}

static void move(MailScreen *mail, int rows)
{
	guint context = screen_context(mail);

	if (context == CONTEXT_FILES)
		attachments_move(screen_attachments(mail), rows);
	else if (context == CONTEXT_OPTIONS)
		options_page_move(screen_options(mail), rows);
	else if (context == CONTEXT_OOF)
		oof_page_move(screen_oof(mail), rows);
	else if (context == CONTEXT_CERTIFICATES)
		certificates_page_move(screen_certificates(mail), rows);
	else if (screen_conversation(mail))
		conversation_move(screen_conversation(mail), rows);
	else if (context == CONTEXT_WRITING)
		screen_write_move(mail, rows);
	else if (context == CONTEXT_READER)
		reader_scroll(screen_reader(mail), rows);
	else if (context == CONTEXT_FOLDERS)
		folders_move(mail->folders, rows);
	else
		move_list(mail, rows);
}

void do_next(void *target, const CommandCall *call) { (void)call; move(target, 1); }
void do_previous(void *target, const CommandCall *call) { (void)call; move(target, -1); }
/* Space alone leads through all of triage. */
void do_page_down(void *target, const CommandCall *call)
{
	(void)call;
	if (screen_is_triage(target) && conversation_is_at_end(screen_conversation(target)))
		screen_step_conversation(target, 1);
	else
		move(target, page_rows(target));
}
void do_page_up(void *target, const CommandCall *call)
{
	(void)call;
	move(target, -page_rows(target));
}
void do_half_down(void *target, const CommandCall *call)
{
	(void)call;
	move(target, (page_rows(target) + 1) / 2);
}
void do_half_up(void *target, const CommandCall *call)
{
	(void)call;
	move(target, -(page_rows(target) + 1) / 2);
}

static void to_end(MailScreen *mail, bool is_bottom)
{
	guint   context = screen_context(mail);
	GError *err = NULL;

	if (context == CONTEXT_FILES) {
		attachments_to_end(screen_attachments(mail), is_bottom);
	} else if (context == CONTEXT_OPTIONS) {
		options_page_to_end(screen_options(mail), is_bottom);
	} else if (context == CONTEXT_OOF) {
		oof_page_to_end(screen_oof(mail), is_bottom);
	} else if (context == CONTEXT_CERTIFICATES) {
		certificates_page_to_end(screen_certificates(mail), is_bottom);
	} else if (screen_conversation(mail)) {
		conversation_to_end(screen_conversation(mail), is_bottom);
	} else if (context == CONTEXT_READER) {
		reader_to_end(screen_reader(mail), is_bottom);
	} else if (context == CONTEXT_FOLDERS) {
		folders_to_end(mail->folders, is_bottom);
	} else {
		screen_check(mail, (is_bottom ? list_last : list_first)(screen_list(mail), &err),
		             &err);
		screen_follow(mail);
	}
}

void do_first(void *target, const CommandCall *call) { (void)call; to_end(target, false); }
void do_last(void *target, const CommandCall *call) { (void)call; to_end(target, true); }

/* In the reader: the next message of the list, read at once. */
static void read_neighbour(MailScreen *mail, int step)
{
	if (screen_conversation(mail)) {
		conversation_step(screen_conversation(mail), step);
		return;
	}
	move_list(mail, step);
	if (screen_row(mail) && mail->tab == 0)
		reader_open(mail->preview, screen_row(mail)->id);
}

void do_next_message(void *target, const CommandCall *call)
{
	(void)call;
	read_neighbour(target, 1);
}
void do_previous_message(void *target, const CommandCall *call)
{
	(void)call;
	read_neighbour(target, -1);
}

void do_reader_down(void *target, const CommandCall *call)
{
	(void)call;
	reader_scroll(screen_reader(target), 1);
}
void do_reader_up(void *target, const CommandCall *call)
{
	(void)call;
	reader_scroll(screen_reader(target), -1);
}

void do_focus_next(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	Pane        pane = mail->focus;

	(void)call;
	do
		pane = (Pane)((pane + 1) % PANE_COUNT);
	while (mail->layout.panes[pane].width == 0 && pane != mail->focus);
	screen_set_focus(mail, pane);
}

/* ---- the next unread message, found by the store and not by looking at every row ---- */

static bool is_unread_row(const MessageRow *row)
{
	return !(row->flags & MESSAGE_READ) || row->unread > 0;
}

static bool go_to_unread(MailScreen *mail, const ListPlace *from, bool is_upwards)
{
	ListQuery query = *messages_query(mail->messages);
	g_autoptr(GPtrArray) rows = NULL;

	query.only_unread = true;
	if (!store_read_list(mail->setup.reader, &query, from, is_upwards, 1, &rows, NULL) ||
	    rows->len == 0)
		return false;
	g_autoptr(MessageRow) row = message_row_new(((ListRow *)g_ptr_array_index(rows, 0))->id);
	return list_go_to(mail->list, row, NULL);
}

/* Among hits, and the messages of an unfolded conversation, the rows at hand are all there is to
 * know. */
static bool step_to_unread(MailScreen *mail, int step)
{
	const GPtrArray *rows = list_rows(mail->list);
	int at = list_cursor(mail->list), next = at + step;

	while (next >= 0 && next < (int)rows->len && !is_unread_row(g_ptr_array_index(rows, next)))
		next += step;
	if (next < 0 || next >= (int)rows->len)
		return false;
	move_list(mail, next - at);
	return true;
}

static void next_unread(MailScreen *mail, int step)
{
	const MessageRow *row = list_current(mail->list);
	ListPlace edge = step > 0 ? (ListPlace){ 0, 0 } : (ListPlace){ INT64_MIN, INT64_MIN };
	if (screen_conversation(mail) && conversation_step_unread(screen_conversation(mail), step))
		return;
	bool is_found = step_to_unread(mail, step);

	if (!is_found && !messages_is_hits(mail->messages)) {
		is_found = row && go_to_unread(mail, &row->place, step < 0);
		if (!is_found && go_to_unread(mail, &edge, step < 0)) {
			is_found = true;
			screen_say(mail, STYLE_NORMAL, "%s",
			           step > 0 ? _("Going on from the top.")
			                    : _("Going on from the bottom."));
		}
	}
	if (!is_found) {
		screen_say(mail, STYLE_NORMAL, "%s", _("No other unread message here."));
		return;
	}
	screen_follow(mail);
	if (mail->focus == PANE_READER && mail->tab == 0)
		reader_open(mail->preview, screen_row(mail)->id);
}

void do_next_unread(void *target, const CommandCall *call)
{
	(void)call;
	next_unread(target, 1);
}
void do_previous_unread(void *target, const CommandCall *call)
{
	(void)call;
	next_unread(target, -1);
}

/* ---- reading ---- */

void do_open(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (call->context == CONTEXT_FILES) {
		attachments_view(screen_attachments(mail));
		return;
	}
	if (call->context == CONTEXT_OPTIONS) {
		screen_change_option(mail);
		return;
	}
	if (call->context == CONTEXT_CERTIFICATES) {
		certificates_page_open(screen_certificates(mail));
		return;
	}
	if (call->context == CONTEXT_OOF) {
		oof_page_change(screen_oof(mail));
		return;
	}
	if (call->context == CONTEXT_FOLDERS) {
		if (folders_selected(mail->folders))
			screen_show_folder(mail, folders_selected(mail->folders)->id);
		screen_set_focus(mail, PANE_LIST);
		return;
	}
	if (call->context == CONTEXT_OUTBOX) {
		screen_outbox_details(mail);
		return;
	}
	if (messages_is_folded(mail->messages, screen_row(mail))) {
		do_conversation(mail, call);
		return;
	}
	if (screen_is_draft(mail, screen_row(mail))) {
		screen_run(mail, COMMAND_edit_draft, "");
		return;
	}
	reader_open(mail->preview, screen_row(mail)->id);
	screen_set_focus(mail, PANE_READER);
}

void do_open_tab(void *target, const CommandCall *call)
{
	(void)call;
	screen_add_reader_tab(target, screen_row(target));
}

void do_back(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (screen_attachments(mail) && attachments_leave(screen_attachments(mail)))
		return;
	if (screen_certificates(mail) && certificates_page_leave(screen_certificates(mail)))
		return;
	if (screen_options(mail) && settings_unsaved(mail->setup.settings))
		screen_ask_yes_no(mail, COMMAND_save_settings,
		                  _("Keep the changed settings for next time?"));
	if (screen_oof(mail) && oof_page_is_changed(screen_oof(mail)) && !*call->argument) {
		screen_ask_yes_no(mail, COMMAND_back,
		                  _("Leave, without setting this on the server?"));
		return;
	}
	if (screen_envelope(mail))
		screen_write_leave(mail);
	else if (mail->tab > 0)
		screen_drop_tab(mail, screen_tab(mail));
	else if (mail->focus != PANE_LIST)
		screen_set_focus(mail, PANE_LIST);
	else if (mail->is_outbox_shown)
		screen_leave_outbox(mail);
	else if (mail->hits_kind != HITS_NONE && !screen_is_saved_search(mail))
		screen_search_end(mail);
	else
		screen_ask_yes_no(mail, COMMAND_quit, _("Quit Postern?"));
}

/* These speak of the message under the cursor, which the pane may not have caught up with yet, and
 * which on the page of its conversation has no reader of its own. */
Reader *screen_reader_of_row(MailScreen *mail)
{
	if (screen_conversation(mail))
		return screen_add_reader_tab(mail, screen_row(mail));
	if (mail->tab == 0 && screen_row(mail))
		reader_open(mail->preview, screen_row(mail)->id);
	if (mail->layout.is_single && mail->tab == 0)
		screen_set_focus(mail, PANE_READER);
	return screen_reader(mail);
}

void do_download(void *target, const CommandCall *call)
{
	(void)call;
	reader_download(screen_conversation(target) ? screen_reader_of_row(target)
	                                            : screen_reader(target));
}

void do_headers(void *target, const CommandCall *call)
{
	(void)call;
	reader_toggle(screen_reader_of_row(target), READER_HEADERS);
}
void do_raw(void *target, const CommandCall *call)
{
	(void)call;
	reader_toggle(screen_reader_of_row(target), READER_SOURCE);
}
void do_verdict(void *target, const CommandCall *call)
{
	(void)call;
	reader_toggle(screen_reader_of_row(target), READER_VERDICT);
}
void do_quotes(void *target, const CommandCall *call)
{
	(void)call;
	if (screen_conversation(target))
		conversation_toggle_quotes(screen_conversation(target));
	else
		reader_toggle(screen_reader_of_row(target), READER_QUOTES);
}

void do_pictures(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (screen_attachments(mail))
		attachments_toggle_pictures(screen_attachments(mail));
	else if (screen_conversation(mail))
		conversation_toggle_pictures(screen_conversation(mail));
	else
		reader_toggle_pictures(screen_reader_of_row(mail));
	if (screen_has_unasked_web(mail))
		screen_run(mail, COMMAND_remote_images, "");
}

/* ---- links and the clipboard ---- */

static const Page *page_of_row(MailScreen *mail)
{
	const Page *page = screen_conversation(mail)
	                           ? conversation_page(screen_conversation(mail))
	                           : reader_shown(screen_reader_of_row(mail));

	if (!page)
		screen_say(mail, STYLE_WARNING, "%s",
		           _("The message is still being read; try again in a moment."));
	return page;
}

static void copy(MailScreen *mail, const char *text)
{
	g_autofree char *line = text_one_line(text);
	g_autofree char *start = text_cut(line, HINT_CELLS);

	mail->setup.host->ops->copy(mail->setup.host, text);
	screen_say(mail, STYLE_NORMAL, _("Copied: %s%s"), start,
	           strlen(start) < strlen(line) ? "…" : "");
}

void do_links(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Page *page = page_of_row(mail);

	(void)call;
	if (!page)
		return;
	if (page->links->len == 0) {
		screen_say(mail, STYLE_NORMAL, "%s", _("There are no links in this message."));
		return;
	}
	GPtrArray *items = menu_items_new();
	for (guint i = 0; i < page->links->len; i++) {
		const PageLink *link = g_ptr_array_index(page->links, i);
		g_autofree char *label = g_strdup_printf(
			"[%u] %s%s", i + 1, link->is_deceptive ? _("NOT WHAT IT SAYS: ") : "",
			link->text ? link->text : "");
		g_ptr_array_add(items, menu_item_new(label, link->url, i));
	}
	screen_open_menu(mail, MENU_LINKS, _("Links: Enter copies"), items);
}

static void copy_link(MailScreen *mail, int64_t index)
{
	const Page *page = page_of_row(mail);

	if (page && index < page->links->len)
		copy(mail, ((PageLink *)g_ptr_array_index(page->links, index))->url);
}

void do_copy_link(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Page *page = page_of_row(mail);

	if (page && page->links->len == 1)
		copy_link(mail, 0);
	else if (page)
		do_links(mail, call);
}

void do_copy_address(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const MessageRow *row = screen_row(mail);

	(void)call;
	if (row->address && *row->address)
		copy(mail, row->address);
	else
		screen_say(mail, STYLE_WARNING, "%s", _("This message has no sender's address."));
}

void do_copy_text(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Page *page = page_of_row(mail);

	(void)call;
	if (page && page->text)
		copy(mail, page->text);
}

/* Of what is elsewhere the Message-ID, for ours ends with the search; NULL: it is not here yet. */
static char *lasting_id(const MailScreen *mail, int64_t message_id)
{
	g_autoptr(GBytes) source = NULL;

	if (!letter_is_elsewhere(message_id))
		return message_id_format(message_id);
	if (!letters_read_mime(mail->letters, message_id, &source, NULL) || !source)
		return NULL;
	g_autoptr(MimeMessage) mime = mime_read(source);
	return g_strdup(mime->message_id);
}

void do_copy_id(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autofree char *id = lasting_id(mail, screen_row(mail)->id);

	(void)call;
	if (id)
		copy(mail, id);
	else
		screen_say(mail, STYLE_WARNING, "%s",
		           _("This message is on the server alone; Enter gets it first."));
}

/* ---- the list ---- */

void do_search(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (call->context &
	    (CONTEXT_READER | CONTEXT_FILES | CONTEXT_OPTIONS | CONTEXT_CERTIFICATES)) {
		screen_open_line(mail, LINE_FIND,
		                 call->context == CONTEXT_OPTIONS        ? _("Find a setting: ")
		                 : call->context == CONTEXT_CERTIFICATES ? _("Find a certificate: ")
		                                                         : _("Find in this text: "),
		                 call->argument);
		return;
	}
	screen_set_focus(mail, PANE_LIST);
	screen_open_line(mail, LINE_SEARCH, _("Search all mail: "), call->argument);
	screen_search_typed(mail);
}

void do_filter(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	bool goes_on = mail->hits_kind == HITS_FILTER && !*call->argument;

	screen_set_focus(mail, PANE_LIST);
	/* What is found already is limited by finding less. */
	if (mail->hits_kind == HITS_SEARCH) {
		g_autofree char *text = g_strconcat(mail->hits_text, " ", call->argument, NULL);
		screen_open_line(mail, LINE_SEARCH, _("Limit to: "), text);
		screen_search_typed(mail);
		return;
	}
	screen_open_line(mail, LINE_FILTER, _("Limit to: "),
	                 goes_on ? mail->hits_text : call->argument);
	screen_search_typed(mail);
}

void do_search_next(void *target, const CommandCall *call)
{
	(void)call;
	screen_search_move(target, false);
}
void do_search_previous(void *target, const CommandCall *call)
{
	(void)call;
	screen_search_move(target, true);
}

/* Rows come in another order or shape: the cursor stays on its message where it can. */
static void show_again(MailScreen *mail, int64_t message_id)
{
	g_autoptr(MessageRow) row = message_row_new(message_id);
	GError *err = NULL;

	if (!message_id || !list_go_to(mail->list, row, NULL))
		screen_check(mail, list_restart(mail->list, &err), &err);
	screen_follow(mail);
}

void do_sort(void *target, const CommandCall *call)
{
	static const ListOrder next[] = {
		[ORDER_CONVERSATION] = ORDER_DATE,
		[ORDER_DATE] = ORDER_UNREAD,
		[ORDER_UNREAD] = ORDER_CONVERSATION,
	};
	MailScreen *mail = target;
	ListQuery query = *messages_query(mail->messages);
	int64_t id = screen_row(mail) ? screen_row(mail)->id : 0;

	(void)call;
	if (screen_is_saved_search(mail)) {
		screen_say(mail, STYLE_NORMAL, "%s", _("What a search finds is sorted by date."));
		return;
	}
	if (mail->hits_kind != HITS_NONE)
		screen_search_end(mail);
	screen_forget_range(mail);
	query.order = next[query.order];
	messages_show(mail->messages, &query);
	show_again(mail, id);
}

static void set_open(MailScreen *mail, bool is_open)
{
	const MessageRow *row = screen_row(mail);
	GError *err = NULL;

	if (!row || messages_is_hits(mail->messages))
		return;
	int64_t parent_id = row->parent_id;
	messages_set_open(mail->messages, row, is_open);
	if (parent_id && !is_open)
		show_again(mail, parent_id);
	else
		screen_check(mail, list_reload(mail->list, &err), &err);
	screen_follow(mail);
}

void do_fold(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const MessageRow *row = screen_row(mail);

	if (screen_conversation(mail))
		conversation_toggle(screen_conversation(mail));
	else if (call->context == CONTEXT_READER)
		screen_say(mail, STYLE_NORMAL, "%s",
		           _("This is one message; P shows all of its conversation."));
	else if (row)
		set_open(mail, !messages_is_open(mail->messages, row));
}

void do_fold_close(void *target, const CommandCall *call)
{
	(void)call;
	set_open(target, false);
}
void do_fold_open(void *target, const CommandCall *call)
{
	(void)call;
	set_open(target, true);
}

static void set_all_open(MailScreen *mail, bool is_open)
{
	const MessageRow *row = list_current(mail->list);
	int64_t id = row ? (row->parent_id ? row->parent_id : row->id) : 0;

	if (screen_conversation(mail)) {
		conversation_set_all_open(screen_conversation(mail), is_open);
		return;
	}
	messages_set_all_open(mail->messages, is_open);
	show_again(mail, id);
}

void do_fold_all(void *target, const CommandCall *call)
{
	(void)call;
	set_all_open(target, false);
}
void do_unfold_all(void *target, const CommandCall *call)
{
	(void)call;
	set_all_open(target, true);
}

/* ---- folders and tabs ---- */

void do_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *current = folders_current(mail->folders);

	(void)call;
	screen_open_menu(mail, MENU_FOLDERS, _("Go to folder"), folders_menu(mail->folders));
	if (current)
		menu_select(mail->menu, current->id);
}

static void go_to_type(MailScreen *mail, FolderType type)
{
	const AccountState *account = screen_account(mail);
	const Folder *folder = folders_of_type(mail->folders, account ? account->id : 0, type);

	if (folder)
		screen_show_folder(mail, folder->id);
	else
		screen_say(mail, STYLE_WARNING, "%s", _("This account has no such folder."));
}

void do_goto_inbox(void *target, const CommandCall *call)
{
	(void)call;
	go_to_type(target, FOLDER_INBOX);
}
void do_goto_sent(void *target, const CommandCall *call)
{
	(void)call;
	go_to_type(target, FOLDER_SENT);
}
void do_goto_drafts(void *target, const CommandCall *call)
{
	(void)call;
	go_to_type(target, FOLDER_DRAFTS);
}
void do_goto_outbox(void *target, const CommandCall *call)
{
	(void)call;
	screen_show_outbox(target);
}

static void step_folder(MailScreen *mail, int step)
{
	const Folder *folder = folders_neighbour(mail->folders, step);

	if (folder && folder != folders_current(mail->folders))
		screen_show_folder(mail, folder->id);
}

void do_next_folder(void *target, const CommandCall *call)
{
	(void)call;
	step_folder(target, 1);
}
void do_previous_folder(void *target, const CommandCall *call)
{
	(void)call;
	step_folder(target, -1);
}

static void step_tab(MailScreen *mail, guint step)
{
	guint count = mail->tabs->len + 1;

	mail->tab = (mail->tab + step) % count;
}

void do_next_tab(void *target, const CommandCall *call) { (void)call; step_tab(target, 1); }
void do_previous_tab(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	step_tab(mail, mail->tabs->len);
}

void do_tab(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	int64_t number;

	if (text_to_int(call->argument, 1, mail->tabs->len + 1, &number))
		mail->tab = (guint)number - 1;
	else
		screen_say(mail, STYLE_WARNING, _("There is no tab %s."), call->argument);
}

/* ---- the program ---- */

void do_sync_now(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	mail->setup.host->ops->sync_now(mail->setup.host);
	screen_oof_ask_again(mail);
	screen_say(mail, STYLE_NORMAL, "%s", _("Asking the server…"));
}

void do_answer(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Question *question = g_queue_peek_head(mail->questions);

	(void)call;
	if (question)
		mail->ask = ask_box_new(question);
	else if (mail->is_guest)
		screen_say(
			mail, STYLE_NORMAL, "%s",
			_("What accounts ask is asked, and answered, in the Postern that runs already."));
	else
		screen_say(mail, STYLE_NORMAL, "%s", _("No account asks anything."));
}

void do_add_account(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (mail->is_guest)
		screen_say(mail, STYLE_WARNING, "%s",
		           _("Accounts are set up in the Postern that runs already."));
	else
		mail->wizard = wizard_new();
}

void do_command(void *target, const CommandCall *call)
{
	screen_open_line(target, LINE_COMMAND, ":", call->argument);
}

void do_help(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	GPtrArray *items = menu_items_new();

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *command = command_get(id);
		if (!(command->contexts & call->context))
			continue;
		g_autofree char *key = keymap_key_of(mail->keymap, call->context, id);
		g_autofree char *hint = g_strdup_printf("%-18s %8s", command->name, key ? key : "");
		g_ptr_array_add(items, menu_item_new(_(command->help), hint, (int64_t)id));
	}
	screen_open_menu(mail, MENU_COMMANDS,
	                 _("What can be done here: type to find, Enter does it"), items);
}

void do_redraw(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	mail->setup.host->ops->redraw(mail->setup.host);
}

void do_lock(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	GError *err = NULL;

	(void)call;
	screen_check(mail, mail->setup.host->ops->lock(mail->setup.host, &err), &err);
}

void do_suspend(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	mail->setup.host->ops->suspend(mail->setup.host);
}

void do_quit(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	mail_screen_keep(mail);
	mail->setup.host->ops->quit(mail->setup.host);
}

static const CommandHandler handlers[COMMAND_COUNT] = {
#define COMMAND(name, contexts, needs, help) [COMMAND_##name] = do_##name,
#include "app/commands.def"
#undef COMMAND
};

static bool has_item(const MailScreen *mail)
{
	switch (screen_context(mail)) {
	case CONTEXT_FOLDERS: return folders_selected(mail->folders) != NULL;
	case CONTEXT_OUTBOX:  return outbox_current(mail->outbox) != NULL;
	case CONTEXT_FILES:   return attachments_current(screen_attachments(mail)) != NULL;
	case CONTEXT_CERTIFICATES:
		return certificates_page_current(screen_certificates(mail)) != NULL;
	case CONTEXT_OPTIONS:
	case CONTEXT_OOF:     return true;
	default:              return screen_row(mail) != NULL;
	}
}

void screen_run(MailScreen *mail, CommandId id, const char *argument)
{
	const MessageRow *row = screen_row(mail);
	RightsContext rights = {
		.is_locked = store_reader_is_locked(mail->setup.reader),
		.has_account = folders_accounts(mail->folders)->len > 0,
		.has_item = has_item(mail),
		.is_out_of_window = row && row->flags & MESSAGE_OUT_OF_WINDOW &&
		                    !screen_has_selection(mail),
		.is_elsewhere = row && letter_is_elsewhere(row->id) && !screen_has_selection(mail),
		.is_offline = mail->setup.is_offline,
		.is_among_ourselves = settings_choice(mail->setup.settings,
	                                              SETTING_READ_REMOTE_IMAGES) == IMAGES_NEVER,
	};
	CommandCall call = { id, screen_context(mail), argument };
	GError *err = NULL;

	screen_check(mail, command_dispatch(&call, &rights, handlers, mail, &err), &err);
	mail->is_dirty = true;
}

void screen_run_line(MailScreen *mail, const char *text)
{
	static const char *const quits[] = { "q", "q!", "qa",
		                             "quit!" }; /* fingers know them from elsewhere */
	g_autofree char *line = text_one_line(text);
	const char *argument;
	GError *err = NULL;

	if (!*line)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(quits); i++)
		if (strcmp(line, quits[i]) == 0) {
			screen_run(mail, COMMAND_quit, "");
			return;
		}
	CommandId id = command_parse(line, &argument, &err);
	if (id == COMMAND_NONE)
		screen_check(mail, false, &err);
	else
		screen_run(mail, id, argument);
}

void screen_complete_command(const char *text, GPtrArray *words, void *data)
{
	const MailScreen *mail = data;

	if (g_str_has_prefix(text, "set "))
		screen_complete_set(text, words);
	if (g_str_has_prefix(text, "oof "))
		screen_complete_oof(mail, text, words);
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *command = command_get(id);
		if (command->contexts & screen_context(mail) &&
		    g_str_has_prefix(command->name, text))
			g_ptr_array_add(words, g_strdup(command->name));
	}
}

/* What was chosen is the argument. @target: a folder, 0 the root, or an account's id, negative. */
static void run_with_target(MailScreen *mail, int64_t target)
{
	const Folder *folder = folders_find(mail->folders, target);
	g_autofree char *answer = target < 0 ? screen_account_answer(mail, -target)
	                          : folder   ? folders_path(mail->folders, folder)
	                                     : g_strdup("/");

	screen_run(mail, mail->asked, answer);
}

void screen_chosen(MailScreen *mail, int64_t value)
{
	switch (mail->menu_kind) {
	case MENU_FOLDERS:  screen_show_folder(mail, value); break;
	case MENU_COMMANDS: screen_run(mail, (CommandId)value, ""); break;
	case MENU_LINKS:    copy_link(mail, value); break;
	case MENU_TARGET:   run_with_target(mail, value); break;
	case MENU_DRAFTS:   screen_resume_draft(mail, value); break;
	case MENU_REPLIES:  screen_quick_reply(mail, value); break;
	case MENU_ROLES:    screen_import_role(mail, value); break;
	}
}

static void forget_question(MailScreen *mail, const Question *answered)
{
	for (GList *one = mail->questions->head; one; one = one->next) {
		Question *known = one->data;
		if (known->kind != answered->kind || known->account_id != answered->account_id ||
		    known->op_id != answered->op_id)
			continue;
		g_queue_delete_link(mail->questions, one);
		question_free(known);
		return;
	}
}

void screen_answered(MailScreen *mail, AskResult result)
{
	static const AnswerChoice choices[] = {
		[ASK_YES] = ANSWER_YES, [ASK_NO] = ANSWER_NO, [ASK_LATER] = ANSWER_LATER
	};
	g_autoptr(AskBox) ask = g_steal_pointer(&mail->ask);
	const Question *question = ask_box_question(ask);

	if (ask_box_pin(ask)) {
		screen_pin_answered(mail, ask, result);
		return;
	}
	if (ask_box_is_secret(ask)) {
		screen_import_answered(mail, ask, result);
		return;
	}
	if (!question) {
		if (result == ASK_YES)
			screen_run(mail, mail->asked, "yes");
		return;
	}
	g_autoptr(Secret) secret = result == ASK_YES ? ask_box_secret(ask) : NULL;
	mail->setup.host->ops->answer(mail->setup.host, question, choices[result], secret);
	if (result != ASK_LATER)
		forget_question(mail, question);
}
