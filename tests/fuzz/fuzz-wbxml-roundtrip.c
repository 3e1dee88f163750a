/*
 * F2: the bytes are a recipe for a tree. What the writer makes of it, the reader reads back, value by value.
 * Recipe: op page token [len bytes…]; op % 4 opens, closes, writes text, writes opaque.
 */
#include <string.h>

#include "base/limits.h"
#include "wbxml/wbxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef struct { const uint8_t *p, *end; } Recipe;

static unsigned take(Recipe *recipe)
{
	return recipe->p < recipe->end ? *recipe->p++ : 0;
}

static WbxmlTag take_tag(Recipe *recipe)
{
	unsigned page = take(recipe), token = take(recipe);

	return (WbxmlTag)(page << 8 | (5 + token % 59));
}

static GBytes *take_value(Recipe *recipe)
{
	size_t wish = take(recipe), left = (size_t)(recipe->end - recipe->p), len = MIN(wish, left);
	GBytes *value = g_bytes_new(recipe->p, len);

	recipe->p += len;
	return value;
}

/* Writes one leaf and notes what should come back. */
static void cook_leaf(Recipe *recipe, bool is_opaque, WbxmlWriter *writer, GString *want)
{
	WbxmlTag tag = take_tag(recipe);
	g_autoptr(GBytes) value = take_value(recipe);
	gsize len;
	const char *bytes = g_bytes_get_data(value, &len);

	g_string_append_printf(want, "<%04x>", (unsigned)tag);
	if (is_opaque) {
		wbxml_opaque(writer, tag, bytes, len);
		g_string_append_len(want, bytes, (gssize)len);
	} else {
		g_autofree char *text = g_strndup(bytes ? bytes : "", len);
		wbxml_text(writer, tag, text);
		g_string_append(want, text);
	}
	g_string_append(want, "</>");
}

static GBytes *cook(Recipe *recipe, GString *want)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	WbxmlTag root = take_tag(recipe);
	unsigned depth = 1;

	wbxml_open(writer, root);
	g_string_append_printf(want, "<%04x>", (unsigned)root);
	while (recipe->p < recipe->end) {
		unsigned op = take(recipe) % 4;

		if (op == 0 && depth < LIMIT_WBXML_DEPTH - 1) {
			WbxmlTag tag = take_tag(recipe);
			wbxml_open(writer, tag);
			g_string_append_printf(want, "<%04x>", (unsigned)tag);
			depth++;
		} else if (op == 1 && depth > 1) {
			wbxml_close(writer);
			g_string_append(want, "</>");
			depth--;
		} else {
			cook_leaf(recipe, op == 3, writer, want);
		}
	}
	for (; depth; depth--) {
		wbxml_close(writer);
		g_string_append(want, "</>");
	}
	return wbxml_writer_finish(writer);
}

static GString *read_back(GBytes *document)
{
	g_autoptr(WbxmlReader) reader =
		wbxml_reader_new(g_bytes_get_data(document, NULL), g_bytes_get_size(document), NULL);
	GString *got = g_string_new(NULL);
	WbxmlToken token = { 0 };

	while (wbxml_reader_next(reader, &token, NULL) && token.event != WBXML_END_OF_DOCUMENT) {
		if (token.event == WBXML_OPEN)
			g_string_append_printf(got, "<%04x>", (unsigned)token.tag);
		else if (token.event == WBXML_CLOSE)
			g_string_append(got, "</>");
		else
			g_string_append_len(got, (const char *)token.text, (gssize)token.len);
	}
	g_assert(token.event == WBXML_END_OF_DOCUMENT);
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	Recipe recipe = { bytes, bytes + len };
	g_autoptr(GString) want = g_string_new(NULL);
	g_autoptr(GBytes) document = cook(&recipe, want);
	g_autoptr(GString) got = read_back(document);

	g_assert(g_string_equal(want, got));
	return 0;
}
