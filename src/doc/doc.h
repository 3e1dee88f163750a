/*
 * doc: the document model between bytes and eyes. HTML, text and format=flowed become blocks and
 * runs; one layout (doc/layout.h) serves every output. Controls become U+FFFD here; direction marks
 * stay in the text. It fetches nothing and runs nothing. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define DOC_BLOCKS_MAX 100000              /* blocks of one document, cells and pictures included */
#define DOC_LINES_MAX  200000              /* forced breaks within its blocks */

typedef enum {
	DOC_PARAGRAPH,
	DOC_HEADING,
	DOC_ITEM,
	DOC_PRE,
	DOC_RULE,
	DOC_PICTURE,
	DOC_TABLE,
	DOC_ROW,
	DOC_CELL
} DocBlockKind;

typedef enum {
	RUN_BOLD = 1,
	RUN_ITALIC = 2,
	RUN_UNDERLINE = 4,
	RUN_STRIKE = 8,
	RUN_CODE = 16,
	RUN_LINK = 32,
	RUN_DIM = 64,
} DocStyle;

typedef struct {
	char  *text;         /* UTF-8; '\n' is a forced break inside a block */
	guint  style;        /* DocStyle */
	int    link;         /* index into Doc.links; -1 none */
	int    picture;      /* 1 + index into Doc.pictures: it stands for it; 0 none */
} DocRun;

typedef struct DocBlock DocBlock;
struct DocBlock {
	DocBlockKind kind;
	/* HEADING: 1 to 6; ITEM: nesting from 1; others: the nesting of the item they belong to. */
	int          level;
	/* ITEM: its number in an ordered list, 0: a bullet; CELL: the columns it spans. */
	int          number;
	int          quote;        /* depth of quoting, 0 none */
	bool         is_spaced;    /* a blank line goes before it */
	bool         is_header;    /* CELL: of a heading row or column */
	/* Of DocRun; NULL for TABLE, ROW, CELL, RULE; of a PICTURE: its alt text. */
	GPtrArray   *runs;
	/* Of DocBlock: TABLE has ROWs, ROW has CELLs, CELL has blocks; else NULL. */
	GPtrArray   *children;
	int          picture;      /* PICTURE: index into Doc.pictures; else -1 */
};

typedef struct {
	char *url;                 /* as the sender wrote it; never opened from here */
	char *text;                /* what it says */
	bool  is_deceptive;        /* the text names another host than the URL */
} DocLink;

typedef struct {
	char *source;              /* "cid:…", URL or "data:" */
	char *alt;
	int   width, height;       /* 0 unknown */
	bool  is_remote;           /* would need the network */
	bool  is_tracker;          /* remote, and has the signs of doc/tracker.h */
} DocPicture;

typedef struct {
	GPtrArray *blocks;         /* of DocBlock */
	GPtrArray *links;          /* of DocLink */
	GPtrArray *pictures;       /* of DocPicture */
	char      *warning;        /* one sentence when a limit cut the document; NULL */
} Doc;

/*
 * libxml2's HTML parser, never HUGE. Scripts, styles, form controls and what is hidden are dropped;
 * past LIMIT_DOC_BYTES, LIMIT_HTML_DEPTH, DOC_BLOCKS_MAX or DOC_LINES_MAX the document ends and has
 * a warning. The same limits hold for text.
 */
Doc *doc_from_html(const char *utf8, size_t len);
Doc *doc_from_text(const char *utf8, size_t len);   /* '>' quoting, URLs become links */
Doc *doc_from_flowed(const char *utf8, size_t len, bool is_delsp);      /* RFC 3676 */
void doc_free(Doc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Doc, doc_free)

/* Appends the blocks of @more to @doc, a rule between them; @more is taken. Links and pictures are
 * renumbered. */
void doc_append(Doc *doc, Doc *more);

/*
 * Leaves nothing but text: no link leads anywhere and no picture can be asked for, though what they
 * say is still read. For a document that a stranger may have put words into.
 */
void doc_disarm(Doc *doc);

/* All text in reading order for the index, scripts and previews; no layout. Free with g_free. */
char *doc_plain_text(const Doc *doc);
