/*
 * zone_rule: when the clock is put forward and back, said once for all years: what follows the last
 * change that a file of the zone lists ([RFC 8536] 3.3, POSIX TZ), what ActiveSync sends along with
 * an event ([MS-ASDTYPE] TimeZone) and what a VTIMEZONE says. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	ZONE_DAY_OF_WEEK,  /* a weekday of a month: the first to the fourth, or with 5 the last */
	ZONE_DAY_OF_MONTH, /* a date of every year, or of @year alone */
	ZONE_DAY_OF_YEAR,  /* 0 to 365 */
	ZONE_DAY_NEVER_29  /* 1 to 365, where 29 February is not counted */
} ZoneDayKind;

typedef struct {
	ZoneDayKind kind;
	int year;              /* 0: every one */
	int month, week, weekday, day;
	int time_s;            /* on the clock as it was before; may lie outside of that day */
} ZoneSwitch;

/* The clock shows winter's time unless it is summer; somewhere summer's is the earlier one. */
typedef struct {
	int        winter_s, summer_s;   /* east of UTC */
	bool has_summer; /* else the clock never moves, and the rest means nothing */
	ZoneSwitch to_summer, to_winter;
} ZoneRule;

/* "CET-1CEST,M3.5.0,M10.5.0/3". False if it is none; *ret_rule stays. */
bool zone_rule_parse(const char *posix, ZoneRule *ret_rule);

/* Seconds east of UTC at @utc_s. */
int zone_rule_offset_s(const ZoneRule *rule, int64_t utc_s);

/* The next change after @utc_s; false if there is none. */
bool zone_rule_next(const ZoneRule *rule, int64_t utc_s, int64_t *ret_utc_s);
