#include "doc/grid.h"

enum { SPAN_MAX = 1000 };

typedef struct {
	DocBlock  *table, *row;
	TableFacts facts;
	GPtrArray *out;                      /* where the builder wrote before */
	bool       is_gap;                   /* likewise */
	int        column;                   /* of the row */
	int        down[TABLE_COLUMNS_MAX];  /* rows that a cell above still covers, by column */
} OpenTable;

struct Grid {
	DocBuilder *builder;
	GArray     *open;                    /* of OpenTable, the innermost last */
};

static void open_table_clear(void *data) { doc_block_free(((OpenTable *)data)->table); }

Grid *grid_new(DocBuilder *builder)
{
	Grid *grid = g_new0(Grid, 1);

	grid->builder = builder;
	grid->open = g_array_new(FALSE, FALSE, sizeof(OpenTable));
	g_array_set_clear_func(grid->open, open_table_clear);
	return grid;
}

void grid_free(Grid *grid)
{
	if (!grid)
		return;
	g_array_unref(grid->open);
	g_free(grid);
}

static OpenTable *innermost(const Grid *grid)
{
	guint count = grid->open->len;

	return count ? &g_array_index(grid->open, OpenTable, count - 1) : NULL;
}

void grid_begin(Grid *grid, const TableFacts *facts)
{
	OpenTable table = { .table = doc_block_new(DOC_TABLE), .facts = *facts };

	builder_close(grid->builder);
	if (innermost(grid))
		innermost(grid)->facts.has_table_inside = true;
	table.out = grid->builder->out;
	table.is_gap = grid->builder->is_gap;
	table.table->quote = grid->builder->quote;
	table.table->level = grid->builder->level;
	g_array_append_val(grid->open, table);
}

static DocBlock *new_child(Grid *grid, DocBlock *parent, DocBlockKind kind)
{
	DocBlock *block = doc_block_new(kind);

	block->quote = parent->quote;
	block->level = parent->level;
	g_ptr_array_add(parent->children, block);
	grid->builder->blocks++;
	return block;
}

static void leave_cell(Grid *grid, const OpenTable *table)
{
	builder_close(grid->builder);
	grid->builder->out = table->out;
	grid->builder->is_gap = table->is_gap;
}

void grid_row_begin(Grid *grid)
{
	OpenTable *table = innermost(grid);

	if (!table)
		return;
	leave_cell(grid, table);
	table->row = new_child(grid, table->table, DOC_ROW);
	table->column = 0;
}

/* Empty cells where cells from above reach down. */
static void fill_down(Grid *grid, OpenTable *table)
{
	while (table->column < TABLE_COLUMNS_MAX && table->down[table->column] > 0) {
		table->down[table->column++]--;
		new_child(grid, table->row, DOC_CELL)->number = 1;
	}
}

void grid_cell_begin(Grid *grid, const GridCell *wanted)
{
	OpenTable *table = innermost(grid);
	int columns = CLAMP(wanted->columns, 1, TABLE_COLUMNS_MAX);
	int rows = CLAMP(wanted->rows, 1, SPAN_MAX);

	if (!table)
		return;
	if (!table->row)
		grid_row_begin(grid);
	leave_cell(grid, table);
	fill_down(grid, table);
	DocBlock *cell = new_child(grid, table->row, DOC_CELL);
	cell->number = columns;
	cell->is_header = wanted->is_header;
	table->facts.is_marked_up |= wanted->is_header;
	for (int i = 0; i < columns && table->column < TABLE_COLUMNS_MAX; i++)
		table->down[table->column++] = rows - 1;
	grid->builder->out = cell->children;
	grid->builder->is_gap = false;
}

void grid_cell_end(Grid *grid)
{
	OpenTable *table = innermost(grid);

	if (table)
		leave_cell(grid, table);
}

void grid_row_end(Grid *grid)
{
	OpenTable *table = innermost(grid);

	if (!table || !table->row)
		return;
	leave_cell(grid, table);
	for (int i = table->column; i < TABLE_COLUMNS_MAX; i++)
		table->down[i] -= table->down[i] > 0;
	table->row = NULL;
}

static void flatten(DocBuilder *builder, const OpenTable *table, DocBlock *block)
{
	guint before = table->out->len;

	block->is_spaced = table->is_gap;
	table_flatten(block, table->out);
	if (table->out->len > before)
		builder->is_gap = false;
}

bool grid_end(Grid *grid)
{
	OpenTable *open = innermost(grid);
	DocBuilder *builder = grid->builder;

	if (!open)
		return false;
	grid_row_end(grid);
	OpenTable table = *open;
	DocBlock *block = g_steal_pointer(&open->table);
	g_array_set_size(grid->open, grid->open->len - 1);
	builder->out = table.out;
	builder->is_gap = table.is_gap;
	if (table_is_data(block, &table.facts)) {
		builder->is_gap = true;
		builder_add(builder, block);
		builder->is_gap = true;
	} else {
		flatten(builder, &table, block);
	}
	return true;
}
