#include "eas/value.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "eas/date.h"

enum { LIST_MAX = 300 };

bool value_date(Message *message, int64_t *ret_ms, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	if (text && !date_parse(text, ret_ms))
		message->flags |= MESSAGE_BAD;
	return true;
}

bool value_small_int(int *ret_value, int max, WbxmlReader *reader, GError **err)
{
	int64_t value = *ret_value;

	if (!reply_int(reader, 0, max, &value, err))
		return false;
	*ret_value = (int)value;
	return true;
}

bool value_bytes(GBytes **ret_bytes, WbxmlReader *reader, GError **err)
{
	g_autoptr(GBytes) bytes = wbxml_reader_bytes(reader, err);

	if (!bytes)
		return false;
	g_clear_pointer(ret_bytes, g_bytes_unref);
	if (g_bytes_get_size(bytes))
		*ret_bytes = g_steal_pointer(&bytes);
	return true;
}

bool value_moment(int64_t *ret_ms, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	date_parse(text, ret_ms);
	return true;
}

/* CRLF and CR become LF, in place. */
static void unify_line_ends(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from != '\r')
			*to++ = *from;
		else if (from[1] != '\n')
			*to++ = '\n';
	}
	*to = '\0';
}

bool value_text(char **ret_text, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = wbxml_reader_text(reader, err);

	if (!text)
		return false;
	unify_line_ends(text);
	g_free(*ret_text);
	*ret_text = *text ? text_cut(text, LIMIT_PIM_TEXT_BYTES) : NULL;
	return true;
}

/* ---- lists ---- */

typedef struct { WbxmlTag each; GString *lines; int count; } List;

static bool take_line(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	List *list = into;
	g_autofree char *line = NULL;

	if (tag != list->each)
		return wbxml_reader_skip(reader, err);
	if (!reply_line(reader, &line, err))
		return false;
	if (line && list->count++ < LIST_MAX)
		g_string_append_printf(list->lines, "%s%s", list->lines->len ? "\n" : "", line);
	return true;
}

bool value_list(char **ret_lines, WbxmlTag each, WbxmlReader *reader, GError **err)
{
	g_autoptr(GString) joined = g_string_new(NULL);
	List list = { each, joined, 0 };

	if (!reply_walk(reader, take_line, &list, err))
		return false;
	g_free(*ret_lines);
	*ret_lines = joined->len ? g_strdup(joined->str) : NULL;
	return true;
}

bool value_base64(GBytes **ret_bytes, size_t max_bytes, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = wbxml_reader_text(reader, err);
	gsize len;

	if (!text)
		return false;
	g_clear_pointer(ret_bytes, g_bytes_unref);
	if (!*text || strlen(text) / 4 * 3 > max_bytes)
		return true;
	g_autofree guchar *bytes = g_base64_decode(text, &len);
	if (len)
		*ret_bytes = g_bytes_new_take(g_steal_pointer(&bytes), len);
	return true;
}

/* ---- body ---- */

typedef struct { char **text; int64_t kind; } Body;

static bool take_body_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Body *body = into;

	if (tag == WBXML_AirSyncBase_Type)
		return reply_int(reader, BODY_TEXT, BODY_MIME, &body->kind, err);
	if (tag == WBXML_AirSyncBase_Data)
		return value_text(body->text, reader, err);
	return wbxml_reader_skip(reader, err);
}

bool value_body(char **ret_text, BodyKind *ret_kind, WbxmlReader *reader, GError **err)
{
	Body body = { ret_text, BODY_TEXT };

	if (!reply_walk(reader, take_body_part, &body, err))
		return false;
	if (ret_kind)
		*ret_kind = *ret_text ? (BodyKind)body.kind : BODY_NONE;
	return true;
}

/* ---- attachments ---- */

static bool take_part_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Part *part = into;

	switch (tag) {
	case WBXML_AirSyncBase_DisplayName:
		return reply_line(reader, &part->name, err);
	case WBXML_AirSyncBase_FileReference:
		return reply_text(reader, &part->reference, err);
	case WBXML_AirSyncBase_ContentId:
		return reply_line(reader, &part->content_id, err);
	case WBXML_AirSyncBase_ContentType:
		return reply_line(reader, &part->content_type, err);
	case WBXML_AirSyncBase_EstimatedDataSize:
		return reply_int(reader, 0, VALUE_SIZE_MAX, &part->size_bytes, err);
	case WBXML_AirSyncBase_Method:
		return value_small_int(&part->method, 6, reader, err);
	case WBXML_AirSyncBase_IsInline:
		return reply_bool(reader, &part->is_inline, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

typedef struct { GPtrArray *parts; bool is_whole; } Parts;

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Parts *list = into;
	g_autoptr(Part) part = NULL;

	if (tag != WBXML_AirSyncBase_Attachment)
		return wbxml_reader_skip(reader, err);
	if (list->parts->len == LIMIT_MIME_PARTS) {
		list->is_whole = false;
		return wbxml_reader_skip(reader, err);
	}
	part = part_new();
	if (!reply_walk(reader, take_part_value, part, err))
		return false;
	g_ptr_array_add(list->parts, g_steal_pointer(&part));
	return true;
}

bool value_parts(GPtrArray **parts, bool *ret_is_whole, WbxmlReader *reader, GError **err)
{
	if (!*parts)
		*parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	Parts list = { *parts, true };

	if (!reply_walk(reader, take_part, &list, err))
		return false;
	if ((*parts)->len == 0)
		g_clear_pointer(parts, g_ptr_array_unref);
	*ret_is_whole = list.is_whole;
	return true;
}
