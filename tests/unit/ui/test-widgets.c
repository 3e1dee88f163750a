#include <string.h>

#include "support/dump.h"
#include "ui/widget/bar.h"
#include "ui/widget/menu.h"
#include "ui/widget/pager.h"
#include "ui/widget/prompt.h"

/* Types names of keys, one blank between them. */
static PromptResult type(Prompt *prompt, const char *names)
{
	g_auto(GStrv) words = g_strsplit(names, " ", -1);
	PromptResult result = PROMPT_EDITING;

	for (char **word = words; *word; word++) {
		Key key;
		g_assert_true(key_parse(*word, &key));
		result = prompt_key(prompt, key);
	}
	return result;
}

static void complete_colours(const char *text, GPtrArray *words, void *data)
{
	static const char *const colours[] = { "red", "rose", "blue" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++)
		if (g_str_has_prefix(colours[i], text))
			g_ptr_array_add(words, g_strdup(colours[i]));
}

static void test_prompt_edits(void)
{
	static const struct { const char *start, *keys, *text; PromptResult result; } rows[] = {
		{ "", "a b c", "abc", PROMPT_EDITING },
		{ "abc", "Left Left x", "axbc", PROMPT_EDITING },
		{ "a\u00e4\u6f22e\u0301", "Backspace Backspace z", "a\u00e4z", PROMPT_EDITING },
		{ "abc", "Home Del Del", "c", PROMPT_EDITING },
		{ "one two  ", "^W", "one ", PROMPT_EDITING },
		{ "one two", "Alt-b Alt-b Alt-d", " two", PROMPT_EDITING },
		{ "one two", "Left Left ^K", "one t", PROMPT_EDITING },
		{ "one two", "Left ^U", "o", PROMPT_EDITING },
		{ "", "Up x", "newestx", PROMPT_EDITING },
		{ "mine", "Up Up Down Down", "mine", PROMPT_EDITING },
		{ "r", "Tab", "red", PROMPT_EDITING },
		{ "r", "Tab Tab", "rose", PROMPT_EDITING },
		{ "r", "Shift-Tab", "rose", PROMPT_EDITING },
		{ "x", "Tab", "x", PROMPT_EDITING },
		{ "x", "Enter", "x", PROMPT_DONE },
		{ "x", "Esc", "x", PROMPT_CANCELLED },
		{ "x", "Backspace Backspace", "", PROMPT_CANCELLED },
		{ "x", "F5 PgUp ^G", "x", PROMPT_EDITING },
	};
	g_autoptr(GPtrArray) history = g_ptr_array_new();

	g_ptr_array_add(history, (gpointer)"older");
	g_ptr_array_add(history, (gpointer)"newest");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Prompt) prompt = prompt_new("> ", rows[i].start);
		prompt_set_history(prompt, history);
		prompt_set_complete(prompt, complete_colours, NULL);
		g_test_message("%s + %s", rows[i].start, rows[i].keys);
		g_assert_cmpint(type(prompt, rows[i].keys), ==, rows[i].result);
		g_assert_cmpstr(prompt_text(prompt), ==, rows[i].text);
	}
}

static void test_prompt_draws(void)
{
	static const struct { const char *what, *text, *keys, *line; int cursor; bool is_secret; } rows[] = {
		{ "short", "ab", "End", "/ ab", 4, false },
		{ "long text scrolls", "0123456789", "End", "/ 3456789", 9, false },
		{ "and back", "0123456789", "Home", "/ 01234567", 2, false },
		{ "wide signs", "\u6f22\u6f22\u6f22\u6f22\u6f22", "End", "/ \u6f22\u6f22\u6f22", 8, false },
		{ "a secret shows dots", "geh\u00e4im", "End Left", "/ \u2022\u2022\u2022\u2022\u2022\u2022", 7, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Prompt) prompt = rows[i].is_secret ? prompt_new_secret("/ ") : prompt_new("/ ", "");
		g_autoptr(Canvas) canvas = canvas_new(10, 1);
		prompt_set_text(prompt, rows[i].text);
		type(prompt, rows[i].keys);
		prompt_draw(prompt, canvas, (Rect){ 0, 0, 10, 1 });
		g_autofree char *line = g_strchomp(canvas_dump(canvas));
		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(line, ==, rows[i].line);
		g_assert_cmpint(canvas->cursor_x, ==, rows[i].cursor);
	}
}

/* On a line too short for even its label, the prompt shows what it can and reads no further than its text. */
static void test_prompt_without_room(void)
{
	for (int width = 1; width <= 6; width++) {
		g_autoptr(Prompt) prompt = prompt_new("Search: ", "abc");
		g_autoptr(Canvas) canvas = canvas_new(width, 1);
		prompt_draw(prompt, canvas, (Rect){ 0, 0, width, 1 });
		g_autofree char *line = canvas_dump(canvas);
		g_assert_true(g_str_has_prefix("Search: ", g_strchomp(line)));
		g_assert_cmpint(canvas->cursor_x, <, width);
	}
}

/* As a whole or not at all: half an address is another one. */
static void test_paste_fits_or_not(void)
{
	g_autoptr(Prompt) prompt = prompt_new("", "ab");
	g_autofree char *large = g_strnfill(1 << 20, 'x');

	prompt_paste(prompt, large);
	g_assert_cmpstr(prompt_text(prompt), ==, "ab");
	large[100000] = '\0';
	prompt_paste(prompt, large);
	g_assert_cmpuint(strlen(prompt_text(prompt)), ==, 100002);
}

static void test_paste_is_text_only(void)
{
	g_autoptr(Prompt) prompt = prompt_new("", "ab");

	prompt_key(prompt, KEY_CURSOR_LEFT);
	prompt_paste(prompt, "1\n2\x1b[201~3");
	g_assert_cmpstr(prompt_text(prompt), ==, "a1 2 [201~3b");
}

static GPtrArray *lines_of(int count)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)pager_line_free);

	for (int i = 0; i < count; i++) {
		g_autofree char *text = g_strdup_printf("line %d %s", i, i % 10 == 7 ? "Seven \u00c4pfel" : "");
		g_ptr_array_add(lines, pager_line_add(pager_line_new(), STYLE_NORMAL, text, NULL));
	}
	return lines;
}

static char *first_shown(const Pager *pager)
{
	g_autoptr(Canvas) canvas = canvas_new(10, 1);

	pager_draw(pager, canvas, (Rect){ 0, 0, 10, 1 });
	g_autofree char *text = canvas_dump(canvas);
	return g_strchomp(g_steal_pointer(&text));
}

static void assert_top(const Pager *pager, const char *expected)
{
	g_autofree char *top = first_shown(pager);

	g_assert_cmpstr(top, ==, expected);
}

static void test_pager_scrolls(void)
{
	g_autoptr(Pager) pager = pager_new();
	g_autoptr(GPtrArray) lines = lines_of(30);

	g_assert_false(pager_scroll(pager, 1));
	pager_set_height(pager, 10);
	pager_set(pager, lines, false);
	g_assert_cmpint(pager_percent(pager), ==, -2);
	g_assert_true(pager_scroll(pager, 5));
	assert_top(pager, "line 5");
	g_assert_cmpint(pager_percent(pager), ==, 50);
	g_assert_true(pager_scroll(pager, 500));
	assert_top(pager, "line 20");
	g_assert_false(pager_scroll(pager, 1));
	g_assert_cmpint(pager_percent(pager), ==, -3);
	pager_set(pager, lines, true);
	assert_top(pager, "line 20");
	pager_set(pager, lines, false);
	assert_top(pager, "line 0");
	pager_set_height(pager, 100);
	g_assert_cmpint(pager_percent(pager), ==, -1);
}

static void test_pager_searches(void)
{
	g_autoptr(Pager) pager = pager_new();
	g_autoptr(GPtrArray) lines = lines_of(60);

	pager_set(pager, lines, false);
	pager_set_height(pager, 3);
	g_assert_true(pager_search(pager, "seven", false));
	assert_top(pager, "line 6");
	g_assert_true(pager_search(pager, "\u00e4pfel", false));
	assert_top(pager, "line 16");
	g_assert_true(pager_search(pager, "seven", true));
	g_assert_true(pager_search(pager, "seven", true));
	assert_top(pager, "line 56");
	g_assert_false(pager_search(pager, "SEVEN", false));
	g_assert_true(pager_search(pager, "Seven", false));
	g_assert_false(pager_search(pager, "", false));
}

static void test_menu_matches(void)
{
	static const struct { const char *wanted, *better, *worse; } rows[] = {
		{ "inb", "Inbox", "Mining tab" },
		{ "arch", "Archive", "My archive" },
		{ "sl", "Slides", "Sales list" },
		{ "pr al", "Projects/Alpha", "Private" },
		{ "STRASSE", "Stra\u00dfe", "Rest" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].wanted);
		g_assert_cmpint(menu_match(rows[i].wanted, rows[i].better), >, menu_match(rows[i].wanted, rows[i].worse));
	}
	g_assert_cmpint(menu_match("xyz", "Inbox"), ==, 0);
	g_assert_cmpint(menu_match("", "Inbox"), >, 0);
}

static void test_menu_chooses(void)
{
	GPtrArray *items = menu_items_new();
	static const char *const names[] = { "Inbox", "Archive", "Sent", "My archive" };

	for (int i = 0; i < 4; i++)
		g_ptr_array_add(items, menu_item_new(names[i], NULL, i));
	g_autoptr(Menu) menu = menu_new("Folder", items);
	menu_select(menu, 2);
	g_assert_cmpstr(menu_current(menu)->label, ==, "Sent");
	g_assert_cmpint(menu_key(menu, 'a'), ==, MENU_OPEN);
	g_assert_cmpint(menu_key(menu, 'r'), ==, MENU_OPEN);
	g_assert_cmpstr(menu_current(menu)->label, ==, "Archive");
	menu_key(menu, KEY_CURSOR_DOWN);
	g_assert_cmpstr(menu_current(menu)->label, ==, "My archive");

	g_autoptr(Canvas) canvas = canvas_new(40, 12);
	menu_draw(menu, canvas, (Rect){ 0, 0, 40, 12 });
	g_autofree char *dump = canvas_dump(canvas);
	g_assert_nonnull(strstr(dump, "\u250c\u2500 Folder \u2500"));
	g_assert_nonnull(strstr(dump, "/ ar"));
	g_assert_null(strstr(dump, "Sent"));
	g_assert_cmpint(menu_key(menu, KEY_RETURN), ==, MENU_CHOSEN);
	menu_key(menu, 'q');
	g_assert_null(menu_current(menu));
	g_assert_cmpint(menu_key(menu, KEY_RETURN), ==, MENU_OPEN);
	g_assert_cmpint(menu_key(menu, KEY_ESCAPE), ==, MENU_CANCELLED);
}

static void test_footer_keeps_help(void)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func((GDestroyNotify)footer_item_free);
	static const struct { const char *key, *label; } rows[] = { { "m", "New" }, { "r", "Reply" }, { "?", "Help" } };
	static const struct { int width; const char *line; } widths[] = {
		{ 40, " m New  r Reply                  ? Help" }, { 20, " m New       ? Help" }, { 8, " ? Help" },
	};

	for (int i = 0; i < 3; i++) {
		FooterItem *item = g_new0(FooterItem, 1);
		*item = (FooterItem){ g_strdup(rows[i].key), g_strdup(rows[i].label), i };
		g_ptr_array_add(items, item);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_autoptr(Canvas) canvas = canvas_new(widths[i].width, 1);
		footer_draw(canvas, (Rect){ 0, 0, widths[i].width, 1 }, items);
		g_autofree char *line = g_strchomp(canvas_dump(canvas));
		g_assert_cmpstr(line, ==, widths[i].line);
	}
	g_assert_cmpint(footer_at(items, (Rect){ 0, 0, 40, 1 }, 1, 0), ==, 0);
	g_assert_cmpint(footer_at(items, (Rect){ 0, 0, 40, 1 }, 9, 0), ==, 1);
	g_assert_cmpint(footer_at(items, (Rect){ 0, 0, 40, 1 }, 25, 0), ==, -1);
	g_assert_cmpint(footer_at(items, (Rect){ 0, 0, 40, 1 }, 38, 0), ==, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/prompt/edits", test_prompt_edits);
	g_test_add_func("/prompt/draws", test_prompt_draws);
	g_test_add_func("/prompt/without-room", test_prompt_without_room);
	g_test_add_func("/prompt/paste-is-text-only", test_paste_is_text_only);
	g_test_add_func("/prompt/paste-fits-or-not", test_paste_fits_or_not);
	g_test_add_func("/pager/scrolls", test_pager_scrolls);
	g_test_add_func("/pager/searches", test_pager_searches);
	g_test_add_func("/menu/matches", test_menu_matches);
	g_test_add_func("/menu/chooses", test_menu_chooses);
	g_test_add_func("/footer/keeps-help", test_footer_keeps_help);
	return g_test_run();
}
