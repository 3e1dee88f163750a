/* draw: pixels as what a terminal can show. */
#pragma once
#include "paper/helper/decode.h"
#include "paper/paper.h"

/* The longest side, in pixels, that the request can make use of. */
int draw_longest_side(const PaperRequest *request);

/* Fills the box of @request as far as the picture's shape allows, never larger than it is. The
 * content is the caller's. */
PaperAnswer draw(const PaperRequest *request, const Decoded *decoded);
