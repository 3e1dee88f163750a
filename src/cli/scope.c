#include "cli/scope.h"

#include <string.h>

#include "app/account_file.h"
#include "app/place.h"
#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/pim.h"

char *scope_folder_path(const GPtrArray *folders, const Folder *folder)
{
	return place_path(folders, folder);
}

static const char *pim_folder_kind(FolderType type)
{
	switch (pim_kind_of_folder(type)) {
	case PIM_EVENT:   return "calendar";
	case PIM_CONTACT: return "contacts";
	case PIM_TODO:    return "tasks";
	case PIM_NOTE:    return "notes";
	default:          return "other";
	}
}

const char *scope_folder_kind(FolderType type)
{
	switch (type) {
	case FOLDER_INBOX:   return "inbox";
	case FOLDER_DRAFTS:  return "drafts";
	case FOLDER_DELETED: return "deleted";
	case FOLDER_SENT:    return "sent";
	case FOLDER_OUTBOX:  return "outbox";
	default:             return folder_is_mail(type) ? "mail" : pim_folder_kind(type);
	}
}

const Folder *scope_folder(const GPtrArray *folders, int64_t folder_id)
{
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		if (folder->id == folder_id)
			return folder;
	}
	return NULL;
}

/* A special word beats a path, a path beats a name: "inbox" is the Inbox even if a folder is called
 * so. */
static bool is_named(const GPtrArray *folders, const Folder *folder, const char *name, int rule)
{
	const char *kind = scope_folder_kind(folder->type);

	switch (rule) {
	case 0:
		return strcmp(kind, "mail") != 0 && strcmp(kind, "other") != 0 &&
		       text_equal_ascii_case(kind, name);
	case 1:
		return place_is_at(folders, folder, name);
	case 2:
		return text_equal_ascii_case(folder->name, name);
	default:
		return g_strcmp0(folder_special_name(folder->type), name) == 0;
	}
}

const Folder *scope_folder_named(const GPtrArray *folders, const char *name)
{
	for (int rule = 0; rule < 4; rule++)
		for (guint i = 0; i < folders->len; i++)
			if (is_named(folders, g_ptr_array_index(folders, i), name, rule))
				return g_ptr_array_index(folders, i);
	return NULL;
}

bool scope_refuse_folder(const Scope *scope, const char *name, GError **err)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < scope->folders->len; i++)
		g_ptr_array_add(paths, scope_folder_path(scope->folders,
		                                         g_ptr_array_index(scope->folders, i)));
	g_ptr_array_add(paths, NULL);
	g_autofree char *hint = suggest_hint(name, (const char *const *)paths->pdata);
	if (scope->state && scope->state->wipe == WIPE_DONE && scope->state->last_error)
		return fail(err, ERR_WIPE, "%s", scope->state->last_error);
	if (scope->folders->len == 0)
		return fail(err, ERR_NOT_FOUND, _("%s was never synced; run: postern sync --once"),
		            scope->account->name);
	return fail(err, ERR_NOT_FOUND,
	            _("%s has no folder “%s”%s; “postern folder list” shows them"),
	            scope->account->name, name, hint);
}

static bool read_folders(Cli *cli, Scope *scope, GError **err)
{
	if (scope->state)
		return store_read_folders(cli->reader, scope->state->id, &scope->folders, err);
	scope->folders = g_ptr_array_new();
	return true;
}

bool scope_find(Cli *cli, Scope *scope, GError **err)
{
	const char *name = cli->verb->uses & USES_FOLDER ? args_text(cli->args, "folder") : NULL;

	scope->account = cli_account(cli, err);
	if (!scope->account || !cli_account_state(cli, scope->account, &scope->state, err) ||
	    !read_folders(cli, scope, err))
		return false;
	if (!name)
		return true;
	scope->folder = scope_folder_named(scope->folders, name);
	return scope->folder || scope_refuse_folder(scope, name, err);
}

static bool add_folders(Cli *cli, Scope *scope, const Account *account, GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GPtrArray) folders = NULL;

	if (!cli_account_state(cli, account, &state, err))
		return false;
	if (!state)
		return true;
	if (!store_read_folders(cli->reader, state->id, &folders, err))
		return false;
	g_ptr_array_extend_and_steal(scope->folders, g_steal_pointer(&folders));
	return true;
}

bool scope_find_wide(Cli *cli, Scope *scope, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);

	if (!accounts || !scope_find(cli, scope, err))
		return false;
	scope->is_wide = accounts->len > 1 && !scope->folder && !args_has(cli->args, "account");
	for (guint i = 0; scope->is_wide && i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		if (account != scope->account && !add_folders(cli, scope, account, err))
			return false;
	}
	return true;
}

void scope_clear(Scope *scope)
{
	account_state_free(scope->state);
	g_clear_pointer(&scope->folders, g_ptr_array_unref);
}
