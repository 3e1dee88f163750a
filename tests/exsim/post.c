#include "exsim/post.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"
#include "exsim/mail-mime.h"

/* ---- composing ---- */

static char *message_id(const World *world)
{
	return g_strdup_printf("<%" G_GINT64_FORMAT ".%08x@%s>", (gint64)world_now_ms(world), g_random_int(), WORLD_DOMAIN);
}

static char *rfc_date(int64_t ms)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);

	return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(when) - 1],
	                       g_date_time_get_day_of_month(when), months[g_date_time_get_month(when) - 1],
	                       g_date_time_get_year(when), g_date_time_get_hour(when), g_date_time_get_minute(when),
	                       g_date_time_get_second(when));
}

static void append_base64(GString *out, const char *text)
{
	g_autofree char *base64 = g_base64_encode((const guchar *)text, strlen(text));

	for (size_t i = 0; i < strlen(base64); i += 76)
		g_string_append_printf(out, "%.76s\r\n", base64 + i);
}

static void append_body(GString *out, const PostDraft *draft)
{
	g_string_append_printf(out, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
	                       draft->html ? "html" : "plain");
	append_base64(out, draft->html ? draft->html : draft->text ? draft->text : "");
}

GBytes *post_compose(const World *world, const PostDraft *draft)
{
	GString *out = g_string_new(NULL);
	g_autofree char *date = rfc_date(world_now_ms(world)), *id = message_id(world);
	g_autofree char *subject = g_mime_utils_header_encode_text(NULL, draft->subject ? draft->subject : "", "utf-8");

	g_string_append_printf(out, "Date: %s\r\nMessage-ID: %s\r\nFrom: %s\r\nTo: %s\r\nSubject: %s\r\nMIME-Version: 1.0\r\n",
	                       date, id, draft->from ? draft->from : "Bob Kowalski <bob@" WORLD_DOMAIN ">", draft->to, subject);
	append_body(out, draft);
	return g_string_free_to_bytes(out);
}

/* ---- delivering ---- */

static void deliver_to(World *world, const char *address, GBytes *mime)
{
	User *user = world_user(world, address);

	if (user && strchr(address, '@'))
		collection_add(user_folder_of_type(user, FOLDER_INBOX), mime, world_now_ms(world), (ItemState){ 0 }, NULL);
}

guint post_deliver(World *world, GBytes *mime)
{
	GMimeMessage *message = mail_mime_parse(mime);
	InternetAddressList *all = message ? g_mime_message_get_all_recipients(message) : NULL;
	int count = all ? internet_address_list_length(all) : 0;

	for (int i = 0; i < count; i++) {
		InternetAddress *address = internet_address_list_get_address(all, i);
		if (INTERNET_ADDRESS_IS_MAILBOX(address))
			deliver_to(world, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)), mime);
	}
	g_clear_object(&all);
	g_clear_object(&message);
	world_changed(world);
	return (guint)count;
}

/* ---- the copy in Sent Items ---- */

typedef struct { User *user; GBytes *mime; } PostCopy;

static void copy_free(PostCopy *copy)
{
	g_bytes_unref(copy->mime);
	g_free(copy);
}

static void file_now(World *world, const PostCopy *copy, const void *origin)
{
	collection_add(user_folder_of_type(copy->user, FOLDER_SENT), copy->mime, world_now_ms(world), (ItemState){ .is_read = true },
	               origin);
	world_changed(world);
}

void post_file_sent(World *world, User *user, GBytes *mime, const void *origin)
{
	PostCopy copy = { user, mime };

	if (!world->options.holds_sent) {
		file_now(world, &copy, origin);
		return;
	}
	g_bytes_ref(mime);
	g_ptr_array_add(world->held, g_memdup2(&copy, sizeof copy));
}

void post_drop_held(World *world)
{
	for (guint i = 0; i < world->held->len; i++)
		copy_free(g_ptr_array_index(world->held, i));
	g_ptr_array_set_size(world->held, 0);
}

guint post_file_held(World *world)
{
	guint count = world->held->len;

	for (guint i = 0; i < count; i++)
		file_now(world, g_ptr_array_index(world->held, i), NULL);
	post_drop_held(world);
	return count;
}

/* ---- what was submitted ---- */

static char *shown(const char *text)
{
	return text && *text ? text_visible(text) : g_strdup("-");
}

void post_note(World *world, const PostNote *note, GBytes *mime)
{
	GMimeMessage *message = mail_mime_parse(mime);
	g_autofree char *client_id = shown(note->client_id);
	g_autofree char *message_id = shown(message ? g_mime_message_get_message_id(message) : NULL);
	g_autofree char *subject = shown(message ? g_mime_message_get_subject(message) : NULL);

	g_string_append_printf(world->submissions, "%s\t%s\t%s\t<%s>\t%u\t%s\n", note->cmd, note->user, client_id, message_id,
	                       note->recipients, subject);
	g_clear_object(&message);
}

/* ---- SmartReply and SmartForward ---- */

static void add_below(GMimeMessage *message, GMimeMessage *original)
{
	GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
	GMimeMessagePart *attached = g_mime_message_part_new_with_message("rfc822", original);

	g_mime_multipart_add(mixed, g_mime_message_get_mime_part(message));
	g_mime_multipart_add(mixed, GMIME_OBJECT(attached));
	g_mime_message_set_mime_part(message, GMIME_OBJECT(mixed));
	g_object_unref(attached);
	g_object_unref(mixed);
}

GBytes *post_write(GMimeMessage *message)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	GMimeFormatOptions *format = g_mime_format_options_new();

	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), format, memory);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	GBytes *whole = g_bytes_new(bytes->data, bytes->len);
	g_mime_format_options_free(format);
	g_object_unref(memory);
	return whole;
}

GBytes *post_with_original(GBytes *mime, GBytes *original)
{
	GMimeMessage *message = mail_mime_parse(mime), *below = mail_mime_parse(original);

	if (message && below && g_mime_message_get_mime_part(message))
		add_below(message, below);
	GBytes *whole = message ? post_write(message) : g_bytes_ref(mime);
	g_clear_object(&below);
	g_clear_object(&message);
	g_bytes_unref(original);
	return whole;
}
