/*
 * draft: what a client of 16.0 and later may do with the items of Drafts: make them, change each of their fields, add
 * and remove attachments. Source: [MS-ASCMD] 2.2.1.21, [MS-ASEMAIL] 2.2.2, [MS-ASAIRS] 2.2.2.8. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/element.h"
#include "exsim/world.h"

typedef struct {
	World      *world;
	User       *user;
	Collection *folder;
	const void *origin;      /* the device, which is not told its own doings */
} DraftEdit;

/* An attachment that was added: by what name the client knows it, and which one it is. */
typedef struct { char *client_id; guint index; } DraftPartName;
GPtrArray *draft_part_names_new(void);

/* True if @tag is a field of a draft's content, not of its state. */
bool draft_has_field(WbxmlTag tag);

/* Each returns a Status of Sync. @names, of DraftPartName, gets the attachments that were added. */
int draft_add(const DraftEdit *edit, const Element *data, GPtrArray *names, guint *ret_n);
int draft_change(const DraftEdit *edit, guint n, const Element *data, GPtrArray *names);

/* The ApplicationData of an answer: the conversation, and the FileReferences of what was added. */
void draft_write_answer(WbxmlWriter *writer, const Collection *folder, guint n, const GPtrArray *names);
