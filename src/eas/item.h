/*
 * item: the properties of one mail ([MS-ASEMAIL], [MS-ASAIRS]) into a Message. A value that cannot
 * be read costs itself, and so do parts past LIMIT_MIME_PARTS: the message is marked MESSAGE_BAD
 * and the rest is kept.
 */
#pragma once
#include <stdbool.h>

#include "eas/reply.h"
#include "model/message.h"

typedef struct {
	Message *message;     /* the item's; take it with g_steal_pointer() */
	guint    has;         /* MessageHas: what was there; HAS_ALL if more than a change of state */
	int64_t  body_part;   /* of a multipart answer: where the body is; 0: in the message */
} Item;

/* [MS-ASEMAIL] 2.2.2.78: the Status of a Flag; 0 is what an empty one says. */
enum { FLAG_STATUS_NONE, FLAG_STATUS_DONE, FLAG_STATUS_ACTIVE };

void item_init(Item *item);
void item_clear(Item *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Item, item_clear)

/* A ReplyTake for the children of ApplicationData or Properties; @into is an Item. */
bool item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* When all is read: flags that follow from several properties. */
void item_finish(Item *item);
