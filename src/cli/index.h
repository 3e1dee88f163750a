/*
 * index: brings the full-text index up to what the store has.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/session.h"

/* Feeds what is missing, and keeps the certificates that signed mail brings. Another process that
 * feeds it is fine: then this does nothing. ERR_STORE, ERR_FULL. */
bool index_feed(Cli *cli, GError **err);

