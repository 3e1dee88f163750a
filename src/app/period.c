#include "app/period.h"

#include "app/spoken.h"
#include "base/error.h"
#include "base/i18n.h"

enum { MINUTE_MS = 60000, DAY_MS = 24 * 60 * MINUTE_MS };

/* One end of it, as far as it was said. */
typedef struct {
	GDateTime *day;          /* midnight; NULL none */
	int        minute;       /* of the day; -1 none */
} End;

typedef struct { End start, end; int64_t span_minutes; } Said;

static void said_clear(Said *said)
{
	g_clear_pointer(&said->start.day, g_date_time_unref);
	g_clear_pointer(&said->end.day, g_date_time_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Said, said_clear)

/* ---- what is said ---- */

static const char *const dashes[] = { "-", N_("to"), N_("until"), N_("till"), NULL };
static const char *const lasting[] = { N_("for"), "+", NULL };
static const char *const fillers[] = { N_("at"), N_("on"), N_("from"), NULL };

/* A bare hour is one beside a dash alone: "9-10:30". */
static bool is_before_dash(const Spoken *spoken)
{
	Spoken ahead = *spoken;

	if (spoken_is_over(spoken))
		return false;
	ahead.at++;
	return !spoken_is_over(&ahead) && spoken_word(&ahead, dashes);
}

/* A bare hour before the day's own dash would be one of "1 dec to 3 dec": the day is tried first. */
static bool take_end(Spoken *spoken, End *end, bool is_behind_dash)
{
	bool has_any = false;

	for (;;) {
		bool takes_hours = is_behind_dash || is_before_dash(spoken);
		if (!end->day && spoken_day(spoken, &end->day))
			has_any = true;
		else if (end->minute < 0 && spoken_time(spoken, takes_hours, &end->minute))
			has_any = true;
		else if (!spoken_word(spoken, fillers))
			return has_any;
	}
}

static bool take_all(Spoken *spoken, Said *said)
{
	if (!take_end(spoken, &said->start, false))
		return false;
	if (spoken_word(spoken, dashes) && !take_end(spoken, &said->end, true))
		return false;
	if (spoken_word(spoken, lasting) && !spoken_span(spoken, &said->span_minutes))
		return false;
	return spoken_is_over(spoken);
}

/* ---- what it means ---- */

static int64_t date_ms(GDateTime *day)
{
	g_autoptr(GDateTime) date = g_date_time_new_utc(g_date_time_get_year(day),
	                                                g_date_time_get_month(day),
	                                                g_date_time_get_day_of_month(day), 0, 0, 0);

	return g_date_time_to_unix(date) * 1000;
}

static bool whole_days(const Said *said, Period *period)
{
	GDateTime *last = said->end.day ? said->end.day : said->start.day;

	period->is_all_day = true;
	period->start_ms = date_ms(said->start.day);
	period->end_ms = date_ms(last) + DAY_MS;
	if (said->span_minutes)
		period->end_ms = period->start_ms + said->span_minutes * MINUTE_MS;
	return period->end_ms > period->start_ms && period->end_ms % DAY_MS == 0;
}

/* The day of a start that names none: today, or tomorrow if that time is over. */
static void find_day(Said *said, int64_t now_ms)
{
	said->start.day = spoken_midnight(now_ms, 0);
	if (spoken_at_minute(said->start.day, said->start.minute) > now_ms)
		return;
	g_date_time_unref(said->start.day);
	said->start.day = spoken_midnight(now_ms, 1);
}

static int64_t end_ms(const Said *said, int64_t start_ms, int minutes)
{
	if (said->span_minutes)
		return start_ms + said->span_minutes * MINUTE_MS;
	if (said->end.minute < 0 && !said->end.day)
		return start_ms + (int64_t)minutes * MINUTE_MS;
	int minute = said->end.minute >= 0 ? said->end.minute : said->start.minute;
	int64_t ms = spoken_at_minute(said->end.day ? said->end.day : said->start.day, minute);
	if (ms > start_ms || said->end.day)
		return ms;
	g_autoptr(GDateTime) next = g_date_time_add_days(said->start.day, 1);
	return spoken_at_minute(next, minute);
}

static bool some_hours(Said *said, int64_t now_ms, int minutes, Period *period)
{
	if (!said->start.day)
		find_day(said, now_ms);
	period->is_all_day = false;
	period->start_ms = spoken_at_minute(said->start.day, said->start.minute);
	period->end_ms = end_ms(said, period->start_ms, minutes);
	return period->end_ms >= period->start_ms;
}

static bool resolve(Said *said, int64_t now_ms, int minutes, Period *period)
{
	if (said->span_minutes && (said->end.day || said->end.minute >= 0))
		return false;
	if (said->start.minute >= 0)
		return some_hours(said, now_ms, minutes, period);
	return said->start.day && said->end.minute < 0 && whole_days(said, period);
}

bool period_parse(const char *text, int64_t now_ms, int minutes, Period *ret_period, GError **err)
{
	g_auto(Spoken) spoken;
	g_auto(Said) said = { { NULL, -1 }, { NULL, -1 }, 0 };
	Period period;

	spoken_begin(&spoken, text, now_ms);
	if (!take_all(&spoken, &said))
		return fail(err, ERR_USAGE,
		            _("“%s” is no time: say tomorrow 14:00, fri 9-10:30, 24 dec, or "
		              "2026-12-01 14:00 for 45m"),
		            text);
	if (!resolve(&said, now_ms, minutes, &period))
		return fail(err, ERR_USAGE, _("“%s” ends before it begins, or says its end twice"),
		            text);
	*ret_period = period;
	return true;
}

int64_t period_date(int64_t ms)
{
	g_autoptr(GDateTime) day = spoken_midnight(ms, 0);

	return date_ms(day);
}

bool period_parse_day(const char *text, int64_t now_ms, int64_t *ret_date_ms, GError **err)
{
	g_auto(Spoken) spoken;
	g_autoptr(GDateTime) day = NULL;
	int64_t minutes;

	spoken_begin(&spoken, text, now_ms);
	if (spoken_span(&spoken, &minutes))
		day = spoken_midnight(now_ms, (int)(minutes * MINUTE_MS / DAY_MS));
	else
		spoken_day(&spoken, &day);
	if (!day || !spoken_is_over(&spoken))
		return fail(err, ERR_USAGE,
		            _("“%s” is no day: say tomorrow, next fri, 24 dec, 2026-12-01 or 3w"), text);
	*ret_date_ms = date_ms(day);
	return true;
}
