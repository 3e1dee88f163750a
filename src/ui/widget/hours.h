/*
 * hours: days side by side, the hours down the side, and what happens in them as blocks. What goes
 * on at the same time stands side by side; what lasts whole days stands above, as bars. It knows
 * neither dates nor zones: its owner says what stands where. Pure drawing.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"

enum { HOURS_DAY_MIN = 24 * 60 };

typedef struct {
	const char *title;           /* "Tue 24" */
	bool        is_today, is_selected;
} HoursDay;

typedef struct {
	int         day;             /* its column, from 0 */
	int         start_min, end_min;      /* of that day, the end exclusive; at least start */
	const char *text;            /* a line a row, as far as it has rows */
	Style       style;
	bool        is_selected;
	int         lane, lanes;     /* hours_arrange(): which part of the column, of how many */
} HoursBlock;

typedef struct {
	int         first_day, last_day;     /* columns, both in it; they may lie outside */
	const char *text;
	Style       style;
	bool        is_selected;
	int         row;             /* hours_arrange(): 0 the uppermost */
} HoursBar;

/* All of it is the owner's. */
typedef struct {
	HoursDay   *days;
	int         day_count;
	HoursBlock *blocks;
	guint       block_count;
	HoursBar   *bars;
	guint       bar_count;
	int         now_day, now_min;        /* where now is; now_day -1: nowhere here */
	int         cursor_day, cursor_min;  /* a free place that is selected; cursor_day -1: none */
	int         top_min;                 /* what the first row shows; a multiple of step_min */
	int         step_min;                /* minutes a row: 15, 30 or 60 */
	/* Set by hours_draw(). */
	int         bar_rows;
	Rect        grid;                    /* of the columns, without heads, bars and hours */
} HoursView;

/* Sorts blocks and bars and gives each its place, so that none covers another in rows of step_min. */
void hours_arrange(HoursView *view);

/* The largest step_min of which a working day of ten hours fills @rows. */
int  hours_step(int rows);

/* Moves top_min as little as shows @start_min to @end_min in @rows. */
void hours_show(HoursView *view, int rows, int start_min, int end_min);

void hours_draw(HoursView *view, Canvas *canvas, Rect rect);

typedef enum { HOURS_NOTHING, HOURS_BLOCK, HOURS_BAR, HOURS_FREE } HoursHit;
/* What was drawn at a cell. *ret_index: of the block or bar, or of the day of a free place, which
 * begins at *ret_min. */
HoursHit hours_hit(const HoursView *view, int x, int y, guint *ret_index, int *ret_min);
