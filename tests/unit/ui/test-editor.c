#include <string.h>

#include "support/dump.h"
#include "ui/widget/editor.h"

static EditorResult type(Editor *editor, const char *names)
{
	g_auto(GStrv) words = g_strsplit(names, " ", -1);
	EditorResult result = EDITOR_EDITING;

	for (char **word = words; *word; word++) {
		Key key;
		g_assert_true(key_parse(*word, &key));
		result = editor_key(editor, key);
	}
	return result;
}

/* The cursor is where a letter typed now would stand. */
static char *with_cursor(Editor *editor)
{
	editor_key(editor, 0xA6);
	g_autofree char *text = g_strdup(editor_text(editor));
	char *bar = strstr(text, "\u00a6");

	g_assert_nonnull(bar);
	*bar = '\0';
	return g_strconcat(text, "|", bar + strlen("\u00a6"), NULL);
}

/* Ten cells wide, four rows high; the cursor begins at the start. */
static void test_keys(void)
{
	static const struct { const char *why, *start, *keys, *text; } rows[] = {
		{ "letters",               "",              "a b c",                  "abc|" },
		{ "a line end",            "ab",            "Right Enter",            "a\n|b" },
		{ "backspace joins lines", "a\nb",          "Down Home Backspace",    "a|b" },
		{ "nothing before the start", "ab",         "Backspace",              "|ab" },
		{ "nothing behind the end", "ab",           "End Del",                "ab|" },
		{ "whole signs",           "x\u00e4\u6f22e\u0301", "End Backspace Backspace", "x\u00e4|" },
		{ "home and end",          "one\ntwo\nsix", "Down End x Home y",      "one\ny|twox\nsix" },
		{ "up aims at the column", "abcd\nx\nabcd", "Down Down End Up Up",    "abcd|\nx\nabcd" },
		{ "down in a long line",   "aaaa bbbb cccc dddd", "Down",             "aaaa bbbb |cccc dddd" },
		{ "past the last row",     "ab",            "Right Down Down",        "a|b" },
		{ "a page",                "1\n2\n3\n4\n5\n6", "PgDn",                "1\n2\n3\n4\n|5\n6" },
		{ "words",                 "one two  six",  "Alt-f Alt-f x Alt-b",    "one |twox  six" },
		{ "cut a word",            "one two",       "End ^W",                 "one |" },
		{ "cut lines and put back", "1\n2\n3",      "^K ^K Down ^Y",          "2\n1\n|3" },
		{ "cut to the start",      "one two",       "End Left ^U",            "|o" },
		{ "undo typing at once",   "",              "a b c Alt-u",            "|" },
		{ "undo word by kind",     "ab",            "End c Backspace Backspace Alt-u", "abc|" },
		{ "redo",                  "",              "a b Alt-u Alt-e",        "ab|" },
		{ "typing forgets redo",   "",              "a Alt-u b Alt-e",        "b|" },
		{ "a tab",                 "",              "Tab x",                  "\tx|" },
		{ "to the end of all",     "1\n2\n3",       "Alt-> x Alt-<",          "|1\n2\n3x" },
		{ "keys that mean nothing", "x",            "F5 ^G ^T",               "|x" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Editor) editor = editor_new(rows[i].start);
		g_test_message("%s", rows[i].why);
		editor_resize(editor, 10, 4);
		g_assert_cmpint(type(editor, rows[i].keys), ==, EDITOR_EDITING);
		g_autofree char *text = with_cursor(editor);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_leaves(void)
{
	static const char *const keys[] = { "Esc", "^X", "^C" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(Editor) editor = editor_new("kept");
		g_assert_cmpint(type(editor, keys[i]), ==, EDITOR_LEFT);
		g_assert_cmpstr(editor_text(editor), ==, "kept");
	}
}

/* What comes from outside: line ends of others, bytes that are no text, controls in a paste. */
static void test_foreign_text(void)
{
	g_autoptr(Editor) editor = editor_new("one\r\ntwo\xff");

	g_assert_cmpstr(editor_text(editor), ==, "one\ntwo\ufffd");
	type(editor, "Alt->");
	editor_paste(editor, "\x1b[31mred\tand\nmore\x07");
	g_assert_cmpstr(editor_text(editor), ==, "one\ntwo\ufffd[31mred\tand\nmore");
	type(editor, "Alt-u");
	g_assert_cmpstr(editor_text(editor), ==, "one\ntwo\ufffd");
}

/* A row as it is drawn, and the cursor. */
static void test_draws(void)
{
	static const struct { const char *why, *text, *keys, *rows[3]; int x, y; } rows[] = {
		{ "wraps at blanks",     "aaaa bbbb cccc dddd", "Left",    { "aaaa bbbb", "cccc dddd", "" }, 0, 0 },
		{ "cuts a long word",    "abcdefghijklm",       "End",     { "abcdefghij", "klm", "" }, 3, 1 },
		{ "wide signs stay whole", "aaaaaaaaa\u6f22",   "End",     { "aaaaaaaaa", "\u6f22", "" }, 2, 1 },
		{ "follows the cursor",  "1\n2\n3\n4\n5",       "Alt->",   { "3", "4", "5" }, 1, 2 },
		{ "a last empty line",   "1\n",                 "Alt->",   { "1", "", "" }, 0, 1 },
		{ "a tab",               "a\tb",                "End",     { "a       b", "", "" }, 9, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Editor) editor = editor_new(rows[i].text);
		g_autoptr(Canvas) canvas = canvas_new(10, 3);
		g_test_message("%s", rows[i].why);
		editor_resize(editor, 10, 3);
		type(editor, rows[i].keys);
		editor_draw(editor, canvas, (Rect){ 0, 0, 10, 3 });
		g_autofree char *all = canvas_dump(canvas);
		g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
		for (int y = 0; y < 3; y++)
			g_assert_cmpstr(g_strchomp(lines[y]), ==, rows[i].rows[y]);
		g_assert_cmpint(canvas->cursor_x, ==, rows[i].x);
		g_assert_cmpint(canvas->cursor_y, ==, rows[i].y);
	}
}

static void test_click(void)
{
	static const struct { int x, y; const char *text; } rows[] = {
		{ 1, 1, "one\nt|wo" },
		{ 9, 0, "one|\ntwo" },
		{ 9, 9, "one\ntwo|" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Editor) editor = editor_new("one\ntwo");
		editor_resize(editor, 10, 4);
		editor_click(editor, rows[i].x, rows[i].y);
		g_autofree char *text = with_cursor(editor);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/editor/keys", test_keys);
	g_test_add_func("/editor/leaves", test_leaves);
	g_test_add_func("/editor/foreign-text", test_foreign_text);
	g_test_add_func("/editor/draws", test_draws);
	g_test_add_func("/editor/click", test_click);
	return g_test_run();
}
