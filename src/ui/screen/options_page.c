#include "ui/screen/options_page.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum {
	THREE_FROM = 140, TWO_FROM = 100, SECTIONS_WIDTH = 16, KEYS_WIDTH = 62, NAME_WIDTH = 24,
	FULL_NAME_WIDTH = 30, HELP_LINES = 3
};

struct OptionsPage {
	const Settings *settings;
	int             cursor;      /* SettingId */
	int             top;         /* of the rows in view, the first; among those that are listed */
	Rect            sections, keys;      /* where they were drawn last; width 0: not at all */
};

OptionsPage *options_page_new(const Settings *settings)
{
	OptionsPage *page = g_new0(OptionsPage, 1);

	page->settings = settings;
	return page;
}

void options_page_free(OptionsPage *page)
{
	g_free(page);
}

SettingId options_page_current(const OptionsPage *page)
{
	return (SettingId)page->cursor;
}

static const char *section_of(int id) { return setting_option((SettingId)id)->section; }

/* ---- which settings are listed ---- */

/* Beside the sections only one of them is listed, else all. The settings of a section stand
 * together in the table. */
typedef struct { int first, count; } Listed;

static Listed listed(const OptionsPage *page)
{
	Listed all = { 0, SETTING_COUNT };

	if (page->sections.width == 0)
		return all;
	const char *section = section_of(page->cursor);
	Listed own = { page->cursor, 1 };
	while (own.first > 0 && strcmp(section_of(own.first - 1), section) == 0)
		own.first--;
	own.count = page->cursor - own.first + 1;
	while (own.first + own.count < SETTING_COUNT &&
	       strcmp(section_of(own.first + own.count), section) == 0)
		own.count++;
	return own;
}

/* The first setting of the @index-th section, or -1. */
static int section_start(int index)
{
	for (int id = 0; id < SETTING_COUNT; id++)
		if ((id == 0 || strcmp(section_of(id), section_of(id - 1)) != 0) && index-- == 0)
			return id;
	return -1;
}

/* ---- moving ---- */

static void keep_in_view(OptionsPage *page)
{
	Listed rows = listed(page);
	int at = page->cursor - rows.first, height = MAX(page->keys.height, 1);

	page->top = CLAMP(page->top, MAX(at - height + 1, 0), at);
	page->top = MIN(page->top, MAX(rows.count - height, 0));
}

void options_page_move(OptionsPage *page, int rows)
{
	page->cursor = CLAMP(page->cursor + rows, 0, SETTING_COUNT - 1);
}

void options_page_to_end(OptionsPage *page, bool is_bottom)
{
	page->cursor = is_bottom ? SETTING_COUNT - 1 : 0;
}

int options_page_height(const OptionsPage *page)
{
	return MAX(page->keys.height, 1);
}

bool options_page_click(OptionsPage *page, int x, int y)
{
	int id = -1;

	if (rect_has(page->sections, x, y)) {
		id = section_start(y - page->sections.y);
	} else if (rect_has(page->keys, x, y)) {
		Listed rows = listed(page);
		int at = page->top + y - page->keys.y;
		id = at < rows.count ? rows.first + at : -1;
	}
	if (id >= 0)
		page->cursor = id;
	return id >= 0;
}

static bool has_text(const OptionsPage *page, int id, const char *text)
{
	const Option *option = setting_option((SettingId)id);
	g_autofree char *name = option_full_name(option);
	g_autofree char *whole = g_strjoin("\n", name, settings_text(page->settings, (SettingId)id),
	                                   _(option->help), NULL);
	g_autofree char *folded = text_lower_ascii(whole);
	g_autofree char *wanted = text_lower_ascii(text);

	return strstr(folded, wanted) != NULL;
}

bool options_page_search(OptionsPage *page, const char *text, bool is_backwards)
{
	int step = is_backwards ? SETTING_COUNT - 1 : 1;

	for (int i = 1; i <= SETTING_COUNT; i++) {
		int id = (page->cursor + i * step) % SETTING_COUNT;
		if (!has_text(page, id, text))
			continue;
		page->cursor = id;
		return true;
	}
	return false;
}

/* ---- drawing ---- */

static void draw_sections(const OptionsPage *page, Canvas *canvas, Rect rect)
{
	int id;

	for (int i = 0; i < rect.height && (id = section_start(i)) >= 0; i++) {
		Rect line = { rect.x, rect.y + i, rect.width, 1 };
		bool is_current = strcmp(section_of(id), section_of(page->cursor)) == 0;
		Pen  pen = pen_new(canvas, line, is_current ? STYLE_SELECTED_IDLE : STYLE_NORMAL);
		pen_skip(&pen, 1);
		pen_text(&pen, section_of(id));
		pen_rest(&pen);
	}
}

static bool is_default(const OptionsPage *page, SettingId id)
{
	return strcmp(settings_text(page->settings, id), setting_option(id)->default_value) == 0;
}

static void draw_key(const OptionsPage *page, SettingId id, Pen *pen)
{
	bool is_whole = page->sections.width == 0;
	const Option *option = setting_option(id);
	g_autofree char *name = is_whole ? option_full_name(option) : g_strdup(option->name);
	g_autofree char *value = text_visible(settings_text(page->settings, id));
	g_autofree char *shown = option->unit ? g_strdup_printf("%s %s", value, option->unit)
	                                      : g_strdup(value);

	pen_skip(pen, 1);
	pen_column(pen, name, is_whole ? FULL_NAME_WIDTH : NAME_WIDTH);
	pen_skip(pen, 1);
	pen_column(pen, shown, MAX(pen_room(pen) - 4, 0));
	pen_skip(pen, 1);
	pen_text(pen, is_default(page, id) ? " " : "*");
	pen_text(pen, settings_is_unsaved(page->settings, id) ? "+" : " ");
	pen_rest(pen);
}

static void draw_keys(const OptionsPage *page, Canvas *canvas, Rect rect, bool has_focus)
{
	Listed rows = listed(page);

	for (int i = 0; i < rect.height && page->top + i < rows.count; i++) {
		int id = rows.first + page->top + i;
		Style style = id != page->cursor ? STYLE_NORMAL
		              : has_focus        ? STYLE_SELECTED
		                                 : STYLE_SELECTED_IDLE;
		Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y + i, rect.width, 1 }, style);
		draw_key(page, (SettingId)id, &pen);
	}
}

/* "Takes 0 to 600 s.  Default: 10.  Set in FILE, line 3." */
static char *facts_about(const OptionsPage *page, const char *separator)
{
	SettingId     id = options_page_current(page);
	const Option *option = setting_option(id);
	const char   *origin = settings_origin(page->settings, id);
	g_autofree char *allowed = option_allowed(option);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, _("Takes %s."), allowed);
	if (*option->default_value)
		g_string_append_printf(text, _("%sDefault: %s."), separator, option->default_value);
	if (settings_is_unsaved(page->settings, id))
		g_string_append_printf(text, _("%sNot saved yet."), separator);
	else if (origin)
		g_string_append_printf(text, _("%sSet in %s."), separator, origin);
	if (option->is_per_account)
		g_string_append_printf(text, _("%sAn account may have its own."), separator);
	return g_string_free(text, FALSE);
}

/* Breaks @text into the lines of @rect; returns how many it took. */
static int draw_text(Canvas *canvas, Rect rect, Style style, const char *text)
{
	int used = 0;

	for (; *text && used < rect.height; used++) {
		size_t len = grapheme_fitting(text, rect.width);
		g_autofree char *line = g_strndup(text, len);
		Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y + used, rect.width, 1 }, style);
		pen_text(&pen, g_strchomp(line));
		text += len + strspn(text + len, " ");
	}
	return used;
}

static Rect below(Rect rect, int lines)
{
	lines = MIN(lines, rect.height);
	return (Rect){ rect.x, rect.y + lines, rect.width, rect.height - lines };
}

/* The whole column beside the keys. */
static void draw_help(const OptionsPage *page, Canvas *canvas, Rect rect)
{
	const Option *option = setting_option(options_page_current(page));
	g_autofree char *name = option_full_name(option);
	g_autofree char *facts = facts_about(page, "\n");
	g_auto(GStrv) lines = g_strsplit(facts, "\n", -1);

	rect = below(rect, draw_text(canvas, rect, STYLE_HEADING, name) + 1);
	rect = below(rect, draw_text(canvas, rect, STYLE_NORMAL, _(option->help)) + 1);
	for (char **line = lines; *line; line++)
		rect = below(rect, draw_text(canvas, rect, STYLE_DIM, *line));
}

/* A rule and what fits below it. */
static void draw_help_below(const OptionsPage *page, Canvas *canvas, Rect rect)
{
	const Option *option = setting_option(options_page_current(page));
	g_autofree char *facts = facts_about(page, "  ");
	Rect text = { rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 1 };

	canvas_rule_across(canvas, rect.x, rect.y, rect.width);
	text = below(text, draw_text(canvas, text, STYLE_NORMAL, _(option->help)));
	draw_text(canvas, text, STYLE_DIM, facts);
}

/* By width: sections, keys and help; sections and keys; keys. What has no column goes below. */
static void place(OptionsPage *page, Rect rect, Rect *ret_help)
{
	int x = rect.width >= TWO_FROM ? SECTIONS_WIDTH + 1 : 0;
	int keys = rect.width >= THREE_FROM ? KEYS_WIDTH : rect.width - x;
	int help_lines = rect.width >= THREE_FROM ? 0 : MIN(HELP_LINES + 1, rect.height - 1);

	page->sections = (Rect){ rect.x, rect.y, MAX(x - 1, 0), rect.height - help_lines };
	page->keys = (Rect){ rect.x + x, rect.y, keys, rect.height - help_lines };
	*ret_help = help_lines ? (Rect){ rect.x, rect.y + page->keys.height, rect.width, help_lines }
	                       : (Rect){ rect.x + x + keys + 2, rect.y,
		                         rect.width - x - keys - 3, rect.height };
}

void options_page_draw(OptionsPage *page, Canvas *canvas, Rect rect, bool has_focus)
{
	Rect help;

	place(page, rect, &help);
	keep_in_view(page);
	if (page->sections.width) {
		draw_sections(page, canvas, page->sections);
		canvas_rule_down(canvas, page->keys.x - 1, page->keys.y, page->keys.height);
	}
	draw_keys(page, canvas, page->keys, has_focus);
	if (help.y > rect.y) {
		draw_help_below(page, canvas, help);
	} else {
		canvas_rule_down(canvas, help.x - 2, help.y, help.height);
		draw_help(page, canvas, help);
	}
}
