#include "app/when.h"

#include "app/spoken.h"
#include "base/error.h"
#include "base/i18n.h"

/* What was said of it so far. */
typedef struct {
	int64_t    now_ms;
	GDateTime *day;          /* midnight of a day that was named; NULL none */
	int        minute;       /* of the day; -1: no time was named */
} Moment;

static int64_t moment_ms(Moment *moment, int hour)
{
	bool is_any_day = moment->day == NULL;
	int minute = moment->minute >= 0 ? moment->minute : hour * 60;

	if (is_any_day)
		moment->day = spoken_midnight(moment->now_ms, 0);
	int64_t ms = spoken_at_minute(moment->day, minute);
	if (!is_any_day || ms > moment->now_ms)
		return ms;
	g_autoptr(GDateTime) next = spoken_midnight(moment->now_ms, 1);
	return spoken_at_minute(next, minute);
}

static bool fail_form(const char *text, GError **err)
{
	return fail(err, ERR_USAGE,
	            _("“%s” is no time: say tomorrow, fri 9:30, 2026-12-01 14:00, 17:30, 2h or 3d"), text);
}

static bool take_word(Moment *moment, Spoken *spoken)
{
	return (moment->minute < 0 && spoken_time(spoken, false, &moment->minute)) ||
	       (!moment->day && spoken_day(spoken, &moment->day));
}

static bool take_words(Moment *moment, Spoken *spoken)
{
	if (spoken_is_over(spoken))
		return false;
	while (!spoken_is_over(spoken))
		if (!take_word(moment, spoken))
			return false;
	return true;
}

bool when_parse(const char *text, int64_t now_ms, int hour, int64_t *ret_ms, GError **err)
{
	g_auto(Spoken) spoken;
	Moment moment = { now_ms, NULL, -1 };
	int64_t span_minutes, ms;

	spoken_begin(&spoken, text, now_ms);
	if (spoken_span(&spoken, &span_minutes) && spoken_is_over(&spoken)) {
		*ret_ms = now_ms + span_minutes * 60000;
		return true;
	}
	bool is_sound = take_words(&moment, &spoken);
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
	g_autoptr(GDateTime) today = spoken_midnight(now_ms, 0);
	int64_t ms;

	if (!when_parse(text, spoken_at_minute(today, 11 * 60), 12, &ms, err))
		return false;
	g_autoptr(GDateTime) day = spoken_midnight(ms, 0);
	*ret_ms = g_date_time_to_unix(day) * 1000;
	return true;
}
