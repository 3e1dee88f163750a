#include "ui/cell/style.h"

#include <glib.h>
#include <string.h>

#include "base/text.h"

enum {
#define COLOUR(name, ansi, indexed, rgb) ANSI_##name = ansi, INDEXED_##name = indexed, RGB_##name = rgb,
#include "ui/cell/colours.def"
#undef COLOUR
};

#define VALUE(name) { ANSI_##name, INDEXED_##name, RGB_##name }
#define REVERSED(background) (ANSI_##background >= 0 ? STYLE_REVERSE : 0)

static const StyleSheet sheets[THEME_COUNT] = {
#define STYLE(name, mark, fg, bg, light_fg, light_bg, attributes) \
	{ VALUE(fg), VALUE(bg), attributes },
	[THEME_DARK] = { {
#include "ui/cell/styles.def"
	} },
#undef STYLE
#define STYLE(name, mark, fg, bg, light_fg, light_bg, attributes) \
	{ VALUE(light_fg), VALUE(light_bg), attributes },
	[THEME_LIGHT] = { {
#include "ui/cell/styles.def"
	} },
#undef STYLE
#define STYLE(name, mark, fg, bg, light_fg, light_bg, attributes) \
	{ VALUE(DEFAULT), VALUE(DEFAULT), (attributes) | REVERSED(bg) },
	[THEME_MONO] = { {
#include "ui/cell/styles.def"
	} },
#undef STYLE
};

const StyleSheet *style_sheet(Theme theme)
{
	g_assert(theme < THEME_COUNT);
	return &sheets[theme];
}

const char *style_theme_name(Theme theme)
{
	static const char *const names[THEME_COUNT] = { "dark", "light", "mono" };

	g_assert(theme < THEME_COUNT);
	return names[theme];
}

static StyleRole role_of(Style style)
{
	unsigned role = style & STYLE_ROLE_MASK;

	return role < STYLE_COUNT_OF_ROLES ? (StyleRole)role : STYLE_NORMAL;
}

const StyleLook *style_look(const StyleSheet *sheet, Style style)
{
	return &sheet->looks[role_of(style)];
}

char style_mark(Style style)
{
	static const char marks[] = {
#define STYLE(name, mark, ...) mark,
#include "ui/cell/styles.def"
#undef STYLE
	};

	return marks[role_of(style)];
}

bool style_fills(Style style)
{
	Style attributes = style_look(style_sheet(THEME_MONO), style)->attributes | style;

	return attributes & (STYLE_REVERSE | STYLE_UNDERLINE);
}

char *style_role_name(StyleRole role)
{
	static const char *const names[] = {
#define STYLE(name, ...) #name,
#include "ui/cell/styles.def"
#undef STYLE
	};

	return text_lower_ascii(names[role_of((Style)role)]);
}

/* ---- colours ---- */

/* Of the 256: 16 to 231 are a cube with sides of six, 232 to 255 are greys. */
static int rgb_of_indexed(int index)
{
	static const int levels[] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
	static const int ansi[] = { 0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080,
		                    0x008080, 0xc0c0c0, 0x808080, 0xff0000, 0x00ff00, 0xffff00,
		                    0x0000ff, 0xff00ff, 0x00ffff, 0xffffff };

	if (index < 16)
		return ansi[index];
	if (index >= 232)
		return (8 + 10 * (index - 232)) * 0x010101;
	index -= 16;
	return levels[index / 36] << 16 | levels[index / 6 % 6] << 8 | levels[index % 6];
}

static int distance(int a, int b)
{
	int red = (a >> 16) - (b >> 16), green = (a >> 8 & 0xff) - (b >> 8 & 0xff),
	    blue = (a & 0xff) - (b & 0xff);

	return 3 * red * red + 6 * green * green + blue * blue;
}

static int nearest(int rgb, int from, int to)
{
	int best = from;

	for (int index = from; index < to; index++)
		if (distance(rgb, rgb_of_indexed(index)) < distance(rgb, rgb_of_indexed(best)))
			best = index;
	return best;
}

static const struct { const char *name; StyleColour colour; } colours_known[] = {
#define COLOUR(name, ansi, indexed, rgb) { #name, { ansi, indexed, rgb } },
#include "ui/cell/colours.def"
#undef COLOUR
};

char *style_colour_name(unsigned index)
{
	return index < G_N_ELEMENTS(colours_known) ? text_lower_ascii(colours_known[index].name)
	                                           : NULL;
}

static bool named_colour(const char *text, StyleColour *ret_colour)
{
	for (gsize i = 0; i < G_N_ELEMENTS(colours_known); i++)
		if (text_equal_ascii_case(colours_known[i].name, text)) {
			*ret_colour = colours_known[i].colour;
			return true;
		}
	return false;
}

bool style_colour_parse(const char *text, StyleColour *ret_colour)
{
	int64_t number;

	if (text_to_int(text, 0, 255, &number)) {
		int rgb = rgb_of_indexed((int)number);
		int ansi = number < 16 ? (int)number : nearest(rgb, 0, 16);
		*ret_colour = (StyleColour){ ansi, (int)number, rgb };
		return true;
	}
	if (*text == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6) {
		int rgb = (int)g_ascii_strtoull(text + 1, NULL, 16);
		*ret_colour = (StyleColour){ nearest(rgb, 0, 16), nearest(rgb, 16, 256), rgb };
		return true;
	}
	return named_colour(text, ret_colour);
}

/* Eight colours have no bright half; its grey would be black. */
static int of_eight(int ansi)
{
	return ansi == 8 ? -1 : ansi < 0 ? -1 : ansi % 8;
}

StylePaint style_paint(const StyleLook *look, int colours)
{
	StyleColour front = look->foreground, back = look->background;
	Style       reversed = back.ansi >= 0 ? STYLE_REVERSE : 0;

	if (colours >= STYLE_ALL_COLOURS)
		return (StylePaint){ front.rgb, back.rgb, look->attributes };
	if (colours >= 256)
		return (StylePaint){ front.indexed, back.indexed, look->attributes };
	if (colours >= 16)
		return (StylePaint){ front.ansi, back.ansi, look->attributes };
	if (colours >= 8 && !reversed)
		return (StylePaint){ of_eight(front.ansi), -1, look->attributes };
	return (StylePaint){ -1, -1, look->attributes | reversed };
}
