/*
 * pick: which messages a verb acts on: ids as operands; with -0 and no operands those on the
 * standard input, each ended by NUL; with --all what a query finds (the operands), or the whole
 * folder of -f. -n acts on the newest of them alone.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/session.h"

/* Of Message, without bodies, each once. ERR_NOT_FOUND: an id that is not there, or nothing
 * matched; ERR_USAGE: neither ids nor --all, or a query that is not one. */
GPtrArray *pick_messages(Cli *cli, GError **err);
