/* bar: the one-line strips of a screen: tabs on top, the keys of the moment below. */
#pragma once
#include <glib.h>

#include "ui/cell/canvas.h"

typedef struct { char *label; char *badge; } Tab;          /* badge: "*3" unread; NULL none */

/* Draws @count tabs, @active emphasised, and @right at the right edge (it wins over tabs). */
void tabs_draw(Canvas *canvas, Rect rect, const GPtrArray *tabs, guint active, const char *right);
/* The tab at column @x, or -1. */
int tabs_at(const GPtrArray *tabs, int x);

typedef struct { char *key, *label; int command; } FooterItem;
void footer_item_free(FooterItem *item);

/* Draws as many items as fit into the lines of @rect; the last one (help) always, at the right edge
 * of the last line. */
void footer_draw(Canvas *canvas, Rect rect, const GPtrArray *items);
/* The command of the item that was drawn at (x, y), or -1. */
int footer_at(const GPtrArray *items, Rect rect, int x, int y);
