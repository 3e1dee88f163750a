#include "calendar/expand.h"

#include <string.h>

#include "calendar/day.h"
#include "calendar/recurrence.h"
#include "calendar/rule_walk.h"

enum { YEAR_MIN = 1601, YEAR_MAX = 4500, YEARS_AHEAD = 30 };

/* What is being looked for. */
typedef struct {
	const Event        *event;
	const Zone         *zone;         /* of its clock; NULL: it is all-day */
	const ExpandWindow *window;
	int64_t             wall_ms, length_ms;  /* of the series, on its clock */
	GArray             *found;
	GPtrArray          *doubts;
} Search;

/* ---- clocks ---- */

static int64_t wall_of(const Zone *zone, int64_t ms)
{
	return zone ? zone_wall_ms(zone, ms) : ms;
}

static int64_t moment_of(const Zone *zone, int64_t wall_ms)
{
	return zone ? zone_utc_ms(zone, wall_ms, NULL) : wall_ms;
}

/* The window's end or begin, as it compares to the times of an event. */
static int64_t edge(const Search *search, int64_t ms, bool is_all_day)
{
	return is_all_day ? zone_wall_ms(search->window->viewer, ms) : ms;
}

/* What has no length is where it begins. */
static bool touches(const Search *search, const Occurrence *o)
{
	int64_t from = edge(search, search->window->from_ms, o->is_all_day);
	int64_t until = edge(search, search->window->until_ms, o->is_all_day);

	return o->start_ms < until &&
	       (o->end_ms > from || (o->start_ms == o->end_ms && o->start_ms >= from));
}

/* False when there are enough. */
static bool keep(Search *search, const Occurrence *occurrence)
{
	if (!touches(search, occurrence))
		return true;
	if (search->found->len >= EXPAND_MAX) {
		doubts_add(search->doubts, DOUBT_RULE_CROWDED, NULL);
		return false;
	}
	g_array_append_val(search->found, *occurrence);
	return true;
}

/* ---- exceptions ---- */

static const EventException *exception_of(const Event *event, int64_t original_ms)
{
	guint low = 0, high = event->exceptions ? event->exceptions->len : 0;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const EventException *exception = event->exceptions->pdata[middle];
		if (exception->original_ms == original_ms)
			return exception;
		if (exception->original_ms < original_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static Occurrence changed(const Search *search, const EventException *exception)
{
	const Event *event = search->event, *own = exception->event;
	Occurrence o = { .original_ms = exception->original_ms, .start_ms = exception->original_ms,
	                 .end_ms = exception->original_ms + event->end_ms - event->start_ms,
	                 .is_all_day = event->is_all_day, .exception = exception };

	if (exception->has & EVENT_HAS_TIMES) {
		o.start_ms = own->start_ms;
		o.end_ms = MAX(own->start_ms, own->end_ms);
	}
	if (exception->has & EVENT_HAS_ALL_DAY)
		o.is_all_day = own->is_all_day;
	return o;
}

/* Where they are has nothing to do with where they would be. */
static void find_changed(Search *search)
{
	const GPtrArray *exceptions = search->event->exceptions;

	for (guint i = 0; exceptions && i < exceptions->len; i++) {
		const EventException *exception = exceptions->pdata[i];
		if (exception->is_deleted)
			continue;
		Occurrence occurrence = changed(search, exception);
		if (!keep(search, &occurrence))
			return;
	}
}

/* ---- the rule ---- */

bool expand_rule(const Event *event, Rule *ret_rule, GPtrArray *doubts)
{
	if (event->rrule)
		return rule_parse(event->rrule, ret_rule, doubts);
	if (!event->recurrence)
		return false;
	if (!recurrence_is_gregorian(event->recurrence)) {
		g_autofree char *type =
			g_strdup_printf("CalendarType %d", event->recurrence->calendar_type);
		doubts_add(doubts, DOUBT_RULE_CALENDAR, type);
		return false;
	}
	if (!recurrence_is_valid(event->recurrence)) {
		doubts_add(doubts, DOUBT_RULE_UNKNOWN, "ActiveSync Recurrence");
		return false;
	}
	recurrence_to_rule(event->recurrence, event->is_all_day, ret_rule);
	return true;
}

static void name_skipped(const Search *search, int64_t wall_ms)
{
	Date date = day_date(day_of_ms(wall_ms));
	g_autofree char *text = g_strdup_printf("%04d-%02d-%02d", date.year, date.month, date.day);

	doubts_add(search->doubts, DOUBT_TIME_SKIPPED, text);
}

static Occurrence occurrence_on(const Search *search, int64_t day)
{
	int64_t wall_ms = day * DAY_MS + day_time_ms(search->wall_ms);
	Occurrence o = { .is_all_day = search->event->is_all_day };
	WallKind kind = WALL_ONCE;

	/* The first one is where it is said to be, also when the clock shows that twice. */
	if (wall_ms == search->wall_ms)
		o.start_ms = search->event->start_ms;
	else
		o.start_ms = search->zone ? zone_utc_ms(search->zone, wall_ms, &kind) : wall_ms;
	o.end_ms = MAX(o.start_ms, moment_of(search->zone, wall_ms + search->length_ms));
	if (kind == WALL_SKIPPED)
		o.end_ms = o.start_ms + search->length_ms;
	o.original_ms = o.start_ms;
	if (kind == WALL_SKIPPED && touches(search, &o))
		name_skipped(search, wall_ms);
	return o;
}

static bool is_past_until(const Search *search, const Rule *rule, int64_t start_ms, int64_t day)
{
	if (!rule->has_until)
		return false;
	if (rule->is_until_wall)
		return day * DAY_MS + day_time_ms(search->wall_ms) > rule->until_ms;
	return start_ms > rule->until_ms;
}

/* The days on which something begins that may touch the window. */
static void begin_walk(const Search *search, const Rule *rule, RuleWalk *walk)
{
	bool is_all_day = search->event->is_all_day;
	int64_t from = wall_of(search->zone, edge(search, search->window->from_ms, is_all_day));
	int64_t until = wall_of(search->zone, edge(search, search->window->until_ms, is_all_day));
	int64_t first = day_of_ms(search->wall_ms);

	rule_walk_begin(walk, rule, first, MAX(first, day_of_ms(from - search->length_ms) - 1),
	                day_of_ms(until) + 1);
}

static bool keep_unless_excepted(Search *search, const Occurrence *occurrence)
{
	return exception_of(search->event, occurrence->original_ms) || keep(search, occurrence);
}

/* A first date that its rule does not give: RFC 5545 shows it all the same, ActiveSync does not. */
static void doubt_first(Search *search)
{
	Occurrence first = occurrence_on(search, day_of_ms(search->wall_ms));

	if (!touches(search, &first))
		return;
	doubts_add(search->doubts, DOUBT_RULE_FIRST, NULL);
	if (search->event->rrule)
		keep_unless_excepted(search, &first);
}

static void find_by_rule(Search *search, const Rule *rule)
{
	RuleWalk walk;
	int64_t day, first = day_of_ms(search->wall_ms);
	bool has_first = false;

	begin_walk(search, rule, &walk);
	while (rule_walk_next(&walk, &day)) {
		Occurrence occurrence = occurrence_on(search, day);
		if (is_past_until(search, rule, occurrence.start_ms, day) ||
		    !keep_unless_excepted(search, &occurrence))
			break;
		has_first = has_first || day == first;
	}
	if (!has_first && walk.from_day == first)
		doubt_first(search);
	if (rule_walk_gave_up(&walk))
		doubts_add(search->doubts, DOUBT_RULE_COSTLY, NULL);
}

/* ---- the whole ---- */

static void find_first(Search *search)
{
	const Event *event = search->event;
	Occurrence only = { .original_ms = event->start_ms,
		            .start_ms = event->start_ms,
		            .end_ms = MAX(event->start_ms, event->end_ms),
		            .is_all_day = event->is_all_day };

	if (!exception_of(event, event->start_ms))
		keep(search, &only);
}

static int by_start(gconstpointer a, gconstpointer b)
{
	const Occurrence *x = a, *y = b;

	return x->start_ms != y->start_ms
	               ? (x->start_ms > y->start_ms) - (x->start_ms < y->start_ms)
	               : (x->end_ms > y->end_ms) - (x->end_ms < y->end_ms);
}

static bool is_possible(const Event *event, GPtrArray *doubts)
{
	int year = day_date(day_of_ms(event->start_ms)).year;
	g_autofree char *text = g_strdup_printf("%04d", year);

	if (event->end_ms < event->start_ms)
		doubts_add(doubts, DOUBT_TIME_ENDS_BEFORE, NULL);
	if (year >= YEAR_MIN && year <= YEAR_MAX)
		return true;
	doubts_add(doubts, DOUBT_TIME_IMPOSSIBLE, text);
	return false;
}

/* An end that lies before the begin is the begin; one without end, the last that any calendar has.
 */
static void measure(Search *search)
{
	const Event *event = search->event;
	int64_t end =
		MIN(MAX(event->start_ms, event->end_ms), day_of_date(YEAR_MAX + 1, 1, 1) * DAY_MS);

	search->wall_ms = wall_of(search->zone, event->start_ms);
	search->length_ms = wall_of(search->zone, end) - search->wall_ms;
}

static void search_run(Search *search)
{
	Rule rule;

	measure(search);
	if (expand_rule(search->event, &rule, search->doubts))
		find_by_rule(search, &rule);
	else
		find_first(search);
	find_changed(search);
}

void expand(const Event *event, const Zone *zone, const ExpandWindow *window, GArray *ret_found,
            GPtrArray *doubts)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	Search search = { .event = event, .zone = event->is_all_day ? NULL : zone, .window = window,
	                  .found = found, .doubts = doubts };

	if (!is_possible(event, doubts))
		return;
	search_run(&search);
	g_array_sort(found, by_start);
	if (found->len)
		g_array_append_vals(ret_found, found->data, found->len);
}

/* ---- what comes next ---- */

static bool first_from(const GArray *found, int64_t from_ms, const Zone *viewer,
                       Occurrence *ret_next)
{
	for (guint i = 0; i < found->len; i++) {
		const Occurrence *o = &g_array_index(found, Occurrence, i);
		int64_t begins =
			o->is_all_day ? zone_utc_ms(viewer, o->start_ms, NULL) : o->start_ms;
		if (begins >= from_ms) {
			*ret_next = *o;
			return true;
		}
	}
	return false;
}

/* In windows that grow, so that what comes daily costs a week and what comes yearly not a thousand.
 */
bool expand_next(const Event *event, const Zone *zone, const Zone *viewer, int64_t from_ms,
                 Occurrence *ret_next)
{
	int64_t length = 8 * DAY_MS, horizon = from_ms + YEARS_AHEAD * 366 * DAY_MS;

	for (ExpandWindow window = { from_ms, from_ms + length, viewer }; window.from_ms < horizon;
	     length *= 4) {
		g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
		expand(event, zone, &window, found, NULL);
		if (first_from(found, from_ms, viewer, ret_next))
			return true;
		window.from_ms = window.until_ms;
		window.until_ms += 4 * length;
	}
	return false;
}
