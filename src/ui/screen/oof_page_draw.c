/* How the out-of-office page looks: a line a row, and below them the texts. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/screen/oof_page_state.h"
#include "ui/screen/show.h"

enum { LABEL_CELLS = 18 };

/* Draws downwards and keeps count of the room that is left. */
typedef struct { Canvas *canvas; Rect rect; } Sheet;

static Rect take_lines(Sheet *sheet, int lines)
{
	Rect top = sheet->rect;

	top.height = MIN(lines, top.height);
	sheet->rect.y += top.height;
	sheet->rect.height -= top.height;
	return top;
}

/* ---- rows ---- */

static const char *label_of(OofRow row)
{
	static const char *const labels[OOF_ROW_COUNT] = {
		[OOF_ROW_STATE] = N_("People are answered"), [OOF_ROW_FROM] = N_("From"),
		[OOF_ROW_UNTIL] = N_("Until"),               [OOF_ROW_INSIDE] = N_("Text inside"),
		[OOF_ROW_OUTSIDE] = N_("Outside"),           [OOF_ROW_OUTSIDE_TEXT] = N_("Text outside"),
	};

	return _(labels[row]);
}

static char *text_line(const OofPage *page, OofRow row)
{
	const char *text = oof_page_text(page, row);
	bool is_kept = row == OOF_ROW_INSIDE && page->oof->state == OOF_OFF;

	if (text && *text)
		return text_one_line(text);
	return g_strdup(is_kept && !text ? _("(some servers tell it only while it is on)") : _("(none)"));
}

static char *value_of(const OofPage *page, OofRow row)
{
	static const char *const states[] = { [OOF_OFF] = N_("no"), [OOF_ON] = N_("yes, until it is switched off"),
		                              [OOF_TIMED] = N_("for a time") };
	static const char *const outsides[] = {
		[OOF_OUTSIDE_NONE] = N_("nobody"), [OOF_OUTSIDE_CONTACTS] = N_("your contacts"),
		[OOF_OUTSIDE_ALL] = N_("everybody"),
	};

	switch (row) {
	case OOF_ROW_STATE:   return g_strdup(_(states[page->oof->state]));
	case OOF_ROW_FROM:    return show_date_long(page->oof->start_ms);
	case OOF_ROW_UNTIL:   return show_date_long(page->oof->end_ms);
	case OOF_ROW_OUTSIDE: return g_strdup(_(outsides[oof_outside(page->oof)]));
	default:              return text_line(page, row);
	}
}

static void draw_row(const OofPage *page, Sheet *sheet, OofRow row)
{
	g_autofree char *value = value_of(page, row);
	Pen pen = pen_new(sheet->canvas, take_lines(sheet, 1),
	                  row == page->row ? STYLE_SELECTED : STYLE_NORMAL);

	pen_skip(&pen, 1);
	pen_column(&pen, label_of(row), LABEL_CELLS + 1);
	pen_skip(&pen, 1);
	pen_column(&pen, value, pen_room(&pen));
}

static void draw_rows(OofPage *page, Sheet *sheet)
{
	page->first_y = sheet->rect.y;
	for (int row = 0; row < OOF_ROW_COUNT && sheet->rect.height > 0; row++)
		if (oof_page_has_row(page, (OofRow)row))
			draw_row(page, sheet, (OofRow)row);
}

/* ---- texts ---- */

static void draw_heading(Sheet *sheet, const char *text)
{
	Pen pen;

	if (sheet->rect.height < 2)
		return;
	take_lines(sheet, 1);
	pen = pen_new(sheet->canvas, take_lines(sheet, 1), STYLE_HEADING);
	pen_skip(&pen, 1);
	pen_text(&pen, text);
}

static Rect inset(Rect rect)
{
	return (Rect){ rect.x + 1, rect.y, MAX(rect.width - 2, 1), rect.height };
}

static void draw_text(const OofPage *page, Sheet *sheet, OofRow row, int lines)
{
	const char *text = oof_page_text(page, row);

	if (!oof_page_has_row(page, row) || !text || !*text)
		return;
	draw_heading(sheet, label_of(row));
	Rect rect = inset(take_lines(sheet, lines));
	if (rect.height <= 0)
		return;
	g_autoptr(Editor) view = editor_new(text);
	editor_resize(view, rect.width, rect.height);
	editor_scroll(view, 0);
	editor_draw(view, sheet->canvas, rect);
	sheet->canvas->cursor_x = sheet->canvas->cursor_y = -1;
}

/* Two share the room below the rows. */
static void draw_texts(const OofPage *page, Sheet *sheet)
{
	int half = MAX(sheet->rect.height / 2 - 2, 1);

	draw_text(page, sheet, OOF_ROW_INSIDE, half);
	draw_text(page, sheet, OOF_ROW_OUTSIDE_TEXT, half);
}

static void draw_editor(const OofPage *page, Sheet *sheet)
{
	draw_heading(sheet, label_of(page->row));
	Rect rect = inset(take_lines(sheet, sheet->rect.height));

	if (rect.height <= 0)
		return;
	editor_resize(page->editor, rect.width, rect.height);
	editor_draw(page->editor, sheet->canvas, rect);
}

static void draw_prompt(const OofPage *page, Sheet *sheet)
{
	Rect rect = sheet->rect;

	if (!page->prompt || rect.height <= 1)
		return;
	sheet->rect.height--;
	prompt_draw(page->prompt, sheet->canvas,
	            (Rect){ rect.x, rect.y + rect.height - 1, rect.width, 1 });
}

void oof_page_draw(OofPage *page, Canvas *canvas, Rect rect)
{
	Sheet sheet = { canvas, rect };
	int cursor_x, cursor_y;

	canvas_fill(canvas, rect, STYLE_NORMAL);
	if (!page->oof)
		return;
	draw_rows(page, &sheet);
	if (page->editor) {
		draw_editor(page, &sheet);
		return;
	}
	draw_prompt(page, &sheet);
	cursor_x = canvas->cursor_x;
	cursor_y = canvas->cursor_y;
	draw_texts(page, &sheet);
	if (page->prompt) {
		canvas->cursor_x = cursor_x;
		canvas->cursor_y = cursor_y;
	}
}
