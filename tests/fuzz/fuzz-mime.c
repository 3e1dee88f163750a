/* F3: any bytes as a mail. Whatever comes in, what comes out is UTF-8, within the limits, and every part can be read. */
#include <string.h>

#include "base/limits.h"
#include "mime/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(const char *text)
{
	g_assert(!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n\x1b")));
}

static void check_part(const MimeMessage *message, int index)
{
	const MimePart *part = g_ptr_array_index(message->parts, (guint)index);
	g_autoptr(GBytes) content = mime_part_content(message, index, NULL);
	gsize len;

	g_assert(content && part->index == index && part->depth <= LIMIT_MIME_DEPTH + 1);
	check_text(part->name);
	const char *data = g_bytes_get_data(content, &len);
	if (part->role == MIME_TEXT || part->role == MIME_HTML)
		g_assert(g_utf8_validate_len(data ? data : "", len, NULL));
}

static void check_addresses(const char *list)
{
	g_autoptr(GPtrArray) addresses = mime_addresses(list);
	g_autofree char *again = mime_addresses_format(addresses);

	g_assert(addresses->len <= LIMIT_ADDRESSES && g_utf8_validate(again, -1, NULL));
	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *address = g_ptr_array_index(addresses, i);
		check_text(address->name);
		check_text(address->address);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autoptr(GBytes) whole = g_bytes_new(bytes, len);
	g_autoptr(MimeMessage) message = mime_read(whole);
	g_autofree char *text = g_strndup((const char *)bytes, len);

	g_assert(message->parts->len <= LIMIT_MIME_PARTS && message->best_text < (int)message->parts->len);
	for (guint i = 0; i < message->parts->len; i++)
		check_part(message, (int)i);
	for (guint i = 0; i < message->headers->len; i++)
		check_text(g_ptr_array_index(message->headers, i));
	check_text(message->subject);
	check_addresses(text);
	return 0;
}
