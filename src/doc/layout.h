/*
 * doc/layout: a document as lines for a width. Widths are terminal cells; the width function is given, so that this
 * floor knows no terminal. Pure.
 */
#pragma once
#include "doc/doc.h"

/* Cells a grapheme takes, 0 to 2; *ret_len its bytes. */
typedef int (*DocWidth)(const char *utf8, size_t *ret_len);

typedef struct { char *text; guint style; int link; } DocSpan;         /* text is one line, no controls except what the sender wrote (ui/cell filters) */
typedef struct {
	GPtrArray *spans;          /* of DocSpan */
	int        quote;          /* depth of quoting */
	int        block;          /* index of the top-level block it came from */
} DocLine;

typedef struct {
	int      width;            /* cells, at least 10 */
	bool     numbers_links;    /* [1] after a link, a list at the end */
	bool     folds_quotes;     /* runs of more than 3 quoted lines become one "[+ n quoted lines]" */
	bool     is_ascii;         /* draw tables and rules in ASCII */
	DocWidth width_of;
} DocLayout;

/* Of DocLine, the caller's (free with g_ptr_array_unref). */
GPtrArray *doc_layout(const Doc *doc, const DocLayout *layout);
