#include "ui/term/graphics.h"

#include <string.h>

/* A kitty keeps this many for us; the numbers are colours beyond the sixteen that have names. */
enum { PICTURES_MAX = 32, FIRST_NUMBER = 16, NUMBERS = 240, CHUNK_BYTES = 4096 };

#define PLACEHOLDER 0x10eeee

/* The marks that count rows and columns, in kitty's order. */
static const wchar_t counting_marks[DRAWING_SIDE_MAX] = {
	0x0305, 0x030d, 0x030e, 0x0310, 0x0312, 0x033d, 0x033e, 0x033f, 0x0346, 0x034a, 0x034b, 0x034c,
	0x0350, 0x0351, 0x0352, 0x0357, 0x035b, 0x0363, 0x0364, 0x0365, 0x0366, 0x0367, 0x0368, 0x0369,
	0x036a, 0x036b, 0x036c, 0x036d, 0x036e, 0x036f, 0x0483, 0x0484, 0x0485, 0x0486, 0x0487, 0x0592,
	0x0593, 0x0594, 0x0595, 0x0597, 0x0598, 0x0599, 0x059c, 0x059d, 0x059e, 0x059f, 0x05a0, 0x05a1,
	0x05a8, 0x05a9, 0x05ab, 0x05ac, 0x05af, 0x05c4, 0x0610, 0x0611, 0x0612, 0x0613, 0x0614, 0x0615,
	0x0616, 0x0617, 0x0657, 0x0658, 0x0659, 0x065a, 0x065b, 0x065d, 0x065e, 0x06d6, 0x06d7, 0x06d8,
	0x06d9, 0x06da, 0x06db, 0x06dc, 0x06df, 0x06e0, 0x06e1, 0x06e2, 0x06e4, 0x06e7, 0x06e8, 0x06eb,
	0x06ec, 0x0730, 0x0732, 0x0733, 0x0735, 0x0736, 0x073a, 0x073d, 0x073f, 0x0740, 0x0741, 0x0743,
	0x0745, 0x0747, 0x0749, 0x074a, 0x07eb, 0x07ec, 0x07ed, 0x07ee, 0x07ef, 0x07f0, 0x07f1, 0x07f3,
	0x0816, 0x0817, 0x0818, 0x0819, 0x081b, 0x081c, 0x081d, 0x081e, 0x081f, 0x0820, 0x0821, 0x0822,
	0x0823, 0x0825, 0x0826, 0x0827, 0x0829, 0x082a, 0x082b, 0x082c,
};

/* ---- which way ---- */

static bool has_prefix(const char *text, const char *prefix)
{
	return text && g_str_has_prefix(text, prefix);
}

/* A terminal is known by what it sets; over ssh only TERM comes along. */
static bool is_kitty(const GraphicsHints *hints)
{
	return (hints->kitty_window_id && *hints->kitty_window_id) ||
	       has_prefix(hints->term, "xterm-kitty") || has_prefix(hints->term, "xterm-ghostty") ||
	       g_strcmp0(hints->term_program, "ghostty") == 0;
}

static bool is_sixel(const GraphicsHints *hints)
{
	static const char *const known[] = { "foot", "mlterm", "contour", "yaft" };

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		if (has_prefix(hints->term, known[i]))
			return true;
	return g_strcmp0(hints->term_program, "WezTerm") == 0;
}

static GraphicsWish settle(GraphicsWish wish, const GraphicsHints *hints)
{
	if (wish != GRAPHICS_AUTO)
		return wish;
	if (hints->route != ESCAPE_PLAIN)
		return GRAPHICS_BLOCKS;
	return is_kitty(hints) ? GRAPHICS_KITTY : is_sixel(hints) ? GRAPHICS_SIXEL : GRAPHICS_BLOCKS;
}

bool graphics_choose(GraphicsWish wish, const GraphicsHints *hints, DrawingKind *ret_kind)
{
	GraphicsWish way = settle(wish, hints);

	if (way == GRAPHICS_OFF || hints->colours < 16 || !hints->is_utf8)
		return false;
	*ret_kind = DRAWING_BLOCKS;
	if (way == GRAPHICS_KITTY && hints->colours >= 256 && hints->route != ESCAPE_SCREEN)
		*ret_kind = DRAWING_PIXELS;
	if (way == GRAPHICS_SIXEL && hints->has_cell_size && hints->route != ESCAPE_SCREEN)
		*ret_kind = DRAWING_SIXEL;
	return true;
}

/* ---- kitty ---- */

typedef struct { const Drawing *drawing; int number; } Known;

struct Graphics {
	EscapeRoute route;
	GPtrArray  *known;           /* of Known, the one told last is last */
	int         last_number;     /* 0 to NUMBERS - 1 */
};

static void known_free(Known *known)
{
	drawing_unref((Drawing *)known->drawing);
	g_free(known);
}

Graphics *graphics_new(EscapeRoute route)
{
	Graphics *graphics = g_new0(Graphics, 1);

	graphics->route = route;
	graphics->known = g_ptr_array_new_with_free_func((GDestroyNotify)known_free);
	return graphics;
}

void graphics_free(Graphics *graphics)
{
	if (!graphics)
		return;
	g_ptr_array_unref(graphics->known);
	g_free(graphics);
}

static const Known *known_of(const Graphics *graphics, const Drawing *drawing)
{
	for (guint i = 0; i < graphics->known->len; i++) {
		const Known *known = g_ptr_array_index(graphics->known, i);
		if (known->drawing == drawing)
			return known;
	}
	return NULL;
}

/* q=2: it does not answer, for answers would be keys. */
static void append_command(GString *out, const Graphics *graphics, const char *command)
{
	g_autofree char *plain = g_strconcat("\x1b_G", command, "\x1b\\", NULL);
	g_autofree char *through = escape_through(graphics->route, plain);

	g_string_append(out, through);
}

static void append_pixels(GString *out, const Graphics *graphics, const Known *known)
{
	const Drawing *drawing = known->drawing;
	g_autofree char *base64 = g_base64_encode(g_bytes_get_data(drawing->pixels, NULL),
	                                          g_bytes_get_size(drawing->pixels));
	size_t len = strlen(base64);

	for (size_t at = 0; at < len; at += CHUNK_BYTES) {
		bool has_more = at + CHUNK_BYTES < len;
		g_autofree char *head =
			at ? g_strdup_printf("q=2,m=%d", has_more)
			   : g_strdup_printf("a=T,U=1,q=2,f=24,i=%d,s=%d,v=%d,c=%d,r=%d,m=%d",
		                             known->number, drawing->width, drawing->height,
		                             drawing->columns, drawing->rows, has_more);
		g_autofree char *command =
			g_strdup_printf("%s;%.*s", head, CHUNK_BYTES, base64 + at);
		append_command(out, graphics, command);
	}
}

static bool is_shown(const Canvas *canvas, const Drawing *drawing)
{
	return g_ptr_array_find(canvas->drawings, drawing, NULL);
}

/* The one that was told first, of those out of sight. */
static void drop_one(Graphics *graphics, const Canvas *canvas, GString *out)
{
	for (guint i = 0; i < graphics->known->len; i++) {
		const Known *known = g_ptr_array_index(graphics->known, i);
		if (is_shown(canvas, known->drawing))
			continue;
		g_autofree char *command = g_strdup_printf("a=d,d=I,q=2,i=%d", known->number);
		append_command(out, graphics, command);
		g_ptr_array_remove_index(graphics->known, i);
		return;
	}
}

static bool is_taken(const Graphics *graphics, int number)
{
	for (guint i = 0; i < graphics->known->len; i++)
		if (((const Known *)g_ptr_array_index(graphics->known, i))->number == number)
			return true;
	return false;
}

static void tell(Graphics *graphics, const Canvas *canvas, const Drawing *drawing, GString *out)
{
	Known *known = g_new0(Known, 1);

	if (graphics->known->len >= PICTURES_MAX)
		drop_one(graphics, canvas, out);
	do
		graphics->last_number = (graphics->last_number + 1) % NUMBERS;
	while (is_taken(graphics, FIRST_NUMBER + graphics->last_number) &&
	       graphics->known->len < NUMBERS);
	*known = (Known){ drawing_ref((Drawing *)drawing), FIRST_NUMBER + graphics->last_number };
	append_pixels(out, graphics, known);
	g_ptr_array_add(graphics->known, known);
}

char *graphics_tell(Graphics *graphics, const Canvas *canvas)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < canvas->drawings->len; i++) {
		const Drawing *drawing = g_ptr_array_index(canvas->drawings, i);
		if (drawing->kind == DRAWING_PIXELS && !known_of(graphics, drawing) &&
		    graphics->known->len < NUMBERS)
			tell(graphics, canvas, drawing, out);
	}
	return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

char *graphics_forget(Graphics *graphics)
{
	g_autoptr(GString) out = g_string_new(NULL);

	while (graphics->known->len > 0) {
		const Known *known = g_ptr_array_index(graphics->known, graphics->known->len - 1);
		g_autofree char *command = g_strdup_printf("a=d,d=I,q=2,i=%d", known->number);
		append_command(out, graphics, command);
		g_ptr_array_remove_index(graphics->known, graphics->known->len - 1);
	}
	return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

bool graphics_placeholder(const Graphics *graphics, const Canvas *canvas, const Cell *cell,
                          wchar_t ret_signs[GRAPHICS_SIGNS + 1], int *ret_colour)
{
	const Known *known = known_of(graphics, canvas_drawing_of(canvas, cell));

	if (!known)
		return false;
	ret_signs[0] = PLACEHOLDER;
	ret_signs[1] = counting_marks[cell->drawing_row];
	ret_signs[2] = counting_marks[cell->drawing_column];
	ret_signs[3] = L'\0';
	*ret_colour = known->number;
	return true;
}

int graphics_coloured_cells(const Canvas *canvas)
{
	int cells = 0;

	for (guint i = 0; i < canvas->drawings->len; i++) {
		const Drawing *drawing = g_ptr_array_index(canvas->drawings, i);
		cells += drawing->kind == DRAWING_BLOCKS ? drawing->columns * drawing->rows : 1;
	}
	return MIN(cells, canvas->width * canvas->height);
}

/* ---- sixel ---- */

/* U+2000 to U+2009, EN QUAD and its kin: ten kinds of nothing. */
enum { FIRST_BLANK = 0x2000, BLANKS = 10 };

static bool is_sixel_at(const Canvas *canvas, int x, int y)
{
	const Drawing *drawing = canvas_drawing_of(canvas, canvas_at(canvas, x, y));

	return drawing && drawing->kind == DRAWING_SIXEL;
}

bool graphics_is_row_due(const Canvas *canvas, const Canvas *shown, int y)
{
	bool has_sixels = false, is_same = true;

	if (canvas->drawings->len + shown->drawings->len == 0)
		return false;
	for (int x = 0; x < canvas->width; x++) {
		has_sixels |= is_sixel_at(canvas, x, y) || is_sixel_at(shown, x, y);
		is_same &= canvas_is_same_sign(canvas, shown, x, y);
	}
	return has_sixels && !is_same;
}

static bool is_whole(const Canvas *canvas, int x, int y)
{
	const Cell *first = canvas_at(canvas, x, y);
	int columns = canvas_drawing_of(canvas, first)->columns;

	if (x + columns > canvas->width)
		return false;
	for (int i = 0; i < columns; i++) {
		const Cell *cell = canvas_at(canvas, x + i, y);
		if (cell->drawing != first->drawing || cell->drawing_row != first->drawing_row ||
		    cell->drawing_column != i)
			return false;
	}
	return true;
}

/* The digits of a number that drawing and row make, one a cell and over again. */
wchar_t graphics_blank(const Canvas *canvas, int x, int y)
{
	const Cell *cell = canvas_at(canvas, x, y);
	int         begin = x - cell->drawing_column;
	guint       number = GPOINTER_TO_UINT(canvas_drawing_of(canvas, cell)) / 16 * DRAWING_SIDE_MAX +
	                     cell->drawing_row;

	if (begin < 0 || !is_whole(canvas, begin, y))
		return L' ';
	for (int i = cell->drawing_column % 6; i > 0; i--)
		number /= BLANKS;
	return (wchar_t)(FIRST_BLANK + number % BLANKS);
}

/* P2 = 1: what is not painted stays as it is. */
static char *strip_of(const Drawing *drawing, guint row)
{
	gsize len;
	const char *bytes = g_bytes_get_data(g_ptr_array_index(drawing->strips, row), &len);

	return g_strdup_printf("\x1bP0;1;0q\"1;1;%d;%d%.*s\x1b\\", drawing->width, drawing->height,
	                       (int)len, bytes);
}

char *graphics_strip(const Canvas *canvas, int x, int y)
{
	const Cell *cell = canvas_at(canvas, x, y);

	return is_sixel_at(canvas, x, y) && is_whole(canvas, x, y)
	               ? strip_of(canvas_drawing_of(canvas, cell), cell->drawing_row)
	               : NULL;
}
