/*
 * live_engine: the engine with its own thread, over real TLS, against a simulator of its own, with a store in a temporary
 * folder. What it waits for in vain fails the test.
 */
#pragma once
#include "store/read.h"
#include "support/simulator.h"
#include "sync/client.h"

typedef struct {
	char        *dir;
	Store       *store;
	StoreReader *reader;
	Simulator   *simulator;
	GPtrArray   *accounts;
	Secret      *password;
	Mailbox     *events;
	SyncClient  *client;
	SyncState    last_state;
	char        *last_text;
	bool         is_beside;
} LiveEngine;

/* @options of the simulator (NULL-ended, may be NULL). The account is called "alice". */
void live_init(LiveEngine *fixture, const char *const *options);
/* Another device of the same person: a store of its own, the same server, which must outlive it. */
void live_init_beside(LiveEngine *fixture, const LiveEngine *other);
void live_clear(LiveEngine *fixture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LiveEngine, live_clear)

/* Another store in its place. */
void live_open_store(LiveEngine *fixture);
void live_close_store(LiveEngine *fixture);

void live_start(LiveEngine *fixture, SyncMode mode);
void live_stop(LiveEngine *fixture);
/* A whole run that ends. */
void live_run_once(LiveEngine *fixture);

/* The next event of @kind (for IDLE: of all accounts); the second: NULL after @patience_ms. */
SyncEvent *live_wait(LiveEngine *fixture, SyncEventKind kind);
SyncEvent *live_wait_within(LiveEngine *fixture, SyncEventKind kind, int64_t patience_ms);

/* The account's folders, in the tree's order; of Folder, the caller's. */
GPtrArray *live_folders(LiveEngine *fixture);
