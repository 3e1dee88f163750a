#include "store/address.h"

#include <string.h>

#include "base/text.h"

size_t address_first_len(const char *list)
{
	bool is_quoted = false, is_in_angles = false;
	size_t i;

	for (i = 0; list[i]; i++) {
		if (list[i] == '\\' && is_quoted && list[i + 1])
			i++;
		else if (list[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (list[i] == '<' || list[i] == '>'))
			is_in_angles = list[i] == '<';
		else if (list[i] == ',' && !is_quoted && !is_in_angles)
			break;
	}
	return i;
}

/* A shown name without its quotes and their backslashes. */
static char *unquote(const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	size_t len = strlen(trimmed);

	if (len < 2 || trimmed[0] != '"' || trimmed[len - 1] != '"')
		return g_steal_pointer(&trimmed);
	GString *out = g_string_sized_new(len);
	for (size_t i = 1; i < len - 1; i++) {
		if (trimmed[i] == '\\' && i + 1 < len - 1)
			i++;
		g_string_append_c(out, trimmed[i]);
	}
	return g_string_free(out, FALSE);
}

void address_split(const char *list, char **ret_name, char **ret_address)
{
	g_autofree char *first = g_strndup(list, address_first_len(list));
	char *open = strrchr(first, '<'), *close = open ? strchr(open, '>') : NULL;

	if (!close) {
		*ret_address = g_strstrip(g_strdup(first));
		*ret_name = g_strdup(*ret_address);
		return;
	}
	*open = *close = '\0';
	*ret_address = g_strstrip(g_strdup(open + 1));
	*ret_name = unquote(first);
	if (!**ret_name) {
		g_free(*ret_name);
		*ret_name = g_strdup(*ret_address);
	}
}

bool address_is_one(const char *text)
{
	enum { ADDRESS_BYTES_MAX = 254 };
	const char *at = strrchr(text, '@');

	return at && at != text && at[1] && strlen(text) <= ADDRESS_BYTES_MAX &&
	       !strpbrk(text, " \t\r\n\"<>,;");
}

char *address_key(const char *address) { return text_lower_ascii(address); }
