#include "paper/helper/draw.h"

#include <chafa.h>
#include <math.h>
#include <string.h>

/* Sixels come in bands of this many lines. */
enum { BAND = 6 };

int draw_longest_side(const PaperRequest *request)
{
	return MAX(request->columns * request->cell_width, request->rows * request->cell_height);
}

/* ---- how large ---- */

typedef struct { int columns, rows, width, height; } Size;

static Size size_of(const PaperRequest *request, const Decoded *decoded)
{
	double across = (double)(request->columns * request->cell_width) / decoded->width;
	double down = (double)(request->rows * request->cell_height) / decoded->height;
	double scale = MIN(1, MIN(across, down));
	double pixels = decoded->width * scale * decoded->height * scale;
	Size   size;

	if (pixels > PAPER_PIXELS_MAX)
		scale *= sqrt(PAPER_PIXELS_MAX / pixels);
	size.width = MAX((int)(decoded->width * scale), 1);
	size.height = MAX((int)(decoded->height * scale), 1);
	size.columns = CLAMP((size.width + request->cell_width - 1) / request->cell_width, 1,
	                     request->columns);
	size.rows = CLAMP((size.height + request->cell_height - 1) / request->cell_height, 1,
	                  request->rows);
	return size;
}

static GdkPixbuf *scaled(const Decoded *decoded, const Size *size)
{
	return gdk_pixbuf_scale_simple(decoded->pixels, size->width, size->height,
	                               GDK_INTERP_BILINEAR);
}

/* ---- signs ---- */

static ChafaCanvas *canvas_of(const PaperRequest *request, const Size *size)
{
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap    *map = chafa_symbol_map_new();

	chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_SPACE | CHAFA_SYMBOL_TAG_SOLID |
	                                          CHAFA_SYMBOL_TAG_HALF | CHAFA_SYMBOL_TAG_QUAD);
	chafa_canvas_config_set_symbol_map(config, map);
	chafa_canvas_config_set_geometry(config, size->columns, size->rows);
	chafa_canvas_config_set_cell_geometry(config, request->cell_width, request->cell_height);
	chafa_canvas_config_set_canvas_mode(config, request->colours > 256
	                                                    ? CHAFA_CANVAS_MODE_TRUECOLOR
	                                            : request->colours == 256
	                                                    ? CHAFA_CANVAS_MODE_INDEXED_256
	                                                    : CHAFA_CANVAS_MODE_INDEXED_16);
	ChafaCanvas *canvas = chafa_canvas_new(config);
	chafa_symbol_map_unref(map);
	chafa_canvas_config_unref(config);
	return canvas;
}

static void draw_pixels(ChafaCanvas *canvas, ChafaPixelType type, GdkPixbuf *pixels)
{
	chafa_canvas_draw_all_pixels(canvas, type, gdk_pixbuf_read_pixels(pixels),
	                             gdk_pixbuf_get_width(pixels), gdk_pixbuf_get_height(pixels),
	                             gdk_pixbuf_get_rowstride(pixels));
}

static GBytes *blocks(const PaperRequest *request, const Size *size, GdkPixbuf *pixels)
{
	ChafaCanvas *canvas = canvas_of(request, size);
	GByteArray  *content = g_byte_array_new();

	draw_pixels(canvas, CHAFA_PIXEL_RGB8, pixels);
	for (int y = 0; y < size->rows; y++)
		for (int x = 0; x < size->columns; x++) {
			PaperCell cell = { .sign = chafa_canvas_get_char_at(canvas, x, y) };
			chafa_canvas_get_raw_colors_at(canvas, x, y, &cell.front, &cell.back);
			paper_cell_append(content, &cell);
		}
	chafa_canvas_unref(canvas);
	return g_byte_array_free_to_bytes(content);
}

/* ---- pixels ---- */

static GBytes *plain_pixels(const Size *size, GdkPixbuf *pixels)
{
	GByteArray *content = g_byte_array_new();
	const guint8 *from = gdk_pixbuf_read_pixels(pixels);

	for (int y = 0; y < size->height; y++)
		g_byte_array_append(content, from + (gsize)y * gdk_pixbuf_get_rowstride(pixels),
		                    (guint)size->width * 3);
	return g_byte_array_free_to_bytes(content);
}

/* ---- sixels ---- */

/* The lines of one row of cells, in whole bands: what is beyond the row or the picture is clear. */
static GdkPixbuf *strip_of(const PaperRequest *request, const Size *size, GdkPixbuf *pixels, int row)
{
	int height = (request->cell_height + BAND - 1) / BAND * BAND;
	int top = row * request->cell_height;
	int lines = MIN(request->cell_height, size->height - top);
	GdkPixbuf *strip = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8,
	                                  size->columns * request->cell_width, height);

	gdk_pixbuf_fill(strip, 0);
	if (lines > 0)
		gdk_pixbuf_copy_area(pixels, 0, top, MIN(size->width, gdk_pixbuf_get_width(strip)),
		                     lines, strip, 0, 0);
	return strip;
}

static GString *sixel_of(const PaperRequest *request, const Size *size, GdkPixbuf *strip)
{
	ChafaCanvasConfig *config = chafa_canvas_config_new();

	chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SIXELS);
	chafa_canvas_config_set_geometry(config, size->columns, 1);
	chafa_canvas_config_set_cell_geometry(config, request->cell_width,
	                                      gdk_pixbuf_get_height(strip));
	ChafaCanvas   *canvas = chafa_canvas_new(config);
	ChafaTermInfo *term = chafa_term_db_get_fallback_info(chafa_term_db_get_default());
	draw_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, strip);
	GString *sixel = chafa_canvas_print(canvas, term);
	chafa_term_info_unref(term);
	chafa_canvas_unref(canvas);
	chafa_canvas_config_unref(config);
	return sixel;
}

/* Only what stands between the introduction, which ends in "q" and the size, and "ESC \". */
static void append_inside(GByteArray *content, const GString *sixel)
{
	const char *q = strchr(sixel->str, 'q');
	const char *begin = q ? q + 1 : "";

	if (*begin == '"')
		begin += 1 + strspn(begin + 1, "0123456789;");
	paper_strip_append(content, begin, strcspn(begin, "\x1b"));
}

static GBytes *strips(const PaperRequest *request, const Size *size, GdkPixbuf *pixels)
{
	GByteArray *content = g_byte_array_new();

	for (int row = 0; row < size->rows; row++) {
		g_autoptr(GdkPixbuf) strip = strip_of(request, size, pixels, row);
		GString *sixel = sixel_of(request, size, strip);
		append_inside(content, sixel);
		g_string_free(sixel, TRUE);
	}
	return g_byte_array_free_to_bytes(content);
}

PaperAnswer draw(const PaperRequest *request, const Decoded *decoded)
{
	Size size = size_of(request, decoded);
	g_autoptr(GdkPixbuf) pixels = scaled(decoded, &size);
	PaperAnswer answer = { .output = request->output, .verdict = PAPER_TOO_LARGE };

	if (!pixels)
		return answer;
	answer = (PaperAnswer){ .output = request->output,
		                .columns = size.columns,
		                .rows = size.rows,
		                .width = size.width,
		                .height = size.height,
		                .picture_width = decoded->width,
		                .picture_height = decoded->height };
	switch (request->output) {
	case PAPER_BLOCKS: answer.content = blocks(request, &size, pixels); break;
	case PAPER_PIXELS: answer.content = plain_pixels(&size, pixels); break;
	default:           answer.content = strips(request, &size, pixels);
	}
	return answer;
}
