/* ItemOperations, GetItemEstimate and MoveItems. Source: [MS-ASCMD] 2.2.1.10, 2.2.1.9, 2.2.1.12. */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/render.h"

enum { MAX_FETCHES = 100 };

/* ---- ItemOperations ---- */

typedef struct {
	Request     *request;
	WbxmlWriter *writer;
	GPtrArray   *parts;      /* of GBytes; NULL: not a multipart answer */
} Fetching;

static void fetch_status(Fetching *f, int status)
{
	wbxml_open(f->writer, WBXML_ItemOperations_Fetch);
	wbxml_int(f->writer, WBXML_ItemOperations_Status, status);
}

static int next_part(const Fetching *f) { return f->parts ? (int)f->parts->len + 1 : -1; }

/* "Rg5:101" is the LongId of item 5:101: answer-search.c. */
static const char *item_of_long_id(const char *long_id)
{
	return g_str_has_prefix(long_id, "Rg") ? long_id + 2 : "";
}

static char *folder_of_item(const char *id) { return g_strndup(id, strcspn(id, ":")); }

static void write_name(Fetching *f, const char *long_id, const char *folder, const char *id)
{
	if (long_id) {
		wbxml_text(f->writer, WBXML_Search_LongId, long_id);
		return;
	}
	wbxml_text(f->writer, WBXML_AirSync_CollectionId, folder);
	wbxml_text(f->writer, WBXML_AirSync_ServerId, id);
}

static void fetch_item(Fetching *f, const Element *fetch)
{
	const char *long_id = element_text(fetch, WBXML_Search_LongId);
	const char *id = long_id ? item_of_long_id(long_id) : element_text(fetch, WBXML_AirSync_ServerId);
	g_autofree char *home = long_id ? folder_of_item(id) : NULL;
	const char *folder = long_id ? home : element_text(fetch, WBXML_AirSync_CollectionId);
	const Collection *c = user_collection(f->request->user, folder);
	const Element *element = element_child(fetch, WBXML_ItemOperations_Options);
	SyncOptions options;
	guint n = 0;
	bool found = c && collection_find(c, id, &n);
	GBytes *data = NULL;

	options_read(element, &options);
	/* A fetch that names Type 4 wants the message itself, whatever MIMESupport says. */
	if (options.bodies[4].is_wanted)
		options.mime_support = 2;
	fetch_status(f, found ? 1 : 6);
	write_name(f, long_id, folder, id);
	if (found) {
		wbxml_text(f->writer, WBXML_AirSync_Class, "Email");
		wbxml_open(f->writer, WBXML_ItemOperations_Properties);
		render_mail(f->writer, c, n, &options, f->request->version, next_part(f), &data);
		wbxml_close(f->writer);
	}
	wbxml_close(f->writer);
	if (data && f->parts)
		g_ptr_array_add(f->parts, data);
	else if (data)
		g_bytes_unref(data);
}

/* "5%3a101%3a0" names attachment 0 of item 5:101. */
static const MailAttachment *find_attachment(const User *user, const char *reference, Mail **ret_mail)
{
	g_autofree char *plain = g_uri_unescape_string(reference, NULL);
	g_auto(GStrv) halves = g_strsplit(plain ? plain : "", ":", 3);
	int64_t index;
	guint n;

	*ret_mail = NULL;
	if (g_strv_length(halves) != 3 || !text_to_int(halves[2], 0, G_MAXINT, &index))
		return NULL;
	const Collection *c = user_collection(user, halves[0]);
	g_autofree char *id = g_strdup_printf("%s:%s", halves[0], halves[1]);
	if (!c || !collection_find(c, id, &n))
		return NULL;
	*ret_mail = collection_mail(c, n);
	return (guint)index < (*ret_mail)->attachments->len ? g_ptr_array_index((*ret_mail)->attachments, (guint)index) : NULL;
}

/* Cuts @whole to the Range "m-n" if one was asked for. NULL: it begins behind the end. */
static GBytes *cut_range(GBytes *whole, const char *range)
{
	g_auto(GStrv) ends = g_strsplit(range ? range : "", "-", 2);
	gsize size = g_bytes_get_size(whole);
	int64_t from, to;

	if (!ends[0] || !ends[1] || !text_to_int(ends[0], 0, INT64_MAX, &from) || !text_to_int(ends[1], from, INT64_MAX - 1, &to))
		return g_bytes_ref(whole);
	if ((gsize)from >= size)
		return NULL;
	return g_bytes_new_from_bytes(whole, (gsize)from, MIN((gsize)(to - from) + 1, size - (gsize)from));
}

static void write_file(Fetching *f, const MailAttachment *a, GBytes *bytes, const char *range)
{
	wbxml_open(f->writer, WBXML_ItemOperations_Properties);
	if (range) {
		wbxml_text(f->writer, WBXML_ItemOperations_Range, range);
		wbxml_int(f->writer, WBXML_ItemOperations_Total, (int64_t)g_bytes_get_size(a->content));
	}
	wbxml_text(f->writer, WBXML_AirSyncBase_ContentType, a->content_type);
	if (f->parts) {
		wbxml_int(f->writer, WBXML_ItemOperations_Part, next_part(f));
		g_ptr_array_add(f->parts, g_bytes_ref(bytes));
	} else {
		gsize len;
		const guint8 *data = g_bytes_get_data(bytes, &len);
		g_autofree char *base64 = g_base64_encode(data, len);
		wbxml_text(f->writer, WBXML_ItemOperations_Data, base64);
	}
	wbxml_close(f->writer);
}

static void fetch_file(Fetching *f, const Element *fetch)
{
	const char *reference = element_text(fetch, WBXML_AirSyncBase_FileReference);
	const char *range = element_text(element_child(fetch, WBXML_ItemOperations_Options), WBXML_ItemOperations_Range);
	g_autoptr(Mail) mail = NULL;
	const MailAttachment *a = find_attachment(f->request->user, reference, &mail);
	g_autoptr(GBytes) bytes = a ? cut_range(a->content, range) : NULL;

	fetch_status(f, !a ? 15 : bytes ? 1 : 8);
	wbxml_text(f->writer, WBXML_AirSyncBase_FileReference, reference);
	if (bytes)
		write_file(f, a, bytes, range);
	wbxml_close(f->writer);
}

static void empty_folder(Fetching *f, const Element *operation)
{
	const char *id = element_text(operation, WBXML_AirSync_CollectionId);
	Collection *c = user_collection(f->request->user, id);

	for (guint n = 0; c && n < collection_count(c); n++)
		if (collection_has(c, n))
			collection_remove(c, n, NULL);
	wbxml_open(f->writer, WBXML_ItemOperations_EmptyFolderContents);
	wbxml_text(f->writer, WBXML_ItemOperations_Status, c ? "1" : "2");
	wbxml_text(f->writer, WBXML_AirSync_CollectionId, id);
	wbxml_close(f->writer);
	world_changed(f->request->world);
}

static void operate(Fetching *f, const Element *operation)
{
	if (operation->tag == WBXML_ItemOperations_EmptyFolderContents)
		empty_folder(f, operation);
	else if (operation->tag == WBXML_ItemOperations_Fetch && element_text(operation, WBXML_AirSyncBase_FileReference))
		fetch_file(f, operation);
	else if (operation->tag == WBXML_ItemOperations_Fetch)
		fetch_item(f, operation);
}

static void append_le32(GByteArray *out, gsize value)
{
	guint8 le[4] = { (guint8)value, (guint8)(value >> 8), (guint8)(value >> 16), (guint8)(value >> 24) };
	g_byte_array_append(out, le, 4);
}

/* [MS-ASCMD] 2.2.1.10.1: a count, then offset and length of each part, then the parts; the first is the WBXML. */
static void wrap_parts(Answer *answer, GPtrArray *parts)
{
	GByteArray *out = g_byte_array_new();
	gsize offset = 4 + 8 * (gsize)(parts->len + 1);

	g_ptr_array_insert(parts, 0, g_bytes_ref(answer->body));
	append_le32(out, parts->len);
	for (guint i = 0; i < parts->len; i++) {
		gsize len = g_bytes_get_size(g_ptr_array_index(parts, i));
		append_le32(out, offset);
		append_le32(out, len);
		offset += len;
	}
	for (guint i = 0; i < parts->len; i++) {
		gsize len;
		const guint8 *data = g_bytes_get_data(g_ptr_array_index(parts, i), &len);
		g_byte_array_append(out, data, (guint)len);
	}
	g_bytes_unref(answer->body);
	answer->body = g_byte_array_free_to_bytes(out);
	answer->content_type = "application/vnd.ms-sync.multipart";
}

void answer_item_operations(Request *request, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	g_autoptr(GPtrArray) parts = request->wants_multipart ? g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref) : NULL;
	Fetching fetching = { .request = request, .writer = w, .parts = parts };

	if (!request->root || request->root->children->len > MAX_FETCHES) {
		answer_with_status(request, 2, answer);
		return;
	}
	wbxml_open(w, WBXML_ItemOperations_ItemOperations);
	wbxml_text(w, WBXML_ItemOperations_Status, "1");
	wbxml_open(w, WBXML_ItemOperations_Response);
	for (guint i = 0; i < request->root->children->len; i++)
		operate(&fetching, g_ptr_array_index(request->root->children, i));
	wbxml_close(w);
	wbxml_close(w);
	answer_take(answer, w, 1);
	if (parts)
		wrap_parts(answer, parts);
}

/* ---- GetItemEstimate ---- */

/* How many items a Sync with this key would bring; a negative number is the status instead. */
static int64_t estimate(const Request *request, const Element *element)
{
	const Collection *c = user_collection(request->user, element_text(element, WBXML_GetItemEstimate_CollectionId));
	const Element *options = element_child(element, WBXML_AirSync_Options);
	SyncChannel *channel = c ? g_hash_table_lookup(request->device->channels, c->id) : NULL;
	const char *key = element_text(element, WBXML_AirSync_SyncKey);
	KeyVerdict verdict = sync_channel_judge(channel, key, "");

	if (!c)
		return -2;
	if (!channel || g_strcmp0(key, "0") == 0)
		return -3;
	if (verdict == KEY_UNKNOWN)
		return -4;
	g_autoptr(SyncState) state = sync_state_copy(verdict == KEY_NOW ? channel->now : channel->before);
	SyncOptions wished = state->options;
	if (options)
		options_read(options, &wished);
	sync_state_set_options(state, c, &wished, world_now_ms(request->world));
	return sync_state_left(state, c, request->device);
}

static void write_estimate(WbxmlWriter *w, const Element *element, int64_t count)
{
	wbxml_open(w, WBXML_GetItemEstimate_Response);
	wbxml_int(w, WBXML_GetItemEstimate_Status, count < 0 ? -count : 1);
	wbxml_open(w, WBXML_GetItemEstimate_Collection);
	wbxml_text(w, WBXML_GetItemEstimate_CollectionId, element_text(element, WBXML_GetItemEstimate_CollectionId));
	if (count >= 0)
		wbxml_int(w, WBXML_GetItemEstimate_Estimate, count);
	wbxml_close(w);
	wbxml_close(w);
}

void answer_item_estimate(Request *request, Answer *answer)
{
	const Element *collections = element_child(request->root, WBXML_GetItemEstimate_Collections);
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!collections) {
		answer_with_status(request, 103, answer);
		return;
	}
	wbxml_open(w, WBXML_GetItemEstimate_GetItemEstimate);
	for (guint i = 0; i < collections->children->len; i++) {
		const Element *element = g_ptr_array_index(collections->children, i);
		write_estimate(w, element, estimate(request, element));
	}
	wbxml_close(w);
	answer_take(answer, w, 1);
}

/* ---- MoveItems ---- */

/* [MS-ASCMD] 1 no such source, 2 no such destination, 3 done, 4 both the same. */
static int move_one(Request *request, const Element *move, char **ret_id)
{
	Collection *from = user_collection(request->user, element_text(move, WBXML_Move_SrcFldId));
	Collection *to = user_collection(request->user, element_text(move, WBXML_Move_DstFldId));
	guint n;

	if (!from || !collection_find(from, element_text(move, WBXML_Move_SrcMsgId), &n))
		return 1;
	if (!to || !collection_is_mail(to))
		return 2;
	if (from == to)
		return 4;
	*ret_id = collection_server_id(to, user_move(from, n, to, NULL));
	return 3;
}

void answer_move_items(Request *request, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!request->root || request->root->children->len > 1000) {
		answer_with_status(request, 103, answer);
		return;
	}
	wbxml_open(w, WBXML_Move_MoveItems);
	for (guint i = 0; i < request->root->children->len; i++) {
		const Element *move = g_ptr_array_index(request->root->children, i);
		g_autofree char *id = NULL;
		wbxml_open(w, WBXML_Move_Response);
		wbxml_text(w, WBXML_Move_SrcMsgId, element_text(move, WBXML_Move_SrcMsgId));
		wbxml_int(w, WBXML_Move_Status, move_one(request, move, &id));
		wbxml_text(w, WBXML_Move_DstMsgId, id);
		wbxml_close(w);
	}
	wbxml_close(w);
	answer_take(answer, w, 1);
	world_changed(request->world);
}
