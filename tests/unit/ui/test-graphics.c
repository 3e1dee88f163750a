/* How a terminal is made to show pictures: which way is taken, and what it is told, byte for byte. */
#include <string.h>
#include <wchar.h>

#include "ui/term/graphics.h"

/* ---- which way ---- */

static void test_choose(void)
{
	static const GraphicsHints xterm = { "xterm-256color", NULL, NULL, ESCAPE_PLAIN, 256, true, true };
	static const GraphicsHints kitty = { "xterm-kitty", NULL, NULL, ESCAPE_PLAIN, 256, true, true };
	static const GraphicsHints window = { "xterm-256color", NULL, "3", ESCAPE_PLAIN, 256, true, true };
	static const GraphicsHints ghostty = { "xterm-256color", "ghostty", NULL, ESCAPE_PLAIN, 256, true, true };
	static const GraphicsHints foot = { "foot", NULL, NULL, ESCAPE_PLAIN, 256, true, true };
	static const GraphicsHints wezterm = { "xterm-256color", "WezTerm", NULL, ESCAPE_PLAIN, 1 << 24, true, true };
	static const GraphicsHints sizeless = { "foot", NULL, NULL, ESCAPE_PLAIN, 256, true, false };
	static const GraphicsHints tmux = { "tmux-256color", "tmux", "3", ESCAPE_TMUX, 256, true, true };
	static const GraphicsHints screen = { "screen-256color", NULL, "3", ESCAPE_SCREEN, 256, true, true };
	static const GraphicsHints linux_console = { "linux", NULL, NULL, ESCAPE_NONE, 8, true, true };
	static const GraphicsHints sixteen = { "xterm-16color", NULL, "3", ESCAPE_PLAIN, 16, true, true };
	static const GraphicsHints no_color = { "xterm-kitty", NULL, NULL, ESCAPE_PLAIN, 0, true, true };
	static const GraphicsHints latin = { "xterm-kitty", NULL, NULL, ESCAPE_PLAIN, 256, false, true };
	static const struct { const char *why; GraphicsWish wish; const GraphicsHints *hints; int kind; } rows[] = {
		{ "xterm, auto", GRAPHICS_AUTO, &xterm, DRAWING_BLOCKS },
		{ "kitty by TERM", GRAPHICS_AUTO, &kitty, DRAWING_PIXELS },
		{ "kitty by its window", GRAPHICS_AUTO, &window, DRAWING_PIXELS },
		{ "ghostty", GRAPHICS_AUTO, &ghostty, DRAWING_PIXELS },
		{ "foot", GRAPHICS_AUTO, &foot, DRAWING_SIXEL },
		{ "WezTerm", GRAPHICS_AUTO, &wezterm, DRAWING_SIXEL },
		{ "foot that keeps its size", GRAPHICS_AUTO, &sizeless, DRAWING_BLOCKS },
		{ "kitty behind tmux, auto", GRAPHICS_AUTO, &tmux, DRAWING_BLOCKS },
		{ "kitty behind tmux, as told", GRAPHICS_KITTY, &tmux, DRAWING_PIXELS },
		{ "sixel in tmux, as told", GRAPHICS_SIXEL, &tmux, DRAWING_SIXEL },
		{ "kitty behind screen", GRAPHICS_KITTY, &screen, DRAWING_BLOCKS },
		{ "sixel, as told", GRAPHICS_SIXEL, &xterm, DRAWING_SIXEL },
		{ "blocks, as told", GRAPHICS_BLOCKS, &kitty, DRAWING_BLOCKS },
		{ "off", GRAPHICS_OFF, &kitty, -1 },
		{ "eight colours", GRAPHICS_BLOCKS, &linux_console, -1 },
		{ "sixteen colours", GRAPHICS_AUTO, &sixteen, DRAWING_BLOCKS },
		{ "NO_COLOR", GRAPHICS_KITTY, &no_color, -1 },
		{ "no UTF-8", GRAPHICS_KITTY, &latin, -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		DrawingKind kind = DRAWING_BLOCKS;
		bool ok = graphics_choose(rows[i].wish, rows[i].hints, &kind);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(ok ? (int)kind : -1, ==, rows[i].kind);
	}
}

/* ---- kitty ---- */

static Drawing *pixels(int width, int height)
{
	Drawing *drawing = drawing_new(DRAWING_PIXELS, 2, 3);

	drawing->width = width;
	drawing->height = height;
	drawing->pixels = g_bytes_new_take(g_malloc0((gsize)width * (gsize)height * 3),
	                                   (gsize)width * (gsize)height * 3);
	return drawing;
}

static void show(Canvas *canvas, Drawing *drawing, int x, int y)
{
	for (int row = 0; row < drawing->rows; row++) {
		Pen pen = { canvas, x, y + row, canvas->width, STYLE_NORMAL, 0 };
		pen_drawing(&pen, drawing, row);
	}
}

static void test_kitty(void)
{
	g_autoptr(Canvas) canvas = canvas_new(20, 10);
	g_autoptr(Drawing) drawing = pixels(2, 1);
	Graphics *graphics = graphics_new(ESCAPE_PLAIN);
	wchar_t   signs[GRAPHICS_SIGNS + 1];
	int       colour;

	show(canvas, drawing, 4, 2);
	g_assert_false(graphics_placeholder(graphics, canvas, canvas_at(canvas, 5, 4), signs, &colour));
	g_autofree char *told = graphics_tell(graphics, canvas);
	g_assert_cmpstr(told, ==, "\x1b_Ga=T,U=1,q=2,f=24,i=17,s=2,v=1,c=2,r=3,m=0;AAAAAAAA\x1b\\");
	g_autofree char *again = graphics_tell(graphics, canvas);
	g_assert_null(again);
	g_assert_true(graphics_placeholder(graphics, canvas, canvas_at(canvas, 5, 4), signs, &colour));
	g_assert_cmpint(colour, ==, 17);
	g_assert_cmpuint(signs[0], ==, 0x10eeee);
	g_assert_cmpuint(signs[1], ==, 0x30e);           /* the third row */
	g_assert_cmpuint(signs[2], ==, 0x30d);           /* the second column */
	g_assert_cmpuint(signs[3], ==, 0);
	g_autofree char *forgotten = graphics_forget(graphics);
	g_assert_cmpstr(forgotten, ==, "\x1b_Ga=d,d=I,q=2,i=17\x1b\\");
	g_autofree char *anew = graphics_tell(graphics, canvas);
	g_assert_nonnull(strstr(anew, "i=18"));
	graphics_free(graphics);
}

/* Chunks of 4,096 bytes; only the first says what it is. */
static void test_kitty_chunks(void)
{
	g_autoptr(Canvas) canvas = canvas_new(20, 10);
	g_autoptr(Drawing) drawing = pixels(64, 40);     /* 7,680 bytes are 10,240 in base64 */
	Graphics *graphics = graphics_new(ESCAPE_PLAIN);

	show(canvas, drawing, 0, 0);
	g_autofree char *told = graphics_tell(graphics, canvas);
	g_auto(GStrv) parts = g_strsplit(told, "\x1b_G", -1);
	g_assert_cmpuint(g_strv_length(parts), ==, 4);
	g_assert_true(g_str_has_prefix(parts[1], "a=T,U=1,q=2,f=24,i=17,s=64,v=40,c=2,r=3,m=1;"));
	g_assert_true(g_str_has_prefix(parts[2], "q=2,m=1;"));
	g_assert_true(g_str_has_prefix(parts[3], "q=2,m=0;"));
	g_assert_cmpuint(strlen(strchr(parts[1], ';')), ==, 1 + 4096 + 2);
	g_assert_cmpuint(strlen(strchr(parts[3], ';')), ==, 1 + 10240 - 2 * 4096 + 2);
	graphics_free(graphics);
}

/* Inside tmux's wrapper every ESC is doubled. */
static void test_kitty_behind_tmux(void)
{
	g_autoptr(Canvas) canvas = canvas_new(20, 10);
	g_autoptr(Drawing) drawing = pixels(1, 1);
	Graphics *graphics = graphics_new(ESCAPE_TMUX);

	show(canvas, drawing, 0, 0);
	g_autofree char *told = graphics_tell(graphics, canvas);
	g_assert_cmpstr(told, ==, "\x1bPtmux;\x1b\x1b_Ga=T,U=1,q=2,f=24,i=17,s=1,v=1,c=2,r=3,m=0;AAAA\x1b\x1b\\\x1b\\");
	graphics_free(graphics);
}

/* A kitty is not made to keep all that was ever seen. */
static void test_kitty_forgets(void)
{
	g_autoptr(Canvas) canvas = canvas_new(20, 10);
	Graphics *graphics = graphics_new(ESCAPE_PLAIN);
	int told_of = 0, dropped = 0;

	for (int i = 0; i < 600; i++) {
		g_autoptr(Drawing) drawing = pixels(1, 1);
		canvas_clear(canvas);
		show(canvas, drawing, 0, 0);
		g_autofree char *told = graphics_tell(graphics, canvas);
		told_of += strstr(told, "a=T") != NULL;
		dropped += strstr(told, "a=d,d=I") != NULL;
	}
	g_assert_cmpint(told_of, ==, 600);
	g_assert_cmpint(told_of - dropped, ==, 32);
	graphics_free(graphics);
}

/* ---- sixel ---- */

static Drawing *strips(int columns, int rows)
{
	Drawing *drawing = drawing_new(DRAWING_SIXEL, columns, rows);

	drawing->width = columns * 10;
	drawing->height = 20;
	for (int i = 0; i < rows; i++) {
		g_autofree char *strip = g_strdup_printf("#%d~", i);
		g_ptr_array_add(drawing->strips, g_bytes_new(strip, strlen(strip)));
	}
	return drawing;
}

/* Of each row: "." nothing to do, "!" put anew, and the strips that are then written. */
static char *due(const Canvas *canvas, const Canvas *shown)
{
	GString *out = g_string_new(NULL);

	for (int y = 0; y < canvas->height; y++) {
		bool is_due = graphics_is_row_due(canvas, shown, y);
		g_string_append_c(out, is_due ? '!' : '.');
		for (int x = 0; is_due && x < canvas->width; x++) {
			g_autofree char *strip = graphics_strip(canvas, x, y);
			if (strip)
				g_string_append_c(out, '1');
		}
	}
	return g_string_free(out, FALSE);
}

static void test_strips(void)
{
	static const struct { const char *why; int x, y, popup_x; const char *due; } rows[] = {
		{ "nothing has changed", 2, 1, -1, "......" },
		{ "one line up", 2, 0, -1, "!1!1!1!.." },
		{ "one line down", 2, 2, -1, ".!!1!1!1." },
		{ "another column", 3, 1, -1, ".!1!1!1.." },
		{ "gone", -1, 0, -1, ".!!!.." },
		{ "a popup over the second row", 2, 1, 4, "..!..." },
		{ "a popup beside it", 2, 1, 8, "..!1..." },
	};
	g_autoptr(Canvas) before = canvas_new(12, 6), now = canvas_new(12, 6);
	g_autoptr(Drawing) drawing = strips(4, 3);

	show(before, drawing, 2, 1);
	g_autofree char *strip = graphics_strip(before, 2, 2);
	g_assert_cmpstr(strip, ==, "\x1bP0;1;0q\"1;1;40;20#1~\x1b\\");
	g_autofree char *inside = graphics_strip(before, 3, 2);
	g_assert_null(inside);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		canvas_clear(now);
		if (rows[i].x >= 0)
			show(now, drawing, rows[i].x, rows[i].y);
		if (rows[i].popup_x >= 0)
			canvas_fill(now, (Rect){ rows[i].popup_x, 2, 4, 1 }, STYLE_SELECTED);
		g_autofree char *is_due = due(now, before);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(is_due, ==, rows[i].due);
	}
}

static void row_of_blanks(const Canvas *canvas, int x, int y, wchar_t blanks[5])
{
	for (int i = 0; i < 4; i++)
		blanks[i] = graphics_blank(canvas, x + i, y);
	blanks[4] = L'\0';
}

/* The blanks of a row go with it, and no other has the same; under what is not shown there are none. */
static void test_blanks(void)
{
	g_autoptr(Canvas) canvas = canvas_new(12, 10);
	g_autoptr(Drawing) drawing = strips(4, 3);
	wchar_t first[5], second[5], moved[5], covered[5];

	show(canvas, drawing, 2, 1);
	show(canvas, drawing, 6, 6);
	row_of_blanks(canvas, 2, 1, first);
	row_of_blanks(canvas, 2, 2, second);
	row_of_blanks(canvas, 6, 6, moved);
	g_assert_cmpint(wcscmp(first, second), !=, 0);
	g_assert_cmpint(wcscmp(first, moved), ==, 0);
	for (int i = 0; i < 4; i++)
		g_assert_true(first[i] >= 0x2000 && first[i] <= 0x2009);
	canvas_fill(canvas, (Rect){ 5, 2, 1, 1 }, STYLE_NORMAL);
	for (int i = 0; i < 3; i++)
		covered[i] = graphics_blank(canvas, 2 + i, 2);
	covered[3] = L'\0';
	g_assert_cmpint(wcscmp(covered, L"   "), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/graphics/choose", test_choose);
	g_test_add_func("/graphics/kitty", test_kitty);
	g_test_add_func("/graphics/kitty-chunks", test_kitty_chunks);
	g_test_add_func("/graphics/kitty-behind-tmux", test_kitty_behind_tmux);
	g_test_add_func("/graphics/kitty-forgets", test_kitty_forgets);
	g_test_add_func("/graphics/strips", test_strips);
	g_test_add_func("/graphics/blanks", test_blanks);
	return g_test_run();
}
