#include "ui/widget/list.h"

#include "base/error.h"
#include "base/i18n.h"

/*
 * rows is a window on the source:
 *
 *     source   ........|=======[visible]=======|........
 *     rows              0      top   cursor
 *
 * has_start and has_end say whether the window touches the ends. Moving near an edge that is no end
 * reads one screen more there and lets go of what lies more than two screens behind.
 */
struct List {
	ListSource *source;
	GPtrArray  *rows;
	int         top, cursor, height;
	bool        has_start, has_end, is_read;
};

List *list_new(ListSource *source)
{
	List *list = g_new0(List, 1);

	list->source = source;
	list->height = 1;
	list->rows = g_ptr_array_new_with_free_func(source->ops->free_row);
	return list;
}

void list_free(List *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->rows);
	g_free(list);
}

static int length(const List *list) { return (int)list->rows->len; }

static void keep_visible(List *list)
{
	list->cursor = CLAMP(list->cursor, 0, MAX(length(list) - 1, 0));
	list->top = CLAMP(list->top, list->cursor - list->height + 1, list->cursor);
	list->top = MIN(list->top, MAX(length(list) - list->height, 0));
	list->top = MAX(list->top, 0);
}

static bool fetch(List *list, gconstpointer from, bool is_upwards, GPtrArray **ret_rows,
                  GError **err)
{
	return list->source->ops->fetch(list->source, from, is_upwards, (unsigned)list->height * 2,
	                                ret_rows, err);
}

static bool is_short(const List *list, const GPtrArray *rows)
{
	return rows->len < (unsigned)list->height * 2;
}

/* Moves every row of @more to the end of @rows. */
static void take_rows(GPtrArray *rows, GPtrArray *more)
{
	g_ptr_array_extend_and_steal(rows, more);
}

static bool read_down(List *list, GError **err)
{
	GPtrArray *more;
	gpointer   last = length(list) ? g_ptr_array_index(list->rows, list->rows->len - 1) : NULL;

	if (!fetch(list, last, false, &more, err))
		return false;
	list->has_end = is_short(list, more);
	take_rows(list->rows, more);
	int excess = list->top - 2 * list->height;
	if (excess > 0) {
		g_ptr_array_remove_range(list->rows, 0, (guint)excess);
		list->top -= excess;
		list->cursor -= excess;
		list->has_start = false;
	}
	return true;
}

static bool read_up(List *list, GError **err)
{
	GPtrArray *more;
	gpointer   first = length(list) ? g_ptr_array_index(list->rows, 0) : NULL;

	if (!fetch(list, first, true, &more, err))
		return false;
	int added = (int)more->len;
	list->has_start = is_short(list, more);
	take_rows(more, g_steal_pointer(&list->rows));
	list->rows = more;
	list->top += added;
	list->cursor += added;
	int keep = list->top + 3 * list->height;
	if (keep < length(list)) {
		g_ptr_array_set_size(list->rows, keep);
		list->has_end = false;
	}
	return true;
}

/* Reads until @rows rows lie ahead of the cursor in the direction, or the end is there. */
static bool read_ahead(List *list, int rows, GError **err)
{
	while (rows > 0 && !list->has_end && list->cursor + rows >= length(list))
		if (!read_down(list, err))
			return false;
	while (rows < 0 && !list->has_start && list->cursor + rows < 0)
		if (!read_up(list, err))
			return false;
	return true;
}

/* Rows for the whole screen around the cursor. */
static bool fill_screen(List *list, GError **err)
{
	while (!list->has_end && list->top + list->height > length(list))
		if (!read_down(list, err))
			return false;
	while (!list->has_start && list->top < 0)
		if (!read_up(list, err))
			return false;
	keep_visible(list);
	return true;
}

static bool read_around(List *list, gpointer cursor_row, gconstpointer place, GError **err)
{
	GPtrArray *before = NULL, *after = NULL;
	int        offset = list->cursor - list->top;

	if (!fetch(list, place, true, &before, err))
		return false;
	if (!fetch(list, place, false, &after, err)) {
		g_ptr_array_unref(before);
		return false;
	}
	list->has_start = is_short(list, before);
	list->has_end = is_short(list, after);
	list->cursor = (int)before->len;
	if (cursor_row)
		g_ptr_array_add(before, cursor_row);
	take_rows(before, after);
	g_ptr_array_unref(list->rows);
	list->rows = before;
	list->top = list->cursor - offset;
	return fill_screen(list, err);
}

bool list_restart(List *list, GError **err)
{
	GPtrArray *rows;

	if (!fetch(list, NULL, false, &rows, err))
		return false;
	g_ptr_array_unref(list->rows);
	list->rows = rows;
	list->has_start = true;
	list->has_end = is_short(list, rows);
	list->top = list->cursor = 0;
	list->is_read = true;
	return true;
}

bool list_reload(List *list, GError **err)
{
	if (!list->is_read || length(list) == 0)
		return list_restart(list, err);

	gconstpointer place = list_current(list);
	gpointer      now = list->source->ops->again(list->source, place);
	bool was_at_top = list->has_start && list->top == 0 && list->cursor < list->height / 2;

	if (!read_around(list, now, now ? now : place, err))
		return false;
	/* Who looks at the newest mail goes on seeing what arrives. */
	if (was_at_top && list->has_start && list->cursor < list->height)
		list->top = 0;
	return true;
}

bool list_go_to(List *list, gconstpointer row, GError **err)
{
	gpointer now = list->source->ops->again(list->source, row);

	if (!now)
		return fail(err, ERR_NOT_FOUND, _("That message is no longer in this list."));
	list->is_read = true;
	list->top = list->cursor - list->height / 3;
	return read_around(list, now, now, err);
}

bool list_set_height(List *list, int height, GError **err)
{
	list->height = MAX(height, 1);
	keep_visible(list);
	return !list->is_read || fill_screen(list, err);
}

bool list_move(List *list, int rows, GError **err)
{
	if (!read_ahead(list, rows, err))
		return false;
	list->cursor += rows;
	/* A single step over the edge turns half a screen: most steps then change two lines, and
	 * none all of them. */
	if (rows == 1 && list->cursor >= list->top + list->height)
		list->top = list->cursor - list->height / 2;
	if (rows == -1 && list->cursor < list->top)
		list->top = list->cursor - (list->height - 1) / 2;
	return fill_screen(list, err);
}

bool list_scroll(List *list, int rows, GError **err)
{
	if (!read_ahead(list, rows > 0 ? rows + list->height : rows - list->height, err))
		return false;
	list->top = CLAMP(list->top + rows, 0, MAX(length(list) - list->height, 0));
	list->cursor = CLAMP(list->cursor, list->top, list->top + list->height - 1);
	return fill_screen(list, err);
}

bool list_first(List *list, GError **err)
{
	return list_restart(list, err);
}

bool list_last(List *list, GError **err)
{
	GPtrArray *rows;

	if (!fetch(list, NULL, true, &rows, err))
		return false;
	g_ptr_array_unref(list->rows);
	list->rows = rows;
	list->has_end = true;
	list->has_start = is_short(list, rows);
	list->cursor = MAX(length(list) - 1, 0);
	list->top = list->cursor;
	keep_visible(list);
	return true;
}

bool list_click(List *list, int y)
{
	int row = list->top + y;

	if (y < 0 || y >= list->height || row >= length(list))
		return false;
	list->cursor = row;
	return true;
}

gconstpointer list_current(const List *list)
{
	return list->cursor < length(list) ? g_ptr_array_index(list->rows, list->cursor) : NULL;
}

bool list_is_empty(const List *list) { return length(list) == 0; }
const GPtrArray *list_rows(const List *list) { return list->rows; }
int list_cursor(const List *list) { return list->cursor; }

void list_draw(const List *list, Canvas *canvas, Rect rect, bool has_focus)
{
	for (int y = 0; y < rect.height; y++) {
		int  row = list->top + y;
		Rect line = { rect.x, rect.y + y, rect.width, 1 };
		Pen  pen = pen_new(canvas, line, STYLE_NORMAL);

		if (row < length(list))
			list->source->ops->draw(list->source, g_ptr_array_index(list->rows, row),
			                        &pen);
		pen.style = STYLE_NORMAL;
		pen_rest(&pen);
		if (row == list->cursor && row < length(list))
			canvas_restyle(canvas, line,
			               has_focus ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
	}
}
