#include "calendar/zones.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "calendar/day.h"
#include "calendar/zone_blob.h"

#define DATABASE "/usr/share/zoneinfo"

enum { NAME_BYTES = 100 };

struct Zones {
	char       *dir;
	GHashTable *by_name;      /* IANA name: Zone; NULL: there is none */
	GHashTable *by_blob;      /* bytes and year: Zone, of the database or by its rule */
	Zone       *utc, *own;
};

/* One zone of Windows in one place; territory NULL is the whole world. */
typedef struct {
	const char *windows, *shown, *territory, *zones;
} WindowsZone;

static const WindowsZone windows_zones[] = {
#define WINDOWS_ZONE(windows, shown, zone)        { windows, shown, NULL, zone },
#define WINDOWS_PLACE(windows, territory, zones)  { windows, NULL, territory, zones },
#include "calendar/windows_zones.def"
#undef WINDOWS_ZONE
#undef WINDOWS_PLACE
};

/* ---- files ---- */

/* Names come from outside, and are paths: the database's begin with a capital in each of their
 * parts. */
static bool is_possible_name(const char *name)
{
	bool begins = true;

	if (strlen(name) > NAME_BYTES)
		return false;
	for (; *name; name++) {
		if (begins && !g_ascii_isupper(*name))
			return false;
		if (!g_ascii_isalnum(*name) && !strchr("_+-/", *name))
			return false;
		begins = *name == '/';
	}
	return !begins;
}

static Zone *read_zone(const Zones *zones, const char *name)
{
	g_autofree char *path = g_build_filename(zones->dir, name, NULL);
	g_autoptr(GBytes) file = file_read(path, ZONE_FILE_BYTES, NULL);

	return file ? zone_new_file(name, file, NULL) : NULL;
}

Zone *zones_get(Zones *zones, const char *name)
{
	gpointer known;

	if (!is_possible_name(name))
		return NULL;
	if (g_hash_table_lookup_extended(zones->by_name, name, NULL, &known))
		return known;
	Zone *zone = read_zone(zones, name);
	g_hash_table_insert(zones->by_name, g_strdup(name), zone);
	return zone;
}

Zone *zones_own(Zones *zones)
{
	return zones->own;
}

Zone *zones_utc(Zones *zones)
{
	return zones->utc;
}

static char *name_of_link(void)
{
	g_autofree char *target = g_file_read_link("/etc/localtime", NULL);
	const char *found = target ? strstr(target, "zoneinfo/") : NULL;

	return found ? g_strdup(found + strlen("zoneinfo/")) : NULL;
}

static char *name_of_file(void)
{
	g_autoptr(GBytes) file = file_read("/etc/timezone", NAME_BYTES, NULL);
	gsize len = 0;
	const char *text = file ? g_bytes_get_data(file, &len) : NULL;

	return text && len ? g_strchomp(g_strndup(text, len)) : NULL;
}

char *zones_machine_name(void)
{
	const char *set = g_getenv("TZ");

	if (set && *set)
		return g_strdup(*set == ':' ? set + 1 : set);
	char *name = name_of_link();
	if (!name)
		name = name_of_file();
	return name ? name : g_strdup("UTC");
}

Zones *zones_new(const char *dir, const char *own)
{
	Zones *zones = g_new0(Zones, 1);
	static const ZoneRule utc = { 0 };
	g_autofree char *machine = own ? NULL : zones_machine_name();

	zones->dir = g_strdup(dir ? dir : DATABASE);
	zones->by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)zone_unref);
	zones->by_blob =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)zone_unref);
	zones->utc = zone_new_rule("UTC", &utc);
	zones->own = zones_get(zones, own ? own : machine);
	if (!zones->own)
		zones->own = zones->utc;
	return zones;
}

void zones_free(Zones *zones)
{
	if (!zones)
		return;
	g_hash_table_unref(zones->by_name);
	g_hash_table_unref(zones->by_blob);
	zone_unref(zones->utc);
	g_free(zones->dir);
	g_free(zones);
}

/* ---- names ---- */

/* "(UTC+01:00) Amsterdam, Berlin": what stands behind the offset, for older Windows wrote GMT
 * there. */
static const char *cities(const char *shown)
{
	const char *end = *shown == '(' ? strstr(shown, ") ") : NULL;

	return end ? end + 2 : shown;
}

static bool is_called(const WindowsZone *row, const char *name)
{
	return !row->territory && (text_equal_ascii_case(row->windows, name) ||
	                           text_equal_ascii_case(cities(row->shown), cities(name)));
}

/* The row of the world; what belongs to its places stands behind it. NULL if there is none. */
static const WindowsZone *windows_row(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(windows_zones); i++)
		if (is_called(&windows_zones[i], name))
			return &windows_zones[i];
	return NULL;
}

static bool names_utc(const char *name)
{
	return text_equal_ascii_case(name, "UTC") || text_equal_ascii_case(name, "Z") ||
	       text_equal_ascii_case(name, "GMT");
}

/* /example.org/20260101/Europe/Berlin, as calendars before RFC 5545 named theirs. */
static Zone *by_path_end(Zones *zones, const char *name)
{
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		Zone *zone = zones_get(zones, slash + 1);
		if (zone)
			return zone;
		if (names_utc(slash + 1))
			return zones->utc;
	}
	return NULL;
}

Zone *zones_by_name(Zones *zones, const char *name)
{
	Zone *zone = zones_get(zones, name);

	if (zone)
		return zone;
	if (names_utc(name))
		return zones->utc;
	const WindowsZone *row = windows_row(name);
	return row ? zones_get(zones, row->zones) : by_path_end(zones, name);
}

static bool lists(const char *zones, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = zones; (at = strstr(at, name)); at += len)
		if ((at == zones || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

const char *zones_windows_name(const char *iana)
{
	for (size_t i = 0; i < G_N_ELEMENTS(windows_zones); i++)
		if (lists(windows_zones[i].zones, iana))
			return windows_zones[i].windows;
	return NULL;
}

/* ---- rules ---- */

/* What is looked for: a zone that does what @like does. */
typedef struct {
	Zones      *zones;
	const Zone *like;
	int64_t     from_ms, until_ms;
} Search;

static bool fits(const Search *search, const Zone *zone)
{
	return zone && zone_is_same(zone, search->like, search->from_ms, search->until_ms);
}

static Zone *first_that_fits(const Search *search, const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, " ", -1);

	for (char **name = list; *name; name++) {
		Zone *zone = zones_get(search->zones, *name);
		if (fits(search, zone))
			return zone;
	}
	return NULL;
}

static bool is_of(const WindowsZone *row, const char *windows)
{
	return row < windows_zones + G_N_ELEMENTS(windows_zones) &&
	       strcmp(row->windows, windows) == 0;
}

/* Of the places that share a name of Windows the person's own, else the one it stands for. */
static Zone *by_windows_row(const Search *search, const WindowsZone *world)
{
	Zone *own = search->zones->own;
	bool has_own = false;

	for (const WindowsZone *row = world; is_of(row, world->windows); row++)
		has_own = has_own || lists(row->zones, zone_name(own));
	if (has_own && fits(search, own))
		return own;
	for (const WindowsZone *row = world; is_of(row, world->windows); row++) {
		Zone *zone = first_that_fits(search, row->zones);
		if (zone)
			return zone;
	}
	return NULL;
}

static Zone *by_its_name(const Search *search, const char *name)
{
	const WindowsZone *row = windows_row(name);

	if (row)
		return by_windows_row(search, row);
	Zone *zone = zones_by_name(search->zones, name);
	return fits(search, zone) ? zone : NULL;
}

static int places_of(const WindowsZone *world)
{
	int places = 0;

	for (const WindowsZone *row = world + 1; is_of(row, world->windows); row++)
		places++;
	return places;
}

/* Of the worlds that fit that of most places: of what the west coast of America does Los Angeles,
 * not Tijuana. */
static Zone *by_world(const Search *search)
{
	Zone *best = NULL;
	int most = -1;

	for (size_t i = 0; i < G_N_ELEMENTS(windows_zones); i++) {
		const WindowsZone *row = &windows_zones[i];
		if (row->territory || places_of(row) <= most)
			continue;
		Zone *zone = first_that_fits(search, row->zones);
		if (zone) {
			best = zone;
			most = places_of(row);
		}
	}
	return best;
}

static Zone *by_place(const Search *search)
{
	for (size_t i = 0; i < G_N_ELEMENTS(windows_zones); i++) {
		Zone *zone = windows_zones[i].territory
		                     ? first_that_fits(search, windows_zones[i].zones)
		                     : NULL;
		if (zone)
			return zone;
	}
	return NULL;
}

static Zone *find(const Search *search, const char *name)
{
	Zones *zones = search->zones;
	Zone *zone = *name ? by_its_name(search, name) : NULL;

	if (!zone && zone_is_of_database(zones->own) && fits(search, zones->own))
		zone = zones->own;
	if (!zone && fits(search, zones->utc))
		zone = zones_get(zones, "Etc/UTC");
	if (!zone)
		zone = by_world(search);
	return zone ? zone : by_place(search);
}

/* The years that any file of zones knows something of. */
static int year_of(int64_t ms)
{
	return CLAMP(day_date(day_of_ms(ms)).year, 1601, 4501);
}

/* Rules that are written for one year differ from a zone's in others: several years first, then
 * one. */
Zone *zones_by_rule(Zones *zones, const ZoneRule *rule, const char *name, int64_t around_ms)
{
	g_autoptr(Zone) like = zone_new_rule(name, rule);
	int year = year_of(around_ms);
	Search search = { .zones = zones, .like = like };

	search.from_ms = day_of_date(year - 1, 1, 2) * DAY_MS;
	search.until_ms = day_of_date(year + 2, 12, 30) * DAY_MS;
	Zone *zone = find(&search, name);
	if (zone)
		return zone;
	search.from_ms = day_of_date(year, 1, 2) * DAY_MS;
	search.until_ms = day_of_date(year, 12, 30) * DAY_MS;
	return find(&search, name);
}

/* ---- events ---- */

/* "UTC+05:30" where the bytes bring no name. */
static char *rule_name(const ZoneRule *rule, const char *name)
{
	int min = rule->winter_s / 60;

	return *name ? g_strdup(name)
	             : g_strdup_printf("UTC%c%02d:%02d", min < 0 ? '-' : '+', ABS(min) / 60,
	                               ABS(min) % 60);
}

static Zone *new_by_blob(Zones *zones, GBytes *blob, int64_t around_ms, GError **err)
{
	ZoneRule rule;
	g_autofree char *name = NULL;

	if (!zone_blob_read(blob, &rule, &name, err))
		return NULL;
	Zone *zone = zones_by_rule(zones, &rule, name, around_ms);
	if (zone)
		return zone_ref(zone);
	g_autofree char *shown = rule_name(&rule, name);
	return zone_new_rule(shown, &rule);
}

static Zone *by_blob(Zones *zones, GBytes *blob, int64_t around_ms, GPtrArray *doubts)
{
	g_autoptr(GError) error = NULL;
	gsize len;
	const guchar *bytes = g_bytes_get_data(blob, &len);
	g_autofree char *base64 = g_base64_encode(bytes, MIN(len, ZONE_BLOB_SIZE + 1));
	g_autofree char *key = g_strdup_printf("%d %s", year_of(around_ms), base64);
	Zone *zone = g_hash_table_lookup(zones->by_blob, key);

	if (!zone) {
		zone = new_by_blob(zones, blob, around_ms, &error);
		if (zone)
			g_hash_table_insert(zones->by_blob, g_steal_pointer(&key), zone);
	}
	if (!zone)
		doubts_add(doubts, DOUBT_ZONE_DAMAGED, error->message);
	else if (!zone_is_of_database(zone))
		doubts_add(doubts, DOUBT_ZONE_BY_RULE, zone_name(zone));
	return zone ? zone : zones->own;
}

Zone *zones_of_event(Zones *zones, const Event *event, GPtrArray *doubts)
{
	Zone *zone = event->zone ? zones_by_name(zones, event->zone) : NULL;

	if (zone)
		return zone;
	if (event->zone_blob)
		return by_blob(zones, event->zone_blob, event->start_ms, doubts);
	if (!event->zone)
		return zones->utc;
	doubts_add(doubts, DOUBT_ZONE_UNKNOWN, event->zone);
	return zones->own;
}

GBytes *zones_blob(const Zone *zone, int64_t around_ms)
{
	ZoneRule rule;
	const char *windows = zones_windows_name(zone_name(zone));

	zone_rule_of_year(zone, year_of(around_ms), &rule);
	return zone_blob_write(&rule, windows ? windows : zone_name(zone));
}
