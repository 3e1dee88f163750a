/*
 * A document is a header (version, public id, character set, string table) and one element. From
 * there on each byte is a tag, or one of the wire's own tokens below; a tag counts on the page last
 * switched to.
 *
 *   tag byte:  7 attributes (never here) | 6 has content | 5..0 token
 *   mb_u_int32: seven bits a byte, most significant first, bit 7 says that another byte follows
 */
#include "wbxml/wbxml.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { SWITCH_PAGE = 0x00, END = 0x01, STR_I = 0x03, OPAQUE = 0xC3 };
enum { ATTRIBUTES = 0x80, CONTENT = 0x40, TOKEN_MASK = 0x3F, FIRST_TAG = 0x05 };
enum { MB_BYTES_MAX = 5 };

struct WbxmlReader {
	const uint8_t *start, *p, *end;
	unsigned page;
	unsigned depth;
	unsigned elements;
	bool     is_root_seen;
	bool     is_close_due;                    /* the last OPEN was empty */
	WbxmlTag open[LIMIT_WBXML_DEPTH];
	GError  *failure;
};

static bool reader_fail(WbxmlReader *reader, GError **err, ErrorKind kind, const char *what)
{
	fail(&reader->failure, kind, _("WBXML: %s at byte %zu of %zu"), _(what),
	     wbxml_reader_offset(reader), (size_t)(reader->end - reader->start));
	if (err)
		*err = g_error_copy(reader->failure);
	return false;
}

static bool reader_cut_short(WbxmlReader *reader, GError **err)
{
	reader->p = reader->end;
	return reader_fail(reader, err, ERR_PROTOCOL, N_("the document is cut short"));
}

static bool read_mb(WbxmlReader *reader, uint32_t *ret_value, GError **err)
{
	uint64_t value = 0;

	for (int i = 0; i < MB_BYTES_MAX; i++) {
		if (reader->p == reader->end)
			return reader_cut_short(reader, err);
		uint8_t byte = *reader->p++;
		value = value << 7 | (byte & 0x7f);
		if (byte & 0x80)
			continue;
		if (value > UINT32_MAX)
			break;
		*ret_value = (uint32_t)value;
		return true;
	}
	return reader_fail(reader, err, ERR_PROTOCOL, N_("a number is longer than 32 bits"));
}

/* What a proxy or a web server may send in place of WBXML, so that a person learns where to
 * look. */
static bool refuse_other_formats(const uint8_t *bytes, size_t len, GError **err)
{
	while (len && (g_ascii_isspace((char)*bytes) || *bytes == 0xEF || *bytes == 0xBB ||
	               *bytes == 0xBF))
		bytes++, len--;
	if (!len)
		return true;
	g_autofree char *head = g_strndup((const char *)bytes, MIN(len, 64));

	if (text_has_prefix_ascii_case(head, "<!doctype html") ||
	    text_has_prefix_ascii_case(head, "<html"))
		return fail(err, ERR_PROTOCOL, _("an HTML page instead of WBXML"));
	if (head[0] == '<')
		return fail(err, ERR_PROTOCOL, _("XML text instead of WBXML"));
	return true;
}

static bool read_header(WbxmlReader *reader, GError **err)
{
	uint32_t public_id, charset, table_len, unused;

	if (reader->p == reader->end)
		return reader_fail(reader, err, ERR_PROTOCOL, N_("the document is empty"));
	if (*reader->p > 0x03)
		return reader_fail(reader, err, ERR_PROTOCOL, N_("this is not WBXML 1.0 to 1.3"));
	reader->p++;
	if (!read_mb(reader, &public_id, err) ||
	    (public_id == 0 && !read_mb(reader, &unused, err)) || !read_mb(reader, &charset, err) ||
	    !read_mb(reader, &table_len, err))
		return false;
	if (table_len > (size_t)(reader->end - reader->p))
		return reader_cut_short(reader, err);
	reader->p += table_len;                   /* ActiveSync never refers to it */
	return true;
}

WbxmlReader *wbxml_reader_new(const uint8_t *bytes, size_t len, GError **err)
{
	if (!refuse_other_formats(bytes, len, err))
		return NULL;

	g_autoptr(WbxmlReader) reader = g_new0(WbxmlReader, 1);
	reader->start = reader->p = bytes;
	reader->end = bytes + len;
	if (!read_header(reader, err))
		return NULL;
	return g_steal_pointer(&reader);
}

void wbxml_reader_free(WbxmlReader *reader)
{
	if (!reader)
		return;
	g_clear_error(&reader->failure);
	g_free(reader);
}

unsigned wbxml_reader_depth(const WbxmlReader *reader)
{
	return reader->depth;
}

size_t wbxml_reader_offset(const WbxmlReader *reader)
{
	return (size_t)(reader->p - reader->start);
}

static bool read_string(WbxmlReader *reader, WbxmlToken *ret_token, GError **err)
{
	const uint8_t *nul = memchr(reader->p, 0, (size_t)(reader->end - reader->p));

	if (!nul)
		return reader_cut_short(reader, err);
	*ret_token = (WbxmlToken){ .event = WBXML_TEXT,
		                   .text = reader->p,
		                   .len = (size_t)(nul - reader->p) };
	reader->p = nul + 1;
	return true;
}

static bool read_opaque(WbxmlReader *reader, WbxmlToken *ret_token, GError **err)
{
	uint32_t len;

	if (!read_mb(reader, &len, err))
		return false;
	if (len > (size_t)(reader->end - reader->p))
		return reader_cut_short(reader, err);
	*ret_token = (WbxmlToken){
		.event = WBXML_TEXT, .text = reader->p, .len = len, .is_opaque = true
	};
	reader->p += len;
	return true;
}

static bool read_text(WbxmlReader *reader, uint8_t kind, WbxmlToken *ret_token, GError **err)
{
	WbxmlToken token;

	if (reader->depth == 0)
		return reader_fail(reader, err, ERR_PROTOCOL,
		                   N_("text stands outside of the root element"));
	if (!(kind == STR_I ? read_string(reader, &token, err) : read_opaque(reader, &token, err)))
		return false;
	if (token.len > LIMIT_WBXML_TEXT_BYTES)
		return reader_fail(reader, err, ERR_LIMIT, N_("a value is too long"));
	*ret_token = token;
	return true;
}

static bool read_tag(WbxmlReader *reader, uint8_t byte, WbxmlToken *ret_token, GError **err)
{
	WbxmlTag tag = (WbxmlTag)(reader->page << 8 | (byte & TOKEN_MASK));

	if (reader->depth == 0 && reader->is_root_seen)
		return reader_fail(reader, err, ERR_PROTOCOL,
		                   N_("something follows the root element"));
	if (reader->depth == LIMIT_WBXML_DEPTH)
		return reader_fail(reader, err, ERR_PROTOCOL, N_("elements are nested too deep"));
	if (reader->elements == LIMIT_WBXML_ELEMENTS)
		return reader_fail(reader, err, ERR_LIMIT, N_("there are too many elements"));
	reader->elements++;
	reader->is_root_seen = true;
	reader->open[reader->depth++] = tag;
	reader->is_close_due = !(byte & CONTENT);
	*ret_token =
		(WbxmlToken){ .event = WBXML_OPEN, .tag = tag, .is_empty = reader->is_close_due };
	return true;
}

static bool read_close(WbxmlReader *reader, WbxmlToken *ret_token, GError **err)
{
	if (reader->depth == 0)
		return reader_fail(reader, err, ERR_PROTOCOL,
		                   N_("an element is closed that is not open"));
	reader->is_close_due = false;
	*ret_token = (WbxmlToken){ .event = WBXML_CLOSE, .tag = reader->open[--reader->depth] };
	return true;
}

static bool read_end(WbxmlReader *reader, WbxmlToken *ret_token, GError **err)
{
	if (reader->depth > 0 || !reader->is_root_seen)
		return reader_cut_short(reader, err);
	*ret_token = (WbxmlToken){ .event = WBXML_END_OF_DOCUMENT };
	return true;
}

static bool read_page(WbxmlReader *reader, GError **err)
{
	if (reader->p == reader->end)
		return reader_cut_short(reader, err);
	reader->page = *reader->p++;
	return true;
}

bool wbxml_reader_next(WbxmlReader *reader, WbxmlToken *ret_token, GError **err)
{
	if (reader->failure) {
		if (err)
			*err = g_error_copy(reader->failure);
		return false;
	}
	if (reader->is_close_due)
		return read_close(reader, ret_token, err);
	while (reader->p < reader->end) {
		uint8_t byte = *reader->p++;

		if (byte == SWITCH_PAGE) {
			if (!read_page(reader, err))
				return false;
			continue;
		}
		if (byte == END)
			return read_close(reader, ret_token, err);
		if (byte == STR_I || byte == OPAQUE)
			return read_text(reader, byte, ret_token, err);
		if ((byte & ATTRIBUTES) || (byte & TOKEN_MASK) < FIRST_TAG)
			return reader_fail(reader, err, ERR_PROTOCOL,
			                   N_("a token that ActiveSync does not use"));
		return read_tag(reader, byte, ret_token, err);
	}
	return read_end(reader, ret_token, err);
}

bool wbxml_reader_skip(WbxmlReader *reader, GError **err)
{
	unsigned outside = reader->depth - 1;
	WbxmlToken token;

	while (reader->depth > outside)
		if (!wbxml_reader_next(reader, &token, err))
			return false;
	return true;
}

/* All text directly inside the element just opened, up to its CLOSE. */
static GByteArray *collect(WbxmlReader *reader, GError **err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	unsigned inside = reader->depth;
	WbxmlToken token;

	for (;;) {
		if (!wbxml_reader_next(reader, &token, err))
			return NULL;
		if (token.event == WBXML_CLOSE && reader->depth < inside)
			return g_steal_pointer(&bytes);
		if (token.event != WBXML_TEXT || reader->depth != inside)
			continue;
		if (token.len > LIMIT_WBXML_TEXT_BYTES - bytes->len) {
			reader_fail(reader, err, ERR_LIMIT, N_("a value is too long"));
			return NULL;
		}
		g_byte_array_append(bytes, token.text, (guint)token.len);
	}
}

static void drop_nuls(GByteArray *bytes)
{
	guint kept = 0;

	if (!bytes->len || !memchr(bytes->data, 0, bytes->len))
		return;
	for (guint i = 0; i < bytes->len; i++)
		if (bytes->data[i])
			bytes->data[kept++] = bytes->data[i];
	g_byte_array_set_size(bytes, kept);
}

char *wbxml_reader_text(WbxmlReader *reader, GError **err)
{
	g_autoptr(GByteArray) bytes = collect(reader, err);

	if (!bytes)
		return NULL;
	drop_nuls(bytes);
	return text_to_utf8(bytes->len ? (const char *)bytes->data : "", bytes->len);
}

GBytes *wbxml_reader_bytes(WbxmlReader *reader, GError **err)
{
	GByteArray *bytes = collect(reader, err);

	return bytes ? g_byte_array_free_to_bytes(bytes) : NULL;
}
