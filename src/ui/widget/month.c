#include "ui/widget/month.h"

enum { LABEL_WIDTH = 4 };    /* "w48 " */

/* ---- geometry ---- */

static int column_x(const MonthView *view, int column)
{
	return view->grid.x + (int)((gint64)view->grid.width * column / MONTH_DAYS);
}

static int row_y(const MonthView *view, int week)
{
	return view->grid.y + (int)((gint64)view->grid.height * week / MAX(view->week_count, 1));
}

/* Without the blank column that parts it from the next. */
static Rect cell_rect(const MonthView *view, int index)
{
	int column = index % MONTH_DAYS, week = index / MONTH_DAYS;
	int x = column_x(view, column), y = row_y(view, week);

	return (Rect){ x, y, column_x(view, column + 1) - x - 1, row_y(view, week + 1) - y };
}

/* ---- drawing ---- */

static Style number_style(const MonthCell *cell)
{
	if (cell->is_today)
		return STYLE_HEADING;
	return cell->is_outside ? STYLE_DIM : STYLE_LABEL;
}

/* How many of the lines fit; where not all do, the last row tells how many more there are. */
static int lines_shown(int count, int rows)
{
	return count <= rows ? count : MAX(rows - 1, 0);
}

static void draw_lines(const MonthCell *cell, Canvas *canvas, Rect rect)
{
	int count = cell->lines ? (int)cell->lines->len : 0, shown = lines_shown(count, rect.height);

	for (int i = 0; i < shown; i++) {
		const MonthLine *line = &g_array_index(cell->lines, MonthLine, i);
		Rect row = { rect.x, rect.y + i, rect.width, 1 };
		Pen pen = pen_new(canvas, row, line->style);
		pen_column(&pen, line->text, rect.width);
	}
	if (shown < count && rect.height > 0) {
		g_autofree char *more = g_strdup_printf("+%d", count - shown);
		Rect row = { rect.x, rect.y + shown, rect.width, 1 };
		Pen pen = pen_new(canvas, row, STYLE_COUNT);
		pen_column(&pen, more, rect.width);
	}
}

/* A cell of one row has a place for the count alone. */
static void draw_cell(const MonthView *view, int index, Canvas *canvas)
{
	const MonthCell *cell = &view->cells[index];
	Rect rect = cell_rect(view, index);

	if (rect.height < 1 || rect.width < 1)
		return;
	Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y, rect.width, 1 }, number_style(cell));
	pen_text(&pen, cell->number);
	if (*cell->count && rect.height < 3) {
		pen.style = STYLE_COUNT;
		pen_text(&pen, " ");
		pen_text(&pen, cell->count);
	}
	pen_rest(&pen);
	if (rect.height >= 3)
		draw_lines(cell, canvas, (Rect){ rect.x, rect.y + 1, rect.width, rect.height - 1 });
	if (cell->is_selected)
		canvas_restyle(canvas, (Rect){ rect.x, rect.y, rect.width, 1 }, STYLE_SELECTED);
}

static void draw_heads(const MonthView *view, Canvas *canvas, int x, int y)
{
	for (int column = 0; column < MONTH_DAYS; column++) {
		int left = column_x(view, column);
		Rect rect = { left, y, column_x(view, column + 1) - left - 1, 1 };
		Pen pen = pen_new(canvas, rect, STYLE_LABEL);
		pen_text(&pen, view->titles[column]);
	}
	for (int week = 0; week < view->week_count; week++) {
		Pen pen = { canvas, x, row_y(view, week), x + LABEL_WIDTH, STYLE_DIM, 0 };
		pen_text(&pen, view->weeks[week]);
	}
}

void month_draw(MonthView *view, Canvas *canvas, Rect rect)
{
	view->grid = (Rect){ rect.x + LABEL_WIDTH, rect.y + 1, rect.width - LABEL_WIDTH,
		             MAX(rect.height - 1, 0) };
	canvas_fill(canvas, rect, STYLE_NORMAL);
	draw_heads(view, canvas, rect.x, rect.y);
	for (int i = 0; i < view->week_count * MONTH_DAYS; i++)
		draw_cell(view, i, canvas);
}

int month_hit(const MonthView *view, int x, int y)
{
	for (int i = 0; i < view->week_count * MONTH_DAYS; i++)
		if (rect_has(cell_rect(view, i), x, y))
			return i;
	return -1;
}
