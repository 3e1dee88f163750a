/* event: how the engine tells what happened. Engine thread posts, whoever holds the mailbox takes.
 */
#pragma once
#include "sync/core.h"

/* Tells @event to whom it concerns: the client, other processes, or both. What it points to is
 * taken. */
void event_tell(const Core *core, SyncEvent event);

/* Posts a copy of @event; what it points to is the mailbox's. */
void event_post(Mailbox *events, SyncEvent event);
