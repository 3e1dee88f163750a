#include "base/text.h"

#include <string.h>

#include "base/limits.h"

char *text_to_utf8(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	const char *bad;

	if (g_utf8_validate_len(bytes, len, &bad))
		return g_strndup(bytes, len);
	GString *out = g_string_sized_new(len + 16);
	for (const char *p = bytes; p < end;) {
		g_utf8_validate_len(p, (gsize)(end - p), &bad);
		g_string_append_len(out, p, bad - p);
		if (bad < end)
			g_string_append(out, "\xEF\xBF\xBD");
		p = bad + 1;
	}
	return g_string_free(out, FALSE);
}

bool text_is_control(gunichar c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

bool text_is_deceptive(gunichar c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x2800 ||
	       c == 0x3164 || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

char *text_one_line(const char *utf8)
{
	GString *out = g_string_sized_new(strlen(utf8) + 1);
	bool is_gap = false;

	for (const char *p = utf8; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (text_is_control(c) || c == ' ' || c == 0x2028 || c == 0x2029) {
			is_gap = out->len > 0;
			continue;
		}
		if (is_gap)
			g_string_append_c(out, ' ');
		is_gap = false;
		g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

char *text_visible(const char *utf8)
{
	g_autofree char *valid = text_to_utf8(utf8, strlen(utf8));
	GString *out = g_string_sized_new(strlen(valid) + 1);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (text_is_control(c))
			g_string_append_printf(out, "\\x%02x", c);
		else if (text_is_deceptive(c))
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

bool text_equal_ascii_case(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return g_ascii_strcasecmp(a, b) == 0;
}

bool text_has_prefix_ascii_case(const char *text, const char *prefix)
{
	return g_ascii_strncasecmp(text, prefix, strlen(prefix)) == 0;
}

char *text_lower_ascii(const char *text)
{
	return g_ascii_strdown(text, -1);
}

bool text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	gint64 value;

	if (!text || !g_ascii_string_to_signed(text, 10, min, max, &value, NULL))
		return false;
	*ret_value = value;
	return true;
}

char *text_cut(const char *utf8, size_t max_bytes)
{
	size_t len = strlen(utf8);

	if (len > max_bytes) {
		const char *end = g_utf8_find_prev_char(utf8, utf8 + max_bytes + 1);
		len = end ? (size_t)(end - utf8) : 0;
	}
	return g_strndup(utf8, len);
}

char *text_hex(const uint8_t *bytes, size_t len)
{
	GString *out = g_string_sized_new(2 * len + 1);

	for (size_t i = 0; i < len; i++)
		g_string_append_printf(out, "%02x", bytes[i]);
	return g_string_free(out, FALSE);
}

/* CON, NUL, COM1 … open devices on the systems such files end up on. */
static bool is_device_name(const char *name)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };

	for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
		if (!text_has_prefix_ascii_case(name, devices[i]))
			continue;
		const char *rest = name + strlen(devices[i]);
		if (i >= 4 && g_ascii_isdigit(*rest))
			rest++;
		else if (i >= 4)
			continue;
		if (*rest == '\0' || *rest == '.')
			return true;
	}
	return false;
}

char *text_safe_file_name(const char *utf8)
{
	g_autofree char *line = text_one_line(utf8);
	g_autoptr(GString) name = g_string_new(NULL);

	for (const char *p = line; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (strchr("/\\:*?\"<>|", (int)c) && c < 0x80)
			g_string_append_c(name, '_');
		else if (!text_is_deceptive(c))
			g_string_append_unichar(name, c);
	}
	while (name->len && strchr(". ", name->str[name->len - 1]))
		g_string_truncate(name, name->len - 1);
	if (name->len == 0 || strchr(".-", name->str[0]) || is_device_name(name->str))
		g_string_prepend_c(name, '_');

	const char *dot = strrchr(name->str, '.');
	size_t tail = dot && strlen(dot) <= 16 ? strlen(dot) : 0;
	if (name->len <= LIMIT_FILE_NAME_BYTES)
		return g_strdup(name->str);
	g_autofree char *stem = text_cut(name->str, LIMIT_FILE_NAME_BYTES - tail);
	return g_strconcat(stem, tail ? dot : "", NULL);
}

/* "corp.test" is meant by itself and as the end of "www.corp.test", not of "evilcorp.test". */
static bool host_is_of(const char *host, const char *listed)
{
	size_t len = strlen(host), end = strlen(listed);
	const char *tail = host + (len > end ? len - end : 0);

	return end > 0 && text_equal_ascii_case(tail, listed) &&
	       (tail == host || tail[-1] == '.');
}

bool text_host_is_listed(const char *list, const char *host)
{
	g_auto(GStrv) names = g_strsplit_set(list ? list : "", " ,\t", -1);

	for (char **name = names; *name; name++)
		if (host_is_of(host, **name == '.' ? *name + 1 : *name))
			return true;
	return false;
}
