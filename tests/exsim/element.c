#include "exsim/element.h"

#include "base/error.h"
#include "base/text.h"

Element *element_new(WbxmlTag tag)
{
	Element *element = g_new0(Element, 1);

	element->tag = tag;
	element->text = g_string_new(NULL);
	element->children = g_ptr_array_new_with_free_func((GDestroyNotify)element_free);
	return element;
}

void element_free(Element *element)
{
	if (!element)
		return;
	g_string_free(element->text, TRUE);
	g_ptr_array_unref(element->children);
	g_free(element);
}

/* Reads what lies between the OPEN of @element and its CLOSE. The reader bounds the depth. */
static bool read_content(WbxmlReader *reader, Element *element, GError **err)
{
	WbxmlToken token;

	while (wbxml_reader_next(reader, &token, err)) {
		if (token.event == WBXML_CLOSE || token.event == WBXML_END_OF_DOCUMENT)
			return true;
		if (token.event == WBXML_TEXT) {
			g_string_append_len(element->text, (const char *)token.text, (gssize)token.len);
			continue;
		}
		Element *child = element_new(token.tag);
		g_ptr_array_add(element->children, child);
		if (!read_content(reader, child, err))
			return false;
	}
	return false;
}

Element *element_read(GBytes *bytes, GError **err)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(data, len, err);
	WbxmlToken token;

	if (!reader || !wbxml_reader_next(reader, &token, err))
		return NULL;
	if (token.event != WBXML_OPEN)
		return fail_null(err, ERR_PROTOCOL, "the document has no root element");

	g_autoptr(Element) root = element_new(token.tag);
	if (!read_content(reader, root, err))
		return NULL;
	return g_steal_pointer(&root);
}

const Element *element_child(const Element *parent, WbxmlTag tag)
{
	for (guint i = 0; parent && i < parent->children->len; i++) {
		const Element *child = g_ptr_array_index(parent->children, i);
		if (child->tag == tag)
			return child;
	}
	return NULL;
}

const char *element_text(const Element *parent, WbxmlTag tag)
{
	const Element *child = element_child(parent, tag);
	return child ? child->text->str : NULL;
}

int64_t element_int(const Element *parent, WbxmlTag tag, int64_t absent)
{
	const char *text = element_text(parent, tag);
	int64_t value = absent;

	if (text)
		text_to_int(text, INT64_MIN, INT64_MAX, &value);
	return value;
}

bool element_bool(const Element *parent, WbxmlTag tag, bool absent)
{
	const char *text = element_text(parent, tag);
	return text ? !g_str_equal(text, "0") : absent;
}

/* ---- trees that change ---- */

Element *element_copy(const Element *element)
{
	Element *copy = element_new(element->tag);

	g_string_append_len(copy->text, element->text->str, (gssize)element->text->len);
	for (guint i = 0; i < element->children->len; i++)
		element_take(copy, element_copy(g_ptr_array_index(element->children, i)));
	return copy;
}

void element_take(Element *parent, Element *child) { g_ptr_array_add(parent->children, child); }

Element *element_add(Element *parent, WbxmlTag tag, const char *text)
{
	Element *child = element_new(tag);

	if (text)
		g_string_append(child->text, text);
	element_take(parent, child);
	return child;
}

void element_remove(Element *parent, WbxmlTag tag)
{
	for (guint i = parent->children->len; i-- > 0;)
		if (((const Element *)g_ptr_array_index(parent->children, i))->tag == tag)
			g_ptr_array_remove_index(parent->children, i);
}

Element *element_part(Element *parent, WbxmlTag tag) { return (Element *)element_child(parent, tag); }

void element_write_content(WbxmlWriter *writer, const Element *element)
{
	for (guint i = 0; i < element->children->len; i++)
		element_write(writer, g_ptr_array_index(element->children, i));
}

void element_write(WbxmlWriter *writer, const Element *element)
{
	if (element->children->len == 0) {
		wbxml_text(writer, element->tag, element->text->str);
		return;
	}
	wbxml_open(writer, element->tag);
	element_write_content(writer, element);
	wbxml_close(writer);
}
