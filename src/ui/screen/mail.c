#include "ui/screen/mail.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"
#include "ui/widget/bar.h"

static int64_t uptime_ms(const MailScreen *mail) { return clock_uptime_ms(mail->setup.clock); }
static int64_t minute_now(const MailScreen *mail)
{
	return clock_now_ms(mail->setup.clock) / 60000;
}

/* ---- what the files share ---- */

guint screen_context(const MailScreen *mail)
{
	if (screen_attachments(mail))
		return CONTEXT_FILES;
	if (screen_options(mail))
		return CONTEXT_OPTIONS;
	if (screen_oof(mail))
		return CONTEXT_OOF;
	if (screen_certificates(mail))
		return CONTEXT_CERTIFICATES;
	if (screen_envelope(mail))
		return CONTEXT_WRITING;
	if (mail->tab > 0)
		return CONTEXT_READER;
	if (mail->focus == PANE_FOLDERS)
		return CONTEXT_FOLDERS;
	if (mail->is_outbox_shown)
		return CONTEXT_OUTBOX;
	return mail->focus == PANE_READER ? CONTEXT_READER : CONTEXT_LIST;
}

const MessageRow *screen_row(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	if (tab)
		return tab->conversation ? conversation_row(tab->conversation) : tab->row;
	return mail->is_outbox_shown ? NULL : list_current(mail->list);
}

List *screen_list(const MailScreen *mail)
{
	return mail->is_outbox_shown ? outbox_list(mail->outbox) : mail->list;
}

Reader *screen_reader(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab && tab->reader ? tab->reader : mail->preview;
}

const AccountState *screen_account(const MailScreen *mail)
{
	const Folder *folder = folders_current(mail->folders);

	if (folder && folder->account_id)
		return folders_account(mail->folders, folder->account_id);
	const GPtrArray *accounts = folders_accounts(mail->folders);
	return accounts->len ? g_ptr_array_index(accounts, 0) : NULL;
}

const AccountLight *screen_light(const MailScreen *mail)
{
	const AccountState *account = screen_account(mail);

	return account ? g_hash_table_lookup(mail->lights, &account->id) : NULL;
}

void screen_say(MailScreen *mail, Style style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_free(mail->message);
	mail->message = g_strdup_vprintf(format, args);
	mail->message_style = style;
	mail->is_dirty = true;
	va_end(args);
}

void mail_screen_say(MailScreen *mail, const char *sentence)
{
	screen_say(mail, STYLE_WARNING, "%s", sentence);
}

void screen_check(MailScreen *mail, bool ok, GError **err)
{
	if (ok)
		return;
	screen_say(mail, STYLE_ERROR, "%s", (*err)->message);
	g_clear_error(err);
}

static bool is_reader_visible(const MailScreen *mail)
{
	return mail->layout.panes[PANE_READER].width > 0;
}

void screen_follow(MailScreen *mail)
{
	const MessageRow *row = list_current(mail->list);

	if (!mail->layout.is_single)
		reader_follow(mail->preview, row ? row->id : 0);
	else if (mail->focus == PANE_READER)
		reader_open(mail->preview, row ? row->id : 0);
	screen_triage_follow(mail);
}

void screen_set_focus(MailScreen *mail, Pane pane)
{
	if (mail->layout.is_single && pane == PANE_FOLDERS)
		pane = PANE_LIST;
	mail->focus = pane;
	mail->layout = screen_layout(mail);
	mail->is_dirty = true;
}

void screen_show_folder(MailScreen *mail, int64_t folder_id)
{
	ListQuery query = { .folder_id = folder_id,
		            .order = messages_query(mail->messages)->order };
	GError *err = NULL;

	if (folder_id == FOLDERS_OUTBOX) {
		screen_show_outbox(mail);
		return;
	}
	if (folder_id < 0 && screen_show_gathering(mail, folder_id))
		return;
	mail->hits_kind = HITS_NONE;
	screen_server_end(mail);
	mail->is_outbox_shown = false;
	screen_select_none(mail);
	folders_set_current(mail->folders, folder_id);
	messages_show(mail->messages, &query);
	screen_check(mail, list_restart(mail->list, &err), &err);
	if (mail->focus == PANE_READER && mail->layout.is_single)
		screen_set_focus(mail, PANE_LIST);
	mail->setup.host->ops->folder_first(mail->setup.host, folder_id);
	screen_follow(mail);
	mail->is_dirty = true;
}

/* The lines typed before for the same purpose: of commands, each has its own. */
static GPtrArray *history_of(MailScreen *mail, LineKind kind)
{
	int key = kind == LINE_ARGUMENT ? LINE_COUNT + (int)mail->asked : (int)kind;
	GPtrArray *lines = g_hash_table_lookup(mail->history, GINT_TO_POINTER(key));

	if (!lines) {
		lines = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(mail->history, GINT_TO_POINTER(key), lines);
	}
	return lines;
}

void screen_open_line(MailScreen *mail, LineKind kind, const char *label, const char *text)
{
	prompt_free(mail->prompt);
	mail->prompt = prompt_new(label, text);
	mail->line_kind = kind;
	prompt_set_history(mail->prompt, history_of(mail, kind));
	if (kind == LINE_COMMAND)
		prompt_set_complete(mail->prompt, screen_complete_command, mail);
}

void screen_ask_line(MailScreen *mail, CommandId id, const char *label, const char *text)
{
	mail->asked = id;
	g_free(mail->asked_text);
	mail->asked_text = g_strdup(text);
	screen_open_line(mail, LINE_ARGUMENT, label, text);
	if (id == COMMAND_categories)
		prompt_set_complete(mail->prompt, screen_complete_categories, mail);
}

void screen_ask_menu(MailScreen *mail, CommandId id, const char *title, GPtrArray *items)
{
	mail->asked = id;
	screen_open_menu(mail, MENU_TARGET, title, items);
}

void screen_ask_yes_no(MailScreen *mail, CommandId id, const char *text)
{
	mail->asked = id;
	ask_box_free(mail->ask);
	mail->ask = ask_box_new_yes_no(text);
}

void screen_open_menu(MailScreen *mail, MenuKind kind, const char *title, GPtrArray *items)
{
	menu_free(mail->menu);
	mail->menu = menu_new(title, items);
	mail->menu_kind = kind;
}

/* ---- rows ---- */

static void show_first_folder(MailScreen *mail)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);
	int64_t account_id = 0;

	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *account = g_ptr_array_index(accounts, i);
		if (g_strcmp0(account->name, mail->setup.account) == 0)
			account_id = account->id;
	}
	const Folder *inbox = folders_of_type(mail->folders, account_id, FOLDER_INBOX);
	if (!inbox)
		inbox = folders_of_type(mail->folders, 0, FOLDER_INBOX);
	if (inbox)
		screen_show_folder(mail, inbox->id);
}

static void reload_folders(MailScreen *mail)
{
	OutboxCount count = { 0 };
	GError *err = NULL;

	screen_check(mail, store_read_outbox_count(mail->setup.reader, &count, &err), &err);
	folders_set_outbox(mail->folders, &count);
	err = NULL;
	screen_check(mail, folders_reload(mail->folders, &err), &err);
}

static void reload(MailScreen *mail)
{
	GError *err = NULL;

	mail->reload_ms = INT64_MAX;
	mail->last_reload_ms = uptime_ms(mail);
	mail->is_dirty = true;
	reload_folders(mail);
	screen_tabs_reload(mail);
	screen_oof_reload(mail);
	if (mail->is_outbox_shown) {
		screen_check(mail, outbox_reload(mail->outbox, &err), &err);
		return;
	}
	if (!folders_current(mail->folders)) {
		show_first_folder(mail);
		return;
	}
	if (mail->hits_kind != HITS_NONE) {
		screen_search_again(mail);
		return;
	}
	screen_check(mail, list_reload(mail->list, &err), &err);
	screen_follow(mail);
}

void screen_reload_now(MailScreen *mail) { reload(mail); }

/* Rows changed: read at once, but in a storm of changes no more than twice a second. */
static void reload_soon(MailScreen *mail)
{
	int64_t due_ms = MAX(uptime_ms(mail), mail->last_reload_ms + RELOAD_EVERY_MS);

	mail->reload_ms = MIN(mail->reload_ms, due_ms);
	if (mail->reload_ms <= uptime_ms(mail))
		reload(mail);
}

/* ---- life ---- */

static void light_free(AccountLight *light)
{
	g_free(light->text);
	g_free(light->folder_name);
	oof_free(light->oof);
	g_free(light);
}

/* The profile that is set, and the person's own keys on top; what is wrong with these is said. */
void screen_take_keys(MailScreen *mail)
{
	const Settings *settings = mail->setup.settings;
	g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(g_free);

	keymap_free(mail->keymap);
	mail->keymap = keymap_new((KeymapProfile)settings_choice(settings, SETTING_UI_KEYMAP));
	if (mail->setup.keys_file)
		keymap_read(mail->keymap, mail->setup.keys_file, complaints);
	if (complaints->len)
		screen_say(mail, STYLE_ERROR, "%s", (char *)g_ptr_array_index(complaints, 0));
	mail->chord = (Chord){ .keymap = mail->keymap };
	g_free(mail->download_key);
	mail->download_key = mail->setup.is_offline ? NULL
	                                            : keymap_key_of(mail->keymap, CONTEXT_READER,
	                                                            COMMAND_download);
	g_free(mail->pictures_key);
	mail->pictures_key = keymap_key_of(mail->keymap, CONTEXT_READER, COMMAND_pictures);
	g_free(mail->verdict_key);
	mail->verdict_key = keymap_key_of(mail->keymap, CONTEXT_READER, COMMAND_verdict);
	g_free(mail->import_key);
	mail->import_key = keymap_key_of(mail->keymap, CONTEXT_FILES, COMMAND_import);
	g_free(mail->pin_key);
	mail->pin_key = keymap_key_of(mail->keymap, CONTEXT_READER, COMMAND_pin);
}

static void make_parts(MailScreen *mail)
{
	screen_take_keys(mail);
	mail->folders = folders_new(mail->setup.reader, mail->setup.account);
	mail->messages = messages_new(mail->setup.reader, mail->folders, mail->setup.clock);
	mail->list = list_new(messages_source(mail->messages));
	mail->web = (Web){ mail->setup.reader, mail->setup.settings, mail->folders,
		           g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL) };
	mail->letters = letters_new(mail->setup.reader, mail->setup.host, &mail->serial,
	                            mail->setup.settings);
	ReaderSetup setup = screen_reader_setup(mail);
	mail->preview = reader_new(&setup);
	mail->outbox = outbox_new(mail->setup.reader, mail->folders, mail->setup.clock);
	mail->tabs = g_ptr_array_new_with_free_func((GDestroyNotify)screen_tab_free);
	mail->errands = g_ptr_array_new_with_free_func((GDestroyNotify)source_errand_free);
	mail->questions = g_queue_new();
	mail->lights = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
	                                     (GDestroyNotify)light_free);
	mail->history = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	mail->selection = selection_new();
	mail->undo = undo_new();
	mail->pending =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, screen_pending_free);
	mail->recent_folders = g_array_new(FALSE, FALSE, sizeof(int64_t));
	mail->directory = directory_new(mail->setup.host, mail->setup.is_offline);
}

MailScreen *mail_screen_new(const MailSetup *setup)
{
	MailScreen *mail = g_new0(MailScreen, 1);

	mail->setup = *setup;
	mail->last_change = COMMAND_NONE;
	mail->reload_ms = INT64_MAX;
	mail->last_reload_ms = -RELOAD_EVERY_MS;
	mail->width = 80;
	mail->height = 24;
	make_parts(mail);
	mail_screen_resize(mail, mail->width, mail->height);
	screen_read_searches(mail);
	reload(mail);
	if (setup->is_first_run)
		mail->wizard = wizard_new();
	return mail;
}

void mail_screen_free(MailScreen *mail)
{
	if (!mail)
		return;
	screen_answer_clear(mail);
	wizard_free(mail->wizard);
	ask_box_free(mail->ask);
	pin_wish_free(mail->pin_wanted);
	import_job_free(mail->import);
	g_free(mail->kept);
	menu_free(mail->menu);
	prompt_free(mail->prompt);
	g_queue_free_full(mail->questions, (GDestroyNotify)question_free);
	g_hash_table_unref(mail->history);
	g_ptr_array_unref(mail->tabs);
	g_ptr_array_unref(mail->errands);
	directory_free(mail->directory);
	reader_free(mail->preview);
	outbox_free(mail->outbox);
	selection_free(mail->selection);
	message_row_free(mail->anchor);
	undo_free(mail->undo);
	g_hash_table_unref(mail->pending);
	g_array_unref(mail->recent_folders);
	list_free(mail->list);
	messages_free(mail->messages);
	folders_free(mail->folders);
	server_search_free(mail->server);
	letters_free(mail->letters);
	searches_free(mail->searches);
	keymap_free(mail->keymap);
	g_hash_table_unref(mail->lights);
	g_hash_table_unref(mail->web.wishes);
	g_free(mail->import_key);
	g_free(mail->pin_key);
	g_free(mail->verdict_key);
	g_free(mail->pictures_key);
	g_free(mail->download_key);
	g_free(mail->hits_text);
	g_free(mail->find_text);
	g_free(mail->save_dir);
	g_free(mail->asked_text);
	g_free(mail->last_argument);
	g_free(mail->message);
	g_free(mail);
}

void mail_screen_resize(MailScreen *mail, int width, int height)
{
	GError *err = NULL;

	mail->width = MAX(width, 1);
	mail->height = MAX(height, 1);
	screen_set_focus(mail, mail->focus);
	/* One pane may show the reader: the list keeps the height it will have again. */
	int list_height = mail->layout.panes[PANE_LIST].width ? mail->layout.panes[PANE_LIST].height
	                                                      : mail->layout.status.y - 1;
	screen_check(mail, list_set_height(mail->list, list_height, &err), &err);
	err = NULL;
	screen_check(mail, list_set_height(outbox_list(mail->outbox), list_height, &err), &err);
	screen_follow(mail);
}

/* ---- what the person does ---- */

static void keep_in_history(MailScreen *mail)
{
	GPtrArray  *lines = history_of(mail, mail->line_kind);
	const char *text = prompt_text(mail->prompt);

	if (*text &&
	    (lines->len == 0 || strcmp(g_ptr_array_index(lines, lines->len - 1), text) != 0))
		g_ptr_array_add(lines, g_strdup(text));
}

static void line_changed(MailScreen *mail)
{
	if (mail->line_kind == LINE_SEARCH || mail->line_kind == LINE_FILTER)
		screen_search_typed(mail);
}

/* What was typed is the argument; of categories, what was changed in the line. */
static void argument_done(MailScreen *mail, const char *text)
{
	g_autofree char *argument = mail->asked == COMMAND_categories
	                                    ? screen_categories_change(mail->asked_text, text)
	                                    : g_strstrip(g_strdup(text));

	if (*argument)
		screen_run(mail, mail->asked, argument);
}

static void line_done(MailScreen *mail)
{
	g_autoptr(Prompt) prompt = NULL;

	keep_in_history(mail);
	prompt = g_steal_pointer(&mail->prompt);
	if (mail->line_kind == LINE_COMMAND) {
		screen_run_line(mail, prompt_text(prompt));
	} else if (mail->line_kind >= LINE_SAVE) {
		screen_file_line(mail, prompt_text(prompt));
	} else if (mail->line_kind == LINE_FIND) {
		g_free(mail->find_text);
		mail->find_text = g_strdup(prompt_text(prompt));
		screen_search_move(mail, false);
	} else if (mail->line_kind == LINE_ARGUMENT) {
		argument_done(mail, prompt_text(prompt));
	} else if (!*prompt_text(prompt)) {
		screen_search_end(mail);
	}
}

static void line_cancelled(MailScreen *mail)
{
	g_clear_pointer(&mail->prompt, prompt_free);
	if (mail->line_kind == LINE_SEARCH || mail->line_kind == LINE_FILTER)
		screen_search_end(mail);
}

static void prompt_input(MailScreen *mail, const Input *input)
{
	PromptResult result = PROMPT_EDITING;

	if (input->kind == INPUT_PASTE)
		prompt_paste(mail->prompt, input->paste);
	else if (input->kind == INPUT_KEY)
		result = prompt_key(mail->prompt, input->key);
	if (result == PROMPT_DONE)
		line_done(mail);
	else if (result == PROMPT_CANCELLED)
		line_cancelled(mail);
	else
		line_changed(mail);
}

static void menu_input(MailScreen *mail, const Input *input)
{
	MenuResult result = MENU_OPEN;

	if (input->kind == INPUT_PASTE)
		menu_paste(mail->menu, input->paste);
	else
		result = input->kind == INPUT_MOUSE ? menu_mouse(mail->menu, input)
		                                    : menu_key(mail->menu, input->key);
	if (result == MENU_OPEN)
		return;
	const MenuItem *item = menu_current(mail->menu);
	int64_t value = item ? item->value : 0;
	g_clear_pointer(&mail->menu, menu_free);
	if (result == MENU_CHOSEN && item)
		screen_chosen(mail, value);
	else if (mail->menu_kind == MENU_ROLES)
		screen_import_cancel(mail);
}

static void ask_input(MailScreen *mail, const Input *input)
{
	if (input->kind == INPUT_PASTE)
		ask_box_paste(mail->ask, input->paste);
	else if (input->kind == INPUT_KEY) {
		AskResult result = ask_box_key(mail->ask, input->key);
		if (result != ASK_OPEN)
			screen_answered(mail, result);
	}
}

static void wizard_input(MailScreen *mail, const Input *input)
{
	WizardResult result = WIZARD_OPEN;

	if (input->kind == INPUT_PASTE)
		wizard_paste(mail->wizard, input->paste);
	else if (input->kind == INPUT_KEY)
		result = wizard_key(mail->wizard, input->key);
	if (result == WIZARD_CANCELLED) {
		g_clear_pointer(&mail->wizard, wizard_free);
	} else if (result == WIZARD_READY) {
		Secret  *password;
		Account *account = wizard_account(mail->wizard, &password);
		mail->setup.host->ops->add_account(mail->setup.host, account, password);
	}
}

void mail_screen_account(MailScreen *mail, const char *report, const char *failure)
{
	if (failure && mail->wizard)
		wizard_refused(mail->wizard, failure);
	else
		screen_say(mail, failure ? STYLE_ERROR : STYLE_NORMAL, "%s",
		           failure ? failure : report);
	if (!failure)
		g_clear_pointer(&mail->wizard, wizard_free);
	mail->is_dirty = true;
}

static void escape_key(MailScreen *mail)
{
	if (screen_context(mail) != CONTEXT_LIST)
		return;
	if (screen_has_selection(mail))
		screen_select_none(mail);
	else if (!screen_server_cancel(mail))
		screen_search_end(mail);
}

static void chord_input(MailScreen *mail, Key key)
{
	const KeyBinding *binding;
	bool was_waiting = mail->chord.pressed.count > 0;

	mail->is_strip_shown = false;
	switch (chord_key(&mail->chord, screen_context(mail), key, uptime_ms(mail), &binding)) {
	case CHORD_COMMAND: {
		/* The command may change the keys themselves. */
		g_autofree char *argument = g_strdup(binding->argument);
		screen_run(mail, binding->id, argument);
		break;
	}
	case CHORD_UNKNOWN:
		if (key == KEY_ESCAPE && !was_waiting) {
			escape_key(mail);
		} else {
			g_autofree char *name = key_format(key);
			screen_say(mail, STYLE_WARNING,
			           _("%s means nothing here; ? shows what does."), name);
		}
		break;
	case CHORD_WAITS:
		break;
	}
}

static void click(MailScreen *mail, const Input *input)
{
	const MailLayout *at = &mail->layout;
	int x = input->x, y = input->y;

	if (screen_attachments(mail) && rect_has(at->panes[PANE_READER], x, y)) {
		if (attachments_click(screen_attachments(mail), y - at->panes[PANE_READER].y) &&
		    input->mouse == MOUSE_DOUBLE)
			screen_run(mail, COMMAND_open, "");
	} else if (screen_options(mail) && rect_has(at->panes[PANE_READER], x, y)) {
		if (options_page_click(screen_options(mail), x, y) && input->mouse == MOUSE_DOUBLE)
			screen_run(mail, COMMAND_open, "");
	} else if (screen_certificates(mail) && rect_has(at->panes[PANE_READER], x, y)) {
		if (certificates_page_click(screen_certificates(mail), x, y) &&
		    input->mouse == MOUSE_DOUBLE)
			screen_run(mail, COMMAND_open, "");
	} else if (screen_oof(mail) && rect_has(at->panes[PANE_READER], x, y)) {
		if (oof_page_click(screen_oof(mail), y) && input->mouse == MOUSE_DOUBLE)
			screen_run(mail, COMMAND_open, "");
	} else if (screen_conversation(mail) && rect_has(at->panes[PANE_READER], x, y)) {
		if (conversation_click(screen_conversation(mail), y - at->panes[PANE_READER].y) &&
		    input->mouse == MOUSE_DOUBLE)
			screen_run(mail, COMMAND_fold, "");
	} else if (mail->tab == 0 && rect_has(at->panes[PANE_LIST], x, y)) {
		screen_set_focus(mail, PANE_LIST);
		if (list_click(screen_list(mail), y - at->panes[PANE_LIST].y)) {
			screen_follow(mail);
			if (input->mouse == MOUSE_DOUBLE)
				screen_run(mail, COMMAND_open, "");
		}
	} else if (mail->tab == 0 && rect_has(at->panes[PANE_FOLDERS], x, y)) {
		if (folders_click(mail->folders, y - at->panes[PANE_FOLDERS].y))
			screen_show_folder(mail, folders_selected(mail->folders)->id);
	} else if (rect_has(at->panes[PANE_READER], x, y)) {
		screen_set_focus(mail, PANE_READER);
	} else if (rect_has(at->footer, x, y)) {
		g_autoptr(GPtrArray) items = screen_footer(mail);
		int command = footer_at(items, at->footer, x, y);
		if (command >= 0)
			screen_run(mail, (CommandId)command, "");
	} else if (rect_has(at->tabs, x, y)) {
		g_autoptr(GPtrArray) tabs = screen_tabs(mail);
		int tab = tabs_at(tabs, x);
		if (tab >= 0)
			mail->tab = (guint)tab;
	}
}

static void wheel(MailScreen *mail, const Input *input)
{
	int     step = input->mouse == MOUSE_WHEEL_DOWN ? 3 : -3;
	GError *err = NULL;

	if (screen_attachments(mail)) {
		attachments_move(screen_attachments(mail), step);
	} else if (screen_options(mail)) {
		options_page_move(screen_options(mail), step);
	} else if (screen_oof(mail)) {
		oof_page_move(screen_oof(mail), step);
	} else if (screen_certificates(mail)) {
		certificates_page_move(screen_certificates(mail), step);
	} else if (screen_conversation(mail)) {
		conversation_move(screen_conversation(mail), step);
	} else if (mail->tab > 0 || rect_has(mail->layout.panes[PANE_READER], input->x, input->y)) {
		reader_scroll(screen_reader(mail), step);
	} else if (rect_has(mail->layout.panes[PANE_FOLDERS], input->x, input->y)) {
		folders_move(mail->folders, step);
		screen_set_focus(mail, PANE_FOLDERS);
	} else {
		screen_check(mail, list_scroll(screen_list(mail), step, &err), &err);
		screen_follow(mail);
	}
}

static void plain_input(MailScreen *mail, const Input *input)
{
	if (input->kind == INPUT_KEY)
		chord_input(mail, input->key);
	else if (input->kind == INPUT_MOUSE &&
	         (input->mouse == MOUSE_PRESS || input->mouse == MOUSE_DOUBLE))
		click(mail, input);
	else if (input->kind == INPUT_MOUSE)
		wheel(mail, input);
}

void mail_screen_input(MailScreen *mail, const Input *input)
{
	mail->is_dirty = true;
	g_clear_pointer(&mail->message, g_free);
	if (mail->wizard)
		wizard_input(mail, input);
	else if (mail->ask)
		ask_input(mail, input);
	else if (mail->menu)
		menu_input(mail, input);
	else if (mail->prompt)
		prompt_input(mail, input);
	else if (!screen_write_input(mail, input) && !screen_oof_input(mail, input))
		plain_input(mail, input);
	screen_ask_pin(mail);
	mail->layout = screen_layout(mail);
}

/* ---- what the engine says ---- */

static AccountLight *light_of(MailScreen *mail, int64_t account_id)
{
	AccountLight *light = g_hash_table_lookup(mail->lights, &account_id);

	if (!light) {
		light = g_new0(AccountLight, 1);
		g_hash_table_insert(mail->lights, g_memdup2(&account_id, sizeof account_id), light);
	}
	return light;
}

static void become_guest(MailScreen *mail)
{
	g_clear_pointer(&mail->wizard, wizard_free);
	screen_say(mail, STYLE_NORMAL, "%s",
	           _("Another Postern runs already; it syncs for this one, too."));
}

static void become_host(MailScreen *mail)
{
	const Folder *folder = folders_current(mail->folders);

	if (folder)
		mail->setup.host->ops->folder_first(mail->setup.host, folder->id);
	screen_say(mail, STYLE_NORMAL, "%s",
	           _("The other Postern has ended; this one syncs from here on."));
}

/* Each word of an engine tells whose it is. */
static void note_whose_engine(MailScreen *mail, const SyncEvent *event)
{
	if (event->kind == SYNC_STOPPED || event->is_from_afar == mail->is_guest)
		return;
	mail->is_guest = event->is_from_afar;
	if (mail->is_guest)
		become_guest(mail);
	else
		become_host(mail);
}

static void take_state(MailScreen *mail, const SyncEvent *event)
{
	AccountLight *light = light_of(mail, event->account_id);

	if (event->state == SYNC_WATCHING)
		screen_oof_ask(mail, event->account_id, light);
	if (light->state == event->state && g_strcmp0(light->text, event->text) == 0)
		return;
	light->state = event->state;
	light->done = light->total = 0;
	g_free(light->text);
	light->text = g_strdup(event->text);
	mail->is_dirty = true;
	if (event->text && event->state == SYNC_ERROR) {
		screen_say(mail, STYLE_ERROR, "%s", event->text);
	} else if (event->text && event->state == SYNC_PARKED && mail->is_guest) {
		screen_say(mail, STYLE_WARNING, _("%s (the Postern that runs already asks)"),
		           event->text);
	} else if (event->text && event->state == SYNC_WAITING) {
		g_autofree char *key =
			keymap_key_of(mail->keymap, CONTEXT_LIST, COMMAND_sync_now);
		screen_say(mail, STYLE_WARNING, _("%s; trying again by itself, %s tries now"),
		           event->text, key ? key : ":sync-now");
	}
}

/* Progress is worth a look twice a second, not more. */
static void take_progress(MailScreen *mail, const SyncEvent *event)
{
	AccountLight *light = light_of(mail, event->account_id);
	const Folder *folder = folders_find(mail->folders, event->folder_id);

	light->done = event->done;
	light->total = event->total;
	g_free(light->folder_name);
	light->folder_name = g_strdup(folder ? folder_shown_name(folder) : "");
	mail->is_progress_due = true;
}

static void take_question(MailScreen *mail, const Question *question)
{
	for (GList *one = mail->questions->head; one; one = one->next) {
		const Question *known = one->data;
		if (known->kind == question->kind && known->account_id == question->account_id &&
		    known->op_id == question->op_id)
			return;
	}
	g_queue_push_tail(mail->questions, question_copy(question));
	mail->is_dirty = true;
}

static void take_new_mail(MailScreen *mail, const SyncEvent *event)
{
	if (event->count > 0)
		screen_say(mail, STYLE_NORMAL,
		           ngettext_("%d new message", "%d new messages", event->count),
		           event->count);
}

static void take_fetched(MailScreen *mail, const SyncEvent *event)
{
	g_hash_table_remove(mail->web.wishes, &event->wish_id);
	mail->is_dirty |= screen_files_fetched(mail, event);
	mail->is_dirty |= reader_fetched_part(mail->preview, event->wish_id, event->content) ||
	                  reader_fetched(mail->preview, event->message_id);
	mail->is_dirty |= screen_tabs_fetched(mail, event);
}

/* What the server has refused; if it waits for the person now, where. */
static void say_refused(MailScreen *mail, const SyncEvent *event)
{
	g_autofree char *key = keymap_key_of(mail->keymap, CONTEXT_LIST, COMMAND_goto_outbox);
	const char *text = event->text ? event->text : "";

	reload(mail);
	if (folders_outbox(mail->folders)->stuck > 0)
		screen_say(mail, STYLE_ERROR, _("%s; it is in the Outbox (%s)"), text,
		           key ? key : ":goto-outbox");
	else
		screen_say(mail, STYLE_ERROR, "%s", text);
}

static void take_failed(MailScreen *mail, const SyncEvent *event)
{
	/* A picture that is not in view any more is missed by nobody. */
	bool is_taken = g_hash_table_remove(mail->web.wishes, &event->wish_id);

	is_taken |= reader_failed(mail->preview, event->wish_id, event->text);
	is_taken |= screen_files_failed(mail, event);
	is_taken |= screen_tabs_failed(mail, event);
	if (!is_taken && event->group_id)
		say_refused(mail, event);
	else if (!is_taken && event->text)
		screen_say(mail, STYLE_ERROR, "%s", event->text);
	mail->is_dirty = true;
}

/* Nothing of it stays on the screen or in what can be taken back. */
static void forget_account(MailScreen *mail, const SyncEvent *event)
{
	undo_forget(mail->undo, event->account_id);
	selection_clear(mail->selection);
	letters_forget(mail->letters, event->account_id);
	if (mail->hits_kind == HITS_SERVER)
		screen_search_end(mail);
	screen_tabs_forget(mail, event->account_id);
	g_hash_table_remove(mail->lights, &event->account_id);
	screen_reload_now(mail);
	screen_say(mail, STYLE_WARNING, _("%s was removed from this computer."), event->text);
}

/* What came of a message that is elsewhere is told as if the store had it now. */
static bool take_letter(MailScreen *mail, const SyncEvent *event)
{
	SyncEvent about = *event;

	about.message_id = letters_event(mail->letters, event);
	if (!about.message_id)
		return false;
	if (screen_answer_can_begin(mail, &about))
		return true;
	(about.kind == SYNC_FETCHED ? take_fetched : take_failed)(mail, &about);
	return true;
}

void mail_screen_event(MailScreen *mail, const SyncEvent *event)
{
	note_whose_engine(mail, event);
	if (take_letter(mail, event) || screen_server_event(mail, event))
		return;
	if (screen_keeping_event(mail, event) || screen_written(mail, event) || screen_write_event(mail, event) ||
	    screen_answer_can_begin(mail, event) || screen_oof_event(mail, event))
		return;
	switch (event->kind) {
	case SYNC_CHANGED:  reload_soon(mail); break;
	case SYNC_NEW_MAIL: take_new_mail(mail, event); break;
	case SYNC_STATE:    take_state(mail, event); break;
	case SYNC_PROGRESS: take_progress(mail, event); break;
	case SYNC_FETCHED:  take_fetched(mail, event); break;
	case SYNC_FAILED:   take_failed(mail, event); break;
	case SYNC_QUESTION: take_question(mail, event->question); break;
	case SYNC_IDLE:     reload_soon(mail); break;
	case SYNC_ACCOUNT_GONE: forget_account(mail, event); break;
	case SYNC_ACCOUNT_RENAMED:
	case SYNC_WRITTEN:
	case SYNC_DRAFT_SAVED:
	case SYNC_LOCKED:
	case SYNC_UNLOCKED:
	case SYNC_JOINED:   break;
	case SYNC_STOPPED:
		screen_say(mail, STYLE_WARNING, "%s",
		           event->text ? event->text : _("The engine has stopped."));
		break;
	}
}

void mail_screen_page(MailScreen *mail, Page *page)
{
	bool is_taken = reader_take(mail->preview, page) || screen_tabs_take(mail, page);

	if (!is_taken)
		page_free(page);
	mail->is_dirty |= is_taken;
	screen_ask_pin(mail);
}

void mail_screen_found(MailScreen *mail, SearchAnswer *answer)
{
	if (answer->serial == mail->select_serial)
		screen_select_found(mail, answer);
	else
		screen_search_found(mail, answer);
	search_answer_free(answer);
}

/* ---- time ---- */

/* When the message in view counts as read; INT64_MAX: it does already, or never will. */
static int64_t auto_read_ms(const MailScreen *mail)
{
	const MessageRow *row = screen_row(mail);
	int64_t since_ms = reader_since_ms(mail->preview);
	int64_t wait_ms = settings_int(mail->setup.settings, SETTING_READ_AUTO_READ_MS);

	if (screen_conversation(mail)) {
		since_ms = conversation_since_ms(screen_conversation(mail));
		bool is_due = since_ms >= 0 && !(row->flags & MESSAGE_READ) &&
		              row->id != mail->auto_read_id;
		return is_due ? since_ms + wait_ms : INT64_MAX;
	}
	if (!row || since_ms < 0 || row->flags & MESSAGE_READ || letter_is_elsewhere(row->id) ||
	    row->id != reader_message(mail->preview) || row->id == mail->auto_read_id ||
	    mail->tab > 0 || !is_reader_visible(mail))
		return INT64_MAX;
	return mail->layout.is_single ? since_ms : since_ms + wait_ms;
}

static void mark_read_by_itself(MailScreen *mail)
{
	int64_t id = screen_row(mail)->id;

	mail->auto_read_id = id;
	screen_act_silently(mail, op_new_mark_read(id, true));
}

static int64_t progress_ms(const MailScreen *mail)
{
	return mail->is_progress_due ? mail->last_progress_ms + PROGRESS_EVERY_MS : INT64_MAX;
}

static int64_t minute_ms(const MailScreen *mail)
{
	return uptime_ms(mail) + 60000 - clock_now_ms(mail->setup.clock) % 60000;
}

int64_t mail_screen_deadline(const MailScreen *mail)
{
	int64_t due = minute_now(mail) != mail->minute ? uptime_ms(mail) : minute_ms(mail);

	due = MIN(due, reader_deadline(screen_reader(mail)));
	due = MIN(due, mail->is_strip_shown ? INT64_MAX : chord_strip_ms(&mail->chord));
	due = MIN(due, mail->reload_ms);
	due = MIN(due, auto_read_ms(mail));
	due = MIN(due, screen_write_deadline(mail));
	return MIN(due, progress_ms(mail));
}

void mail_screen_tick(MailScreen *mail)
{
	int64_t now = uptime_ms(mail);

	reader_tick(screen_reader(mail));
	if (mail->reload_ms <= now)
		reload(mail);
	if (auto_read_ms(mail) <= now)
		mark_read_by_itself(mail);
	screen_write_tick(mail);
	if (!mail->is_strip_shown && chord_strip_ms(&mail->chord) <= now)
		mail->is_strip_shown = mail->is_dirty = true;
	if (progress_ms(mail) <= now) {
		mail->is_progress_due = false;
		mail->last_progress_ms = now;
		mail->is_dirty = true;
	}
	if (minute_now(mail) != mail->minute)
		mail->is_dirty = true;
}

char *mail_screen_title(const MailScreen *mail)
{
	const Folder *inbox = folders_of_type(mail->folders, 0, FOLDER_INBOX);

	if (!inbox || inbox->unread == 0)
		return g_strdup("Postern");
	g_autofree char *unread = show_count(inbox->unread);
	return g_strdup_printf(_("Postern: %s unread"), unread);
}
