/*
 * key: what a person does, in terms that no terminal library owns. Keys have names, the same in key
 * maps, help and tests: "a", "^F", "Alt-v", "PgDn", "Space". Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A Unicode character (control letters are 1 to 26), or one of these; KEY_ALT on top. */
typedef uint32_t Key;

enum {
	KEY_NONE = 0,
	KEY_CTRL_C = 3,
	KEY_TABULATOR = 9,
	KEY_CTRL_J = 10,
	KEY_RETURN = 13,
	KEY_CTRL_Z = 26,
	KEY_ESCAPE = 27,
	KEY_BACK = 127,
	KEY_ALT = 1 << 30,
	KEY_FIRST_SPECIAL = 0x110000,
	KEY_CURSOR_UP = KEY_FIRST_SPECIAL,
	KEY_CURSOR_DOWN,
	KEY_CURSOR_LEFT,
	KEY_CURSOR_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_TO_START,
	KEY_TO_END,
	KEY_INSERT,
	KEY_DELETE,
	KEY_BACK_TAB,
	KEY_FUNCTION, /* KEY_FUNCTION + n: F n, 1 to 12 */
	KEY_LAST_SPECIAL = KEY_FUNCTION + 12,
};

typedef enum { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE } InputKind;
typedef enum { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } MouseAct;

typedef struct {
	InputKind kind;
	Key       key;
	char     *paste;             /* UTF-8, line ends as '\n'; the input's */
	MouseAct  mouse;
	int       x, y;
} Input;
void input_clear(Input *input);

/* The key's name in @text, whole; false if it is none. */
bool key_parse(const char *text, Key *ret_key);
/* Free with g_free. */
char *key_format(Key key);

/* Names with blanks between: "g i". At most @max keys; 0 if one of them is no name, or there are
 * more. */
unsigned keys_parse(const char *names, Key *keys, unsigned max);
