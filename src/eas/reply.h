/*
 * reply: the HTTP side of an answer, judged once for every command, and the first steps into its
 * document.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "backend/sink.h"
#include "eas/status.h"
#include "net/http.h"
#include "wbxml/wbxml.h"

/*
 * True for 200. Tells @sink the days a password has left and where a mailbox moved. Other codes
 * fail as status.def says; so does a web page in place of ActiveSync (ERR_PROTOCOL), whatever its
 * code is within 200 to 299.
 */
bool reply_check(const HttpResponse *response, Sink *sink, GError **err);

/*
 * reply_check(), then opens the document and enters its @root. *ret_reader is NULL when the body is
 * empty, as a server with nothing to say may answer; else the caller's, and borrows from @response.
 */
bool reply_open(const HttpResponse *response, Sink *sink, WbxmlTag root, WbxmlReader **ret_reader,
                GError **err);

/* The second half of reply_open(), for a document that is only a part of an answer. @document is
 * borrowed. */
bool reply_enter(GBytes *document, WbxmlTag root, WbxmlReader **ret_reader, GError **err);

/* ---- values ---- */

/* Takes one child of an element: @reader stands just after its OPEN, and has to be left just after
 * its CLOSE. */
typedef bool (*ReplyTake)(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* Just after an OPEN: hands every child element to @take, and consumes the CLOSE. Text between is
 * dropped. */
bool reply_walk(WbxmlReader *reader, ReplyTake take, void *into, GError **err);

/* Just after an OPEN: its text on one line, at most LIMIT_MIME_HEADER_BYTES of it; NULL if empty.
 * *ret_text is freed first. */
bool reply_line(WbxmlReader *reader, char **ret_text, GError **err);

/* Its text, untouched but for bad UTF-8. *ret_text is freed first. */
bool reply_text(WbxmlReader *reader, char **ret_text, GError **err);

/* Its number. What is no number from @min to @max leaves *ret_value alone and is no error. */
bool reply_int(WbxmlReader *reader, int64_t min, int64_t max, int64_t *ret_value, GError **err);

/* Its Status, checked. Nothing or no number there counts as success, for some servers forget it. */
bool reply_status(WbxmlReader *reader, StatusFamily family, GError **err);

/* "1", "true" or an empty element. */
bool reply_bool(WbxmlReader *reader, bool *ret_value, GError **err);
