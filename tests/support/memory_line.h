/*
 * memory_line: what the memory backend and its server say to each other. A request's body is
 * "TASK|argument|argument…", one line for the task, then one for each folder or op. An answer's is
 * a line a fact: "verb|field|field…". A failure is a header, X-Failure: the number of the
 * ErrorKind.
 */
#pragma once
#include <glib.h>

#include "base/text.h"

static inline char **memory_line_fields(const char *line) { return g_strsplit(line, "|", -1); }

/* 0 for what is no number. */
static inline int64_t memory_line_number(const char *text)
{
	int64_t value = 0;

	text_to_int(text, 0, INT64_MAX, &value);
	return value;
}
