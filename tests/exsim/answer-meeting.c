/*
 * MeetingResponse. Source: [MS-ASCMD] 2.2.1.11. The answer is noted in the calendar, where the event is made if the mail
 * came alone; the mail goes to Deleted Items; from 16.0 on the organiser hears of it if the client wants that.
 */
#include <string.h>

#include "exsim/answer.h"
#include "exsim/pim.h"
#include "exsim/post.h"

enum { FOURTEEN = 140, SIXTEEN = 160 };
/* [MS-ASCAL] ResponseType. */
enum { TENTATIVE = 2, ACCEPTED = 3, DECLINED = 4 };

typedef struct {
	Request       *request;
	const Element *element;
	Collection    *folder;
	guint          item;
	int            response;     /* ResponseType */
	char          *calendar_id;
} Reply;

static const char *text_of(const Reply *reply, WbxmlTag tag) { return element_text(reply->element, tag); }

static PimEdit edit_of(const Reply *reply, Collection *calendar)
{
	return (PimEdit){ reply->request->world, calendar, SIXTEEN, NULL };
}

static void set_number(Element *item, WbxmlTag tag, int value)
{
	g_autofree char *text = g_strdup_printf("%d", value);

	element_remove(item, tag);
	element_add(item, tag, text);
}

static char *compact(int64_t ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);

	return g_date_time_format(when, "%Y%m%dT%H%M%SZ");
}

/* "Bob <bob@example.test>": the address. Free with g_free. */
static char *address_in(const char *mailbox)
{
	const char *open = mailbox ? strrchr(mailbox, '<') : NULL;

	return open ? g_strndup(open + 1, strcspn(open + 1, ">")) : g_strdup(mailbox);
}

/* The event that the invitation @mail is about, made if it is not there. */
static guint event_of_mail(const Reply *reply, const Mail *mail, Collection *calendar)
{
	const MailMeeting *meeting = mail->meeting;
	g_autofree char *start = compact(meeting->start_ms), *end = compact(meeting->end_ms);
	g_autoptr(Element) item = element_new(WBXML_AirSync_ApplicationData);
	PimEdit edit = edit_of(reply, calendar);
	guint n;

	if (pim_find_event(calendar, meeting->uid, &n))
		return n;
	element_add(item, WBXML_Calendar_UID, meeting->uid);
	element_add(item, WBXML_Calendar_StartTime, start);
	element_add(item, WBXML_Calendar_EndTime, end);
	element_add(item, WBXML_Calendar_Subject, mail->subject);
	element_add(item, WBXML_Calendar_Location, meeting->location);
	g_autofree char *organizer = address_in(meeting->organizer);
	element_add(item, WBXML_Calendar_OrganizerEmail, organizer);
	set_number(item, WBXML_Calendar_AllDayEvent, meeting->is_all_day);
	set_number(item, WBXML_Calendar_MeetingStatus, 3);
	return pim_file(&edit, item);
}

/* What is declined is not in the calendar any more. */
static void note_answer(Reply *reply, Collection *calendar, guint n)
{
	PimEdit edit = edit_of(reply, calendar);
	g_autofree char *now = compact(world_now_ms(reply->request->world));

	if (reply->response == DECLINED) {
		collection_remove(calendar, n, NULL);
		return;
	}
	g_autoptr(Element) item = pim_read(calendar, n);
	set_number(item, WBXML_Calendar_ResponseType, reply->response);
	set_number(item, WBXML_Calendar_BusyStatus, reply->response == TENTATIVE ? 1 : 2);
	element_remove(item, WBXML_Calendar_AppointmentReplyTime);
	element_add(item, WBXML_Calendar_AppointmentReplyTime, now);
	pim_write(&edit, n, item);
	reply->calendar_id = collection_server_id(calendar, n);
}

/* One that is declined does not take place; the rest of the series stays as it is. */
static void note_occurrence(Reply *reply, Collection *calendar, guint n, const char *instance)
{
	PimEdit edit = edit_of(reply, calendar);
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(instance, NULL);
	g_autofree char *start = when ? g_date_time_format(when, "%Y%m%dT%H%M%SZ") : NULL;
	g_autoptr(Element) data = element_new(WBXML_AirSync_ApplicationData);

	set_number(data, WBXML_Calendar_BusyStatus, reply->response == TENTATIVE ? 1 : 2);
	if (start)
		pim_change_occurrence(&edit, n, start, reply->response == DECLINED ? NULL : data);
	reply->calendar_id = collection_server_id(calendar, n);
}

static void tell_organizer(const Reply *reply, const char *organizer, const char *subject)
{
	static const char *const words[] = { [TENTATIVE] = "Tentative", [ACCEPTED] = "Accepted", [DECLINED] = "Declined" };
	const Element *send = element_child(reply->element, WBXML_MeetingResponse_SendResponse);
	const Element *body = element_child(send, WBXML_AirSyncBase_Body);
	const char *comment = element_text(body, WBXML_AirSyncBase_Data);
	const char *proposed = element_text(send, WBXML_MeetingResponse_ProposedStartTime);
	Request *request = reply->request;

	if (!send || !organizer)
		return;
	g_autofree char *head = g_strdup_printf("%s: %s", proposed ? "New Time Proposed" : words[reply->response], subject ? subject : "");
	g_autofree char *text = g_strdup_printf("%s%s%s\n", comment ? comment : "", proposed ? "\nProposed: " : "", proposed ? proposed : "");
	PostDraft draft = { .from = request->user->email, .to = organizer, .subject = head, .text = text };
	g_autoptr(GBytes) mime = post_compose(request->world, &draft);
	PostNote note = { "MeetingResponse", request->user->name, NULL, post_deliver(request->world, mime) };
	post_note(request->world, &note, mime);
}

/* [MS-ASCAL] AttendeeStatus in the calendar of an organiser who is a user here. */
static void note_attendee(const Reply *reply, const char *organizer, const char *uid)
{
	User *user = organizer ? world_user(reply->request->world, organizer) : NULL;
	Collection *calendar = user ? user_folder_of_type(user, FOLDER_CALENDAR) : NULL;
	guint n;

	if (!calendar || user == reply->request->user || !pim_find_event(calendar, uid, &n))
		return;
	g_autoptr(Element) item = pim_read(calendar, n);
	Element *attendees = element_part(item, WBXML_Calendar_Attendees);
	for (guint i = 0; attendees && i < attendees->children->len; i++) {
		Element *one = g_ptr_array_index(attendees->children, i);
		if (g_strcmp0(element_text(one, WBXML_Calendar_Email), reply->request->user->email) == 0)
			set_number(one, WBXML_Calendar_AttendeeStatus, reply->response);
	}
	PimEdit edit = edit_of(reply, calendar);
	pim_write(&edit, n, item);
}

/* ---- one request ---- */

static int answer_mail(Reply *reply, Collection *calendar)
{
	g_autoptr(Mail) mail = collection_mail(reply->folder, reply->item);
	Collection *trash = user_folder_of_type(reply->request->user, FOLDER_DELETED);

	if (!mail->meeting || !mail->message_class || !strstr(mail->message_class, "Request"))
		return 2;
	g_autofree char *organizer = address_in(mail->meeting->organizer);
	tell_organizer(reply, organizer, mail->subject);
	note_attendee(reply, organizer, mail->meeting->uid);
	note_answer(reply, calendar, event_of_mail(reply, mail, calendar));
	user_move(reply->folder, reply->item, trash, NULL);
	return 1;
}

/* Exchange 2007 takes answers to mail alone; nobody answers an event of one's own. */
static int answer_event(Reply *reply)
{
	g_autoptr(Element) item = pim_read(reply->folder, reply->item);
	const char *instance = text_of(reply, WBXML_MeetingResponse_InstanceId);

	if (reply->request->version < FOURTEEN || !(element_int(item, WBXML_Calendar_MeetingStatus, 0) & 2))
		return 2;
	tell_organizer(reply, element_text(item, WBXML_Calendar_OrganizerEmail), element_text(item, WBXML_Calendar_Subject));
	note_attendee(reply, element_text(item, WBXML_Calendar_OrganizerEmail), element_text(item, WBXML_Calendar_UID));
	if (instance)
		note_occurrence(reply, reply->folder, reply->item, instance);
	else
		note_answer(reply, reply->folder, reply->item);
	return 1;
}

static int carry_out(Reply *reply)
{
	static const int responses[] = { 0, ACCEPTED, TENTATIVE, DECLINED };
	int64_t choice = element_int(reply->element, WBXML_MeetingResponse_UserResponse, 0);

	reply->folder = user_collection(reply->request->user, text_of(reply, WBXML_MeetingResponse_CollectionId));
	if (choice < 1 || choice > 3 || !reply->folder ||
	    !collection_find(reply->folder, text_of(reply, WBXML_MeetingResponse_RequestId), &reply->item))
		return 2;
	reply->response = responses[choice];
	if (pim_is_calendar(reply->folder))
		return answer_event(reply);
	return collection_is_mail(reply->folder) ? answer_mail(reply, user_folder_of_type(reply->request->user, FOLDER_CALENDAR)) : 2;
}

static void write_result(WbxmlWriter *w, const Reply *reply, int status)
{
	wbxml_open(w, WBXML_MeetingResponse_Result);
	wbxml_text(w, WBXML_MeetingResponse_RequestId, text_of(reply, WBXML_MeetingResponse_RequestId));
	wbxml_int(w, WBXML_MeetingResponse_Status, status);
	wbxml_text(w, WBXML_MeetingResponse_CalendarId, reply->calendar_id);
	wbxml_close(w);
}

void answer_meeting_response(Request *request, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	int status = 1;

	if (!request->root || request->root->children->len == 0 || request->root->children->len > 100) {
		answer_with_status(request, 103, answer);
		return;
	}
	wbxml_open(w, WBXML_MeetingResponse_MeetingResponse);
	for (guint i = 0; i < request->root->children->len; i++) {
		Reply reply = { .request = request, .element = g_ptr_array_index(request->root->children, i) };
		bool is_early = request->version < SIXTEEN && element_child(reply.element, WBXML_MeetingResponse_SendResponse);
		status = is_early ? 2 : carry_out(&reply);
		write_result(w, &reply, status);
		g_free(reply.calendar_id);
	}
	wbxml_close(w);
	answer_take(answer, w, status);
	world_changed(request->world);
}
