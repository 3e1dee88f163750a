/*
 * indexer: the thread that feeds the full-text index behind the sync. When another process feeds it
 * already, this one leaves it alone.
 */
#pragma once
#include <glib.h>

#include "store/store.h"

typedef struct Indexer Indexer;

/* @store is referenced. Begins with whatever is not in the index yet. */
Indexer *indexer_new(Store *store);
/* Waits for the batch under way. */
void     indexer_free(Indexer *indexer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indexer, indexer_free)

/* Waits until everything is in the index, or failed to get there; then only indexer_free(). */
void indexer_finish(Indexer *indexer);

/* Rows changed: look for what is new. Returns at once. */
void indexer_wake(Indexer *indexer);
