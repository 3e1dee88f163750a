/* event: how the engine tells what happened. Engine thread posts, whoever holds the mailbox takes.
 */
#pragma once
#include "sync/client.h"

/* Posts a copy of @event; what it points to is the mailbox's. */
void event_post(Mailbox *events, SyncEvent event);
