/*
 * Reading in three stages: scan.c counts, GMime parses, and a walk over its tree notes for each
 * leaf where its bytes lie and how they are encoded. Then the tree goes; contents are decoded from
 * the message's own bytes on demand.
 *
 * GMime is asked for parts, never for messages: for a message it parses all addresses at once, in
 * quadratic time (a To: of 1 MB takes minutes). Embedded messages are leaves to it too, and are
 * parsed from their window by the walk.
 */
#include <gmime/gmime.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/library.h"
#include "mime/mime.h"
#include "mime/scan.h"
#include "mime/transfer.h"

struct MimeSource {
	GBytes       *bytes;
	GByteArray    view;        /* the same bytes as GMime's stream wants them; only ever read */
	GArray       *places;      /* of MimePlace, by part index: where its bytes are */
};

/* How often a message's bytes may be parsed again because of messages within messages. */
enum { PASSES_MAX = 16 };

typedef struct {
	MimeMessage *message;
	GArray      *bodies;       /* where to note them: the message's or an embedded one's */
	GArray      *embedded_bodies;
	size_t      *budget;       /* bytes of embedded messages that may still be parsed */
	int          depth;
	bool         is_embedded;
	bool         is_related;   /* beside the root of a multipart/related */
} Walk;

static void part_free(MimePart *part)
{
	g_free(part->content_type);
	g_free(part->charset);
	g_free(part->name);
	g_free(part->content_id);
	g_free(part);
}

static void source_free(MimeSource *source)
{
	g_array_unref(source->places);
	g_bytes_unref(source->bytes);
	g_free(source);
}

void mime_message_free(MimeMessage *message)
{
	if (!message)
		return;
	g_free(message->subject);
	g_free(message->from);
	g_free(message->to);
	g_free(message->cc);
	g_free(message->reply_to);
	g_free(message->date_text);
	g_free(message->message_id);
	g_free(message->in_reply_to);
	g_free(message->references);
	g_free(message->list_unsubscribe);
	g_ptr_array_unref(message->headers);
	g_ptr_array_unref(message->parts);
	g_array_unref(message->bodies);
	g_free(message->warning);
	source_free(message->source);
	g_free(message);
}

static MimeMessage *message_new(GBytes *bytes)
{
	MimeMessage *message = g_new0(MimeMessage, 1);
	MimeSource *source = g_new0(MimeSource, 1);
	gsize len;
	gconstpointer data = g_bytes_get_data(bytes, &len);

	source->bytes = g_bytes_ref(bytes);
	source->view = (GByteArray){ .data = (guint8 *)data, .len = (guint)len };
	source->places = g_array_new(FALSE, FALSE, sizeof(MimePlace));
	message->source = source;
	message->headers = g_ptr_array_new_with_free_func(g_free);
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	message->bodies = g_array_new(FALSE, FALSE, sizeof(int));
	message->best_text = message->plain_text = -1;
	return message;
}

static MimePart *add_part(MimeMessage *message, const MimePlace *place)
{
	MimePart *part = g_new0(MimePart, 1);

	part->index = (int)message->parts->len;
	g_ptr_array_add(message->parts, part);
	g_array_append_val(message->source->places, *place);
	return part;
}

static const MimePart *part_at(const MimeMessage *message, int index)
{
	return g_ptr_array_index(message->parts, (guint)index);
}

/* ---- leaves ---- */

/* "=3D" is one byte, a soft break none. */
static size_t quoted_size(const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len, *at = p;
	size_t size = len;

	while ((at = memchr(at, '=', (size_t)(end - at))) && end - at > 2) {
		size -= at[1] == '\r' ? 3 : 2;
		at += at[1] == '\n' ? 2 : 3;
	}
	return size;
}

static size_t base64_size(const uint8_t *p, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++)
		digits += p[i] > ' ' && p[i] != '=';
	return digits / 4 * 3 + (digits % 4 > 1 ? digits % 4 - 1 : 0);
}

/* Close enough for people, exact for well-formed encodings, and never a decoding. */
static size_t decoded_size(const MimeSource *source, const MimePlace *place)
{
	const uint8_t *p = source->view.data + place->start;

	switch (place->encoding) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return base64_size(p, place->len);
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return quoted_size(p, place->len);
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return place->len / 4 * 3;
	default:
		return place->len;
	}
}

/* A leaf's content is a window of the message's own bytes: GMime parses a seekable stream without
 * copying. */
static MimePlace place_of(const MimeSource *source, GMimePart *leaf)
{
	MimePlace place = { .encoding = g_mime_part_get_content_encoding(leaf) };
	GMimeDataWrapper *content = g_mime_part_get_content(leaf);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	gint64 size = source->view.len;

	if (stream) {
		gint64 end = stream->bound_end < 0 ? size : MIN(stream->bound_end, size);
		gint64 start = CLAMP(stream->bound_start, 0, end);
		place.start = (size_t)start;
		place.len = (size_t)(end - start);
	}
	return place;
}

/* What GMime took from a header as it was: one line of UTF-8; NULL if there is nothing. */
static char *clean(const char *raw)
{
	g_autofree char *utf8 = raw ? text_to_utf8(raw, strlen(raw)) : NULL;
	g_autofree char *line = utf8 ? text_one_line(utf8) : NULL;

	return line && *line ? g_steal_pointer(&line) : NULL;
}

static char *param_of(GMimeObject *object, const char *name)
{
	return clean(g_mime_object_get_content_type_parameter(object, name));
}

static char *name_of(GMimePart *leaf)
{
	const char *raw = g_mime_part_get_filename(leaf);
	g_autofree char *name = raw ? mime_decode_header(raw, NULL) : NULL;

	return name && *name ? g_steal_pointer(&name) : NULL;
}

static bool is_attached(GMimeObject *object)
{
	return text_equal_ascii_case(g_mime_object_get_disposition(object), "attachment");
}

static MimeRole role_of(const Walk *walk, GMimeObject *object, const MimePart *part)
{
	bool is_html = strcmp(part->content_type, "text/html") == 0;
	bool is_text = is_html || strcmp(part->content_type, "text/plain") == 0;

	if (walk->is_related && !is_attached(object))
		return MIME_INLINE;
	if (!is_text || is_attached(object) || (part->name && walk->bodies->len > 0))
		return MIME_ATTACHMENT;
	return is_html ? MIME_HTML : MIME_TEXT;
}

static void describe(MimePart *part, GMimeObject *object)
{
	g_autofree char *type =
		g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
	g_autofree char *format = param_of(object, "format");
	g_autofree char *delsp = param_of(object, "delsp");
	g_autofree char *type_line = clean(type);

	part->content_type = text_lower_ascii(type_line ? type_line : "text/plain");
	part->charset = param_of(object, "charset");
	part->content_id = clean(g_mime_object_get_content_id(object));
	part->is_flowed = text_equal_ascii_case(format, "flowed");
	part->is_delsp = text_equal_ascii_case(delsp, "yes");
}

static void note_cms(MimeMessage *message, GMimeObject *object, const char *type)
{
	g_autofree char *smime = param_of(object, "smime-type");

	if (strcmp(type, "application/pkcs7-mime") != 0 &&
	    strcmp(type, "application/x-pkcs7-mime") != 0)
		return;
	if (text_equal_ascii_case(smime, "signed-data"))
		message->is_signed = true;
	else
		message->is_encrypted = true;
}

static void walk_leaf(const Walk *walk, GMimePart *leaf)
{
	GMimeObject *object = GMIME_OBJECT(leaf);
	MimePlace place = place_of(walk->message->source, leaf);
	MimePart *part = add_part(walk->message, &place);

	describe(part, object);
	part->name = name_of(leaf);
	part->depth = walk->depth;
	part->is_embedded = walk->is_embedded;
	part->size_bytes = decoded_size(walk->message->source, &place);
	part->role = role_of(walk, object, part);
	if (part->role == MIME_TEXT || part->role == MIME_HTML)
		g_array_append_val(walk->bodies, part->index);
	if (!walk->is_embedded)
		note_cms(walk->message, object, part->content_type);
}

/* ---- branches ---- */

static void walk_object(const Walk *walk, GMimeObject *object);

/* Of what the alternatives from @before on brought, only the last one that has HTML stays, else the
 * last that has text. */
static void keep_best(const Walk *walk, guint before, const GArray *starts)
{
	GArray *bodies = walk->bodies;
	guint from = before, to = before;
	bool is_html = false;

	for (guint i = 0; i < starts->len; i++) {
		guint start = g_array_index(starts, guint, i);
		guint end = i + 1 < starts->len ? g_array_index(starts, guint, i + 1) : bodies->len;
		bool has_html = false;
		for (guint b = start; b < end; b++)
			has_html |= part_at(walk->message, g_array_index(bodies, int, b))->role ==
			            MIME_HTML;
		if (end > start && (has_html || !is_html)) {
			from = start;
			to = end;
			is_html = has_html;
		}
	}
	g_array_remove_range(bodies, to, bodies->len - to);
	g_array_remove_range(bodies, before, from - before);
}

static void walk_alternative(const Walk *walk, GMimeMultipart *multipart)
{
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(guint));
	guint before = walk->bodies->len;

	for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
		g_array_append_val(starts, walk->bodies->len);
		walk_object(walk, g_mime_multipart_get_part(multipart, i));
	}
	keep_best(walk, before, starts);
}

/* RFC 2387: the part that "start" names is the root, else the first. */
static int related_root(GMimeMultipart *multipart)
{
	g_autofree char *start = param_of(GMIME_OBJECT(multipart), "start");
	g_autofree char *bare = start ? g_strdup(start + (*start == '<')) : NULL;

	if (bare && g_str_has_suffix(bare, ">"))
		bare[strlen(bare) - 1] = '\0';
	for (int i = 0; bare && i < g_mime_multipart_get_count(multipart); i++)
		if (g_strcmp0(g_mime_object_get_content_id(g_mime_multipart_get_part(multipart, i)),
		              bare) == 0)
			return i;
	return 0;
}

static void walk_multipart(const Walk *walk, GMimeMultipart *multipart)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
	bool is_related = g_mime_content_type_is_type(type, "multipart", "related");
	int root = is_related ? related_root(multipart) : 0;
	Walk inner = *walk;

	inner.depth++;
	if (!walk->is_embedded && g_mime_content_type_is_type(type, "multipart", "signed"))
		walk->message->is_signed = true;
	if (!walk->is_embedded && g_mime_content_type_is_type(type, "multipart", "encrypted"))
		walk->message->is_encrypted = true;
	if (g_mime_content_type_is_type(type, "multipart", "alternative")) {
		walk_alternative(&inner, multipart);
		return;
	}
	for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
		inner.is_related = walk->is_related || (is_related && i != root);
		walk_object(&inner, g_mime_multipart_get_part(multipart, i));
	}
}

static GMimeObject *parse(MimeSource *source, const MimePlace *place)
{
	return mime_library_parse(&source->view, place->start, place->len);
}

static char *subject_of(GMimeObject *message)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(message), "Subject");
	const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
	g_autofree char *subject = raw ? mime_decode_header(raw, NULL) : NULL;

	return subject && *subject ? g_steal_pointer(&subject) : NULL;
}

/* Not every way in which a message may be embedded (a digest's default, message/global …) is known
 * to the scan from outside. */
static bool is_within_limits(MimeMessage *message, const MimePlace *place)
{
	const char *why = NULL;
	MimeScan scan;

	if (mime_scan(message->source->view.data + place->start, place->len, &scan, &why))
		return true;
	if (!message->warning)
		message->warning =
			g_strdup_printf(_("A message within it stays closed: %s."), _(why));
	return false;
}

/* An embedded message that is itself encoded (RFC 2046 forbids it) stays closed. */
static GMimeObject *open_embedded(const Walk *walk, const MimePlace *place)
{
	if (place->encoding > GMIME_CONTENT_ENCODING_BINARY || place->len > *walk->budget ||
	    !is_within_limits(walk->message, place))
		return NULL;
	*walk->budget -= place->len;
	return parse(walk->message->source, place);
}

static void walk_message(const Walk *walk, GMimePart *holder)
{
	MimePlace place = place_of(walk->message->source, holder);
	MimePart *part = add_part(walk->message, &place);
	g_autoptr(GObject) embedded = (GObject *)open_embedded(walk, &place);
	Walk inner = *walk;

	describe(part, GMIME_OBJECT(holder));
	part->role = MIME_MESSAGE;
	part->depth = walk->depth;
	part->is_embedded = walk->is_embedded;
	part->size_bytes = decoded_size(walk->message->source, &place);
	inner.depth++;
	inner.is_embedded = true;
	inner.is_related = false;
	inner.bodies = walk->embedded_bodies;
	if (!embedded)
		return;
	part->name = subject_of(GMIME_OBJECT(embedded));
	walk_object(&inner, GMIME_OBJECT(embedded));
}

static bool is_message(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);

	return g_mime_content_type_is_type(type, "message", "rfc822") ||
	       g_mime_content_type_is_type(type, "message", "global");
}

/* The scan and GMime may differ in what they count, so the walk has the limits too. */
static void walk_object(const Walk *walk, GMimeObject *object)
{
	if (walk->depth > LIMIT_MIME_DEPTH || walk->message->parts->len >= LIMIT_MIME_PARTS) {
		if (!walk->message->warning)
			walk->message->warning =
				g_strdup(_("The message has more parts than are shown."));
		return;
	}
	if (GMIME_IS_MULTIPART(object))
		walk_multipart(walk, GMIME_MULTIPART(object));
	else if (GMIME_IS_PART(object) && is_message(object))
		walk_message(walk, GMIME_PART(object));
	else if (GMIME_IS_PART(object))
		walk_leaf(walk, GMIME_PART(object));
}

/* ---- the message itself ---- */

/* Raw 8-bit headers are most often in the charset of the body. */
static const char *header_label(const MimeMessage *message)
{
	for (guint i = 0; i < message->parts->len; i++)
		if (part_at(message, (int)i)->charset)
			return part_at(message, (int)i)->charset;
	return NULL;
}

static char *addresses_of(const char *raw, const char *label)
{
	g_autofree char *utf8 = mime_to_utf8((const uint8_t *)raw, strlen(raw), label, 0);
	g_autoptr(GPtrArray) list = mime_addresses(utf8);

	return mime_addresses_format(list);
}

/* The fields that have a place of their own. Lists of addresses are split before they are decoded:
 * a decoded comma or angle bracket must not make an address. */
static void keep_header(MimeMessage *message, const char *name, const char *raw, const char *label)
{
	const struct { const char *name; char **to; bool is_list;
	} fields[] = {
		{ "Subject", &message->subject, false },
		{ "From", &message->from, true },
		{ "To", &message->to, true },
		{ "Cc", &message->cc, true },
		{ "Reply-To", &message->reply_to, true },
		{ "Date", &message->date_text, false },
		{ "Message-ID", &message->message_id, false },
		{ "In-Reply-To", &message->in_reply_to, false },
		{ "References", &message->references, false },
		{ "List-Unsubscribe", &message->list_unsubscribe, false },
	};
	g_autofree char *value = mime_decode_header(raw, label);

	g_ptr_array_add(message->headers, g_strdup_printf("%s: %s", name, value));
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!*fields[i].to && text_equal_ascii_case(name, fields[i].name))
			*fields[i].to = fields[i].is_list ? addresses_of(raw, label)
			                                  : g_steal_pointer(&value);
}

static void read_headers(MimeMessage *message, GMimeObject *root)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(root);
	const char *label = header_label(message);

	for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		const char *raw = g_mime_header_get_raw_value(header);
		g_autofree char *name = clean(g_mime_header_get_name(header));
		if (raw && name)
			keep_header(message, name, raw, label);
	}
	g_autoptr(GDateTime) date =
		message->date_text ? g_mime_utils_header_decode_date(message->date_text) : NULL;
	if (date)
		message->date_ms = g_date_time_to_unix(date) * 1000;
}

static void choose_text(MimeMessage *message, const GArray *embedded_bodies)
{
	if (message->bodies->len == 0)
		g_array_append_vals(message->bodies, embedded_bodies->data, embedded_bodies->len);
	for (guint i = 0; i < message->bodies->len; i++) {
		int index = g_array_index(message->bodies, int, i);
		bool is_html = part_at(message, index)->role == MIME_HTML;
		if (message->best_text < 0 ||
		    (is_html && part_at(message, message->best_text)->role != MIME_HTML))
			message->best_text = index;
	}
	for (guint i = 0; i < message->parts->len && message->plain_text < 0; i++) {
		const MimePart *part = part_at(message, (int)i);
		if (part->role != MIME_TEXT || part->is_embedded)
			continue;
		message->plain_text = (int)i;
		message->is_flowed = part->is_flowed;
		message->is_delsp = part->is_delsp;
	}
}

/* The message as what it is without MIME: one text, the raw source. */
static MimeMessage *read_raw(GBytes *bytes, const char *why)
{
	MimeMessage *message = message_new(bytes);
	MimePlace place = { .len = message->source->view.len,
		            .encoding = GMIME_CONTENT_ENCODING_8BIT };
	MimePart *part = add_part(message, &place);

	part->content_type = g_strdup("text/plain");
	part->size_bytes = place.len;
	g_array_append_val(message->bodies, part->index);
	message->best_text = message->plain_text = 0;
	message->warning = g_strdup_printf(_("The source is shown as text: %s."), why);
	return message;
}

MimeMessage *mime_read(GBytes *bytes)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);
	const char *why = NULL;
	MimeScan scan;

	if (len > G_MAXUINT)
		return read_raw(bytes, _("it is longer than 4 GB"));
	if (!mime_scan(data, len, &scan, &why))
		return read_raw(bytes, _(why));

	g_autoptr(MimeMessage) message = message_new(bytes);
	g_autoptr(GArray) embedded_bodies = g_array_new(FALSE, FALSE, sizeof(int));
	MimePlace everything = { .len = len };
	size_t budget = PASSES_MAX * len;
	g_autoptr(GObject) root = (GObject *)parse(message->source, &everything);
	if (!root)
		return read_raw(bytes, _("it cannot be understood"));
	Walk walk = { .message = message,
		      .bodies = message->bodies,
		      .embedded_bodies = embedded_bodies,
		      .budget = &budget };
	walk_object(&walk, GMIME_OBJECT(root));
	read_headers(message, GMIME_OBJECT(root));
	choose_text(message, embedded_bodies);
	return g_steal_pointer(&message);
}

/* ---- contents ---- */

static GBytes *text_to_bytes(const MimePart *part, GBytes *raw)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(raw, &len);
	g_autofree char *claimed = NULL;

	if (!part->charset && strcmp(part->content_type, "text/html") == 0)
		claimed = mime_html_charset(bytes, len);
	char *text = mime_to_utf8(bytes, len, part->charset ? part->charset : claimed, 0);
	return g_bytes_new_take(text, strlen(text));
}

GBytes *mime_part_content(const MimeMessage *message, int index, GError **err)
{
	if (index < 0 || (guint)index >= message->parts->len)
		return fail_null(err, ERR_NOT_FOUND, _("the message has no part %d"), index);

	const MimePart *part = part_at(message, index);
	const MimePlace *place = &g_array_index(message->source->places, MimePlace, index);
	g_autoptr(GBytes) raw = mime_transfer_decode(message->source->bytes, place);
	if (!raw)
		return fail_null(err, ERR_LIMIT,
		                 _("part %d of the message is too large for this machine's memory"),
		                 index);
	if (g_str_has_prefix(part->content_type, "text/"))
		return text_to_bytes(part, raw);
	return g_steal_pointer(&raw);
}
