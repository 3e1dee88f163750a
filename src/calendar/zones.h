/*
 * zones: the time zones of this machine by their names: those of the IANA database, of Windows, and
 * by the rules that ActiveSync sends in their place. Reads the files of the system's tzdata when
 * one is first asked for, and keeps it; one thread at a time.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "calendar/doubt.h"
#include "calendar/zone.h"
#include "model/event.h"

typedef struct Zones Zones;

/*
 * @dir: where the database lies; NULL is the system's place. @own: the person's zone, an IANA name;
 * NULL is the machine's, and one that is not there is UTC.
 */
Zones *zones_new(const char *dir, const char *own);
void   zones_free(Zones *zones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zones, zones_free)

/* The IANA name of this machine's zone (TZ, /etc/localtime); "UTC" if it has none. Free with
 * g_free. */
char *zones_machine_name(void);

/* The zones that come out of here are borrowed, and live as long as @zones. */
Zone *zones_own(Zones *zones);
Zone *zones_utc(Zones *zones);

/* The zone of just this IANA name; NULL if there is none. */
Zone *zones_get(Zones *zones, const char *name);

/* The same, also by the names that programs write: Windows', with or without its cities, a path
 * that ends in an IANA name. NULL if there is none. */
Zone *zones_by_name(Zones *zones, const char *name);

/*
 * The IANA zone that keeps @rule in the years around @around_ms: the one that @name means, else the
 * person's own, else the one that Windows takes for the whole world, else any. NULL if none does.
 */
Zone *zones_by_rule(Zones *zones, const ZoneRule *rule, const char *name, int64_t around_ms);

/*
 * The zone in whose local time @event recurs: by its name, else by its 172 bytes. Where neither is
 * of any zone, one that does what the bytes say, or the person's own, and @doubts (may be NULL)
 * says so.
 */
Zone *zones_of_event(Zones *zones, const Event *event, GPtrArray *doubts);

/* The 172 bytes that say what @zone does in the year of @around_ms. The caller's. */
GBytes *zones_blob(const Zone *zone, int64_t around_ms);

/* What Windows calls an IANA zone; NULL if it knows none like it. Static. */
const char *zones_windows_name(const char *iana);
