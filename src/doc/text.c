/*
 * Plain text and RFC 3676. Both become lines of a quote depth; neighbours of one depth are a
 * paragraph, line by line as they were written, or joined where the sender's client broke them
 * softly.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "doc/build.h"
#include "doc/history.h"
#include "doc/link.h"

enum { QUOTE_DEPTH_MAX = 9 };

typedef struct { const char *text; size_t len; int quote; bool is_flowed, is_signature; } Line;

typedef struct {
	DocBuilder builder;
	bool       is_flowed, is_delsp;
	bool       in_signature;
	bool       is_open_line;   /* the last line was flowed: the next of its depth goes on */
	int        last_quote;
} Reader;

/* Takes the quote marks off: ">> text" and "> > text" are two deep. Flowed text also loses its
 * stuffed blank. */
static Line line_at(const char *p, size_t len, bool is_flowed)
{
	Line line = { .text = p, .len = len };

	while (line.len > 0 && *line.text == '>') {
		line.quote++;
		line.text++;
		line.len--;
		if (!is_flowed && line.len > 1 && line.text[0] == ' ' && line.text[1] == '>') {
			line.text++;
			line.len--;
		}
	}
	if (line.len > 0 && *line.text == ' ' && (is_flowed || line.quote > 0)) {
		line.text++;
		line.len--;
	}
	line.quote = MIN(line.quote, QUOTE_DEPTH_MAX);
	line.is_signature = line.len == 3 && memcmp(line.text, "-- ", 3) == 0;
	line.is_flowed =
		is_flowed && !line.is_signature && line.len > 0 && line.text[line.len - 1] == ' ';
	return line;
}

/* Ends what the last line left open if this one does not go on with it. */
static void join(Reader *r, const Line *line)
{
	bool is_same = r->builder.block && line->quote == r->last_quote;

	if (line->quote != r->last_quote) {
		r->in_signature = false;
		r->is_open_line = false;
		if (r->builder.block)
			builder_close(&r->builder);
	}
	if (is_same && !r->is_open_line)
		builder_exact(&r->builder, "\n", 1);
	r->last_quote = line->quote;
	r->builder.quote = line->quote;
}

static void take_line(Reader *r, const char *p, size_t len)
{
	Line line = line_at(p, len, r->is_flowed);

	if (line.len == 0 && !r->is_open_line) {
		builder_gap(&r->builder);
		r->last_quote = line.quote;
		return;
	}
	if (line.is_signature) {
		r->is_open_line = false;
		builder_gap(&r->builder);
		r->in_signature = true;
	}
	join(r, &line);
	r->builder.style = r->in_signature ? RUN_DIM : 0;
	if (line.is_flowed && r->is_delsp)
		line.len--;
	builder_exact(&r->builder, line.text, line.len);
	r->is_open_line = line.is_flowed;
}

static void take_lines(Reader *r, const char *text)
{
	for (const char *p = text; *p && !builder_is_full(&r->builder);) {
		size_t n = strcspn(p, "\n");
		size_t end = n > 0 && p[n - 1] == '\r' ? n - 1 : n;

		take_line(r, p, end);
		p += n + (p[n] == '\n');
	}
}

static Doc *read_lines(const char *utf8, size_t len, bool is_flowed, bool is_delsp)
{
	Doc *doc = doc_new();
	size_t max = MIN(len, LIMIT_DOC_BYTES);
	g_autofree char *text = text_to_utf8(max > 0 ? utf8 : "", max);
	Reader r = { .is_flowed = is_flowed, .is_delsp = is_delsp };

	builder_init(&r.builder, doc);
	take_lines(&r, text);
	if (builder_is_full(&r.builder))
		doc->warning = g_strdup(
			_("The message has too many paragraphs and lines; its end is not shown."));
	else if (len > max)
		doc->warning =
			g_strdup(_("The message is longer than 16 MB; its end is not shown."));
	builder_clear(&r.builder);
	doc_links_find(doc);
	doc_history_mark(doc);
	return doc;
}

Doc *doc_from_text(const char *utf8, size_t len)
{
	return read_lines(utf8, len, false, false);
}

Doc *doc_from_flowed(const char *utf8, size_t len, bool is_delsp)
{
	return read_lines(utf8, len, true, is_delsp);
}
