/*
 * folders: the accounts and their folder trees as the left pane shows them. Read whole (a person
 * has tens of folders, an odd one thousands) whenever rows changed; drawn by the window.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/searches.h"
#include "store/read.h"
#include "ui/cell/canvas.h"
#include "ui/widget/menu.h"

typedef struct Folders Folders;

/* @reader is borrowed and must outlive it. @first is the account that stands above the others, which
 * follow by name; NULL: none does. */
Folders *folders_new(StoreReader *reader, const char *first);
void     folders_free(Folders *folders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folders, folders_free)

bool folders_reload(Folders *folders, GError **err);

/* Accounts in the order of the pane, of AccountState; borrowed until the next reload. */
const GPtrArray    *folders_accounts(const Folders *folders);
const AccountState *folders_account(const Folders *folders, int64_t account_id); /* NULL: none */

/* The folder shown as open. 0: none. Borrowed until the next reload. */
void          folders_set_current(Folders *folders, int64_t folder_id);
const Folder *folders_current(const Folders *folders);
const Folder *folders_find(const Folders *folders, int64_t folder_id);
/* The first of @type in @account_id, or in any account if that is 0; NULL: none. */
const Folder *folders_of_type(const Folders *folders, int64_t account_id, FolderType type);
/* The mail folders of an account (of const Folder, borrowed as above), as they stand in the pane.
 */
GPtrArray *folders_of_account(const Folders *folders, int64_t account_id);
/* "Projects/Infra", in shown names. Free with g_free. */
char *folders_path(const Folders *folders, const Folder *folder);
/* The folder of the account with this path, else the first with this name; case does not matter.
 * NULL: none. */
const Folder *folders_named(const Folders *folders, int64_t account_id, const char *text);

/*
 * Below all accounts stands the Outbox: a line like a folder's, with this id, of no account, whose
 * unread messages are the rows of the Outbox.
 */
enum { FOLDERS_OUTBOX = -1 };

/*
 * Lines that gather mail of several folders, of no account either: above all accounts, when there
 * are two or more, all Inboxes and all that is unread; below, under a heading, the saved searches
 * from FOLDERS_SEARCHES down.
 */
enum { FOLDERS_ALL_INBOXES = -2, FOLDERS_ALL_UNREAD = -3, FOLDERS_SEARCHES = -100 };
/* Of SavedSearch, borrowed; shown from the next reload on. */
void folders_set_searches(Folders *folders, const GPtrArray *searches);
/* The query that the line with this id stands for; NULL: it is no search. Borrowed until the next
 * reload. */
const char *folders_query(const Folders *folders, int64_t folder_id);
/* Where the name of a folder alone does not say it: "work/Infra" with two accounts or more, and of
 * an Inbox the account alone; else its name. Free with g_free. */
char *folders_place(const Folders *folders, const Folder *folder);

void folders_set_outbox(Folders *folders, const OutboxCount *count);
const OutboxCount *folders_outbox(const Folders *folders);

/* The mail folder @step places behind (before) the current one, stopping at the ends; NULL when
 * there is none. */
const Folder *folders_neighbour(const Folders *folders, int step);

/* The pane's own cursor. */
void          folders_move(Folders *folders, int rows);
void          folders_to_end(Folders *folders, bool is_bottom);
bool          folders_click(Folders *folders, int y);
const Folder *folders_selected(const Folders *folders);

/* What a person calls it. Borrowed. */
const char *folder_shown_name(const Folder *folder);

/* All mail folders for a picker; value is the folder's id. Of MenuItem, the caller's. */
GPtrArray *folders_menu(const Folders *folders);

void folders_draw(Folders *folders, Canvas *canvas, Rect rect, bool has_focus);
