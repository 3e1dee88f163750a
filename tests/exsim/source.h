/*
 * source: where the messages that a folder holds from the start come from: the sample files, the
 * generator, a directory. They are numbered from 0, oldest first, and made when they are asked for.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/mail.h"

/* What a mailbox knows about a message beside its bytes. Strings are interned; plain data. */
typedef struct {
	bool        is_read;
	int         flag;                /* [MS-ASEMAIL] Flag Status: 0 none, 1 complete, 2 active */
	const char *flag_type;
	int64_t     flag_start_ms, flag_due_ms, flag_done_ms;
	const char *categories;          /* joined by '\n'; NULL none */
	int         verb;                /* LastVerbExecuted */
	int64_t     verb_ms;
	bool        is_draft;
} ItemState;

typedef struct Source Source;
struct Source {
	guint     (*count)(const Source *source);
	int64_t   (*date)(const Source *source, guint n);
	Mail     *(*mail)(const Source *source, guint n);
	GBytes   *(*mime)(const Source *source, guint n);       /* byte-exact, CRLF */
	ItemState (*state)(const Source *source, guint n);
	void      (*free)(Source *source);
};
