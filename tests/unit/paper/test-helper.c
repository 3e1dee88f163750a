/* The real postern-paper: what it draws, and what hostile pictures come to. */
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "paper/paper.h"
#include "support/picture.h"

enum { TIMEOUT_MS = 20000 };

/* NULL: there was no answer, *err says why. */
static bool ask(const PaperRequest *request, PaperAnswer *ret_answer, GError **err)
{
	g_autofree char *helper = g_build_filename(g_getenv("POSTERN_BUILD"), "postern-paper", NULL);
	char *argv[] = { helper, NULL };
	g_autoptr(GBytes) sent = paper_request_bytes(request);
	g_autoptr(GBytes) bytes =
		process_exchange(argv, sent, -1, TIMEOUT_MS, PAPER_ANSWER_BYTES_MAX, err);

	return bytes && paper_answer_read(bytes, request, ret_answer, err);
}

static PaperAnswer answer_to(const PaperRequest *request)
{
	PaperAnswer answer = { 0 };
	g_autoptr(GError) err = NULL;

	g_assert_true(ask(request, &answer, &err));
	g_assert_no_error(err);
	return answer;
}

static PaperRequest request_for(PaperOutput output, GBytes *picture)
{
	return (PaperRequest){ output, 40, 20, 10, 20, 1 << 24, picture };
}

/* ---- what is drawn ---- */

static void test_kinds(void)
{
	g_autoptr(GBytes) jpeg = picture_jpeg_on_its_side();
	const struct { const char *why; GBytes *picture; int width, height, columns, rows; } rows[] = {
		{ "png", picture_png(120, 60), 120, 60, 12, 3 },
		{ "bmp", picture_bmp(30, 20), 30, 20, 3, 1 },
		{ "gif, of 10,000 pictures", picture_gif(10000), 8, 8, 1, 1 },
		{ "jpeg, on its side", g_bytes_ref(jpeg), 8, 16, 1, 1 },
		{ "wider than the box", picture_png(4000, 200), 4000, 200, 40, 1 },
		{ "higher than the box", picture_png(20, 4000), 20, 4000, 1, 20 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		for (PaperOutput output = PAPER_BLOCKS; output < PAPER_OUTPUT_COUNT; output++) {
			PaperRequest request = request_for(output, rows[i].picture);
			PaperAnswer  answer = answer_to(&request);
			g_assert_cmpint(answer.verdict, ==, PAPER_DRAWN);
			g_assert_cmpint(answer.picture_width, ==, rows[i].width);
			g_assert_cmpint(answer.picture_height, ==, rows[i].height);
			g_assert_cmpint(answer.columns, ==, rows[i].columns);
			g_assert_cmpint(answer.rows, ==, rows[i].rows);
			g_bytes_unref(answer.content);
		}
		g_bytes_unref(rows[i].picture);
	}
}

/* A field of the board is a cell wide and half a cell high: each cell has the two colours. */
static void test_blocks(void)
{
	static const struct { int colours, red, blue; } rows[] = {
		{ 1 << 24, 0xfe0000, 0x0000fe }, { 256, 196, 21 }, { 16, 9, 12 },
	};
	g_autoptr(GBytes) picture = picture_png(20, 20);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PaperRequest request = request_for(PAPER_BLOCKS, picture);
		request.colours = rows[i].colours;
		PaperAnswer answer = answer_to(&request);
		g_test_message("%d colours", rows[i].colours);
		for (int column = 0; column < 2; column++) {
			PaperCell cell = paper_cell_at(&answer, column, 0);
			bool is_upper = cell.sign == 0x2580;
			int  top = is_upper ? cell.front : cell.back;
			int  bottom = is_upper ? cell.back : cell.front;
			g_assert_true(is_upper || cell.sign == 0x2584);
			if (rows[i].colours == 1 << 24) {
				top &= 0xf000f0;
				bottom &= 0xf000f0;
			}
			int red = rows[i].colours == 1 << 24 ? 0xf00000 : rows[i].red;
			int blue = rows[i].colours == 1 << 24 ? 0x0000f0 : rows[i].blue;
			g_assert_cmpint(top, ==, column ? blue : red);
			g_assert_cmpint(bottom, ==, column ? red : blue);
		}
		g_bytes_unref(answer.content);
	}
}

static void test_pixels(void)
{
	g_autoptr(GBytes) picture = picture_png(20, 20), jpeg = picture_jpeg_on_its_side();
	PaperRequest request = request_for(PAPER_PIXELS, picture);
	PaperAnswer  answer = answer_to(&request);
	const guint8 *pixels = g_bytes_get_data(answer.content, NULL);

	g_assert_cmpint(answer.width, ==, 20);
	g_assert_cmpint(answer.height, ==, 20);
	g_assert_cmpmem(pixels, 3, "\xff\0\0", 3);
	g_assert_cmpmem(pixels + 19 * 3, 3, "\0\0\xff", 3);
	g_bytes_unref(answer.content);

	/* The left half of what lies on its side is the upper half. */
	request.picture = jpeg;
	answer = answer_to(&request);
	pixels = g_bytes_get_data(answer.content, NULL);
	g_assert_cmpint(answer.width, ==, 8);
	g_assert_cmpint(answer.height, ==, 16);
	g_assert_cmpint(pixels[0], >, 200);
	g_assert_cmpint(pixels[7 * 3], >, 200);
	g_assert_cmpint(pixels[15 * 8 * 3], <, 60);
	g_bytes_unref(answer.content);
}

static void test_sixels(void)
{
	g_autoptr(GBytes) picture = picture_png(30, 50);
	PaperRequest request = request_for(PAPER_SIXEL, picture);
	PaperAnswer  answer = answer_to(&request);
	size_t offset = 0;
	int    strips = 0;

	for (GBytes *strip; (strip = paper_strip_next(&answer, &offset)); strips++) {
		g_assert_cmpint(*(const char *)g_bytes_get_data(strip, NULL), ==, '#');
		g_bytes_unref(strip);
	}
	g_assert_cmpint(strips, ==, 3);
	g_bytes_unref(answer.content);
}

/* ---- what is not ---- */

static GBytes *cut(GBytes *whole, gsize len)
{
	g_autoptr(GBytes) owned = whole;

	return g_bytes_new_from_bytes(owned, 0, MIN(len, g_bytes_get_size(owned)));
}

static GBytes *text(const char *text) { return g_bytes_new(text, strlen(text)); }

static GBytes *zeros_behind(const char *begin, gsize len)
{
	guint8 *bytes = g_malloc0(len);

	memcpy(bytes, begin, strlen(begin));
	return g_bytes_new_take(bytes, len);
}

static void test_hostile(void)
{
	static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>";
	const struct { const char *why; GBytes *picture; PaperVerdict verdict; } rows[] = {
		{ "nothing", text(""), PAPER_UNKNOWN },
		{ "text", text("hello"), PAPER_UNKNOWN },
		{ "svg", text(svg), PAPER_UNKNOWN },
		{ "svg behind a declaration", text("<?xml version='1.0'?><svg/>"), PAPER_UNKNOWN },
		{ "xpm", text("/* XPM */ static char *x[] = { \"1 1 1 1\", \"a c red\", \"a\" };"), PAPER_UNKNOWN },
		{ "a cursor with pictures", text("RIFF\4\0\0\0ACON"), PAPER_UNKNOWN },
		{ "png, its magic alone", cut(picture_png(9, 9), 8), PAPER_DAMAGED },
		{ "png, cut in its head", cut(picture_png(9, 9), 20), PAPER_DAMAGED },
		{ "png of 60,000 by 60,000", picture_png_claiming(60000, 60000), PAPER_TOO_LARGE },
		{ "png of 2^31 by 1", picture_png_claiming(0x7fffffff, 1), PAPER_DAMAGED },
		{ "png of none", picture_png_claiming(0, 0), PAPER_DAMAGED },
		{ "jpeg, its magic and zeros", zeros_behind("\xff\xd8\xff", 100000), PAPER_DAMAGED },
		{ "gif, its magic and zeros", zeros_behind("GIF89a", 100000), PAPER_DAMAGED },
		{ "bmp, its magic and zeros", zeros_behind("BM", 100000), PAPER_DAMAGED },
		{ "tiff, its magic and zeros", zeros_behind("II*", 100000), PAPER_DAMAGED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PaperRequest request = request_for(PAPER_BLOCKS, rows[i].picture);
		PaperAnswer  answer = answer_to(&request);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(answer.verdict, ==, rows[i].verdict);
		g_bytes_unref(answer.content);
		g_bytes_unref(rows[i].picture);
	}
}

/* A picture that ends too early, or claims a few more pixels than it has, is shown as far as it
 * goes. */
static void test_damaged_but_shown(void)
{
	const struct { const char *why; GBytes *picture; } rows[] = {
		{ "png, cut in the middle", cut(picture_png(400, 400), 400) },
		{ "png, more lines than there are", picture_png_claiming(8, 4000) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PaperRequest request = request_for(PAPER_BLOCKS, rows[i].picture);
		PaperAnswer  answer = answer_to(&request);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(answer.verdict, ==, PAPER_DRAWN);
		g_bytes_unref(answer.content);
		g_bytes_unref(rows[i].picture);
	}
}

/* Whatever is not a request is refused, or ends without an answer: never with a crash. */
static void test_nonsense(void)
{
	g_autofree char *helper = g_build_filename(g_getenv("POSTERN_BUILD"), "postern-paper", NULL);
	char *argv[] = { helper, NULL };
	g_autoptr(GBytes) picture = picture_png(9, 9);
	PaperRequest request = request_for(PAPER_BLOCKS, picture);
	g_autoptr(GBytes) good = paper_request_bytes(&request);

	for (gsize len = 0; len < 44; len += 4) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(good, 0, len);
		g_autoptr(GError) err = NULL;
		g_autoptr(GBytes) bytes =
			process_exchange(argv, part, -1, TIMEOUT_MS, PAPER_ANSWER_BYTES_MAX, &err);
		PaperAnswer answer;
		g_assert_no_error(err);
		g_assert_true(paper_answer_read(bytes, &request, &answer, &err));
		g_assert_cmpint(answer.verdict, ==, PAPER_REFUSED);
		g_bytes_unref(answer.content);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	signal(SIGPIPE, SIG_IGN);
	g_test_add_func("/helper/kinds", test_kinds);
	g_test_add_func("/helper/blocks", test_blocks);
	g_test_add_func("/helper/pixels", test_pixels);
	g_test_add_func("/helper/sixels", test_sixels);
	g_test_add_func("/helper/hostile", test_hostile);
	g_test_add_func("/helper/damaged-but-shown", test_damaged_but_shown);
	g_test_add_func("/helper/nonsense", test_nonsense);
	return g_test_run();
}
