#include "ui/screen/show.h"

#include <string.h>

#include "base/i18n.h"

enum { DAY_MS = 24 * 3600 * 1000 };

/* A time that no calendar knows is the beginning of time. */
static GDateTime *local(int64_t at_ms)
{
	GDateTime *time = g_date_time_new_from_unix_local(at_ms / 1000);

	return time ? time : g_date_time_new_from_unix_utc(0);
}

static char *format(int64_t at_ms, const char *pattern)
{
	g_autoptr(GDateTime) time = local(at_ms);
	g_autofree char *text = g_date_time_format(time, pattern);

	return g_strdup(g_strstrip(text));
}

static bool is_same_day(GDateTime *a, GDateTime *b)
{
	return g_date_time_get_year(a) == g_date_time_get_year(b) &&
	       g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

char *show_date_short(int64_t at_ms, int64_t now_ms)
{
	g_autoptr(GDateTime) at = local(at_ms);
	g_autoptr(GDateTime) now = local(now_ms);

	if (is_same_day(at, now))
		return format(at_ms, "%H:%M");
	if (at_ms < now_ms && now_ms - at_ms < 6 * (int64_t)DAY_MS)
		return format(at_ms, "%a");
	if (g_date_time_get_year(at) == g_date_time_get_year(now) && at_ms < now_ms)
		return format(at_ms, "%e %b");
	return format(at_ms, "%Y-%m-%d");
}

char *show_date_long(int64_t at_ms) { return format(at_ms, _("%a %e %b %Y %H:%M")); }
char *show_day(int64_t at_ms) { return format(at_ms, _("%a %e %b %Y")); }
char *show_time(int64_t at_ms) { return format(at_ms, "%H:%M"); }

char *show_span(int64_t start_ms, int64_t end_ms, bool is_all_day)
{
	g_autoptr(GDateTime) start = local(start_ms);
	g_autoptr(GDateTime) end = local(end_ms);
	g_autofree char *from = format(start_ms, is_all_day ? "%a %e %b" : "%a %e %b %H:%M");
	bool is_one_day = is_same_day(start, end) || (is_all_day && end_ms - start_ms <= DAY_MS);

	if (is_all_day && is_one_day)
		return g_steal_pointer(&from);
	g_autofree char *to = format(end_ms, is_one_day   ? "%H:%M"
	                                     : is_all_day ? "%a %e %b"
	                                                  : "%a %e %b %H:%M");
	return g_strdup_printf(is_one_day ? "%s-%s" : "%s - %s", from, to);
}

char *show_count(int64_t count)
{
	g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, count);
	GString *out = g_string_new(NULL);
	size_t len = strlen(digits);

	for (size_t i = 0; i < len; i++) {
		g_string_append_c(out, digits[i]);
		size_t left = len - i - 1;
		if (left && left % 3 == 0 && digits[i] != '-')
			g_string_append_c(out, ',');
	}
	return g_string_free(out, FALSE);
}

char *show_size(int64_t bytes)
{
	static const struct {
		int64_t unit;
		char name;
	} units[] = { { 1 << 30, 'G' }, { 1 << 20, 'M' }, { 1 << 10, 'K' } };

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		int64_t unit = units[i].unit;
		if (bytes >= unit && bytes < 10 * unit && units[i].name != 'K')
			return g_strdup_printf("%" G_GINT64_FORMAT ".%d%c", bytes / unit,
			                       (int)(bytes % unit * 10 / unit), units[i].name);
		if (bytes >= unit)
			return g_strdup_printf("%" G_GINT64_FORMAT "%c", bytes / unit,
			                       units[i].name);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT "B", MAX(bytes, 0));
}
