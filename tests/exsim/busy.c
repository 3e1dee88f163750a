#include "exsim/busy.h"

#include <string.h>

#include "exsim/pim.h"

#define SLOT_MS (INT64_C(30) * 60 * 1000)
#define DAY_MS (48 * SLOT_MS)

typedef struct {
	char   *digits;
	int64_t start_ms, end_ms;
} Line;

static int64_t time_of(const Element *item, WbxmlTag tag)
{
	const char *text = element_text(item, tag);
	g_autoptr(GDateTime) when = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

/* Out is more than busy, busy more than perhaps. */
static void mark(Line *line, int64_t from_ms, int64_t until_ms, int64_t status)
{
	for (size_t i = 0; line->digits[i]; i++) {
		int64_t at_ms = line->start_ms + (int64_t)i * SLOT_MS;
		if (from_ms < at_ms + SLOT_MS && until_ms > at_ms && line->digits[i] < '0' + status)
			line->digits[i] = (char)('0' + status);
	}
}

/* True if a series of days or weeks that began at @first_ms comes at @at_ms. */
static bool comes(const Element *rule, int64_t first_ms, int64_t at_ms)
{
	int64_t every = MAX(element_int(rule, WBXML_Calendar_Interval, 1), 1), days = (at_ms - first_ms) / DAY_MS;
	int64_t mask = element_int(rule, WBXML_Calendar_DayOfWeek, 127);
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(at_ms / 1000);

	if (!(mask >> (g_date_time_get_day_of_week(day) % 7) & 1))
		return false;
	return element_int(rule, WBXML_Calendar_Type, 0) == 0 ? days % every == 0 : days / 7 % every == 0;
}

static bool is_exception(const Element *item, int64_t at_ms)
{
	const Element *list = element_child(item, WBXML_Calendar_Exceptions);

	for (guint i = 0; list && i < list->children->len; i++)
		if (time_of(g_ptr_array_index(list->children, i), WBXML_Calendar_ExceptionStartTime) == at_ms)
			return true;
	return false;
}

static void mark_exceptions(Line *line, const Element *item, int64_t status)
{
	const Element *list = element_child(item, WBXML_Calendar_Exceptions);

	for (guint i = 0; list && i < list->children->len; i++) {
		const Element *one = g_ptr_array_index(list->children, i);
		if (element_child(one, WBXML_Calendar_StartTime))
			mark(line, time_of(one, WBXML_Calendar_StartTime), time_of(one, WBXML_Calendar_EndTime),
			     element_int(one, WBXML_Calendar_BusyStatus, status));
	}
}

static void mark_item(Line *line, const Element *item)
{
	const Element *rule = element_child(item, WBXML_Calendar_Recurrence);
	int64_t first_ms = time_of(item, WBXML_Calendar_StartTime), length_ms = time_of(item, WBXML_Calendar_EndTime) - first_ms;
	int64_t status = element_int(item, WBXML_Calendar_BusyStatus, 2);

	if (!rule) {
		mark(line, first_ms, first_ms + length_ms, status);
		return;
	}
	for (int64_t at_ms = first_ms; element_int(rule, WBXML_Calendar_Type, 9) <= 1 && at_ms < line->end_ms; at_ms += DAY_MS)
		if (comes(rule, first_ms, at_ms) && !is_exception(item, at_ms))
			mark(line, at_ms, at_ms + length_ms, status);
	mark_exceptions(line, item, status);
}

char *busy_of(const World *world, const char *address, int64_t start_ms, int64_t end_ms)
{
	const User *user = address ? world_user(world, address) : NULL;
	gsize slots = (gsize)((end_ms - start_ms + SLOT_MS - 1) / SLOT_MS);
	Line line = { g_strnfill(slots, user ? '0' : '4'), start_ms, end_ms };

	for (guint i = 0; user && i < user->collections->len; i++) {
		const Collection *folder = g_ptr_array_index(user->collections, i);
		for (guint n = 0; pim_is_calendar(folder) && n < collection_count(folder); n++) {
			g_autoptr(Element) item = collection_has(folder, n) ? pim_read(folder, n) : NULL;
			if (item)
				mark_item(&line, item);
		}
	}
	return line.digits;
}
