#include "mime/transfer.h"

#include <string.h>

/* What a cut base64 text lacks, so that its last bytes are not lost. */
static const char *missing_padding(const MimePlace *place, const char *raw)
{
	size_t digits = 0;

	if (place->encoding != GMIME_CONTENT_ENCODING_BASE64)
		return "";
	for (size_t i = 0; i < place->len; i++)
		digits += raw[i] > ' ';
	return digits % 4 == 2 ? "==" : digits % 4 == 3 ? "=" : "";
}

/* uuencode begins after its "begin MODE NAME" line; without one there is nothing to decode. */
static MimePlace without_begin_line(GBytes *bytes, MimePlace place)
{
	if (place.len == 0)
		return place;
	const char *raw = (const char *)g_bytes_get_data(bytes, NULL) + place.start;
	const char *begin = g_strstr_len(raw, (gssize)place.len, "begin ");
	const char *eol = begin ? memchr(begin, '\n', place.len - (size_t)(begin - raw)) : NULL;
	size_t skip = eol ? (size_t)(eol + 1 - raw) : place.len;

	place.start += skip;
	place.len -= skip;
	return place;
}

GBytes *mime_transfer_decode(GBytes *bytes, const MimePlace *at)
{
	MimePlace window = at->encoding == GMIME_CONTENT_ENCODING_UUENCODE
	                       ? without_begin_line(bytes, *at)
	                       : *at;
	const MimePlace *place = &window;
	GMimeEncoding state;

	/* Nothing has no address. */
	if (place->len == 0)
		return g_bytes_new_static("", 0);
	const char *raw = (const char *)g_bytes_get_data(bytes, NULL) + place->start;
	if (place->encoding <= GMIME_CONTENT_ENCODING_BINARY)
		return g_bytes_new_from_bytes(bytes, place->start, place->len);
	g_mime_encoding_init_decode(&state, place->encoding);
	const char *padding = missing_padding(place, raw);
	char *out = g_try_malloc(g_mime_encoding_outlen(&state, place->len + strlen(padding)) + 1);
	if (!out)
		return NULL;
	size_t n = g_mime_encoding_step(&state, raw, place->len, out);
	n += g_mime_encoding_flush(&state, padding, strlen(padding), out + n);
	return g_bytes_new_take(out, n);
}
