/*
 * Layout. A block's runs are joined into one flat text with marks where style and link change; that
 * is broken greedily: at blanks, between ideographs, at forced breaks, and inside a word that is
 * longer than the line. Each line is cut back into spans at the marks.
 */
#include "doc/layout.h"

#include <string.h>

#include "base/i18n.h"
#include "doc/lines.h"
#include "doc/link.h"

enum { FOLD_MIN = 4, TAB_CELLS = 8, LIST_INDENT = 2, WIDTH_MIN = 10 };

/* ---- lines ---- */

static void span_free(DocSpan *span)
{
	g_free(span->text);
	g_free(span);
}

DocLine *line_new(int quote, int block)
{
	DocLine *line = g_new(DocLine, 1);

	*line = (DocLine){ .quote = quote, .block = block };
	line->spans = g_ptr_array_new_with_free_func((GDestroyNotify)span_free);
	return line;
}

void line_free(DocLine *line)
{
	if (!line)
		return;
	g_ptr_array_unref(line->spans);
	g_free(line);
}

void line_append(DocLine *line, const char *text, size_t len, guint style, int link)
{
	DocSpan *span;

	if (len == 0)
		return;
	span = g_new(DocSpan, 1);
	*span = (DocSpan){ .text = g_strndup(text, len), .style = style, .link = link };
	g_ptr_array_add(line->spans, span);
}

/* Cells of the grapheme at @p, and its length. ASCII before ASCII needs no table. */
static inline int cells_at(const DocLayout *how, const char *p, size_t *ret_len)
{
	if ((guchar)*p < 0x80 && (guchar)p[1] < 0x80) {
		*ret_len = 1;
		return 1;
	}
	int cells = how->width_of(p, ret_len);
	if (*ret_len == 0)
		*ret_len = 1;
	return cells;
}

int text_cells(const DocLayout *how, const char *text, size_t len)
{
	const char *end = text + len;
	int cells = 0;

	for (size_t n; text < end; text += n)
		cells += cells_at(how, text, &n);
	return cells;
}

int line_cells(const DocLayout *how, const DocLine *line)
{
	int cells = 0;

	for (guint i = 0; i < line->spans->len; i++) {
		const DocSpan *span = g_ptr_array_index(line->spans, i);
		cells += text_cells(how, span->text, strlen(span->text));
	}
	return cells;
}

/* ---- flat text ---- */

typedef struct { size_t end; guint style; int link, picture; } Mark;

typedef struct {
	GString *text;
	GArray  *marks;              /* of Mark, ascending; the last ends at the text's end */
	size_t   measured;           /* of the text, up to the last tab; it ends in this column */
	int      column;
} Flat;

static void flat_init(Flat *flat)
{
	*flat = (Flat){ .text = g_string_new(NULL),
		        .marks = g_array_new(FALSE, FALSE, sizeof(Mark)) };
}

static void flat_clear(Flat *flat)
{
	g_string_free(flat->text, TRUE);
	g_array_unref(flat->marks);
}

/* The cells of what stands behind the last line feed, when @at stood before @text. */
static int column_after(const DocLayout *how, int at, const char *text, size_t len)
{
	const char *feed = memrchr(text, '\n', len);

	return feed ? text_cells(how, feed + 1, (size_t)(text + len - feed - 1))
	            : at + text_cells(how, text, len);
}

/* Where the text ends, measured on from where it was the last time. */
static int flat_column(Flat *flat, const DocLayout *how)
{
	flat->column = column_after(how, flat->column, flat->text->str + flat->measured,
	                            flat->text->len - flat->measured);
	flat->measured = flat->text->len;
	return flat->column;
}

/* Tabs become blanks up to the next stop. */
static void append_tabbed(Flat *flat, const DocLayout *how, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\t");
		g_string_append_len(flat->text, text, (gssize)len);
		text += len;
		if (*text++ != '\t')
			break;
		g_string_append_printf(flat->text, "%*s",
		                       TAB_CELLS - flat_column(flat, how) % TAB_CELLS, "");
	}
}

static void flat_add_run(Flat *flat, const DocLayout *how, const char *text, const DocRun *run)
{
	if (strchr(text, '\t'))
		append_tabbed(flat, how, text);
	else
		g_string_append(flat->text, text);
	Mark mark = { flat->text->len, run->style, run->link, run->picture };
	g_array_append_val(flat->marks, mark);
}

static void flat_add(Flat *flat, const DocLayout *how, const char *text, guint style, int link)
{
	flat_add_run(flat, how, text, &(DocRun){ .style = style, .link = link });
}

static bool is_numbered(const DocPage *page, int link)
{
	return page->how->numbers_links && link >= 0 && (guint)link < page->doc->links->len &&
	       !doc_link_shows_url(g_ptr_array_index(page->doc->links, (guint)link));
}

static void flat_runs(Flat *flat, const DocPage *page, const GPtrArray *runs)
{
	for (guint i = 0; runs && i < runs->len; i++) {
		const DocRun *run = g_ptr_array_index(runs, i);
		const DocRun *next = i + 1 < runs->len ? g_ptr_array_index(runs, i + 1) : NULL;
		flat_add_run(flat, page->how, run->text, run);
		if (is_numbered(page, run->link) && (!next || next->link != run->link)) {
			g_autofree char *number = g_strdup_printf("[%d]", run->link + 1);
			flat_add(flat, page->how, number, RUN_DIM, run->link);
		}
	}
}

/* ---- breaking ---- */

static bool is_ideograph(gunichar c)
{
	return (c >= 0x2e80 && c <= 0x30ff) || (c >= 0x3100 && c <= 0x312f) ||
	       (c >= 0x31a0 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff9f) ||
	       (c >= 0x20000 && c <= 0x3ffff);
}

/* Marks that never begin a line, and brackets that never end one: the common part of JIS X 4051. */
static bool is_closing(gunichar c)
{
	static const char marks[] =
		"、。，．・：；？！」』）〕］｝〉》】〜ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.!?:;)]}";

	return g_utf8_strchr(marks, -1, c) != NULL;
}

static bool is_opening(gunichar c)
{
	static const char marks[] = "「『（〔［｛〈《【([{";

	return g_utf8_strchr(marks, -1, c) != NULL;
}

static bool may_break_between(gunichar before, gunichar after)
{
	if (before < 0x2e80 && after < 0x2e80)
		return false;
	return (is_ideograph(before) || is_ideograph(after)) && before != 0xa0 && after != 0xa0 &&
	       !is_closing(after) && !is_opening(before);
}

typedef struct { const char *text; size_t len; const DocLayout *how; } Source;

static size_t without_blanks(const Source *s, size_t start, size_t end)
{
	while (end > start && s->text[end - 1] == ' ')
		end--;
	return end;
}

/*
 * Finds where the line that begins at @start ends, at most @width cells on: *ret_end is behind its
 * last character, the result is where the next line begins. Blanks at the break belong to neither;
 * those at a line's start stay.
 */
static size_t break_line(const Source *s, size_t start, int width, size_t *ret_end)
{
	size_t at = start, len = 0, fit = start, fit_next = start;
	bool has_fit = false, has_word = false;
	gunichar before = 0;
	int cells = 0;

	for (; at < s->len && s->text[at] != '\n'; at += len) {
		const char *p = s->text + at;
		gunichar c = (guchar)*p < 0x80 ? (gunichar)*p : g_utf8_get_char(p);
		int wide = cells_at(s->how, p, &len);
		if (c == ' ' && has_word && before != ' ') {
			fit = at;
			has_fit = true;
		} else if (c != ' ' && has_word && before != ' ' && may_break_between(before, c)) {
			fit = fit_next = at;
			has_fit = true;
		}
		if (cells + wide > width && c != ' ')
			break;
		if (c == ' ' && has_fit)
			fit_next = at + 1;
		has_word |= c != ' ';
		cells += wide;
		before = c;
	}
	if (at >= s->len || s->text[at] == '\n') {
		*ret_end = without_blanks(s, start, at);
		return at;
	}
	if (!has_fit) {
		*ret_end = at > start ? at : start + len;
		return *ret_end;
	}
	*ret_end = fit;
	return MAX(fit, fit_next);
}

/* The name of a picture that looks like its neighbour is no span of its own. */
static bool is_same_look(const Mark *a, const Mark *b)
{
	return (a->picture || b->picture) && a->style == b->style && a->link == b->link;
}

/* Cuts [start, end) of the text into spans; *mark is the first mark that may touch it, and moves
 * along. */
static void append_spans(DocLine *line, const Flat *flat, size_t start, size_t end, guint *mark)
{
	while (*mark < flat->marks->len && g_array_index(flat->marks, Mark, *mark).end <= start)
		++*mark;
	for (guint i = *mark; start < end && i < flat->marks->len; i++) {
		const Mark *m = &g_array_index(flat->marks, Mark, i);
		while (m->end < end && is_same_look(m, m + 1))
			m = &g_array_index(flat->marks, Mark, ++i);
		size_t stop = MIN(m->end, end);
		line_append(line, flat->text->str + start, stop - start, m->style, m->link);
		start = stop;
	}
}

/* What goes before the lines of a block: bars for quotes, then the bullet, or blanks of its
 * width. */
typedef struct { char *bars, *first, *rest; int cells, quote; } Prefix;

static void prefix_clear(Prefix *prefix)
{
	g_free(prefix->bars);
	g_free(prefix->first);
	g_free(prefix->rest);
}

static char *bars_of(const DocPage *page, int quote)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < quote; i++)
		g_string_append(out, page->how->is_ascii ? "> " : "\xe2\x94\x82 ");
	return g_string_free(out, FALSE);
}

/* A new last line of the page. */
static DocLine *begin_line(const DocPage *page, const Prefix *prefix, bool is_first)
{
	const char *indent = is_first ? prefix->first : prefix->rest;
	DocLine *line = line_new(prefix->quote, page->block);

	line_append(line, prefix->bars, strlen(prefix->bars), RUN_DIM, -1);
	line_append(line, indent, strlen(indent), 0, -1);
	g_ptr_array_add(page->lines, line);
	return line;
}

/* A row of blanks for each row of the box. */
static void write_box(const DocPage *page, const Prefix *prefix, int picture)
{
	const DocBox *box = &page->how->boxes[picture - 1];
	g_autofree char *blanks = g_strnfill((gsize)box->columns, ' ');

	for (int row = 0; row < box->rows; row++) {
		DocLine *line = begin_line(page, prefix, false);
		line_append(line, blanks, (size_t)box->columns, 0, -1);
		DocSpan *span = g_ptr_array_index(line->spans, line->spans->len - 1);
		span->picture = picture;
		span->picture_row = row;
	}
}

static bool has_box(const DocPage *page, int picture, int room)
{
	int columns = picture > 0 ? page->how->boxes[picture - 1].columns : 0;

	return columns > 0 && columns <= room;
}

/* The boxes of the pictures whose names end up to @end, from *mark on, which moves along. */
static void write_boxes(const DocPage *page, const Flat *flat, const Prefix *prefix, int room,
                        size_t end, guint *mark)
{
	for (; *mark < flat->marks->len; ++*mark) {
		const Mark *m = &g_array_index(flat->marks, Mark, *mark);
		if (m->end > end)
			return;
		if (has_box(page, m->picture, room))
			write_box(page, prefix, m->picture);
	}
}

static void write_flat(const DocPage *page, const Flat *flat, const Prefix *prefix, int width)
{
	Source source = { flat->text->str, flat->text->len, page->how };
	size_t at = 0, end;
	guint mark = 0, box_mark = 0;
	bool is_first = true;
	int room = MAX(width - prefix->cells, 1);

	do {
		size_t next = break_line(&source, at, room, &end);
		DocLine *line = begin_line(page, prefix, is_first);
		append_spans(line, flat, at, end, &mark);
		if (page->how->boxes)
			write_boxes(page, flat, prefix, room, end, &box_mark);
		is_first = false;
		at = next < source.len && source.text[next] == '\n' ? next + 1 : next;
	} while (at < source.len);
}

/* ---- blocks ---- */

static char *bullet_of(const DocPage *page, const DocBlock *item)
{
	if (item->number > 0)
		return g_strdup_printf("%2d. ", item->number);
	if (page->how->is_ascii)
		return g_strdup(item->level % 2 ? "* " : "- ");
	return g_strdup(item->level % 2 ? "\xe2\x80\xa2 " : "\xe2\x80\x93 ");
}

static Prefix prefix_of(const DocPage *page, const DocBlock *block, int width, bool is_top)
{
	g_autofree char *bullet = block->kind == DOC_ITEM ? bullet_of(page, block) : g_strdup("");
	int level = block->kind == DOC_HEADING ? 0
	            : block->kind == DOC_ITEM  ? block->level - 1
	                                       : block->level;
	int indent = MIN(level * LIST_INDENT, width / 3);
	int hang = (int)g_utf8_strlen(bullet, -1);
	int quote = is_top ? MIN(block->quote, MAX(width / 2 - 10, 0) / 2) : 0;
	Prefix prefix = { .bars = bars_of(page, quote), .quote = block->quote };

	prefix.first = g_strdup_printf("%*s%s", indent, "", bullet);
	prefix.rest = g_strnfill((gsize)(indent + hang), ' ');
	prefix.cells = 2 * quote + indent + hang;
	return prefix;
}

static void write_blank(DocPage *page, int quote, bool is_top)
{
	DocLine *line = line_new(quote, page->block);
	g_autofree char *bars = bars_of(page, is_top ? quote : 0);

	g_strchomp(bars);
	line_append(line, bars, strlen(bars), RUN_DIM, -1);
	g_ptr_array_add(page->lines, line);
}

static void write_rule(const DocPage *page, const Prefix *prefix, int width)
{
	g_autoptr(GString) bar = g_string_new(NULL);
	DocLine *line = begin_line(page, prefix, true);

	for (int i = prefix->cells; i < width; i++)
		g_string_append(bar, page->how->is_ascii ? "-" : "\xe2\x94\x80");
	line_append(line, bar->str, bar->len, RUN_DIM, -1);
}

static char *picture_text(const DocPage *page, const DocBlock *block)
{
	const DocPicture *picture = g_ptr_array_index(page->doc->pictures, (guint)block->picture);
	g_autofree char *size = picture->width > 0 && picture->height > 0
	                                ? g_strdup_printf(" %dx%d", picture->width, picture->height)
	                                : g_strdup("");

	if (*picture->alt)
		return g_strdup_printf("[%s%s: %s]", _("picture"), size, picture->alt);
	return g_strdup_printf("[%s%s]", _("picture"), size);
}

static void flat_picture(Flat *flat, const DocPage *page, const DocBlock *block)
{
	const DocRun *run = block->runs->len ? g_ptr_array_index(block->runs, 0) : NULL;
	g_autofree char *text = picture_text(page, block);

	DocRun named = { .style = RUN_DIM | (run ? run->style : 0),
		         .link = run ? run->link : -1,
		         .picture = block->picture + 1 };
	flat_add_run(flat, page->how, text, &named);
	if (run && is_numbered(page, run->link)) {
		g_autofree char *number = g_strdup_printf("[%d]", run->link + 1);
		flat_add(flat, page->how, number, RUN_DIM, run->link);
	}
}

/* A table without room: its cells one below the other, a blank line between rows. */
static void write_cells_as_list(DocPage *page, const DocBlock *table, int width, bool is_top)
{
	for (guint r = 0; r < table->children->len; r++) {
		const DocBlock *row = g_ptr_array_index(table->children, r);
		if (r > 0)
			write_blank(page, table->quote, is_top);
		for (guint c = 0; c < row->children->len; c++)
			page_blocks(page,
			            ((DocBlock *)g_ptr_array_index(row->children, c))->children,
			            width, is_top);
	}
}

/* The table is laid out on a page of its own, then its lines get the prefix. */
static void write_table(DocPage *page, const DocBlock *table, const Prefix *prefix, int width,
                        bool is_top)
{
	guint first = page->lines->len;

	if (!page_table(page, table, width - prefix->cells)) {
		write_cells_as_list(page, table, width, is_top);
		return;
	}
	for (guint i = first; i < page->lines->len; i++) {
		DocLine *line = g_ptr_array_index(page->lines, i);
		DocLine *indented = line_new(table->quote, page->block);
		line_append(indented, prefix->bars, strlen(prefix->bars), RUN_DIM, -1);
		line_append(indented, prefix->rest, strlen(prefix->rest), 0, -1);
		g_ptr_array_extend_and_steal(indented->spans, g_ptr_array_ref(line->spans));
		g_ptr_array_index(page->lines, i) = indented;
		line_free(line);
	}
}

static void write_block(DocPage *page, const DocBlock *block, int width, bool is_top)
{
	Prefix prefix = prefix_of(page, block, width, is_top);
	Flat flat;

	if (block->kind == DOC_RULE) {
		write_rule(page, &prefix, width);
	} else if (block->kind == DOC_TABLE) {
		write_table(page, block, &prefix, width, is_top);
	} else {
		flat_init(&flat);
		if (block->kind == DOC_PICTURE)
			flat_picture(&flat, page, block);
		else
			flat_runs(&flat, page, block->runs);
		write_flat(page, &flat, &prefix, width);
		flat_clear(&flat);
	}
	prefix_clear(&prefix);
}

void page_blocks(DocPage *page, const GPtrArray *blocks, int width, bool is_top)
{
	const DocBlock *last = NULL;

	for (guint i = 0; i < blocks->len; i++) {
		const DocBlock *block = g_ptr_array_index(blocks, i);
		if (blocks == page->doc->blocks)
			page->block = (int)i;
		if (block->is_spaced && last)
			write_blank(page, MIN(last->quote, block->quote), is_top);
		write_block(page, block, width, is_top);
		last = block;
	}
}

/* ---- the document's end, and its quotes ---- */

static void mark_used(const GPtrArray *lines, GArray *used)
{
	for (guint i = 0; i < lines->len; i++) {
		const DocLine *line = g_ptr_array_index(lines, i);
		for (guint s = 0; s < line->spans->len; s++) {
			const DocSpan *span = g_ptr_array_index(line->spans, s);
			if (span->link >= 0 && (guint)span->link < used->len)
				g_array_index(used, gboolean, span->link) = TRUE;
		}
	}
}

static void write_link(DocPage *page, int index, int width)
{
	const DocLink *link = g_ptr_array_index(page->doc->links, (guint)index);
	g_autofree char *number = g_strdup_printf("[%d] ", index + 1);
	Prefix prefix = { .bars = g_strdup(""), .first = g_strdup(number),
	                  .rest = g_strnfill(strlen(number), ' '), .cells = (int)strlen(number) };
	Flat flat;

	flat_init(&flat);
	flat_add(&flat, page->how, link->url, RUN_LINK, index);
	if (link->is_deceptive)
		flat_add(&flat, page->how, _(" (leads elsewhere than its text says)"), RUN_BOLD,
		         -1);
	write_flat(page, &flat, &prefix, width);
	flat_clear(&flat);
	prefix_clear(&prefix);
}

static void write_links(DocPage *page, int width)
{
	g_autoptr(GArray) used = g_array_new(FALSE, TRUE, sizeof(gboolean));
	bool is_first = true;

	g_array_set_size(used, page->doc->links->len);
	mark_used(page->lines, used);
	page->block = (int)page->doc->blocks->len;
	for (guint i = 0; i < used->len; i++) {
		if (!g_array_index(used, gboolean, i) || !is_numbered(page, (int)i))
			continue;
		if (is_first)
			write_blank(page, 0, true);
		is_first = false;
		write_link(page, (int)i, width);
	}
}

static DocLine *fold_line(const DocLine *first, guint count)
{
	DocLine *line = line_new(first->quote, first->block);
	g_autofree char *text = g_strdup_printf(
		ngettext_("[+ %u quoted line]", "[+ %u quoted lines]", count), count);

	line_append(line, text, strlen(text), RUN_DIM, -1);
	return line;
}

static GPtrArray *fold_quotes(GPtrArray *lines)
{
	GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);

	for (guint i = 0, n; i < lines->len; i += n) {
		const DocLine *line = g_ptr_array_index(lines, i);
		for (n = 0;
		     i + n < lines->len && ((DocLine *)g_ptr_array_index(lines, i + n))->quote > 0;)
			n++;
		if (n >= FOLD_MIN) {
			g_ptr_array_add(out, fold_line(line, n));
			continue;
		}
		n = MAX(n, 1);
		for (guint k = i; k < i + n; k++)
			g_ptr_array_add(out, g_steal_pointer(&g_ptr_array_index(lines, k)));
	}
	g_ptr_array_unref(lines);
	return out;
}

GPtrArray *doc_layout(const Doc *doc, const DocLayout *layout)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	DocPage page = { .how = layout, .doc = doc, .lines = lines };
	int width = MAX(layout->width, WIDTH_MIN);

	page_blocks(&page, doc->blocks, width, true);
	if (layout->numbers_links)
		write_links(&page, width);
	return layout->folds_quotes ? fold_quotes(lines) : lines;
}

char *doc_lines_text(const GPtrArray *lines)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++) {
		const DocLine *line = g_ptr_array_index(lines, i);
		for (guint s = 0; s < line->spans->len; s++)
			g_string_append(out, ((DocSpan *)g_ptr_array_index(line->spans, s))->text);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}
