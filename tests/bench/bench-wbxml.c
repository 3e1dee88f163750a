/* D1: a page of 512 mails of 4 KB, decoded by our reader and, for comparison, by libwbxml and libxml2. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <wbxml/wbxml_conv.h>

#include "bench/bench.h"
#include "wbxml/wbxml.h"

enum { MAILS = 512, BODY_BYTES = 4096 };

static void write_mail(WbxmlWriter *writer, int i)
{
	g_autofree char *body = g_strnfill(BODY_BYTES, 'x');
	g_autofree char *id = g_strdup_printf("5:%d", i);

	wbxml_open(writer, WBXML_AirSync_Add);
	wbxml_text(writer, WBXML_AirSync_ServerId, id);
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	wbxml_text(writer, WBXML_Email_To, "\"Alice Example\" <alice@example.org>");
	wbxml_text(writer, WBXML_Email_From, "\"Bob Example\" <bob@example.com>");
	wbxml_text(writer, WBXML_Email_Subject, "Quarter report");
	wbxml_text(writer, WBXML_Email_DateReceived, "2026-03-02T09:15:27.000Z");
	wbxml_text(writer, WBXML_Email_Read, "0");
	wbxml_open(writer, WBXML_AirSyncBase_Body);
	wbxml_text(writer, WBXML_AirSyncBase_Type, "1");
	wbxml_text(writer, WBXML_AirSyncBase_Data, body);
	wbxml_close(writer);
	wbxml_text(writer, WBXML_Email_MessageClass, "IPM.Note");
	wbxml_close(writer);
	wbxml_close(writer);
}

static GBytes *make_page(void)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_open(writer, WBXML_AirSync_Collections);
	wbxml_open(writer, WBXML_AirSync_Collection);
	wbxml_open(writer, WBXML_AirSync_Commands);
	for (int i = 0; i < MAILS; i++)
		write_mail(writer, i);
	for (int i = 0; i < 4; i++)
		wbxml_close(writer);
	return wbxml_writer_finish(writer);
}

static double decode_ours(void *data)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(data, &len);
	g_autoptr(WbxmlReader) reader = wbxml_reader_new(bytes, len, NULL);
	WbxmlToken token;
	size_t text = 0;

	do {
		if (!wbxml_reader_next(reader, &token, NULL))
			abort();
		if (token.event == WBXML_TEXT)
			text += token.len;
	} while (token.event != WBXML_END_OF_DOCUMENT);
	if (text < (size_t)MAILS * BODY_BYTES)
		abort();
	return (double)len;
}

static double decode_through_xml(void *data)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(data, &len);
	WBXMLConvWBXML2XML *conv = NULL;
	WB_UTINY *xml = NULL;
	WB_ULONG xml_len = 0;

	if (wbxml_conv_wbxml2xml_create(&conv) != WBXML_OK)
		abort();
	wbxml_conv_wbxml2xml_set_language(conv, WBXML_LANG_ACTIVESYNC);
	if (wbxml_conv_wbxml2xml_run(conv, (WB_UTINY *)bytes, (WB_ULONG)len, &xml, &xml_len) != WBXML_OK)
		abort();
	xmlDoc *doc = xmlReadMemory((const char *)xml, (int)xml_len, NULL, NULL, XML_PARSE_NONET);
	if (!doc)
		abort();
	xmlFreeDoc(doc);
	free(xml);
	wbxml_conv_wbxml2xml_destroy(conv);
	return (double)len;
}

int main(void)
{
	g_autoptr(GBytes) page = make_page();
	double ours = bench_rate(decode_ours, page), xml = bench_rate(decode_through_xml, page);
	double mails = ours / (double)g_bytes_get_size(page) * MAILS;

	bench_row("D1", "WBXML decode, 512 mails of 4 KB", ours / 1e6, "MB/s", 200, false);
	bench_row("D1", "WBXML decode, mails", mails / 1e3, "k mails/s", 50, false);
	bench_row("D1", "WBXML decode against wbxml2xml + libxml2", ours / xml, "times", 5, false);
	return 0;
}
