/*
 * indexer: the thread that feeds the full-text index behind the sync. When another process feeds it
 * already, this one leaves it alone.
 */
#pragma once
#include <glib.h>

#include "base/clock.h"
#include "store/store.h"

typedef struct Indexer Indexer;

/* What signed mail brings on its way (of CertificateChange; the function's), told on the indexer's
 * thread. @clock is borrowed. */
typedef struct {
	const Clock *clock;
	void       (*found)(GPtrArray *changes, void *data);
	void        *data;
} IndexerFinder;

/* @store is referenced, @finder copied. Begins with whatever is not in the index yet. */
Indexer *indexer_new(Store *store, const IndexerFinder *finder);
/* Waits for the batch under way. */
void     indexer_free(Indexer *indexer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indexer, indexer_free)

/* Waits until everything is in the index, or failed to get there; then only indexer_free(). */
void indexer_finish(Indexer *indexer);

/* Rows changed: look for what is new. Returns at once. */
void indexer_wake(Indexer *indexer);
