/*
 * SAX events in, HTML text out. libxml2 closes what the sender left open, so starts and ends are in
 * balance; elements that are no part of a body (html, head, body) or of no use in it are left out
 * while their contents stay, and some go with all that is in them.
 */
#include "doc/rewrite.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "doc/markdown.h"
#include "doc/sax.h"
#include "doc/word.h"

typedef struct {
	HtmlPiece        *piece;
	GHashTable       *ids;            /* content ids by src; may be NULL */
	GHashTable       *noted;          /* what the piece's lists have; borrows from them */
	htmlParserCtxtPtr parser;
	GString          *out, *styles, *look;  /* look: the attributes of <body> */
	int               depth, dropped; /* open elements; how many of them within a dropped one */
	bool              in_style, is_too_deep;
} Writer;

static const char *const gone[] = { "script", "iframe", "object", "embed", "applet", "frameset",
	                            "frame", "noscript", "title", "template", "svg", "math",
	                            "video", "audio", "select", "textarea", NULL };
static const char *const bare[] = { "html",   "head",  "body",   "base",  "link",
	                            "meta",   "form",  "input",  "button", "param",
	                            "source", "track", "bgsound", "xml",   NULL };
static const char *const voids[] = { "area", "br", "col", "hr", "img", "wbr", NULL };

/* ---- attributes ---- */

static bool is_plain_name(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

/* The scheme, with the blanks and controls gone that browsers pass over. */
static bool has_scheme(const char *url, const char *scheme)
{
	for (const char *p = url; *scheme; p++) {
		if ((guchar)*p <= ' ' && *p)
			continue;
		if (g_ascii_tolower(*p) != *scheme++)
			return false;
	}
	return true;
}

static bool runs(const char *value)
{
	g_autofree char *lower = text_lower_ascii(value);

	return has_scheme(value, "javascript:") || has_scheme(value, "vbscript:") ||
	       has_scheme(value, "data:text") || strstr(lower, "javascript:") ||
	       strstr(lower, "expression(") || strstr(lower, "-moz-binding") ||
	       strstr(lower, "behavior:");
}

static bool is_kept(const char *name, const char *value)
{
	return is_plain_name(name) && !g_str_has_prefix(name, "on") && strcmp(name, "srcdoc") != 0 &&
	       strcmp(name, "srcset") != 0 && strcmp(name, "ping") != 0 && !runs(value);
}

static void append_attribute(GString *out, const char *name, const char *value)
{
	g_autofree char *escaped = doc_escape_html(value);

	g_string_append_printf(out, " %s=\"%s\"", name, escaped);
}

static void append_attributes(GString *out, const xmlChar **attributes)
{
	for (size_t i = 0; attributes && attributes[i]; i += 2) {
		const char *name = (const char *)attributes[i];
		const char *value = attributes[i + 1] ? (const char *)attributes[i + 1] : "";
		if (is_kept(name, value))
			append_attribute(out, name, value);
	}
}

/* ---- pictures ---- */

/* @text may stand in one list only: a Content-ID is no path. */
static void note(Writer *w, GPtrArray *list, const char *text)
{
	if (g_hash_table_contains(w->noted, text))
		return;
	char *copy = g_strdup(text);
	g_ptr_array_add(list, copy);
	g_hash_table_add(w->noted, copy);
}

static const char *source_of(const xmlChar **attributes)
{
	for (size_t i = 0; attributes && attributes[i]; i += 2)
		if (strcmp((const char *)attributes[i], "src") == 0 && attributes[i + 1])
			return (const char *)attributes[i + 1];
	return "";
}

static bool is_elsewhere(const char *source)
{
	return has_scheme(source, "http:") || has_scheme(source, "https:") ||
	       has_scheme(source, "data:image/") || g_str_has_prefix(source, "//");
}

static void write_picture(Writer *w, const xmlChar **attributes, const char *source)
{
	g_string_append(w->out, "<img");
	for (size_t i = 0; attributes && attributes[i]; i += 2) {
		const char *name = (const char *)attributes[i];
		const char *value = attributes[i + 1] ? (const char *)attributes[i + 1] : "";
		if (strcmp(name, "src") != 0 && is_kept(name, value))
			append_attribute(w->out, name, value);
	}
	append_attribute(w->out, "src", source);
	g_string_append_c(w->out, '>');
}

/* RFC 2392: the Content-ID of a cid: URL is percent-encoded. Free with g_free. */
static char *content_id_of(const char *source)
{
	char *id = g_uri_unescape_string(source + strlen("cid:"), NULL);

	return id ? id : g_strdup(source + strlen("cid:"));
}

static void picture(Writer *w, const xmlChar **attributes)
{
	const char *source = source_of(attributes);
	const char *id = w->ids ? g_hash_table_lookup(w->ids, source) : NULL;

	if (id) {
		g_autofree char *url = g_strconcat("cid:", id, NULL);
		note(w, w->piece->content_ids, id);
		write_picture(w, attributes, url);
	} else if (text_has_prefix_ascii_case(source, "cid:")) {
		g_autofree char *shown = content_id_of(source);
		note(w, w->piece->content_ids, shown);
		write_picture(w, attributes, source);
	} else if (is_elsewhere(source)) {
		write_picture(w, attributes, source);
	} else if (*source) {
		note(w, w->piece->dropped, source);
	}
}

/* ---- elements ---- */

static bool is_of(const char *const *list, const char *name) { return g_strv_contains(list, name); }

static void on_start(void *data, const xmlChar *xml_name, const xmlChar **attributes)
{
	Writer *w = data;
	const char *name = (const char *)xml_name;

	if (++w->depth > LIMIT_HTML_DEPTH) {
		w->is_too_deep = true;
		xmlStopParser(w->parser);
		return;
	}
	if (w->dropped > 0 || is_of(gone, name)) {
		w->dropped++;
		return;
	}
	if (strcmp(name, "style") == 0)
		w->in_style = true;
	else if (strcmp(name, "body") == 0)
		append_attributes(w->look, attributes);
	else if (strcmp(name, "img") == 0)
		picture(w, attributes);
	else if (!is_of(bare, name) && is_plain_name(name)) {
		g_string_append_printf(w->out, "<%s", name);
		append_attributes(w->out, attributes);
		g_string_append_c(w->out, '>');
	}
}

static void on_end(void *data, const xmlChar *xml_name)
{
	Writer *w = data;
	const char *name = (const char *)xml_name;

	w->depth--;
	if (w->dropped > 0) {
		w->dropped--;
		return;
	}
	if (strcmp(name, "style") == 0)
		w->in_style = false;
	else if (!is_of(bare, name) && !is_of(voids, name) && is_plain_name(name))
		g_string_append_printf(w->out, "</%s>", name);
}

static void on_text(void *data, const xmlChar *text, int len)
{
	Writer *w = data;

	if (w->dropped > 0)
		return;
	if (w->in_style) {
		g_string_append_len(w->styles, (const char *)text, len);
		return;
	}
	g_autofree char *copy = g_strndup((const char *)text, (gsize)len);
	g_autofree char *escaped = doc_escape_html(copy);
	g_string_append(w->out, escaped);
}

/* ---- the whole ---- */

/* False if it cannot be had whole. */
static bool parse(Writer *w, const char *utf8)
{
	static const htmlSAXHandler sax = { .startElement = on_start,
		                            .endElement = on_end,
		                            .characters = on_text,
		                            .cdataBlock = on_text,
		                            .ignorableWhitespace = on_text };

	return !*utf8 || (sax_read(utf8, &sax, w, &w->parser) && !w->is_too_deep);
}

/* A style sheet that would end its own element, or runs, is not taken. */
static char *safe_styles(const char *styles)
{
	g_autofree char *lower = text_lower_ascii(styles);
	bool is_fine = !runs(styles) && !strstr(lower, "</") && !strstr(lower, "@import");

	return g_strdup(is_fine ? styles : "");
}

static HtmlPiece *piece_new(void)
{
	HtmlPiece *piece = g_new0(HtmlPiece, 1);

	piece->content_ids = g_ptr_array_new_with_free_func(g_free);
	piece->dropped = g_ptr_array_new_with_free_func(g_free);
	return piece;
}

HtmlPiece *html_piece_new(const char *utf8, size_t len, GHashTable *content_ids)
{
	g_autoptr(HtmlPiece) piece = piece_new();
	g_autoptr(GString) out = g_string_new(NULL), styles = g_string_new(NULL),
	                   look = g_string_new(NULL);
	g_autoptr(GHashTable) noted = g_hash_table_new(g_str_hash, g_str_equal);
	Writer w = { .piece = piece, .ids = content_ids, .noted = noted,
		     .out = out,     .styles = styles,   .look = look };

	if (len > LIMIT_DOC_BYTES)
		return NULL;
	g_autofree char *source = text_to_utf8(len > 0 ? utf8 : "", len);
	word_cut_conditions(source);
	if (!parse(&w, source))
		return NULL;
	piece->styles = safe_styles(styles->str);
	piece->body = g_strdup_printf("<div%s>%s</div>", look->str, out->str);
	return g_steal_pointer(&piece);
}

void html_piece_free(HtmlPiece *piece)
{
	if (!piece)
		return;
	g_free(piece->styles);
	g_free(piece->body);
	g_ptr_array_unref(piece->content_ids);
	g_ptr_array_unref(piece->dropped);
	g_free(piece);
}
