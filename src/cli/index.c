#include "cli/index.h"

#include "app/gleaning.h"
#include "base/error.h"
#include "cli/certificates.h"
#include "store/search.h"

enum { BATCH = 1000 };

static bool feed(StoreIndexer *indexer, Gleaning *gleaning, GError **err)
{
	for (bool is_done = false; !is_done;)
		if (!store_indexer_feed(indexer, gleaning_index_text, gleaning, BATCH, &is_done,
		                        err))
			return false;
	return true;
}

static bool keep_found(Cli *cli, Gleaning *gleaning, GError **err)
{
	g_autoptr(GPtrArray) found = gleaning_take(gleaning);

	return !found || certificates_change(cli, found, err);
}

bool index_feed(Cli *cli, GError **err)
{
	Store *store = cli_store(cli, err);
	g_autoptr(GError) why = NULL;
	g_autoptr(StoreIndexer) indexer = store ? store_indexer_open(store, &why) : NULL;

	if (error_is(why, ERR_HELD))
		return true;
	if (!indexer) {
		if (why)
			g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	g_autoptr(Gleaning) gleaning = gleaning_new(store, cli->clock);
	return feed(indexer, gleaning, err) && keep_found(cli, gleaning, err);
}
