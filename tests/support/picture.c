#include "support/picture.h"

#include <stdbool.h>
#include <zlib.h>

static void append_be32(GByteArray *out, guint32 number)
{
	guint32 big = GUINT32_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&big, 4);
}

static void append_le(GByteArray *out, guint32 number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		g_byte_array_append(out, &(guint8){ (guint8)(number >> (8 * i)) }, 1);
}

static void append_chunk(GByteArray *png, const char *type, const guint8 *data, guint len)
{
	guint start = png->len + 4;

	append_be32(png, len);
	g_byte_array_append(png, (const guint8 *)type, 4);
	if (len > 0)
		g_byte_array_append(png, data, len);
	append_be32(png, (guint32)crc32(0, png->data + start, png->len - start));
}

static bool is_red(int x, int y) { return (x / PICTURE_FIELD + y / PICTURE_FIELD) % 2 == 0; }

static GByteArray *png_pixels(int width, int height)
{
	GByteArray *raw = g_byte_array_new();

	for (int y = 0; y < height; y++) {
		g_byte_array_append(raw, &(guint8){ 0 }, 1);
		for (int x = 0; x < width; x++)
			g_byte_array_append(raw,
			                    is_red(x, y) ? (const guint8 *)"\xff\0\0"
			                                 : (const guint8 *)"\0\0\xff", 3);
	}
	return raw;
}

static GBytes *png(guint32 claimed_width, guint32 claimed_height, int width, int height)
{
	GByteArray *out = g_byte_array_new(), *head = g_byte_array_new();
	GByteArray *raw = png_pixels(width, height);
	uLongf      len = compressBound(raw->len);
	g_autofree guint8 *packed = g_malloc(len);

	g_assert_cmpint(compress(packed, &len, raw->data, raw->len), ==, Z_OK);
	g_byte_array_append(out, (const guint8 *)"\x89PNG\r\n\x1a\n", 8);
	append_be32(head, claimed_width);
	append_be32(head, claimed_height);
	g_byte_array_append(head, (const guint8 *)"\x08\x02\0\0\0", 5);
	append_chunk(out, "IHDR", head->data, head->len);
	append_chunk(out, "IDAT", packed, (guint)len);
	append_chunk(out, "IEND", NULL, 0);
	g_byte_array_unref(head);
	g_byte_array_unref(raw);
	return g_byte_array_free_to_bytes(out);
}

GBytes *picture_png(int width, int height)
{
	return png((guint32)width, (guint32)height, width, height);
}

GBytes *picture_png_claiming(guint32 width, guint32 height) { return png(width, height, 8, 8); }

GBytes *picture_bmp(int width, int height)
{
	GByteArray *out = g_byte_array_new();
	int pad = (4 - width * 3 % 4) % 4, size = (width * 3 + pad) * height;

	g_byte_array_append(out, (const guint8 *)"BM", 2);
	append_le(out, (guint32)(54 + size), 4);
	append_le(out, 0, 4);
	append_le(out, 54, 4);
	append_le(out, 40, 4);
	append_le(out, (guint32)width, 4);
	append_le(out, (guint32)height, 4);
	append_le(out, 1, 2);
	append_le(out, 24, 2);
	for (int i = 0; i < 6; i++)
		append_le(out, 0, 4);
	for (int y = height - 1; y >= 0; y--) {
		for (int x = 0; x < width; x++)
			append_le(out, is_red(x, y) ? 0xff0000 : 0x0000ff, 3);
		append_le(out, 0, pad);
	}
	return g_byte_array_free_to_bytes(out);
}

/* LZW with a clear code before each second pixel, so that codes never grow. */
static void append_gif_frame(GByteArray *out)
{
	static const guint8 head[] = { 0x2c, 0, 0, 0, 0, 8, 0, 8, 0, 0, 2 };
	GByteArray *data = g_byte_array_new();
	guint bits = 0, count = 0;

	for (int i = 0; i < 64; i++)
		for (int k = i % 2; k < 2; k++) {
			bits |= (k == 0 ? 4u : 1u) << count;
			count += 3;
			for (; count >= 8; count -= 8, bits >>= 8)
				g_byte_array_append(data, &(guint8){ (guint8)bits }, 1);
		}
	bits |= 5u << count;
	g_byte_array_append(data, &(guint8){ (guint8)bits }, 1);
	g_byte_array_append(data, &(guint8){ (guint8)(bits >> 8) }, 1);
	g_byte_array_append(out, head, sizeof head);
	g_byte_array_append(out, &(guint8){ (guint8)data->len }, 1);
	g_byte_array_append(out, data->data, data->len);
	g_byte_array_append(out, &(guint8){ 0 }, 1);
	g_byte_array_unref(data);
}

GBytes *picture_gif(guint frames)
{
	static const guint8 head[] = { 'G', 'I', 'F', '8', '9', 'a', 8, 0, 8, 0, 0x81, 0, 0,
		                       0, 0, 0, 0xff, 0, 0, 0, 0, 0xff, 0, 0xff, 0 };
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, head, sizeof head);
	for (guint i = 0; i < frames; i++)
		append_gif_frame(out);
	g_byte_array_append(out, (const guint8 *)";", 1);
	return g_byte_array_free_to_bytes(out);
}

GBytes *picture_jpeg_on_its_side(void)
{
	static const char base64[] =
		"/9j/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0L"
		"CgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYV"
		"FSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAIABADASIA"
		"AhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIh"
		"MUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZn"
		"aGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl"
		"5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3"
		"AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RV"
		"VldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU"
		"1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDn6wqKK9jhP/l9/wBu/wDtx73E3/Lr/t79D//Z";
	gsize   len;
	guchar *bytes = g_base64_decode(base64, &len);

	return g_bytes_new_take(bytes, len);
}
