#include "smime/canonical.h"

#include <stdbool.h>
#include <string.h>

GBytes *canonical(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len), *end = data + len;
	GString *out = NULL;

	for (const char *p = data, *eol; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		bool is_bare = eol && (eol == data || eol[-1] != '\r');
		if (is_bare && !out)
			out = g_string_new_len(data, p - data);
		if (out)
			g_string_append_len(out, p, (eol ? eol : end) - p);
		if (out && eol)
			g_string_append(out, is_bare ? "\r\n" : "\n");
		if (!eol)
			break;
	}
	return out ? g_string_free_to_bytes(out) : g_bytes_ref(bytes);
}
