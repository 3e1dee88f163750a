/* colour: the roles of a style sheet as ncurses attributes, for as many colours as the terminal has.
 */
#pragma once
#include <curses.h>
#include <stdbool.h>

#include "ui/cell/style.h"

typedef struct { attr_t attributes; short pair; } Colour;

/* After ncurses has started, and again for another sheet. @is_plain: no colours. Fills one entry a
 * role. */
void colour_init(Colour colours[STYLE_COUNT_OF_ROLES], const StyleSheet *sheet, bool is_plain);

/* How many colours colour_init() speaks of: 0, 8, 16, 256 or STYLE_ALL_COLOURS. After ncurses has
 * started. */
int colour_count(bool is_plain);

/* Attributes and pair for @style, which may carry attributes of its own. */
Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style);

/* Pairs of colours that no style has: those of pictures. */
typedef struct ColourPool ColourPool;

ColourPool *colour_pool_new(void);
void        colour_pool_free(ColourPool *pool);
/* True if @cells more may not find room for pairs of their own: all were forgotten, and everything
 * is to be drawn anew. */
bool        colour_pool_make_room(ColourPool *pool, int cells);
/* The pair of two colours, -1: the terminal's own. 0: there is none left. */
short       colour_pool_pair(ColourPool *pool, int front, int back);
