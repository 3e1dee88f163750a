/*
 * pager: lines of styled text that one scrolls and searches. Its lines are made elsewhere (a worker
 * lays the message out) and only shown here.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"

/* A row of a drawing has blanks for text. */
typedef struct {
	char    *text;
	Style    style;
	char    *url;                /* NULL: no link */
	Drawing *drawing;            /* NULL: it is text */
	int      drawing_row;
} PagerSpan;
typedef struct { GPtrArray *spans; } PagerLine;                         /* of PagerSpan */

PagerLine *pager_line_new(void);
/* @text and @url are copied. Returns the line, so that a line of one span is one call. */
PagerLine *pager_line_add(PagerLine *line, Style style, const char *text, const char *url);
/* A row of @drawing, which is referenced. */
PagerLine *pager_line_add_drawing(PagerLine *line, Drawing *drawing, int row);
void       pager_line_free(PagerLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PagerLine, pager_line_free)

/* Draws it with @pen, as far as there is room. */
void pager_line_draw(const PagerLine *line, Pen *pen);

/* Its text alone. Free with g_free. */
char *pager_line_text(const PagerLine *line);

typedef struct Pager Pager;

Pager *pager_new(void);
void   pager_free(Pager *pager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pager, pager_free)

/* @lines, of PagerLine, is referenced; NULL: nothing. Goes to the top unless @keeps_place. */
void pager_set(Pager *pager, GPtrArray *lines, bool keeps_place);
void pager_set_height(Pager *pager, int height);

/* Scrolls; false if it could not move at all. */
bool pager_scroll(Pager *pager, int lines);
void pager_to_end(Pager *pager, bool is_bottom);
int  pager_height(const Pager *pager);
/* "All", "Top", "End" or the percentage above the last visible line; -1, -2, -3, 0 to 99. */
int  pager_percent(const Pager *pager);

/*
 * Looks for @text (case matters only if it has a capital) from the line behind the last hit, round
 * the end. False: nowhere. NULL or "" forgets the hit.
 */
bool pager_search(Pager *pager, const char *text, bool is_backwards);

void pager_draw(const Pager *pager, Canvas *canvas, Rect rect);
