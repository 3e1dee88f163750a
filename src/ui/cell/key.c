#include "ui/cell/key.h"

#include <string.h>

#include "base/text.h"

static const struct { Key key; const char *name;
} names[] = {
	{ ' ', "Space" },
	{ KEY_TABULATOR, "Tab" },
	{ KEY_RETURN, "Enter" },
	{ KEY_ESCAPE, "Esc" },
	{ KEY_BACK, "Backspace" },
	{ KEY_CURSOR_UP, "Up" },
	{ KEY_CURSOR_DOWN, "Down" },
	{ KEY_CURSOR_LEFT, "Left" },
	{ KEY_CURSOR_RIGHT, "Right" },
	{ KEY_PAGE_UP, "PgUp" },
	{ KEY_PAGE_DOWN, "PgDn" },
	{ KEY_TO_START, "Home" },
	{ KEY_TO_END, "End" },
	{ KEY_INSERT, "Ins" },
	{ KEY_DELETE, "Del" },
	{ KEY_BACK_TAB, "Shift-Tab" },
};

void input_clear(Input *input)
{
	g_clear_pointer(&input->paste, g_free);
}

static bool parse_named(const char *text, Key *ret_key)
{
	int64_t n;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(text, names[i].name) == 0) {
			*ret_key = names[i].key;
			return true;
		}
	if (text[0] == 'F' && text[1] && text_to_int(text + 1, 1, 12, &n)) {
		*ret_key = KEY_FUNCTION + (Key)n;
		return true;
	}
	return false;
}

bool key_parse(const char *text, Key *ret_key)
{
	Key inner;

	if (g_str_has_prefix(text, "Alt-") && text[4]) {
		if (!key_parse(text + 4, &inner) || (inner & KEY_ALT))
			return false;
		*ret_key = inner | KEY_ALT;
		return true;
	}
	if (text[0] == '^' && text[1] >= 'A' && text[1] <= 'Z' && !text[2]) {
		*ret_key = (Key)(text[1] - '@');
		return true;
	}
	if (parse_named(text, ret_key))
		return true;
	if (g_utf8_strlen(text, -1) != 1 || text_is_control(g_utf8_get_char(text)))
		return false;
	*ret_key = g_utf8_get_char(text);
	return true;
}

char *key_format(Key key)
{
	if (key & KEY_ALT) {
		g_autofree char *inner = key_format(key & ~(Key)KEY_ALT);
		return g_strconcat("Alt-", inner, NULL);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i].key == key)
			return g_strdup(names[i].name);
	if (key > KEY_FUNCTION && key <= KEY_LAST_SPECIAL)
		return g_strdup_printf("F%u", key - KEY_FUNCTION);
	if (key >= 1 && key <= 26)
		return g_strdup_printf("^%c", (int)('@' + key));

	char utf8[7] = "";
	if (g_unichar_validate(key))
		utf8[g_unichar_to_utf8(key, utf8)] = '\0';
	return g_strdup(utf8);
}

unsigned keys_parse(const char *text, Key *keys, unsigned max)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	unsigned      count = g_strv_length(words);

	if (count > max)
		return 0;
	for (unsigned i = 0; i < count; i++)
		if (!key_parse(words[i], &keys[i]))
			return 0;
	return count;
}
