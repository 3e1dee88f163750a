/*
 * doc/lines: the inside of the layout, shared by blocks and tables.
 */
#pragma once
#include "doc/layout.h"

typedef struct {
	const DocLayout *how;
	const Doc       *doc;
	GPtrArray       *lines;        /* of DocLine: what is written so far */
	int              block;        /* index of the top-level block at hand */
} DocPage;

/* Lays @blocks out into page->lines, @width cells wide. @is_top: they are the document's own, and
 * get bars for quotes. */
void page_blocks(DocPage *page, const GPtrArray *blocks, int width, bool is_top);

/* Lays a table out; false if its columns have no room, and nothing was written. */
bool page_table(DocPage *page, const DocBlock *table, int width);

DocLine *line_new(int quote, int block);
void     line_free(DocLine *line);
void     line_append(DocLine *line, const char *text, size_t len, guint style, int link);

/* Cells that a text of one line takes. */
int text_cells(const DocLayout *how, const char *text, size_t len);
int line_cells(const DocLayout *how, const DocLine *line);
