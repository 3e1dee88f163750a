#include "mime/entity.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/library.h"
#include "mime/scan.h"
#include "mime/transfer.h"

enum { BOUNDARY_MAX = 70 };     /* RFC 2046 5.1.1 */

static void field_free(MimeField *field)
{
	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

void mime_entity_free(MimeEntity *entity)
{
	if (!entity)
		return;
	g_bytes_unref(entity->bytes);
	g_ptr_array_unref(entity->fields);
	g_hash_table_unref(entity->params);
	g_free(entity->type);
	g_free(entity->encoding);
	g_free(entity);
}

static MimeEntity *entity_new(GBytes *bytes)
{
	MimeEntity *entity = g_new0(MimeEntity, 1);

	entity->bytes = g_bytes_ref(bytes);
	entity->fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
	entity->params = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return entity;
}

const char *mime_entity_param(const MimeEntity *entity, const char *name)
{
	return g_hash_table_lookup(entity->params, name);
}

const MimeField *mime_entity_field(const MimeEntity *entity, const char *name, guint *ret_count)
{
	const MimeField *first = NULL;
	guint count = 0;

	for (guint i = 0; i < entity->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(entity->fields, i);
		if (!text_equal_ascii_case(field->name, name))
			continue;
		first = first ? first : field;
		count++;
	}
	if (ret_count)
		*ret_count = count;
	return first;
}

bool mime_field_is_structural(const char *name)
{
	return text_has_prefix_ascii_case(name, "content-");
}

/* ---- header fields ---- */

static size_t line_end(const char *data, size_t len, size_t at)
{
	const char *eol = memchr(data + at, '\n', len - at);

	return eol ? (size_t)(eol - data) + 1 : len;
}

/* How much of the line from @at to @end is text, without its line end. */
static size_t text_length(const char *data, size_t at, size_t end)
{
	size_t n = end - at;

	if (n && data[end - 1] == '\n')
		n -= n > 1 && data[end - 2] == '\r' ? 2 : 1;
	return n;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Where the field that begins at @at ends: behind its last folded line. */
static size_t field_end(const char *data, size_t len, size_t at)
{
	size_t end = line_end(data, len, at);

	while (end < len && is_blank(data[end]))
		end = line_end(data, len, end);
	return end;
}

/* RFC 5322 2.2: printable ASCII, and the colon right behind it. */
static size_t name_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] > ' ' && text[n] < 0x7f && text[n] != ':')
		n++;
	return n < len && text[n] == ':' ? n : 0;
}

/* Line ends within the field go, the blanks that follow them stay. */
static char *unfold(const char *text, size_t len)
{
	GString *value = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r' && text[i] != '\n')
			g_string_append_c(value, text[i]);
	g_strstrip(value->str);
	return g_string_free(value, FALSE);
}

static bool has_lone_cr(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n'))
			return true;
	return false;
}

static bool read_field(MimeEntity *entity, const char *data, size_t start, size_t end, GError **err)
{
	size_t name = name_length(data + start, end - start);

	if (!name)
		return fail(err, ERR_PROTOCOL, _("its header has a line that is no field"));
	if (memchr(data + start, '\0', end - start) || has_lone_cr(data + start, end - start))
		return fail(err, ERR_PROTOCOL, _("its header has a NUL or a lone carriage return"));
	MimeField *field = g_new0(MimeField, 1);
	field->name = g_strndup(data + start, name);
	field->value = unfold(data + start + name + 1, end - start - name - 1);
	field->start = start;
	field->len = end - start;
	g_ptr_array_add(entity->fields, field);
	return true;
}

static bool read_fields(MimeEntity *entity, GError **err)
{
	gsize len;
	const char *data = g_bytes_get_data(entity->bytes, &len);
	size_t at = 0;

	while (at < len) {
		size_t end = line_end(data, len, at);
		if (text_length(data, at, end) == 0) {
			at = end;
			break;
		}
		end = field_end(data, len, at);
		if (!read_field(entity, data, at, end, err))
			return false;
		at = end;
	}
	entity->body_start = at;
	return true;
}

/* ---- Content-Type ---- */

static bool is_token(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

static char *take_token(const char **at)
{
	const char *start = *at;

	while (is_token(**at))
		(*at)++;
	return *at > start ? g_strndup(start, (size_t)(*at - start)) : NULL;
}

static char *take_quoted(const char **at)
{
	g_autoptr(GString) value = g_string_new(NULL);

	for ((*at)++; **at && **at != '"'; (*at)++) {
		if (**at == '\\' && (*at)[1])
			(*at)++;
		g_string_append_c(value, **at);
	}
	if (**at != '"')
		return NULL;
	(*at)++;
	return g_string_free(g_steal_pointer(&value), FALSE);
}

static void skip_blanks(const char **at)
{
	while (is_blank(**at))
		(*at)++;
}

/* What divides the parts must not depend on how much of the syntax a reader knows. */
static bool is_plain_boundary(const char *key, const char *raw, size_t len)
{
	return !g_str_has_prefix(key, "boundary") ||
	       (strcmp(key, "boundary") == 0 && !memchr(raw, '\\', len));
}

/* One "name=value"; the first of two of a name does not win, both are refused. */
static bool take_param(MimeEntity *entity, const char **at)
{
	g_autofree char *name = take_token(at);

	if (!name || **at != '=')
		return false;
	const char *raw = ++*at;
	g_autofree char *value = *raw == '"' ? take_quoted(at) : take_token(at);
	g_autofree char *key = text_lower_ascii(name);
	if (!value || !is_plain_boundary(key, raw, (size_t)(*at - raw)) ||
	    g_hash_table_contains(entity->params, key))
		return false;
	g_hash_table_insert(entity->params, g_steal_pointer(&key), g_steal_pointer(&value));
	return true;
}

static bool take_params(MimeEntity *entity, const char *at)
{
	for (skip_blanks(&at); *at; skip_blanks(&at)) {
		if (*at != ';')
			return false;
		at++;
		skip_blanks(&at);
		if (*at && *at != ';' && !take_param(entity, &at))
			return false;
	}
	return true;
}

static bool read_type(MimeEntity *entity, const char *value)
{
	const char *at = value;
	g_autofree char *major = take_token(&at);

	if (!major || *at != '/')
		return false;
	at++;
	g_autofree char *minor = take_token(&at);
	if (!minor)
		return false;
	g_autofree char *type = g_strconcat(major, "/", minor, NULL);
	entity->type = text_lower_ascii(type);
	return take_params(entity, at);
}

static bool read_encoding(MimeEntity *entity, const char *value)
{
	const char *at = value;
	g_autofree char *word = take_token(&at);

	entity->encoding = word ? text_lower_ascii(word) : NULL;
	return word && !*at;
}

static bool read_structure(MimeEntity *entity, GError **err)
{
	guint types, encodings;
	const MimeField *type = mime_entity_field(entity, "Content-Type", &types);
	const MimeField *encoding =
		mime_entity_field(entity, "Content-Transfer-Encoding", &encodings);

	if (types > 1 || encodings > 1)
		return fail(err, ERR_PROTOCOL, _("it says twice what it is made of"));
	if (type && !read_type(entity, type->value))
		return fail(err, ERR_PROTOCOL, _("its Content-Type can be read in two ways"));
	if (encoding && !read_encoding(entity, encoding->value))
		return fail(err, ERR_PROTOCOL,
		            _("its Content-Transfer-Encoding can be read in two ways"));
	if (!entity->type)
		entity->type = g_strdup("text/plain");
	if (!entity->encoding)
		entity->encoding = g_strdup("7bit");
	return true;
}

MimeEntity *mime_entity_read(GBytes *bytes, GError **err)
{
	g_autoptr(MimeEntity) entity = entity_new(bytes);
	const char *why = NULL;
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);
	MimeScan scan;

	if (!mime_scan(data, len, &scan, &why))
		return fail_null(err, ERR_LIMIT, "%s", _(why));
	if (!read_fields(entity, err) || !read_structure(entity, err))
		return NULL;
	return g_steal_pointer(&entity);
}

/* ---- the body ---- */

static bool is_identity(const MimeEntity *entity)
{
	return strcmp(entity->encoding, "7bit") == 0 || strcmp(entity->encoding, "8bit") == 0 ||
	       strcmp(entity->encoding, "binary") == 0;
}

GBytes *mime_entity_body(const MimeEntity *entity, GError **err)
{
	size_t len = g_bytes_get_size(entity->bytes);
	MimePlace place = { .start = entity->body_start, .len = len - entity->body_start };

	mime_library_init();
	place.encoding = g_mime_content_encoding_from_string(entity->encoding);
	GBytes *body = mime_transfer_decode(entity->bytes, &place);
	return body ? body
	            : fail_null(err, ERR_LIMIT, _("it is too large for this machine's memory"));
}

/* ---- the parts of a multipart ---- */

typedef enum { LINE_OTHER, LINE_DELIMITER, LINE_CLOSE, LINE_UNCLEAR } LineKind;

/* RFC 2046 5.1.1: two hyphens and the boundary, and behind it nothing but blanks. */
static LineKind line_kind(const char *line, size_t len, const char *boundary)
{
	size_t n = strlen(boundary);

	if (len < n + 2 || line[0] != '-' || line[1] != '-' ||
	    memcmp(line + 2, boundary, n) != 0)
		return LINE_OTHER;
	line += n + 2;
	len -= n + 2;
	bool is_close = len >= 2 && line[0] == '-' && line[1] == '-';
	for (size_t i = is_close ? 2 : 0; i < len; i++)
		if (!is_blank(line[i]))
			return LINE_UNCLEAR;
	return is_close ? LINE_CLOSE : LINE_DELIMITER;
}

static const char *boundary_of(const MimeEntity *entity, GError **err)
{
	const char *boundary = mime_entity_param(entity, "boundary");
	size_t n = boundary ? strlen(boundary) : 0;

	if (!g_str_has_prefix(entity->type, "multipart/") || !is_identity(entity))
		return fail_null(err, ERR_PROTOCOL, _("it has no parts"));
	if (n == 0 || n > BOUNDARY_MAX || strpbrk(boundary, "\"\t") || is_blank(*boundary) ||
	    is_blank(boundary[n - 1]))
		return fail_null(err, ERR_PROTOCOL, _("what divides its parts is not clear"));
	return boundary;
}

/* Without the line end before the delimiter at @end, which is the delimiter's. */
static void add_part(GPtrArray *parts, const MimeEntity *entity, size_t start, size_t end)
{
	const char *data = g_bytes_get_data(entity->bytes, NULL);
	size_t len = end > start ? text_length(data, start, end) : 0;

	g_ptr_array_add(parts, g_bytes_new_from_bytes(entity->bytes, start, len));
}

GPtrArray *mime_entity_parts(const MimeEntity *entity, GError **err)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	const char *boundary = boundary_of(entity, err);
	gsize len;
	const char *data = g_bytes_get_data(entity->bytes, &len);
	size_t start = 0;       /* of the part we are in; 0: in none */
	bool is_closed = false;

	for (size_t at = entity->body_start, end; boundary && at < len; at = end) {
		end = line_end(data, len, at);
		LineKind kind = line_kind(data + at, text_length(data, at, end), boundary);
		if (kind == LINE_OTHER)
			continue;
		if (kind == LINE_UNCLEAR || is_closed || (kind == LINE_CLOSE && !start))
			return fail_null(err, ERR_PROTOCOL,
			                 _("what divides its parts is not clear"));
		if (start)
			add_part(parts, entity, start, at);
		start = end;
		is_closed = kind == LINE_CLOSE;
	}
	if (boundary && !is_closed)
		return fail_null(err, ERR_PROTOCOL, _("the end of its parts is missing"));
	return boundary ? g_steal_pointer(&parts) : NULL;
}
