#include "ui/term/colour.h"

#include <glib.h>
#include <term.h>

static attr_t to_attributes(Style style)
{
	attr_t attributes = A_NORMAL;

	if (style & STYLE_BOLD)
		attributes |= A_BOLD;
	if (style & STYLE_ITALIC)
		attributes |= A_ITALIC;
	if (style & STYLE_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (style & STYLE_DIM_TEXT)
		attributes |= A_DIM;
	if (style & STYLE_REVERSE)
		attributes |= A_REVERSE;
	return attributes;
}

/* How many colours we may speak of. Some terminals take a colour's value where others take its
 * number: their terminfo says so. */
static int depth(bool is_plain)
{
	if (is_plain || !has_colors() || start_color() != OK || use_default_colors() != OK)
		return 0;
	return COLORS >= STYLE_ALL_COLOURS && tigetflag("RGB") > 0 ? STYLE_ALL_COLOURS
	                                                           : MIN(COLORS, 256);
}

void colour_init(Colour colours[STYLE_COUNT_OF_ROLES], const StyleSheet *sheet, bool is_plain)
{
	int count = depth(is_plain);

	for (int role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		const StyleLook *look = style_look(sheet, (Style)role);
		StylePaint       paint = style_paint(look, count);
		short            pair = (short)(role + 1);

		colours[role] = (Colour){ to_attributes(paint.attributes), 0 };
		if (paint.foreground < 0 && paint.background < 0)
			continue;
		if (pair < COLOR_PAIRS &&
		    init_extended_pair(pair, paint.foreground, paint.background) == OK)
			colours[role].pair = pair;
		else
			colours[role].attributes =
				to_attributes(style_paint(look, 0).attributes);
	}
}

Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style)
{
	unsigned role = style & STYLE_ROLE_MASK;
	Colour   colour = colours[role < STYLE_COUNT_OF_ROLES ? role : STYLE_NORMAL];

	colour.attributes |= to_attributes(style);
	return colour;
}
