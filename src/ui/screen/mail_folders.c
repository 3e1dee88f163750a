/* What is done to folders: the one under the pane's cursor, else the one that is shown. */
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"

/* NULL: none that could be changed, and it was said. */
static const Folder *folder_in_question(MailScreen *mail, const CommandCall *call)
{
	const Folder *folder = call->context == CONTEXT_FOLDERS ? folders_selected(mail->folders)
	                                                        : folders_current(mail->folders);

	if (folder && folder->account_id)
		return folder;
	screen_say(mail, STYLE_WARNING, "%s", _("No folder is selected."));
	return NULL;
}

static void act(MailScreen *mail, Op *op, char *label)
{
	GPtrArray *ops = screen_ops_new();

	g_ptr_array_add(ops, op);
	screen_act(mail, label, ops);
}

static int64_t parent_id_of(const MailScreen *mail, const Folder *folder)
{
	g_autoptr(GPtrArray) all = folders_of_account(mail->folders, folder->account_id);

	for (guint i = 0; i < all->len; i++) {
		const Folder *one = g_ptr_array_index(all, i);
		if (g_strcmp0(one->server_id, folder->parent_server_id) == 0)
			return one->id;
	}
	return 0;
}

/* ---- making ---- */

/* "Projects/Infra" is made below Projects, "Infra" at the top. */
static void create(MailScreen *mail, int64_t account_id, const char *path)
{
	const char *slash = strrchr(path, '/');
	g_autofree char *parent_path = slash ? g_strndup(path, (gsize)(slash - path)) : NULL;
	const Folder *parent = NULL;
	Op *op;

	if (parent_path && *parent_path &&
	    !(parent = screen_folder_named(mail, account_id, parent_path)))
		return;
	op = op_new(OP_FOLDER_CREATE);
	op->account_id = account_id;
	op->value.folder_id = parent ? parent->id : 0;
	op->value.text = g_strdup(slash ? slash + 1 : path);
	act(mail, op, g_strdup_printf(_("Made the folder %s"), op->value.text));
}

void do_create_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const AccountState *account = screen_account(mail);
	const Folder *folder = call->context == CONTEXT_FOLDERS ? folders_selected(mail->folders)
	                                                        : NULL;

	if (!*call->argument)
		screen_ask_line(mail, call->id, _("New folder (NAME or PARENT/NAME): "), "");
	else if (account)
		create(mail, folder && folder->account_id ? folder->account_id : account->id,
		       call->argument);
}

/* ---- changing ---- */

static void update(MailScreen *mail, const Folder *folder, const char *name, int64_t parent_id,
                   char *label)
{
	Op *op = op_new(OP_FOLDER_UPDATE);

	op->folder_id = folder->id;
	op->value.text = g_strdup(name);
	op->value.folder_id = parent_id;
	act(mail, op, label);
}

void do_rename_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = folder_in_question(mail, call);

	if (!folder)
		return;
	if (!*call->argument)
		screen_ask_line(mail, call->id, _("New name: "), folder->name);
	else
		update(mail, folder, call->argument, parent_id_of(mail, folder),
		       g_strdup_printf(_("Renamed %s to %s"), folder_shown_name(folder),
		                       call->argument));
}

/* "/" is the top. */
static GPtrArray *parent_choices(const MailScreen *mail, const Folder *folder)
{
	GPtrArray *items = menu_items_new();
	g_autoptr(GPtrArray) all = folders_of_account(mail->folders, folder->account_id);

	g_ptr_array_add(items, menu_item_new("/", _("the top"), 0));
	for (guint i = 0; i < all->len; i++) {
		const Folder *one = g_ptr_array_index(all, i);
		g_autofree char *path = folders_path(mail->folders, one);
		if (one != folder)
			g_ptr_array_add(items, menu_item_new(path, NULL, one->id));
	}
	return items;
}

void do_move_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = folder_in_question(mail, call);
	bool is_top = strcmp(call->argument, "/") == 0;
	const Folder *parent = NULL;

	if (!folder)
		return;
	if (!*call->argument) {
		screen_ask_menu(mail, call->id, _("Put the folder below"),
		                parent_choices(mail, folder));
		return;
	}
	if (!is_top &&
	    !(parent = screen_folder_named(mail, folder->account_id, call->argument)))
		return;
	update(mail, folder, folder->name, parent ? parent->id : 0,
	       parent ? g_strdup_printf(_("Put %s below %s"), folder_shown_name(folder),
	                                folder_shown_name(parent))
	              : g_strdup_printf(_("Put %s at the top"), folder_shown_name(folder)));
}

/* ---- emptying and deleting ---- */

static bool is_yes(const CommandCall *call) { return strcmp(call->argument, "yes") == 0; }

static void act_on_folder(MailScreen *mail, OpKind kind, const Folder *folder, char *label)
{
	Op *op = op_new(kind);

	op->folder_id = folder->id;
	act(mail, op, label);
}

void do_empty_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = folder_in_question(mail, call);

	if (!folder)
		return;
	if (is_yes(call)) {
		act_on_folder(mail, OP_FOLDER_EMPTY, folder,
		              g_strdup_printf(_("Emptied %s"), folder_shown_name(folder)));
		return;
	}
	g_autofree char *count = show_count(folder->total);
	g_autofree char *text = g_strdup_printf(
		ngettext_("Delete %s message in %s for good?", "Delete %s messages in %s for good?",
	                  folder->total),
		count, folder_shown_name(folder));
	screen_ask_yes_no(mail, call->id, text);
}

/* The list goes on with the Inbox. */
static void leave_folder(MailScreen *mail, const Folder *folder)
{
	const Folder *inbox = folders_of_type(mail->folders, folder->account_id, FOLDER_INBOX);

	if (inbox && folders_current(mail->folders) == folder)
		screen_show_folder(mail, inbox->id);
}

void do_delete_folder(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Folder *folder = folder_in_question(mail, call);

	if (!folder)
		return;
	if (is_yes(call)) {
		act_on_folder(mail, OP_FOLDER_DELETE, folder,
		              g_strdup_printf(_("Deleted the folder %s"),
		                              folder_shown_name(folder)));
		leave_folder(mail, folder);
		return;
	}
	g_autofree char *text = g_strdup_printf(
		_("Delete the folder %s with all that is in it?"), folder_shown_name(folder));
	screen_ask_yes_no(mail, call->id, text);
}
