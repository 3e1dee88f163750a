/*
 * The photo of somebody in the organisation's directory: a Search of it for one address, with a
 * picture ([MS-ASCMD] 2.2.3.126). The directory finds by the beginning of a word, so of those that
 * it gives only who has just this address is meant.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "eas/request.h"
#include "eas/search_frame.h"
#include "eas/task.h"

enum { VERSION_PHOTOS = 141, PEOPLE_MOST = 10, PHOTO_BYTES_MOST = 100 * 1024 };

typedef struct {
	Work    work;
	char   *address;       /* of the person being read */
	GBytes *data, *photo;  /* theirs; of whom was asked for */
} Photo;

static HttpRequest *photo_ask(Task *task, GError **err)
{
	const Photo *self = (const Photo *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_Search_Search);
	wbxml_open(writer, WBXML_Search_Store);
	wbxml_text(writer, WBXML_Search_Name, "GAL");
	wbxml_text(writer, WBXML_Search_Query, self->work.spec.query);
	wbxml_open(writer, WBXML_Search_Options);
	search_frame_range(writer, WBXML_Search_Range, 0, PEOPLE_MOST);
	wbxml_open(writer, WBXML_Search_Picture);
	wbxml_int(writer, WBXML_Search_MaxSize, PHOTO_BYTES_MOST);
	wbxml_int(writer, WBXML_Search_MaxPictures, PEOPLE_MOST);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Search", NULL, writer);
}

/* Bytes, or base64 of them, for servers differ: no picture is base64 by itself. */
static GBytes *decoded(GBytes *bytes)
{
	gsize len, out_len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *text = g_strndup(data ? data : "", len);

	if (len == 0 || strlen(text) != len || !g_str_is_ascii(text))
		return g_bytes_ref(bytes);
	guchar *out = g_base64_decode(text, &out_len);
	return g_bytes_new_take(out, out_len);
}

static bool take_picture(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Photo *self = into;

	if (tag != WBXML_GAL_Data)
		return wbxml_reader_skip(reader, err);
	g_autoptr(GBytes) bytes = wbxml_reader_bytes(reader, err);
	if (!bytes)
		return false;
	g_clear_pointer(&self->data, g_bytes_unref);
	if (g_bytes_get_size(bytes) <= LIMIT_PIM_PICTURE_BYTES)
		self->data = decoded(bytes);
	return true;
}

static bool take_fact(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Photo *self = into;

	switch (tag) {
	case WBXML_Search_Properties:
		return reply_walk(reader, take_fact, into, err);
	case WBXML_GAL_EmailAddress:
		return reply_line(reader, &self->address, err);
	case WBXML_GAL_Picture:
		return reply_walk(reader, take_picture, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool is_meant(const Photo *self)
{
	return self->data && g_bytes_get_size(self->data) && self->address &&
	       text_equal_ascii_case(self->address, self->work.spec.query);
}

static bool take_person(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Photo *self = into;

	(void)tag;
	g_clear_pointer(&self->address, g_free);
	g_clear_pointer(&self->data, g_bytes_unref);
	if (!reply_walk(reader, take_fact, self, err))
		return false;
	if (is_meant(self)) {
		g_clear_pointer(&self->photo, g_bytes_unref);
		self->photo = g_steal_pointer(&self->data);
	}
	return true;
}

static bool photo_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                       GError **err)
{
	Photo *self = (Photo *)task;
	SearchFrame frame = { .take_result = take_person, .into = self };
	g_autoptr(WbxmlReader) reader = NULL;

	if (!reply_open(response, sink, WBXML_Search_Search, &reader, err) ||
	    !search_frame_read(reader, &frame, err))
		return false;
	if (!self->photo)
		return fail(err, ERR_NOT_FOUND, _("the directory has no photo of %s"),
		            self->work.spec.query);
	sink->ops->fetched(sink, BODY_NONE, self->photo, NULL);
	*ret_step = STEP_DONE;
	return true;
}

static void photo_free(Task *task)
{
	Photo *self = (Photo *)task;

	g_free(self->address);
	g_clear_pointer(&self->data, g_bytes_unref);
	g_clear_pointer(&self->photo, g_bytes_unref);
	g_free(self);
}

Task *eas_photo_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = photo_ask, .take = photo_take, .free = photo_free };

	if (request_version(spec->state) < VERSION_PHOTOS)
		return fail_null(err, ERR_UNSUPPORTED,
		                 _("this server has no photos: that needs ActiveSync 14.1"));
	return work_new(sizeof(Photo), &ops, spec);
}
