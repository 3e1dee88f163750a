#include "eas/collection.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/item.h"
#include "eas/request.h"

enum {
	BODY_BYTES_MAX = 200 * 1024,
	PREVIEW_CHARS = 255,
	VERSION_PREVIEW = 141,
	VERSION_NO_CLASS = 140
};

/* ---- the request ---- */

/* The order of elements matters: Exchange answers another one with Status 4. Class came first up
 * to 12.1. */
void collection_open(WbxmlWriter *writer, const Work *work, const char *sync_key)
{
	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_open(writer, WBXML_AirSync_Collections);
	wbxml_open(writer, WBXML_AirSync_Collection);
	if (work->version < VERSION_NO_CLASS)
		wbxml_text(writer, WBXML_AirSync_Class,
		           item_class_name(work->spec.folder->type));
	wbxml_text(writer, WBXML_AirSync_SyncKey, sync_key);
	wbxml_text(writer, WBXML_AirSync_CollectionId, work->spec.folder->server_id);
}

static void write_preference(WbxmlWriter *writer, BodyKind kind, int max_bytes, bool wants_preview)
{
	wbxml_open(writer, WBXML_AirSyncBase_BodyPreference);
	wbxml_int(writer, WBXML_AirSyncBase_Type, kind);
	if (max_bytes)
		wbxml_int(writer, WBXML_AirSyncBase_TruncationSize, max_bytes);
	if (wants_preview)
		wbxml_int(writer, WBXML_AirSyncBase_Preview, PREVIEW_CHARS);
	wbxml_close(writer);
}

void collection_bodies(WbxmlWriter *writer, const Work *work, int max_bytes, bool wants_preview)
{
	wants_preview = wants_preview && work->version >= VERSION_PREVIEW;
	write_preference(writer, BODY_HTML, max_bytes, wants_preview);
	write_preference(writer, BODY_TEXT, max_bytes, wants_preview);
}

static int filter_of(const Work *work)
{
	return account_filter(work->spec.account, work->spec.folder->type);
}

/* Whole, and as plain text: asked for HTML, a server puts it around notes that are text, and keeps
 * it when they come back. */
static void write_item_options(WbxmlWriter *writer, const Work *work, const ItemClass *class)
{
	wbxml_open(writer, WBXML_AirSync_Options);
	if (class->has_filter)
		wbxml_int(writer, WBXML_AirSync_FilterType, filter_of(work));
	write_preference(writer, BODY_TEXT, 0, false);
	wbxml_close(writer);
}

/* MIMESupport 1: MIME for S/MIME only. */
void collection_options(WbxmlWriter *writer, const Work *work)
{
	const ItemClass *class = item_class_of(work->spec.folder->type);

	if (class) {
		write_item_options(writer, work, class);
		return;
	}
	wbxml_open(writer, WBXML_AirSync_Options);
	wbxml_int(writer, WBXML_AirSync_FilterType, filter_of(work));
	wbxml_int(writer, WBXML_AirSync_MIMESupport, 1);
	collection_bodies(writer, work, BODY_BYTES_MAX, true);
	write_preference(writer, BODY_MIME, BODY_BYTES_MAX, false);
	wbxml_close(writer);
}

/* A server that does not cut its bodies as asked gets a smaller window with the next try. */
HttpRequest *collection_request(WbxmlWriter *writer, const Work *work)
{
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	HttpRequest *request = request_new(&work->spec, "Sync", NULL, writer);
	request->max_bytes += (size_t)CLAMP(work->spec.window, 0, WINDOW_MAX) * BODY_BYTES_MAX;
	return request;
}

/* ---- the answer ---- */

void collection_clear(Collection *collection)
{
	g_clear_pointer(&collection->reader, wbxml_reader_free);
	g_clear_pointer(&collection->sync_key, g_free);
	g_clear_pointer(&collection->refused, g_hash_table_unref);
	*collection = (Collection){ .type = collection->type };
}

bool collection_begin(Collection *collection, const HttpResponse *response, const char *key,
                      Sink *sink, GError **err)
{
	collection_clear(collection);
	if (response->status == 501 && strcmp(key, "0") != 0)
		return fail(err, ERR_RESYNC,
		            _("the server cannot read its own sync key; we read the folder again"));
	if (!reply_open(response, sink, WBXML_AirSync_Sync, &collection->reader, err))
		return false;
	collection->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return true;
}

/* One Add, Change, Delete or SoftDelete, or the server's word on one of ours. */
typedef struct {
	const ItemClass *class;       /* NULL: mail */
	Item     item;
	PimItem *pim;                 /* NULL: mail */
	char    *server_id;
	int64_t  status;
	bool     has_data;
} Command;

static bool take_command_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Command *command = into;

	switch (tag) {
	case WBXML_AirSync_ServerId:
		return reply_text(reader, &command->server_id, err);
	case WBXML_AirSync_Status:
		return reply_int(reader, 0, 9999, &command->status, err);
	case WBXML_AirSync_ApplicationData:
		command->has_data = true;
		return command->class ? reply_walk(reader, command->class->take,
		                                   command->pim->any, err)
		                      : reply_walk(reader, item_take, &command->item, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static void give_message(Command *command, bool is_add, Sink *sink)
{
	Item *item = &command->item;
	bool is_whole = is_add || (item->has & HAS_ALL);

	item->message->server_id = g_steal_pointer(&command->server_id);
	item_finish(item);
	if (!command->has_data)
		item->message->flags |= MESSAGE_BAD;
	if (is_whole)
		sink->ops->message_give(sink, g_steal_pointer(&item->message), HAS_ALL);
	else if (item->has)
		sink->ops->message_give(sink, g_steal_pointer(&item->message), item->has);
}

/* One of which nothing is said is no news. */
static void give_pim(Command *command, Sink *sink)
{
	if (!command->has_data)
		return;
	if (command->class->finish)
		command->class->finish(command->pim->any);
	*pim_item_server_id(command->pim) = g_steal_pointer(&command->server_id);
	sink->ops->pim_give(sink, g_steal_pointer(&command->pim));
}

/* What has no ServerId can neither be stored nor asked for again: it is passed over. */
static void give_command(Collection *collection, WbxmlTag tag, Command *command, Sink *sink)
{
	const char *server_id = command->server_id;

	if (!server_id || !*server_id)
		return;
	if (collection->is_in_responses) {
		if (command->status != 1)
			g_hash_table_insert(collection->refused, g_strdup(server_id),
			                    GINT_TO_POINTER((int)command->status));
		return;
	}
	collection->items++;
	if (tag == WBXML_AirSync_Delete || tag == WBXML_AirSync_SoftDelete)
		sink->ops->item_gone(sink, server_id, tag == WBXML_AirSync_SoftDelete);
	else if (command->class)
		give_pim(command, sink);
	else
		give_message(command, tag == WBXML_AirSync_Add, sink);
}

static void command_init(Command *command, FolderType type)
{
	*command = (Command){ .class = item_class_of(type), .status = 1 };
	if (command->class)
		command->pim = item_class_make(type);
	else
		item_init(&command->item);
}

static void command_clear(Command *command)
{
	item_clear(&command->item);
	pim_item_free(command->pim);
	g_free(command->server_id);
}

static bool read_command(Collection *collection, WbxmlTag tag, Sink *sink, GError **err)
{
	Command command;

	if (collection->is_in_responses && collection->take_response)
		return collection->take_response(collection->response_into, tag,
		                                 collection->reader, err);
	command_init(&command, collection->type);
	bool is_read = reply_walk(collection->reader, take_command_part, &command, err);
	if (is_read)
		give_command(collection, tag, &command, sink);
	command_clear(&command);
	return is_read;
}

static bool read_element(Collection *collection, WbxmlTag tag, Sink *sink, GError **err)
{
	switch (tag) {
	case WBXML_AirSync_Collections:
	case WBXML_AirSync_Collection:
	case WBXML_AirSync_Commands:
		return true;
	case WBXML_AirSync_Responses:
		collection->is_in_responses = true;
		return true;
	case WBXML_AirSync_SyncKey:
		return reply_line(collection->reader, &collection->sync_key, err);
	case WBXML_AirSync_Status:
		return reply_status(collection->reader, FAMILY_SYNC, err);
	case WBXML_AirSync_MoreAvailable:
		collection->has_more = true;
		return wbxml_reader_skip(collection->reader, err);
	case WBXML_AirSync_Add:
	case WBXML_AirSync_Change:
	case WBXML_AirSync_Delete:
	case WBXML_AirSync_SoftDelete:
	case WBXML_AirSync_Fetch:
		return read_command(collection, tag, sink, err);
	default:
		return wbxml_reader_skip(collection->reader, err);
	}
}

bool collection_read(Collection *collection, Sink *sink, unsigned budget, bool *ret_is_over,
                     GError **err)
{
	unsigned enough = collection->items + MAX(budget, 1);
	WbxmlToken token;

	while (collection->reader && collection->items < enough) {
		if (!wbxml_reader_next(collection->reader, &token, err))
			return false;
		if (token.event == WBXML_END_OF_DOCUMENT)
			g_clear_pointer(&collection->reader, wbxml_reader_free);
		else if (token.event == WBXML_CLOSE && token.tag == WBXML_AirSync_Responses)
			collection->is_in_responses = false;
		else if (token.event == WBXML_OPEN &&
		         !read_element(collection, token.tag, sink, err))
			return false;
	}
	*ret_is_over = !collection->reader;
	return true;
}
