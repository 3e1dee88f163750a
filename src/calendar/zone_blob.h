/*
 * zone_blob: the time zone that ActiveSync attaches to an event: 172 little-endian bytes that say
 * how far the clock is from UTC, and when in the year it moves ([MS-ASDTYPE] TimeZone). Pure; any
 * thread.
 */
#pragma once
#include "calendar/zone_rule.h"

#define ZONE_BLOB_SIZE 172             /* bytes, once base64 is undone */

/*
 * Reads @blob into @ret_rule, and the name that is in it into @ret_name (g_free; "" if there is
 * none). ERR_PROTOCOL: not 172 bytes; an offset or a date that no clock can show.
 */
bool zone_blob_read(GBytes *blob, ZoneRule *ret_rule, char **ret_name, GError **err);

/* The other way; @name is cut to the 31 signs that have room. The caller's. */
GBytes *zone_blob_write(const ZoneRule *rule, const char *name);
