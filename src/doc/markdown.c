#include "doc/markdown.h"

#include <cmark.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* HTML in the middle of a line becomes text; a block of it a paragraph of text. */
static void show_html(cmark_node *node)
{
	bool is_block = cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
	cmark_node *text = cmark_node_new(CMARK_NODE_TEXT), *with = text;
	g_autofree char *typed = g_strdup(cmark_node_get_literal(node));

	cmark_node_set_literal(text, g_strchomp(typed));
	if (is_block) {
		with = cmark_node_new(CMARK_NODE_PARAGRAPH);
		cmark_node_append_child(with, text);
	}
	cmark_node_replace(node, with);
	cmark_node_free(node);
}

static void show_all_html(cmark_node *root)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		if (event == CMARK_EVENT_ENTER &&
		    (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE))
			g_ptr_array_add(found, node);
	}
	cmark_iter_free(iter);
	for (guint i = 0; i < found->len; i++)
		show_html(g_ptr_array_index(found, i));
}

char *doc_markdown_html(const char *utf8)
{
	const int options = CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8;
	cmark_node *root = cmark_parse_document(utf8, strlen(utf8), options);

	show_all_html(root);
	char *rendered = cmark_render_html(root, options);
	char *html = g_strdup(rendered);
	cmark_get_default_mem_allocator()->free(rendered);
	cmark_node_free(root);
	return html;
}

static void append_escaped(GString *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (p[i]) {
		case '&': g_string_append(out, "&amp;"); break;
		case '<': g_string_append(out, "&lt;"); break;
		case '>': g_string_append(out, "&gt;"); break;
		case '"': g_string_append(out, "&quot;"); break;
		default:  g_string_append_c(out, p[i]);
		}
	}
}

char *doc_escape_html(const char *utf8)
{
	GString *out = g_string_new(NULL);

	append_escaped(out, utf8, strlen(utf8));
	return g_string_free(out, FALSE);
}

/* Blanks that HTML would swallow: at the start of a line, and all but the last of several. */
static void append_line(GString *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool is_blank = p[i] == ' ' || p[i] == '\t';
		if (is_blank && (i == 0 || i + 1 == len || p[i + 1] == ' ' || p[i + 1] == '\t'))
			g_string_append(out, "&nbsp;");
		else
			append_escaped(out, p + i, 1);
	}
}

char *doc_text_html(const char *utf8)
{
	GString *out = g_string_new("<div>");

	for (const char *p = utf8; *p;) {
		size_t len = strcspn(p, "\n");
		append_line(out, p, len - (len > 0 && p[len - 1] == '\r'));
		if (p[len])
			g_string_append(out, "<br>\n");
		p += len + (p[len] == '\n');
	}
	g_string_append(out, "</div>\n");
	return g_string_free(out, FALSE);
}
