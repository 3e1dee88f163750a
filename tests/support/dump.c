#include "support/dump.h"

#include <string.h>

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
			g_string_append_c(out, style_mark(canvas_at(canvas, x, y)->style));
		cut_blanks(out, start);
	}
	return g_string_free(out, FALSE);
}

static void assert_same(const char *name, const char *expected, const char *shown)
{
	g_auto(GStrv) was = g_strsplit(expected, "\n", -1);
	g_auto(GStrv) now = g_strsplit(shown, "\n", -1);
	bool is_same = true;

	for (guint i = 0; i < MAX(g_strv_length(was), g_strv_length(now)); i++) {
		const char *before = i < g_strv_length(was) ? was[i] : "(nothing)", *after = i < g_strv_length(now) ? now[i] : "(nothing)";
		if (strcmp(before, after) == 0)
			continue;
		is_same = false;
		g_test_message("%s:%u\n- %s\n+ %s", name, i + 1, before, after);
	}
	if (!is_same)
		g_error("%s looks different; if it should, run: make snap", name);
}

void canvas_snapshot(const Canvas *canvas, const char *name)
{
	const char *top = g_getenv("POSTERN_TOP");
	g_autofree char *grid = canvas_dump(canvas), *styles = canvas_dump_styles(canvas);
	g_autofree char *shown = g_strconcat(grid, "---- styles ----\n", styles, NULL);
	g_autofree char *path = g_strdup_printf("%s/tests/screens/golden/%s.txt", top ? top : ".", name);
	g_autofree char *expected = NULL;

	if (g_getenv("SNAP")) {
		g_assert_true(g_file_set_contents(path, shown, -1, NULL));
		return;
	}
	if (!g_file_get_contents(path, &expected, NULL, NULL))
		g_error("%s is missing; run: make snap", path);
	assert_same(name, expected, shown);
}
