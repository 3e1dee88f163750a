#include <string.h>

#include "base/error.h"
#include "calendar/day.h"
#include "calendar/zone_blob.h"
#include "calendar/zones.h"

enum { HOUR_S = 3600 };

static int64_t ms_of(int year, int month, int day, int hour, int minute)
{
	return day_of_date(year, month, day) * DAY_MS + (hour * 60 + minute) * 60000;
}

/* ---- dates ---- */

static void test_days(void)
{
	static const struct { int year, month, day; int64_t number; int weekday; } rows[] = {
		{ 1970, 1, 1, 0, 4 }, { 1969, 12, 31, -1, 3 }, { 2000, 2, 29, 11016, 2 }, { 1601, 1, 1, -134774, 1 },
		{ 4501, 1, 1, 924429, 6 }, { 2026, 11, 24, 20781, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Date date = day_date(rows[i].number);
		g_assert_cmpint(day_of_date(rows[i].year, rows[i].month, rows[i].day), ==, rows[i].number);
		g_assert_cmpint(date.year, ==, rows[i].year);
		g_assert_cmpint(date.month, ==, rows[i].month);
		g_assert_cmpint(date.day, ==, rows[i].day);
		g_assert_cmpint(day_weekday(rows[i].number), ==, rows[i].weekday);
	}
	for (int64_t day = -1000000; day < 1000000; day += 7) {
		Date date = day_date(day);
		g_assert_cmpint(day_of_date(date.year, date.month, date.day), ==, day);
	}
	g_assert_cmpint(day_of_date(2026, 14, 1), ==, day_of_date(2027, 2, 1));
}

/* ---- rules ---- */

static void test_posix(void)
{
	static const struct { const char *text; bool is_rule; int winter_s, summer_s; } rows[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", true, HOUR_S, 2 * HOUR_S },
		{ "<+0330>-3:30", true, 12600, 16200 },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", true, HOUR_S, 0 },
		{ "IST-2IDT,M3.4.4/26,M10.5.0", true, 2 * HOUR_S, 3 * HOUR_S },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, -2 * HOUR_S, -HOUR_S },
		{ "EST5EDT,J60,J300/1", true, -5 * HOUR_S, -4 * HOUR_S },
		{ "EST5EDT,59,299", true, -5 * HOUR_S, -4 * HOUR_S },
		{ "", false, 0, 0 }, { "CET", false, 0, 0 }, { "CE-1", false, 0, 0 }, { "CET-1CEST", false, 0, 0 }, { "CET-25CEST", false, 0, 0 },
		{ "CET-1CEST,M13.5.0,M10.5.0", false, 0, 0 }, { "CET-1CEST,M3.6.0,M10.5.0", false, 0, 0 },
		{ "CET-1CEST,M3.5.7,M10.5.0", false, 0, 0 }, { "CET-1CEST,M3.5.0,M10.5.0/3x", false, 0, 0 },
		{ "CET-99999999999", false, 0, 0 }, { "<CET-1", false, 0, 0 }, { "CET-1CEST,366,1", false, 0, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ZoneRule rule = { .winter_s = 77 };
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(zone_rule_parse(rows[i].text, &rule), ==, rows[i].is_rule);
		g_assert_cmpint(rule.winter_s, ==, rows[i].is_rule ? rows[i].winter_s : 77);
		if (rule.has_summer)
			g_assert_cmpint(rule.summer_s, ==, rows[i].summer_s);
	}
}

/* A rule alone does what the file of its zone says, in years when that holds. */
static void test_rule_as_zone(void)
{
	static const struct { const char *name, *posix; } rows[] = {
		{ "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3" }, { "America/New_York", "EST5EDT,M3.2.0,M11.1.0" },
		{ "Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3" }, { "Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1" },
		{ "Asia/Jerusalem", "IST-2IDT,M3.4.4/26,M10.5.0" }, { "Asia/Kolkata", "IST-5:30" },
	};
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		ZoneRule rule;
		g_test_message("%s", rows[i].name);
		g_assert_true(zone_rule_parse(rows[i].posix, &rule));
		g_autoptr(Zone) zone = zone_new_rule("rule", &rule);
		g_assert_true(zone_is_same(zone, zones_get(zones, rows[i].name), ms_of(2015, 1, 1, 0, 0), ms_of(2100, 1, 1, 0, 0)));
		g_assert_false(zone_is_same(zone, zones_get(zones, "Asia/Tokyo"), ms_of(2015, 1, 1, 0, 0), ms_of(2016, 1, 1, 0, 0)));
	}
}

/* ---- clocks ---- */

static void test_walls(void)
{
	static const struct { const char *why, *zone; int month, day, hour, minute; WallKind kind; int utc_hour, utc_minute; } rows[] = {
		{ "a winter's day",            "Europe/Berlin", 1, 10,  9,  0, WALL_ONCE,     8,  0 },
		{ "a summer's day",            "Europe/Berlin", 7, 10,  9,  0, WALL_ONCE,     7,  0 },
		{ "the hour that is left out", "Europe/Berlin", 3, 29,  2, 30, WALL_SKIPPED,  1, 30 },
		{ "its first minute",          "Europe/Berlin", 3, 29,  2,  0, WALL_SKIPPED,  1,  0 },
		{ "the minute after it",       "Europe/Berlin", 3, 29,  3,  0, WALL_ONCE,     1,  0 },
		{ "the hour that comes twice", "Europe/Berlin", 10, 25, 2, 30, WALL_TWICE,    0, 30 },
		{ "the minute after both",     "Europe/Berlin", 10, 25, 3,  0, WALL_ONCE,     2,  0 },
		{ "a midnight that is none",   "Africa/Cairo",  4, 24,  0,  0, WALL_SKIPPED, 22,  0 },
		{ "half an hour of summer",    "Australia/Lord_Howe", 10, 4, 2, 15, WALL_SKIPPED, 15, 45 },
	};
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		WallKind kind;
		g_test_message("%s", rows[i].why);
		int64_t utc = zone_utc_ms(zones_get(zones, rows[i].zone),
		                          ms_of(2026, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute), &kind);
		g_assert_cmpint(kind, ==, rows[i].kind);
		g_assert_cmpint(day_time_ms(utc) / 60000, ==, rows[i].utc_hour * 60 + rows[i].utc_minute);
	}
}

/* ---- files ---- */

static void test_files_refused(void)
{
	static const struct { const char *why; size_t at, cut; uint8_t byte; } rows[] = {
		{ "another mark", 0, 0, 'X' },
		{ "the first version, of 32 bits", 4, 0, 0 },
		{ "a kind that is not there", 0, 0, 0 },
		{ "half of it", 0, 500, 0 },
		{ "no last line", 0, 1, 0 },
		{ "nothing but the mark", 0, 2200, 0 },
	};
	g_autofree char *whole = NULL;
	gsize len;

	g_assert_true(g_file_get_contents("/usr/share/zoneinfo/Europe/Berlin", &whole, &len, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *damaged = g_memdup2(whole, len);
		g_test_message("%s", rows[i].why);
		damaged[rows[i].at] = (char)rows[i].byte;
		g_autoptr(GBytes) file = g_bytes_new(damaged, len - rows[i].cut);
		g_assert_null(zone_new_file("Europe/Berlin", file, &error));
		g_assert_cmpstr(error->message, ==, "Europe/Berlin is no file of a time zone");
	}
}

static void test_names(void)
{
	static const struct { const char *name, *zone; } rows[] = {
		{ "Europe/Berlin", "Europe/Berlin" },
		{ "W. Europe Standard Time", "Europe/Berlin" },
		{ "w. europe standard time", "Europe/Berlin" },
		{ "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin" },
		{ "(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin" },
		{ "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin" },
		{ "India Standard Time", "Asia/Kolkata" },
		{ "/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin" },
		{ "/citadel.org/20210210_1/America/Argentina/Ushuaia", "America/Argentina/Ushuaia" },
		{ "tzone://Microsoft/Utc", "UTC" },
		{ "UTC", "UTC" },
		{ "Z", "UTC" },
		{ "Etc/GMT+5", "Etc/GMT+5" },
		{ "Customized Time Zone", NULL },
		{ "../../../etc/passwd", NULL },
		{ "/etc/passwd", NULL },
		{ "Europe/../Berlin", NULL },
		{ "Europe", NULL },
		{ "Europe/", NULL },
		{ "right/Europe/Berlin", "Europe/Berlin" },
		{ "localtime", NULL },
		{ "tzdata.zi", NULL },
		{ "", NULL },
		{ "Mars/Olympus", NULL },
	};
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].name);
		Zone *zone = zones_by_name(zones, rows[i].name);
		g_assert_cmpstr(zone ? zone_name(zone) : NULL, ==, rows[i].zone);
	}
	g_assert_cmpstr(zones_windows_name("Europe/Vienna"), ==, "W. Europe Standard Time");
	g_assert_cmpstr(zones_windows_name("Asia/Kolkata"), ==, "India Standard Time");
	g_assert_null(zones_windows_name("Europe"));
	g_assert_null(zones_windows_name("Troll"));
}

/* Every zone of the table is there, and the one that stands for the world comes back by its Windows name. */
static void test_table(void)
{
	static const struct { const char *windows, *zone; } rows[] = {
#define WINDOWS_ZONE(windows, shown, zone) { windows, zone },
#define WINDOWS_PLACE(windows, territory, zones)
#include "calendar/windows_zones.def"
#undef WINDOWS_ZONE
#undef WINDOWS_PLACE
	};
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	g_assert_cmpint(G_N_ELEMENTS(rows), >, 130);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].windows);
		Zone *zone = zones_by_name(zones, rows[i].windows);
		g_assert_nonnull(zone);
		/* "UTC" is both. */
		g_assert_cmpstr(zone_name(zone), ==, strcmp(rows[i].windows, "UTC") ? rows[i].zone : "UTC");
		g_assert_cmpstr(zones_windows_name(rows[i].zone), ==, rows[i].windows);
	}
}

static void test_no_database(void)
{
	g_autoptr(Zones) zones = zones_new("/nowhere", "Europe/Berlin");

	g_assert_cmpstr(zone_name(zones_own(zones)), ==, "UTC");
	g_assert_null(zones_by_name(zones, "W. Europe Standard Time"));
	g_assert_cmpint(zone_offset_ms(zones_utc(zones), 0), ==, 0);
}

/* ---- what ActiveSync sends ---- */

static GBytes *blob_of(const ZoneRule *rule, const char *name)
{
	return zone_blob_write(rule, name);
}

static ZoneRule berlin_rule(void)
{
	ZoneRule rule;

	g_assert_true(zone_rule_parse("CET-1CEST,M3.5.0,M10.5.0/3", &rule));
	return rule;
}

static void test_blob_refused(void)
{
	static const struct { const char *why; size_t len, at; uint8_t byte; const char *says; } rows[] = {
		{ "one byte short",   171,  0,    0, "time zone has 171 bytes, not 172" },
		{ "nothing",            0,  0,    0, "time zone has 0 bytes, not 172" },
		{ "month thirteen",   172, 70,   13, "time zone changes on a date that does not exist" },
		{ "an eighth day",    172, 72,    8, "time zone changes on a date that does not exist" },
		{ "a sixth week",     172, 74,    6, "time zone changes on a date that does not exist" },
		{ "25 o'clock",       172, 76,   25, "time zone changes on a date that does not exist" },
		{ "2^31 minutes off", 172,  3, 0x80, "time zone lies more than a day from UTC" },
	};
	ZoneRule rule = berlin_rule();
	g_autoptr(GBytes) good = blob_of(&rule, "Berlin");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree uint8_t *bytes = g_memdup2(g_bytes_get_data(good, NULL), ZONE_BLOB_SIZE);
		ZoneRule read = { .winter_s = 77 };
		char *name = NULL;
		g_test_message("%s", rows[i].why);
		if (rows[i].len == ZONE_BLOB_SIZE)
			bytes[rows[i].at] = rows[i].byte;
		g_autoptr(GBytes) blob = g_bytes_new(bytes, rows[i].len);
		g_assert_false(zone_blob_read(blob, &read, &name, &error));
		g_assert_cmpstr(error->message, ==, rows[i].says);
		g_assert_cmpint(read.winter_s, ==, 77);
		g_assert_null(name);
	}
}

/* Whose zone it is, by name and by rule, for somebody in Vienna and for somebody in Tokyo. */
static void test_blob_found(void)
{
	static const struct { const char *why, *posix, *name, *in_vienna, *in_tokyo; } rows[] = {
		{ "no name",             "CET-1CEST,M3.5.0,M10.5.0/3", "", "Europe/Vienna", "Europe/Berlin" },
		{ "its Windows name",    "CET-1CEST,M3.5.0,M10.5.0/3", "W. Europe Standard Time", "Europe/Vienna", "Europe/Berlin" },
		{ "a neighbour's",       "CET-1CEST,M3.5.0,M10.5.0/3", "Romance Standard Time", "Europe/Paris", "Europe/Paris" },
		{ "what Windows shows",  "CET-1CEST,M3.5.0,M10.5.0/3", "(UTC+01:00) Belgrade, Bratislava", "Europe/Vienna", "Europe/Berlin" },
		{ "an IANA name",        "CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Madrid", "Europe/Madrid", "Europe/Madrid" },
		{ "a name that is wrong","CET-1CEST,M3.5.0,M10.5.0/3", "Tokyo Standard Time", "Europe/Vienna", "Europe/Berlin" },
		{ "Los Angeles",         "PST8PDT,M3.2.0,M11.1.0", "", "America/Los_Angeles", "America/Los_Angeles" },
		{ "India",               "IST-5:30", "", "Asia/Kolkata", "Asia/Kolkata" },
		{ "nine hours east",     "JST-9", "", "Asia/Tokyo", "Asia/Tokyo" },
		{ "Sydney",              "AEST-10AEDT,M10.1.0,M4.1.0/3", "", "Australia/Sydney", "Australia/Sydney" },
		{ "UTC",                 "UTC0", "", "Etc/UTC", "Etc/UTC" },
		{ "summer in another month", "CET-1CEST,M5.1.0,M6.1.0", "Odd", NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Zones) vienna = zones_new(NULL, "Europe/Vienna"), tokyo = zones_new(NULL, "Asia/Tokyo");
		ZoneRule rule, read;
		g_autofree char *name = NULL;
		int64_t around = ms_of(2026, 6, 1, 0, 0);
		g_test_message("%s", rows[i].why);
		if (!zone_rule_parse(rows[i].posix, &rule))
			continue;
		g_autoptr(GBytes) blob = blob_of(&rule, rows[i].name);
		g_assert_true(zone_blob_read(blob, &read, &name, NULL));
		Zone *here = zones_by_rule(vienna, &read, name, around), *there = zones_by_rule(tokyo, &read, name, around);
		g_assert_cmpstr(here ? zone_name(here) : NULL, ==, rows[i].in_vienna);
		g_assert_cmpstr(there ? zone_name(there) : NULL, ==, rows[i].in_tokyo);
	}
}

/* In their year our bytes do what the zone does, and another reader finds that zone, or one like it. Morocco, which moves its
 * clock for Ramadan too, has years of four changes: no bytes can say that. */
static void test_blob_written(void)
{
	static const char *const names[] = {
		"Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "America/Havana",
		"America/Nuuk", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Sydney",
		"Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Africa/Cairo", "Africa/Johannesburg",
		"America/St_Johns", "Europe/Istanbul", "America/Santiago", "Asia/Beirut",
	};
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		for (int year = 2017; year < 2031; year++) {
			ZoneRule rule;
			g_autofree char *name = NULL;
			Zone *zone = zones_get(zones, names[i]);
			g_autoptr(GBytes) blob = zones_blob(zone, ms_of(year, 6, 1, 0, 0));
			g_test_message("%s %d", names[i], year);
			g_assert_true(zone_blob_read(blob, &rule, &name, NULL));
			g_autoptr(Zone) read = zone_new_rule("read", &rule);
			/* What moves its clock once in the year has left its zone; Cairo and Istanbul did. */
			if (zone_offset_ms(zone, ms_of(year, 1, 1, 0, 0)) == zone_offset_ms(zone, ms_of(year + 1, 1, 1, 0, 0)))
				g_assert_true(zone_is_same(zone, read, ms_of(year, 1, 2, 0, 0), ms_of(year, 12, 30, 0, 0)));
			g_assert_nonnull(zones_by_rule(zones, &rule, name, ms_of(year, 6, 1, 0, 0)));
		}
}

/* Where the last Sunday is meant the rule says so, also in a year in which it is the fourth. */
static void test_last_week(void)
{
	g_autoptr(Zones) zones = zones_new(NULL, "UTC");
	static const struct { const char *zone; int to_summer, to_winter; } rows[] = {
		{ "Europe/Berlin", 5, 5 }, { "America/New_York", 2, 1 }, { "Asia/Beirut", 5, 5 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int year = 2019; year < 2040; year++) {
			ZoneRule rule;
			zone_rule_of_year(zones_get(zones, rows[i].zone), year, &rule);
			g_assert_cmpint(rule.to_summer.week, ==, rows[i].to_summer);
			g_assert_cmpint(rule.to_winter.week, ==, rows[i].to_winter);
		}
}

/* ---- an event's ---- */

static void test_of_event(void)
{
	g_autoptr(Zones) zones = zones_new(NULL, "Europe/Vienna");
	ZoneRule berlin = berlin_rule(), odd = { .winter_s = 77 * 60 };
	static const char *const says[] = {
		[DOUBT_ZONE_UNKNOWN] = "The time zone \"Mars [1m\" is not known; its times are taken for yours",
		[DOUBT_ZONE_BY_RULE] = "The time zone \"UTC+01:17\" is not known; its times follow the rule that came with it",
		[DOUBT_ZONE_DAMAGED] = "The time zone cannot be read: time zone has 3 bytes, not 172; its times are taken for yours",
	};
	struct { const char *why, *name; GBytes *blob; const char *zone; int doubt; } rows[] = {
		{ "a name", "Europe/Berlin", NULL, "Europe/Berlin", -1 },
		{ "bytes", NULL, blob_of(&berlin, ""), "Europe/Vienna", -1 },
		{ "a name of nothing, but bytes", "Mars", blob_of(&berlin, "Romance Standard Time"), "Europe/Paris", -1 },
		{ "neither", NULL, NULL, "UTC", -1 },
		{ "a name of nothing", "Mars\033[1m", NULL, "Europe/Vienna", DOUBT_ZONE_UNKNOWN },
		{ "a rule of no zone", NULL, blob_of(&odd, ""), "UTC+01:17", DOUBT_ZONE_BY_RULE },
		{ "the same once more", NULL, blob_of(&odd, ""), "UTC+01:17", DOUBT_ZONE_BY_RULE },
		{ "no bytes of a zone", NULL, g_bytes_new_static("abc", 3), "Europe/Vienna", DOUBT_ZONE_DAMAGED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Event) event = event_new();
		g_autoptr(GPtrArray) doubts = doubts_new();
		g_test_message("%s", rows[i].why);
		event->start_ms = ms_of(2026, 6, 1, 0, 0);
		event->zone = g_strdup(rows[i].name);
		event->zone_blob = rows[i].blob;
		g_assert_cmpstr(zone_name(zones_of_event(zones, event, doubts)), ==, rows[i].zone);
		g_assert_cmpint(doubts->len, ==, rows[i].doubt >= 0);
		if (rows[i].doubt < 0)
			continue;
		g_autofree char *sentence = doubt_sentence(doubts->pdata[0]);
		g_assert_cmpstr(sentence, ==, says[rows[i].doubt]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/zones/days", test_days);
	g_test_add_func("/calendar/zones/posix", test_posix);
	g_test_add_func("/calendar/zones/rule-as-zone", test_rule_as_zone);
	g_test_add_func("/calendar/zones/walls", test_walls);
	g_test_add_func("/calendar/zones/files-refused", test_files_refused);
	g_test_add_func("/calendar/zones/names", test_names);
	g_test_add_func("/calendar/zones/table", test_table);
	g_test_add_func("/calendar/zones/no-database", test_no_database);
	g_test_add_func("/calendar/zones/blob-refused", test_blob_refused);
	g_test_add_func("/calendar/zones/blob-found", test_blob_found);
	g_test_add_func("/calendar/zones/blob-written", test_blob_written);
	g_test_add_func("/calendar/zones/last-week", test_last_week);
	g_test_add_func("/calendar/zones/of-event", test_of_event);
	return g_test_run();
}
