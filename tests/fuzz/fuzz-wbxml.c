/* F1: any bytes. The reader never reads outside, ends in linear time, and agrees with itself. */
#include "base/limits.h"
#include "wbxml/wbxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void walk(const uint8_t *bytes, size_t len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, &error);
	WbxmlToken token;
	size_t tokens = 0, last_offset = 0;

	while (reader && wbxml_reader_next(reader, &token, &error) && token.event != WBXML_END_OF_DOCUMENT) {
		g_assert(++tokens <= 2 * len);
		g_assert(wbxml_reader_depth(reader) <= LIMIT_WBXML_DEPTH);
		g_assert(wbxml_reader_offset(reader) >= last_offset && wbxml_reader_offset(reader) <= len);
		g_assert(token.event != WBXML_TEXT || (token.text >= bytes && token.text + token.len <= bytes + len));
		last_offset = wbxml_reader_offset(reader);
	}
	g_assert((reader && token.event == WBXML_END_OF_DOCUMENT) || error);
}

/* Texts and skipping take turns, as a real reader's would. */
static void read_values(const uint8_t *bytes, size_t len)
{
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, NULL);
	WbxmlToken token;
	unsigned turn = 0;

	while (reader && wbxml_reader_next(reader, &token, NULL) && token.event != WBXML_END_OF_DOCUMENT) {
		if (token.event != WBXML_OPEN)
			continue;
		g_autofree char *text = ++turn % 4 == 0 ? wbxml_reader_text(reader, NULL) : NULL;
		g_assert(!text || g_utf8_validate(text, -1, NULL));
		if (turn % 4 == 1 && !wbxml_reader_skip(reader, NULL))
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	walk(bytes, len);
	read_values(bytes, len);
	return 0;
}
