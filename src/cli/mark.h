/*
 * mark: read or unread, for one message or many: through the engine, which tells the server; with
 * --offline into the store, for the next sync to send.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/session.h"

/*
 * @ids: as people write them. Returns when the server has confirmed (--offline: when the store has
 * them). ERR_NOT_FOUND before anything is changed; ERR_HELD: another Postern is at work.
 */
bool mark_messages(Cli *cli, const char *const *ids, guint count, bool is_read, GError **err);
