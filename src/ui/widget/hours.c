#include "ui/widget/hours.h"

#include <stdlib.h>
#include <string.h>

enum {
	LABEL_WIDTH = 6,         /* "09:00 " */
	LANE_WIDTH_MIN = 4,
	BAR_ROWS_MAX = 4,
	WORKING_DAY_MIN = 10 * 60,
};

/* ---- places ---- */

static int by_time(const void *a, const void *b)
{
	const HoursBlock *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->start_min != y->start_min)
		return x->start_min < y->start_min ? -1 : 1;
	return (x->end_min < y->end_min) - (x->end_min > y->end_min);
}

static int first_row(const HoursView *view, const HoursBlock *block)
{
	return block->start_min / view->step_min;
}

/* The row behind its last one: it has one at least. */
static int end_row(const HoursView *view, const HoursBlock *block)
{
	int end = (block->end_min + view->step_min - 1) / view->step_min;

	return MAX(end, first_row(view, block) + 1);
}

/* The first lane whose last block has ended; @ends has the rows behind them. */
static int free_lane(const GArray *ends, int row)
{
	for (guint i = 0; i < ends->len; i++)
		if (g_array_index(ends, int, i) <= row)
			return (int)i;
	return (int)ends->len;
}

/* Places the blocks from @from that touch one another; returns the one behind them. */
static guint arrange_cluster(HoursView *view, guint from)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(int));
	guint i = from;
	int last = 0;

	for (; i < view->block_count; i++) {
		HoursBlock *block = &view->blocks[i];
		int row = first_row(view, block), end = end_row(view, block);
		if (i > from && (block->day != view->blocks[from].day || row >= last))
			break;
		block->lane = free_lane(ends, row);
		if (block->lane == (int)ends->len)
			g_array_append_val(ends, end);
		else
			g_array_index(ends, int, block->lane) = end;
		last = MAX(last, end);
	}
	for (guint j = from; j < i; j++)
		view->blocks[j].lanes = (int)ends->len;
	return i;
}

static int by_day(const void *a, const void *b)
{
	const HoursBar *x = a, *y = b;

	if (x->first_day != y->first_day)
		return x->first_day < y->first_day ? -1 : 1;
	return (x->last_day < y->last_day) - (x->last_day > y->last_day);
}

static void arrange_bars(HoursView *view)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(int));

	for (guint i = 0; i < view->bar_count; i++) {
		HoursBar *bar = &view->bars[i];
		int end = bar->last_day + 1;
		bar->row = free_lane(ends, bar->first_day);
		if (bar->row == (int)ends->len)
			g_array_append_val(ends, end);
		else
			g_array_index(ends, int, bar->row) = end;
	}
	view->bar_rows = MIN((int)ends->len, BAR_ROWS_MAX);
}

void hours_arrange(HoursView *view)
{
	if (view->block_count)
		qsort(view->blocks, view->block_count, sizeof *view->blocks, by_time);
	if (view->bar_count)
		qsort(view->bars, view->bar_count, sizeof *view->bars, by_day);
	for (guint i = 0; i < view->block_count;)
		i = arrange_cluster(view, i);
	arrange_bars(view);
}

int hours_step(int rows)
{
	if (rows >= WORKING_DAY_MIN / 15)
		return 15;
	return rows >= WORKING_DAY_MIN / 30 ? 30 : 60;
}

void hours_show(HoursView *view, int rows, int start_min, int end_min)
{
	int span = rows * view->step_min, top = view->top_min;
	int first = start_min - start_min % view->step_min;

	if (end_min > top + span)
		top = end_min - span + view->step_min - 1;
	if (first < top)
		top = first;
	top -= top % view->step_min;
	view->top_min = CLAMP(top, 0, MAX(HOURS_DAY_MIN - span, 0));
}

/* ---- geometry ---- */

/* Columns share the width; what is left over goes to the first ones. A blank parts them. */
static int column_x(const HoursView *view, int day)
{
	return view->grid.x + (int)((gint64)view->grid.width * day / MAX(view->day_count, 1));
}

static int column_width(const HoursView *view, int day)
{
	return column_x(view, day + 1) - column_x(view, day) - 1;
}

/* How many of @lanes find room in a column; the rest is counted in the last. */
static int lanes_shown(int width, int lanes)
{
	return CLAMP(width / LANE_WIDTH_MIN, 1, lanes);
}

static Rect block_rect(const HoursView *view, const HoursBlock *block)
{
	int width = column_width(view, block->day), lanes = lanes_shown(width, block->lanes);
	int left = width * block->lane / lanes, right = width * (block->lane + 1) / lanes;
	int top = first_row(view, block) - view->top_min / view->step_min;
	int bottom = end_row(view, block) - view->top_min / view->step_min;

	top = CLAMP(top, 0, view->grid.height);
	bottom = CLAMP(bottom, top, view->grid.height);
	if (lanes > 1 && block->lane + 1 < lanes)
		right--;
	return (Rect){ column_x(view, block->day) + left, view->grid.y + top, MAX(right - left, 1),
		       bottom - top };
}

static bool is_shown(const HoursView *view, const HoursBlock *block)
{
	return block->day >= 0 && block->day < view->day_count &&
	       block->lane < lanes_shown(column_width(view, block->day), block->lanes);
}

static Rect bar_rect(const HoursView *view, const HoursBar *bar)
{
	int first = CLAMP(bar->first_day, 0, view->day_count - 1);
	int last = CLAMP(bar->last_day, first, view->day_count - 1);
	int x = column_x(view, first);

	return (Rect){ x, view->grid.y - view->bar_rows + bar->row,
		       column_x(view, last + 1) - x - 1, 1 };
}

/* ---- drawing ---- */

static void draw_heads(const HoursView *view, Canvas *canvas, int y)
{
	for (int day = 0; day < view->day_count; day++) {
		const HoursDay *head = &view->days[day];
		Rect rect = { column_x(view, day), y, column_width(view, day), 1 };
		Pen pen = pen_new(canvas, rect, head->is_today ? STYLE_HEADING : STYLE_LABEL);
		pen_column(&pen, head->title, rect.width);
		if (head->is_selected)
			canvas_restyle(canvas, rect, STYLE_SELECTED_IDLE);
	}
}

static void draw_bars(const HoursView *view, Canvas *canvas)
{
	for (guint i = 0; i < view->bar_count; i++) {
		const HoursBar *bar = &view->bars[i];
		if (bar->row >= view->bar_rows)
			continue;
		Rect rect = bar_rect(view, bar);
		Pen pen = pen_new(canvas, rect, bar->is_selected ? STYLE_SELECTED : bar->style);
		pen_column(&pen, bar->text, rect.width);
	}
}

/* "=10:42=" in the row of now, the hour at each full one. */
static void draw_label(const HoursView *view, Canvas *canvas, int x, int row)
{
	int min = view->top_min + row * view->step_min;
	bool is_now = view->now_day >= 0 && view->now_min / view->step_min == min / view->step_min;
	Pen pen = { canvas, x, view->grid.y + row, x + LABEL_WIDTH, STYLE_DIM, 0 };
	char text[16];

	if (min >= HOURS_DAY_MIN || (!is_now && min % 60))
		return;
	if (is_now)
		min = view->now_min;
	g_snprintf(text, sizeof text, "%02d:%02d%s", min / 60, min % 60, is_now ? "=" : "");
	pen.style = is_now ? STYLE_FLAG : STYLE_DIM;
	pen_text(&pen, text);
}

/* A line a row; the last is cut like the others. */
static void draw_text(Canvas *canvas, Rect rect, const char *text, Style style)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", rect.height);

	for (int row = 0; row < rect.height && lines[row]; row++) {
		char *feed = strchr(lines[row], '\n');
		if (feed)
			*feed = '\0';
		Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y + row, rect.width, 1 }, style);
		pen_column(&pen, lines[row], rect.width);
	}
}

/* How many more there are in its rows than lanes. */
static void draw_rest(const HoursView *view, Canvas *canvas, const HoursBlock *block)
{
	int lanes = lanes_shown(column_width(view, block->day), block->lanes);
	Rect rect = block_rect(view, block);
	g_autofree char *text = g_strdup_printf("+%d", block->lanes - lanes);
	int width = (int)strlen(text);

	if (block->lanes == lanes || block->lane != lanes - 1 || rect.height < 1)
		return;
	Pen pen = pen_new(canvas, (Rect){ rect.x + MAX(rect.width - width, 0), rect.y, width, 1 },
	                  STYLE_COUNT);
	pen_text(&pen, text);
}

static void draw_blocks(const HoursView *view, Canvas *canvas)
{
	for (guint i = 0; i < view->block_count; i++) {
		const HoursBlock *block = &view->blocks[i];
		if (!is_shown(view, block))
			continue;
		Rect rect = block_rect(view, block);
		Style style = block->is_selected ? STYLE_SELECTED : block->style;
		if (rect.height < 1)
			continue;
		canvas_fill(canvas, rect, style);
		draw_text(canvas, rect, block->text, style);
		draw_rest(view, canvas, block);
	}
}

static void draw_cursor(const HoursView *view, Canvas *canvas)
{
	int row = (view->cursor_min - view->top_min) / view->step_min;

	if (view->cursor_day < 0 || view->cursor_min < view->top_min || row >= view->grid.height)
		return;
	canvas_restyle(canvas,
	               (Rect){ column_x(view, view->cursor_day), view->grid.y + row,
	                       column_width(view, view->cursor_day), 1 },
	               STYLE_SELECTED_IDLE);
}

void hours_draw(HoursView *view, Canvas *canvas, Rect rect)
{
	view->bar_rows = MIN(view->bar_rows, MAX(rect.height - 2, 0));
	int above = 1 + view->bar_rows;

	view->grid = (Rect){ rect.x + LABEL_WIDTH, rect.y + above, rect.width - LABEL_WIDTH,
		             MAX(rect.height - above, 0) };
	canvas_fill(canvas, rect, STYLE_NORMAL);
	draw_heads(view, canvas, rect.y);
	draw_bars(view, canvas);
	for (int row = 0; row < view->grid.height; row++)
		draw_label(view, canvas, rect.x, row);
	draw_cursor(view, canvas);
	draw_blocks(view, canvas);
}

/* ---- the mouse ---- */

static bool hit_bar(const HoursView *view, int x, int y, guint *ret_index)
{
	for (guint i = 0; i < view->bar_count; i++)
		if (view->bars[i].row < view->bar_rows &&
		    rect_has(bar_rect(view, &view->bars[i]), x, y)) {
			*ret_index = i;
			return true;
		}
	return false;
}

static bool hit_block(const HoursView *view, int x, int y, guint *ret_index)
{
	for (guint i = 0; i < view->block_count; i++)
		if (is_shown(view, &view->blocks[i]) &&
		    rect_has(block_rect(view, &view->blocks[i]), x, y)) {
			*ret_index = i;
			return true;
		}
	return false;
}

HoursHit hours_hit(const HoursView *view, int x, int y, guint *ret_index, int *ret_min)
{
	if (hit_bar(view, x, y, ret_index))
		return HOURS_BAR;
	if (hit_block(view, x, y, ret_index))
		return HOURS_BLOCK;
	if (!rect_has(view->grid, x, y))
		return HOURS_NOTHING;
	int day = 0;

	while (day + 1 < view->day_count && column_x(view, day + 1) <= x)
		day++;
	*ret_index = (guint)day;
	*ret_min = view->top_min + (y - view->grid.y) * view->step_min;
	return *ret_min < HOURS_DAY_MIN ? HOURS_FREE : HOURS_NOTHING;
}
