#include "net/basic.h"

#include <string.h>

#include "base/text.h"

/* Name, colon and password in UTF-8, and their length. */
static char *pair_new(const char *user_name, const Secret *password, size_t *ret_len)
{
	size_t name_len = strlen(user_name), len = name_len + 1 + secret_len(password);
	char  *pair = g_malloc(len + 1);

	memcpy(pair, user_name, name_len);
	pair[name_len] = ':';
	memcpy(pair + name_len + 1, secret_bytes(password), secret_len(password));
	pair[len] = '\0';
	*ret_len = len;
	return pair;
}

/* In place: ISO 8859-1 is never longer. False, with @pair wiped, when it has no such character. */
static bool pair_to_latin1(char *pair, size_t *len)
{
	size_t out = 0;

	for (size_t in = 0; in < *len;) {
		gunichar c = g_utf8_get_char_validated(pair + in, (gssize)(*len - in));
		if (c > 0xff) {
			secret_wipe(pair, *len);
			return false;
		}
		in += c < 0x80 ? 1 : 2;
		pair[out++] = (char)c;
	}
	secret_wipe(pair + out, *len - out);
	*len = out;
	return true;
}

char *basic_header(const char *user_name, const Secret *password, BasicCharset charset)
{
	size_t           len, whole_len;
	g_autofree char *pair = pair_new(user_name, password, &len);

	if (charset == BASIC_LATIN1 && !pair_to_latin1(pair, &len))
		return NULL;

	/* g_base64_encode_step() into our own buffer: no copy is left behind. */
	static const char begin[] = "Authorization: Basic ";
	char             *header = g_malloc0(sizeof begin + (len / 3 + 1) * 4 + 4);
	gint              state = 0, save = 0;

	memcpy(header, begin, sizeof begin - 1);
	whole_len = sizeof begin - 1;
	whole_len += g_base64_encode_step((const guchar *)pair, len, FALSE, header + whole_len,
	                                  &state, &save);
	g_base64_encode_close(FALSE, header + whole_len, &state, &save);
	secret_wipe(pair, len);
	return header;
}

void basic_free(char *header)
{
	if (header)
		secret_wipe(header, strlen(header));
	g_free(header);
}

bool basic_has_latin1(const char *user_name, const Secret *password)
{
	size_t           len, before;
	g_autofree char *pair = pair_new(user_name, password, &len);

	before = len;
	bool can = pair_to_latin1(pair, &len);
	secret_wipe(pair, len);
	return can && len < before;
}

bool basic_is_name(const char *user_name)
{
	for (const char *p = user_name; *p; p = g_utf8_next_char(p))
		if (*p == ':' || text_is_control(g_utf8_get_char(p)))
			return false;
	return true;
}
