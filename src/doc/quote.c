#include "doc/quote.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "doc/link.h"

typedef struct {
	GString   *out;
	const Doc *doc;
	int        depth;           /* added to each block's own */
	int        last;            /* depth of the line before; -1 none */
} Writer;

static void start_line(Writer *w, int quote)
{
	for (int i = 0; i < w->depth + quote; i++)
		g_string_append(w->out, "> ");
	w->last = quote;
}

/* A quoted blank line has no blank at its end. */
static void blank_line(Writer *w, int quote)
{
	start_line(w, quote);
	if (w->depth + quote > 0)
		g_string_truncate(w->out, w->out->len - 1);
	g_string_append_c(w->out, '\n');
}

static void write_lines(Writer *w, int quote, const char *first, const char *others,
                        const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		const char *mark = i == 0 ? first : others;
		if (!*mark && !*lines[i]) {
			blank_line(w, quote);
			continue;
		}
		start_line(w, quote);
		g_string_append_printf(w->out, "%s%s\n", mark, lines[i]);
	}
}

/* The text of the block, each link that hides its target followed by it. */
static char *text_of(const Writer *w, const DocBlock *block)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; block->runs && i < block->runs->len; i++) {
		const DocRun *run = g_ptr_array_index(block->runs, i);
		const DocRun *next =
			i + 1 < block->runs->len ? g_ptr_array_index(block->runs, i + 1) : NULL;
		g_string_append(out, run->text);
		if (run->link < 0 || (next && next->link == run->link))
			continue;
		const DocLink *link = g_ptr_array_index(w->doc->links, (guint)run->link);
		if (!doc_link_shows_url(link))
			g_string_append_printf(out, " <%s>", link->url);
	}
	return g_string_free(out, FALSE);
}

static void write_item(Writer *w, const DocBlock *block, const char *text)
{
	g_autofree char *indent = g_strnfill((gsize)MAX(block->level - 1, 0) * 2, ' ');
	g_autofree char *mark = block->number > 0 ? g_strdup_printf("%s%d. ", indent, block->number)
	                                          : g_strdup_printf("%s- ", indent);
	g_autofree char *others = g_strnfill(strlen(mark), ' ');

	write_lines(w, block->quote, mark, others, text);
}

static void append_cell(GString *row, const Writer *w, const DocBlock *cell)
{
	for (guint i = 0; cell->children && i < cell->children->len; i++) {
		g_autofree char *text = text_of(w, g_ptr_array_index(cell->children, i));
		g_autofree char *line = text_one_line(text);
		g_string_append_printf(row, "%s%s", i > 0 && *line ? " " : "", line);
	}
}

static void write_table(Writer *w, const DocBlock *table)
{
	for (guint r = 0; r < table->children->len; r++) {
		const DocBlock *row = g_ptr_array_index(table->children, r);
		g_autoptr(GString) line = g_string_new(NULL);
		for (guint c = 0; row->children && c < row->children->len; c++) {
			if (c > 0)
				g_string_append(line, " | ");
			append_cell(line, w, g_ptr_array_index(row->children, c));
		}
		write_lines(w, table->quote, "", "", line->str);
	}
}

static void write_picture(Writer *w, const DocBlock *block, const char *alt)
{
	g_autofree char *text = *alt ? g_strdup_printf("[%s]", alt) : g_strdup(_("[picture]"));

	write_lines(w, block->quote, "", "", text);
}

static void write_block(Writer *w, const DocBlock *block)
{
	g_autofree char *text = text_of(w, block);

	if (w->last >= 0 && (block->is_spaced || block->quote != w->last))
		blank_line(w, MIN(block->quote, w->last));
	switch (block->kind) {
	case DOC_TABLE:   write_table(w, block); break;
	case DOC_RULE:    write_lines(w, block->quote, "", "", "----------"); break;
	case DOC_ITEM:    write_item(w, block, text); break;
	case DOC_PICTURE: write_picture(w, block, text); break;
	default:          write_lines(w, block->quote, "", "", text); break;
	}
}

char *doc_quote(const Doc *doc, int depth)
{
	Writer w = { .out = g_string_new(NULL), .doc = doc, .depth = depth, .last = -1 };

	for (guint i = 0; i < doc->blocks->len; i++)
		write_block(&w, g_ptr_array_index(doc->blocks, i));
	return g_string_free(w.out, FALSE);
}
