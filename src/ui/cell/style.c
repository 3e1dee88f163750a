#include "ui/cell/style.h"

const StyleLook *style_look(Style style)
{
	static const StyleLook looks[] = {
#define STYLE(name, mark, fg, bg, attributes) { mark, fg, bg, attributes },
#include "ui/cell/styles.def"
#undef STYLE
	};
	unsigned role = style & STYLE_ROLE_MASK;

	return &looks[role < STYLE_COUNT_OF_ROLES ? role : STYLE_NORMAL];
}
