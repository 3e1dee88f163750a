#include "model/id.h"

#include <glib.h>
#include <string.h>

/* Crockford's alphabet: no i, l, o, u, so that an id can be read aloud. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

char *id_format(char letter, int64_t id)
{
	char text[16];
	size_t at = sizeof text - 1;
	guint64 rest = (guint64)id;

	text[at] = '\0';
	do {
		text[--at] = digits[rest & 31];
		rest >>= 5;
	} while (rest);
	text[--at] = letter;
	return g_strdup(text + at);
}

bool id_parse(char letter, const char *text, int64_t *ret_id)
{
	guint64 id = 0;
	size_t len = strlen(text);

	if (text[0] != letter || len < 2 || len > 14)
		return false;
	for (const char *p = text + 1; *p; p++) {
		const char *digit = strchr(digits, g_ascii_tolower(*p));
		if (!digit || id > (guint64)G_MAXINT64 >> 5)
			return false;
		id = id << 5 | (guint64)(digit - digits);
	}
	*ret_id = (int64_t)id;
	return true;
}
