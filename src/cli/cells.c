#include "cli/cells.h"

#include <glib.h>
#include <stdbool.h>

#include "base/text.h"
#include "ui/cell/grapheme.h"

/* Appends the signs of @text that fit into @width cells; true if that was all of it. */
static bool append_cells(GString *out, const char *text, int width, int *ret_cells)
{
	int cells = 0;
	Grapheme sign;

	for (; *text; text += sign.source_len) {
		grapheme_next(text, &sign);
		if (cells + sign.width > width)
			break;
		cells += sign.width;
		g_string_append(out, sign.text);
	}
	*ret_cells = cells;
	return !*text;
}

char *cells_fit(const char *text, int width)
{
	g_autofree char *line = text_one_line(text);
	GString *out = g_string_new(NULL);
	int cells;

	if (!append_cells(out, line, width, &cells)) {
		g_string_truncate(out, 0);
		append_cells(out, line, width - 1, &cells);
		g_string_append(out, "…");
		cells++;
	}
	g_string_append_printf(out, "%*s", width - cells, "");
	return g_string_free(out, FALSE);
}

void cells_append(GString *out, const char *text)
{
	int cells;

	append_cells(out, text, G_MAXINT, &cells);
}
