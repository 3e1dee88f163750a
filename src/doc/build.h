/*
 * doc/build: how the readers of this floor write a document: a block is opened, text in the wanted
 * style goes into it, and closing it drops it again if nobody could see it.
 */
#pragma once
#include "doc/doc.h"

typedef struct {
	Doc       *doc;
	GPtrArray *out;            /* where closed blocks go: the document's or a cell's; borrowed */
	DocBlock  *block;          /* the open one; NULL */
	GString   *text;           /* of the run being written */
	guint      run_style, style;     /* of that run; wanted for what comes next */
	int        run_link, link;
	int        run_picture, picture; /* the same; 1 + index, 0 none */
	int        quote, level;   /* of the blocks to come */
	bool       is_gap;         /* a blank line is due before the next block */
	bool       is_visible;     /* the open block has something to see */
	bool       is_blank;       /* it ends in a blank or is empty: the next blank collapses */
	bool       has_nbsp;
	int        blocks, lines;  /* made so far: lines by forced breaks */
} DocBuilder;

Doc      *doc_new(void);
DocBlock *doc_block_new(DocBlockKind kind);
void      doc_block_free(DocBlock *block);
DocRun   *doc_run_new(const char *text, size_t len, guint style, int link);
GPtrArray *doc_runs_new(void);          /* an empty array that owns its runs */

void builder_init(DocBuilder *b, Doc *doc);
/* Closes the open block; after that only the document matters. */
void builder_clear(DocBuilder *b);

/* True once DOC_BLOCKS_MAX blocks or DOC_LINES_MAX lines were made: the reader should stop. */
bool builder_is_full(const DocBuilder *b);

/* Opens a block of @kind after closing the one that is open; an empty ITEM that is open is kept for
 * a PARAGRAPH. */
DocBlock *builder_open(DocBuilder *b, DocBlockKind kind);
void      builder_close(DocBuilder *b);
/* Closes, and asks for a blank line before what follows. */
void      builder_gap(DocBuilder *b);

/* A block that needs no text (RULE, TABLE, PICTURE) goes out as it is; @block is taken. */
void builder_add(DocBuilder *b, DocBlock *block);

/* Text whose white space collapses, into the open block, or a new PARAGRAPH. */
void builder_words(DocBuilder *b, const char *utf8, size_t len);
/* Text taken as it is; '\n' breaks the line. */
void builder_exact(DocBuilder *b, const char *utf8, size_t len);
/* A forced break. The second in a row ends the paragraph and leaves a blank line. */
void builder_break(DocBuilder *b);

/* All text of a block's runs, without those of its children. Free with g_free. */
char  *doc_block_text(const DocBlock *block);
/* Its length in bytes, children included. */
size_t doc_block_size(const DocBlock *block);
