#include "app/when.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

enum { DAYS = 7, MINUTES_OF_DAY = 24 * 60 };

static const char *const weekdays[DAYS] = {
	N_("monday"), N_("tuesday"), N_("wednesday"), N_("thursday"), N_("friday"), N_("saturday"), N_("sunday")
};

/* What was said of it so far. */
typedef struct {
	int64_t    now_ms;
	GDateTime *day;          /* midnight of a day that was named; NULL none */
	int        minute;       /* of the day; -1: no time was named */
} Moment;

/* ---- spans ---- */

static bool unit_minutes(char unit, int64_t *ret_minutes)
{
	static const struct { char unit; int minutes; } units[] = {
		{ 'm', 1 }, { 'h', 60 }, { 'd', MINUTES_OF_DAY }, { 'w', 7 * MINUTES_OF_DAY },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (units[i].unit == unit) {
			*ret_minutes = units[i].minutes;
			return true;
		}
	return false;
}

static bool span_parse(const char *text, int64_t *ret_ms)
{
	size_t len = strlen(text);
	int64_t count, minutes;

	if (len < 2 || !unit_minutes(text[len - 1], &minutes))
		return false;
	g_autofree char *number = g_strndup(text, len - 1);
	if (!text_to_int(number, 1, 9999, &count))
		return false;
	*ret_ms = count * minutes * 60000;
	return true;
}

/* ---- words ---- */

static GDateTime *midnight(int64_t ms, int days_later)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
	g_autoptr(GDateTime) local = g_date_time_to_local(utc);
	g_autoptr(GDateTime) day = g_date_time_add_days(local, days_later);

	return g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
	                             g_date_time_get_day_of_month(day), 0, 0, 0);
}

/* Three letters are enough of a name. */
static bool is_name(const char *word, const char *name)
{
	g_autofree char *typed = g_utf8_casefold(word, -1);
	g_autofree char *whole = g_utf8_casefold(name, -1);

	return g_utf8_strlen(typed, -1) >= 3 && g_str_has_prefix(whole, typed);
}

static bool is_either(const char *word, const char *english)
{
	return is_name(word, english) || is_name(word, _(english));
}

static int weekday_now(const Moment *moment)
{
	g_autoptr(GDateTime) today = midnight(moment->now_ms, 0);

	return g_date_time_get_day_of_week(today) - 1;
}

static GDateTime *named_day(const Moment *moment, const char *word)
{
	if (is_either(word, N_("today")))
		return midnight(moment->now_ms, 0);
	if (is_either(word, N_("tomorrow")))
		return midnight(moment->now_ms, 1);
	for (int i = 0; i < DAYS; i++)
		if (is_either(word, weekdays[i])) {
			int ahead = (i - weekday_now(moment) + DAYS) % DAYS;
			return midnight(moment->now_ms, ahead ? ahead : DAYS);
		}
	return NULL;
}

static GDateTime *iso_day(const char *word)
{
	g_auto(GStrv) parts = g_strsplit(word, "-", 4);
	int64_t year, month, day;

	if (g_strv_length(parts) != 3 || !text_to_int(parts[0], 1970, 9999, &year) ||
	    !text_to_int(parts[1], 1, 12, &month) || !text_to_int(parts[2], 1, 31, &day))
		return NULL;
	return g_date_time_new_local((int)year, (int)month, (int)day, 0, 0, 0);
}

static bool take_time(Moment *moment, const char *word)
{
	g_auto(GStrv) parts = g_strsplit(word, ":", 3);
	int64_t hour, minute;

	if (moment->minute >= 0 || g_strv_length(parts) != 2 || !text_to_int(parts[0], 0, 23, &hour) ||
	    strlen(parts[1]) != 2 || !text_to_int(parts[1], 0, 59, &minute))
		return false;
	moment->minute = (int)(hour * 60 + minute);
	return true;
}

static bool take_day(Moment *moment, const char *word)
{
	if (moment->day)
		return false;
	moment->day = named_day(moment, word);
	if (!moment->day)
		moment->day = iso_day(word);
	return moment->day != NULL;
}

/* ---- the whole ---- */

static int64_t at_minute(GDateTime *day, int minute)
{
	g_autoptr(GDateTime) at = g_date_time_new_local(
		g_date_time_get_year(day), g_date_time_get_month(day),
		g_date_time_get_day_of_month(day), minute / 60, minute % 60, 0);

	/* A time that the clock skips (summer time begins) is the one that follows. */
	return (at ? g_date_time_to_unix(at) : g_date_time_to_unix(day) + 60 * (int64_t)minute) * 1000;
}

static int64_t moment_ms(Moment *moment, int hour)
{
	bool is_any_day = moment->day == NULL;
	int minute = moment->minute >= 0 ? moment->minute : hour * 60;

	if (is_any_day)
		moment->day = midnight(moment->now_ms, 0);
	int64_t ms = at_minute(moment->day, minute);
	if (!is_any_day || ms > moment->now_ms)
		return ms;
	g_autoptr(GDateTime) next = midnight(moment->now_ms, 1);
	return at_minute(next, minute);
}

static bool fail_form(const char *text, GError **err)
{
	return fail(err, ERR_USAGE,
	            _("“%s” is no time: say tomorrow, fri 9:30, 2026-12-01 14:00, 17:30, 2h or 3d"), text);
}

static bool take_words(Moment *moment, char **words)
{
	bool has_any = false;

	for (size_t i = 0; words[i]; i++) {
		if (!*words[i])
			continue;
		if (!take_time(moment, words[i]) && !take_day(moment, words[i]))
			return false;
		has_any = true;
	}
	return has_any;
}

bool when_parse(const char *text, int64_t now_ms, int hour, int64_t *ret_ms, GError **err)
{
	g_autofree char *line = g_strstrip(g_strdup(text));
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	Moment moment = { now_ms, NULL, -1 };
	int64_t span_ms, ms;

	if (span_parse(line, &span_ms)) {
		*ret_ms = now_ms + span_ms;
		return true;
	}
	bool is_sound = take_words(&moment, words);
	if (is_sound)
		ms = moment_ms(&moment, hour);
	g_clear_pointer(&moment.day, g_date_time_unref);
	if (!is_sound)
		return fail_form(text, err);
	if (ms <= now_ms)
		return fail(err, ERR_USAGE, _("“%s” is over already"), text);
	*ret_ms = ms;
	return true;
}

/* Looked at from the forenoon, noon is still to come, and a clock that is set between here and there
 * moves no day. */
bool when_parse_day(const char *text, int64_t now_ms, int64_t *ret_ms, GError **err)
{
	g_autoptr(GDateTime) today = midnight(now_ms, 0);
	int64_t ms;

	if (!when_parse(text, at_minute(today, 11 * 60), 12, &ms, err))
		return false;
	g_autoptr(GDateTime) day = midnight(ms, 0);
	*ret_ms = g_date_time_to_unix(day) * 1000;
	return true;
}
