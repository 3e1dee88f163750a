#include "support/sink.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "support/record_pim.h"

#define LOG(sink, ...) g_string_append_printf(((RecordSink *)(sink))->log, __VA_ARGS__)

static void keep(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void on_server(Sink *sink, const char *versions, const char *commands)
{
	LOG(sink, "server versions=%s commands=%s\n", versions, commands);
}

static void on_version(Sink *sink, const char *version)
{
	LOG(sink, "version %s\n", version);
	keep(&((RecordSink *)sink)->version, version);
}

static void on_policy(Sink *sink, const char *key, const char *hash, const char *xml)
{
	LOG(sink, "policy key=%s hash=%s %s\n", key, or_none(hash), or_none(xml));
	keep(&((RecordSink *)sink)->policy_key, key);
}

static void on_device_told(Sink *sink)
{
	LOG(sink, "device_told\n");
}

static void on_addresses(Sink *sink, const char *newline_list)
{
	g_autofree char *one_line = g_strdelimit(g_strdup(newline_list), "\n", ' ');

	LOG(sink, "addresses %s\n", one_line);
}

static void on_moved(Sink *sink, const char *url)
{
	LOG(sink, "moved %s\n", url);
}

static void on_begin_anew(Sink *sink)
{
	LOG(sink, "begin_anew\n");
}

static void on_password_expires(Sink *sink, int days)
{
	LOG(sink, "password_expires %d\n", days);
}

static bool on_wipe(Sink *sink, bool is_account_only, GError **err)
{
	(void)err;
	LOG(sink, "wipe account_only=%d\n", is_account_only);
	return true;
}

static void on_folder_give(Sink *sink, Folder *folder)
{
	LOG(sink, "folder id=%s parent=%s type=%d name=%s\n", folder->server_id, folder->parent_server_id, folder->type,
	    folder->name);
	if (folder->type == FOLDER_INBOX)
		keep(&((RecordSink *)sink)->inbox_id, folder->server_id);
	folder_free(folder);
}

static void on_folder_gone(Sink *sink, const char *server_id)
{
	LOG(sink, "folder_gone %s\n", server_id);
}

static void on_folder_list_end(Sink *sink, const char *folder_key, bool was_full)
{
	LOG(sink, "folder_list_end key=%s full=%d\n", folder_key, was_full);
	keep(&((RecordSink *)sink)->key, folder_key);
}

static void append_string(GString *out, const char *name, const char *value)
{
	if (!value)
		return;
	g_autofree char *visible = text_visible(value);
	g_string_append_printf(out, "  %s: %s\n", name, visible);
}

static void append_number(GString *out, const char *name, int64_t value)
{
	if (value)
		g_string_append_printf(out, "  %s: %" G_GINT64_FORMAT "\n", name, value);
}

static void append_bytes(GString *out, const char *name, GBytes *bytes)
{
	if (!bytes)
		return;
	g_autofree char *hex = text_hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_string_append_printf(out, "  %s: %s\n", name, hex);
}

static void append_flags(GString *out, guint flags)
{
	static const char *const names[] = {
		"read", "flagged", "done", "attachment", "draft", "replied", "forwarded", "invitation", "signed",
		"encrypted", "truncated", "as_bcc", "out_of_window", "bad",
	};

	if (!flags)
		return;
	g_string_append(out, "  flags:");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (flags & 1u << i)
			g_string_append_printf(out, " %s", names[i]);
	g_string_append_c(out, '\n');
}

static void append_parts(GString *out, const GPtrArray *parts)
{
	for (guint i = 0; parts && i < parts->len; i++) {
		const Part *part = g_ptr_array_index(parts, i);
		g_string_append_printf(out, "  part: %s ref=%s type=%s id=%s size=%" G_GINT64_FORMAT " method=%d%s\n",
		                       or_none(part->name), or_none(part->reference), or_none(part->content_type),
		                       or_none(part->content_id), part->size_bytes, part->method,
		                       part->is_inline ? " inline" : "");
	}
}

static void append_meeting(GString *out, const Meeting *meeting)
{
	if (!meeting)
		return;
	g_string_append_printf(out, "  meeting: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s at %s by %s uid=%s "
	                       "instance=%d message=%d busy=%d%s\n", meeting->start_ms, meeting->end_ms,
	                       meeting->is_all_day ? " all day" : "", or_none(meeting->location),
	                       or_none(meeting->organizer), or_none(meeting->uid), meeting->instance_type,
	                       meeting->message_type, meeting->busy_status, meeting->is_response_wanted ? " answer" : "");
}

static void append_body(GString *out, const Message *message)
{
	static const char *const kinds[] = { "none", "text", "html", "rtf", "mime" };

	if (message->native_kind)
		g_string_append_printf(out, "  native: %s\n", kinds[message->native_kind]);
	if (!message->body_kind)
		return;
	g_autofree char *text = message->body ? text_to_utf8(g_bytes_get_data(message->body, NULL),
	                                                     g_bytes_get_size(message->body)) : g_strdup("");
	g_autofree char *visible = text_visible(text);
	g_string_append_printf(out, "  body %s: %s\n", kinds[message->body_kind], visible);
}

static void append_dates(GString *out, const Message *message)
{
	append_number(out, "received", message->received_ms);
	append_number(out, "start", message->start_ms);
	append_number(out, "due", message->due_ms);
	append_number(out, "done", message->done_ms);
	append_number(out, "verb", message->last_verb);
	append_number(out, "size", message->size_bytes);
	append_number(out, "code_page", message->code_page);
	if (message->importance != 1)
		g_string_append_printf(out, "  importance: %d\n", message->importance);
}

void record_message(GString *out, const Message *message)
{
	const struct { const char *name, *value; } strings[] = {
		{ "subject", message->subject },       { "from", message->from },
		{ "sender", message->sender },         { "to", message->to },
		{ "cc", message->cc },                 { "bcc", message->bcc },
		{ "reply_to", message->reply_to },     { "display_to", message->display_to },
		{ "topic", message->topic },           { "class", message->message_class },
		{ "preview", message->preview },       { "categories", message->categories },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		append_string(out, strings[i].name, strings[i].value);
	append_flags(out, message->flags);
	append_dates(out, message);
	append_bytes(out, "conversation", message->conversation_key);
	append_bytes(out, "index", message->conversation_index);
	append_body(out, message);
	append_parts(out, message->parts);
	append_meeting(out, message->meeting);
}

static void on_message_give(Sink *sink, Message *message, guint has)
{
	RecordSink *record = (RecordSink *)sink;

	g_string_append_printf(record->log, "message id=%s has=%s%s%s%s%s\n", message->server_id,
	                       has & HAS_ALL ? "all" : "", has & HAS_READ ? "read " : "", has & HAS_FLAG ? "flag " : "",
	                       has & HAS_CATEGORIES ? "categories " : "", has & HAS_VERB ? "verb " : "");
	record_message(record->log, message);
	record->messages++;
	message_free(message);
}

static void on_pim_give(Sink *sink, PimItem *item)
{
	RecordSink *record = (RecordSink *)sink;

	record_pim(record->log, item);
	record->messages++;
	pim_item_free(item);
}

static void on_item_gone(Sink *sink, const char *server_id, bool is_soft)
{
	LOG(sink, "item_gone %s soft=%d\n", server_id, is_soft);
}

static void on_op_done(Sink *sink, int64_t op_id)
{
	LOG(sink, "op_done %" G_GINT64_FORMAT "\n", op_id);
}

static void on_op_named(Sink *sink, int64_t op_id, const char *server_id)
{
	LOG(sink, "op_named %" G_GINT64_FORMAT " %s\n", op_id, server_id);
}

static void on_event_uid(Sink *sink, int64_t op_id, const char *uid)
{
	LOG(sink, "event_uid %" G_GINT64_FORMAT " %s\n", op_id, uid);
}

static void on_op_failed(Sink *sink, int64_t op_id, const GError *why)
{
	LOG(sink, "op_failed %" G_GINT64_FORMAT " %s\n", op_id, error_kind_name(error_kind(why)));
}

static void on_page_end(Sink *sink, const char *sync_key, bool has_more)
{
	RecordSink *record = (RecordSink *)sink;

	LOG(sink, "page_end key=%s more=%d\n", sync_key, has_more);
	keep(&record->key, sync_key);
	record->has_more = has_more;
	record->pages++;
}

static void on_folder_behind(Sink *sink, const char *server_id)
{
	LOG(sink, "folder_behind %s\n", server_id);
}

static void on_heartbeat(Sink *sink, int heartbeat_s)
{
	LOG(sink, "heartbeat %d\n", heartbeat_s);
}

static void on_fetched(Sink *sink, BodyKind kind, GBytes *content, const char *content_type)
{
	RecordSink *record = (RecordSink *)sink;

	LOG(sink, "fetched kind=%d bytes=%zu type=%s\n", kind, g_bytes_get_size(content), or_none(content_type));
	g_clear_pointer(&record->fetched, g_bytes_unref);
	record->fetched = g_bytes_ref(content);
}

static void on_estimate(Sink *sink, const char *server_id, int64_t count)
{
	LOG(sink, "estimate %s %" G_GINT64_FORMAT "\n", server_id, count);
}

static void on_send_refused(Sink *sink, const GError *why)
{
	LOG(sink, "send_refused %s: %s\n", error_kind_name(error_kind(why)), why->message);
}

static void on_message_id(Sink *sink, const char *server_id, const char *message_id)
{
	LOG(sink, "message_id %s %s\n", server_id, or_none(message_id));
}

static void on_draft_part(Sink *sink, guint index, const char *reference)
{
	LOG(sink, "draft_part %u %s\n", index, reference);
}

static void on_oof(Sink *sink, const Oof *oof)
{
	g_autofree char *text = oof_to_text(oof);

	LOG(sink, "oof\n%s", text);
}

static void on_gal(Sink *sink, const GPtrArray *people)
{
	g_autofree char *text = gal_to_text(people);

	LOG(sink, "people %u\n%s", people->len, g_strdelimit(text, "\t", '|'));
}

static void on_opinions(Sink *sink, const GPtrArray *words)
{
	LOG(sink, "opinions");
	for (guint i = 0; i < words->len; i++)
		LOG(sink, " %s", (char *)words->pdata[i]);
	LOG(sink, "\n");
}

static void on_found(Sink *sink, const GPtrArray *found, int64_t total)
{
	g_autofree char *text = found_to_text(found, total);
	g_autofree char *of = total > found->len ? g_strdup_printf(" of %d", (int)total) : g_strdup("");

	LOG(sink, "found %u%s\n%s", found->len, of, g_strdelimit(strchr(text, '\n') + 1, "\t", '|'));
}

static const SinkOps record_ops = {
	.server = on_server, .version = on_version, .policy = on_policy, .device_told = on_device_told,
	.addresses = on_addresses, .moved = on_moved, .begin_anew = on_begin_anew,
	.password_expires = on_password_expires, .wipe = on_wipe,
	.folder_give = on_folder_give, .folder_gone = on_folder_gone, .folder_list_end = on_folder_list_end,
	.message_give = on_message_give, .pim_give = on_pim_give, .item_gone = on_item_gone,
	.op_done = on_op_done, .event_uid = on_event_uid,
	.op_named = on_op_named, .op_failed = on_op_failed, .page_end = on_page_end, .folder_behind = on_folder_behind,
	.heartbeat = on_heartbeat, .fetched = on_fetched, .estimate = on_estimate,
	.send_refused = on_send_refused, .message_id = on_message_id,
	.draft_part = on_draft_part, .oof = on_oof, .gal = on_gal, .opinions = on_opinions, .found = on_found,
};

void record_sink_init(RecordSink *record)
{
	*record = (RecordSink){ .sink = { .ops = &record_ops }, .log = g_string_new(NULL) };
}

void record_sink_clear(RecordSink *record)
{
	if (record->log)
		g_string_free(record->log, TRUE);
	g_clear_pointer(&record->fetched, g_bytes_unref);
	g_free(record->key);
	g_free(record->version);
	g_free(record->policy_key);
	g_free(record->inbox_id);
	*record = (RecordSink){ 0 };
}
