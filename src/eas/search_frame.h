/*
 * search_frame: what Search and Find ([MS-ASCMD] 2.2.1.16, 2.2.1.2) have in common, whatever they
 * look for.
 */
#pragma once
#include "eas/reply.h"

/* What a Find is called: a GUID, the same for the same question (SearchId). Free with g_free. */
char *search_frame_id(const char *what, const char *query);

/* "0-99": the first @len of what is found, from @first on. */
void search_frame_range(WbxmlWriter *writer, WbxmlTag tag, int64_t first, int len);

typedef struct {
	ReplyTake take_result;     /* is given each Result, just after its OPEN, and consumes it */
	void     *into;
	int64_t   total;           /* out; untouched if the server does not tell it */
} SearchFrame;

/* Just after the OPEN of Search or Find: checks every Status and hands out every Result. @reader
 * NULL: the server had nothing to say, which is no failure. */
bool search_frame_read(WbxmlReader *reader, SearchFrame *frame, GError **err);
