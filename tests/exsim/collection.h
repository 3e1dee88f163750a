/*
 * collection: one folder of a mailbox with its messages and a journal of what happened to them since
 * the start. Messages are numbered from 0 and a number is never used again. Guarded by the world's lock.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/bits.h"
#include "exsim/mail.h"
#include "exsim/source.h"

/* [MS-ASCMD] Type of a folder. */
enum { FOLDER_GENERIC = 1, FOLDER_INBOX = 2, FOLDER_DRAFTS = 3, FOLDER_DELETED = 4, FOLDER_SENT = 5, FOLDER_OUTBOX = 6,
       FOLDER_TASKS = 7, FOLDER_CALENDAR = 8, FOLDER_CONTACTS = 9, FOLDER_NOTES = 10, FOLDER_USER_MAIL = 12, FOLDER_USER_CALENDAR = 13,
       FOLDER_USER_CONTACTS = 14, FOLDER_USER_TASKS = 15, FOLDER_USER_NOTES = 17, FOLDER_RI = 19 };

/* What happened to an item, as a mask. */
enum { ITEM_ADDED = 1, ITEM_REMOVED = 2, ITEM_READ = 4, ITEM_FLAG = 8, ITEM_CATEGORIES = 16,
       ITEM_VERB = 32, ITEM_CONTENT = 64 };

typedef struct {
	guint       item;
	guint       mask;
	const void *origin;   /* the device that did it, so that it is not told; NULL the server */
} JournalEntry;

typedef struct {
	char       *id, *parent_id, *name;
	int         type;
	Source     *source;     /* what it held from the start; NULL nothing */
	GPtrArray  *arrivals;   /* what came later; numbered after the source's */
	Bits        gone;
	GHashTable *rewritten;  /* number -> what it holds now, for items whose content was replaced */
	GHashTable *states;     /* number -> ItemState, for items that were touched */
	GArray     *journal;    /* of JournalEntry */
} Collection;

/* @source is the collection's from here on; NULL is an empty folder. */
Collection *collection_new(const char *id, const char *parent_id, const char *name, int type, Source *source);
void        collection_free(Collection *collection);

/* Gives a folder that never held anything the messages of @source, which is the collection's from here on. */
void collection_fill(Collection *collection, Source *source);

/* Numbers run below this. */
guint     collection_count(const Collection *collection);
bool      collection_has(const Collection *collection, guint n);
int64_t   collection_date(const Collection *collection, guint n);
Mail     *collection_mail(const Collection *collection, guint n);
GBytes   *collection_mime(const Collection *collection, guint n);
ItemState collection_state(const Collection *collection, guint n);

/* True for folders that hold mail. */
bool collection_is_mail(const Collection *collection);

/* "5:101" for item 100 of folder 5, and back: false if it is not an item of this folder that still exists. */
char *collection_server_id(const Collection *collection, guint n);
bool  collection_find(const Collection *collection, const char *server_id, guint *ret_n);

/* Each writes the journal. @origin as in JournalEntry. The number of the new item comes back. */
guint collection_add(Collection *collection, GBytes *mime, int64_t date_ms, ItemState state, const void *origin);
void  collection_rewrite(Collection *collection, guint n, GBytes *mime, int64_t date_ms, const void *origin);
void  collection_remove(Collection *collection, guint n, const void *origin);
void  collection_set_state(Collection *collection, guint n, ItemState state, guint mask, const void *origin);

/* True if anyone but @origin has replaced the content of item @n since the journal was @since long. */
bool  collection_is_rewritten(const Collection *collection, guint n, guint since, const void *origin);
