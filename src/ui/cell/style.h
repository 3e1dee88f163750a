/*
 * style: the look of a cell: a role from styles.def, and attributes on top of it. What colours a
 * role has is the table's business; a terminal with fewer colours shows the nearest or none.
 */
#pragma once
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
#define STYLE(name, mark, fg, bg, attributes) STYLE_##name,
#include "ui/cell/styles.def"
#undef STYLE
	STYLE_COUNT_OF_ROLES
} StyleRole;

typedef struct { char mark; short foreground, background; Style attributes; } StyleLook;

/* The look of the role in @style; any value is safe. */
const StyleLook *style_look(Style style);
