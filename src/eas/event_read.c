#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "eas/date.h"
#include "eas/event_item.h"
#include "eas/rule.h"
#include "eas/value.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, HALF_HOUR_MS = 30 * 60 * 1000, ZONE_BLOB_BYTES = 172 };

/* The event itself, or what an exception says of it. */
typedef struct {
	Event *event;
	guint  has;                 /* EventHas of what came */
} Reading;

/* ---- plain properties ---- */

typedef struct { WbxmlTag tag; size_t offset; guint has; int max; } Property;

static const Property lines[] = {
	{ WBXML_Calendar_Subject, offsetof(Event, subject), EVENT_HAS_SUBJECT, 0 },
	{ WBXML_Calendar_Location, offsetof(Event, location), EVENT_HAS_LOCATION, 0 },
	{ WBXML_Calendar_UID, offsetof(Event, uid), 0, 0 },
	{ WBXML_Calendar_OrganizerName, offsetof(Event, organizer_name), 0, 0 },
	{ WBXML_Calendar_OrganizerEmail, offsetof(Event, organizer_address), 0, 0 },
	{ WBXML_Calendar_OnlineMeetingConfLink, offsetof(Event, join_link), EVENT_HAS_LINKS, 0 },
	{ WBXML_Calendar_OnlineMeetingExternalLink, offsetof(Event, external_link), EVENT_HAS_LINKS,
	  0 },
};

static const Property numbers[] = {
	{ WBXML_Calendar_BusyStatus, offsetof(Event, busy_status), EVENT_HAS_BUSY, BUSY_ELSEWHERE },
	{ WBXML_Calendar_Sensitivity, offsetof(Event, sensitivity), EVENT_HAS_SENSITIVITY, 3 },
	{ WBXML_Calendar_MeetingStatus, offsetof(Event, meeting_status), EVENT_HAS_STATUS, 15 },
	{ WBXML_Calendar_ResponseType, offsetof(Event, response), EVENT_HAS_RESPONSE,
	  RESPONSE_MISSING },
};

static const Property moments[] = {
	{ WBXML_Calendar_StartTime,            offsetof(Event, start_ms),   EVENT_HAS_TIMES, 0 },
	{ WBXML_Calendar_EndTime,              offsetof(Event, end_ms),     EVENT_HAS_TIMES, 0 },
	{ WBXML_Calendar_DtStamp,              offsetof(Event, stamp_ms),   0, 0 },
	{ WBXML_Calendar_AppointmentReplyTime, offsetof(Event, replied_ms), EVENT_HAS_RESPONSE, 0 },
};

static const Property flags[] = {
	{ WBXML_Calendar_AllDayEvent,       offsetof(Event, is_all_day), EVENT_HAS_ALL_DAY, 0 },
	{ WBXML_Calendar_ResponseRequested, offsetof(Event, is_response_wanted), 0, 0 },
	{ WBXML_Calendar_DisallowNewTimeProposal, offsetof(Event, refuses_proposals), 0, 0 },
};

static const Property *find(const Property *table, size_t count, WbxmlTag tag)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].tag == tag)
			return &table[i];
	return NULL;
}

static void *note(Reading *reading, const Property *property)
{
	reading->has |= property->has;
	return (char *)reading->event + property->offset;
}

/* An empty one is none. */
static bool take_reminder(Event *event, WbxmlReader *reader, GError **err)
{
	int64_t minutes = REMINDER_NONE;

	if (!reply_int(reader, 0, INT32_MAX, &minutes, err))
		return false;
	event->reminder_min = (int)minutes;
	return true;
}

static bool take_zone(Event *event, WbxmlReader *reader, GError **err)
{
	g_autoptr(GBytes) blob = NULL;

	if (!value_base64(&blob, 2 * ZONE_BLOB_BYTES, reader, err))
		return false;
	g_clear_pointer(&event->zone_blob, g_bytes_unref);
	if (blob && g_bytes_get_size(blob) == ZONE_BLOB_BYTES)
		event->zone_blob = g_steal_pointer(&blob);
	return true;
}

/* ---- where: from 16.0 on a place has parts ---- */

typedef struct { char *name, *street, *city, *country; } Place;

static bool take_place_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Place *place = into;

	switch (tag) {
	case WBXML_AirSyncBase_DisplayName:
		return reply_line(reader, &place->name, err);
	case WBXML_AirSyncBase_Street:
		return reply_line(reader, &place->street, err);
	case WBXML_AirSyncBase_City:
		return reply_line(reader, &place->city, err);
	case WBXML_AirSyncBase_Country:
		return reply_line(reader, &place->country, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* What people call it; of a place that has no name, where it is. Free with g_free. */
static char *place_text(const Place *place)
{
	const char *const parts[] = { place->street, place->city, place->country };
	g_autoptr(GString) text = g_string_new(place->name);

	for (size_t i = 0; !place->name && i < G_N_ELEMENTS(parts); i++)
		if (parts[i])
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", parts[i]);
	return text->len ? g_strdup(text->str) : NULL;
}

static bool take_place(Reading *reading, WbxmlReader *reader, GError **err)
{
	Place place = { 0 };
	bool is_read = reply_walk(reader, take_place_part, &place, err);

	reading->has |= EVENT_HAS_LOCATION;
	g_free(reading->event->location);
	reading->event->location = place_text(&place);
	g_free(place.name);
	g_free(place.street);
	g_free(place.city);
	g_free(place.country);
	return is_read;
}

/* ---- who ---- */

static bool take_attendee_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Attendee *attendee = into;

	switch (tag) {
	case WBXML_Calendar_Email:
		return reply_line(reader, &attendee->address, err);
	case WBXML_Calendar_Name:
		return reply_line(reader, &attendee->name, err);
	case WBXML_Calendar_AttendeeType:
		return value_small_int((int *)&attendee->type, ATTENDEE_RESOURCE, reader, err);
	case WBXML_Calendar_AttendeeStatus:
		return value_small_int((int *)&attendee->response, RESPONSE_MISSING, reader, err);
	case WBXML_MeetingResponse_ProposedStartTime:
		return value_moment(&attendee->proposed_start_ms, reader, err);
	case WBXML_MeetingResponse_ProposedEndTime:
		return value_moment(&attendee->proposed_end_ms, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_attendee(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Event *event = into;

	if (tag != WBXML_Calendar_Attendee || event->attendees->len == LIMIT_EVENT_ATTENDEES)
		return wbxml_reader_skip(reader, err);
	Attendee *attendee = attendee_new(NULL, NULL, ATTENDEE_REQUIRED);

	g_ptr_array_add(event->attendees, attendee);
	if (!reply_walk(reader, take_attendee_part, attendee, err))
		return false;
	if (attendee->type < ATTENDEE_REQUIRED)
		attendee->type = ATTENDEE_REQUIRED;
	return true;
}

/* A list that comes replaces the one before; an empty one is none. */
static bool take_attendees(Event *event, WbxmlReader *reader, GError **err)
{
	g_clear_pointer(&event->attendees, g_ptr_array_unref);
	event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	if (!reply_walk(reader, take_attendee, event, err))
		return false;
	if (event->attendees->len == 0)
		g_clear_pointer(&event->attendees, g_ptr_array_unref);
	return true;
}

/* ---- what an exception may have as well ---- */

static bool take_table(Reading *reading, WbxmlTag tag, WbxmlReader *reader, bool *ret_is_known,
                       GError **err)
{
	const Property *property;

	*ret_is_known = true;
	if ((property = find(lines, G_N_ELEMENTS(lines), tag)))
		return reply_line(reader, note(reading, property), err);
	if ((property = find(numbers, G_N_ELEMENTS(numbers), tag)))
		return value_small_int(note(reading, property), property->max, reader, err);
	if ((property = find(moments, G_N_ELEMENTS(moments), tag)))
		return value_moment(note(reading, property), reader, err);
	if ((property = find(flags, G_N_ELEMENTS(flags), tag)))
		return reply_bool(reader, note(reading, property), err);
	*ret_is_known = false;
	return true;
}

static bool take_common(Reading *reading, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Event *event = reading->event;
	bool is_known, is_whole;

	if (!take_table(reading, tag, reader, &is_known, err))
		return false;
	if (is_known)
		return true;
	switch (tag) {
	case WBXML_Calendar_Reminder:
		reading->has |= EVENT_HAS_REMINDER;
		return take_reminder(event, reader, err);
	case WBXML_Calendar_Categories:
		reading->has |= EVENT_HAS_CATEGORIES;
		return value_list(&event->categories, WBXML_Calendar_Category, reader, err);
	case WBXML_Calendar_Attendees:
		reading->has |= EVENT_HAS_ATTENDEES;
		return take_attendees(event, reader, err);
	case WBXML_AirSyncBase_Location:
		return take_place(reading, reader, err);
	case WBXML_AirSyncBase_Body:
		reading->has |= EVENT_HAS_BODY;
		return value_body(&event->body, &event->body_kind, reader, err);
	case WBXML_AirSyncBase_Attachments:
		reading->has |= EVENT_HAS_PARTS;
		return value_parts(&event->parts, &is_whole, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* ---- exceptions ---- */

typedef struct { EventException *exception; Reading reading; bool is_placed; } Exception;

static bool take_exception_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Exception *one = into;
	int64_t original_ms = INT64_MIN;

	switch (tag) {
	case WBXML_Calendar_Deleted:
		return reply_bool(reader, &one->exception->is_deleted, err);
	case WBXML_Calendar_ExceptionStartTime:
	case WBXML_AirSyncBase_InstanceId:
		if (!value_moment(&original_ms, reader, err))
			return false;
		if (original_ms != INT64_MIN)
			one->exception->original_ms = original_ms;
		one->is_placed |= original_ms != INT64_MIN;
		return true;
	default:
		return take_common(&one->reading, tag, reader, err);
	}
}

/* One that does not say what it is an exception of is passed over. */
static bool take_exception(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Event *series = into;

	if (tag != WBXML_Calendar_Exception || series->exceptions->len == LIMIT_EVENT_EXCEPTIONS)
		return wbxml_reader_skip(reader, err);
	EventException *exception = event_exception_new(0);

	exception->event = event_new();
	Exception one = { exception, { exception->event, 0 }, false };
	if (!reply_walk(reader, take_exception_part, &one, err)) {
		event_exception_free(exception);
		return false;
	}
	exception->has = one.reading.has;
	if (exception->is_deleted) {
		g_clear_pointer(&exception->event, event_free);
		exception->has = 0;
	}
	if (one.is_placed)
		g_ptr_array_add(series->exceptions, exception);
	else
		event_exception_free(exception);
	return true;
}

static bool take_exceptions(Event *event, WbxmlReader *reader, GError **err)
{
	g_clear_pointer(&event->exceptions, g_ptr_array_unref);
	event->exceptions =
		g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	return reply_walk(reader, take_exception, event, err);
}

/* An empty one says that it happens once. */
static bool take_recurrence(Event *event, WbxmlReader *reader, GError **err)
{
	Rule rule = { rule_new(), 0 };

	rule.recurrence->type = (RecurrenceType)-1;
	g_free(event->recurrence);
	event->recurrence = rule.recurrence;
	if (!reply_walk(reader, rule_take, &rule, err))
		return false;
	if ((int)rule.recurrence->type == -1)
		g_clear_pointer(&event->recurrence, g_free);
	return true;
}

bool event_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Event *event = into;
	Reading reading = { event, 0 };

	switch (tag) {
	case WBXML_Calendar_Timezone:
		return take_zone(event, reader, err);
	case WBXML_Calendar_Recurrence:
		return take_recurrence(event, reader, err);
	case WBXML_Calendar_Exceptions:
		return take_exceptions(event, reader, err);
	default:
		return take_common(&reading, tag, reader, err);
	}
}

/* ---- what follows ---- */

/* [MS-ASDTYPE] TimeZone: Bias comes first, in minutes behind UTC, little-endian. */
static int64_t west_min_of(const Event *event)
{
	gint32 bias = 0;

	if (event->zone_blob)
		memcpy(&bias, g_bytes_get_data(event->zone_blob, NULL), sizeof bias);
	bias = GINT32_FROM_LE(bias);
	return ABS((int64_t)bias) <= 24 * 60 ? bias : 0;
}

/* @length_ms: how long it lasts if it does not say. */
static void settle_times(Event *event, int64_t length_ms, int64_t west_min)
{
	int64_t least_ms = event->is_all_day ? DAY_MS : 0;

	if (!event->end_ms)
		event->end_ms = event->start_ms + length_ms;
	if (event->is_all_day) {
		event->start_ms = date_nearest_day(event->start_ms, west_min);
		event->end_ms = date_nearest_day(event->end_ms, west_min);
	}
	event->end_ms = MAX(event->end_ms, event->start_ms + least_ms);
}

static void settle_exception(const Event *series, EventException *exception, int64_t west_min)
{
	Event *event = exception->event;

	if (series->is_all_day)
		exception->original_ms = date_nearest_day(exception->original_ms, west_min);
	if (!event)
		return;
	if (!(exception->has & EVENT_HAS_ALL_DAY))
		event->is_all_day = series->is_all_day;
	if (!(exception->has & EVENT_HAS_TIMES))
		return;
	if (!event->start_ms)
		event->start_ms = exception->original_ms;
	settle_times(event, series->end_ms - series->start_ms, west_min);
}

static gint by_original(gconstpointer a, gconstpointer b)
{
	int64_t first = (*(EventException *const *)a)->original_ms;
	int64_t second = (*(EventException *const *)b)->original_ms;

	return first < second ? -1 : first > second;
}

static bool is_same_place(const GPtrArray *exceptions, guint a, guint b)
{
	const EventException *first = exceptions->pdata[a], *second = exceptions->pdata[b];

	return first->original_ms == second->original_ms;
}

/* In their order, and of two that speak of the same one stays. */
static void settle_exceptions(Event *event, int64_t west_min)
{
	GPtrArray *exceptions = event->exceptions;

	for (guint i = 0; i < exceptions->len; i++)
		settle_exception(event, exceptions->pdata[i], west_min);
	g_ptr_array_sort(exceptions, by_original);
	for (guint i = exceptions->len; i > 1; i--)
		if (is_same_place(exceptions, i - 1, i - 2))
			g_ptr_array_remove_index(exceptions, i - 1);
	if (exceptions->len == 0 || !event->recurrence)
		g_clear_pointer(&event->exceptions, g_ptr_array_unref);
}

void event_item_finish(Event *event)
{
	int64_t west_min = west_min_of(event);

	settle_times(event, event->is_all_day ? DAY_MS : HALF_HOUR_MS, west_min);
	if (event->recurrence) {
		int64_t local_ms =
			event->start_ms - (event->is_all_day ? 0 : west_min * 60 * 1000);
		rule_finish(event->recurrence, local_ms);
		if (event->is_all_day && event->recurrence->until_ms)
			event->recurrence->until_ms =
				date_nearest_day(event->recurrence->until_ms, west_min);
	}
	if (event->exceptions)
		settle_exceptions(event, west_min);
}
