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

/* Starts the engine for @accounts (of borrowed Account). ERR_HELD: another Postern is at work, and
 * says so; ERR_REFUSED with --offline. */
Errand *errand_start(Cli *cli, SyncMode mode, const GPtrArray *accounts, GError **err);
void    errand_free(Errand *errand);      /* stops it and waits for it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)

SyncClient *errand_client(const Errand *errand);

/*
 * The next event, the caller's. Questions never come out: they are asked, or turned into the
 * failure of their account (STATE with SYNC_PARKED, error_kind and text). ERR_CANCELLED: SIGINT,
 * SIGTERM or SIGHUP; ERR_NETWORK: --timeout is over.
 */
bool errand_next(Errand *errand, SyncEvent **ret_event, GError **err);
