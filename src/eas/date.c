#include "eas/date.h"

#include <glib.h>

/* @count digits at *p, which moves on. -1 if they are not all digits. */
static int digits(const char **p, int count)
{
	int value = 0;

	for (; count; count--, (*p)++) {
		if (!g_ascii_isdigit(**p))
			return -1;
		value = 10 * value + (**p - '0');
	}
	return value;
}

static void skip(const char **p, char c)
{
	if (**p == c)
		(*p)++;
}

/* Days from 1970-01-01 to the first of March of @year, and on from there: the leap day comes
 * last. */
static int64_t days_since_1970(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* ".5", ".123", ".1234567": milliseconds, what is finer dropped. */
static int fraction_ms(const char **p)
{
	int ms = 0, scale = 100;

	if (**p != '.')
		return 0;
	for ((*p)++; g_ascii_isdigit(**p); (*p)++, scale /= 10)
		ms += (**p - '0') * scale;
	return ms;
}

bool date_parse(const char *text, int64_t *ret_ms)
{
	const char *p = text;

	if (!text)
		return false;
	int year = digits(&p, 4);
	skip(&p, '-');
	int month = year < 0 ? -1 : digits(&p, 2);
	skip(&p, '-');
	int day = month < 0 ? -1 : digits(&p, 2);
	if (day < 0 || *p++ != 'T')
		return false;
	int hour = digits(&p, 2);
	skip(&p, ':');
	int minute = hour < 0 ? -1 : digits(&p, 2);
	skip(&p, ':');
	int second = minute < 0 ? -1 : digits(&p, 2);
	if (second < 0 || hour > 23 || minute > 59 || second > 60)
		return false;
	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return false;

	int ms = fraction_ms(&p);
	skip(&p, 'Z');
	if (*p)
		return false;
	*ret_ms = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60000 +
	          second * 1000 + ms;
	return true;
}

static char *format(GDateTime *when, int64_t ms)
{
	g_autofree char *seconds = g_date_time_format(when, "%Y-%m-%dT%H:%M:%S");
	int fraction = (int)(((ms % 1000) + 1000) % 1000);

	return g_strdup_printf("%s.%03dZ", seconds, fraction);
}

/* A second before the year 1 or after 9999 has no such form: the first of 1970 stands for it. */
static GDateTime *moment(int64_t ms)
{
	int64_t seconds = (ms - (((ms % 1000) + 1000) % 1000)) / 1000;
	GDateTime *when = g_date_time_new_from_unix_utc(seconds);

	return when ? when : g_date_time_new_from_unix_utc(0);
}

char *date_format(int64_t ms)
{
	g_autoptr(GDateTime) when = moment(ms);

	return format(when, ms);
}

char *date_format_local(int64_t ms)
{
	g_autoptr(GDateTime) when = moment(ms);
	g_autoptr(GDateTime) local = g_date_time_to_local(when);

	return format(local, ms);
}

char *date_format_compact(int64_t ms)
{
	g_autoptr(GDateTime) when = moment(ms);

	return g_date_time_format(when, "%Y%m%dT%H%M%SZ");
}

enum { DAY_MS = 24 * 60 * 60 * 1000 };

int64_t date_nearest_day(int64_t ms, int64_t west_min)
{
	int64_t there_ms = ms - west_min * 60 * 1000 + DAY_MS / 2 - 1;
	if (ms % DAY_MS == 0)
		return ms;
	int64_t since_midnight = ((there_ms % DAY_MS) + DAY_MS) % DAY_MS;

	return there_ms - since_midnight;
}

int64_t date_local_day(int64_t ms)
{
	g_autoptr(GDateTime) when = moment(ms);
	g_autoptr(GDateTime) local = g_date_time_to_local(when);

	return days_since_1970(g_date_time_get_year(local), g_date_time_get_month(local),
	                       g_date_time_get_day_of_month(local)) *
	       DAY_MS;
}

/* Where daylight saving removes the midnight, the day begins after it. */
int64_t date_local_midnight(int64_t day_ms)
{
	g_autoptr(GDateTime) day = moment(day_ms);
	g_autoptr(GDateTime) local =
		g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
	                              g_date_time_get_day_of_month(day), 0, 0, 0);

	return local ? g_date_time_to_unix(local) * 1000 : day_ms;
}
