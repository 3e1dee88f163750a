#include "cli/index.h"

#include "app/reading.h"
#include "base/error.h"
#include "store/search.h"

enum { BATCH = 1000 };

bool index_feed(Cli *cli, GError **err)
{
	Store *store = cli_store(cli, err);
	g_autoptr(GError) why = NULL;
	g_autoptr(StoreIndexer) indexer = store ? store_indexer_open(store, &why) : NULL;
	bool is_done = false;

	if (error_is(why, ERR_HELD))
		return true;
	if (!indexer) {
		if (why)
			g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	while (!is_done)
		if (!store_indexer_feed(indexer, reading_index_text, NULL, BATCH, &is_done, err))
			return false;
	return true;
}
