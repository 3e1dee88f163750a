/* colour: the roles of styles.def as ncurses attributes, for as many colours as the terminal has.
 */
#pragma once
#include <curses.h>
#include <stdbool.h>

#include "ui/cell/style.h"

typedef struct { attr_t attributes; short pair; } Colour;

/* Call once after ncurses has started. @is_plain: no colours (NO_COLOR). Fills one entry a role. */
void colour_init(Colour colours[STYLE_COUNT_OF_ROLES], bool is_plain);

/* Attributes and pair for @style, which may carry attributes of its own. */
Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style);
