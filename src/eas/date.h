/*
 * date: the two forms of a moment on this wire, 2026-01-14T09:00:00.000Z and 20260114T090000Z
 * ([MS-ASDTYPE] 2.3). Both are read everywhere; fraction and Z may be missing, time is UTC. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since 1970. False for anything else or a date that no calendar has; *ret_ms stays.
 * NULL is false. */
bool date_parse(const char *text, int64_t *ret_ms);

/* The first form, of UTC; and of what a clock in the process's time zone shows at that moment, as
 * the Tasks class wants it beside the first ([MS-ASTASK] DueDate). Free with g_free. */
char *date_format(int64_t ms);
char *date_format_local(int64_t ms);

/* The second form, as the Calendar class wants it. Free with g_free. */
char *date_format_compact(int64_t ms);

/*
 * Midnight (UTC) of the day that somewhere begins at @ms, or nearly so: clocks that the sender had
 * wrong, or moved for the summer, are off by less than half a day. Noon is the same day's, and a
 * midnight of UTC stands for itself.
 * @west_min: how many minutes that place is behind UTC; 0 where it is unknown.
 */
int64_t date_nearest_day(int64_t ms, int64_t west_min);

/* A day is named by its midnight in UTC. Which one a clock in the process's time zone shows at @ms,
 * and when @day_ms begins there. */
int64_t date_local_day(int64_t ms);
int64_t date_local_midnight(int64_t day_ms);
