#include "paper/helper/decode.h"

#include <string.h>

/*
 * What a decoder is given, and how much: 64 megapixels of RGBA are 256 MiB, which the cage allows.
 * It stops at the first chunk with which the first picture is whole, so that the ten thousandth
 * picture of an animation costs nothing.
 */
enum { PIXELS_MAX = 64 << 20, SIDE_MAX = 1 << 16, CHUNK_BYTES = 64 << 10 };

/* No SVG: it is a program, and asks for files and fonts. */
static const struct { const char *kind, *begins; size_t len, offset; } kinds[] = {
	{ "png", "\x89PNG\r\n\x1a\n", 8, 0 }, { "jpeg", "\xff\xd8\xff", 3, 0 },
	{ "gif", "GIF87a", 6, 0 },            { "gif", "GIF89a", 6, 0 },
	{ "bmp", "BM", 2, 0 },                { "tiff", "II*\0", 4, 0 },
	{ "tiff", "MM\0*", 4, 0 },            { "webp", "WEBP", 4, 8 },
	{ "ico", "\0\0\1\0", 4, 0 },
};

static const char *kind_of(const guint8 *bytes, gsize len)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (len >= kinds[i].offset + kinds[i].len &&
		    memcmp(bytes + kinds[i].offset, kinds[i].begins, kinds[i].len) == 0)
			return kinds[i].kind;
	return NULL;
}

void decode_prepare(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GdkPixbufLoader) loader =
			gdk_pixbuf_loader_new_with_type(kinds[i].kind, NULL);
		/* One that is not installed is not known; WebP has a package of its own. */
		if (loader)
			gdk_pixbuf_loader_close(loader, NULL);
	}
}

typedef struct { int longest_side, width, height; bool is_too_large; } Judge;

/* Comes before memory is taken for pixels. */
static void judge_size(GdkPixbufLoader *loader, int width, int height, gpointer data)
{
	Judge *judge = data;
	int    longest = MAX(width, height);

	judge->width = width;
	judge->height = height;
	judge->is_too_large = longest > SIDE_MAX || (gint64)width * height > PIXELS_MAX;
	if (judge->is_too_large || width < 1 || height < 1)
		gdk_pixbuf_loader_set_size(loader, 0, 0);
	else if (longest > 2 * judge->longest_side)
		gdk_pixbuf_loader_set_size(
			loader, MAX((int)((gint64)width * judge->longest_side / longest), 1),
			MAX((int)((gint64)height * judge->longest_side / longest), 1));
}

static void feed(GdkPixbufLoader *loader, const Judge *judge, const guint8 *bytes, gsize len)
{
	for (gsize at = 0; at < len && !judge->is_too_large; at += CHUNK_BYTES)
		if (!gdk_pixbuf_loader_write(loader, bytes + at, MIN(len - at, CHUNK_BYTES), NULL))
			return;
}

/* On white, as whoever sent it has seen it. */
static GdkPixbuf *flatten(GdkPixbuf *pixbuf)
{
	int width = gdk_pixbuf_get_width(pixbuf), height = gdk_pixbuf_get_height(pixbuf);

	if (!gdk_pixbuf_get_has_alpha(pixbuf))
		return g_object_ref(pixbuf);
	GdkPixbuf *flat = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
	if (!flat)
		return NULL;
	gdk_pixbuf_fill(flat, 0xffffffff);
	gdk_pixbuf_composite(pixbuf, flat, 0, 0, width, height, 0, 0, 1, 1, GDK_INTERP_NEAREST, 255);
	return flat;
}

static bool is_on_its_side(GdkPixbuf *pixbuf)
{
	const char *orientation = gdk_pixbuf_get_option(pixbuf, "orientation");

	return orientation && *orientation >= '5' && *orientation <= '8';
}

static PaperVerdict take(GdkPixbufLoader *loader, const Judge *judge, Decoded *ret_decoded)
{
	GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf(loader);
	bool       is_turned = pixbuf && is_on_its_side(pixbuf);

	if (judge->is_too_large)
		return PAPER_TOO_LARGE;
	g_autoptr(GdkPixbuf) upright = pixbuf ? gdk_pixbuf_apply_embedded_orientation(pixbuf) : NULL;
	GdkPixbuf *flat = upright ? flatten(upright) : NULL;
	if (!flat)
		return PAPER_DAMAGED;
	*ret_decoded = (Decoded){ is_turned ? judge->height : judge->width,
		                  is_turned ? judge->width : judge->height, flat };
	return PAPER_DRAWN;
}

PaperVerdict decode(GBytes *picture, int longest_side, Decoded *ret_decoded)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(picture, &len);
	const char *kind = kind_of(bytes, len);
	g_autoptr(GdkPixbufLoader) loader =
		kind ? gdk_pixbuf_loader_new_with_type(kind, NULL) : NULL;
	Judge judge = { .longest_side = longest_side };

	if (!loader)
		return PAPER_UNKNOWN;
	g_signal_connect(loader, "size-prepared", G_CALLBACK(judge_size), &judge);
	feed(loader, &judge, bytes, len);
	/* A picture that ends too early is shown as far as it goes. */
	gdk_pixbuf_loader_close(loader, NULL);
	return take(loader, &judge, ret_decoded);
}
