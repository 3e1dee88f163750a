/*
 * menu: a box of choices over the screen: folders, links, every action of a place, what a prefix
 * key can lead to. One types to narrow it down: letters match in order, not necessarily side by
 * side, best matches first.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct {
	char   *label;           /* what is matched and shown */
	char   *hint;            /* shown to the right of it, matched too; NULL none */
	int     indent;          /* of the label, while nothing is typed */
	bool    is_hint_silent;  /* the hint is not matched: a number, say */
	int64_t value;           /* the owner's */
} MenuItem;
MenuItem  *menu_item_new(const char *label, const char *hint, int64_t value);
GPtrArray *menu_items_new(void); /* an empty array of MenuItem that owns them */

typedef struct Menu Menu;

typedef enum { MENU_OPEN, MENU_CHOSEN, MENU_CANCELLED } MenuResult;

/* @items, made by menu_items_new(), is the menu's. */
Menu *menu_new(const char *title, GPtrArray *items);
void  menu_free(Menu *menu);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Menu, menu_free)

void menu_select(Menu *menu, int64_t value);             /* puts the cursor there, if it is shown */

MenuResult menu_key(Menu *menu, Key key);
MenuResult menu_mouse(Menu *menu, const Input *input);
void       menu_paste(Menu *menu, const char *text);
const MenuItem *menu_current(const Menu *menu);          /* NULL when nothing matches */

/* Draws in the middle of @rect, as large as it needs. */
void menu_draw(Menu *menu, Canvas *canvas, Rect rect);

/* The box alone: blanks, a border, @title in it. */
void menu_draw_frame(Canvas *canvas, Rect box, const char *title);

/* Draws @items in columns at the bottom of @rect, without a choice: which-key. */
void menu_draw_strip(const GPtrArray *items, const char *title, Canvas *canvas, Rect rect);

/* How well @wanted matches @text: 0 not at all, higher is better. Letters in order, case ignored;
 * blanks part words. */
int menu_match(const char *wanted, const char *text);
