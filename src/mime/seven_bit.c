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

GBytes *mime_seven_bit(GBytes *message)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(message, &len);
	MimeScan scan;
	const char *why;

	if (len > G_MAXUINT || !mime_scan(bytes, len, &scan, &why))
		return g_bytes_ref(message);

	GByteArray view = { .data = (guint8 *)bytes, .len = (guint)len };
	GMimeObject *root = mime_library_parse(&view, 0, len);
	if (!root)
		return g_bytes_ref(message);
	g_mime_object_encode(root, GMIME_ENCODING_CONSTRAINT_7BIT);
	GBytes *encoded = write_out(root);
	g_object_unref(root);
	return encoded;
}
