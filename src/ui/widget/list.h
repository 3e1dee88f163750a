/*
 * list: a list of any length that knows only the rows around the screen: those visible and a screen
 * each way. Its source answers by row, never by number, so that the cost does not depend on the
 * length. When rows change underneath, the cursor stays on its row, or goes to the one that took
 * its place.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"

typedef struct ListSource ListSource;

typedef struct {
	/*
	 * Up to @count rows behind @from in list order, or before it when @is_upwards (also
	 * returned in list order).
	 * @from NULL: from the first, or upwards from the last. *ret_rows is the list's; its free
	 * function is called.
	 */
	bool (*fetch)(ListSource *source, gconstpointer from, bool is_upwards, unsigned count,
	              GPtrArray **ret_rows, GError **err);
	/* The row as it is now, the list's; NULL when it is gone. @row may be looked at for its
	 * place. */
	gpointer (*again)(ListSource *source, gconstpointer row);
	void (*draw)(ListSource *source, gconstpointer row, Pen *pen);
	GDestroyNotify free_row;
} ListSourceOps;

struct ListSource { const ListSourceOps *ops; };      /* embed as the first member */

typedef struct List List;

/* @source is borrowed and must outlive the list. Nothing is read before list_reload(). */
List *list_new(ListSource *source);
void  list_free(List *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(List, list_free)

/* Visible rows, at least 1; keeps the cursor on the screen. Reads rows if they are missing. */
bool list_set_height(List *list, int height, GError **err);

/* Reads everything anew around the cursor; a list that was never read starts at its first row. On
 * failure nothing changed. */
bool list_reload(List *list, GError **err);
/* Forgets the cursor and starts at the first row. */
bool list_restart(List *list, GError **err);
/* Reads anew with the cursor on @row (copied by the source's again()); ERR_NOT_FOUND if it is
 * gone. */
bool list_go_to(List *list, gconstpointer row, GError **err);

bool list_move(List *list, int rows,
               GError **err); /* the cursor, ± rows; stops at the ends; one step over the edge of
                                 the screen turns half of it */
bool list_scroll(List *list, int rows,
                 GError **err); /* the view; the cursor is pushed along at the edges */
bool list_first(List *list, GError **err);
bool list_last(List *list, GError **err);
/* Puts the cursor on the row drawn @y lines below the top; false if there is none. */
bool list_click(List *list, int y);

gconstpointer list_current(const List *list); /* NULL when empty; borrowed until the next call */
bool          list_is_empty(const List *list);
/* Rows at hand, for asking about neighbours; borrowed. */
const GPtrArray *list_rows(const List *list);
int           list_cursor(const List *list);              /* index into list_rows() */

void list_draw(const List *list, Canvas *canvas, Rect rect, bool has_focus);
