#include "smime/header.h"

#include <string.h>

#include "base/text.h"
#include "mime/mime.h"

/* What people see or act upon; the rest is for the machines on the way. */
static const char *const seen[] = { "Subject",    "From",        "Sender",    "Reply-To",
	                            "To",         "Cc",          "Date",      "Followup-To",
	                            "Message-ID", "In-Reply-To", "References" };

bool header_is_protected(const MimeEntity *inner)
{
	const char *hp = mime_entity_param(inner, "hp");

	return text_equal_ascii_case(hp, "clear") || text_equal_ascii_case(hp, "cipher");
}

/* ---- the sender ---- */

/* "<a> <b>" is one address to one reader and another to the next. */
static int count_angles(const char *list)
{
	bool is_quoted = false;
	int count = 0;

	for (; *list; list++) {
		if (*list == '\\' && list[1])
			list++;
		else if (*list == '"')
			is_quoted = !is_quoted;
		else if (*list == '<' && !is_quoted)
			count++;
	}
	return count;
}

static void add_senders(SenderFacts *sender, const char *raw)
{
	g_autofree char *list = mime_to_utf8((const uint8_t *)raw, strlen(raw), NULL, 0);
	g_autoptr(GPtrArray) addresses = mime_addresses(list);

	if (addresses->len && sender->count == 0) {
		const MimeAddress *first = g_ptr_array_index(addresses, 0);
		sender->address = g_strdup(first->address);
		sender->name = g_strdup(first->name);
	}
	sender->is_unclear |= !g_utf8_validate(raw, -1, NULL);
	sender->count += MAX((int)addresses->len, count_angles(list));
}

void header_sender(const MimeEntity *entity, SenderFacts *ret_sender)
{
	*ret_sender = (SenderFacts){ 0 };
	for (guint i = 0; i < entity->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(entity->fields, i);
		if (text_equal_ascii_case(field->name, "From"))
			add_senders(ret_sender, field->value);
	}
}

void header_sender_clear(SenderFacts *sender)
{
	g_free((char *)sender->address);
	g_free((char *)sender->name);
	*sender = (SenderFacts){ 0 };
}

/* ---- outside and inside ---- */

static bool same_field(const MimeEntity *a, const MimeEntity *b, const char *name)
{
	guint count_a, count_b;
	const MimeField *one = mime_entity_field(a, name, &count_a);
	const MimeField *other = mime_entity_field(b, name, &count_b);

	if (count_a != count_b || !one)
		return count_a == count_b;
	g_autofree char *text = mime_decode_header(one->value, NULL);
	g_autofree char *other_text = mime_decode_header(other->value, NULL);
	return strcmp(text, other_text) == 0;
}

GPtrArray *header_differing(const MimeEntity *outer, const MimeEntity *inner)
{
	GPtrArray *names = g_ptr_array_new();

	if (text_equal_ascii_case(mime_entity_param(inner, "hp"), "cipher"))
		return names;
	for (size_t i = 0; i < G_N_ELEMENTS(seen); i++)
		if (!same_field(outer, inner, seen[i]))
			g_ptr_array_add(names, (char *)seen[i]);
	return names;
}

/* ---- the mail without what was around it ---- */

static bool is_seen(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(seen); i++)
		if (text_equal_ascii_case(name, seen[i]))
			return true;
	return false;
}

/* MIME-Version is always that of outside: KEEP_OWN is all but that. */
typedef enum { KEEP_OWN, KEEP_STRUCTURE, KEEP_MESSAGE, KEEP_TRACE } Keep;

static bool is_kept(const char *name, Keep keep)
{
	switch (keep) {
	case KEEP_STRUCTURE:
		return mime_field_is_structural(name);
	case KEEP_MESSAGE:
		return !mime_field_is_structural(name);
	case KEEP_TRACE:
		return !mime_field_is_structural(name) && !is_seen(name);
	default:
		return !text_equal_ascii_case(name, "MIME-Version");
	}
}

static void append_line_end(GByteArray *out, const char *eol)
{
	g_byte_array_append(out, (const guint8 *)eol, (guint)strlen(eol));
}

static void append_fields(GByteArray *out, const MimeEntity *entity, Keep keep, const char *eol)
{
	const guint8 *data = g_bytes_get_data(entity->bytes, NULL);

	for (guint i = 0; i < entity->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(entity->fields, i);
		if (!is_kept(field->name, keep))
			continue;
		g_byte_array_append(out, data + field->start, (guint)field->len);
		if (out->data[out->len - 1] != '\n')
			append_line_end(out, eol);
	}
}

static const char *eol_of(const MimeEntity *entity)
{
	gsize len;
	const char *data = g_bytes_get_data(entity->bytes, &len);

	return len && memmem(data, len, "\r\n", 2) ? "\r\n" : "\n";
}

GBytes *header_join(const MimeEntity *outer, const MimeEntity *inner, GBytes *text)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bool is_protected = inner && header_is_protected(inner);
	const char *eol = eol_of(outer);
	size_t start = inner ? inner->body_start : 0;
	gsize len;
	const guint8 *data = g_bytes_get_data(text, &len);

	append_fields(out, outer, is_protected ? KEEP_TRACE : KEEP_MESSAGE, eol);
	if (inner)
		append_fields(out, inner, is_protected ? KEEP_OWN : KEEP_STRUCTURE, eol);
	append_line_end(out, eol);
	if (len > start)
		g_byte_array_append(out, data + start, (guint)(len - start));
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
