/*
 * collection: one folder in a Sync, both ways ([MS-ASCMD] 2.2.1.21): the request's fixed parts and
 * the reader of the answer, which gives its items to the sink slice by slice.
 */
#pragma once
#include "eas/item_class.h"
#include "eas/reply.h"
#include "eas/task.h"

/* ---- the request ---- */

enum { WINDOW_MAX = 512 };         /* [MS-ASCMD] WindowSize */

/* Opens Sync, Collections and Collection, and writes key and id. */
void collection_open(WbxmlWriter *writer, const Work *work, const char *sync_key);

/* The whole Options block: servers keep the last one and replace it as a whole, so each request
 * states all. */
void collection_options(WbxmlWriter *writer, const Work *work);

/* Closes the three elements. The answer may have the bodies of a whole window. The request is the
 * caller's. */
HttpRequest *collection_request(WbxmlWriter *writer, const Work *work);

/* The kinds of body we can show, each cut at @max_bytes (0: whole). Previews from 14.1 on if
 * @wants_preview. */
void collection_bodies(WbxmlWriter *writer, const Work *work, int max_bytes, bool wants_preview);

/* ---- the answer ---- */

typedef struct {
	FolderType   type;         /* set once, before collection_begin(): what its items are */
	WbxmlReader *reader;       /* NULL: the server had nothing to say */
	char        *sync_key;     /* the new one; NULL: it gave none */
	bool         has_more;
	unsigned     items;        /* given to the sink so far */
	GHashTable  *refused;      /* ServerId -> Status of our own commands that were not 1 */
	bool         is_in_responses;
	/* Set after collection_begin(): who takes each command of Responses, in place of
	 * @refused. */
	ReplyTake    take_response;
	void        *response_into;
} Collection;

void collection_clear(Collection *collection);      /* its type stays */

/* Judges @response and prepares to read it. @key is what was asked with, for a server that answers
 * a key it cannot read with HTTP 501 (SOGo). @response is borrowed until collection_clear(). */
bool collection_begin(Collection *collection, const HttpResponse *response, const char *key,
                      Sink *sink, GError **err);

/* Reads until about @budget more items have gone to @sink, or to the end: *ret_is_over. A bad
 * status ends it with the error of status.def. */
bool collection_read(Collection *collection, Sink *sink, unsigned budget, bool *ret_is_over,
                     GError **err);
