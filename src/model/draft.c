#include "model/draft.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/* ---- lives ---- */

DraftPart *draft_part_new(void)
{
	DraftPart *part = g_new0(DraftPart, 1);

	part->part = -1;
	return part;
}

/* What is text of a part, and how it is called in a draft's own text. */
static const struct { const char *key; size_t offset; } part_texts[] = {
	{ "name", offsetof(DraftPart, name) },
	{ "type", offsetof(DraftPart, content_type) },
	{ "cid", offsetof(DraftPart, content_id) },
	{ "path", offsetof(DraftPart, path) },
	{ "reference", offsetof(DraftPart, reference) },
};

static char **part_text_of(const DraftPart *part, size_t i)
{
	return (char **)((char *)part + part_texts[i].offset);
}

static GBytes *bytes_ref(GBytes *bytes) { return bytes ? g_bytes_ref(bytes) : NULL; }

DraftPart *draft_part_copy(const DraftPart *from)
{
	DraftPart *to = g_memdup2(from, sizeof *from);

	for (size_t i = 0; i < G_N_ELEMENTS(part_texts); i++)
		*part_text_of(to, i) = g_strdup(*part_text_of(from, i));
	to->bytes = bytes_ref(from->bytes);
	return to;
}

void draft_part_free(DraftPart *part)
{
	if (!part)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(part_texts); i++)
		g_free(*part_text_of(part, i));
	g_clear_pointer(&part->bytes, g_bytes_unref);
	g_free(part);
}

static GPtrArray *parts_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
}

Draft *draft_new(void)
{
	Draft *draft = g_new0(Draft, 1);

	draft->body = g_strdup("");
	draft->importance = 1;
	draft->parts = parts_new();
	return draft;
}

/* ---- the table of fields ---- */

typedef enum { TYPE_TEXT, TYPE_WORD, TYPE_FLAGS, TYPE_NUMBER, TYPE_SIZE, TYPE_BYTES } FieldType;
typedef enum { FIELD_EDITED = 1, FIELD_ALWAYS = 2 } FieldUse;

typedef struct {
	const char        *name;
	FieldType          type;
	size_t             offset;
	guint              use;
	const char *const *words;   /* of TYPE_WORD: by value; of TYPE_FLAGS: by bit */
	guint              usual;   /* a word that need not be said */
} Field;

static const char *const kinds[] = { "new",     "reply",            "reply-all", "reply-list",
	                             "forward", "forward-attached", "resend",    "edit",
	                             "resume",  NULL };
static const char *const formats[] = { "plain", "markdown", NULL };
static const char *const places[] = { "above", "below", NULL };
static const char *const signature_formats[] = { "html", "text", NULL };
static const char *const importances[] = { "low", "normal", "high", NULL };
static const char *const sensitivities[] = { "normal", "personal", "private", "confidential",
	                                     NULL };
static const char *const receipts[] = { "read", "delivery", NULL };
static const char *const signings[] = { "no", "clear", "opaque", NULL };
static const char *const encryptions[] = { "no", "yes", "if-possible", NULL };
static const char *const source_formats[] = { "text", "html", NULL };
static const char *const subject_places[] = { "outside", "inside", NULL };
static const char *const deciders[] = { "settings", "person", "original", NULL };

G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == DRAFT_KIND_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(formats) == DRAFT_FORMAT_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(places) == SIGNATURE_PLACE_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(signature_formats) == SIGNATURE_FORMAT_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(sensitivities) == SENSITIVITY_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(signings) == SIGNING_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(encryptions) == ENCRYPTION_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(source_formats) == SOURCE_FORMAT_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(subject_places) == SUBJECT_PLACE_COUNT + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(deciders) == DECIDER_COUNT + 1);
G_STATIC_ASSERT(sizeof(DraftKind) == sizeof(guint) && sizeof(DraftFormat) == sizeof(guint) &&
                sizeof(SignaturePlace) == sizeof(guint) &&
                sizeof(SignatureFormat) == sizeof(guint) &&
                sizeof(Sensitivity) == sizeof(guint) && sizeof(Signing) == sizeof(guint) &&
                sizeof(Encryption) == sizeof(guint) && sizeof(Decider) == sizeof(guint) &&
                sizeof(SourceFormat) == sizeof(guint) &&
                sizeof(SubjectPlace) == sizeof(guint) && sizeof(int) == sizeof(guint));

const char *signing_name(Signing signing) { return signings[signing]; }
const char *encryption_name(Encryption encryption) { return encryptions[encryption]; }

#define AT(member) offsetof(Draft, member)

static const Field fields[] = {
	{ "From", TYPE_TEXT, AT(from), FIELD_EDITED, NULL, 0 },
	{ "To", TYPE_TEXT, AT(to), FIELD_EDITED | FIELD_ALWAYS, NULL, 0 },
	{ "Cc", TYPE_TEXT, AT(cc), FIELD_EDITED | FIELD_ALWAYS, NULL, 0 },
	{ "Bcc", TYPE_TEXT, AT(bcc), FIELD_EDITED | FIELD_ALWAYS, NULL, 0 },
	{ "Reply-To", TYPE_TEXT, AT(reply_to), FIELD_EDITED, NULL, 0 },
	{ "Subject", TYPE_TEXT, AT(subject), FIELD_EDITED | FIELD_ALWAYS, NULL, 0 },
	{ "Importance", TYPE_WORD, AT(importance), FIELD_EDITED, importances, 1 },
	{ "Sensitivity", TYPE_WORD, AT(sensitivity), FIELD_EDITED, sensitivities, 0 },
	{ "Receipts", TYPE_FLAGS, AT(receipts), FIELD_EDITED, receipts, 0 },
	{ "Format", TYPE_WORD, AT(format), FIELD_EDITED, formats, 0 },
	{ "Signature", TYPE_TEXT, AT(signature), FIELD_EDITED, NULL, 0 },
	{ "Signature-Place", TYPE_WORD, AT(signature_place), FIELD_EDITED, places, 0 },
	{ "Signature-Format", TYPE_WORD, AT(signature_format), FIELD_EDITED, signature_formats, 0 },
	{ "Sign", TYPE_WORD, AT(signing), 0, signings, 0 },
	{ "Sign-By", TYPE_WORD, AT(signing_by), 0, deciders, 0 },
	{ "Encrypt", TYPE_WORD, AT(encryption), 0, encryptions, 0 },
	{ "Encrypt-By", TYPE_WORD, AT(encryption_by), 0, deciders, 0 },
	{ "Subject-Place", TYPE_WORD, AT(subject_place), 0, subject_places, 0 },
	{ "Kind", TYPE_WORD, AT(kind), 0, kinds, 0 },
	{ "Account", TYPE_TEXT, AT(account), 0, NULL, 0 },
	{ "Send-After-Ms", TYPE_NUMBER, AT(send_after_ms), 0, NULL, 0 },
	{ "Source", TYPE_NUMBER, AT(source_id), 0, NULL, 0 },
	{ "Source-Server-Id", TYPE_TEXT, AT(source_server_id), 0, NULL, 0 },
	{ "Source-Folder", TYPE_TEXT, AT(source_folder), 0, NULL, 0 },
	{ "In-Reply-To", TYPE_TEXT, AT(in_reply_to), 0, NULL, 0 },
	{ "References", TYPE_TEXT, AT(references), 0, NULL, 0 },
	{ "Thread-Topic", TYPE_TEXT, AT(thread_topic), 0, NULL, 0 },
	{ "Thread-Index", TYPE_BYTES, AT(thread_index), 0, NULL, 0 },
	{ "Source-Format", TYPE_WORD, AT(source_format), 0, source_formats, 0 },
	{ "Base-Hash", TYPE_BYTES, AT(base_hash), 0, NULL, 0 },
	{ "Message-ID", TYPE_TEXT, AT(message_id), 0, NULL, 0 },
	{ "Quote-Bytes", TYPE_SIZE, AT(quote_bytes), 0, NULL, 0 },
	{ "Quote-Hash", TYPE_TEXT, AT(quote_hash), 0, NULL, 0 },
};

/* A field's place in a draft, const or not: who reads does not write. */
static void *place_of(const Draft *draft, const Field *field)
{
	return (char *)draft + field->offset;
}

static char   **text_of(const Draft *d, const Field *f) { return place_of(d, f); }
static guint   *word_of(const Draft *d, const Field *f) { return place_of(d, f); }
static int64_t *number_of(const Draft *d, const Field *f) { return place_of(d, f); }
static size_t  *size_of(const Draft *d, const Field *f) { return place_of(d, f); }
static GBytes **bytes_of(const Draft *d, const Field *f) { return place_of(d, f); }

Draft *draft_copy(const Draft *from)
{
	Draft *to = g_memdup2(from, sizeof *from);

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (fields[i].type == TYPE_TEXT)
			*text_of(to, &fields[i]) = g_strdup(*text_of(from, &fields[i]));
		else if (fields[i].type == TYPE_BYTES)
			*bytes_of(to, &fields[i]) = bytes_ref(*bytes_of(from, &fields[i]));
	}
	to->body = g_strdup(from->body);
	to->parts = parts_new();
	for (guint i = 0; i < from->parts->len; i++)
		g_ptr_array_add(to->parts, draft_part_copy(g_ptr_array_index(from->parts, i)));
	return to;
}

void draft_free(Draft *draft)
{
	if (!draft)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (fields[i].type == TYPE_TEXT)
			g_free(*text_of(draft, &fields[i]));
		else if (fields[i].type == TYPE_BYTES)
			g_clear_pointer(bytes_of(draft, &fields[i]), g_bytes_unref);
	}
	g_free(draft->body);
	g_ptr_array_unref(draft->parts);
	g_free(draft);
}

/* ---- writing ---- */

static char *words_text(const Field *field, guint value)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (field->type == TYPE_WORD)
		return value == field->usual ? NULL : g_strdup(field->words[value]);
	for (guint bit = 0; field->words[bit]; bit++)
		if (value & 1u << bit)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "",
			                       field->words[bit]);
	return out->len ? g_strdup(out->str) : NULL;
}

/* NULL: nothing to be said; in the next one, too. */
static char *bytes_text(GBytes *bytes)
{
	gsize len;
	const guchar *data = bytes ? g_bytes_get_data(bytes, &len) : NULL;

	if (!bytes)
		return NULL;
	return g_base64_encode(data ? data : (const guchar *)"", len);
}

static char *number_text(int64_t number)
{
	return number ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;
}

/* NULL: nothing to be said. */
static char *field_text(const Draft *draft, const Field *field)
{
	switch (field->type) {
	case TYPE_TEXT:   return g_strdup(*text_of(draft, field));
	case TYPE_WORD:
	case TYPE_FLAGS:  return words_text(field, *word_of(draft, field));
	case TYPE_NUMBER: return number_text(*number_of(draft, field));
	case TYPE_SIZE:   return number_text((int64_t)*size_of(draft, field));
	case TYPE_BYTES:  return bytes_text(*bytes_of(draft, field));
	}
	g_assert_not_reached();
}

static void append_value(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, "%s: ", name);
	for (const char *p = value; *p; p++) {
		g_string_append_c(out, *p);
		if (*p == '\n')
			g_string_append_c(out, '\t');
	}
	g_string_append_c(out, '\n');
}

static void append_fields(GString *out, const Draft *draft, guint use)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		const Field *field = &fields[i];
		if ((field->use & use) != use)
			continue;
		g_autofree char *value = field_text(draft, field);
		if (value && *value)
			append_value(out, field->name, value);
		else if (use && field->use & FIELD_ALWAYS)
			append_value(out, field->name, "");
	}
}

static void append_fact(GString *out, const char *key, const char *value)
{
	if (!value)
		return;
	g_autofree char *escaped = g_uri_escape_string(value, "/:+,@=<>()!$&'*;?[]", TRUE);
	g_string_append_printf(out, " %s=%s", key, escaped);
}

/* "Attach: name=a%20b.pdf type=application/pdf path=/tmp/a%20b.pdf" */
static void append_part(GString *out, const DraftPart *part)
{
	g_autofree char *bytes = bytes_text(part->bytes);

	g_string_append(out, "Attach:");
	for (size_t i = 0; i < G_N_ELEMENTS(part_texts); i++)
		append_fact(out, part_texts[i].key, *part_text_of(part, i));
	if (part->is_inline)
		append_fact(out, "inline", "yes");
	if (part->message_id)
		g_string_append_printf(out, " message=%" G_GINT64_FORMAT, part->message_id);
	if (part->part >= 0)
		g_string_append_printf(out, " part=%d", part->part);
	append_fact(out, "bytes", bytes);
	g_string_append_c(out, '\n');
}

char *draft_to_text(const Draft *draft)
{
	GString *out = g_string_new(NULL);

	append_fields(out, draft, 0);
	for (guint i = 0; i < draft->parts->len; i++)
		append_part(out, g_ptr_array_index(draft->parts, i));
	g_string_append_c(out, '\n');
	g_string_append(out, draft->body);
	return g_string_free(out, FALSE);
}

char *draft_to_editor(const Draft *draft)
{
	GString *out = g_string_new(NULL);

	append_fields(out, draft, FIELD_EDITED);
	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = g_ptr_array_index(draft->parts, i);
		g_autofree char *name = text_one_line(part->name ? part->name : "");
		g_string_append_printf(out, "Attach: #%u %s\n", i + 1, name);
	}
	g_string_append_c(out, '\n');
	g_string_append(out, draft->body);
	return g_string_free(out, FALSE);
}

bool draft_equal(const Draft *a, const Draft *b)
{
	g_autofree char *text_a = draft_to_text(a), *text_b = draft_to_text(b);

	return strcmp(text_a, text_b) == 0;
}

/* ---- reading ---- */

typedef struct {
	Draft       *draft;          /* what is being filled */
	const Draft *before;         /* in the editor: has the parts that "#N" names; else NULL */
	guint        line;           /* of the field at hand, from 1 */
	guint64      seen;           /* fields, by index */
} Reader;

G_STATIC_ASSERT(G_N_ELEMENTS(fields) <= 64);

static bool refuse_word(const Reader *r, const Field *field, const char *value, GError **err)
{
	g_autofree char *allowed = g_strjoinv(", ", (char **)field->words);
	g_autofree char *shown = text_visible(value);

	return fail(err, ERR_CONFIG, _("line %u: “%s: %s” is none of: %s"), r->line, field->name,
	            shown, allowed);
}

static bool word_at(const Field *field, const char *word, guint *ret_at)
{
	for (guint i = 0; field->words[i]; i++)
		if (text_equal_ascii_case(field->words[i], word)) {
			*ret_at = i;
			return true;
		}
	return false;
}

static bool read_flags(const Reader *r, const Field *field, const char *value, GError **err)
{
	g_auto(GStrv) words = g_strsplit_set(value, ", ", -1);
	guint flags = 0, bit;

	for (char **word = words; *word; word++) {
		if (!**word)
			continue;
		if (!word_at(field, *word, &bit))
			return refuse_word(r, field, value, err);
		flags |= 1u << bit;
	}
	*word_of(r->draft, field) = flags;
	return true;
}

static bool read_word(const Reader *r, const Field *field, const char *value, GError **err)
{
	guint at = field->usual;

	if (*value && !word_at(field, value, &at))
		return refuse_word(r, field, value, err);
	*word_of(r->draft, field) = at;
	return true;
}

static bool read_number(const Reader *r, const char *name, const char *value, int64_t max,
                        int64_t *ret_number, GError **err)
{
	if (text_to_int(value, 0, max, ret_number))
		return true;
	return fail(err, ERR_CONFIG, _("line %u: “%s” must be a number"), r->line, name);
}

static GBytes *bytes_from_text(const char *base64)
{
	gsize len;
	guchar *bytes = g_base64_decode(base64, &len);

	return g_bytes_new_take(bytes, len);
}

static bool read_value(const Reader *r, const Field *field, const char *value, GError **err)
{
	int64_t number = 0;

	switch (field->type) {
	case TYPE_TEXT:
		*text_of(r->draft, field) = *value ? g_strdup(value) : NULL;
		return true;
	case TYPE_WORD:  return read_word(r, field, value, err);
	case TYPE_FLAGS: return read_flags(r, field, value, err);
	case TYPE_NUMBER:
		return read_number(r, field->name, value, G_MAXINT64, number_of(r->draft, field),
		                   err);
	case TYPE_SIZE:
		if (!read_number(r, field->name, value, G_MAXINT32, &number, err))
			return false;
		*size_of(r->draft, field) = (size_t)number;
		return true;
	case TYPE_BYTES:
		*bytes_of(r->draft, field) = bytes_from_text(value);
		return true;
	}
	g_assert_not_reached();
}

/* False: @key is no text of a part. */
static bool take_part_text(DraftPart *part, const char *key, const char *value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(part_texts); i++)
		if (strcmp(key, part_texts[i].key) == 0) {
			g_free(*part_text_of(part, i));
			*part_text_of(part, i) = g_strdup(value);
			return true;
		}
	return false;
}

static bool take_part_bytes(DraftPart *part, const char *base64)
{
	g_clear_pointer(&part->bytes, g_bytes_unref);
	part->bytes = bytes_from_text(base64);
	return true;
}

static bool read_part_index(const Reader *r, const char *value, int *ret_part, GError **err)
{
	int64_t number;

	if (!read_number(r, "part", value, G_MAXINT, &number, err))
		return false;
	*ret_part = (int)number;
	return true;
}

static bool read_fact(const Reader *r, DraftPart *part, const char *key, const char *value,
                      GError **err)
{
	if (take_part_text(part, key, value))
		return true;
	if (strcmp(key, "bytes") == 0)
		return take_part_bytes(part, value);
	if (strcmp(key, "message") == 0)
		return read_number(r, key, value, G_MAXINT64, &part->message_id, err);
	if (strcmp(key, "part") == 0)
		return read_part_index(r, value, &part->part, err);
	if (strcmp(key, "inline") == 0) {
		part->is_inline = true;
		return true;
	}
	return fail(err, ERR_CONFIG,
	            _("line %u: “%s” is nothing that can be said of an attachment"), r->line, key);
}

/* What append_part() wrote. */
static bool read_part(const Reader *r, const char *value, GError **err)
{
	g_autoptr(DraftPart) part = draft_part_new();
	g_auto(GStrv) facts = g_strsplit(value, " ", -1);

	for (char **fact = facts; *fact; fact++) {
		char *mark = strchr(*fact, '=');
		if (!**fact)
			continue;
		if (mark)
			*mark = '\0';
		g_autofree char *text = mark ? g_uri_unescape_string(mark + 1, NULL) : NULL;
		if (!text || !g_utf8_validate(text, -1, NULL))
			return fail(err, ERR_CONFIG,
			            _("line %u: the attachment cannot be understood"), r->line);
		if (!read_fact(r, part, *fact, text, err))
			return false;
	}
	g_ptr_array_add(r->draft->parts, g_steal_pointer(&part));
	return true;
}

/* "#N name": a part the draft had; else the path of a file. */
static bool read_edited_part(const Reader *r, const char *value, GError **err)
{
	size_t digits = *value == '#' ? strspn(value + 1, "0123456789") : 0;
	g_autofree char *number = g_strndup(value + (digits > 0), digits);
	int64_t n;

	if (!*value)
		return true;
	if (digits > 0 && (value[1 + digits] == '\0' || value[1 + digits] == ' ')) {
		if (!text_to_int(number, 1, G_MAXUINT, &n) || n > r->before->parts->len)
			return fail(err, ERR_CONFIG,
			            _("line %u: there is no attachment #%s; write the path of a "
			              "file to add one"),
			            r->line, number);
		g_ptr_array_add(r->draft->parts,
		                draft_part_copy(g_ptr_array_index(r->before->parts, (guint)n - 1)));
		return true;
	}
	DraftPart *part = draft_part_new();
	part->path = g_strdup(value);
	part->name = g_path_get_basename(value);
	g_ptr_array_add(r->draft->parts, part);
	return true;
}

static bool refuse_line(const Reader *r, const char *line, GError **err)
{
	g_autofree char *start = text_cut(line, 40);
	g_autofree char *shown = text_visible(start);

	return fail(err, ERR_CONFIG,
	            _("line %u: “%s” is no field of a draft; a blank line must stand between the "
	              "fields and the text"),
	            r->line, shown);
}

static const Field *field_find(const Reader *r, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (text_equal_ascii_case(fields[i].name, name) &&
		    (!r->before || fields[i].use & FIELD_EDITED))
			return &fields[i];
	return NULL;
}

/* @whole is "Name: value" with its continuation lines joined by '\n'. */
static bool read_field(Reader *r, char *whole, GError **err)
{
	char *colon = strchr(whole, ':');
	g_autofree char *name = colon ? g_strndup(whole, (gsize)(colon - whole)) : g_strdup("");
	char *value = colon ? colon + 1 + (colon[1] == ' ') : whole;
	const Field *field = field_find(r, g_strstrip(name));

	if (r->before)
		g_strstrip(value);
	if (colon && text_equal_ascii_case(name, "Attach"))
		return r->before ? read_edited_part(r, value, err) : read_part(r, value, err);
	if (!field)
		return refuse_line(r, whole, err);
	guint64 bit = G_GUINT64_CONSTANT(1) << (field - fields);
	if (r->seen & bit)
		return fail(err, ERR_CONFIG, _("line %u: a second “%s:”; put both into one line"),
		            r->line, field->name);
	r->seen |= bit;
	return read_value(r, field, value, err);
}

/* Takes one field with its continuation lines off *@at. Free with g_free. */
static char *take_field(const char **at, guint *ret_lines)
{
	GString *out = g_string_new(NULL);
	const char *p = *at;

	*ret_lines = 0;
	do {
		size_t len = strcspn(p, "\n");
		if ((*ret_lines)++ > 0) {
			g_string_append_c(out, '\n');
			p++, len--;
		}
		g_string_append_len(out, p, (gssize)len);
		p += len + (p[len] == '\n');
	} while (*p == ' ' || *p == '\t');
	*at = p;
	return g_string_free(out, FALSE);
}

static bool read_draft(Reader *r, const char *text, GError **err)
{
	const char *p = text;
	guint lines;

	if (!g_utf8_validate(text, -1, NULL))
		return fail(err, ERR_CONFIG, _("the draft is not UTF-8; save it in that encoding"));
	for (r->line = 1; *p && *p != '\n'; r->line += lines) {
		g_autofree char *whole = take_field(&p, &lines);
		if (!read_field(r, whole, err))
			return false;
	}
	g_free(r->draft->body);
	r->draft->body = g_strdup(p + (*p == '\n'));
	return true;
}

Draft *draft_from_text(const char *text, GError **err)
{
	g_autoptr(Draft) draft = draft_new();
	Reader r = { .draft = draft };

	return read_draft(&r, text, err) ? g_steal_pointer(&draft) : NULL;
}

/* What the editor shows and does not give back is gone. */
static void forget_edited(Draft *draft)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!(fields[i].use & FIELD_EDITED))
			continue;
		if (fields[i].type == TYPE_TEXT)
			g_clear_pointer(text_of(draft, &fields[i]), g_free);
		else
			*word_of(draft, &fields[i]) = fields[i].usual;
	}
	g_ptr_array_set_size(draft->parts, 0);
}

/* Some editors write "\r\n". */
static char *without_returns(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

	return g_strjoinv("\n", lines);
}

bool draft_edit(Draft *draft, const char *text, GError **err)
{
	g_autoptr(Draft) edited = draft_copy(draft);
	g_autofree char *unix_text = without_returns(text);
	Reader r = { .draft = edited, .before = draft };

	forget_edited(edited);
	if (!read_draft(&r, unix_text, err))
		return false;
	Draft before = *draft;
	*draft = *edited;
	*edited = before;
	return true;
}

/* ---- what is quoted ---- */

bool draft_quote_at(const Draft *draft, size_t *ret_at)
{
	g_autofree char *body = g_strchomp(g_strdup(draft->body));
	size_t len = strlen(body);

	if (draft->quote_bytes == 0 || draft->quote_bytes > len)
		return false;
	g_autofree char *hash =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, body + len - draft->quote_bytes, -1);
	if (g_strcmp0(hash, draft->quote_hash) != 0)
		return false;
	*ret_at = len - draft->quote_bytes;
	return true;
}

void draft_say_above(Draft *draft, const char *words)
{
	g_autofree char *said = g_strchomp(g_strdup(words));
	const char *below = draft->body + strspn(draft->body, "\n");
	char *body = *said && *below ? g_strdup_printf("%s\n\n%s", said, below)
	             : *below        ? g_strdup(below)
	                             : g_strdup_printf("%s\n", said);

	g_free(draft->body);
	draft->body = body;
}

bool draft_leaves_formatting(const Draft *draft)
{
	size_t at;

	return draft->kind == DRAFT_RESUME && draft->source_format == SOURCE_HTML &&
	       !(draft_quote_at(draft, &at) && at == 0);
}
