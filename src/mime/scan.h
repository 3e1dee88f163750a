/*
 * mime/scan: counts what a MIME parser would build, before it builds it. One pass over the lines;
 * only lines equal to a boundary declared so far count as parts. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	int    depth;               /* boundaries and embedded messages open at once, at most */
	int    parts;
	int    headers;             /* lines that begin a header, of all header blocks */
	size_t header_bytes;        /* of the largest header block */
} MimeScan;

/*
 * Scans @len bytes into @ret_scan. It stops at the first limit passed (LIMIT_MIME_…) and returns
 * false; @ret_why is then a static sentence to translate, "a message has more than …".
 */
bool mime_scan(const uint8_t *bytes, size_t len, MimeScan *ret_scan, const char **ret_why);
