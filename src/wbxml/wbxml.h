/*
 * wbxml: the binary XML of ActiveSync ([MS-ASWBXML]): a reader that walks tokens without building a
 * tree, and a writer. Tags are numbers, code page << 8 | token, named by codepages.def. Pure; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* One enum constant a tag: WBXML_AirSync_SyncKey = 0x000B. */
typedef enum {
#define TAG(page_name, page, tag_name, token)                                                      \
	WBXML_##page_name##_##tag_name = (page) << 8 | (token),
#include "wbxml/codepages.def"
} WbxmlTag;

/* "SyncKey", or NULL for a tag that no page defines. */
const char *wbxml_tag_name(WbxmlTag tag);
/* "AirSync", or NULL for a page that is not defined. */
const char *wbxml_page_name(unsigned page);

/* ---- reading ---- */

typedef enum { WBXML_OPEN, WBXML_CLOSE, WBXML_TEXT, WBXML_END_OF_DOCUMENT } WbxmlEvent;

typedef struct {
	WbxmlEvent     event;
	WbxmlTag       tag;      /* of OPEN and CLOSE; an undefined tag keeps its number */
	bool           is_empty; /* of OPEN: no content bit; its CLOSE still follows */
	const uint8_t *text;     /* of TEXT: borrowed from the input, not NUL-ended, any bytes */
	size_t         len;
	bool           is_opaque;
} WbxmlToken;

typedef struct WbxmlReader WbxmlReader;

/* @bytes is borrowed until wbxml_reader_free(). ERR_PROTOCOL if the header is not WBXML 1.x; the
 * message tells HTML and XML apart ("an HTML page instead of WBXML"). Nothing is copied. */
WbxmlReader *wbxml_reader_new(const uint8_t *bytes, size_t len, GError **err);
void         wbxml_reader_free(WbxmlReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbxmlReader, wbxml_reader_free)

/*
 * The next token. Adjacent strings come as separate TEXT tokens; END_OF_DOCUMENT comes again and
 * again. ERR_PROTOCOL names the byte offset: cut short, deeper than LIMIT_WBXML_DEPTH, attributes,
 * entities, literals, a string table reference, bytes after the root. ERR_LIMIT: more than
 * LIMIT_WBXML_ELEMENTS, a value over LIMIT_WBXML_TEXT_BYTES. After an error every call fails the
 * same way. Every call but the CLOSE of an empty element consumes input, so a document of n bytes
 * gives at most 2n tokens.
 */
bool wbxml_reader_next(WbxmlReader *reader, WbxmlToken *ret_token, GError **err);

/* Depth of open elements and bytes consumed so far, for progress and time slices. */
unsigned wbxml_reader_depth(const WbxmlReader *reader);
size_t   wbxml_reader_offset(const WbxmlReader *reader);

/* Just after an OPEN: skips to and over its CLOSE. */
bool wbxml_reader_skip(WbxmlReader *reader, GError **err);

/* Just after an OPEN: its whole text as valid UTF-8 (bad bytes become U+FFFD, NULs dropped), its
 * CLOSE consumed; child elements are skipped. Empty element: "". Free with g_free. */
char *wbxml_reader_text(WbxmlReader *reader, GError **err);

/* The same, bytes untouched (one STR_I or OPAQUE shares nothing: copied). */
GBytes *wbxml_reader_bytes(WbxmlReader *reader, GError **err);

/* ---- writing ---- */

typedef struct WbxmlWriter WbxmlWriter;

WbxmlWriter *wbxml_writer_new(void);      /* writes the header 03 01 6A 00 */
void         wbxml_writer_free(WbxmlWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbxmlWriter, wbxml_writer_free)

void wbxml_open(WbxmlWriter *writer, WbxmlTag tag);
void wbxml_close(WbxmlWriter *writer);
void wbxml_empty(WbxmlWriter *writer, WbxmlTag tag);                      /* no content bit */
/* An element with STR_I; "" is written empty, NULL not at all. */
void wbxml_text(WbxmlWriter *writer, WbxmlTag tag, const char *utf8);
void wbxml_int(WbxmlWriter *writer, WbxmlTag tag, int64_t value);
void wbxml_opaque(WbxmlWriter *writer, WbxmlTag tag, const void *bytes, size_t len);

/* All elements are closed (asserted). The document is the caller's; the writer is empty
 * afterwards. */
GBytes *wbxml_writer_finish(WbxmlWriter *writer);
