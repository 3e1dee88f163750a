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

/* Where item @index begins, or -1 when there is no room for it. */
static int item_x(const GPtrArray *items, guint index, int width)
{
	int last = item_width(g_ptr_array_index(items, items->len - 1));
	int x = 1;

	if (index == items->len - 1)
		return MAX(width - last + 1, 1);
	for (guint i = 0; i < index; i++)
		x += item_width(g_ptr_array_index(items, i));
	return x + item_width(g_ptr_array_index(items, index)) > width - last + 1 ? -1 : x;
}

void footer_draw(Canvas *canvas, Rect rect, const GPtrArray *items)
{
	canvas_fill(canvas, rect, STYLE_FOOTER);
	for (guint i = 0; i < items->len; i++) {
		const FooterItem *item = g_ptr_array_index(items, i);
		int x = item_x(items, i, rect.width);
		if (x < 0)
			continue;
		Pen pen = { canvas, rect.x + x, rect.y, rect.x + rect.width, STYLE_FOOTER, 0 };
		pen_styled(&pen, STYLE_FOOTER_KEY, item->key);
		pen_text(&pen, " ");
		pen_text(&pen, item->label);
	}
}

int footer_at(const GPtrArray *items, int width, int x)
{
	for (guint i = 0; i < items->len; i++) {
		const FooterItem *item = g_ptr_array_index(items, i);
		int start = item_x(items, i, width);
		if (start >= 0 && x >= start && x < start + item_width(item) - 2)
			return item->command;
	}
	return -1;
}
