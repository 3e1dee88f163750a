/*
 * month: weeks below each other, a cell a day. A cell that has room says what happens, one without
 * says how much. It knows no dates: its owner says what stands where. Pure drawing.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"

enum { MONTH_DAYS = 7, MONTH_WEEKS_MAX = 6 };

typedef struct { const char *text; Style style; } MonthLine;

typedef struct {
	const char *number;          /* "24", or "1 Dec" */
	const char *count;           /* "*3 !1": shown where the lines have no room; "" none */
	bool        is_today, is_selected;
	bool        is_outside;      /* of another month */
	GArray     *lines;           /* of MonthLine; NULL none */
} MonthCell;

/* All of it is the owner's. */
typedef struct {
	const char *titles[MONTH_DAYS];
	const char *weeks[MONTH_WEEKS_MAX];  /* "w48" */
	int         week_count;
	MonthCell   cells[MONTH_WEEKS_MAX * MONTH_DAYS];
	Rect        grid;            /* set by month_draw(): of the cells */
} MonthView;

void month_draw(MonthView *view, Canvas *canvas, Rect rect);

/* The cell that was drawn there; -1 none. */
int  month_hit(const MonthView *view, int x, int y);
