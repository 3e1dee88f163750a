/*
 * mark: read or unread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/organise.h"

/* A verb that marks what its arguments pick. */
bool mark_picked(Cli *cli, bool is_read, GError **err);

/* Marks @message as read once it was shown, through the engine. The verb has no option --queue:
 * with --offline the mark is stored, for the next sync to send. Errors: as cli_engine_write(). */
bool mark_shown(Cli *cli, const Message *message, GError **err);
