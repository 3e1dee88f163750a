/*
 * answer: gathers headers and decoded body of one answer as they arrive, and stops it at the
 * limits. Knows libcurl's callback shapes, but no connection. Internal to net/.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http.h"

typedef struct Answer Answer;

/* @max_bytes: of the decoded body. */
Answer *answer_new(size_t max_bytes);
void    answer_free(Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)

/* One header line with its CR LF; a status line starts anew (after a 100). False: over
 * LIMIT_HTTP_HEADER_BYTES. */
bool answer_header(Answer *answer, const char *line, size_t len);

/* Decoded bytes; @wire_bytes: of the body so far, before decoding. False: over @max_bytes, or past
 * LIMIT_HTTP_RATIO. */
bool answer_body(Answer *answer, const void *bytes, size_t len, uint64_t wire_bytes);

/* Bytes of headers so far, those of a 100 included. */
size_t answer_header_bytes(const Answer *answer);

/* Sets *err to ERR_LIMIT and returns false if one of the two above refused. */
bool answer_check(const Answer *answer, const char *host, GError **err);

/* Hands the body over without a copy; @answer is empty afterwards. @now_ms: for a Retry-After that
 * is a date. */
HttpResponse *answer_finish(Answer *answer, int status, int64_t now_ms);
