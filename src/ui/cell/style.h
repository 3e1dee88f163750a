/*
 * style: the look of a cell: a role from styles.def, and attributes on top of it. What a role looks
 * like is a style sheet's business: one for dark terminals, one for light ones, one without
 * colours, or a person's own. Each colour is known three times, for terminals with 16, with 256 and
 * with all colours. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef uint16_t Style;              /* StyleRole | attributes */

enum {
	STYLE_BOLD = 1 << 8,
	STYLE_ITALIC = 1 << 9,
	STYLE_UNDERLINE = 1 << 10,
	STYLE_DIM_TEXT = 1 << 11,
	STYLE_REVERSE = 1 << 12,
	STYLE_ROLE_MASK = 0xff,
};

typedef enum {
#define STYLE(name, ...) STYLE_##name,
#include "ui/cell/styles.def"
#undef STYLE
	STYLE_COUNT_OF_ROLES
} StyleRole;

typedef struct { int ansi, indexed, rgb; } StyleColour;      /* -1: the terminal's own */

typedef struct { StyleColour foreground, background; Style attributes; } StyleLook;

typedef struct { StyleLook looks[STYLE_COUNT_OF_ROLES]; } StyleSheet;

/* In the order of their names: "dark", "light", "mono". */
typedef enum { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_COUNT } Theme;

const StyleSheet *style_sheet(Theme theme);                  /* static */
const char       *style_theme_name(Theme theme);             /* static */

/* Any @style is safe. */
const StyleLook *style_look(const StyleSheet *sheet, Style style);
char             style_mark(Style style);                    /* of its role, in dumps */
/* True if blanks in @style can be told from blanks in none. */
bool             style_fills(Style style);

/* The role's name in files: "footer_key". Free with g_free. */
char *style_role_name(StyleRole role);

/* The name of a colour in files, "sky"; NULL behind the last. Free with g_free. */
char *style_colour_name(unsigned index);
/* A colour as a file has it: a name of colours.def ("sky"), "0" to "255", or "#rrggbb". False if it
 * is none of these. */
bool style_colour_parse(const char *text, StyleColour *ret_colour);

enum { STYLE_ALL_COLOURS = 1 << 24 };

/* What a terminal with so many colours is told: colour numbers of its own, or 0xrrggbb; -1 none. */
typedef struct { int foreground, background; Style attributes; } StylePaint;

/* @colours: 0, 8, 16, 256 or STYLE_ALL_COLOURS; between them counts as the lower. With less than 16
 * a background becomes reverse. */
StylePaint style_paint(const StyleLook *look, int colours);
