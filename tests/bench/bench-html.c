/* D3: HTML bodies of a corpus to lines of 80 cells, beside libxml2's bare tree. usage: bench-html DIR */
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "doc/doc.h"
#include "doc/layout.h"
#include "mime/mime.h"

static int width_of(const char *utf8, size_t *ret_len)
{
	gunichar c = g_utf8_get_char(utf8);

	*ret_len = (size_t)(g_utf8_next_char(utf8) - utf8);
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static double layout_ours(void *data)
{
	const DocLayout layout = { .width = 80, .numbers_links = true, .folds_quotes = true, .width_of = width_of };
	GPtrArray *bodies = data;
	double bytes = 0;

	for (guint i = 0; i < bodies->len; i++) {
		gsize len;
		const char *html = g_bytes_get_data(g_ptr_array_index(bodies, i), &len);
		g_autoptr(Doc) doc = doc_from_html(html, len);
		g_ptr_array_unref(doc_layout(doc, &layout));
		bytes += (double)len;
	}
	return bytes;
}

static double tree_libxml2(void *data)
{
	GPtrArray *bodies = data;
	double bytes = 0;

	for (guint i = 0; i < bodies->len; i++) {
		gsize len;
		const char *html = g_bytes_get_data(g_ptr_array_index(bodies, i), &len);
		xmlFreeDoc(htmlReadMemory(html, (int)len, NULL, "UTF-8",
		                          HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET));
		bytes += (double)len;
	}
	return bytes;
}

static void add_html_bodies(GBytes *mail, GPtrArray *bodies)
{
	g_autoptr(MimeMessage) message = mime_read(mail);

	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		GBytes *content = part->role == MIME_HTML ? mime_part_content(message, part->index, NULL) : NULL;
		if (content)
			g_ptr_array_add(bodies, content);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	g_autoptr(GPtrArray) files = bench_read_files(argv[1], 1000);
	g_autoptr(GPtrArray) bodies = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (guint i = 0; i < files->len; i++)
		add_html_bodies(g_ptr_array_index(files, i), bodies);
	if (!bodies->len)
		return 2;
	double ours = bench_rate(layout_ours, bodies), tree = bench_rate(tree_libxml2, bodies);
	bench_row("D3", "HTML to laid-out text, of libxml2's bare tree", ours / tree, "times", 0.6, false);
	printf("     (ours %.1f MB/s, libxml2 %.1f MB/s)\n", ours / 1e6, tree / 1e6);
	return 0;
}
