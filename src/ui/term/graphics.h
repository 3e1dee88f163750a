/*
 * graphics: how a terminal is made to show a picture, and what it is told. Pure but for the memory
 * of what a kitty was told; nothing is written here.
 *
 * kitty: a picture is sent once under a number, for placement by Unicode placeholders: cells with a
 * sign of their own, whose marks say row and column and whose colour is the picture's number. So
 * they are text to ncurses and to tmux, and go wherever text goes.
 * Source: kitty, "Terminal graphics protocol".
 * sixel: a strip for each row of cells, written over blanks; what is written there later erases it.
 * Source: DEC STD 070.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"
#include "ui/cell/drawing.h"
#include "ui/term/escape.h"

/* As the setting ui.pictures has them. */
typedef enum { GRAPHICS_AUTO, GRAPHICS_KITTY, GRAPHICS_SIXEL, GRAPHICS_BLOCKS, GRAPHICS_OFF } GraphicsWish;

/* What is known of the terminal; names may be NULL. */
typedef struct {
	const char *term, *term_program, *kitty_window_id;
	EscapeRoute route;
	int         colours;             /* 0: none are wanted, or there are none */
	bool        is_utf8;
	bool        has_cell_size;       /* in pixels */
} GraphicsHints;

/*
 * False: no pictures, for there are fewer than 16 colours or no UTF-8, or nobody wants any. A wish
 * is obeyed where it can be: kitty needs 256 colours, and to be reached through tmux needs its
 * allow-passthrough; sixels need the size of a cell. Else, and where AUTO knows no better, blocks.
 */
bool graphics_choose(GraphicsWish wish, const GraphicsHints *hints, DrawingKind *ret_kind);

/* ---- kitty ---- */
typedef struct Graphics Graphics;

Graphics *graphics_new(EscapeRoute route);
void      graphics_free(Graphics *graphics);

/* What the terminal has to be told before it can show @canvas: pictures it does not have, and to
 * forget others when there are many. NULL: nothing. Free with g_free. */
char *graphics_tell(Graphics *graphics, const Canvas *canvas);
/* To forget all of them. NULL: it has none. Free with g_free. */
char *graphics_forget(Graphics *graphics);

enum { GRAPHICS_SIGNS = 3 };
/* The signs of the placeholder for a cell of a PIXELS drawing, and its colour: a number below 256.
 * False: the terminal was not told of it. */
bool graphics_placeholder(const Graphics *graphics, const Canvas *canvas, const Cell *cell,
                          wchar_t ret_signs[GRAPHICS_SIGNS + 1], int *ret_colour);

/* The cells of @canvas that need colours of their own. */
int graphics_coloured_cells(const Canvas *canvas);

/* ---- sixel ---- */

/* True if row @y has or had sixels, and anything of it is not as in @shown, of the same size: then all
 * of it is to be put, and its strips written. */
bool graphics_is_row_due(const Canvas *canvas, const Canvas *shown, int y);
/* The blank to put under a cell of a SIXEL drawing. Each row of each drawing has its own, so that
 * whoever moves or overwrites text does so with the sixels. */
wchar_t graphics_blank(const Canvas *canvas, int x, int y);
/* The strip that begins at a cell. Its bytes were checked when it was made. NULL: none, or one that
 * something covers in part, for a strip can only be shown whole. Free with g_free. */
char *graphics_strip(const Canvas *canvas, int x, int y);
