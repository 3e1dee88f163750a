#include <string.h>

#include "ui/cell/canvas.h"
#include "support/dump.h"
#include "ui/cell/key.h"

static void test_columns(void)
{
	static const struct { const char *in; int width; const char *left, *right; } rows[] = {
		{ "abc", 5, "abc  |", "  abc|" },
		{ "abcdef", 4, "abc\u2026|", "abc\u2026|" },
		{ "\u6f22\u5b57\u6f22", 4, "\u6f22\u2026 |", "\u6f22\u2026 |" },
		{ "\u6f22\u5b57", 4, "\u6f22\u5b57|", "\u6f22\u5b57|" },
		{ "", 2, "  |", "  |" },
		{ "x", 0, "|", "|" },
		{ "a\x1b" "b", 3, "a\u241b" "b|", "a\u241b" "b|" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int is_right = 0; is_right <= 1; is_right++) {
			g_autoptr(Canvas) canvas = canvas_new(8, 1);
			Pen pen = pen_new(canvas, (Rect){ 0, 0, 8, 1 }, STYLE_NORMAL);
			(is_right ? pen_column_right : pen_column)(&pen, rows[i].in, rows[i].width);
			pen_text(&pen, "|");
			g_autofree char *dump = canvas_dump(canvas);
			g_strchomp(dump);
			g_assert_cmpstr(dump, ==, is_right ? rows[i].right : rows[i].left);
		}
}

static void test_half_a_wide_sign_becomes_blank(void)
{
	g_autoptr(Canvas) canvas = canvas_new(6, 1);
	Pen pen = pen_new(canvas, (Rect){ 0, 0, 6, 1 }, STYLE_NORMAL);

	pen_text(&pen, "\u6f22\u5b57\u6f22");
	pen.x = 1;
	pen_text(&pen, "ab");
	g_autofree char *dump = canvas_dump(canvas);
	g_assert_cmpstr(dump, ==, " ab \u6f22\n");
}

static void test_drawing_outside_is_clipped(void)
{
	g_autoptr(Canvas) canvas = canvas_new(3, 2);
	Pen pen = { canvas, -2, 0, 40, STYLE_NORMAL, 0 };

	pen_text(&pen, "abcdefgh");
	canvas_fill(canvas, (Rect){ -5, -5, 3, 3 }, STYLE_ERROR);
	canvas_rule_down(canvas, 2, -1, 10);
	canvas_restyle(canvas, (Rect){ 1, 1, 9, 9 }, STYLE_SELECTED);
	g_autofree char *dump = canvas_dump(canvas);
	g_assert_cmpstr(dump, ==, "cd\u2502\n  \u2502\n");
	g_autofree char *styles = canvas_dump_styles(canvas);
	g_assert_cmpstr(styles, ==, "  |\n SS\n");
}

static void test_links(void)
{
	static const struct { const char *url, *kept; } rows[] = {
		{ "https://example.org/a b\x1b\\", "https://example.org/a%20b%1B\\" },
		{ "HTTP://x/\u00e4", "HTTP://x/%C3%A4" },
		{ "mailto:a@b", "mailto:a@b" },
		{ "javascript:alert(1)", NULL },
		{ "file:///etc/passwd", NULL },
		{ "", NULL },
	};
	g_autoptr(Canvas) canvas = canvas_new(1, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t link = canvas_link(canvas, rows[i].url);
		g_assert_cmpint(link != 0, ==, rows[i].kept != NULL);
		if (link)
			g_assert_cmpstr(g_ptr_array_index(canvas->links, link - 1), ==, rows[i].kept);
	}
}

static void test_key_names_go_both_ways(void)
{
	static const char *const names[] = {
		"a", "A", "?", "^F", "^J", "Enter", "Esc", "Space", "Tab", "Shift-Tab", "PgDn", "F5", "F12", "Alt-v", "Alt-1",
		"Alt-Left", "\u00e4", "\u6f22", "$", "^",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		Key key;
		g_assert_true(key_parse(names[i], &key));
		g_autofree char *back = key_format(key);
		g_assert_cmpstr(back, ==, names[i]);
	}
	Key key;
	static const char *const wrong[] = { "", "ab", "F13", "F0", "Alt-", "Alt-Alt-a", "\x1b", "^f" };
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(key_parse(wrong[i], &key));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/canvas/columns", test_columns);
	g_test_add_func("/canvas/half-a-wide-sign-becomes-blank", test_half_a_wide_sign_becomes_blank);
	g_test_add_func("/canvas/drawing-outside-is-clipped", test_drawing_outside_is_clipped);
	g_test_add_func("/canvas/links", test_links);
	g_test_add_func("/key/names-go-both-ways", test_key_names_go_both_ways);
	return g_test_run();
}
