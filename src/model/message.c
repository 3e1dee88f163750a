#include "model/message.h"

#include "model/id.h"

Message *message_new(void)
{
	Message *message = g_new0(Message, 1);

	message->importance = 1;
	return message;
}

void message_free(Message *message)
{
	if (!message)
		return;
	char *strings[] = {
		message->server_id,  message->subject,   message->from,          message->sender,
		message->to,         message->cc,        message->bcc,           message->reply_to,
		message->display_to, message->topic,     message->message_class, message->preview,
		message->categories, message->body_hash,
	};
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	g_clear_pointer(&message->conversation_key, g_bytes_unref);
	g_clear_pointer(&message->conversation_index, g_bytes_unref);
	g_clear_pointer(&message->body, g_bytes_unref);
	g_clear_pointer(&message->parts, g_ptr_array_unref);
	meeting_free(message->meeting);
	g_free(message);
}

Part *part_new(void)
{
	Part *part = g_new0(Part, 1);

	part->method = 1;
	return part;
}

Part *part_copy(const Part *from)
{
	Part *to = g_memdup2(from, sizeof *from);

	to->name = g_strdup(from->name);
	to->reference = g_strdup(from->reference);
	to->content_id = g_strdup(from->content_id);
	to->content_type = g_strdup(from->content_type);
	return to;
}

void part_free(Part *part)
{
	if (!part)
		return;
	g_free(part->name);
	g_free(part->reference);
	g_free(part->content_id);
	g_free(part->content_type);
	g_free(part);
}

void meeting_free(Meeting *meeting)
{
	if (!meeting)
		return;
	g_free(meeting->location);
	g_free(meeting->organizer);
	g_free(meeting->uid);
	g_free(meeting);
}

char *message_id_format(int64_t id) { return id_format('m', id); }

bool message_id_parse(const char *text, int64_t *ret_id) { return id_parse('m', text, ret_id); }
