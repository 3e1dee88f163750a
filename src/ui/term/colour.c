#include "ui/term/colour.h"

#include <glib.h>

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

/* The nearest of the eight colours that every colour terminal has; greys are the terminal's own. */
static short to_eight(short colour)
{
	if (colour < 16)
		return (short)(colour < 0 ? -1 : colour % 8);
	if (colour >= 232)
		return -1;
	int r = (colour - 16) / 36, g = (colour - 16) / 6 % 6, b = (colour - 16) % 6;
	int strong = MAX(MAX(r, MAX(g, b)) - 1, 1);
	return (short)((r >= strong) | (g >= strong) << 1 | (b >= strong) << 2);
}

/* Without enough colours, what has a background is shown in reverse. */
static Colour plain(const StyleLook *look)
{
	return (Colour){ to_attributes(look->attributes) | (look->background >= 0 ? A_REVERSE : 0),
		         0 };
}

void colour_init(Colour colours[STYLE_COUNT_OF_ROLES], bool is_plain)
{
	bool has_colours = !is_plain && has_colors() && start_color() == OK &&
	                   use_default_colors() == OK && COLORS >= 8;

	for (int role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		const StyleLook *look = style_look((Style)role);
		short pair = (short)(role + 1);
		colours[role] = plain(look);
		if (!has_colours || pair >= COLOR_PAIRS ||
		    (look->foreground < 0 && look->background < 0))
			continue;
		if (COLORS >= 256 && init_pair(pair, look->foreground, look->background) == OK)
			colours[role] = (Colour){ to_attributes(look->attributes), pair };
		else if (look->background < 0 &&
		         init_pair(pair, to_eight(look->foreground), -1) == OK)
			colours[role].pair = pair;
	}
}

Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style)
{
	unsigned role = style & STYLE_ROLE_MASK;
	Colour   colour = colours[role < STYLE_COUNT_OF_ROLES ? role : STYLE_NORMAL];

	colour.attributes |= to_attributes(style);
	return colour;
}
