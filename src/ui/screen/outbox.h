/*
 * outbox: what the person did and the server does not have yet, as a list: one row an action, the
 * oldest first, and all that is to be known of the row under the cursor.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/clock.h"
#include "store/read.h"
#include "ui/screen/folders.h"
#include "ui/widget/list.h"

typedef struct Outbox Outbox;

/* All are borrowed and must outlive it; @folders for the names of accounts. Nothing is read yet. */
Outbox *outbox_new(StoreReader *reader, const Folders *folders, const Clock *clock);
void    outbox_free(Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outbox, outbox_free)

/* Reads the rows anew; the cursor stays where it can. On failure nothing changed. */
bool             outbox_reload(Outbox *outbox, GError **err);
List            *outbox_list(const Outbox *outbox);              /* borrowed */
const OutboxRow *outbox_current(const Outbox *outbox); /* NULL: none; until the next reload */

/* "Move 12 messages to Archive". Free with g_free. */
char *outbox_row_text(const OutboxRow *row);
/* What can be done about an error of the engine; NULL: nothing is known. */
const char *outbox_remedy(int error_kind);

/* All about the current row: what, where, since when, how often, the error and its remedy. */
void outbox_draw_details(const Outbox *outbox, Canvas *canvas, Rect rect);
