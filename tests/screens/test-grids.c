/* The grids of the calendar: hours of some days, and days of a month. */
#include "support/dump.h"
#include "ui/widget/hours.h"
#include "ui/widget/month.h"

#define AT(hour, min) ((hour) * 60 + (min))

/* ---- hours ---- */

static HoursDay week[] = {
	{ "Mon 23", false, false }, { "Tue 24", true, true },  { "Wed 25", false, false }, { "Thu 26", false, false },
	{ "Fri 27", false, false }, { "Sat 28", false, false }, { "Sun 29", false, false },
};

static HoursView view_of(HoursBlock *blocks, guint count)
{
	return (HoursView){ .days = week, .day_count = 7, .blocks = blocks, .block_count = count, .now_day = -1,
		            .cursor_day = -1, .step_min = 60 };
}

static void test_lanes(void)
{
	static const struct { const char *name; struct { int day, start, end; } at[4]; int step, lanes[4], of[4]; } rows[] = {
		{ "one", { { 0, AT(9, 0), AT(10, 0) } }, 60, { 0 }, { 1 } },
		{ "one after the other", { { 0, AT(9, 0), AT(10, 0) }, { 0, AT(10, 0), AT(11, 0) } }, 60, { 0, 0 }, { 1, 1 } },
		{ "at once", { { 0, AT(9, 0), AT(10, 0) }, { 0, AT(9, 30), AT(10, 0) } }, 30, { 0, 1 }, { 2, 2 } },
		{ "in one row", { { 0, AT(9, 0), AT(9, 15) }, { 0, AT(9, 30), AT(9, 45) } }, 60, { 0, 1 }, { 2, 2 } },
		{ "in one row of a finer grid", { { 0, AT(9, 0), AT(9, 15) }, { 0, AT(9, 30), AT(9, 45) } }, 30, { 0, 0 }, { 1, 1 } },
		{ "the same time of another day", { { 0, AT(9, 0), AT(10, 0) }, { 1, AT(9, 0), AT(10, 0) } }, 60, { 0, 0 }, { 1, 1 } },
		{ "a lane is used again",
		  { { 0, AT(9, 0), AT(12, 0) }, { 0, AT(9, 0), AT(10, 0) }, { 0, AT(10, 0), AT(11, 0) }, { 0, AT(12, 0), AT(13, 0) } },
		  60, { 0, 1, 1, 0 }, { 2, 2, 2, 1 } },
		{ "without length", { { 0, AT(9, 0), AT(9, 0) }, { 0, AT(9, 0), AT(9, 30) } }, 60, { 0, 1 }, { 2, 2 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		HoursBlock blocks[4] = { 0 };
		guint count = 0;
		g_test_message("%s", rows[i].name);
		for (; count < 4 && rows[i].at[count].start; count++)
			blocks[count] = (HoursBlock){ .day = rows[i].at[count].day, .start_min = rows[i].at[count].start,
				                      .end_min = rows[i].at[count].end };
		HoursView view = view_of(blocks, count);
		view.step_min = rows[i].step;
		hours_arrange(&view);
		for (guint j = 0; j < count; j++) {
			g_assert_cmpint(blocks[j].lanes, ==, rows[i].of[j]);
			g_assert_cmpint(blocks[j].lane, ==, rows[i].lanes[j]);
		}
	}
}

static void test_steps(void)
{
	static const struct { int rows, step; } rows[] = { { 19, 60 }, { 20, 30 }, { 39, 30 }, { 40, 15 }, { 1, 60 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(hours_step(rows[i].rows), ==, rows[i].step);
}

static void test_show(void)
{
	static const struct { const char *name; int top, rows, start, end, want; } rows[] = {
		{ "in view", AT(8, 0), 10, AT(9, 0), AT(10, 0), AT(8, 0) },
		{ "above", AT(8, 0), 10, AT(6, 30), AT(7, 0), AT(6, 0) },
		{ "below", AT(8, 0), 10, AT(19, 0), AT(20, 0), AT(10, 0) },
		{ "longer than the view begins at its start", AT(8, 0), 4, AT(6, 0), AT(20, 0), AT(6, 0) },
		{ "the day's end", AT(8, 0), 10, AT(23, 30), AT(24, 0), AT(14, 0) },
		{ "more rows than hours", AT(3, 0), 30, AT(9, 0), AT(10, 0), 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		HoursView view = view_of(NULL, 0);
		g_test_message("%s", rows[i].name);
		view.top_min = rows[i].top;
		hours_show(&view, rows[i].rows, rows[i].start, rows[i].end);
		g_assert_cmpint(view.top_min, ==, rows[i].want);
	}
}

static HoursBlock busy[] = {
	{ .day = 0, .start_min = AT(9, 0), .end_min = AT(9, 15), .text = "Standup", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 1, .start_min = AT(9, 0), .end_min = AT(9, 15), .text = "Standup", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 0, .start_min = AT(10, 0), .end_min = AT(12, 0), .text = "!Review\nRoom 4", .style = STYLE_CATEGORY_GREEN | STYLE_REVERSE },
	{ .day = 0, .start_min = AT(11, 0), .end_min = AT(12, 0), .text = "!Budget", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 2, .start_min = AT(10, 0), .end_min = AT(11, 0), .text = "?1:1 Grace", .style = STYLE_CATEGORY_RED, .is_selected = true },
	{ .day = 3, .start_min = AT(7, 0), .end_min = AT(8, 30), .text = "漢字の会議", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 4, .start_min = AT(14, 0), .end_min = AT(15, 0), .text = "a", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 4, .start_min = AT(14, 0), .end_min = AT(15, 0), .text = "b", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 4, .start_min = AT(14, 0), .end_min = AT(15, 0), .text = "c", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 4, .start_min = AT(14, 0), .end_min = AT(15, 0), .text = "d", .style = STYLE_CATEGORY_BLUE | STYLE_REVERSE },
	{ .day = 6, .start_min = AT(22, 0), .end_min = AT(24, 0), .text = "Night", .style = STYLE_CATEGORY_PURPLE | STYLE_REVERSE },
};

static HoursBar bars[] = {
	{ .first_day = -2, .last_day = 1, .text = "Travel", .style = STYLE_CATEGORY_ORANGE | STYLE_REVERSE },
	{ .first_day = 1, .last_day = 1, .text = "Birthday", .style = STYLE_CATEGORY_YELLOW | STYLE_REVERSE },
	{ .first_day = 4, .last_day = 9, .text = "Vacation", .style = STYLE_CATEGORY_ORANGE | STYLE_REVERSE },
};

static void draw_week(int width, int height, const char *name)
{
	g_autoptr(Canvas) canvas = canvas_new(width, height);
	HoursView view = view_of(busy, G_N_ELEMENTS(busy));
	int rows = height - 3;

	view.bars = bars;
	view.bar_count = G_N_ELEMENTS(bars);
	view.now_day = 1;
	view.now_min = AT(10, 42);
	view.cursor_day = 5;
	view.cursor_min = AT(9, 0);
	view.step_min = hours_step(rows);
	view.top_min = AT(8, 0);
	hours_show(&view, rows, AT(8, 0), AT(18, 0));
	hours_arrange(&view);
	hours_draw(&view, canvas, (Rect){ 0, 0, width, height });
	canvas_snapshot(canvas, name);
}

static void test_week(void)
{
	draw_week(80, 20, "hours-80");
	draw_week(140, 40, "hours-140");
}

static void test_hours_hit(void)
{
	static const struct { const char *name; int x, y; HoursHit hit; guint index; int min; } rows[] = {
		{ "a free place", 75, 2, HOURS_FREE, 6, 0 },
		{ "a bar", 7, 1, HOURS_BAR, 0, 0 },
		{ "a block", 7, 11, HOURS_BLOCK, 0, 0 },
		{ "the hours", 2, 12, HOURS_NOTHING, 0, 0 },
		{ "a head", 7, 0, HOURS_NOTHING, 0, 0 },
	};
	HoursBlock block = { .day = 0, .start_min = AT(9, 0), .end_min = AT(10, 0), .text = "" };
	HoursBar bar = { .first_day = 0, .last_day = 0, .text = "" };
	HoursView view = view_of(&block, 1);
	g_autoptr(Canvas) canvas = canvas_new(80, 30);

	view.bars = &bar;
	view.bar_count = 1;
	hours_arrange(&view);
	hours_draw(&view, canvas, (Rect){ 0, 0, 80, 30 });
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		guint index = 99;
		int min = 0;
		g_test_message("%s", rows[i].name);
		g_assert_cmpint(hours_hit(&view, rows[i].x, rows[i].y, &index, &min), ==, rows[i].hit);
		if (rows[i].hit != HOURS_NOTHING)
			g_assert_cmpuint(index, ==, rows[i].index);
		g_assert_cmpint(min, ==, rows[i].min);
	}
}

/* A place too small for anything is drawn as far as it goes. */
static void test_hours_narrow(void)
{
	static const struct { int width, height; } sizes[] = { { 1, 1 }, { 5, 2 }, { 8, 3 }, { 20, 1 }, { 13, 30 } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Canvas) canvas = canvas_new(sizes[i].width, sizes[i].height);
		HoursView view = view_of(busy, G_N_ELEMENTS(busy));
		view.bars = bars;
		view.bar_count = G_N_ELEMENTS(bars);
		hours_arrange(&view);
		hours_draw(&view, canvas, (Rect){ 0, 0, sizes[i].width, sizes[i].height });
	}
}

/* ---- months ---- */

static void month_fill(MonthView *view, GArray *few, GArray *many)
{
	static const char *const titles[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const weeks[] = { "w44", "w45", "w46", "w47", "w48", "w49" };
	static const char *const numbers[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11" };

	*view = (MonthView){ .week_count = 5 };
	for (int i = 0; i < MONTH_DAYS; i++)
		view->titles[i] = titles[i];
	for (int i = 0; i < MONTH_WEEKS_MAX; i++)
		view->weeks[i] = weeks[i];
	for (int i = 0; i < MONTH_DAYS * MONTH_WEEKS_MAX; i++)
		view->cells[i] = (MonthCell){ .number = numbers[i % 11], .count = "", .is_outside = i < 6 };
	view->cells[8].count = "*2 !1";
	view->cells[8].lines = few;
	view->cells[9] = (MonthCell){ .number = "10", .count = "*6", .is_today = true, .lines = many };
	view->cells[10].is_selected = true;
}

static void draw_month(int width, int height, const char *name)
{
	static const MonthLine lines[] = {
		{ "09:00 Standup", STYLE_CATEGORY_BLUE }, { "!10:00 Review of everything", STYLE_CATEGORY_GREEN },
		{ "11:00 漢字", STYLE_NORMAL },           { "Vacation", STYLE_CATEGORY_ORANGE | STYLE_REVERSE },
		{ "15:00 Dentist", STYLE_NORMAL },        { "16:00 Call", STYLE_NORMAL },
	};
	g_autoptr(GArray) few = g_array_new(FALSE, FALSE, sizeof(MonthLine));
	g_autoptr(GArray) many = g_array_new(FALSE, FALSE, sizeof(MonthLine));
	g_autoptr(Canvas) canvas = canvas_new(width, height);
	MonthView view;

	g_array_append_vals(few, lines, 2);
	g_array_append_vals(many, lines, 6);
	month_fill(&view, few, many);
	month_draw(&view, canvas, (Rect){ 0, 0, width, height });
	canvas_snapshot(canvas, name);
	g_assert_cmpint(month_hit(&view, view.grid.x, view.grid.y), ==, 0);
	g_assert_cmpint(month_hit(&view, view.grid.x, view.grid.y + view.grid.height - 1), ==, 28);
	g_assert_cmpint(month_hit(&view, 0, view.grid.y), ==, -1);
}

static void test_month(void)
{
	draw_month(28, 7, "month-28");
	draw_month(80, 21, "month-80");
	draw_month(140, 41, "month-140");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hours/lanes", test_lanes);
	g_test_add_func("/hours/steps", test_steps);
	g_test_add_func("/hours/show", test_show);
	g_test_add_func("/hours/week", test_week);
	g_test_add_func("/hours/hit", test_hours_hit);
	g_test_add_func("/hours/narrow", test_hours_narrow);
	g_test_add_func("/month/month", test_month);
	return g_test_run();
}
