#include "ui/term/escape.h"

#include <string.h>

static void test_route(void)
{
	static const struct { const char *term, *tmux, *sty; EscapeRoute route; } rows[] = {
		{ "xterm-256color", NULL, NULL, ESCAPE_PLAIN }, { "foot", "", "", ESCAPE_PLAIN },
		{ "linux", NULL, NULL, ESCAPE_NONE },           { "vt220", NULL, NULL, ESCAPE_NONE },
		{ NULL, NULL, NULL, ESCAPE_NONE },              { "screen-256color", "/tmp/tmux-0/default,1,0", NULL, ESCAPE_TMUX },
		{ "screen", NULL, "123.pts-0", ESCAPE_SCREEN },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(escape_route(rows[i].term, rows[i].tmux, rows[i].sty), ==, rows[i].route);
}

static void test_title_holds_no_control(void)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "Postern 3", "\x1b]2;Postern 3\x1b\\" },
		{ "a\x1b\\\x1b]52;c;AAAA\x07" "b", "\x1b]2;a \\ ]52;c;AAAA b\x1b\\" },
		{ "x\u202ey\xc2\x9b", "\x1b]2;x\\u202ey\x1b\\" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = escape_title(rows[i].in);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

static void test_copy(void)
{
	g_autofree char *plain = escape_copy(ESCAPE_PLAIN, "hi\x1b");
	g_autofree char *tmux = escape_copy(ESCAPE_TMUX, "hi");
	g_autofree char *screen = escape_copy(ESCAPE_SCREEN, "hi");
	g_autofree char *long_text = g_strnfill(74001, 'x');

	g_assert_cmpstr(plain, ==, "\x1b]52;c;aGkb\x07");
	g_assert_cmpstr(tmux, ==, "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
	g_assert_cmpstr(screen, ==, "\x1bP\x1b]52;c;aGk=\x07\x1b\\");
	g_assert_null(escape_copy(ESCAPE_NONE, "hi"));
	g_assert_null(escape_copy(ESCAPE_PLAIN, long_text));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/escape/route", test_route);
	g_test_add_func("/escape/title-holds-no-control", test_title_holds_no_control);
	g_test_add_func("/escape/copy", test_copy);
	return g_test_run();
}
