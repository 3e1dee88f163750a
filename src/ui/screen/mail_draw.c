#include "base/i18n.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"
#include "ui/widget/bar.h"

enum { TWO_PANES_FROM = 100, THREE_PANES_FROM = 140, FOLDERS_WIDTH = 20 };

/* ---- where things are ---- */

static void layout_single(const MailScreen *mail, MailLayout *layout, Rect body)
{
	layout->is_single = true;
	layout->panes[mail->focus == PANE_READER ? PANE_READER : PANE_LIST] = body;
}

static void layout_two(MailLayout *layout, Rect body)
{
	int x = FOLDERS_WIDTH + 1, width = body.width - x;
	int list_height = MAX(body.height * 2 / 5, 3);

	layout->panes[PANE_FOLDERS] = (Rect){ 0, body.y, FOLDERS_WIDTH, body.height };
	layout->panes[PANE_LIST] = (Rect){ x, body.y, width, MIN(list_height, body.height) };
	layout->panes[PANE_READER] =
		(Rect){ x, body.y + list_height + 1, width, MAX(body.height - list_height - 1, 1) };
}

static void layout_three(MailLayout *layout, Rect body)
{
	int x = FOLDERS_WIDTH + 1, list_width = (body.width - x) * 13 / 25;

	layout->panes[PANE_FOLDERS] = (Rect){ 0, body.y, FOLDERS_WIDTH, body.height };
	layout->panes[PANE_LIST] = (Rect){ x, body.y, list_width, body.height };
	layout->panes[PANE_READER] =
		(Rect){ x + list_width + 1, body.y, body.width - x - list_width - 1, body.height };
}

static int footer_lines(const MailScreen *mail)
{
	int wanted = (int)settings_int(mail->setup.settings, SETTING_UI_HELP_LEVEL);

	return mail->height < 8 ? MIN(wanted, 1) : wanted;
}

MailLayout screen_layout(const MailScreen *mail)
{
	MailLayout layout = { .tabs = { 0, 0, mail->width, 1 } };
	int footer = footer_lines(mail);
	Rect body = { 0, 1, mail->width, MAX(mail->height - 2 - footer, 1) };

	layout.status = (Rect){ 0, mail->height - 1 - footer, mail->width, 1 };
	layout.footer = (Rect){ 0, mail->height - footer, mail->width, footer };
	if (mail->width < TWO_PANES_FROM)
		layout_single(mail, &layout, body);
	else if (mail->width < THREE_PANES_FROM)
		layout_two(&layout, body);
	else
		layout_three(&layout, body);
	if (mail->tab > 0) {
		layout.panes[PANE_FOLDERS].width = layout.panes[PANE_LIST].width = 0;
		layout.panes[PANE_READER] = body;
	}
	return layout;
}

/* ---- bars ---- */

static void bar_tab_free(Tab *tab)
{
	g_free(tab->label);
	g_free(tab->badge);
	g_free(tab);
}

static void add_tab(GPtrArray *tabs, char *label, char *badge)
{
	Tab *tab = g_new0(Tab, 1);

	*tab = (Tab){ label, badge };
	g_ptr_array_add(tabs, tab);
}

GPtrArray *screen_tabs(const MailScreen *mail)
{
	GPtrArray    *tabs = g_ptr_array_new_with_free_func((GDestroyNotify)bar_tab_free);
	const Folder *folder = folders_current(mail->folders);
	g_autofree char *unread = folder && folder->unread ? show_count(folder->unread) : NULL;

	add_tab(tabs,
	        folder ? g_strdup_printf(_("Mail:%s"), folder_shown_name(folder))
	               : g_strdup(_("Mail")),
	        unread ? g_strconcat("*", unread, NULL) : NULL);
	for (guint i = 0; i < mail->tabs->len; i++)
		add_tab(tabs, g_strdup(((ScreenTab *)g_ptr_array_index(mail->tabs, i))->title),
		        NULL);
	return tabs;
}

static const char *state_word(const MailScreen *mail, const AccountLight *light)
{
	static const char *const words[] = {
		[SYNC_OFFLINE] = N_("offline"), [SYNC_CONNECTING] = N_("connecting"),
		[SYNC_WORKING] = N_("syncing"), [SYNC_WATCHING] = N_("online"),
		[SYNC_WAITING] = N_("waiting"), [SYNC_PARKED] = N_("asks you"),
		[SYNC_ERROR] = N_("error"),
	};

	if (mail->setup.is_offline || !light)
		return _("offline");
	if (light->state == SYNC_PARKED && mail->is_guest)
		return _("asks elsewhere");
	return _(words[light->state]);
}

static void draw_tabs(const MailScreen *mail, Canvas *canvas)
{
	g_autoptr(GPtrArray) tabs = screen_tabs(mail);
	const AccountState *account = screen_account(mail);
	g_autofree char *time = show_time(clock_now_ms(mail->setup.clock));
	g_autofree char *right =
		g_strdup_printf(account ? "%s  %s  %s" : "%s%s%s", account ? account->name : "",
	                        account ? state_word(mail, screen_light(mail)) : "", time);

	tabs_draw(canvas, mail->layout.tabs, tabs, mail->tab, right);
}

/* Places where other keys matter; what is shown in a pane tells which. */
typedef enum {
	PLACE_LIST, PLACE_HITS, PLACE_SERVER_HITS, PLACE_SELECTION, PLACE_READER, PLACE_CONVERSATION, PLACE_TRIAGE, PLACE_FOLDERS,
	PLACE_OUTBOX, PLACE_FILES, PLACE_OPTIONS, PLACE_OOF, PLACE_WRITING, PLACE_CERTIFICATES,
} Place;

typedef struct { Place place; CommandId id; const char *label; } FooterEntry;

static const FooterEntry footer[] = {
#define FOOTER(place, command, label) { PLACE_##place, COMMAND_##command, label },
#include "ui/screen/footer.def"
#undef FOOTER
};

static Place place_of_list(const MailScreen *mail)
{
	if (screen_has_selection(mail))
		return PLACE_SELECTION;
	if (mail->hits_kind == HITS_SERVER)
		return PLACE_SERVER_HITS;
	return mail->hits_kind == HITS_SEARCH && !screen_is_saved_search(mail) ? PLACE_HITS
	                                                                       : PLACE_LIST;
}

static Place place_of(const MailScreen *mail)
{
	if (screen_is_triage(mail))
		return PLACE_TRIAGE;
	if (screen_conversation(mail))
		return PLACE_CONVERSATION;
	switch (screen_context(mail)) {
	case CONTEXT_READER:  return PLACE_READER;
	case CONTEXT_FOLDERS: return PLACE_FOLDERS;
	case CONTEXT_OUTBOX:  return PLACE_OUTBOX;
	case CONTEXT_FILES:   return PLACE_FILES;
	case CONTEXT_OPTIONS: return PLACE_OPTIONS;
	case CONTEXT_OOF:     return PLACE_OOF;
	case CONTEXT_CERTIFICATES: return PLACE_CERTIFICATES;
	case CONTEXT_WRITING: return PLACE_WRITING;
	default:              return place_of_list(mail);
	}
}

static void add_item(const MailScreen *mail, GPtrArray *items, const FooterEntry *entry)
{
	g_autofree char *key = keymap_key_of(mail->keymap, screen_context(mail), entry->id);
	FooterItem *item;

	if (!key)
		return;
	item = g_new0(FooterItem, 1);
	*item = (FooterItem){ g_steal_pointer(&key), g_strdup(_(entry->label)), (int)entry->id };
	g_ptr_array_add(items, item);
}

GPtrArray *screen_footer(const MailScreen *mail)
{
	GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)footer_item_free);
	Place place = place_of(mail);

	for (gsize i = 0; i < G_N_ELEMENTS(footer); i++)
		if (footer[i].place == place)
			add_item(mail, items, &footer[i]);
	return items;
}

static const char *hint_in_place(const MailScreen *mail)
{
	return screen_oof(mail) ? oof_page_hint(screen_oof(mail))
	                        : writing_hint(envelope_writing(screen_envelope(mail)));
}

/* While a line is typed, keys are letters: the footer says which are not. */
static void draw_line_footer(const MailScreen *mail, Canvas *canvas)
{
	Pen pen = pen_new(canvas, mail->layout.footer, STYLE_FOOTER_KEY);

	pen_skip(&pen, 1);
	pen_text(&pen, !mail->prompt ? hint_in_place(mail)
	               : mail->line_kind == LINE_COMMAND
	                       ? _("Enter Do  Tab Complete  Up Earlier  Esc Leave")
	                       : _("Enter Done  Up Earlier  Esc Leave"));
	pen_rest(&pen);
}

static bool takes_letters(const MailScreen *mail)
{
	const Envelope *envelope = screen_envelope(mail);

	return mail->prompt || (envelope && writing_takes_keys(envelope_writing(envelope))) ||
	       (screen_oof(mail) && oof_page_takes_keys(screen_oof(mail)));
}

static void draw_footer(const MailScreen *mail, Canvas *canvas)
{
	g_autoptr(GPtrArray) items = screen_footer(mail);

	footer_draw(canvas, mail->layout.footer, items);
}

/* ---- the status line ---- */

static void add_folder_status(const MailScreen *mail, GString *text)
{
	static const char *const orders[] = {
		[ORDER_DATE] = N_("date"),
		[ORDER_UNREAD] = N_("unread first"),
		[ORDER_CONVERSATION] = N_("conversation"),
	};
	const Folder *folder = folders_current(mail->folders);

	if (!folder)
		return;
	if (folders_query(mail->folders, folder->id)) {
		g_string_append(text, folder_shown_name(folder));
		return;
	}
	g_autofree char *unread = show_count(folder->unread);
	g_autofree char *total = show_count(folder->total);
	g_string_append_printf(text, _("%s  %s unread/%s"), folder_shown_name(folder), unread,
	                       total);
	if (mail->hits_kind == HITS_NONE && !screen_has_selection(mail))
		g_string_append_printf(text, _("  sorted: %s"),
		                       _(orders[messages_query(mail->messages)->order]));
	if (folder->last_error)
		g_string_append_printf(text, "  %s", folder->last_error);
}

static void add_hits_status(const MailScreen *mail, GString *text)
{
	g_autofree char *count = show_count(messages_hit_count(mail->messages));

	if (mail->hits_kind == HITS_SERVER) {
		screen_server_status(mail, text);
		return;
	}
	if (mail->hits_kind == HITS_FILTER)
		g_string_append_printf(text, _("  limit: %s  %s%s shown"), mail->hits_text, count,
		                       mail->is_hits_cut ? "+" : "");
	else
		g_string_printf(text, _("Search: %s  %s%s found"), mail->hits_text, count,
		                mail->is_hits_cut ? "+" : "");
	if (mail->is_index_behind)
		g_string_append(text, _("  (the index is still being made)"));
}

static void add_selection_status(const MailScreen *mail, GString *text)
{
	g_autofree char *count = show_count(selection_count(mail->selection));

	if (selection_count(mail->selection) > 0)
		g_string_append_printf(text, _("  %s selected"), count);
	if (mail->anchor)
		g_string_append(text, _("  selecting a range"));
}

static char *status_left(const MailScreen *mail)
{
	GString *text = g_string_new(NULL);

	if (screen_options(mail)) {
		g_string_append_printf(text, _("Settings  * not the default  + not saved: %u"),
		                       settings_unsaved(mail->setup.settings));
		return g_string_free(text, FALSE);
	}
	if (screen_certificates(mail)) {
		g_string_append(text, _("Certificates"));
		return g_string_free(text, FALSE);
	}
	if (mail->is_outbox_shown) {
		g_string_append(text, _("Outbox"));
		return g_string_free(text, FALSE);
	}
	add_folder_status(mail, text);
	if (mail->hits_kind != HITS_NONE && messages_is_hits(mail->messages))
		add_hits_status(mail, text);
	add_selection_status(mail, text);
	return g_string_free(text, FALSE);
}

/* "2 queued, 0 failed"; NULL: the outbox is empty. */
static char *outbox_status(const MailScreen *mail)
{
	const OutboxCount *count = folders_outbox(mail->folders);
	g_autofree char *queued = show_count(count->rows - count->stuck);
	g_autofree char *failed = show_count(count->stuck);

	return count->rows ? g_strdup_printf(_("%s queued, %s failed"), queued, failed) : NULL;
}

static char *sync_status(const MailScreen *mail)
{
	const AccountLight *light = screen_light(mail);
	const AccountState *account = screen_account(mail);

	if (light && light->state == SYNC_WORKING && light->total > 0) {
		g_autofree char *done = show_count(light->done);
		g_autofree char *total = show_count(light->total);
		return g_strdup_printf(_("%s %s of %s"), light->folder_name, done, total);
	}
	if (!account)
		return g_strdup("");
	if (!account->last_sync_ms)
		return g_strdup(_("never synced"));
	g_autofree char *when =
		show_date_short(account->last_sync_ms, clock_now_ms(mail->setup.clock));
	return g_strdup_printf(_("synced %s"), when);
}

static char *status_right(const MailScreen *mail)
{
	g_autofree char *outbox = outbox_status(mail);
	g_autofree char *sync = sync_status(mail);
	g_autofree char *away = screen_oof_status(mail);
	g_autofree char *first = outbox ? g_strconcat(outbox, "  ", NULL) : g_strdup("");

	return away ? g_strconcat(away, "  ", first, sync, NULL) : g_strconcat(first, sync, NULL);
}

static void put_question(const MailScreen *mail, const Question *question, Pen *pen)
{
	g_autofree char *key = keymap_key_of(mail->keymap, screen_context(mail), COMMAND_answer);
	g_autofree char *text = g_strdup_printf(_("  (%s answers)"), key ? key : ":answer");
	const char *asked = question->text ? question->text : "";
	int room = MAX(pen_room(pen) - text_width(text), 0);

	pen->style = STYLE_WARNING | STYLE_REVERSE;
	pen_column(pen, asked, MIN(text_width(asked), room));
	pen_text(pen, text);
	pen_rest(pen);
}

static void put_sentence(const char *sentence, Style style, Pen *pen)
{
	pen->style = style;
	pen_column(pen, sentence, pen_room(pen));
}

static void put_status(const MailScreen *mail, Pen *pen, int width)
{
	g_autofree char *left = status_left(mail);
	g_autofree char *right = status_right(mail);
	int right_width = MIN(text_width(right), width / 2);

	pen_column(pen, left, pen_room(pen) - right_width - 2);
	pen_skip(pen, 1);
	pen_column(pen, right, right_width);
	pen_rest(pen);
}

/* Of the page in view; NULL: it has nothing to say. */
static const char *page_notice(const MailScreen *mail, Style *ret_style)
{
	return screen_attachments(mail) ? attachments_notice(screen_attachments(mail), ret_style)
	       : screen_oof(mail)       ? oof_page_notice(screen_oof(mail), ret_style)
	                                : NULL;
}

static void draw_status(const MailScreen *mail, Canvas *canvas)
{
	const Question *question = g_queue_peek_head(mail->questions);
	Pen pen = pen_new(canvas, mail->layout.status, STYLE_STATUS);
	int width = pen_room(&pen);
	Style style = STYLE_NORMAL;
	const char *notice = page_notice(mail, &style);

	if (mail->prompt) {
		prompt_draw(mail->prompt, canvas, mail->layout.status);
		return;
	}
	pen_skip(&pen, 1);
	if (mail->message)
		put_sentence(mail->message, (Style)(mail->message_style | STYLE_REVERSE), &pen);
	else if (question && !mail->ask)
		put_question(mail, question, &pen);
	else if (notice)
		put_sentence(notice,
		             style == STYLE_NORMAL ? STYLE_STATUS : (Style)(style | STYLE_REVERSE),
		             &pen);
	else
		put_status(mail, &pen, width);
}

/* ---- panes ---- */

static void draw_borders(const MailLayout *layout, Canvas *canvas)
{
	Rect folders = layout->panes[PANE_FOLDERS], list = layout->panes[PANE_LIST],
	     reader = layout->panes[PANE_READER];

	if (folders.width)
		canvas_rule_down(canvas, folders.width, folders.y, folders.height);
	if (!list.width || !reader.width)
		return;
	if (list.x == reader.x)
		canvas_rule_across(canvas, list.x, list.y + list.height, list.width);
	else
		canvas_rule_down(canvas, reader.x - 1, reader.y, reader.height);
}

static void draw_emptiness(const MailScreen *mail, Canvas *canvas, Rect rect)
{
	const char *text = mail->is_outbox_shown ? _("Everything is on the server.") :
	                   folders_accounts(mail->folders)->len == 0
	                   ? _("No account is set up yet. :add-account asks for what is needed.") :
	                   mail->hits_kind != HITS_NONE ? _("Nothing matches.") :
	                   folders_current(mail->folders)
	                           ? _("No messages here.")
	                           : _("The folder list comes with the first sync.");
	int width = MIN(text_width(text), rect.width - 2);
	Pen pen = { canvas,
		    rect.x + (rect.width - width) / 2,
		    rect.y + rect.height / 3,
		    rect.x + rect.width,
		    STYLE_DIM,
		    0 };

	pen_column(&pen, text, width);
}

static void draw_panes(MailScreen *mail, Canvas *canvas)
{
	const MailLayout *layout = &mail->layout;

	if (layout->panes[PANE_FOLDERS].width)
		folders_draw(mail->folders, canvas, layout->panes[PANE_FOLDERS],
		             mail->focus == PANE_FOLDERS);
	if (layout->panes[PANE_LIST].width) {
		messages_set_marks(mail->messages, mail->selection, mail->anchor, screen_row(mail));
		list_draw(screen_list(mail), canvas, layout->panes[PANE_LIST],
		          mail->focus == PANE_LIST);
		if (list_is_empty(screen_list(mail)))
			draw_emptiness(mail, canvas, layout->panes[PANE_LIST]);
	}
	if (screen_envelope(mail))
		writing_draw(envelope_writing(screen_envelope(mail)), canvas,
		             layout->panes[PANE_READER]);
	else if (screen_attachments(mail))
		attachments_draw(screen_attachments(mail), canvas, layout->panes[PANE_READER],
		                 true);
	else if (screen_options(mail))
		options_page_draw(screen_options(mail), canvas, layout->panes[PANE_READER], true);
	else if (screen_certificates(mail))
		certificates_page_draw(screen_certificates(mail), canvas, layout->panes[PANE_READER]);
	else if (screen_oof(mail))
		oof_page_draw(screen_oof(mail), canvas, layout->panes[PANE_READER]);
	else if (screen_conversation(mail))
		conversation_draw(screen_conversation(mail), canvas, layout->panes[PANE_READER]);
	else if (layout->panes[PANE_READER].width && mail->is_outbox_shown && mail->tab == 0)
		outbox_draw_details(mail->outbox, canvas, layout->panes[PANE_READER]);
	else if (layout->panes[PANE_READER].width)
		reader_draw(screen_reader(mail), canvas, layout->panes[PANE_READER]);
	draw_borders(layout, canvas);
}

/* The commands that the line begins, with what they do. */
static void draw_candidates(const MailScreen *mail, Canvas *canvas, Rect rect)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) items = menu_items_new();

	screen_complete_command(prompt_text(mail->prompt), words, (gpointer)mail);
	for (guint i = 0; i < words->len; i++) {
		const char *argument;
		CommandId id = command_parse(g_ptr_array_index(words, i), &argument, NULL);
		if (id != COMMAND_NONE)
			g_ptr_array_add(items, menu_item_new(g_ptr_array_index(words, i),
			                                     _(command_get(id)->help), 0));
	}
	if (items->len > 0 && (int)items->len < rect.height)
		menu_draw_strip(items, ":", canvas, rect);
}

static void draw_above(MailScreen *mail, Canvas *canvas)
{
	Rect body = { 0, 1, mail->width, mail->layout.status.y - 1 };

	if (body.height < 4)
		return;
	if (mail->prompt && mail->line_kind == LINE_COMMAND)
		draw_candidates(mail, canvas, body);
	if (mail->is_strip_shown && mail->chord.pressed.count > 0)
		chord_draw_strip(&mail->chord, screen_context(mail), canvas, body);
	if (mail->wizard)
		wizard_draw(mail->wizard, canvas, body);
	if (mail->menu)
		menu_draw(mail->menu, canvas, body);
	if (mail->ask) {
		int height = MIN(ask_box_height(mail->ask, mail->width), mail->layout.footer.y - 1);
		ask_box_draw(mail->ask, canvas,
		             (Rect){ 0, mail->layout.footer.y - height, mail->width, height });
	}
}

bool mail_screen_draw(MailScreen *mail, Canvas *canvas)
{
	if (!mail->is_dirty)
		return false;
	mail->is_dirty = false;
	mail->minute = clock_now_ms(mail->setup.clock) / 60000;
	canvas_clear(canvas);
	draw_panes(mail, canvas);
	draw_tabs(mail, canvas);
	draw_status(mail, canvas);
	(takes_letters(mail) ? draw_line_footer : draw_footer)(mail, canvas);
	draw_above(mail, canvas);
	return true;
}
