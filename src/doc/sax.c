#include "doc/sax.h"

#include <libxml/parserInternals.h>
#include <string.h>

enum { HOW = HTML_PARSE_IGNORE_ENC | HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
	     HTML_PARSE_NOWARNING | HTML_PARSE_NONET };

bool sax_read(const char *utf8, const htmlSAXHandler *sax, void *data, htmlParserCtxtPtr *parser)
{
	htmlParserCtxtPtr context = htmlCreateMemoryParserCtxt(utf8, (int)strlen(utf8));

	if (!context)
		return false;
	*context->sax = *sax;
	context->userData = data;
	htmlCtxtUseOptions(context, HOW);
	/* <meta charset> must not convert it again. */
	xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8);
	*parser = context;
	htmlParseDocument(context);
	*parser = NULL;
	htmlFreeParserCtxt(context);
	return true;
}
