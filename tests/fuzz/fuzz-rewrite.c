/* Any bytes as a quoted original: what comes out is UTF-8, reads as HTML again, and has nothing that runs. */
#include <string.h>

#include "base/text.h"
#include "doc/doc.h"
#include "doc/markdown.h"
#include "doc/quote.h"
#include "doc/rewrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_piece(const HtmlPiece *piece)
{
	g_autofree char *lower = text_lower_ascii(piece->body);

	g_assert(g_utf8_validate(piece->body, -1, NULL) && g_utf8_validate(piece->styles, -1, NULL));
	static const char *const gone[] = { "<script>", "<script ", "<iframe>", "<iframe ", "<object>", "<object ", "<!" };
	for (size_t i = 0; i < G_N_ELEMENTS(gone); i++)
		g_assert(!strstr(lower, gone[i]));
	g_assert(!strstr(piece->styles, "</"));
}

static void check_text(const char *bytes, size_t len)
{
	g_autofree char *text = text_to_utf8(bytes, len), *markdown = doc_markdown_html(text);
	g_autofree char *plain = doc_text_html(text);

	g_assert(g_utf8_validate(markdown, -1, NULL) && g_utf8_validate(plain, -1, NULL));
	g_assert(!strstr(markdown, "<script>") && !strstr(markdown, "<!"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *text = len > 0 ? (const char *)bytes : "";
	g_autoptr(HtmlPiece) piece = html_piece_new(text, len, NULL);
	g_autoptr(Doc) doc = doc_from_html(text, len);
	g_autofree char *quote = doc_quote(doc, 1);

	if (piece)
		check_piece(piece);
	g_assert(g_utf8_validate(quote, -1, NULL));
	check_text(text, len);
	return 0;
}
