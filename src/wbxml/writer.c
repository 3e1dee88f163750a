#include "wbxml/wbxml.h"

#include <string.h>

#include "base/limits.h"

enum { SWITCH_PAGE = 0x00, END = 0x01, STR_I = 0x03, OPAQUE = 0xC3, CONTENT = 0x40 };

struct WbxmlWriter {
	GByteArray *out;
	unsigned page;
	unsigned depth;
};

/* WBXML 1.3, no public id, UTF-8, no string table. */
static void write_header(WbxmlWriter *writer)
{
	writer->out = g_byte_array_new();
	writer->page = writer->depth = 0;
	g_byte_array_append(writer->out, (const uint8_t[]){ 0x03, 0x01, 0x6A, 0x00 }, 4);
}

WbxmlWriter *wbxml_writer_new(void)
{
	WbxmlWriter *writer = g_new0(WbxmlWriter, 1);

	write_header(writer);
	return writer;
}

void wbxml_writer_free(WbxmlWriter *writer)
{
	if (!writer)
		return;
	g_byte_array_unref(writer->out);
	g_free(writer);
}

static void write_byte(WbxmlWriter *writer, uint8_t byte)
{
	g_byte_array_append(writer->out, &byte, 1);
}

static void write_mb(WbxmlWriter *writer, uint32_t value)
{
	for (int shift = 28; shift > 0; shift -= 7)
		if (value >> shift)
			write_byte(writer, (uint8_t)(0x80 | (value >> shift & 0x7f)));
	write_byte(writer, value & 0x7f);
}

static void write_tag(WbxmlWriter *writer, WbxmlTag tag, uint8_t content)
{
	unsigned page = (unsigned)tag >> 8;

	if (page != writer->page) {
		write_byte(writer, SWITCH_PAGE);
		write_byte(writer, (uint8_t)page);
		writer->page = page;
	}
	write_byte(writer, (uint8_t)(tag & 0x3f) | content);
}

void wbxml_open(WbxmlWriter *writer, WbxmlTag tag)
{
	write_tag(writer, tag, CONTENT);
	writer->depth++;
}

void wbxml_close(WbxmlWriter *writer)
{
	g_assert(writer->depth > 0);
	write_byte(writer, END);
	writer->depth--;
}

void wbxml_empty(WbxmlWriter *writer, WbxmlTag tag)
{
	write_tag(writer, tag, 0);
}

void wbxml_text(WbxmlWriter *writer, WbxmlTag tag, const char *utf8)
{
	if (!utf8)
		return;
	if (!*utf8) {
		wbxml_empty(writer, tag);
		return;
	}
	wbxml_open(writer, tag);
	write_byte(writer, STR_I);
	g_byte_array_append(writer->out, (const uint8_t *)utf8, (guint)strlen(utf8) + 1);
	wbxml_close(writer);
}

void wbxml_int(WbxmlWriter *writer, WbxmlTag tag, int64_t value)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

	wbxml_text(writer, tag, text);
}

void wbxml_opaque(WbxmlWriter *writer, WbxmlTag tag, const void *bytes, size_t len)
{
	g_assert(len <= LIMIT_WBXML_TEXT_BYTES);
	wbxml_open(writer, tag);
	write_byte(writer, OPAQUE);
	write_mb(writer, (uint32_t)len);
	if (len)
		g_byte_array_append(writer->out, bytes, (guint)len);
	wbxml_close(writer);
}

GBytes *wbxml_writer_finish(WbxmlWriter *writer)
{
	g_assert(writer->depth == 0);
	GBytes *document = g_byte_array_free_to_bytes(writer->out);

	write_header(writer);
	return document;
}
