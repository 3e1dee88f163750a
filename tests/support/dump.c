#include "support/dump.h"

static void cut_blanks(GString *out, gsize from)
{
	while (out->len > from && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

char *canvas_dump(const Canvas *canvas)
{
	GString *out = g_string_new(NULL);

	for (int y = 0; y < canvas->height; y++) {
		gsize start = out->len;
		for (int x = 0; x < canvas->width; x++)
			g_string_append(out, canvas_at(canvas, x, y)->text);
		cut_blanks(out, start);
	}
	return g_string_free(out, FALSE);
}

char *canvas_dump_styles(const Canvas *canvas)
{
	GString *out = g_string_new(NULL);

	for (int y = 0; y < canvas->height; y++) {
		gsize start = out->len;
		for (int x = 0; x < canvas->width; x++)
			g_string_append_c(out, style_look(canvas_at(canvas, x, y)->style)->mark);
		cut_blanks(out, start);
	}
	return g_string_free(out, FALSE);
}
