#include "calendar/zone_blob.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "calendar/day.h"

/* Where the fields begin. */
enum {
	BIAS = 0,
	WINTER_NAME = 4,
	WINTER = 68,
	WINTER_BIAS = 84,
	SUMMER_NAME = 88,
	SUMMER = 152,
	SUMMER_BIAS = 168,
	NAME_UNITS = 32
};
enum { DAY_MIN = 24 * 60, MINUTE_S = 60, HOUR_S = 3600 };

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static int32_t le32(const uint8_t *p)
{
	return (int32_t)(le16(p) | (uint32_t)le16(p + 2) << 16);
}

/* ---- reading ---- */

/* SYSTEMTIME: year, month, weekday, day, hour, minute, second, millisecond. A day that ends at
 * 23:59:59.999 ends at midnight. */
static bool read_switch(const uint8_t *p, ZoneSwitch *ret_switch)
{
	int year = le16(p), month = le16(p + 2), weekday = le16(p + 4), day = le16(p + 6),
	    hour = le16(p + 8), minute = le16(p + 10), second = le16(p + 12), ms = le16(p + 14);
	bool is_date = year != 0;

	if (month < 1 || month > 12 || weekday > 6 || day < 1 || hour > 23 || minute > 59 ||
	    second > 59 || ms > 999 || (is_date ? !day_date_exists(year, month, day) : day > 5))
		return false;
	*ret_switch = (ZoneSwitch){
		.kind = is_date ? ZONE_DAY_OF_MONTH : ZONE_DAY_OF_WEEK,
		.year = year,
		.month = month,
		.week = is_date ? 0 : day,
		.weekday = weekday,
		.day = is_date ? day : 0,
		.time_s = hour * HOUR_S + minute * MINUTE_S + second + (ms >= 500),
	};
	return true;
}

static char *read_name(const uint8_t *p)
{
	gunichar2 units[NAME_UNITS] = { 0 };

	for (int i = 0; i < NAME_UNITS - 1 && le16(p + 2 * i); i++)
		units[i] = le16(p + 2 * i);
	g_autofree char *name = g_utf16_to_utf8(units, -1, NULL, NULL, NULL);
	return name ? text_one_line(name) : g_strdup("");
}

/* A clock that moves has two dates; with month 0 in either it stands still. */
static bool read_switches(const uint8_t *bytes, ZoneRule *rule)
{
	rule->has_summer = le16(bytes + WINTER + 2) && le16(bytes + SUMMER + 2) &&
	                   rule->summer_s != rule->winter_s;
	return !rule->has_summer || (read_switch(bytes + WINTER, &rule->to_winter) &&
	                             read_switch(bytes + SUMMER, &rule->to_summer));
}

bool zone_blob_read(GBytes *blob, ZoneRule *ret_rule, char **ret_name, GError **err)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(blob, &len);
	ZoneRule rule = { 0 };

	if (len != ZONE_BLOB_SIZE)
		return fail(err, ERR_PROTOCOL, "time zone has %zu bytes, not %d", len,
		            ZONE_BLOB_SIZE);
	/* The wire counts minutes west, in two parts; we count east, in one. */
	int64_t west = le32(bytes + BIAS);
	int64_t winter = -west - le32(bytes + WINTER_BIAS),
		summer = -west - le32(bytes + SUMMER_BIAS);

	if (ABS(winter) > DAY_MIN || (le16(bytes + SUMMER + 2) && ABS(summer) > DAY_MIN))
		return fail(err, ERR_PROTOCOL, "time zone lies more than a day from UTC");
	rule.winter_s = (int)winter * MINUTE_S;
	rule.summer_s = ABS(summer) > DAY_MIN ? rule.winter_s : (int)summer * MINUTE_S;
	if (!read_switches(bytes, &rule))
		return fail(err, ERR_PROTOCOL, "time zone changes on a date that does not exist");
	*ret_rule = rule;
	*ret_name = read_name(bytes + WINTER_NAME);
	return true;
}

/* ---- writing ---- */

static void put16(uint8_t *p, int value)
{
	p[0] = (uint8_t)(value & 0xff);
	p[1] = (uint8_t)(value >> 8 & 0xff);
}

static void put32(uint8_t *p, int64_t value)
{
	put16(p, (int)(value & 0xffff));
	put16(p + 2, (int)(value >> 16 & 0xffff));
}

static void put_name(uint8_t *p, const char *name)
{
	glong count = 0;
	g_autofree gunichar2 *units = g_utf8_to_utf16(name, -1, NULL, &count, NULL);

	for (glong i = 0; units && i < MIN(count, NAME_UNITS - 1); i++)
		put16(p + 2 * i, units[i]);
}

static void put_switch(uint8_t *p, const ZoneSwitch *s)
{
	bool is_date = s->kind == ZONE_DAY_OF_MONTH;
	/* The field ends at 23:59:59; midnight is the millisecond before it. */
	int time_s = CLAMP(s->time_s, 0, (int)DAY_S - 1);

	put16(p, is_date ? s->year : 0);
	put16(p + 2, s->month);
	put16(p + 4, s->weekday);
	put16(p + 6, is_date ? s->day : s->week);
	put16(p + 8, time_s / HOUR_S);
	put16(p + 10, time_s / MINUTE_S % 60);
	put16(p + 12, time_s % MINUTE_S);
	put16(p + 14, s->time_s >= DAY_S ? 999 : 0);
}

GBytes *zone_blob_write(const ZoneRule *rule, const char *name)
{
	uint8_t *bytes = g_malloc0(ZONE_BLOB_SIZE);

	put32(bytes + BIAS, -rule->winter_s / MINUTE_S);
	put_name(bytes + WINTER_NAME, name);
	put_name(bytes + SUMMER_NAME, name);
	if (rule->has_summer) {
		put_switch(bytes + WINTER, &rule->to_winter);
		put_switch(bytes + SUMMER, &rule->to_summer);
		put32(bytes + SUMMER_BIAS, (rule->winter_s - rule->summer_s) / MINUTE_S);
	}
	return g_bytes_new_take(bytes, ZONE_BLOB_SIZE);
}
