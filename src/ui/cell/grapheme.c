#include "ui/cell/grapheme.h"

#include <string.h>

#include "base/text.h"

/* The marks that ncurses can put on a letter. */
enum { MARKS_MAX = 4 };

static const char SHOWS_UNKNOWN[] = "\xEF\xBF\xBD";      /* U+FFFD */
static const char SHOWS_HIDDEN[] = "\xE2\x90\xA6";       /* U+2426 */

enum {
	ZWNJ = 0x200c,
	ZWJ = 0x200d,
	FLAG_A = 0x1f1e6,
	FLAG_Z = 0x1f1ff,
	BLACK_FLAG = 0x1f3f4,
	KEYCAP = 0x20e3
};

static bool is_variation(gunichar c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}
static bool is_skin_tone(gunichar c) { return c >= 0x1f3fb && c <= 0x1f3ff; }
static bool is_tag(gunichar c) { return c >= 0xe0020 && c <= 0xe007f; }
static bool is_jamo_tail(gunichar c) { return c >= 0x1160 && c <= 0x11ff; }

/* Near enough to Extended_Pictographic: what emoji sequences are made of. */
static bool is_pictograph(gunichar c)
{
	return (c >= 0x1f000 && c <= 0x1faff && !(c >= FLAG_A && c <= FLAG_Z)) ||
	       (c >= 0x2190 && c <= 0x2bff) || c == 0xa9 || c == 0xae || c == 0x203c ||
	       c == 0x2049 || c == 0x3030 || c == 0x303d;
}

static bool is_mark(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK;
}

/* Scripts in which a joiner decides how letters look, and is no trick. */
static bool is_joining_letter(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_ARABIC: case G_UNICODE_SCRIPT_SYRIAC: case G_UNICODE_SCRIPT_MONGOLIAN:
	case G_UNICODE_SCRIPT_DEVANAGARI:
	case G_UNICODE_SCRIPT_BENGALI:
	case G_UNICODE_SCRIPT_GURMUKHI:
	case G_UNICODE_SCRIPT_GUJARATI: case G_UNICODE_SCRIPT_ORIYA: case G_UNICODE_SCRIPT_TAMIL:
	case G_UNICODE_SCRIPT_TELUGU:
	case G_UNICODE_SCRIPT_KANNADA:
	case G_UNICODE_SCRIPT_MALAYALAM:
	case G_UNICODE_SCRIPT_SINHALA: case G_UNICODE_SCRIPT_KHMER:
		return true;
	default:
		return false;
	}
}

/* The code point at @p, in *ret_len bytes; (gunichar)-1 for a byte that is no UTF-8, 0 at the
 * end. */
static gunichar read_char(const char *p, size_t *ret_len)
{
	gunichar c;

	if ((guchar)*p < 0x80) {
		*ret_len = *p ? 1 : 0;
		return (gunichar)(guchar)*p;
	}
	c = g_utf8_get_char_validated(p, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		*ret_len = 1;
		return (gunichar)-1;
	}
	*ret_len = (size_t)(g_utf8_next_char(p) - p);
	return c;
}

static void show(Grapheme *g, const char *text, int width)
{
	g->width = width;
	g_strlcpy(g->text, text, sizeof g->text);
}

static void show_char(Grapheme *g, gunichar c, int width)
{
	g->text[g_unichar_to_utf8(c, g->text)] = '\0';
	g->width = width;
}

static void show_marker(Grapheme *g, const char *marker)
{
	show(g, marker, 1);
	g->is_marker = true;
}

/* A run of hidden characters is one marker: newsletters pad with hundreds of them. */
static void show_hidden(Grapheme *g, const char *text)
{
	size_t len;

	for (gunichar c; (c = read_char(text + g->source_len, &len)) != 0; g->source_len += len)
		if (!text_is_deceptive(c) && !is_variation(c))
			break;
	show_marker(g, SHOWS_HIDDEN);
}

static void append(Grapheme *g, gunichar c)
{
	size_t have = strlen(g->text);
	char   bytes[6];
	size_t len = (size_t)g_unichar_to_utf8(c, bytes);

	if (have + len >= sizeof g->text)
		return;
	memcpy(g->text + have, bytes, len);
	g->text[have + len] = '\0';
}

typedef struct { gunichar base, last; int marks; bool is_emoji; } Cluster;

/* A joiner belongs to the sign where it joins; what it joins to follows it. */
static bool joins(const Cluster *cluster, gunichar joiner, gunichar next)
{
	if (joiner == ZWJ && cluster->is_emoji)
		return is_pictograph(next);
	return (joiner == ZWJ || joiner == ZWNJ) && is_joining_letter(cluster->base) &&
	       is_joining_letter(next);
}

/* True if @c goes on with the sign; appends what of it is shown. */
static bool extend(Grapheme *g, Cluster *cluster, gunichar c, gunichar next)
{
	if (is_variation(c))
		return true;
	if (is_mark(c) || (is_jamo_tail(c) && is_jamo_tail(cluster->last)) ||
	    (is_jamo_tail(c) && cluster->base >= 0x1100 && cluster->base < 0x1160)) {
		if (cluster->marks++ < MARKS_MAX)
			append(g, c);
		return true;
	}
	if ((is_skin_tone(c) && cluster->is_emoji) || (is_tag(c) && cluster->base == BLACK_FLAG) ||
	    (cluster->last == ZWJ && cluster->is_emoji && is_pictograph(c)) ||
	    joins(cluster, c, next)) {
		append(g, c);
		return true;
	}
	return false;
}

static void take_extensions(Grapheme *g, const char *text, gunichar base)
{
	Cluster cluster = { base, base, 0, is_pictograph(base) };
	size_t  len, next_len;

	for (gunichar c; (c = read_char(text + g->source_len, &len)) != 0; g->source_len += len) {
		if (c < 0x300 || c == (gunichar)-1)
			return;
		if (!extend(g, &cluster, c, read_char(text + g->source_len + len, &next_len)))
			return;
		/* A joiner that joins letters ends this sign; the next letter has cells of its
		 * own. */
		if ((c == ZWJ || c == ZWNJ) && !cluster.is_emoji) {
			g->source_len += len;
			return;
		}
		cluster.last = c;
	}
}

static void show_control(Grapheme *g, gunichar c)
{
	if (c == 0x7f)
		show_char(g, 0x2421, 1);
	else if (c < 0x20)
		show_char(g, 0x2400 + c, 1);
	else
		show(g, SHOWS_UNKNOWN, 1);
	g->is_marker = true;
}

static bool is_unknown(gunichar c)
{
	GUnicodeType type;

	if (c == (gunichar)-1)
		return true;
	type = g_unichar_type(c);
	return type == G_UNICODE_UNASSIGNED || type == G_UNICODE_PRIVATE_USE ||
	       type == G_UNICODE_SURROGATE;
}

/* Blanks of other widths than one cell would come out as blanks of one cell anyway. */
static bool is_blank(gunichar c)
{
	return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	       c == 0x1680;
}

static void show_other(Grapheme *g, const char *text, gunichar c)
{
	if (is_blank(c))
		show(g, " ", 1);
	else if (c >= FLAG_A && c <= FLAG_Z)
		show_char(g, 'A' + c - FLAG_A, 1);
	else if (is_mark(c)) {
		/* A mark without a letter gets the dotted circle that typography gives it. */
		show_char(g, 0x25cc, 1);
		append(g, c);
		take_extensions(g, text, 0x25cc);
	} else {
		show_char(g, c,
		          is_jamo_tail(c)            ? 1
		          : g_unichar_iswide(c)      ? 2
		          : g_unichar_iszerowidth(c) ? 0
		                                     : 1);
		if (is_jamo_tail(c) || g->width == 0)
			show_marker(g, SHOWS_HIDDEN);
		take_extensions(g, text, c);
	}
}

void grapheme_next(const char *text, Grapheme *ret_grapheme)
{
	Grapheme *g = ret_grapheme;
	gunichar  c = read_char(text, &g->source_len);

	g->is_marker = false;
	if (text_is_control(c)) {
		show_control(g, c);
	} else if (c < 0x7f) {
		show_char(g, c, 1);
		if ((guchar)text[1] >= 0x80)
			take_extensions(g, text, c);
	} else if (is_unknown(c)) {
		show_marker(g, SHOWS_UNKNOWN);
	} else if (is_variation(c)) {
		show(g, "", 0);
	} else if (text_is_deceptive(c) || c == 0x2028 || c == 0x2029) {
		show_hidden(g, text);
	} else {
		show_other(g, text, c);
	}
}

int grapheme_width(const char *text, size_t *ret_len)
{
	Grapheme g;

	grapheme_next(text, &g);
	*ret_len = g.source_len;
	return g.width;
}

int text_width(const char *text)
{
	int width = 0;

	for (size_t len; *text; text += len)
		width += grapheme_width(text, &len);
	return width;
}

size_t grapheme_fitting(const char *text, int width)
{
	size_t len, fits = 0, blank = 0;

	for (int used = 0; text[fits]; fits += len) {
		used += grapheme_width(text + fits, &len);
		if (used > width)
			return fits == 0 ? len : blank > fits / 2 ? blank : fits;
		if (text[fits] == ' ')
			blank = fits + len;
	}
	return fits;
}
