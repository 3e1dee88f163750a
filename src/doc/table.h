/*
 * doc/table: mails use tables for two things. Figures stay a table; a page's layout becomes the
 * blocks it was made of.
 */
#pragma once
#include "doc/doc.h"

enum { TABLE_COLUMNS_MAX = 64 };

typedef struct {
	bool is_presentation;      /* role="presentation": the author says so */
	bool is_marked_up;         /* a border, a caption or headings: the author means a table */
	bool has_table_inside;
} TableFacts;

/* True if the table shows data: at least two columns and two rows, most rows filled, no cell a page
 * of its own. */
bool table_is_data(const DocBlock *table, const TableFacts *facts);

/* Moves what is in the cells to @out, in reading order, and frees @table. Short cells of one row
 * share a line. */
void table_flatten(DocBlock *table, GPtrArray *out);
