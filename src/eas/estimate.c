/* GetItemEstimate: how many items wait. Only ever for progress: a folder that the server cannot
 * count is left out. */
#include "eas/item_class.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { VERSION_OPTIONS = 140 };

/* As the folder is synced: see collection_options(). */
static void write_options(WbxmlWriter *writer, const Folder *folder, int filter)
{
	const ItemClass *class = item_class_of(folder->type);

	if (class && !class->has_filter)
		return;
	wbxml_open(writer, WBXML_AirSync_Options);
	wbxml_int(writer, WBXML_AirSync_FilterType, filter);
	wbxml_close(writer);
}

/* [MS-ASCMD] 2.2.3.29.1: the order differs up to 12.1, where the filter had no Options around
 * it. */
static void write_folder(WbxmlWriter *writer, const Work *work, const Folder *folder)
{
	int filter = account_filter(work->spec.account, folder->type);

	wbxml_open(writer, WBXML_GetItemEstimate_Collection);
	if (work->version >= VERSION_OPTIONS) {
		wbxml_text(writer, WBXML_AirSync_SyncKey, folder->sync_key);
		wbxml_text(writer, WBXML_GetItemEstimate_CollectionId, folder->server_id);
		write_options(writer, folder, filter);
	} else {
		wbxml_text(writer, WBXML_GetItemEstimate_Class,
			   item_class_name(folder->type));
		wbxml_text(writer, WBXML_GetItemEstimate_CollectionId, folder->server_id);
		wbxml_int(writer, WBXML_AirSync_FilterType, filter);
		wbxml_text(writer, WBXML_AirSync_SyncKey, folder->sync_key);
	}
	wbxml_close(writer);
}

static HttpRequest *estimate_ask(Task *task, GError **err)
{
	const Work *work = (const Work *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_GetItemEstimate_GetItemEstimate);
	wbxml_open(writer, WBXML_GetItemEstimate_Collections);
	for (guint i = 0; i < work->spec.folders->len; i++)
		write_folder(writer, work, g_ptr_array_index(work->spec.folders, i));
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&work->spec, "GetItemEstimate", NULL, writer);
}

/* One folder of the answer. */
typedef struct { char *server_id; int64_t status, count; } Estimate;

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Estimate *estimate = into;

	switch (tag) {
	case WBXML_GetItemEstimate_Status:
		return reply_int(reader, 0, 9999, &estimate->status, err);
	case WBXML_GetItemEstimate_Collection:
		return reply_walk(reader, take_value, into, err);
	case WBXML_GetItemEstimate_CollectionId:
		return reply_text(reader, &estimate->server_id, err);
	case WBXML_GetItemEstimate_Estimate:
		return reply_int(reader, 0, INT64_MAX, &estimate->count, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_response(Sink *sink, WbxmlReader *reader, GError **err)
{
	Estimate estimate = { .status = 1, .count = -1 };
	bool is_read = reply_walk(reader, take_value, &estimate, err);

	if (is_read && estimate.status == 1 && estimate.server_id && estimate.count >= 0)
		sink->ops->estimate(sink, estimate.server_id, estimate.count);
	g_free(estimate.server_id);
	return is_read;
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_GetItemEstimate_Status:
		return reply_status(reader, FAMILY_ESTIMATE, err);
	case WBXML_GetItemEstimate_Response:
		return take_response(into, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool estimate_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                          GError **err)
{
	g_autoptr(WbxmlReader) reader = NULL;

	(void)task;
	if (!reply_open(response, sink, WBXML_GetItemEstimate_GetItemEstimate, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, sink, err)))
		return false;
	*ret_step = STEP_DONE;
	return true;
}

static void estimate_free(Task *task)
{
	g_free(task);
}

Task *eas_estimate_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = estimate_ask,
		                     .take = estimate_take,
		                     .free = estimate_free };

	(void)err;
	return work_new(sizeof(Work), &ops, spec);
}
