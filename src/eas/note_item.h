/* note_item: a note in the Notes class ([MS-ASNOTE]), read into a Note and written. */
#pragma once
#include "eas/reply.h"
#include "model/note.h"

/* A ReplyTake for the children of ApplicationData; @into is a Note. */
bool note_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* The children of ApplicationData: all, but for a text that is that of @was (NULL: new). */
void note_item_write(WbxmlWriter *writer, const Note *note, const Note *was);
