/*
 * engine: the loop over all accounts, on whichever thread calls it; client.c gives it one of its
 * own, a test drives it by hand over a carrier whose clock it moves.
 */
#pragma once
#include "sync/carrier.h"
#include "sync/client.h"
#include "sync/command.h"

typedef struct SyncEngine SyncEngine;

/*
 * Takes the engine lock and opens a desk for each account; one that cannot be opened is told as
 * SYNC_STATE and left out.
 * @carrier is the engine's, also on failure. @commands is referenced. ERR_HELD, ERR_STORE.
 */
SyncEngine *sync_engine_new(const SyncSetup *setup, Carrier *carrier, Mailbox *commands,
                            GError **err);
void    sync_engine_free(SyncEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncEngine, sync_engine_free)

/* Starts what is due, waits for what happens, takes it. False once COMMAND_STOP was taken. */
bool sync_engine_turn(SyncEngine *engine);
