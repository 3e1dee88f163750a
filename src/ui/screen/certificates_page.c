#include "ui/screen/certificates_page.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/widget/pager.h"

enum {
	BESIDE_FROM = 140, LIST_WIDTH = 76, KIND_WIDTH = 9, DAY_WIDTH = 10, ADDRESS_FROM = 70,
	LABEL_WIDTH = 17, FACTS_HEIGHT = 9, STANDING_WIDTH = 26
};

struct CertificatesPage {
	GPtrArray *rows;             /* of CertificateRow; NULL: not here yet */
	int        cursor, top;
	Rect       list;             /* where it was drawn last */
	bool       is_open;          /* the facts alone */
	Pager     *pager;            /* of the facts */
	int64_t    shown_id;         /* whose they are, for this width */
	int        shown_width;
};

CertificatesPage *certificates_page_new(void)
{
	CertificatesPage *page = g_new0(CertificatesPage, 1);

	page->pager = pager_new();
	return page;
}

void certificates_page_free(CertificatesPage *page)
{
	if (!page)
		return;
	g_clear_pointer(&page->rows, g_ptr_array_unref);
	pager_free(page->pager);
	g_free(page);
}

static int count_of(const CertificatesPage *page) { return page->rows ? (int)page->rows->len : 0; }

static const CertificateRow *row_at(const CertificatesPage *page, int at)
{
	return g_ptr_array_index(page->rows, at);
}

const CertificateRow *certificates_page_current(const CertificatesPage *page)
{
	return count_of(page) ? row_at(page, page->cursor) : NULL;
}

static int place_of(const CertificatesPage *page, int64_t id)
{
	for (int i = 0; i < count_of(page); i++)
		if (row_at(page, i)->known->id == id)
			return i;
	return CLAMP(page->cursor, 0, MAX(count_of(page) - 1, 0));
}

void certificates_page_set(CertificatesPage *page, GPtrArray *rows)
{
	const CertificateRow *current = certificates_page_current(page);
	int64_t id = current ? current->known->id : 0;

	g_clear_pointer(&page->rows, g_ptr_array_unref);
	page->rows = rows;
	page->cursor = place_of(page, id);
	page->shown_width = 0;
}

/* ---- moving ---- */

void certificates_page_move(CertificatesPage *page, int rows)
{
	if (page->is_open)
		pager_scroll(page->pager, rows);
	else
		page->cursor = CLAMP(page->cursor + rows, 0, MAX(count_of(page) - 1, 0));
}

void certificates_page_to_end(CertificatesPage *page, bool is_bottom)
{
	if (page->is_open)
		pager_to_end(page->pager, is_bottom);
	else
		page->cursor = is_bottom ? MAX(count_of(page) - 1, 0) : 0;
}

int certificates_page_height(const CertificatesPage *page)
{
	return page->is_open ? pager_height(page->pager) : MAX(page->list.height, 1);
}

bool certificates_page_click(CertificatesPage *page, int x, int y)
{
	int at = page->top + y - page->list.y;

	if (page->is_open || !rect_has(page->list, x, y) || at >= count_of(page))
		return false;
	page->cursor = at;
	return true;
}

static bool has_text(const CertificateRow *row, const char *wanted)
{
	for (guint i = 0; i < row->facts->len; i++) {
		const CertificateFact *fact = g_ptr_array_index(row->facts, i);
		g_autofree char *text = text_lower_ascii(fact->text);
		if (strstr(text, wanted))
			return true;
	}
	return false;
}

bool certificates_page_search(CertificatesPage *page, const char *text, bool is_backwards)
{
	g_autofree char *wanted = text_lower_ascii(text);
	int count = count_of(page), step = is_backwards ? count - 1 : 1;

	for (int i = 1; i <= count; i++) {
		int at = (page->cursor + i * step) % count;
		if (!has_text(row_at(page, at), wanted))
			continue;
		page->cursor = at;
		return true;
	}
	return false;
}

void certificates_page_open(CertificatesPage *page) { page->is_open = count_of(page) > 0; }

bool certificates_page_leave(CertificatesPage *page)
{
	bool was_open = page->is_open;

	page->is_open = false;
	return was_open;
}

/* ---- the list ---- */

static Style style_of(const CertificatesPage *page, int at)
{
	if (at == page->cursor)
		return STYLE_SELECTED;
	switch (row_at(page, at)->standing) {
	case STANDING_GOOD:      return STYLE_NORMAL;
	case STANDING_ENDS_SOON: return STYLE_WARNING;
	default:                 return STYLE_DIM;
	}
}

static void draw_day(Pen *pen, int64_t at_ms)
{
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(at_ms / 1000);
	g_autofree char *text = day ? g_date_time_format(day, "%Y-%m-%d") : g_strdup("?");

	pen_column(pen, text, DAY_WIDTH);
}

static void draw_row(const CertificatesPage *page, int at, Canvas *canvas, Rect line)
{
	const CertificateRow *row = row_at(page, at);
	const char *trust = certificate_trust_text(row->known->trust);
	const char *address = row->known->addresses[0];
	Pen pen = pen_new(canvas, line, style_of(page, at));
	int rest = line.width - KIND_WIDTH - DAY_WIDTH - STANDING_WIDTH - 5;
	int name = line.width >= ADDRESS_FROM ? rest / 2 : rest;

	pen_skip(&pen, 1);
	pen_column(&pen, certificate_kind_text(row->kind), KIND_WIDTH);
	pen_skip(&pen, 1);
	pen_column(&pen, row->name, MAX(name, 1));
	pen_skip(&pen, 1);
	if (name < rest)
		pen_column(&pen, address ? address : "", rest - name - 1);
	if (name < rest)
		pen_skip(&pen, 1);
	draw_day(&pen, row->until_ms);
	pen_skip(&pen, 1);
	pen_column(&pen, *trust ? trust : standing_text(row->standing), MAX(pen_room(&pen) - 1, 0));
	pen_rest(&pen);
}

static void draw_list(CertificatesPage *page, Canvas *canvas, Rect rect)
{
	page->list = rect;
	page->top = CLAMP(page->top, MAX(page->cursor - rect.height + 1, 0), page->cursor);
	for (int i = 0; i < rect.height && page->top + i < count_of(page); i++)
		draw_row(page, page->top + i, canvas, (Rect){ rect.x, rect.y + i, rect.width, 1 });
}

/* ---- what it says ---- */

static void add_fact(GPtrArray *lines, const CertificateFact *fact, int width)
{
	const char *rest = fact->text;

	do {
		size_t len = grapheme_fitting(rest, MAX(width - LABEL_WIDTH, 10));
		g_autofree char *part = g_strndup(rest, len);
		PagerLine *line = pager_line_new();
		const char *label = rest == fact->text ? fact->label : "";
		g_autofree char *padded = g_strdup_printf(
			"%s%*s", label, MAX(LABEL_WIDTH - text_width(label), 1), "");
		pager_line_add(line, STYLE_LABEL, padded, NULL);
		g_ptr_array_add(lines, pager_line_add(line, STYLE_NORMAL, g_strchomp(part), NULL));
		rest += len + strspn(rest + len, " ");
	} while (*rest);
}

/* Laid out anew for another certificate or width only, so that a place in it is kept. */
static void lay_out(CertificatesPage *page, int width)
{
	const CertificateRow *row = certificates_page_current(page);

	if (row->known->id == page->shown_id && width == page->shown_width)
		return;
	g_autoptr(GPtrArray) lines =
		g_ptr_array_new_with_free_func((GDestroyNotify)pager_line_free);
	g_ptr_array_add(lines, pager_line_add(pager_line_new(), STYLE_HEADING, row->name, NULL));
	for (guint i = 0; i < row->facts->len; i++)
		add_fact(lines, g_ptr_array_index(row->facts, i), width);
	pager_set(page->pager, lines, row->known->id == page->shown_id);
	page->shown_id = row->known->id;
	page->shown_width = width;
}

static void draw_facts(CertificatesPage *page, Canvas *canvas, Rect rect)
{
	Rect inner = { rect.x + 1, rect.y, MAX(rect.width - 2, 1), rect.height };

	lay_out(page, inner.width);
	pager_set_height(page->pager, inner.height);
	pager_draw(page->pager, canvas, inner);
}

static void draw_both(CertificatesPage *page, Canvas *canvas, Rect rect)
{
	if (rect.width >= BESIDE_FROM) {
		int x = rect.x + LIST_WIDTH;
		draw_list(page, canvas, (Rect){ rect.x, rect.y, LIST_WIDTH, rect.height });
		canvas_rule_down(canvas, x, rect.y, rect.height);
		draw_facts(page, canvas,
		           (Rect){ x + 1, rect.y, rect.width - LIST_WIDTH - 1, rect.height });
		return;
	}
	int facts = MIN(FACTS_HEIGHT, rect.height / 2), list = rect.height - facts - 1;
	draw_list(page, canvas, (Rect){ rect.x, rect.y, rect.width, list });
	canvas_rule_across(canvas, rect.x, rect.y + list, rect.width);
	draw_facts(page, canvas, (Rect){ rect.x, rect.y + list + 1, rect.width, facts });
}

void certificates_page_draw(CertificatesPage *page, Canvas *canvas, Rect rect)
{
	if (!count_of(page)) {
		Pen pen = pen_new(canvas, (Rect){ rect.x + 1, rect.y + 1, rect.width - 2, 1 },
		                  STYLE_DIM);
		pen_text(&pen, page->rows ? _("No certificate is kept here; they come with signed mail, or are imported.")
		                          : _("Looking at the certificates…"));
	} else if (page->is_open) {
		draw_facts(page, canvas, rect);
	} else {
		draw_both(page, canvas, rect);
	}
}
