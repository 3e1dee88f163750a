/* What postern and its helper say to each other: every number is judged on both sides. */
#include <string.h>

#include "base/error.h"
#include "paper/paper.h"

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

/* A frame with one byte set to something else. */
static GBytes *bent(GBytes *frame, gsize at, guint8 byte)
{
	gsize len;
	guint8 *copy = g_memdup2(g_bytes_get_data(frame, &len), g_bytes_get_size(frame));

	g_assert_cmpuint(at, <, g_bytes_get_size(frame));
	copy[at] = byte;
	return g_bytes_new_take(copy, g_bytes_get_size(frame));
}

static PaperRequest request_for(PaperOutput output, GBytes *picture)
{
	return (PaperRequest){ output, 4, 2, 10, 20, 256, picture };
}

static void test_request(void)
{
	g_autoptr(GBytes) picture = bytes_of("picture");
	PaperRequest sent = request_for(PAPER_SIXEL, picture), read;
	g_autoptr(GBytes) frame = paper_request_bytes(&sent);

	g_assert_true(paper_request_read(frame, &read, NULL));
	g_assert_cmpint(read.output, ==, PAPER_SIXEL);
	g_assert_cmpint(read.columns, ==, 4);
	g_assert_cmpint(read.rows, ==, 2);
	g_assert_cmpint(read.cell_width, ==, 10);
	g_assert_cmpint(read.cell_height, ==, 20);
	g_assert_cmpint(read.colours, ==, 256);
	g_assert_true(g_bytes_equal(read.picture, picture));
	g_bytes_unref(read.picture);
}

static void test_request_refused(void)
{
	static const struct { const char *why; gsize at; guint8 byte; ErrorKind kind; const char *says; } rows[] = {
		{ "another protocol", 0, 'X', ERR_PROTOCOL, "no frame" },
		{ "another version", 4, 2, ERR_PROTOCOL, "version 2, not 1" },
		{ "an output that there is not", 8, 3, ERR_PROTOCOL, "no sense" },
		{ "no column", 12, 0, ERR_PROTOCOL, "no sense" },
		{ "129 columns", 12, 129, ERR_PROTOCOL, "no sense" },
		{ "2^31 rows", 19, 0x80, ERR_PROTOCOL, "no sense" },
		{ "a cell of 65 pixels", 24, 65, ERR_PROTOCOL, "no sense" },
		{ "17 colours", 28, 17, ERR_PROTOCOL, "no sense" },
		{ "a length that lies", 32, 8, ERR_PROTOCOL, "has 7 bytes, not 8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) picture = bytes_of("picture");
		PaperRequest sent = request_for(PAPER_BLOCKS, picture), read;
		g_autoptr(GBytes) frame = paper_request_bytes(&sent);
		g_autoptr(GBytes) wrong = bent(frame, rows[i].at, rows[i].byte);
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_false(paper_request_read(wrong, &read, &err));
		g_assert_true(error_is(err, rows[i].kind));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static void test_sizes(void)
{
	static const struct { const char *why; gsize len; bool ok; } rows[] = {
		{ "the largest picture", PAPER_PICTURE_BYTES_MAX, true },
		{ "a byte more", PAPER_PICTURE_BYTES_MAX + 1, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) picture = g_bytes_new_take(g_malloc0(rows[i].len), rows[i].len);
		PaperRequest sent = request_for(PAPER_BLOCKS, picture), read = { 0 };
		g_autoptr(GBytes) frame = paper_request_bytes(&sent);
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(paper_request_read(frame, &read, &err), ==, rows[i].ok);
		g_assert_true(rows[i].ok || error_is(err, ERR_LIMIT));
		g_clear_pointer(&read.picture, g_bytes_unref);
	}
}

/* A request for 4 by 2 cells, and an answer whose content a row gives. */
static GBytes *answer_frame(PaperOutput output, GByteArray *content)
{
	g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(content);
	const PaperAnswer answer = { .verdict = PAPER_DRAWN, .output = output, .columns = 2, .rows = 1,
		                     .width = 4, .height = 2, .content = bytes };

	return paper_answer_bytes(&answer);
}

static void check_answer(const char *why, PaperOutput output, GByteArray *content, bool ok)
{
	g_autoptr(GBytes) frame = answer_frame(output, content);
	PaperRequest request = request_for(output, NULL);
	PaperAnswer  answer = { 0 };
	g_autoptr(GError) err = NULL;

	g_test_message("%s", why);
	g_assert_cmpint(paper_answer_read(frame, &request, &answer, &err), ==, ok);
	g_assert_true(ok || error_is(err, ERR_PROTOCOL));
	g_clear_pointer(&answer.content, g_bytes_unref);
}

static void test_blocks(void)
{
	static const struct { const char *why; int cells; PaperCell cell; bool ok; } rows[] = {
		{ "half a block", 2, { 0x2584, 15, 255 }, true },
		{ "a blank in the terminal's own", 2, { ' ', -1, -1 }, true },
		{ "the last quadrant", 2, { 0x259f, 0, 0 }, true },
		{ "a cell too few", 1, { ' ', 0, 0 }, false },
		{ "a cell too many", 3, { ' ', 0, 0 }, false },
		{ "an escape", 2, { 0x1b, 0, 0 }, false },
		{ "a C1 control", 2, { 0x9b, 0, 0 }, false },
		{ "a letter", 2, { 'A', 0, 0 }, false },
		{ "a line of a box", 2, { 0x257f, 0, 0 }, false },
		{ "a square", 2, { 0x25a0, 0, 0 }, false },
		{ "a right-to-left mark", 2, { 0x202e, 0, 0 }, false },
		{ "colour 256 of 256", 2, { 0x2584, 256, 0 }, false },
		{ "colour -2", 2, { 0x2584, 0, -2 }, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *content = g_byte_array_new();
		for (int k = 0; k < rows[i].cells; k++)
			paper_cell_append(content, &rows[i].cell);
		check_answer(rows[i].why, PAPER_BLOCKS, content, rows[i].ok);
	}
}

static void test_pixels(void)
{
	static const struct { const char *why; guint len; bool ok; } rows[] = {
		{ "4 by 2", 24, true }, { "one short", 23, false }, { "one more", 25, false }, { "none", 0, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *content = g_byte_array_new();
		g_byte_array_set_size(content, rows[i].len);
		check_answer(rows[i].why, PAPER_PIXELS, content, rows[i].ok);
	}
}

/* Two cells of ten pixels, twenty high: twenty columns and four bands, and one that is clear. */
static void test_sixels(void)
{
	static const struct { const char *why, *strip; bool ok; } rows[] = {
		{ "colours, paint, bands", "#0;2;100;0;0#0!20~$#1?-~~", true },
		{ "nothing", "", true },
		{ "the last column", "!19?~", true },
		{ "a column too many", "!20?~", false },
		{ "the same after a return", "!20~$!20~$!21~", false },
		{ "five bands", "----", true },
		{ "six bands and more", "-----", false },
		{ "the end of the string, and a title", "~\x1b\\\x1b]2;owned\x07", false },
		{ "an eight-bit end", "~\x9c", false },
		{ "a line feed", "~\n", false },
		{ "its own size", "\"1;1;9999;9999~", false },
		{ "repeating what is no paint", "!3-", false },
		{ "repeating nothing", "!3", false },
		{ "repeating without end", "!99999999999~", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *content = g_byte_array_new();
		paper_strip_append(content, rows[i].strip, strlen(rows[i].strip));
		check_answer(rows[i].why, PAPER_SIXEL, content, rows[i].ok);
	}
	GByteArray *two = g_byte_array_new();
	paper_strip_append(two, "~", 1);
	paper_strip_append(two, "~", 1);
	check_answer("a strip too many", PAPER_SIXEL, two, false);
	GByteArray *lies = g_byte_array_new();
	paper_strip_append(lies, "~~", 2);
	lies->data[0] = 200;
	check_answer("a strip longer than the content", PAPER_SIXEL, lies, false);
}

static void test_answer_refused(void)
{
	static const struct { const char *why; gsize at; guint8 byte; } rows[] = {
		{ "another version", 4, 9 },   { "a verdict that there is not", 8, 5 },
		{ "refused, with content", 8, 4 }, { "what was not asked for", 12, 1 },
		{ "more columns than asked", 16, 5 }, { "no column", 16, 0 },
		{ "more rows than asked", 20, 3 }, { "2^31 pixels", 27, 0x80 },
		{ "2^31 pixels of the picture", 35, 0x80 }, { "a length that lies", 40, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GByteArray *content = g_byte_array_new();
		for (int k = 0; k < 2; k++)
			paper_cell_append(content, &(PaperCell){ ' ', 0, 0 });
		g_autoptr(GBytes) frame = answer_frame(PAPER_BLOCKS, content);
		g_autoptr(GBytes) wrong = bent(frame, rows[i].at, rows[i].byte);
		PaperRequest request = request_for(PAPER_BLOCKS, NULL);
		PaperAnswer  answer;
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_false(paper_answer_read(wrong, &request, &answer, &err));
		g_assert_true(error_is(err, ERR_PROTOCOL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/paper/request", test_request);
	g_test_add_func("/paper/request-refused", test_request_refused);
	g_test_add_func("/paper/sizes", test_sizes);
	g_test_add_func("/paper/blocks", test_blocks);
	g_test_add_func("/paper/pixels", test_pixels);
	g_test_add_func("/paper/sixels", test_sixels);
	g_test_add_func("/paper/answer-refused", test_answer_refused);
	return g_test_run();
}
