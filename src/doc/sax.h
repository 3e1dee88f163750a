/*
 * doc/sax: libxml2's HTML parser as this floor uses it: events and no tree, never HUGE, nothing is
 * loaded, nothing is told to anybody. Pure; any thread.
 */
#pragma once
#include <libxml/HTMLparser.h>
#include <stdbool.h>

/*
 * Reads @utf8, which stays UTF-8 whatever it says of itself, and calls the functions of @sax with
 * @data. Meanwhile *parser is the parser, for xmlStopParser() and xmlByteConsumed(). False: the
 * machine has no memory for it.
 */
bool sax_read(const char *utf8, const htmlSAXHandler *sax, void *data, htmlParserCtxtPtr *parser);
