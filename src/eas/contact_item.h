/*
 * contact_item: a contact in the Contacts class ([MS-ASCNTC]), read into a Contact and written.
 * What its texts are called is contact.def's. A value that cannot be read costs itself.
 */
#pragma once
#include "eas/reply.h"
#include "model/contact.h"

/* A ReplyTake for the children of ApplicationData; @into is a Contact. */
bool contact_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* The children of Supported: everything that has a place in a Contact. */
void contact_item_write_supported(WbxmlWriter *writer);

/* The children of ApplicationData. All goes each time, for what is left out goes away; not so the
 * note and the picture, which are written if they differ from those of @was (NULL: new). */
void contact_item_write(WbxmlWriter *writer, const Contact *contact, const Contact *was);
