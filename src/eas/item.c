#include "eas/item.h"

#include "base/limits.h"
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
		return reply_int(reader, 0, INT64_MAX, &body->size, err);
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

static bool take_attachment_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Part *part = into;

	switch (tag) {
	case WBXML_AirSyncBase_DisplayName:
		return reply_line(reader, &part->name, err);
	case WBXML_AirSyncBase_FileReference:
		return reply_text(reader, &part->reference, err);
	case WBXML_AirSyncBase_ContentId:
		return reply_line(reader, &part->content_id, err);
	case WBXML_AirSyncBase_ContentType:
		return reply_line(reader, &part->content_type, err);
	case WBXML_AirSyncBase_EstimatedDataSize:
		return reply_int(reader, 0, INT64_MAX, &part->size_bytes, err);
	case WBXML_AirSyncBase_Method:
		return value_small_int(&part->method, 6, reader, err);
	case WBXML_AirSyncBase_IsInline:
		return reply_bool(reader, &part->is_inline, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_attachment(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Message *message = into;
	g_autoptr(Part) part = NULL;

	if (tag != WBXML_AirSyncBase_Attachment)
		return wbxml_reader_skip(reader, err);
	if (message->parts && message->parts->len == LIMIT_MIME_PARTS) {
		message->flags |= MESSAGE_BAD;
		return wbxml_reader_skip(reader, err);
	}
	part = part_new();
	if (!reply_walk(reader, take_attachment_part, part, err))
		return false;
	message->size_bytes += part->size_bytes;
	if (!part->is_inline)
		message->flags |= MESSAGE_ATTACHMENT;
	if (!message->parts)
		message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(message->parts, g_steal_pointer(&part));
	return true;
}

/* ---- flag and categories: what a change may bring alone ---- */

enum { CATEGORIES_MAX = 300 };      /* [MS-ASEMAIL] 2.2.2.9 */

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

typedef struct { GString *lines; int count; } Categories;

static bool take_category(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Categories *categories = into;
	g_autofree char *category = NULL;

	if (tag != WBXML_Email_Category)
		return wbxml_reader_skip(reader, err);
	if (!reply_line(reader, &category, err))
		return false;
	if (category && categories->count++ < CATEGORIES_MAX)
		g_string_append_printf(categories->lines, "%s%s",
		                       categories->lines->len ? "\n" : "", category);
	return true;
}

static bool take_categories(Item *item, WbxmlReader *reader, GError **err)
{
	g_autoptr(GString) joined = g_string_new(NULL);
	Categories categories = { joined, 0 };

	item->has |= HAS_CATEGORIES;
	if (!reply_walk(reader, take_category, &categories, err))
		return false;
	g_free(item->message->categories);
	item->message->categories = joined->len ? g_strdup(joined->str) : NULL;
	return true;
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
		return reply_walk(reader, take_attachment, message, err);
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
