/* folder: a folder of an account, as the server names it. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* [MS-ASCMD] FolderSync Type. Junk and Archive have no type of their own: they come as
 * USER_MAIL. */
typedef enum {
	FOLDER_GENERIC = 1, FOLDER_INBOX, FOLDER_DRAFTS, FOLDER_DELETED, FOLDER_SENT, FOLDER_OUTBOX,
	FOLDER_TASKS, FOLDER_CALENDAR, FOLDER_CONTACTS, FOLDER_NOTES, FOLDER_JOURNAL,
	FOLDER_USER_MAIL, FOLDER_USER_CALENDAR, FOLDER_USER_CONTACTS, FOLDER_USER_TASKS,
	FOLDER_USER_JOURNAL, FOLDER_USER_NOTES, FOLDER_UNKNOWN, FOLDER_RECIPIENTS
} FolderType;

typedef struct {
	int64_t    id;               /* the store's; 0 while it comes from the wire */
	int64_t    account_id;
	char      *server_id;        /* opaque; sent back exactly as it came */
	char      *parent_server_id; /* "0": a child of the root */
	char      *name;             /* as shown; one line of UTF-8 */
	FolderType type;
	char      *sync_key;         /* "0" before the first Sync */
	int        filter;           /* FilterType the key was made with */
	bool       is_behind;        /* the server has more than we do */
	int64_t    total, unread;    /* kept by triggers */
	int64_t    last_sync_ms;
	char      *last_error;       /* one sentence; NULL when well */
	/* Set by store_read_folders() only: place in the tree. */
	int        depth;
	bool       has_children;
} Folder;

Folder *folder_new(void);
Folder *folder_copy(const Folder *folder);
void    folder_free(Folder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_free)

/* Mail that this version of Postern syncs and shows. Drafts need protocol 16.0, see eas/. */
bool folder_is_mail(FolderType type);

/* "Inbox", "Drafts" … for special folders in the person's language; NULL for others (their own name
 * is shown). */
const char *folder_special_name(FolderType type);
