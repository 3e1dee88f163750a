#include "eas/event_item.h"
#include "eas/field.h"
#include "eas/rule.h"

enum { VERSION_ANSWERS = 140, VERSION_DIFFERENCES = 160, ZONE_BLOB_BYTES = 172 };

/* ---- what differs ---- */

static bool is_same_text(const char *a, const char *b)
{
	return g_strcmp0(a && *a ? a : NULL, b && *b ? b : NULL) == 0;
}

static bool is_same_bytes(GBytes *a, GBytes *b)
{
	return a && b ? g_bytes_equal(a, b) : a == b;
}

static bool is_same_list(const GPtrArray *a, const GPtrArray *b,
                         bool (*is_same)(const void *a, const void *b))
{
	guint len = a ? a->len : 0;

	if (len != (b ? b->len : 0))
		return false;
	for (guint i = 0; i < len; i++)
		if (!is_same(a->pdata[i], b->pdata[i]))
			return false;
	return true;
}

static bool is_same_attendee(const void *one, const void *other)
{
	const Attendee *a = one, *b = other;

	return a->type == b->type && is_same_text(a->name, b->name) &&
	       is_same_text(a->address, b->address);
}

static bool is_same_exception(const void *one, const void *other)
{
	const EventException *a = one, *b = other;

	if (a->original_ms != b->original_ms || a->is_deleted != b->is_deleted || a->has != b->has)
		return false;
	return !a->event || !b->event ? a->event == b->event
	                              : (event_item_difference(a->event, b->event) & a->has) == 0;
}

static guint difference_of_words(const Event *event, const Event *was)
{
	return (is_same_text(event->subject, was->subject) ? 0 : EVENT_HAS_SUBJECT) |
	       (is_same_text(event->location, was->location) ? 0 : EVENT_HAS_LOCATION) |
	       (is_same_text(event->body, was->body) ? 0 : EVENT_HAS_BODY) |
	       (is_same_text(event->categories, was->categories) ? 0 : EVENT_HAS_CATEGORIES);
}

static guint difference_of_numbers(const Event *event, const Event *was)
{
	return (event->busy_status == was->busy_status ? 0 : EVENT_HAS_BUSY) |
	       (event->sensitivity == was->sensitivity ? 0 : EVENT_HAS_SENSITIVITY) |
	       (event->reminder_min == was->reminder_min ? 0 : EVENT_HAS_REMINDER) |
	       (event->meeting_status == was->meeting_status ? 0 : EVENT_HAS_STATUS);
}

guint event_item_difference(const Event *event, const Event *was)
{
	bool is_day_moved = event->is_all_day != was->is_all_day;
	bool is_moved = event->start_ms != was->start_ms || event->end_ms != was->end_ms;
	bool is_same_people = is_same_list(event->attendees, was->attendees, is_same_attendee);

	return difference_of_words(event, was) | difference_of_numbers(event, was) |
	       (is_day_moved ? EVENT_HAS_ALL_DAY : 0) |
	       (is_day_moved || is_moved ? EVENT_HAS_TIMES : 0) |
	       (is_same_people ? 0 : EVENT_HAS_ATTENDEES);
}

static bool is_zone_changed(const EventChange *change)
{
	return !change->was || change->was->is_all_day != change->event->is_all_day ||
	       !is_same_bytes(change->event->zone_blob, change->was->zone_blob);
}

static bool is_rule_changed(const EventChange *change)
{
	return !change->was ||
	       !recurrence_equal(change->event->recurrence, change->was->recurrence);
}

static bool are_answers_changed(const EventChange *change)
{
	const Event *event = change->event, *was = change->was;

	return !was || event->is_response_wanted != was->is_response_wanted ||
	       event->refuses_proposals != was->refuses_proposals;
}

/* [MS-ASCAL] 2.2.2.22. */
bool event_item_drops_exceptions(const EventChange *change)
{
	return is_zone_changed(change) || is_rule_changed(change) ||
	       event_item_difference(change->event, change->was) & EVENT_HAS_TIMES;
}

bool event_item_differs(const EventChange *change)
{
	return is_zone_changed(change) || is_rule_changed(change) || are_answers_changed(change) ||
	       event_item_difference(change->event, change->was);
}

/* ---- what an exception may have as well ---- */

typedef struct {
	WbxmlWriter *writer;
	const Event *event;
	int          version;
	guint        due;  /* EventHas: what of it is written … */
	guint        told; /* … and of that, where an absent value is an empty element */
} Fields;

static bool is_told(const Fields *f, EventHas has) { return f->told & has; }

static bool speaks_of_places(const Fields *f) { return f->version >= VERSION_DIFFERENCES; }

/* A server takes the time of day for one that is not said, so both always go. */
static void write_times(const Fields *f)
{
	if (f->due & EVENT_HAS_ALL_DAY)
		wbxml_int(f->writer, WBXML_Calendar_AllDayEvent, f->event->is_all_day);
	if (!(f->due & EVENT_HAS_TIMES))
		return;
	field_compact_date(f->writer, WBXML_Calendar_StartTime, f->event->start_ms);
	field_compact_date(f->writer, WBXML_Calendar_EndTime, f->event->end_ms);
}

/* From 16.0 on a place has parts, and its name is one of them. */
static void write_place(const Fields *f)
{
	const char *text = f->event->location;

	if (!(f->due & EVENT_HAS_LOCATION))
		return;
	if (!speaks_of_places(f)) {
		field_line(f->writer, WBXML_Calendar_Location, text,
		           is_told(f, EVENT_HAS_LOCATION));
	} else if (text && *text) {
		wbxml_open(f->writer, WBXML_AirSyncBase_Location);
		wbxml_text(f->writer, WBXML_AirSyncBase_DisplayName, text);
		wbxml_close(f->writer);
	} else if (is_told(f, EVENT_HAS_LOCATION)) {
		wbxml_empty(f->writer, WBXML_AirSyncBase_Location);
	}
}

static void write_words(const Fields *f)
{
	const Event *event = f->event;

	if (f->due & EVENT_HAS_SUBJECT)
		field_line(f->writer, WBXML_Calendar_Subject, event->subject,
		           is_told(f, EVENT_HAS_SUBJECT));
	write_place(f);
	if (f->due & EVENT_HAS_CATEGORIES)
		field_list(f->writer, WBXML_Calendar_Categories, WBXML_Calendar_Category,
		           event->categories, is_told(f, EVENT_HAS_CATEGORIES));
	if (f->due & EVENT_HAS_BODY)
		field_body(f->writer, event->body_kind, event->body);
}

static void write_reminder(const Fields *f)
{
	if (!(f->due & EVENT_HAS_REMINDER))
		return;
	if (f->event->reminder_min != REMINDER_NONE)
		wbxml_int(f->writer, WBXML_Calendar_Reminder, f->event->reminder_min);
	else if (is_told(f, EVENT_HAS_REMINDER))
		wbxml_empty(f->writer, WBXML_Calendar_Reminder);
}

/* [MS-ASCAL] 2.2.2.8: 4 is for servers to say. Who works elsewhere is free. */
static int busy_on_wire(const Event *event)
{
	return event->busy_status == BUSY_ELSEWHERE ? BUSY_FREE : (int)event->busy_status;
}

static void write_numbers(const Fields *f)
{
	if (f->due & EVENT_HAS_BUSY)
		wbxml_int(f->writer, WBXML_Calendar_BusyStatus, busy_on_wire(f->event));
	if (f->due & EVENT_HAS_SENSITIVITY)
		wbxml_int(f->writer, WBXML_Calendar_Sensitivity, f->event->sensitivity);
	write_reminder(f);
	if (f->due & EVENT_HAS_STATUS)
		wbxml_int(f->writer, WBXML_Calendar_MeetingStatus, f->event->meeting_status);
}

/* [MS-ASCAL] 2.2.2.3: from 16.0 on what they answered is the server's to say. */
static void write_attendee(const Fields *f, const Attendee *attendee)
{
	wbxml_open(f->writer, WBXML_Calendar_Attendee);
	wbxml_text(f->writer, WBXML_Calendar_Email, attendee->address);
	wbxml_text(f->writer, WBXML_Calendar_Name,
	           attendee->name ? attendee->name : attendee->address);
	if (f->version < VERSION_DIFFERENCES)
		wbxml_int(f->writer, WBXML_Calendar_AttendeeStatus, attendee->response);
	wbxml_int(f->writer, WBXML_Calendar_AttendeeType, attendee->type);
	wbxml_close(f->writer);
}

static void write_attendees(const Fields *f)
{
	const GPtrArray *attendees = f->event->attendees;

	if (!(f->due & EVENT_HAS_ATTENDEES))
		return;
	if (!attendees || attendees->len == 0) {
		if (is_told(f, EVENT_HAS_ATTENDEES))
			wbxml_empty(f->writer, WBXML_Calendar_Attendees);
		return;
	}
	wbxml_open(f->writer, WBXML_Calendar_Attendees);
	for (guint i = 0; i < attendees->len; i++)
		write_attendee(f, attendees->pdata[i]);
	wbxml_close(f->writer);
}

static void write_fields(const Fields *f)
{
	write_times(f);
	write_words(f);
	write_numbers(f);
	write_attendees(f);
}

void event_item_write_occurrence(WbxmlWriter *writer, const Event *event, guint due)
{
	write_fields(&(Fields){ writer, event, VERSION_DIFFERENCES, due, due });
}

/* ---- exceptions inside their series ---- */

/* [MS-ASCAL] 2.2.2.21, 2.2.2.28: attendees of their own from 14.0 on; before 16.0 no status. */
static guint due_of_exception(const EventException *exception, int version)
{
	guint due = exception->has;

	if (version < VERSION_ANSWERS)
		due &= ~(guint)EVENT_HAS_ATTENDEES;
	return version < VERSION_DIFFERENCES ? due & ~(guint)EVENT_HAS_STATUS : due;
}

static void write_exception(WbxmlWriter *writer, const EventException *exception, int version)
{
	bool is_by_instance = version >= VERSION_DIFFERENCES;

	wbxml_open(writer, WBXML_Calendar_Exception);
	if (exception->is_deleted)
		wbxml_int(writer, WBXML_Calendar_Deleted, 1);
	field_compact_date(writer,
	                   is_by_instance ? WBXML_AirSyncBase_InstanceId
	                                  : WBXML_Calendar_ExceptionStartTime,
	                   exception->original_ms);
	guint due = due_of_exception(exception, version);
	if (exception->event)
		write_fields(&(Fields){ writer, exception->event, version, due, due });
	wbxml_close(writer);
}

/* Those that are left out are kept, in every version; an empty element takes them away. */
static void write_exceptions(WbxmlWriter *writer, const EventChange *change)
{
	const GPtrArray *exceptions = change->event->exceptions;
	const GPtrArray *was = change->was ? change->was->exceptions : NULL;

	if (!change->event->recurrence || is_same_list(exceptions, was, is_same_exception))
		return;
	if (!exceptions || exceptions->len == 0) {
		wbxml_empty(writer, WBXML_Calendar_Exceptions);
		return;
	}
	wbxml_open(writer, WBXML_Calendar_Exceptions);
	for (guint i = 0; i < exceptions->len; i++)
		write_exception(writer, exceptions->pdata[i], change->version);
	wbxml_close(writer);
}

/* ---- the whole event ---- */

/* Without a zone, and of whole days, it is that of UTC: nothing but zeros. */
static void write_zone(WbxmlWriter *writer, const Event *event)
{
	static const uint8_t utc[ZONE_BLOB_BYTES];
	g_autoptr(GBytes) zeros = g_bytes_new_static(utc, sizeof utc);
	bool has_blob = event->zone_blob && !event->is_all_day;

	field_base64(writer, WBXML_Calendar_Timezone, has_blob ? event->zone_blob : zeros);
}

static void write_answers(WbxmlWriter *writer, const EventChange *change)
{
	if (change->version < VERSION_ANSWERS)
		return;
	wbxml_int(writer, WBXML_Calendar_ResponseRequested, change->event->is_response_wanted);
	wbxml_int(writer, WBXML_Calendar_DisallowNewTimeProposal,
	          change->event->refuses_proposals);
}

/* What a body says is kept if it is left out, so the same one never goes again. */
static guint due_of_whole(const EventChange *change)
{
	const char *was = change->was ? change->was->body : NULL;
	bool is_same = is_same_text(change->event->body, was);

	return is_same ? EVENT_HAS_ALL & ~(guint)EVENT_HAS_BODY : EVENT_HAS_ALL;
}

/* Up to 14.1 the client says who invites, and what the meeting is called in the world. */
static void write_identity(WbxmlWriter *writer, const EventChange *change)
{
	const Event *event = change->event;

	if (event->stamp_ms)
		field_compact_date(writer, WBXML_Calendar_DtStamp, event->stamp_ms);
	field_line(writer, WBXML_Calendar_OrganizerName, event->organizer_name, false);
	field_line(writer, WBXML_Calendar_OrganizerEmail, event->organizer_address, false);
	field_line(writer, WBXML_Calendar_UID,
	           event->uid || !change->is_new ? event->uid : change->client_id, false);
}

/* What is left out goes away; not so in SOGo and Z-Push, which keep words until they are told. An
 * empty reminder is one at the start, for SOGo, and an empty list of attendees unknown to others. */
static guint told_of_whole(const EventChange *change)
{
	const guint words = EVENT_HAS_SUBJECT | EVENT_HAS_LOCATION | EVENT_HAS_CATEGORIES;

	return change->was ? event_item_difference(change->event, change->was) & words : 0;
}

static void write_whole(WbxmlWriter *writer, const EventChange *change)
{
	const Event *event = change->event;

	write_zone(writer, event);
	write_identity(writer, change);
	write_fields(&(Fields){ writer, event, change->version, due_of_whole(change),
	                        told_of_whole(change) });
	if (event->recurrence)
		rule_write_of_event(writer, event->recurrence, change->version);
	write_exceptions(writer, change);
	write_answers(writer, change);
}

/* [MS-ASCAL] 2.2.2.16, 2.2.2.44, 2.2.2.46: from 16.0 on the server gives the UID, and takes no zone
 * with whole days. */
static void write_new(WbxmlWriter *writer, const EventChange *change)
{
	const Event *event = change->event;

	if (!event->is_all_day)
		write_zone(writer, event);
	wbxml_text(writer, WBXML_Calendar_ClientUid, change->client_id);
	write_fields(&(Fields){ writer, event, change->version, due_of_whole(change), 0 });
	if (event->recurrence)
		rule_write_of_event(writer, event->recurrence, change->version);
	write_exceptions(writer, change);
	write_answers(writer, change);
}

/* An empty Recurrence makes it a single one. */
static void write_differences(WbxmlWriter *writer, const EventChange *change)
{
	const Event *event = change->event;
	guint due = change->was ? event_item_difference(event, change->was) : EVENT_HAS_ALL;

	if (is_zone_changed(change) && !event->is_all_day)
		write_zone(writer, event);
	write_fields(&(Fields){ writer, event, change->version, due, due });
	if (is_rule_changed(change) && event->recurrence)
		rule_write_of_event(writer, event->recurrence, change->version);
	else if (is_rule_changed(change))
		wbxml_empty(writer, WBXML_Calendar_Recurrence);
	if (are_answers_changed(change))
		write_answers(writer, change);
}

void event_item_write(WbxmlWriter *writer, const EventChange *change)
{
	if (change->version < VERSION_DIFFERENCES)
		write_whole(writer, change);
	else if (change->is_new)
		write_new(writer, change);
	else
		write_differences(writer, change);
}

/* ---- what is stored here ---- */

/* [MS-ASCMD] 2.2.3.178: what is not in the list and left out of a change is kept. From 16.0 on that
 * is so of everything. */
void event_item_write_supported(WbxmlWriter *writer, int version)
{
	static const WbxmlTag tags[] = {
		WBXML_Calendar_DtStamp, WBXML_Calendar_Categories, WBXML_Calendar_Sensitivity,
		WBXML_Calendar_BusyStatus, WBXML_Calendar_UID, WBXML_Calendar_Timezone,
		WBXML_Calendar_StartTime, WBXML_Calendar_Subject, WBXML_Calendar_Location,
		WBXML_Calendar_EndTime, WBXML_Calendar_Recurrence, WBXML_Calendar_AllDayEvent,
		WBXML_Calendar_Reminder, WBXML_Calendar_Exceptions, WBXML_Calendar_Attendees,
		WBXML_Calendar_OrganizerName, WBXML_Calendar_OrganizerEmail,
		WBXML_Calendar_MeetingStatus, WBXML_Calendar_ResponseRequested,
		WBXML_Calendar_DisallowNewTimeProposal,
	};
	size_t known = version < VERSION_ANSWERS ? G_N_ELEMENTS(tags) - 2 : G_N_ELEMENTS(tags);

	wbxml_open(writer, WBXML_AirSync_Supported);
	for (size_t i = 0; i < known; i++)
		wbxml_empty(writer, tags[i]);
	wbxml_close(writer);
}
