/*
 * drawing: a picture as cells. What it is made of depends on the terminal: signs with colours of
 * their own, which are text like any other; pixels, which the terminal is given once and shows where
 * we say; or a strip of sixels for each row. Made once, then never changed; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum { DRAWING_BLOCKS, DRAWING_PIXELS, DRAWING_SIXEL } DrawingKind;

/* Colours are the terminal's numbers, or 0xrrggbb where it has all; -1: its own. */
typedef struct { gunichar sign; int front, back; } DrawingCell;

typedef struct {
	gint         refs;
	DrawingKind  kind;
	int          columns, rows;      /* 1 to DRAWING_SIDE_MAX */
	DrawingCell *cells;              /* BLOCKS: row by row, signs from U+2580 to U+259F and blanks; else NULL */
	GBytes      *pixels;             /* PIXELS: red, green and blue, a byte each; else NULL */
	GPtrArray   *strips;             /* SIXEL: of GBytes, one a row, checked; else NULL */
	int          width, height;      /* PIXELS: of the picture; SIXEL: of a strip */
} Drawing;

enum { DRAWING_SIDE_MAX = 128 };

/* Without content: whoever makes it puts that in, before anybody else sees it. */
Drawing *drawing_new(DrawingKind kind, int columns, int rows);
Drawing *drawing_ref(Drawing *drawing);              /* NULL is fine, and NULL */
void     drawing_unref(Drawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Drawing, drawing_unref)

static inline const DrawingCell *drawing_cell(const Drawing *drawing, int column, int row)
{
	return &drawing->cells[row * drawing->columns + column];
}
