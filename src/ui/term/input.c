#include "ui/term/input.h"

#include <glib.h>
#include <wchar.h>

enum { CODE_PASTE_BEGIN = KEY_MAX + 1, CODE_PASTE_END, CODE_ALT_LEFT, CODE_ALT_RIGHT };
enum { PASTE_MAX = 1 << 20, PASTE_WAIT_MS = 200, DOUBLE_CLICK_MS = 400 };

static const struct { int code; Key key;
} codes[] = {
	{ KEY_UP, KEY_CURSOR_UP },
	{ KEY_DOWN, KEY_CURSOR_DOWN },
	{ KEY_LEFT, KEY_CURSOR_LEFT },
	{ KEY_RIGHT, KEY_CURSOR_RIGHT },
	{ KEY_PPAGE, KEY_PAGE_UP },
	{ KEY_NPAGE, KEY_PAGE_DOWN },
	{ KEY_HOME, KEY_TO_START },
	{ KEY_END, KEY_TO_END },
	{ KEY_IC, KEY_INSERT },
	{ KEY_DC, KEY_DELETE },
	{ KEY_BTAB, KEY_BACK_TAB },
	{ KEY_BACKSPACE, KEY_BACK },
	{ KEY_ENTER, KEY_RETURN },
	{ KEY_A1, KEY_TO_START },
	{ KEY_A3, KEY_PAGE_UP },
	{ KEY_C1, KEY_TO_END },
	{ KEY_C3, KEY_PAGE_DOWN },
	{ CODE_ALT_LEFT, KEY_CURSOR_LEFT | KEY_ALT },
	{ CODE_ALT_RIGHT, KEY_CURSOR_RIGHT | KEY_ALT },
};

void input_reader_init(InputReader *reader, const Clock *clock)
{
	*reader = (InputReader){ newpad(1, 1), clock, 0, -1, -1 };
	keypad(reader->window, TRUE);
	nodelay(reader->window, TRUE);
	define_key("\x1b[200~", CODE_PASTE_BEGIN);
	define_key("\x1b[201~", CODE_PASTE_END);
	define_key("\x1b[1;3D", CODE_ALT_LEFT);
	define_key("\x1b[1;3C", CODE_ALT_RIGHT);
	mouseinterval(0);
}

void input_set_mouse(bool has_mouse)
{
	mousemask(has_mouse ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

void input_reader_clear(InputReader *reader)
{
	delwin(reader->window);
}

static Key key_of_code(int code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (codes[i].code == code)
			return codes[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return KEY_FUNCTION + (Key)(code - KEY_F0);
	return KEY_NONE;
}

static bool read_mouse(InputReader *reader, Input *input)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	*input = (Input){ .kind = INPUT_MOUSE, .x = event.x, .y = event.y };
	if (event.bstate & BUTTON4_PRESSED) {
		input->mouse = MOUSE_WHEEL_UP;
	} else if (event.bstate & BUTTON5_PRESSED) {
		input->mouse = MOUSE_WHEEL_DOWN;
	} else {
		int64_t now_ms = clock_uptime_ms(reader->clock);
		bool is_second = reader->click_x == event.x && reader->click_y == event.y &&
		                 now_ms - reader->click_ms <= DOUBLE_CLICK_MS;
		input->mouse = is_second ? MOUSE_DOUBLE : MOUSE_PRESS;
		reader->click_ms = is_second ? 0 : now_ms;
		reader->click_x = event.x;
		reader->click_y = event.y;
	}
	return true;
}

/* Everything up to the end mark; a terminal that forgets it loses a fifth of a second. */
static void read_paste(InputReader *reader, Input *input)
{
	GString *text = g_string_new(NULL);
	wint_t   c;
	int      got;

	wtimeout(reader->window, PASTE_WAIT_MS);
	while ((got = wget_wch(reader->window, &c)) != ERR) {
		if (got == KEY_CODE_YES && c == CODE_PASTE_END)
			break;
		if (got == OK && text->len < PASTE_MAX && g_unichar_validate((gunichar)c))
			g_string_append_unichar(text, c == '\r' ? '\n' : (gunichar)c);
	}
	nodelay(reader->window, TRUE);
	*input = (Input){ .kind = INPUT_PASTE, .paste = g_string_free(text, FALSE) };
}

static bool read_code(InputReader *reader, int code, Input *input)
{
	if (code == KEY_MOUSE)
		return read_mouse(reader, input);
	if (code == CODE_PASTE_BEGIN) {
		read_paste(reader, input);
		return true;
	}
	*input = (Input){ .kind = INPUT_KEY, .key = key_of_code(code) };
	return input->key != KEY_NONE;
}

/* ESC with a key right behind it is Alt and that key. */
static Key read_behind_escape(InputReader *reader)
{
	wint_t c;
	int    got = wget_wch(reader->window, &c);

	if (got == ERR)
		return KEY_ESCAPE;
	Key key = got == KEY_CODE_YES ? key_of_code((int)c) : (Key)c;
	return key == KEY_NONE ? KEY_ESCAPE : key | KEY_ALT;
}

bool input_reader_next(InputReader *reader, Input *ret_input)
{
	wint_t c;

	for (int got; (got = wget_wch(reader->window, &c)) != ERR;) {
		if (got == KEY_CODE_YES) {
			if (read_code(reader, (int)c, ret_input))
				return true;
			continue;
		}
		Key key = c == KEY_ESCAPE ? read_behind_escape(reader) : (Key)c;
		*ret_input = (Input){ .kind = INPUT_KEY, .key = key == 8 ? KEY_BACK : key };
		return true;
	}
	return false;
}
