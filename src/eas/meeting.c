#include "eas/meeting.h"

#include "eas/globalobjid.h"
#include "eas/value.h"
#include "model/message.h"

/* Up to 14.1 the UID hides in an Outlook id; from 16.0 on it stands for itself and wins. */
static bool take_global_id(Meeting *meeting, WbxmlReader *reader, GError **err)
{
	g_autofree char *base64 = NULL;

	if (!reply_line(reader, &base64, err))
		return false;
	if (base64 && !meeting->uid)
		meeting->uid = globalobjid_to_uid(base64);
	return true;
}

/* From 16.0 on a place has parts; its name is what people call it. */
static bool take_place(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Meeting *meeting = into;

	if (tag == WBXML_AirSyncBase_DisplayName)
		return reply_line(reader, &meeting->location, err);
	return wbxml_reader_skip(reader, err);
}

bool meeting_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Message *message = into;
	Meeting *meeting = message->meeting;

	switch (tag) {
	case WBXML_Email_StartTime:
		return value_date(message, &meeting->start_ms, reader, err);
	case WBXML_Email_EndTime:
		return value_date(message, &meeting->end_ms, reader, err);
	case WBXML_Email_AllDayEvent:
		return reply_bool(reader, &meeting->is_all_day, err);
	case WBXML_Email_Location:
		return reply_line(reader, &meeting->location, err);
	case WBXML_AirSyncBase_Location:
		return reply_walk(reader, take_place, meeting, err);
	case WBXML_Email_Organizer:
		return reply_line(reader, &meeting->organizer, err);
	case WBXML_Email_InstanceType:
		return value_small_int(&meeting->instance_type, 4, reader, err);
	case WBXML_Email_BusyStatus:
		return value_small_int(&meeting->busy_status, 4, reader, err);
	case WBXML_Email2_MeetingMessageType:
		return value_small_int(&meeting->message_type, 6, reader, err);
	case WBXML_Email_ResponseRequested:
		return reply_bool(reader, &meeting->is_response_wanted, err);
	case WBXML_Email_GlobalObjId:
		return take_global_id(meeting, reader, err);
	case WBXML_Calendar_UID:
		return reply_line(reader, &meeting->uid, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}
