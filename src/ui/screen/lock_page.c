#include "ui/screen/lock_page.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/widget/menu.h"
#include "ui/widget/prompt.h"

enum { BOX_WIDTH = 64, BOX_HEIGHT = 11 };

struct LockPage {
	char   *reason;
	char   *failure;             /* why the last try failed; NULL */
	Prompt *prompt;
	Secret *typed;               /* being tried; NULL */
	bool    is_trying;
	int     count;               /* of new messages */
};

static void empty_line(LockPage *page)
{
	prompt_free(page->prompt);
	page->prompt = prompt_new_secret(_("Passphrase: "));
}

LockPage *lock_page_new(const char *reason)
{
	LockPage *page = g_new0(LockPage, 1);

	page->reason = g_strdup(reason);
	empty_line(page);
	return page;
}

void lock_page_free(LockPage *page)
{
	if (!page)
		return;
	g_free(page->reason);
	g_free(page->failure);
	prompt_free(page->prompt);
	secret_unref(page->typed);
	g_free(page);
}

static LockTurn try_it(LockPage *page)
{
	const char *text = prompt_text(page->prompt);

	if (!*text)
		return LOCK_PAGE_STAYS;
	secret_unref(page->typed);
	page->typed = secret_new(text, strlen(text));
	empty_line(page);
	g_clear_pointer(&page->failure, g_free);
	page->is_trying = true;
	return LOCK_PAGE_TRIES;
}

LockTurn lock_page_key(LockPage *page, Key key)
{
	if (key == KEY_CTRL_C)
		return LOCK_PAGE_QUITS;
	if (page->is_trying)
		return LOCK_PAGE_STAYS;
	if (key == KEY_RETURN)
		return try_it(page);
	/* There is nothing to go back to. */
	if (key == KEY_ESCAPE)
		empty_line(page);
	else if (key != KEY_BACK || *prompt_text(page->prompt))
		prompt_key(page->prompt, key);
	return LOCK_PAGE_STAYS;
}

void lock_page_paste(LockPage *page, const char *text)
{
	if (!page->is_trying)
		prompt_paste(page->prompt, text);
}

Secret *lock_page_typed(LockPage *page) { return g_steal_pointer(&page->typed); }

void lock_page_refused(LockPage *page, const char *sentence)
{
	page->is_trying = false;
	g_free(page->failure);
	page->failure = g_strdup(sentence);
}

void lock_page_count(LockPage *page, int new_messages) { page->count = new_messages; }

static void draw_text(Canvas *canvas, Rect line, Style style, const char *text)
{
	Pen pen = pen_new(canvas, line, style);

	pen_column(&pen, text, pen_room(&pen));
}

static void draw_count(const LockPage *page, Canvas *canvas, Rect line)
{
	g_autofree char *text = NULL;

	if (page->count == 0)
		return;
	text = g_strdup_printf(ngettext_("%d new message since then.", "%d new messages since then.",
	                                 page->count),
	                       page->count);
	draw_text(canvas, line, STYLE_NORMAL, text);
}

static void draw_line(const LockPage *page, Canvas *canvas, Rect line)
{
	if (page->is_trying)
		draw_text(canvas, line, STYLE_DIM, _("One moment…"));
	else
		prompt_draw(page->prompt, canvas, line);
}

/* Too low for the box: the line alone. */
static void draw_bare(const LockPage *page, Canvas *canvas)
{
	draw_line(page, canvas, (Rect){ 0, 0, canvas->width, 1 });
	draw_text(canvas, (Rect){ 0, 1, canvas->width, 1 }, page->failure ? STYLE_ERROR : STYLE_NORMAL,
	          page->failure ? page->failure : _("Postern is locked"));
}

void lock_page_draw(const LockPage *page, Canvas *canvas)
{
	int width = MIN(canvas->width, BOX_WIDTH);
	Rect box = { (canvas->width - width) / 2, (canvas->height - BOX_HEIGHT) / 2, width, BOX_HEIGHT };
	Rect line = { box.x + 2, box.y + 2, width - 4, 1 };

	canvas_clear(canvas);
	if (canvas->height < BOX_HEIGHT) {
		draw_bare(page, canvas);
		return;
	}
	menu_draw_frame(canvas, box, _("Postern is locked"));
	draw_text(canvas, line, STYLE_NORMAL, page->reason);
	line.y++;
	draw_count(page, canvas, line);
	line.y += 2;
	draw_line(page, canvas, line);
	line.y++;
	if (page->failure)
		draw_text(canvas, line, STYLE_ERROR, page->failure);
	line.y += 2;
	draw_text(canvas, line, STYLE_FOOTER_KEY, _("Enter unlock  Esc clear  ^C quit"));
}
