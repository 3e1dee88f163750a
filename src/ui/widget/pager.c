#include "ui/widget/pager.h"

#include <string.h>

struct Pager {
	GPtrArray *lines;        /* NULL: nothing */
	int        top, height;
	char      *wanted;       /* what was searched, folded if no capital; NULL nothing */
	bool       has_case;
	int        hit;          /* line of the last hit; -1 none */
};

static void span_free(PagerSpan *span)
{
	g_free(span->text);
	g_free(span->url);
	drawing_unref(span->drawing);
	g_free(span);
}

PagerLine *pager_line_new(void)
{
	PagerLine *line = g_new0(PagerLine, 1);

	line->spans = g_ptr_array_new_with_free_func((GDestroyNotify)span_free);
	return line;
}

PagerLine *pager_line_add(PagerLine *line, Style style, const char *text, const char *url)
{
	PagerSpan *span = g_new0(PagerSpan, 1);

	span->text = g_strdup(text);
	span->url = g_strdup(url);
	span->style = style;
	g_ptr_array_add(line->spans, span);
	return line;
}

PagerLine *pager_line_add_drawing(PagerLine *line, Drawing *drawing, int row)
{
	g_autofree char *blanks = g_strnfill((gsize)drawing->columns, ' ');

	pager_line_add(line, STYLE_NORMAL, blanks, NULL);
	PagerSpan *span = g_ptr_array_index(line->spans, line->spans->len - 1);
	span->drawing = drawing_ref(drawing);
	span->drawing_row = row;
	return line;
}

void pager_line_free(PagerLine *line)
{
	if (!line)
		return;
	g_ptr_array_unref(line->spans);
	g_free(line);
}

Pager *pager_new(void)
{
	Pager *pager = g_new0(Pager, 1);

	pager->height = 1;
	pager->hit = -1;
	return pager;
}

void pager_free(Pager *pager)
{
	if (!pager)
		return;
	g_clear_pointer(&pager->lines, g_ptr_array_unref);
	g_free(pager->wanted);
	g_free(pager);
}

static int length(const Pager *pager) { return pager->lines ? (int)pager->lines->len : 0; }
static int last_top(const Pager *pager) { return MAX(length(pager) - pager->height, 0); }

void pager_set(Pager *pager, GPtrArray *lines, bool keeps_place)
{
	if (lines)
		g_ptr_array_ref(lines);
	g_clear_pointer(&pager->lines, g_ptr_array_unref);
	pager->lines = lines;
	pager->top = keeps_place ? MIN(pager->top, last_top(pager)) : 0;
	pager->hit = -1;
}

void pager_set_height(Pager *pager, int height)
{
	pager->height = MAX(height, 1);
	pager->top = MIN(pager->top, last_top(pager));
}

int pager_height(const Pager *pager) { return pager->height; }

bool pager_scroll(Pager *pager, int lines)
{
	int before = pager->top;

	pager->top = CLAMP(pager->top + lines, 0, last_top(pager));
	return pager->top != before;
}

void pager_to_end(Pager *pager, bool is_bottom)
{
	pager->top = is_bottom ? last_top(pager) : 0;
}

int pager_percent(const Pager *pager)
{
	if (length(pager) <= pager->height)
		return -1;
	if (pager->top == 0)
		return -2;
	if (pager->top >= last_top(pager))
		return -3;
	return 100 * (pager->top + pager->height) / length(pager);
}

char *pager_line_text(const PagerLine *line)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < line->spans->len; i++)
		g_string_append(text, ((PagerSpan *)g_ptr_array_index(line->spans, i))->text);
	return g_string_free(text, FALSE);
}

static bool has_capital(const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		if (g_unichar_isupper(g_utf8_get_char(text)))
			return true;
	return false;
}

static bool line_has(const Pager *pager, int at)
{
	g_autofree char *text = pager_line_text(g_ptr_array_index(pager->lines, at));
	g_autofree char *folded = pager->has_case ? NULL : g_utf8_casefold(text, -1);

	return strstr(folded ? folded : text, pager->wanted) != NULL;
}

static void set_wanted(Pager *pager, const char *text)
{
	g_free(pager->wanted);
	pager->has_case = has_capital(text);
	pager->wanted = pager->has_case ? g_strdup(text) : g_utf8_casefold(text, -1);
}

bool pager_search(Pager *pager, const char *text, bool is_backwards)
{
	int count = length(pager), step = is_backwards ? -1 : 1;

	if (!text || !*text) {
		g_clear_pointer(&pager->wanted, g_free);
		pager->hit = -1;
		return false;
	}
	set_wanted(pager, text);
	int start = pager->hit >= 0 ? pager->hit : pager->top - step;
	for (int i = 1; i <= count; i++) {
		int at = ((start + step * i) % count + count) % count;
		if (!line_has(pager, at))
			continue;
		pager->hit = at;
		if (at < pager->top || at >= pager->top + pager->height)
			pager->top = CLAMP(at - pager->height / 3, 0, last_top(pager));
		return true;
	}
	return false;
}

void pager_line_draw(const PagerLine *line, Pen *pen)
{
	for (guint i = 0; i < line->spans->len; i++) {
		const PagerSpan *span = g_ptr_array_index(line->spans, i);
		if (span->drawing) {
			pen_drawing(pen, span->drawing, span->drawing_row);
			continue;
		}
		pen->link = canvas_link(pen->canvas, span->url);
		pen_styled(pen, span->style, span->text);
		pen->link = 0;
	}
}

void pager_draw(const Pager *pager, Canvas *canvas, Rect rect)
{
	for (int y = 0; y < rect.height; y++) {
		int  at = pager->top + y;
		Rect line = { rect.x, rect.y + y, rect.width, 1 };
		Pen  pen = pen_new(canvas, line, STYLE_NORMAL);

		if (at < length(pager))
			pager_line_draw(g_ptr_array_index(pager->lines, at), &pen);
		pen_rest(&pen);
		if (at == pager->hit)
			canvas_restyle(canvas, line, STYLE_MATCH);
	}
}
