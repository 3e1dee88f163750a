#include "base/header.h"

#include <stdbool.h>
#include <string.h>

static const char *next_line(const char *line, const char *end)
{
	const char *feed = memchr(line, '\n', (size_t)(end - line));

	return feed ? feed + 1 : end;
}

/* Where the field that begins at @line ends: a line that begins with a blank goes on with it. */
static const char *field_end(const char *line, const char *end)
{
	do
		line = next_line(line, end);
	while (line < end && (*line == ' ' || *line == '\t'));
	return line;
}

static bool is_called(const char *field, const char *end, const char *name)
{
	size_t len = strlen(name);

	return (size_t)(end - field) >= len && !g_ascii_strncasecmp(field, name, len);
}

char *header_value(GBytes *mime, const char *name)
{
	gsize len;
	const char *line = g_bytes_get_data(mime, &len), *end = line + len;

	while (line < end && *line != '\r' && *line != '\n') {
		const char *next = field_end(line, end);
		if (is_called(line, next, name)) {
			const char *value = line + strlen(name);
			while (next > value && (next[-1] == '\n' || next[-1] == '\r'))
				next--;
			return g_strndup(value, (size_t)(next - value));
		}
		line = next;
	}
	return NULL;
}

char *header_message_id(GBytes *mime)
{
	g_autofree char *value = header_value(mime, "Message-ID:");
	const char *begin = value ? value + strspn(value, " \t\r\n") : "";

	/* The id itself is never folded (RFC 5322 3.6.4), what stands before it may be. */
	if (*begin != '<')
		return NULL;
	size_t inside = strcspn(begin, "> \t\r\n");
	return begin[inside] == '>' ? g_strndup(begin, inside + 1) : NULL;
}
