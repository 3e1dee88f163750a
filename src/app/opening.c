#include "app/opening.h"

#include <string.h>

#include "base/text.h"

/* ---- whether to look ---- */

static bool ends_in(const char *name, const char *ending)
{
	size_t len = name ? strlen(name) : 0, tail = strlen(ending);

	return len >= tail && text_equal_ascii_case(name + len - tail, ending);
}

/* [MS-OXOSMIME] 2.1: one file stands for all of the mail, and gateways change its type. */
static bool is_smime_part(const Part *part)
{
	return ends_in(part->name, ".p7m") || ends_in(part->name, ".p7s") ||
	       (part->content_type &&
	        (text_has_prefix_ascii_case(part->content_type, "application/pkcs7-") ||
	         text_has_prefix_ascii_case(part->content_type, "application/x-pkcs7-") ||
	         text_equal_ascii_case(part->content_type, "multipart/signed")));
}

bool opening_needs_source(const Message *message)
{
	if (message->flags & (MESSAGE_SIGNED | MESSAGE_ENCRYPTED))
		return true;
	for (guint i = 0; message->parts && i < message->parts->len; i++)
		if (is_smime_part(g_ptr_array_index(message->parts, i)))
			return true;
	return false;
}

/* ---- opening ---- */

/* Borrowed; NULL: the whole mail is not here. */
static GBytes *whole_of(const OpeningMail *mail)
{
	if (mail->source)
		return mail->source;
	return mail->kind == BODY_MIME && !(mail->message->flags & MESSAGE_TRUNCATED) ? mail->body
	                                                                              : NULL;
}

static void set_body(Opening *opening, BodyKind kind, GBytes *body)
{
	g_clear_pointer(&opening->body, g_bytes_unref);
	opening->kind = kind;
	opening->body = body ? g_bytes_ref(body) : NULL;
}

static SmimeMessage *open_whole(GBytes *whole, const OpeningMail *mail,
                                const Certificates *certificates)
{
	g_autoptr(SmimeTrust) nobody = certificates ? NULL : smime_trust_new();
	SmimeSetup setup = { .trust = nobody, .now_ms = mail->message->received_ms };

	if (certificates)
		setup = certificates_setup(certificates, mail->message->received_ms);
	return smime_message_open(whole, &setup);
}

/* Another kind of signature, or a class that says more than there is. */
static bool is_plain(const SmimeMessage *smime)
{
	return smime->layers->len == 0 && smime->verdict.grade == VERDICT_NONE;
}

static void take_off(Opening *opening, GBytes *whole, const OpeningMail *mail,
                     const Certificates *certificates)
{
	g_autoptr(SmimeMessage) smime = open_whole(whole, mail, certificates);

	if (is_plain(smime)) {
		if (opening_needs_source(mail->message))
			set_body(opening, BODY_MIME, whole);
		return;
	}
	set_body(opening, BODY_MIME, smime->content);
	opening->smime = g_steal_pointer(&smime);
}

Opening *opening_new(const OpeningMail *mail, const Certificates *certificates)
{
	Opening *opening = g_new0(Opening, 1);
	GBytes *whole = whole_of(mail);
	bool is_wanted = opening_needs_source(mail->message);

	opening->is_judged = certificates != NULL;
	opening->is_incomplete = is_wanted && !whole;
	if (mail->body)
		set_body(opening, mail->kind, mail->body);
	else if (whole)
		set_body(opening, BODY_MIME, whole);
	/* A body that is MIME was asked for as such, whatever its class is. */
	if (whole && (is_wanted || mail->kind == BODY_MIME))
		take_off(opening, whole, mail, certificates);
	return opening;
}

void opening_free(Opening *opening)
{
	if (!opening)
		return;
	smime_message_free(opening->smime);
	g_clear_pointer(&opening->body, g_bytes_unref);
	g_free(opening);
}

/* ---- what it is ---- */

bool opening_is_encrypted(const Opening *opening)
{
	for (guint i = 0; opening->smime && i < opening->smime->layers->len; i++)
		if (((const SmimeLayer *)g_ptr_array_index(opening->smime->layers, i))
		            ->is_encryption)
			return true;
	return false;
}

bool opening_is_closed(const Opening *opening)
{
	return opening->smime && opening->smime->trouble;
}

bool opening_is_alterable(const Opening *opening)
{
	return opening->smime && opening->smime->is_open_to_change &&
	       opening->smime->verdict.grade != VERDICT_GOOD;
}

/* ---- what it says of itself ---- */

static void replace(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

static bool is_file(const MimePart *part)
{
	return !part->is_embedded && part->role != MIME_TEXT && part->role != MIME_HTML;
}

static Part *part_of(const MimePart *from)
{
	Part *part = part_new();

	part->name = g_strdup(from->name);
	part->content_type = g_strdup(from->content_type);
	part->content_id = g_strdup(from->content_id);
	part->size_bytes = (int64_t)from->size_bytes;
	part->is_inline = from->role == MIME_INLINE;
	return part;
}

static GPtrArray *parts_of(const MimeMessage *mime)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);

	for (guint i = 0; i < mime->parts->len; i++)
		if (is_file(g_ptr_array_index(mime->parts, i)))
			g_ptr_array_add(parts, part_of(g_ptr_array_index(mime->parts, i)));
	return parts;
}

void opening_correct(const Opening *opening, const MimeMessage *mime, Message *message)
{
	if (!opening->smime)
		return;
	replace(&message->from, mime->from);
	replace(&message->to, mime->to);
	replace(&message->cc, mime->cc);
	replace(&message->reply_to, mime->reply_to);
	replace(&message->subject, mime->subject);
	g_clear_pointer(&message->parts, g_ptr_array_unref);
	message->parts = parts_of(mime);
}
