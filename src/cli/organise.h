/*
 * organise: what the verbs that change mail have in common: which messages (pick.h), whether it may
 * be done (model/rights.h), the change itself (engine.h), and what became of each.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/place.h"
#include "cli/engine.h"
#include "model/message.h"

/* What a verb's function may ask while it makes ops. */
typedef struct Organise Organise;

/*
 * What @message is to become; NULL without *err: it is so already. NULL with *err refuses this
 * message alone; the others go on.
 */
typedef Op *(*OrganiseOp)(Organise *organise, const Message *message, void *data, GError **err);

/* The options of such a verb that has none of its own. */
extern const ArgOption organise_options[];

/* The verb, whole. @data is for @op_for. */
bool organise_mail(Cli *cli, OrganiseOp op_for, void *data, GError **err);

/* Whose errand it is; borrowed. */
Cli *organise_cli(const Organise *organise);
/* The folders of @message's account, of Folder, as a tree; borrowed. ERR_STORE. */
const GPtrArray *organise_folders(Organise *organise, const Message *message, GError **err);
/* A move to a place, or NULL if it is there already; ERR_NOT_FOUND with the remedy. */
Op *organise_move_to(Organise *organise, const Message *message, Place place, GError **err);
