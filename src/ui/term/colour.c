#include "ui/term/colour.h"

#include <glib.h>
#include <term.h>

static attr_t to_attributes(Style style)
{
	attr_t attributes = A_NORMAL;

	if (style & STYLE_BOLD)
		attributes |= A_BOLD;
	if (style & STYLE_ITALIC)
		attributes |= A_ITALIC;
	if (style & STYLE_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (style & STYLE_DIM_TEXT)
		attributes |= A_DIM;
	if (style & STYLE_REVERSE)
		attributes |= A_REVERSE;
	return attributes;
}

/* Some terminals take a colour's value where others take its
 * number: their terminfo says so. */
int colour_count(bool is_plain)
{
	if (is_plain || !has_colors() || start_color() != OK || use_default_colors() != OK)
		return 0;
	return COLORS >= STYLE_ALL_COLOURS && tigetflag("RGB") > 0 ? STYLE_ALL_COLOURS
	                                                           : MIN(COLORS, 256);
}

void colour_init(Colour colours[STYLE_COUNT_OF_ROLES], const StyleSheet *sheet, bool is_plain)
{
	int count = colour_count(is_plain);

	for (int role = 0; role < STYLE_COUNT_OF_ROLES; role++) {
		const StyleLook *look = style_look(sheet, (Style)role);
		StylePaint       paint = style_paint(look, count);
		short            pair = (short)(role + 1);

		colours[role] = (Colour){ to_attributes(paint.attributes), 0 };
		if (paint.foreground < 0 && paint.background < 0)
			continue;
		if (pair < COLOR_PAIRS &&
		    init_extended_pair(pair, paint.foreground, paint.background) == OK)
			colours[role].pair = pair;
		else
			colours[role].attributes =
				to_attributes(style_paint(look, 0).attributes);
	}
}

Colour colour_of(const Colour colours[STYLE_COUNT_OF_ROLES], Style style)
{
	unsigned role = style & STYLE_ROLE_MASK;
	Colour   colour = colours[role < STYLE_COUNT_OF_ROLES ? role : STYLE_NORMAL];

	colour.attributes |= to_attributes(style);
	return colour;
}

/* ---- of pictures ---- */

/* A cell's pair is a short. */
enum { FIRST_PAIR = STYLE_COUNT_OF_ROLES + 1, PAIRS_MAX = 32767 };

struct ColourPool {
	GHashTable *pairs;           /* front and back in one number -> pair */
	int         next;
};

ColourPool *colour_pool_new(void)
{
	ColourPool *pool = g_new0(ColourPool, 1);

	pool->pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	pool->next = FIRST_PAIR;
	return pool;
}

void colour_pool_free(ColourPool *pool)
{
	if (!pool)
		return;
	g_hash_table_unref(pool->pairs);
	g_free(pool);
}

static int pairs_end(void) { return MIN(COLOR_PAIRS, PAIRS_MAX); }

bool colour_pool_make_room(ColourPool *pool, int cells)
{
	if (pool->next == FIRST_PAIR || pool->next + cells <= pairs_end())
		return false;
	g_hash_table_remove_all(pool->pairs);
	pool->next = FIRST_PAIR;
	return true;
}

short colour_pool_pair(ColourPool *pool, int front, int back)
{
	int64_t key = (int64_t)((uint64_t)(uint32_t)front << 32 | (uint32_t)back);
	int     pair = GPOINTER_TO_INT(g_hash_table_lookup(pool->pairs, &key));

	if (pair)
		return (short)pair;
	if (pool->next >= pairs_end() || init_extended_pair(pool->next, front, back) != OK)
		return 0;
	g_hash_table_insert(pool->pairs, g_memdup2(&key, sizeof key), GINT_TO_POINTER(pool->next));
	return (short)pool->next++;
}
