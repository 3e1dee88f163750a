/*
 * item_operations: the frame of an answer to ItemOperations ([MS-ASCMD] 2.2.1.10): its Status, and
 * in its Response what became of each operation.
 */
#pragma once
#include "eas/reply.h"

/* @take is given each @tag, just after its OPEN, and consumes it as every ReplyTake does. */
typedef struct {
	WbxmlTag  tag;
	ReplyTake take;
	void     *into;
} ItemOperation;

/* @reader as from reply_open(); NULL: the server had nothing to say, which is no failure. */
bool item_operations_read(WbxmlReader *reader, const ItemOperation *operation, GError **err);
