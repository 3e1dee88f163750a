/* A Mail from the bytes of a message, as Exchange derives its properties. GMime reads; what follows decides. */
#include "exsim/mail-mime.h"

#include <string.h>

#include "base/text.h"
#include "exsim/mail.h"
#include "exsim/meeting.h"

enum { MAX_DEPTH = 50 };

/* ---- text ---- */

static const struct { const char *charset; int code_page; } code_pages[] = {
	{ "utf-8", 65001 }, { "us-ascii", 20127 }, { "iso-8859-1", 28591 }, { "iso-8859-2", 28592 }, { "iso-8859-9", 28599 },
	{ "iso-8859-15", 28605 }, { "windows-1250", 1250 }, { "windows-1251", 1251 }, { "windows-1252", 1252 },
	{ "windows-1254", 1254 }, { "windows-1255", 1255 }, { "windows-1256", 1256 }, { "koi8-r", 20866 },
	{ "iso-2022-jp", 50220 }, { "shift_jis", 932 }, { "euc-jp", 51932 }, { "gbk", 936 }, { "gb2312", 936 }, { "big5", 950 },
};

static int code_page_of(const char *charset)
{
	for (size_t i = 0; charset && i < G_N_ELEMENTS(code_pages); i++)
		if (text_equal_ascii_case(charset, code_pages[i].charset))
			return code_pages[i].code_page;
	return 65001;
}

static GBytes *part_bytes(GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *memory = g_mime_stream_mem_new();

	if (content)
		g_mime_data_wrapper_write_to_stream(content, memory);
	GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	GBytes *bytes = g_bytes_new(array->data, array->len);
	g_object_unref(memory);
	return bytes;
}

static char *decode(GBytes *bytes, const char *charset)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	const char *label = charset && !text_equal_ascii_case(charset, "us-ascii") ? charset : "windows-1252";
	char *text = NULL;

	if (!(charset && text_has_prefix_ascii_case(charset, "iso-2022")) && g_utf8_validate(data, (gssize)len, NULL))
		return text_to_utf8(data, len);
	text = g_convert(data, (gssize)len, "UTF-8", label, NULL, NULL, NULL);
	return text ? text : text_to_utf8(data, len);
}

static char *addresses(InternetAddressList *list)
{
	return list && internet_address_list_length(list) > 0 ? internet_address_list_to_string(list, NULL, FALSE) : NULL;
}

/* "Alice Example; Bob Kowalski": names, else addresses. */
static char *display_names(InternetAddressList *list)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (int i = 0; list && i < internet_address_list_length(list); i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);
		const char *name = internet_address_get_name(address);
		if ((!name || !*name) && INTERNET_ADDRESS_IS_MAILBOX(address))
			name = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
		g_string_append_printf(names, "%s%s", i ? "; " : "", name ? name : "");
	}
	return names->len ? g_strdup(names->str) : NULL;
}

/* The subject without the marks of replies and forwards. */
static char *topic_of(const char *subject)
{
	static const char *const marks[] = { "re:", "aw:", "wg:", "fw:", "fwd:", "tr:", "odp:", "ynt:", "sv:", "vs:" };

	for (bool again = true; again;) {
		again = false;
		while (*subject == ' ')
			subject++;
		for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
			if (text_has_prefix_ascii_case(subject, marks[i])) {
				subject += strlen(marks[i]);
				again = true;
			}
		}
	}
	return g_strdup(subject);
}

/* ---- parts ---- */

static MailAttachment *add_attachment(Mail *mail, char *name, const char *type, const char *content_id, int method, GBytes *content)
{
	MailAttachment *a = g_new0(MailAttachment, 1);

	*a = (MailAttachment){ .name = name, .content_type = g_strdup(type), .content_id = g_strdup(content_id),
	                       .method = method, .is_inline = method == 6, .content = content };
	g_ptr_array_add(mail->attachments, a);
	return a;
}

static GBytes *object_bytes(GMimeObject *object)
{
	GMimeStream *memory = g_mime_stream_mem_new();

	g_mime_object_write_to_stream(object, NULL, memory);
	GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	GBytes *bytes = g_bytes_new(array->data, array->len);
	g_object_unref(memory);
	return bytes;
}

static char *type_of(GMimeObject *object)
{
	g_autofree char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
	return g_ascii_strdown(type, -1);
}

static void append_text(char **text, char *more)
{
	if (!*text) {
		*text = more;
		return;
	}
	char *joined = g_strconcat(*text, "\r\n", more, NULL);
	g_free(*text);
	g_free(more);
	*text = joined;
}

static void take_calendar(Mail *mail, GBytes *bytes)
{
	g_autofree char *text = decode(bytes, "utf-8");
	const char *message_class = NULL;

	if (!mail->meeting)
		mail->meeting = meeting_read(text, &message_class);
	if (message_class) {
		g_free(mail->message_class);
		mail->message_class = g_strdup(message_class);
		g_free(mail->content_class);
		mail->content_class = g_strdup("urn:content-classes:calendarmessage");
	}
}

static void take_text(Mail *mail, GMimeObject *object, GBytes *bytes, bool is_html)
{
	const char *charset = g_mime_object_get_content_type_parameter(object, "charset");
	char *text = decode(bytes, charset);

	if (!mail->text && !mail->html)
		mail->code_page = code_page_of(charset);
	append_text(is_html ? &mail->html : &mail->text, text);
}

/* A draft is kept as it was given: beside its text, with a disposition. */
static bool is_for_text(GMimeObject *object)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);

	return disposition && g_mime_object_get_content_id(object) &&
	       g_ascii_strcasecmp(g_mime_content_disposition_get_disposition(disposition), "inline") == 0;
}

static void visit_leaf(Mail *mail, GMimePart *part, bool in_related)
{
	GMimeObject *object = GMIME_OBJECT(part);
	g_autofree char *type = type_of(object);
	const char *name = g_mime_part_get_filename(part), *id = g_mime_object_get_content_id(object);
	GBytes *bytes = part_bytes(part);
	bool is_file = g_mime_part_is_attachment(part) || name;

	if (g_str_equal(type, "text/calendar"))
		take_calendar(mail, bytes);
	if (!is_file && (g_str_equal(type, "text/plain") || g_str_equal(type, "text/html"))) {
		take_text(mail, object, bytes, g_str_equal(type, "text/html"));
		g_bytes_unref(bytes);
	} else if (!is_file && (g_str_equal(type, "text/calendar") || g_str_equal(type, "message/delivery-status"))) {
		g_bytes_unref(bytes);
	} else {
		MailAttachment *a = add_attachment(mail, text_to_utf8(name ? name : "attachment", strlen(name ? name : "attachment")), type,
		                                   id, in_related && id ? 6 : 1, bytes);
		a->is_inline = a->is_inline || is_for_text(object);
	}
}

static void visit_message(Mail *mail, GMimeMessagePart *part)
{
	GMimeMessage *inner = g_mime_message_part_get_message(part);
	const char *subject = inner ? g_mime_message_get_subject(inner) : NULL;

	if (inner)
		add_attachment(mail, g_strdup_printf("%s.eml", subject ? subject : "message"), "message/rfc822", NULL, 5,
		               object_bytes(GMIME_OBJECT(inner)));
}

static void visit(Mail *mail, GMimeObject *object, bool in_related, int depth);

/* A signed message shows its content, and itself whole as one attachment. */
static void visit_signed(Mail *mail, GMimeMultipart *multipart, int depth)
{
	if (g_mime_multipart_get_count(multipart) > 0)
		visit(mail, g_mime_multipart_get_part(multipart, 0), false, depth + 1);
	g_ptr_array_set_size(mail->attachments, 0);
	add_attachment(mail, g_strdup("smime.p7m"), "multipart/signed", NULL, 1, object_bytes(GMIME_OBJECT(multipart)));
}

static void visit(Mail *mail, GMimeObject *object, bool in_related, int depth)
{
	if (depth > MAX_DEPTH)
		return;
	if (GMIME_IS_MULTIPART_SIGNED(object)) {
		visit_signed(mail, GMIME_MULTIPART(object), depth);
	} else if (GMIME_IS_MULTIPART(object)) {
		g_autofree char *type = type_of(object);
		bool related = in_related || g_str_equal(type, "multipart/related");
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			visit(mail, g_mime_multipart_get_part(GMIME_MULTIPART(object), i), related, depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		visit_message(mail, GMIME_MESSAGE_PART(object));
	} else if (GMIME_IS_PART(object)) {
		visit_leaf(mail, GMIME_PART(object), in_related);
	}
}

/* ---- the head ---- */

static const char *class_of(GMimeObject *root)
{
	g_autofree char *type = root ? type_of(root) : NULL;

	if (!type)
		return "IPM.Note";
	if (g_str_equal(type, "multipart/signed"))
		return "IPM.Note.SMIME.MultipartSigned";
	if (g_str_equal(type, "application/pkcs7-mime") || g_str_equal(type, "application/x-pkcs7-mime"))
		return "IPM.Note.SMIME";
	if (!g_str_equal(type, "multipart/report"))
		return "IPM.Note";
	const char *report = g_mime_object_get_content_type_parameter(root, "report-type");
	return report && text_equal_ascii_case(report, "disposition-notification") ? "REPORT.IPM.Note.IPNRN" : "REPORT.IPM.Note.NDR";
}

static int importance_of(GMimeObject *message)
{
	const char *importance = g_mime_object_get_header(message, "Importance");
	const char *priority = g_mime_object_get_header(message, "X-Priority");

	if (importance)
		return text_equal_ascii_case(importance, "high") ? 2 : text_equal_ascii_case(importance, "low") ? 0 : 1;
	return !priority ? 1 : *priority == '1' || *priority == '2' ? 2 : *priority == '4' || *priority == '5' ? 0 : 1;
}

/* The first id of References names the thread, and their number its depth. */
static void read_conversation(Mail *mail, GMimeObject *message)
{
	const char *references = g_mime_object_get_header(message, "References");
	const char *reply_to = g_mime_object_get_header(message, "In-Reply-To");
	const char *own = g_mime_object_get_header(message, "Message-ID");
	const char *all = references ? references : reply_to;
	g_auto(GStrv) ids = g_strsplit_set(all ? all : "", " \t\r\n", -1);
	const char *root = NULL;
	unsigned depth = 0;

	for (guint i = 0; ids[i]; i++) {
		if (!*ids[i])
			continue;
		root = root ? root : ids[i];
		depth++;
	}
	if (!root)
		root = own ? own : mail->subject ? mail->subject : "";
	g_autofree char *trimmed = g_strstrip(g_strdup(root));
	mail_set_conversation(mail, trimmed, depth);
}

static void read_head(Mail *mail, GMimeMessage *message)
{
	const char *subject = g_mime_message_get_subject(message);

	mail->subject = subject ? text_to_utf8(subject, strlen(subject)) : NULL;
	mail->thread_topic = mail->subject ? topic_of(mail->subject) : NULL;
	mail->from = addresses(g_mime_message_get_from(message));
	mail->to = addresses(g_mime_message_get_to(message));
	mail->cc = addresses(g_mime_message_get_cc(message));
	mail->bcc = addresses(g_mime_message_get_bcc(message));
	mail->reply_to = addresses(g_mime_message_get_reply_to(message));
	mail->sender = addresses(g_mime_message_get_sender(message));
	mail->display_to = display_names(g_mime_message_get_to(message));
	mail->importance = importance_of(GMIME_OBJECT(message));
	read_conversation(mail, GMIME_OBJECT(message));
}

GMimeMessage *mail_mime_parse(GBytes *mime)
{
	gsize len;
	const char *data = g_bytes_get_data(mime, &len);
	GMimeStream *memory = g_mime_stream_mem_new_with_buffer(data, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(memory);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(memory);
	return message;
}

Mail *mail_from_mime(GBytes *mime, int64_t date_ms)
{
	GMimeMessage *message = mail_mime_parse(mime);
	Mail *mail = mail_new();
	GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;

	mail->date_ms = date_ms;
	mail->message_class = g_strdup(class_of(root));
	mail->content_class = g_strdup("urn:content-classes:message");
	if (message)
		read_head(mail, message);
	if (root)
		visit(mail, root, false, 0);
	if (!mail->text && !mail->html)
		mail->text = g_strdup("");
	g_clear_object(&message);
	return mail;
}

int64_t mail_date_of_mime(GBytes *mime)
{
	GMimeMessage *message = mail_mime_parse(mime);
	GDateTime *date = message ? g_mime_message_get_date(message) : NULL;
	int64_t ms = date ? g_date_time_to_unix(date) * 1000 : 0;

	g_clear_object(&message);
	return ms;
}
