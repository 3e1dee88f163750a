/* What is done to messages: each command finds its targets, makes an op for each and acts. */
#include <string.h>

#include "app/when.h"
#include "base/i18n.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"

enum { RECENT_MAX = 9 };

static const MessageMark *mark_at(const GPtrArray *marks, guint i)
{
	return g_ptr_array_index(marks, i);
}

/* ---- moving ---- */

/* Hits in all mail and answers in a conversation are still there when they have been moved: the
 * cursor goes on, so that the next key is not for the same message once more. Rows of the folder
 * itself make room for the next by going. */
static void step_over(MailScreen *mail, const Folder *folder)
{
	const MessageRow *row = screen_row(mail);
	bool is_child = row && row->parent_id && folder && folder->type != FOLDER_DELETED;
	GError *err = NULL;

	if (!folder || (mail->hits_kind != HITS_SEARCH && !is_child))
		return;
	screen_check(mail, list_move(mail->list, 1, &err), &err);
	screen_follow(mail);
}

/* What has moved to @folder (NULL: away for good) is no longer selected, and a tab of it has
 * nothing to show; on the page of its conversation the next message is. */
static void after_move(MailScreen *mail, const Folder *folder)
{
	if (screen_conversation(mail) && !screen_is_triage(mail))
		conversation_step(screen_conversation(mail), 1);
	else if (mail->tab > 0 && !screen_is_triage(mail))
		screen_drop_tab(mail, screen_tab(mail));
	else if (screen_has_selection(mail))
		screen_select_none(mail);
	else
		step_over(mail, folder);
}

/* Where an action moves to: by account, for hits may be of several. */
typedef const Folder *(*FolderOf)(const MailScreen *mail, int64_t account_id);

/* NULL: an account has no such folder. Messages that are there already are left out. */
static GPtrArray *ops_to(const MailScreen *mail, const GPtrArray *marks, FolderOf folder_of,
                         const Folder **ret_folder)
{
	g_autoptr(GPtrArray) ops = screen_ops_new();

	for (guint i = 0; i < marks->len; i++) {
		const MessageMark *mark = mark_at(marks, i);
		const Folder *folder = folder_of(mail, mark->account_id);
		if (!folder)
			return NULL;
		*ret_folder = folder;
		if (folder->id != mark->folder_id)
			g_ptr_array_add(ops, op_new_move(mark->id, folder->id));
	}
	return g_steal_pointer(&ops);
}

static void act_move(MailScreen *mail, GPtrArray *ops, const Folder *folder)
{
	const char *name = folder_shown_name(folder);
	g_autofree char *count = show_count(ops->len);

	if (ops->len == 0) {
		screen_say(mail, STYLE_NORMAL, _("That lies in %s already."), name);
		g_ptr_array_unref(ops);
		return;
	}
	screen_act(mail,
	           g_strdup_printf(ngettext_("Moved %s message to %s",
	                                     "Moved %s messages to %s", ops->len),
	                           count, name),
	           ops);
	after_move(mail, folder);
}

static void move_targets(MailScreen *mail, FolderOf folder_of, const char *missing)
{
	g_autoptr(GPtrArray) marks = screen_targets(mail);
	const Folder *folder = NULL;

	if (!marks)
		return;
	GPtrArray *ops = ops_to(mail, marks, folder_of, &folder);
	if (ops)
		act_move(mail, ops, folder);
	else
		screen_say(mail, STYLE_WARNING, "%s", missing);
}

/* ---- the archive, junk ---- */

static bool begins_with(const char *text, const char *low_start)
{
	g_autofree char *low = g_utf8_casefold(text ? text : "", -1);

	return g_str_has_prefix(low, low_start);
}

/* The folder that the person has named, else the first whose name begins like one of @starts. */
static const Folder *folder_like(const MailScreen *mail, int64_t account_id, SettingId setting,
                                 const char *const *starts)
{
	const char *named = settings_text(mail->setup.settings, setting);
	g_autoptr(GPtrArray) all = folders_of_account(mail->folders, account_id);

	if (*named)
		return folders_named(mail->folders, account_id, named);
	for (const char *const *start = starts; *start; start++)
		for (guint i = 0; i < all->len; i++)
			if (begins_with(((Folder *)g_ptr_array_index(all, i))->name, *start))
				return g_ptr_array_index(all, i);
	return NULL;
}

static const Folder *archive_of(const MailScreen *mail, int64_t account_id)
{
	static const char *const starts[] = { "archiv", NULL };

	return folder_like(mail, account_id, SETTING_MAIL_ARCHIVE_FOLDER, starts);
}

static const Folder *junk_of(const MailScreen *mail, int64_t account_id)
{
	static const char *const starts[] = { "junk", "spam", NULL };

	return folder_like(mail, account_id, SETTING_MAIL_JUNK_FOLDER, starts);
}

void do_archive(void *target, const CommandCall *call)
{
	screen_remember(target, call->id, "");
	move_targets(
		target, archive_of,
		_("There is no folder for the archive: make one (:create-folder Archive), or name it in the setting mail.archive_folder."));
}

void do_junk(void *target, const CommandCall *call)
{
	screen_remember(target, call->id, "");
	move_targets(
		target, junk_of,
		_("There is no junk folder: make one (:create-folder Junk), or name it in the setting mail.junk_folder."));
}

/* ---- deleting ---- */

static void act_delete(MailScreen *mail, const GPtrArray *marks)
{
	GPtrArray *ops = screen_ops_new();
	g_autofree char *count = show_count(marks->len);

	for (guint i = 0; i < marks->len; i++)
		g_ptr_array_add(ops, op_new_delete(mark_at(marks, i)->id));
	screen_act(mail,
	           g_strdup_printf(ngettext_("Deleted %s message for good",
	                                     "Deleted %s messages for good", ops->len),
	                           count),
	           ops);
	after_move(mail, NULL);
}

static const Folder *trash_of(const MailScreen *mail, int64_t account_id)
{
	return folders_of_type(mail->folders, account_id, FOLDER_DELETED);
}

static bool is_all_trash(const GPtrArray *marks)
{
	for (guint i = 0; i < marks->len; i++)
		if (mark_at(marks, i)->folder_type != FOLDER_DELETED)
			return false;
	return true;
}

void do_delete(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);
	const Folder *trash = NULL;

	screen_remember(mail, call->id, "");
	if (!marks)
		return;
	if (is_all_trash(marks)) {
		act_delete(mail, marks);
		return;
	}
	GPtrArray *ops = ops_to(mail, marks, trash_of, &trash);
	if (ops)
		act_move(mail, ops, trash);
	else
		screen_say(mail, STYLE_WARNING, "%s",
		           _("This account has no Trash: :delete-forever deletes for good."));
}

void do_delete_forever(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	screen_remember(mail, call->id, "");
	if (marks)
		act_delete(mail, marks);
}

/* ---- moving to a folder that is chosen ---- */

static void note_recent(MailScreen *mail, int64_t folder_id)
{
	for (guint i = mail->recent_folders->len; i > 0; i--)
		if (g_array_index(mail->recent_folders, int64_t, i - 1) == folder_id)
			g_array_remove_index(mail->recent_folders, i - 1);
	g_array_append_val(mail->recent_folders, folder_id);
	if (mail->recent_folders->len > RECENT_MAX)
		g_array_remove_index(mail->recent_folders, 0);
}

static void add_choice(const MailScreen *mail, GPtrArray *items, const Folder *folder,
                       const char *hint)
{
	g_autofree char *path = folders_path(mail->folders, folder);
	MenuItem *item = menu_item_new(path, hint, folder->id);

	item->is_hint_silent = true;
	g_ptr_array_add(items, item);
}

static bool is_recent(const MailScreen *mail, int64_t folder_id)
{
	for (guint i = 0; i < mail->recent_folders->len; i++)
		if (g_array_index(mail->recent_folders, int64_t, i) == folder_id)
			return true;
	return false;
}

char *screen_account_answer(const MailScreen *mail, int64_t account_id)
{
	const AccountState *state = folders_account(mail->folders, account_id);

	return g_strconcat(state ? state->name : "", "/", NULL);
}

/* No folder of theirs can be moved to: what goes there is a copy, by mail. One that is no longer set
 * up has no address. */
static void add_other_accounts(const MailScreen *mail, GPtrArray *items, int64_t account_id)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);
	ScreenHost *host = mail->setup.host;

	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *state = g_ptr_array_index(accounts, i);
		if (state->id == account_id || !host->ops->account(host, state->name))
			continue;
		MenuItem *item = menu_item_new(state->name, _("attached"), -state->id);
		item->is_hint_silent = true;
		g_ptr_array_add(items, item);
	}
}

/* Those that were moved to last come first, other accounts last. */
static GPtrArray *folder_choices(const MailScreen *mail, int64_t account_id)
{
	GPtrArray *items = menu_items_new();
	g_autoptr(GPtrArray) all = folders_of_account(mail->folders, account_id);

	for (guint i = mail->recent_folders->len; i > 0; i--) {
		const Folder *folder = folders_find(
			mail->folders, g_array_index(mail->recent_folders, int64_t, i - 1));
		if (folder && folder->account_id == account_id)
			add_choice(mail, items, folder, _("recent"));
	}
	for (guint i = 0; i < all->len; i++) {
		const Folder *folder = g_ptr_array_index(all, i);
		if (!is_recent(mail, folder->id))
			add_choice(mail, items, folder, NULL);
	}
	add_other_accounts(mail, items, account_id);
	return items;
}

const Folder *screen_folder_named(MailScreen *mail, int64_t account_id, const char *argument)
{
	const Folder *folder = folders_named(mail->folders, account_id, argument);

	if (!folder)
		screen_say(mail, STYLE_WARNING, _("This account has no folder “%s”."), argument);
	return folder;
}

bool screen_is_one_account(const GPtrArray *marks)
{
	for (guint i = 1; i < marks->len; i++)
		if (mark_at(marks, i)->account_id != mark_at(marks, 0)->account_id)
			return false;
	return true;
}

static void move_to(MailScreen *mail, const GPtrArray *marks, const Folder *folder)
{
	GPtrArray *ops = screen_ops_new();

	for (guint i = 0; i < marks->len; i++)
		if (mark_at(marks, i)->folder_id != folder->id)
			g_ptr_array_add(ops, op_new_move(mark_at(marks, i)->id, folder->id));
	note_recent(mail, folder->id);
	act_move(mail, ops, folder);
}

/* ---- other accounts ---- */

/* The account that @text begins with, as in "work/Infra", but for the one with @account_id. */
static const AccountState *other_account(const MailScreen *mail, int64_t account_id,
                                         const char *text)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);
	g_autofree char *wanted = g_strndup(text, strcspn(text, "/"));

	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *state = g_ptr_array_index(accounts, i);
		if (state->id != account_id && g_ascii_strcasecmp(state->name, wanted) == 0)
			return state;
	}
	return NULL;
}

/* True: @text named another account, and a draft to it is open, or it was said why not. */
static bool pass_on(MailScreen *mail, int64_t account_id, const char *text)
{
	const AccountState *state = other_account(mail, account_id, text);
	const Account *account =
		state ? mail->setup.host->ops->account(mail->setup.host, state->name) : NULL;

	if (!account)
		return false;
	screen_run(mail, COMMAND_forward_attached, account->address);
	return true;
}

void do_move(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	if (!marks)
		return;
	int64_t account_id = mark_at(marks, 0)->account_id;
	if (!screen_is_one_account(marks)) {
		screen_say(mail, STYLE_WARNING, "%s",
		           _("A move stays within an account: select messages of one only."));
		return;
	}
	if (!*call->argument) {
		screen_ask_menu(mail, call->id, _("Move to"), folder_choices(mail, account_id));
		return;
	}
	bool is_known = folders_named(mail->folders, account_id, call->argument) != NULL;
	if (!is_known && pass_on(mail, account_id, call->argument))
		return;
	const Folder *folder = screen_folder_named(mail, account_id, call->argument);
	screen_remember(mail, call->id, call->argument);
	if (folder)
		move_to(mail, marks, folder);
}

void do_copy(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_marks(mail);
	g_autoptr(GPtrArray) items = menu_items_new();

	if (!marks)
		return;
	int64_t account_id = mark_at(marks, 0)->account_id;
	add_other_accounts(mail, items, account_id);
	if (*call->argument && pass_on(mail, account_id, call->argument))
		return;
	if (!*call->argument && items->len > 0)
		screen_ask_menu(mail, call->id, _("Copy to"), g_steal_pointer(&items));
	else
		screen_say(mail, STYLE_WARNING, "%s",
		           _("ActiveSync cannot copy messages on the server; it can move them."));
}

/* ---- read and unread ---- */

static bool is_any_without(const GPtrArray *marks, guint flag)
{
	for (guint i = 0; i < marks->len; i++)
		if (!(mark_at(marks, i)->flags & flag))
			return true;
	return false;
}

static void act_read(MailScreen *mail, GPtrArray *ops, bool is_read)
{
	g_autofree char *count = show_count(ops->len);

	screen_act(mail,
	           is_read ? g_strdup_printf(ngettext_("Marked %s message as read",
	                                               "Marked %s messages as read", ops->len),
	                                     count)
	                   : g_strdup_printf(ngettext_("Marked %s message as unread",
	                                               "Marked %s messages as unread", ops->len),
	                                     count),
	           ops);
}

/* What was read here by hand, or made unread, is not marked again by being looked at. */
static void mark_read(MailScreen *mail, const GPtrArray *marks, bool is_read)
{
	const MessageRow *row = screen_row(mail);
	bool is_row = !screen_has_selection(mail) && mail->tab == 0;
	GPtrArray *ops = screen_ops_new();

	mail->auto_read_id = row ? row->id : 0;
	/* A folded conversation is read as a whole; made unread, only its newest message is. */
	for (guint i = 0; i < marks->len; i++)
		if (is_read || !is_row || !row || mark_at(marks, i)->id == row->id)
			g_ptr_array_add(ops, op_new_mark_read(mark_at(marks, i)->id, is_read));
	act_read(mail, ops, is_read);
}

void do_toggle_read(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	if (!marks)
		return;
	bool is_read = *call->argument ? strcmp(call->argument, "read") == 0
	                               : is_any_without(marks, MESSAGE_READ);
	screen_remember(mail, call->id, is_read ? "read" : "unread");
	mark_read(mail, marks, is_read);
}

void do_read_all(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = call->context == CONTEXT_FOLDERS ? folders_selected(mail->folders)
	                                                        : folders_current(mail->folders);
	g_autoptr(GArray) ids = NULL;
	GError *err = NULL;

	if (!folder || !folder->account_id) {
		screen_say(mail, STYLE_WARNING, "%s", _("No folder is selected."));
		return;
	}
	if (!store_read_unread(mail->setup.reader, folder->id, &ids, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	if (ids->len == 0) {
		screen_say(mail, STYLE_NORMAL, _("Nothing is unread in %s."),
		           folder_shown_name(folder));
		return;
	}
	GPtrArray *ops = screen_ops_new();
	for (guint i = 0; i < ids->len; i++)
		g_ptr_array_add(ops, op_new_mark_read(g_array_index(ids, int64_t, i), true));
	act_read(mail, ops, true);
}

/* ---- flags ---- */

static void set_flags(MailScreen *mail, const GPtrArray *marks, FlagState state, int64_t due_ms,
                      char *label)
{
	GPtrArray *ops = screen_ops_new();

	for (guint i = 0; i < marks->len; i++) {
		Op *op = op_new_flag(mark_at(marks, i)->id, state, NULL, due_ms);
		if (state == FLAG_DONE) {
			op->value.due_ms = mark_at(marks, i)->due_ms;
			op->value.done_ms = clock_now_ms(mail->setup.clock);
		}
		g_ptr_array_add(ops, op);
	}
	screen_act(mail, label, ops);
}

void do_flag(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	if (!marks)
		return;
	bool is_on = *call->argument ? strcmp(call->argument, "off") != 0
	                             : is_any_without(marks, MESSAGE_FLAGGED);
	g_autofree char *count = show_count(marks->len);
	screen_remember(mail, call->id, is_on ? "on" : "off");
	set_flags(mail, marks, is_on ? FLAG_ACTIVE : FLAG_NONE, 0,
	          is_on ? g_strdup_printf(ngettext_("Flagged %s message", "Flagged %s messages",
	                                            marks->len),
	                                  count)
	                : g_strdup_printf(ngettext_("Unflagged %s message",
	                                            "Unflagged %s messages", marks->len),
	                                  count));
}

void do_done(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	screen_remember(mail, call->id, "");
	if (!marks)
		return;
	g_autofree char *count = show_count(marks->len);
	set_flags(mail, marks, FLAG_DONE, 0,
	          g_strdup_printf(ngettext_("Marked %s message as done",
	                                    "Marked %s messages as done", marks->len),
	                          count));
}

static void flag_until(MailScreen *mail, const GPtrArray *marks, int64_t due_ms)
{
	g_autofree char *day = show_day(due_ms);
	g_autofree char *count = show_count(marks->len);

	set_flags(mail, marks, FLAG_ACTIVE, due_ms,
	          g_strdup_printf(ngettext_("Flagged %s message, due %s",
	                                    "Flagged %s messages, due %s", marks->len),
	                          count, day));
}

void do_flag_due(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	int64_t due_ms;
	GError *err = NULL;

	if (!*call->argument) {
		screen_ask_line(mail, call->id, _("Due (today, tomorrow, fri, 3d, 2026-12-01): "),
		                "");
		return;
	}
	if (!when_parse_day(call->argument, clock_now_ms(mail->setup.clock), &due_ms, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	g_autoptr(GPtrArray) marks = screen_targets(mail);
	screen_remember(mail, call->id, call->argument);
	if (marks)
		flag_until(mail, marks, due_ms);
}

/* ---- categories ---- */

/* The names in a list, trimmed, none twice; of char *, ended by NULL. */
static char **names_of(const char *list, const char *separator)
{
	g_auto(GStrv) parts = g_strsplit(list ? list : "", separator, -1);
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (char **part = parts; *part; part++)
		if (*g_strstrip(*part) && g_hash_table_add(seen, *part))
			g_strv_builder_add(names, *part);
	return g_strv_builder_end(names);
}

static bool has_name(char *const *names, const char *name)
{
	return g_strv_contains((const char *const *)names, name);
}

static void add_changes(GString *out, char **names, char **others, char sign)
{
	for (char **name = names; *name; name++)
		if (!has_name(others, *name))
			g_string_append_printf(out, "%s%c%s", out->len ? ", " : "", sign, *name);
}

char *screen_categories_change(const char *before, const char *after)
{
	g_auto(GStrv) old = names_of(before, ",");
	g_auto(GStrv) new = names_of(after, ",");
	GString *out = g_string_new(NULL);

	add_changes(out, new, old, '+');
	add_changes(out, old, new, '-');
	return g_string_free(out, FALSE);
}

/* The list of one message when @changes are made to it: "+Red", "-Blue"; without a sign, the names
 * are the whole new list. */
static char *changed_list(const char *list, char **changes)
{
	g_autoptr(GStrvBuilder) out = g_strv_builder_new();
	bool is_whole = *changes && **changes != '+' && **changes != '-';
	g_auto(GStrv) old = is_whole ? g_new0(char *, 1) : names_of(list, "\n");

	for (char **name = old; *name; name++) {
		g_autofree char *removal = g_strconcat("-", *name, NULL);
		if (!has_name(changes, removal))
			g_strv_builder_add(out, *name);
	}
	for (char **change = changes; *change; change++) {
		const char *name = **change == '+' ? *change + 1 : *change;
		if (**change != '-' && !has_name(old, name))
			g_strv_builder_add(out, name);
	}
	g_auto(GStrv) names = g_strv_builder_end(out);
	return *names ? g_strjoinv("\n", names) : NULL;
}

/* The categories that all have. */
static char *common_list(const GPtrArray *marks)
{
	g_auto(GStrv) names = names_of(mark_at(marks, 0)->categories, "\n");
	GString *out = g_string_new(NULL);

	for (char **name = names; *name; name++) {
		bool is_common = true;
		for (guint i = 1; i < marks->len && is_common; i++) {
			g_auto(GStrv) others = names_of(mark_at(marks, i)->categories, "\n");
			is_common = has_name(others, *name);
		}
		if (is_common)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", *name);
	}
	return g_string_free(out, FALSE);
}

static void categorise(MailScreen *mail, const GPtrArray *marks, const char *argument)
{
	g_auto(GStrv) changes = names_of(argument, ",");
	g_autofree char *count = show_count(marks->len);
	GPtrArray *ops = screen_ops_new();

	for (guint i = 0; i < marks->len; i++) {
		g_autofree char *list = changed_list(mark_at(marks, i)->categories, changes);
		g_ptr_array_add(ops, op_new_categories(mark_at(marks, i)->id, list));
	}
	screen_act(mail,
	           g_strdup_printf(ngettext_("Categories of %s message: %s",
	                                     "Categories of %s messages: %s", marks->len),
	                           count, argument),
	           ops);
}

void do_categories(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) marks = screen_targets(mail);

	if (!marks)
		return;
	if (*call->argument) {
		screen_remember(mail, call->id, call->argument);
		categorise(mail, marks, call->argument);
		return;
	}
	g_autofree char *common = common_list(marks);
	g_autofree char *text = g_strconcat(common, *common ? ", " : "", NULL);
	screen_ask_line(mail, call->id, _("Categories: "), text);
}

/* The last name of the line may become any that was seen. */
void screen_complete_categories(const char *text, GPtrArray *words, void *data)
{
	const MailScreen *mail = data;
	g_autoptr(GPtrArray) seen = messages_categories(mail->messages);
	const char *comma = strrchr(text, ',');
	const char *last = comma ? comma + 1 : text;
	last += strspn(last, " ");
	g_autofree char *low = g_utf8_casefold(last, -1);
	g_autofree char *before = g_strndup(text, (gsize)(last - text));

	for (guint i = 0; i < seen->len; i++)
		if (begins_with(g_ptr_array_index(seen, i), low))
			g_ptr_array_add(words,
			                g_strconcat(before, g_ptr_array_index(seen, i), NULL));
}
