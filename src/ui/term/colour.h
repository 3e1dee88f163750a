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

/* Attributes and pair for @style, which may carry attributes of its own. */
Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style);
