#include "doc/build.h"

#include <string.h>

#include "base/text.h"

#define REPLACEMENT "\xEF\xBF\xBD"
#define NBSP        "\xC2\xA0"

static void run_free(DocRun *run)
{
	if (!run)
		return;
	g_free(run->text);
	g_free(run);
}

DocRun *doc_run_new(const char *text, size_t len, guint style, int link)
{
	DocRun *run = g_new(DocRun, 1);

	*run = (DocRun){ .text = g_strndup(text, len), .style = style, .link = link };
	return run;
}

GPtrArray *doc_runs_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)run_free);
}

DocBlock *doc_block_new(DocBlockKind kind)
{
	DocBlock *block = g_new0(DocBlock, 1);

	block->kind = kind;
	block->picture = -1;
	if (kind == DOC_TABLE || kind == DOC_ROW || kind == DOC_CELL)
		block->children = g_ptr_array_new_with_free_func((GDestroyNotify)doc_block_free);
	else if (kind != DOC_RULE)
		block->runs = doc_runs_new();
	return block;
}

void doc_block_free(DocBlock *block)
{
	if (!block)
		return;
	if (block->runs)
		g_ptr_array_unref(block->runs);
	if (block->children)
		g_ptr_array_unref(block->children);
	g_free(block);
}

static void link_free(DocLink *link)
{
	g_free(link->url);
	g_free(link->text);
	g_free(link);
}

static void picture_free(DocPicture *picture)
{
	g_free(picture->source);
	g_free(picture->alt);
	g_free(picture);
}

Doc *doc_new(void)
{
	Doc *doc = g_new0(Doc, 1);

	doc->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)doc_block_free);
	doc->links = g_ptr_array_new_with_free_func((GDestroyNotify)link_free);
	doc->pictures = g_ptr_array_new_with_free_func((GDestroyNotify)picture_free);
	return doc;
}

void doc_free(Doc *doc)
{
	if (!doc)
		return;
	g_ptr_array_unref(doc->blocks);
	g_ptr_array_unref(doc->links);
	g_ptr_array_unref(doc->pictures);
	g_free(doc->warning);
	g_free(doc);
}

/* ---- the builder ---- */

void builder_init(DocBuilder *b, Doc *doc)
{
	*b = (DocBuilder){ .doc = doc,
		           .out = doc->blocks,
		           .text = g_string_new(NULL),
		           .link = -1,
		           .run_link = -1 };
}

void builder_clear(DocBuilder *b)
{
	builder_close(b);
	g_string_free(b->text, TRUE);
	b->text = NULL;
}

bool builder_is_full(const DocBuilder *b)
{
	return b->blocks >= DOC_BLOCKS_MAX || b->lines >= DOC_LINES_MAX;
}

static void flush_run(DocBuilder *b)
{
	if (b->text->len > 0) {
		DocRun *run =
			doc_run_new(b->text->str, b->text->len, b->run_style, b->run_link);
		run->picture = b->run_picture;
		g_ptr_array_add(b->block->runs, run);
	}
	g_string_truncate(b->text, 0);
}

DocBlock *builder_open(DocBuilder *b, DocBlockKind kind)
{
	if (b->block && b->block->kind == DOC_ITEM && kind == DOC_PARAGRAPH && !b->is_visible)
		return b->block;
	builder_close(b);
	b->block = doc_block_new(kind);
	b->block->quote = b->quote;
	b->block->level = b->level;
	b->is_visible = b->has_nbsp = false;
	b->is_blank = true;
	b->blocks++;
	return b->block;
}

/* Blanks and breaks at the end of a block are nothing to see. */
static void trim_end(DocBlock *block)
{
	const char *blanks = block->kind == DOC_PRE ? "\n" : " \n";

	while (block->runs->len > 0) {
		DocRun *last = g_ptr_array_index(block->runs, block->runs->len - 1);
		size_t len = strlen(last->text);
		while (len > 0 && strchr(blanks, last->text[len - 1]))
			len--;
		last->text[len] = '\0';
		if (len > 0)
			return;
		g_ptr_array_remove_index(block->runs, block->runs->len - 1);
	}
}

void builder_close(DocBuilder *b)
{
	DocBlock *block = b->block;

	if (!block)
		return;
	flush_run(b);
	b->block = NULL;
	if (!b->is_visible) {
		b->is_gap |= b->has_nbsp;       /* Outlook's way to leave a line blank */
		doc_block_free(block);
		return;
	}
	trim_end(block);
	builder_add(b, block);
}

void builder_gap(DocBuilder *b)
{
	builder_close(b);
	b->is_gap = true;
}

void builder_add(DocBuilder *b, DocBlock *block)
{
	builder_close(b);
	block->is_spaced = b->is_gap && b->out->len > 0;
	b->is_gap = false;
	g_ptr_array_add(b->out, block);
}

static void begin_text(DocBuilder *b)
{
	if (!b->block)
		builder_open(b, DOC_PARAGRAPH);
	if (b->run_style == b->style && b->run_link == b->link && b->run_picture == b->picture)
		return;
	flush_run(b);
	b->run_picture = b->picture;
	b->run_style = b->style;
	b->run_link = b->link;
}

/* Bytes that need a second look; all others are copied. */
static bool is_special(guchar c)
{
	return c <= ' ' || c == 0x7f || c == 0xc2 || c == 0xcd || c == 0xe2 || c == 0xef;
}

/*
 * Characters that nobody sees and that newsletters are padded with: joiners of graphemes, soft
 * hyphens, zero width blanks. Those that shape text (ZWJ, ZWNJ, direction marks) stay.
 */
static bool is_padding(gunichar c)
{
	return c == 0xad || c == 0x34f || c == 0x200b || c == 0x2060 || c == 0xfeff;
}

static void append_break(DocBuilder *b)
{
	g_string_append_c(b->text, '\n');
	b->lines++;
}

/* Appends the special character at @p; returns its length. */
static size_t append_special(DocBuilder *b, const char *p, bool collapses)
{
	gunichar c = g_utf8_get_char(p);

	if (c == '\n' && !collapses) {
		append_break(b);
	} else if (c == '\t' && !collapses) {
		g_string_append_c(b->text, '\t');
	} else if (c == '\r' && !collapses) {
		/* The line feed that belongs to it says all there is to say. */
	} else if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
		if (!collapses || !b->is_blank)
			g_string_append_c(b->text, ' ');
		b->is_blank = true;
	} else if (c == 0xa0) {
		g_string_append(b->text, NBSP);
		b->has_nbsp = true;
	} else if (text_is_control(c)) {
		g_string_append(b->text, REPLACEMENT);
	} else if (!is_padding(c)) {
		bool is_joiner = c == 0x200c || c == 0x200d || c == 0x200e || c == 0x200f;
		g_string_append_unichar(b->text, c);
		b->is_visible |= !is_joiner;
		b->is_blank = false;
	}
	return (size_t)g_utf8_skip[(guchar)*p];
}

static void append_text(DocBuilder *b, const char *p, size_t len, bool collapses)
{
	const char *end = p + len, *plain;

	begin_text(b);
	while (p < end) {
		for (plain = p; p < end && !is_special((guchar)*p);)
			p++;
		if (p > plain) {
			g_string_append_len(b->text, plain, p - plain);
			b->is_visible = true;
			b->is_blank = false;
		}
		if (p < end)
			p += append_special(b, p, collapses);
	}
}

static bool is_all_blank(const char *p, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n\f", p[i]))
		i++;
	return i == len;
}

void builder_words(DocBuilder *b, const char *utf8, size_t len)
{
	if (b->block || !is_all_blank(utf8, len))
		append_text(b, utf8, len, true);
}

void builder_exact(DocBuilder *b, const char *utf8, size_t len)
{
	append_text(b, utf8, len, false);
}

void builder_break(DocBuilder *b)
{
	if (!b->block || !b->is_visible ||
	    (b->text->len > 0 && b->text->str[b->text->len - 1] == '\n')) {
		builder_gap(b);
		return;
	}
	begin_text(b);
	while (b->text->len > 0 && b->text->str[b->text->len - 1] == ' ')
		g_string_truncate(b->text, b->text->len - 1);
	append_break(b);
	b->is_blank = true;
}

/* ---- reading documents back ---- */

char *doc_block_text(const DocBlock *block)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; block->runs && i < block->runs->len; i++)
		g_string_append(out, ((DocRun *)g_ptr_array_index(block->runs, i))->text);
	return g_string_free(out, FALSE);
}

size_t doc_block_size(const DocBlock *block)
{
	size_t size = 0;

	for (guint i = 0; block->runs && i < block->runs->len; i++)
		size += strlen(((DocRun *)g_ptr_array_index(block->runs, i))->text);
	for (guint i = 0; block->children && i < block->children->len; i++)
		size += doc_block_size(g_ptr_array_index(block->children, i));
	return size;
}

static void plain_blocks(GString *out, const GPtrArray *blocks);

static void plain_table(GString *out, const DocBlock *table)
{
	for (guint r = 0; r < table->children->len; r++) {
		const DocBlock *row = g_ptr_array_index(table->children, r);
		for (guint c = 0; c < row->children->len; c++) {
			const DocBlock *cell = g_ptr_array_index(row->children, c);
			gsize start = out->len;
			plain_blocks(out, cell->children);
			while (out->len > start && out->str[out->len - 1] == '\n')
				g_string_truncate(out, out->len - 1);
			g_string_append_c(out, c + 1 < row->children->len ? '\t' : '\n');
		}
	}
}

static void plain_blocks(GString *out, const GPtrArray *blocks)
{
	for (guint i = 0; i < blocks->len; i++) {
		const DocBlock *block = g_ptr_array_index(blocks, i);
		if (block->is_spaced)
			g_string_append_c(out, '\n');
		if (block->kind == DOC_TABLE)
			plain_table(out, block);
		if (!block->runs || block->runs->len == 0)
			continue;
		for (guint r = 0; r < block->runs->len; r++)
			g_string_append(out, ((DocRun *)g_ptr_array_index(block->runs, r))->text);
		g_string_append_c(out, '\n');
	}
}

char *doc_plain_text(const Doc *doc)
{
	GString *out = g_string_new(NULL);

	plain_blocks(out, doc->blocks);
	return g_string_free(out, FALSE);
}

/* ---- joining ---- */

static void renumber(GPtrArray *blocks, int links, int pictures)
{
	for (guint i = 0; i < blocks->len; i++) {
		DocBlock *block = g_ptr_array_index(blocks, i);
		if (block->picture >= 0)
			block->picture += pictures;
		for (guint r = 0; block->runs && r < block->runs->len; r++) {
			DocRun *run = g_ptr_array_index(block->runs, r);
			run->link += run->link >= 0 ? links : 0;
			run->picture += run->picture ? pictures : 0;
		}
		if (block->children)
			renumber(block->children, links, pictures);
	}
}

static void move_all(GPtrArray *to, GPtrArray *from)
{
	g_ptr_array_extend_and_steal(to, g_ptr_array_ref(from));
}

void doc_append(Doc *doc, Doc *more)
{
	renumber(more->blocks, (int)doc->links->len, (int)doc->pictures->len);
	if (doc->blocks->len > 0 && more->blocks->len > 0)
		g_ptr_array_add(doc->blocks, doc_block_new(DOC_RULE));
	move_all(doc->blocks, more->blocks);
	move_all(doc->links, more->links);
	move_all(doc->pictures, more->pictures);
	if (!doc->warning)
		doc->warning = g_steal_pointer(&more->warning);
	doc_free(more);
}

static void disarm_run(DocRun *run)
{
	run->style &= ~(guint)RUN_LINK;
	run->link = -1;
	run->picture = 0;
}

static void disarm_blocks(const GPtrArray *blocks)
{
	for (guint i = 0; i < blocks->len; i++) {
		DocBlock *block = g_ptr_array_index(blocks, i);
		for (guint j = 0; block->runs && j < block->runs->len; j++)
			disarm_run(g_ptr_array_index(block->runs, j));
		if (block->kind == DOC_PICTURE)
			block->kind = DOC_PARAGRAPH;
		block->picture = -1;
		if (block->children)
			disarm_blocks(block->children);
	}
}

void doc_disarm(Doc *doc)
{
	disarm_blocks(doc->blocks);
	g_ptr_array_set_size(doc->links, 0);
	g_ptr_array_set_size(doc->pictures, 0);
}
