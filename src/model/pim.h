/*
 * pim: an item that is no mail: one type for what is done to all of them alike (synced, stored,
 * changed, deleted), whatever they are.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "model/contact.h"
#include "model/event.h"
#include "model/folder.h"
#include "model/note.h"
#include "model/todo.h"

/* Stored: new ones go to the end. */
typedef enum { PIM_EVENT, PIM_CONTACT, PIM_TODO, PIM_NOTE, PIM_KIND_COUNT } PimKind;

typedef struct {
	PimKind kind;
	union {
		Event   *event;
		Contact *contact;
		Todo    *todo;
		Note    *note;
		void    *any;
	};
} PimItem;

/* @item is an Event, Contact, Todo or Note as @kind says, and belongs to the new one. */
PimItem *pim_item_new(PimKind kind, void *item);
PimItem *pim_item_copy(const PimItem *item);
void     pim_item_free(PimItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PimItem, pim_item_free)

/* Its own fields, of whatever kind it is. */
int64_t *pim_item_id(const PimItem *item);
int64_t *pim_item_folder_id(const PimItem *item);
char   **pim_item_server_id(const PimItem *item);

/* As people and scripts see it, with 'e', 'c', 't' or 'n': see model/id.h. Free with g_free. */
char *pim_id_format(PimKind kind, int64_t id);
bool  pim_id_parse(const char *text, PimKind *ret_kind, int64_t *ret_id);

/* What a folder holds; -1: mail, or what Postern does not sync. */
int pim_kind_of_folder(FolderType type);
