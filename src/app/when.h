/*
 * when: a moment to come, as a person types it: "tomorrow", "fri 9:30", "2026-12-01 14:00", "17:30",
 * "2h", "3d". Days and times are those of the process's time zone. Pure, but for that.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * @hour: of a day that is named without a time. A time without a day is the next such moment, a
 * weekday the next of its name, after today. Spans (30m, 2h, 3d, 1w) count from @now_ms. Words are
 * English or the person's language. ERR_USAGE: not of that form, or not in the future.
 */
bool when_parse(const char *text, int64_t now_ms, int hour, int64_t *ret_ms, GError **err);

/* The beginning of a day that is said in the same words, for what is due on it: today is one, and
 * spans count in days. The process's time zone decides which day @now_ms is. */
bool when_parse_day(const char *text, int64_t now_ms, int64_t *ret_ms, GError **err);
