/*
 * canvas: a grid of cells that screens draw on and terminals show. All text passes through
 * grapheme_next(), so no cell ever holds a control. Drawing outside is clipped. One thread at a
 * time.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ui/cell/drawing.h"
#include "ui/cell/grapheme.h"
#include "ui/cell/style.h"

typedef struct {
	char     text[GRAPHEME_BYTES];   /* one sign; "" in the right half of a wide one */
	uint8_t  width;                  /* 1, 2; 0: the right half of a wide one */
	Style    style;
	uint16_t link;                   /* 1 + index into Canvas.links; 0 none */
	uint8_t  drawing;                /* 1 + index into Canvas.drawings; 0 none */
	uint8_t  drawing_column, drawing_row;    /* which cell of it this one is */
} Cell;

typedef struct {
	int        width, height;
	Cell      *cells;                /* row by row */
	GPtrArray *links;                /* of char *: URLs, as they may be given to a terminal */
	GPtrArray *drawings;             /* of Drawing */
	int        cursor_x, cursor_y;   /* where the person types; -1: nowhere */
} Canvas;

Canvas *canvas_new(int width, int height);            /* sizes below 1 become 1 */
void    canvas_free(Canvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Canvas, canvas_free)

void canvas_resize(Canvas *canvas, int width, int height);       /* and clears it */
void canvas_clear(Canvas *canvas);

static inline const Cell *canvas_at(const Canvas *canvas, int x, int y)
{
	return &canvas->cells[y * canvas->width + x];
}

/* The drawing that @cell of @canvas is a part of; NULL: it is text. */
static inline const Drawing *canvas_drawing_of(const Canvas *canvas, const Cell *cell)
{
	return cell->drawing ? g_ptr_array_index(canvas->drawings, cell->drawing - 1) : NULL;
}

/* True if a cell shows the same in both, links apart; it lies in both. */
bool canvas_is_same_sign(const Canvas *a, const Canvas *b, int x, int y);

typedef struct { int x, y, width, height; } Rect;

static inline bool rect_has(Rect rect, int x, int y)
{
	return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

void canvas_fill(Canvas *canvas, Rect rect, Style style);                /* blanks */
void canvas_restyle(Canvas *canvas, Rect rect, Style style);             /* keeps the text */
void canvas_rule_down(Canvas *canvas, int x, int y, int height); /* a border between panes */
void canvas_rule_across(Canvas *canvas, int x, int y, int width);

/*
 * Registers a link for pen.link and returns its number; 0 when it is no http, https or mailto URL,
 * too long, or when there are too many. What a URL may not hold is escaped.
 */
uint16_t canvas_link(Canvas *canvas, const char *url);

/* ---- a pen writes on one line, from x up to end ---- */
typedef struct {
	Canvas  *canvas;
	int      x, y, end;
	Style    style;
	uint16_t link;
} Pen;

/* A pen on the first line of @rect. */
Pen  pen_new(Canvas *canvas, Rect rect, Style style);
/* Writes @text and moves on; what does not fit is cut, without a sign. */
void pen_text(Pen *pen, const char *text);
/* The same in @style, going back to the pen's own. */
void pen_styled(Pen *pen, Style style, const char *text);
/* Exactly @width cells: padded, or cut and ended by an ellipsis. */
void pen_column(Pen *pen, const char *text, int width);
/* The same, set to the right. */
void pen_column_right(Pen *pen, const char *text, int width);
/* One row of @drawing, which is referenced. */
void pen_drawing(Pen *pen, Drawing *drawing, int row);
void pen_skip(Pen *pen, int cells);                     /* blanks */
void pen_rest(Pen *pen);                                /* blanks up to the end */
static inline int pen_room(const Pen *pen) { return pen->end - pen->x; }
