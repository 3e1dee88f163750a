/* F5: any bytes as HTML, text and flowed text, laid out wide and narrow. No control comes through, no line is too wide. */
#include <string.h>

#include "doc/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int width_of(const char *utf8, size_t *ret_len)
{
	gunichar c = g_utf8_get_char(utf8);

	*ret_len = (size_t)g_utf8_skip[(guchar)*utf8];
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static void check_span(const Doc *doc, const DocSpan *span)
{
	g_assert(span->link >= -1 && span->link < (int)doc->links->len);
	g_assert(g_utf8_validate(span->text, -1, NULL));
	for (const char *p = span->text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		g_assert(c >= 0x20 && (c < 0x7f || c >= 0xa0));
	}
}

static void check_layout(const Doc *doc, int width, bool folds)
{
	DocLayout layout = { .width = width, .numbers_links = true, .folds_quotes = folds, .width_of = width_of };
	g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);

	for (guint i = 0; i < lines->len; i++) {
		const DocLine *line = g_ptr_array_index(lines, i);
		g_assert(line->block >= 0 && line->block <= (int)doc->blocks->len);
		for (guint s = 0; s < line->spans->len; s++)
			check_span(doc, g_ptr_array_index(line->spans, s));
	}
}

static void check(Doc *taken)
{
	g_autoptr(Doc) doc = taken;
	g_autofree char *text = doc_plain_text(doc);

	g_assert(g_utf8_validate(text, -1, NULL));
	check_layout(doc, 80, false);
	check_layout(doc, 10, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	check(doc_from_html((const char *)bytes, len));
	check(doc_from_text((const char *)bytes, len));
	check(doc_from_flowed((const char *)bytes, len, true));
	return 0;
}
