/*
 * doc/grid: tables while they are read: TABLE, ROW and CELL as they open and close, one within
 * another. A table that ends is judged (doc/table.h): figures stay one, a layout becomes its
 * blocks. What has no table around it is passed over.
 */
#pragma once
#include "doc/build.h"
#include "doc/table.h"

typedef struct Grid Grid;

/* @builder is borrowed: in a cell it writes there, behind the table where it wrote before. */
Grid *grid_new(DocBuilder *builder);
/* Tables that are open go with all that is in them. */
void  grid_free(Grid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Grid, grid_free)

/* @facts: what the table says of itself; the rest is found out here. */
void grid_begin(Grid *grid, const TableFacts *facts);
/* False: no table is open. */
bool grid_end(Grid *grid);
void grid_row_begin(Grid *grid);
void grid_row_end(Grid *grid);

typedef struct {
	int  columns, rows;        /* that it spans, from 1; any number, cut to what makes sense */
	bool is_header;
} GridCell;

void grid_cell_begin(Grid *grid, const GridCell *cell);
void grid_cell_end(Grid *grid);
