#include "wbxml/wbxml.h"

#include "base/text.h"

/* "SyncKey"; with its page where that is not the last one: "Email:Subject"; "tag-0-3e" for one that
 * has no name. */
static char *name_of(WbxmlTag tag, unsigned last_page)
{
	unsigned page = (unsigned)tag >> 8;
	const char *name = wbxml_tag_name(tag);

	if (!name)
		return g_strdup_printf("tag-%u-%02x", page, (unsigned)tag & 0xff);
	return page == last_page ? g_strdup(name)
	                         : g_strdup_printf("%s:%s", wbxml_page_name(page), name);
}

static void append_value(GString *out, const char *value, size_t max_text)
{
	g_autofree char *visible = text_visible(value);
	glong chars = g_utf8_strlen(visible, -1);
	bool is_cut = (size_t)chars > max_text;

	if (is_cut)
		*g_utf8_offset_to_pointer(visible, (glong)max_text) = '\0';
	g_autofree char *escaped = g_markup_escape_text(visible, -1);
	g_string_append(out, escaped);
	if (is_cut)
		g_string_append_printf(out, "… (%ld characters)", chars);
}

static void append_text(GString *out, const WbxmlToken *token, size_t max_text)
{
	const char *bad;

	if (token->is_opaque && !g_utf8_validate_len((const char *)token->text, token->len, &bad)) {
		size_t shown = MIN(token->len, max_text / 2);
		g_autofree char *hex = text_hex(token->text, shown);
		g_string_append_printf(out, "hex %s%s (%zu bytes)", hex,
		                       shown < token->len ? "…" : "", token->len);
		return;
	}
	g_autofree char *valid = text_to_utf8((const char *)token->text, token->len);
	append_value(out, valid, max_text);
}

static void indent(GString *out, unsigned depth)
{
	g_string_append_printf(out, "%s%*s", out->len ? "\n" : "", (int)(2 * depth), "");
}

/* One document under way: the names that are open, and whether the innermost has children. */
typedef struct {
	GString   *out;
	GPtrArray *names;
	unsigned   page;
	bool       has_children;
	size_t     max_text;
} Printer;

static void print_open(Printer *printer, const WbxmlToken *token)
{
	char *name = name_of(token->tag, printer->page);

	indent(printer->out, printer->names->len);
	g_string_append_printf(printer->out, token->is_empty ? "<%s/" : "<%s>", name);
	g_ptr_array_add(printer->names, name);
	printer->page = (unsigned)token->tag >> 8;
	printer->has_children = false;
}

static void print_close(Printer *printer, bool was_empty)
{
	g_autofree char *name = g_ptr_array_steal_index(printer->names, printer->names->len - 1);

	if (was_empty) {
		g_string_append_c(printer->out, '>');
	} else {
		if (printer->has_children)
			indent(printer->out, printer->names->len);
		g_string_append_printf(printer->out, "</%s>", name);
	}
	printer->has_children = true;
}

static bool print_document(Printer *printer, WbxmlReader *reader, GError **err)
{
	WbxmlToken token;
	bool was_empty = false;

	for (;;) {
		if (!wbxml_reader_next(reader, &token, err))
			return false;
		if (token.event == WBXML_END_OF_DOCUMENT)
			return true;
		if (token.event == WBXML_OPEN)
			print_open(printer, &token);
		else if (token.event == WBXML_TEXT)
			append_text(printer->out, &token, printer->max_text);
		else
			print_close(printer, was_empty);
		was_empty = token.event == WBXML_OPEN && token.is_empty;
	}
}

char *wbxml_to_xml(const uint8_t *bytes, size_t len, size_t max_text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, &error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	Printer printer = { .out = g_string_new(NULL), .names = names, .max_text = max_text };

	if (!reader || !print_document(&printer, reader, &error))
		g_string_append_printf(printer.out, "\n<!-- %s -->", error->message);
	g_string_append_c(printer.out, '\n');
	return g_string_free(printer.out, FALSE);
}
