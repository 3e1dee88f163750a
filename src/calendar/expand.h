/*
 * expand: when an event takes place, within a window that is looked at and never beyond. A series
 * keeps its time on the clock of its zone, from begin to end, as Exchange does
 * ([MS-OXOCAL] 2.2.1.44.1): what is from 23:00 to 05:00 is so also in the night in which the clock
 * is moved. All-day events are dates, the same wherever one is. What an event costs is bounded,
 * whatever its rule says. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "calendar/doubt.h"
#include "calendar/rule.h"
#include "calendar/zone.h"
#include "model/event.h"

enum { EXPAND_MAX = 1000 };           /* occurrences of one event in one window */

typedef struct {
	int64_t     from_ms, until_ms;    /* UTC; the end is not in it */
	const Zone *viewer;               /* whose dates the window is of, for all-day events */
} ExpandWindow;

typedef struct {
	int64_t     original_ms;          /* the start that the rule gives it, which is its name */
	int64_t     start_ms, end_ms;     /* as in Event */
	bool        is_all_day;
	const EventException *exception;  /* the event's, not deleted; NULL: as the series */
} Occurrence;

/*
 * Appends to @ret_found (of Occurrence) those of @event that touch @window, by their start. @zone
 * is the event's own (zones_of_event). Only an event that does not recur costs less than it has
 * exceptions.
 */
void expand(const Event *event, const Zone *zone, const ExpandWindow *window, GArray *ret_found,
            GPtrArray *doubts);

/* The first occurrence that begins at @from_ms or later; false if there is none in the next 30
 * years. */
bool expand_next(const Event *event, const Zone *zone, const Zone *viewer, int64_t from_ms,
                 Occurrence *ret_next);

/* How the event recurs in the words of RFC 5545. False: it does not, or @doubts says why nobody
 * knows. */
bool expand_rule(const Event *event, Rule *ret_rule, GPtrArray *doubts);
