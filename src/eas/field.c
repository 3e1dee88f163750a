#include "eas/field.h"

#include "eas/date.h"

void field_line(WbxmlWriter *writer, WbxmlTag tag, const char *text, bool is_cleared)
{
	if (text && *text)
		wbxml_text(writer, tag, text);
	else if (is_cleared)
		wbxml_empty(writer, tag);
}

/* Free with g_free. */
static char *with_crlf(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (const char *at = text; *at; at++) {
		if (*at == '\n' && (at == text || at[-1] != '\r'))
			g_string_append_c(out, '\r');
		g_string_append_c(out, *at);
	}
	return g_strdup(out->str);
}

void field_text(WbxmlWriter *writer, WbxmlTag tag, const char *text, bool is_cleared)
{
	g_autofree char *lines = text ? with_crlf(text) : NULL;

	field_line(writer, tag, lines, is_cleared);
}

void field_list(WbxmlWriter *writer, WbxmlTag tag, WbxmlTag each, const char *newline_list,
                bool is_cleared)
{
	g_auto(GStrv) lines = g_strsplit(newline_list ? newline_list : "", "\n", -1);

	if (!lines[0]) {
		if (is_cleared)
			wbxml_empty(writer, tag);
		return;
	}
	wbxml_open(writer, tag);
	for (size_t i = 0; lines[i]; i++)
		wbxml_text(writer, each, lines[i]);
	wbxml_close(writer);
}

void field_body(WbxmlWriter *writer, BodyKind kind, const char *text)
{
	g_autofree char *lines = with_crlf(text ? text : "");

	wbxml_open(writer, WBXML_AirSyncBase_Body);
	wbxml_int(writer, WBXML_AirSyncBase_Type, kind == BODY_HTML ? BODY_HTML : BODY_TEXT);
	wbxml_text(writer, WBXML_AirSyncBase_Data, lines);
	wbxml_close(writer);
}

void field_date(WbxmlWriter *writer, WbxmlTag tag, int64_t ms)
{
	g_autofree char *date = date_format(ms);

	wbxml_text(writer, tag, date);
}

void field_compact_date(WbxmlWriter *writer, WbxmlTag tag, int64_t ms)
{
	g_autofree char *date = date_format_compact(ms);

	wbxml_text(writer, tag, date);
}

void field_base64(WbxmlWriter *writer, WbxmlTag tag, GBytes *bytes)
{
	gsize len = 0;
	const guchar *data = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	g_autofree char *text = len ? g_base64_encode(data, len) : g_strdup("");

	wbxml_text(writer, tag, text);
}
