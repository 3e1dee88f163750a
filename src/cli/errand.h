/*
 * errand: the sync engine, run for one command. It waits for the engine's events, signals and the
 * deadline at once, and answers what the engine asks: by a person where there is one; otherwise the
 * verb learns of it as a failure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"
#include "sync/client.h"

typedef struct Errand Errand;

/* Starts the engine for @accounts (of borrowed Account), or joins the one that another Postern
 * runs. ERR_HELD: that one serves nobody; ERR_REFUSED with --offline, but for SYNC_STILL. */
Errand *errand_start(Cli *cli, SyncMode mode, const GPtrArray *accounts, GError **err);
void    errand_free(Errand *errand);      /* stops it and waits for it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)

SyncClient *errand_client(const Errand *errand);

/*
 * The next event, the caller's. Of an engine in another process only what concerns the accounts of
 * this errand. Questions never come out: they are asked, or turned into the
 * failure of their account (STATE with SYNC_PARKED, error_kind and text). ERR_CANCELLED: SIGINT,
 * SIGTERM or SIGHUP; ERR_NETWORK: --timeout is over.
 */
bool errand_next(Errand *errand, SyncEvent **ret_event, GError **err);
/* The next event if there is one, else NULL; nothing is asked of anybody. */
SyncEvent *errand_poll(Errand *errand);

/* True if @event says that its account gets no further by itself, now or soon. */
bool errand_is_stuck(const SyncEvent *event);

/* Waits for what became of a wish: its event, or its failure. Errors: as the engine says, and those
 * of errand_next(). */
bool errand_answer(Errand *errand, int64_t wish_id, SyncEvent **ret_event, GError **err);
