#include "exsim/picture.h"

#include <string.h>
#include <zlib.h>

enum { SIDE = 8, ROW_BYTES = 1 + 3 * SIDE };

static void put_be32(GByteArray *out, guint32 number)
{
	guint32 big = GUINT32_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&big, sizeof big);
}

/* A chunk: length, kind, data, and the checksum of kind and data. */
static void put_chunk(GByteArray *out, const char *kind, const guint8 *data, guint len)
{
	uLong sum = crc32(crc32(0, (const Bytef *)kind, 4), data, len);

	put_be32(out, len);
	g_byte_array_append(out, (const guint8 *)kind, 4);
	g_byte_array_append(out, data, len);
	put_be32(out, (guint32)sum);
}

static GBytes *png_of(guint32 colour)
{
	static const guint8 magic[] = "\x89PNG\r\n\x1a\n", head[] = { 0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0 };
	guint8 rows[SIDE * ROW_BYTES] = { 0 }, packed[1024];
	uLongf len = sizeof packed;
	GByteArray *out = g_byte_array_new();

	for (int y = 0; y < SIDE; y++)
		for (int i = 0; i < 3 * SIDE; i++)
			rows[y * ROW_BYTES + 1 + i] = (guint8)(colour >> (8 * (i % 3)));
	compress(packed, &len, rows, sizeof rows);
	g_byte_array_append(out, magic, sizeof magic - 1);
	put_chunk(out, "IHDR", head, sizeof head);
	put_chunk(out, "IDAT", packed, (guint)len);
	put_chunk(out, "IEND", (const guint8 *)"", 0);
	return g_byte_array_free_to_bytes(out);
}

void picture_answer(const char *path, Answer *answer)
{
	static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

	if (g_str_has_suffix(path, ".png")) {
		answer->content_type = "image/png";
		answer->body = png_of(g_str_hash(path));
	} else if (g_str_has_suffix(path, ".svg")) {
		answer->content_type = "image/svg+xml";
		answer->body = g_bytes_new_static(svg, sizeof svg - 1);
	} else if (g_str_equal(path, PICTURE_PATH "away")) {
		answer->http = 302;
		g_ptr_array_add(answer->headers, g_strdup("Location: " PICTURE_PATH "away.png"));
	} else {
		answer->http = 404;
	}
}
