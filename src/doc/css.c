#include "doc/css.h"

#include <string.h>

#include "doc/doc.h"

/* One declaration; both halves lie in the attribute. */
typedef struct { const char *name, *value; size_t name_len, value_len; } Declaration;

static bool is_named(const Declaration *d, const char *name)
{
	return d->name_len == strlen(name) && g_ascii_strncasecmp(d->name, name, d->name_len) == 0;
}

static bool has_word(const Declaration *d, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= d->value_len; i++)
		if (g_ascii_strncasecmp(d->value + i, word, n) == 0)
			return true;
	return false;
}

/* The number the value begins with; -1 if it is none. A length in points is close enough to one in
 * pixels here. */
static double number_of(const Declaration *d)
{
	g_autofree char *value = g_strndup(d->value, MIN(d->value_len, 32));
	char *end;
	double number = g_ascii_strtod(value, &end);

	return end == value ? -1 : number;
}

static bool is_zero(const Declaration *d)
{
	return d->value_len > 0 && d->value[0] >= '0' && d->value[0] <= '9' && number_of(d) == 0;
}

static void toggle(CssFacts *facts, guint bit, bool is_on)
{
	*(is_on ? &facts->set : &facts->clear) |= bit;
}

static void read_font(const Declaration *d, CssFacts *facts)
{
	if (is_named(d, "font-weight")) {
		bool is_bold = has_word(d, "bold") || number_of(d) >= 600;
		if (is_bold || has_word(d, "normal") || number_of(d) > 0)
			toggle(facts, RUN_BOLD, is_bold);
	} else if (is_named(d, "font-style")) {
		toggle(facts, RUN_ITALIC, has_word(d, "italic") || has_word(d, "oblique"));
	} else if (is_named(d, "font-size")) {
		facts->is_tiny = is_zero(d) ? CSS_YES : CSS_NO;
	}
}

static void read_decoration(const Declaration *d, CssFacts *facts)
{
	if (has_word(d, "underline"))
		facts->set |= RUN_UNDERLINE;
	if (has_word(d, "line-through"))
		facts->set |= RUN_STRIKE;
	if (has_word(d, "none"))
		facts->clear |= RUN_UNDERLINE | RUN_STRIKE;
}

/* Returns true if the declaration was about being seen. */
static bool read_visibility(const Declaration *d, CssFacts *facts)
{
	if (is_named(d, "display"))
		facts->is_hidden |= has_word(d, "none");
	else if (is_named(d, "mso-hide"))
		facts->is_hidden |= has_word(d, "all");
	else if (is_named(d, "max-height") || is_named(d, "opacity"))
		facts->is_hidden |= is_zero(d);
	else if (is_named(d, "visibility"))
		facts->is_invisible = has_word(d, "visible") ? CSS_NO : CSS_YES;
	else
		return false;
	return true;
}

/* "l0 level2 lfo1", or "Ignore" around the bullet. */
static void read_word_list(const Declaration *d, CssFacts *facts)
{
	static const char word[] = "level";
	const char *at = g_strstr_len(d->value, (gssize)d->value_len, word);

	facts->is_list_marker |= has_word(d, "ignore");
	if (at && at + strlen(word) < d->value + d->value_len && g_ascii_isdigit(at[strlen(word)]))
		facts->list_level = at[strlen(word)] - '0';
}

static void read_box(const Declaration *d, CssFacts *facts)
{
	if (is_named(d, "width"))
		facts->width = has_word(d, "%") ? -1 : (int)CLAMP(number_of(d), -1, 100000);
	else if (is_named(d, "height"))
		facts->height = has_word(d, "%") ? -1 : (int)CLAMP(number_of(d), -1, 100000);
	else if (is_named(d, "white-space"))
		facts->keeps_lines =
			has_word(d, "pre") || has_word(d, "break-spaces") ? CSS_YES : CSS_NO;
	else if (is_named(d, "border-left"))
		facts->has_left_bar = !is_zero(d) && !has_word(d, "none");
	else if (is_named(d, "margin"))
		facts->has_no_margin = is_zero(d);
}

static void read_declaration(const Declaration *d, CssFacts *facts)
{
	if (d->name_len == 0 || d->value_len == 0 || read_visibility(d, facts))
		return;
	if (is_named(d, "text-decoration") || is_named(d, "text-decoration-line"))
		read_decoration(d, facts);
	else if (is_named(d, "mso-list"))
		read_word_list(d, facts);
	else if (d->name[0] == 'f' || d->name[0] == 'F')
		read_font(d, facts);
	else
		read_box(d, facts);
}

void css_read(const char *style, CssFacts *ret_facts)
{
	*ret_facts = (CssFacts){ .width = -1, .height = -1 };
	while (style && *style) {
		size_t len = strcspn(style, ";");
		const char *end = style + len, *colon = memchr(style, ':', len);
		if (colon) {
			Declaration d = { .name = style + strspn(style, " \t\r\n"),
				          .value = colon + 1 };
			d.value += strspn(d.value, " \t\r\n");
			d.name_len = (size_t)(MAX(colon, d.name) - d.name);
			while (d.name_len > 0 && strchr(" \t\r\n", d.name[d.name_len - 1]))
				d.name_len--;
			d.value_len = (size_t)(MAX(end, d.value) - d.value);
			read_declaration(&d, ret_facts);
		}
		style = *end ? end + 1 : end;
	}
}
