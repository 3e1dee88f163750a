#include "exsim/draft.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"
#include "exsim/post.h"
#include "exsim/render.h"

static void part_name_free(DraftPartName *name)
{
	g_free(name->client_id);
	g_free(name);
}

GPtrArray *draft_part_names_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)part_name_free);
}

/* ---- the fields ---- */

static const struct { WbxmlTag tag; size_t offset; } texts[] = {
	{ WBXML_Email_To, offsetof(Mail, to) },           { WBXML_Email_Cc, offsetof(Mail, cc) },
	{ WBXML_Email2_Bcc, offsetof(Mail, bcc) },        { WBXML_Email_ReplyTo, offsetof(Mail, reply_to) },
	{ WBXML_Email_Subject, offsetof(Mail, subject) },
};

static char **text_of(Mail *mail, WbxmlTag tag)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i].tag == tag)
			return (char **)((char *)mail + texts[i].offset);
	return NULL;
}

bool draft_has_field(WbxmlTag tag)
{
	return text_of(&(Mail){ 0 }, tag) || tag == WBXML_Email_Importance || tag == WBXML_AirSyncBase_Body ||
	       tag == WBXML_AirSyncBase_Attachments || tag == WBXML_Email2_IsDraft || tag == WBXML_Email2_Send;
}

static void set_text(char **slot, const char *text)
{
	g_free(*slot);
	*slot = text && *text ? g_strdup(text) : NULL;
}

/* What a draft is made of is text or HTML; the server derives the other when it is asked for. */
static bool set_body(Mail *mail, const Element *body)
{
	int64_t type = element_int(body, WBXML_AirSyncBase_Type, 0);
	const char *data = element_text(body, WBXML_AirSyncBase_Data);

	if (type != 1 && type != 2)
		return false;
	set_text(&mail->text, NULL);
	set_text(&mail->html, NULL);
	*(type == 1 ? &mail->text : &mail->html) = g_strdup(data ? data : "");
	return true;
}

/* ---- attachments ---- */

static bool add_part(Mail *mail, const Element *add, GPtrArray *names)
{
	const Element *content = element_child(add, WBXML_AirSyncBase_Content);
	MailAttachment like = {
		.name = (char *)element_text(add, WBXML_AirSyncBase_DisplayName),
		.content_type = (char *)element_text(add, WBXML_AirSyncBase_ContentType),
		.content_id = (char *)element_text(add, WBXML_AirSyncBase_ContentId),
		.method = (int)element_int(add, WBXML_AirSyncBase_Method, 0),
		.is_inline = element_bool(add, WBXML_AirSyncBase_IsInline, false),
	};
	const char *client_id = element_text(add, WBXML_AirSyncBase_ClientId);
	DraftPartName name = { g_strdup(client_id), mail->attachments->len };

	g_ptr_array_add(names, g_memdup2(&name, sizeof name));
	if (!client_id || !content || !like.name || (like.method != 1 && like.method != 5))
		return false;
	like.content = g_bytes_new(content->text->str, content->text->len);
	mail_add_attachment(mail, &like);
	return true;
}

/* The place of an attachment in "5%3a101%3a0"; -1 if it is of another item. */
static int64_t part_index(const DraftEdit *edit, guint n, const char *reference)
{
	g_autofree char *of_item = g_strdup_printf("%s%%3a%u%%3a", edit->folder->id, n + 1);
	int64_t index = -1;

	if (reference && g_str_has_prefix(reference, of_item))
		text_to_int(reference + strlen(of_item), 0, G_MAXINT, &index);
	return index;
}

static gint by_index_down(gconstpointer a, gconstpointer b)
{
	return *(const guint *)b < *(const guint *)a ? -1 : 1;
}

/* Indices count in the draft as it was, so they are removed from the last one down, before anything is added. */
static bool remove_parts(const DraftEdit *edit, Mail *mail, guint n, const Element *list)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < list->children->len; i++) {
		const Element *child = g_ptr_array_index(list->children, i);
		if (child->tag != WBXML_AirSyncBase_Delete)
			continue;
		int64_t index = part_index(edit, n, element_text(child, WBXML_AirSyncBase_FileReference));
		if (index < 0 || index >= mail->attachments->len)
			return false;
		g_array_append_val(gone, (guint){ (guint)index });
	}
	g_array_sort(gone, by_index_down);
	for (guint i = 0; i < gone->len; i++)
		g_ptr_array_remove_index(mail->attachments, g_array_index(gone, guint, i));
	return true;
}

static bool change_parts(const DraftEdit *edit, Mail *mail, guint n, const Element *list, GPtrArray *names)
{
	if (!remove_parts(edit, mail, n, list))
		return false;
	for (guint i = 0; i < list->children->len; i++) {
		const Element *child = g_ptr_array_index(list->children, i);
		if (child->tag == WBXML_AirSyncBase_Add && !add_part(mail, child, names))
			return false;
	}
	return true;
}

/* [MS-ASEMAIL] What a client may not write is Status 6; so is Send, which this server refuses. */
static int apply(const DraftEdit *edit, Mail *mail, guint n, const Element *data, GPtrArray *names)
{
	for (guint i = 0; data && i < data->children->len; i++) {
		const Element *child = g_ptr_array_index(data->children, i);
		char **text = text_of(mail, child->tag);
		if (text)
			set_text(text, child->text->str);
		else if (child->tag == WBXML_Email_Importance)
			mail->importance = (int)element_int(data, WBXML_Email_Importance, 1);
		else if (child->tag == WBXML_AirSyncBase_Body && set_body(mail, child))
			continue;
		else if (child->tag == WBXML_AirSyncBase_Attachments && change_parts(edit, mail, n, child, names))
			continue;
		else
			return 6;
	}
	return data ? 1 : 6;
}

/* ---- back to MIME, in which the mailbox keeps everything ---- */

static void set_header(GMimeMessage *message, const char *name, const char *text)
{
	if (text)
		g_mime_object_set_header(GMIME_OBJECT(message), name, text, "utf-8");
}

static void set_addresses(GMimeMessage *message, GMimeAddressType type, const char *text)
{
	InternetAddressList *list = text ? internet_address_list_parse(NULL, text) : NULL;

	if (list)
		internet_address_list_append(g_mime_message_get_addresses(message, type), list);
	g_clear_object(&list);
}

static GMimeDataWrapper *wrap(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GMimeStream *memory = g_mime_stream_mem_new_with_buffer(data ? data : "", len);
	GMimeDataWrapper *wrapper = g_mime_data_wrapper_new_with_stream(memory, GMIME_CONTENT_ENCODING_DEFAULT);

	g_object_unref(memory);
	return wrapper;
}

static GMimePart *part_of(GBytes *bytes, const char *type)
{
	GMimePart *part = g_mime_part_new();
	GMimeContentType *content_type = g_mime_content_type_parse(NULL, type);
	GMimeDataWrapper *content = wrap(bytes);

	g_mime_object_set_content_type(GMIME_OBJECT(part), content_type);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_object_unref(content_type);
	g_object_unref(content);
	return part;
}

static GMimeObject *body_part(const Mail *mail)
{
	const char *text = mail->html ? mail->html : mail->text;
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return GMIME_OBJECT(part_of(bytes, mail->html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"));
}

/* An embedded message stays one file here: whoever fetches it gets its bytes. */
static void attach(GMimeMultipart *mixed, const MailAttachment *a)
{
	GMimePart *part = part_of(a->content, a->content_type && a->method != 5 ? a->content_type : "application/octet-stream");

	g_mime_object_set_disposition(GMIME_OBJECT(part), a->is_inline ? "inline" : "attachment");
	g_mime_part_set_filename(part, a->name);
	if (a->content_id)
		g_mime_object_set_content_id(GMIME_OBJECT(part), a->content_id);
	g_mime_multipart_add(mixed, GMIME_OBJECT(part));
	g_object_unref(part);
}

static GMimeObject *content_of(const Mail *mail)
{
	GMimeObject *body = body_part(mail);

	if (mail->attachments->len == 0)
		return body;
	GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
	g_mime_multipart_add(mixed, body);
	g_object_unref(body);
	for (guint i = 0; i < mail->attachments->len; i++)
		attach(mixed, g_ptr_array_index(mail->attachments, i));
	return GMIME_OBJECT(mixed);
}

static void set_head(GMimeMessage *message, const DraftEdit *edit, const Mail *mail, guint n)
{
	g_autofree char *id = g_strdup_printf("%s.%s.%u@drafts." WORLD_DOMAIN, edit->user->name, edit->folder->id, n);
	GDateTime *date = g_date_time_new_from_unix_utc(world_now_ms(edit->world) / 1000);

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, edit->user->display_name, edit->user->email);
	set_addresses(message, GMIME_ADDRESS_TYPE_TO, mail->to);
	set_addresses(message, GMIME_ADDRESS_TYPE_CC, mail->cc);
	set_addresses(message, GMIME_ADDRESS_TYPE_BCC, mail->bcc);
	set_addresses(message, GMIME_ADDRESS_TYPE_REPLY_TO, mail->reply_to);
	if (mail->subject)
		g_mime_message_set_subject(message, mail->subject, "utf-8");
	set_header(message, "Importance", mail->importance == 2 ? "high" : mail->importance == 0 ? "low" : NULL);
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, id);
	g_date_time_unref(date);
}

static GBytes *to_mime(const DraftEdit *edit, const Mail *mail, guint n)
{
	GMimeMessage *message = g_mime_message_new(TRUE);
	GMimeObject *content = content_of(mail);

	set_head(message, edit, mail, n);
	g_mime_message_set_mime_part(message, content);
	GBytes *mime = post_write(message);
	g_object_unref(content);
	g_object_unref(message);
	return mime;
}

/* ---- the two commands ---- */

int draft_add(const DraftEdit *edit, const Element *data, GPtrArray *names, guint *ret_n)
{
	g_autoptr(Mail) mail = mail_new();
	guint n = collection_count(edit->folder);
	int status = apply(edit, mail, n, data, names);

	if (status != 1)
		return status;
	if (!mail->text && !mail->html)
		mail->text = g_strdup("");
	g_autoptr(GBytes) mime = to_mime(edit, mail, n);
	*ret_n = collection_add(edit->folder, mime, world_now_ms(edit->world), (ItemState){ .is_read = true, .is_draft = true },
	                        edit->origin);
	return 1;
}

int draft_change(const DraftEdit *edit, guint n, const Element *data, GPtrArray *names)
{
	g_autoptr(Mail) mail = collection_mail(edit->folder, n);
	int status = apply(edit, mail, n, data, names);

	if (status != 1)
		return status;
	g_autoptr(GBytes) mime = to_mime(edit, mail, n);
	collection_rewrite(edit->folder, n, mime, world_now_ms(edit->world), edit->origin);
	return 1;
}

/* ---- the answer ---- */

static void write_part_name(WbxmlWriter *w, const Collection *folder, guint n, const DraftPartName *name)
{
	g_autofree char *reference = render_file_reference(folder, n, name->index);

	wbxml_open(w, WBXML_AirSyncBase_Attachment);
	wbxml_text(w, WBXML_AirSyncBase_ClientId, name->client_id);
	wbxml_text(w, WBXML_AirSyncBase_FileReference, reference);
	wbxml_close(w);
}

void draft_write_answer(WbxmlWriter *w, const Collection *folder, guint n, const GPtrArray *names)
{
	g_autoptr(Mail) mail = collection_mail(folder, n);

	wbxml_open(w, WBXML_AirSync_ApplicationData);
	if (names->len > 0) {
		wbxml_open(w, WBXML_AirSyncBase_Attachments);
		for (guint i = 0; i < names->len; i++)
			write_part_name(w, folder, n, g_ptr_array_index(names, i));
		wbxml_close(w);
	}
	wbxml_opaque(w, WBXML_Email2_ConversationId, mail->conversation_id, sizeof mail->conversation_id);
	wbxml_opaque(w, WBXML_Email2_ConversationIndex, mail->conversation_index->data, mail->conversation_index->len);
	wbxml_close(w);
}
