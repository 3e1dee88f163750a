#include "exsim/invite.h"

#include <string.h>

#include "exsim/post.h"

static const char *text_of(const Invitation *i, WbxmlTag tag)
{
	const char *text = element_text(i->item, tag);
	return text ? text : "";
}

static const Element *attendees_of(const Invitation *i) { return element_child(i->item, WBXML_Calendar_Attendees); }

/* [MS-ASCAL] MeetingStatus: 1 a meeting, 2 received from somebody else. */
static bool is_own_meeting(const Invitation *i)
{
	const Element *attendees = attendees_of(i);

	return attendees && attendees->children->len && (element_int(i->item, WBXML_Calendar_MeetingStatus, 0) & 3) == 1;
}

/* ---- the calendar part ---- */

static void append_escaped(GString *out, const char *name, const char *text)
{
	g_string_append_printf(out, "%s:", name);
	for (; *text; text++) {
		if (strchr(",;\\", *text))
			g_string_append_c(out, '\\');
		if (*text == '\n')
			g_string_append(out, "\\n");
		else if (*text != '\r')
			g_string_append_c(out, *text);
	}
	g_string_append(out, "\r\n");
}

/* A date alone where the event is of whole days. */
static void append_time(GString *out, const Invitation *i, const char *name, const char *time)
{
	if (element_int(i->item, WBXML_Calendar_AllDayEvent, 0) == 1)
		g_string_append_printf(out, "%s;VALUE=DATE:%.8s\r\n", name, time);
	else
		g_string_append_printf(out, "%s:%s\r\n", name, time);
}

static void append_days(GString *out, int64_t mask)
{
	static const char *const names[] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };
	const char *comma = "";

	g_string_append(out, ";BYDAY=");
	for (int day = 0; day < 7; day++)
		if (mask >> day & 1) {
			g_string_append_printf(out, "%s%s", comma, names[day]);
			comma = ",";
		}
}

/* Of days, weeks and days of the month; what else there is comes with the calendar. */
static void append_rule(GString *out, const Invitation *i)
{
	static const char *const units[] = { "DAILY", "WEEKLY", "MONTHLY" };
	const Element *rule = element_child(i->item, WBXML_Calendar_Recurrence);
	int64_t type = element_int(rule, WBXML_Calendar_Type, -1), days = element_int(rule, WBXML_Calendar_DayOfWeek, 0);

	if (i->instance || type < 0 || type > 2)
		return;
	g_string_append_printf(out, "RRULE:FREQ=%s;INTERVAL=%d", units[type], (int)element_int(rule, WBXML_Calendar_Interval, 1));
	if (type == 1 && days)
		append_days(out, days);
	if (type == 2)
		g_string_append_printf(out, ";BYMONTHDAY=%d", (int)element_int(rule, WBXML_Calendar_DayOfMonth, 1));
	if (element_child(rule, WBXML_Calendar_Until))
		g_string_append_printf(out, ";UNTIL=%s", element_text(rule, WBXML_Calendar_Until));
	g_string_append(out, "\r\n");
}

static void append_people(GString *out, const Invitation *i)
{
	const Element *attendees = attendees_of(i);

	g_string_append_printf(out, "ORGANIZER;CN=\"%s\":mailto:%s\r\n", i->user->display_name, i->user->email);
	for (guint n = 0; n < attendees->children->len; n++) {
		const Element *one = g_ptr_array_index(attendees->children, n);
		const char *name = element_text(one, WBXML_Calendar_Name), *address = element_text(one, WBXML_Calendar_Email);
		bool is_needed = element_int(one, WBXML_Calendar_AttendeeType, 1) == 1;
		g_string_append_printf(out, "ATTENDEE;ROLE=%s-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"%s\":mailto:%s\r\n",
		                       is_needed ? "REQ" : "OPT", name ? name : "", address ? address : "");
	}
}

static char *calendar_of(const Invitation *i)
{
	GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//exsim//EN\r\n");

	g_string_append_printf(out, "METHOD:%s\r\nBEGIN:VEVENT\r\nUID:%s\r\nSEQUENCE:0\r\n", i->is_off ? "CANCEL" : "REQUEST",
	                       text_of(i, WBXML_Calendar_UID));
	g_string_append_printf(out, "DTSTAMP:%s\r\n", text_of(i, WBXML_Calendar_DtStamp));
	append_time(out, i, "DTSTART", text_of(i, WBXML_Calendar_StartTime));
	append_time(out, i, "DTEND", text_of(i, WBXML_Calendar_EndTime));
	if (i->instance)
		append_time(out, i, "RECURRENCE-ID", i->instance);
	append_rule(out, i);
	append_escaped(out, "SUMMARY", text_of(i, WBXML_Calendar_Subject));
	append_escaped(out, "LOCATION", text_of(i, WBXML_Calendar_Location));
	append_people(out, i);
	g_string_append_printf(out, "STATUS:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", i->is_off ? "CANCELLED" : "CONFIRMED");
	return g_string_free(out, FALSE);
}

/* ---- the mail ---- */

static GMimeObject *part_of(const char *subtype, const char *method, const char *text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, text);
	if (method)
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "method", method);
	return GMIME_OBJECT(part);
}

static GMimeObject *content_of(const Invitation *i)
{
	const char *body = element_text(element_child(i->item, WBXML_AirSyncBase_Body), WBXML_AirSyncBase_Data);
	g_autofree char *calendar = calendar_of(i);
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	GMimeObject *parts[] = { part_of("plain", NULL, body ? body : ""),
	                         part_of("calendar", i->is_off ? "CANCEL" : "REQUEST", calendar) };

	for (size_t n = 0; n < G_N_ELEMENTS(parts); n++) {
		g_mime_multipart_add(both, parts[n]);
		g_object_unref(parts[n]);
	}
	return GMIME_OBJECT(both);
}

static void set_head(GMimeMessage *message, const Invitation *i)
{
	const Element *attendees = attendees_of(i);
	g_autofree char *subject = g_strdup_printf("%s%s", i->is_off ? "Canceled: " : "", text_of(i, WBXML_Calendar_Subject));
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT ".%08x@" WORLD_DOMAIN, (gint64)world_now_ms(i->world), g_random_int());
	GDateTime *date = g_date_time_new_from_unix_utc(world_now_ms(i->world) / 1000);

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, i->user->display_name, i->user->email);
	for (guint n = 0; n < attendees->children->len; n++) {
		const Element *one = g_ptr_array_index(attendees->children, n);
		const char *address = element_text(one, WBXML_Calendar_Email);
		if (address)
			g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, element_text(one, WBXML_Calendar_Name), address);
	}
	g_mime_message_set_subject(message, subject, "utf-8");
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, id);
	g_date_time_unref(date);
}

void invite_send(const Invitation *i)
{
	if (!is_own_meeting(i))
		return;
	GMimeMessage *message = g_mime_message_new(TRUE);
	GMimeObject *content = content_of(i);

	set_head(message, i);
	g_mime_message_set_mime_part(message, content);
	g_autoptr(GBytes) mime = post_write(message);
	PostNote note = { i->is_off ? "MeetingCancel" : "MeetingRequest", i->user->name, NULL, post_deliver(i->world, mime) };
	post_note(i->world, &note, mime);
	g_object_unref(content);
	g_object_unref(message);
}
