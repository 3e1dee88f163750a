/*
 *   0 class id | 16 date of the instance, BE | 20 time | 28 zero | 36 length, LE | 40 data
 * Data that begins with "vCal-Uid" and 01 00 00 00 holds the UID as text; all else is the UID, in
 * hex, the instance zeroed.
 */
#include "eas/globalobjid.h"

#include <glib.h>
#include <string.h>

enum {
	INSTANCE = 16,
	INSTANCE_LEN = 4,
	LENGTH = 36,
	DATA = 40,
	MARK_LEN = 8,
	TEXT = DATA + MARK_LEN + 4,
	MIN_SIZE = 40
};

static char *text_uid(const guchar *bytes, gsize len)
{
	const guchar *end = memchr(bytes + TEXT, 0, len - TEXT);
	gsize text_len = end ? (gsize)(end - bytes) - TEXT : len - TEXT;

	if (text_len == 0 || !g_utf8_validate((const char *)bytes + TEXT, (gssize)text_len, NULL))
		return NULL;
	return g_strndup((const char *)bytes + TEXT, text_len);
}

static char *hex_uid(const guchar *bytes, gsize len)
{
	GString *uid = g_string_sized_new(2 * len);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(uid, "%02X",
		                       i >= INSTANCE && i < INSTANCE + INSTANCE_LEN ? 0 : bytes[i]);
	return g_string_free(uid, FALSE);
}

char *globalobjid_to_uid(const char *base64)
{
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(base64, &len);

	if (len < MIN_SIZE)
		return NULL;
	if (len > TEXT && memcmp(bytes + DATA, "vCal-Uid", MARK_LEN) == 0)
		return text_uid(bytes, len);
	return hex_uid(bytes, len);
}
