/*
 * tests/unit/doc/cases/NAME.{html,txt,flowed,delsp} laid out at 72 cells must be NAME.out, which also shows styles, links
 * and pictures. SNAP=1 rewrites what differs; look at the difference before you commit it.
 */
#include <string.h>

#include "doc/layout.h"

static int width_of(const char *utf8, size_t *ret_len)
{
	gunichar c = g_utf8_get_char(utf8);

	*ret_len = (size_t)g_utf8_skip[(guchar)*utf8];
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static Doc *read_case(const char *name, const char *text, size_t len)
{
	if (g_str_has_suffix(name, ".html"))
		return doc_from_html(text, len);
	if (g_str_has_suffix(name, ".txt"))
		return doc_from_text(text, len);
	return doc_from_flowed(text, len, g_str_has_suffix(name, ".delsp"));
}

static void append_facts(GString *out, const Doc *doc)
{
	for (guint i = 0; i < doc->links->len; i++) {
		const DocLink *link = g_ptr_array_index(doc->links, i);
		g_string_append_printf(out, "link %u: %s \"%s\"%s\n", i + 1, link->url, link->text,
		                       link->is_deceptive ? " DECEPTIVE" : "");
	}
	for (guint i = 0; i < doc->pictures->len; i++) {
		const DocPicture *picture = g_ptr_array_index(doc->pictures, i);
		g_string_append_printf(out, "picture %u: %s \"%s\" %dx%d%s%s\n", i, picture->source, picture->alt, picture->width,
		                       picture->height, picture->is_remote ? " REMOTE" : "", picture->is_tracker ? " TRACKER" : "");
	}
	if (doc->warning)
		g_string_append_printf(out, "warning: %s\n", doc->warning);
}

/* Spans with a style are shown as {bold:text}, so that a lost style is a difference. */
static void append_styled(GString *out, const GPtrArray *lines)
{
	static const struct { guint style; char mark; } marks[] = {
		{ RUN_BOLD, 'b' }, { RUN_ITALIC, 'i' }, { RUN_UNDERLINE, 'u' }, { RUN_STRIKE, 's' }, { RUN_CODE, 'c' }, { RUN_LINK, 'l' },
	};

	for (guint i = 0; i < lines->len; i++) {
		const DocLine *line = g_ptr_array_index(lines, i);
		for (guint s = 0; s < line->spans->len; s++) {
			const DocSpan *span = g_ptr_array_index(line->spans, s);
			g_autoptr(GString) style = g_string_new(NULL);
			for (size_t m = 0; m < G_N_ELEMENTS(marks); m++)
				if (span->style & marks[m].style)
					g_string_append_c(style, marks[m].mark);
			if (style->len)
				g_string_append_printf(out, "%u %s%s %s\n", i + 1, style->str, span->link >= 0 ? "@" : "", span->text);
		}
	}
}

static char *render(const char *name, const char *text, size_t len)
{
	static const DocLayout layout = { .width = 72, .numbers_links = true, .width_of = width_of };
	g_autoptr(Doc) doc = read_case(name, text, len);
	g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);
	g_autofree char *shown = doc_lines_text(lines);
	GString *out = g_string_new(shown);

	g_string_append(out, "----\n");
	append_styled(out, lines);
	append_facts(out, doc);
	return g_string_free(out, FALSE);
}

static void test_case(gconstpointer data)
{
	const char *path = data;
	g_autofree char *name = g_path_get_basename(path), *text = NULL, *expected = NULL;
	g_autofree char *stem = g_strndup(path, (gsize)(strrchr(path, '.') - path));
	g_autofree char *out_path = g_strconcat(stem, ".out", NULL);
	gsize len;

	g_assert_true(g_file_get_contents(path, &text, &len, NULL));
	g_autofree char *out = render(name, text, len);
	g_file_get_contents(out_path, &expected, NULL, NULL);
	if (g_getenv("SNAP") && g_strcmp0(out, expected) != 0) {
		g_assert_true(g_file_set_contents(out_path, out, -1, NULL));
		return;
	}
	g_assert_cmpstr(out, ==, expected);
}

int main(int argc, char **argv)
{
	const char *top = g_getenv("POSTERN_TOP");
	g_autofree char *dir = g_build_filename(top ? top : ".", "tests/unit/doc/cases", NULL);
	g_autoptr(GDir) files = g_dir_open(dir, 0, NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	g_test_init(&argc, &argv, NULL);
	g_assert_nonnull(files);
	while ((name = g_dir_read_name(files))) {
		if (g_str_has_suffix(name, ".out"))
			continue;
		g_ptr_array_add(paths, g_build_filename(dir, name, NULL));
		g_autofree char *test = g_strdup_printf("/doc/cases/%s", name);
		g_test_add_data_func(test, g_ptr_array_index(paths, paths->len - 1), test_case);
	}
	return g_test_run();
}
