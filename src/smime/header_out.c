#include "smime/header_out.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (text_equal_ascii_case(name, *names))
			return true;
	return false;
}

/* RFC 9788 1.1: all but what says how the body is to be read. Bcc is nobody's business inside. */
static bool is_copied(const MimeField *field)
{
	static const char *const others[] = { "MIME-Version", "Bcc", "HP-Outer", NULL };

	return !mime_field_is_structural(field->name) && !is_one_of(field->name, others);
}

static void append_field(GString *out, const MimeEntity *mail, const MimeField *field)
{
	const char *data = g_bytes_get_data(mail->bytes, NULL);

	g_string_append_len(out, data + field->start, (gssize)field->len);
	if (out->str[out->len - 1] != '\n')
		g_string_append(out, "\r\n");
}

/* ---- outside ---- */

/* RFC 9788 3.2.1, the baseline; Thread-Topic is Exchange's copy of the subject. */
static bool append_hidden(GString *out, const MimeField *field)
{
	static const char *const gone[] = { "Thread-Topic", "Keywords", "Comments", NULL };
	bool is_subject = text_equal_ascii_case(field->name, "Subject");

	if (is_subject)
		g_string_append(out, "Subject: [...]\r\n");
	return is_subject || is_one_of(field->name, gone);
}

/* True if the field is another one in the mail to a person of Bcc, or none. */
static bool append_for_bcc(GString *out, const MimeField *field, const HeaderPlan *plan)
{
	static const char *const gone[] = { "To", "Cc", NULL };
	bool is_id = plan->message_id && text_equal_ascii_case(field->name, "Message-ID");

	if (is_id)
		g_string_append_printf(out, "Message-ID: %s\r\n", plan->message_id);
	return is_id || is_one_of(field->name, gone);
}

static void append_outside(GString *out, const MimeEntity *mail, const MimeField *field,
                           const HeaderPlan *plan)
{
	if (plan->hides_subject && append_hidden(out, field))
		return;
	if (plan->bcc && append_for_bcc(out, field, plan))
		return;
	append_field(out, mail, field);
}

/* The server reads whom it sends to, and takes it away: [MS-ASCMD] SendMail. */
static void append_bcc(GString *out, const MimeEntity *mail, const HeaderPlan *plan)
{
	if (plan->bcc)
		g_string_append_printf(out, "Bcc: %s\r\n", plan->bcc);
	if (plan->drops_bcc)
		return;
	for (guint i = 0; i < mail->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(mail->fields, i);
		if (text_equal_ascii_case(field->name, "Bcc"))
			append_field(out, mail, field);
	}
}

GBytes *header_out_join(const MimeEntity *mail, const HeaderPlan *plan, GBytes *part)
{
	GString *out = g_string_sized_new(g_bytes_get_size(part) + mail->body_start);
	gsize len;
	const char *data = g_bytes_get_data(part, &len);

	for (guint i = 0; i < mail->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(mail->fields, i);
		if (is_copied(field))
			append_outside(out, mail, field, plan);
	}
	append_bcc(out, mail, plan);
	g_string_append(out, "MIME-Version: 1.0\r\n");
	g_string_append_len(out, data, (gssize)len);
	return g_string_free_to_bytes(out);
}

/* ---- inside ---- */

static void drop_tail(GString *out, const char *of)
{
	while (out->len && strchr(of, out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
}

static void append_structure(GString *out, const MimeEntity *mail, const HeaderPlan *plan)
{
	const char *hp = plan->is_encrypted ? "cipher" : "clear";
	const MimeField *type = mime_entity_field(mail, "Content-Type", NULL);

	if (type)
		append_field(out, mail, type);
	else
		g_string_append(out, "Content-Type: text/plain; charset=us-ascii");
	drop_tail(out, "\r\n\t ;");
	g_string_append_printf(out, ";\r\n hp=\"%s\"\r\n", hp);
	for (guint i = 0; i < mail->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(mail->fields, i);
		if (mime_field_is_structural(field->name) && field != type)
			append_field(out, mail, field);
	}
}

/* RFC 9788 2.2: what the reader of an encrypted header finds outside, so that it sees what was
 * hidden and what was changed on the way. */
static void append_record(GString *out, const MimeEntity *mail, const MimeField *field,
                          const HeaderPlan *plan)
{
	g_autoptr(GString) outside = g_string_new(NULL);

	append_outside(outside, mail, field, plan);
	if (outside->len)
		g_string_append_printf(out, "HP-Outer: %s", outside->str);
}

GBytes *header_out_payload(const MimeEntity *mail, const HeaderPlan *plan, GError **err)
{
	gsize len;
	const char *data = g_bytes_get_data(mail->bytes, &len);

	if (mime_entity_param(mail, "hp"))
		return fail_null(err, ERR_PROTOCOL, _("the mail is signed or encrypted already"));
	GString *out = g_string_sized_new(len + 2 * mail->body_start);
	append_structure(out, mail, plan);
	for (guint i = 0; i < mail->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(mail->fields, i);
		if (!is_copied(field))
			continue;
		append_field(out, mail, field);
		if (plan->is_encrypted)
			append_record(out, mail, field, plan);
	}
	g_string_append(out, "\r\n");
	g_string_append_len(out, data + mail->body_start, (gssize)(len - mail->body_start));
	return g_string_free_to_bytes(out);
}
