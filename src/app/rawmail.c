#include "app/rawmail.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/seven_bit.h"

typedef struct {
	const RawMailHow *how;
	GPtrArray *fields;           /* of char *: whole, folded lines and all, each ends in CRLF */
	GByteArray *body;            /* lines end in CRLF */
	bool       has_8bit;
} Mail;

static void mail_clear(Mail *mail)
{
	g_clear_pointer(&mail->fields, g_ptr_array_unref);
	g_clear_pointer(&mail->body, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mail, mail_clear)

/* ---- taking apart ---- */

static GByteArray *with_crlf(GBytes *raw)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(raw, &len);
	GByteArray *out = g_byte_array_sized_new((guint)(len + len / 32));
	gsize from = 0;

	for (gsize i = 0; i < len; i++) {
		if (bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'))
			continue;
		g_byte_array_append(out, bytes + from, (guint)(i - from));
		g_byte_array_append(out, (const guint8 *)"\r\n", 2);
		from = i + 1;
	}
	g_byte_array_append(out, bytes + from, (guint)(len - from));
	return out;
}

/* The bytes of the line at @at, its end included. */
static gsize line_length(const GByteArray *bytes, gsize at)
{
	const guint8 *line = bytes->data + at;
	const guint8 *end = memchr(line, '\n', bytes->len - at);

	return end ? (gsize)(end - line) + 1 : bytes->len - at;
}

static bool is_field(const char *line)
{
	const char *colon = strchr(line, ':');

	for (const char *p = line; colon && p < colon; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			return false;
	return colon && colon > line;
}

static void add_to_last(GPtrArray *fields, const char *line)
{
	char **last = (char **)&fields->pdata[fields->len - 1];
	char *longer = g_strconcat(*last, line, NULL);

	g_free(*last);
	*last = longer;
}

/* Fields up to the empty line; a first line that is none begins the body at once. */
static void split(Mail *mail, const GByteArray *bytes)
{
	gsize at = g_str_has_prefix((const char *)bytes->data, "From ") ? line_length(bytes, 0) : 0;

	while (at < bytes->len) {
		gsize len = line_length(bytes, at);
		g_autofree char *line = g_strndup((const char *)bytes->data + at, len);
		bool is_empty = line[0] == '\r' || line[0] == '\n';
		bool is_folded = (line[0] == ' ' || line[0] == '\t') && mail->fields->len;
		if (!is_empty && !is_folded && !is_field(line))
			break;
		at += len;
		if (is_empty)
			break;
		if (is_folded)
			add_to_last(mail->fields, line);
		else
			g_ptr_array_add(mail->fields, g_steal_pointer(&line));
	}
	g_byte_array_append(mail->body, bytes->data + at, (guint)(bytes->len - at));
}

static void mail_init(Mail *mail, GBytes *raw, const RawMailHow *how)
{
	g_autoptr(GByteArray) bytes = with_crlf(raw);

	mail->how = how;
	mail->fields = g_ptr_array_new_with_free_func(g_free);
	mail->body = g_byte_array_new();
	for (guint i = 0; i < bytes->len; i++)
		mail->has_8bit = mail->has_8bit || bytes->data[i] >= 0x80;
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	g_byte_array_set_size(bytes, bytes->len - 1);
	split(mail, bytes);
}

/* ---- fields ---- */

static bool is_named(const char *field, const char *name)
{
	return text_has_prefix_ascii_case(field, name) && field[strlen(name)] == ':';
}

/* All fields of the name as one list; NULL if there is none. */
static char *value_of(const Mail *mail, const char *name)
{
	GString *value = NULL;

	for (guint i = 0; i < mail->fields->len; i++) {
		const char *field = g_ptr_array_index(mail->fields, i);
		if (!is_named(field, name))
			continue;
		g_autofree char *line = text_one_line(field + strlen(name) + 1);
		if (!value)
			value = g_string_new(NULL);
		g_string_append_printf(value, "%s%s", value->len ? ", " : "", line);
	}
	return value ? g_string_free(value, FALSE) : NULL;
}

static void add(Mail *mail, const char *name, const char *value)
{
	g_ptr_array_add(mail->fields, g_strdup_printf("%s: %s\r\n", name, value));
}

static void drop(Mail *mail, const char *name)
{
	for (guint i = mail->fields->len; i > 0; i--)
		if (is_named(g_ptr_array_index(mail->fields, i - 1), name))
			g_ptr_array_remove_index(mail->fields, i - 1);
}

/* ---- addresses ---- */

static bool is_local(const MimeAddress *address)
{
	return address->address && *address->address && !strchr(address->address, '@');
}

/* A field with names that have no domain is written anew; all others stay as they are. */
static void complete_field(Mail *mail, const char *name)
{
	g_autofree char *value = value_of(mail, name);
	g_autoptr(GPtrArray) list = value ? mime_addresses(value) : NULL;
	bool has_local = false;

	for (guint i = 0; list && i < list->len; i++) {
		MimeAddress *address = g_ptr_array_index(list, i);
		if (!is_local(address))
			continue;
		has_local = true;
		g_free(address->address);
		address->address = g_strdup(mail->how->own_address);
	}
	if (!has_local)
		return;
	g_autofree char *text = mime_addresses_format(list);
	drop(mail, name);
	add(mail, name, text);
}

static bool holds(const GPtrArray *list, const char *address)
{
	for (guint i = 0; list && i < list->len; i++)
		if (mime_recipient_equal(((MimeAddress *)g_ptr_array_index(list, i))->address,
		                         address))
			return true;
	return false;
}

static GPtrArray *named_in_header(const Mail *mail)
{
	g_autofree char *to = value_of(mail, "To"), *cc = value_of(mail, "Cc");
	g_autofree char *bcc = mail->how->reads_header ? value_of(mail, "Bcc") : NULL;
	g_autofree char *all = g_strjoin(", ", to ? to : "", cc ? cc : "", bcc ? bcc : "", NULL);

	return mime_addresses(all);
}

/* The recipients of the command line. */
static GPtrArray *envelope(const Mail *mail, GError **err)
{
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);

	for (const char *const *word = mail->how->recipients; *word; word++) {
		MimeAddress *address = g_new0(MimeAddress, 1);
		g_ptr_array_add(list, address);
		address->address =
			g_strdup(strchr(*word, '@') ? *word : mail->how->own_address);
		if (!mime_recipient_check(address->address, err))
			return NULL;
	}
	return g_steal_pointer(&list);
}

static bool check_header(const Mail *mail, const GPtrArray *header, const GPtrArray *wanted,
                         GError **err)
{
	for (guint i = 0; !mail->how->reads_header && i < header->len; i++) {
		const MimeAddress *address = g_ptr_array_index(header, i);
		if (!holds(wanted, address->address))
			return fail(
				err, ERR_USAGE,
				_("%s stands in To or Cc and is not among the recipients; ActiveSync would send the message there, so name it or take it out"),
				address->address);
	}
	return header->len + wanted->len > 0 ||
	       fail(err, ERR_USAGE,
	            _("the message has no recipient: name one, or give -t if the header does"));
}

static void add_hidden(Mail *mail, const GPtrArray *header, const GPtrArray *wanted)
{
	g_autoptr(GPtrArray) hidden = g_ptr_array_new();

	if (!mail->how->reads_header)
		drop(mail, "Bcc");
	for (guint i = 0; i < wanted->len; i++) {
		MimeAddress *address = g_ptr_array_index(wanted, i);
		if (!holds(header, address->address) && !holds(hidden, address->address))
			g_ptr_array_add(hidden, address);
	}
	if (!hidden->len)
		return;
	g_autofree char *text = mime_addresses_format(hidden);
	g_autofree char *before = value_of(mail, "Bcc");
	g_autofree char *all = before ? g_strconcat(before, ", ", text, NULL) : g_strdup(text);
	drop(mail, "Bcc");
	add(mail, "Bcc", all);
}

static bool address_mail(Mail *mail, GError **err)
{
	static const char *const names[] = { "From", "To", "Cc", "Bcc" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		complete_field(mail, names[i]);

	g_autoptr(GPtrArray) wanted = envelope(mail, err);
	g_autoptr(GPtrArray) header = named_in_header(mail);

	if (!wanted || !check_header(mail, header, wanted, err))
		return false;
	add_hidden(mail, header, wanted);
	return true;
}

/* ---- what has to be there ---- */

static char *date_text(const RawMailHow *how)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(how->offset_min * 60);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(how->now_ms / 1000);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autofree char *rest = g_date_time_format(local, "%Y %H:%M:%S %z");

	return g_strdup_printf("%s, %d %s %s", days[g_date_time_get_day_of_week(local) - 1],
	                       g_date_time_get_day_of_month(local),
	                       months[g_date_time_get_month(local) - 1], rest);
}

static void add_missing(Mail *mail)
{
	const RawMailHow *how = mail->how;
	g_autofree char *from = value_of(mail, "From"), *date = value_of(mail, "Date");
	g_autofree char *id = value_of(mail, "Message-ID"), *mime = value_of(mail, "MIME-Version");
	g_autofree char *type = value_of(mail, "Content-Type");
	g_autofree char *now = date_text(how);
	MimeAddress own = { (char *)how->from_name, (char *)how->own_address };
	g_autoptr(GPtrArray) self = g_ptr_array_new();

	g_ptr_array_add(self, &own);
	g_autofree char *own_text = mime_addresses_format(self);
	if (!from)
		add(mail, "From", own_text);
	if (!date)
		add(mail, "Date", now);
	if (!id)
		add(mail, "Message-ID", how->message_id);
	if (mail->has_8bit && !mime && !type) {
		add(mail, "MIME-Version", "1.0");
		add(mail, "Content-Type", "text/plain; charset=utf-8");
		add(mail, "Content-Transfer-Encoding", "8bit");
	}
}

/* ---- putting together ---- */

static GBytes *join(const Mail *mail)
{
	GByteArray *out = g_byte_array_new();

	for (guint i = 0; i < mail->fields->len; i++) {
		const char *field = g_ptr_array_index(mail->fields, i);
		g_byte_array_append(out, (const guint8 *)field, (guint)strlen(field));
		if (!g_str_has_suffix(field, "\n"))
			g_byte_array_append(out, (const guint8 *)"\r\n", 2);
	}
	g_byte_array_append(out, (const guint8 *)"\r\n", 2);
	g_byte_array_append(out, mail->body->data, mail->body->len);
	return g_byte_array_free_to_bytes(out);
}

static bool is_utf8(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return g_utf8_validate_len(data, len, NULL);
}

static char *decoded(const Mail *mail, const char *name)
{
	g_autofree char *value = value_of(mail, name);

	return value ? mime_decode_header(value, NULL) : NULL;
}

static Draft *summarise(const Mail *mail)
{
	Draft *draft = draft_new();

	draft->from = decoded(mail, "From");
	draft->to = decoded(mail, "To");
	draft->cc = decoded(mail, "Cc");
	draft->bcc = decoded(mail, "Bcc");
	draft->subject = decoded(mail, "Subject");
	draft->message_id = value_of(mail, "Message-ID");
	return draft;
}

GBytes *rawmail_prepare(GBytes *raw, const RawMailHow *how, Draft **ret_summary, GError **err)
{
	g_auto(Mail) mail = { 0 };

	mail_init(&mail, raw, how);
	if (!address_mail(&mail, err))
		return NULL;
	add_missing(&mail);
	*ret_summary = summarise(&mail);

	g_autoptr(GBytes) bytes = join(&mail);

	return is_utf8(bytes) ? g_steal_pointer(&bytes) : mime_seven_bit(bytes);
}
