/*
 * doubt: why what is shown of an event may not be what its sender meant. Whatever reads hostile or
 * strange input here goes on with what makes sense and names what does not. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum {
#define DOUBT(name, sentence) DOUBT_##name,
#include "calendar/doubts.def"
#undef DOUBT
	DOUBT_COUNT
} DoubtKind;

typedef struct {
	DoubtKind kind;
	char     *about;       /* one line; NULL where the sentence needs none */
} Doubt;

/* A list of Doubt; free with g_ptr_array_unref. */
GPtrArray *doubts_new(void);

/* Names one, once; @about is cut to a line that can be shown. @doubts may be NULL: nobody asks. */
void doubts_add(GPtrArray *doubts, DoubtKind kind, const char *about);

bool doubts_have(const GPtrArray *doubts, DoubtKind kind);

/* The sentence in the person's language. Free with g_free. */
char *doubt_sentence(const Doubt *doubt);
