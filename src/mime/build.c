#include "mime/build.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/flowed.h"
#include "mime/library.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/thread.h"

enum { LINE_MAX_BYTES = 998 };

static bool is_said(const char *text) { return text && *text; }

/* ---- contents ---- */

/* The bytes with lines that end in "\r\n", whatever they ended in before. */
static GBytes *with_returns(const char *p, size_t len)
{
	GString *out = g_string_sized_new(len + len / 32 + 16);

	for (const char *end = p + len; p < end;) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *stop = eol ? eol : end;
		g_string_append_len(out, p, stop - p - (stop > p && stop[-1] == '\r'));
		if (eol)
			g_string_append(out, "\r\n");
		p = eol ? eol + 1 : end;
	}
	return g_string_free_to_bytes(out);
}

static size_t longest_line(const char *p, size_t len)
{
	size_t longest = 0;

	for (const char *end = p + len; p < end;) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t line = (size_t)((eol ? eol : end) - p);
		longest = MAX(longest, line);
		p += line + 1;
	}
	return longest;
}

static size_t count_high(const char *p, size_t len)
{
	size_t high = 0;

	for (size_t i = 0; i < len; i++)
		high += (guchar)p[i] > 0x7e || p[i] == '\0';
	return high;
}

/* Text that is mostly ASCII stays readable; a line that begins with "From " or is a single dot must
 * not meet the old programs that change it. */
static GMimeContentEncoding encoding_of_text(const char *p, size_t len)
{
	size_t high = count_high(p, len);
	bool is_plain = high == 0 && longest_line(p, len) <= LINE_MAX_BYTES - 2 &&
	                !g_str_has_prefix(p, "From ") && !strstr(p, "\nFrom ") &&
	                !g_str_has_prefix(p, ".") && !strstr(p, "\n.");

	if (is_plain)
		return GMIME_CONTENT_ENCODING_7BIT;
	return high * 3 > len ? GMIME_CONTENT_ENCODING_BASE64
	                      : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static void set_content(GMimePart *part, GBytes *bytes, GMimeContentEncoding encoding)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data ? data : "", len);
	GMimeDataWrapper *content =
		g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
}

/* quoted-printable wants line ends as lines, base64 keeps the bytes it is given. */
static GMimeObject *text_part_new(const char *subtype, const char *text)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	size_t len = strlen(text);
	GMimeContentEncoding encoding = encoding_of_text(text, len);
	g_autoptr(GBytes) bytes = encoding == GMIME_CONTENT_ENCODING_BASE64
	                                  ? with_returns(text, len)
	                                  : g_bytes_new(text, len);

	set_content(part, bytes, encoding);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	return GMIME_OBJECT(part);
}

static GMimeObject *plain_part_new(const char *text)
{
	g_autofree char *flowed = mime_flowed(text);
	GMimeObject *part = text_part_new("plain", flowed);

	g_mime_object_set_content_type_parameter(part, "format", "flowed");
	g_mime_object_set_content_type_parameter(part, "delsp", "yes");
	return part;
}

/* ---- attachments ---- */

/* RFC 2046 5.2.1: an embedded message is never encoded; one that could not travel so is a file. */
static bool is_message(const GMimeContentType *type, const char *data, size_t len)
{
	return g_mime_content_type_is_type((GMimeContentType *)type, "message", "*") && len > 0 &&
	       !memchr(data, '\0', len) && longest_line(data, len) <= LINE_MAX_BYTES;
}

static GMimeContentEncoding encoding_of_message(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return count_high(data, len) > 0 ? GMIME_CONTENT_ENCODING_8BIT
	                                 : GMIME_CONTENT_ENCODING_7BIT;
}

static GMimeContentType *content_type_of(const MimeBuildPart *part)
{
	GMimeContentType *type = is_said(part->content_type)
	                                 ? g_mime_content_type_parse(NULL, part->content_type)
	                                 : NULL;

	return type ? type : g_mime_content_type_new("application", "octet-stream");
}

static void set_name(GMimePart *part, const char *name)
{
	g_autofree char *line = is_said(name) ? text_one_line(name) : NULL;

	if (is_said(line))
		g_mime_part_set_filename(part, line);
}

static void set_type_and_content(GMimePart *part, const MimeBuildPart *from)
{
	g_autoptr(GObject) owner = G_OBJECT(content_type_of(from));
	GMimeContentType *type = GMIME_CONTENT_TYPE(owner);
	gsize len;
	const char *data = g_bytes_get_data(from->bytes, &len);

	if (is_message(type, data, len)) {
		g_autoptr(GBytes) bytes = with_returns(data, len);
		g_mime_object_set_content_type(GMIME_OBJECT(part), type);
		set_content(part, bytes, encoding_of_message(bytes));
		return;
	}
	if (g_mime_content_type_is_type(type, "message", "*") ||
	    g_mime_content_type_is_type(type, "multipart", "*")) {
		g_mime_content_type_set_media_type(type, "application");
		g_mime_content_type_set_media_subtype(type, "octet-stream");
	}
	g_mime_object_set_content_type(GMIME_OBJECT(part), type);
	set_content(part, from->bytes, GMIME_CONTENT_ENCODING_BASE64);
}

static GMimeObject *attachment_new(const MimeBuildPart *from)
{
	GMimePart *part = g_mime_part_new();

	set_type_and_content(part, from);
	g_mime_object_set_disposition(GMIME_OBJECT(part), from->is_inline
	                                                          ? GMIME_DISPOSITION_INLINE
	                                                          : GMIME_DISPOSITION_ATTACHMENT);
	set_name(part, from->name);
	if (is_said(from->content_id))
		g_mime_part_set_content_id(part, from->content_id);
	return GMIME_OBJECT(part);
}

/* ---- the tree ---- */

/* Boundaries come from the Message-ID, so that the same mail has the same bytes. "=_" occurs in
 * neither quoted-printable nor base64. */
static GMimeMultipart *multipart_new(const MimeBuild *build, const char *subtype)
{
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
	g_autofree char *sum =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, build->message_id, -1);
	g_autofree char *boundary = g_strdup_printf("=_%c%.24s", *subtype, sum);

	g_mime_multipart_set_boundary(multipart, boundary);
	return multipart;
}

/* @child is taken. */
static void multipart_take(GMimeMultipart *multipart, GMimeObject *child)
{
	g_mime_multipart_add(multipart, child);
	g_object_unref(child);
}

static GMimeObject *body_new(const MimeBuild *build)
{
	GMimeObject *plain = plain_part_new(build->text);

	if (!is_said(build->html))
		return plain;
	GMimeMultipart *both = multipart_new(build, "alternative");
	multipart_take(both, plain);
	multipart_take(both, text_part_new("html", build->html));
	return GMIME_OBJECT(both);
}

/* Wraps @object, which is taken, together with the parts that are (not) @is_inline. */
static GMimeObject *with_parts(const MimeBuild *build, GMimeObject *object, const char *subtype,
                               bool is_inline)
{
	GMimeMultipart *wrap = NULL;

	for (guint i = 0; build->parts && i < build->parts->len; i++) {
		const MimeBuildPart *part = g_ptr_array_index(build->parts, i);
		if ((part->is_inline && is_said(build->html)) != is_inline)
			continue;
		if (!wrap) {
			wrap = multipart_new(build, subtype);
			multipart_take(wrap, object);
		}
		multipart_take(wrap, attachment_new(part));
	}
	return wrap ? GMIME_OBJECT(wrap) : object;
}

/* RFC 2387 3.1: the type of a related whole is that of its root. */
static GMimeObject *tree_new(const MimeBuild *build)
{
	GMimeObject *body = body_new(build);
	GMimeObject *related = with_parts(build, body, "related", true);

	if (related != body)
		g_mime_object_set_content_type_parameter(related, "type", "multipart/alternative");
	return with_parts(build, related, "mixed", false);
}

/* ---- the header ---- */

static InternetAddressList *address_list_new(const GPtrArray *addresses)
{
	InternetAddressList *list = internet_address_list_new();

	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *from = g_ptr_array_index(addresses, i);
		g_autofree char *ascii = mime_recipient_ascii(from->address);
		InternetAddress *address = internet_address_mailbox_new(from->name, ascii);
		internet_address_set_charset(address, "utf-8");
		internet_address_list_add(list, address);
		g_object_unref(address);
	}
	return list;
}

/* All at once, and not at all without any: GMime writes the field anew whenever the message's own
 * list changes. */
static bool add_addresses(GMimeMessage *message, GMimeAddressType kind, const char *typed,
                          guint *ret_count, GError **err)
{
	g_autoptr(GPtrArray) addresses = mime_recipients(typed, err);

	if (!addresses)
		return false;
	if (addresses->len == 0)
		return true;
	InternetAddressList *list = address_list_new(addresses);
	internet_address_list_append(g_mime_message_get_addresses(message, kind), list);
	g_object_unref(list);
	*ret_count += addresses->len;
	return true;
}

static bool add_people(GMimeMessage *message, const MimeBuild *build, GError **err)
{
	guint senders = 0, recipients = 0, others = 0;

	if (!add_addresses(message, GMIME_ADDRESS_TYPE_FROM, build->from, &senders, err) ||
	    !add_addresses(message, GMIME_ADDRESS_TYPE_REPLY_TO, build->reply_to, &others, err) ||
	    !add_addresses(message, GMIME_ADDRESS_TYPE_TO, build->to, &recipients, err) ||
	    !add_addresses(message, GMIME_ADDRESS_TYPE_CC, build->cc, &recipients, err) ||
	    !add_addresses(message, GMIME_ADDRESS_TYPE_BCC, build->bcc, &recipients, err))
		return false;
	if (senders != 1)
		return fail(err, ERR_USAGE,
		            _("a mail needs one sender: write your address into “From”"));
	if (recipients == 0)
		return fail(err, ERR_USAGE,
		            _("the mail has no recipient: write an address into “To”"));
	return true;
}

static void set_field(GMimeMessage *message, const char *name, const char *value)
{
	g_autofree char *line = is_said(value) ? text_one_line(value) : NULL;

	if (is_said(line))
		g_mime_object_set_header(GMIME_OBJECT(message), name, line, "utf-8");
}

static void set_date(GMimeMessage *message, const MimeBuild *build)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(build->offset_min * 60);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(build->date_ms / 1000);
	g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;

	if (local)
		g_mime_message_set_date(message, local);
}

static void set_thread(GMimeMessage *message, const MimeBuild *build)
{
	g_autofree char *in_reply_to = thread_ids(build->in_reply_to);
	g_autofree char *references = thread_ids(build->references);
	g_autofree char *index = thread_index_format(build->thread_index);

	set_field(message, "Message-ID", build->message_id);
	set_field(message, "In-Reply-To", in_reply_to);
	set_field(message, "References", references);
	set_field(message, "Thread-Topic", build->thread_topic);
	set_field(message, "Thread-Index", index);
}

/* RFC 2156 5.3.4 and RFC 4021; X-Priority for those who know nothing else. RFC 8098 2.1 for the
 * receipt. */
static void set_wishes(GMimeMessage *message, const MimeBuild *build)
{
	static const char *const importance[] = { "low", NULL, "high" };
	static const char *const priority[] = { "5", NULL, "1" };
	static const char *const sensitivity[SENSITIVITY_COUNT] = { NULL, "Personal", "Private",
		                                                    "Company-Confidential" };
	g_autoptr(MimeAddress) me = mime_address_first(build->from);
	g_autofree char *back = me ? mime_recipient_ascii(me->address) : NULL;

	set_field(message, "Importance", importance[CLAMP(build->importance, 0, 2)]);
	set_field(message, "X-Priority", priority[CLAMP(build->importance, 0, 2)]);
	set_field(message, "Sensitivity", sensitivity[build->sensitivity]);
	if (build->receipts & RECEIPT_READ)
		set_field(message, "Disposition-Notification-To", back);
	if (build->receipts & RECEIPT_DELIVERY)
		set_field(message, "Return-Receipt-To", back);
}

/* ---- the whole ---- */

static GBytes *write_message(GMimeMessage *message)
{
	GMimeFormatOptions *options = g_mime_format_options_new();
	GMimeStream *stream = g_mime_stream_mem_new();

	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
	GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	GBytes *bytes = g_bytes_new(array->data, array->len);
	g_object_unref(stream);
	g_mime_format_options_free(options);
	return bytes;
}

GBytes *mime_build(const MimeBuild *build, GError **err)
{
	g_autofree char *subject = text_one_line(build->subject ? build->subject : "");

	mime_library_init();
	g_autoptr(GObject) owner = G_OBJECT(g_mime_message_new(FALSE));
	GMimeMessage *message = GMIME_MESSAGE(owner);
	set_date(message, build);
	if (!add_people(message, build, err))
		return NULL;
	g_mime_message_set_subject(message, subject, "utf-8");
	set_thread(message, build);
	set_wishes(message, build);
	set_field(message, "MIME-Version", "1.0");
	GMimeObject *tree = tree_new(build);
	g_mime_message_set_mime_part(message, tree);
	g_object_unref(tree);
	return write_message(message);
}
