/*
 * scope: which account and folder a command is about, from -a and -f.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/session.h"
#include "model/folder.h"

typedef struct {
	const Account *account;      /* borrowed; of several the default */
	AccountState  *state;        /* of @account; NULL: never synced */
	bool           is_wide;      /* every account is meant */
	GPtrArray *folders; /* of Folder, as a tree in display order, account by account; empty when
	                       never synced */
	const Folder  *folder;       /* of -f; NULL: not narrowed. Borrowed from folders */
} Scope;

/* Fills @scope, which is zeroed, with the account of -a or the default. ERR_NOT_FOUND: no such
 * account or folder, with the nearest. */
bool scope_find(Cli *cli, Scope *scope, GError **err);
/* The same, but every account without -a and -f. */
bool scope_find_wide(Cli *cli, Scope *scope, GError **err);
void scope_clear(Scope *scope);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scope, scope_clear)

/* "Projects/2026": the names from the root, for people and for -f. Free with g_free. */
char *scope_folder_path(const GPtrArray *folders, const Folder *folder);
/* The folder that a person means by a kind, a path or a name; NULL if there is none. Borrowed. */
const Folder *scope_folder_named(const GPtrArray *folders, const char *name);
/* ERR_NOT_FOUND: @scope's account has no such folder; names the nearest. */
bool scope_refuse_folder(const Scope *scope, const char *name, GError **err);
/* One word for scripts: "inbox", "sent" … for special folders, else "mail" or "other". Static. */
const char *scope_folder_kind(FolderType type);
/* The folder of an id; NULL if it is not there. */
const Folder *scope_folder(const GPtrArray *folders, int64_t folder_id);
