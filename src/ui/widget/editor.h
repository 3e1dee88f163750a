/*
 * editor: a text of many lines that a person writes in place, for those who have no editor of their
 * own. Lines that are too long for the screen are shown on several rows, broken at blanks; the text
 * itself is not. Keys are those that nano, Alpine and readline share. The text is UTF-8, its lines
 * end in '\n', and the cursor moves by signs.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct Editor Editor;

typedef enum {
	EDITOR_EDITING,      /* the key was taken, or means nothing */
	EDITOR_LEFT,         /* Esc, ^X or ^C: the person wants out, with the text as it is */
} EditorResult;

/* @text is copied; bytes that are no UTF-8 become U+FFFD, and "\r\n" one line end. */
Editor *editor_new(const char *text);
void    editor_free(Editor *editor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Editor, editor_free)

const char *editor_text(const Editor *editor);

/* The place to draw on, from then on: rows and columns, at least 1. The cursor stays in sight. */
void editor_resize(Editor *editor, int width, int height);

EditorResult editor_key(Editor *editor, Key key);
void         editor_paste(Editor *editor, const char *text);
/* Puts the cursor at the cell that is @x right and @y below of the corner. */
void         editor_click(Editor *editor, int x, int y);

/* Shows the text from row @top on, or from the last that fills the screen, wherever the cursor is;
 * returns the row it is. For reading: the next key brings the cursor back into sight. */
int          editor_scroll(Editor *editor, int top);

/* Draws on @rect, of the size told last, and sets the canvas's cursor. */
void editor_draw(const Editor *editor, Canvas *canvas, Rect rect);
