#include "ui/screen/parcels.h"

#include "base/i18n.h"

struct Parcels {
	ParcelsSetup setup;
	GPtrArray   *copies;         /* of StoreCopy; the draft of a single one is NULL: it is kept */
	guint        left;           /* of them; the last one is at work */
	int64_t      save_wish, bytes_wish;
	GArray      *drafts;         /* of int64_t */
	char        *failure;
};

Parcels *parcels_new(const ParcelsSetup *setup, StoreMail *mail)
{
	Parcels *parcels = g_new0(Parcels, 1);

	parcels->setup = *setup;
	parcels->copies = g_steal_pointer(&mail->copies);
	if (!parcels->copies) {
		parcels->copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
		g_ptr_array_add(parcels->copies,
		                store_copy_new(NULL, g_steal_pointer(&mail->mime)));
	}
	parcels->left = parcels->copies->len;
	parcels->drafts = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return parcels;
}

void parcels_free(Parcels *parcels)
{
	if (!parcels)
		return;
	g_ptr_array_unref(parcels->copies);
	g_array_unref(parcels->drafts);
	g_free(parcels->failure);
	g_free(parcels);
}

const GArray *parcels_drafts(const Parcels *parcels) { return parcels->drafts; }
const char   *parcels_failure(const Parcels *parcels) { return parcels->failure; }

/* The first takes the place of the draft that was written. */
static int64_t draft_of(const Parcels *parcels)
{
	return parcels->left == 1 ? parcels->setup.draft_id : 0;
}

static ParcelsTurn give_up(Parcels *parcels, const char *sentence)
{
	ScreenHost *host = parcels->setup.host;

	for (guint i = 0; i < parcels->drafts->len; i++) {
		int64_t id = g_array_index(parcels->drafts, int64_t, i);
		if (id != parcels->setup.draft_id)
			host->ops->draft_drop(host, id);
	}
	parcels->failure = g_strdup(sentence);
	return PARCELS_FAILED;
}

static ParcelsTurn no_engine(Parcels *parcels)
{
	return give_up(parcels, _("Nothing can be kept here now: no engine runs in this window."));
}

static ParcelsTurn give_bytes(Parcels *parcels, int64_t draft_id)
{
	const StoreCopy *copy = g_ptr_array_index(parcels->copies, parcels->left - 1);
	ScreenHost *host = parcels->setup.host;

	g_array_append_val(parcels->drafts, draft_id);
	parcels->bytes_wish = host->ops->draft_bytes(host, draft_id, copy->mime);
	return parcels->bytes_wish ? PARCELS_GO_ON : no_engine(parcels);
}

ParcelsTurn parcels_begin(Parcels *parcels)
{
	ScreenHost *host = parcels->setup.host;

	if (parcels->left == 0)
		return PARCELS_DONE;
	const StoreCopy *copy = g_ptr_array_index(parcels->copies, parcels->left - 1);
	if (!copy->draft)
		return give_bytes(parcels, parcels->setup.draft_id);
	parcels->save_wish = host->ops->draft_save(host, parcels->setup.account_id,
	                                           draft_copy(copy->draft), draft_of(parcels));
	return parcels->save_wish ? PARCELS_GO_ON : no_engine(parcels);
}

static bool is_of(const SyncEvent *event, int64_t wish_id)
{
	return event->wish_id && event->wish_id == wish_id;
}

ParcelsTurn parcels_event(Parcels *parcels, const SyncEvent *event, bool *ret_is_mine)
{
	bool is_saved = is_of(event, parcels->save_wish), is_done = is_of(event, parcels->bytes_wish);

	*ret_is_mine = is_saved || is_done;
	if (!*ret_is_mine)
		return PARCELS_GO_ON;
	parcels->save_wish = parcels->bytes_wish = 0;
	if (event->kind == SYNC_FAILED)
		return give_up(parcels, event->text);
	if (is_saved)
		return give_bytes(parcels, event->draft_id);
	parcels->left--;
	return parcels_begin(parcels);
}
