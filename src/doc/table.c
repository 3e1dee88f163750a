#include "doc/table.h"

#include "doc/build.h"

enum { CELL_BYTES_MAX = 1000, CELL_BLOCKS_MAX = 8, JOINED_BYTES_MAX = 100, SHORT_BYTES = 72 };

static DocBlock *child(const DocBlock *block, guint i)
{
	return g_ptr_array_index(block->children, i);
}

static guint filled_cells(const DocBlock *row)
{
	guint filled = 0;

	for (guint i = 0; i < row->children->len; i++)
		filled += child(row, i)->children->len > 0;
	return filled;
}

static bool has_page_like_cell(const DocBlock *row)
{
	for (guint i = 0; i < row->children->len; i++) {
		const DocBlock *cell = child(row, i);
		if (cell->children->len > CELL_BLOCKS_MAX || doc_block_size(cell) > CELL_BYTES_MAX)
			return true;
	}
	return false;
}

bool table_is_data(const DocBlock *table, const TableFacts *facts)
{
	guint rows = 0, full_rows = 0, widest = 0;

	if (facts->is_presentation || facts->has_table_inside)
		return false;
	for (guint i = 0; i < table->children->len; i++) {
		const DocBlock *row = child(table, i);
		guint filled = filled_cells(row);
		if (has_page_like_cell(row) || row->children->len > TABLE_COLUMNS_MAX)
			return false;
		rows += filled > 0;
		full_rows += filled >= 2;
		widest = MAX(widest, filled);
	}
	return widest >= 2 && rows >= 2 && full_rows * (facts->is_marked_up ? 4 : 2) >= rows;
}

/* A row whose cells are a word or two each reads as one line. */
static bool is_one_line(const DocBlock *row)
{
	size_t size = 0;

	for (guint i = 0; i < row->children->len; i++) {
		const DocBlock *cell = child(row, i);
		if (cell->children->len > 1 ||
		    (cell->children->len == 1 && child(cell, 0)->kind != DOC_PARAGRAPH))
			return false;
		size += doc_block_size(cell);
	}
	return size <= JOINED_BYTES_MAX && filled_cells(row) >= 2;
}

static void move_runs(DocBlock *to, DocBlock *from)
{
	if (to->runs->len > 0)
		g_ptr_array_add(to->runs, doc_run_new("  ", 2, 0, -1));
	g_ptr_array_extend_and_steal(to->runs, g_ptr_array_ref(from->runs));
}

static void flatten_line(DocBlock *row, GPtrArray *out)
{
	DocBlock *line = doc_block_new(DOC_PARAGRAPH);

	line->quote = row->quote;
	line->level = row->level;
	for (guint i = 0; i < row->children->len; i++)
		if (child(row, i)->children->len > 0)
			move_runs(line, child(child(row, i), 0));
	g_ptr_array_add(out, line);
}

/* Cells have padding instead of blank lines: what is long enough to be a paragraph gets one. */
static void flatten_cell(DocBlock *cell, GPtrArray *out)
{
	DocBlock *first = cell->children->len ? child(cell, 0) : NULL;

	if (first && out->len > 0 &&
	    (first->kind == DOC_HEADING || doc_block_size(first) > SHORT_BYTES))
		first->is_spaced = true;
	g_ptr_array_extend_and_steal(out, g_ptr_array_ref(cell->children));
}

void table_flatten(DocBlock *table, GPtrArray *out)
{
	guint before = out->len;

	for (guint r = 0; r < table->children->len; r++) {
		DocBlock *row = child(table, r);
		if (is_one_line(row)) {
			flatten_line(row, out);
			continue;
		}
		for (guint c = 0; c < row->children->len; c++)
			flatten_cell(child(row, c), out);
	}
	if (table->is_spaced && out->len > before && before > 0)
		((DocBlock *)g_ptr_array_index(out, before))->is_spaced = true;
	doc_block_free(table);
}
