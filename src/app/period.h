/*
 * period: when something takes place, as a person types it: "tomorrow 14:00", "fri 9-10:30",
 * "24 dec", "mon 22:00-02:00", "next fri noon for 45m", "1 dec to 3 dec". Words as in
 * app/spoken.h. The process's time zone decides what the clock shows. Pure, but for that.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* As in Event: the end is not in it, and of whole days both are 00:00 UTC of dates. */
typedef struct {
	int64_t start_ms, end_ms;
	bool    is_all_day;
} Period;

/*
 * A day without a time is the whole day, several by "to" or "-", the last one in it. A time without a
 * day is the next such moment. Without an end it lasts @minutes; an end before the start is the next
 * day's. ERR_USAGE: not of that form, or over before it begins.
 */
bool period_parse(const char *text, int64_t now_ms, int minutes, Period *ret_period, GError **err);

/* A day to go to, in the same words, past ones too, and spans from today: "3w". Its date at 00:00
 * UTC. ERR_USAGE. */
bool period_parse_day(const char *text, int64_t now_ms, int64_t *ret_date_ms, GError **err);

/* The date that the process's zone has at @ms, at 00:00 UTC. */
int64_t period_date(int64_t ms);
