/*
 * visit: a client that is served by the engine of another process, through its door (door.h). Takes
 * the client's commands and posts the engine's events, as the engine would do here.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/mailbox.h"
#include "sync/client.h"

typedef struct Visit Visit;

/*
 * Calls at the door at @path. Mailboxes and store are referenced, and the vault of the store follows
 * when the other locks; @setup is borrowed for the call: its mode says whether its accounts are to be
 * synced. ERR_NOT_FOUND: nobody answers there; else as
 * socket_connect().
 */
Visit *visit_new(const char *path, const SyncSetup *setup, Mailbox *commands, GError **err);
void   visit_free(Visit *visit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Visit, visit_free)

typedef enum {
	VISIT_OVER,    /* COMMAND_STOP was taken */
	VISIT_LOST,    /* the engine has ended: what it had not answered waits again as a command */
	VISIT_REFUSED, /* it does not understand us: *err says why */
} VisitEnd;

/* True once the engine has let us in. */
bool visit_was_served(const Visit *visit);

/* Names (of char *) of the accounts that were erased or renamed meanwhile; borrowed. */
const GPtrArray *visit_accounts_gone(const Visit *visit);

/* Serves until it ends, one way or the other. */
VisitEnd visit_run(Visit *visit, GError **err);
