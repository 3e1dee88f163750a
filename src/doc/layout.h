/*
 * doc/layout: a document as lines for a width. Widths are terminal cells; the width function is
 * given, so that this floor knows no terminal. Pure.
 */
#pragma once
#include "doc/doc.h"

/* Cells a grapheme takes, 0 to 2; *ret_len its bytes. */
typedef int (*DocWidth)(const char *utf8, size_t *ret_len);

/* Text is one line without controls. A row of a picture is a span of blanks as wide as its box. */
typedef struct {
	char *text;
	guint style;
	int   link;                /* -1 none */
	int   picture;             /* 1 + index into Doc.pictures; 0 none */
	int   picture_row;
} DocSpan;
typedef struct {
	GPtrArray *spans;          /* of DocSpan; the bars of the quoting are the first */
	int        quote;          /* depth of quoting */
	/* Index of the top-level block it came from; of the list of links: Doc.blocks->len. */
	int        block;
} DocLine;

/* Cells that a picture is to have; 0 none. */
typedef struct { int columns, rows; } DocBox;

typedef struct {
	int      width;            /* cells, at least 10 */
	/* [1] after a link that does not show its URL, a list at the end; 1 is link 0. */
	bool     numbers_links;
	bool     folds_quotes;     /* more than 3 quoted lines become one "[+ n quoted lines]" */
	bool     is_ascii;         /* draw tables and rules in ASCII */
	DocWidth width_of;
	/* Of each of Doc.pictures; NULL: of none. A box stands below the line that names its
	 * picture, if it has room there. */
	const DocBox *boxes;
} DocLayout;

/* Of DocLine, the caller's (free with g_ptr_array_unref). An empty document has no lines. */
GPtrArray *doc_layout(const Doc *doc, const DocLayout *layout);

/* The lines as text, each with its newline: for scripts. Free with g_free. */
char *doc_lines_text(const GPtrArray *lines);
