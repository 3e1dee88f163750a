#include <string.h>

#include "doc/markdown.h"
#include "doc/quote.h"
#include "doc/rewrite.h"
#include "support/budget.h"

static void test_markdown(void)
{
	static const struct { const char *why, *text, *html; } rows[] = {
		{ "words", "Hello *you*, **bold**", "<p>Hello <em>you</em>, <strong>bold</strong></p>\n" },
		{ "lines stay lines", "Regards\nAda", "<p>Regards<br />\nAda</p>\n" },
		{ "a list", "- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n" },
		{ "a quote", "> x\n", "<blockquote>\n<p>x</p>\n</blockquote>\n" },
		{ "HTML in a line is text", "use vector<int> <b>now</b>",
		  "<p>use vector&lt;int&gt; &lt;b&gt;now&lt;/b&gt;</p>\n" },
		{ "HTML in a block is text", "<script>\nalert(1)\n</script>\n",
		  "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n" },
		{ "dangerous links lead nowhere", "[x](javascript:alert(1))", "<p><a href=\"\">x</a></p>\n" },
		{ "umlauts", "10 € für Ärger", "<p>10 € für Ärger</p>\n" },
		{ "empty", "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *html = doc_markdown_html(rows[i].text);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(html, ==, rows[i].html);
	}
}

static void test_text(void)
{
	g_autofree char *html = doc_text_html("a <b> & \"c\"\r\n  two  blanks\n");

	g_assert_cmpstr(html, ==,
	                "<div>a &lt;b&gt; &amp; &quot;c&quot;<br>\n"
	                "&nbsp; two&nbsp; blanks<br>\n</div>\n");
}

static void test_quote(void)
{
	static const struct { const char *why; int depth; const char *html, *text; } rows[] = {
		{ "paragraphs", 1, "<p>One</p><p>Two<br>lines</p>", "> One\n>\n> Two\n> lines\n" },
		{ "not quoted", 0, "<p>One</p><p>Two</p>", "One\n\nTwo\n" },
		{ "a quote within", 1, "<p>a</p><blockquote><p>b</p></blockquote>", "> a\n>\n> > b\n" },
		{ "list", 1, "<ol><li>a<li>b<ul><li>c</ul></ol>", "> 1. a\n> 2. b\n>   - c\n" },
		{ "link", 1, "<p><a href=\"https://x.test/y\">here</a> <a href=\"https://x.test\">https://x.test</a></p>",
		  "> here <https://x.test/y> https://x.test\n" },
		{ "nothing", 1, "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = doc_from_html(rows[i].html, strlen(rows[i].html));
		g_autofree char *text = doc_quote(doc, rows[i].depth);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_rewrite(void)
{
	static const struct { const char *why, *html, *body, *styles; } rows[] = {
		{ "words", "<html><body><p>Hi &amp; \"you\"</p></body></html>",
		  "<div><p>Hi &amp; &quot;you&quot;</p></div>", "" },
		{ "the head's styles and the body's look",
		  "<head><title>t</title><style>p { color: red }</style></head><body bgcolor=\"#fff\" onload=\"x()\"><p>a",
		  "<div bgcolor=\"#fff\"><p>a</p></div>", "p { color: red }" },
		{ "what runs", "<p onclick=\"x()\">a<script>x()</script><iframe src=\"x\">b</iframe></p>",
		  "<div><p>a</p></div>", "" },
		{ "javascript in disguise", "<a href=\" java\tscript:x()\">a</a><a href=\"https://x.test\">b</a>",
		  "<div><a>a</a><a href=\"https://x.test\">b</a></div>", "" },
		{ "forms", "<form action=\"x\"><input name=\"a\">b<button>c</button></form>", "<div>bc</div>", "" },
		{ "a sheet that fetches", "<style>@import url(x)</style><p>a</p>", "<div><p>a</p></div>", "" },
		{ "a comment", "<p>a<!-- b -->c</p>", "<div><p>ac</p></div>", "" },
		{ "Word's conditions", "<p><![if !x]>a<![endif]></p>", "<div><p>a</p></div>", "" },
		{ "Word's elements", "<p><o:p>a</o:p></p>", "<div><p>a</p></div>", "" },
		{ "a table", "<table border=1><tr><td>a<td>b</table>",
		  "<div><table border=\"1\"><tr><td>a</td><td>b</td></tr></table></div>", "" },
		{ "umlauts", "<p>Gr&uuml;&szlig;e €</p>", "<div><p>Grüße €</p></div>", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(HtmlPiece) piece = html_piece_new(rows[i].html, strlen(rows[i].html), NULL);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(piece->body, ==, rows[i].body);
		g_assert_cmpstr(piece->styles, ==, rows[i].styles);
		g_assert_cmpuint(piece->dropped->len, ==, 0);
	}
}

static void test_rewrite_pictures(void)
{
	static const char html[] = "<img src=\"cid:a%40x\" width=\"3\"><img src=\"https://x.test/p.png\">"
				   "<img src=\"file:///C:/Users/ada/logo.jpg\"><img src=\"logo.png\" alt=\"l\">"
				   "<img src=\"C:\\logo.jpg\"><img src=\"C:\\logo.jpg\">";
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(ids, (char *)"logo.png", (char *)"s1@postern");
	g_autoptr(HtmlPiece) piece = html_piece_new(html, strlen(html), ids);

	g_assert_cmpstr(piece->body, ==,
	                "<div><img width=\"3\" src=\"cid:a%40x\"><img src=\"https://x.test/p.png\">"
	                "<img alt=\"l\" src=\"cid:s1@postern\"></div>");
	g_assert_cmpuint(piece->content_ids->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(piece->content_ids, 0), ==, "a@x");
	g_assert_cmpstr(g_ptr_array_index(piece->content_ids, 1), ==, "s1@postern");
	g_assert_cmpuint(piece->dropped->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(piece->dropped, 0), ==, "file:///C:/Users/ada/logo.jpg");
	g_assert_cmpstr(g_ptr_array_index(piece->dropped, 1), ==, "C:\\logo.jpg");
}

static void test_rewrite_bombs(void)
{
	g_autoptr(GString) deep = g_string_new(NULL), wide = g_string_new(NULL);
	g_autoptr(GString) pictures = g_string_new(NULL);
	gint64 begin = budget_cpu_us();

	for (int i = 0; i < 100000; i++) {
		g_string_append(deep, "<div>");
		g_string_append(wide, "<b>x</b>");
		g_string_append_printf(pictures, "<img src=\"cid:%d@x\">", i);
	}
	g_assert_null(html_piece_new(deep->str, deep->len, NULL));
	g_autoptr(HtmlPiece) piece = html_piece_new(wide->str, wide->len, NULL);
	g_assert_cmpuint(strlen(piece->body), ==, wide->len + strlen("<div></div>"));
	g_autoptr(HtmlPiece) gallery = html_piece_new(pictures->str, pictures->len, NULL);
	g_assert_cmpuint(gallery->content_ids->len, ==, 100000);
	budget_assert_kept(begin);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/write/markdown", test_markdown);
	g_test_add_func("/write/text", test_text);
	g_test_add_func("/write/quote", test_quote);
	g_test_add_func("/write/rewrite", test_rewrite);
	g_test_add_func("/write/rewrite-pictures", test_rewrite_pictures);
	g_test_add_func("/write/rewrite-bombs", test_rewrite_bombs);
	return g_test_run();
}
