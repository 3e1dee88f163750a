#include "mime/flowed.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { WIDTH = 72, DEPTH_MAX = 40 };

typedef struct {
	int         depth;           /* of quoting */
	const char *text;
	size_t      len;             /* without blanks at the end */
} Line;

/* "> > text", ">> text" and ">>text" are two deep. A '>' with anything else before it is text. */
static Line line_at(const char *p, size_t len)
{
	Line line = { .text = p, .len = len };

	while (line.len > 0 && *line.text == '>' && line.depth < DEPTH_MAX) {
		size_t step = line.len > 2 && line.text[1] == ' ' && line.text[2] == '>' ? 2 : 1;
		line.depth++;
		line.text += step;
		line.len -= step;
	}
	if (line.depth > 0 && line.len > 0 && *line.text == ' ') {
		line.text++;
		line.len--;
	}
	bool is_separator = line.len == 3 && memcmp(line.text, "-- ", 3) == 0;
	while (line.len > 0 && strchr(" \t\r", line.text[line.len - 1]) && !is_separator)
		line.len--;
	return line;
}

static int cells_of(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

/*
 * How many bytes of @p fit into @room cells and end where a line may be broken; all of them where
 * none does. A break after a blank keeps the blank.
 */
static size_t piece_of(const char *p, size_t len, int room)
{
	size_t best = 0;
	gunichar before = 0;
	int cells = 0;

	for (size_t at = 0; at < len;) {
		gunichar c = g_utf8_get_char(p + at);
		bool is_break = at > 0 && ((before == ' ' && c != ' ') ||
		                           (g_unichar_iswide(before) && g_unichar_iswide(c)));
		if (is_break)
			best = at;
		cells += cells_of(c);
		if (cells > room && best > 0)
			return best;
		before = c;
		at += (size_t)(g_utf8_next_char(p + at) - (p + at));
	}
	return len;
}

static void append_mark(GString *out, const Line *line, const char *text, size_t len)
{
	bool needs_stuffing = len > 0 && (*text == ' ' || *text == '>' ||
	                                  (len >= 5 && memcmp(text, "From ", 5) == 0));

	for (int i = 0; i < line->depth; i++)
		g_string_append_c(out, '>');
	if (line->depth > 0 ? len > 0 : needs_stuffing)
		g_string_append_c(out, ' ');
}

static void append_line(GString *out, const Line *line)
{
	const char *p = line->text;
	size_t left = line->len;

	do {
		size_t len = piece_of(p, left, WIDTH - line->depth - 2);
		append_mark(out, line, p, len);
		g_string_append_len(out, p, (gssize)len);
		p += len;
		left -= len;
		g_string_append(out, left > 0 ? " \n" : "\n");
	} while (left > 0);
}

char *mime_flowed(const char *text)
{
	GString *out = g_string_sized_new(strlen(text) + strlen(text) / 32 + 16);

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");
		Line line = line_at(p, len);
		append_line(out, &line);
		p += len + (p[len] == '\n');
	}
	return g_string_free(out, FALSE);
}
