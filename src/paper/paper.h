/*
 * paper: what postern and its helper postern-paper say to each other. The helper draws: it reads one
 * request on its standard input, writes one answer, and ends. Pictures are decoded only there, in a
 * cage of its own (helper/cage.h), so neither side trusts the other: every number is checked before
 * it is used, and an answer is as hostile as the picture it was made of. Pure; any thread.
 *
 * On the wire: four bytes that say what it is, numbers of four bytes in little endian (the version
 * first, the length of the content last), then the content.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAPER_VERSION = 1 };

/* Changes with every change of what follows. A box has no more cells a side than kitty can count. */
enum {
	PAPER_SIDE_MAX = 128,                    /* cells */
	PAPER_CELL_MAX = 64,                     /* pixels, one side of a cell */
	PAPER_PICTURE_BYTES_MAX = 32 << 20,
	PAPER_PIXELS_MAX = 1 << 20,              /* of an answer */
	PAPER_ANSWER_BYTES_MAX = 16 << 20,
};

/* BLOCKS: a sign and two colours a cell. PIXELS: red, green and blue, a byte each. SIXEL: a strip
 * for each row of cells. */
typedef enum { PAPER_BLOCKS, PAPER_PIXELS, PAPER_SIXEL, PAPER_OUTPUT_COUNT } PaperOutput;

typedef struct {
	PaperOutput output;
	int         columns, rows;           /* the box that it may fill, cells */
	int         cell_width, cell_height; /* pixels of a cell */
	int         colours;                 /* of BLOCKS: 16, 256 or 1 << 24 */
	GBytes     *picture;                 /* as it came */
} PaperRequest;

typedef enum {
	PAPER_DRAWN,
	PAPER_UNKNOWN,       /* no kind of picture that is drawn here, SVG among them */
	PAPER_DAMAGED,
	PAPER_TOO_LARGE,     /* it says that it has more pixels than we decode */
	PAPER_REFUSED,       /* the request makes no sense */
	PAPER_VERDICT_COUNT
} PaperVerdict;

typedef struct {
	PaperVerdict verdict;
	PaperOutput  output;
	int          columns, rows;          /* cells that it fills: no more than were asked for */
	int          width, height;          /* of PIXELS and SIXEL: pixels */
	int          picture_width, picture_height;      /* of the picture itself, upright; 0 unknown */
	GBytes      *content;                /* empty unless DRAWN; see paper_cell_at() and paper_strip_next() */
} PaperAnswer;

GBytes *paper_request_bytes(const PaperRequest *request);
/* ERR_PROTOCOL, ERR_LIMIT. @ret_request->picture is the caller's, within @bytes. */
bool    paper_request_read(GBytes *bytes, PaperRequest *ret_request, GError **err);

GBytes *paper_answer_bytes(const PaperAnswer *answer);
/* ERR_PROTOCOL, also for an answer that fits no part of @request, a sign that is no block, a byte
 * that has no business in a sixel. @ret_answer->content is the caller's, within @bytes. */
bool    paper_answer_read(GBytes *bytes, const PaperRequest *request, PaperAnswer *ret_answer,
                          GError **err);

/* A cell of BLOCKS: U+0020 or U+2580 to U+259F; colours are numbers of the terminal's, or 0xrrggbb
 * where it has all; -1: its own. */
typedef struct { gunichar sign; int front, back; } PaperCell;

void      paper_cell_append(GByteArray *content, const PaperCell *cell);
PaperCell paper_cell_at(const PaperAnswer *answer, int column, int row);      /* of one that was read */

/* The strips of SIXEL, from the top: what stands between "ESC P … q", its size, and "ESC \". */
void    paper_strip_append(GByteArray *content, const char *sixel, size_t len);
/* *offset begins at 0. The caller's, within the content; NULL behind the last. */
GBytes *paper_strip_next(const PaperAnswer *answer, size_t *offset);
