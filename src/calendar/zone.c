/*
 * A TZif file is two blocks; the first, of 32 bits, is passed over:
 *   header 44 | times 8 × n | types n | kinds 6 × k (offset i32, summer u8, name u8) | names |
 * leaps | std | ut and after them one line with the rule for the time that follows.
 */
#include "calendar/zone.h"

#include <string.h>

#include "base/error.h"
#include "calendar/day.h"

enum { HEADER = 44, COUNTS = 20, KIND_SIZE = 6, CHANGES_MAX = 10000, KINDS_MAX = 256 };

typedef struct {
	int64_t at_s;
	int     offset_s;      /* from then on */
} Change;

struct Zone {
	int      refs;
	char    *name;
	bool     is_of_database;
	Change  *changes;      /* by time */
	size_t   n_changes;
	int      first_s;      /* before the first change */
	bool     has_tail;     /* what holds after the last change … */
	ZoneRule tail;         /* … else it is that change */
};

/* ---- making one ---- */

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* How many of what a block has, in the header's order. */
typedef struct {
	uint32_t ut, std, leaps, times, kinds, names;
} Counts;

static bool read_counts(const uint8_t *header, size_t left, Counts *ret_counts)
{
	if (left < HEADER || memcmp(header, "TZif", 4) != 0 || header[4] < '2')
		return false;
	const uint8_t *p = header + COUNTS;
	Counts c = { .ut = be32(p), .std = be32(p + 4), .leaps = be32(p + 8), .times = be32(p + 12),
	             .kinds = be32(p + 16), .names = be32(p + 20) };
	if (c.times > CHANGES_MAX || c.kinds == 0 || c.kinds > KINDS_MAX || c.leaps > 0 ||
	    c.ut > KINDS_MAX || c.std > KINDS_MAX || c.names > ZONE_FILE_BYTES)
		return false;
	*ret_counts = c;
	return true;
}

static size_t block_size(const Counts *c, size_t time_size)
{
	return HEADER + c->times * (time_size + 1) + c->kinds * KIND_SIZE + c->names + c->std +
	       c->ut;
}

static bool read_changes(Zone *zone, const Counts *c, const uint8_t *times)
{
	const uint8_t *types = times + 8 * c->times, *kinds = types + c->times;

	zone->first_s = (int32_t)be32(kinds);
	zone->n_changes = c->times;
	zone->changes = g_new0(Change, c->times + 1);
	for (size_t i = 0; i < c->times; i++) {
		Change *change = &zone->changes[i];
		if (types[i] >= c->kinds)
			return false;
		change->at_s = be64(times + 8 * i);
		change->offset_s = (int32_t)be32(kinds + KIND_SIZE * types[i]);
		if (ABS((int64_t)change->offset_s) > DAY_S ||
		    (i > 0 && change->at_s <= change[-1].at_s))
			return false;
	}
	return ABS((int64_t)zone->first_s) <= DAY_S;
}

static bool read_tail(Zone *zone, const uint8_t *line, size_t left)
{
	if (left < 2 || line[0] != '\n')
		return false;
	const uint8_t *end = memchr(line + 1, '\n', left - 1);
	if (!end)
		return false;
	g_autofree char *posix = g_strndup((const char *)line + 1, (gsize)(end - line - 1));
	zone->has_tail = *posix != '\0';
	return !zone->has_tail || zone_rule_parse(posix, &zone->tail);
}

static bool read_file(Zone *zone, const uint8_t *bytes, size_t len)
{
	Counts c;

	if (!read_counts(bytes, len, &c) || block_size(&c, 4) >= len)
		return false;
	const uint8_t *second = bytes + block_size(&c, 4);
	size_t left = len - block_size(&c, 4);
	if (!read_counts(second, left, &c) || block_size(&c, 8) >= left)
		return false;
	return read_changes(zone, &c, second + HEADER) &&
	       read_tail(zone, second + block_size(&c, 8), left - block_size(&c, 8));
}

Zone *zone_new_file(const char *name, GBytes *file, GError **err)
{
	g_autoptr(Zone) zone = g_new0(Zone, 1);
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(file, &len);

	zone->refs = 1;
	zone->name = g_strdup(name);
	zone->is_of_database = true;
	if (!read_file(zone, bytes, len))
		return fail_null(err, ERR_PROTOCOL, "%s is no file of a time zone", name);
	return g_steal_pointer(&zone);
}

Zone *zone_new_rule(const char *name, const ZoneRule *rule)
{
	Zone *zone = g_new0(Zone, 1);

	zone->refs = 1;
	zone->name = g_strdup(name);
	zone->first_s = rule->winter_s;
	zone->has_tail = true;
	zone->tail = *rule;
	return zone;
}

Zone *zone_ref(Zone *zone)
{
	zone->refs++;
	return zone;
}

void zone_unref(Zone *zone)
{
	if (!zone || --zone->refs > 0)
		return;
	g_free(zone->changes);
	g_free(zone->name);
	g_free(zone);
}

const char *zone_name(const Zone *zone)
{
	return zone->name;
}

bool zone_is_of_database(const Zone *zone)
{
	return zone->is_of_database;
}

/* ---- asking it ---- */

static int64_t floor_s(int64_t ms)
{
	return ms / 1000 - (ms % 1000 < 0);
}

/* How many changes were at @utc_s or before. */
static size_t changes_until(const Zone *zone, int64_t utc_s)
{
	size_t low = 0, high = zone->n_changes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (zone->changes[middle].at_s <= utc_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int offset_s(const Zone *zone, int64_t utc_s)
{
	size_t n = changes_until(zone, utc_s);

	if (n == zone->n_changes && zone->has_tail)
		return zone_rule_offset_s(&zone->tail, utc_s);
	return n == 0 ? zone->first_s : zone->changes[n - 1].offset_s;
}

int64_t zone_offset_ms(const Zone *zone, int64_t utc_ms)
{
	return (int64_t)offset_s(zone, floor_s(utc_ms)) * 1000;
}

int64_t zone_wall_ms(const Zone *zone, int64_t utc_ms)
{
	return utc_ms + zone_offset_ms(zone, utc_ms);
}

/* No clock is more than a day from UTC, so a day earlier is before and a day later is after any
 * change. */
int64_t zone_utc_ms(const Zone *zone, int64_t wall_ms, WallKind *ret_kind)
{
	int64_t before = wall_ms - zone_offset_ms(zone, wall_ms - DAY_MS);
	int64_t after = wall_ms - zone_offset_ms(zone, wall_ms + DAY_MS);
	bool is_before = zone_wall_ms(zone, before) == wall_ms,
	     is_after = zone_wall_ms(zone, after) == wall_ms;
	WallKind kind = WALL_ONCE;

	if (is_before && is_after && before != after)
		kind = WALL_TWICE;
	else if (!is_before && !is_after)
		kind = WALL_SKIPPED;
	if (ret_kind)
		*ret_kind = kind;
	return is_after && !is_before ? after : before;
}

bool zone_next_change(const Zone *zone, int64_t utc_ms, int64_t *ret_utc_ms)
{
	int64_t utc_s = floor_s(utc_ms), next_s;
	size_t n = changes_until(zone, utc_s);

	if (n < zone->n_changes)
		next_s = zone->changes[n].at_s;
	else if (!zone->has_tail || !zone_rule_next(&zone->tail, utc_s, &next_s))
		return false;
	*ret_utc_ms = next_s * 1000;
	return true;
}

/* All changes of @a fall on moments at which both clocks show the same. */
static bool agrees(const Zone *a, const Zone *b, int64_t from_ms, int64_t until_ms)
{
	for (int64_t at = from_ms; zone_next_change(a, at, &at) && at < until_ms;)
		if (zone_offset_ms(a, at) != zone_offset_ms(b, at))
			return false;
	return true;
}

bool zone_is_same(const Zone *a, const Zone *b, int64_t from_ms, int64_t until_ms)
{
	return zone_offset_ms(a, from_ms) == zone_offset_ms(b, from_ms) &&
	       agrees(a, b, from_ms, until_ms) && agrees(b, a, from_ms, until_ms);
}

/* ---- one year of it as a rule ---- */

enum { LAST_WEEK = 5, YEARS_AROUND = 6 };

/* How many of the years around it have a change that looks the same under this rule. */
static int years_right(const Zone *zone, const ZoneRule *rule, int year)
{
	g_autoptr(Zone) other = zone_new_rule("", rule);
	int right = 0;

	for (int y = year - YEARS_AROUND; y <= year + YEARS_AROUND; y++)
		right += zone_is_same(zone, other, day_of_date(y, 1, 2) * DAY_MS,
		                      day_of_date(y, 12, 30) * DAY_MS);
	return right;
}

static ZoneSwitch switch_at(int64_t wall_s)
{
	int64_t day = day_of_ms(wall_s * 1000);
	Date date = day_date(day);

	return (ZoneSwitch){ .kind = ZONE_DAY_OF_WEEK,
		             .month = date.month,
		             .week = (date.day - 1) / 7 + 1,
		             .weekday = day_weekday(day),
		             .day = date.day,
		             .time_s = (int)(wall_s - day * DAY_S) };
}

/* Whether the fourth Sunday is meant or the last, only other years can tell. */
static void choose_week(const Zone *zone, int year, ZoneRule *rule, ZoneSwitch *s)
{
	int counted = s->week;

	if (s->day + 7 <= day_month_length(year, s->month))
		return;
	int right = counted <= 4 ? years_right(zone, rule, year) : -1;
	s->week = LAST_WEEK;
	if (years_right(zone, rule, year) <= right)
		s->week = counted;
}

void zone_rule_of_year(const Zone *zone, int year, ZoneRule *ret_rule)
{
	int64_t begin = day_of_date(year, 1, 1) * DAY_MS,
		end = day_of_date(year + 1, 1, 1) * DAY_MS;
	ZoneRule rule = { .winter_s = (int)(zone_offset_ms(zone, begin) / 1000) };
	bool ends = false;

	for (int64_t at = begin; zone_next_change(zone, at, &at) && at < end;) {
		int before = offset_s(zone, at / 1000 - 1), after = offset_s(zone, at / 1000);
		ZoneSwitch s = switch_at(at / 1000 + before);
		if (after > before) {
			rule.to_summer = s, rule.winter_s = before, rule.summer_s = after;
			rule.has_summer = true;
		} else if (after < before) {
			rule.to_winter = s;
			ends = true;
		}
	}
	/* A clock that is moved once has changed its zone: its last state is the one that lasts. */
	if (!rule.has_summer || !ends) {
		*ret_rule = (ZoneRule){ .winter_s = offset_s(zone, end / 1000 - 1) };
		return;
	}
	choose_week(zone, year, &rule, &rule.to_summer);
	choose_week(zone, year, &rule, &rule.to_winter);
	*ret_rule = rule;
}
