#include "eas/item.h"

#include "base/text.h"
#include "eas/meeting.h"
#include "eas/value.h"

/* Properties that are a line of text. All of them come with a whole item only. */
static const struct { WbxmlTag tag; size_t offset; } lines[] = {
	{ WBXML_Email_Subject,      offsetof(Message, subject) },
	{ WBXML_Email_From,         offsetof(Message, from) },
	{ WBXML_Email_To,           offsetof(Message, to) },
	{ WBXML_Email_Cc,           offsetof(Message, cc) },
	{ WBXML_Email2_Bcc,         offsetof(Message, bcc) },
	{ WBXML_Email_ReplyTo,      offsetof(Message, reply_to) },
	{ WBXML_Email2_Sender,      offsetof(Message, sender) },
	{ WBXML_Email_DisplayTo,    offsetof(Message, display_to) },
	{ WBXML_Email_ThreadTopic,  offsetof(Message, topic) },
	{ WBXML_Email_MessageClass, offsetof(Message, message_class) },
};

void item_init(Item *item)
{
	*item = (Item){ .message = message_new() };
}

void item_clear(Item *item)
{
	g_clear_pointer(&item->message, message_free);
}

static void set_flag(Message *message, guint flag, bool is_set)
{
	message->flags = is_set ? message->flags | flag : message->flags & ~flag;
}

static bool take_flag_bit(Item *item, guint flag, WbxmlReader *reader, GError **err)
{
	bool is_set = false;

	if (!reply_bool(reader, &is_set, err))
		return false;
	set_flag(item->message, flag, is_set);
	return true;
}

/* ---- body ---- */

typedef struct { Item *item; int64_t type, size; bool is_truncated; } Body;

static bool take_body_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Body *body = into;
	Message *message = body->item->message;

	switch (tag) {
	case WBXML_AirSyncBase_Type:
		return reply_int(reader, BODY_TEXT, BODY_MIME, &body->type, err);
	case WBXML_AirSyncBase_EstimatedDataSize:
		return reply_int(reader, 0, VALUE_SIZE_MAX, &body->size, err);
	case WBXML_AirSyncBase_Truncated:
		return reply_bool(reader, &body->is_truncated, err);
	case WBXML_AirSyncBase_Data:
		return value_bytes(&message->body, reader, err);
	case WBXML_AirSyncBase_Preview:
		return reply_line(reader, &message->preview, err);
	case WBXML_ItemOperations_Part:
		return reply_int(reader, 1, INT32_MAX, &body->item->body_part, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* [MS-ASAIRS] 2.2.2.9. A text of some size that did not come is a truncated one. */
static bool take_body(Item *item, WbxmlReader *reader, GError **err)
{
	Body body = { .item = item, .type = BODY_TEXT };

	if (!reply_walk(reader, take_body_part, &body, err))
		return false;
	item->message->body_kind = (BodyKind)body.type;
	item->message->size_bytes += body.size;
	set_flag(item->message, MESSAGE_TRUNCATED,
	         body.is_truncated || (!item->message->body && body.size > 0 && !item->body_part));
	return true;
}

/* ---- attachments ---- */

static bool take_attachments(Message *message, WbxmlReader *reader, GError **err)
{
	guint before = message->parts ? message->parts->len : 0;
	bool is_whole;

	if (!value_parts(&message->parts, &is_whole, reader, err))
		return false;
	if (!is_whole)
		message->flags |= MESSAGE_BAD;
	for (guint i = before; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		message->size_bytes += part->size_bytes;
		if (!part->is_inline)
			message->flags |= MESSAGE_ATTACHMENT;
	}
	return true;
}

/* ---- flag and categories: what a change may bring alone ---- */

typedef struct { Message *message; int64_t status; int64_t local_start_ms, local_due_ms; } Flag;

static bool take_flag_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Flag *flag = into;
	Message *message = flag->message;

	switch (tag) {
	case WBXML_Email_Status:
		return reply_int(reader, FLAG_STATUS_NONE, FLAG_STATUS_ACTIVE, &flag->status, err);
	case WBXML_Tasks_StartDate:
		return value_date(message, &flag->local_start_ms, reader, err);
	case WBXML_Tasks_UtcStartDate:
		return value_date(message, &message->start_ms, reader, err);
	case WBXML_Tasks_DueDate:
		return value_date(message, &flag->local_due_ms, reader, err);
	case WBXML_Tasks_UtcDueDate:
		return value_date(message, &message->due_ms, reader, err);
	case WBXML_Email_CompleteTime:
	case WBXML_Tasks_DateCompleted:
		return value_date(message, &message->done_ms, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* [MS-ASEMAIL] 2.2.2.34: an empty element clears the flag. */
static bool take_flag(Item *item, WbxmlReader *reader, GError **err)
{
	Message *message = item->message;
	Flag flag = { .message = message, .status = FLAG_STATUS_NONE };

	item->has |= HAS_FLAG;
	if (!reply_walk(reader, take_flag_part, &flag, err))
		return false;
	set_flag(message, MESSAGE_FLAGGED, flag.status == FLAG_STATUS_ACTIVE);
	set_flag(message, MESSAGE_DONE, flag.status == FLAG_STATUS_DONE);
	if (!message->start_ms)
		message->start_ms = flag.local_start_ms;
	if (!message->due_ms)
		message->due_ms = flag.local_due_ms;
	return true;
}

static bool take_categories(Item *item, WbxmlReader *reader, GError **err)
{
	item->has |= HAS_CATEGORIES;
	return value_list(&item->message->categories, WBXML_Email_Category, reader, err);
}

/* ---- all properties ---- */

static bool take_native_kind(Message *message, WbxmlReader *reader, GError **err)
{
	int64_t kind = BODY_NONE;

	if (!reply_int(reader, BODY_TEXT, BODY_MIME, &kind, err))
		return false;
	message->native_kind = (BodyKind)kind;
	return true;
}

static bool take_meeting(Item *item, WbxmlReader *reader, GError **err)
{
	item->message->flags |= MESSAGE_INVITATION;
	if (!item->message->meeting)
		item->message->meeting = g_new0(Meeting, 1);
	return reply_walk(reader, meeting_take, item->message, err);
}

static bool take_state(Item *item, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Message *message = item->message;

	switch (tag) {
	case WBXML_Email_Read:
		item->has |= HAS_READ;
		return take_flag_bit(item, MESSAGE_READ, reader, err);
	case WBXML_Email_Flag:
		return take_flag(item, reader, err);
	case WBXML_Email_Categories:
		return take_categories(item, reader, err);
	case WBXML_Email2_LastVerbExecuted:
		item->has |= HAS_VERB;
		return value_small_int(&message->last_verb, 3, reader, err);
	case WBXML_Email_Importance:
		return value_small_int(&message->importance, 2, reader, err);
	case WBXML_Email_InternetCPID:
		return value_small_int(&message->code_page, 99999, reader, err);
	case WBXML_Email2_ReceivedAsBcc:
		return take_flag_bit(item, MESSAGE_AS_BCC, reader, err);
	case WBXML_Email2_IsDraft:
		return take_flag_bit(item, MESSAGE_DRAFT, reader, err);
	case WBXML_Email2_ConversationId:
		return value_bytes(&message->conversation_key, reader, err);
	case WBXML_Email2_ConversationIndex:
		return value_bytes(&message->conversation_index, reader, err);
	case WBXML_AirSyncBase_NativeBodyType:
		return take_native_kind(message, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

bool item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Item *item = into;
	Message *message = item->message;

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		if (lines[i].tag != tag)
			continue;
		item->has |= HAS_ALL;
		return reply_line(reader, (char **)((char *)message + lines[i].offset), err);
	}
	switch (tag) {
	case WBXML_Email_DateReceived:
		item->has |= HAS_ALL;
		return value_date(message, &message->received_ms, reader, err);
	case WBXML_AirSyncBase_Body:
		item->has |= HAS_ALL;
		return take_body(item, reader, err);
	case WBXML_AirSyncBase_Attachments:
		return take_attachments(message, reader, err);
	case WBXML_Email_MeetingRequest:
		return take_meeting(item, reader, err);
	default:
		return take_state(item, tag, reader, err);
	}
}

/* [MS-ASEMAIL] 2.2.2.49: the class tells what a message is; any case. */
static guint flags_of_class(const char *message_class)
{
	g_autofree char *lower = text_lower_ascii(message_class ? message_class : "");

	if (g_str_has_suffix(lower, ".smime.multipartsigned"))
		return MESSAGE_SIGNED;
	if (g_str_has_suffix(lower, ".smime"))
		return MESSAGE_ENCRYPTED;
	if (g_str_has_prefix(lower, "ipm.schedule.meeting.") ||
	    g_str_has_prefix(lower, "ipm.notification.meeting"))
		return MESSAGE_INVITATION;
	return 0;
}

void item_finish(Item *item)
{
	Message *message = item->message;

	message->flags |= flags_of_class(message->message_class);
	if (message->last_verb == 1 || message->last_verb == 2)
		message->flags |= MESSAGE_REPLIED;
	if (message->last_verb == 3)
		message->flags |= MESSAGE_FORWARDED;
}
