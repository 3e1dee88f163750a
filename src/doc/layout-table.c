/*
 * Tables. Each column has a widest line and a longest word; when the widest lines do not fit, the
 * widest columns give way first, down to their longest words, then to a floor. Cells are laid out
 * in their column and set side by side.
 */
#include <string.h>

#include "doc/lines.h"
#include "doc/table.h"

enum { GUTTER = 3, COLUMN_MIN = 4, WORD_MAX = 16, MEASURE_WIDTH = 10000 };

typedef struct {
	int  count;
	int  natural[TABLE_COLUMNS_MAX];    /* its widest line */
	int  least[TABLE_COLUMNS_MAX];      /* its longest word, within reason */
	int  width[TABLE_COLUMNS_MAX];
	/* Below the head, digits and their signs only: set to the right. */
	bool is_number[TABLE_COLUMNS_MAX];
} Columns;

static const DocBlock *child(const DocBlock *block, guint i)
{
	return g_ptr_array_index(block->children, i);
}

static int span_of(const DocBlock *cell)
{
	return MAX(cell->number, 1);
}

static GPtrArray *cell_lines(const DocPage *page, const DocBlock *cell, int width)
{
	DocPage inner = *page;

	inner.lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	page_blocks(&inner, cell->children, width, false);
	return inner.lines;
}

static int longest_word(const DocLayout *how, const char *text)
{
	int longest = 0;

	for (size_t n; *text; text += n + (text[n] != '\0')) {
		n = strcspn(text, " \n");
		longest = MAX(longest, text_cells(how, text, n));
	}
	return longest;
}

static bool is_numeric(const char *text)
{
	bool has_digit = false;

	for (; *text; text++) {
		has_digit |= g_ascii_isdigit(*text);
		if (!g_ascii_isdigit(*text) && !strchr(" .,+-%()$", *text) && (guchar)*text < 0x80)
			return false;
	}
	return has_digit;
}

static void measure_cell(const DocPage *page, const DocBlock *cell, Columns *columns, int at,
                         bool is_head)
{
	g_autoptr(GPtrArray) lines = cell_lines(page, cell, MEASURE_WIDTH);
	g_autofree char *text = doc_lines_text(lines);

	for (guint i = 0; i < lines->len; i++)
		columns->natural[at] = MAX(columns->natural[at],
		                           line_cells(page->how, g_ptr_array_index(lines, i)));
	columns->least[at] = MAX(columns->least[at], MIN(longest_word(page->how, text), WORD_MAX));
	g_strchomp(text);
	if (!is_head && *text && !cell->is_header)
		columns->is_number[at] &= is_numeric(text) && lines->len == 1;
}

static bool is_head_row(const DocBlock *row)
{
	bool is_head = row->children->len > 0;

	for (guint i = 0; i < row->children->len; i++)
		is_head &= child(row, i)->is_header || child(row, i)->children->len == 0;
	return is_head;
}

/* Cells that span do not widen columns: they take what the columns have. */
static void measure(const DocPage *page, const DocBlock *table, Columns *columns)
{
	for (int i = 0; i < TABLE_COLUMNS_MAX; i++)
		columns->is_number[i] = true;
	for (guint r = 0; r < table->children->len; r++) {
		const DocBlock *row = child(table, r);
		bool is_head = is_head_row(row) || (r == 0 && table->children->len > 2);
		int at = 0;
		for (guint c = 0; c < row->children->len && at < TABLE_COLUMNS_MAX; c++) {
			const DocBlock *cell = child(row, c);
			if (span_of(cell) == 1)
				measure_cell(page, cell, columns, at, is_head);
			at = MIN(at + span_of(cell), TABLE_COLUMNS_MAX);
		}
		columns->count = MAX(columns->count, at);
	}
}

/* Empty columns are spacers: they and their gutter take no room. */
static int gutter_before(const Columns *columns, int at)
{
	if (columns->natural[at] == 0)
		return 0;
	for (int i = 0; i < at; i++)
		if (columns->natural[i] > 0)
			return GUTTER;
	return 0;
}

static int total_width(const Columns *columns)
{
	int total = 0;

	for (int i = 0; i < columns->count; i++)
		total += columns->width[i] + gutter_before(columns, i);
	return total;
}

/* Takes @excess cells from the widest columns, none below its @floor. Returns what could not be
 * taken. */
static int shrink(Columns *columns, int excess, const int *floor)
{
	while (excess > 0) {
		int widest = -1;
		for (int i = 0; i < columns->count; i++)
			if (columns->width[i] > floor[i] &&
			    (widest < 0 || columns->width[i] > columns->width[widest]))
				widest = i;
		if (widest < 0)
			break;
		columns->width[widest]--;
		excess--;
	}
	return excess;
}

static bool fit(Columns *columns, int width)
{
	int floor[TABLE_COLUMNS_MAX];

	for (int i = 0; i < columns->count; i++) {
		columns->width[i] = MIN(columns->natural[i], MAX(width, COLUMN_MIN));
		floor[i] = MIN(columns->natural[i], COLUMN_MIN);
	}
	int excess = shrink(columns, total_width(columns) - width, columns->least);
	return shrink(columns, excess, floor) <= 0;
}

/* ---- drawing ---- */

static void pad(DocLine *line, int cells)
{
	g_autofree char *blanks = g_strnfill((gsize)MAX(cells, 0), ' ');

	line_append(line, blanks, strlen(blanks), 0, -1);
}

static int spanned_width(const Columns *columns, int at, int span)
{
	int width = 0;

	for (int i = at; i < MIN(at + span, columns->count); i++)
		width += columns->width[i] + (i > at ? gutter_before(columns, i) : 0);
	return width;
}

typedef struct { GPtrArray *lines; int at, width; bool is_right; } Laid;

static void laid_clear(Laid *laid)
{
	g_ptr_array_unref(laid->lines);
}

static GArray *lay_row(const DocPage *page, const DocBlock *row, const Columns *columns)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(Laid));
	int at = 0;

	g_array_set_clear_func(out, (GDestroyNotify)laid_clear);
	for (guint c = 0; c < row->children->len && at < columns->count; c++) {
		const DocBlock *cell = child(row, c);
		Laid laid = { .at = at, .width = spanned_width(columns, at, span_of(cell)) };
		laid.lines = cell_lines(page, cell, MAX(laid.width, 1));
		laid.is_right = columns->is_number[at] && span_of(cell) == 1;
		g_array_append_val(out, laid);
		at += span_of(cell);
	}
	return out;
}

static void append_cell(const DocPage *page, DocLine *to, const Laid *laid, guint i, bool is_last)
{
	DocLine *from = i < laid->lines->len ? g_ptr_array_index(laid->lines, i) : NULL;
	int left = laid->width - (from ? line_cells(page->how, from) : 0);

	if (laid->is_right)
		pad(to, left);
	if (from)
		g_ptr_array_extend_and_steal(to->spans, g_ptr_array_ref(from->spans));
	if (!laid->is_right && !is_last)
		pad(to, left);
}

static void draw_row(DocPage *page, const DocBlock *row, const Columns *columns, int quote)
{
	g_autoptr(GArray) cells = lay_row(page, row, columns);
	const char *gutter = page->how->is_ascii ? " | " : " \xe2\x94\x82 ";
	guint height = 1;

	for (guint c = 0; c < cells->len; c++)
		height = MAX(height, g_array_index(cells, Laid, c).lines->len);
	for (guint i = 0; i < height; i++) {
		DocLine *line = line_new(quote, page->block);
		for (guint c = 0; c < cells->len; c++) {
			const Laid *laid = &g_array_index(cells, Laid, c);
			if (gutter_before(columns, laid->at) > 0)
				line_append(line, gutter, strlen(gutter), RUN_DIM, -1);
			append_cell(page, line, laid, i, c + 1 == cells->len);
		}
		g_ptr_array_add(page->lines, line);
	}
}

static void draw_head_rule(DocPage *page, const Columns *columns, int quote)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *bar = page->how->is_ascii ? "-" : "\xe2\x94\x80";

	for (int i = 0; i < columns->count; i++) {
		if (gutter_before(columns, i) > 0)
			g_string_append(text, page->how->is_ascii
			                              ? "-+-"
			                              : "\xe2\x94\x80\xe2\x94\xbc\xe2\x94\x80");
		for (int k = 0; k < columns->width[i]; k++)
			g_string_append(text, bar);
	}
	DocLine *line = line_new(quote, page->block);
	line_append(line, text->str, text->len, RUN_DIM, -1);
	g_ptr_array_add(page->lines, line);
}

bool page_table(DocPage *page, const DocBlock *table, int width)
{
	Columns columns = { 0 };

	measure(page, table, &columns);
	if (!fit(&columns, width))
		return false;
	for (guint r = 0; r < table->children->len; r++) {
		draw_row(page, child(table, r), &columns, table->quote);
		if (r == 0 && is_head_row(child(table, r)))
			draw_head_rule(page, &columns, table->quote);
	}
	return true;
}
