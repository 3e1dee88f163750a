/*
 * item_class: what a Sync has to know of each class of items that is no mail
 * ([MS-ASCMD] 2.2.3.27.5): how they are called, read and written. One row a class.
 */
#pragma once
#include "eas/reply.h"
#include "eas/task.h"
#include "model/pim.h"

typedef struct {
	const char *name;          /* as in Class */
	int         version;       /* that knew it first */
	bool        has_filter;    /* FilterType belongs to its options */
	/* A new Event, Contact, Todo or Note, to be filled by @take and finished. */
	void      *(*make)(void);
	ReplyTake   take;
	void      (*finish)(void *record);        /* NULL: nothing to do */
} ItemClass;

/* NULL for folders of mail, and others that hold none of the four. */
const ItemClass *item_class_of(FolderType type);

/* "Email" for those. */
const char *item_class_name(FolderType type);

/* A new item that holds nothing yet. */
PimItem *item_class_make(FolderType type);

/* Supported, where this version wants to hear what is stored here. */
void item_class_write_supported(WbxmlWriter *writer, FolderType type, int version);

/* The children of ApplicationData that make @was (NULL: new, or unknown) @item. */
void item_class_write(WbxmlWriter *writer, const ItemChange *change, int version);
