/*
 * The text is one string. For the screen it is cut into rows, all of them, anew with every change:
 * a mail that a person writes is short. A row ends behind its last sign, or behind the line end,
 * which belongs to it.
 */
#include "ui/widget/editor.h"

#include <string.h>

#include "base/text.h"

enum { TEXT_MAX = 4 << 20, STEPS_MAX = 200, TAB_CELLS = 8 };

typedef struct { gsize start, end; } Row;

/* What typing was about: a run of one kind is undone as a whole. */
typedef enum { EDIT_NONE, EDIT_TYPE, EDIT_ERASE, EDIT_CUT, EDIT_OTHER } EditKind;

typedef struct { char *text; gsize at; } Step;

struct Editor {
	GString  *text;
	gsize     at;            /* byte offset of the cursor, at a sign's start */
	GArray   *rows;          /* of Row; at least one */
	int       top;           /* row at the top of the screen */
	int       width, height;
	int       column;        /* where up and down aim; -1: where the cursor is */
	EditKind  last;
	GString  *cut;           /* what ^K and its like took */
	GPtrArray *before, *after;      /* of Step: to undo, to redo */
};

static void step_free(Step *step)
{
	g_free(step->text);
	g_free(step);
}

/* ---- signs ---- */

static gsize sign_after(const Editor *editor, gsize at)
{
	size_t len = 0;

	if (at >= editor->text->len)
		return at;
	if (editor->text->str[at] == '\n')
		return at + 1;
	grapheme_width(editor->text->str + at, &len);
	return at + len;
}

static gsize line_start(const Editor *editor, gsize at)
{
	while (at > 0 && editor->text->str[at - 1] != '\n')
		at--;
	return at;
}

static gsize line_end(const Editor *editor, gsize at)
{
	return at + strcspn(editor->text->str + at, "\n");
}

static gsize sign_before(const Editor *editor, gsize at)
{
	gsize start = line_start(editor, at);

	if (start == at)
		return at ? at - 1 : 0;
	for (gsize next; (next = sign_after(editor, start)) < at;)
		start = next;
	return start;
}

static int sign_cells(const Editor *editor, gsize at, int column)
{
	size_t len;

	if (editor->text->str[at] == '\t')
		return TAB_CELLS - column % TAB_CELLS;
	return editor->text->str[at] == '\n' ? 0 : grapheme_width(editor->text->str + at, &len);
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* ---- rows ---- */

/* Where the row that begins at @start ends: behind the last blank that fits, else behind the last
 * sign. */
static gsize row_end(const Editor *editor, gsize start)
{
	gsize at = start, after_blank = 0;
	int column = 0;

	while (at < editor->text->len && editor->text->str[at] != '\n') {
		int cells = sign_cells(editor, at, column);
		bool blank = is_blank(editor->text->str[at]);
		if (column + cells > editor->width && !blank)
			return after_blank ? after_blank : MAX(at, sign_after(editor, start));
		at = sign_after(editor, at);
		column += cells;
		if (blank)
			after_blank = at;
	}
	return at < editor->text->len ? at + 1 : at;
}

static bool ends_line(const Editor *editor, gsize end)
{
	return end > 0 && editor->text->str[end - 1] == '\n';
}

static void cut_rows(Editor *editor)
{
	Row row = { 0, 0 };

	g_array_set_size(editor->rows, 0);
	do {
		row.end = row_end(editor, row.start);
		g_array_append_val(editor->rows, row);
		row.start = row.end;
	} while (row.start < editor->text->len);
	/* Behind a last line end there is one more row, empty. */
	if (ends_line(editor, editor->text->len))
		g_array_append_val(editor->rows, row);
}

static const Row *row_at(const Editor *editor, int index)
{
	return &g_array_index(editor->rows, Row, index);
}

/* The row that the cursor is on: the last that begins at or before it. */
static int cursor_row(const Editor *editor)
{
	guint low = 0, high = editor->rows->len;

	while (high - low > 1) {
		guint middle = (low + high) / 2;
		if (row_at(editor, (int)middle)->start <= editor->at)
			low = middle;
		else
			high = middle;
	}
	return (int)low;
}

static int column_of(const Editor *editor, gsize start, gsize at)
{
	int column = 0;

	for (gsize p = start; p < at; p = sign_after(editor, p))
		column += sign_cells(editor, p, column);
	return column;
}

/* The place in @row that is nearest to @column, and not behind the row's own end. */
static gsize place_in_row(const Editor *editor, const Row *row, int column)
{
	gsize at = row->start;
	int x = 0;

	while (at < row->end && editor->text->str[at] != '\n') {
		int cells = sign_cells(editor, at, x);
		gsize next = sign_after(editor, at);
		if (x + cells > column || (next >= row->end && next < editor->text->len))
			break;
		x += cells;
		at = next;
	}
	return at;
}

static void show_cursor(Editor *editor)
{
	int row = cursor_row(editor);

	editor->top = CLAMP(editor->top, row - editor->height + 1, row);
	editor->top = MAX(editor->top, 0);
}

static void text_changed(Editor *editor)
{
	cut_rows(editor);
	editor->column = -1;
	show_cursor(editor);
}

/* ---- undo ---- */

static Step *step_new(const Editor *editor)
{
	Step *step = g_new0(Step, 1);

	*step = (Step){ g_strndup(editor->text->str, editor->text->len), editor->at };
	return step;
}

/* Before a change: remembers what was, unless the change goes on with the one before. */
static void remember(Editor *editor, EditKind kind)
{
	bool goes_on = kind == editor->last && kind != EDIT_OTHER;

	editor->last = kind;
	if (goes_on)
		return;
	g_ptr_array_add(editor->before, step_new(editor));
	g_ptr_array_set_size(editor->after, 0);
	if (editor->before->len > STEPS_MAX)
		g_ptr_array_remove_index(editor->before, 0);
}

static void go_to_step(Editor *editor, GPtrArray *from, GPtrArray *to)
{
	if (from->len == 0)
		return;
	g_ptr_array_add(to, step_new(editor));
	Step *step = g_ptr_array_steal_index(from, from->len - 1);
	g_string_assign(editor->text, step->text);
	editor->at = step->at;
	step_free(step);
	editor->last = EDIT_NONE;
	text_changed(editor);
}

/* ---- changes ---- */

static void insert(Editor *editor, const char *bytes, gsize len)
{
	if (editor->text->len + len > TEXT_MAX)
		return;
	g_string_insert_len(editor->text, (gssize)editor->at, bytes, (gssize)len);
	editor->at += len;
	text_changed(editor);
}

static void erase(Editor *editor, gsize from, gsize to)
{
	g_string_erase(editor->text, (gssize)from, (gssize)(to - from));
	editor->at = from;
	text_changed(editor);
}

/* Cuts that follow one another are one, so that a paragraph can be moved line by line. */
static void cut(Editor *editor, gsize from, gsize to)
{
	if (editor->last != EDIT_CUT)
		g_string_truncate(editor->cut, 0);
	remember(editor, EDIT_CUT);
	g_string_append_len(editor->cut, editor->text->str + from, (gssize)(to - from));
	erase(editor, from, to);
}

/* To the end of the line; at the end, the line end itself. */
static void cut_line(Editor *editor)
{
	gsize end = line_end(editor, editor->at);

	cut(editor, editor->at, end == editor->at ? sign_after(editor, end) : end);
}

static gsize word_before(const Editor *editor, gsize at)
{
	const char *text = editor->text->str;

	while (at > 0 && g_ascii_isspace(text[at - 1]))
		at--;
	while (at > 0 && !g_ascii_isspace(text[at - 1]))
		at--;
	return at;
}

static gsize word_after(const Editor *editor, gsize at)
{
	const char *text = editor->text->str;

	while (g_ascii_isspace(text[at]))
		at++;
	while (text[at] && !g_ascii_isspace(text[at]))
		at++;
	return at;
}

static void erase_sign(Editor *editor, gsize from, gsize to)
{
	if (from == to)
		return;
	remember(editor, EDIT_ERASE);
	erase(editor, from, to);
}

static void yank(Editor *editor)
{
	remember(editor, EDIT_OTHER);
	insert(editor, editor->cut->str, editor->cut->len);
}

static void type_key(Editor *editor, Key key)
{
	char utf8[6];

	if (key >= KEY_FIRST_SPECIAL || (text_is_control(key) && key != '\t' && key != '\n'))
		return;
	remember(editor, key == '\n' ? EDIT_OTHER : EDIT_TYPE);
	insert(editor, utf8, (gsize)g_unichar_to_utf8(key, utf8));
}

void editor_paste(Editor *editor, const char *text)
{
	g_autoptr(GString) clean = g_string_new(NULL);

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' || c == '\t' || !text_is_control(c))
			g_string_append_unichar(clean, c);
	}
	remember(editor, EDIT_OTHER);
	insert(editor, clean->str, clean->len);
}

/* ---- moving ---- */

static void move_to(Editor *editor, gsize at)
{
	editor->at = at;
	editor->column = -1;
	editor->last = EDIT_NONE;
	show_cursor(editor);
}

static void move_rows(Editor *editor, int rows)
{
	int from = cursor_row(editor);
	int to = CLAMP(from + rows, 0, (int)editor->rows->len - 1);

	if (editor->column < 0)
		editor->column = column_of(editor, row_at(editor, from)->start, editor->at);
	editor->at = place_in_row(editor, row_at(editor, to), editor->column);
	editor->last = EDIT_NONE;
	show_cursor(editor);
}

void editor_click(Editor *editor, int x, int y)
{
	int row = CLAMP(editor->top + y, 0, (int)editor->rows->len - 1);

	move_to(editor, place_in_row(editor, row_at(editor, row), x));
}

/* ---- keys ---- */

enum {
	CTRL_A = 1,
	CTRL_B = 2,
	CTRL_D = 4,
	CTRL_E = 5,
	CTRL_F = 6,
	CTRL_H = 8,
	CTRL_K = 11,
	CTRL_N = 14,
	CTRL_P = 16,
	CTRL_U = 21,
	CTRL_W = 23,
	CTRL_X = 24,
	CTRL_Y = 25
};

static bool edit_key(Editor *editor, Key key)
{
	gsize at = editor->at;

	switch (key) {
	case KEY_RETURN: case KEY_CTRL_J:        type_key(editor, '\n'); return true;
	case KEY_BACK:
	case CTRL_H:
		erase_sign(editor, sign_before(editor, at), at);
		return true;
	case KEY_DELETE:
	case CTRL_D:
		erase_sign(editor, at, sign_after(editor, at));
		return true;
	case CTRL_K:                             cut_line(editor); return true;
	case CTRL_U:
		cut(editor, line_start(editor, at), at);
		return true;
	case CTRL_W:
	case KEY_BACK | KEY_ALT:
		cut(editor, word_before(editor, at), at);
		return true;
	case 'd' | KEY_ALT:
		cut(editor, at, word_after(editor, at));
		return true;
	case CTRL_Y:                             yank(editor); return true;
	case 'u' | KEY_ALT:
		go_to_step(editor, editor->before, editor->after);
		return true;
	case 'e' | KEY_ALT:
		go_to_step(editor, editor->after, editor->before);
		return true;
	default:                                 return false;
	}
}

static bool move_key(Editor *editor, Key key)
{
	gsize at = editor->at;

	switch (key) {
	case KEY_CURSOR_LEFT:
	case CTRL_B:
		move_to(editor, sign_before(editor, at));
		return true;
	case KEY_CURSOR_RIGHT:
	case CTRL_F:
		move_to(editor, sign_after(editor, at));
		return true;
	case KEY_CURSOR_UP: case CTRL_P:         move_rows(editor, -1); return true;
	case KEY_CURSOR_DOWN: case CTRL_N:       move_rows(editor, 1); return true;
	case KEY_PAGE_UP:                        move_rows(editor, -editor->height); return true;
	case KEY_PAGE_DOWN:                      move_rows(editor, editor->height); return true;
	case KEY_TO_START:
	case CTRL_A:
		move_to(editor, line_start(editor, at));
		return true;
	case KEY_TO_END: case CTRL_E:            move_to(editor, line_end(editor, at)); return true;
	case 'b' | KEY_ALT:
	case KEY_CURSOR_LEFT | KEY_ALT:
		move_to(editor, word_before(editor, at));
		return true;
	case 'f' | KEY_ALT:
	case KEY_CURSOR_RIGHT | KEY_ALT:
		move_to(editor, word_after(editor, at));
		return true;
	case '<' | KEY_ALT:                      move_to(editor, 0); return true;
	case '>' | KEY_ALT:                      move_to(editor, editor->text->len); return true;
	default:                                 return false;
	}
}

EditorResult editor_key(Editor *editor, Key key)
{
	if (key == KEY_ESCAPE || key == CTRL_X || key == KEY_CTRL_C)
		return EDITOR_LEFT;
	if (!edit_key(editor, key) && !move_key(editor, key))
		type_key(editor, key);
	return EDITOR_EDITING;
}

/* ---- life ---- */

Editor *editor_new(const char *text)
{
	Editor *editor = g_new0(Editor, 1);
	g_autofree char *valid = text_to_utf8(text, strlen(text));
	g_auto(GStrv) lines = g_strsplit(valid, "\r\n", -1);
	g_autofree char *joined = g_strjoinv("\n", lines);

	editor->text = g_string_new(joined);
	editor->cut = g_string_new(NULL);
	editor->rows = g_array_new(FALSE, FALSE, sizeof(Row));
	editor->before = g_ptr_array_new_with_free_func((GDestroyNotify)step_free);
	editor->after = g_ptr_array_new_with_free_func((GDestroyNotify)step_free);
	editor_resize(editor, 80, 24);
	return editor;
}

void editor_free(Editor *editor)
{
	if (!editor)
		return;
	g_string_free(editor->text, TRUE);
	g_string_free(editor->cut, TRUE);
	g_array_unref(editor->rows);
	g_ptr_array_unref(editor->before);
	g_ptr_array_unref(editor->after);
	g_free(editor);
}

const char *editor_text(const Editor *editor) { return editor->text->str; }

void editor_resize(Editor *editor, int width, int height)
{
	editor->width = MAX(width, 1);
	editor->height = MAX(height, 1);
	text_changed(editor);
}

int editor_scroll(Editor *editor, int top)
{
	editor->top = CLAMP(top, 0, MAX((int)editor->rows->len - editor->height, 0));
	return editor->top;
}

/* ---- drawing ---- */

static void draw_row(const Editor *editor, const Row *row, Pen *pen)
{
	bool is_quote = editor->text->str[row->start] == '>';
	int column = 0;

	pen->style = is_quote ? STYLE_QUOTE : STYLE_NORMAL;
	for (gsize at = row->start; at < row->end && editor->text->str[at] != '\n';) {
		gsize next = sign_after(editor, at);
		int cells = sign_cells(editor, at, column);
		g_autofree char *sign = g_strndup(editor->text->str + at, next - at);
		if (*sign == '\t')
			pen_skip(pen, cells);
		else
			pen_text(pen, sign);
		column += cells;
		at = next;
	}
	pen_rest(pen);
}

void editor_draw(const Editor *editor, Canvas *canvas, Rect rect)
{
	int cursor = cursor_row(editor);

	canvas_fill(canvas, rect, STYLE_NORMAL);
	for (int y = 0; y < rect.height && editor->top + y < (int)editor->rows->len; y++) {
		Pen pen =
			pen_new(canvas, (Rect){ rect.x, rect.y + y, rect.width, 1 }, STYLE_NORMAL);
		draw_row(editor, row_at(editor, editor->top + y), &pen);
	}
	int column = column_of(editor, row_at(editor, cursor)->start, editor->at);
	canvas->cursor_x = rect.x + MIN(column, rect.width - 1);
	canvas->cursor_y = rect.y + CLAMP(cursor - editor->top, 0, rect.height - 1);
}
