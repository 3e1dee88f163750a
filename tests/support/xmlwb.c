#include "support/xmlwb.h"

#include <string.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/text.h"
#include "wbxml/wbxml.h"

#define TEST_NAMESPACE "urn:x-test:wbxml"

static WbxmlTag tag_find(const char *page, const char *name)
{
	static const struct { const char *page, *name; WbxmlTag tag; } tags[] = {
#define TAG(page_name, page, tag_name, token) { #page_name, #tag_name, (WbxmlTag)((page) << 8 | (token)) },
#include "wbxml/codepages.def"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tags); i++)
		if (strcmp(tags[i].name, name) == 0 && strcmp(tags[i].page, page) == 0)
			return tags[i].tag;
	g_error("no tag %s in code page %s", name, page);
}

static WbxmlTag tag_of(const xmlNode *node)
{
	return tag_find(node->ns ? (const char *)node->ns->href : "", (const char *)node->name);
}

static bool has_child_elements(xmlNode *node)
{
	return xmlFirstElementChild(node) != NULL;
}

static char *text_of(const xmlNode *node)
{
	xmlChar *content = xmlNodeGetContent(node);
	char *copy = g_strdup((const char *)content);

	xmlFree(content);
	return copy;
}

GBytes *xmlwb_unhex(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	for (const char *p = hex; *p; p++) {
		if (g_ascii_isspace(*p))
			continue;
		g_assert_true(g_ascii_isxdigit(p[0]) && g_ascii_isxdigit(p[1]));
		uint8_t byte = (uint8_t)(g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]));
		g_byte_array_append(bytes, &byte, 1);
		p++;
	}
	return g_byte_array_free_to_bytes(bytes);
}

static GBytes *with_crlf(const char *text)
{
	g_autofree char *copy = g_strdup(text);
	char *inner = copy;

	while (*inner == '\n')
		inner++;
	for (size_t len = strlen(inner); len && inner[len - 1] == '\n'; len--)
		inner[len - 1] = '\0';
	g_auto(GStrv) lines = g_strsplit(inner, "\n", -1);
	char *joined = g_strjoinv("\r\n", lines);
	return g_bytes_new_take(joined, strlen(joined));
}

/* The opaque value of a leaf, NULL if it is plain text. */
static GBytes *opaque_of(xmlNode *node)
{
	xmlChar *how = xmlGetNsProp(node, BAD_CAST "opaque", BAD_CAST TEST_NAMESPACE);
	g_autofree char *text = text_of(node);
	GBytes *bytes = NULL;

	if (!how)
		return NULL;
	if (xmlStrEqual(how, BAD_CAST "hex"))
		bytes = xmlwb_unhex(text);
	else if (xmlStrEqual(how, BAD_CAST "crlf"))
		bytes = with_crlf(text);
	else
		bytes = g_bytes_new(text, strlen(text));
	xmlFree(how);
	return bytes;
}

static void encode_leaf(WbxmlWriter *writer, xmlNode *node)
{
	g_autoptr(GBytes) opaque = opaque_of(node);
	g_autofree char *text = text_of(node);

	if (opaque)
		wbxml_opaque(writer, tag_of(node), g_bytes_get_data(opaque, NULL), g_bytes_get_size(opaque));
	else
		wbxml_text(writer, tag_of(node), text);
}

static void encode_node(WbxmlWriter *writer, xmlNode *node)
{
	if (!has_child_elements(node)) {
		encode_leaf(writer, node);
		return;
	}
	wbxml_open(writer, tag_of(node));
	for (xmlNode *child = xmlFirstElementChild(node); child; child = xmlNextElementSibling(child))
		encode_node(writer, child);
	wbxml_close(writer);
}

static xmlDoc *parse(const char *xml, const char *what)
{
	xmlDoc *document = xmlReadMemory(xml, (int)strlen(xml), what, NULL, XML_PARSE_NONET | XML_PARSE_NOWARNING);

	g_assert_nonnull(document);
	return document;
}

static xmlDoc *parse_file(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *xml = NULL;

	g_file_get_contents(path, &xml, NULL, &error);
	g_assert_no_error(error);
	return parse(xml, path);
}

static GBytes *encode_document(xmlDoc *document)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	encode_node(writer, xmlDocGetRootElement(document));
	xmlFreeDoc(document);
	return wbxml_writer_finish(writer);
}

GBytes *xmlwb_encode(const char *xml)
{
	return encode_document(parse(xml, "test"));
}

GBytes *xmlwb_encode_file(const char *path)
{
	return encode_document(parse_file(path));
}

/* Text if it is printable UTF-8, else hex. Line ends are shown, so that a list keeps one line an element. */
static char *value_of(const void *bytes, size_t len)
{
	if (!g_utf8_validate_len(bytes, len, NULL))
		return text_hex(bytes, len);
	g_autofree char *text = g_strndup(bytes, len);
	return text_visible(text);
}

static void list_element(GString *out, unsigned depth, WbxmlTag tag)
{
	g_string_append_printf(out, "%s%*s%s:%s", out->len ? "\n" : "", (int)depth, "",
	                       wbxml_page_name((unsigned)tag >> 8), wbxml_tag_name(tag));
}

static void list_node(GString *out, unsigned depth, xmlNode *node)
{
	g_autofree char *text = text_of(node);
	g_autoptr(GBytes) opaque = opaque_of(node);

	list_element(out, depth, tag_of(node));
	for (xmlNode *child = xmlFirstElementChild(node); child; child = xmlNextElementSibling(child))
		list_node(out, depth + 1, child);
	if (has_child_elements(node) || (!opaque && !*text))
		return;
	g_autofree char *value = opaque ? value_of(g_bytes_get_data(opaque, NULL), g_bytes_get_size(opaque))
	                                : value_of(text, strlen(text));
	g_string_append_printf(out, "=%s", value);
}

char *xmlwb_list_file(const char *path)
{
	GString *out = g_string_new(NULL);
	xmlDoc *document = parse_file(path);

	list_node(out, 0, xmlDocGetRootElement(document));
	xmlFreeDoc(document);
	return g_string_free(out, FALSE);
}

char *xmlwb_list(GBytes *wbxml)
{
	g_autoptr(GError) error = NULL;
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(wbxml, &len);
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, &error);
	GString *out = g_string_new(NULL);
	WbxmlToken token = { 0 };

	g_assert_no_error(error);
	while (wbxml_reader_next(reader, &token, &error) && token.event != WBXML_END_OF_DOCUMENT) {
		if (token.event == WBXML_OPEN)
			list_element(out, wbxml_reader_depth(reader) - 1, token.tag);
		if (token.event != WBXML_TEXT)
			continue;
		g_autofree char *value = value_of(token.text, token.len);
		g_string_append_printf(out, "=%s", value);
	}
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

char *xmlwb_path(const char *name)
{
	return g_build_filename(g_getenv("POSTERN_TOP"), "tests", name, NULL);
}
