#include "ui/widget/bar.h"

static int tab_width(const Tab *tab)
{
	return text_width(tab->label) + (tab->badge ? text_width(tab->badge) : 0) + 2;
}

void tabs_draw(Canvas *canvas, Rect rect, const GPtrArray *tabs, guint active, const char *right)
{
	int right_width = MIN(text_width(right) + 1, rect.width);
	Pen pen = pen_new(canvas, rect, STYLE_TABS);

	pen.end -= right_width;
	for (guint i = 0; i < tabs->len; i++) {
		const Tab *tab = g_ptr_array_index(tabs, i);
		Style style = i == active ? STYLE_TAB_ACTIVE | STYLE_BOLD : STYLE_TABS;
		pen_styled(&pen, style, " ");
		pen_styled(&pen, style, tab->label);
		if (tab->badge)
			pen_styled(&pen, style, tab->badge);
		pen_styled(&pen, style, " ");
	}
	pen_rest(&pen);
	pen.end += right_width;
	pen_column(&pen, right, right_width - 1);
	pen_rest(&pen);
}

int tabs_at(const GPtrArray *tabs, int x)
{
	for (guint i = 0; i < tabs->len; i++) {
		int width = tab_width(g_ptr_array_index(tabs, i));
		if (x >= 0 && x < width)
			return (int)i;
		x -= width;
	}
	return -1;
}

void footer_item_free(FooterItem *item)
{
	g_free(item->key);
	g_free(item->label);
	g_free(item);
}

static int item_width(const FooterItem *item)
{
	return text_width(item->key) + text_width(item->label) + 3;
}

typedef struct { int x, line; } Place;

/* Where item @index begins, line by line; x is -1 when there is no room for it. */
static Place item_place(const GPtrArray *items, guint index, Rect rect)
{
	int   last = item_width(g_ptr_array_index(items, items->len - 1));
	Place at = { 1, 0 };

	if (index == items->len - 1)
		return (Place){ MAX(rect.width - last + 1, 1), rect.height - 1 };
	for (guint i = 0;; i++) {
		int width = item_width(g_ptr_array_index(items, i));
		if (at.x + width > rect.width && at.line < rect.height - 1)
			at = (Place){ 1, at.line + 1 };
		int end = at.line == rect.height - 1 ? rect.width - last + 1 : rect.width;
		if (i == index)
			return (Place){ at.x + width > end ? -1 : at.x, at.line };
		at.x += width;
	}
}

void footer_draw(Canvas *canvas, Rect rect, const GPtrArray *items)
{
	canvas_fill(canvas, rect, STYLE_FOOTER);
	for (guint i = 0; rect.height > 0 && i < items->len; i++) {
		const FooterItem *item = g_ptr_array_index(items, i);
		Place at = item_place(items, i, rect);
		if (at.x < 0)
			continue;
		Pen pen = pen_new(canvas, (Rect){ rect.x + at.x, rect.y + at.line,
		                                  rect.width - at.x, 1 }, STYLE_FOOTER);
		pen_styled(&pen, STYLE_FOOTER_KEY, item->key);
		pen_text(&pen, " ");
		pen_text(&pen, item->label);
	}
}

int footer_at(const GPtrArray *items, Rect rect, int x, int y)
{
	for (guint i = 0; rect.height > 0 && i < items->len; i++) {
		const FooterItem *item = g_ptr_array_index(items, i);
		Place at = item_place(items, i, rect);
		if (at.x >= 0 && y - rect.y == at.line && x - rect.x >= at.x &&
		    x - rect.x < at.x + item_width(item) - 2)
			return item->command;
	}
	return -1;
}
