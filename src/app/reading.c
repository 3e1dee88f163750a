#include "app/reading.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

static Doc *doc_from_bytes(GBytes *bytes, const char *label, int code_page, bool is_html)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);
	g_autofree char *claimed = is_html && !label ? mime_html_charset(data, len) : NULL;
	g_autofree char *utf8 = mime_to_utf8(data, len, label ? label : claimed, code_page);

	return is_html ? doc_from_html(utf8, strlen(utf8)) : doc_from_text(utf8, strlen(utf8));
}

/* A body of a MIME message; its content is UTF-8 already. */
static Doc *doc_from_part(const MimeMessage *mime, int index)
{
	const MimePart *part = g_ptr_array_index(mime->parts, (guint)index);
	g_autoptr(GBytes) content = mime_part_content(mime, index, NULL);
	gsize len = 0;
	const char *utf8 = content ? g_bytes_get_data(content, &len) : NULL;

	if (part->role == MIME_HTML)
		return doc_from_html(utf8 ? utf8 : "", len);
	if (part->is_flowed)
		return doc_from_flowed(utf8 ? utf8 : "", len, part->is_delsp);
	return doc_from_text(utf8 ? utf8 : "", len);
}

static Doc *doc_from_bodies(const MimeMessage *mime)
{
	Doc *doc = NULL;

	for (guint i = 0; i < mime->bodies->len; i++) {
		Doc *next = doc_from_part(mime, g_array_index(mime->bodies, int, i));
		if (doc)
			doc_append(doc, next);
		else
			doc = next;
	}
	return doc ? doc : doc_from_text("", 0);
}

static void read_mime(Reading *reading, GBytes *body, bool prefers_plain)
{
	MimeMessage *mime = reading->mime = mime_read(body);

	if (prefers_plain && mime->plain_text >= 0)
		reading->doc = doc_from_part(mime, mime->plain_text);
	else
		reading->doc = doc_from_bodies(mime);
	reading->warning = g_strdup(mime->warning);
}

static Reading *read_body(const Message *message, BodyKind kind, GBytes *body, bool prefers_plain)
{
	Reading *reading = g_new0(Reading, 1);

	if (body && kind == BODY_MIME)
		read_mime(reading, body, prefers_plain);
	else if (body && (kind == BODY_TEXT || kind == BODY_HTML))
		reading->doc = doc_from_bytes(body, NULL, message->code_page, kind == BODY_HTML);
	else
		reading->doc = doc_from_text("", 0);
	if (body && kind == BODY_RTF)
		reading->warning = g_strdup(_(
			"The message came as Rich Text, which cannot be shown; fetch its source to read it."));
	if (!reading->warning)
		reading->warning = g_strdup(reading->doc->warning);
	return reading;
}

Reading *reading_new(const Message *message, BodyKind kind, GBytes *body)
{
	return read_body(message, kind, body, false);
}

Reading *reading_new_plain(const Message *message, BodyKind kind, GBytes *body)
{
	return read_body(message, kind, body, true);
}

static Reading *open_body(const OpeningMail *mail, const Certificates *certificates,
                          bool prefers_plain)
{
	Opening *opening = opening_new(mail, certificates);
	Reading *reading = read_body(mail->message, opening->kind, opening->body, prefers_plain);

	reading->opening = opening;
	if (opening_is_alterable(opening))
		doc_disarm(reading->doc);
	return reading;
}

Reading *reading_open(const OpeningMail *mail, const Certificates *certificates)
{
	return open_body(mail, certificates, false);
}

Reading *reading_open_plain(const OpeningMail *mail, const Certificates *certificates)
{
	return open_body(mail, certificates, true);
}

void reading_free(Reading *reading)
{
	if (!reading)
		return;
	doc_free(reading->doc);
	mime_message_free(reading->mime);
	opening_free(reading->opening);
	g_free(reading->warning);
	g_free(reading);
}

static void add_line(GPtrArray *lines, const char *label, const char *value)
{
	g_autofree char *line = value ? text_one_line(value) : NULL;

	if (line && *line)
		g_ptr_array_add(lines, g_strdup_printf("%s: %s", label, line));
}

/* An answer to Reply-To goes where From would send it anyway, as far as the first address tells. */
static bool differs(const char *reply_to, const char *from)
{
	g_autoptr(MimeAddress) a = mime_address_first(reply_to);
	g_autoptr(MimeAddress) b = mime_address_first(from);

	return a && (!b || !text_equal_ascii_case(a->address, b->address));
}

GPtrArray *reading_header_lines(const Message *message)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	add_line(lines, _("From"), message->from);
	add_line(lines, _("To"), message->to);
	add_line(lines, _("Cc"), message->cc);
	if (differs(message->reply_to, message->from))
		add_line(lines, _("Reply-To"), message->reply_to);
	add_line(lines, _("Subject"), message->subject);
	return lines;
}

char *reading_index_text(const Message *message, BodyKind kind, GBytes *body, void *data)
{
	OpeningMail mail = { .message = message, .kind = kind, .body = body };
	g_autoptr(Reading) reading = reading_open(&mail, NULL);
	g_autofree char *text = doc_plain_text(reading->doc);

	(void)data;
	return *text ? g_steal_pointer(&text) : NULL;
}
