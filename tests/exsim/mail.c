#include "exsim/mail.h"

#include <string.h>

#include "base/text.h"

static void attachment_free(MailAttachment *a)
{
	g_free(a->name);
	g_free(a->content_type);
	g_free(a->content_id);
	g_clear_pointer(&a->content, g_bytes_unref);
	g_free(a);
}

static void meeting_free(MailMeeting *meeting)
{
	if (!meeting)
		return;
	g_free(meeting->location);
	g_free(meeting->organizer);
	g_free(meeting->uid);
	g_free(meeting);
}

Mail *mail_new(void)
{
	Mail *mail = g_new0(Mail, 1);

	mail->importance = 1;
	mail->code_page = 65001;
	mail->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)attachment_free);
	mail->conversation_index = g_byte_array_new();
	return mail;
}

void mail_free(Mail *mail)
{
	if (!mail)
		return;
	char *texts[] = { mail->from, mail->to, mail->cc, mail->bcc, mail->reply_to, mail->sender, mail->subject, mail->display_to,
	                  mail->thread_topic, mail->message_class, mail->content_class, mail->text, mail->html };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_byte_array_unref(mail->conversation_index);
	g_ptr_array_unref(mail->attachments);
	meeting_free(mail->meeting);
	g_free(mail);
}

void mail_add_attachment(Mail *mail, const MailAttachment *like)
{
	MailAttachment *a = g_memdup2(like, sizeof *like);

	a->name = g_strdup(like->name);
	a->content_type = g_strdup(like->content_type);
	a->content_id = g_strdup(like->content_id);
	g_ptr_array_add(mail->attachments, a);
}

bool mail_is_smime(const Mail *mail)
{
	return mail->message_class && strstr(mail->message_class, "SMIME");
}

void mail_set_conversation(Mail *mail, const char *root, unsigned depth)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
	gsize len = sizeof mail->conversation_id;

	g_checksum_update(sum, (const guchar *)root, (gssize)strlen(root));
	g_checksum_get_digest(sum, mail->conversation_id, &len);

	/* [MS-ASEMAIL] ConversationIndex: five bytes of header, five more for each level of reply. */
	g_byte_array_append(mail->conversation_index, mail->conversation_id, 5);
	for (unsigned i = 0; i < MIN(depth, 100); i++) {
		uint8_t level[5] = { (uint8_t)(i + 1), mail->conversation_id[5], mail->conversation_id[6], (uint8_t)(depth - i), 0 };
		g_byte_array_append(mail->conversation_index, level, sizeof level);
	}
}

/* ---- one body from the other ---- */

static const struct { const char *name, *text; } entities[] = {
	{ "amp;", "&" }, { "lt;", "<" }, { "gt;", ">" }, { "quot;", "\"" }, { "nbsp;", "\xc2\xa0" }, { "apos;", "'" },
};

/* Appends what the entity at @p ("&...") stands for and returns what follows it. */
static const char *append_entity(GString *out, const char *p)
{
	if (p[1] == '#') {
		bool  is_hex = p[2] == 'x' || p[2] == 'X';
		char *end;
		guint64 c = g_ascii_strtoull(p + (is_hex ? 3 : 2), &end, is_hex ? 16 : 10);
		if (*end == ';' && c > 0 && g_unichar_validate((gunichar)MIN(c, 0x110000))) {
			g_string_append_unichar(out, (gunichar)c);
			return end + 1;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
		if (g_str_has_prefix(p + 1, entities[i].name)) {
			g_string_append(out, entities[i].text);
			return p + 1 + strlen(entities[i].name);
		}
	}
	g_string_append_c(out, '&');
	return p + 1;
}

static bool is_tag(const char *p, const char *name)
{
	size_t len = strlen(name);
	return g_ascii_strncasecmp(p, name, len) == 0 && !g_ascii_isalnum(p[len]);
}

static bool tag_breaks(const char *name)
{
	static const char *const blocks[] = { "p", "/p", "br", "div", "/div", "tr", "li", "h1", "h2", "h3", "h4", "/h1", "/h2",
	                                      "/h3", "/h4", "table", "/table", "ul", "/ul", "ol", "/ol", "blockquote", "hr" };
	for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
		if (is_tag(name, blocks[i]))
			return true;
	return false;
}

static void break_line(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	if (out->len > 0 && !g_str_has_suffix(out->str, "\r\n\r\n"))
		g_string_append(out, "\r\n");
}

/* Appends what the tag at @p looks like as text and returns what follows it, the insides of style and script included. */
static const char *append_tag(GString *out, const char *p)
{
	const char *end = g_str_has_prefix(p, "<!--") ? strstr(p, "-->") : NULL;
	const char *close = NULL;

	if (is_tag(p + 1, "style"))
		close = "</style";
	else if (is_tag(p + 1, "script"))
		close = "</script";
	else if (is_tag(p + 1, "title"))
		close = "</title";
	if (close)
		end = strstr(p, close);
	if (!end)
		end = p;
	if (tag_breaks(p + 1))
		break_line(out);
	if (is_tag(p + 1, "li"))
		g_string_append(out, " * ");
	if (is_tag(p + 1, "td") || is_tag(p + 1, "th"))
		g_string_append_c(out, '\t');
	end = strchr(end, '>');
	return end ? end + 1 : p + strlen(p);
}

char *html_to_text(const char *html)
{
	GString *out = g_string_sized_new(strlen(html) / 2 + 16);

	for (const char *p = html; *p;) {
		if (*p == '<' && (g_ascii_isalpha(p[1]) || p[1] == '/' || p[1] == '!')) {
			p = append_tag(out, p);
		} else if (*p == '&') {
			p = append_entity(out, p);
		} else if (g_ascii_isspace(*p)) {
			if (out->len > 0 && !g_ascii_isspace(out->str[out->len - 1]))
				g_string_append_c(out, ' ');
			p++;
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}

char *mail_as_text(const Mail *mail)
{
	return mail->text ? g_strdup(mail->text) : html_to_text(mail->html ? mail->html : "");
}

char *mail_as_html(const Mail *mail)
{
	if (mail->html)
		return g_strdup(mail->html);

	GString *out = g_string_new("<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\r\n");
	for (const char *p = mail->text ? mail->text : ""; *p; p++) {
		switch (*p) {
		case '&':  g_string_append(out, "&amp;"); break;
		case '<':  g_string_append(out, "&lt;"); break;
		case '>':  g_string_append(out, "&gt;"); break;
		case '\n': g_string_append(out, "<br>\n"); break;
		default:   g_string_append_c(out, *p);
		}
	}
	g_string_append(out, "</body></html>\r\n");
	return g_string_free(out, FALSE);
}
