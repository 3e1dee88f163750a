#include "cli/fetch.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/errand.h"

typedef struct {
	Cli             *cli;
	const FetchSink *sink;
	Errand          *errand;
	GHashTable      *under_way;      /* wish id -> message id, both owned int64_t */
	const GArray    *missing;        /* of int64_t: what must be asked for */
	guint            asked;
	int64_t          done, total;
} Fetch;

static bool settle(Fetch *fetch, int64_t message_id, GBytes *mime, const GError *error,
                   GError **err)
{
	fetch->done++;
	if (fetch->sink->progress)
		fetch->sink->progress(fetch->sink->data, fetch->done, fetch->total);
	return fetch->sink->take(fetch->sink->data, message_id, mime, error, err);
}

/* Hands over what the store has; the others are @missing. */
static bool take_stored(Fetch *fetch, const GArray *ids, GArray *missing, GError **err)
{
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		g_autoptr(GBytes) mime = NULL;
		if (!store_read_mime(fetch->cli->reader, id, &mime, err))
			return false;
		if (!mime)
			g_array_append_val(missing, id);
		else if (!settle(fetch, id, mime, NULL, err))
			return false;
	}
	return true;
}

static void ask_more(Fetch *fetch)
{
	guint parallel = (guint)settings_int(fetch->cli->settings, SETTING_EXPORT_PARALLEL);

	while (fetch->asked < fetch->missing->len &&
	       g_hash_table_size(fetch->under_way) < parallel) {
		int64_t id = g_array_index(fetch->missing, int64_t, fetch->asked++);
		int64_t wish = sync_wish_mime(errand_client(fetch->errand), id);
		g_hash_table_insert(fetch->under_way, g_memdup2(&wish, sizeof wish),
		                    g_memdup2(&id, sizeof id));
	}
}

static bool take_fetched(Fetch *fetch, int64_t message_id, GError **err)
{
	g_autoptr(GBytes) mime = NULL;
	g_autoptr(GError) why = NULL;

	if (!store_read_mime(fetch->cli->reader, message_id, &mime, err))
		return false;
	if (!mime)
		fail(&why, ERR_STORE, _("the message came, but is not in the store"));
	return settle(fetch, message_id, mime, why, err);
}

static bool take_event(Fetch *fetch, const SyncEvent *event, GError **err)
{
	const int64_t *known = g_hash_table_lookup(fetch->under_way, &event->wish_id);
	g_autoptr(GError) why = NULL;

	if (errand_is_stuck(event) && event->text)
		return fail(err, (ErrorKind)event->error_kind, "%s", event->text);
	if (event->kind == SYNC_STOPPED)
		return fail(err, ERR_STORE, "%s",
		            event->text ? event->text : _("the engine has stopped"));
	if (!known || (event->kind != SYNC_FETCHED && event->kind != SYNC_FAILED))
		return true;
	int64_t message_id = *known;
	g_hash_table_remove(fetch->under_way, &event->wish_id);
	if (event->kind == SYNC_FETCHED)
		return take_fetched(fetch, message_id, err);
	fail(&why, (ErrorKind)event->error_kind, "%s",
	     event->text ? event->text : _("the server does not give it"));
	return settle(fetch, message_id, NULL, why, err);
}

static bool pump(Fetch *fetch, GError **err)
{
	for (;;) {
		g_autoptr(SyncEvent) event = NULL;
		ask_more(fetch);
		if (g_hash_table_size(fetch->under_way) == 0)
			return true;
		if (!errand_next(fetch->errand, &event, err) || !take_event(fetch, event, err))
			return false;
	}
}

bool fetch_mime(Cli *cli, const GPtrArray *accounts, const GArray *ids, const FetchSink *sink,
                GError **err)
{
	g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(int64_t));
	Fetch fetch = { .cli = cli, .sink = sink, .missing = missing, .total = ids->len };

	if (!cli_reader(cli, err) || !take_stored(&fetch, ids, missing, err))
		return false;
	if (missing->len == 0)
		return true;
	g_autoptr(Errand) errand = errand_start(cli, SYNC_ON_DEMAND, accounts, err);
	if (!errand)
		return false;
	g_autoptr(GHashTable) under_way =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	fetch.errand = errand;
	fetch.under_way = under_way;
	return pump(&fetch, err);
}
