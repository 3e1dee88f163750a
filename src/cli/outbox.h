/*
 * outbox: what the verbs about the Outbox share.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"
#include "model/op.h"

/* "send", "move", "mark" …: a word for scripts, static. */
const char *outbox_kind_name(OpKind kind);
/* "waiting", "held", "sending", "unsure", "failed"; static. */
const char *outbox_state_name(OpState state);

/* Ids of the ops (int64_t) of all groups that the operands name; of all accounts. ERR_NOT_FOUND,
 * ERR_USAGE. */
bool outbox_find(Cli *cli, GArray *groups, GArray *ops, GError **err);
