#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "support/xmlwb.h"
#include "wbxml/wbxml.h"

static bool read_all(GBytes *bytes, char **ret_key, GError **err)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(data, len, err);
	WbxmlToken token;

	while (reader && wbxml_reader_next(reader, &token, err)) {
		if (token.event == WBXML_END_OF_DOCUMENT)
			return true;
		if (token.event != WBXML_OPEN || token.tag != WBXML_AirSync_SyncKey)
			continue;
		g_free(*ret_key);
		*ret_key = wbxml_reader_text(reader, err);
		if (!*ret_key)
			return false;
	}
	return false;
}

static void test_names(void)
{
	static const struct { WbxmlTag tag; const char *page, *name; } rows[] = {
		{ WBXML_AirSync_SyncKey,              "AirSync",     "SyncKey" },
		{ WBXML_Email2_ConversationId,        "Email2",      "ConversationId" },
		{ WBXML_Find_Picture,                 "Find",        "Picture" },
		{ WBXML_WindowsLive_Value,            "WindowsLive", "Value" },
		{ (WbxmlTag)0x003E,                   "AirSync",     NULL },
		{ (WbxmlTag)0x0002,                   "AirSync",     NULL },
		{ (WbxmlTag)(30 << 8 | 5),            NULL,          NULL },
		{ (WbxmlTag)(255 << 8 | 0x3f),        NULL,          NULL },
		{ (WbxmlTag)0x7fff05,                 NULL,          NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpstr(wbxml_page_name((unsigned)rows[i].tag >> 8), ==, rows[i].page);
		g_assert_cmpstr(wbxml_tag_name(rows[i].tag), ==, rows[i].name);
	}
}

static void test_refuses_with_a_reason(void)
{
	static const struct { const char *why, *hex, *says; } rows[] = {
		{ "nothing at all",     "",                         "the document is empty" },
		{ "only a header",      "03016a00",                 "cut short at byte 4 of 4" },
		{ "string not ended",   "03016a00454b0331",         "cut short at byte 8 of 8" },
		{ "attributes",         "03016a00c50101",           "does not use at byte 5 of 7" },
		{ "one END too many",   "03016a00050101",           "closed that is not open at byte 6 of 7" },
		{ "a second root",      "03016a000505",             "follows the root element" },
		{ "text before root",   "03016a00033100",           "outside of the root element" },
		{ "text after root",    "03016a0005033100",         "outside of the root element" },
		{ "number of 36 bits",  "03016a004bc3bfffffff7f",   "longer than 32 bits" },
		{ "opaque too long",    "03016a004bc38fffffff7f",   "cut short" },
		{ "an HTML page",       "3c21444f43545950452068746d6c3e", "an HTML page instead of WBXML" },
		{ "HTML after blanks",  "0a203c48544d4c3e",         "an HTML page instead of WBXML" },
		{ "XML",                "efbbbf3c3f786d6c3e",       "XML text instead of WBXML" },
		{ "something else",     "7b7d",                     "this is not WBXML 1.0 to 1.3" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = xmlwb_unhex(rows[i].hex);
		g_autoptr(GError) error = NULL;
		g_autofree char *key = NULL;

		g_test_message("%s", rows[i].why);
		g_assert_false(read_all(bytes, &key, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* Elements nested to @depth, each with a content bit. */
static GBytes *nested(unsigned depth)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const uint8_t *)"\x03\x01\x6a\x00", 4);
	for (unsigned i = 0; i < depth; i++)
		g_byte_array_append(bytes, (const uint8_t *)"\x45", 1);
	for (unsigned i = 0; i < depth; i++)
		g_byte_array_append(bytes, (const uint8_t *)"\x01", 1);
	return g_byte_array_free_to_bytes(bytes);
}

static void test_depth_limit(void)
{
	static const struct { unsigned depth; bool is_fine; } rows[] = {
		{ LIMIT_WBXML_DEPTH - 1, true }, { LIMIT_WBXML_DEPTH, true }, { LIMIT_WBXML_DEPTH + 1, false }, { 5000, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = nested(rows[i].depth);
		g_autoptr(GError) error = NULL;
		g_autofree char *key = NULL;

		g_assert_cmpint(read_all(bytes, &key, &error), ==, rows[i].is_fine);
		if (!rows[i].is_fine)
			g_assert_nonnull(strstr(error->message, "nested too deep"));
	}
}

static void test_element_limit(void)
{
	static const struct { guint children; bool is_fine; } rows[] = {
		{ LIMIT_WBXML_ELEMENTS - 2, true }, { LIMIT_WBXML_ELEMENTS - 1, true }, { LIMIT_WBXML_ELEMENTS, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *key = NULL;
		guint len = 5 + rows[i].children + 1;
		uint8_t *data = g_malloc(len);

		memcpy(data, "\x03\x01\x6a\x00\x45", 5);
		memset(data + 5, 0x16, rows[i].children);
		data[len - 1] = 0x01;
		g_autoptr(GBytes) bytes = g_bytes_new_take(data, len);
		g_assert_cmpint(read_all(bytes, &key, &error), ==, rows[i].is_fine);
		if (!rows[i].is_fine)
			g_assert_true(error_is(error, ERR_LIMIT));
	}
}

static void test_error_stays(void)
{
	g_autoptr(GBytes) bytes = xmlwb_unhex("03016a0045c501");
	g_autoptr(GError) first = NULL, second = NULL;
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(g_bytes_get_data(bytes, NULL), 7, NULL);
	WbxmlToken token = { .len = 77 };

	g_assert_true(wbxml_reader_next(reader, &token, NULL));
	token.len = 77;
	g_assert_false(wbxml_reader_next(reader, &token, &first));
	g_assert_false(wbxml_reader_next(reader, &token, &second));
	g_assert_cmpstr(first->message, ==, second->message);
	g_assert_cmpuint(token.len, ==, 77);
}

static void test_text_and_bytes(void)
{
	static const struct { const char *why, *hex, *text; gsize bytes; } rows[] = {
		{ "plain",            "4b 03 41 42 00 01",               "AB",           2 },
		{ "empty element",    "0b",                              "",             0 },
		{ "two strings",      "4b 03 41 00 03 42 00 01",         "AB",           2 },
		{ "string, opaque",   "4b 03 41 00 c3 01 42 01",         "AB",           2 },
		{ "NUL in opaque",    "4b c3 03 41 00 42 01",            "AB",           3 },
		{ "bad UTF-8",        "4b 03 c3 28 00 01",               "\xEF\xBF\xBD(", 2 },
		{ "a child between",  "4b 03 41 00 4c 03 78 00 01 03 42 00 01", "AB",    2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *whole = g_strconcat("03016a00 45", rows[i].hex, rows[i].hex, "01", NULL);
		g_autoptr(GBytes) document = xmlwb_unhex(whole);
		g_autoptr(GError) error = NULL;
		gsize len;
		const uint8_t *data = g_bytes_get_data(document, &len);
		g_autoptr(WbxmlReader) reader = wbxml_reader_new(data, len, &error);
		WbxmlToken token;

		g_test_message("%s", rows[i].why);
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_autofree char *text = wbxml_reader_text(reader, &error);
		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_assert_cmpint(token.event, ==, WBXML_OPEN);
		g_autoptr(GBytes) bytes = wbxml_reader_bytes(reader, &error);
		g_assert_cmpuint(g_bytes_get_size(bytes), ==, rows[i].bytes);
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_assert_cmpint(token.event, ==, WBXML_CLOSE);
		g_assert_cmpuint(wbxml_reader_depth(reader), ==, 0);
		g_assert_true(wbxml_reader_next(reader, &token, &error) && token.event == WBXML_END_OF_DOCUMENT);
		g_assert_true(wbxml_reader_next(reader, &token, &error) && token.event == WBXML_END_OF_DOCUMENT);
	}
}

static void test_skip(void)
{
	g_autoptr(GBytes) bytes = xmlwb_unhex("03016a00 45 7e 4b 03 32 00 01 05 01 4b 03 31 00 01 01");
	g_autoptr(GError) error = NULL;
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
	WbxmlToken token;

	g_assert_true(wbxml_reader_next(reader, &token, &error));
	g_assert_true(wbxml_reader_next(reader, &token, &error));
	g_assert_cmphex(token.tag, ==, 0x3e);
	g_assert_true(wbxml_reader_skip(reader, &error));
	g_assert_cmpuint(wbxml_reader_depth(reader), ==, 1);
	g_assert_true(wbxml_reader_next(reader, &token, &error));
	g_assert_cmphex(token.tag, ==, WBXML_AirSync_SyncKey);
	g_autofree char *key = wbxml_reader_text(reader, &error);
	g_assert_cmpstr(key, ==, "1");
}

static void test_writer(void)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_text(writer, WBXML_AirSync_SyncKey, "7");
	wbxml_text(writer, WBXML_AirSync_SyncKey, NULL);
	wbxml_text(writer, WBXML_AirSync_SyncKey, "");
	wbxml_int(writer, WBXML_Email_Read, -12);
	wbxml_empty(writer, WBXML_Email_Flag);
	wbxml_opaque(writer, WBXML_AirSync_ClientId, "\0\1", 2);
	wbxml_close(writer);
	g_autoptr(GBytes) document = wbxml_writer_finish(writer);
	g_autoptr(GBytes) want = xmlwb_unhex("03016a00 45 4b033700 01 0b 0002 55032d313200 01 3a 0000 4cc3020001 01 01");
	g_assert_true(g_bytes_equal(document, want));

	wbxml_empty(writer, WBXML_AirSync_Sync);
	g_autoptr(GBytes) next = wbxml_writer_finish(writer);
	g_autoptr(GBytes) want_next = xmlwb_unhex("03016a0005");
	g_assert_true(g_bytes_equal(next, want_next));
}

static void test_long_opaque(void)
{
	static const size_t sizes[] = { 0, 127, 128, 16383, 16384, 2097152 };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree uint8_t *data = g_malloc0(sizes[i] + 1);
		g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
		g_autoptr(GError) error = NULL;
		WbxmlToken token;

		memset(data, 'x', sizes[i]);
		wbxml_opaque(writer, WBXML_ComposeMail_Mime, data, sizes[i]);
		g_autoptr(GBytes) document = wbxml_writer_finish(writer);
		g_autoptr(WbxmlReader) reader =
			wbxml_reader_new(g_bytes_get_data(document, NULL), g_bytes_get_size(document), &error);
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_assert_true(wbxml_reader_next(reader, &token, &error));
		g_assert_cmpuint(token.len, ==, sizes[i]);
		g_assert_true(memcmp(token.text, data, sizes[i]) == 0);
	}
}

/* Every row of the edge cases: the verdict, and the value where there is one. */
static void test_edge_cases(void)
{
	g_autofree char *path = xmlwb_path("wire/samples/wbxml-edge-cases.tsv");
	g_autofree char *text = NULL;
	unsigned cases = 0;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) cell = g_strsplit(*line, "\t", 3);
		if (**line == '#' || g_strv_length(cell) < 2)
			continue;
		g_autoptr(GBytes) bytes = strchr(cell[0], '(') ? nested(5000) : xmlwb_unhex(cell[0]);
		g_autoptr(GError) error = NULL;
		g_autofree char *key = NULL;
		bool is_accepted = g_str_has_prefix(cell[1], "accept");

		g_test_message("%s: %s", cell[0], cell[2]);
		g_assert_cmpint(read_all(bytes, &key, &error), ==, is_accepted);
		g_assert_true(is_accepted || error_is(error, ERR_PROTOCOL));
		if (key && is_accepted)
			g_assert_true(g_utf8_validate(key, -1, NULL));
		if (strcmp(cell[1], "accept-unknown") == 0 && strstr(cell[2], "decoded"))
			g_assert_cmpstr(key, ==, "1");
		cases++;
	}
	g_assert_cmpuint(cases, ==, 35);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wbxml/names", test_names);
	g_test_add_func("/wbxml/refuses-with-a-reason", test_refuses_with_a_reason);
	g_test_add_func("/wbxml/depth-limit", test_depth_limit);
	g_test_add_func("/wbxml/element-limit", test_element_limit);
	g_test_add_func("/wbxml/error-stays", test_error_stays);
	g_test_add_func("/wbxml/text-and-bytes", test_text_and_bytes);
	g_test_add_func("/wbxml/skip", test_skip);
	g_test_add_func("/wbxml/writer", test_writer);
	g_test_add_func("/wbxml/long-opaque", test_long_opaque);
	g_test_add_func("/wbxml/edge-cases", test_edge_cases);
	return g_test_run();
}
