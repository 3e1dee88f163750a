#include "ui/cell/canvas.h"

#include <string.h>

#include "base/text.h"

enum { SIDE_MAX = 4096, LINKS_MAX = 1000, URL_MAX = 2000, DRAWINGS_MAX = 255 };

static const char ELLIPSIS[] = "\xE2\x80\xA6";
static const char RULE_DOWN[] = "\xE2\x94\x82", RULE_ACROSS[] = "\xE2\x94\x80";

Canvas *canvas_new(int width, int height)
{
	Canvas *canvas = g_new0(Canvas, 1);

	canvas->links = g_ptr_array_new_with_free_func(g_free);
	canvas->drawings = g_ptr_array_new_with_free_func((GDestroyNotify)drawing_unref);
	canvas_resize(canvas, width, height);
	return canvas;
}

void canvas_free(Canvas *canvas)
{
	if (!canvas)
		return;
	g_ptr_array_unref(canvas->links);
	g_ptr_array_unref(canvas->drawings);
	g_free(canvas->cells);
	g_free(canvas);
}

void canvas_resize(Canvas *canvas, int width, int height)
{
	canvas->width = CLAMP(width, 1, SIDE_MAX);
	canvas->height = CLAMP(height, 1, SIDE_MAX);
	g_free(canvas->cells);
	canvas->cells = g_new0(Cell, (gsize)canvas->width * (gsize)canvas->height);
	canvas_clear(canvas);
}

void canvas_clear(Canvas *canvas)
{
	g_ptr_array_set_size(canvas->links, 0);
	g_ptr_array_set_size(canvas->drawings, 0);
	canvas->cursor_x = canvas->cursor_y = -1;
	canvas_fill(canvas, (Rect){ 0, 0, canvas->width, canvas->height }, STYLE_NORMAL);
}

static Cell *cell_at(Canvas *canvas, int x, int y)
{
	return &canvas->cells[y * canvas->width + x];
}

bool canvas_is_same_sign(const Canvas *a, const Canvas *b, int x, int y)
{
	const Cell *now = canvas_at(a, x, y), *was = canvas_at(b, x, y);

	return now->style == was->style && now->width == was->width &&
	       strcmp(now->text, was->text) == 0 &&
	       canvas_drawing_of(a, now) == canvas_drawing_of(b, was) &&
	       now->drawing_column == was->drawing_column && now->drawing_row == was->drawing_row;
}

static bool is_inside(const Canvas *canvas, int x, int y)
{
	return x >= 0 && y >= 0 && x < canvas->width && y < canvas->height;
}

static void set_blank(Cell *cell)
{
	cell->text[0] = ' ';
	cell->text[1] = '\0';
	cell->width = 1;
}

/* Half a wide sign cannot stand: whoever overwrites one half blanks the other. */
static void part_wide(Canvas *canvas, int x, int y)
{
	Cell *cell = cell_at(canvas, x, y);

	if (cell->width == 0 && x > 0)
		set_blank(cell - 1);
	if (cell->width == 2 && x + 1 < canvas->width)
		set_blank(cell + 1);
}

static void put(Pen *pen, const char *text, int width)
{
	Canvas *canvas = pen->canvas;

	for (int i = 0; i < width; i++) {
		if (!is_inside(canvas, pen->x + i, pen->y))
			return;
		part_wide(canvas, pen->x + i, pen->y);
	}
	for (int i = 0; i < width; i++) {
		Cell *cell = cell_at(canvas, pen->x + i, pen->y);
		memset(cell->text, 0, sizeof cell->text);
		g_strlcpy(cell->text, i ? "" : text, sizeof cell->text);
		cell->width = (uint8_t)(i ? 0 : width);
		cell->style = pen->style;
		cell->link = pen->link;
		cell->drawing = cell->drawing_column = cell->drawing_row = 0;
	}
}

void canvas_fill(Canvas *canvas, Rect rect, Style style)
{
	for (int y = rect.y; y < rect.y + rect.height; y++) {
		Pen pen = { canvas, rect.x, y, rect.x + rect.width, style, 0 };
		pen_rest(&pen);
	}
}

void canvas_restyle(Canvas *canvas, Rect rect, Style style)
{
	for (int y = rect.y; y < rect.y + rect.height; y++)
		for (int x = rect.x; x < rect.x + rect.width; x++)
			if (is_inside(canvas, x, y))
				cell_at(canvas, x, y)->style = style;
}

void canvas_rule_down(Canvas *canvas, int x, int y, int height)
{
	for (int i = 0; i < height; i++) {
		Pen pen = { canvas, x, y + i, x + 1, STYLE_BORDER, 0 };
		pen_text(&pen, RULE_DOWN);
	}
}

void canvas_rule_across(Canvas *canvas, int x, int y, int width)
{
	Pen pen = { canvas, x, y, x + width, STYLE_BORDER, 0 };

	while (pen_room(&pen) > 0)
		pen_text(&pen, RULE_ACROSS);
}

static bool is_linkable(const char *url)
{
	return text_has_prefix_ascii_case(url, "https://") ||
	       text_has_prefix_ascii_case(url, "http://") ||
	       text_has_prefix_ascii_case(url, "mailto:");
}

uint16_t canvas_link(Canvas *canvas, const char *url)
{
	g_autoptr(GString) safe = g_string_new(NULL);

	if (!url || !is_linkable(url) || canvas->links->len >= LINKS_MAX)
		return 0;
	for (const guchar *p = (const guchar *)url; *p; p++) {
		if (*p > 0x20 && *p < 0x7f)
			g_string_append_c(safe, (char)*p);
		else
			g_string_append_printf(safe, "%%%02X", *p);
	}
	if (safe->len > URL_MAX)
		return 0;
	g_ptr_array_add(canvas->links, g_strdup(safe->str));
	return (uint16_t)canvas->links->len;
}

Pen pen_new(Canvas *canvas, Rect rect, Style style)
{
	return (Pen){ canvas, rect.x, rect.y, rect.x + rect.width, style, 0 };
}

void pen_text(Pen *pen, const char *text)
{
	Grapheme g;

	for (; *text; text += g.source_len) {
		grapheme_next(text, &g);
		if (g.width == 0)
			continue;
		if (pen->x + g.width > pen->end)
			return;
		put(pen, g.text, g.width);
		pen->x += g.width;
	}
}

void pen_styled(Pen *pen, Style style, const char *text)
{
	Style own = pen->style;

	pen->style = style;
	pen_text(pen, text);
	pen->style = own;
}

/* 0: there are too many. */
static uint8_t register_drawing(Canvas *canvas, Drawing *drawing)
{
	GPtrArray *drawings = canvas->drawings;
	guint      index;

	if (!g_ptr_array_find(drawings, drawing, &index)) {
		if (drawings->len >= DRAWINGS_MAX)
			return 0;
		index = drawings->len;
		g_ptr_array_add(drawings, drawing_ref(drawing));
	}
	return (uint8_t)(index + 1);
}

void pen_drawing(Pen *pen, Drawing *drawing, int row)
{
	uint8_t index = register_drawing(pen->canvas, drawing);

	for (int column = 0; column < drawing->columns && pen_room(pen) > 0; column++, pen->x++) {
		char sign[8] = " ";
		if (drawing->kind == DRAWING_BLOCKS)
			g_unichar_to_utf8(drawing_cell(drawing, column, row)->sign, sign);
		put(pen, sign, 1);
		if (!is_inside(pen->canvas, pen->x, pen->y))
			continue;
		Cell *cell = cell_at(pen->canvas, pen->x, pen->y);
		cell->drawing = index;
		cell->drawing_column = (uint8_t)column;
		cell->drawing_row = (uint8_t)row;
	}
}

/* Padding that looks the same in any style has none: fewer changes of style are fewer bytes to the
 * terminal. */
static Style style_of_blanks(Style style)
{
	return style_fills(style) ? style : STYLE_NORMAL;
}

void pen_skip(Pen *pen, int cells)
{
	int   end = MIN(pen->x + cells, pen->end);
	Style own = pen->style;

	pen->style = style_of_blanks(own);
	while (pen->x < end) {
		put(pen, " ", 1);
		pen->x++;
	}
	pen->style = own;
}

void pen_rest(Pen *pen)
{
	pen_skip(pen, pen_room(pen));
}

/* A long text is measured no further than it matters. */
static bool fits(const char *text, int width)
{
	size_t len;

	for (; *text && width >= 0; text += len)
		width -= grapheme_width(text, &len);
	return width >= 0;
}

void pen_column(Pen *pen, const char *text, int width)
{
	int end = pen->end, column_end = MIN(pen->x + width, end);

	if (width <= 0)
		return;
	pen->end = column_end;
	if (fits(text, pen_room(pen))) {
		pen_text(pen, text);
	} else {
		pen->end = column_end - 1;
		pen_text(pen, text);
		pen->end = column_end;
		pen_text(pen, ELLIPSIS);
	}
	pen_rest(pen);
	pen->end = end;
}

void pen_column_right(Pen *pen, const char *text, int width)
{
	if (fits(text, width))
		pen_skip(pen, width - text_width(text));
	pen_column(pen, text, fits(text, width) ? text_width(text) : width);
}
