#include <string.h>

#include "base/limits.h"
#include "doc/css.h"
#include "doc/layout.h"
#include "doc/link.h"
#include "support/budget.h"

static int width_of(const char *utf8, size_t *ret_len)
{
	gunichar c = g_utf8_get_char(utf8);

	*ret_len = (size_t)g_utf8_skip[(guchar)*utf8];
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static char *lay_out(const Doc *doc, DocLayout layout)
{
	layout.width_of = width_of;
	g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);
	return doc_lines_text(lines);
}

static Doc *html(const char *text) { return doc_from_html(text, strlen(text)); }
static Doc *plain(const char *text) { return doc_from_text(text, strlen(text)); }

/* ---- blanks ---- */

/* Mail ends its lines with CR LF, also inside HTML; both together are one blank. */
static void test_line_ends_part_words(void)
{
	static const struct { const char *html, *text; } rows[] = {
		{ "<p>one\r\ntwo</p>", "one two" },
		{ "<p>one\ntwo</p>", "one two" },
		{ "<p>one \r\n\t two</p>", "one two" },
		{ "<p>one<b>\r\ntwo</b></p>", "one two" },
		{ "<pre>one\r\ntwo</pre>", "one\ntwo" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = html(rows[i].html);
		g_autofree char *text = doc_plain_text(doc);
		g_assert_cmpstr(g_strchomp(text), ==, rows[i].text);
	}
}

/* ---- links ---- */

static void test_deceptive_links(void)
{
	static const struct { const char *url, *text; bool is_deceptive; } rows[] = {
		{ "https://bank.test/", "https://bank.test/", false },
		{ "https://www.bank.test/x", "bank.test", false },
		{ "https://login.bank.test/", "www.bank.test/login", false },
		{ "https://bank.test/", "mail.bank.test", false },
		{ "https://BANK.test/", "bank.TEST", false },
		{ "https://evil.test/", "https://bank.test/", true },
		{ "https:evil.test", "bank.test", true },
		{ "https:/evil.test/", "bank.test", true },
		{ "http:\\evil.test", "https://bank.test", true },
		{ "https:bank.test", "bank.test", false },
		{ "https://bank.test.evil.test/", "bank.test", true },
		{ "https://bank.test@evil.test/", "https://bank.test/", true },
		{ "https://evilbank.test/", "bank.test", true },
		{ "https:\\\\evil.test/", "bank.test", true },
		{ "//evil.test/", "bank.test", true },
		{ "https://b\xc3\xa4nk.test/", "xn--bnk-qla.test", false },
		{ "mailto:ada@b.test", "ada@b.test", false },
		{ "mailto:eve@e.test", "ada@b.test", true },
		{ "https://evil.test/", "Click here", false },
		{ "https://files.test/1", "report.pdf", false },
		{ "https://x.test/", "version 2.0", false },
		{ "https://x.test/", "2.0", false },
		{ "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbank.test%2F&d=1", "https://bank.test/", false },
		{ "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.test%2F&d=1", "https://bank.test/", true },
		{ "https://evil.test/?url=https%3A%2F%2Fbank.test%2F", "https://bank.test/", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s -> %s", rows[i].text, rows[i].url);
		g_assert_cmpint(doc_link_deceives(rows[i].url, rows[i].text), ==, rows[i].is_deceptive);
	}
}

static void test_urls_in_text(void)
{
	static const struct { const char *text, *url; } rows[] = {
		{ "see https://a.test/x.", "https://a.test/x" },
		{ "(https://a.test/x)", "https://a.test/x" },
		{ "https://a.test/x_(y)", "https://a.test/x_(y)" },
		{ "<http://a.test>", "http://a.test" },
		{ "\"www.a.test\",", "www.a.test" },
		{ "HTTP://A.test/", "HTTP://A.test/" },
		{ "mailto:a@b.test?subject=x", "mailto:a@b.test?subject=x" },
		{ "xhttp://a.test", NULL }, { "http://", NULL }, { "www.", NULL }, { "a://b", NULL },
		{ "javascript://a.test/", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = plain(rows[i].text);
		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(doc->links->len, ==, rows[i].url != NULL);
		if (rows[i].url)
			g_assert_cmpstr(((DocLink *)g_ptr_array_index(doc->links, 0))->url, ==, rows[i].url);
		g_autofree char *text = doc_plain_text(doc);
		g_strchomp(text);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_css(void)
{
	static const struct { const char *style; bool is_hidden; guint set, clear; CssSaid is_tiny; } rows[] = {
		{ NULL, false, 0, 0, CSS_UNSAID }, { "", false, 0, 0, CSS_UNSAID }, { ";;:;a:;:b", false, 0, 0, CSS_UNSAID },
		{ "DISPLAY : NONE !important", true, 0, 0, CSS_UNSAID }, { "display:block", false, 0, 0, CSS_UNSAID },
		{ "mso-hide:all", true, 0, 0, CSS_UNSAID }, { "max-height:0px;overflow:hidden", true, 0, 0, CSS_UNSAID },
		{ "opacity:0.5", false, 0, 0, CSS_UNSAID }, { "font-size:0", false, 0, 0, CSS_YES },
		{ "font-size:12.0pt", false, 0, 0, CSS_NO }, { "font-weight:700", false, RUN_BOLD, 0, CSS_UNSAID },
		{ "font-weight:normal", false, 0, RUN_BOLD, CSS_UNSAID }, { "font-style:oblique", false, RUN_ITALIC, 0, CSS_UNSAID },
		{ "text-decoration:underline", false, RUN_UNDERLINE, 0, CSS_UNSAID },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		CssFacts facts;
		css_read(rows[i].style, &facts);
		g_test_message("%s", rows[i].style ? rows[i].style : "NULL");
		g_assert_cmpint(facts.is_hidden, ==, rows[i].is_hidden);
		g_assert_cmpuint(facts.set, ==, rows[i].set);
		g_assert_cmpuint(facts.clear, ==, rows[i].clear);
		g_assert_cmpint(facts.is_tiny, ==, rows[i].is_tiny);
	}
}

static void test_trackers(void)
{
	static const struct { const char *html; bool is_remote, is_tracker; } rows[] = {
		{ "<img src=https://t.test/x width=1 height=1>", true, true },
		{ "<img src=https://t.test/x style='width:2px;height:2px'>", true, true },
		{ "<img src=https://t.test/x height=0>", true, true },
		{ "<img src=//t.test/x width=1>", true, true },
		{ "<div style='display:none'><img src=https://t.test/x></div>", true, true },
		{ "<img src=https://t.test/x width=1 height=100%>", true, true },
		{ "<img src=https://t.test/x>", true, false },
		{ "<img src=https://t.test/x width=100% height=1>", true, true },
		{ "<img src=https://t.test/x width=300 height=1>", true, false },
		{ "<img src=https://t.test/wf/open?u=1>", true, true },
		{ "<img src='https://t.test/Track/OPEN.php?u=1' alt=''>", true, true },
		{ "<img src='https://t.test/open?id=5' alt='Our shop'>", true, false },
		{ "<img src='https://t.test/open?id=5' width=600>", true, false },
		{ "<img src=https://beacon.test/logo.png>", true, false },
		{ "<img src=https://t.test/logo.png style='display:none'>", true, true },
		{ "<img src=https://t.test/logo.png style='max-height:0'>", true, true },
		{ "<img src=https://t.test/logo.png style='opacity:0'>", true, true },
		{ "<img src=cid:x width=1 height=1>", false, false },
		{ "<img src='data:image/gif;base64,x' width=1 height=1>", false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = html(rows[i].html);
		const DocPicture *picture = g_ptr_array_index(doc->pictures, 0);
		g_test_message("%s", rows[i].html);
		g_assert_cmpint(picture->is_remote, ==, rows[i].is_remote);
		g_assert_cmpint(picture->is_tracker, ==, rows[i].is_tracker);
	}
}

/* ---- layout ---- */

static void test_breaking(void)
{
	static const struct { const char *why, *text, *lines; } rows[] = {
		{ "fits", "ten cells!", "ten cells!\n" },
		{ "at a blank", "one two three", "one two\nthree\n" },
		{ "blanks at the break go", "one two    three", "one two\nthree\n" },
		{ "blanks within stay", "a  b", "a  b\n" },
		{ "blanks at the start stay", "   a", "   a\n" },
		{ "a long word", "abcdefghijklmnop", "abcdefghij\nklmnop\n" },
		{ "a long word after a short", "ab abcdefghijklmnop", "ab\nabcdefghij\nklmnop\n" },
		{ "exactly full, then more", "abcdefghij k", "abcdefghij\nk\n" },
		{ "a no-break space", "aaaa bbb\xc2\xa0" "ccc", "aaaa\nbbb\xc2\xa0" "ccc\n" },
		{ "ideographs", "日本語文字列", "日本語文字\n列\n" },
		{ "no full stop begins a line", "日本語文字。", "日本語文\n字。\n" },
		{ "no bracket ends a line", "日本語文「字」", "日本語文\n「字」\n" },
		{ "half a cell short", "a日本語文字", "a日本語文\n字\n" },
		{ "combining stays", "abcdefghie\xcc\x81x", "abcdefghie\xcc\x81\nx\n" },
		{ "a tab", "a\tb", "a       b\n" },
		{ "lines are kept", "a\nb", "a\nb\n" },
		{ "only blanks", "   ", "" },
		{ "nothing", "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = plain(rows[i].text);
		g_autofree char *out = lay_out(doc, (DocLayout){ .width = 10 });
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(out, ==, rows[i].lines);
	}
}

static const char page[] =
	"<h1>Title</h1><p>A paragraph of some words with a <a href='https://example.test/long/path'>link</a>.</p>"
	"<ul><li>item<ol><li>日本語の項目です。長い項目。<li>deep</ol></ul><blockquote>quoted<blockquote>deeper</blockquote></blockquote>"
	"<table border=1><tr><th>Column</th><th>Another column</th><th>c</th></tr><tr><td>abcdefghijkl mnop</td><td>x y z</td>"
	"<td>1</td></tr><tr><td>z</td><td><a href='https://x.test'>l</a></td><td>22</td></tr></table><pre>\tpre\n x</pre><hr>"
	"<img src=cid:a alt='a picture with a long description'>";

/* Whatever the width, no line is wider, and no text is lost. */
static void test_every_width(void)
{
	g_autoptr(Doc) doc = html(page);

	for (int width = 10; width <= 130; width++) {
		DocLayout layout = { .width = width, .numbers_links = true, .is_ascii = width % 2, .width_of = width_of };
		g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);
		g_autofree char *text = doc_lines_text(lines);
		g_auto(GStrv) split = g_strsplit(text, "\n", -1);
		g_assert_cmpuint(g_strv_length(split), ==, lines->len + 1);
		for (char **line = split; *line; line++) {
			int cells = 0;
			for (const char *p = *line; *p; p = g_utf8_next_char(p))
				cells += g_unichar_iswide(g_utf8_get_char(p)) ? 2 : 1;
			g_assert_cmpint(cells, <=, width);
		}
		g_assert_nonnull(strstr(text, "deeper"));
		g_assert_nonnull(strstr(text, "22"));
	}
}

static void test_narrow_table_is_a_list(void)
{
	g_autoptr(Doc) doc = html("<table border=1><tr><th>Aaaaa</th><th>Bbbbb</th><th>Ccccc</th></tr>"
	                          "<tr><td>one</td><td>two</td><td>three</td></tr></table>");
	g_autofree char *wide = lay_out(doc, (DocLayout){ .width = 40, .is_ascii = true });
	g_autofree char *narrow = lay_out(doc, (DocLayout){ .width = 12 });

	g_assert_cmpstr(wide, ==, "Aaaaa | Bbbbb | Ccccc\n------+-------+------\none   | two   | three\n");
	g_assert_cmpstr(narrow, ==, "Aaaaa\nBbbbb\nCcccc\n\none\ntwo\nthree\n");
}

static void test_folding(void)
{
	g_autoptr(Doc) doc = plain("top\n> 1\n> 2\n> 3\nmid\n> 1\n> 2\n>\n>> 4\nend\n");
	g_autofree char *folded = lay_out(doc, (DocLayout){ .width = 40, .folds_quotes = true, .is_ascii = true });

	g_assert_cmpstr(folded, ==, "top\n> 1\n> 2\n> 3\nmid\n[+ 4 quoted lines]\nend\n");
}

/* The lines know where they come from: the reader jumps by blocks and by links. */
static void test_lines_know_their_block(void)
{
	g_autoptr(Doc) doc = html("<p>one</p><table border=1><tr><td>a<td>b<tr><td>c<td>d</table><p><a href=https://x.test>two</a>");
	DocLayout layout = { .width = 40, .numbers_links = true, .width_of = width_of };
	g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);
	const int blocks[] = { 0, 1, 1, 1, 2, 2, 3, 3 };

	g_assert_cmpuint(lines->len, ==, G_N_ELEMENTS(blocks));
	for (guint i = 0; i < lines->len; i++)
		g_assert_cmpint(((DocLine *)g_ptr_array_index(lines, i))->block, ==, blocks[i]);
}

static void test_append(void)
{
	Doc *first = html("<a href=https://a.test>a</a>");
	g_autoptr(Doc) doc = first;

	doc_append(doc, html("<a href=https://b.test>b</a><p><img src=cid:x alt=picture></p>"));
	g_autofree char *text = lay_out(doc, (DocLayout){ .width = 30, .numbers_links = true, .is_ascii = true });
	g_assert_cmpstr(text, ==, "a[1]\n------------------------------\nb[2]\n\n[picture: picture]\n\n"
	                          "[1] https://a.test\n[2] https://b.test\n");
}

/* ---- hostile ---- */

static char *repeat(const char *unit, int count)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < count; i++)
		g_string_append(out, unit);
	return g_string_free(out, FALSE);
}

static void test_bombs(void)
{
	static const struct { const char *unit; int count; bool is_cut; } rows[] = {
		{ "<div>", 100000, true }, { "<blockquote>x", 100000, true }, { "<ul><li>x", 100000, true },
		{ "<table><tr><td>x", 100000, true }, { "<td>x", 1000000, false }, { "<table><tr><td>x</td></tr></table>", 100000, true },
		{ "<p>x", 1000000, true }, { "<b>", 100000, true }, { "</div>", 300000, false }, { "<a href=https://x.test/>y</a>", 100000, false },
		{ "<img src=https://x.test/>", 200000, false }, { "&amp;", 1000000, false }, { "<", 1000000, false }, { "<!--", 300000, false },
		{ "<![if ", 300000, false }, { "http://a", 200000, false }, { "<br>", 1000000, false },
		{ "<hr>", 300000, true }, { "<img>", 300000, true },
		{ "<p style='display:none;", 100000, false }, { "From:\n", 300000, false },
		{ "<b style=white-space:pre>\tx</b><i style=white-space:pre>\tx</i>", 60000, false },
		{ "<b style=white-space:pre>x\n\n</b>", 400000, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = repeat(rows[i].unit, rows[i].count);
		gint64 begin = budget_cpu_us();
		g_autoptr(Doc) doc = html(text);
		g_autofree char *out = lay_out(doc, (DocLayout){ .width = 80, .numbers_links = true });
		gint64 taken = budget_cpu_us() - begin;
		g_assert_true(g_utf8_validate(out, -1, NULL));
		g_test_message("%s: %" G_GINT64_FORMAT " us, %s", rows[i].unit, taken, doc->warning ? doc->warning : "whole");
		budget_assert_kept(begin);
		if (rows[i].is_cut)
			g_assert_nonnull(doc->warning);
	}
}

/* A table of a million cells as it should be written. */
static void test_million_cells(void)
{
	g_autoptr(GString) text = g_string_new("<table border=1>");
	g_autofree char *row = repeat("<td>1", 10);

	for (int i = 0; i < 100000; i++)
		g_string_append_printf(text, "<tr>%s", row);
	gint64 begin = budget_cpu_us();
	g_autoptr(Doc) doc = html(text->str);
	g_autofree char *out = lay_out(doc, (DocLayout){ .width = 80 });
	g_test_message("%" G_GINT64_FORMAT " us", budget_cpu_us() - begin);
	budget_assert_kept(begin);
	g_assert_nonnull(doc->warning);
	g_assert_nonnull(strstr(out, "1 \xe2\x94\x82 1"));
}

static void test_text_bombs(void)
{
	static const struct { const char *unit; int count; bool is_cut; } rows[] = {
		{ "x\n\n", 1000000, true }, { ">", 1000000, false }, { "> \n", 500000, false }, { "x", 5000000, false }, { " ", 1000000, false },
		{ "\t", 200000, false }, { "x\t", 300000, false }, { "http://a ", 200000, false }, { "-----\n", 300000, true },
		{ "From: a\n\n", 100000, true }, { "\xe6\x97\xa5", 1000000, false }, { "x\n", 2000000, true }, { "123456789\n", 3000000, true },
		{ "A line of a very long text\n\n\n", 1000000, true }, { "The longest of all lines. ", 1000000, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = repeat(rows[i].unit, rows[i].count);
		gint64 begin = budget_cpu_us();
		g_autoptr(Doc) doc = plain(text);
		g_autofree char *out = lay_out(doc, (DocLayout){ .width = 80 });
		g_test_message("%s: %" G_GINT64_FORMAT " us, %zu bytes", rows[i].unit, budget_cpu_us() - begin, strlen(out));
		budget_assert_kept(begin);
		g_assert_cmpint(doc->warning != NULL, ==, rows[i].is_cut);
	}
}

/* What was too deep is read on without formatting, not lost. */
static void test_depth_limit(void)
{
	for (int over = -3; over <= 1; over++) {
		g_autofree char *head = repeat("<div>", LIMIT_HTML_DEPTH + over);
		g_autofree char *text = g_strconcat(head, "needle <b>one</b>", NULL);
		g_autoptr(Doc) doc = html(text);
		g_autofree char *out = doc_plain_text(doc);
		g_strdelimit(out, "\n", ' ');
		g_assert_true(g_str_equal(out, "needle one ") || g_str_equal(out, "needle  one "));
		if (over <= -3)                      /* html, body and b are elements too */
			g_assert_null(doc->warning);
		if (over > 0)
			g_assert_nonnull(doc->warning);
	}
}

static void test_byte_limit(void)
{
	for (int over = 0; over <= 1; over++) {
		g_autofree char *text = g_strnfill(LIMIT_DOC_BYTES + (gsize)over, ' ');
		memcpy(text, "<p>x", 4);
		g_autoptr(Doc) doc = html(text);
		g_assert_cmpint(doc->warning != NULL, ==, over);
	}
}

/* Nothing that a terminal obeys comes through, whatever the source. */
static void test_controls(void)
{
	static const char bytes[] = "a\x01\x1b[2J\x07\x7f\xc2\x9b\xc2\x85\xff\xfe z";
	Doc *docs[] = { doc_from_html(bytes, sizeof bytes - 1), doc_from_text(bytes, sizeof bytes - 1),
	                doc_from_flowed(bytes, sizeof bytes - 1, true) };

	for (size_t i = 0; i < G_N_ELEMENTS(docs); i++) {
		g_autoptr(Doc) doc = docs[i];
		g_autofree char *out = lay_out(doc, (DocLayout){ .width = 80 });
		g_assert_true(g_utf8_validate(out, -1, NULL));
		for (const char *p = out; *p; p = g_utf8_next_char(p)) {
			gunichar c = g_utf8_get_char(p);
			g_assert_true(c == '\n' || (c >= 0x20 && c < 0x7f) || c >= 0xa0);
		}
		g_assert_nonnull(strchr(out, 'z'));
	}
}

/* ---- pictures ---- */

/* A box stands below the line that names its picture, inside whatever that is in; where it has no room, nowhere. */
static void test_boxes(void)
{
	static const struct { const char *why, *html, *text; int columns; } rows[] = {
		{ "of its own", "<p>a<p><img src=x alt=pic><p>b", "a\n\n[picture: pic]\n####\n####\n\nb\n", 4 },
		{ "inside a line", "<p>see <img src=x alt=pic> there<br>b", "see [pic] there\n####\n####\nb\n", 4 },
		{ "inside an item", "<ul><li>a <img src=x alt=pic></ul>", "\342\200\242 a [pic]\n  ####\n  ####\n", 4 },
		{ "beside a URL", "<p>see <img src=x alt=pic> at http://a.test", "see [pic] at\n####\n####\nhttp://a.test\n", 4 },
		{ "named like a URL", "<p>see <img src=x alt=http://a.test>", "see [http://a.test]\n####\n####\n", 4 },
		{ "as wide as the page", "<p><img src=x alt=pic>", "[picture: pic]\n####################\n####################\n", 20 },
		{ "wider than the page", "<p><img src=x alt=pic>", "[picture: pic]\n", 21 },
		{ "not drawn", "<p><img src=x alt=pic>", "[picture: pic]\n", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = html(rows[i].html);
		const DocBox box = { rows[i].columns, 2 };
		const DocLayout how = { .width = 20, .boxes = &box, .width_of = width_of };
		g_autoptr(GPtrArray) lines = doc_layout(doc, &how);
		for (guint l = 0; l < lines->len; l++) {
			const DocLine *line = g_ptr_array_index(lines, l);
			for (guint k = 0; k < line->spans->len; k++) {
				DocSpan *span = g_ptr_array_index(line->spans, k);
				if (span->picture)
					memset(span->text, '#', strlen(span->text));
			}
		}
		g_autofree char *text = doc_lines_text(lines);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/doc/line-ends-part-words", test_line_ends_part_words);
	g_test_add_func("/doc/deceptive-links", test_deceptive_links);
	g_test_add_func("/doc/urls-in-text", test_urls_in_text);
	g_test_add_func("/doc/css", test_css);
	g_test_add_func("/doc/trackers", test_trackers);
	g_test_add_func("/doc/breaking", test_breaking);
	g_test_add_func("/doc/every-width", test_every_width);
	g_test_add_func("/doc/narrow-table-is-a-list", test_narrow_table_is_a_list);
	g_test_add_func("/doc/folding", test_folding);
	g_test_add_func("/doc/lines-know-their-block", test_lines_know_their_block);
	g_test_add_func("/doc/append", test_append);
	g_test_add_func("/doc/bombs", test_bombs);
	g_test_add_func("/doc/million-cells", test_million_cells);
	g_test_add_func("/doc/text-bombs", test_text_bombs);
	g_test_add_func("/doc/depth-limit", test_depth_limit);
	g_test_add_func("/doc/byte-limit", test_byte_limit);
	g_test_add_func("/doc/controls", test_controls);
	g_test_add_func("/doc/boxes", test_boxes);
	return g_test_run();
}
