/*
 * zone: a time zone: how far its clock is from UTC at any moment, and when it is what time on it.
 * Either one of the IANA database as the system's files have it (TZif, [RFC 8536]), with the rule
 * that holds after the last change they list, so that 2050 is right too; or a rule alone. Read by
 * ourselves: GLib's GTimeZone ends in 2037, and libical's zones are one mutable table for the
 * process. A zone never changes once made; counted by reference, one thread at a time. Pure.
 *
 * "Wall" is what the zone's clock shows, as the milliseconds that UTC would have at that date and
 * time.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "calendar/zone_rule.h"

#define ZONE_FILE_BYTES (256u << 10)       /* the largest of the database has 4 kB */

typedef struct Zone Zone;

/* What a wall clock's time is in its zone. */
typedef enum {
	WALL_ONCE,
	WALL_SKIPPED,          /* the clock is put forward over it */
	WALL_TWICE             /* the clock is put back behind it */
} WallKind;

/* A file of the IANA database. ERR_PROTOCOL: it is none, or counts leap seconds. */
Zone *zone_new_file(const char *name, GBytes *file, GError **err);

/* A zone by its rule; @name is for people. */
Zone *zone_new_rule(const char *name, const ZoneRule *rule);

Zone *zone_ref(Zone *zone);
void  zone_unref(Zone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zone, zone_unref)

const char *zone_name(const Zone *zone);
bool        zone_is_of_database(const Zone *zone);

/* Milliseconds east of UTC; what the clock shows. */
int64_t zone_offset_ms(const Zone *zone, int64_t utc_ms);
int64_t zone_wall_ms(const Zone *zone, int64_t utc_ms);

/*
 * When the clock shows @wall_ms. What it shows twice is the first; what it skips is counted from
 * before the gap, so 02:30 is 03:30 ([RFC 5545] 3.3.5). @ret_kind may be NULL.
 */
int64_t zone_utc_ms(const Zone *zone, int64_t wall_ms, WallKind *ret_kind);

/* The next moment after @utc_ms at which the clock may be moved; false if there is none. */
bool zone_next_change(const Zone *zone, int64_t utc_ms, int64_t *ret_utc_ms);

/* True if both clocks show the same from @from_ms until @until_ms. */
bool zone_is_same(const Zone *a, const Zone *b, int64_t from_ms, int64_t until_ms);

/*
 * The rule that comes nearest to what the clock does in @year: exactly that, and of the rules that
 * say so the one that is true of most years around it.
 */
void zone_rule_of_year(const Zone *zone, int year, ZoneRule *ret_rule);
