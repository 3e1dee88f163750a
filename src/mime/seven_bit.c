#include "mime/seven_bit.h"

#include <gmime/gmime.h>

#include "mime/library.h"
#include "mime/scan.h"

static GBytes *write_out(GMimeObject *root)
{
	GByteArray *out = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(out);
	GMimeFormatOptions *format = g_mime_format_options_clone(NULL);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(root, format, stream);
	g_mime_format_options_free(format);
	g_object_unref(stream);
	return g_byte_array_free_to_bytes(out);
}

/* ---- embedded messages ---- */

static GBytes *content_of(GMimePart *part)
{
	GByteArray *out = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(out);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), stream);
	g_object_unref(stream);
	return g_byte_array_free_to_bytes(out);
}

static void set_content(GMimePart *part, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data ? data : "", len);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(
		stream, g_mime_part_get_content_encoding(part));

	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(stream);
}

/* RFC 2046 5.2.1 forbids to encode it as a whole. One that was, nevertheless, is ASCII. */
static void encode_message(GMimePart *part)
{
	GMimeContentEncoding encoding = g_mime_part_get_content_encoding(part);

	if (encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		return;
	g_autoptr(GBytes) message = content_of(part);
	g_autoptr(GBytes) encoded = mime_seven_bit(message);
	if (!g_bytes_equal(message, encoded))
		set_content(part, encoded);
}

/* ---- the whole ---- */

/* One without content, where the message is cut, has nothing to encode. */
static void encode_part(GMimePart *part)
{
	const GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));

	if (!g_mime_part_get_content(part))
		return;
	if (g_mime_content_type_is_type((GMimeContentType *)type, "message", "*"))
		encode_message(part);
	else
		g_mime_object_encode(GMIME_OBJECT(part), GMIME_ENCODING_CONSTRAINT_7BIT);
}

static void encode(GMimeObject *object)
{
	if (GMIME_IS_MULTIPART_SIGNED(object) || GMIME_IS_MULTIPART_ENCRYPTED(object))
		return;
	if (GMIME_IS_MULTIPART(object))
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			encode(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
	else if (GMIME_IS_PART(object))
		encode_part(GMIME_PART(object));
}

/* True if there is nothing to do: ASCII in lines of CRLF that any server passes on. */
static bool is_plain(const uint8_t *bytes, size_t len)
{
	enum { LINE_MAX_BYTES = 998 };
	size_t line = 0;

	for (size_t i = 0; i < len; i++) {
		bool is_end = bytes[i] == '\n', has_return = i > 0 && bytes[i - 1] == '\r';
		if (bytes[i] == '\0' || bytes[i] >= 0x80 || is_end != has_return ||
		    ++line > LINE_MAX_BYTES + 2)
			return false;
		line = is_end ? 0 : line;
	}
	return len == 0 || bytes[len - 1] != '\r';
}

static bool is_open(GBytes *message)
{
	gsize len;
	const char *bytes = g_bytes_get_data(message, &len);

	return len == 0 || bytes[len - 1] != '\n';
}

static GBytes *closed(GBytes *message)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(message, &len);
	GByteArray *all = g_byte_array_sized_new((guint)len + 2);

	g_byte_array_append(all, bytes, (guint)len);
	g_byte_array_append(all, (const guint8 *)"\r\n", 2);
	return g_byte_array_free_to_bytes(all);
}

/* Where the last delimiter is the end, GMime takes half of the line end before it for text. */
static GBytes *encode_open(GBytes *message)
{
	g_autoptr(GBytes) whole = closed(message);
	g_autoptr(GBytes) encoded = mime_seven_bit(whole);

	return g_bytes_new_from_bytes(encoded, 0, g_bytes_get_size(encoded) - 2);
}

GBytes *mime_seven_bit(GBytes *message)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(message, &len);
	MimeScan scan;
	const char *why;

	if (is_plain(bytes, len) || len > G_MAXUINT || !mime_scan(bytes, len, &scan, &why))
		return g_bytes_ref(message);

	GByteArray view = { .data = (guint8 *)bytes, .len = (guint)len };
	GMimeObject *root = mime_library_parse(&view, 0, len);
	if (!root)
		return g_bytes_ref(message);
	bool is_cut = GMIME_IS_MULTIPART(root) && is_open(message);
	if (!is_cut)
		encode(root);
	GBytes *encoded = is_cut ? encode_open(message) : write_out(root);
	g_object_unref(root);
	return encoded;
}
