#include "ui/widget/menu.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/widget/prompt.h"

struct Menu {
	char      *title;
	GPtrArray *items;        /* all, of MenuItem */
	GPtrArray *shown;        /* those that match, borrowed, best first */
	Prompt    *prompt;
	int        cursor, top;
	Rect       inner;        /* where the rows were drawn */
};

static void item_free(MenuItem *item)
{
	g_free(item->label);
	g_free(item->hint);
	g_free(item);
}

MenuItem *menu_item_new(const char *label, const char *hint, int64_t value)
{
	MenuItem *item = g_new0(MenuItem, 1);

	item->label = g_strdup(label);
	item->hint = g_strdup(hint);
	item->value = value;
	return item;
}

GPtrArray *menu_items_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)item_free);
}

/* Points for one word: side by side and at a word's start are better than scattered. */
static int match_word(const char *wanted, const char *text)
{
	const char *found = strstr(text, wanted);
	int score = 0;

	if (found)
		return 1000 - (int)MIN(found - text, 500) +
		       (found == text || found[-1] == ' ' ? 300 : 0);
	for (; *wanted; wanted = g_utf8_next_char(wanted)) {
		char letter[8] = "";
		g_utf8_strncpy(letter, wanted, 1);
		found = strstr(text, letter);
		if (!found)
			return 0;
		score += found == text ? 3 : 1;
		text = g_utf8_next_char(found);
	}
	return score;
}

int menu_match(const char *wanted, const char *text)
{
	g_autofree char *low_wanted = g_utf8_casefold(wanted, -1);
	g_autofree char *low_text = g_utf8_casefold(text, -1);
	g_auto(GStrv) words = g_strsplit(low_wanted, " ", -1);
	int score = 1;

	for (char **word = words; *word; word++) {
		int points = **word ? match_word(*word, low_text) : 1;
		if (points == 0)
			return 0;
		score += points;
	}
	return score;
}

typedef struct { MenuItem *item; int score; guint at; } Scored;

static int by_score(gconstpointer a, gconstpointer b)
{
	const Scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void narrow(Menu *menu)
{
	g_autoptr(GArray) scored = g_array_new(FALSE, FALSE, sizeof(Scored));
	const char *wanted = prompt_text(menu->prompt);

	for (guint i = 0; i < menu->items->len; i++) {
		MenuItem *item = g_ptr_array_index(menu->items, i);
		g_autofree char *text = g_strconcat(item->label, item->is_hint_silent ? NULL : " ",
		                                    item->hint, NULL);
		Scored one = { item, menu_match(wanted, text), i };
		if (one.score > 0)
			g_array_append_val(scored, one);
	}
	g_array_sort(scored, by_score);
	g_ptr_array_set_size(menu->shown, 0);
	for (guint i = 0; i < scored->len; i++)
		g_ptr_array_add(menu->shown, g_array_index(scored, Scored, i).item);
	menu->cursor = menu->top = 0;
}

Menu *menu_new(const char *title, GPtrArray *items)
{
	Menu *menu = g_new0(Menu, 1);

	menu->title = g_strdup(title);
	menu->items = items;
	menu->shown = g_ptr_array_new();
	menu->prompt = prompt_new("/ ", "");
	narrow(menu);
	return menu;
}

void menu_free(Menu *menu)
{
	if (!menu)
		return;
	g_free(menu->title);
	g_ptr_array_unref(menu->shown);
	g_ptr_array_unref(menu->items);
	prompt_free(menu->prompt);
	g_free(menu);
}

void menu_select(Menu *menu, int64_t value)
{
	for (guint i = 0; i < menu->shown->len; i++)
		if (((MenuItem *)g_ptr_array_index(menu->shown, i))->value == value)
			menu->cursor = (int)i;
}

const MenuItem *menu_current(const Menu *menu)
{
	return menu->cursor < (int)menu->shown->len ? g_ptr_array_index(menu->shown, menu->cursor)
	                                            : NULL;
}

static bool move_key(Menu *menu, Key key)
{
	int page = MAX(menu->inner.height - 1, 1), step;

	switch (key) {
	case KEY_CURSOR_DOWN: case 14: case KEY_CTRL_J: case KEY_TABULATOR: step = 1; break;
	case KEY_CURSOR_UP: case 16: case 11: case KEY_BACK_TAB:            step = -1; break;
	case KEY_PAGE_DOWN:                                                 step = page; break;
	case KEY_PAGE_UP:                                                   step = -page; break;
	default:                                                            return false;
	}
	menu->cursor = CLAMP(menu->cursor + step, 0, MAX((int)menu->shown->len - 1, 0));
	return true;
}

MenuResult menu_key(Menu *menu, Key key)
{
	if (move_key(menu, key))
		return MENU_OPEN;
	switch (prompt_key(menu->prompt, key)) {
	case PROMPT_DONE:      return menu_current(menu) ? MENU_CHOSEN : MENU_OPEN;
	case PROMPT_CANCELLED: return MENU_CANCELLED;
	default:               break;
	}
	narrow(menu);
	return MENU_OPEN;
}

void menu_paste(Menu *menu, const char *text)
{
	prompt_paste(menu->prompt, text);
	narrow(menu);
}

MenuResult menu_mouse(Menu *menu, const Input *input)
{
	if (input->mouse == MOUSE_WHEEL_DOWN || input->mouse == MOUSE_WHEEL_UP) {
		move_key(menu, input->mouse == MOUSE_WHEEL_DOWN ? KEY_CURSOR_DOWN : KEY_CURSOR_UP);
		return MENU_OPEN;
	}
	if (!rect_has(menu->inner, input->x, input->y))
		return MENU_CANCELLED;
	int row = menu->top + input->y - menu->inner.y;
	if (row >= (int)menu->shown->len)
		return MENU_OPEN;
	menu->cursor = row;
	return MENU_CHOSEN;
}

static int widest(const GPtrArray *items)
{
	int width = 0;

	for (guint i = 0; i < items->len; i++) {
		const MenuItem *item = g_ptr_array_index(items, i);
		int hint = item->hint && *item->hint ? text_width(item->hint) + 3 : 0;
		width = MAX(width, 2 * item->indent + text_width(item->label) + hint);
	}
	return width;
}

void menu_draw_frame(Canvas *canvas, Rect box, const char *title)
{
	canvas_fill(canvas, box, STYLE_POPUP);
	canvas_rule_across(canvas, box.x, box.y, box.width);
	canvas_rule_across(canvas, box.x, box.y + box.height - 1, box.width);
	canvas_rule_down(canvas, box.x, box.y, box.height);
	canvas_rule_down(canvas, box.x + box.width - 1, box.y, box.height);
	static const char *const corners[] = { "\xE2\x94\x8C", "\xE2\x94\x90", "\xE2\x94\x94",
		                               "\xE2\x94\x98" };
	for (int i = 0; i < 4; i++) {
		int x = box.x + (i % 2 ? box.width - 1 : 0),
		    y = box.y + (i / 2 ? box.height - 1 : 0);
		Pen pen = { canvas, x, y, x + 1, STYLE_BORDER, 0 };
		pen_text(&pen, corners[i]);
	}
	Pen pen = { canvas, box.x + 2, box.y, box.x + box.width - 2, STYLE_HEADING, 0 };
	pen_text(&pen, " ");
	pen_text(&pen, title);
	pen_text(&pen, " ");
}

static void draw_row(const Menu *menu, const MenuItem *item, Canvas *canvas, Rect line)
{
	Pen pen = pen_new(canvas, line, STYLE_POPUP);
	int hint = item->hint ? MIN(text_width(item->hint), line.width / 2) : 0;

	pen_skip(&pen, 1 + (*prompt_text(menu->prompt) ? 0 : 2 * item->indent));
	pen_column(&pen, item->label, pen_room(&pen) - hint - (hint ? 2 : 1));
	pen.style = STYLE_DIM;
	if (hint)
		pen_column_right(&pen, item->hint, pen_room(&pen) - 1);
	pen_rest(&pen);
	if (item == menu_current(menu))
		canvas_restyle(canvas, line, STYLE_SELECTED);
}

void menu_draw(Menu *menu, Canvas *canvas, Rect rect)
{
	int width = CLAMP(MAX(widest(menu->items), text_width(menu->title) + 4) + 4, 24,
	                  MAX(rect.width - 4, 10));
	int rows = CLAMP((int)menu->items->len, 1, MAX(rect.height - 5, 1));
	Rect box = { rect.x + (rect.width - width) / 2, rect.y + (rect.height - rows - 3) / 2,
		     width, rows + 3 };

	menu->inner = (Rect){ box.x + 1, box.y + 2, width - 2, rows };
	menu->top = CLAMP(menu->top, menu->cursor - rows + 1, menu->cursor);
	menu_draw_frame(canvas, box, menu->title);
	prompt_draw(menu->prompt, canvas, (Rect){ box.x + 2, box.y + 1, width - 4, 1 });
	for (int y = 0; y < rows && menu->top + y < (int)menu->shown->len; y++)
		draw_row(menu, g_ptr_array_index(menu->shown, menu->top + y), canvas,
		         (Rect){ menu->inner.x, menu->inner.y + y, menu->inner.width, 1 });
	if (menu->shown->len == 0) {
		Pen pen = { canvas, box.x + 2, box.y + 2, box.x + width - 2, STYLE_DIM, 0 };
		pen_text(&pen, _("nothing matches"));
	}
}

/* The widths of the columns in which labels and hints stand. */
static void widest_parts(const GPtrArray *items, int *ret_label, int *ret_hint)
{
	int label = 0, hint = 0;

	for (guint i = 0; i < items->len; i++) {
		const MenuItem *item = g_ptr_array_index(items, i);
		label = MAX(label, text_width(item->label));
		hint = MAX(hint, text_width(item->hint ? item->hint : ""));
	}
	*ret_label = label;
	*ret_hint = hint;
}

void menu_draw_strip(const GPtrArray *items, const char *title, Canvas *canvas, Rect rect)
{
	int label, hint;
	widest_parts(items, &label, &hint);
	int cell = MIN(label + hint + 4, rect.width),
	    columns = MAX((rect.width - 2) / MAX(cell, 1), 1);
	int rows = MIN(((int)items->len + columns - 1) / columns, MAX(rect.height - 2, 1));
	Rect box = { rect.x, rect.y + rect.height - rows - 1, rect.width, rows + 1 };

	canvas_fill(canvas, box, STYLE_POPUP);
	canvas_rule_across(canvas, box.x, box.y, box.width);
	Pen pen = { canvas, box.x + 2, box.y, box.x + box.width, STYLE_HEADING, 0 };
	pen_text(&pen, " ");
	pen_text(&pen, title);
	pen_text(&pen, " ");
	for (int i = 0; i < (int)items->len && i < rows * columns; i++) {
		const MenuItem *item = g_ptr_array_index(items, i);
		Pen at = { canvas,
			   box.x + 1 + i / rows * cell,
			   box.y + 1 + i % rows,
			   box.x + box.width,
			   STYLE_POPUP,
			   0 };
		at.end = MIN(at.x + cell, at.end);
		at.style = STYLE_FOOTER_KEY;
		pen_column(&at, item->label, label);
		at.style = STYLE_POPUP;
		pen_skip(&at, 1);
		pen_text(&at, item->hint ? item->hint : "");
	}
}
