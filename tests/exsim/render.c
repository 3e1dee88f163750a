#include "exsim/render.h"

#include <string.h>

#include "base/text.h"

char *render_date(int64_t ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", g_date_time_get_year(when), g_date_time_get_month(when),
	                       g_date_time_get_day_of_month(when), g_date_time_get_hour(when), g_date_time_get_minute(when),
	                       g_date_time_get_second(when), (int)(ms % 1000));
}

static void date(WbxmlWriter *w, WbxmlTag tag, int64_t ms)
{
	g_autofree char *text = ms ? render_date(ms) : NULL;
	wbxml_text(w, tag, text);
}

void render_bytes(WbxmlWriter *w, WbxmlTag tag, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (len > 0 && g_utf8_validate(data, (gssize)len, NULL)) {
		g_autofree char *text = g_strndup(data, len);
		wbxml_text(w, tag, text);
	} else {
		wbxml_opaque(w, tag, data, len);
	}
}

char *render_file_reference(const Collection *c, guint n, guint attachment)
{
	return g_strdup_printf("%s%%3a%u%%3a%u", c->id, n + 1, attachment);
}

/* ---- the body ---- */

static int native_type(const Mail *mail) { return mail->html ? 2 : 1; }

/* [MS-ASAIRS] The type that fits the stored form, else one it can be turned into. MIME when it was asked for. */
static int choose_type(const Mail *mail, const SyncOptions *options)
{
	bool mime_fits = options->mime_support == 2 || (options->mime_support == 1 && mail_is_smime(mail));
	int  native = native_type(mail);

	if (options->bodies[4].is_wanted && mime_fits)
		return 4;
	if (options->bodies[native].is_wanted)
		return native;
	if (options->bodies[3 - native].is_wanted)
		return 3 - native;
	return options->bodies[4].is_wanted ? 4 : 0;
}

static GBytes *whole_body(const Mail *mail, const Collection *c, guint n, int type)
{
	char *text;

	if (type == 4)
		return collection_mime(c, n);
	text = type == 2 ? mail_as_html(mail) : mail_as_text(mail);
	return g_bytes_new_take(text, strlen(text));
}

static gsize cut_at(GBytes *whole, int type, int64_t truncation)
{
	gsize len;
	const char *data = g_bytes_get_data(whole, &len);

	if (truncation < 0 || (gsize)truncation >= len)
		return len;
	len = (gsize)truncation;
	while (type != 4 && len > 0 && ((unsigned char)data[len] & 0xC0) == 0x80)
		len--;
	return len;
}

char *render_preview(const Mail *mail, int characters)
{
	g_autofree char *text = mail->text ? g_strndup(mail->text, 2048) : mail_as_text(mail);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *line = text_one_line(valid);

	return g_utf8_substring(line, 0, MIN(characters, g_utf8_strlen(line, -1)));
}

void rendered_body_make(const Mail *mail, const Collection *c, guint n, const SyncOptions *options, RenderedBody *ret_body)
{
	int type = choose_type(mail, options);
	const BodyPreference *wish = &options->bodies[type];

	*ret_body = (RenderedBody){ .type = type ? type : native_type(mail) };
	g_autoptr(GBytes) whole = whole_body(mail, c, n, ret_body->type);
	gsize len = cut_at(whole, type, wish->truncation);

	ret_body->full_bytes = g_bytes_get_size(whole);
	ret_body->is_truncated = type == 0 || len < ret_body->full_bytes;
	if (type != 0 && !(wish->all_or_none && ret_body->is_truncated))
		ret_body->data = g_bytes_new_from_bytes(whole, 0, len);
	if (wish->preview > 0)
		ret_body->preview = render_preview(mail, wish->preview);
}

void rendered_body_clear(RenderedBody *body)
{
	g_clear_pointer(&body->data, g_bytes_unref);
	g_clear_pointer(&body->preview, g_free);
}

static void render_body(WbxmlWriter *w, const RenderedBody *body, int version, int part)
{
	wbxml_open(w, WBXML_AirSyncBase_Body);
	wbxml_int(w, WBXML_AirSyncBase_Type, body->type);
	wbxml_int(w, WBXML_AirSyncBase_EstimatedDataSize, (int64_t)body->full_bytes);
	if (body->is_truncated)
		wbxml_text(w, WBXML_AirSyncBase_Truncated, "1");
	if (body->data && part >= 0)
		wbxml_int(w, WBXML_ItemOperations_Part, part);
	else if (body->data && g_bytes_get_size(body->data) > 0)
		render_bytes(w, WBXML_AirSyncBase_Data, body->data);
	if (version >= 140)
		wbxml_text(w, WBXML_AirSyncBase_Preview, body->preview);
	wbxml_close(w);
}

/* ---- the rest ---- */

static void render_attachments(WbxmlWriter *w, const Mail *mail, const Collection *c, guint n)
{
	if (mail->attachments->len == 0)
		return;
	wbxml_open(w, WBXML_AirSyncBase_Attachments);
	for (guint i = 0; i < mail->attachments->len; i++) {
		const MailAttachment *a = g_ptr_array_index(mail->attachments, i);
		g_autofree char *reference = render_file_reference(c, n, i);
		wbxml_open(w, WBXML_AirSyncBase_Attachment);
		wbxml_text(w, WBXML_AirSyncBase_DisplayName, a->name);
		wbxml_text(w, WBXML_AirSyncBase_FileReference, reference);
		wbxml_int(w, WBXML_AirSyncBase_Method, a->method);
		wbxml_int(w, WBXML_AirSyncBase_EstimatedDataSize, (int64_t)g_bytes_get_size(a->content));
		wbxml_text(w, WBXML_AirSyncBase_ContentId, a->content_id);
		if (a->is_inline)
			wbxml_text(w, WBXML_AirSyncBase_IsInline, "1");
		wbxml_close(w);
	}
	wbxml_close(w);
}

static void render_flag(WbxmlWriter *w, const ItemState *state)
{
	if (state->flag == 0) {
		wbxml_empty(w, WBXML_Email_Flag);
		return;
	}
	wbxml_open(w, WBXML_Email_Flag);
	wbxml_int(w, WBXML_Email_Status, state->flag);
	wbxml_text(w, WBXML_Email_FlagType, state->flag_type ? state->flag_type : "Flag for follow up");
	date(w, WBXML_Email_CompleteTime, state->flag_done_ms);
	date(w, WBXML_Tasks_StartDate, state->flag_start_ms);
	date(w, WBXML_Tasks_UtcStartDate, state->flag_start_ms);
	date(w, WBXML_Tasks_DueDate, state->flag_due_ms);
	date(w, WBXML_Tasks_UtcDueDate, state->flag_due_ms);
	date(w, WBXML_Tasks_DateCompleted, state->flag_done_ms);
	wbxml_close(w);
}

static void render_categories(WbxmlWriter *w, const ItemState *state)
{
	g_auto(GStrv) names = g_strsplit(state->categories ? state->categories : "", "\n", -1);

	if (!names[0]) {
		wbxml_empty(w, WBXML_Email_Categories);
		return;
	}
	wbxml_open(w, WBXML_Email_Categories);
	for (guint i = 0; names[i]; i++)
		wbxml_text(w, WBXML_Email_Category, names[i]);
	wbxml_close(w);
}

void render_state(WbxmlWriter *w, const ItemState *state, guint mask, int version)
{
	if (mask & ITEM_READ)
		wbxml_int(w, WBXML_Email_Read, state->is_read);
	if (mask & ITEM_FLAG)
		render_flag(w, state);
	if ((mask & ITEM_CATEGORIES) && version >= 140)
		render_categories(w, state);
}

/* [MS-ASEMAIL] GlobalObjId of a foreign invitation: a fixed head, then "vCal-Uid", 1, and the UID. */
static char *global_object_id(const char *uid)
{
	static const uint8_t class_id[16] = { 0x04, 0, 0, 0, 0x82, 0, 0xE0, 0, 0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 0x08 };
	g_autoptr(GByteArray) id = g_byte_array_new();
	uint8_t zero[20] = { 0 };
	guint32 length = (guint32)strlen(uid) + 13;
	uint8_t le[4] = { (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16), (uint8_t)(length >> 24) };

	g_byte_array_append(id, class_id, sizeof class_id);
	g_byte_array_append(id, zero, 20);
	g_byte_array_append(id, le, 4);
	g_byte_array_append(id, (const guint8 *)"vCal-Uid\1\0\0\0", 12);
	g_byte_array_append(id, (const guint8 *)uid, (guint)strlen(uid) + 1);
	return g_base64_encode(id->data, id->len);
}

static void render_meeting(WbxmlWriter *w, const MailMeeting *m, int version)
{
	uint8_t utc[172] = { 0 };
	g_autofree char *zone = g_base64_encode(utc, sizeof utc);
	g_autofree char *object = global_object_id(m->uid ? m->uid : "");

	wbxml_open(w, WBXML_Email_MeetingRequest);
	wbxml_int(w, WBXML_Email_AllDayEvent, m->is_all_day);
	date(w, WBXML_Email_StartTime, m->start_ms);
	date(w, WBXML_Email_DtStamp, m->stamp_ms);
	date(w, WBXML_Email_EndTime, m->end_ms);
	wbxml_int(w, WBXML_Email_InstanceType, m->instance_type);
	if (version >= 160 && m->location) {
		wbxml_open(w, WBXML_AirSyncBase_Location);
		wbxml_text(w, WBXML_AirSyncBase_DisplayName, m->location);
		wbxml_close(w);
	} else {
		wbxml_text(w, WBXML_Email_Location, m->location);
	}
	wbxml_text(w, WBXML_Email_Organizer, m->organizer);
	wbxml_int(w, WBXML_Email_Reminder, m->reminder_min);
	wbxml_int(w, WBXML_Email_ResponseRequested, m->wants_answer);
	wbxml_text(w, WBXML_Email_Sensitivity, "0");
	wbxml_int(w, WBXML_Email_BusyStatus, m->busy_status);
	wbxml_text(w, WBXML_Email_TimeZone, zone);
	if (version >= 160)
		wbxml_text(w, WBXML_Calendar_UID, m->uid);
	else
		wbxml_text(w, WBXML_Email_GlobalObjId, object);
	if (version >= 141)
		wbxml_int(w, WBXML_Email2_MeetingMessageType, m->message_type);
	wbxml_close(w);
}

static void render_head(WbxmlWriter *w, const Mail *mail, const ItemState *state)
{
	wbxml_text(w, WBXML_Email_To, mail->to);
	wbxml_text(w, WBXML_Email_Cc, mail->cc);
	wbxml_text(w, WBXML_Email_From, mail->from);
	wbxml_text(w, WBXML_Email_Subject, mail->subject);
	wbxml_text(w, WBXML_Email_ReplyTo, mail->reply_to);
	date(w, WBXML_Email_DateReceived, mail->date_ms);
	wbxml_text(w, WBXML_Email_DisplayTo, mail->display_to);
	wbxml_text(w, WBXML_Email_ThreadTopic, mail->thread_topic);
	wbxml_int(w, WBXML_Email_Importance, mail->importance);
	wbxml_int(w, WBXML_Email_Read, state->is_read);
}

/* [MS-ASEMAIL] The Email2 page exists from 14.0 on, IsDraft and Bcc from 16.0. */
static void render_email2(WbxmlWriter *w, const Mail *mail, const ItemState *state, int version)
{
	if (version < 140)
		return;
	wbxml_opaque(w, WBXML_Email2_ConversationId, mail->conversation_id, sizeof mail->conversation_id);
	wbxml_opaque(w, WBXML_Email2_ConversationIndex, mail->conversation_index->data, mail->conversation_index->len);
	if (state->verb) {
		wbxml_int(w, WBXML_Email2_LastVerbExecuted, state->verb);
		date(w, WBXML_Email2_LastVerbExecutionTime, state->verb_ms);
	}
	wbxml_text(w, WBXML_Email2_Sender, mail->sender);
	if (version >= 160)
		wbxml_int(w, WBXML_Email2_IsDraft, state->is_draft);
	if (version >= 160)
		wbxml_text(w, WBXML_Email2_Bcc, mail->bcc);
	if (state->categories)
		render_categories(w, state);
}

void render_mail(WbxmlWriter *w, const Collection *c, guint n, const SyncOptions *options, int version, int part,
                 GBytes **ret_data)
{
	g_autoptr(Mail) mail = collection_mail(c, n);
	ItemState    state = collection_state(c, n);
	RenderedBody body;

	rendered_body_make(mail, c, n, options, &body);
	render_head(w, mail, &state);
	render_attachments(w, mail, c, n);
	render_body(w, &body, version, part);
	wbxml_text(w, WBXML_Email_MessageClass, mail->message_class);
	if (mail->meeting)
		render_meeting(w, mail->meeting, version);
	wbxml_int(w, WBXML_Email_InternetCPID, mail->code_page);
	render_flag(w, &state);
	wbxml_text(w, WBXML_Email_ContentClass, mail->content_class);
	wbxml_int(w, WBXML_AirSyncBase_NativeBodyType, native_type(mail));
	render_email2(w, mail, &state, version);
	if (ret_data)
		*ret_data = g_steal_pointer(&body.data);
	rendered_body_clear(&body);
}
