#include "exsim/post.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"

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

static GMimeMessage *parse(GBytes *mime)
{
	gsize len;
	const char *data = g_bytes_get_data(mime, &len);
	GMimeStream *memory = g_mime_stream_mem_new_with_buffer(data, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(memory);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(memory);
	return message;
}

static void deliver_to(World *world, const char *address, GBytes *mime)
{
	User *user = world_user(world, address);

	if (user && strchr(address, '@'))
		collection_add(user_folder_of_type(user, FOLDER_INBOX), mime, world_now_ms(world), (ItemState){ 0 }, NULL);
}

guint post_deliver(World *world, GBytes *mime)
{
	GMimeMessage *message = parse(mime);
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

void post_file_sent(World *world, User *user, GBytes *mime, const void *origin)
{
	collection_add(user_folder_of_type(user, FOLDER_SENT), mime, world_now_ms(world), (ItemState){ .is_read = true }, origin);
	world_changed(world);
}
