#include "ui/term/term.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "ui/term/colour.h"
#include "ui/term/escape.h"
#include "ui/term/input.h"
#include "ui/term/signals.h"

enum { ESCAPE_DELAY_MS = 25, LINK_URL_MAX = 250 };

/* A cell whose size the terminal keeps to itself: most are twice as high as wide. */
enum { CELL_WIDTH = 10, CELL_HEIGHT = 20, CELL_MAX = 64 };

static const char PASTES_ON[] = "\x1b[?2004h", PASTES_OFF[] = "\x1b[?2004l";

/*
 * shown is what the terminal shows: only cells that differ from it are handed to ncurses, which
 * then finds the cheapest way to change the glass. Links and sixels follow in a pass of their own:
 * links around text that is already there, sixels over blanks of their own, which ncurses moves and
 * overwrites as it does with text.
 */
struct Term {
	SCREEN     *screen;
	int         signal_fd;
	InputReader input;
	Colour      colours[STYLE_COUNT_OF_ROLES];
	EscapeRoute route;
	bool        is_utf8, is_plain;
	GraphicsWish pictures;
	Graphics   *graphics;
	ColourPool *pool;
	Canvas     *shown;
	char       *title;
};

static bool can_place_cursor(const char *name)
{
	int status;

	if (!name || setupterm(name, STDOUT_FILENO, &status) != OK)
		return false;
	const char *cup = tigetstr("cup");
	bool        can = cup && cup != (char *)-1;
	del_curterm(cur_term);
	return can;
}

static bool check_terminal(GError **err)
{
	const char *name = g_getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(err, ERR_UNSUPPORTED,
		            _("Postern's screens need a terminal; in a script use commands such as "
		              "“postern mail list”."));
	if (!can_place_cursor(name))
		return fail(
			err, ERR_UNSUPPORTED,
			_("The terminal “%s” cannot place its cursor; set TERM to what it really "
		          "is (often xterm-256color), or use commands such as “postern mail list”."),
			name ? name : "");
	return true;
}

static void write_raw(const char *sequence)
{
	fputs(sequence, stdout);
	fflush(stdout);
}

static void forget_pictures(Term *term)
{
	g_autofree char *sequence = graphics_forget(term->graphics);

	if (sequence)
		write_raw(sequence);
}

static void set_modes(Term *term)
{
	raw();
	noecho();
	nonl();
	set_escdelay(ESCAPE_DELAY_MS);
	leaveok(stdscr, FALSE);
	idlok(stdscr, FALSE);
	curs_set(0);
	if (term->route != ESCAPE_NONE)
		write_raw(PASTES_ON);
}

static void unset_modes(Term *term)
{
	forget_pictures(term);
	if (term->route != ESCAPE_NONE)
		write_raw(PASTES_OFF);
	curs_set(1);
	endwin();
}

Term *term_open(const TermSetup *setup, GError **err)
{
	if (!check_terminal(err))
		return NULL;
	int signal_fd = signals_open(err);
	if (signal_fd < 0)
		return NULL;

	Term *term = g_new0(Term, 1);
	term->signal_fd = signal_fd;
	term->screen = newterm(NULL, stdout, stdin);
	if (!term->screen) {
		signals_close(signal_fd);
		g_free(term);
		return fail_null(
			err, ERR_UNSUPPORTED,
			_("The terminal “%s” is not known on this machine; set TERM to one that is."),
			g_getenv("TERM"));
	}
	term->route = escape_route(g_getenv("TERM"), g_getenv("TMUX"), g_getenv("STY"));
	term->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	term->is_plain = setup->is_plain;
	colour_init(term->colours, setup->styles, term->is_plain);
	term->pictures = setup->pictures;
	term->graphics = graphics_new(term->route);
	term->pool = colour_pool_new();
	input_reader_init(&term->input, setup->clock);
	input_set_mouse(setup->has_mouse);
	set_modes(term);
	term->shown = canvas_new(1, 1);
	return term;
}

void term_close(Term *term)
{
	if (!term)
		return;
	if (term->title)
		write_raw("\x1b]2;\x1b\\");
	input_reader_clear(&term->input);
	unset_modes(term);
	delscreen(term->screen);
	signals_close(term->signal_fd);
	canvas_free(term->shown);
	graphics_free(term->graphics);
	colour_pool_free(term->pool);
	g_free(term->title);
	g_free(term);
}

int term_input_fd(const Term *term)
{
	(void)term;
	return STDIN_FILENO;
}

int term_signal_fd(const Term *term) { return term->signal_fd; }

void term_size(const Term *term, int *ret_width, int *ret_height)
{
	(void)term;
	getmaxyx(stdscr, *ret_height, *ret_width);
}

/* ---- drawing ---- */

/* What a sign is called where only ASCII can be shown. */
static char ascii_of(gunichar c)
{
	if (c < 0x80)
		return (char)c;
	if (c == 0x2026)
		return '~';
	if (c == 0x2022)
		return '*';
	if (c == 0x2500)
		return '-';
	if (c == 0x2502)
		return '|';
	if (c > 0x2500 && c < 0x2580)
		return '+';
	return '?';
}

/* Marks beyond what ncurses can hold, and all of an emoji sequence but its base, are left to better
 * terminals. */
static int to_wide(const char *text, wchar_t *wide)
{
	int count = 0;

	for (const char *p = text; *p && count < CCHARW_MAX; p = g_utf8_next_char(p)) {
		wchar_t c = (wchar_t)g_utf8_get_char(p);
		if (count > 0 && (wcwidth(c) != 0 || c == 0x200d))
			break;
		wide[count++] = c;
	}
	wide[count] = L'\0';
	return count;
}

/* The sign of a text cell. */
static void text_sign(const Term *term, const Cell *cell, wchar_t *wide)
{
	if (!term->is_utf8) {
		wide[0] = ascii_of(g_utf8_get_char(cell->text));
		wide[1] = L'\0';
	} else if (!to_wide(cell->text, wide) || wcwidth(wide[0]) != cell->width) {
		/* The C library and we disagree about the width: a stand-in keeps the columns. */
		wide[0] = 0xfffd;
		wide[1] = L'\0';
	}
}

/* The same of a cell of a drawing; it has one column. */
static Colour drawing_sign(const Term *term, const Canvas *canvas, int x, int y, wchar_t *wide)
{
	const Cell    *cell = canvas_at(canvas, x, y);
	const Drawing *drawing = canvas_drawing_of(canvas, cell);
	Colour colour = { A_NORMAL, 0 };
	int    number;

	text_sign(term, cell, wide);
	if (drawing->kind == DRAWING_BLOCKS) {
		const DrawingCell *from =
			drawing_cell(drawing, cell->drawing_column, cell->drawing_row);
		colour.pair = colour_pool_pair(term->pool, from->front, from->back);
	} else if (drawing->kind == DRAWING_PIXELS &&
	           graphics_placeholder(term->graphics, canvas, cell, wide, &number)) {
		colour.pair = colour_pool_pair(term->pool, number, -1);
	} else if (drawing->kind == DRAWING_SIXEL) {
		wide[0] = graphics_blank(canvas, x, y);
	}
	return colour;
}

static void put_cell(const Term *term, const Canvas *canvas, int x, int y)
{
	const Cell *cell = canvas_at(canvas, x, y);
	wchar_t wide[CCHARW_MAX + 1];
	Colour  colour = colour_of(term->colours, cell->style);
	cchar_t sign;

	if (cell->drawing)
		colour = drawing_sign(term, canvas, x, y, wide);
	else
		text_sign(term, cell, wide);
	setcchar(&sign, wide, colour.attributes, colour.pair, NULL);
	mvadd_wch(y, x, &sign);
	if (cell->width == 2 && wcwidth(wide[0]) != 2) {
		setcchar(&sign, L" ", colour.attributes, colour.pair, NULL);
		mvadd_wch(y, x + 1, &sign);
	}
}

static const char *url_of(const Canvas *canvas, const Cell *cell)
{
	const char *url = cell->link && cell->link <= canvas->links->len
	                  ? g_ptr_array_index(canvas->links, cell->link - 1) : NULL;

	return url && strlen(url) <= LINK_URL_MAX ? url : NULL;
}

static bool is_same_cell(const Term *term, const Canvas *canvas, int x, int y)
{
	const Cell *now = canvas_at(canvas, x, y), *was = canvas_at(term->shown, x, y);

	return canvas_is_same_sign(canvas, term->shown, x, y) &&
	       g_strcmp0(url_of(canvas, now), url_of(term->shown, was)) == 0;
}

static void draw_row(const Term *term, const Canvas *canvas, int y)
{
	bool is_due = graphics_is_row_due(canvas, term->shown, y);

	for (int x = 0; x < canvas->width; x++)
		if (canvas_at(canvas, x, y)->width > 0 &&
		    (is_due || !canvas_is_same_sign(canvas, term->shown, x, y)))
			put_cell(term, canvas, x, y);
}

/* The same signs that ncurses has put there. */
static void write_sign(const Cell *cell)
{
	wchar_t wide[CCHARW_MAX + 1];

	to_wide(cell->text, wide);
	fprintf(stdout, "%ls", wide);
}

/* Writes the cells of @run again, as a link, with the terminal's own attributes. */
static void write_link(const Term *term, const Canvas *canvas, Rect run)
{
	const Cell *first = canvas_at(canvas, run.x, run.y);
	Colour colour = colour_of(term->colours, first->style);
	g_autofree char *begin = escape_link(url_of(canvas, first));
	g_autofree char *end = escape_link(NULL);

	putp(tiparm(cursor_address, run.y, run.x));
	vid_puts(colour.attributes, colour.pair, NULL, putchar);
	fputs(begin, stdout);
	for (int x = run.x; x < run.x + run.width; x++)
		write_sign(canvas_at(canvas, x, run.y));
	fputs(end, stdout);
	vid_puts(A_NORMAL, 0, NULL, putchar);
}

static bool goes_on(const Canvas *canvas, const Cell *first, int x, int y)
{
	const Cell *cell = canvas_at(canvas, x, y);

	return g_strcmp0(url_of(canvas, first), url_of(canvas, cell)) == 0 &&
	       first->style == cell->style;
}

static bool draw_links_of_row(const Term *term, const Canvas *canvas, int y)
{
	bool has_written = false;

	for (int x = 0; x < canvas->width; x++) {
		const Cell *cell = canvas_at(canvas, x, y);
		int end = x + 1;
		if (is_same_cell(term, canvas, x, y) ||
		    (!url_of(canvas, cell) && !url_of(term->shown, canvas_at(term->shown, x, y))))
			continue;
		while (end < canvas->width && goes_on(canvas, cell, end, y) &&
		       !is_same_cell(term, canvas, end, y))
			end++;
		write_link(term, canvas, (Rect){ x, y, end - x, 1 });
		has_written = true;
		x = end - 1;
	}
	return has_written;
}

/* ---- the overlay ---- */

static bool draw_strips_of_row(const Canvas *canvas, int y)
{
	bool has_written = false;

	for (int x = 0; x < canvas->width; x++) {
		g_autofree char *strip = graphics_strip(canvas, x, y);
		if (!strip)
			continue;
		putp(tiparm(cursor_address, y, x));
		fputs(strip, stdout);
		has_written = true;
	}
	return has_written;
}

static bool draw_strips(const Term *term, const Canvas *canvas)
{
	bool has_written = false;

	for (int y = 0; y < canvas->height; y++)
		if (graphics_is_row_due(canvas, term->shown, y))
			has_written |= draw_strips_of_row(canvas, y);
	return has_written;
}

static bool draw_links(const Term *term, const Canvas *canvas)
{
	bool has_written = false;

	if (term->route == ESCAPE_NONE || !term->is_utf8 ||
	    (!canvas->links->len && !term->shown->links->len))
		return false;
	for (int row = 0; row < canvas->height; row++)
		has_written |= draw_links_of_row(term, canvas, row);
	return has_written;
}

/* ncurses is not told of this pass: cursor and attributes are put back to what it believes. */
static void draw_overlay(const Term *term, const Canvas *canvas)
{
	bool has_links = draw_links(term, canvas), has_strips = draw_strips(term, canvas);
	int  x, y;

	if (!has_links && !has_strips)
		return;
	getyx(curscr, y, x);
	putp(tiparm(cursor_address, y, x));
	fflush(stdout);
}

/* Colours for the signs of drawings, and what a kitty has to know before they are written. */
static void prepare_drawings(Term *term, const Canvas *canvas)
{
	if (canvas->drawings->len == 0)
		return;
	if (colour_pool_make_room(term->pool, graphics_coloured_cells(canvas)))
		term_redraw(term);
	g_autofree char *sequence = graphics_tell(term->graphics, canvas);
	if (sequence)
		write_raw(sequence);
}

static void remember(Term *term, const Canvas *canvas)
{
	Canvas *shown = term->shown;

	memcpy(shown->cells, canvas->cells,
	       sizeof(Cell) * (size_t)(canvas->width * canvas->height));
	g_ptr_array_set_size(shown->links, 0);
	for (guint i = 0; i < canvas->links->len; i++)
		g_ptr_array_add(shown->links, g_strdup(g_ptr_array_index(canvas->links, i)));
	g_ptr_array_set_size(shown->drawings, 0);
	for (guint i = 0; i < canvas->drawings->len; i++)
		g_ptr_array_add(shown->drawings,
		                drawing_ref(g_ptr_array_index(canvas->drawings, i)));
}

/* The terminal may have become smaller than what was drawn: the next frame will fit. */
static bool is_of_size(const Canvas *canvas)
{
	int width, height;

	getmaxyx(stdscr, height, width);
	return canvas->width == width && canvas->height == height;
}

void term_draw(Term *term, const Canvas *canvas)
{
	bool has_cursor = canvas->cursor_x >= 0;

	if (!is_of_size(canvas))
		return;
	prepare_drawings(term, canvas);
	if (term->shown->width != canvas->width || term->shown->height != canvas->height) {
		canvas_resize(term->shown, canvas->width, canvas->height);
		erase();
	}
	for (int y = 0; y < canvas->height; y++)
		draw_row(term, canvas, y);
	curs_set(has_cursor);
	if (has_cursor)
		move(canvas->cursor_y, canvas->cursor_x);
	refresh();
	draw_overlay(term, canvas);
	remember(term, canvas);
}

void term_redraw(Term *term)
{
	forget_pictures(term);
	canvas_resize(term->shown, 1, 1);
	clearok(stdscr, TRUE);
}

void term_restyle(Term *term, const StyleSheet *styles)
{
	colour_init(term->colours, styles, term->is_plain);
	term_redraw(term);
}

void term_set_mouse(Term *term, bool has_mouse)
{
	(void)term;
	input_set_mouse(has_mouse);
}

/* ---- pictures ---- */

static bool read_cell_size(int *ret_width, int *ret_height)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
		return false;
	*ret_width = size.ws_xpixel / size.ws_col;
	*ret_height = size.ws_ypixel / size.ws_row;
	return *ret_width > 0 && *ret_height > 0 && *ret_width <= CELL_MAX &&
	       *ret_height <= CELL_MAX;
}

bool term_pictures(const Term *term, TermPictures *ret_pictures)
{
	TermPictures pictures = { .colours = colour_count(term->is_plain) };
	bool has_size = read_cell_size(&pictures.cell_width, &pictures.cell_height);
	const GraphicsHints hints = {
		.term = g_getenv("TERM"),
		.term_program = g_getenv("TERM_PROGRAM"),
		.kitty_window_id = g_getenv("KITTY_WINDOW_ID"),
		.route = term->route,
		.colours = pictures.colours,
		.is_utf8 = term->is_utf8,
		.has_cell_size = has_size,
	};

	if (!has_size) {
		pictures.cell_width = CELL_WIDTH;
		pictures.cell_height = CELL_HEIGHT;
	}
	if (!graphics_choose(term->pictures, &hints, &pictures.kind))
		return false;
	pictures.colours = pictures.colours < 256 ? 16 : pictures.colours;
	*ret_pictures = pictures;
	return true;
}

void term_set_pictures(Term *term, GraphicsWish pictures) { term->pictures = pictures; }

/* ---- what comes in ---- */

bool term_read(Term *term, Input *ret_input)
{
	return input_reader_next(&term->input, ret_input);
}

static void take_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
}

guint term_signals(Term *term)
{
	guint said = 0;

	for (int number; (number = signals_next(term->signal_fd)) != 0;) {
		if (number == SIGWINCH)
			said |= TERM_RESIZED;
		else if (number == SIGCONT)
			said |= TERM_CONTINUED;
		else if (number != SIGTSTP)
			said |= TERM_END;
	}
	if (said & TERM_RESIZED)
		take_size();
	if (said & TERM_CONTINUED)
		term_redraw(term);
	return said;
}

void term_lend(Term *term) { unset_modes(term); }

void term_take_back(Term *term)
{
	signals_forget_keys(term->signal_fd);
	refresh();
	set_modes(term);
	take_size();
	term_redraw(term);
}

void term_suspend(Term *term)
{
	unset_modes(term);
	signals_stop();
	refresh();
	set_modes(term);
	take_size();
	term_redraw(term);
}

/* ---- beside the grid ---- */

void term_title(Term *term, const char *text)
{
	if (term->route == ESCAPE_NONE || g_strcmp0(term->title, text) == 0)
		return;
	g_autofree char *sequence = escape_title(text);
	write_raw(sequence);
	g_free(term->title);
	term->title = g_strdup(text);
}

void term_copy(Term *term, const char *text)
{
	g_autofree char *sequence = escape_copy(term->route, text);

	if (sequence)
		write_raw(sequence);
}
