/* A page of a folder. With key "0" the first answer only gives a key, and the page comes with a
 * second request. */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/collection.h"

enum { FIRST_SLICE = 32, VERSION_DRAFTS = 160 };

typedef struct {
	Work       work;
	char      *key;            /* to ask with */
	Collection collection;     /* of the answer being read */
} Sync;

static bool is_first(const Sync *self)
{
	return strcmp(self->key, "0") == 0;
}

static HttpRequest *sync_ask(Task *task, GError **err)
{
	const Sync *self = (const Sync *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	collection_open(writer, &self->work, self->key);
	if (is_first(self)) {
		item_class_write_supported(writer, self->work.spec.folder->type,
		                           self->work.version);
	} else {
		wbxml_int(writer, WBXML_AirSync_GetChanges, 1);
		wbxml_int(writer, WBXML_AirSync_WindowSize,
		          CLAMP(self->work.spec.window, 1, WINDOW_MAX));
		collection_options(writer, &self->work);
	}
	return collection_request(writer, &self->work);
}

static bool finish_first(Sync *self, Step *ret_step, GError **err)
{
	const char *key = self->collection.sync_key;
	const Folder *folder = self->work.spec.folder;

	if (!key || strcmp(key, "0") == 0)
		return fail(err, ERR_REFOLDER,
		            _("the server gives no sync key for the folder \"%s\"; we read the "
		              "folder list"),
		            folder->name ? folder->name : folder->server_id);
	g_free(self->key);
	self->key = g_strdup(key);
	*ret_step = STEP_ASK;
	return true;
}

/* More under the same key and nothing now would be the same answer again, for ever. */
static bool finish_page(Sync *self, Sink *sink, Step *ret_step, GError **err)
{
	const char *key = self->collection.sync_key ? self->collection.sync_key : self->key;

	if (self->collection.has_more && self->collection.items == 0 && strcmp(key, self->key) == 0)
		return fail(err, ERR_PROTOCOL,
		            _("the server repeats its sync key and announces more without end"));
	sink->ops->page_end(sink, key, self->collection.has_more);
	*ret_step = STEP_DONE;
	return true;
}

static bool sync_chunk(Task *task, Sink *sink, unsigned budget_items, Step *ret_step, GError **err)
{
	Sync *self = (Sync *)task;
	bool is_over;

	if (!collection_read(&self->collection, sink, budget_items, &is_over, err))
		return false;
	if (!is_over) {
		*ret_step = STEP_MORE;
		return true;
	}
	return is_first(self) ? finish_first(self, ret_step, err)
	                      : finish_page(self, sink, ret_step, err);
}

static bool sync_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                      GError **err)
{
	Sync *self = (Sync *)task;

	return collection_begin(&self->collection, response, self->key, sink, err) &&
	       sync_chunk(task, sink, FIRST_SLICE, ret_step, err);
}

static void sync_free(Task *task)
{
	Sync *self = (Sync *)task;

	collection_clear(&self->collection);
	g_free(self->key);
	g_free(self);
}

/* [MS-ASCMD] 2.2.1.21: drafts take part in Sync from 16.0 on, notes from 14.0; before, a server may
 * answer anything. */
static bool is_synced(const Sync *self, GError **err)
{
	const Folder *folder = self->work.spec.folder;
	const ItemClass *class = item_class_of(folder->type);

	if (folder->type == FOLDER_DRAFTS && self->work.version < VERSION_DRAFTS)
		return fail(err, ERR_UNSUPPORTED,
		            _("this server syncs no drafts: that needs ActiveSync 16.1"));
	if (class && self->work.version < class->version)
		return fail(err, ERR_UNSUPPORTED,
		            _("this server syncs no notes: that needs ActiveSync 14.0"));
	return true;
}

Task *eas_sync_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = {
		.ask = sync_ask, .take = sync_take, .chunk = sync_chunk, .free = sync_free
	};
	g_autoptr(Task) task = work_new(sizeof(Sync), &ops, spec);
	Sync *self = (Sync *)task;

	self->key = g_strdup(spec->folder->sync_key ? spec->folder->sync_key : "0");
	self->collection.type = spec->folder->type;
	return is_synced(self, err) ? g_steal_pointer(&task) : NULL;
}
