#include "model/event.h"

#include <stddef.h>

/* ---- lives ---- */

/* What is text of an event. */
typedef struct {
	size_t   offset;
	EventHas has;          /* which word of an exception brings it; 0 none: the series' own */
} Text;

#define TEXT(name, has) { offsetof(Event, name), has }
static const Text texts[] = {
	TEXT(server_id, 0),
	TEXT(uid, 0),
	TEXT(zone, 0),
	TEXT(subject, EVENT_HAS_SUBJECT),
	TEXT(location, EVENT_HAS_LOCATION),
	TEXT(body, EVENT_HAS_BODY),
	TEXT(organizer_name, 0),
	TEXT(organizer_address, 0),
	TEXT(categories, EVENT_HAS_CATEGORIES),
	TEXT(join_link, EVENT_HAS_LINKS),
	TEXT(external_link, EVENT_HAS_LINKS),
	TEXT(rrule, 0),
};

static char **text_of(const Event *event, const Text *text)
{
	return (char **)((char *)event + text->offset);
}

Event *event_new(void)
{
	Event *event = g_new0(Event, 1);

	event->busy_status = BUSY_BUSY;
	event->reminder_min = REMINDER_NONE;
	return event;
}

void event_free(Event *event)
{
	if (!event)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*text_of(event, &texts[i]));
	g_clear_pointer(&event->zone_blob, g_bytes_unref);
	g_clear_pointer(&event->attendees, g_ptr_array_unref);
	g_clear_pointer(&event->parts, g_ptr_array_unref);
	g_clear_pointer(&event->exceptions, g_ptr_array_unref);
	g_free(event->recurrence);
	g_free(event);
}

Attendee *attendee_new(const char *name, const char *address, AttendeeType type)
{
	Attendee *attendee = g_new0(Attendee, 1);

	attendee->name = g_strdup(name);
	attendee->address = g_strdup(address);
	attendee->type = type;
	return attendee;
}

void attendee_free(Attendee *attendee)
{
	if (!attendee)
		return;
	g_free(attendee->name);
	g_free(attendee->address);
	g_free(attendee);
}

EventException *event_exception_new(int64_t original_ms)
{
	EventException *exception = g_new0(EventException, 1);

	exception->original_ms = original_ms;
	return exception;
}

void event_exception_free(EventException *exception)
{
	if (!exception)
		return;
	event_free(exception->event);
	g_free(exception);
}

/* ---- copies ---- */

static void *attendee_copy(const void *from, void *unused)
{
	Attendee *to = g_memdup2(from, sizeof *to);

	(void)unused;
	to->name = g_strdup(to->name);
	to->address = g_strdup(to->address);
	return to;
}

static void *part_copied(const void *from, void *unused)
{
	(void)unused;
	return part_copy(from);
}

static void *exception_copy(const void *from, void *unused)
{
	EventException *to = g_memdup2(from, sizeof *to);

	(void)unused;
	to->event = to->event ? event_copy(to->event) : NULL;
	return to;
}

static GPtrArray *list_copy(const GPtrArray *from, GCopyFunc copy, GDestroyNotify destroy)
{
	if (!from)
		return NULL;
	GPtrArray *to = g_ptr_array_copy((GPtrArray *)from, copy, NULL);

	g_ptr_array_set_free_func(to, destroy);
	return to;
}

static GPtrArray *attendees_copy(const GPtrArray *from)
{
	return list_copy(from, attendee_copy, (GDestroyNotify)attendee_free);
}

static GPtrArray *parts_copy(const GPtrArray *from)
{
	return list_copy(from, part_copied, (GDestroyNotify)part_free);
}

Event *event_copy(const Event *from)
{
	Event *to = g_memdup2(from, sizeof *from);

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*text_of(to, &texts[i]) = g_strdup(*text_of(from, &texts[i]));
	to->zone_blob = from->zone_blob ? g_bytes_ref(from->zone_blob) : NULL;
	to->attendees = attendees_copy(from->attendees);
	to->parts = parts_copy(from->parts);
	to->recurrence = recurrence_copy(from->recurrence);
	to->exceptions = list_copy(from->exceptions, exception_copy,
	                           (GDestroyNotify)event_exception_free);
	return to;
}

/* ---- occurrences ---- */

static void take_texts(Event *to, const Event *from, guint has)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (!(texts[i].has & has))
			continue;
		g_free(*text_of(to, &texts[i]));
		*text_of(to, &texts[i]) = g_strdup(*text_of(from, &texts[i]));
	}
	if (has & EVENT_HAS_BODY)
		to->body_kind = from->body_kind;
}

static void take_numbers(Event *to, const Event *from, guint has)
{
	if (has & EVENT_HAS_ALL_DAY)
		to->is_all_day = from->is_all_day;
	if (has & EVENT_HAS_BUSY)
		to->busy_status = from->busy_status;
	if (has & EVENT_HAS_SENSITIVITY)
		to->sensitivity = from->sensitivity;
	if (has & EVENT_HAS_REMINDER)
		to->reminder_min = from->reminder_min;
	if (has & EVENT_HAS_STATUS)
		to->meeting_status = from->meeting_status;
	if (has & EVENT_HAS_RESPONSE) {
		to->response = from->response;
		to->replied_ms = from->replied_ms;
	}
}

static void take_lists(Event *to, const Event *from, guint has)
{
	if (has & EVENT_HAS_ATTENDEES) {
		g_clear_pointer(&to->attendees, g_ptr_array_unref);
		to->attendees = attendees_copy(from->attendees);
	}
	if (has & EVENT_HAS_PARTS) {
		g_clear_pointer(&to->parts, g_ptr_array_unref);
		to->parts = parts_copy(from->parts);
	}
}

/* Where the exception does not say when: at its place in the rule, as long as the others. */
static void take_times(Event *to, const Event *series, const EventException *exception)
{
	if (exception->has & EVENT_HAS_TIMES) {
		to->start_ms = exception->event->start_ms;
		to->end_ms = exception->event->end_ms;
	} else {
		to->start_ms = exception->original_ms;
		to->end_ms = exception->original_ms + series->end_ms - series->start_ms;
	}
}

Event *event_occurrence(const Event *series, const EventException *exception)
{
	Event *event = event_copy(series);

	g_clear_pointer(&event->recurrence, g_free);
	g_clear_pointer(&event->rrule, g_free);
	g_clear_pointer(&event->exceptions, g_ptr_array_unref);
	take_times(event, series, exception);
	if (exception->event) {
		take_texts(event, exception->event, exception->has);
		take_numbers(event, exception->event, exception->has);
		take_lists(event, exception->event, exception->has);
	}
	return event;
}
