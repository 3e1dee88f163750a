/*
 * xmlwb: WBXML documents written as XML, for tests that people read. Namespaces are the names of code
 * pages. White space between elements is nothing; the text of a leaf is its value, sent as STR_I, or as
 * OPAQUE if the attribute w:opaque says "hex" (of the bytes), "text" (as it stands) or "crlf" (outer
 * newlines dropped, each inner one CR LF); w is the namespace urn:x-test:wbxml. A leaf without text has no content bit.
 */
#pragma once
#include <glib.h>

/* Both abort the test on bad XML, an unknown name or a missing file. The bytes are the caller's. */
GBytes *xmlwb_encode(const char *xml);
GBytes *xmlwb_encode_file(const char *path);

/* One line an element, "Page:Tag=value" indented by depth, values as hex where they are not printable: two
 * documents are equal if these are. Aborts the test if @wbxml cannot be read. Free with g_free. */
char *xmlwb_list(GBytes *wbxml);
/* The same from the XML. */
char *xmlwb_list_file(const char *path);

/* Bytes from hex digits; blanks are skipped. */
GBytes *xmlwb_unhex(const char *hex);

/* @name inside the source tree's tests folder; free with g_free. */
char *xmlwb_path(const char *name);
