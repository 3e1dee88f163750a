#include "store/event-span.h"

#define HOUR_MS ((int64_t)3600000)
#define DAY_MS  (24 * HOUR_MS)

/* Times beyond the years that a calendar shows would overflow what is added to them. */
#define FIRST_MS (-(int64_t)400000 * 366 * DAY_MS)
#define LAST_MS  ((int64_t)400000 * 366 * DAY_MS)

/* The days of an event that lasts all day begin with these of the easternmost zone, and end with
 * those of the westernmost. */
#define EAST_MS (14 * HOUR_MS)
#define WEST_MS (12 * HOUR_MS)

/* The most that one step of a rule takes, of any calendar. */
static int64_t step_days(const Recurrence *rule)
{
	switch (rule->type) {
	case RECUR_DAILY:
		return rule->days ? 7 : 1;
	case RECUR_WEEKLY:
		return 7;
	case RECUR_MONTHLY:
	case RECUR_MONTHLY_NTH:
		return 62;
	default:
		return 800;
	}
}

/* When the last one that a rule may give begins. */
static int64_t last_start(const Event *event, const Recurrence *rule)
{
	int64_t start_ms = CLAMP(event->start_ms, FIRST_MS, LAST_MS);
	int64_t step_ms = step_days(rule) * DAY_MS * MAX(rule->interval, 1);
	int64_t counted = INT64_MAX, until = INT64_MAX;

	if (rule->occurrences && rule->occurrences <= (LAST_MS - start_ms) / step_ms)
		counted = start_ms + rule->occurrences * step_ms;
	/* A day more: its date may be one of another zone. */
	if (rule->until_ms)
		until = CLAMP(rule->until_ms, FIRST_MS, LAST_MS) + DAY_MS;
	return MIN(counted, until);
}

static void widen(EventSpan *span, const Event *event)
{
	int64_t start = CLAMP(event->start_ms, FIRST_MS, LAST_MS);
	int64_t end = CLAMP(MAX(event->end_ms, event->start_ms), FIRST_MS, LAST_MS);

	span->from_ms = MIN(span->from_ms, start - (event->is_all_day ? EAST_MS : 0));
	span->until_ms = MAX(span->until_ms, end + (event->is_all_day ? WEST_MS : 0));
}

static void widen_by_exceptions(EventSpan *span, const Event *series)
{
	for (guint i = 0; series->exceptions && i < series->exceptions->len; i++) {
		const EventException *exception = g_ptr_array_index(series->exceptions, i);
		if (exception->event && exception->has & EVENT_HAS_TIMES)
			widen(span, exception->event);
	}
}

static void widen_by_rule(EventSpan *span, const Event *series)
{
	int64_t last = last_start(series, series->recurrence);
	int64_t length = span->until_ms - span->from_ms;

	span->until_ms = last == INT64_MAX ? INT64_MAX : MAX(span->until_ms, last + length);
}

EventSpan event_span(const Event *event)
{
	EventSpan span = { EVENT_REACH_SHORT, INT64_MAX, INT64_MIN };

	widen(&span, event);
	/* What takes no time takes place all the same. */
	span.until_ms = MAX(span.until_ms, span.from_ms + 1);
	if (event->recurrence) {
		span.reach = EVENT_REACH_SERIES;
		widen_by_rule(&span, event);
		widen_by_exceptions(&span, event);
	} else if (span.until_ms - span.from_ms > EVENT_SHORT_MS) {
		span.reach = EVENT_REACH_LONG;
	}
	return span;
}
