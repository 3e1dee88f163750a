#include "app/indexer.h"

#include "app/gleaning.h"
#include "base/error.h"
#include "base/log.h"
#include "store/search.h"

enum { BATCH = 500 };

struct Indexer {
	Store        *store;
	IndexerFinder finder;
	GThread      *thread;
	GMutex        lock;
	GCond         wake;
	bool          has_work, is_over, is_last;      /* under the lock; is_last: no more will come */
};

/* False when it is over. */
static bool wait_for_work(Indexer *indexer)
{
	g_mutex_lock(&indexer->lock);
	while (!indexer->has_work && !indexer->is_over && !indexer->is_last)
		g_cond_wait(&indexer->wake, &indexer->lock);
	bool goes_on = indexer->has_work && !indexer->is_over;
	indexer->has_work = false;
	g_mutex_unlock(&indexer->lock);
	return goes_on;
}

static bool is_over(Indexer *indexer)
{
	g_mutex_lock(&indexer->lock);
	bool over = indexer->is_over;
	g_mutex_unlock(&indexer->lock);
	return over;
}

static void tell_found(const Indexer *indexer, Gleaning *gleaning)
{
	GPtrArray *found = gleaning_take(gleaning);

	if (found)
		indexer->finder.found(found, indexer->finder.data);
}

static bool feed_all(Indexer *indexer, StoreIndexer *feeder, GError **err)
{
	g_autoptr(Gleaning) gleaning = gleaning_new(indexer->store, indexer->finder.clock);

	for (bool is_done = false; !is_done && !is_over(indexer);) {
		if (!store_indexer_feed(feeder, gleaning_index_text, gleaning, BATCH, &is_done,
		                        err))
			return false;
		tell_found(indexer, gleaning);
	}
	return true;
}

static gpointer run(gpointer data)
{
	Indexer *indexer = data;
	g_autoptr(GError) err = NULL;
	g_autoptr(StoreIndexer) feeder = store_indexer_open(indexer->store, &err);

	if (!feeder) {
		if (!error_is(err, ERR_HELD))
			log_error("index", "%s", err->message);
		return NULL;
	}
	while (wait_for_work(indexer))
		if (!feed_all(indexer, feeder, &err)) {
			log_error("index", "%s", err->message);
			g_clear_error(&err);
		}
	return NULL;
}

Indexer *indexer_new(Store *store, const IndexerFinder *finder)
{
	Indexer *indexer = g_new0(Indexer, 1);

	indexer->store = store_ref(store);
	indexer->finder = *finder;
	indexer->has_work = true;
	g_mutex_init(&indexer->lock);
	g_cond_init(&indexer->wake);
	indexer->thread = g_thread_new("indexer", run, indexer);
	return indexer;
}

void indexer_free(Indexer *indexer)
{
	if (!indexer)
		return;
	g_mutex_lock(&indexer->lock);
	indexer->is_over = true;
	g_cond_signal(&indexer->wake);
	g_mutex_unlock(&indexer->lock);
	if (indexer->thread)
		g_thread_join(indexer->thread);
	store_unref(indexer->store);
	g_mutex_clear(&indexer->lock);
	g_cond_clear(&indexer->wake);
	g_free(indexer);
}

void indexer_finish(Indexer *indexer)
{
	g_mutex_lock(&indexer->lock);
	indexer->has_work = indexer->is_last = true;
	g_cond_signal(&indexer->wake);
	g_mutex_unlock(&indexer->lock);
	g_thread_join(g_steal_pointer(&indexer->thread));
}

void indexer_wake(Indexer *indexer)
{
	g_mutex_lock(&indexer->lock);
	indexer->has_work = true;
	g_cond_signal(&indexer->wake);
	g_mutex_unlock(&indexer->lock);
}
